"""Sums that published numbers obey, and what follows from them: which hidden number could be reckoned from the others.

A cell is (source kind, actor group, mission, period); a whole is the sum of its parts along any one of the four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from themes.domain.sources import MANDATE, PATH_SEPARATOR, TALK

ALL = "all"

Cell = tuple[str, str, str, str]
Sum = tuple[int, ...]
"""The places of the parts, and last that of their whole."""

Order = Callable[[int], tuple[float, ...]]
Told = Callable[[Sequence[int], int], bool]
"""Whether what these hidden parts of a whole come to tells each of them."""

_PRIME = (1 << 61) - 1
"""Elimination runs in whole numbers modulo this, which is exact but for chances of one in 10^18."""


def sums_of(cells: Sequence[Cell]) -> list[Sum]:
    """The parts of each whole among the cells: along groups, missions, periods and kinds of talk."""
    at = {cell: place for place, cell in enumerate(cells)}
    parts: dict[tuple[str, Cell], list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        for along, whole in _wholes(cell):
            if whole in at:
                parts[along, whole].append(place)
    return [(*own, at[whole]) for (_, whole), own in parts.items()]


def _wholes(cell: Cell) -> Iterable[tuple[str, Cell]]:
    kind, group, mission, period = cell
    if group != ALL:
        yield "group", (kind, group.rpartition(PATH_SEPARATOR)[0] or ALL, mission, period)
    if period != ALL:
        yield "period", (kind, group, mission, ALL)
    elif mission != ALL:
        yield "mission", (kind, group, ALL, ALL)
    if kind not in (TALK, MANDATE):
        yield "kind", (TALK, group, mission, period)


def reckoned(sums: Iterable[Sum], unknown: AbstractSet[int]) -> dict[int, tuple[int, ...]]:
    """The unknown places whose number follows from the sums, each with the known places that it is reckoned from."""
    rows: dict[int, dict[int, int]] = {}
    within: dict[int, set[int]] = defaultdict(set)
    for one in sums:
        row = {place: (1 if place != one[-1] else _PRIME - 1) for place in one}
        for pivot in [place for place in row if place in rows]:
            _add(row, rows[pivot], _PRIME - row[pivot])
        free = [place for place in row if place in unknown]
        if not free:
            continue
        pivot = min(free, key=lambda place: (len(within[place]), place))
        scale = pow(row[pivot], -1, _PRIME)
        row = {place: value * scale % _PRIME for place, value in row.items()}
        for other in list(within[pivot]):
            _replace(rows, within, other, (row, pivot))
        rows[pivot] = row
        for place in row:
            within[place].add(pivot)
    return {
        pivot: tuple(place for place in row if place != pivot)
        for pivot, row in rows.items()
        if not any(place in unknown for place in row if place != pivot)
    }


def _replace(
    rows: dict[int, dict[int, int]], within: dict[int, set[int]], other: int, new: tuple[dict[int, int], int]
) -> None:
    """Takes the pivot of the new row out of another row."""
    row, pivot = new
    before = set(rows[other])
    _add(rows[other], row, _PRIME - rows[other][pivot])
    for place in before - rows[other].keys():
        within[place].discard(other)
    for place in rows[other].keys() - before:
        within[place].add(other)


def _add(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    for place, value in other.items():
        found = (row.get(place, 0) + times * value) % _PRIME
        if found:
            row[place] = found
        else:
            row.pop(place, None)


def held_back(
    sums: Sequence[Sum],
    hidden: AbstractSet[int],
    order: Order,
    told: Told = lambda _, __: False,
) -> set[int]:
    """The places to be hidden beside the hidden ones, so that no hidden number follows from those shown.

    Three things give one away: a sum in which it alone is hidden; several sums together; and a sum whose hidden parts
    are `told` by what they come to, as when they come to nothing. The first in `order` is taken each time.
    """
    unknown = set(hidden)
    while unknown:
        _settle(sums, unknown, order, told)
        given = reckoned(sums, unknown)
        more = {min(known, key=order) for known in given.values() if known}
        if not more:
            break
        unknown |= more
    return unknown - hidden


def _settle(sums: Sequence[Sum], unknown: set[int], order: Order, told: Told) -> None:
    """Hides more until no single sum gives a hidden number away."""
    changed = True
    while changed:
        changed = False
        for one in sums:
            away = [place for place in one if place in unknown]
            known = [place for place in one if place not in unknown]
            if not away or not known:
                continue
            if len(away) == 1 or (one[-1] not in unknown and told(away, one[-1])):
                unknown.add(min(known, key=lambda place: (place == one[-1], *order(place))))
                changed = True
