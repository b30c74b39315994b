"""Transcripts of other programs, made for tests, and what is read from them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from themes.domain import Source, SourceKind, SourceRow, Study, TurnRole
from themes.ingest import IngestOptions, Reading, read

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "fo": "xsl-fo-compatible",
        "draw": "drawing",
    }.items()
)
BOLD = '<style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'


def odt(body: str, head: str = "") -> bytes:
    """An .odt with that body, and its XML begun with `head`."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {NAMESPACES}>'
        f"<office:automatic-styles>{BOLD}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip of those members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A .docx of those paragraphs."""
    import docx as word

    document = word.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def reading_of(folder: Path, file: str) -> Reading:
    """What is read from a file of the folder, listed as an interview."""
    row = SourceRow(2, file, SourceKind.INTERVIEW)
    return read(folder, [row], Study(folder, "A study"), IngestOptions(detect_language=False))


def reading(folder: Path, file: str, content: bytes | str) -> Reading:
    """What is read from a file of that content."""
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return reading_of(folder, file)


def said(source: Source) -> list[tuple[str | None, float | None, str]]:
    """(speaker, seconds, words) of each turn that somebody says."""
    turns = [turn for turn in source.turns if turn.role is not TurnRole.CONTEXT]
    return [(turn.speaker, turn.seconds, source.text[turn.start : turn.end]) for turn in turns]


def heard(folder: Path, file: str, content: bytes | str) -> list[tuple[str | None, float | None, str]]:
    """What is said in a file of that content."""
    return said(reading(folder, file, content).sources[0])
