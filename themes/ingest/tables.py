"""Tables (.csv, .xlsx, .jsonl): one source per id, or per row, by the column map of study.toml.

Read with csv, json and openpyxl rather than pandas: every cell has to stay the text that stands there.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date, datetime

from themes.domain import ColumnMap
from themes.errors import ReadingError
from themes.ingest.nearest import nearest
from themes.ingest.plain import decode
from themes.ingest.stretches import clean

DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: its number in the file (the row of the sheet, the line of a .jsonl), and its cells."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The chosen rows of a table that have a text, how many were chosen without one, and doubts on the file."""

    records: tuple[Record, ...]
    empty: tuple[int, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


def read_table(data: bytes, suffix: str, columns: ColumnMap, where: str) -> Table:
    """The rows that the column map chooses.

    Raises ReadingError where the file is no such table, a column of the map is missing (the nearest is named), or no
    row with a text is left.
    """
    if not data.strip():
        raise ReadingError("The file is empty.", "Export the table again, or take it off the list.", where)
    doubts: tuple[tuple[str, str], ...] = ()
    if suffix == ".xlsx":
        records = list(_workbook_records(data, where))
    else:
        text, doubts = decode(data, where)
        records = list(_json_records(text, where) if suffix == ".jsonl" else _csv_records(text, where))
    _check_columns(records, columns, where)
    chosen = [record for record in records if _is_chosen(record, columns)]
    kept = tuple(record for record in chosen if record.cells.get(columns.text, "").strip())
    empty = tuple(record.row for record in chosen if not record.cells.get(columns.text, "").strip())
    if not kept:
        raise ReadingError(_nothing(records, chosen, columns), "Look at the column map in study.toml.", where)
    return Table(kept, empty, doubts)


def _nothing(records: Sequence[Record], chosen: Sequence[Record], columns: ColumnMap) -> str:
    if not records:
        return "The table has no rows."
    if not chosen:
        return f"None of the {len(records)} rows is what `where` asks for."
    return f'The column "{columns.text}" is empty in all {len(chosen)} rows.'


def _is_chosen(record: Record, columns: ColumnMap) -> bool:
    return all(record.cells.get(name, "").strip() in values for name, values in columns.where.items())


def _check_columns(records: Sequence[Record], columns: ColumnMap, where: str) -> None:
    present = list(dict.fromkeys(name for record in records for name in record.cells))
    wanted = {field.name: getattr(columns, field.name) for field in fields(columns) if field.name != "where"}
    asked = [(key, name) for key, name in wanted.items() if name] + [("where", name) for name in columns.where]
    for key, name in asked:
        if records and name not in present:
            raise ReadingError(
                f'There is no column "{name}" for `{key}`. {nearest(name, present)}'.rstrip(),
                f'Mend the column map [tables."{where}"] in study.toml.',
                where,
            )


def as_text(value: object) -> str:
    """A cell as the text a person would write: lists joined by `; `, whole numbers without `.0`, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(part for part in map(as_text, value) if part)
    return clean(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value))


def _csv_records(text: str, where: str) -> Iterator[Record]:
    delimiter = _delimiter(text)
    before = csv.field_size_limit(len(text) + 1)  # a resolution in one cell is longer than csv allows at first
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        yield from _rows(((reader.line_num, cells) for cells in reader), where)
    except csv.Error as cause:
        raise ReadingError(f"The table cannot be read: {cause}.", "Save it again as CSV UTF-8.", where) from cause
    finally:
        csv.field_size_limit(before)


def _delimiter(text: str) -> str:
    """The sign that cuts the first line into the most cells; a comma where none does."""
    heading = text.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([heading], delimiter=sign), [])))


def _rows(lines: Iterator[tuple[int, Sequence[str]]], where: str) -> Iterator[Record]:
    """Records by the headings of the first line that is not empty; an empty heading's column is left out."""
    headings: list[str] | None = None
    for row, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if headings is None:
            headings = _headings(cells, where)
            continue
        if any(cell.strip() for cell in cells[len(headings) :]):
            remedy = "Put cells that hold the separator between quotation marks."
            raise ReadingError("A row has more cells than there are headings.", remedy, f"{where}, row {row}")
        padded = [*cells, *[""] * (len(headings) - len(cells))]
        yield Record(row, {name: cell for name, cell in zip(headings, padded, strict=False) if name})


def _headings(cells: Sequence[str], where: str) -> list[str]:
    headings = [cell.strip() for cell in cells]
    twice = next((name for name in headings if name and headings.count(name) > 1), None)
    if twice is not None:
        raise ReadingError(f'Two columns are called "{twice}".', "Rename one of them.", where)
    return headings


def _json_records(text: str, where: str) -> Iterator[Record]:
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as cause:
            remedy = "Write one JSON object on each line."
            raise ReadingError("The line is not JSON.", remedy, f"{where}, line {row}") from cause
        if not isinstance(entry, dict):
            remedy = 'Write one JSON object on each line, as in {"text": "..."}.'
            raise ReadingError("The line is not a JSON object.", remedy, f"{where}, line {row}")
        yield Record(row, {str(name): as_text(value) for name, value in entry.items()})


def _workbook_records(data: bytes, where: str) -> Iterator[Record]:
    """The rows of the first sheet."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; only the text is read
            warnings.simplefilter("ignore")
            with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as workbook:
                sheet = workbook.worksheets[0]
                sheet.reset_dimensions()  # some programs write a wrong extent, and rows would be missing
                lines = [[as_text(value) for value in cells] for cells in sheet.iter_rows(values_only=True)]
    except Exception as cause:  # openpyxl lets through whatever a damaged file provokes (KeyError, BadZipFile, ...)
        remedy = "Open it in a spreadsheet program, without a password, and save it again as .xlsx."
        raise ReadingError("The file cannot be read as an Excel workbook.", remedy, where) from cause
    return _rows(iter(enumerate(lines, start=1)), where)


def by_source(table: Table, columns: ColumnMap) -> list[tuple[str, tuple[Record, ...]]]:
    """(key, rows) of each source in the order of its first row: the value of the id column, else the row's number.

    A row whose id is empty is a source of its own.
    """
    groups: dict[str, list[Record]] = {}
    for record in table.records:
        value = record.cells.get(columns.id, "").strip() if columns.id else ""
        groups.setdefault(value or f"row {record.row}", []).append(record)
    return [(key, tuple(records)) for key, records in groups.items()]


def slug(words: str) -> str:
    """The words as an id: small letters, digits and single hyphens; letters of any script stay."""
    return re.sub(r"[\W_]+", "-", words.casefold()).strip("-") or "source"
