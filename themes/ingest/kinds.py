"""The kinds of files: which are read and by which reader, and what to do with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from themes.domain import SourceKind, SourceRow
from themes.errors import ReadingError
from themes.ingest.elan import read_eaf
from themes.ingest.headings import with_headings
from themes.ingest.layout import Written
from themes.ingest.length import check_length
from themes.ingest.mandates import Mandate, read_mandate
from themes.ingest.odt import read_odt
from themes.ingest.options import IngestOptions
from themes.ingest.pdf import joined_pages, read_pages
from themes.ingest.plain import decode
from themes.ingest.rtf import read_rtf
from themes.ingest.speech_json import read_speech
from themes.ingest.stretches import Content
from themes.ingest.subtitles import read_cues
from themes.ingest.textgrid import read_textgrid
from themes.ingest.turns import find_turns
from themes.ingest.word import read_word
from themes.ingest.zoom_chat import is_chat, read_chat

Doubts = tuple[tuple[str, str], ...]

PLAIN = (".txt", ".md", ".markdown", ".text")
WRITTEN: dict[str, Callable[[bytes, IngestOptions, str], Written]] = {
    ".docx": read_word,
    ".odt": read_odt,
    ".rtf": read_rtf,
}
SUBTITLES = (".vtt", ".srt", ".sbv")
TIMED: dict[str, Callable[[bytes, IngestOptions, Iterable[str], str], Content]] = {
    ".json": read_speech,
    ".json3": read_speech,
    ".textgrid": read_textgrid,
    ".eaf": read_eaf,
}
TABLES = (".csv", ".xlsx", ".jsonl")
READ = (*PLAIN, *WRITTEN, ".pdf", *SUBTITLES, *TIMED, *TABLES)

LARGEST_TIMED = 40_000_000
"""Bytes of the largest JSON, TextGrid or ELAN file that is read: twenty hours, word by word."""

CUE_LINES = 4
"""Lines of a cue: its number, its times, its words, an empty one."""

CONVERT = {
    ".doc": "Save it as .docx in Word or LibreOffice.",
    ".docm": "Save it as .docx in Word or LibreOffice.",
    ".fodt": "Save it as .odt in LibreOffice.",
    ".pages": "Export it as .docx from Pages.",
    ".html": "Save it as .txt or .docx.",
    ".htm": "Save it as .txt or .docx.",
    ".tsv": "Save it as .csv.",
    ".xls": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx.",
    ".ass": "Export the subtitles as .srt.",
    ".ttml": "Export the subtitles as .srt.",
    ".trs": "Open it in ELAN and save it as .eaf, or export the transcript as .txt.",
    ".cha": "Open it in ELAN and save it as .eaf, or export the transcript as .txt.",
    ".exb": "Export it as .eaf or .txt from EXMARaLDA.",
    ".zip": "Unpack it, and list the files in it.",
    ".mp3": "Transcribe the recording first, and list the transcript.",
    ".m4a": "Transcribe the recording first, and list the transcript.",
    ".wav": "Transcribe the recording first, and list the transcript.",
    ".mp4": "Transcribe the recording first, and list the transcript.",
}
"""What to do with a file that is not read."""


def read_content(
    data: bytes, suffix: str, row: SourceRow, known: tuple[str, ...], options: IngestOptions
) -> Content | Mandate:
    """The file's text and turns by its ending; a mandate by its paragraphs, whatever the file.

    `known` are labels that are speakers whatever they look like. Raises ReadingError where the file cannot be read.
    """
    if row.kind is SourceKind.MANDATE:
        text, doubts = _text(data, suffix, options, row.file)
        mandate = read_mandate(text)
        return replace(mandate, content=replace(mandate.content, doubts=(*doubts, *mandate.content.doubts)))
    if suffix in TIMED:
        return _timed(data, suffix, options, known, row.file)
    if suffix in SUBTITLES:
        text, doubts = decode(data, row.file)
        check_length(len(text), text.count("\n") // CUE_LINES, row.file)
        found = read_cues(text, suffix, options, known, row.file)
    else:
        text, labels, doubts = _transcript(data, suffix, options, row.file)
        is_saved_chat = suffix in PLAIN and is_chat(text)
        found = (
            read_chat(text, options)
            if is_saved_chat
            else find_turns(with_headings(text, options), options, (*known, *labels))
        )
    return replace(found, doubts=(*doubts, *found.doubts))


def _transcript(data: bytes, suffix: str, options: IngestOptions, where: str) -> tuple[str, tuple[str, ...], Doubts]:
    """The text, the labels that its layout marks, and doubts."""
    text, labels, doubts = _written(data, suffix, options, where)
    check_length(len(text), text.count("\n"), where)
    return text, labels, doubts


def _written(data: bytes, suffix: str, options: IngestOptions, where: str) -> tuple[str, tuple[str, ...], Doubts]:
    if suffix in WRITTEN:
        document = WRITTEN[suffix](data, options, where)
        return document.text, document.labels, document.doubts
    if suffix == ".pdf":
        pages, doubts = read_pages(data, where)
        return joined_pages(pages), (), doubts
    text, doubts = decode(data, where)
    return text, (), doubts


def _text(data: bytes, suffix: str, options: IngestOptions, where: str) -> tuple[str, Doubts]:
    """The text of a mandate: a PDF by its lines, which its paragraphs are found by."""
    if suffix in TIMED:
        found = _timed(data, suffix, options, (), where)
        return found.text, found.doubts
    if suffix == ".pdf":
        pages, doubts = read_pages(data, where)
        return "\n".join(line for page in pages for line in page), doubts
    text, _, doubts = _transcript(data, suffix, options, where)
    return text, doubts


def _timed(data: bytes, suffix: str, options: IngestOptions, known: Iterable[str], where: str) -> Content:
    if len(data) > LARGEST_TIMED:
        remedy = "Export the transcript without the times of single words, or as .vtt."
        raise ReadingError(f"The file has more than {LARGEST_TIMED // 1_000_000} MB.", remedy, where)
    return TIMED[suffix](data, options, known, where)
