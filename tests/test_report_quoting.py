"""Which passages a card quotes, what stands beside them, and that others get none of what could tell who spoke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report_fiction import Page, fiction, grown, rendered
from themes.domain import (
    CONSENSUS,
    TALK,
    UNSPECIFIED,
    Code,
    CodeAct,
    CodebookEdit,
    Coding,
    Judgement,
    Segment,
    SegmentId,
    Tier,
)
from themes.report import Material, Record, ReportOptions
from themes.report.cards import CodeCard, code_cards
from themes.report.cells import counts
from themes.report.guarding import guarded
from themes.report.methods import methods_page
from themes.report.page import page
from themes.report.quotes import free_of_closed_words
from themes.report.quoting import group_of, heard

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
STUDY = fiction()


@pytest.fixture(scope="module")
def material() -> Material:
    return STUDY


@pytest.fixture(scope="module")
def code(material: Material) -> Code:
    return material.codebook.assignable[0]


def first_of(material: Material, code: Code) -> list[Segment]:
    """The talk of which the machine puts the code first and that may be quoted, highest score first."""
    found = (material.segment[one.segment] for one in material.first_suggestions[code.id])
    return [one for one in found if one.source not in material.withheld and one.register == TALK]


def judged(material: Material, *words: Judgement) -> Material:
    """The material once these words were said; what carries a code stands as a coding."""
    codings = tuple(Coding(one.segment, one.code, one.coder, one.decision) for one in words if one.carries and one.code)
    return grown(material, judgements=words, codings=codings)


def said(segment: Segment, code: Code | None, carries: bool = True, number: int = 1, coder: str = "anna") -> Judgement:
    return Judgement(segment.id, code.id if code else None, coder, carries, number)


def card_of(material: Material, code: Code, **options: int) -> CodeCard:
    chosen = ReportOptions(**options)
    cards = code_cards(material, counts(material, chosen.least), chosen)
    return next(one for one in cards if one.code.id == code.id)


def one_of_each(segments: Sequence[Segment]) -> dict[str, Segment]:
    return {group_of(one): one for one in reversed(segments)}


# --- quotes ---


@given(st.lists(st.integers(0, 229), max_size=60, unique=True), st.integers(0, 12))
def test_as_many_groups_are_heard_as_there_are_quotes_and_groups(places: list[int], most: int):
    segments = [STUDY.segments[place] for place in places]
    chosen = heard(STUDY, segments, most)
    assert len(chosen) == min(most, len(segments))
    assert len({group_of(one) for one in chosen}) == min(most, len({group_of(one) for one in segments}))
    assert chosen == [one for one in segments if one in chosen]


def test_a_group_is_heard_by_its_most_typical_new_voice(material: Material):
    talk = (one for one in material.segments if one.register == TALK)
    segments = [replace(one, text=f"{place} was said. {one.text}") for place, one in enumerate(talk)]
    chosen = heard(material, segments, 3)
    assert chosen[0] == segments[0]
    for one in chosen:
        assert one == next(other for other in segments if group_of(other) == group_of(one))


def test_what_people_coded_is_quoted_before_what_the_machine_alone_suggests(material: Material, code: Code):
    last = first_of(material, code)[-1]
    card = card_of(judged(material, said(last, code)), code)
    assert last.id in card.quotes.ids
    remarks = [one.remark for one in card.quotes.shown]
    assert remarks.count("coded by a person") == 1


def test_a_group_that_says_nothing_of_a_code_is_said_to_be_silent(material: Material, code: Code):
    only_un = grown(
        material,
        suggestions=tuple(
            one for one in material.suggestions if material.segment[one.segment].actor_group.startswith("UN /")
        ),
    )
    (words,) = card_of(judged(only_un), code, min_participants=1).quotes.silent
    assert words == "Silent here: NGOs, Host state, Member states and people of no stated group."


def test_a_group_of_too_few_people_is_not_said_to_be_silent(material: Material, code: Code):
    only_un = grown(
        material,
        suggestions=tuple(
            one for one in material.suggestions if material.segment[one.segment].actor_group.startswith("UN /")
        ),
    )
    assert "Host state" not in " ".join(card_of(judged(only_un), code, min_participants=3).quotes.silent)


def test_each_quote_of_the_page_names_its_segment(material: Material, code: Code):
    for one in card_of(material, code).quotes.shown:
        assert any(segment.id.endswith(one.reference) for segment in material.segments)


# --- what stands beside them ---


def test_what_a_person_rejected_is_a_counter_example_and_says_so(material: Material, code: Code):
    rejected = first_of(material, code)[3]
    card = card_of(judged(material, said(rejected, code, carries=False)), code)
    (one,) = card.beside.counters
    assert card.beside.decided
    assert (one.text.split()[:5], one.remark) == (rejected.text.split()[:5], "rejected by a person")
    assert rejected.id not in card.quotes.ids


def test_a_passage_that_fits_no_code_or_another_one_is_a_counter_example(material: Material, code: Code):
    one, other = one_of_each(first_of(material, code)).values().__iter__(), material.codebook.assignable[1]
    words = (said(next(one), None), said(next(one), other))
    remarks = {quote.remark for quote in card_of(judged(material, *words), code).beside.counters}
    assert remarks == {"read by a person: no code fits", f"read by a person, who gave it “{other.name}”"}


def test_where_another_coder_gives_the_code_a_rejection_is_no_counter_example(material: Material, code: Code):
    segment = first_of(material, code)[0]
    words = (said(segment, code, carries=False), said(segment, code, coder="ben"))
    assert not card_of(judged(material, *words), code).beside.decided


def test_what_a_team_agreed_on_stands_in_the_place_of_the_coders_words(material: Material, code: Code):
    segment = first_of(material, code)[0]
    words = (said(segment, code), said(segment, code, carries=False, coder=CONSENSUS))
    assert [one.remark for one in card_of(judged(material, *words), code).beside.counters] == ["rejected by a person"]


def test_where_nobody_decided_the_borderline_cases_of_least_margin_stand_and_are_named_so(
    material: Material, code: Code
):
    card = card_of(material, code)
    assert not card.beside.decided
    assert len(card.beside.counters) == 2
    assert all(one.remark.startswith("borderline: it might as well be “") for one in card.beside.counters)
    scores = {(one.segment, one.rank): one.score for one in material.suggestions}
    codes = {(one.segment, one.rank): one.code for one in material.suggestions}
    margins = sorted(
        (scores[one.id, 1] - scores[one.id, 2], place)
        for place, one in enumerate(material.segments)
        if code.id in (codes[one.id, 1], codes[one.id, 2])
        and one.source not in material.withheld
        and one.id not in card.quotes.ids
    )
    nearest = [material.segments[place].text.split()[:5] for _, place in margins[:2]]
    assert [one.text.split()[:5] for one in card.beside.counters] == nearest


def test_what_people_gave_the_code_while_the_machine_put_another_first_is_missed(material: Material, code: Code):
    other = material.codebook.assignable[1]
    lost = first_of(material, other)[0]
    card = card_of(judged(material, said(lost, code)), code, quotes=1, min_participants=1)
    assert card.quotes.ids == {lost.id}
    assert card.beside.missed == ()
    assert (
        card.beside.told == "People gave it to 1 segment of talk, and on 1 of them the machine put another code first."
    )
    more = judged(material, *(said(one, code, number=at) for at, one in enumerate(first_of(material, other)[:4])))
    assert {one.remark for one in card_of(more, code, quotes=2).beside.missed} == {
        f"the machine put “{other.name}” first"
    }


def test_what_the_machine_put_first_then_goes_before_what_it_puts_first_now(material: Material, code: Code):
    mine, other = first_of(material, code)[0], material.codebook.assignable[1]
    then = grown(judged(material, said(mine, code, number=7)), suggested_then={7: other.id})
    assert "on 1 of them" in card_of(then, code, min_participants=1).beside.told
    assert "on none of them" in card_of(judged(material, said(mine, code)), code, min_participants=1).beside.told


def test_how_many_were_missed_is_not_told_where_few_people_stand_behind_it(material: Material, code: Code):
    other = material.codebook.assignable[1]
    lost, found = first_of(material, other)[0], first_of(material, code)
    words = [said(one, code, number=at) for at, one in enumerate((lost, *found))]
    assert card_of(judged(material, *words), code, min_participants=3).beside.told == ""
    assert "on 1 of them" in card_of(judged(material, *words), code, min_participants=1).beside.told


def test_no_quote_on_a_card_comes_twice(material: Material):
    words = tuple(
        said(one, material.codebook.assignable[at % 3], carries=at % 4 > 0, number=at)
        for at, one in enumerate(material.segments[:120])
    )
    for code in material.codebook.assignable:
        card = card_of(judged(material, *words), code, quotes=10)
        shown = [one.reference for one in (*card.quotes.shown, *card.beside.counters, *card.beside.missed)]
        assert len(shown) == len(set(shown))


def test_a_reflexive_study_has_words_of_interpretation_and_no_number_of_what_was_missed(material: Material, code: Code):
    lost = first_of(material, material.codebook.assignable[1])[:6]
    words = [said(one, code, number=at) for at, one in enumerate(lost)]
    reflexive = grown(judged(material, *words), study=replace(material.study, approach="reflexive"))
    assert card_of(reflexive, code, min_participants=1).beside.told == ""
    html = Page(rendered(reflexive)).words
    assert "What the suggestions did not bring up" in html
    assert "machine missed" not in html
    assert "Passages that could be read either way" in html


# --- what must not be read ---


def test_what_is_not_for_quotation_stands_nowhere_beside_the_quotes(material: Material):
    closed = {one.id for one in material.segments if one.source in material.withheld}
    secret = grown(
        material,
        segments=tuple(replace(one, text="Zephyrs blow.") if one.id in closed else one for one in material.segments),
    )
    code, other = material.codebook.assignable[:2]
    words = [
        said(secret.segment[one], (code, other, None)[at % 3], carries=at % 2 > 0) for at, one in enumerate(closed)
    ]
    assert closed
    assert "Zephyrs" not in rendered(judged(secret, *words), quotes=50, min_participants=1)


@pytest.mark.parametrize("audience", ["team", "public"])
def test_others_read_nothing_of_what_people_rejected_or_the_machine_missed(audience: str):
    study = STUDY
    code, other = study.codebook.assignable[:2]
    words = [said(one, code, number=at) for at, one in enumerate(first_of(study, other))]
    words += [said(one, code, carries=False, number=at + 900) for at, one in enumerate(first_of(study, code)[:9])]
    options = ReportOptions(audience=audience)
    with_words, without = (page(guarded(one, options), options) for one in (judged(study, *words), study))
    for told in (
        "Counter-examples",
        "Borderline: where",
        "the machine put “",
        "rejected by",
        "Silent here",
        "How common",
    ):
        assert told not in with_words
    cut = [html.split('<section id="codes"')[1].split("</section>")[0] for html in (with_words, without)]
    quoted = [[figure.split("</figure>")[0] for figure in one.split("<figure")[1:]] for one in cut]
    assert quoted[0] == quoted[1]


def test_a_reason_for_an_edit_that_repeats_talk_not_for_quotation_is_not_printed(material: Material):
    closed = next(one for one in material.sources if one.tier is Tier.NOT_FOR_QUOTATION)
    spoken = "The general told me that nobody would ever come"
    changed = grown(
        material,
        sources=tuple(replace(one, text=f"Well. {spoken}.") if one is closed else one for one in material.sources),
        record=Record(
            edits=(
                CodebookEdit(1, WHEN, "anna", CodeAct.REDEFINE, reason="As P06 says, the general TOLD me that nobody."),
                CodebookEdit(2, WHEN, "anna", CodeAct.REDEFINE, reason="Two codes overlapped."),
            )
        ),
    )
    words = methods_page(changed, ReportOptions())
    assert "told me that" not in words.casefold()
    assert "not shown: it quotes what may not be quoted" in words
    assert "Two codes overlapped." in words


def test_words_that_only_resemble_closed_talk_are_free(material: Material):
    closed = next(one for one in material.sources if one.tier is Tier.NOT_FOR_QUOTATION)
    changed = grown(
        material,
        sources=tuple(
            replace(one, text="We drove to the river at night.") if one is closed else one for one in material.sources
        ),
    )
    assert free_of_closed_words(changed, "They drove to a river, at night.")
    assert free_of_closed_words(changed, "")
    assert not free_of_closed_words(changed, "because “drove to the river”")
    assert not free_of_closed_words(changed, "at NIGHT")


def test_a_segment_that_left_the_study_stops_nothing(material: Material, code: Code):
    gone = Judgement(SegmentId("gone:1"), code.id, "anna", True, 1)
    assert card_of(judged(material, gone, replace(gone, carries=False)), code).beside.told == ""
    assert UNSPECIFIED in {group_of(one) for one in material.segments}
