"""Intervals for a share: Clopper and Pearson's, and with an effective size Korn and Graubard's for a complex sample.

All take arrays as well as numbers. Written by hand on scipy's beta and t quantiles: what is kept of it elsewhere
is either for whole numbers only, or a part of a survey package many times the size of this one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]

LEVEL = 0.95


def clopper_pearson(share: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """(low, high) of the exact interval for a share (0 to 1) of `n` draws, where neither need be whole numbers.

    Infinitely many draws leave the share alone, none the whole range.
    Source: Clopper & Pearson 1934, Biometrika 26: 404-413, through the quantiles of the beta distribution.
    """
    from scipy.special import betaincinv

    p, many = np.broadcast_arrays(np.asarray(share, np.float64), np.asarray(n, np.float64))
    hits, tail = p * np.where(np.isfinite(many), many, 1), (1 - level) / 2
    misses = np.where(np.isfinite(many), many, 1) - hits
    low = np.where(hits > 0, _quantile(betaincinv, tail, hits, misses + 1), 0.0)
    high = np.where(misses > 0, _quantile(betaincinv, 1 - tail, hits + 1, misses), 1.0)
    certain = np.isposinf(many)
    return np.where(certain, p, low), np.where(certain, p, high)


def effective_size(share: ArrayLike, variance: ArrayLike) -> Floats:
    """How many independent draws would know the share as well: infinite without variance, nan for share 0 or 1 then.

    Source: Korn & Graubard 1998, Survey Methodology 24: 193-201.
    """
    p, spread = np.asarray(share, np.float64), np.asarray(variance, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return p * (1 - p) / spread


def adjusted(effective: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = LEVEL) -> Floats:
    """The effective size, made smaller where few degrees of freedom stand behind it: by t(n - 1)^2 / t(df)^2.

    Clopper and Pearson's interval with it is Korn and Graubard's. Source: Korn & Graubard 1998, as above.
    """
    from scipy.special import stdtrit

    tail = (1 + level) / 2
    many, free = np.maximum(np.asarray(n, np.float64) - 1, 1), np.maximum(np.asarray(df, np.float64), 1)
    found: Floats = np.asarray(effective, np.float64) * (stdtrit(many, tail) / stdtrit(free, tail)) ** 2
    return found


def _quantile(betaincinv: Any, at: float, a: Floats, b: Floats) -> Floats:
    with np.errstate(all="ignore"):
        found: Floats = betaincinv(np.maximum(a, 1e-12), np.maximum(b, 1e-12), at)
    return found
