"""Neighbours, denoising and grouping."""

from __future__ import annotations

import numpy as np
import pytest

from themes.cluster.grouping import DensityGrouping, LikenessGrouping, by_likeness, filled, joined
from themes.cluster.neighbours import approximate, centred, denoised, nearest, unit


def test_the_nearest_rows_are_found_exactly_and_in_order() -> None:
    units = unit(np.random.default_rng(3).normal(size=(60, 8)).astype(np.float32))
    found = nearest(units, 7)
    alike = units @ units.T
    np.fill_diagonal(alike, -9)
    assert np.array_equal(found.rows, np.argsort(-alike, axis=1, kind="stable")[:, :7])
    assert np.allclose(found.similarities, -np.sort(-alike, axis=1)[:, :7], atol=1e-6)


def test_approximate_neighbours_are_nearly_all_the_right_ones_and_the_same_again() -> None:
    random = np.random.default_rng(3)
    units = unit((np.repeat(random.normal(size=(40, 24)), 20, axis=0) + random.normal(size=(800, 24))).astype("f4"))
    exact, found = nearest(units, 10), approximate(units, 10)
    shared = [len({*one} & {*other}) for one, other in zip(exact.rows.tolist(), found.rows.tolist(), strict=True)]
    assert np.mean(shared) >= 9
    assert (found.rows != np.arange(800)[:, None]).all()
    assert np.allclose(found.similarities, np.einsum("nd,nkd->nk", units, units[found.rows]), atol=1e-4)
    assert np.array_equal(found.rows, approximate(units, 10).rows)


def test_the_nearest_of_few_are_all_the_others() -> None:
    assert nearest(np.eye(3, dtype=np.float32), 15).rows.tolist() == [[1, 2], [0, 2], [0, 1]]


def test_denoising_draws_a_row_to_its_surroundings_and_no_step_leaves_it() -> None:
    random = np.random.default_rng(5)
    centres = np.repeat(np.eye(4, 16), 20, axis=0)
    units = unit((centres + 0.15 * random.normal(size=centres.shape)).astype(np.float32))
    drawn = denoised(units, nearest(units, 10), 0.8, 3)
    assert np.allclose(denoised(units, nearest(units, 10), 0.8, 0), units)
    assert (drawn * centres).sum(axis=1).mean() > (units * centres).sum(axis=1).mean() + 0.1
    assert np.allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)


def test_without_divisions_a_membership_is_the_likeness_to_the_rest_of_the_theme() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 1]], np.float32)
    grouping = LikenessGrouping(vectors, 2, 0.1)
    likeness = grouping.likeness(np.array([0, 0, 1, 1, -1]))
    assert likeness[[0, 1, 2, 3], [0, 0, 1, 1]] == pytest.approx([1, 1, 1, 1], abs=0.05)
    one = grouping.likeness(np.zeros(5, np.intp))
    assert one[4, 0] > one[0, 0]
    assert grouping.levels() == {}


def test_densities_that_lie_apart_are_groups_and_what_lies_between_goes_to_the_nearest() -> None:
    random = np.random.default_rng(6)
    places = np.repeat([[0, 0], [9, 0], [0, 9]], 40, axis=0) + random.normal(size=(120, 2))
    rows = unit((np.repeat(np.eye(3, 12), 40, axis=0) + 0.1 * random.normal(size=(120, 12))).astype(np.float32))
    labels = DensityGrouping(rows, rows, 10, 0.1).fit(places.astype(np.float32)).labels_
    assert [len(set(labels[start : start + 40])) for start in (0, 40, 80)] == [1, 1, 1]
    assert sorted(set(labels)) == [0, 1, 2]


def test_groups_too_small_dissolve_into_the_nearest() -> None:
    units = unit(np.array([[1, 0.1], [1, 0], [1, -0.1], [0, 1], [0.1, 1], [0.9, 0.4]], np.float32))
    assert filled(np.array([0, 0, 0, 2, 2, 1]), units, 2).tolist() == [0, 0, 0, 1, 1, 0]
    assert filled(np.array([-1, 0, 0, 1, 1, -1]), units, 2).tolist() == [0, 0, 0, 1, 1, 0]


def test_a_group_cut_in_two_is_joined_again_and_others_stay_apart() -> None:
    random = np.random.default_rng(2)
    rows = np.repeat(np.eye(3, 20), 30, axis=0) + 0.15 * random.normal(size=(90, 20))
    units = centred(rows.astype(np.float32))
    cut = np.repeat([2, 0, 1, 3, -1], [15, 15, 30, 25, 5])
    random.shuffle(cut[:30])
    labels = joined(cut, units, 0.75)
    assert len(set(labels[:30])) == 1
    assert [len(set(labels[part])) for part in (slice(30, 60), slice(60, 85))] == [1, 1]
    assert len({labels[0], labels[30], labels[60]}) == 3
    assert set(labels[85:]) == {-1}
    assert len(set(joined(cut, units, 1.1))) == 5


def test_copies_of_a_text_stay_together() -> None:
    units = unit(np.random.default_rng(8).normal(size=(10, 6)).astype(np.float32))
    labels = by_likeness(np.vstack([units, units]), 2)
    assert np.array_equal(labels[:10], labels[10:])


def test_what_the_corpus_shares_is_taken_out_before_comparing() -> None:
    shared = np.array([10, 0, 0], np.float32)
    vectors = np.array([[0, 1, 0], [0, 1, 0.1], [0, -1, 0], [0, -1, 0.1]], np.float32) + shared
    units = centred(vectors)
    assert units[0] @ units[1] > 0.9
    assert units[0] @ units[2] < 0
    assert not centred(np.ones((4, 3), np.float32)).any()
