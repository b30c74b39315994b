"""Sums of published numbers: what follows from them, and what must be hidden so that nothing does."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themes.domain.sums import Cell, held_back, reckoned, sums_of

ALL = "all"


def crossed(groups: str, missions: str) -> list[Cell]:
    """Every crossing with its margins."""
    return [("talk", group, mission, ALL) for group in (*groups, ALL) for mission in (*missions, ALL)]


def test_a_cell_between_two_hidden_blocks_follows_although_no_sum_has_it_alone() -> None:
    cells = crossed("ABCD", "MNOP")
    pairs = ("AM", "AN", "BM", "BN", "BO", "CO", "CP", "DO", "DP")
    hidden = {cells.index(("talk", group, mission, ALL)) for group, mission in pairs}
    sums = sums_of(cells)
    assert all(sum(place in hidden for place in one) != 1 for one in sums)
    assert set(reckoned(sums, hidden)) == {cells.index(("talk", "B", "O", ALL))}
    held = held_back(sums, hidden, lambda place: (place,))
    assert held
    assert not reckoned(sums, hidden | held)


def test_sums_go_along_groups_missions_periods_and_kinds() -> None:
    cells = [
        ("talk", ALL, ALL, ALL),
        ("interview", ALL, ALL, ALL),
        ("talk", "UN", ALL, ALL),
        ("talk", "UN / HQ", ALL, ALL),
        ("talk", "UN", "M", ALL),
        ("talk", "UN", "M", "first"),
        ("mandate", ALL, ALL, ALL),
    ]
    assert sorted(sums_of(cells)) == [(1, 0), (2, 0), (3, 2), (4, 2), (5, 4)]


@given(st.sets(st.integers(0, 24)), st.permutations(range(25)))
def test_what_follows_is_what_linear_algebra_says_and_nothing_follows_once_more_is_held_back(
    hidden: set[int], order: list[int]
) -> None:
    sums = sums_of(crossed("ABCD", "MNOP"))
    assert set(reckoned(sums, hidden)) == by_rank(sums, hidden)
    held = held_back(sums, hidden, lambda place: (order[place],))
    assert not held & hidden
    assert not by_rank(sums, hidden | held) or len(hidden | held) == 25


def by_rank(sums: list[tuple[int, ...]], hidden: set[int]) -> set[int]:
    away = sorted(hidden)
    if not away:
        return set()
    table = np.array([[(place in one) - 2 * (place == one[-1]) for place in away] for one in sums], float)
    rank = np.linalg.matrix_rank(table)
    units = np.eye(len(away))
    return {place for place, unit in zip(away, units, strict=True) if np.linalg.matrix_rank([*table, unit]) == rank}
