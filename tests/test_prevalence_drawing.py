"""Chances, draws, scores set right, and pseudo-outcomes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevalence_world import world
from themes.prevalence.drawing import chances, further, systematic
from themes.prevalence.outcomes import Evidence, outcomes, pseudo_outcomes
from themes.prevalence.planning import Precision, Structure, answer, precisions
from themes.prevalence.recalibration import recalibrated

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)

PHOTOGRAPHS = (10, 12, 7, 13, 13, 6, 17, 16, 15, 10, 14, 12, 10, 5, 12, 10, 10, 9, 6, 11, 7, 9, 11, 10, 10)
ON_THE_GROUND = (15, 14, 9, 14, 8, 5, 18, 15, 13, 15, 11, 15, 12, 8, 13, 9, 11, 12, 9, 12, 13, 11, 10, 9, 8)
"""Dead trees in 25 of 100 plots as seen from the air and counted in the field (Lohr, Sampling, example 4.7); the mean
of all plots from the air is 11.3."""


@given(SCORES, st.floats(0.01, 1), st.floats(0.1, 1))
def test_chances_add_up_to_the_budget_and_none_is_above_one_or_nothing(
    scores: np.ndarray, budget: float, evenly: float
):
    found = chances(scores, budget, evenly)
    assert found.sum() == pytest.approx(budget * len(scores), rel=1e-6)
    assert (found > 0).all()
    assert (found <= 1).all()


@given(SCORES, st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_a_larger_budget_lowers_no_chance(scores: np.ndarray, one: float, other: float):
    less, more = sorted((one, other))
    assert (chances(scores, more) >= chances(scores, less) - 1e-9).all()


def test_where_the_machine_is_less_sure_more_is_drawn():
    found = chances(np.array([0.01, 0.5, 0.99, 0.1]), 0.2)
    assert found[1] > found[3] > found[0]
    assert found[0] == pytest.approx(found[2])
    assert chances(np.array([[0.5, 0.01], [0.01, 0.01]]), 0.2)[0] > 0.2


def test_each_segment_is_drawn_as_often_as_its_chance_says():
    chance = chances(np.random.default_rng(1).random(200) ** 4, 0.15)
    seen = np.mean([systematic(chance, seed) for seed in range(3_000)], axis=0)
    error = np.sqrt(chance * (1 - chance) / 3_000)
    assert (np.abs(seen - chance) < 4.5 * error + 1e-9).all()
    assert {int(systematic(chance, seed).sum()) for seed in range(50)} == {30}


def test_a_further_draw_leaves_the_first_and_gives_both_together_the_new_chance():
    scores = np.random.default_rng(2).random(150) ** 3
    before, after = chances(scores, 0.1), chances(scores, 0.3)
    seen = np.zeros(len(scores))
    for seed in range(3_000):
        first = systematic(before, seed)
        second = further(before, after, first, seed + 10_000)
        assert not (first & second).any()
        seen += first | second
    error = np.sqrt(after * (1 - after) / 3_000)
    assert (np.abs(seen / 3_000 - after) < 4.5 * error + 1e-9).all()


def test_without_labels_a_score_stays_as_it_is():
    scores = np.array([0.1, 0.5, 0.9])
    found = recalibrated(scores, np.full(3, np.nan), np.ones(3), np.arange(3))
    assert found == pytest.approx(scores)


def test_an_interviews_own_labels_do_not_enter_its_own_scores():
    rng = np.random.default_rng(3)
    scores, interviews = rng.random(400), np.repeat(np.arange(20), 20)
    labels = (rng.random(400) < scores).astype(float)
    before = recalibrated(scores, labels, np.ones(400), interviews)
    own = interviews % 10 == 4  # all interviews of one fold
    labels[own] = 1 - labels[own]
    after = recalibrated(scores, labels, np.ones(400), interviews)
    assert after[own] == pytest.approx(before[own])
    assert not np.allclose(after[~own], before[~own])


def test_overconfident_scores_are_set_right():
    rng = np.random.default_rng(4)
    true = rng.beta(1, 4, 6_000)
    odds = true / (1 - true)
    scores = odds**2.5 / (1 + odds**2.5)
    labels = (rng.random(6_000) < true).astype(float)
    found = recalibrated(scores, labels, np.ones(6_000), np.repeat(np.arange(60), 100))
    assert np.abs(found - true).mean() < 0.2 * np.abs(scores - true).mean()


def test_dead_trees_are_lohrs_regression_estimate():
    seen, counted = np.array(PHOTOGRAPHS, float), np.array(ON_THE_GROUND, float)
    slope, height = np.polyfit(seen, counted, 1)
    others = np.full(75, (11.3 * 100 - seen.sum()) / 75)
    expected = height + slope * np.concatenate([seen, others])
    labels = np.concatenate([counted, np.full(75, np.nan)])
    found = pseudo_outcomes(expected, labels, np.full(100, 0.25))
    assert found.values.mean() == pytest.approx(11.99, abs=0.005)


def test_with_the_same_chance_for_all_it_is_the_difference_estimator_and_ppi_with_lambda_one():
    rng = np.random.default_rng(5)
    expected, drawn = rng.random(300), np.zeros(300, bool)
    drawn[rng.permutation(300)[:60]] = True
    labels = np.where(drawn, rng.random(300) < expected, np.nan)
    found = pseudo_outcomes(expected, labels, np.full(300, 60 / 300))
    rectified = expected.mean() + (labels[drawn] - expected[drawn]).mean()  # Angelopoulos et al. 2023, equation 2
    assert found.values.mean() == pytest.approx(rectified)


def test_pseudo_outcomes_are_right_on_average_however_wrong_the_machine_is():
    one = world(1)
    wrong = 1 - one.scores
    chance = chances(wrong, 0.2)
    shares = []
    for seed in range(400):
        labels = np.where(systematic(chance, seed), one.labels, np.nan)
        shares.append(outcomes(Evidence(wrong, labels, chance, one.interviews)).values.mean())
    assert np.mean(shares) == pytest.approx(one.labels.mean(), abs=4 * np.std(shares) / 20)


# --- plans ---


def test_more_checking_tells_more_and_checking_all_knows_the_corpus():
    one = world(2)
    sides = np.select([one.groups == 0, one.groups == 1], [0, 1], -1).astype(np.intp)
    structure = Structure(one.scores, one.scores, one.interviews, sides, lambda share: chances(one.scores, share))
    found = precisions(structure, (0.05, 0.2, 1.0), replicates=20)
    assert found[0].corpus > found[1].corpus > found[2].corpus == 0
    assert found[0].informants > found[2].informants > 0
    assert min(each.held for each in found) >= 0.8


def test_the_answer_lies_between_the_audits_that_were_tried():
    tried = (Precision(0.1, 100, 0.10, 0.2, 1), Precision(0.4, 400, 0.05, 0.12, 1), Precision(1, 1000, 0.0, 0.1, 1))
    assert answer(tried, 0.05).corpus == 400
    assert 100 < (answer(tried, 0.07).corpus or 0) < 400
    assert answer(tried, 0.2).corpus == 100
    assert answer(tried, 0.05).informants is None
    assert answer(tried, 0.05).interviews == 4.0
