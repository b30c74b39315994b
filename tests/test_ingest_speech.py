"""What is timed: the JSON of speech recognisers, and the tiers of Praat and ELAN."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.transcripts import heard, reading, said

# --- what recognisers write ---

SPOKEN = [(0.0, "Shall we begin?", 0), (2.5, "Yes.", 1), (3.0, "I am ready.", 1)]
TURNS = [(0.0, "Shall we begin?"), (2.5, "Yes. I am ready.")]


def deepgram(**best: Any) -> Any:
    return {"results": {"channels": [{"alternatives": [{"transcript": "shall we begin", **best}]}]}}


@pytest.mark.parametrize(
    ("file", "content", "speakers"),
    [
        pytest.param(
            "a.json",
            {
                "text": "...",
                "segments": [{"start": at, "text": f" {words}", "speaker": f"SPEAKER_0{n}"} for at, words, n in SPOKEN],
            },
            ["SPEAKER_00", "SPEAKER_01"],
            id="WhisperX",
        ),
        pytest.param(
            "a.json",
            [{"start": at, "end": at + 1, "text": words, "speaker": n} for at, words, n in SPOKEN],
            ["Speaker 0", "Speaker 1"],
            id="a list of segments",
        ),
        pytest.param(
            "a.json",
            {
                "transcription": [
                    {"offsets": {"from": at * 1000}, "text": words, "speaker": str(n)} for at, words, n in SPOKEN
                ]
            },
            ["0", "1"],
            id="whisper.cpp",
        ),
        pytest.param(
            "a.json",
            {
                "results": {
                    "channels": [{"alternatives": [{"transcript": "shall"}]}],
                    "utterances": [{"start": at, "transcript": words, "speaker": n} for at, words, n in SPOKEN],
                }
            },
            ["Speaker 0", "Speaker 1"],
            id="Deepgram, utterances",
        ),
        pytest.param(
            "a.json",
            deepgram(
                paragraphs={
                    "paragraphs": [
                        {"start": at, "speaker": n, "sentences": [{"text": words}]} for at, words, n in SPOKEN
                    ]
                }
            ),
            ["Speaker 0", "Speaker 1"],
            id="Deepgram, paragraphs",
        ),
        pytest.param(
            "a.json",
            deepgram(
                words=[{"start": at, "word": "x", "punctuated_word": words, "speaker": n} for at, words, n in SPOKEN]
            ),
            ["Speaker 0", "Speaker 1"],
            id="Deepgram, words",
        ),
        pytest.param(
            "a.json",
            {
                "results": {
                    "channels": [{"alternatives": [{"transcript": "x"}]}, {"alternatives": [{"transcript": "y"}]}],
                    "utterances": [
                        {"start": at, "transcript": words, "channel": n} for at, words, n in (SPOKEN[2], *SPOKEN[:2])
                    ],
                }
            },
            ["Channel 0", "Channel 1"],
            id="Deepgram, a channel each",
        ),
        pytest.param(
            "a.json",
            {
                "text": "...",
                "utterances": [{"start": at * 1000, "text": words, "speaker": "AB"[n]} for at, words, n in SPOKEN],
            },
            ["A", "B"],
            id="AssemblyAI",
        ),
        pytest.param(
            "a.json3",
            {
                "events": [
                    {"tStartMs": 0, "id": 1},
                    *(
                        {"tStartMs": at * 1000, "segs": [{"utf8": f"{'AB'[n]}{n}: "}, {"utf8": words}]}
                        for at, words, n in SPOKEN
                    ),
                    {"tStartMs": 9000, "aAppend": 1, "segs": [{"utf8": "\n"}]},
                ]
            },
            ["A0", "B1"],
            id="YouTube, with names in the words",
        ),
    ],
)
def test_the_json_of_a_recogniser_gives_turns_of_its_speakers(
    tmp_path: Path, file: str, content: Any, speakers: list[str]
) -> None:
    expected = [(speaker, at, words) for speaker, (at, words) in zip(speakers, TURNS, strict=True)]
    assert heard(tmp_path, file, json.dumps(content)) == expected


def test_json_without_speakers_is_joined_to_paragraphs_and_odd_times_are_left_out(tmp_path: Path) -> None:
    segments = [
        {"start": at, "text": "one two three four five six seven eight nine ten."}
        for at in [float("nan"), *range(1, 13)]
    ]
    turns = heard(tmp_path, "a.json", json.dumps({"segments": segments, "language": "en"}))
    assert [(at, len(words.split())) for _, at, words in turns] == [(None, 60), (6, 60), (12, 10)]
    assert heard(tmp_path, "b.json", '{"text": "All in one."}') == [(None, None, "All in one.")]


# --- tiers ---

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 9.5
tiers? <exists>
size = 4
item []:
    item [1]:
        class = "IntervalTier"
        name = "Anna - words"
        xmin = 0
        xmax = 9.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 4.8
            text = "Où est-il, ""là""?"
        intervals [2]:
            xmin = 4.8
            xmax = 7
            text = ""
        intervals [3]:
            xmin = 7
            xmax = 9.5
            text = "sil"
    item [2]:
        class = "IntervalTier"
        name = "Otto"
        xmin = 0
        xmax = 9.5
        intervals: size = 1
        intervals [1]:
            xmin = 4.8
            xmax = 9.5
            text = "Over there."
    item [3]:
        class = "IntervalTier"
        name = "Otto - phones"
        xmin = 0
        xmax = 9.5
        intervals: size = 1
        intervals [1]:
            xmin = 4.8
            xmax = 9.5
            text = "OW1"
    item [4]:
        class = "TextTier"
        name = "events"
        xmin = 0
        xmax = 9.5
        points: size = 1
        points [1]:
            number = 2
            mark = "door"
"""
SHORT = "\n".join(
    line.rsplit(" = ", maxsplit=1)[-1] for line in LONG.splitlines() if " = " in line or "<exists>" in line
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("form", [LONG, SHORT.replace("tiers? ", "")], ids=["long", "short"])
def test_the_tiers_of_a_textgrid_are_speakers_in_every_form_and_encoding(
    tmp_path: Path, form: str, encoding: str
) -> None:
    found = reading(tmp_path, "a.TextGrid", form.encode(encoding))
    assert said(found.sources[0]) == [("Anna", 0.0, 'Où est-il, "là"?'), ("Otto", 4.8, "Over there.")]
    assert any("“events”, “Otto - phones”" in problem.problem for problem in found.problems)


def test_a_tier_that_says_again_what_another_says_is_left_out(tmp_path: Path) -> None:
    tier = '"IntervalTier"\n"{}"\n0\n2\n{}\n'
    words = tier.format("words", 2) + '0\n1\n"we"\n1\n2\n"left"\n'
    text = f'"ooTextFile"\n"TextGrid"\n0\n2\n<exists>\n2\n{words}{tier.format("utterances", 1)}0\n2\n"We left."\n'
    found = reading(tmp_path, "a.textgrid", text)
    assert said(found.sources[0]) == [(None, 0.0, "We left.")]
    assert "“words”" in found.problems[0].problem


EAF = """<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="1500"/><TIME_SLOT TIME_SLOT_ID="t2"/>
<TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="4000"/><TIME_SLOT TIME_SLOT_ID="t4" TIME_VALUE="9000"/></TIME_ORDER>
<TIER TIER_ID="default" LINGUISTIC_TYPE_REF="d"/>
<TIER TIER_ID="A_ref" PARTICIPANT="Anna"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t3"
TIME_SLOT_REF2="t4"><ANNOTATION_VALUE>A.001</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="A_text" PARTICIPANT="Anna" PARENT_REF="A_ref"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a2"
ANNOTATION_REF="a1"><ANNOTATION_VALUE>Because  of
rain.</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="A_gloss" PARTICIPANT="Anna" PARENT_REF="A_text"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3"
ANNOTATION_REF="a2"><ANNOTATION_VALUE>parce que</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="Interviewer"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="b1" TIME_SLOT_REF1="t1"
TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>Why &amp; when?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>"""


def test_the_tiers_of_elan_are_speakers_and_what_depends_on_them_is_told(tmp_path: Path) -> None:
    found = reading(tmp_path, "a.eaf", EAF)
    assert said(found.sources[0]) == [("Interviewer", 1.5, "Why & when?"), ("Anna", 4.0, "Because of rain.")]
    assert "“A_ref”, “A_gloss”" in found.problems[0].problem
