"""The candidate themes of a new run matched to the earlier ones, so that an id means the same theme from run to run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themes.domain import CandidateTheme, SegmentId, ThemeDecision, ThemeId
from themes.review.log import effective
from themes.review.standing import Standing, held, made_by, order_of, remembered

SAME_FROM = 1 / 3
"""Jaccard index from which two candidate themes may be the same one.

Two themes of one size that share half of their members have an index of one third; with less than half in common it
would not be the same theme.
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What there was before a run: the themes as found, those only kept by a person, how they stood, and every segment.

    `decisions` is the whole log as it is now; `highest` the highest number that any theme of the study ever had.
    """

    found: Sequence[CandidateTheme] = ()
    kept: Sequence[CandidateTheme] = ()
    standing: Standing = field(default_factory=Standing)
    segments: Collection[SegmentId] = ()
    decisions: Sequence[ThemeDecision] = ()
    highest: int = 0


@dataclass(frozen=True, slots=True)
class Matched:
    """The new themes under the ids that they keep, and those that a person holds and the machine no longer finds.

    `ids` leads from the id that the clustering gave to the id here.
    """

    found: tuple[CandidateTheme, ...]
    kept: tuple[CandidateTheme, ...]
    ids: Mapping[ThemeId, ThemeId]
    highest: int


def match(earlier: Earlier, themes: Sequence[CandidateTheme], segments: Collection[SegmentId]) -> Matched:
    """The new `themes`, found among `segments`, under the ids of the earlier themes that they overlap with.

    One to one, so that the overlaps add up to the most: the Jaccard index among the segments that existed both times
    (what came or went with its source does not count), from a third on. The others get the next numbers that no theme
    ever had; where there never was one they keep the ids of the clustering. The order of `themes` changes nothing. A
    part that a person split off is looked for by itself too: the machine may have come to see the difference.
    """
    acts = effective(earlier.decisions)
    units = _units(earlier, acts)
    known = {segment for members in units.values() for segment in members}
    common = set(segments) & (set(earlier.segments) | known)
    candidates = sorted(themes, key=lambda theme: (-len(theme.segments), min(theme.segments, default="")))
    pairs = _assigned(units, [set(theme.segments) & common for theme in candidates], common)
    first = not units and not earlier.highest
    highest = max([earlier.highest, *map(number_of, units)])
    ids: dict[ThemeId, ThemeId] = {}
    for place, theme in enumerate(candidates):
        if place not in pairs and not first:
            highest += 1
        ids[theme.id] = pairs.get(place, theme.id if first else ThemeId(f"T{highest:02d}"))
    found = tuple(replace(theme, id=ids[theme.id]) for theme in themes)
    highest = max([highest, *(number_of(theme.id) for theme in found)])
    return Matched(found, _kept(earlier, acts, units, found, set(segments)), ids, highest)


def number_of(theme: ThemeId) -> int:
    """The number in an id: 3 for T03 and for its part T03b."""
    return order_of(theme)[0]


def _units(earlier: Earlier, acts: Sequence[ThemeDecision]) -> dict[ThemeId, set[SegmentId]]:
    """Everything that a new theme may turn out to be, with its members: themes found or held, and parts split off."""
    people = held(acts)
    lost = [*earlier.kept, *remembered(earlier.found, earlier.kept, earlier.decisions)]
    units = {theme.id: set(theme.segments) for theme in earlier.found}
    units |= {theme.id: set(theme.segments) for theme in lost if theme.id in people and theme.id not in units}
    standing = {theme.id: theme.segments for theme in earlier.standing.themes}
    for act in acts:
        for theme, members in zip(made_by(act), act.parts[1:], strict=False):
            if theme not in units:
                units[theme] = set(standing.get(theme, members))
    return dict(sorted(units.items(), key=lambda unit: order_of(unit[0])))


def _assigned(
    units: Mapping[ThemeId, set[SegmentId]], candidates: Sequence[set[SegmentId]], common: set[SegmentId]
) -> dict[int, ThemeId]:
    """The unit for each place among the candidates that has one."""
    if not units or not candidates:
        return {}
    from scipy.optimize import linear_sum_assignment

    overlaps = [[0.0] * len(candidates) for _ in units]
    places = {segment: place for place, members in enumerate(candidates) for segment in members}
    for row, members in enumerate(units.values()):
        own = members & common
        for place, shared in Counter(places[segment] for segment in own if segment in places).items():
            overlap = shared / (len(own) + len(candidates[place]) - shared)
            overlaps[row][place] = overlap if overlap >= SAME_FROM else 0.0
    names = list(units)
    chosen = zip(*linear_sum_assignment(overlaps, maximize=True), strict=True)
    return {int(place): names[row] for row, place in chosen if overlaps[row][place] > 0}


def _kept(
    earlier: Earlier,
    acts: Sequence[ThemeDecision],
    units: Mapping[ThemeId, set[SegmentId]],
    found: Sequence[CandidateTheme],
    segments: set[SegmentId],
) -> tuple[CandidateTheme, ...]:
    """The themes that a person holds and that were not found, with all members that they last had.

    A part that a person split off is not among them while most of it lies in the theme that it was split from: there
    the split is taken again.
    """
    here = {theme.id: set(theme.segments) for theme in found}
    split_from = {part: act.themes[0] for act in acts for part in made_by(act)}
    as_it_was = {theme.id: theme for theme in earlier.standing.themes}
    as_it_was |= {theme.id: theme for theme in remembered(earlier.found, earlier.kept, earlier.decisions)}
    as_it_was |= {theme.id: theme for theme in (*earlier.kept, *earlier.found)}
    kept = []
    for unit, members in units.items():
        if unit in here or unit not in held(acts) or _still_inside(unit, members & segments, split_from, here):
            continue
        theme = as_it_was.get(unit)
        if theme is None:
            ranked = tuple(sorted(members))
            theme = CandidateTheme(unit, (), ranked, (0.0,) * len(ranked), ranked[:5])
        kept.append(replace(theme, stability=0.0, name=""))
    return tuple(kept)


def _still_inside(
    theme: ThemeId,
    members: Collection[SegmentId],
    split_from: Mapping[ThemeId, ThemeId],
    here: Mapping[ThemeId, Collection[SegmentId]],
) -> bool:
    """Whether the theme was split off, and half of its members or more lie where the split cuts them off again."""
    above = split_from.get(theme)
    while above is not None and above not in here and above in split_from:
        above = split_from[above]
    if above is None or not members:
        return False
    return above not in here or 2 * sum(one in here[above] for one in members) >= len(members)
