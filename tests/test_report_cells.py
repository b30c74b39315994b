"""The counts on the page: which columns there are, and that no hidden cell can be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import Estimate, Mission, Period, Study
from themes.report.cells import Counts, shade
from themes.report.words import counted, listing, percent

FIRST = Period("first", "MINUSMA", date(2013, 1, 1))
SECOND = Period("a second", "MINUSMA", date(2016, 1, 1))
STUDY = Study(
    Path("study"),
    "A study",
    actor_groups=("UN / Mission", "NGOs"),
    group_names={"NGOs": "UN / Mission"},
    missions=(Mission("MINUSMA", periods=(SECOND, FIRST)),),
)

Cells = dict[tuple[str, str, str], int]
"""(group, mission, period) -> participants, with ten segments for each."""


def counts(cells: Cells, min_participants: int = 3, source_kind: str = "talk") -> Counts:
    return Counts(STUDY, tuple(_estimates(cells, source_kind)), min_participants)


def _estimates(cells: Cells, source_kind: str) -> Iterator[Estimate]:
    for cell, people in cells.items():
        yield Estimate("code", "A", source_kind, *cell, people, 10 * people, people, people, "first suggestion")


def by_group(**people: int) -> Cells:
    cells = {(group.replace("_", " / "), "all", "all"): number for group, number in people.items()}
    return {("all", "all", "all"): sum(people.values()), **cells}


def test_groups_are_top_level_in_the_studys_order_under_their_own_names_and_unspecified_last() -> None:
    found = counts(by_group(unspecified=4, Zebra=4, NGOs=4, UN=4, UN_Mission=4)).talk_by_group
    assert [column.label for column in found.columns] == ["All talk", "UN", "NGOs", "Zebra", "unspecified"]


def test_periods_stand_under_their_mission_by_date_after_its_total() -> None:
    cells = {("all", "all", "all"): 9} | {
        ("all", "MINUSMA", period): 9 for period in ("all", "unspecified", "a second", "first")
    }
    total, mission = counts(cells).by_mission("talk")
    assert total.label == "All missions"
    assert [column.label for column in mission.columns] == ["all periods", "first", "a second", "unspecified"]


@pytest.mark.parametrize(
    ("periods", "shown"),
    [(["first"], ["first"]), (["unspecified"], ["all periods"]), (["first", "unspecified"], 3)],
    ids=["one", "none known", "one and unknown"],
)
def test_a_mission_with_one_period_has_one_column(periods: list[str], shown: list[str] | int) -> None:
    cells = {("all", "all", "all"): 9, ("all", "MINUSMA", "all"): 9} | {("all", "MINUSMA", p): 9 for p in periods}
    labels = [column.label for column in counts(cells).by_mission("talk")[1].columns]
    assert labels == shown or len(labels) == shown


def test_one_small_cell_takes_its_smallest_neighbour_with_it() -> None:
    found = counts(by_group(UN=9, NGOs=5, Zebra=2)).talk_by_group
    hidden = {column.label: column.hidden for column in found.columns}
    assert hidden == {
        "All talk": "",
        "UN": "",
        "NGOs": "hidden to protect a smaller cell",
        "Zebra": "fewer than 3 people",
    }


def test_a_mission_that_is_hidden_hides_its_periods() -> None:
    cells = {
        ("all", "all", "all"): 12,
        ("all", "MINUSMA", "all"): 4,
        ("all", "MINUSMA", "first"): 4,
        ("all", "MINUSMA", "a second"): 4,
        ("all", "MONUSCO", "all"): 1,
        ("all", "Other", "all"): 7,
    }
    blocks = {block.label: block for block in counts(cells).by_mission("talk")}
    assert all(column.hidden for column in blocks["MINUSMA"].columns)
    assert not any(column.hidden for column in blocks["Other"].columns)


def test_mandates_are_public_and_never_hidden() -> None:
    cells = {("all", "all", "all"): 1, ("all", "MINUSMA", "all"): 1}
    blocks = counts(cells, source_kind="mandate").by_mission("mandate")
    assert [column.hidden for block in blocks for column in block.columns] == ["", ""]


@given(st.lists(st.integers(1, 8), min_size=1, max_size=7), st.integers(1, 6))
def test_what_is_left_of_the_total_always_comes_from_enough_people(people: list[int], min_participants: int) -> None:
    found = counts(by_group(**{f"g{place}": number for place, number in enumerate(people)}), min_participants)
    total, *parts = found.talk_by_group.columns
    hidden = [part for part in parts if part.hidden]
    assert all(part.hidden for part in parts if part.participants < min_participants)
    if hidden and not total.hidden:
        assert len(hidden) > 1
        assert sum(part.participants for part in hidden) >= min_participants
    if min(people) >= min_participants:
        assert not hidden


@pytest.mark.parametrize(
    ("people", "min_participants", "few"),
    [(2, 3, "fewer than 3 people"), (3, 3, ""), (1, 1, ""), (0, 1, "")],
    ids=["too few", "enough", "one shown to all", "nobody known, shown to all"],
)
def test_talk_of_too_few_people_is_counted_for_no_subject(people: int, min_participants: int, few: str) -> None:
    cells = tuple(_estimates({("all", "all", "all"): people}, "talk"))
    found = Counts(STUDY, tuple(replace(one, segments=10) for one in cells), min_participants)
    assert found.few_in_talk == few


def test_a_cell_shows_k_of_n_and_a_hidden_one_shows_nothing() -> None:
    found = counts(by_group(UN=9, NGOs=2, Zebra=2))
    shown = [found.shown("code", "A", column) for column in found.talk_by_group.columns]
    assert [(cell.count, cell.segments, cell.share) for cell in shown] == [
        ("13", "130", "10%"),
        ("9", "90", "10%"),
        ("", "", ""),
        ("", "", ""),
    ]


def test_what_was_not_counted_is_no_zero() -> None:
    found = counts(by_group(UN=9))
    shown = found.shown("code", "another", found.talk_by_group.columns[0])
    assert (shown.missing, shown.count) == ("not counted", "")


def test_a_cell_without_segments_says_so() -> None:
    empty = Estimate("code", "A", "talk", "all", "all", "all", 0, 0, 0, 0, "first suggestion")
    found = Counts(STUDY, (empty,), 3)
    assert found.shown("code", "A", found.talk_by_group.columns[0]).missing == "no segments"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0), (0.001, 1), (0.02, 1), (0.021, 2), (0.1, 3), (0.2, 4), (0.35, 5), (0.36, 6), (1.0, 6)],
)
def test_a_shade_grows_with_the_share(share: float, expected: int) -> None:
    assert shade(share) == expected


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, ""), (0.0, "0%"), (0.004, "under 1%"), (0.5, "50%"), (0.999, "over 99%"), (1.0, "100%")],
)
def test_a_share_never_looks_like_nothing_or_everything_when_it_is_not(share: float | None, words: str) -> None:
    assert percent(share) == words


def test_counts_and_lists_read_as_english() -> None:
    assert counted(1, "person") == "1 person"
    assert counted(2, "person") == "2 people"
    assert counted(3500, "segment") == "3,500 segments"
    assert [listing([]), listing(["a"]), listing(["a", "b", "c"])] == ["", "a", "a, b and c"]
