"""What the machine thinks once people have decided: a Gaussian process whose mean is the first opinion.

Every known passage pulls those that are like it towards what was said of it. How far is known in closed form, and so is
what the machine would have thought of each without the word of its own interview; by this probabilities are calibrated.

Source: Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, equations 2.25 and 2.38 (an explicit mean)
and 5.12 (leave one out), here with whole groups left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOISE = 0.3
"""Variance of what is said of a passage, beside the variance of 1 that the process has everywhere."""

Between = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float32]]
"""How alike passages are, by their places among the known ones: shape (places, other places)."""


@dataclass(frozen=True, eq=False)
class Known:
    """What was said of m passages, and how alike they are.

    `residuals` (m, columns) are what was said less what the machine thought first; `known` says where anything was
    said at all. `weights` (m,) say how much a passage counts, 1 for a decision. `groups` (m,) number the interviews.
    """

    between: Between
    residuals: Floats
    known: NDArray[np.bool_]
    weights: Floats
    groups: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Posterior:
    """The pulls of the known passages, and what each would have been thought of without its group.

    `pulls` is (m, columns): a passage with the likeness k to a known one is thought k x pull higher because of it.
    `left_out` is (m, columns): what the residual of a passage would have been expected to be; NaN where nothing is
    known, or nobody asked.
    """

    known: Known
    pulls: Floats
    left_out: Floats

    def change(self, alike: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the known passages add to the first opinion of others, from their likeness (n, m): (n, columns)."""
        return np.asarray(alike @ self.pulls.astype(np.float32), np.float32)


def posterior(known: Known, noise: float = NOISE, *, leave_out: bool = True) -> Posterior:
    """The closed form: one Cholesky decomposition for the passages of which everything is known, for all columns.

    Others, of which something is known for some columns only (example quotes, rejections alone), are added to these
    column by column (the block inverse), so that nothing has to be assumed of what nobody said. What a passage would
    have been expected to be is reckoned with the pulls of these others as they are, and only if `leave_out`.
    """
    everything = known.known.all(axis=1)
    base, parts = _Base(known, np.flatnonzero(everything), noise), np.flatnonzero(~everything)
    pulls = np.zeros_like(known.residuals)
    left_out = np.full_like(known.residuals, np.nan)
    beside = known.between(base.rows, parts).astype(np.float64)
    explained = base.inverse_times(beside)
    for column in range(known.residuals.shape[1]):
        own = np.flatnonzero(known.known[parts, column])
        if len(own):
            rows, gap = parts[own], beside[:, own].T @ explained[:, own]
            inverse = np.linalg.inv(_noisy(known, rows, noise) - gap)
            rest = known.residuals[rows, column] - explained[:, own].T @ known.residuals[base.rows, column]
            pulls[rows, column] = inverse @ rest
            left_out[rows, column] = known.residuals[rows, column] - pulls[rows, column] / np.diag(inverse)
    base.solve(pulls, beside @ pulls[parts])
    if leave_out:
        base.leave_out(pulls, left_out, beside @ pulls[parts])
    return Posterior(known, pulls, left_out)


def _noisy(known: Known, rows: NDArray[np.intp], noise: float) -> Floats:
    """How alike the rows are, with the noise on the diagonal."""
    own = known.between(rows, rows).astype(np.float64)
    own[np.diag_indices(len(rows))] += noise / known.weights[rows]
    return own


class _Base:
    """The passages of which everything is known, and the decomposition of their likenesses."""

    def __init__(self, known: Known, rows: NDArray[np.intp], noise: float) -> None:
        from scipy.linalg import cho_factor

        self.known, self.rows = known, rows
        self.factor: Any = cho_factor(_noisy(known, rows, noise), lower=True, overwrite_a=True) if len(rows) else None

    def inverse_times(self, right: Floats) -> Floats:
        """(K + noise)^-1 `right`."""
        from scipy.linalg import cho_solve

        solved: Floats = cho_solve(self.factor, right) if right.size else np.zeros_like(right)
        return solved

    def solve(self, pulls: Floats, already: Floats) -> None:
        """Fills in the pulls of these passages; `already` (rows, columns) is what the other passages say of them."""
        pulls[self.rows] = self.inverse_times(self.known.residuals[self.rows] - already)

    def leave_out(self, pulls: Floats, left_out: Floats, already: Floats) -> None:
        """Fills in what each of these passages would have been expected to be without its group."""
        if not len(self.rows):
            return
        rest = self.known.residuals[self.rows] - already
        inverse = self.inverse_times(np.eye(len(self.rows)))
        groups = self.known.groups[self.rows]
        for group in np.unique(groups):
            own = np.flatnonzero(groups == group)
            expected = rest[own] - np.linalg.solve(inverse[np.ix_(own, own)], pulls[self.rows[own]])
            left_out[self.rows[own]] = expected + already[own]


def numbered(groups: Sequence[str]) -> NDArray[np.intp]:
    """The groups as numbers from 0, in the order in which they first appear."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return np.array([numbers[group] for group in groups], np.intp)
