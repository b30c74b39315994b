"""What stands in for each segment's label where people checked only a part: right on average, whatever the machine's
errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.prevalence.recalibration import FOLDS, recalibrated

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of one code over n segments.

    `scores` (n,) are the machine's probabilities as they stood when the audit was drawn. `labels` (n,) is the share of
    coders who gave the code, 0 to 1, nan where the segment was not checked. `chances` (n,) is how probable it was that
    the segment would be checked, above 0; 1 where people had coded it before the draw. `interviews` (n,) says which
    interview each is of.
    """

    scores: Floats
    labels: Floats
    chances: Floats
    interviews: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Pseudo-outcomes of n segments, and how much of their spread comes from checking only a part.

    `values` are f + R (Y - f) / pi; `expected` are f. `seen_noise` is R (1 - pi) / pi^2 (Y - f)^2, and `expected_noise`
    (1 - pi) / pi f (1 - f): two estimates of what the draw adds to the variance. `least` and `most` are what the
    segment's label can be, both the label where it was checked. `checked` says where.
    """

    values: Floats
    expected: Floats
    seen_noise: Floats
    expected_noise: Floats
    least: Floats
    most: Floats
    checked: NDArray[np.bool_]


def outcomes(evidence: Evidence, folds: int = FOLDS) -> Outcomes:
    """The pseudo-outcomes of one code, with the machine's scores set right by what people said in other interviews."""
    even = np.ones(len(evidence.scores))
    expected = recalibrated(evidence.scores, evidence.labels, even, evidence.interviews, folds)
    return pseudo_outcomes(expected, evidence.labels, evidence.chances)


def pseudo_outcomes(expected: Floats, labels: Floats, chances: Floats) -> Outcomes:
    """The pseudo-outcomes for any expectation f of the labels that does not hang on which segments were drawn.

    `expected`, `labels` (nan where not checked), `chances`: (n,) each.
    Source: the difference estimator of survey sampling, which is AIPW with known chances; Egami, Hinck, Stewart & Wei
    2023 (arXiv:2306.04746), equation 3; Zrnic & Candes 2024 (arXiv:2403.03208).
    """
    checked, pi = ~np.isnan(labels), np.clip(chances, 1e-9, 1)
    off = np.where(checked, np.nan_to_num(labels) - expected, 0)
    return Outcomes(
        values=expected + off / pi,
        expected=expected,
        seen_noise=(1 - pi) / pi**2 * off**2,
        expected_noise=(1 - pi) / pi * expected * (1 - expected),
        least=np.where(checked, labels, 0.0),
        most=np.where(checked, labels, 1.0),
        checked=checked,
    )
