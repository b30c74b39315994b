"""Which segments people check: chances fixed beforehand, larger where the machine is less sure, and the draw.

Because every segment had a known chance above 0, what people say of those that were drawn tells about all of them,
however wrong the machine is. The chances must be kept before anybody looks, and can only be raised, by a further draw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EVENLY = 0.5


def chances(scores: ArrayLike, budget: float, evenly: float = EVENLY) -> Floats:
    """(n,) the chance of each segment to be drawn, so that `budget` (a share of all) are: their sum is budget * n.

    `scores` (n,) or (n, codes) are the machine's probabilities. A part `evenly` of the budget gives all the same
    chance, the rest goes by u = sqrt(m (1 - m)); for several codes, by the root of the sum of m (1 - m) over them,
    which makes the sum of their variances least. No chance is above 1: what is cut off goes to the others.

    Source: pi = t b + (1 - t) b u / mean(u), as in Zrnic & Candes 2024 (arXiv:2403.03208), section 4.
    """
    m = np.asarray(scores, np.float64)
    m = m.reshape(len(m), -1)
    doubt: Floats = np.sqrt((m * (1 - m)).sum(axis=1))
    if not len(m):
        return doubt
    sizes = evenly + (1 - evenly) * doubt / doubt.mean() if doubt.any() else np.ones(len(m))
    return _filled(sizes, budget * len(m))


def _filled(sizes: Floats, total: float) -> Floats:
    """The sizes in proportion, capped at 1, so that they add up to the total."""
    if total >= len(sizes):
        return np.ones(len(sizes))
    full = np.zeros(len(sizes), np.bool_)
    while True:
        rest = np.where(full, 0, sizes)
        found = np.where(full, 1, rest * (total - full.sum()) / max(rest.sum(), 1e-300))
        over = (found > 1) & ~full
        if not over.any():
            return np.minimum(found, 1)
        full |= over


def systematic(chance: Floats, seed: int) -> Flags:
    """(n,) which are drawn, each with its chance, spread evenly over the order in which they stand.

    So many are drawn as the chances add up to, rounded up or down.
    Source: Madow 1949, Ann. Math. Stat. 20: 333-354: systematic sampling with unequal probabilities.
    """
    steps = np.round(np.cumsum(chance), 9) + np.random.default_rng(seed).random()
    drawn: Flags = np.diff(np.floor(steps), prepend=np.floor(steps[:1] - chance[:1])) > 0
    return drawn


def further(before: Floats, after: Floats, drawn: Flags, seed: int) -> Flags:
    """(n,) what a further draw adds to what is `drawn`, so that each segment's chance of being in either is `after`.

    `after` is nowhere below `before`. One that was not drawn is drawn now with (after - before) / (1 - before).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(drawn | (before >= 1), 0, (after - before) / (1 - before))
    return systematic(np.clip(np.nan_to_num(left), 0, 1), seed) & ~drawn
