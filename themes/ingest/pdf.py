"""PDF files: the text layer, page furniture out, lines joined to paragraphs and divided words made whole."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import quantiles
from typing import TYPE_CHECKING

from themes.errors import ReadingError
from themes.ingest.lines import join_lines
from themes.ingest.stretches import SENTENCE_END, clean
from themes.ingest.turns import HEADED, LABELLED, STAMPED, may_be_label

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)?\s*[-–]?\s*\d{1,3}(?:\s*(?:/|of|sur|de)\s*\d{1,3})?\s*[-–]?", re.IGNORECASE
)
EDGE = 3
"""Lines at the top and at the bottom of a page among which headers and footers are sought."""

MOST_PAGES = 1_500
"""Pages of the longest transcript: some sixty hours of talk."""

LARGEST_PAGE = 2_000_000
"""Bytes of what one page draws, pictures apart: a full page of text has some ten thousand."""

OCR = "Run text recognition (OCR) over it, for example with OCRmyPDF, and list the new file."


def read_pages(data: bytes, where: str) -> tuple[list[list[str]], tuple[tuple[str, str], ...]]:
    """The lines of each page without headers, footers and page numbers, and a doubt where pages have no text.

    Raises ReadingError for a file that is no PDF, is damaged, has a password, or is pictures of pages (a scan).
    """
    if b"%PDF-" not in data[:1024]:
        raise ReadingError("The file is not a PDF, whatever its ending says.", "Export it again as PDF.", where)
    with _quiet():
        pages = _extracted(data, where)
    empty = [number for number, lines in enumerate(pages, start=1) if not any(lines)]
    if len(empty) == len(pages):
        raise ReadingError("The PDF has no text: it is a scan, pictures of pages.", OCR, where)
    doubts: tuple[tuple[str, str], ...] = ()
    if empty:
        shown = ", ".join(str(number) for number in empty[:10]) + (" ..." if len(empty) > 10 else "")
        doubts = ((f"These pages have no text: {shown}.", f"If they are scanned: {OCR}"),)
    return without_furniture([page for page in pages if any(page)]), doubts


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps pypdf's remarks on damaged objects, which may quote the file, off the screen."""
    logger = logging.getLogger("pypdf")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _extracted(data: bytes, where: str) -> list[list[str]]:
    import pypdf
    import pypdf.errors

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        _open(reader, where)
        if len(reader.pages) > MOST_PAGES:
            raise _too_long(f"The PDF has {len(reader.pages):,} pages", where)
        return [_lines(_words(page, number, where)) for number, page in enumerate(reader.pages, start=1)]
    except ReadingError:
        raise
    except pypdf.errors.DependencyError as cause:
        raise _locked(where) from cause
    except Exception as cause:  # a damaged PDF lets through whatever it provokes (KeyError, RecursionError, ...)
        remedy = "Open it in a PDF program and save it again, or export the text as .txt."
        raise ReadingError("The file cannot be read as a PDF.", remedy, where) from cause


def _words(page: PageObject, number: int, where: str) -> str:
    """The words of a page; raises ReadingError where it holds more than a page of text, which would cost minutes."""
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > LARGEST_PAGE:
        raise _too_long(f"Page {number} holds over {LARGEST_PAGE // 1_000_000} MB of drawing", where)
    return page.extract_text()


def _too_long(what: str, where: str) -> ReadingError:
    remedy = "Export the text as .txt, a file for each interview."
    return ReadingError(f"{what}, which no transcript does.", remedy, where)


def _open(reader: PdfReader, where: str) -> None:
    """Opens a file that only forbids changes; refuses one that asks for a password."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise _locked(where)


def _locked(where: str) -> ReadingError:
    return ReadingError("The PDF has a password.", "Save a copy without the password and list that.", where)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in clean(text).strip().split("\n")]


def without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without page numbers, and without lines at their edges that most pages have (numbers apart)."""
    counts = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)} - {""})
    most = max(2, round(0.6 * len(pages)))
    repeated = {shape for shape, count in counts.items() if len(pages) > 2 and count >= most}

    def is_furniture(line: str) -> bool:
        return PAGE_NUMBER.fullmatch(line) is not None or (len(line) <= 150 and _shape(line) in repeated)

    kept = []
    for page in pages:
        edges = [index for index in range(len(page)) if index < EDGE or index >= len(page) - EDGE]
        kept.append(_trimmed([line for index, line in enumerate(page) if not (index in edges and is_furniture(line))]))
    return kept


def _trimmed(page: list[str]) -> list[str]:
    """The page without empty lines and page numbers at its end."""
    while page and (not page[-1] or PAGE_NUMBER.fullmatch(page[-1])):
        page = page[:-1]
    return page


def _edges(page: Sequence[str]) -> Sequence[str]:
    return page if len(page) <= 2 * EDGE else [*page[:EDGE], *page[-EDGE:]]


def _shape(line: str) -> str:
    """The line with each number as `#`, so that `Page 3` and `Page 12` are one; a label is never furniture."""
    return "" if LABELLED.match(line) else re.sub(r"\d+", "#", line.casefold())


def joined_pages(pages: Sequence[Sequence[str]]) -> str:
    """The pages as paragraphs with an empty line between; a line that begins like a label begins a new line."""
    lines = [line for page in pages for line in page]
    width = _width(lines)
    join = join_lines("\n".join(lines))
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if not line or (paragraphs[-1] and _begins(paragraphs[-1][-1], line, width)):
            paragraphs.append([])
        paragraphs[-1].extend([line] if line else [])
    return "\n\n".join(join(paragraph) for paragraph in paragraphs if paragraph)


def _width(lines: Sequence[str]) -> float:
    """Characters in a full line: nine lines of ten are shorter or as long."""
    lengths = [len(line) for line in lines if line]
    return quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0.0


def _begins(before: str, line: str, width: float) -> bool:
    """Whether `line` begins a paragraph after `before`: at a label, or where a sentence ended on a short line."""
    label = LABELLED.match(line)
    if label and may_be_label(label["name"]) and (SENTENCE_END.search(before) or line[0].isupper()):
        return True
    headed = HEADED.match(line)
    if STAMPED.match(line) or (headed and may_be_label((headed["name"] or headed["name_last"]).strip())):
        return True
    return SENTENCE_END.search(before) is not None and len(before) < 0.85 * width
