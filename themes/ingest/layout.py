"""What a written document is laid out as: paragraphs with bold names, tables of speakers; a text with labels of it.

Word, OpenDocument and RTF files all come down to this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from themes.errors import ReadingError
from themes.ingest.label_words import HEADINGS
from themes.ingest.length import check_length
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import clean
from themes.ingest.turns import TIME, is_interviewer, may_be_label, plain


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The words of a paragraph and how many of its characters, from the first, are bold."""

    text: str
    bold: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, row by row."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The kept text of a document, the labels that its layout (bold type, a table's column) marks, and doubts."""

    text: str
    labels: tuple[str, ...]
    doubts: tuple[tuple[str, str], ...] = ()


def paragraph_of(runs: Iterable[tuple[str, bool]]) -> Paragraph:
    """The paragraph that (words, whether bold) make, without characters that cannot be seen."""
    gathered = list(runs)
    opening = takewhile(lambda run: run[1] or not run[0].strip(), gathered)
    kept = clean("".join(words for words, _ in gathered)).strip()
    beginning = clean("".join(words for words, _ in opening)).strip()
    return Paragraph(kept, len(beginning) if kept.startswith(beginning) else 0)


def written(parts: Iterable[Paragraph | Table], options: IngestOptions, where: str, notes: int = 0) -> Written:
    """The text of a document: paragraphs with an empty line between, a table of speakers and words as labelled lines.

    `notes` is how many footnotes and endnotes were left out, which is told. Raises ReadingError where there are no
    words.
    """
    paragraphs: list[Paragraph] = []
    labels: list[str] = []
    characters = 0
    for part in parts:
        if isinstance(part, Table):
            lines, named = _table(part.rows, options)
            paragraphs.extend(Paragraph(line) for line in lines)
            labels.extend(named)
        else:
            paragraphs.append(part)
            characters += len(part.text)
        check_length(characters, len(paragraphs), where)
    text, bold = _with_bold_labels([part for part in paragraphs if part.text.strip()], options)
    if not text.strip():
        remedy = "Put the transcript into it as text, or take it off the list; pictures of text cannot be read."
        raise ReadingError("The document holds no words.", remedy, where)
    return Written(text, tuple(dict.fromkeys([*labels, *bold])), _about_notes(notes))


def _about_notes(notes: int) -> tuple[tuple[str, str], ...]:
    if not notes:
        return ()
    shown = f"{notes} footnotes and endnotes were" if notes > 1 else "A footnote or endnote was"
    return ((f"{shown} left out.", "If words of the interview stand there, put them into the text."),)


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
