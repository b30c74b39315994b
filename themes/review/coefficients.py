"""How far several coders agree, as coefficients: Krippendorff's alpha, Gwet's AC1, percent; intervals by resampling.

Written by hand: the packages that have these are under licences that this project cannot ship, or go wrong in silence
with missing words. All of them are quotients of sums over units, so units are summed by interview once, and an interval
costs a multiplication of two tables: how often a resample holds each interview, and what each interview adds up to.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
INTERVIEWS_FROM = 5
"""Interviews from which there is an interval: four allow only 35 different resamples, and an end of a 95% interval
leaves out one in forty."""
VARYING_FROM = 0.95
"""The share of resamples in which a coefficient must be defined, so that its interval is not one of the others."""

NOTHING_VARIES = "no alpha: all say the same of every segment"
TOO_FEW_INTERVIEWS = f"no interval below {INTERVIEWS_FROM} interviews"
IN_TOO_FEW = "no interval for alpha: given in too few interviews"
NO_DISAGREEMENT = "no interval: nobody disagreed, in any resample either"

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Ratings:
    """What coders said of units, as counts.

    `counts` (units, values) is how many coders gave each unit each value: a coder who said nothing counts nowhere.
    `interviews` (units,) says which interview a unit is of, counted from 0. `distances` (values, values), 0 to 1, says
    how far values are apart; without it they are the same or not. `weights` (units,) is how many units of the study one
    stands for (1 / its chance, where units were drawn with unequal ones); without it all count the same.
    """

    counts: Floats
    interviews: NDArray[np.intp]
    distances: Floats | None = None
    weights: Floats | None = None


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The agreement of coders. `why` says why alpha is not defined, `interval_why` why an interval is missing.

    `units` are those of which two coders or more spoke, in so many `interviews`. `percent` (0 to 1) is the share of
    pairs of coders that agree, the mean over units. Of values that are more or less far apart there is no AC1.
    """

    units: int = 0
    interviews: int = 0
    percent: float | None = None
    alpha: float | None = None
    ac1: float | None = None
    alpha_interval: Interval | None = None
    ac1_interval: Interval | None = None
    why: str = ""
    interval_why: str = ""


def coefficients(ratings: Ratings, resamples: int = RESAMPLES, seed: int = 0) -> Coefficients:
    """All coefficients of the ratings, with intervals for what other interviews like these would give.

    The interval is the middle 95% of what resamples of whole interviews give (percentile bootstrap of clusters). With
    few interviews it is rather too narrow. Source: Davison & Hinkley 1997, Bootstrap methods and their application.
    """
    sums = _by_interview(ratings)
    held = sums[sums[:, _RATED] > 0]
    n_interviews = int(np.count_nonzero(held[:, _PAIRED]))
    if not n_interviews:
        return Coefficients()
    whole, drawn = sums.sum(axis=0), _draws(len(held), resamples, seed) @ held
    agreed = float(whole[_AGREED] / whole[_PAIRED])
    values = [_number(one(whole[None], ratings.distances)[0]) for one in (_alpha, _ac1)]
    spreads = [
        (None, "") if value is None else _interval(one(drawn, ratings.distances), n_interviews, agreed == 1)
        for one, value in zip((_alpha, _ac1), values, strict=True)
    ]
    return Coefficients(
        units=int(np.count_nonzero(ratings.counts.sum(axis=1) >= 2)),
        interviews=n_interviews,
        percent=agreed,
        alpha=values[0],
        ac1=values[1],
        alpha_interval=spreads[0][0],
        ac1_interval=spreads[1][0],
        why=NOTHING_VARIES if values[0] is None else "",
        interval_why=spreads[0][1] or spreads[1][1],
    )


def alpha(ratings: Ratings) -> float | None:
    """Krippendorff's alpha: 1 for full agreement, 0 for what chance gives, below for less; None where nothing varies.

    Any number of coders, with words missing; a unit of which fewer than two spoke counts nowhere. 1 - Do / De, where Do
    is the mean distance of two words on one unit, and De that of any two words. Source: Krippendorff 2011, Computing
    Krippendorff's alpha-reliability, sections C and D.
    """
    return _number(_alpha(_by_interview(ratings).sum(axis=0)[None], ratings.distances)[0])


def ac1(ratings: Ratings) -> float | None:
    """Gwet's AC1, which does not fall where nearly all units have the same value; None where only one value exists.

    (Pa - Pe) / (1 - Pe), where Pe is the sum of p (1 - p) over the values, divided by their number less one, and p is
    the mean share of a value among the words on a unit. A unit of which one coder spoke counts in p alone. Source: Gwet
    2008, Computing inter-rater reliability and its variance in the presence of high agreement, British Journal of
    Mathematical and Statistical Psychology 61, 29-48; for missing words Gwet 2014, Handbook of inter-rater reliability.
    """
    return _number(_ac1(_by_interview(ratings).sum(axis=0)[None], ratings.distances)[0])


def percent(ratings: Ratings) -> float | None:
    """The share of pairs of coders that say the same of a unit, the mean over units, 0 to 1; None without any pair.

    Source: Fleiss 1971, Measuring nominal scale agreement among many raters, Psychological Bulletin 76, 378-382.
    """
    whole = _by_interview(ratings).sum(axis=0)
    return float(whole[_AGREED] / whole[_PAIRED]) if whole[_PAIRED] else None


def masi(one: Set[object], other: Set[object]) -> float:
    """How far two sets are apart: 0 for the same, 1 for sets with nothing in common. No set may be empty.

    1 - J * M: J is the number in both over the number in either; M is 1 for the same sets, 2/3 where one holds the
    other, 1/3 where they overlap, 0 where they do not. Source: Passonneau 2006, Measuring agreement on set-valued items
    (MASI) for semantic and pragmatic annotation, LREC.
    """
    common, either = len(one & other), len(one | other)
    if one == other:
        return 0.0
    within = one <= other or other <= one
    return 1 - common / either * (2 if within else 1) / 3


def distances(values: Sequence[Set[object]]) -> Floats:
    """The distance of each value from each other, (values, values)."""
    return np.array([[masi(one, other) for other in values] for one in values], np.float64).reshape(len(values), -1)


# --- sums over units, by interview: (interviews, columns) ---

_PAIRED, _AGREED, _WORDS, _APART, _RATED, _VALUES = range(6)
"""Columns: units with two words or more, their agreement, their words, their disagreement, units with any word. From
there on the number of words for each value on units with two or more, then the shares of the values, unit by unit."""


def _by_interview(ratings: Ratings) -> Floats:
    counts = ratings.counts
    words = counts.sum(axis=1)
    paired, rated = words >= 2, words >= 1
    # a unit's own pairs: words that differ, each pair taken both ways
    apart = (counts * (counts @ _between(ratings))).sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1)
    shares = counts / np.maximum(words, 1)[:, None]
    others = np.maximum(words - 1, 1)
    columns = np.column_stack(
        [
            paired,
            np.where(paired, same / np.maximum(words * others, 1), 0),
            np.where(paired, words, 0),
            np.where(paired, apart / others, 0),
            rated,
            counts * paired[:, None],
            shares,
        ]
    )
    if ratings.weights is not None and paired.any():
        columns = columns * (ratings.weights / ratings.weights[paired].mean())[:, None]
    n_interviews = int(ratings.interviews.max(initial=-1)) + 1
    sums = np.zeros((n_interviews, columns.shape[1]))
    np.add.at(sums, ratings.interviews, columns)
    return sums


def _between(ratings: Ratings) -> Floats:
    return 1 - np.eye(ratings.counts.shape[1]) if ratings.distances is None else ratings.distances


def _alpha(sums: Floats, apart: Floats | None) -> Floats:
    """(resamples, columns) -> (resamples,), not a number where nothing varies."""
    n_values = (sums.shape[1] - _VALUES) // 2
    words, values = sums[:, _WORDS], sums[:, _VALUES : _VALUES + n_values]
    between = 1 - np.eye(n_values) if apart is None else apart
    expected = (values * (values @ between)).sum(axis=1)
    observed = sums[:, _APART] * np.maximum(words - 1, 0)
    alphas: Floats = 1 - np.divide(observed, expected, out=np.full(len(sums), np.nan), where=expected > 1e-12)
    return alphas


def _ac1(sums: Floats, apart: Floats | None) -> Floats:
    """(resamples, columns) -> (resamples,), not a number where there is one value, or where values are more or less
    far apart."""
    n_values = (sums.shape[1] - _VALUES) // 2
    unknown = np.full(len(sums), np.nan)
    if n_values < 2 or apart is not None:
        return unknown
    shares = sums[:, _VALUES + n_values :] / np.maximum(sums[:, _RATED], 1)[:, None]
    by_chance = (shares * (1 - shares)).sum(axis=1) / (n_values - 1)
    agreed = np.divide(sums[:, _AGREED], sums[:, _PAIRED], out=unknown, where=sums[:, _PAIRED] > 0)
    coefficient: Floats = (agreed - by_chance) / (1 - by_chance)
    return coefficient


# --- intervals ---


@lru_cache(maxsize=4)  # all codes of one comparison stand in the same interviews
def _draws(n_interviews: int, resamples: int, seed: int) -> Floats:
    """How often each of so many draws of as many interviews, each put back before the next, holds each interview."""
    drawn = np.random.default_rng(seed).multinomial(n_interviews, np.full(n_interviews, 1 / n_interviews), resamples)
    return drawn.astype(np.float64)


def _interval(values: Floats, n_interviews: int, all_agree: bool) -> tuple[Interval | None, str]:
    """The middle 95% of the resamples, or why there is none."""
    defined = values[~np.isnan(values)]
    if n_interviews < INTERVIEWS_FROM:
        return None, TOO_FEW_INTERVIEWS
    if all_agree:
        return None, NO_DISAGREEMENT
    if len(defined) < VARYING_FROM * len(values):
        return None, IN_TOO_FEW
    low, high = np.quantile(defined, (0.025, 0.975))
    return (float(low), float(high)), ""


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
