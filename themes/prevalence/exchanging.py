"""The orders in which the sides of a comparison could as well stand, and how many part them as far as the study."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from themes.prevalence.parts import Floats, Ints, Parts

__all__ = ["NEARLY", "Exchanged", "exchanged"]

AT_ONCE = 250_000
"""Numbers held at a time: so many orders are weighed together as fit; several groups hold so many for each group."""
NEARLY = 1e-9
"""Numbers no further apart than this share of themselves are the same; sums in another order differ by less."""

Statistic = Callable[[Ints], Floats]
"""(orders, parts) sides -> (orders,), larger where sides are further apart."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What exchanging the sides gave: see PermutationTest."""

    p: float
    least_p: float
    arrangements: int
    complete: bool


def exchanged(held: Parts, statistic: Statistic, permutations: int, seed: int) -> Exchanged:
    """How often the sides are at least as far apart when exchanged: in all orders, or in so many drawn with the seed.

    Drawn orders count with the study's own, so that no p is 0. Source: Phipson & Smyth 2010, Permutation p-values
    should never be zero, Statistical Applications in Genetics and Molecular Biology 9, 39.
    """
    seen = float(statistic(held.sides[None])[0]) * (1 - NEARLY)
    total = _number(held)
    complete = total <= permutations + 1
    orders = _every(held, total) if complete else _drawn(held, permutations, np.random.default_rng(seed))
    hits = sum(int(np.count_nonzero(statistic(sides) >= seen)) for sides in orders)
    compared = total if complete else permutations + 1
    # by naming the sides the other way some orders mirror one another, and are as far apart
    least = max(_mirrored(held) / total, 0 if complete else 1 / compared)
    return Exchanged((hits + (not complete)) / compared, least, compared, complete)


# --- counting ---


def _blocks(held: Parts) -> list[Ints]:
    """The sides of each block."""
    return np.split(held.sides, np.flatnonzero(np.diff(held.blocks)) + 1)


def _number(held: Parts) -> int:
    """In how many orders the sides can stand."""
    total = 1
    for sides in _blocks(held):
        total *= math.factorial(len(sides))
        for count in Counter(sides.tolist()).values():
            total //= math.factorial(count)
    return total


def _mirrored(held: Parts) -> int:
    """How many orders come of one when sides that speak in equally many interviews of every mission swap names."""
    alone, names = ~held.on_several, range(int(held.sides.max()) + 1)
    if not alone.all() and len(names) > 2:
        return 1
    each = [tuple(np.bincount(held.strata[alone & (held.sides == name)]).tolist()) for name in names]
    swaps = 1
    for times in Counter(each).values():
        swaps *= math.factorial(times)
    return swaps


# --- orders ---


def _every(held: Parts, total: int) -> Iterator[Ints]:
    """All orders of the sides, some (orders, parts) at a time."""
    choices = [_arrangements(sides) for sides in _blocks(held)]
    varying = [len(choice) for choice in choices if len(choice) > 1]
    step = max(AT_ONCE // len(held.sides), 1)
    for start in range(0, total, step):
        which = iter(np.unravel_index(np.arange(start, min(start + step, total)), varying) if varying else ())
        ways = min(step, total - start)
        yield np.hstack([
            choice[next(which)] if len(choice) > 1 else np.broadcast_to(choice, (ways, choice.shape[1]))
            for choice in choices
        ])  # fmt: skip


def _arrangements(sides: Ints) -> Ints:
    """The different orders of a few numbers, (orders, numbers)."""
    names = np.unique(sides).tolist()
    found = np.full((1, len(sides)), names[-1])
    for name in names[:-1]:  # each takes its places among those that are still the last one's
        times = int(np.count_nonzero(sides == name))
        taken = []
        for row in found:
            free = np.flatnonzero(row == names[-1])
            places = np.array(list(combinations(free, times)))
            more = np.repeat(row[None], len(places), axis=0)
            np.put_along_axis(more, places, name, axis=1)
            taken.append(more)
        found = np.vstack(taken)
    return found


def _drawn(held: Parts, permutations: int, chance: np.random.Generator) -> Iterator[Ints]:
    """So many orders by lot, some (orders, parts) at a time."""
    step = max(AT_ONCE // len(held.sides), 1)
    for start in range(0, permutations, step):
        ways = min(step, permutations - start)
        # blocks stand one after the other, so that sorting by a number beyond the block's own stirs each in itself
        keys = chance.random((ways, len(held.sides))) + held.blocks
        yield held.sides[np.argsort(keys, axis=1)]
