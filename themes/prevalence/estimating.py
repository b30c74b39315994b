"""The counts become estimates, once people have checked a part that was drawn by chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from themes.domain import (
    MANDATE,
    TALK,
    Codebook,
    CodeId,
    Cover,
    Estimate,
    Showing,
    ThemeCode,
    ancestors,
)
from themes.prevalence.checking import Checked
from themes.prevalence.counting import ALL
from themes.prevalence.options import PrevalenceOptions
from themes.prevalence.outcomes import Outcomes, outcomes
from themes.prevalence.shares import Layout, points, shares
from themes.prevalence.showing import precision

Floats = NDArray[np.float64]
Cell = tuple[str, str, str, str]
"""(source kind, actor group, mission, period), each a value or `all`."""

AUDITED = "people and machine, audited"
NOT_ASKED = "this code was not in the audit"
UNMAPPED = "no code belongs to it: nobody checks what only the machine has put together"
NO_LABEL = "nobody has answered a drawn segment yet"
WITHIN, Z95 = 0.05, 1.959964
FEW_CHECKED = 30
"""Below so many checked segments an estimate carries a caution."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is estimated: a code, a code with all below it, or a candidate theme by the codes that it maps to."""

    kind: str
    id: str
    codes: frozenset[CodeId]


@dataclass(frozen=True, eq=False)
class Family:
    """Cells that do not overlap: their names, and who lies where by segments, by words, and by participants."""

    names: tuple[Cell, ...]
    segments: Layout
    words: Layout
    voices: Layout


def subjects(codebook: Codebook, theme_codes: Iterable[ThemeCode]) -> tuple[Subject, ...]:
    """Every code, every code that groups others (with all below it), and every theme that maps to a code.

    Of each only the codes that are suggested, since the others have no words of their own.
    """
    here = {code.id for code in codebook.assignable}
    children: dict[CodeId, list[CodeId]] = defaultdict(list)
    for code in codebook.codes:
        if code.parent is not None:
            children[code.parent].append(code.id)

    def below(code: CodeId) -> Iterator[CodeId]:
        yield code
        for child in children.get(code, ()):
            yield from below(child)

    found = [Subject("code", code.id, frozenset({code.id})) for code in codebook.assignable]
    found += [Subject("code group", code, frozenset(below(code)) & here) for code in children]
    of_theme: dict[str, set[CodeId]] = defaultdict(set)
    for one in theme_codes:
        if one.code in here and one.verdict is not Cover.NO_CODE:
            of_theme[one.theme].add(one.code)
    return (*found, *(Subject("theme", theme, frozenset(codes)) for theme, codes in of_theme.items()))


def cells_of(audit: Checked, options: PrevalenceOptions) -> tuple[Family, ...]:
    """The cells of the audit's segments, those of talk apart from those of mandates: what interviews have in common is
    nothing to texts."""
    here = audit.segments
    depths = max((len(ancestors(one.actor_group)) for one in here), default=0)
    kinds = [[one.register if one.register == register else "" for one in here] for register in (TALK, MANDATE)]
    if options.by_kind:
        kinds.append([str(one.kind) if one.register != MANDATE else "" for one in here])
    divided = _Divided.of(audit)
    families = []
    for kind in kinds:
        for depth in range(depths + 1):
            groups = [_at_depth(one.actor_group, depth) for one in here]
            for place in range(3 if options.by_period or not depth else 2):
                missions = [one.mission if place else ALL for one in here]
                periods = [one.period if place == 2 else ALL for one in here]
                families.append(divided.by(list(zip(kind, groups, missions, periods, strict=True))))
    return tuple(one for one in families if one.names)


def _at_depth(group: str, depth: int) -> str:
    """The group's ancestor at that depth, `all` at 0, empty where it is not nested as deeply."""
    levels = ancestors(group)
    return ALL if not depth else (levels[-depth] if depth <= len(levels) else "")


@dataclass(frozen=True, eq=False)
class _Divided:
    """What cells are made of: (n,) each segment's interview, its participant, and its words."""

    interviews: NDArray[np.intp]
    participants: NDArray[np.intp]
    words: Floats

    @classmethod
    def of(cls, audit: Checked) -> _Divided:
        who = np.unique([one.participant or one.source for one in audit.segments], return_inverse=True)[1]
        return cls(audit.interviews, who, np.array([one.n_words for one in audit.segments], np.float64))

    def by(self, keys: Sequence[Cell]) -> Family:
        """The cells of these names, one for each segment; one with an empty part is none."""
        names = sorted({key for key in keys if "" not in key})
        number = {key: place for place, key in enumerate(names)}
        index = np.array([number.get(key, -1) for key in keys], np.intp)
        return Family(
            tuple(names),
            Layout.of(index, self.interviews, len(names)),
            Layout.of(index, self.interviews, len(names), self.words),
            Layout.of(index, self.participants, len(names)),
        )


def estimates(
    counted: Iterable[Estimate],
    audit: Checked,
    asked: Collection[CodeId],
    wanted: Sequence[Subject],
    options: PrevalenceOptions,
) -> tuple[Estimate, ...]:
    """The counts with what the audit tells of them, subject by subject in their order.

    `asked` are the codes of the audit. What it does not cover stays a count, with a note that says why.
    """
    cells = cells_of(audit, options)
    by_subject: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
    for row in counted:
        by_subject[row.subject_kind, row.subject].append(row)
    told = {(one.kind, one.id): one for one in wanted}
    found: list[Estimate] = []
    for key, rows in by_subject.items():
        subject = told.get(key)
        if subject is None or not subject.codes or not subject.codes <= set(asked):
            note = UNMAPPED if subject is None and key[0] == "theme" else NOT_ASKED
            found += [replace(row, note=note) for row in rows]
            continue
        evidence = audit.evidence(subject.codes)
        if np.isnan(evidence.labels).all():
            found += [replace(row, note=NO_LABEL) for row in rows]
            continue
        known = _of_subject(outcomes(evidence), evidence.labels, cells)
        found += [_row(row, known.get(row.cell)) for row in rows]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one subject in one cell."""

    share: float
    of_words: float
    per_interview: float
    corpus: tuple[float, float]
    informants: tuple[float, float]
    effective: float
    segments: int
    checked: int
    interviews: int
    in_interviews: int
    at_least: int
    largest: float
    more: int | None


def _of_subject(found: Outcomes, labels: Floats, cells: Sequence[Family]) -> dict[Cell, _Known]:
    carrying = np.nan_to_num(labels)
    known: dict[Cell, _Known] = {}
    for family in cells:
        main = shares(found, family.segments)
        of_words = points(found, family.words)
        means = _per_interview(found, family.segments)
        certain, interviews, largest = _voices(found, carrying, family)
        for place, name in enumerate(family.names):
            known[name] = _Known(
                float(main.share[place]),
                float(of_words[place]),
                float(means[place]),
                _pair(main.corpus, place),
                _pair(main.informants, place) if name[0] != MANDATE else (float("nan"), float("nan")),
                float(main.effective[place]),
                int(main.segments[place]),
                int(main.checked[place]),
                int(main.interviews[place]),
                int(interviews[place]),
                int(certain[place]),
                float(largest[place]),
                more_checks(
                    float(main.corpus_variance[place]), float(main.checked[place]), float(main.segments[place])
                ),
            )
    return known


def _pair(ends: tuple[Floats, Floats], place: int) -> tuple[float, float]:
    return float(ends[0][place]), float(ends[1][place])


def _per_interview(found: Outcomes, layout: Layout) -> Floats:
    """(C,) the mean share of an interview's segments."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = layout.by_part(layout.weights * found.values) / layout.weight
        return np.clip(layout.by_cell(np.nan_to_num(own)) / layout.n_interviews, 0, 1)


def _voices(found: Outcomes, carrying: Floats, family: Family) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """(C,) participants, and interviews, of whom somebody checked a mention; the largest share that one person has.

    That share is the larger of two: among checked mentions where there are three or more, and among expected ones.
    """
    layout, voices = family.segments, family.voices
    sure = voices.by_part(carrying)
    expected = voices.by_part(np.where(found.checked, carrying, found.expected))
    heard = voices.by_cell((sure > 0).astype(np.float64)).astype(np.intp)
    interviews = layout.by_cell((layout.by_part(carrying) > 0).astype(np.float64)).astype(np.intp)
    total = voices.by_cell(sure)
    seen = np.where(total >= 3, _largest(sure, voices, total), 0)
    return heard, interviews, np.maximum(seen, _largest(expected, voices, voices.by_cell(expected)))


def _largest(amounts: Floats, voices: Layout, total: Floats) -> Floats:
    most = np.zeros(voices.n_cells)
    np.maximum.at(most, voices.cell_of_part, amounts)
    return np.divide(most, total, out=np.zeros(len(most)), where=total > 0)


def _row(row: Estimate, known: _Known | None) -> Estimate:
    """The count with the estimate of its cell."""
    if not row.segments:
        return replace(row, showing=Showing.EMPTY, note="no segments")
    if known is None or np.isnan(known.share):
        return replace(row, note="its segments came after the audit was drawn: extend it")
    full = replace(
        row,
        basis=AUDITED,
        estimate=known.share,
        of_words=_number(known.of_words),
        per_interview=known.per_interview,
        corpus_interval=_known_pair(known.corpus),
        informants_interval=_known_pair(known.informants),
        effective=None if row.source_kind == MANDATE else _number(known.effective),
        checked=known.checked,
        interviews=known.interviews,
        in_interviews=known.in_interviews,
        at_least=known.at_least,
        more=known.more,
        largest_voice=known.largest,
        note=_caution(known, row.segments),
    )
    showing, note = precision(full)
    return replace(full, showing=showing, note=note)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def _known_pair(ends: tuple[float, float]) -> tuple[float, float] | None:
    return None if np.isnan(ends).any() else ends


def more_checks(variance: float, checked: float, segments: float, within: float = WITHIN) -> int | None:
    """How many further checks in a cell would know its corpus share to `within` either way; 0 where it is known so.

    The variance of a draw falls as (N - n) / n, whatever the chances are as long as they keep their proportions. None
    where the cell is empty.
    """
    if np.isnan(variance) or segments <= 0:
        return None
    target, now = (within / Z95) ** 2, max(checked, 0.5)
    if variance <= target:
        return 0
    kept = target / variance * max(segments - now, 0) / now
    return max(0, int(np.ceil(segments / (1 + kept) - checked)))


def _caution(known: _Known, segments: int) -> str:
    found = [f"rests on {known.checked} checked segments"] if known.checked < FEW_CHECKED else []
    if known.segments < segments:
        found.append(f"{segments - known.segments} segments came after the audit was drawn: extend it")
    return "; ".join(found)
