"""Intervals for shares, against published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevalence_rivals import wilson
from themes.prevalence.intervals import adjusted, clopper_pearson, effective_size


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
    ids=["81 of 263", "15 of 148", "none of 20"],
)
def test_wilson_is_that_of_newcombes_examples(hits: int, n: int, low: float, high: float):
    """Newcombe 1998, table I, method 3."""
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_korn_and_graubards_interval_is_that_of_the_survey_packages():
    share, error = 0.471999767708621, 0.0348828290040279
    low, high = clopper_pearson(share, adjusted(effective_size(share, error**2), 276, 56))
    assert float(low) == pytest.approx(0.400786658613709, abs=1e-9)
    assert float(high) == pytest.approx(0.544064683764286, abs=1e-9)


def test_a_share_of_one_has_an_upper_end_of_one_and_fewer_draws_for_few_degrees_of_freedom():
    assert float(adjusted(100, 100, 5)) == pytest.approx(59.58, abs=0.005)
    low, high = clopper_pearson(1.0, adjusted(100, 100, 5))
    assert (float(low), float(high)) == (pytest.approx(0.940, abs=5e-4), 1.0)


def test_the_exact_interval_is_that_of_scipy_where_numbers_are_whole():
    from scipy.stats import binomtest

    for hits, n in ((0, 10), (3, 10), (10, 10), (17, 230)):
        exact = binomtest(hits, n).proportion_ci(method="exact")
        low, high = clopper_pearson(hits / n, n)
        assert (float(low), float(high)) == (pytest.approx(exact.low, abs=1e-12), pytest.approx(exact.high, abs=1e-12))


def test_endlessly_many_draws_leave_the_share_alone_and_none_the_whole_range():
    assert [float(end) for end in clopper_pearson(0.3, np.inf)] == [0.3, 0.3]
    assert [float(end) for end in clopper_pearson(0.3, 0.0)] == [0.0, 1.0]


@given(st.floats(0, 1).map(lambda share: round(share, 9)), st.floats(0.5, 1e6), st.floats(0.5, 1e6))
def test_the_interval_holds_its_share_and_narrows_with_more_draws(share: float, one: float, other: float):
    fewer, more = sorted((one, other))
    wide, narrow = clopper_pearson(share, fewer), clopper_pearson(share, more)
    assert 0 <= float(wide[0]) <= share <= float(wide[1]) <= 1
    assert float(narrow[1] - narrow[0]) <= float(wide[1] - wide[0]) + 1e-9
