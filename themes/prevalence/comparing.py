"""How far two shares are apart, with intervals; what a study could have seen; and p-values that belong together.

A difference is told in points first (risk difference), then as a log odds ratio. Its interval comes from the two
shares' own, so it is of the kind that these are: for informants like those interviewed, or for the corpus had people
coded all of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from themes.prevalence.parts import Floats

__all__ = [
    "Between",
    "Bounded",
    "benjamini_hochberg",
    "correlation",
    "joint_error",
    "log_odds_ratio",
    "minimum_detectable_difference",
    "risk_difference",
]


@dataclass(frozen=True, slots=True)
class Bounded:
    """A share with the ends of its interval, each 0 to 1; the share itself may lie outside, as pseudo-outcomes may."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two shares, the first less the second, with the ends of its interval; None where undefined."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


def risk_difference(one: Bounded, other: Bounded, correlated: float = 0.0) -> Between:
    """The first share less the second, -1 to 1, with an interval at the level of the shares' own.

    Each end is as far from the difference as the two shares are from theirs, squared and added; `correlated` (-1 to 1)
    is the correlation of the two shares, which makes it narrower where the same interviews speak in both. Sources:
    Newcombe 1998, Statistics in Medicine 17, 873-890 (method 10) and 2635-2650 (paired); Zou & Donner 2008, Statistics
    in Medicine 27, 1693-1702 (MOVER).
    """
    if not _finite(one, other):
        return Between()
    low, high = _squared_and_added(one, other, correlated)
    value = one.share - other.share
    return Between(*(min(max(found, -1.0), 1.0) for found in (value, value - low, value + high)))


def log_odds_ratio(one: Bounded, other: Bounded, correlated: float = 0.0) -> Between:
    """The log of the odds of the first share over those of the second, with an interval at the shares' own level.

    The shares and their limits are taken to the logit scale and then treated as in `risk_difference`. No value where a
    share is not between 0 and 1; no interval where a limit is 0 or 1. Source: Newcombe 2013, Confidence intervals for
    proportions and related measures of effect size, chapter 11; Zou & Donner 2008 as above.
    """
    logits = [[_logit(value) for value in (each.share, each.low, each.high)] for each in (one, other)]
    (first, *first_ends), (second, *second_ends) = logits
    if first is None or second is None:
        return Between()
    ends = [end for end in (*first_ends, *second_ends) if end is not None]
    if len(ends) < 4:
        return Between(first - second)
    low, high = _squared_and_added(Bounded(first, ends[0], ends[1]), Bounded(second, ends[2], ends[3]), correlated)
    return Between(first - second, first - second - low, first - second + high)


def correlation(values: ArrayLike, sides: ArrayLike, interviews: ArrayLike) -> float:
    """The correlation of the shares of side 0 and side 1 that comes of interviews which speak on both, -1 to 1.

    `values`, `sides` (0, 1, or below 0 for neither) and `interviews`: (n,) each. 0 where no interview speaks on both,
    or one of the shares does not vary. It is the covariance of the residuals of a ratio, summed by interview, over the
    root of their variances. Source: Cochran 1977, Sampling techniques, chapter 6.
    """
    value, side = np.asarray(values, np.float64), np.asarray(sides, np.intp)
    _, interview = np.unique(np.asarray(interviews), return_inverse=True)
    n_interviews = int(interview.max(initial=-1)) + 1
    residuals = []
    for which in (0, 1):
        inside = side == which
        share = value[inside].mean() if inside.any() else 0.0
        residuals.append(np.bincount(interview, inside * (value - share), minlength=n_interviews))
    scale = math.sqrt(float((residuals[0] ** 2).sum() * (residuals[1] ** 2).sum()))
    together = float((residuals[0] * residuals[1]).sum())
    return min(max(together / scale, -1.0), 1.0) if scale > 1e-12 else 0.0


def joint_error(one: float, other: float, correlated: float = 0.0) -> float:
    """The standard error of a difference of two shares from their own."""
    return math.sqrt(max(one**2 + other**2 - 2 * correlated * one * other, 0.0))


def minimum_detectable_difference(
    standard_error: float, df: float, power: float = 0.8, level: float = 0.05
) -> float | None:
    """The smallest true difference that a two-sided test at `level` would find with chance `power`.

    (t[1 - level/2] + t[power]) standard errors, t with `df` degrees of freedom, the interviews' (less what was
    estimated). None without degrees of freedom or a standard error. A difference that was not found says nothing on
    differences smaller than this. Source: Bloom 1995, Minimum detectable effects, Evaluation Review 19, 547-556.
    """
    from scipy.special import stdtrit

    if not (df > 0 and math.isfinite(standard_error) and standard_error > 0):
        return None
    return float(stdtrit(df, 1 - level / 2) + stdtrit(df, power)) * standard_error


def benjamini_hochberg(p_values: ArrayLike | Sequence[float]) -> Floats:
    """The p-values (m,) adjusted for their family: those up to q are a list of which at most a share q is expected to
    be false.

    One that is not a number stays so and does not count in the family. Source: Benjamini & Hochberg 1995, Controlling
    the false discovery rate, Journal of the Royal Statistical Society B 57, 289-300; by scipy.
    """
    from scipy import stats

    p = np.asarray(p_values, np.float64).ravel()
    adjusted, known = np.full(len(p), np.nan), ~np.isnan(p)
    if known.any():
        adjusted[known] = stats.false_discovery_control(p[known], method="bh")
    return adjusted


# --- the arithmetic of intervals ---


def _squared_and_added(one: Bounded, other: Bounded, correlated: float) -> tuple[float, float]:
    """How far the lower and the upper end are from the difference."""
    below, above = _distances(one)
    other_below, other_above = _distances(other)
    return joint_error(below, other_above, correlated), joint_error(above, other_below, correlated)


def _distances(one: Bounded) -> tuple[float, float]:
    """How far the ends are from the share; a share beyond its own interval is no further than at its end."""
    return max(one.share - one.low, 0.0), max(one.high - one.share, 0.0)


def _logit(share: float) -> float | None:
    return math.log(share / (1 - share)) if 0 < share < 1 else None


def _finite(*several: Bounded) -> bool:
    return all(math.isfinite(value) for one in several for value in (one.share, one.low, one.high))
