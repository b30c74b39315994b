"""Scores become probabilities that hold, and suggestions become sets with a stated coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST = (0.53, 0.55, -1.1)
"""What a standing, its log share among the codes, and the number one weigh in the log-odds of a first opinion.

Fitted by logistic regression on seven coded sets; without each in turn the three differ by at most .2, .35 and .7.
"""

_AT_FIRST = (1.0, 0.3, 0.1)
_MANY_CODES, _USUAL_CODES = 0.45, 20
_EDGE = 0.004
_LEAST = 0.1
_ALL, _ONE_ALONE = (True, True, True), (False, False, True)

_HOLD, _HOLD_OF_ONE = 0.5, 10.0
"""How firmly the fit is held to what holds on average: the first with many judgements, the second with a single one."""


def first_probabilities(standing: NDArray[np.floating]) -> Floats:
    """The probability of every code before any decision, from its standing, shape (n, codes)."""
    scores = np.asarray(standing, np.float64)
    weight, share, base = FIRST
    return _expit(weight * scores + share * _log_share(scores) + base)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the learner's scores become probabilities: weights of their log-odds, of the log share, and of one.

    `none` weighs the log-odds of the learner's score for `no code fits`, those of the chance that none of the codes
    does, and one.
    """

    codes: tuple[float, float, float]
    none: tuple[float, float, float] = (0.5, 0.5, 0.0)

    def of_codes(self, scores: NDArray[np.floating]) -> Floats:
        """Probabilities of scores, shape (n, codes)."""
        return _expit(_features(scores) @ np.array(self.codes))

    def of_all(self, scores: NDArray[np.floating]) -> Floats:
        """Probabilities of scores for the codes, and last that none fits: shape (n, codes + 1)."""
        codes = self.of_codes(scores[:, :-1])
        none = _expit(_features_of_none(scores[:, -1], codes) @ np.array(self.none))
        return np.concatenate([codes, none[:, None]], axis=1)


def uncalibrated(n_codes: int) -> Calibration:
    """What holds on average before any decision; with many codes each gets less than it deserves."""
    weight, share, base = _AT_FIRST
    return Calibration((weight, share, base + _MANY_CODES * float(np.log(n_codes / _USUAL_CODES))))


def calibrated(expected: Floats, said: Floats, known: NDArray[np.bool_], n_codes: int) -> Calibration:
    """Fitted to what was expected of judged segments without their own interviews, and what was said of them.

    All are of shape (segments, codes + 1), the last column is `no code fits`. A code counts by one over its rank, since
    what comes first is what people read. A few decisions move little: the fit is held to `uncalibrated`. Source: Platt
    1999, Probabilistic outputs for support vector machines, on scores that were not fitted to their own labels. However
    much the first decisions contradict the scores, a higher score never becomes a lower probability.
    """
    start = uncalibrated(n_codes)
    scores = expected[:, :n_codes]
    ranks = np.argsort(np.argsort(-np.nan_to_num(scores, nan=-np.inf), axis=1, kind="stable"), axis=1)
    own = known[:, :n_codes] & np.isfinite(scores)
    features = _features(np.where(np.isfinite(scores), scores, 0))
    words, weights = said[:, :n_codes][own], 1 / (1 + ranks[own])
    codes = _fitted(features[own], words, weights, np.array(start.codes))
    if codes[0] + codes[1] < _LEAST:  # how far a score moves its probability among the codes of a segment
        codes = _fitted(features[own], words, weights, np.array([_LEAST, 0.0, start.codes[2]]), free=_ONE_ALONE)
    heard = known[:, n_codes] & np.isfinite(expected[:, n_codes])
    fitted = Calibration((float(codes[0]), float(codes[1]), float(codes[2])))
    heard &= np.isfinite(scores).all(axis=1)
    of_none = _features_of_none(expected[heard, n_codes], fitted.of_codes(scores[heard]))
    none = _fitted(of_none, said[heard, n_codes], np.ones(len(of_none)), np.array(fitted.none))
    return Calibration(fitted.codes, (float(none[0]), float(none[1]), float(none[2])))


def threshold(probabilities: Floats, said: Floats, groups: NDArray[np.intp], coverage: float) -> float | None:
    """The probability from which a code belongs to the set of its segment, so that sets hold `coverage` of the codes.

    Of segments judged whole: `probabilities` and what was `said`, (segments, codes + 1), by interview (`groups`). The
    share of a segment's codes that its set misses is at most 1 - coverage on average over the segments of an interview
    like these, whatever the scores are worth. None where there are too few interviews to say so. Source: Angelopoulos,
    Bates, Fisch, Lei & Schuster 2022, Conformal Risk Control, arXiv:2208.02814, theorem 1; interviews are what is
    exchangeable.
    """
    carried = said >= 0.5
    counts = carried.sum(axis=1)
    names, own = np.unique(groups[counts > 0], return_inverse=True)
    allowed = (1 - coverage) * (len(names) + 1) - 1
    if allowed < 0:
        return None
    rows, _ = np.nonzero(carried)
    found = probabilities[carried]
    sizes = np.bincount(own)
    place = np.cumsum(counts > 0) - 1
    losses = 1 / counts[rows] / sizes[own[place[rows]]]
    order = np.argsort(found, kind="stable")
    missed = np.cumsum(losses[order])  # once the threshold is above each
    too_many = np.flatnonzero(missed > allowed + 1e-12)
    return float(found[order[too_many[0]]]) if len(too_many) else 1.0


def _features(scores: NDArray[np.floating]) -> Floats:
    odds = _log_odds(np.asarray(scores, np.float64))
    return np.stack([odds, _log_share(odds), np.ones_like(odds)], axis=-1)


def _features_of_none(scores: NDArray[np.floating], codes: Floats) -> Floats:
    """Of the learner's scores that none fits, (n,), and the probabilities of the codes, (n, codes): shape (n, 3)."""
    neither = np.exp(np.log1p(-np.minimum(codes, 1 - _EDGE)).sum(axis=1))
    odds = _log_odds(np.asarray(scores, np.float64))
    return np.stack([odds, _log_odds(neither), np.ones_like(odds)], axis=-1)


def _log_odds(scores: Floats) -> Floats:
    kept = np.clip(scores, _EDGE, 1 - _EDGE)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def _log_share(scores: Floats) -> Floats:
    """The logarithm of the softmax over the codes."""
    rest = scores - scores.max(axis=1, keepdims=True)
    share: Floats = rest - np.log(np.exp(rest).sum(axis=1, keepdims=True))
    return share


def _expit(odds: Floats) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return probabilities


def _fitted(features: Floats, said: Floats, weights: Floats, start: Floats, free: tuple[bool, ...] = _ALL) -> Floats:
    """The weights of a logistic regression, held to `start` by a quadratic penalty; by Newton's method.

    Only the `free` ones are fitted, the others stay as they start.
    """
    chosen = np.array(free)
    found, hold = start.copy(), max(_HOLD, _HOLD_OF_ONE / max(weights.sum(), 1))
    own = features[:, chosen]
    for _ in range(25):
        probability = _expit(features @ found)
        slope = own.T @ (weights * (probability - said)) + 2 * hold * (found - start)[chosen]
        curvature = (own * (weights * probability * (1 - probability))[:, None]).T @ own
        step = np.linalg.solve(curvature + 2 * hold * np.eye(len(slope)), slope)
        found[chosen] -= step * min(1.0, 2 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return found
