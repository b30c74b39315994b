"""How much of an estimate is said: what is too imprecise says less, what could tell who spoke says nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import MANDATE, TALK, Estimate, Showing
from themes.prevalence import ALL, AUDITED, said
from themes.prevalence.showing import FEW, HELD_BACK, ONE_VOICE, precision, protected


def row(group: str = ALL, mission: str = ALL, period: str = ALL, people: int = 9, **known: object) -> Estimate:
    plain = Estimate("code", "force", TALK, group, mission, period, 3, 10 * people, 2, people, AUDITED)
    sure = {"estimate": 0.3, "corpus_interval": (0.28, 0.32), "informants_interval": (0.25, 0.35), "effective": 200.0}
    return replace(plain, **{"showing": Showing.ESTIMATE, **sure, **known})  # type: ignore[arg-type]


def hidden(rows: list[Estimate], least: int = 5) -> set[tuple[str, str, str]]:
    found = protected(rows, least)
    return {one.cell[1:] for one in found if one.showing is Showing.HIDDEN}


# --- imprecise ---


@pytest.mark.parametrize(
    ("known", "showing"),
    [
        ({}, Showing.ESTIMATE),
        ({"effective": 20.0}, Showing.ESTIMATE),
        ({"effective": 20.0, "informants_interval": (0.1, 0.48)}, Showing.INTERVAL),
        ({"estimate": 0.02, "informants_interval": (0.0, 0.04)}, Showing.ESTIMATE),
        ({"estimate": 0.02, "informants_interval": (0.0, 0.1)}, Showing.INTERVAL),
        ({"estimate": 0.1, "effective": 20.0, "informants_interval": (0.0, 0.4)}, Showing.COUNT),
        ({"estimate": None}, Showing.UNAUDITED),
    ],
)
def test_an_interval_too_wide_for_its_share_says_less(known: dict, showing: Showing):
    assert precision(row(**known))[0] is showing


def test_what_says_less_holds_nothing_more():
    count, interval = (said(row(showing=tier)) for tier in (Showing.COUNT, Showing.INTERVAL))
    assert (count.estimate, count.corpus_interval, count.informants_interval) == (None, None, None)
    assert (interval.estimate, interval.corpus_interval) == (None, (0.28, 0.32))


def test_what_is_hidden_holds_no_number():
    one = said(row("NGO", people=2, showing=Showing.HIDDEN, note=FEW, checked=4, at_least=1))
    numbers = (one.count, one.segments, one.mentioning, one.participants, one.checked, one.at_least, one.interviews)
    assert set(numbers) == {0}
    assert (one.estimate, one.effective, one.cell[1], one.note) == (None, None, "NGO", FEW)


# --- who spoke ---


def test_a_cell_of_few_people_is_hidden_and_so_is_the_smallest_beside_it():
    rows = [row(people=30), row("A", people=3), row("B", people=9), row("C", people=18)]
    assert hidden(rows) == {("A", ALL, ALL), ("B", ALL, ALL)}
    assert {one.note for one in protected(rows, 5)} == {"", FEW, HELD_BACK}


def test_two_hidden_cells_need_no_third():
    rows = [row(people=30), row("A", people=3), row("B", people=4), row("C", people=23)]
    assert hidden(rows) == {("A", ALL, ALL), ("B", ALL, ALL)}


def test_a_cell_in_which_one_person_supplies_most_mentions_is_hidden():
    rows = [row(people=30), row("A", people=10, largest_voice=0.6), row("B", people=20)]
    found = protected(rows, 5)
    assert (found[1].showing, found[1].note) == (Showing.HIDDEN, ONE_VOICE)
    assert found[2].note == HELD_BACK


def test_mandates_are_public_and_never_hidden():
    rows = [replace(row(people=1), source_kind=MANDATE)]
    assert hidden(rows) == set()


def test_a_group_held_back_cannot_be_reckoned_from_those_nested_in_it():
    rows = [row(people=40), row("A", people=3), row("B", people=10), row("C", people=27)]
    rows += [row("B / x", people=5), row("B / y", people=5)]
    assert ("B", ALL, ALL) in hidden(rows)
    assert {("B / x", ALL, ALL), ("B / y", ALL, ALL)} & hidden(rows)


def test_what_is_held_back_in_a_row_cannot_be_reckoned_from_its_column():
    cells = {("A", "M"): 3, ("A", "N"): 20, ("B", "M"): 20, ("B", "N"): 21}
    rows = crossed(cells)
    found = hidden(rows)
    assert {(group, mission) for group, mission, _ in found} == set(cells)


def crossed(cells: dict[tuple[str, str], int]) -> list[Estimate]:
    """Cells of groups and missions with all their margins."""
    groups, missions = sorted({group for group, _ in cells}), sorted({mission for _, mission in cells})
    rows = [row(group, mission, people=people) for (group, mission), people in cells.items()]
    rows += [row(group, people=sum(cells[group, mission] for mission in missions)) for group in groups]
    rows += [row(ALL, mission, people=sum(cells[group, mission] for group in groups)) for mission in missions]
    return [*rows, row(people=sum(cells.values()))]


@given(st.lists(st.integers(1, 25), min_size=9, max_size=9), st.integers(2, 10))
def test_no_hidden_number_can_be_reckoned_from_those_shown(sizes: list[int], least: int):
    """A hidden number is safe when the sums that tie the numbers together leave it free."""
    keys = list(itertools.product("ABC", "MNO"))
    rows = crossed(dict(zip(keys, sizes, strict=True)))
    places = {one.cell[1:3]: place for place, one in enumerate(rows)}
    away = [place for place, one in enumerate(protected(rows, least)) if one.showing is Showing.HIDDEN]
    sums = [([places[group, mission] for mission in "MNO"], places[group, ALL]) for group in (*"ABC", ALL)]
    sums += [([places[group, mission] for group in "ABC"], places[ALL, mission]) for mission in ("M", "N", "O", ALL)]
    table = np.array([[(place in parts) - (place == whole) for place in away] for parts, whole in sums], float)
    rank = np.linalg.matrix_rank(table) if away else 0
    for column in range(len(away)):
        unit = np.zeros((1, len(away)))
        unit[0, column] = 1
        assert np.linalg.matrix_rank(np.vstack([table, unit])) > rank
