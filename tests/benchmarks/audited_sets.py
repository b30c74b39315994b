"""Coded answers as a study whose human codes are hidden: what the machine says, and what an audit of it tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.coded_sets import CodedSet, json_lines
from tests.benchmarks.learned_sets import LearnedSet, answers, interviews
from tests.benchmarks.methods import Space, suggested
from themes.domain import (
    PATH_SEPARATOR,
    UNSPECIFIED,
    CodeId,
    Estimate,
    Framed,
    Judgement,
    Segment,
    SegmentId,
    SourceId,
    SourceKind,
    Suggestion,
)
from themes.prevalence import (
    Design,
    PrevalenceOptions,
    Subject,
    audit_frame,
    checked,
    counts,
    estimates,
    scored,
)
from themes.prevalence.auditing import Scored
from themes.prevalence.showing import protected

Floats = NDArray[np.float64]

FEWEST_MENTIONS = 3
"""A code that people gave to fewer answers is left out: its share in a group is nought or one answer."""

FEWEST_PEOPLE = 5
"""A group of fewer people is not reported: the program would hide it."""

NO_GROUP = (UNSPECIFIED, "Other (please specify)", "- Please select a country -")
"""Answers that name no group."""

SHARE = 0.1
TOP = 3
OPTIONS = PrevalenceOptions(by_period=False, min_participants=FEWEST_PEOPLE)


@dataclass(frozen=True, eq=False)
class AuditedSet:
    """Answers of people who stand in groups in several ways.

    `labels` (n, codes) are what people coded, `scores` (n, codes) what the machine finds without having seen a code;
    `groupings` say in which group each answer's speaker is; `codes` are those that are estimated.
    """

    coded: LearnedSet
    groupings: Mapping[str, tuple[str, ...]]
    codes: tuple[CodeId, ...]
    labels: NDArray[np.bool_]
    scores: Floats
    suggestions: tuple[Suggestion, ...]

    @cached_property
    def studies(self) -> Mapping[str, tuple[Segment, ...]]:
        """The answers as segments, once for each way in which people are grouped."""
        return {
            name: tuple(map(_segment, range(len(groups)), self.coded.texts, self.coded.groups, groups))
            for name, groups in self.groupings.items()
        }

    @cached_property
    def counted(self) -> Mapping[str, tuple[Estimate, ...]]:
        """The program's counts of each study, which no audit changes."""
        book = replace(
            self.coded.codebook, codes=tuple(one for one in self.coded.codebook.codes if one.id in self.codes)
        )
        return {name: counts(own, self.suggestions, book, (), OPTIONS) for name, own in self.studies.items()}

    @cached_property
    def kept(self) -> Scored:
        """What the program keeps of the scores: those of the first three codes."""
        return scored(self.suggestions)

    @cached_property
    def whole(self) -> Scored:
        """All scores."""
        rows = (dict(zip(self.codes, row, strict=True)) for row in self.scores.tolist())
        return {_id(place): (row, 0.0) for place, row in enumerate(rows)}

    @cached_property
    def interviews(self) -> NDArray[np.intp]:
        """(n,) whose answer each is."""
        return np.unique(self.coded.groups, return_inverse=True)[1].astype(np.intp)

    @cached_property
    def cells(self) -> Mapping[str, tuple[list[str], NDArray[np.intp]]]:
        """Of each grouping the groups with people enough, and (n,) the number of each answer's group; -1 for others."""
        return {name: self._cells(groups) for name, groups in self.groupings.items()}

    def _cells(self, groups: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
        people: dict[str, set[str]] = defaultdict(set)
        for who, group in zip(self.coded.groups, groups, strict=True):
            people[group].add(who)
        names = sorted(group for group, who in people.items() if len(who) >= FEWEST_PEOPLE and group not in NO_GROUP)
        number = {group: place for place, group in enumerate(names)}
        return names, np.array([number.get(group, -1) for group in groups], np.intp)


def wac(data: Path, space: Space) -> AuditedSet:
    """Spoken answers of experts, by gender, place and field."""
    rows = [row for row in json_lines(data / "wac" / "interviews_coded.jsonl") if row["codes"]]
    return _audited(interviews(data), rows, ("gender", "location", "field"), space)


def napire(data: Path, space: Space) -> AuditedSet:
    """Short answers of people who develop software, by country, role and sector."""
    rows = [row for row in json_lines(data / "napire2018" / "coded_responses.jsonl") if row["categories"]]
    return _audited(answers(data), rows, ("country", "role", "sector"), space)


AUDITED_SETS: Mapping[str, Callable[[Path, Space], AuditedSet]] = {"wac": wac, "napire2018": napire}


def frame_of(one: AuditedSet, scores: Scored, seed: int) -> tuple[Framed, ...]:
    """A draw of a tenth of the answers, for all codes together."""
    segments = next(iter(one.studies.values()))
    return audit_frame(segments, one.codes, scores, (), Design(SHARE, seed=seed))


def estimated(one: AuditedSet, scores: Scored, seed: int) -> Iterator[tuple[str, Estimate]]:
    """What the program makes of an audit: the grouping, and a row for each code and group with people enough."""
    frame = frame_of(one, scores, seed)
    words = [word for framed in frame if framed.place is not None for word in _words(one, framed.segment)]
    same = {code: code for code in one.codes}
    for name, segments in one.studies.items():
        audit = checked(segments, [frame], words, words, same)
        wanted = [Subject("code", code, frozenset({code})) for code in one.codes]
        here = set(one.cells[name][0])
        rows = estimates(one.counted[name], audit, one.codes, wanted, OPTIONS)
        for row in protected(rows, OPTIONS.min_participants):
            if row.actor_group in here and row.mission == "all":
                yield name, row


def _words(one: AuditedSet, segment: SegmentId) -> Iterator[Judgement]:
    for code in sorted(one.coded.gold[int(segment)]):
        yield Judgement(segment, CodeId(code), "people", True, 1)


def _audited(coded: LearnedSet, rows: list[dict[str, str]], groupings: tuple[str, ...], space: Space) -> AuditedSet:
    assert [str(row["text"]) for row in rows] == list(coded.texts)
    codebook = coded.codebook
    scores = suggested(CodedSet(coded.name, coded.texts, coded.gold, codebook), space).astype(np.float64)
    known = [code.id for code in codebook.assignable]
    labels = np.array([[code in gold for code in known] for gold in coded.gold])
    kept = np.flatnonzero(labels.sum(axis=0) >= FEWEST_MENTIONS)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    suggestions = tuple(
        Suggestion(_id(row), known[column], rank, float(scores[row, column]))
        for row, columns in enumerate(best)
        for rank, column in enumerate(columns, start=1)
    )
    named = {name: tuple(_group(row[name]) for row in rows) for name in groupings}
    return AuditedSet(coded, named, tuple(known[column] for column in kept), labels[:, kept], scores[:, kept],
                      suggestions)  # fmt: skip


def _group(said: str | None) -> str:
    """The group by a name that is not read as nested; what nobody said is unspecified, and is not reported."""
    return (said or UNSPECIFIED).replace(PATH_SEPARATOR, " or ")


def _id(row: int) -> SegmentId:
    return SegmentId(str(row))


def _segment(row: int, text: str, who: str, group: str) -> Segment:
    return Segment(
        id=_id(row),
        source=SourceId(who),
        start=row,
        end=row + 1,
        text=text,
        turn=row,
        kind=SourceKind.ANSWER,
        speaker="",
        participant=who,
        actor_group=group,
        mission=UNSPECIFIED,
        mission_basis="",
        period=UNSPECIFIED,
        period_basis="",
    )
