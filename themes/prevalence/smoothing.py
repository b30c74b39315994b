"""A second view of small cells: each drawn towards what its group and its period have in common with the others.

Never the first view: it supposes that groups and periods add up, and hides a cell that really is unlike its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS = 100
Z95 = 1.959964


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Shares of C cells drawn towards an additive model; nan where a cell could not be smoothed.

    `own` (C,), 0 to 1, is how much of a cell's share is its own; the rest is the model's. `error` is the root of the
    mean squared error. `between` is the variance of cells around the model. `why` says why nothing was smoothed.
    """

    share: Floats
    low: Floats
    high: Floats
    own: Floats
    error: Floats
    between: float = 0.0
    why: str = ""


TOO_FEW = "too few cells for a model of groups and periods"


def smoothed(shares: Floats, variances: Floats, groups: NDArray[np.intp], periods: NDArray[np.intp]) -> Smoothed:
    """The shares (C,) with their variances (C,), smoothed along their `groups` and `periods` (C,), numbers from 0.

    Cells without a share or a variance take no part. 95% intervals by z. Source: Fay & Herriot 1979, J. Am. Stat.
    Assoc. 74: 269-277, with their estimate of the variance between cells; its mean squared error with the bias taken
    off: Datta, Rao & Smith 2005, Biometrika 92: 183-196.
    """
    known = np.isfinite(shares) & np.isfinite(variances) & (variances > 0)
    design = _design(groups[known], periods[known])
    n, p = design.shape
    nothing = np.full(len(shares), np.nan)
    if n - p < 2:  # with one degree of freedom the variance between cells is not known at all
        return Smoothed(nothing, nothing, nothing, nothing, nothing, why=TOO_FEW)
    y, psi = shares[known], np.maximum(variances[known], 1e-9)
    between = _between(y, psi, design)
    weights = 1 / (between + psi)
    inverse = np.asarray(np.linalg.pinv((design * weights[:, None]).T @ design), np.float64)
    model = design @ (inverse @ (design.T @ (weights * y)))
    own = between / (between + psi)
    error = np.sqrt(_squared_error(own, psi, weights, design, inverse))
    share = np.clip(own * y + (1 - own) * model, 0, 1)
    low, high = np.clip(share - Z95 * error, 0, 1), np.clip(share + Z95 * error, 0, 1)
    placed = [_placed(values, known) for values in (share, low, high, own, error)]
    return Smoothed(placed[0], placed[1], placed[2], placed[3], placed[4], between)


def _placed(values: Floats, known: NDArray[np.bool_]) -> Floats:
    found = np.full(len(known), np.nan)
    found[known] = values
    return found


def _design(groups: NDArray[np.intp], periods: NDArray[np.intp]) -> Floats:
    """(C, columns) a height, and a difference for each group and each period after the first: columns of full rank."""
    columns = [np.ones(len(groups))]
    for of in (groups, periods):
        columns += [(of == name).astype(np.float64) for name in np.unique(of)[1:]]
    full = np.column_stack(columns)
    kept: list[int] = []
    for column in range(full.shape[1]):  # a period that one group alone has says nothing of its own
        if np.linalg.matrix_rank(full[:, [*kept, column]]) > len(kept):
            kept.append(column)
    return full[:, kept]


def _between(y: Floats, psi: Floats, design: Floats) -> float:
    """The variance between cells, 0 at least, at which weighted residuals are as large as their degrees of freedom."""

    degrees = len(y) - int(design.shape[1])

    def surplus(variance: float) -> float:
        weights = 1 / (variance + psi)
        beta = np.linalg.pinv((design * weights[:, None]).T @ design) @ (design.T @ (weights * y))
        return float(np.sum(weights * (y - design @ beta) ** 2)) - degrees

    if surplus(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):  # it falls as the variance grows
        middle = (low + high) / 2
        low, high = (middle, high) if surplus(middle) > 0 else (low, middle)
    return (low + high) / 2


def _squared_error(own: Floats, psi: Floats, weights: Floats, design: Floats, inverse: Floats) -> Floats:
    """(C,) the mean squared error: of the cell, of the model, of the variance between cells, and its bias taken off."""
    n = len(psi)
    of_cell, leans = own * psi, np.einsum("ij,jk,ik->i", design, inverse, design)
    of_model = (1 - own) ** 2 * leans
    spread = 2 * n / weights.sum() ** 2
    of_variance = psi**2 * weights**3 * spread
    bias = 2 * (n * (weights**2).sum() - weights.sum() ** 2) / weights.sum() ** 3
    found: Floats = np.maximum(of_cell + of_model + 2 * of_variance - (1 - own) ** 2 * bias, 1e-12)
    return found
