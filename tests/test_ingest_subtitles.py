from __future__ import annotations

from pathlib import Path

import pytest

from themes.domain import TurnRole
from themes.errors import ReadingError
from themes.ingest.options import IngestOptions
from themes.ingest.plain import decode
from themes.ingest.stretches import Content
from themes.ingest.subtitles import read_cues

FORMATS = Path(__file__).parents[2] / "shared" / "data" / "formats"
needs_formats = pytest.mark.skipif(not FORMATS.exists(), reason="the samples of other programs' files are not here")
OPTIONS = IngestOptions()


def cues(text: str, suffix: str = ".vtt") -> Content:
    return read_cues(text, suffix, OPTIONS, (), "talk.vtt")


def heard(text: str, suffix: str = ".vtt") -> list[tuple[str | None, float | None, str]]:
    found = cues(text, suffix)
    return [(turn.speaker, turn.seconds, found.text[turn.start : turn.end]) for turn in found.turns]


def test_voice_tags_name_the_speakers_and_their_cues_are_joined() -> None:
    text = (
        "WEBVTT\n\nNOTE\nMade by hand.\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Interviewer>Why?</v>\n\n"
        "2\n00:00:03.500 --> 00:00:04.000\n<v.loud P01>Because &amp; so</v>\n\n"
        "second name\n00:00:05.000 --> 00:00:06.000\n<v P01>it <i>goes</i>.</v>\n"
    )
    assert heard(text) == [("Interviewer", 1.0, "Why?"), ("P01", 3.5, "Because & so it goes.")]
    assert [turn.role for turn in cues(text).turns] == [TurnRole.INTERVIEWER, TurnRole.PARTICIPANT]


def test_two_voices_in_one_cue_are_two_turns() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Yes.</v>\n<v B>No.</v>"
    assert [(speaker, words) for speaker, _, words in heard(text)] == [("A", "Yes."), ("B", "No.")]


def test_names_before_a_colon_are_speakers_and_go_on_until_the_next() -> None:
    text = (
        "WEBVTT\n\n00:00:04.000 --> 00:00:07.000\nAnna Bell: We are recording.\n\n"
        "00:00:09.000 --> 00:00:12.000\nand it works\n\n00:00:15.000 --> 00:00:17.000\nOtto Carl: Fine: good.\n\n"
        "00:00:19.000 --> 00:00:21.000\nAnna Bell: Well.\n\n00:00:23.000 --> 00:00:24.000\nOtto Carl: Yes.\n"
    )
    assert heard(text) == [
        ("Anna Bell", 4.0, "We are recording. and it works"),
        ("Otto Carl", 15.0, "Fine: good."),
        ("Anna Bell", 19.0, "Well."),
        ("Otto Carl", 23.0, "Yes."),
    ]


def test_cues_without_speakers_are_joined_to_the_end_of_a_sentence() -> None:
    cue = "00:{:02}.000 --> 00:{:02}.900\none two three four five six seven eight nine ten{}\n\n"
    text = "WEBVTT\n\n" + "".join(cue.format(n, n, "." if n % 2 else "") for n in range(20))
    sizes = [len(words.split()) for _, _, words in heard(text)]
    assert sizes == [60, 60, 60, 20]
    assert all(words.endswith(".") for _, _, words in heard(text))


def test_cues_without_any_sentence_are_cut_all_the_same() -> None:
    text = "WEBVTT\n\n" + "".join(f"00:{n:02}.000 --> 00:{n:02}.900\n{'word ' * 10}\n\n" for n in range(50))
    assert max(len(words.split()) for _, _, words in heard(text)) == OPTIONS.joined_words_most


def test_a_vtt_that_is_really_an_srt_is_read_with_a_doubt() -> None:
    text = "1\n00:00:00,500 --> 00:00:07,000\nFirst.\n\n2\n00:00:07,000 --> 00:00:11,890\nSecond."
    assert heard(text) == [(None, 0.5, "First. Second.")]
    assert "WEBVTT" in cues(text).doubts[0][0]
    assert cues(text, ".srt").doubts == ()


def test_words_under_a_damaged_time_stamp_are_kept_and_told() -> None:
    text = (
        "WEBVTT\n\n00:00.500 --> 00:07.000\nFirst.\n\n00:07.000 --> 00:1d.890\nSecond.\n\n00:12.000 --> 00:13.000\nEnd."
    )
    assert heard(text) == [(None, 0.5, "First. Second. End.")]
    assert "1 time stamp" in cues(text).doubts[0][0]


def test_rolling_captions_say_each_line_once() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nwell<00:01.500><c> then</c>\n\n00:02.000 --> 00:02.100\nwell then\n\n"
        "00:02.100 --> 00:04.000\nwell then\nwe<00:03.000><c> left</c>\n"
    )
    assert heard(text) == [(None, 1.0, "well then we left")]


def test_a_word_said_twice_is_kept_twice() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n\n00:02.000 --> 00:03.000\nYes.\n"
    assert heard(text) == [(None, 1.0, "Yes. Yes.")]


@pytest.mark.parametrize("text", ["WEBVTT", "some text", "1\nsome text", "some text\n00:00:00,500 --> 00:00:07,000"])
def test_a_file_without_cues_is_refused(text: str) -> None:
    with pytest.raises(ReadingError, match="No words under a time stamp"):
        cues(text, ".srt")


BROKEN = sorted((FORMATS / "broken-subs").glob("*")) if FORMATS.exists() else []
HOPELESS = {"empty.vtt", "no_captions.vtt", "invalid_format.sbv", *(f"invalid_format{n}.srt" for n in range(1, 5))}


@needs_formats
@pytest.mark.parametrize("path", BROKEN, ids=[path.name for path in BROKEN])
def test_every_broken_file_is_read_with_all_its_captions_or_refused(path: Path) -> None:
    if path.name in HOPELESS:
        with pytest.raises(ReadingError):
            read_cues(decode(path.read_bytes(), path.name)[0], path.suffix, OPTIONS, (), path.name)
        return
    raw = path.read_text(encoding="utf-8-sig")
    found = read_cues(decode(path.read_bytes(), path.name)[0], path.suffix, OPTIONS, (), path.name)
    assert found.text.count("Caption text #") == raw.count("Caption text #")
    assert "-->" not in found.text
    assert "<" not in found.text


@needs_formats
def test_srt_vtt_and_plain_text_of_one_recording_say_the_same() -> None:
    folder = FORMATS / "whisper-srt-vtt-json"
    words = {
        suffix: " ".join(cues((folder / f"keitai{suffix}").read_text(encoding="utf-8"), suffix).text.split())
        for suffix in (".srt", ".vtt")
    }
    said = " ".join((folder / "keitai.txt").read_text(encoding="utf-8").split())
    assert words == {".srt": said, ".vtt": said}
