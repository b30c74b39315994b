"""What each interview says on each side of a comparison, and how far the sides are apart within missions.

The interview is what was drawn, so it is what is compared: its segments only say how it speaks. A part is what one
interview says on one side, as the share of its segments there that carry the code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a comparison, in missions where at least two sides speak, in an order that names have no say in.

    `shares` (parts,) is the mean pseudo-outcome, which may lie outside 0 to 1. `sides` (parts,) counts from 0. `strata`
    (parts,) is the mission, from 0. `units` (parts,) is the interview, from 0, its parts side by side. Within a block
    (`blocks`, (parts,), from 0, each one stretch) sides could as well stand in another order if nothing differs
    between them: the interviews of a mission that speak on one side alone, or the parts of an interview that speaks on
    several. `left_out` interviews speak in missions where there is nothing to compare.
    """

    shares: Floats
    sides: Ints
    strata: Ints
    units: Ints
    blocks: Ints
    left_out: int = 0

    @property
    def starts(self) -> Ints:
        """Where the parts of each interview begin, (interviews,)."""
        return np.flatnonzero(np.diff(self.units, prepend=-1))

    @property
    def on_several(self) -> NDArray[np.bool_]:
        """Whether the interview of a part speaks on several sides, (parts,)."""
        several: NDArray[np.bool_] = np.bincount(self.units)[self.units] > 1
        return several

    def within(self) -> Floats:
        """How far each part is from the mean of its mission, (parts,)."""
        from_mean: Floats = self.shares - means(self.shares, self.strata)
        return from_mean


def parts(values: ArrayLike, sides: ArrayLike, interviews: ArrayLike, strata: ArrayLike | None = None) -> Parts:
    """The parts of the segments: `values` (n,) pseudo-outcomes; `sides` (n,), below 0 for neither; `interviews` (n,).

    `strata` (n,) is the mission, one for all where it is missing; an interview that speaks of two missions counts as an
    interview in each. The order of segments and the numbers of interviews leave no trace, not even in the last digit.
    """
    side = np.asarray(sides, np.intp).ravel()
    mission = np.zeros_like(side) if strata is None else np.asarray(strata, np.intp).ravel()
    value, interview = np.asarray(values, np.float64).ravel(), np.asarray(interviews, np.intp).ravel()
    held = np.flatnonzero((side >= 0) & np.isin(mission, _compared(side, mission)))
    left_out = len(np.unique(interview[side >= 0])) - len(np.unique(interview[held]))
    order = held[np.lexsort((value[held], side[held], mission[held], interview[held]))]
    found = np.column_stack([interview, mission, side])[order]
    first = np.flatnonzero(np.r_[True, (found[1:] != found[:-1]).any(axis=1)]) if len(found) else np.zeros(0, np.intp)
    sizes = np.diff(first, append=len(found))
    shares = np.add.reduceat(value[order], first) / sizes if len(first) else np.zeros(0)
    return _ordered(shares, found[first], left_out)


def means(values: Floats, strata: Ints) -> Floats:
    """The mean of the values of its mission, for each part."""
    counts = np.bincount(strata)
    mean: Floats = (np.bincount(strata, values) / np.maximum(counts, 1))[strata]
    return mean


@dataclass(frozen=True, eq=False)
class Effects:
    """How far side 0 is above side 1 within missions, for several ways of giving out the sides (ways,).

    `differences` (ways,); `scores` (ways, interviews) is how each interview pulls at it, `leverages` (ways, interviews)
    how much each decides it, 1 where nothing else does.
    """

    differences: Floats
    scores: Floats
    leverages: Floats
    spread: float

    def variances(self, power: int = 1) -> Floats:
        """(ways,): with power 1 that of Welch in a single mission (HC2), with power 2 that of the jackknife (HC3)."""
        rest = (1 - self.leverages) ** power
        each = np.divide(self.scores**2, rest, out=np.zeros_like(self.scores), where=1 - self.leverages > 1e-9)
        total: Floats = each.sum(axis=1) / self.spread**2
        return total


def effects(held: Parts, sides: Ints) -> Effects:
    """The effects for `sides` (ways, parts), each row the sides of the parts in another order within their blocks.

    That is the least-squares fit of the shares on the side and the missions, with a variance that lets interviews
    differ in how widely they scatter. An interview that speaks on both sides pulls with both parts at once. Source:
    MacKinnon & White 1985, Some heteroskedasticity-consistent covariance matrix estimators, Journal of Econometrics 29,
    305-325; for interviews with two parts Bell & McCaffrey 2002, Survey Methodology 28, 169-181, along the direction in
    which the interview pulls.
    """
    within, starts = held.within(), held.starts
    # the sides of a mission keep their numbers whatever their order, so means and spread are the same in every row
    apart = (sides == 0) - means((held.sides == 0).astype(np.float64), held.strata)
    spread = float((apart[:1] ** 2).sum())
    differences = apart @ within / spread
    scores = np.add.reduceat(apart * (within - differences[:, None] * apart), starts, axis=1)
    squares, sums = (np.add.reduceat(part, starts, axis=1) for part in (apart**2, apart))
    in_mission = np.bincount(held.strata)[held.strata][starts]
    leverages = sums**2 / (in_mission * squares) + squares / spread
    return Effects(differences, scores, leverages, spread)


# --- which missions, in which order ---


def _compared(side: Ints, mission: Ints) -> Ints:
    """The missions in which at least two sides speak."""
    spoken = np.unique(np.column_stack([mission, side])[side >= 0], axis=0)
    missions, counts = np.unique(spoken[:, 0], return_counts=True)
    compared: Ints = missions[counts > 1]
    return compared


def _ordered(shares: Floats, keys: Ints, left_out: int) -> Parts:
    """Parts by mission, those of interviews on one side first, then by what they say, never by name."""
    sides, (_, strata) = keys[:, 2], np.unique(keys[:, 1], return_inverse=True)
    _, units = np.unique(keys[:, :2], axis=0, return_inverse=True)
    units = units.reshape(-1)
    several = np.bincount(units)[units] > 1
    n_units = int(units.max(initial=-1)) + 1
    highest, lowest = np.full(n_units, -np.inf), np.full(n_units, np.inf)
    np.maximum.at(highest, units, shares)
    np.minimum.at(lowest, units, shares)
    leaning = np.bincount(units, shares * (sides + 1))[units] if n_units else shares
    # only interviews on several sides need their parts kept together; of alike ones it does not matter which is first
    together = np.where(several, units, 0)
    order = np.lexsort((sides, shares, together, leaning, lowest[units], highest[units], several, strata))
    strata, sides, units, several = strata[order], sides[order], units[order], several[order]
    blocks = _numbered(np.column_stack([strata, np.where(several, units + 1, 0)]))
    return Parts(shares[order], sides, strata, _numbered(units[:, None]), blocks, left_out)


def _numbered(keys: Ints) -> Ints:
    """A number for each stretch of equal rows, from 0."""
    changes = (keys[1:] != keys[:-1]).any(axis=1)
    return np.cumsum(np.r_[0, changes]).astype(np.intp)[: len(keys)]
