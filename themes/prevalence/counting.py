"""How often the machine suggests each code and theme, by actor group, mission and period.

Counts with their denominators, unaudited: the machine errs differently by group, so a share from here says how often
the machine suggests a code first, not how often people spoke of it, and it carries no interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from themes.domain import (
    MANDATE,
    CandidateTheme,
    Codebook,
    CodeId,
    Estimate,
    Segment,
    SegmentId,
    Suggestion,
    ancestors,
)
from themes.prevalence.options import PrevalenceOptions

ALL = "all"
UNAUDITED = "machine, unaudited"

_Cell = tuple[str, str, str, str]
"""(source kind, actor group, mission, period), each a value or `all`."""


@dataclass(slots=True)
class _Tally:
    """Segments and participants of one cell."""

    segments: int
    participants: set[str]


def counts(
    segments: Sequence[Segment],
    suggestions: Iterable[Suggestion],
    codebook: Codebook,
    themes: Sequence[CandidateTheme],
    options: PrevalenceOptions,
    counted_from: float = 0.0,
) -> tuple[Estimate, ...]:
    """For every code and candidate theme, every cell that holds a segment: subjects in their order, cells sorted.

    A segment counts for the code suggested first, if its score is at least `counted_from`, and for the theme it is a
    member of. Talk and mandates are counted apart. Groups are counted with all that is nested in them.
    """
    first = _first(suggestions, counted_from)
    cells_of = {segment.id: tuple(_cells(segment, options)) for segment in segments}
    whole = _tally(segments, cells_of)
    estimates: list[Estimate] = []
    for code in codebook.assignable:
        estimates += _of_subject("code", code.id, segments, first[code.id], cells_of, whole)
    for theme in themes:
        estimates += _of_subject("theme", theme.id, segments, set(theme.segments), cells_of, whole)
    return tuple(estimates)


def group_counts(
    segments: Sequence[Segment],
    suggestions: Iterable[Suggestion],
    groups: Mapping[str, Collection[CodeId]],
    options: PrevalenceOptions,
    counted_from: float = 0.0,
) -> tuple[Estimate, ...]:
    """The same for codes that are counted as one, `groups` by their names: a segment counts once for each of them."""
    first = _first(suggestions, counted_from)
    cells_of = {segment.id: tuple(_cells(segment, options)) for segment in segments}
    whole = _tally(segments, cells_of)
    estimates: list[Estimate] = []
    for name, codes in groups.items():
        carrying = {segment for code in codes for segment in first.get(code, ())}
        estimates += _of_subject("code group", name, segments, carrying, cells_of, whole)
    return tuple(estimates)


def _first(suggestions: Iterable[Suggestion], counted_from: float) -> Mapping[str, set[SegmentId]]:
    """The segments for which each code is suggested first, and probably enough."""
    first: dict[str, set[SegmentId]] = defaultdict(set)
    for suggestion in suggestions:
        if suggestion.rank == 1 and suggestion.score >= counted_from:
            first[suggestion.code].add(suggestion.segment)
    return first


def _of_subject(
    kind: str,
    subject: str,
    segments: Sequence[Segment],
    carrying: set[SegmentId],
    cells_of: Mapping[SegmentId, tuple[_Cell, ...]],
    whole: Mapping[_Cell, _Tally],
) -> Iterator[Estimate]:
    own = _tally((segment for segment in segments if segment.id in carrying), cells_of)
    for cell in sorted(whole):
        total, part = whole[cell], own.get(cell)
        yield Estimate(
            subject_kind=kind,
            subject=subject,
            source_kind=cell[0],
            actor_group=cell[1],
            mission=cell[2],
            period=cell[3],
            count=part.segments if part else 0,
            segments=total.segments,
            mentioning=len(part.participants) if part else 0,
            participants=len(total.participants),
            basis=UNAUDITED,
        )


def _tally(segments: Iterable[Segment], cells_of: Mapping[SegmentId, tuple[_Cell, ...]]) -> dict[_Cell, _Tally]:
    tallies: dict[_Cell, _Tally] = {}
    for segment in segments:
        for cell in cells_of[segment.id]:
            tally = tallies.setdefault(cell, _Tally(0, set()))
            tally.segments += 1
            tally.participants.add(segment.participant)
    return tallies


def _cells(segment: Segment, options: PrevalenceOptions) -> Iterator[_Cell]:
    """The cells that count the segment: all, its groups, its mission, its period, and groups crossed with those."""
    places = [(ALL, ALL), (segment.mission, ALL), (segment.mission, segment.period)]
    for group in (ALL, *ancestors(segment.actor_group)):
        for mission, period in places:
            if ALL in (group, period) or options.by_period:
                yield segment.register, group, mission, period
                if options.by_kind and segment.register != MANDATE:
                    yield str(segment.kind), group, mission, period
