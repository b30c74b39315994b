"""Coded passages divided as a study grows: examples in the codebook, passages to review, and passages held out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.benchmarks.coded_sets import (
    CodedSet,
    congress_bills,
    csv_rows,
    expert_interviews,
    json_lines,
    sustainable_goals,
    un_mandates,
)
from themes.domain import Code, Codebook, CodeId

HELD_OUT, MOST_HELD_OUT = 0.4, 1_500
EXAMPLES = 3


@dataclass(frozen=True)
class LearnedSet:
    """Coded passages, each of a respondent or document; passages of none of its own have one each.

    `under` names the finer codes that the codebook has under those that people coded by.
    """

    name: str
    texts: tuple[str, ...]
    gold: tuple[frozenset[str], ...]
    groups: tuple[str, ...]
    codebook: Codebook
    under: Mapping[CodeId, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Divided:
    """Rows of a set: `held_out` are judged, `pool` is in the order in which it is reviewed.

    `codebook` has the examples; `example_of` says which row each example quote is.
    """

    codebook: Codebook
    examples: Mapping[str, tuple[int, ...]]
    pool: tuple[int, ...]
    held_out: tuple[int, ...]


def divided(coded: LearnedSet, seed: int) -> Divided:
    """40% of the passages held out, whole groups, 1,500 at most; three examples per code from the others."""
    drawn = random.Random(seed)  # noqa: S311  a draw that anybody can repeat
    groups = sorted(set(coded.groups))
    drawn.shuffle(groups)
    sizes = Counter(coded.groups)
    out: set[str] = set()
    taken = 0
    for group in groups:
        if taken >= HELD_OUT * len(coded.texts):
            break
        out.add(group)
        taken += sizes[group]
    held_out = [row for row, group in enumerate(coded.groups) if group in out]
    drawn.shuffle(held_out)
    rest = [row for row, group in enumerate(coded.groups) if group not in out]
    drawn.shuffle(rest)
    examples: dict[str, tuple[int, ...]] = {}
    used: set[int] = set()
    for code in coded.codebook.codes:
        rows = [row for row in rest if code.id in coded.gold[row] and row not in used][:EXAMPLES]
        used.update(rows)
        if rows:
            examples[code.id] = tuple(rows)
    codebook = Codebook(
        tuple(
            replace(code, examples=tuple(coded.texts[row] for row in examples.get(code.id, ())))
            for code in coded.codebook.codes
        )
    )
    pool = tuple(row for row in rest if row not in used)
    return Divided(codebook, examples, pool, tuple(held_out[:MOST_HELD_OUT]))


def of_coded(coded: CodedSet, name: str, groups: Sequence[str] = ()) -> LearnedSet:
    """The set under its folder's name; without groups each passage stands alone."""
    alone = tuple(map(str, range(len(coded.texts))))
    return LearnedSet(name, coded.texts, coded.gold, tuple(groups) or alone, coded.codebook)


def sdg_benchmark(data: Path) -> LearnedSet:
    """Excerpts of reports by Sustainable Development Goal; names and definitions."""
    return of_coded(sustainable_goals(data), "sdg-benchmark")


def bills(data: Path) -> LearnedSet:
    """Summaries of bills by major topic; names only, and the names of the subtopics under each."""
    under: dict[CodeId, tuple[str, ...]] = {}
    for row in csv_rows(data / "congress-bills" / "codebook.csv"):
        if row["parent"]:
            parent = CodeId(row["parent"])
            under[parent] = (*under.get(parent, ()), row["code"])
    return replace(of_coded(congress_bills(data), "congress-bills"), under=under)


def interviews(data: Path) -> LearnedSet:
    """Answers of experts; definitions; by respondent."""
    rows = [row for row in json_lines(data / "wac" / "interviews_coded.jsonl") if row["codes"]]
    return of_coded(expert_interviews(data), "wac", [row["respondent"] for row in rows])


def un_passages(data: Path) -> LearnedSet:
    """Passages of mandates by task; names only; by resolution."""
    rows = json_lines(data / "un" / "gold_mandate_multilabel.jsonl")
    return of_coded(un_mandates(data), "un-gold", [row["ref"].rpartition(" ")[0] for row in rows])


def sessions(data: Path) -> LearnedSet:
    """What people said who thought aloud; definitions; by session."""
    rows = json_lines(data / "serdif-taguette" / "coded_segments.jsonl")
    codebook = _flat(data / "serdif-taguette" / "codebook.csv")
    return _of_rows("serdif-taguette", rows, codebook, "codes", "doc")


def messages(data: Path) -> LearnedSet:
    """Messages after disasters, those that have a code; definitions; several codes each."""
    rows = [row for row in json_lines(data / "disaster-messages" / "coded_messages.jsonl") if row["codes"]]
    return _of_rows("disaster-messages", rows, _flat(data / "disaster-messages" / "codebook.csv"), "codes", "id")


def answers(data: Path) -> LearnedSet:
    """Short answers on causes and effects of problems, by the category of their codes; names only; by respondent."""
    rows = [row for row in json_lines(data / "napire2018" / "coded_responses.jsonl") if row["categories"]]
    names = sorted({category for row in rows for category in row["categories"]})
    codebook = Codebook(tuple(Code(CodeId(name), name) for name in names))
    return _of_rows("napire2018", rows, codebook, "categories", "respondent")


LEARNED_SETS: Mapping[str, Callable[[Path], LearnedSet]] = {
    "sdg-benchmark": sdg_benchmark,
    "congress-bills": bills,
    "serdif-taguette": sessions,
    "wac": interviews,
    "disaster-messages": messages,
    "napire2018": answers,
    "un-gold": un_passages,
}


def _flat(path: Path) -> Codebook:
    """The codes of a table without their hierarchy; `medical_help` is read as two words."""
    rows = csv_rows(path)
    return Codebook(
        tuple(Code(CodeId(row["code"]), row["code"].replace("_", " "), definition=row["definition"]) for row in rows)
    )


def _of_rows(name: str, rows: Sequence[Mapping[str, object]], codebook: Codebook, codes: str, group: str) -> LearnedSet:
    known = {code.id for code in codebook.codes}
    kept = [row for row in rows if known & set(row[codes])]  # type: ignore[call-overload]
    gold = tuple(frozenset(known & set(row[codes])) for row in kept)  # type: ignore[call-overload]
    return LearnedSet(
        name, tuple(str(row["text"]) for row in kept), gold, tuple(str(row[group]) for row in kept), codebook
    )
