"""Word files (.docx): the words of paragraphs and tables in their order, bold names recognised as labels.

python-docx opens the file and its tables; the words of a paragraph are gathered here, since its own `paragraph.text`
leaves out insertions of tracked changes, and a word of an interview must not be lost.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any  # python-docx ships no types: its elements are XML nodes here

from themes.errors import ReadingError
from themes.ingest.label_words import HEADINGS
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import clean
from themes.ingest.turns import TIME, is_interviewer, may_be_label, plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
OLD_WORD = b"\xd0\xcf\x11\xe0"
LARGEST = 500_000_000
"""Bytes that a file may unpack to: more is no transcript."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The words of a paragraph and how many of its characters, from the first, are bold."""

    text: str
    bold: int = 0


@dataclass(frozen=True, slots=True)
class WordText:
    """The kept text of a Word file, and the labels that its layout (bold type, a table's column) marks as speakers."""

    text: str
    labels: tuple[str, ...]


def read_word(data: bytes, options: IngestOptions, where: str) -> WordText:
    """The text of a .docx: paragraphs with an empty line between, a table of speakers and words as labelled lines.

    Raises ReadingError for what is no .docx (an old .doc, a file with a password, a damaged one) or has no words.
    """
    body = _body(data, where)
    paragraphs: list[Paragraph] = []
    labels: list[str] = []
    for element in _elements(body):
        if element.tag == f"{W}tbl":
            rows = [[_cell(cell) for cell in _own(row, "tc")] for row in _own(element, "tr")]
            lines, named = _table(rows, options)
            paragraphs.extend(Paragraph(line) for line in lines)
            labels.extend(named)
        else:
            paragraphs.append(_paragraph(element))
    text, bold = _with_bold_labels([part for part in paragraphs if part.text.strip()], options)
    if not text.strip():
        remedy = "Put the transcript into it as text, or take it off the list; pictures of text cannot be read."
        raise ReadingError("The Word file holds no words.", remedy, where)
    return WordText(text, tuple(dict.fromkeys([*labels, *bold])))


def _body(data: bytes, where: str) -> Any:
    import docx
    import docx.opc.exceptions

    save = "Open it in Word or LibreOffice and save it as .docx, without a password."
    if data.startswith(OLD_WORD):
        raise ReadingError("The file is an old .doc, or has a password; it is not a .docx.", save, where)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReadingError("The file is not a Word file, whatever its ending says.", save, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise ReadingError("The file unpacks to more than a transcript can hold.", save, where)
        return docx.Document(io.BytesIO(data)).element.body
    except ReadingError:
        raise
    except Exception as cause:  # a damaged package lets through whatever it provokes (KeyError, XMLSyntaxError, ...)
        raise ReadingError("The file cannot be read as a Word file.", save, where) from cause


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
    text, bold, is_open = "", 0, True
    for run in element.iter(f"{W}r"):
        if any(parent.tag == FALLBACK for parent in run.iterancestors()):
            continue
        words = "".join(_characters(run))
        is_open = is_open and (_is_bold(run) or not words.strip())
        text += words
        bold = len(text.rstrip()) if is_open and words.strip() else bold
    kept, beginning = clean(text).strip(), clean(text[:bold]).strip()
    return Paragraph(kept, len(beginning) if kept.startswith(beginning) else 0)


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


def _with_bold_labels(paragraphs: Sequence[Paragraph], options: IngestOptions) -> tuple[str, list[str]]:
    """The text with a colon after each bold name that begins a paragraph, and those names.

    Bold words are a name where a colon ends them, or where they look like one and are an interviewer's or repeat;
    other bold words are stress, and stay as they are.
    """
    opening = [_bold_name(part) for part in paragraphs]
    counts = Counter(plain(name) for name in opening if name)
    lines: list[str] = []
    names: list[str] = []
    for part, name in zip(paragraphs, opening, strict=True):
        is_name = name and (counts[plain(name)] > 1 or is_interviewer(name, options) or _has_colon(part))
        if name and is_name:
            names.append(name)
            rest = part.text[part.bold :].lstrip(" \t\u00a0:：")
            lines.append(part.text if _has_colon(part) else f"{name}: {rest}".rstrip(" "))
        else:
            lines.append(part.text)
    return _paragraphs(lines, {plain(name) for name in names}), names


def _paragraphs(lines: Sequence[str], names: set[str]) -> str:
    """The lines with an empty line between; after a label on a line of its own the words follow at once."""
    text = ""
    for line in lines:
        text += line
        text += "\n" if line.endswith(":") and plain(line[:-1]) in names else "\n\n"
    return text.rstrip("\n")


def _bold_name(part: Paragraph) -> str:
    """The bold beginning of the paragraph where it may be a label, without its colon; else nothing.

    A name with a time stamp beside it is a label as it stands.
    """
    if re.match(rf"\s*[\[(]?{TIME}", part.text[part.bold :]):
        return ""
    name = part.text[: part.bold].strip().rstrip(":：").strip()
    return name if name and "\n" not in name and len(name) <= 60 and may_be_label(name) else ""


def _has_colon(part: Paragraph) -> bool:
    bold = part.text[: part.bold].rstrip()
    return bold.endswith((":", "：")) or part.text[part.bold :].lstrip().startswith((":", "："))


def _table(rows: Sequence[Sequence[str]], options: IngestOptions) -> tuple[list[str], list[str]]:
    """The rows as lines `[time] Speaker: words` with the speakers, or as their words where no column names speakers."""
    columns = _columns(rows, options)
    if columns is None:
        return [" ".join(cell for cell in row if cell.strip()) for row in rows], []
    speaker, words, time = columns
    lines: list[str] = []
    names: list[str] = []
    for row in rows:
        name = row[speaker].strip().rstrip(":：").strip()
        if {plain(row[speaker]), plain(row[words])} <= HEADINGS:
            continue
        stamp = f"[{row[time].strip('[]() ')}] " if time is not None and row[time].strip() and name else ""
        lines.append(f"{stamp}{name}: {row[words]}" if name else row[words])
        names.extend([name] if name else [])
    return lines, names


def _columns(rows: Sequence[Sequence[str]], options: IngestOptions) -> tuple[int, int, int | None] | None:
    """Which columns hold the speaker, the words and the time (None where none does); None for any other table."""
    if len(rows) < 2 or not 2 <= len(rows[0]) <= 4 or any(len(row) != len(rows[0]) for row in rows):
        return None
    columns = list(zip(*rows, strict=True))
    words = max(range(len(columns)), key=lambda column: sum(len(cell.split()) for cell in columns[column]))
    others = [column for column in range(len(columns)) if column != words]
    time = next((column for column in others if _holds_times(columns[column])), None)
    named = [column for column in others if column != time and _holds_names(columns[column], options)]
    return (named[0], words, time) if named else None


def _holds_times(cells: Sequence[str]) -> bool:
    return sum(re.fullmatch(rf"[\[(]?{TIME}[\])]?", cell.strip()) is not None for cell in cells) >= len(cells) / 2


def _holds_names(cells: Sequence[str], options: IngestOptions) -> bool:
    """Whether the cells are short names of which some repeats or is an interviewer's."""
    names = [cell.strip().rstrip(":：").strip() for cell in cells if cell.strip()]
    if not names or not all(len(name.split()) <= 5 and not name.replace(".", "").isdigit() for name in names):
        return False
    repeats = len(set(map(plain, names))) < len(names)
    return repeats or any(is_interviewer(name, options) for name in names)
