"""COREQ and SRQR: every item is there, answered from the project or left to the researcher, and never both empty."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.report_fiction import fiction, grown
from themes.domain import Study, Tier
from themes.report import Material, Record, ReportOptions
from themes.report.answers import Known, groups, length, protection, repeats, sample
from themes.report.checklists import COREQ, SRQR, Item, checklists_page
from themes.report.record import AuditTally, CoderTally, DrawTally

ITEMS = [item for _, items in (*COREQ, *SRQR) for item in items]


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


def row_of(told: str, number: str) -> list[str]:
    line = next(line for line in told.splitlines() if line.startswith(f"| {number} |"))
    return [cell.strip() for cell in line.split("|")[1:-1]]


def test_the_items_are_numbered_as_in_the_originals():
    assert [item.number for _, items in COREQ for item in items] == [str(number) for number in range(1, 33)]
    assert [item.number for _, items in SRQR for item in items] == [f"S{number}" for number in range(1, 22)]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.number)
def test_an_item_has_a_short_name_and_somebody_to_answer_it(item: Item):
    assert 1 <= len(item.name.split()) <= 5
    assert item.asked or item.answer


@pytest.mark.parametrize("known", ["full", "empty"])
def test_every_item_is_answered_or_asked(known: str, material: Material):
    shown = material if known == "full" else Material(Study(Path("study"), ""))
    told = checklists_page(shown, ReportOptions())
    for item in ITEMS:
        number, _, answer, source = row_of(told, item.number)
        assert number == item.number
        assert answer
        assert (source == "–") == answer.startswith("The researcher must answer")


def test_the_opening_counts_what_is_answered(material: Material):
    told = checklists_page(material, ReportOptions())
    answered = sum(row_of(told, item.number)[3] != "–" for item in ITEMS)
    assert f"The project answers {answered} items" in told


def test_what_the_project_knows_comes_with_its_number_and_its_place(material: Material):
    draw = DrawTally(1, None, 5, 0.1, 0.5, 1, 230, 23, 0, 0.05, 0.2, day=date(2026, 1, 1))
    record = Record(
        coders=(CoderTally("anna", 30, 20, 20, 10),), audits=(AuditTally((draw,), 23, 20),), entries=41, judged=20
    )
    told = checklists_page(grown(material, record=record), ReportOptions())
    assert row_of(told, "12")[2] == "18 people in 16 interviews and 2 focus groups."
    assert row_of(told, "24")[2].startswith("1 coder, 30 decisions, 20 of them blind.")
    assert row_of(told, "30")[2].startswith("20 of 23 segments drawn by chance were coded blind")
    assert "A log of 41 entries that only grows and an audit by chance, 87% of it answered" in row_of(told, "S15")[2]
    assert row_of(told, "27")[3] == "run.json; CITATION.cff"


def test_small_numbers_of_people_are_not_told(material: Material):
    told, _ = groups(Known(material, 3))
    assert re.search(r"Host state, .*|.*, Host state", told)
    assert not re.search(r"Host state 2\b", told)
    few = replace(material, segments=tuple(one for one in material.segments if one.participant in ("P01", "")))
    assert sample(Known(few, 3))[0].startswith("Fewer than 3 people")
    assert length(Known(few, 3)) == ("", "")


def test_somebody_who_was_interviewed_twice_is_counted_only_among_enough(material: Material):
    names = {f"P{number:02}": f"P{number % 4}" for number in range(1, 9)}
    twice = grown(
        material, segments=tuple(replace(one, participant=names.get(one.participant, "x")) for one in material.segments)
    )
    assert repeats(Known(material, 3))[0] == "Nobody stands behind more than one source."
    assert repeats(Known(twice, 3))[0] == "5 people behind more than one source."
    assert repeats(Known(twice, 6))[0] == "Fewer than 6 people behind more than one source."


def test_the_protection_of_people_is_told(material: Material):
    assert protection(Known(material, 3))[0].startswith("Cells below 3 people are hidden.")
    assert any(one.tier is Tier.NOT_FOR_QUOTATION for one in material.sources)
    assert "What is not for quotation is quoted nowhere." in protection(Known(material, 3))[0]


def test_the_checklists_own_sentences_are_not_copied():
    words = " ".join(f"{item.name} {item.asked}" for item in ITEMS)
    for phrase in ("conducted the interview", "credentials", "purposive", "data saturation", "credibility"):
        assert phrase not in words.casefold()
