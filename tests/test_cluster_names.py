"""Words that never stand for a theme: who speaks, who is named, how interviewers ask, how mandates begin."""

from __future__ import annotations

import pytest

from themes.cluster.names import interviewer_words, opening_words, person_names, words_out
from themes.domain import Participant, Source, SourceId, SourceKind, Turn, TurnRole


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We met Mr. Okonto at the gate. Later Okonto left.", "okonto"),
        ("The then President Okonto signed. Okonto’s signature stood there.", "okonto"),
        ("Special Representative Okonto-Vale briefed us, and Okonto-Vale left.", "okonto-vale"),
        ("Then Secretary-General Mr. Abel Okonto came. Abel Okonto stayed.", "abel okonto"),
        ("Nous avons vu le général Okonto. Okonto n'a rien dit.", "okonto"),
        ("Hablamos con el coronel Okonto. Okonto se fue.", "okonto"),
        ("Ambassador J. P. van Okonto spoke. Okonto was brief.", "okonto"),
        ("Madame Okonto, who knew. It was Okonto.", "okonto"),
    ],
    ids=["Mr", "possessive", "hyphen", "two titles", "French", "Spanish", "initials and particle", "Madame"],
)
def test_a_name_after_a_title_is_found(text: str, name: str) -> None:
    assert name in person_names([text])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Governor Goma said so. In Goma, in Goma and again in Goma they waited.", "goma"),
        ("General Assembly met. The assembly met. The General Assembly.", "assembly"),
        ("Ambassador MINUSMA wrote, MINUSMA wrote.", "minusma"),
        ("The Representative of Egypt spoke. The representative of Egypt sat down.", "egypt"),
        ("The Force Commander spoke of Bamako. Bamako is far. From Bamako we flew.", "bamako"),
        ("Minister Council met. Security Council. A council of elders. The council.", "council"),
        ("Thank you, Mr. President. The president, Mr. President.", "president"),
        ("Doctor Okonto came once.", "okonto"),
    ],
    ids=["place", "body", "acronym", "of a country", "no title", "also lower case", "a title", "one mention"],
)
def test_places_bodies_and_words_stay(text: str, kept: str) -> None:
    assert kept not in person_names([text])


def test_a_title_goes_out_with_its_name_only() -> None:
    found = person_names(["President Okonto spoke. President Okonto left. The president of the country stayed."])
    assert "president okonto" in found
    assert "president" not in found


def test_a_word_that_rarely_follows_a_title_stays() -> None:
    assert person_names(["Colonel Taubira spoke."] + ["The Taubira plan was good."] * 9) == frozenset()


SUBJECTS = (
    "convoy", "market", "road", "camp", "mandate", "tower", "river", "patrol", "elders", "gate", "fuel", "radio",
    "school", "clinic", "airport", "ministry", "army", "rebels", "judge", "police", "village", "bridge", "border",
)  # fmt: skip
ASKED = [
    f"{opening} the {subject}?"
    for opening in ("Could you describe", "Please, how would you describe", "How do you feel about", "Were you at")
    for subject in SUBJECTS
]
ANSWERED = [
    f"We saw the {subject} every day, and nobody came to the tower when the shooting began near the river"
    for subject in SUBJECTS
] * 3


def test_the_words_by_which_interviewers_ask_go_out_and_their_subjects_stay() -> None:
    found = interviewer_words(ASKED * 3, ANSWERED)
    assert "describe" in found
    assert not found.intersection(SUBJECTS)


def test_a_subject_that_only_the_questions_name_is_no_way_of_asking() -> None:
    asked = [f"And the robust {subject} near the river?" for subject in SUBJECTS]
    assert "robust" not in interviewer_words([*ASKED, *asked], ANSWERED)


def test_a_word_that_answers_say_too_stays() -> None:
    assert "describe" not in interviewer_words(ASKED, [*ANSWERED, *["I would describe it as a siege."] * 9])


@pytest.mark.parametrize("few", [([], ANSWERED), (ASKED, []), (ASKED[:1] * 50, ANSWERED)], ids=["no", "none", "one"])
def test_too_few_different_questions_or_answers_mark_nothing(few: tuple[list[str], list[str]]) -> None:
    assert interviewer_words(*few) == frozenset()


def test_the_formal_beginnings_of_paragraphs_go_out_and_their_subjects_stay() -> None:
    subjects = ("protection of civilians", "the convoy", "a police unit", "the elections", "disarmament", "the courts")
    paragraphs = [f"{verb} {subject} and urges care;" for verb in ("Recalling", "Requests") for subject in subjects]
    assert opening_words([*paragraphs, "Protection of civilians"]) == {"recalling", "requests"}


def source(text: str, *turns: Turn, kind: SourceKind = SourceKind.INTERVIEW, **more: object) -> Source:
    return Source(SourceId("s"), "s.txt", kind, text, turns, **more)  # type: ignore[arg-type]  # fields by name


def test_labels_pseudonyms_and_voices_go_out() -> None:
    one = source(
        "Hello there",
        Turn(0, 5, TurnRole.PARTICIPANT, "Speaker 1"),
        Turn(6, 11, TurnRole.PARTICIPANT),
        pseudonym="P01",
        voices=(Participant("B", "P02 Alpha"),),
    )
    assert words_out([one]) == {"Speaker 1", "P01", "P02 Alpha"}
    assert words_out([]) == frozenset()
