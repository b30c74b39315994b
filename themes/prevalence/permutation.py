"""Whether sides differ, by exchanging them: how often chance alone parts the interviews as far as the study does.

Exchanging happens within missions and between whole interviews, so neither what differs between missions nor how alike
the segments of one interview are can pass for a difference. Each difference is measured by its own standard error, so
that sides of unequal size that scatter unequally do not spoil the chance of a false positive.

Sources: Janssen 1997, Studentized permutation tests for non-i.i.d. hypotheses and the generalized Behrens-Fisher
problem, Statistics & Probability Letters 36, 9-21; for several groups Pauly, Brunner & Konietschke 2015, Asymptotic
permutation tests in general factorial designs, Journal of the Royal Statistical Society B 77, 461-473.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from themes.prevalence.comparing import benjamini_hochberg
from themes.prevalence.exchanging import NEARLY, exchanged
from themes.prevalence.parts import Effects, Floats, Ints, Parts, effects, parts

__all__ = ["Omnibus", "Pair", "PermutationTest", "all_pairs", "any_difference", "two_sides"]

PERMUTATIONS = 9_999
NOT_TOGETHER = "no mission in which both speak"


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Whether two sides differ. None means not defined, and `why` says why.

    `difference` is the mean interview share of side 0 less that of side 1, within missions, and `standard_error` its
    own. `p` is the share of `arrangements` of the sides that part them at least as far, in either direction; all there
    are if `complete`, else a sample with the study's own. `least_p` is the smallest p that so many interviews could
    ever give: where it is above .05, the test cannot find anything, and its p says nothing. `quick_p` is that of a
    t-test on the same difference, on `df` degrees of freedom (in a single mission the test of Welch). `interviews` are
    those on side 0 alone, on side 1 alone, and on both; `left_out` speak in missions where one side is silent.
    """

    difference: float | None = None
    standard_error: float | None = None
    p: float | None = None
    least_p: float | None = None
    arrangements: int = 0
    complete: bool = False
    quick_p: float | None = None
    df: float | None = None
    interviews: tuple[int, int, int] = (0, 0, 0)
    left_out: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Omnibus:
    """Whether any of several groups differs from the others; fields as in PermutationTest.

    `statistic` is the distance of all groups from one another over its variance (Wald), which only `p` makes readable.
    `groups` are those compared, in missions where at least two speak.
    """

    statistic: float | None = None
    p: float | None = None
    least_p: float | None = None
    arrangements: int = 0
    complete: bool = False
    groups: tuple[int, ...] = ()
    interviews: int = 0
    left_out: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups out of several, `one` less `other`, with the p-value adjusted for all pairs (None without any)."""

    one: int
    other: int
    test: PermutationTest
    adjusted_p: float | None


def two_sides(
    values: ArrayLike,
    sides: ArrayLike,
    interviews: ArrayLike,
    strata: ArrayLike | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> PermutationTest:
    """Whether the interviews of side 0 speak of the code in another measure than those of side 1, within missions.

    `values` (n,) are pseudo-outcomes of segments, `sides` (n,) 0, 1 or below 0 for neither, `interviews` (n,) and
    `strata` (n,) whole numbers. The sides of the interviews of a mission are exchanged; an interview that speaks on
    both sides exchanges its own two parts. The same input gives the same answer, whatever the order of segments.
    """
    side = np.asarray(sides, np.intp)
    held = parts(values, np.where(side > 1, -1, side), interviews, strata)
    if not len(held.shares):
        return PermutationTest(left_out=held.left_out, why=NOT_TOGETHER)
    if effects(held, held.sides[None]).differences[0] >= 0:
        return _two_sides(held, permutations, seed)
    # the higher side always stands first, so that naming the sides the other way changes the sign alone
    found = _two_sides(replace(held, sides=1 - held.sides), permutations, seed)
    second, first, both = found.interviews
    return replace(found, difference=-(found.difference or 0.0), interviews=(first, second, both))


def _two_sides(held: Parts, permutations: int, seed: int) -> PermutationTest:
    seen = effects(held, held.sides[None])
    chance = exchanged(held, lambda sides: _studentised(held, sides), permutations, seed)
    quick_p, df = _quick(held, seen)
    kinds = np.where(held.on_several, 2, held.sides)[held.starts]
    first, second, both = np.bincount(kinds, minlength=3).tolist()
    return PermutationTest(
        difference=float(seen.differences[0]),
        standard_error=None if df is None else math.sqrt(float(seen.variances()[0])),
        p=chance.p,
        least_p=chance.least_p,
        arrangements=chance.arrangements,
        complete=chance.complete,
        quick_p=quick_p,
        df=df,
        interviews=(first, second, both),
        left_out=held.left_out,
    )


def any_difference(
    values: ArrayLike,
    groups: ArrayLike,
    interviews: ArrayLike,
    strata: ArrayLike | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Omnibus:
    """Whether any of several groups speaks of the code in another measure than the others, within missions.

    Input as in `two_sides`, `groups` (n,) any whole numbers from 0, below 0 for none. Groups that share no mission are
    not compared with one another.
    """
    held = parts(values, groups, interviews, strata)
    if not len(held.shares):
        return Omnibus(left_out=held.left_out, why=NOT_TOGETHER)
    names, numbered = np.unique(held.sides, return_inverse=True)
    held = replace(held, sides=numbered.reshape(-1))
    wald = _Wald(held)
    chance = exchanged(held, wald, permutations, seed)
    return Omnibus(
        statistic=float(wald(held.sides[None])[0]),
        p=chance.p,
        least_p=chance.least_p,
        arrangements=chance.arrangements,
        complete=chance.complete,
        groups=tuple(int(name) for name in names),
        interviews=int(held.units[-1]) + 1,
        left_out=held.left_out,
    )


def all_pairs(
    values: ArrayLike,
    groups: ArrayLike,
    interviews: ArrayLike,
    strata: ArrayLike | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> tuple[Pair, ...]:
    """Every pair of groups, in order, as one family: p-values are adjusted for the number of pairs that have one."""
    group = np.asarray(groups, np.intp)
    names = [int(name) for name in np.unique(group[group >= 0])]
    pairs = list(combinations(names, 2))
    tests = []
    for one, other in pairs:
        sides = np.select([group == one, group == other], [0, 1], -1)
        tests.append(two_sides(values, sides, interviews, strata, permutations, seed))
    adjusted = benjamini_hochberg([math.nan if test.p is None else test.p for test in tests])
    return tuple(
        Pair(one, other, test, None if test.p is None else float(p))
        for (one, other), test, p in zip(pairs, tests, adjusted, strict=True)
    )


# --- statistics ---


def _studentised(held: Parts, sides: Ints) -> Floats:
    """(ways, parts) -> (ways,): how far the sides are apart, in standard errors."""
    found = effects(held, sides)
    return _quotients(np.abs(found.differences), np.sqrt(found.variances()), held)


def _quotients(above: Floats, below: Floats, held: Parts) -> Floats:
    """Quotients; without any scatter nothing is nothing, and something is more than anything."""
    smallest = NEARLY * max(float(np.abs(held.within()).max()), 1e-300)
    without = np.where(above > smallest, np.inf, 0.0)
    return np.divide(above, below, out=without, where=below > smallest)


def _quick(held: Parts, seen: Effects) -> tuple[float | None, float | None]:
    """The p-value of a t-test and its degrees of freedom (Welch 1947, Biometrika 34, 28-35), None where a side has a
    single interview, whose scatter nobody knows.

    Interviews on side 0, on side 1 and on both each add to the variance with degrees of freedom of their own.
    """
    from scipy.special import stdtr

    several, sides = held.on_several[held.starts], held.sides[held.starts]
    kinds = np.where(several, 2, sides)
    rest = 1 - seen.leverages[0]
    each = np.divide(seen.scores[0] ** 2, rest, out=np.zeros_like(rest), where=rest > NEARLY) / seen.spread**2
    free, variances = np.bincount(kinds, rest), np.bincount(kinds, each)
    held_kinds = np.bincount(kinds) > 0
    variance = float(variances.sum())
    if (free[held_kinds] < NEARLY).any() or variance <= 1e-24:
        return None, None
    df = variance**2 / float((variances[held_kinds] ** 2 / free[held_kinds]).sum())
    return float(2 * stdtr(df, -abs(float(seen.differences[0])) / math.sqrt(variance))), df


class _Wald:
    """The distance of all groups from one another over its variance, for several ways of giving out the groups.

    A group's variance is that of its own interviews and of one more that scatters as all do, so that a group of one or
    two does not seem to be certain.
    """

    def __init__(self, held: Parts) -> None:
        self.held, self.within = held, held.within()
        n_groups, n_strata = int(held.sides.max()) + 1, int(held.strata.max()) + 1
        counts = np.zeros((n_strata, n_groups))
        np.add.at(counts, (held.strata, held.sides), 1)
        self.shares = counts / counts.sum(axis=1, keepdims=True)
        self.counts, own = counts.sum(axis=0), np.eye(n_groups)
        # how the interviews of a group in a mission stand to the mean of that mission: (missions, groups, groups)
        apart = own[None] - self.shares[:, None, :]
        self.pulls = np.einsum("sg,sgi,sgj->gij", counts, apart, apart)
        values, vectors = np.linalg.eigh(self.pulls.sum(axis=0))
        self.between = vectors[:, values > 1e-9 * max(values.max(), 1e-300)]
        self.inverse = np.linalg.pinv(self.pulls.sum(axis=0), hermitian=True)
        self.free = max(len(held.shares) - n_strata - self.between.shape[1], 1)

    def __call__(self, sides: Ints) -> Floats:
        """(ways, parts) -> (ways,)."""
        member = (sides[:, :, None] == np.arange(len(self.counts))).astype(np.float64)
        sums = np.einsum("wpg,p->wg", member, self.within)
        heights = sums @ self.inverse
        own = np.take_along_axis(heights, sides, axis=1)
        expected = own - (heights @ self.shares.T)[:, self.held.strata]
        squares = (self.within - expected) ** 2
        pooled = squares.sum(axis=1, keepdims=True) / self.free
        variances = (np.einsum("wpg,wp->wg", member, squares) + pooled) / self.counts
        floor = NEARLY * float((self.within**2).mean())
        if floor < 1e-30:
            return np.zeros(len(sides))
        pulls = np.einsum("wg,gij->wij", np.maximum(variances, floor), self.pulls)
        reduced, seen = self.between.T @ pulls @ self.between, sums @ self.between
        distances: Floats = np.einsum("wi,wi->w", seen, np.linalg.solve(reduced, seen[:, :, None])[:, :, 0])
        return distances
