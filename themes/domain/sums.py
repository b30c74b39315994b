"""Sums that published numbers obey, and what follows from them: which hidden number could be reckoned from the others.

A cell is (source kind, actor group, mission, period); a whole is the sum of its parts along any one of the four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Bounds:
    """What anybody knows of the numbers before they see any: each is at least `low` and at most `high`.

    `values` are the numbers themselves. Where the parts of a whole do not come to it, since it has more of its own,
    they come to it at most.
    """

    values: Sequence[int]
    low: Sequence[int]
    high: Sequence[int]


def narrowed(sums: Sequence[Sum], unknown: AbstractSet[int], bounds: Bounds) -> tuple[list[int], list[int]]:
    """The least and the most that each number can be, for whoever sees those that are not unknown."""
    values = bounds.values
    low = [bounds.low[place] if place in unknown else value for place, value in enumerate(values)]
    high = [bounds.high[place] if place in unknown else value for place, value in enumerate(values)]
    touched = [(one, sum(values[part] for part in one[:-1]) == values[one[-1]]) for one in sums]
    touched = [(one, exact) for one, exact in touched if any(place in unknown for place in one)]
    changed = True
    while changed:
        changed = False
        for (*parts, whole), exact in touched:
            least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
            if least > low[whole]:
                low[whole], changed = least, True
            if exact and most < high[whole]:
                high[whole], changed = most, True
            for part in parts:
                if (up := high[whole] - least + low[part]) < high[part]:
                    high[part], changed = up, True
                if exact and (down := low[whole] - most + high[part]) > low[part]:
                    low[part], changed = down, True
    return low, high


def noughts(sums: Sequence[Sum], unknown: AbstractSet[int], values: Sequence[int]) -> set[int]:
    """The unknown places that are nothing because a whole that is shown comes to nothing: nobody can hide these."""
    found: set[int] = set()
    grew = True
    while grew:
        new = {
            part
            for *parts, whole in sums
            if values[whole] == 0 and (whole not in unknown or whole in found)
            for part in parts
            if part in unknown
        }
        grew = bool(new - found)
        found |= new
    return found


def held_back(
    sums: Sequence[Sum], hidden: AbstractSet[int], order: Order, told: Told | None = None, bounds: Bounds | None = None
) -> set[int]:
    """The places to be hidden beside the hidden ones, so that no hidden number follows from those shown.

    Four things give one away: a sum in which it alone is hidden; several sums together; a sum whose hidden parts are
    `told` by what they come to; and `bounds` that leave it one value, as when hidden parts come to nothing. The first
    in `order` is taken each time.
    """
    unknown = set(hidden)
    while unknown:
        _settle(sums, unknown, order, told)
        more = {min(known, key=order) for known in reckoned(sums, unknown).values() if known}
        if not more and bounds:
            more = _loosening(sums, unknown, order, bounds)
        if not more:
            break
        unknown |= more
    return unknown - hidden


def _loosening(sums: Sequence[Sum], unknown: AbstractSet[int], order: Order, bounds: Bounds) -> set[int]:
    """A known place beside each unknown one that has a single value left, else beside those around it."""
    low, high = narrowed(sums, unknown, bounds)
    fixed = {place for place in unknown if low[place] >= high[place]} - noughts(sums, unknown, bounds.values)
    beside: dict[int, set[int]] = defaultdict(set)
    for one in sums:
        for place in one:
            beside[place].update(one)
    more: set[int] = set()
    for place in fixed:
        near = beside[place] - unknown or {far for other in beside[place] for far in beside[other]} - unknown
        if near:
            more.add(min(near, key=order))
    return more


def _settle(sums: Sequence[Sum], unknown: set[int], order: Order, told: Told | None) -> None:
    """Hides more until no single sum gives a hidden number away."""
    changed = True
    while changed:
        changed = False
        for one in sums:
            away = [place for place in one if place in unknown]
            known = [place for place in one if place not in unknown]
            if not away or not known:
                continue
            if len(away) == 1 or (told and one[-1] not in unknown and told(away, one[-1])):
                unknown.add(min(known, key=lambda place: (place == one[-1], *order(place))))
                changed = True
