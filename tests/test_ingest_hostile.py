"""Files that are not what they say, or meant to do harm; and every sample of other programs' files."""

from __future__ import annotations

import html
import io
import json
import re
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transcripts import archive, docx, odt, reading_of
from themes.errors import ReadingError

FORMATS = Path(__file__).parents[2] / "shared" / "data" / "formats"
SAMPLES = sorted(path for path in FORMATS.rglob("*") if path.is_file() and path.name != "README.md")
needs_formats = pytest.mark.skipif(not SAMPLES, reason="the samples of other programs' files are not here")


def declaring(data: bytes, size: int) -> bytes:
    """The archive with that size written where its last member's own should be."""
    at = data.rindex(b"PK\x01\x02") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def locked_pdf() -> bytes:
    import pypdf

    writer, buffer = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
GRID = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n5\n<exists>\n1\n"IntervalTier"\n"A"\n0\n5\n'
CONTENT = "word/document.xml"
HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "words.docx": (b"only words", "is not a Word file", "save it as .docx"),
    "picture.docx": (b"\x89PNG\r\n\x1a\n" + bytes(99), "is not a Word file", "save it as .docx"),
    "locked.docx": (b"\xd0\xcf\x11\xe0" + bytes(99), "has a password", "without a password"),
    "bomb.docx": (archive({CONTENT: bytes(30_000_000)}), "unpacks to more", "save it as .docx"),
    "declared.docx": (declaring(archive({CONTENT: "<x/>"}), 2_000_000_000), "unpacks to more", "save it as .docx"),
    "cut.docx": (docx("Words.")[:-900], "Word file", "save it as .docx"),
    "locked.pdf": (locked_pdf(), "password", "without the password"),
    "words.odt": (b"only words", "is not an OpenDocument file", "LibreOffice"),
    "sheet.odt": (archive({"content.xml": "<a/>"}), "without text", "LibreOffice"),
    "other.odt": (archive({"read.me": "x"}), "has no content.xml", "LibreOffice"),
    "locked.odt": (archive({"META-INF/manifest.xml": "<encryption-data/>"}), "has a password", "without a password"),
    "bomb.odt": (archive({"content.xml": bytes(30_000_000)}), "unpacks to more", "LibreOffice"),
    "declared.odt": (declaring(odt("<text:p>x</text:p>"), 2_000_000_000), "unpacks to more", "LibreOffice"),
    "lying.odt": (declaring(odt("<text:p>x</text:p>" * 900), 100), "cannot be unpacked", "LibreOffice"),
    "entities.odt": (odt("<text:p>&b;</text:p>", ENTITIES), "may hide entities", "LibreOffice"),
    "outside.odt": (odt("<text:p>&c;</text:p>", ENTITIES), "may hide entities", "LibreOffice"),
    "deep.odt": (odt("<text:section>" * 9_000 + "</text:section>" * 9_000), "250 deep", "LibreOffice"),
    "cut.odt": (archive({"content.xml": "<a>\n<b>"}), "no XML from line 2", "LibreOffice"),
    "empty.odt": (odt("<text:p/>"), "no words", "as text"),
    "words.rtf": (b"only words", "is not RTF", "save it as .docx"),
    "deep.rtf": (b"{\\rtf1 " + b"{" * 500_000, "not safe", "save it as .docx"),
    "fields.rtf": (b"{\\rtf1 " + b'{\\field{\\*\\fldinst{HYPERLINK "a" ' * 9_000, "not safe", "save it as .docx"),
    "empty.rtf": (b"{\\rtf1{\\info{\\title Words}}}", "no words", "as text"),
    "cut.json": (b'{"segments": [\n{"start": 0.0, "te', "from line 2, column 16", "Export it again"),
    "deep.json": (b'{"segments": ' * 90_000, "nested too deep", "Export it again"),
    "lists.json": (b"[" * 900_000, "over 800,000 parts", ".vtt"),
    "digits.json": (b'[{"text": "so", "start": ' + b"9" * 9_000 + b"}]", "cannot be read", "Export it again"),
    "other.json": (b'{"name": "words"}', "none of the shapes", ".vtt"),
    "silent.json": (b'{"segments": [{"start": 0, "text": " "}]}', "has no words", "Transcribe"),
    "words.textgrid": (b"only words", "is not a TextGrid", "Praat"),
    "binary.textgrid": (b"ooBinaryFile\x08TextGrid\x00", "zero bytes", "save it as plain text"),
    "pitch.textgrid": (b'"ooTextFile" "Pitch 1"', "but not a TextGrid", "Praat"),
    "cut.textgrid": (f'{GRID}99999999\n0\n5\n"so'.encode(), "breaks off at line 15", "Praat"),
    "wrong.textgrid": (f'{GRID}1\n0\n"so"'.encode(), "Line 14 is not as it should be", "Praat"),
    "empty.textgrid": (f'{GRID}1\n0\n5\n""'.encode(), "No tier of intervals holds words", "interval tier"),
    "page.eaf": (b"<html><body>words</body></html>", "is not one of ELAN's", "ELAN"),
    "cut.eaf": (b"<ANNOTATION_DOCUMENT>\n<TIER>", "no XML from line 2", "ELAN"),
    "entities.eaf": (f"{ENTITIES}<x>&b;</x>".encode(), "may hide entities", "ELAN"),
    "empty.eaf": (b"<ANNOTATION_DOCUMENT/>", "No tier holds words", "Transcribe"),
    "long.txt": (b"\n" * 250_000 + b"x", "longer than a transcript", "each interview"),
}


@pytest.mark.parametrize("file", HOSTILE)
def test_a_file_that_is_not_what_it_says_is_refused_at_once_with_a_remedy(tmp_path: Path, file: str) -> None:
    content, problem, remedy = HOSTILE[file]
    (tmp_path / file).write_bytes(content)
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(ReadingError) as caught:
            reading_of(tmp_path, file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy
    assert caught.value.where == file
    assert time.process_time() - began < 5
    assert peak < 200_000_000


def test_an_archive_that_leads_out_of_its_folder_is_read_and_nothing_is_written(tmp_path: Path) -> None:
    study = tmp_path / "a" / "study"
    study.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(odt("<text:p>We left at night.</text:p>"))) as good:
        members: dict[str, str | bytes] = {
            "../../out.txt": "x",
            "/out.txt": "x",
            "content.xml": good.read("content.xml"),
        }
    (study / "a.odt").write_bytes(archive(members))
    assert reading_of(study, "a.odt").sources[0].text == "We left at night."
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "a.odt", "study"]


def test_entities_in_a_word_file_are_not_filled_in(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(docx("Words &amp;"))) as good:
        members: dict[str, str | bytes] = {name: good.read(name) for name in good.namelist()}
    kept = bytes(members["word/document.xml"]).replace(b"Words", b"Words &b;&c;")
    members["word/document.xml"] = kept.replace(b"?>", b"?>" + ENTITIES.encode(), 1)
    (tmp_path / "a.docx").write_bytes(archive(members))
    try:
        text = reading_of(tmp_path, "a.docx").sources[0].text
    except ReadingError:
        text = ""
    assert "aaaa" not in text
    assert len(text) < 20


# --- samples of other programs ---

REFUSED = {
    "empty.vtt": "is empty",
    "no_captions.vtt": "No words under a time stamp",
    "invalid_format.sbv": "No words under a time stamp",
    **{f"invalid_format{number}.srt": "No words under a time stamp" for number in range(1, 5)},
}


@needs_formats
@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_every_sample_is_read_or_refused_with_a_remedy(path: Path) -> None:
    if path.name in REFUSED:
        with pytest.raises(ReadingError, match=REFUSED[path.name]) as caught:
            reading_of(path.parent, path.name)
        assert caught.value.remedy.endswith(".")
        return
    source = reading_of(path.parent, path.name).sources[0]
    words = " ".join(source.text[turn.start : turn.end] for turn in source.turns)
    assert re.search(r"\w", words)
    assert not re.search(r"-->|\d:\d\d:\d\d|</?[a-z]|WEBVTT|NOTE\b|STYLE\b", words)


def without_marks(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def crude(path: Path) -> list[str]:
    """The words of a sample by the roughest means: tags, stamps and labels out, all else kept."""
    kind = path.suffix
    if kind == ".odt":
        with zipfile.ZipFile(path) as packed:
            body = packed.read("content.xml").decode().partition("</office:automatic-styles>")[2]
        return without_marks(
            html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</text:[ph]>|<text:(?:s|tab)/>", " ", body)))
        )
    text = path.read_text(encoding="utf-8-sig")
    if kind == ".TextGrid":
        return sorted(without_marks(" ".join(re.findall(r'text = "(.*)"', text))))
    if path.name.endswith("deepgram.json"):
        return without_marks(" ".join(each["transcript"] for each in json.loads(text)["results"]["utterances"]))
    if path.name.endswith("whisper.json"):
        return without_marks(json.loads(text)["text"])
    if kind == ".json3":
        return without_marks(" ".join(re.findall(r'"utf8": "(.*?)"', text)))
    text = re.sub(r"(?m)^WEBVTT.*$|^NOTE\n.*\n|^\d+$|^.*-->.*$|^\d\d:\d\d:\d\d\t|<[^>]*>", "", text)
    return without_marks(re.sub(r"(?m)^(?:Host|Guest|[A-Z][a-z]+ [A-Z][A-Za-z]+):", "", text))


@needs_formats
@pytest.mark.parametrize(
    "path",
    [path for path in SAMPLES if path.parent.name not in ("broken-subs", "pdf-timestamped")],
    ids=lambda path: path.name,
)
def test_no_word_of_a_sample_is_lost_or_doubled(path: Path) -> None:
    source = reading_of(path.parent, path.name).sources[0]
    kept = without_marks(" ".join(source.text[turn.start : turn.end] for turn in source.turns))
    expected = crude(path)
    if path.suffix == ".odt":
        expected = [word for word in expected if word != "MODERATOR"]
    if path.suffix == ".TextGrid":
        kept = sorted(kept)
    assert kept == expected


@needs_formats
@pytest.mark.parametrize(
    ("file", "speakers", "first", "last"),
    [
        ("asr-small/talk_05.TextGrid", {"fieldworker", "speaker"}, (0.0, "Could you say"), (16.4, "No, for the young")),
        (
            "asr-small/talk_06.deepgram.json",
            {"Speaker 0", "Speaker 1"},
            (0.0, "We kept two"),
            (21.0, "You cannot recover"),
        ),
        ("asr-small/talk_03.whisper.json", {None}, (0.0, "So the question"), (0.0, "So the question")),
        ("asr-small/talk_04.json3", {None}, (0.0, "the thing nobody"), (0.0, "the thing nobody")),
        ("odt/P9_GMT20211129.odt", {None, "MODERATOR"}, (None, "1 Read the"), (None, "")),
        (
            "zoom-vtt/meeting001_chat.txt",
            {"Andrew Knight", "Ringo Starr", "George Harrison", "John Lennon", "Paul McCartney"},
            (1274.0, "Hello Everyone"),
            (2209.0, "Fuselage"),
        ),
    ],
)
def test_the_first_and_last_turn_of_a_sample_begin_as_they_should(
    file: str, speakers: set[str | None], first: tuple[float | None, str], last: tuple[float | None, str]
) -> None:
    source = reading_of(FORMATS, file).sources[0]
    assert {turn.speaker for turn in source.turns} == speakers
    for turn, (seconds, words) in ((source.turns[0], first), (source.turns[-1], last)):
        assert turn.seconds == seconds
        assert source.text[turn.start : turn.end].startswith(words)


# --- damage ---

SOUND = {
    "a.rtf": rb"{\rtf1\ansi{\fonttbl{\f1\fcharset204 A;}}\b Anna:\b0  we \u8217?s \f1\'e0"
    rb"\trowd\intbl x\cell y\cell\row\par}",
    "a.json": b'{"segments": [{"start": 1.5, "text": "We left.", "speaker": 0}, {"start": 2, "text": "Yes \\ud83d."}]}',
    "b.json": b'{"results": {"channels": [{"alternatives": [{"transcript": "we", "words": [{"word": "we"}]}]}]}}',
    "a.json3": b'{"events": [{"tStartMs": 5, "segs": [{"utf8": "we "}, {"utf8": "left"}]}]}',
    "a.textgrid": f'{GRID}1\n0\n5\n"so we left"'.encode(),
    "a.eaf": b'<ANNOTATION_DOCUMENT><TIME_SLOT TIME_SLOT_ID="t" TIME_VALUE="5"/><TIER TIER_ID="A">'
    b'<ALIGNABLE_ANNOTATION ANNOTATION_ID="a" TIME_SLOT_REF1="t"><ANNOTATION_VALUE>so we left</ANNOTATION_VALUE>'
    b"</ALIGNABLE_ANNOTATION></TIER></ANNOTATION_DOCUMENT>",
    "a.odt": odt("<text:p>Anna: so <text:span>we</text:span><text:s text:c='3'/>left.</text:p>"),
    "a.docx": docx("Anna   0:03\nSo we left."),
    "chat.txt": b'10:04:12 From Anna to Everyone:\n\tReplying to "x"\n\n\tYes\n10:05:12 From Bo : No\n',
    "teams.txt": b"0:0:3.4 --> 0:0:6.7\nAnna\nSo we left.\n0:0:7.4 --> 0:0:9.7\nBo\nYes.\n",
}
DAMAGE = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=4)


@pytest.mark.parametrize("file", SOUND)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=DAMAGE)
def test_a_damaged_file_is_read_to_turns_that_lie_in_it_or_refused(
    tmp_path: Path, file: str, damage: list[tuple[int, int, bytes]]
) -> None:
    data = SOUND[file]
    for place, length, other in damage:
        at = place % (len(data) + 1)
        data = data[:at] + other + data[at + length :]
    (tmp_path / file).write_bytes(data)
    try:
        source = reading_of(tmp_path, file).sources[0]
    except ReadingError:
        return
    assert all(0 <= turn.start < turn.end <= len(source.text) for turn in source.turns)
    source.text.encode()
