"""The second view of small cells."""

from __future__ import annotations

import numpy as np
import pytest

from tests.prevalence_world import world
from themes.prevalence.drawing import chances, systematic
from themes.prevalence.outcomes import Evidence, outcomes
from themes.prevalence.shares import Layout, shares
from themes.prevalence.smoothing import TOO_FEW, smoothed

GROUPS, PERIODS = (found.astype(np.intp) for found in np.divmod(np.arange(15), 3))
ADDED = 0.1 + 0.02 * GROUPS + 0.05 * PERIODS


def test_cells_that_add_up_stay_as_they_are():
    found = smoothed(ADDED, np.full(15, 0.001), GROUPS, PERIODS)
    assert found.share == pytest.approx(ADDED)
    assert found.between == 0
    assert (found.own == 0).all()


def test_a_cell_that_is_known_well_keeps_its_own_share_and_an_unsure_one_goes_to_its_neighbours():
    shares_of, variances = ADDED.copy(), np.full(15, 1e-6)
    shares_of[7] += 0.3
    sure = smoothed(shares_of, variances, GROUPS, PERIODS)
    assert sure.share == pytest.approx(shares_of, abs=1e-3)
    variances[7] = 0.5
    unsure = smoothed(shares_of, variances, GROUPS, PERIODS)
    assert unsure.share[7] == pytest.approx(ADDED[7], abs=0.02)
    assert unsure.own[7] < 0.01


def test_too_few_cells_and_cells_without_a_share_are_left_out():
    assert smoothed(ADDED[:2], np.full(2, 0.01), GROUPS[:2], PERIODS[:2]).why == TOO_FEW
    gap = ADDED.copy()
    gap[4] = np.nan
    found = smoothed(gap, np.full(15, 0.001), GROUPS, PERIODS)
    assert np.isnan(found.share[4])
    assert np.isfinite(np.delete(found.share, 4)).all()


def test_a_period_that_only_one_group_has_does_no_harm():
    periods = PERIODS.copy()
    periods[0] = 9
    found = smoothed(ADDED, np.full(15, 0.001), GROUPS, periods)
    assert np.isfinite(found.share).all()


def test_it_is_nearer_the_truth_than_cells_by_themselves_and_its_interval_holds_it():
    held, errors = [], []
    for seed in range(60):
        one = world(seed)
        chance = chances(one.scores, 0.1)
        labels = np.where(systematic(chance, seed), one.labels, np.nan)
        found = outcomes(Evidence(one.scores, labels, chance, one.interviews))
        cells = np.asarray(one.cells, np.intp)
        direct = shares(found, Layout.of(cells, one.interviews, 15))
        second = smoothed(direct.share, direct.informants_variance, GROUPS, PERIODS)
        target = one.target_cells
        held.append((second.low <= target) & (target <= second.high))
        errors.append(((second.share - target) ** 2, (direct.share - target) ** 2))
    smooth, alone = np.sqrt(np.mean(errors, axis=(0, 2)))
    assert np.mean(held) > 0.93
    assert smooth < 0.8 * alone
