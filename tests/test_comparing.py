"""Differences of shares: intervals that square and add, odds that may not be defined, families, what could be seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # noqa: TID253  the oracle, in tests alone

from themes.prevalence.comparing import (
    Between,
    Bounded,
    benjamini_hochberg,
    correlation,
    joint_error,
    log_odds_ratio,
    minimum_detectable_difference,
    risk_difference,
)

BENJAMINI_HOCHBERG_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
"""The worked example of the paper, section 4.1."""


@st.composite
def shares(draw: st.DrawFn, least: float = 0.0, most: float = 1.0) -> Bounded:
    low, share, high = sorted(draw(st.tuples(*[st.floats(least, most)] * 3)))
    return Bounded(share, low, high)


# --- risk difference ---


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
    ids=["56/70 - 48/80", "9/10 - 3/10", "10/10 - 0/20", "10/10 - 0/10"],
)
def test_a_risk_difference_squares_and_adds_as_newcombe_did(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
):
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10 (from Wilson's limits)
    found = risk_difference(wilson(*one), wilson(*other))
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def wilson(successes: int, n: int) -> Bounded:
    found = stats.binomtest(successes, n).proportion_ci(method="wilson")
    return Bounded(successes / n, found.low, found.high)


@given(shares(), shares(), st.floats(-1, 1))
def test_swapping_the_shares_turns_the_difference(one: Bounded, other: Bounded, correlated: float):
    found, turned = risk_difference(one, other, correlated), risk_difference(other, one, correlated)
    assert (found.value, found.low, found.high) == pytest.approx((-turned.value, -turned.high, -turned.low), abs=1e-12)
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(shares(), shares())
def test_shares_that_rise_and_fall_together_are_compared_more_sharply(one: Bounded, other: Bounded):
    loose, tight = risk_difference(one, other), risk_difference(one, other, 0.8)
    assert tight.high - tight.low <= loose.high - loose.low + 1e-12


def test_a_share_below_0_has_an_interval_all_the_same():
    found = risk_difference(Bounded(-0.02, 0.0, 0.1), Bounded(0.3, 0.2, 0.4))
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(-0.32)


def test_an_empty_cell_has_no_difference():
    assert risk_difference(Bounded(math.nan, math.nan, math.nan), Bounded(0.3, 0.2, 0.4)) == Between()
    assert log_odds_ratio(Bounded(math.nan, math.nan, math.nan), Bounded(0.3, 0.2, 0.4)) == Between()


# --- odds ---


def test_the_log_odds_ratio_of_a_fourfold_table():
    found = log_odds_ratio(Bounded(0.5, 0.4, 0.6), Bounded(0.2, 0.1, 0.3))
    assert found.value == pytest.approx(math.log(4))
    reach = math.hypot(math.log(0.5 / 0.5) - math.log(0.4 / 0.6), math.log(0.3 / 0.7) - math.log(0.2 / 0.8))
    assert found.low == pytest.approx(math.log(4) - reach)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.2])
def test_a_share_without_odds_has_no_log_odds_ratio(share: float):
    assert log_odds_ratio(Bounded(share, 0.0, 1.0), Bounded(0.2, 0.1, 0.3)) == Between()
    assert log_odds_ratio(Bounded(0.2, 0.1, 0.3), Bounded(share, 0.0, 1.0)) == Between()


def test_a_limit_without_odds_leaves_the_value_and_no_interval():
    found = log_odds_ratio(Bounded(0.05, 0.0, 0.1), Bounded(0.2, 0.1, 0.3))
    assert found.value == pytest.approx(math.log(0.05 / 0.95 * 4))
    assert (found.low, found.high) == (None, None)


@given(shares(-0.5, 1.5), shares(-0.5, 1.5), st.floats(-1, 1))
def test_odds_are_finite_or_none(one: Bounded, other: Bounded, correlated: float):
    found = log_odds_ratio(one, other, correlated)
    assert all(value is None or math.isfinite(value) for value in (found.value, found.low, found.high))
    turned = log_odds_ratio(other, one, correlated)
    assert (found.value is None) == (turned.value is None)
    if found.low is not None and found.value is not None:
        assert found.low <= found.value <= found.high
        assert found.low == pytest.approx(-turned.high, abs=1e-9)


# --- correlation ---


def test_interviews_that_speak_on_one_side_alone_leave_shares_uncorrelated():
    assert correlation([0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 2, 3]) == 0


def test_interviews_that_speak_alike_on_both_sides_correlate_the_shares():
    rng = np.random.default_rng(0)
    talkative = rng.random(30)
    values, sides = np.r_[talkative, talkative], np.repeat([0, 1], 30)
    interviews = np.tile(np.arange(30), 2)
    assert correlation(values, sides, interviews) == pytest.approx(1)
    assert correlation(np.r_[talkative, 1 - talkative], sides, interviews) == pytest.approx(-1)


@pytest.mark.parametrize("sides", [[0, 0], [-1, -1], [0, 1]], ids=["one side", "none", "one segment each"])
def test_a_correlation_that_is_not_defined_is_0(sides: list[int]):
    assert correlation([0.3, 0.3], sides, [0, 0]) == 0


# --- what could have been seen ---


def test_a_difference_that_could_be_seen_is_seen_as_often_as_it_says():
    # interviews enough for the normal distribution: (1.96 + .84) standard errors
    assert minimum_detectable_difference(0.02, 10_000) == pytest.approx(0.0560, abs=1e-4)


def test_fewer_interviews_see_less_with_the_same_standard_error():
    few, many = minimum_detectable_difference(0.02, 3), minimum_detectable_difference(0.02, 40)
    assert few == pytest.approx((3.18245 + 0.97847) * 0.02, abs=1e-5)
    assert many < few


@pytest.mark.parametrize(("error", "df"), [(math.nan, 4), (0.0, 4), (0.02, 0), (0.02, -1), (0.02, math.nan)])
def test_nothing_is_promised_without_a_standard_error_or_degrees_of_freedom(error: float, df: float):
    assert minimum_detectable_difference(error, df) is None


def test_a_standard_error_of_a_difference_takes_the_correlation_off():
    assert joint_error(0.03, 0.04) == pytest.approx(0.05)
    assert joint_error(0.03, 0.03, 1.0) == 0


# --- families ---


def test_the_example_of_benjamini_and_hochberg_rejects_4_of_15():
    adjusted = benjamini_hochberg(BENJAMINI_HOCHBERG_1995)
    assert np.count_nonzero(adjusted <= 0.05) == 4
    assert (adjusted[:4] <= 0.05).all()


def test_what_has_no_p_value_stays_so_and_is_not_in_the_family():
    with_gaps = [*BENJAMINI_HOCHBERG_1995[:7], math.nan, *BENJAMINI_HOCHBERG_1995[7:], math.nan]
    adjusted = benjamini_hochberg(with_gaps)
    assert np.isnan(adjusted[[7, 16]]).all()
    assert np.delete(adjusted, [7, 16]) == pytest.approx(benjamini_hochberg(BENJAMINI_HOCHBERG_1995))


@pytest.mark.parametrize("empty", [[], [math.nan]], ids=["nothing", "nothing known"])
def test_an_empty_family_is_empty(empty: list[float]):
    assert len(benjamini_hochberg(empty)) == len(empty)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=20))
def test_a_family_never_makes_a_p_value_smaller_nor_changes_their_order(p_values: list[float]):
    adjusted = benjamini_hochberg(p_values)
    assert (adjusted >= np.array(p_values) - 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p_values)]) >= -1e-12).all()
