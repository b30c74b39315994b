"""What many divisions agree on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.cluster import consensus
from themes.cluster.consensus import agreed, found_again
from themes.cluster.neighbours import Floats, unit


def blobs(sizes: list[int], noise: float, seed: int = 0) -> tuple[Floats, list[int]]:
    """Rows around as many directions as there are sizes, at right angles to each other, and whose each row is."""
    chance = np.random.default_rng(seed)
    centres = np.eye(16, dtype=np.float32)[: len(sizes)]
    rows = np.repeat(centres, sizes, axis=0)
    moved = unit(rows + noise * chance.standard_normal(rows.shape).astype(np.float32))
    return moved, [number for number, size in enumerate(sizes) for _ in range(size)]


def same_groups(labels: np.ndarray, wanted: list[int]) -> bool:
    pairs = set(zip(labels.tolist(), wanted, strict=True))
    return len(pairs) == len(set(wanted)) == len(set(labels.tolist()))


@pytest.mark.parametrize("sizes", [[20, 20, 20], [60, 12, 8], [5, 5]], ids=["equal", "unequal", "small"])
def test_groups_that_lie_apart_are_found_whatever_their_sizes(sizes: list[int]):
    rows, wanted = blobs(sizes, 0.05)
    assert same_groups(agreed(rows, len(sizes), 1).labels, wanted)


def test_the_same_rows_and_seed_give_the_same_labels():
    rows, _ = blobs([30, 30, 30], 0.4)
    assert agreed(rows, 4, 3).labels.tolist() == agreed(rows, 4, 3).labels.tolist()


def test_many_rows_are_divided_by_their_atoms_and_come_out_alike(monkeypatch: pytest.MonkeyPatch):
    rows, wanted = blobs([80, 60, 40], 0.05)
    monkeypatch.setattr(consensus, "_ATOMS", 40)
    labels = agreed(rows, 3, 1).labels
    assert len(labels) == 180
    assert same_groups(labels, wanted)


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 40), st.integers(2, 6), st.integers(0, 5))
def test_every_row_has_a_group_and_numbers_have_no_gaps(n: int, count: int, seed: int):
    rows = unit(np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32))
    labels = agreed(rows, count, seed).labels
    assert sorted(set(labels.tolist())) == list(range(labels.max() + 1))
    assert len(labels) == n
    assert labels.max() < count


def test_two_seeds_agree_better_than_two_single_divisions_do():
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    rows, _ = blobs([25] * 8, 0.45)
    ours = adjusted_rand_score(agreed(rows, 8, 0).labels, agreed(rows, 8, 1).labels)
    single = [
        adjusted_rand_score(*(KMeans(8, n_init=1, random_state=seed).fit_predict(rows) for seed in pair))
        for pair in ((0, 1), (2, 3), (4, 5))
    ]
    assert ours > np.mean(single) + 0.05


def test_groups_that_lie_apart_are_found_again_in_every_resample():
    rows, _ = blobs([30, 20, 10], 0.05)
    agreement = agreed(rows, 3, 1)
    assert found_again(agreement.labels, agreement.resamples).tolist() == [1.0] * 60


def test_groups_without_ground_are_found_again_less_often():
    rows = unit(np.random.default_rng(0).standard_normal((150, 30)).astype(np.float32))
    agreement = agreed(rows, 12, 1)
    assert found_again(agreement.labels, agreement.resamples).mean() < 0.7


def test_a_group_is_found_again_from_half_of_what_either_holds_among_the_rows_drawn():
    labels = np.array([0, 0, 0, 0, 1, 1, -1])
    everyone = np.ones(7, bool)
    same, apart = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 3, 4, 5])
    without_last_of_each = np.array([True, True, True, False, True, False, False])
    resamples = [(everyone, same), (everyone, apart), (without_last_of_each, same)]
    shares = found_again(labels, resamples)
    assert shares[:4] == pytest.approx([1.0] * 4)
    assert shares[4:6] == pytest.approx([1.0] * 2)
    assert shares[6] == 0
    assert found_again(labels, [(everyone, np.array([0, 1, 2, 3, 4, 4, 4]))])[0] == 0
