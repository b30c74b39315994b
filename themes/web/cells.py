"""Counts by actor group and period as the app shows them, with what could tell who spoke left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from themes.domain import PATH_SEPARATOR, CodeId, SegmentId
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
        share = self.share or 0
        return sum(share > limit for limit in (0, 0.02, 0.05, 0.15, 0.35)) if self.count else 0


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
