"""Word files (.docx): the words of paragraphs and tables in their order, bold names recognised as labels.

python-docx opens the file and its tables; the words of a paragraph are gathered here, since its own `paragraph.text`
leaves out insertions of tracked changes, and a word of an interview must not be lost.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any  # python-docx ships no types: its elements are XML nodes here

from themes.errors import ReadingError
from themes.ingest.archive import OLD_OFFICE, check_archive
from themes.ingest.layout import Paragraph, Table, Written, paragraph_of, written
from themes.ingest.options import IngestOptions

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SAVE = "Open it in Word or LibreOffice and save it as .docx, without a password."


def read_word(data: bytes, options: IngestOptions, where: str) -> Written:
    """The text of a .docx, with the labels that its layout marks.

    Raises ReadingError for what is no .docx (an old .doc, a file with a password, a damaged one) or has no words.
    """
    body = _body(data, where)
    notes = sum(1 for _ in body.iter(f"{W}footnoteReference", f"{W}endnoteReference"))
    return written(_parts(body), options, where, notes)


def _parts(body: Any) -> Iterator[Paragraph | Table]:
    for element in _elements(body):
        if element.tag == f"{W}tbl":
            yield Table(tuple(tuple(_cell(cell) for cell in _own(row, "tc")) for row in _own(element, "tr")))
        else:
            yield _paragraph(element)


def _body(data: bytes, where: str) -> Any:
    import docx

    if data.startswith(OLD_OFFICE):
        raise ReadingError("The file is an old .doc, or has a password; it is not a .docx.", SAVE, where)
    check_archive(data, "a Word file", SAVE, where)
    try:
        return docx.Document(io.BytesIO(data)).element.body
    except Exception as cause:  # a damaged package lets through whatever it provokes (KeyError, XMLSyntaxError, ...)
        raise ReadingError("The file cannot be read as a Word file.", SAVE, where) from cause


def _elements(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables under `parent` in their order, also inside content controls and tracked changes."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
            yield from _elements(child)


def _own(parent: Any, tag: str) -> list[Any]:
    """The rows of a table or cells of a row, not those of tables inside it."""
    found = []
    for child in parent:
        if child.tag == W + tag:
            found.append(child)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            found.extend(_own(child, tag))
    return found


def _cell(cell: Any) -> str:
    return "\n".join(part.text for part in (_paragraph(element) for element in cell.iter(f"{W}p")) if part.text.strip())


def _paragraph(element: Any) -> Paragraph:
    """The words of a paragraph with its tabs and line breaks; deleted text is not among them."""
    runs = (run for run in element.iter(f"{W}r") if not any(parent.tag == FALLBACK for parent in run.iterancestors()))
    return paragraph_of(("".join(_characters(run)), _is_bold(run)) for run in runs)


def _characters(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"


def _is_bold(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}b")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")
