"""Counts by actor group and period as the app shows them, with what could tell who spoke left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from themes.domain import MANDATE, PATH_SEPARATOR, TALK, CodeId, Estimate, SegmentId, Showing
from themes.prevalence import ALL, said
from themes.prevalence.showing import FEW, HELD_BACK
from themes.project import Line
from themes.web.memory import Memory, stratum

By = Callable[[Line], str]
"""The name of the cell that a segment lies in."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many of so many segments; `hidden` where too few people, or mostly one, stand behind it."""

    count: int
    total: int
    hidden: bool = False

    @property
    def share(self) -> float | None:
        """`count / total`, None for an empty cell."""
        return self.count / self.total if self.total else None

    @property
    def shade(self) -> int:
        """From 0 to 5, by the share."""
        return shade_of(self.share or 0)


def by_register(line: Line) -> str:
    """Talk or mandates, which are counted apart everywhere."""
    return "mandates" if line.kind == "mandate" else "talk"


def by_group(line: Line) -> str:
    """The actor group with all that is nested in it."""
    return "mandates" if line.kind == "mandate" else line.actor_group.partition(PATH_SEPARATOR)[0]


def by_subgroup(line: Line) -> str:
    """The actor group as it was given."""
    return "mandates" if line.kind == "mandate" else line.actor_group


def by_mission(line: Line) -> str:
    """The mission."""
    return "mandates" if line.kind == "mandate" else line.mission


def by_period(line: Line) -> str:
    """The mission and its period."""
    return "mandates" if line.kind == "mandate" else stratum(line)[1]


def spread(memory: Memory, members: Collection[SegmentId], by: By, least: int) -> dict[str, Cell]:
    """How many segments of each cell are among the members, cells in their order."""
    return counted(memory.lines, {"": members}, by, least).get("", {})


def counted(
    lines: Iterable[Line], carriers: Mapping[str, Collection[SegmentId]], by: By, least: int
) -> dict[str, dict[str, Cell]]:
    """For each subject (a code), how many of each cell's segments carry it.

    A cell of talk is hidden where its segments are those of fewer than `least` people, where anybody mentions the
    subject and fewer than that do, or where one person supplies over half of several mentions. No totals stand beside
    the cells, so nothing hidden can be reckoned back from them.
    """
    cells: dict[str, list[Line]] = {}
    for line in lines:
        cells.setdefault(by(line), []).append(line)
    names = sorted(cells, key=lambda name: (name == "mandates", name))
    return {
        subject: {name: _cell(cells[name], set(members), least) for name in names}
        for subject, members in carriers.items()
    }


def _cell(lines: Iterable[Line], members: Collection[SegmentId], least: int) -> Cell:
    people: set[str] = set()
    mentions: dict[str, int] = {}
    total, is_mandate = 0, False
    for line in lines:
        total += 1
        is_mandate = line.kind == "mandate"
        who = line.participant or line.source
        people.add(who)
        if line.segment in members:
            mentions[who] = mentions.get(who, 0) + 1
    count = sum(mentions.values())
    few = len(people) < least or 0 < len(mentions) < least
    one_voice = count > 1 and 2 * max(mentions.values(), default=0) > count
    return Cell(count, total, hidden=not is_mandate and (few or one_voice))


def carriers_of(pairs: Iterable[tuple[SegmentId, CodeId]]) -> dict[CodeId, set[SegmentId]]:
    """The segments of each code."""
    found: dict[CodeId, set[SegmentId]] = {}
    for segment, code in pairs:
        found.setdefault(code, set()).add(segment)
    return found


# --- estimates in cells ---


@dataclass(frozen=True, slots=True)
class Told:
    """An estimate as a cell shows it: what stands first, what stands under it, and what is to be known besides."""

    first: str
    second: str = ""
    more: str = ""
    shade: int = 0
    faint: bool = False
    caution: bool = False


def told(one: Estimate | None, least: int) -> Told:
    """As much of the estimate as may be said, in words."""
    if one is None or one.showing is Showing.EMPTY:
        return Told("–", more="no segments", faint=True)
    one = said(one)
    few = one.showing is Showing.UNAUDITED and one.source_kind != MANDATE and 0 < one.mentioning < least
    if one.showing is Showing.HIDDEN or few:
        held = f"held back, {one.note}" if one.note == HELD_BACK else one.note
        return Told("few", more=FEW if few else held, faint=True)
    if one.showing is Showing.UNAUDITED:
        return Told(f"{one.count:,} of {one.segments:,}", "unaudited", one.note, faint=True)
    return _audited(one)


def _audited(one: Estimate) -> Told:
    if one.showing is Showing.COUNT:
        return Told(f"{one.in_interviews} of {one.interviews}", "interviews", _more(one))
    ends, whose = (one.informants_interval, "") if one.informants_interval else (one.corpus_interval, " corpus")
    between = f"{_interval(ends)}{whose}"
    if one.estimate is None:
        return Told(between, "interval only", _more(one))
    return Told(percent(one.estimate), between, _more(one), shade_of(one.estimate), caution=bool(one.note))


def _more(one: Estimate) -> str:
    """What a cell has no room for."""
    parts = []
    if one.informants_interval:
        parts.append(f"informants like these: {_interval(one.informants_interval)}")
    if one.corpus_interval:
        parts.append(f"this corpus: {_interval(one.corpus_interval)}")
    parts.append(f"{one.checked:,} of {one.segments:,} segments checked")
    if one.showing is Showing.COUNT:
        parts.append(
            f"somebody checked a mention in {one.in_interviews} of {one.interviews} interviews; more may have one"
        )
    if one.note:
        parts.append(one.note)
    return "; ".join(parts)


def _interval(ends: tuple[float, float] | None) -> str:
    """Both ends in percent; one decimal below ten where they would look the same."""
    if ends is None:
        return "–"
    low, high = (100 * end for end in ends)
    digits = 1 if high < 10 and high - low < 2 else 0
    return f"{low:.{digits}f}–{high:.{digits}f}%"


def percent(share: float) -> str:
    """A share in percent; what is neither none nor half a percent is said to be below one."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def shade_of(share: float) -> int:
    """From 0 to 5, by the share."""
    return sum(share > limit for limit in (0, 0.02, 0.05, 0.15, 0.35))


def cell_of(way: str, line: Line) -> tuple[str, str, str, str]:
    """(source kind, actor group, mission, period) of the cell that the line lies in, by that way of crossing."""
    if line.kind == MANDATE:
        return MANDATE, ALL, ALL, ALL
    group = {"group": by_group, "subgroup": by_subgroup}.get(way)
    mission = line.mission if way in ("mission", "period") else ALL
    return TALK, group(line) if group else ALL, mission, line.period if way == "period" else ALL
