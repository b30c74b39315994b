"""Exchanging sides: exact where it can be counted by hand, the same whatever things are called, never a surprise."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # noqa: TID253  the oracle, in tests alone

from themes.prevalence.exchanging import exchanged
from themes.prevalence.parts import parts
from themes.prevalence.permutation import NOT_TOGETHER, Omnibus, PermutationTest, all_pairs, any_difference, two_sides

QUICKLY = 199
Segments = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def interviews_of(*shares: list[float]) -> Segments:
    """One segment for each interview; a list of interviews for each side."""
    values = np.concatenate([np.array(side, float) for side in shares])
    sides = np.repeat(np.arange(len(shares)), [len(side) for side in shares])
    return values, sides, np.arange(len(values)), np.zeros(len(values), int)


@st.composite
def studies(draw: st.DrawFn, sides: int = 2) -> Segments:
    """Segments of up to nine interviews in up to three missions, some on no side, some interviews on several."""
    n_interviews = draw(st.integers(1, 9))
    missions = draw(st.lists(st.integers(0, 2), min_size=n_interviews, max_size=n_interviews))
    rows = [
        (draw(st.floats(-1, 2, allow_subnormal=False)), draw(st.integers(-1, sides - 1)), interview, mission)
        for interview, mission in enumerate(missions)
        for _ in range(draw(st.integers(1, 4)))
    ]
    values, side, interview, stratum = (np.array(column) for column in zip(*rows, strict=True))
    return values.astype(float), side, interview, stratum


# --- against what is known ---


def test_in_a_single_mission_the_quick_look_is_the_test_of_welch():
    one, other = [0.1, 0.4, 0.35, 0.2, 0.9], [0.1, 0.05, 0.0, 0.2, 0.3, 0.15, 0.12]
    found = two_sides(*interviews_of(one, other))
    known = stats.ttest_ind(one, other, equal_var=False)
    assert found.quick_p == pytest.approx(known.pvalue)
    assert found.df == pytest.approx(known.df)
    assert found.difference == pytest.approx(np.mean(one) - np.mean(other))


def test_where_all_interviews_speak_on_both_sides_the_quick_look_is_the_paired_t():
    rng = np.random.default_rng(2)
    before, after = rng.random(8), rng.random(8) + 0.2
    found = two_sides(np.r_[after, before], np.repeat([0, 1], 8), np.tile(np.arange(8), 2))
    known = stats.ttest_rel(after, before)
    assert found.quick_p == pytest.approx(known.pvalue)
    assert found.interviews == (0, 0, 8)
    assert found.arrangements == 2**8


def test_all_orders_are_counted_where_they_are_few():
    # 4 against 4 that lie wholly apart: of 70 orders the study's own and its mirror are furthest apart
    found = two_sides(*interviews_of([0.5, 0.6, 0.7, 0.8], [0.1, 0.2, 0.3, 0.15]))
    assert (found.p, found.least_p, found.arrangements, found.complete) == (2 / 70, 2 / 70, 70, True)


def test_two_against_two_can_never_show_a_difference_and_that_is_said():
    found = two_sides(*interviews_of([0.9, 0.8], [0.1, 0.0]))
    assert found.least_p == pytest.approx(1 / 3)
    assert found.p == pytest.approx(1 / 3)


def test_sides_of_unequal_size_have_no_mirror():
    assert two_sides(*interviews_of([0.9, 0.8], [0.1, 0.0, 0.05])).least_p == 1 / 10


def test_drawn_orders_count_with_the_studys_own():
    rng = np.random.default_rng(0)
    found = two_sides(*interviews_of(rng.random(20) + 5, rng.random(20)))
    assert (found.p, found.least_p, found.arrangements, found.complete) == (1e-4, 1e-4, 10_000, False)


def test_drawn_orders_say_nearly_what_all_say():
    rng = np.random.default_rng(4)
    study = interviews_of(rng.random(6) + 0.25, rng.random(6))
    drawn, every = two_sides(*study, permutations=900), two_sides(*study)
    assert every.complete
    assert not drawn.complete
    assert drawn.p == pytest.approx(every.p, abs=0.03)


def test_drawn_orders_of_pairs_and_groups_say_nearly_what_all_say():
    rng = np.random.default_rng(5)
    sides, interviews = np.r_[[0] * 7, [1] * 7, [0] * 4, [1] * 4], np.r_[:7, :7, 7:15]
    study = rng.random(22) + 0.2 * (sides == 0), sides, interviews
    drawn, every = two_sides(*study, permutations=1_000), two_sides(*study)
    assert every.arrangements == 2**7 * math.comb(8, 4)
    assert drawn.p == pytest.approx(every.p, abs=0.04)


def test_a_difference_between_missions_is_none_between_sides():
    # mission 1 speaks of it far more, and more of side 0 was interviewed there
    values = [0.9, 0.8, 0.85, 0.8, 0.2, 0.1, 0.15, 0.1]
    sides, missions = [0, 0, 0, 1, 0, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0, 0]
    pooled, within = two_sides(values, sides, range(8)), two_sides(values, sides, range(8), missions)
    assert pooled.difference > 0.3
    assert within.difference < 0.1
    assert within.arrangements == 16


def test_a_mission_with_one_side_alone_is_left_out():
    values, sides, missions = [0.5, 0.4, 0.1, 0.2, 0.9, 0.8], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]
    found = two_sides(values, sides, range(6), missions)
    assert found.left_out == 2
    assert found.interviews == (2, 2, 0)
    assert found.difference == pytest.approx(0.3)


def test_a_side_of_one_interview_has_a_permutation_test_but_no_quick_look():
    found = two_sides(*interviews_of([0.9], [0.1, 0.2, 0.15, 0.12]))
    assert found.p == found.least_p == 1 / 5
    assert found.quick_p is None
    assert found.standard_error is None


@pytest.mark.parametrize("constant", [0.0, 1.0, -0.4, 0.3])
def test_where_all_interviews_say_the_same_p_is_one(constant: float):
    study = interviews_of([constant] * 5, [constant] * 6)
    assert two_sides(*study).p == 1
    assert two_sides(*study).quick_p is None
    assert any_difference(*study).p == 1


def test_without_scatter_a_difference_is_as_clear_as_can_be():
    found = two_sides(*interviews_of([1.0] * 5, [0.0] * 5))
    assert found.p == found.least_p


@pytest.mark.parametrize("sides", [[], [-1, -1], [0, 0], [1, 1]], ids=["nothing", "on no side", "only 0", "only 1"])
def test_an_empty_side_is_said(sides: list[int]):
    found = two_sides(np.full(len(sides), 0.2), sides, range(len(sides)))
    assert found == PermutationTest(left_out=found.left_out, why=NOT_TOGETHER)
    assert any_difference(np.full(len(sides), 0.2), sides, range(len(sides))).why == NOT_TOGETHER


def test_one_against_one_is_compared_and_says_nothing():
    assert two_sides(*interviews_of([0.9], [0.1])).least_p == 1


# --- what changes nothing ---


@given(studies())
@settings(deadline=None, max_examples=60)
def test_swapping_the_sides_turns_the_sign_and_nothing_else(study: Segments):
    values, sides, interviews, missions = study
    one = two_sides(values, sides, interviews, missions, QUICKLY)
    other = two_sides(values, np.where(sides >= 0, 1 - sides, -1), interviews, missions, QUICKLY)
    assert one.p == other.p
    assert one.interviews == (*other.interviews[1::-1], other.interviews[2])
    if one.difference is not None:
        assert one.difference == pytest.approx(-other.difference, abs=1e-12)


@given(studies(), st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_names_of_interviews_and_the_order_of_segments_change_nothing(study: Segments, seed: int):
    values, sides, interviews, missions = study
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(len(values)), rng.permutation(100)
    stirred = values[order], sides[order], names[interviews[order]], missions[order]
    assert two_sides(*study, QUICKLY) == two_sides(*stirred, QUICKLY)
    assert any_difference(*study, QUICKLY) == any_difference(*stirred, QUICKLY)


@given(studies(sides=4))
@settings(deadline=None, max_examples=60)
def test_a_p_value_is_above_0_and_at_most_1_and_never_below_the_least(study: Segments):
    values, sides, interviews, missions = study
    for found in (two_sides(*study, QUICKLY), any_difference(*study, QUICKLY)):
        assert (found.p is None) == bool(found.why)
        if found.p is not None:
            assert 0 < found.least_p <= found.p + 1e-12 <= 1 + 1e-9
    for pair in all_pairs(values, sides, interviews, missions, QUICKLY):
        assert pair.adjusted_p is None or pair.test.p <= pair.adjusted_p <= 1


@given(studies(sides=3))
@settings(deadline=None, max_examples=40)
def test_every_order_keeps_the_sides_of_each_mission_and_interview(study: Segments):
    held = parts(*study)
    if not len(held.shares):
        return
    seen: list[np.ndarray] = []
    exchanged(held, lambda sides: (seen.append(sides), np.zeros(len(sides)))[1], 60, seed=1)
    for sides in np.vstack(seen):
        for block in range(int(held.blocks.max()) + 1):
            assert sorted(sides[held.blocks == block]) == sorted(held.sides[held.blocks == block])


@given(studies(sides=3))
@settings(deadline=None, max_examples=40)
def test_when_all_orders_are_counted_none_comes_twice(study: Segments):
    held = parts(*study)
    if not len(held.shares):
        return
    seen: list[np.ndarray] = []
    found = exchanged(held, lambda sides: (seen.append(sides), np.zeros(len(sides)))[1], 2_000, seed=1)
    if found.complete:
        orders = np.vstack(seen[1:])
        assert len(np.unique(orders, axis=0)) == len(orders) == found.arrangements


# --- several groups ---


def test_two_groups_are_compared_as_two_sides_would_be():
    rng = np.random.default_rng(8)
    study = interviews_of(rng.random(5) + 0.4, rng.random(5))
    assert any_difference(*study).arrangements == two_sides(*study).arrangements
    assert any_difference(*study).p == pytest.approx(two_sides(*study).p, abs=0.02)


def test_groups_that_differ_are_found_and_those_that_do_not_are_not():
    rng = np.random.default_rng(3)
    alike = [rng.random(6) for _ in range(4)]
    assert any_difference(*interviews_of(*alike)).p > 0.05
    assert any_difference(*interviews_of(*alike[:3], alike[3] + 1)).p < 0.01


def test_the_least_p_of_three_pairs_of_interviews_is_1_in_15():
    found = any_difference(*interviews_of([0.9, 0.95], [0.5, 0.45], [0.1, 0.12]))
    assert found.arrangements == 90
    assert found.least_p == pytest.approx(6 / 90)
    assert found.p == pytest.approx(6 / 90)


def test_groups_that_share_no_mission_are_compared_where_they_can_be():
    values, groups, missions = np.linspace(0, 1, 12), np.repeat([0, 1, 2, 3], 3), np.repeat([0, 1], 6)
    found = any_difference(values, groups, range(12), missions)
    assert found.arrangements == math.comb(6, 3) ** 2
    assert found.least_p <= found.p < 0.05


def test_a_group_alone_in_its_mission_is_not_compared():
    values, groups, missions = np.linspace(0, 1, 9), np.repeat([0, 1, 2], 3), np.repeat([0, 0, 1], 3)
    found = any_difference(values, groups, range(9), missions)
    assert (found.groups, found.left_out, found.interviews) == ((0, 1), 3, 6)


def test_a_group_of_one_interview_does_not_seem_certain():
    rng = np.random.default_rng(0)
    found = any_difference(*interviews_of(rng.random(8), rng.random(8), [0.5]))
    assert found.p > 0.2


def test_all_pairs_are_one_family():
    rng = np.random.default_rng(1)
    pairs = all_pairs(*interviews_of(rng.random(6), rng.random(6), rng.random(6) + 1))
    assert [(pair.one, pair.other) for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    raw = np.array([pair.test.p for pair in pairs])
    assert [pair.adjusted_p for pair in pairs] == pytest.approx(stats.false_discovery_control(raw))
    assert pairs[0].adjusted_p > 0.05 > pairs[1].adjusted_p


def test_a_pair_that_is_never_in_one_mission_has_no_p_and_does_not_count():
    values, groups, missions = np.linspace(0, 1, 9), [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 0, 0, 0, 0, 0, 1, 1, 1]
    first, *others = all_pairs(values, groups, range(9), missions)
    assert first.adjusted_p == first.test.p
    assert [pair.adjusted_p for pair in others] == [None, None]


def test_the_answer_is_the_same_every_time_and_the_seed_is_what_changes_it():
    rng = np.random.default_rng(6)
    study = interviews_of(rng.random(12), rng.random(12) + 0.1)
    assert two_sides(*study) == two_sides(*study)
    assert two_sides(*study).p != two_sides(*study, seed=1).p
    assert replace(two_sides(*study), p=0) == replace(two_sides(*study, seed=1), p=0)


# --- the level ---


def test_unequal_numbers_and_scatter_do_not_spoil_the_level():
    # few interviews that scatter widely against many that do not: exchanging without standard errors rejects in a
    # quarter of runs here, for whoever is few decides what seems large
    rng = np.random.default_rng(11)
    runs, few, many = 400, rng.normal(0, 3, (400, 6)), rng.normal(0, 1, (400, 24))
    found = [two_sides(*interviews_of(one, other), permutations=299).p for one, other in zip(few, many, strict=True)]
    assert np.mean(np.array(found) <= 0.05) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_the_omnibus_keeps_its_level_with_unequal_numbers():
    rng = np.random.default_rng(12)
    runs = 300
    found: list[Omnibus] = [
        any_difference(*interviews_of(*(rng.normal(0, 1, size) for size in (8, 5, 3, 2))), permutations=299)
        for _ in range(runs)
    ]
    assert np.mean([one.p <= 0.05 for one in found]) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
