"""Comparisons over a few seeded worlds; `make bench` goes through hundreds of each."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats  # noqa: TID253  the oracle, in tests alone

from tests.comparing_worlds import (
    CODED,
    CONTRASTS,
    LARGE,
    OURS,
    QUICK,
    SEGMENTS,
    UNEQUAL,
    Contrast,
    compared,
    effect_of,
    over_segments,
)
from tests.prevalence_world import world

WORLDS = range(60)


@pytest.mark.parametrize("contrast", CONTRASTS, ids=lambda contrast: contrast.name)
@pytest.mark.parametrize("points", [4, 8, 16])
def test_a_world_has_the_difference_that_is_asked_for(contrast: Contrast, points: int):
    known = world(7, **contrast.options(effect_of(contrast, points)))
    assert contrast.difference(known) == pytest.approx(points / 100, abs=1e-4)


def test_exchanging_interviews_finds_few_differences_where_there_is_none_and_segments_find_many():
    found = compared(UNEQUAL, 0, WORLDS)
    assert found[OURS, "found"].mean() <= 0.15  # of 60 worlds 9: one in a thousand is above, were the level kept
    assert found[QUICK, "found"].mean() <= 0.15
    assert found[SEGMENTS, "found"].mean() >= 0.3


def test_what_people_would_find_is_mostly_found_with_a_tenth_checked():
    found = compared(LARGE, 16, WORLDS)
    assert found[OURS, "found"].mean() >= 0.75 * found[CODED, "found"].mean() > 0.5


def test_a_larger_difference_is_found_more_often():
    found = [compared(LARGE, points, WORLDS)[OURS, "found"].mean() for points in (0, 8, 16)]
    assert all(less < more for less, more in pairwise(found))


def test_a_regression_over_segments_is_that_of_the_textbook():
    rng = np.random.default_rng(0)
    coded, sides, strata = rng.random(200) < 0.3, rng.integers(0, 2, 200), rng.integers(0, 3, 200)
    design = np.column_stack([sides == 0, *(strata == each for each in range(3))]).astype(float)
    known, squares, *_ = np.linalg.lstsq(design, coded.astype(float), rcond=None)
    error = np.sqrt(squares[0] / 196 * np.linalg.inv(design.T @ design)[0, 0])
    assert over_segments(coded, sides, strata) == pytest.approx(2 * stats.t.sf(abs(known[0]) / error, 196))
