"""The machine's score set right by what people said, without an interview's own labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

FOLDS = 10
_LEAST = 1e-3
"""Scores are not taken for surer than this, on either side."""
_INTERCEPT, _SLOPE = 2.0, 0.5
"""Standard deviations of the normal prior: the score as it is, unless labels say otherwise."""
_STEPS = 12


def recalibrated(scores: Floats, labels: Floats, weights: Floats, interviews: Numbers, folds: int = FOLDS) -> Floats:
    """(n,) the probability that a coder gives the code, from the machine's `scores` and labels of other interviews.

    `labels` (n,) run from 0 to 1, nan where nobody was asked; `weights` (n,) is how much a label counts. Interviews are
    dealt to `folds` in turn, and a fold's probabilities come from the labels of all others: logit p = a + b logit m,
    the most probable a and b under normal priors around 0 and 1, so that it is defined for any labels, none too.

    Source: Platt 1999 for the model; the prior takes the place of his smoothed targets. Chernozhukov et al. 2018
    (arXiv:1608.00060), definition 3.1, for leaving out the own fold.
    """
    x = logit(scores)
    known = ~np.isnan(labels)
    if not known.any():
        return np.asarray(_probability(x), np.float64)
    numbers = np.unique(interviews, return_inverse=True)[1]
    n_folds = max(2, min(folds, int(numbers.max()) + 1))
    fold = numbers % n_folds
    heard = fold[known][None, :] != np.arange(n_folds)[:, None]
    a, b = _fitted(x[known], labels[known], weights[known] * heard)
    return np.asarray(_probability(a[fold] + b[fold] * x), np.float64)


def logit(scores: Floats) -> Floats:
    """(n,) log odds, none of them surer than one in a thousand."""
    m = np.clip(scores, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(m / (1 - m)), np.float64)


def _probability(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), np.float64)


def _fitted(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """(folds,) intercepts and slopes, by Newton's method; `weights` is (folds, labels)."""
    a, b = np.zeros(len(weights)), np.ones(len(weights))
    prior_a, prior_b = _INTERCEPT**-2, _SLOPE**-2
    for _ in range(_STEPS):
        p = _probability(np.clip(a[:, None] + b[:, None] * x, -30, 30))
        off, bend = weights * (y - p), weights * p * (1 - p)
        grad_a, grad_b = off.sum(axis=1) - prior_a * a, (off * x).sum(axis=1) - prior_b * (b - 1)
        aa, ab, bb = bend.sum(axis=1) + prior_a, (bend * x).sum(axis=1), (bend * x * x).sum(axis=1) + prior_b
        det = aa * bb - ab**2
        step_a, step_b = (bb * grad_a - ab * grad_b) / det, (aa * grad_b - ab * grad_a) / det
        a, b = a + np.clip(step_a, -2, 2), b + np.clip(step_b, -2, 2)
    return a, b
