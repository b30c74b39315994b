from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import UNSPECIFIED, Severity, SourceKind, SourceRow, Study, Tier, TurnRole
from themes.errors import OptionError, ReadingError
from themes.ingest import IngestOptions, Reading, read

SHARED = Path(__file__).parents[2] / "shared" / "data"
DEMO = Path(__file__).parents[1] / "themes" / "demo"
TALK = (
    "Fiction.\n\nInterviewer: What changed when the brigade came?\n\n"
    "P01: Everything, you know. We went out at night, and people began to talk to us again.\n"
)
RESOLUTION = (
    "S/RES/9999 (2013)\nAdopted by the Security Council at its 1st meeting, on 25 April 2013\n"
    "The Security Council,\nNoting the reports,\n1. Decides that all of this shall be so;\n2. Ends here.\n"
)


def reading(folder: Path, text: str | bytes, *rows: SourceRow, options: IngestOptions | None = None) -> Reading:
    """What `read` gives for a file with that text, listed by those rows."""
    path = folder / rows[0].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(folder, rows, Study(folder, "A study"), options or IngestOptions())


def test_a_source_is_filled_from_its_row_and_its_file(tmp_path: Path) -> None:
    row = SourceRow(
        row=2,
        file="transcripts/Mali_HQ 1.txt",
        kind=SourceKind.INTERVIEW,
        title="A desk officer",
        actor_group="UN / Headquarters",
        missions=("MINUSMA",),
        day=date(2015, 5, 1),
        periods=("stabilisation",),
    )
    found = reading(tmp_path, TALK, row)
    source = found.sources[0]
    assert (source.id, source.pseudonym, source.file) == ("mali-hq-1", "mali-hq-1", "transcripts/Mali_HQ 1.txt")
    assert (source.title, source.actor_group, source.missions) == ("A desk officer", "UN / Headquarters", ("MINUSMA",))
    assert (source.day, source.periods, source.tier) == (date(2015, 5, 1), ("stabilisation",), Tier.GROUP)
    assert source.language == "en"
    assert source.checksum == hashlib.sha256(TALK.encode()).hexdigest()
    assert source.text == TALK
    assert [turn.role for turn in source.turns] == [TurnRole.CONTEXT, TurnRole.INTERVIEWER, TurnRole.PARTICIPANT]
    assert found.problems == ()


def test_what_the_row_says_is_not_guessed(tmp_path: Path) -> None:
    row = SourceRow(2, "a.txt", SourceKind.INTERVIEW, id="M1", pseudonym="P01", language="fr", tier=Tier.NAMED)
    source = reading(tmp_path, TALK, row).sources[0]
    assert (source.id, source.pseudonym, source.language, source.tier) == ("M1", "P01", "fr", Tier.NAMED)


@pytest.mark.parametrize(
    ("text", "detect", "language"),
    [
        ("Nous sommes partis la nuit parce que personne ne voulait rester dans le camp.", True, "fr"),
        ("We left at night because nobody wanted to stay in the camp any longer.", True, "en"),
        ("We left at night because nobody wanted to stay in the camp any longer.", False, ""),
        ("Yes.", True, ""),
    ],
)
def test_the_language_is_told_from_the_text(tmp_path: Path, text: str, detect: bool, language: str) -> None:
    row = SourceRow(2, "a.txt", SourceKind.STATEMENT)
    source = reading(tmp_path, text, row, options=IngestOptions(detect_language=detect)).sources[0]
    assert source.language == language
    assert source.actor_group == UNSPECIFIED


def test_a_mandate_has_symbol_and_day_from_its_text(tmp_path: Path) -> None:
    found = reading(tmp_path, RESOLUTION, SourceRow(2, "r.txt", SourceKind.MANDATE))
    source = found.sources[0]
    assert (source.symbol, source.day, source.title) == ("S/RES/9999 (2013)", date(2013, 4, 25), "S/RES/9999 (2013)")
    assert found.problems == ()


def test_a_day_of_the_list_that_differs_from_the_mandate_is_told_and_kept(tmp_path: Path) -> None:
    found = reading(tmp_path, RESOLUTION, SourceRow(2, "r.txt", SourceKind.MANDATE, day=date(2013, 4, 26)))
    assert found.sources[0].day == date(2013, 4, 26)
    assert found.problems[0].severity is Severity.WARNING
    assert "2013-04-25" in found.problems[0].problem
    assert found.problems[0].where == "r.txt"


def voice(row: int, speaker: str, group: str = "", tier: Tier | None = None) -> SourceRow:
    return SourceRow(row, "g.txt", SourceKind.FOCUS_GROUP, speaker=speaker, actor_group=group, tier=tier)


GROUP = "Moderator: Who begins?\nchief: I do.\nMarie: No, I do.\nchief: Fine.\nMarie: So.\n"


def test_the_voices_of_a_focus_group_are_one_source(tmp_path: Path) -> None:
    rows = [voice(2, "", "NGOs", Tier.NAMED), voice(3, "Chief", "Host state", Tier.GROUP), voice(4, "Marie", "NGOs")]
    found = reading(tmp_path, GROUP, *rows)
    source = found.sources[0]
    assert [turn.speaker for turn in source.turns] == ["Moderator", "chief", "Marie", "chief", "Marie"]
    assert (source.actor_group, source.tier) == ("NGOs", Tier.GROUP)
    assert [(voice.speaker, voice.actor_group) for voice in source.voices] == [
        ("chief", "Host state"),
        ("Marie", "NGOs"),
    ]
    assert found.problems == ()


def test_voices_that_differ_leave_the_group_of_the_whole_open(tmp_path: Path) -> None:
    rows = [voice(2, "Chief", "Host state"), voice(3, "Marie", "NGOs", Tier.NOT_FOR_QUOTATION)]
    source = reading(tmp_path, GROUP, *rows).sources[0]
    assert (source.actor_group, source.tier) == (UNSPECIFIED, Tier.NOT_FOR_QUOTATION)


def test_a_listed_voice_that_never_speaks_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = reading(tmp_path, GROUP, voice(2, "Chief"), voice(3, "Mary"))
    assert [problem.problem for problem in found.problems] == [
        'The speaker "Mary" of row 3 has no turn. The nearest is "Marie".'
    ]


def test_an_interview_where_nobody_asks_is_told(tmp_path: Path) -> None:
    found = reading(tmp_path, "Dan: So?\nP1: Yes.\nDan: And?\nP1: No.", SourceRow(2, "a.txt", SourceKind.INTERVIEW))
    assert "No label is an interviewer's" in found.problems[0].problem
    assert "Dan, P1" in found.problems[0].problem


@pytest.mark.parametrize(
    ("file", "content", "problem", "remedy"),
    [
        ("a.odt", b"x", "OpenDocument", ".docx"),
        ("a.json", b"{}", "none of the shapes", ".vtt"),
        ("a.rtf", b"x", "not RTF", ".docx"),
        ("a.pages", b"x", ".pages", ".docx"),
        ("a.mp3", b"x", ".mp3", "Transcribe"),
        ("a.xyz", b"x", ".xyz", ".txt"),
        ("a", b"x", "without an ending", ".txt"),
        ("a.txt", b"", "empty", "take it off the list"),
        ("a.pdf", b"  ", "empty", "take it off the list"),
        ("a.docx", b"words", "not a Word file", ".docx"),
        ("a.vtt", b"words", "No words under a time stamp", "Export"),
        ("a.txt", b"Interviewer:\n\nInterviewer:\n", "No words of a speaker", "label"),
    ],
)
def test_a_file_that_gives_nothing_is_refused(
    tmp_path: Path, file: str, content: bytes, problem: str, remedy: str
) -> None:
    with pytest.raises(ReadingError) as caught:
        reading(tmp_path, content, SourceRow(2, file, SourceKind.INTERVIEW))
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy
    assert caught.value.where == file


def test_a_missing_file_is_refused_and_the_nearest_is_named(tmp_path: Path) -> None:
    (tmp_path / "talk-01.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"talk-01\.txt"):
        read(tmp_path, [SourceRow(2, "talk-1.txt", SourceKind.INTERVIEW)], Study(tmp_path, "A"), IngestOptions())


def test_endings_may_be_in_capitals(tmp_path: Path) -> None:
    assert reading(tmp_path, TALK, SourceRow(2, "A.TXT", SourceKind.INTERVIEW)).sources[0].id == "a"


@given(data=st.text(max_size=300), suffix=st.sampled_from([".txt", ".vtt", ".md"]), kind=st.sampled_from(SourceKind))
def test_any_text_is_read_to_turns_that_lie_in_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: str, suffix: str, kind: SourceKind
) -> None:
    folder = tmp_path_factory.mktemp("study")
    try:
        found = reading(
            folder,
            data.encode("utf-8", "replace"),
            SourceRow(2, f"a{suffix}", kind),
            options=IngestOptions(detect_language=False),
        )
    except ReadingError:
        return
    source = found.sources[0]
    last = 0
    for turn in source.turns:
        assert last <= turn.start < turn.end <= len(source.text)
        assert source.text[turn.start : turn.end] == source.text[turn.start : turn.end].strip()
        last = turn.end


DEMO_TALKS = sorted((DEMO / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", DEMO_TALKS, ids=[path.stem for path in DEMO_TALKS])
def test_each_interview_of_the_demo_is_read_without_a_doubt(path: Path) -> None:
    row = SourceRow(2, f"transcripts/{path.name}", SourceKind.INTERVIEW)
    found = read(DEMO, [row], Study(DEMO, "Demo"), IngestOptions())
    assert found.problems == ()
    assert {turn.role for turn in found.sources[0].turns} == {
        TurnRole.CONTEXT,
        TurnRole.INTERVIEWER,
        TurnRole.PARTICIPANT,
    }
    assert len({turn.speaker for turn in found.sources[0].turns if turn.speaker}) == 2


@pytest.mark.skipif(not (SHARED / "formats").exists(), reason="the samples of other programs' files are not here")
def test_a_zoom_transcript_gives_its_speakers() -> None:
    folder = SHARED / "formats"
    row = SourceRow(2, "zoom-vtt/meeting001_transcript.vtt", SourceKind.FOCUS_GROUP)
    source = read(folder, [row], Study(folder, "A"), IngestOptions()).sources[0]
    assert len({turn.speaker for turn in source.turns}) == 5
    assert source.turns[0].seconds == 4.859


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"joined_words": 0}, "ingest.joined_words"),
        ({"joined_words": 200}, "ingest.joined_words_most"),
        ({"participant_labels": ("",)}, "ingest.interviewer_labels"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], where: str) -> None:
    with pytest.raises(OptionError) as caught:
        IngestOptions(**options)
    assert caught.value.where == where
