"""OpenDocument text (.odt): the words of paragraphs, lists and tables in their order, bold names as labels.

By hand, because the libraries for it (odfpy, odfdo) let the XML parser resolve entities, or bring a whole object model
to write documents with; what is needed here is the order of words in one file of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from themes.errors import ReadingError
from themes.ingest.archive import check_archive, member_of
from themes.ingest.layout import Paragraph, Table, Written, paragraph_of, written
from themes.ingest.options import IngestOptions
from themes.ingest.xml_file import read_xml

OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = f"{OASIS}office:1.0}}", f"{OASIS}text:1.0}}", f"{OASIS}table:1.0}}"
STYLE, FORMAT = f"{OASIS}style:1.0}}", f"{OASIS}xsl-fo-compatible:1.0}}"
SAVE = "Open it in LibreOffice and save it again as .odt or as .docx, without a password."

LEFT_OUT = {
    f"{TEXT}tracked-changes",  # holds what was deleted
    f"{TEXT}table-of-content",
    f"{TEXT}alphabetical-index",
    f"{TEXT}note",
    f"{TEXT}ruby-text",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
}
PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
MOST_BLANKS = 100
"""Blanks that one element may stand for: `text:s` counts them, and could count to any number."""

Styles = Mapping[str, bool]
"""Name of a style -> whether it says bold; a style that says nothing is not there."""


def read_odt(data: bytes, options: IngestOptions, where: str) -> Written:
    """The text of an .odt, with the labels that its layout marks.

    Raises ReadingError for what is no .odt (another archive, a file with a password, a damaged or hostile one) or has
    no words.
    """
    names = check_archive(data, "an OpenDocument file", SAVE, where)
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in member_of(data, manifest, "an OpenDocument file", SAVE, where):
        raise ReadingError("The file has a password.", SAVE, where)
    content = member_of(data, "content.xml", "an OpenDocument file", SAVE, where)
    root = read_xml(content, "content.xml", SAVE, where)
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ReadingError("The file is an OpenDocument file without text, such as a spreadsheet.", SAVE, where)
    notes = sum(1 for _ in body.iter(f"{TEXT}note"))
    return written(_parts(body, _styles(root)), options, where, notes)


def _styles(root: Element) -> Styles:
    """Which styles of the document are bold."""
    bold = {"Strong_20_Emphasis": True, "Strong": True}
    for style in root.iter(f"{STYLE}style"):
        properties = style.find(f"{STYLE}text-properties")
        weight = properties.get(f"{FORMAT}font-weight") if properties is not None else None
        name, parent = style.get(f"{STYLE}name", ""), style.get(f"{STYLE}parent-style-name", "")
        if weight is not None:
            bold[name] = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
        elif parent in bold:
            bold[name] = bold[parent]
    return bold


def _parts(parent: Element, styles: Styles) -> Iterator[Paragraph | Table]:
    """The paragraphs and tables under `parent` in their order, also inside lists, sections and frames."""
    for child in parent:
        if child.tag in PARAGRAPHS:
            yield from _paragraph(child, styles)
        elif child.tag == f"{TABLE}table":
            yield Table(tuple(_cells(row, styles) for row in _rows(child)))
        elif child.tag not in LEFT_OUT:
            yield from _parts(child, styles)


def _paragraph(element: Element, styles: Styles) -> Iterator[Paragraph | Table]:
    """The words of the paragraph, then those of the frames that are anchored in it."""
    bold = styles.get(element.get(f"{TEXT}style-name", ""), False)
    frames: list[Element] = []
    yield paragraph_of(_runs(element, bold, styles, frames))
    for frame in frames:
        yield from _parts(frame, styles)


def _runs(element: Element, bold: bool, styles: Styles, frames: list[Element]) -> Iterator[tuple[str, bool]]:
    """(words, whether bold) under the element in their order; what holds paragraphs of its own goes to `frames`."""
    yield _blanks_as_one(element.text), bold
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * min(_count(child), MOST_BLANKS), bold
        elif child.tag == f"{TEXT}tab":
            yield "\t", bold
        elif child.tag == f"{TEXT}line-break":
            yield "\n", bold
        elif child.tag.startswith(f"{OASIS}drawing:"):
            frames.append(child)
        elif child.tag not in LEFT_OUT:
            yield from _runs(child, styles.get(child.get(f"{TEXT}style-name", ""), bold), styles, frames)
        yield _blanks_as_one(child.tail), bold


def _blanks_as_one(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _count(blanks: Element) -> int:
    count = blanks.get(f"{TEXT}c", "1")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 1


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag.startswith(f"{TABLE}table-") and child.tag.endswith(("rows", "group")):
            yield from _rows(child)


def _cells(row: Element, styles: Styles) -> tuple[str, ...]:
    cells = (cell for cell in row if cell.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"))
    return tuple("\n".join(_lines(cell, styles)) for cell in cells)


def _lines(cell: Element, styles: Styles) -> Iterator[str]:
    """The lines of a cell; a table inside it gives its rows."""
    for part in _parts(cell, styles):
        if isinstance(part, Paragraph):
            yield from [part.text] if part.text.strip() else []
        else:
            yield from (" ".join(words for words in row if words) for row in part.rows)
