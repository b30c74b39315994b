from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import Turn, TurnRole
from themes.ingest.options import IngestOptions
from themes.ingest.turns import find_turns, is_interviewer, seconds_of

OPTIONS = IngestOptions()


def heard(text: str, known: tuple[str, ...] = ()) -> list[tuple[str | None, str]]:
    """(speaker, words) of each turn."""
    found = find_turns(text, OPTIONS, known)
    return [(turn.speaker, found.text[turn.start : turn.end]) for turn in found.turns]


def roles(text: str) -> list[TurnRole]:
    return [turn.role for turn in find_turns(text, OPTIONS).turns]


TWO = [("Interviewer", "How was it?"), ("P01", "Long.")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Interviewer: How was it?\n\nP01: Long.", TWO),
        ("Interviewer:\nHow was it?\nP01:\n  Long.\n", TWO),
        ("**Interviewer:** How was it?\n\n**P01:** Long.", TWO),
        ("**Interviewer**: How was it?\n\n**P01**: Long.", TWO),
        ("[00:01] Interviewer: How was it?\n[00:05] P01: Long.", TWO),
        ("00:00:01 Interviewer: How was it?\n00:00:05 P01: Long.", TWO),
        ("(0:01) - Interviewer: How was it?\n(0:05) - P01: Long.", TWO),
        ("Interviewer (00:00:01): How was it?\nP01 (00:00:05): Long.", TWO),
        ("Interviewer [00:01]: How was it?\nP01 [00:05]: Long.", TWO),
        ("Interviewer  0:01\nHow was it?\n\nP01  0:05\nLong.", TWO),
        ("[00:00:01] Interviewer\nHow was it?\n\n[00:00:05] P01\nLong.", TWO),
        ("00:21:14\tInterviewer:\tHow was it?\n00:21:35\tP01:\tLong.", TWO),
        ("<Interviewer>: How was it?\n[P01]: Long.", TWO),
        (">> Interviewer: How was it?\n>> P01: Long.", TWO),
    ],
    ids=[
        "plain",
        "label-alone",
        "bold-with-colon",
        "bold-then-colon",
        "bracketed-time",
        "bare-time",
        "time-and-dash",
        "time-after",
        "bracketed-time-after",
        "otter",
        "time-then-name",
        "tabs",
        "brackets",
        "captions",
    ],
)
def test_every_way_of_writing_a_label_gives_the_same_turns(text: str, expected: list[tuple[str, str]]) -> None:
    assert heard(text) == expected
    assert roles(text) == [TurnRole.INTERVIEWER, TurnRole.PARTICIPANT]


def test_a_french_label_may_stand_before_a_space_and_a_colon() -> None:
    assert heard("Enquêtrice\u00a0: Pourquoi ?\nMme Diarra : Parce que.") == [
        ("Enquêtrice", "Pourquoi ?"),
        ("Mme Diarra", "Parce que."),
    ]


@pytest.mark.parametrize(
    ("label", "asks"),
    [
        ("Interviewer", True),
        ("INTERVIEWER 2", True),
        ("interviewer2", True),
        ("Int.", True),
        ("I", True),
        ("Q1", True),
        ("Enqueteur", True),
        ("Modératrice", True),
        ("Interviewer (by phone)", True),
        ("P01", False),
        ("Isa", False),
        ("Interpreter", False),
        ("Quentin", False),
    ],
)
def test_interviewers_are_known_by_their_label(label: str, asks: bool) -> None:
    assert is_interviewer(label, OPTIONS) is asks


def test_interviewer_labels_are_an_option() -> None:
    options = IngestOptions(interviewer_labels=("Dan",))
    found = find_turns("Dan: So?\nP1: Yes.\nDan: And?\nP1: No.", options)
    assert [turn.role for turn in found.turns][:2] == [TurnRole.INTERVIEWER, TurnRole.PARTICIPANT]


@pytest.mark.parametrize(
    "line",
    [
        "He said: we are leaving.",
        "Note: the recording was damaged.",
        "What they wanted was simple: food and water.",
        "The question is: who pays?",
        "See https://example.org for more.",
        "We met at 10:30 in the camp.",
        "One thing, for instance: fuel.",
    ],
)
def test_prose_with_a_colon_names_no_speaker(line: str) -> None:
    assert heard(f"{line}\n\nAnd then nothing happened.\n\n{line}") == [
        (None, line),
        (None, "And then nothing happened."),
        (None, line),
    ]


def test_prose_with_a_colon_stays_inside_a_labelled_turn() -> None:
    text = "Interviewer: And?\nP01: I asked him.\nHe said: no.\nBottom line: we left.\nP01: Yes."
    assert heard(text)[1] == ("P01", "I asked him.\nHe said: no.\nBottom line: we left.")


def test_a_doubtful_label_is_told_and_an_option_makes_it_a_speaker() -> None:
    text = "Interviewer: And?\nP01: Well.\nSecurity: it was bad.\nP01: Yes."
    found = find_turns(text, OPTIONS)
    assert "“Security:”" in found.doubts[0][0]
    assert "participant_labels" in found.doubts[0][1]
    as_speaker = find_turns(text, IngestOptions(participant_labels=("security",)))
    assert [turn.speaker for turn in as_speaker.turns] == ["Interviewer", "P01", "Security", "P01"]
    assert as_speaker.doubts == ()


def test_a_voice_that_speaks_once_is_heard_in_a_focus_group() -> None:
    text = "Moderator: Who begins?\nP1: Me.\nP2: No, me.\nP1: Fine.\nMme Keita: I only listen."
    assert [speaker for speaker, _ in heard(text)] == ["Moderator", "P1", "P2", "P1", "Mme Keita"]


def test_a_participant_with_one_turn_is_heard_beside_the_interviewer() -> None:
    assert heard("Interviewer: And?\nMarie: Nothing.") == [("Interviewer", "And?"), ("Marie", "Nothing.")]


def test_a_listed_label_is_a_speaker_even_if_it_speaks_once() -> None:
    text = "force commander: We went out at night.\n\nIt was dark."
    assert heard(text)[0][0] is None
    assert heard(text, ("Force Commander",))[0] == ("force commander", "We went out at night.\n\nIt was dark.")


def test_text_before_the_first_label_is_context() -> None:
    text = "Interview in Gao\n12 May 2015\n\nInterviewer: How?\nP01: So."
    found = find_turns(text, OPTIONS)
    assert found.turns[0].role is TurnRole.CONTEXT
    assert text[found.turns[0].start : found.turns[0].end] == "Interview in Gao\n12 May 2015"


def test_without_labels_each_paragraph_is_a_turn_and_headings_are_context() -> None:
    text = "# A statement\n\nFirst point,\nstill first.\n\n\n  Second.  \n"
    assert heard(text) == [(None, "# A statement"), (None, "First point,\nstill first."), (None, "Second.")]
    assert roles(text) == [TurnRole.CONTEXT, TurnRole.PARTICIPANT, TurnRole.PARTICIPANT]


def test_lines_that_are_sentences_are_paragraphs_and_wrapped_lines_are_joined() -> None:
    assert len(heard("One sentence here.\nAnother one there.\nA third.")) == 3
    wrapped = (
        "so we went down to the river and there was\nnobody left who could tell us what had\nhappened in the night"
    )
    assert [words for _, words in heard(wrapped)] == [wrapped]


def test_wrapped_lines_without_end_are_cut_at_the_most_words() -> None:
    lines = "\n".join("word " * 12 + "more" for _ in range(100))
    sizes = [len(words.split()) for _, words in heard(lines)]
    assert sum(sizes) == 1300
    assert max(sizes) <= OPTIONS.joined_words_most + 13


def test_seconds_are_kept_and_a_time_stamp_alone_continues_the_speaker() -> None:
    found = find_turns("[00:01:02] P01: First.\n[00:02:00] Second.\n[01:00:00.5] P01: Third.", OPTIONS)
    assert [(turn.speaker, turn.seconds) for turn in found.turns] == [("P01", 62), ("P01", 120), ("P01", 3600.5)]
    assert [found.text[turn.start : turn.end] for turn in found.turns] == ["First.", "Second.", "Third."]


def test_time_stamps_without_any_name_cut_the_text() -> None:
    found = find_turns("[00:01] We left.\n[00:09] They stayed.", OPTIONS)
    assert [(turn.role, turn.seconds) for turn in found.turns] == [
        (TurnRole.PARTICIPANT, 1),
        (TurnRole.PARTICIPANT, 9),
    ]


@pytest.mark.parametrize(
    ("stamp", "seconds"), [("00:07", 7), ("1:02:03", 3723), ("75:00", 4500), ("00:01,5", 1.5), (None, None)]
)
def test_seconds_of_a_time_stamp(stamp: str | None, seconds: float | None) -> None:
    assert seconds_of(stamp) == seconds


def assert_turns_lie_in_the_text(text: str, turns: tuple[Turn, ...]) -> None:
    last = 0
    for turn in turns:
        assert last <= turn.start < turn.end <= len(text)
        words = text[turn.start : turn.end]
        assert words == words.strip()
        last = turn.end


LINES = st.sampled_from(
    ["P01: yes", "Interviewer:", "[00:01] Anna: so", "Otto  0:05", "plain words.", "", "   ", "He said: no", "é\u0301x"]
)


@given(st.lists(LINES | st.text(max_size=30), max_size=15).map("\n".join))
def test_turns_ascend_never_overlap_and_lie_in_the_text(text: str) -> None:
    found = find_turns(text, OPTIONS)
    assert found.text == text
    assert_turns_lie_in_the_text(text, found.turns)


@given(st.lists(st.from_regex(r"[a-z]{2,9}( [a-z]{2,9}){0,8}", fullmatch=True), min_size=1, max_size=10))
def test_no_words_of_a_labelled_text_are_lost(said: list[str]) -> None:
    text = "\n".join(f"{'Interviewer' if place % 2 else 'P01'}: {words}" for place, words in enumerate(["go", *said]))
    assert [words for _, words in heard(text)] == ["go", *said]
