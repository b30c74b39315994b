"""How often comparisons find a difference that is not there, and one that is; rivals over segments beside.

nice python -m pytest tests/benchmarks/test_bench_compare.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.comparing_worlds import (
    ALL_GROUPS,
    BREAK,
    CODED,
    CODES,
    CONTRASTS,
    DATE,
    FAMILY,
    INTERVALS,
    LARGE,
    ORDERS,
    OURS,
    QUICK,
    REGRESSION,
    SEGMENTS,
    UNEQUAL,
    Key,
    compared,
    in_families,
    ranked,
)
from tests.prevalence_world import Floats

WORLDS = int(os.environ.get("THEMES_BENCH_WORLDS", "500"))
POINTS = (0, 4, 8, 16)
CHANCE = 2.6 * np.sqrt(0.05 * 0.95 / WORLDS)
"""How far a share of .05 may lie off by chance: one in two hundred is further up."""
LEAST_HELD = 0.93 - 2.6 * np.sqrt(0.93 * 0.07 / WORLDS)
"""Where the share of intervals that hold the truth lies by chance, were it .93: one in two hundred is further down."""

Found = dict[tuple[str, int], dict[Key, float]]
"""(comparison, true difference in points) -> (method, metric) -> mean over worlds."""


@pytest.fixture(scope="module")
def found() -> Found:
    """Every comparison at every difference; docs/benchmarks/compare.csv and the page are written."""
    values: Found = {}
    for points in POINTS:
        for contrast in CONTRASTS:
            values[contrast.name, points] = _means(compared(contrast, points, range(WORLDS)))
        for name, each in in_families(points, range(WORLDS)).items():
            values[name, points] = _means(each)
    for order in ORDERS:
        values[order, CODES] = _means(ranked(order, range(WORLDS)))
    write_rows(DOCS / "compare.csv", rows(values))
    rewrite()
    return values


def _means(each: Mapping[Key, Floats]) -> dict[Key, float]:
    return {key: float(np.nanmean(runs)) for key, runs in each.items()}


def rows(found: Found) -> Iterator[tuple[str, str, str, int, str, float]]:
    """What docs/benchmarks/compare.csv holds; the size is the true difference in points, or the number of codes."""
    order = [*(contrast.name for contrast in CONTRASTS), ALL_GROUPS, FAMILY, *ORDERS]
    for (name, size), values in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])):
        for (method, metric), value in values.items():
            yield "compare", name, method, size, metric, value


# --- where there is nothing to find ---


@pytest.mark.parametrize("name", [*(contrast.name for contrast in CONTRASTS), ALL_GROUPS])
def test_exchanging_interviews_finds_nothing_where_nothing_is(found: Found, name: str):
    assert found[name, 0][OURS, "found"] <= 0.05 + CHANCE
    assert found[name, 0][CODED, "found"] <= 0.05 + CHANCE


@pytest.mark.parametrize("contrast", CONTRASTS, ids=lambda contrast: contrast.name)
def test_the_quick_look_finds_nothing_where_nothing_is_either(found: Found, contrast: object):
    assert found[getattr(contrast, "name", ""), 0][QUICK, "found"] <= 0.07 + CHANCE


def test_the_regression_on_a_known_date_finds_nothing_where_nothing_is(found: Found):
    assert found[DATE.name, 0][BREAK, "found"] <= 0.05 + CHANCE
    assert found[DATE.name, 0][REGRESSION, "found"] > 0.3


@pytest.mark.parametrize("name", [*(contrast.name for contrast in CONTRASTS), ALL_GROUPS])
def test_segments_find_what_is_not_there(found: Found, name: str):
    assert found[name, 0][SEGMENTS, "found"] > 0.3


@pytest.mark.parametrize("points", POINTS)
def test_of_what_a_family_finds_no_more_is_false_than_it_says(found: Found, points: int):
    assert found[FAMILY, points][OURS, "false_discoveries"] <= 0.05 + CHANCE


# --- where there is something ---


@pytest.mark.parametrize("name", [*(contrast.name for contrast in CONTRASTS), ALL_GROUPS])
def test_a_larger_difference_is_found_more_often(found: Found, name: str):
    powers = [found[name, points][OURS, "found"] for points in POINTS]
    assert sorted(powers) == powers
    assert powers[-1] > 3 * powers[0]


def test_checking_a_tenth_finds_most_of_what_coding_everything_finds(found: Found):
    ours, all_coded = (found[LARGE.name, 16][method, "found"] for method in (OURS, CODED))
    assert ours > 0.8 * all_coded


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.parametrize("contrast", [LARGE, UNEQUAL], ids=lambda contrast: contrast.name)
def test_intervals_hold_the_difference(found: Found, contrast: object, points: int):
    held = found[getattr(contrast, "name", ""), points]
    for metric in ("informants_coverage", "odds_coverage", "corpus_coverage"):
        assert held[INTERVALS, metric] >= LEAST_HELD, metric


@pytest.mark.parametrize("order", ORDERS)
def test_intervals_hold_ranks(found: Found, order: str):
    for method in ("spearman", "kendall", "difference of ranks"):
        assert found[order, CODES][method, "coverage"] >= LEAST_HELD, method
