"""Probabilities that hold, and sets with a coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.suggest.calibration import calibrated, first_probabilities, threshold, uncalibrated


def drawn(rows: int, seed: int, codes: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and one code of each row drawn with probabilities that the scores exaggerate; the last column is none."""
    random = np.random.default_rng(seed)
    odds = random.normal(-1, 1.2, (rows, codes))
    chances = np.exp(0.5 * odds) / np.exp(0.5 * odds).sum(axis=1, keepdims=True)
    said = np.zeros((rows, codes + 1))
    said[np.arange(rows), [random.choice(codes, p=own) for own in chances]] = 1
    return np.hstack([1 / (1 + np.exp(-odds)), np.full((rows, 1), 0.1)]), said


def test_more_decisions_bring_probabilities_nearer_to_what_happens():
    asked, came = drawn(4_000, 1)

    def error(decisions: int) -> float:
        scores, said = drawn(decisions, 2)
        fitted = calibrated(scores, said, np.ones(said.shape, bool), 6) if decisions else uncalibrated(6)
        first = fitted.of_codes(asked[:, :6])
        top = first.argmax(axis=1)
        return abs(float(first.max(axis=1).mean() - came[np.arange(len(top)), top].mean()))

    assert error(500) < 0.02 < error(0)


def test_a_single_decision_hardly_moves_the_calibration():
    scores, said = drawn(1, 3)
    fitted = calibrated(scores, said, np.ones(said.shape, bool), 6)
    assert np.allclose(fitted.codes, uncalibrated(6).codes, atol=0.5)


def test_what_nobody_said_is_left_out():
    scores, said = drawn(40, 4)
    known = np.ones(said.shape, bool)
    known[:, 2] = False
    wild = scores.copy()
    wild[:, 2] = np.nan
    assert np.isfinite(calibrated(wild, said, known, 6).codes).all()


def test_first_probabilities_follow_the_standing():
    found = first_probabilities(np.array([[2.0, 0.0, -1.0]]))[0]
    assert 1 > found[0] > found[1] > found[2] > 0


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_sets_hold_what_they_promise_in_new_interviews(coverage: float):
    covered = []
    for seed in range(60):
        scores, said = drawn(600, seed)
        groups = np.repeat(np.arange(60), 10)
        limit = threshold(scores[:300], said[:300], groups[:300], coverage)
        assert limit is not None
        covered.append((scores[300:] >= limit)[said[300:] > 0].mean())
    assert coverage - 0.01 <= np.mean(covered) <= coverage + 0.05


def test_nothing_is_promised_from_a_few_interviews():
    scores, said = drawn(80, 1)
    assert threshold(scores, said, np.repeat(np.arange(8), 10), 0.9) is None
    assert threshold(scores, said, np.repeat(np.arange(8), 10), 0.8) is not None


def test_where_nothing_is_missed_the_set_may_be_as_small_as_it_gets():
    scores = np.tile([0.9, 0.1, 0.1], (20, 1))
    said = np.tile([1.0, 0.0, 0.0], (20, 1))
    assert threshold(scores, said, np.arange(20), 0.9) == 0.9


@given(seed=st.integers(0, 2**16), n_segments=st.integers(1, 40), n_codes=st.integers(2, 8))
def test_the_order_of_codes_stays_however_much_is_contradicted(seed: int, n_segments: int, n_codes: int):
    drawn = np.random.default_rng(seed)
    expected = drawn.uniform(0.01, 0.99, (n_segments, n_codes + 1))
    said = np.zeros_like(expected)
    said[np.arange(n_segments), expected[:, :n_codes].argmin(axis=1)] = 1  # always the least probable one
    fitted = calibrated(expected, said, np.ones(expected.shape, np.bool_), n_codes)
    scores = drawn.uniform(0.01, 0.99, (20, n_codes))
    assert (np.argsort(fitted.of_codes(scores), axis=1) == np.argsort(scores, axis=1)).all()
