"""Copies: renewed paragraphs of mandates and talk that is the same word for word, collapsed for clustering."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.cluster.copies import ALIKE_FROM, _runs, collapsed, repeated
from themes.domain import MANDATE, TALK, Segment, SegmentId, SourceId, SourceKind

RENEWAL = (
    "Decides to extend the mandate of the mission until 30 June 2014 and authorizes it, within the limits of its "
    "capacities and areas of deployment, to take all necessary means to protect civilians under threat of violence;"
)


def of(*texts: str, register: str = MANDATE) -> list[int]:
    """For each text the position of its representative."""
    found = collapsed(texts, [register] * len(texts))
    return found.representatives[found.of].tolist()


@pytest.mark.parametrize(
    "renewed",
    [
        RENEWAL.replace("30 June 2014", "31 July 2015"),
        RENEWAL.replace("mission until", "mission, set out in S/RES/2100 (2013), until"),
        RENEWAL.replace("Decides", "Decides"[:7].upper()),
        RENEWAL.replace("violence;", "violence.\n"),
        RENEWAL.replace("civilians under", "the civilians under"),
    ],
    ids=["date", "symbol", "capitals", "end", "one word"],
)
def test_a_paragraph_renewed_with_another_date_symbol_or_word_is_one(renewed: str) -> None:
    assert len(set(of(RENEWAL, renewed))) == 1


@pytest.mark.parametrize(
    "other",
    [
        "Requests the Secretary-General to report to the Council every six months on the protection of civilians;",
        "Decides to extend the mandate of the mission until 30 June 2014 and requests a report on the police unit, "
        "on prisons, on the training of judges and on the return of displaced persons to the north of the country;",
        "Decides to remain actively seized of the matter.",
    ],
    ids=["another", "the same opening", "a formula"],
)
def test_a_different_paragraph_stays_apart(other: str) -> None:
    assert of(RENEWAL, other) == [0, 1]


def test_the_longest_text_stands_for_all_and_the_earliest_of_equally_long_ones() -> None:
    short, long = RENEWAL, RENEWAL.replace("civilians", "all the civilians")
    found = collapsed([short, long, long.upper(), short], [MANDATE] * 4)
    assert found.representatives.tolist() == [1]
    assert found.multiplicity.tolist() == [4]


def test_a_chain_of_small_changes_does_not_join_its_ends() -> None:
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyzäöüéèêàâôûîïëç"]
    steps = [" ".join(words[start : start + 20]) for start in range(0, 20, 2)]
    found = collapsed(steps, [MANDATE] * len(steps))
    assert len(found.representatives) > 2
    for step, place in zip(steps, found.of, strict=True):
        kept = steps[found.representatives[place]]
        assert len(set(step.split()) & set(kept.split())) >= 17


def test_two_people_who_say_nearly_the_same_are_two() -> None:
    assert of("We could not fly that night.", "We could not fly that day.", register=TALK) == [0, 1]
    assert of("We could not fly.", " we could  NOT\nfly. ", register=TALK) == [0, 0]


def test_talk_and_mandates_are_never_copies_of_each_other() -> None:
    found = collapsed([RENEWAL, RENEWAL], [TALK, MANDATE])
    assert found.representatives.tolist() == [0, 1]


@pytest.mark.parametrize("text", ["", "12 (a)", "2014", "1. 2."], ids=repr)
def test_paragraphs_without_a_word_are_compared_as_they_stand(text: str) -> None:
    assert of(text, text, "A paragraph of words") == [0, 0, 2]
    assert of(text, text + "7") == [0, 1]


def test_nothing_collapses_to_nothing() -> None:
    found = collapsed([], [])
    assert found.representatives.size == found.of.size == found.multiplicity.size == 0


def test_a_repeated_segment_names_the_one_that_stands_for_it() -> None:
    texts = [RENEWAL, "Something else is decided here, of another kind.", RENEWAL.replace("2014", "2019")]
    segments = [
        Segment(
            SegmentId(f"m:{n}"), SourceId("m"), 0, len(text), text, 0, SourceKind.MANDATE, "", "m", "", "", "", "", ""
        )
        for n, text in enumerate(texts)
    ]
    assert repeated(segments) == {SegmentId("m:2"): SegmentId("m:0")}


_WORDS = st.lists(st.sampled_from(("convoy", "market", "diesel", "elders", "road", "of", "the", "12")), max_size=14)


@given(st.lists(st.tuples(_WORDS.map(" ".join), st.sampled_from((TALK, MANDATE))), max_size=12))
def test_every_segment_has_one_representative_that_stands_for_itself(drawn: list[tuple[str, str]]) -> None:
    texts, registers = [text for text, _ in drawn], [register for _, register in drawn]
    found = collapsed(texts, registers)
    assert found.multiplicity.sum() == len(texts)
    assert np.array_equal(np.bincount(found.of, minlength=len(found.representatives)), found.multiplicity)
    assert found.of[found.representatives].tolist() == list(range(len(found.representatives)))
    for place, register in enumerate(registers):
        assert registers[found.representatives[found.of[place]]] == register


@given(st.lists(_WORDS.map(" ".join), max_size=12))
def test_the_shortcut_finds_what_comparing_all_pairs_finds(texts: list[str]) -> None:
    found = collapsed(texts, [MANDATE] * len(texts))
    kept = found.representatives.tolist()
    for one in kept:
        for other in kept:
            shared = len(_runs(texts[one]) & _runs(texts[other]))
            union = len(_runs(texts[one]) | _runs(texts[other]))
            assert one == other or shared < ALIKE_FROM * union
