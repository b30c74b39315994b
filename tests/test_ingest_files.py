from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import Any

import pytest

from themes.errors import ReadingError
from themes.ingest.options import IngestOptions
from themes.ingest.pdf import joined_pages, read_pages, without_furniture
from themes.ingest.plain import decode
from themes.ingest.turns import find_turns
from themes.ingest.word import read_word

FORMATS = Path(__file__).parents[2] / "shared" / "data" / "formats"
OPTIONS = IngestOptions()
FRENCH = "Enquêteur : Pourquoi la mission a-t-elle échoué à protéger les civils ?\nP01 : Ça dépend de l’armée."


# --- plain text ---


@pytest.mark.parametrize(
    "data",
    [
        FRENCH.encode(),
        codecs.BOM_UTF8 + FRENCH.encode(),
        FRENCH.encode("utf-16"),
        codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"),
        FRENCH.replace("\n", "\r\n").encode(),
        FRENCH.replace("\n", "\r").encode(),
        FRENCH.replace("é", "e\u0301").encode(),
        FRENCH.replace("civils", "ci\u200bvils").encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "utf-16-be", "crlf", "cr", "decomposed", "zero-width"],
)
def test_text_is_the_same_however_it_was_saved(data: bytes) -> None:
    assert decode(data, "a.txt") == (FRENCH, ())


def test_an_older_encoding_is_guessed_and_told() -> None:
    text, doubts = decode(FRENCH.encode("cp1252"), "a.txt")
    assert text == FRENCH
    assert "cp1252" in doubts[0][0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"PK\x03\x04\x00\x00", "zero bytes"),
        (codecs.BOM_UTF8 + b"\xff\xff", "is not"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ReadingError, match=problem) as caught:
        decode(data, "a.txt")
    assert caught.value.where == "a.txt"
    assert caught.value.remedy.endswith(".")


# --- Word ---


def word_document() -> Any:
    import docx

    return docx.Document()


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_turns(document: Any) -> list[tuple[str | None, str]]:
    found = read_word(saved(document), OPTIONS, "a.docx")
    turns = find_turns(found.text, OPTIONS, found.labels).turns
    return [(turn.speaker, found.text[turn.start : turn.end]) for turn in turns]


def with_bold(document: Any, bold: str, rest: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(bold).bold = True
    paragraph.add_run(rest)


def test_word_paragraphs_with_labels_are_turns() -> None:
    document = word_document()
    for line in ("Interview in Bangui", "Interviewer: How was it?", "P01: Long.", "And hard.", "P01: Yes."):
        document.add_paragraph(line)
    assert word_turns(document) == [
        (None, "Interview in Bangui"),
        ("Interviewer", "How was it?"),
        ("P01", "Long.\n\nAnd hard."),
        ("P01", "Yes."),
    ]


def test_a_bold_name_without_a_colon_is_a_label_where_it_repeats() -> None:
    document = word_document()
    for bold, rest in [("Anna Bell ", "We begin."), ("Otto", " Yes."), ("Anna Bell", " Good."), ("Otto ", "Fine.")]:
        with_bold(document, bold, rest)
    with_bold(document, "Never", " would I say so.")
    assert word_turns(document) == [
        ("Anna Bell", "We begin."),
        ("Otto", "Yes."),
        ("Anna Bell", "Good."),
        ("Otto", "Fine.\n\nNever would I say so."),
    ]


def test_a_bold_name_alone_on_its_line_is_followed_by_its_words() -> None:
    document = word_document()
    for name, words in [("Interviewer", "Why?"), ("Force commander", "Because."), ("Force commander", "So.")]:
        with_bold(document, name, "")
        document.add_paragraph(words)
    assert word_turns(document) == [
        ("Interviewer", "Why?"),
        ("Force commander", "Because."),
        ("Force commander", "So."),
    ]


def test_a_bold_name_beside_a_time_stamp_is_a_label() -> None:
    document = word_document()
    for name, time, words in [
        ("Anna Bell", "0:05", "Why?"),
        ("Otto Carl", "0:09", "Because."),
        ("Anna Bell", "1:00", "So."),
    ]:
        with_bold(document, name, f"   {time}\n{words}")
    assert word_turns(document) == [("Anna Bell", "Why?"), ("Otto Carl", "Because."), ("Anna Bell", "So.")]


def test_a_table_of_speakers_and_words_is_read_by_its_columns() -> None:
    document = word_document()
    document.add_paragraph("Focus group in Goma")
    rows = [("Time", "Speaker", "Text"), ("00:01", "Moderator", "Who begins?"), ("00:04", "host", "I do, as always.")]
    table = document.add_table(rows=0, cols=3)
    for row in [*rows, ("00:09", "host", "It was\nlate.")]:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    document.add_paragraph("")
    found = read_word(saved(document), OPTIONS, "a.docx")
    turns = find_turns(found.text, OPTIONS, found.labels).turns
    assert [(turn.speaker, turn.seconds, found.text[turn.start : turn.end]) for turn in turns] == [
        (None, None, "Focus group in Goma"),
        ("Moderator", 1, "Who begins?"),
        ("host", 4, "I do, as always."),
        ("host", 9, "It was\nlate."),
    ]


def test_inserted_words_of_tracked_changes_are_read_and_deleted_ones_are_not() -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = word_document()
    paragraph = document.add_paragraph("We ")
    for tag, text in (("ins", "<w:t>stayed</w:t>"), ("del", "<w:delText>left</w:delText>")):
        paragraph._p.append(parse_xml(f"<w:{tag} {nsdecls('w')}><w:r>{text}</w:r></w:{tag}>"))
    assert read_word(saved(document), OPTIONS, "a.docx").text == "We stayed"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xd0\xcf\x11\xe0 old", "old .doc"),
        (b"just words", "not a Word file"),
        (b"PK\x05\x06" + bytes(18), "cannot be read as a Word file"),
        (saved(word_document()), "no words"),
    ],
    ids=["doc", "text", "other-zip", "empty"],
)
def test_what_is_no_word_file_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ReadingError, match=problem):
        read_word(data, OPTIONS, "a.docx")


# --- PDF ---


def pdf_of(pages: list[list[str]], password: str = "") -> bytes:
    """A PDF with those lines of text on its pages."""
    import pypdf
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        fonts = DictionaryObject({NameObject(key): NameObject(name) for key, name in font.items()})
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): fonts})}
        )
        stream = DecodedStreamObject()
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream.set_data(f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET".encode("latin-1") if lines else b"")
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


PAGES = [
    [
        "A study of missions - page 1",
        "Interviewer: What did the mission do when the fighting reached the cen-",
        "tre of the town, and who decided that it should stay in its camp?",
        "P01: The peace-",
        "keepers waited.",
        "1",
    ],
    ["A study of missions - page 2", "And we waited with them for three long days until", "the road was open.", "2"],
    ["A study of missions - page 3", "Interviewer: And then?", "P01: Then peacekeepers came.", "3"],
]


def test_a_pdf_is_joined_to_paragraphs_without_headers_and_page_numbers() -> None:
    pages, doubts = read_pages(pdf_of(PAGES), "a.pdf")
    found = find_turns(joined_pages(pages), OPTIONS)
    assert doubts == ()
    assert [(turn.speaker, " ".join(found.text[turn.start : turn.end].split())) for turn in found.turns] == [
        (
            "Interviewer",
            "What did the mission do when the fighting reached the centre of the town, "
            "and who decided that it should stay in its camp?",
        ),
        (
            "P01",
            "The peacekeepers waited. And we waited with them for three long days until the road was open.",
        ),
        ("Interviewer", "And then?"),
        ("P01", "Then peacekeepers came."),
    ]


def test_a_line_that_only_some_pages_have_stays() -> None:
    pages = [["Head", "one"], ["Head", "two"], ["Head", "three"], ["Other", "four"]]
    assert without_furniture(pages) == [["one"], ["two"], ["three"], ["Other", "four"]]


def test_a_scan_is_refused_with_a_word_on_text_recognition() -> None:
    with pytest.raises(ReadingError, match="scan") as caught:
        read_pages(pdf_of([[], []]), "a.pdf")
    assert "OCR" in caught.value.remedy


def test_a_page_that_would_take_minutes_is_refused() -> None:
    with pytest.raises(ReadingError, match="Page 2 holds over 2 MB") as caught:
        read_pages(pdf_of([["Some words."], ["and so on"] * 200_000]), "a.pdf")
    assert ".txt" in caught.value.remedy


def test_a_page_without_text_is_told() -> None:
    _, doubts = read_pages(pdf_of([["Some words."], []]), "a.pdf")
    assert "no text: 2." in doubts[0][0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [(pdf_of(PAGES, "secret"), "password"), (b"words", "not a PDF"), (b"%PDF-1.7 broken", "cannot be read as a PDF")],
    ids=["password", "text", "broken"],
)
def test_what_is_no_open_pdf_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ReadingError, match=problem):
        read_pages(data, "a.pdf")


@pytest.mark.skipif(not FORMATS.exists(), reason="the samples of other programs' files are not here")
def test_a_real_pdf_with_tabs_between_words_gives_its_turns() -> None:
    path = FORMATS / "pdf-timestamped" / "pdpilot_P1.pdf"
    pages, _ = read_pages(path.read_bytes(), path.name)
    found = find_turns(joined_pages(pages), IngestOptions(interviewer_labels=("Dan",)))
    assert {turn.speaker for turn in found.turns} == {None, "Dan", "Participant"}
    assert found.text[found.turns[-1].start : found.turns[-1].end] == "Thank you."
    assert "\t" not in found.text
