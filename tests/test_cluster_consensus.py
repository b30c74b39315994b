"""What many divisions agree on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.cluster import consensus
from themes.cluster.consensus import (
    RESAMPLES,
    Divisions,
    Labels,
    agreed,
    divided,
    finished,
    found_again,
    likenesses,
    merged_groups,
)
from themes.cluster.grouping import ConsensusGrouping
from themes.cluster.neighbours import Floats, unit
from themes.domain import Granularity


def blobs(sizes: list[int], noise: float, seed: int = 0) -> tuple[Floats, list[int]]:
    """Rows around as many directions as there are sizes, at right angles to each other, and whose each row is."""
    chance = np.random.default_rng(seed)
    centres = np.eye(16, dtype=np.float32)[: len(sizes)]
    rows = np.repeat(centres, sizes, axis=0)
    moved = unit(rows + noise * chance.standard_normal(rows.shape).astype(np.float32))
    return moved, [number for number, size in enumerate(sizes) for _ in range(size)]


def of_columns(*columns: list[int]) -> Divisions:
    """Divisions that are given, all of one resample that drew every row."""
    labels = np.array(columns, np.int32).T
    n, count = labels.shape
    return Divisions(labels, np.zeros(count, np.intp), np.ones((1, n), bool), np.arange(n))


def fitted(rows: Floats) -> ConsensusGrouping:
    return ConsensusGrouping(rows, 0.4, 4, 0.25, 1).fit(rows)


def same_groups(labels: Labels, wanted: list[int]) -> bool:
    pairs = set(zip(labels.tolist(), wanted, strict=True))
    return len(pairs) == len(set(wanted)) == len(set(labels.tolist()))


@pytest.mark.parametrize("sizes", [[40, 40, 40, 40], [90, 30, 25, 15]], ids=["equal", "unequal"])
def test_groups_that_lie_apart_are_found_whatever_their_sizes_and_however_many(sizes: list[int]):
    rows, wanted = blobs(sizes, 0.05)
    assert same_groups(fitted(rows).labels_, wanted)


def test_the_same_rows_and_seed_give_the_same_divisions():
    rows, _ = blobs([30, 30, 30], 0.4)
    one, two = divided([rows], 3), divided([rows], 3)
    assert np.array_equal(one.labels, two.labels)
    assert np.array_equal(agreed(one, 0.4), agreed(two, 0.4))
    assert not np.array_equal(one.labels, divided([rows], 4).labels)


def test_many_rows_begin_from_their_atoms_and_come_out_alike(monkeypatch: pytest.MonkeyPatch):
    rows, wanted = blobs([80, 60, 40], 0.05)
    monkeypatch.setattr(consensus, "_ATOMS", 40)
    divisions = divided([rows], 1)
    assert len(set(divisions.atoms.tolist())) <= 40
    assert same_groups(finished(divisions, agreed(divisions, 0.3), 4, 0.25), wanted)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 9), st.lists(st.integers(1, 4), min_size=1, max_size=9), st.floats(0.05, 0.9), st.integers(0, 99))
def test_no_single_move_and_no_merger_would_add_to_what_is_agreed(n: int, counts: list[int], above: float, seed: int):
    chance = np.random.default_rng(seed)
    divisions = of_columns(*(chance.integers(0, count, n).tolist() for count in counts))
    together = (divisions.labels[:, None] == divisions.labels[None]).mean(axis=2)

    def value(labels: Labels) -> float:
        same = (labels[:, None] == labels[None]) & (labels >= 0)
        return float(np.triu(np.where(same, together - above, 0), 1).sum())

    labels = agreed(divisions, above)
    assert sorted(set(labels[labels >= 0].tolist())) == list(range(labels.max() + 1))
    pairs = [(one, two) for one in range(labels.max() + 1) for two in range(one)]
    assert all(value(np.where(labels == one, two, labels)) <= value(labels) + 1e-4 for one, two in pairs)
    assert value(labels) >= value(np.arange(n)) - 1e-4


def test_a_pair_is_one_group_from_more_than_the_share_that_is_asked_for():
    divisions = of_columns([0, 0, 1], [0, 0, 1], [0, 1, 1], [0, 1, 2])
    assert same_groups(agreed(divisions, 0.45), [0, 0, -1])
    assert agreed(divisions, 0.55).tolist() == [-1, -1, -1]


def test_likeness_is_how_often_a_row_is_together_with_the_others_of_a_group():
    divisions = of_columns([0, 0, 0, 1], [0, 0, 1, 1])
    found = likenesses(divisions, np.array([0, 0, 1, 1]))
    assert found == pytest.approx(np.array([[1, 0.25], [1, 0.25], [0.5, 0.5], [0, 0.5]]))
    assert likenesses(divisions, np.array([0, 0, -1, -1]))[2:, 0] == pytest.approx([0.5, 0])


def test_groups_too_small_go_to_the_nearest_and_rows_near_none_have_none():
    divisions = of_columns([0, 0, 0, 0, 1], [0, 0, 0, 0, 1], [0, 0, 0, 1, 2])
    assert finished(divisions, np.array([0, 0, 0, 1, 2]), 2, 0.25).tolist() == [0, 0, 0, 0, -1]
    assert finished(divisions, np.arange(5), 2, 0.25).tolist() == [-1] * 5


def test_groups_merge_from_the_share_that_is_asked_for_and_others_keep_apart():
    divisions = of_columns([0, 0, 0, 1], [0, 0, 1, 2], [0, 0, 1, 2], [0, 0, 1, 2])
    labels = np.array([0, 0, 1, 2])
    assert merged_groups(divisions, labels, 0.2).tolist() == [0, 0, 1]
    assert merged_groups(divisions, labels, 0.3).tolist() == [0, 1, 2]
    assert merged_groups(divisions, np.array([0, 0, 1, -1]), 0.2).tolist() == [0, 0]


def test_two_seeds_agree_better_than_two_single_divisions_do():
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    rows, _ = blobs([25] * 8, 0.45)
    both = [divided([rows], seed) for seed in (0, 1)]
    ours = adjusted_rand_score(*(finished(one, agreed(one, 0.4), 4, 0.25) for one in both))
    single = [
        adjusted_rand_score(*(KMeans(8, n_init=1, random_state=seed).fit_predict(rows) for seed in pair))
        for pair in ((0, 1), (2, 3), (4, 5))
    ]
    assert ours > np.mean(single) + 0.05


def test_groups_that_lie_apart_are_found_again_in_every_resample():
    rows, _ = blobs([60, 40, 30, 30], 0.05)
    assert fitted(rows).levels()[Granularity.MIDDLE].stabilities.tolist() == [1.0] * 4


def test_groups_without_ground_are_found_again_less_often():
    rows = unit(np.random.default_rng(0).standard_normal((150, 30)).astype(np.float32))
    assert fitted(rows).levels()[Granularity.MIDDLE].stabilities.mean() < 0.7


def test_levels_nest_and_the_coarser_brings_near_groups_together():
    random = np.random.default_rng(4)
    pairs = np.repeat(np.eye(4, 16), 2, axis=0) + 0.8 * np.eye(8, 16, 8)
    rows = np.repeat(pairs, 25, axis=0) + 0.1 * random.standard_normal((200, 16))
    grouping = fitted(unit(rows.astype(np.float32)))
    levels = grouping.levels()
    own = grouping.labels_
    assert same_groups(own, [number for number in range(8) for _ in range(25)])
    assert same_groups(levels[Granularity.COARSE].labels, [number for number in range(4) for _ in range(50)])
    if Granularity.FINE in levels:
        fine = levels[Granularity.FINE].labels
        assert all(len(set(own[fine == part].tolist())) == 1 for part in range(fine.max() + 1))


def test_each_resample_has_divisions_of_its_own_rows():
    rows, _ = blobs([30, 30], 0.2)
    divisions = divided([rows], 1)
    assert divisions.drawn.sum(axis=1).tolist() == [48] * RESAMPLES
    own = divisions.of_resample(3)
    assert own.labels.shape == (48, divisions.count // RESAMPLES)
    assert np.array_equal(own.labels[:, 0], divisions.labels[divisions.drawn[3], 3])


def test_a_group_is_found_again_from_half_of_what_either_holds_among_the_rows_drawn():
    labels = np.array([0, 0, 0, 0, 1, 1, -1])
    everyone = np.ones(7, bool)
    same, apart = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 3, 4, 5])
    without_last_of_each = np.array([True, True, True, False, True, False, False])
    resamples = [(everyone, same), (everyone, apart), (without_last_of_each, same[without_last_of_each])]
    assert found_again(labels, resamples).tolist() == pytest.approx([1.0, 1.0])
    assert found_again(labels, [(everyone, np.array([0, 1, 2, 3, 4, 4, 4]))])[0] == 0
    assert found_again(labels, [(everyone, np.full(7, -1))]).tolist() == [0, 0]
