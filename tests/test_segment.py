"""A source cut into segments, each placed in a mission and a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import UNSPECIFIED, Mission, Participant, Period, Source, SourceId, SourceKind, Study, Turn, TurnRole
from themes.errors import OptionError
from themes.segment import BY_DATE, CARRIED, NAMED, OPENS, STATED, Segmentation, SegmentOptions, cut, segment, sentences

MALI = Mission(
    "MINUSMA",
    "Mali",
    ("Gao",),
    (
        Period("stabilisation", "MINUSMA", date(2013, 4, 25), date(2016, 6, 28), "S/RES/2100 (2013)"),
        Period("robust posture", "MINUSMA", date(2016, 6, 29), None, "S/RES/2295 (2016)"),
    ),
)
CONGO = Mission("MONUSCO", "Democratic Republic of the Congo", ("Goma", "DRC"), ())
STUDY = Study(folder=Path(), title="A study", missions=(MALI, CONGO))


def count_words(text: str) -> int:
    return len(text.split())


def made_of(*turns: tuple[str, str], **known: object) -> Source:
    """A source whose turns are (speaker, text), `I` being the interviewer."""
    text, spans = "", []
    for speaker, words in turns:
        start = len(text) + len(speaker) + 2
        role = TurnRole.INTERVIEWER if speaker == "I" else TurnRole.PARTICIPANT
        spans.append(Turn(start, start + len(words), role, speaker))
        text += f"{speaker}: {words}\n\n"
    return Source(SourceId("one"), "one.txt", SourceKind.INTERVIEW, text, tuple(spans), **known)  # type: ignore[arg-type]


def cut_up(source: Source, window: int = 10_000, **options: object) -> Segmentation:
    return segment(source, STUDY, SegmentOptions(**options), count_words, window)  # type: ignore[arg-type]


def words(n: int, stem: str = "word") -> str:
    return " ".join(f"{stem}{i}" for i in range(n))


def test_a_turn_is_a_segment_and_the_interviewer_is_context():
    found = cut_up(made_of(("I", "What changed after that year?"), ("P", "We stopped talking to the army."))).segments
    assert [one.text for one in found] == ["We stopped talking to the army."]
    assert found[0].speaker == "P"


def test_the_interviewer_becomes_a_segment_when_asked():
    source = made_of(("I", "What changed after that year?"), ("P", "We stopped talking to the army."))
    assert len(cut_up(source, keep_interviewer=True).segments) == 2


def test_a_long_turn_is_cut_at_sentence_ends_into_even_parts():
    sentences = [words(20, chr(97 + i)).capitalize() + "." for i in range(6)]
    found = cut_up(made_of(("P", " ".join(sentences))), max_words=100).segments
    assert [one.text for one in found] == [" ".join(sentences[:3]), " ".join(sentences[3:])]


@pytest.mark.parametrize(
    "text",
    ["We met Mr. Smith in the camp", "He came at 10 a.m. on Monday", "See para. Nine of it", "The U.N. Mission left"],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str):
    text += '. "Then" we left'
    assert [text[slice(*span)] for span in sentences(text, (0, len(text)))] == [text[:-14], text[-14:]]


def test_the_window_of_the_encoder_cuts_where_words_alone_would_not():
    found = segment(made_of(("P", words(60))), STUDY, SegmentOptions(), lambda text: 3 * len(text.split()) + 2, 50)
    assert [count_words(one.text) for one in found.segments] == [16, 15, 15, 14]


def test_a_text_without_any_space_is_cut_rather_than_truncated():
    found = segment(made_of(("P", "x" * 95)), STUDY, SegmentOptions(min_words=0), len, 40)
    assert "".join(one.text for one in found.segments) == "x" * 95
    assert max(len(one.text) for one in found.segments) <= 40


def test_a_short_turn_joins_its_neighbour_of_the_same_voice():
    source = Source(
        SourceId("one"),
        "one.txt",
        SourceKind.INTERVIEW,
        "Well, yes.\nThe army came back in the night.",
        (Turn(0, 10, TurnRole.PARTICIPANT), Turn(11, 43, TurnRole.PARTICIPANT)),
    )
    assert [one.text for one in cut_up(source).segments] == [source.text]


def test_a_short_turn_between_questions_is_left_as_context_and_counted():
    source = made_of(
        ("I", "Really?"), ("P", "Yes, exactly."), ("I", "Why?"), ("P", "Because the army was gone by then.")
    )
    found = cut_up(source)
    assert (len(found.segments), found.n_short) == (1, 1)
    assert cut_up(source, short="keep").segments[0].text == "Yes, exactly."


def test_ids_stay_when_another_part_of_the_source_changes():
    before = cut_up(made_of(("P", "First came a long answer."), ("I", "And?"), ("P", "The second one is as long.")))
    after = cut_up(made_of(("P", "Then a different answer came."), ("I", "And?"), ("P", "The second one is as long.")))
    assert before.segments[1].id == after.segments[1].id
    assert before.segments[0].id != after.segments[0].id


def test_the_same_words_said_twice_have_two_ids():
    source = made_of(("P", "I cannot speak to that one."), ("I", "And?"), ("P", "I cannot speak to that one."))
    assert len({one.id for one in cut_up(source).segments}) == 2


def test_ids_are_the_same_on_every_machine():
    assert cut_up(made_of(("P", "I cannot speak to that one."))).segments[0].id == "one:4c43bcc80e"


TURNS = (
    ("P", "It was quiet then, I would say."),
    ("I", "And in Goma?"),
    ("P", "There the brigade was the talk of the town."),
    ("P", "In Gao, in Gao the convoy never came, Goma had one."),
    ("P", "After resolution 2100 we had a camp to build."),
)


def test_the_mission_of_a_segment_is_named_in_it_or_carried_forward_or_unspecified():
    found = cut_up(made_of(*TURNS, missions=("MINUSMA", "MONUSCO"))).segments
    assert [(one.mission, one.mission_basis) for one in found] == [
        (UNSPECIFIED, UNSPECIFIED),
        ("MONUSCO", CARRIED),
        ("MINUSMA", NAMED),
        ("MINUSMA", NAMED),
    ]


def test_the_only_mission_of_a_source_is_taken_as_stated():
    found = cut_up(made_of(*TURNS, missions=("MINUSMA",))).segments
    assert {(one.mission, one.mission_basis) for one in found} == {("MINUSMA", STATED)}


def test_a_mission_that_the_study_does_not_list_is_taken_as_the_source_states_it():
    found = cut_up(made_of(*TURNS, missions=("Ward 7",))).segments
    assert {(one.mission, one.mission_basis, one.period) for one in found} == {("Ward 7", STATED, UNSPECIFIED)}


def test_without_a_stated_mission_only_a_segment_that_names_one_has_it():
    found = cut_up(made_of(*TURNS)).segments
    assert [(one.mission, one.mission_basis) for one in found] == [
        (UNSPECIFIED, UNSPECIFIED),
        (UNSPECIFIED, UNSPECIFIED),
        ("MINUSMA", NAMED),
        ("MINUSMA", NAMED),
    ]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({"day": date(2012, 1, 1)}, UNSPECIFIED, id="before the mission began"),
        pytest.param({"day": date(2014, 1, 1)}, "MINUSMA", id="while it lasts"),
        pytest.param({"day": date(2012, 1, 1), "missions": ("MINUSMA",)}, "MINUSMA", id="before, but stated"),
    ],
)
def test_a_country_is_not_its_mission_before_the_mission_began(known: dict[str, object], expected: str):
    found = cut_up(made_of(("P", "In Mali the army had taken power in March."), **known)).segments
    assert found[0].mission == expected


def mandate(*paragraphs: tuple[str, str], **known: object) -> Source:
    """A mandate from (number, text)."""
    text, turns = "", []
    for number, words in paragraphs:
        turns.append(Turn(len(text), len(text) + len(words), TurnRole.OPERATIVE, None, number))
        text += words + "\n"
    return Source(SourceId("m"), "m.txt", SourceKind.MANDATE, text, tuple(turns), missions=("MINUSMA",), **known)  # type: ignore[arg-type]


def test_a_short_numbered_paragraph_is_a_segment_of_its_own():
    source = mandate(
        ("PP 1", "Acting under Chapter VII of the Charter,"),
        ("OP 1", "Decides to extend the mandate;"),
        ("OP 2", "II."),
    )
    found = cut_up(source, min_words=12)
    assert [one.number for one in found.segments] == ["PP 1", "OP 1"]
    assert found.n_short == 1


def test_the_resolution_that_opens_a_period_stands_in_it_though_it_is_older():
    source = mandate(
        ("OP 1", "Decides to establish the mission by July."), symbol="S/RES/2295 (2016)", day=date(2016, 6, 1)
    )
    found = cut_up(source).segments[0]
    assert (found.period, found.period_basis) == ("robust posture", OPENS)


def test_part_of_a_word_does_not_name_a_mission():
    found = cut_up(made_of(("P", "The normality of the Malinke songs surprised me.")))
    assert found.segments[0].mission == UNSPECIFIED


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({"day": date(2014, 1, 1)}, ("stabilisation", BY_DATE), id="by its date"),
        pytest.param({"day": date(2016, 6, 28)}, ("stabilisation", BY_DATE), id="on the last day"),
        pytest.param({"day": date(2010, 1, 1)}, (UNSPECIFIED, UNSPECIFIED), id="before the mission"),
        pytest.param({}, (UNSPECIFIED, UNSPECIFIED), id="no date"),
        pytest.param(
            {"day": date(2020, 1, 1), "periods": ("stabilisation",)}, ("stabilisation", STATED), id="looking back"
        ),
        pytest.param({"periods": ("MINUSMA: robust posture",)}, ("robust posture", STATED), id="with its mission"),
        pytest.param(
            {"periods": ("stabilisation", "robust posture")}, ("stabilisation", NAMED), id="two, one resolution named"
        ),
    ],
)
def test_the_period_is_the_one_spoken_of(known: dict[str, object], expected: tuple[str, str]):
    source = made_of(("P", "After resolution 2100 we had a camp to build."), missions=("MINUSMA",), **known)
    found = cut_up(source).segments[0]
    assert (found.period, found.period_basis) == expected


def test_each_voice_of_a_focus_group_is_a_participant_of_its_own():
    source = made_of(("Anna", "I saw the patrol every second day."), ("Ben", "I never saw one in two years."))
    group = replace(source, kind=SourceKind.FOCUS_GROUP, pseudonym="FG1")
    assert [one.participant for one in cut_up(group).segments] == ["FG1, Anna", "FG1, Ben"]


def test_a_listed_voice_of_a_focus_group_has_its_own_pseudonym_and_group():
    source = made_of(("Anna", "I saw the patrol every second day."), ("Ben", "I never saw one in two years."))
    voices = (Participant("Anna", "P7", "NGO"), Participant("Ben"))
    group = replace(source, kind=SourceKind.FOCUS_GROUP, pseudonym="FG1", actor_group="Host state", voices=voices)
    found = [(one.participant, one.actor_group) for one in cut_up(group).segments]
    assert found == [("P7", "NGO"), ("FG1, Ben", "Host state")]


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"max_words": 3}, "segment.max_words"),
        ({"min_words": 400}, "segment.min_words"),
        ({"short": "x"}, "segment.short"),
    ],
)
def test_an_impossible_option_is_refused(options: dict[str, object], place: str):
    with pytest.raises(OptionError) as refused:
        SegmentOptions(**options)  # type: ignore[arg-type]
    assert refused.value.where == place


@given(st.text(), st.integers(1, 30))
def test_cutting_loses_nothing_but_white_space_and_every_part_fits(text: str, limit: int):
    spans = cut(text, (0, len(text)), lambda part: len(part) <= limit)
    assert all(end - start <= limit for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
