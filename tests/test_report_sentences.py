"""Estimates in words: a reader can quote them, and nothing is said that may not be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import UNSPECIFIED, Estimate, Showing
from themes.report.sentences import brief, people, place, sentence

NGOS = Estimate(
    "code",
    "Roads",
    "talk",
    "NGOs",
    "all",
    "all",
    count=700,
    segments=3100,
    mentioning=9,
    participants=12,
    basis="people and machine, audited",
    corpus_interval=(0.19, 0.29),
    informants_interval=(0.15, 0.36),
    estimate=0.24,
    at_least=5,
    in_interviews=5,
    interviews=12,
    checked=310,
    showing=Showing.ESTIMATE,
)
MANDATES = replace(NGOS, source_kind="mandate", actor_group="all", informants_interval=None)


def test_a_share_comes_with_both_intervals_and_what_was_checked():
    assert sentence(NGOS, "“Roads”") == (
        "Among NGOs, 24% of segments carry “Roads”; 95% interval for informants like these 15% to 36%, for this corpus "
        "19% to 29%; 310 of 3,100 segments checked."
    )
    assert brief(NGOS) == "24% (15% to 36%)"


def test_mandates_have_only_the_interval_of_their_own_texts():
    assert sentence(MANDATES) == (
        "In the mandate texts, 24% of segments carry it; 95% interval for these texts 19% to 29%; "
        "310 of 3,100 segments checked."
    )


def test_where_only_the_interval_may_be_said_no_single_share_stands():
    told = sentence(replace(NGOS, showing=Showing.INTERVAL, note="the interval is wide beside the share"))
    assert told == (
        "Among NGOs, between 15% and 36% of segments carry it (95% interval for informants like these, for this corpus "
        "19% to 29%); no single share is given (the interval is wide beside the share); 310 of 3,100 segments checked."
    )
    assert "24%" not in told
    assert brief(replace(NGOS, showing=Showing.INTERVAL)) == "15% to 36%"


def test_of_mandates_the_interval_is_for_their_texts():
    told = sentence(replace(MANDATES, showing=Showing.INTERVAL))
    assert told.startswith(
        "In the mandate texts, between 19% and 29% of segments carry it (95% interval for these texts);"
    )


def test_an_interval_that_begins_at_nothing_says_at_most():
    one = replace(NGOS, showing=Showing.INTERVAL, informants_interval=(0.0, 0.09))
    assert sentence(one).startswith("Among NGOs, at most 9% of segments carry it (95% interval")
    assert sentence(one, why=False).endswith("for this corpus 19% to 29%); 310 of 3,100 segments checked.")


def test_where_a_share_is_too_rough_interviews_are_counted():
    one = replace(NGOS, showing=Showing.COUNT, note="too few interviews or checked segments for a share")
    assert sentence(one) == (
        "Among NGOs, it was found in 5 of 12 interviews, from what was checked; more may have it; 310 of 3,100 "
        "segments checked; no share is given (too few interviews or checked segments for a share)."
    )
    assert brief(one) == "5 of 12 interviews"
    assert "none of 12 interviews" in sentence(replace(one, in_interviews=0))


def test_a_machines_count_is_said_to_be_no_finding():
    one = replace(NGOS, showing=Showing.UNAUDITED, estimate=None, corpus_interval=None, informants_interval=None)
    assert sentence(one) == (
        "Among NGOs, the machine finds it in 700 of 3,100 segments; nobody has checked it, so this is no finding and "
        "has no interval."
    )
    assert brief(one) == "700 of 3,100, unaudited"


@pytest.mark.parametrize("showing", [Showing.HIDDEN, Showing.EMPTY])
def test_of_what_is_hidden_nothing_is_said(showing: Showing):
    one = replace(NGOS, showing=showing)
    assert (sentence(one), people(one)) == ("", "")
    assert not any(digit in brief(one) for digit in "0123456789")


def test_a_machines_count_of_few_people_is_not_told():
    one = replace(NGOS, showing=Showing.UNAUDITED, mentioning=2)
    assert (sentence(one, least=3), brief(one, least=3)) == ("", "hidden")
    assert sentence(one, least=2)


def test_people_are_counted_as_at_least_so_many_and_never_below_the_threshold():
    assert people(NGOS, 3) == "At least 5 of the 12 people are known to speak of it, from what was checked."
    assert people(replace(NGOS, at_least=2), 3) == "Fewer than 3 of the 12 people are known to speak of it."
    assert people(replace(NGOS, at_least=0), 3) == ""
    assert people(MANDATES) == ""


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (("talk", "all", "all", "all"), "In all talk"),
        (("talk", "NGOs / Humanitarian", "all", "all"), "Among NGOs / Humanitarian"),
        (("talk", "all", "MINUSMA", "first"), "On MINUSMA in the period “first”"),
        (("talk", "UN", "MINUSMA", UNSPECIFIED), "Among UN, on MINUSMA in no period that is known"),
        (("talk", UNSPECIFIED, UNSPECIFIED, "all"), "Among people of no stated group, where no mission is named"),
        (("focus group", "all", "all", "all"), "In focus groups"),
        (("mandate", UNSPECIFIED, "MINUSMA", "all"), "In the mandate texts, on MINUSMA"),
    ],
)
def test_a_cell_begins_the_sentence(cell: tuple[str, str, str, str], words: str):
    assert (
        place(replace(NGOS, **dict(zip(("source_kind", "actor_group", "mission", "period"), cell, strict=True))))
        == words
    )


def test_ends_that_would_look_alike_get_a_decimal():
    assert "1.6% to 2.4%" in sentence(replace(NGOS, informants_interval=(0.016, 0.0244)))


ENDS = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda ends: (min(ends), max(ends)))


@given(st.sampled_from(Showing), st.floats(0, 1), ENDS, st.integers(0, 12), st.integers(1, 6))
def test_whatever_the_numbers_a_sentence_ends_once_and_says_a_share_only_where_one_may_be_said(
    showing: Showing, share: float, ends: tuple[float, float], mentioning: int, least: int
):
    one = replace(NGOS, showing=showing, estimate=share, informants_interval=ends, mentioning=mentioning)
    told = sentence(one, least=least)
    assert told == "" or (told.endswith(".") and ".." not in told and "None" not in told)
    assert ("no single share" in told) == (showing is Showing.INTERVAL)
    assert len(sentence(one, least=least, why=False)) <= len(told)
    assert (told == "") == (brief(one, least) in ("hidden", "no segments"))
