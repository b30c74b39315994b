"""Small studies by hand: segments, the frame of a draw, what people said, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from themes.domain import (
    UNSPECIFIED,
    Code,
    Codebook,
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
    Checked,
    PrevalenceOptions,
    Subject,
    checked,
    counts,
    estimates,
    group_counts,
)

FORCE, CONSENT, ROADS = CodeId("force"), CodeId("consent"), CodeId("roads")
BOOK = Codebook(tuple(Code(code, code) for code in (FORCE, CONSENT, ROADS)))
SUBJECTS = tuple(Subject("code", code.id, frozenset({code.id})) for code in BOOK.codes)
CODES = tuple(code.id for code in BOOK.codes)


def spoken(name: str, who: str, group: str = "UN", **known: object) -> Segment:
    """A segment of an interview with one person."""
    plain = Segment(
        id=SegmentId(name),
        source=SourceId(who),
        start=0,
        end=1,
        text="three plain words",
        turn=0,
        kind=SourceKind.INTERVIEW,
        speaker="",
        participant=who,
        actor_group=group,
        mission=UNSPECIFIED,
        mission_basis="",
        period=UNSPECIFIED,
        period_basis="",
    )
    return replace(plain, **known)  # type: ignore[arg-type]


def interviews(people: Mapping[str, int], each: int = 4) -> list[Segment]:
    """So many people of each group, so many segments of each person."""
    return [
        spoken(f"{group}-{person}-{place}", f"{group} {person}", group)
        for group, many in people.items()
        for person in range(many)
        for place in range(each)
    ]


def framed(segments: Sequence[Segment], drawn: Sequence[int], chance: float, **known: object) -> tuple[Framed, ...]:
    """A frame in which these rows are drawn, in that order, each with the same chance."""
    places = {row: place for place, row in enumerate(drawn)}
    plain = [Framed(one.id, chance, places.get(row)) for row, one in enumerate(segments)]
    return tuple(replace(one, **{"rest": 0.2, **known}) for one in plain)  # type: ignore[arg-type]


def gives(segment: Segment, *codes: CodeId, who: str = "anna") -> list[Judgement]:
    """A coder gives it these codes; none says that no code fits."""
    return [Judgement(segment.id, code, who, True, 1) for code in codes or (None,)]


def rejects(segment: Segment, code: CodeId, who: str = "anna") -> Judgement:
    return Judgement(segment.id, code, who, False, 1)


def audit(
    segments: Sequence[Segment],
    draws: Sequence[Sequence[Framed]],
    blind: Sequence[Judgement],
    standing: Sequence[Judgement] | None = None,
    names: Mapping[CodeId, CodeId | None] | None = None,
) -> Checked:
    """What these people have said of these draws."""
    same = {code: code for code in CODES}
    return checked(segments, draws, blind, blind if standing is None else standing, same if names is None else names)


def table(
    told: Checked,
    asked: Sequence[CodeId] = CODES,
    wanted: Sequence[Subject] = SUBJECTS,
    suggestions: Sequence[Suggestion] = (),
    segments: Sequence[Segment] | None = None,
    **options: object,
) -> dict[tuple[str, ...], Estimate]:
    """The rows by subject and cell; cells of one person are shown unless said otherwise."""
    chosen = PrevalenceOptions(**{"min_participants": 1, **options})  # type: ignore[arg-type]
    here = told.segments if segments is None else segments
    groups = {one.id: one.codes for one in wanted if one.kind == "code group"}
    rows = (
        *counts(here, suggestions, BOOK, (), chosen),
        *group_counts(here, suggestions, groups, chosen),
    )
    return {(one.subject, *one.cell): one for one in estimates(rows, told, asked, wanted, chosen)}


def drawn_evenly(n: int, share: float, seed: int) -> list[int]:
    """Rows drawn by lot."""
    return sorted(np.random.default_rng(seed).choice(n, round(share * n), replace=False).tolist())
