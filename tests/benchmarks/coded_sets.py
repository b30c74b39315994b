"""Passages that people have coded, each set with the codebook that it was coded by."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.un_study import code_paths
from themes.domain import PATH_SEPARATOR, Code, Codebook, CodeId


@dataclass(frozen=True)
class CodedSet:
    """Passages, the codes that people gave each (at least one), and the codebook, whose order breaks ties."""

    name: str
    texts: tuple[str, ...]
    gold: tuple[frozenset[str], ...]
    codebook: Codebook

    def __post_init__(self) -> None:
        known = {code.id for code in self.codebook.assignable}
        assert len(self.texts) == len(self.gold)
        assert all(codes and codes <= known for codes in self.gold)

    @property
    def codes(self) -> tuple[str, ...]:
        """The ids of the codes that may be suggested."""
        return tuple(code.id for code in self.codebook.assignable)


def un_mandates(data: Path) -> CodedSet:
    """Passages of mandates and the codes of a table of mandate tasks; the codes have names only."""
    paths = code_paths(data)
    rows = json_lines(data / "un" / "gold_mandate_multilabel.jsonl")
    return _coded(
        "un-mandates", ((row["text"], {paths[code] for code in row["codes"]}) for row in rows), _of_paths(paths)
    )


def sustainable_goals(data: Path) -> CodedSet:
    """Excerpts of reports that experts found to be about one of the Sustainable Development Goals; with definitions."""
    codes = {}
    for row in csv_rows(data / "sdg-benchmark" / "codebook.csv"):
        name, definition = row["definition"].split(": ", maxsplit=1)
        codes[row["code"]] = Code(CodeId(name), name, definition=definition)
    rows = [row for row in json_lines(data / "sdg-benchmark" / "labelled_excerpts.jsonl") if row["label"]]
    coded = ((row["text"], {codes[f"SDG {row['checked_sdg']}"].id}) for row in rows)
    return _coded("sustainable-goals", coded, Codebook(tuple(codes.values())))


def congress_bills(data: Path) -> CodedSet:
    """Summaries of bills of the United States Congress and their major topic; the codes have names only."""
    majors = [row["code"] for row in csv_rows(data / "congress-bills" / "codebook.csv") if not row["parent"]]
    rows = json_lines(data / "congress-bills" / "coded_bills.jsonl")
    codebook = Codebook(tuple(Code(CodeId(name), name) for name in majors))
    return _coded("congress-bills", ((row["text"], set(row["codes"])) for row in rows), codebook)


SPELT_OTHERWISE = {
    "acknowledge of uncertainty/flexibility": "Acknowledge uncertainty/flexibility",
    "balance of personal & others interest": "Balance of personal and others' interest",
    "bipartisanship and international cooperation": "Bipartisanship and political cooperation",
    "career disruptions": "Career disruption",
    "exacerbated social inequality": "Social inequality",
    "improved care for elders": "Improve care for elders",
    "improved work-life balance": "Improve work-life balance",
    "increased interest in science": "Interest in science",
    "intimate relations": "Poor intimate relations",
    "learning from pandemics": "Learning from the pandemic(s)",
    "misperception about the world": "Misperception of the world",
    "self-reflection on what is important": "Self-reflection on what's important",
}
"""Codes of the coded interviews -> the heading of the codebook that is meant."""


def expert_interviews(data: Path) -> CodedSet:
    """Spoken answers of social scientists about the time after the pandemic; the codes have definitions.

    The examples in that codebook are taken from the same answers, so they are left out.
    """
    codes = dict(_headings((data / "wac" / "codebook.md").read_text(encoding="utf-8")))
    ids = {_letters(code.name): code.id for code in codes.values()}
    ids |= {_letters(word): codes[name].id for word, name in SPELT_OTHERWISE.items()}
    rows = [row for row in json_lines(data / "wac" / "interviews_coded.jsonl") if row["codes"]]
    coded = ((row["text"], {ids[_letters(code)] for code in row["codes"]}) for row in rows)
    return _coded("expert-interviews", coded, Codebook(tuple(codes.values())))


# --- what a real study is like, where codebook and passages were not made for each other ---


def with_foreign_codes(coded: CodedSet, other: CodedSet) -> CodedSet:
    """The passages with a codebook that has the codes of another field too, which no passage carries."""
    own = {code.name for code in coded.codebook.codes}
    foreign = (replace(code, parent=None) for code in other.codebook.assignable if code.name not in own)
    codebook = Codebook((*coded.codebook.codes, *foreign))
    return CodedSet(f"{coded.name} + {other.name}", coded.texts, coded.gold, codebook)


def with_a_common_code(coded: CodedSet, common: str, share: float = 0.6) -> CodedSet:
    """All passages of one code, and of the others so many, evenly taken, that the code has that share."""
    carried = [common in codes for codes in coded.gold]
    others = [row for row, carries in enumerate(carried) if not carries]
    n_others = round(sum(carried) * (1 - share) / share)
    taken = {others[place * len(others) // n_others] for place in range(n_others)}
    rows = [row for row, carries in enumerate(carried) if carries or row in taken]
    texts, gold = tuple(coded.texts[row] for row in rows), tuple(coded.gold[row] for row in rows)
    return CodedSet(f"{coded.name}, {share:.0%} {common}", texts, gold, coded.codebook)


SETS: Mapping[str, Callable[[Path], CodedSet]] = {
    "un-mandates": un_mandates,
    "sustainable-goals": sustainable_goals,
    "congress-bills": congress_bills,
    "expert-interviews": expert_interviews,
}


def _headings(text: str) -> Iterator[tuple[str, Code]]:
    """Each heading of the third level with the paragraph that begins with `Definition:`."""
    parts = re.split(r"^### (.*)$", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        found = re.search(r"Definition:(.*?)(?=\n\s*\*|\n#|\n\s*>|\Z)", body, re.DOTALL)
        plain = name.strip().replace(PATH_SEPARATOR, "/")
        yield name.strip(), Code(CodeId(plain), plain, definition=" ".join(found[1].split()) if found else "")


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _of_paths(paths: Mapping[str, str]) -> Codebook:
    """The codes of the paths, each parent once before its first child."""
    codes: dict[str, Code] = {}
    for path in paths.values():
        parent, _, name = path.rpartition(PATH_SEPARATOR)
        if parent:
            codes.setdefault(parent, Code(CodeId(parent), parent))
        codes[path] = Code(CodeId(path), name, CodeId(parent) if parent else None)
    return Codebook(tuple(codes.values()))


def _coded(name: str, rows: Iterable[tuple[str, Collection[str]]], codebook: Codebook) -> CodedSet:
    texts, gold = zip(*rows, strict=True)
    return CodedSet(name, texts, tuple(map(frozenset, gold)), codebook)


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
