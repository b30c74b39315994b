"""Kinds of transcripts beside plain text, Word, PDF and subtitles; and labels that stand otherwise than on a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcripts import docx, heard, odt, reading, said
from themes.domain import Source, Study, TurnRole
from themes.ingest import IngestOptions
from themes.ingest.rtf import read_rtf
from themes.ingest.stretches import clean
from themes.segment import SegmentOptions, segment

# --- OpenDocument ---


def test_an_odt_gives_paragraphs_lists_tables_and_text_boxes_in_their_order(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes>"
        "<text:h>Interviewer: Why<text:s text:c='2'/>then?</text:h>"
        "<text:p>P01: Be<text:span>cause</text:span>\n  of<text:tab/>rain<text:line-break/>and wind"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Aside.</text:p></text:note-body>"
        "</text:note><draw:frame><draw:text-box><text:p>in a box</text:p></draw:text-box></draw:frame>.</text:p>"
        "<text:list><text:list-item><text:p>in a list</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows></table:table>"
    )
    found = reading(tmp_path, "a.odt", odt(body))
    assert said(found.sources[0]) == [
        ("Interviewer", None, "Why  then?"),
        ("P01", None, "Because of\train\nand wind.\n\nin a box\n\nin a list\n\na b"),
    ]
    assert any("footnote" in problem.problem for problem in found.problems)


def test_bold_names_and_tables_of_speakers_are_labels_in_an_odt(tmp_path: Path) -> None:
    line = "<text:p><text:span text:style-name='T1'>{}</text:span> {}</text:p>"
    body = "".join(
        line.format(*pair) for pair in [("Anna", "We begin."), ("Otto", "Yes."), ("Anna", "A."), ("Otto", "B.")]
    )
    assert [speaker for speaker, _, _ in heard(tmp_path, "a.odt", odt(body))] == ["Anna", "Otto", "Anna", "Otto"]
    cells = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = [
        ("00:01", "Moderator", "Who begins?"),
        ("00:04", "host", "I do, always."),
        ("00:09", "host", "It was late."),
    ]
    table = "".join(cells.format("".join(cell.format(words) for words in row)) for row in rows)
    assert heard(tmp_path, "b.odt", odt(f"<table:table>{table}</table:table>")) == [
        ("Moderator", 1, "Who begins?"),
        ("host", 4, "I do, always."),
        ("host", 9, "It was late."),
    ]


# --- RTF ---

RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0
{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Gothic;}}
{\info{\title Secret}}{\header\pard Page head\par}{\*\generator Writer;}\uc1\pard
\b Anna Bell:\b0  It\'92s caf\'e9, \u8220?so\u8221? \u-10179?\u-8704? \{x\}\par
 {\b Otto}: {\f1\'cf\'f0\'e8\'e2\'e5\'f2} {\f2\'93\'fa\'96\'7b} {\deleted gone }kept
\line next\~one\par
 {\b Anna Bell} no{\footnote a note} colon{\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt  link}}.\par
{\pict\wmetafile8 0102aabb\par}{\listtext 1.\tab}done {\upr{poor}{\*\ud{rich}}}
 {\shp{\*\shpinst{\sp{\sn a}}{\shptxt boxed}}}\par}after"""


def test_an_rtf_gives_its_words_in_every_code_page_without_what_is_not_text(tmp_path: Path) -> None:
    found = reading(tmp_path, "a.rtf", RTF.replace(b"\n", b""))
    assert said(found.sources[0]) == [
        ("Anna Bell", None, "It’s café, “so” 😀 {x}"),
        ("Otto", None, "Привет 日本 kept\nnext\u00a0one"),
        ("Anna Bell", None, "no colon link.\n\ndone rich boxed"),
    ]
    assert any("footnote" in problem.problem for problem in found.problems)


def test_a_table_of_speakers_in_an_rtf_is_read_by_its_columns(tmp_path: Path) -> None:
    row = r"\trowd\cellx1\cellx2\pard\intbl {}\cell {}\cell\row"
    rows = [("Moderator", "Who begins?"), ("clerk", r"I do,\par as always."), ("clerk", r"{\b Late}.")]
    text = r"{\rtf1\pard Group\par" + "".join(row.format(*cells) for cells in rows) + r"\pard The end\par}"
    assert heard(tmp_path, "a.rtf", text)[1:] == [
        ("clerk", None, "I do,\nas always."),
        ("clerk", None, "Late.\n\nThe end"),
    ]


def test_an_rtf_that_breaks_off_is_read_and_told(tmp_path: Path) -> None:
    found = reading(tmp_path, "a.rtf", r"{\rtf1 We left {\b at night")
    assert said(found.sources[0]) == [(None, None, "We left at night")]
    assert "breaks off" in found.problems[0].problem


LETTERS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"]), min_size=1, max_size=30
)


@given(words=LETTERS.map(lambda text: text.replace("\ufeff", "")).filter(bool))
def test_any_letters_come_out_of_an_rtf_as_they_went_in(words: str) -> None:
    units = words.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    text = "{\\rtf1\\uc1 x" + "".join(f"\\u{code}?" for code in codes) + "x\\par}"
    assert read_rtf(text.encode(), IngestOptions(), "a.rtf").text == clean(f"x{words}x")


# --- Teams, Otter, Zoom ---


@pytest.mark.parametrize(
    ("file", "content"),
    [
        pytest.param(
            "a.docx",
            docx(
                "Interview-20240312_100412-Meeting Recording\nMarch 12, 2024",
                "Meyer, Alice started transcription",
                "Meyer, Alice   0:03\nShall we begin?",
                "Bo Klerk   0:09\nYes.",
                "Meyer, Alice   1:02:07\nThanks.",
                "Meyer, Alice stopped transcription",
            ),
            id="Teams",
        ),
        pytest.param(
            "a.docx",
            docx(
                *("0:0:3.450 --> 0:0:6.780\nMeyer, Alice\nShall we begin?", "0:0:9.0 --> 0:0:9.780\nBo Klerk\nYes."),
                "1:2:7.1 --> 1:2:8.1\nMeyer, Alice\nThanks.",
            ),
            id="Teams until 2022",
        ),
        pytest.param(
            "a.vtt",
            'WEBVTT\n\nNOTE duration:"01:03:00"\n\nNOTE language:en-us\n\n4fb2eac3-4d2e/12-0\n'
            "00:00:03.000 --> 00:00:06.780\n"
            "<v Meyer, Alice>Shall we\nbegin?</v>\n\nNOTE Confidence: 0.87\n\n4fb2eac3-4d2e/15-0\n00:00:09.000 --> "
            "00:00:09.780\n<v Bo Klerk>Yes.</v>\n\n1\n01:02:07.000 --> 01:02:08.000\n<v Meyer, Alice>Thanks.</v>\n",
            id="Teams, subtitles",
        ),
        pytest.param(
            "a.txt",
            "Interview\nTue, Mar 12, 2024 10:04AM • 1:03:10\n\nSUMMARY KEYWORDS\ntown, hall\n\nSPEAKERS\nAlice, Bo\n\n"
            "Meyer, Alice  00:03\nShall we begin?\n\nBo Klerk  00:09\nYes.\n\nMeyer, Alice  1:02:07\nThanks.\n\n"
            "Transcribed by https://otter.ai\n",
            id="Otter",
        ),
    ],
)
def test_what_meeting_programs_write_is_read_by_speaker_without_their_own_lines(
    tmp_path: Path, file: str, content: bytes | str
) -> None:
    assert heard(tmp_path, file, content) == [
        ("Meyer, Alice", 3, "Shall we begin?"),
        ("Bo Klerk", 9, "Yes."),
        ("Meyer, Alice", 3727, "Thanks."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "10:04:12\t From  Anna : Shall we: begin?\n10:04:20\t From  Bo  to  Anna(Direct Message) : Maybe.\n"
        "10:05:01\t From  Bo : Yes\nto all.\n",
        "2024-03-12 10:04:12 From Anna to Everyone:\n\tShall we: begin?\n"
        "10:04:20 From Bo to Anna (Direct Message):\n\tMaybe.\n"
        '10:05:01 From Bo to Everyone:\n\tReplying to "Shall we: begin?"\n\n\tYes\n\tto all.\n'
        '10:06:00 From Anna to Everyone:\n\tReacted to "Yes" with 👍\n',
    ],
    ids=["before 2022", "now"],
)
def test_a_saved_chat_of_zoom_is_a_turn_for_each_message(tmp_path: Path, text: str) -> None:
    found = reading(tmp_path, "chat.txt", text)
    expected = [("Anna", None, "Shall we: begin?"), ("Bo", None, "Maybe."), ("Bo", None, "Yes\nto all.")]
    assert said(found.sources[0]) == expected
    assert "sent to one person" in found.problems[0].problem
    assert "10:04:20 Bo to Anna: " in found.sources[0].text


# --- text without turns ---


def sizes(source: Source) -> list[int]:
    found = segment(source, Study(Path(), "A study"), SegmentOptions(), lambda text: len(text.split()), 256)
    return [len(each.text.split()) for each in found.segments]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.txt", "We went down to the river because nobody had told us. " * 200),
        ("b.txt", "so we went down to the river because nobody had told us " * 200),
        ("c.docx", docx("We went down to the river because nobody had told us. " * 200)),
        ("d.txt", "\n".join(["so we went down to the river because nobody had told us"] * 200)),
        ("e.rtf", "{\\rtf1 " + "We went down to the river because nobody had told us. " * 200 + "\\par}"),
    ],
    ids=["sentences", "no sentences", "Word", "wrapped lines", "RTF"],
)
def test_one_block_of_text_becomes_segments_of_sensible_size_and_no_word_is_lost(
    tmp_path: Path, file: str, content: bytes | str
) -> None:
    found = sizes(reading(tmp_path, file, content).sources[0])
    assert 15 <= len(found) <= 50
    assert max(found) <= 150
    assert min(found) >= 40
    assert sum(found) in (2200, 2400)


def test_labels_within_one_long_line_begin_turns(tmp_path: Path) -> None:
    text = "Interviewer: Why did you go? P01: We were told: go. Interviewer: And then? P01: Home. He said: come."
    assert heard(tmp_path, "a.txt", text) == [
        ("Interviewer", None, "Why did you go?"),
        ("P01", None, "We were told: go."),
        ("Interviewer", None, "And then?"),
        ("P01", None, "Home. He said: come."),
    ]


def test_a_talk_that_somebody_tells_of_stays_in_one_turn(tmp_path: Path) -> None:
    told = "And so it went. Me: No. Him: Yes. Me: Never. Him: Wait."
    text = f"Interviewer: And then?\n\nP01: {told}\n\nInterviewer: Oh.\n\nP01: Yes.\n"
    assert heard(tmp_path, "a.txt", text)[1] == ("P01", None, told)


def test_where_only_questions_have_a_label_the_rest_is_answers(tmp_path: Path) -> None:
    text = (
        "I begin with the page.\n\nMODERATOR: Can you\nread it?\n\nYes, I can.\n\nHeat map: unclear.\n\n"
        "MODERATOR: And this?\n\nNo.\n\nMODERATOR: Good.\n"
    )
    found = reading(tmp_path, "a.txt", text)
    assert [(turn.role, found.sources[0].text[turn.start : turn.end]) for turn in found.sources[0].turns] == [
        (TurnRole.PARTICIPANT, "I begin with the page."),
        (TurnRole.INTERVIEWER, "Can you\nread it?"),
        (TurnRole.PARTICIPANT, "Yes, I can.\n\nHeat map: unclear."),
        (TurnRole.INTERVIEWER, "And this?"),
        (TurnRole.PARTICIPANT, "No."),
        (TurnRole.INTERVIEWER, "Good."),
    ]
    assert "Only questions have a label" in found.problems[0].problem
