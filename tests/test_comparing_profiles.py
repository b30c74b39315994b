"""Which codes come first in two registers: ranks, never levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # noqa: TID253  the oracle, in tests alone

from themes.prevalence.profiles import (
    ALL_THE_SAME,
    SILENT,
    TOO_FEW_CODES,
    TOO_FEW_UNITS,
    Profiles,
    Register,
    profiles,
)

QUICKLY = 200


def register(seed: int, means: list[float] | np.ndarray, interviews: int = 12, each: int = 10) -> Register:
    """Segments that carry each code as often as its mean says."""
    rng = np.random.default_rng(seed)
    carried = rng.random((interviews * each, len(means))) < np.asarray(means)
    return Register(carried.astype(float), np.repeat(np.arange(interviews), each))


TALK, MANDATES = (
    register(0, np.linspace(0.02, 0.6, 12)),
    register(1, np.linspace(0.02, 0.6, 12)[[1, 0, 2, 4, 3, 5, 8, 7, 6, 11, 10, 9]]),
)


def test_the_coefficients_are_those_of_scipy():
    found = profiles(TALK, MANDATES, QUICKLY)
    shares = TALK.values.mean(axis=0), MANDATES.values.mean(axis=0)
    assert found.spearman == pytest.approx(stats.spearmanr(*shares)[0])
    assert found.kendall == pytest.approx(stats.kendalltau(*shares)[0])


def test_with_ties_too():
    values = np.array([[1, 1, 0, 0, 0], [1, 0, 1, 0, 0]], float), np.array([[1, 1, 1, 0, 0]], float)
    found = profiles(*(Register(each, range(len(each))) for each in values))
    shares = [each.mean(axis=0) for each in values]
    assert found.spearman == pytest.approx(stats.spearmanr(*shares)[0])
    assert found.kendall == pytest.approx(stats.kendalltau(*shares)[0])
    assert [code.first for code in found.codes] == [1, 2.5, 2.5, 4.5, 4.5]
    assert [code.second for code in found.codes] == [2, 2, 2, 4.5, 4.5]


def test_the_difference_of_a_code_is_above_0_where_the_first_register_puts_it_further_up():
    first, second = register(0, [0.9, 0.5, 0.1]), register(1, [0.1, 0.5, 0.9])
    found = profiles(first, second, QUICKLY)
    assert [code.difference for code in found.codes] == [2, 0, -2]
    assert found.codes[0].interval == (2, 2)
    assert found.spearman == -1


def test_the_level_of_a_register_says_nothing():
    quieter = Register(TALK.values / 50, TALK.interviews)
    assert profiles(quieter, MANDATES, QUICKLY) == profiles(TALK, MANDATES, QUICKLY)


def test_an_interval_is_about_the_coefficient_and_narrower_with_more_interviews():
    found = profiles(TALK, MANDATES)
    more = profiles(register(0, np.linspace(0.02, 0.6, 12), 80), register(1, np.linspace(0.02, 0.6, 12), 80))
    assert found.spearman_interval[0] < found.spearman < found.spearman_interval[1]
    assert np.ptp(more.spearman_interval) < np.ptp(found.spearman_interval)


def test_interviews_are_drawn_again_and_not_segments():
    # all segments of an interview say the same, so that 8 interviews are all there is
    rng = np.random.default_rng(5)
    whole = (rng.random((8, 10)) < np.linspace(0.1, 0.6, 10)).astype(float)
    once, often = Register(whole, range(8)), Register(np.repeat(whole, 40, axis=0), np.repeat(range(8), 40))
    assert profiles(once, MANDATES_OF_TEN, QUICKLY) == profiles(often, MANDATES_OF_TEN, QUICKLY)


MANDATES_OF_TEN = register(3, np.linspace(0.1, 0.6, 10))


@pytest.mark.parametrize("turned", [False, True], ids=["the same", "reversed"])
def test_an_interval_reaches_to_the_order_of_registers_that_are_alike(turned: bool):
    # by chance two registers of one order look less alike, and drawn again they do so once more
    means = np.linspace(0.05, 0.6, 12)
    found = profiles(register(0, means), register(1, means[::-1] if turned else means))
    end = -1 if turned else 1
    assert 0.5 < end * found.spearman < 1
    for interval in (found.spearman_interval, found.kendall_interval):
        assert interval[not turned] == pytest.approx(end)
        assert end * interval[turned] < 0.95


@pytest.mark.parametrize("few", [1, 4])
def test_few_interviews_or_resolutions_give_ranks_without_intervals(few: int):
    found = profiles(TALK, register(1, np.linspace(0.02, 0.6, 12), few))
    assert found.units == (12, few)
    assert found.interval_why == TOO_FEW_UNITS
    assert found.spearman is not None
    assert (found.spearman_interval, found.kendall_interval) == (None, None)
    assert all(code.interval is None for code in found.codes)


@pytest.mark.parametrize("n_codes", [0, 1, 2])
def test_a_coefficient_needs_three_codes(n_codes: int):
    found = profiles(register(0, [0.5] * n_codes), register(1, [0.5] * n_codes), QUICKLY)
    assert (found.spearman, found.kendall, found.why) == (None, None, TOO_FEW_CODES)
    assert len(found.codes) == n_codes


@pytest.mark.parametrize("constant", [0.0, 1.0, -0.5, 1.7])
def test_a_register_in_which_all_codes_are_alike_has_no_order(constant: float):
    found = profiles(Register(np.full((30, 4), constant), np.repeat(range(6), 5)), register(0, [0.1, 0.2, 0.3, 0.4]))
    assert (found.spearman, found.why) == (None, ALL_THE_SAME)
    assert {code.first for code in found.codes} == {2.5}


def test_a_register_without_segments_is_said():
    assert profiles(TALK, Register(np.zeros((0, 12)), [])) == Profiles(units=(12, 0), why=SILENT)


def test_a_code_nobody_has_in_most_resamples_leaves_a_coefficient_without_interval():
    values = np.zeros((6, 3))
    values[0] = 1, 0.5, 0
    found = profiles(Register(values, range(6)), register(0, [0.1, 0.5, 0.9]))
    assert found.spearman is not None
    assert found.interval_why.startswith("no interval: codes come at the same share")


@given(st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_swapping_registers_and_stirring_segments_change_what_they_should(seed: int):
    rng = np.random.default_rng(seed)
    means = rng.random((2, 6))
    first, second = register(seed, means[0], 7, 5), register(seed + 1, means[1], 6, 5)
    order, names = rng.permutation(35), np.arange(7) + 50
    stirred = Register(first.values[order], names[np.asarray(first.interviews)][order])
    found, turned = profiles(first, second, QUICKLY), profiles(second, first, QUICKLY)
    assert profiles(stirred, second, QUICKLY) == found
    assert turned.spearman == pytest.approx(found.spearman)
    assert [code.difference for code in turned.codes] == [-code.difference for code in found.codes]
    assert found.spearman_interval[0] >= -1
    assert found.spearman_interval[1] <= 1
