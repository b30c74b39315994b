"""A known date: the regression of statsmodels, and words where there is nothing to regress."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.prevalence.breaks import NOT_TOGETHER, NOTHING_SCATTERS, ON_ONE_INTERVIEW, TOO_FEW, break_at

SHARES = np.array([0.12, 0.30, 0.22, 0.41, 0.05, 0.17, 0.28, 0.09, 0.33, 0.26, 0.11, 0.38])
AFTER = np.array([0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1])
MISSIONS = np.repeat([0, 1, 2], 4)


def test_the_change_and_its_error_are_those_of_statsmodels():
    # by statsmodels 0.15, OLS(shares, [after, dummies]).fit(cov_type="HC3", use_t=True)
    found = break_at(SHARES, AFTER, range(12), MISSIONS)
    assert found.change == pytest.approx(0.19100000000000006, abs=1e-12)
    assert found.standard_error == pytest.approx(0.038232478162319256, abs=1e-12)
    assert found.p == pytest.approx(0.0010584283052731973, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((0.10283574725858889, 0.2791642527414112), abs=1e-12)
    assert (found.df, found.interviews, found.missions) == (8, (6, 6, 0), 3)


def test_statsmodels_says_the_same_where_it_is_installed():
    api = pytest.importorskip("statsmodels.api")
    design = np.column_stack([AFTER, *(mission == MISSIONS for mission in range(3))]).astype(float)
    known = api.OLS(SHARES, design).fit(cov_type="HC3", use_t=True)
    found = break_at(SHARES, AFTER, range(12), MISSIONS)
    assert (found.change, found.standard_error, found.p) == pytest.approx(
        (known.params[0], known.bse[0], known.pvalues[0])
    )


def test_segments_are_taken_together_by_interview():
    once = break_at(SHARES, AFTER, range(12), MISSIONS)
    often = break_at(*(np.repeat(column, 5) for column in (SHARES, AFTER, np.arange(12), MISSIONS)))
    assert (often.change, often.standard_error, often.df) == pytest.approx((once.change, once.standard_error, 8))


def test_a_mission_with_a_single_interview_is_left_out_and_spoils_nothing():
    found = break_at(np.r_[SHARES, 0.9], np.r_[AFTER, 1], range(13), np.r_[MISSIONS, 3])
    known = break_at(SHARES, AFTER, range(12), MISSIONS)
    assert (found.change, found.standard_error, found.df) == (known.change, known.standard_error, known.df)
    assert (found.missions, found.left_out) == (3, 1)


def test_a_change_that_rests_on_one_interview_is_told_without_an_interval():
    found = break_at([0.1, 0.2, 0.3, 0.6], [0, 0, 0, 1], range(4))
    assert found.change == pytest.approx(0.4)
    assert (found.standard_error, found.p, found.why) == (None, None, ON_ONE_INTERVIEW)


def test_one_interview_on_each_side_is_too_few():
    assert break_at([0.1, 0.2], [0, 1], [0, 1]).why == ON_ONE_INTERVIEW


def test_missions_that_use_up_all_interviews_leave_too_few():
    found = break_at([0.1, 0.2, 0.1, 0.3], [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 0, 1])
    assert (found.df, found.why) == (0, TOO_FEW)
    assert found.change == pytest.approx(0.05)


def test_interviews_that_do_not_scatter_give_no_interval():
    found = break_at([0.1, 0.1, 0.1, 0.4, 0.4], [0, 0, 0, 1, 1], range(5))
    assert (found.change, found.why) == (pytest.approx(0.3), NOTHING_SCATTERS)


@pytest.mark.parametrize("after", [[], [0, 0], [1, 1], [-1, -1]], ids=["nothing", "before", "after", "neither"])
def test_without_a_before_and_an_after_there_is_no_change(after: list[int]):
    found = break_at(np.full(len(after), 0.3), after, range(len(after)))
    assert (found.change, found.p, found.why) == (None, None, NOT_TOGETHER)


def test_an_interview_on_both_sides_of_the_date_is_one_interview():
    rng = np.random.default_rng(3)
    height, jump = rng.random(9), rng.normal(0.1, 0.02, 9)
    values, after = np.r_[height, height + jump], np.repeat([0, 1], 9)
    together = break_at(values, after, np.tile(np.arange(9), 2))
    apart = break_at(values, after, range(18))
    assert together.interviews == (0, 0, 9)
    assert together.change == pytest.approx(jump.mean())
    # the jackknife over pairs: each pair's residual over 1 - 1/9
    assert together.standard_error == pytest.approx(math.sqrt(np.sum((jump - jump.mean()) ** 2)) / 8)
    assert together.standard_error < apart.standard_error / 5


@given(st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_turning_time_round_turns_the_sign(seed: int):
    rng = np.random.default_rng(seed)
    values, after = rng.normal(0.2, 1, 40), rng.integers(-1, 2, 40)
    interviews = rng.integers(0, 12, 40)
    missions = interviews % 3
    found = break_at(values, after, interviews, missions)
    turned = break_at(values, np.where(after >= 0, 1 - after, -1), interviews, missions)
    assert found.why == turned.why
    assert found.interviews == (*turned.interviews[1::-1], turned.interviews[2])
    if found.p is not None:
        assert (found.change, found.p, found.low) == pytest.approx((-turned.change, turned.p, -turned.high))
        assert 0 < found.p <= 1
