"""A project as tables for a spreadsheet: users, codes, sources, selections, codings, cases and notes, as .csv or .xlsx.

Numbers are numbers; all else is text that no program takes for a formula or a link, by the same rule as everywhere. The
tables name parts by their GUIDs, so they can be joined, and by their names, so they can be read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from themes.domain import fitting, harmless
from themes.errors import ExchangeError
from themes.exchange.exchanged import Exchanged, ExchangedCode, ExchangedCoding, Selection, Value
from themes.exchange.values import moment

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Cell = str | int | bool | None

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet of an .xlsx has room for; what is beyond would be left out without a word."""

SEPARATOR = " / "
"""Between the names of a code and of those it lies in."""

_WIDEST = 60
_WHEN = datetime(1980, 1, 1)  # noqa: DTZ001  # what the file says of when it was made, so that it has the same bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns, and rows with a cell for each; None is an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(exchanged: Exchanged) -> dict[str, Sheet]:
    """Every table by its name."""
    names = _names(exchanged)
    return {
        "sources": _sources(exchanged, names),
        "selections": _selections(exchanged, names),
        "codings": _codings(exchanged, names),
        "codes": _codes(exchanged),
        "cases": _cases(exchanged, names),
        "notes": _notes(exchanged, names),
        "users": Sheet(("guid", "name", "id"), tuple((user.guid, user.name, user.id) for user in exchanged.users)),
    }


def as_csv(sheet: Sheet) -> str:
    """The table as CSV text: a line feed after each row and inside cells, a comma between cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in (sheet.columns, *sheet.rows):
        writer.writerow([_text(cell) for cell in row])
    return out.getvalue()


def workbook(tables: Mapping[str, Sheet]) -> bytes:
    """An .xlsx with a sheet for each table, under its name; the first row stays in sight and can be filtered by.

    Raises ExchangeError where a table has more rows or columns than a sheet has room for.
    """
    from xlsxwriter import Workbook

    for name, table in tables.items():
        if len(table.rows) >= MOST_ROWS or len(table.columns) > MOST_COLUMNS:
            problem = f"The table {name} has {len(table.rows):,} rows, more than a sheet of an .xlsx has room for."
            raise ExchangeError(problem, "Write it as .csv.")
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:  # else interviews would lie in a temporary folder for a while
        book.set_properties({"created": _WHEN})
        for name, table in tables.items():
            _write(book, name, table)
    return out.getvalue()


def paths(codes: Sequence[ExchangedCode], separator: str = SEPARATOR) -> dict[str, str]:
    """What each code is called with all that it lies in, by its GUID: `Trust / In the police`."""
    known = {code.guid: code for code in codes}
    found: dict[str, str] = {}
    for code in codes:
        waiting = [code]
        while (parent := known.get(waiting[-1].parent or "")) and parent.guid not in found and parent not in waiting:
            waiting.append(parent)
        for one in reversed(waiting):
            above = found.get(one.parent or "")
            found.setdefault(one.guid, one.name if above is None else f"{above}{separator}{one.name}")
    return found


def _write(book: Workbook, name: str, table: Sheet) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    bold = book.add_format({"bold": True})
    for place, column in enumerate(table.columns):
        longest = max((len(str(row[place])) for row in table.rows[:200]), default=0)
        sheet.set_column(place, place, min(max(longest + 2, len(column) + 4), _WIDEST))
        sheet.write_string(0, place, fitting(column), bold)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(number, place, cell)
            elif isinstance(cell, int):
                sheet.write_number(number, place, cell)
            elif cell:
                sheet.write_string(number, place, fitting(_lines(cell)))


def _text(cell: Cell) -> str:
    """The cell as the .csv has it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else harmless(_lines(str(cell)))


def _lines(text: str) -> str:
    """The text with line feeds alone, for a bare carriage return would end the row for some programs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _names(exchanged: Exchanged) -> dict[str, str]:
    """What a person calls each part, by its GUID: codes with all that they lie in."""
    names = {user.guid: user.name or user.id for user in exchanged.users}
    names |= {source.guid: source.name for source in exchanged.sources}
    return names | paths(exchanged.codes)


def _listed(guids: Iterable[str], names: Mapping[str, str]) -> str:
    return "; ".join(names.get(guid, guid) for guid in guids)


def _valued(columns: tuple[str, ...], exchanged: Exchanged) -> tuple[str, ...]:
    """The columns with one for each variable, whose names may be those of other columns."""
    return (*columns, *(f"variable: {variable.name}" for variable in exchanged.variables))


def _given(values: Sequence[Value], exchanged: Exchanged) -> tuple[str | None, ...]:
    found: dict[str, list[str]] = {}
    for value in values:
        found.setdefault(value.variable, []).append(value.value)
    return tuple("; ".join(found[one.guid]) if one.guid in found else None for one in exchanged.variables)


def _sources(exchanged: Exchanged, names: Mapping[str, str]) -> Sheet:
    columns = ("guid", "name", "medium", "characters", "description", "user", "created", "codes")
    return Sheet(
        _valued(columns, exchanged),
        tuple(
            (
                source.guid,
                source.name,
                source.medium.value,
                None if source.text is None else len(source.text),
                source.description,
                names.get(source.user, ""),
                moment(source.created),
                _listed((coding.code for coding in source.codings), names),
                *_given(source.values, exchanged),
            )
            for source in exchanged.sources
        ),
    )


def _placed(exchanged: Exchanged) -> Iterator[tuple[str, str, str, Selection]]:
    """Every selection with the GUID and the name of what it lies in, and the words selected."""
    for source in exchanged.sources:
        for selection in source.selections:
            yield source.guid, source.name, (source.text or "")[selection.start : selection.end], selection
    for note in exchanged.notes:
        for selection in note.selections:
            yield note.guid, note.name, note.text[selection.start : selection.end], selection


def _selections(exchanged: Exchanged, names: Mapping[str, str]) -> Sheet:
    columns = ("guid", "in", "source", "start", "end", "text", "name", "description", "user", "created", "codes")
    return Sheet(
        columns,
        tuple(
            (
                one.guid,
                place,
                source,
                one.start,
                one.end,
                words,
                one.name,
                one.description,
                names.get(one.user, ""),
                moment(one.created),
                _listed((coding.code for coding in one.codings), names),
            )
            for place, source, words, one in _placed(exchanged)
        ),
    )


def _codings(exchanged: Exchanged, names: Mapping[str, str]) -> Sheet:
    """A row for each code that somebody gave, first those of whole sources, which have no start and no end."""
    columns = ("guid", "selection", "in", "source", "start", "end", "text", "code_guid", "code", "coder", "created")

    def row(coding: ExchangedCoding, user: str, place: tuple[Cell, ...]) -> tuple[Cell, ...]:
        coder = names.get(coding.user or user, "")
        return (coding.guid, *place, coding.code, names.get(coding.code, ""), coder, moment(coding.created))

    whole = (
        row(coding, source.user, ("", source.guid, source.name, None, None, None))
        for source in exchanged.sources
        for coding in source.codings
    )
    parts = (
        row(coding, one.user, (one.guid, place, source, one.start, one.end, words))
        for place, source, words, one in _placed(exchanged)
        for coding in one.codings
    )
    return Sheet(columns, (*whole, *parts))


def _codes(exchanged: Exchanged) -> Sheet:
    called = paths(exchanged.codes)
    columns = ("guid", "code", "parent", "path", "description", "colour", "codable")
    names = {code.guid: code.name for code in exchanged.codes}
    return Sheet(
        columns,
        tuple(
            (
                code.guid,
                code.name,
                names.get(code.parent or "", ""),
                called[code.guid],
                code.description,
                code.colour,
                code.codable,
            )
            for code in exchanged.codes
        ),
    )


def _cases(exchanged: Exchanged, names: Mapping[str, str]) -> Sheet:
    return Sheet(
        _valued(("guid", "name", "description", "sources", "codes"), exchanged),
        tuple(
            (
                case.guid,
                case.name,
                case.description,
                _listed(case.sources, names),
                _listed(case.codes, names),
                *_given(case.values, exchanged),
            )
            for case in exchanged.cases
        ),
    )


def _notes(exchanged: Exchanged, names: Mapping[str, str]) -> Sheet:
    about = _about(exchanged)
    return Sheet(
        ("guid", "name", "text", "description", "user", "created", "about"),
        tuple(
            (
                note.guid,
                note.name,
                note.text,
                note.description,
                names.get(note.user, ""),
                moment(note.created),
                "; ".join(about.get(note.guid, ())),
            )
            for note in exchanged.notes
        ),
    )


def _about(exchanged: Exchanged) -> dict[str, list[str]]:
    """The GUIDs of the parts that each note is about."""
    found: dict[str, list[str]] = {}
    selections = [one for *_, one in _placed(exchanged)]
    codings = [coding for source in exchanged.sources for coding in source.codings]
    codings += [coding for one in selections for coding in one.codings]
    parts: list[Any] = [*exchanged.codes, *exchanged.sources, *selections, *codings, *exchanged.links]
    for part in parts:
        for note in part.notes:
            found.setdefault(note, []).append(part.guid)
    for note in exchanged.notes_on_project:
        found.setdefault(note, []).append("project")
    return found
