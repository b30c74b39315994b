"""Intervals for shares hold what they promise, on worlds of which the share is known; the large run is a benchmark."""

from __future__ import annotations

import numpy as np
import pytest

from tests.prevalence_coverage import ACTIVE, GROUPS, RANDOM, THREE, Case, simulated, summary
from tests.prevalence_world import (
    ABSENT,
    ALIKE,
    DEVOTED,
    DISAGREEING,
    NO_GROUP_EFFECT,
    NO_PERIOD_EFFECT,
    OVERCONFIDENT,
    SENSITIVITY,
    SPECIFICITY,
    world,
)
from themes.prevalence.outcomes import Evidence, outcomes
from themes.prevalence.shares import Layout, shares

WORLDS = 100
SLACK = 2.5 * np.sqrt(0.93 * 0.07 / (5 * WORLDS))
"""How far the coverage of five groups may fall below .93 by chance: two and a half binomial standard errors."""

WIDTHS = {(RANDOM, GROUPS): 0.190, (RANDOM, THREE): 0.34, (ACTIVE, GROUPS): 0.162, (ACTIVE, THREE): 0.30}
"""Mean widths of the informants' interval that the method has been shown to reach, at prevalence .10."""

NAIVE = ("machine's share, Wilson", "most uncertain first, Wilson")


@pytest.fixture(scope="module")
def values():
    return simulated(Case("fast"), range(WORLDS))


@pytest.fixture(scope="module")
def found(values):
    return dict(summary(values))


@pytest.mark.parametrize("method", [RANDOM, ACTIVE])
@pytest.mark.parametrize("interval", ["informants", "corpus"])
def test_our_intervals_hold_the_share_of_a_group(found, method: str, interval: str):
    assert found[GROUPS, method, f"{interval}_coverage"] >= 0.93 - SLACK


@pytest.mark.parametrize("method", [RANDOM, ACTIVE])
@pytest.mark.parametrize("interval", ["informants", "corpus"])
def test_our_intervals_hold_the_share_of_a_small_cell(found, method: str, interval: str):
    assert found[THREE, method, f"{interval}_coverage"] >= 0.93 - SLACK * np.sqrt(5 / 3)


@pytest.mark.parametrize(("method", "family"), WIDTHS)
def test_our_intervals_are_no_wider_than_the_method_needs(found, method: str, family: str):
    assert found[family, method, "informants_width"] <= WIDTHS[method, family] * 1.05


def test_the_corpus_interval_is_the_narrower_one(found):
    for method in (RANDOM, ACTIVE):
        assert found[GROUPS, method, "corpus_width"] < 0.75 * found[GROUPS, method, "informants_width"]


@pytest.mark.parametrize("method", [RANDOM, ACTIVE])
def test_our_shares_are_right_on_average_in_every_group(values, method: str):
    off = values[GROUPS, method, "corpus_bias"]
    errors = off.std(axis=0, ddof=1) / np.sqrt(WORLDS)
    assert (np.abs(off.mean(axis=0)) <= 3.5 * errors + 0.002).all(), off.mean(axis=0)


@pytest.mark.parametrize("method", NAIVE)
def test_intervals_that_take_calls_or_reviews_for_a_sample_do_not_hold_the_share(found, method: str):
    assert found[GROUPS, method, "informants_coverage"] < 0.75


def test_a_large_sample_interval_without_correction_fails_where_interviews_are_few(found):
    assert found[THREE, "DSL, random audit", "informants_coverage"] < 0.85


def test_the_machine_saves_reviews(found):
    for family in (GROUPS, THREE):
        people = found[family, "people alone, Korn-Graubard", "informants_width"]
        assert found[family, RANDOM, "informants_width"] < people


# --- the worlds ---


def test_the_same_seed_gives_the_same_world():
    one, same, other = world(3), world(3), world(4)
    assert np.array_equal(one.scores, same.scores)
    assert len(one.scores) != len(other.scores) or not np.array_equal(one.scores, other.scores)


@pytest.mark.parametrize(
    "options",
    [{}, ALIKE, OVERCONFIDENT, ABSENT, DEVOTED, DISAGREEING, {**NO_GROUP_EFFECT, **NO_PERIOD_EFFECT}],
    ids=["plain", "alike", "overconfident", "absent", "devoted", "disagreeing", "no difference"],
)
def test_the_share_that_is_to_be_found_is_what_worlds_hold_on_average(options):
    worlds = [world(seed, 0.05, **options) for seed in range(150)]
    held = np.array([np.bincount(one.groups, one.labels) / np.bincount(one.groups) for one in worlds])
    errors = held.std(axis=0, ddof=1) / np.sqrt(len(worlds))
    assert (np.abs(held.mean(axis=0) - worlds[0].target_groups) <= 3.5 * errors + 1e-12).all()


def test_the_machine_errs_in_each_group_as_often_as_it_is_said_to():
    worlds = [world(seed) for seed in range(100)]
    groups, called, truth = (
        np.concatenate([getattr(one, of) for one in worlds]) for of in ("groups", "called", "truth")
    )
    for group in range(5):
        there, elsewhere = (groups == group) & truth, (groups == group) & ~truth
        assert called[there].mean() == pytest.approx(SENSITIVITY[group], abs=0.025)
        assert called[elsewhere].mean() == pytest.approx(1 - SPECIFICITY[group], abs=0.01)


def test_the_machine_is_right_on_average_and_wrong_in_every_group_by_itself():
    worlds = [world(seed) for seed in range(100)]
    groups, scores, truth = (
        np.concatenate([getattr(one, of) for one in worlds]) for of in ("groups", "scores", "truth")
    )
    assert scores.mean() == pytest.approx(truth.mean(), abs=0.003)
    assert abs(scores[groups == 4].mean() - truth[groups == 4].mean()) > 0.02


def test_no_group_differs_where_there_is_no_effect():
    targets = world(0, **NO_GROUP_EFFECT, **NO_PERIOD_EFFECT).target_groups
    assert targets == pytest.approx(np.full(5, 0.10))


@pytest.mark.parametrize("method", [RANDOM, ACTIVE])
def test_intervals_hold_that_a_group_never_says_it(method: str):
    values = simulated(Case("absent", options=ABSENT), range(40))
    for interval in ("informants", "corpus"):
        assert values[GROUPS, method, f"{interval}_coverage"][:, 2].mean() >= 0.9, interval
        assert values[GROUPS, method, f"{interval}_width"][:, 2].min() > 0.005, interval


def test_an_interval_begins_at_nothing_where_no_checked_segment_has_the_code_and_ends_at_all_where_every_one_has():
    scores, interviews = np.full(80, 0.4), np.repeat(np.arange(8), 10)
    labels = np.where(np.arange(80) % 5 == 0, np.where(interviews < 4, 0.0, 1.0), np.nan)
    unheard = np.where(interviews < 6, labels, np.nan)
    found, layout = (
        outcomes(Evidence(scores, labels, np.full(80, 0.2), interviews)),
        Layout.of(interviews // 4, interviews),
    )
    assert found.expected.min() > 0.05
    for low, high in (shares(found, layout).corpus, shares(found, layout).informants):
        assert low[0] == 0 < high[0] < 1
        assert 0 < low[1] < high[1] == 1
    nobody = shares(
        outcomes(Evidence(scores, unheard, np.full(80, 0.2), interviews)), Layout.of(interviews // 2, interviews)
    )
    assert nobody.checked[3] == nobody.corpus[0][3] == 0
    assert nobody.corpus[1][3] < 1


def test_one_interview_holds_most_mentions():
    worlds = [world(seed, 0.03, **DEVOTED) for seed in range(50)]
    mentions = [np.bincount(one.interviews, one.labels) for one in worlds]
    assert np.mean([each.max() > each.sum() / 2 for each in mentions]) > 0.9
