"""The measures of the benchmarks, on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix  # noqa: TID253  a benchmark may take its time to start

from tests.benchmarks.clustering import Words, agreement, counted, diversity, npmi, stability, terms
from tests.benchmarks.peers import drawn, frequent_words
from tests.benchmarks.recurrence import Judged, Theme, binned, calibration_error, recurs
from tests.benchmarks.test_bench_growth import exponent

GROUPS = ("a", "a", "b", "b", "c", "c")


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.intp)


def test_a_grouping_that_people_would_make_agrees_with_them_whatever_its_numbers():
    found = agreement(np.array([2, 2, 0, 0, 1, 1]), GROUPS)
    assert (found.ari, found.nmi, found.outliers, found.themes) == (1.0, pytest.approx(1.0), 0.0, 3)


def test_texts_without_a_group_count_as_one_group_and_are_left_out_of_the_second_figure():
    found = agreement(np.array([0, 0, 1, 1, -1, -1]), GROUPS)
    assert found.ari == 1.0
    assert (found.outliers, found.themes) == (pytest.approx(1 / 3), 2)
    mixed = agreement(np.array([0, -1, 1, -1, 2, 2]), GROUPS)
    assert mixed.ari < 1.0 == mixed.ari_clustered


def test_where_nothing_is_grouped_nothing_agrees():
    found = agreement(np.full(6, -1), GROUPS)
    assert (found.ari, found.ari_clustered, found.outliers, found.themes) == (0.0, 0.0, 1.0, 0)


def test_groupings_are_compared_over_the_rows_that_they_share():
    one = (rows(0, 1, 2, 3, 4), np.array([0, 0, 1, 1, 5]))
    other = (rows(0, 1, 2, 3, 9), np.array([7, 7, 3, 3, 7]))
    assert stability([one, other]) == 1.0
    third = (rows(0, 1, 2, 3, 4), np.array([0, 1, 0, 1, 1]))
    assert stability([one, third]) < 0.1


def test_terms_are_the_words_of_one_group_rather_than_those_of_all():
    words = counted(["patrol night", "patrol night", "ballot night", "ballot night"])
    described = terms(np.array([0, 0, 1, 1]), words, count=1)
    assert [words.words[group[0]] for group in described] == ["patrol", "ballot"]


def test_terms_that_always_come_together_score_1_and_terms_that_never_do_minus_1():
    words = Words(csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1]]), ("a", "b", "c"))
    assert npmi([rows(0, 1)], words) == pytest.approx(1.0)
    assert npmi([rows(0, 2)], words) == pytest.approx(-1.0)
    assert npmi([], words) == 0.0


def test_independent_terms_score_0():
    words = Words(csr_matrix([[1, 1], [1, 0], [0, 1], [0, 0]]), ("a", "b"))
    assert npmi([rows(0, 1)], words) == pytest.approx(0.0)


def test_diversity_counts_a_word_of_two_groups_once():
    assert diversity([rows(0, 1), rows(1, 2)]) == 0.75


def test_a_theme_recurs_where_half_of_what_was_drawn_of_it_lies_in_one_of_its_level():
    theme = Theme("middle", 0.9, rows(0, 1, 2, 3, 9))
    assert recurs(theme, rows(0, 1, 2, 3), [Theme("middle", 0.0, rows(0, 1))])
    assert not recurs(theme, rows(0, 1, 2, 3), [Theme("middle", 0.0, rows(0)), Theme("fine", 0.0, rows(0, 1, 2, 3))])


def test_what_is_printed_too_high_is_a_calibration_error():
    themes = [Judged(0.95, 0.75), Judged(1.0, 0.8), Judged(0.6, 0.6), Judged(0.5, 0.5)]
    assert [(one.low, one.themes) for one in binned(themes)] == [(0.5, 2), (0.9, 2)]
    assert calibration_error(themes) == pytest.approx(0.1)


def test_subsamples_are_the_same_each_time_and_differ_from_one_another():
    assert np.array_equal(drawn(100, 0.9, 1), drawn(100, 0.9, 1))
    assert not np.array_equal(drawn(100, 0.9, 1), drawn(100, 0.9, 2))
    assert len(set(drawn(100, 0.9, 1).tolist())) == 90


def test_the_words_that_get_a_vector_are_cut_in_both_ways():
    assert frequent_words(["Café_1 of Élan"], fewest=1) == ("cafe_", "café_1", "elan", "of", "élan")


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_by_which_costs_grow(power: float):
    sizes = [1_000, 2_000, 5_000]
    assert exponent(sizes, [0.01 * size**power for size in sizes]) == pytest.approx(power)
