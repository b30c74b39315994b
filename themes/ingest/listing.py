"""More rows for a list of sources that a person keeps: what stands there stays as it is, to the letter.

Columns that the list lacks are added at its end. The rows of sources.xlsx keep their look as far as openpyxl does.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from themes.domain import harmless
from themes.errors import SourcesError
from themes.ingest.sheet import find_sheet, read_sheet
from themes.ingest.sources import COLUMNS
from themes.ingest.study_files import slashed

Row = Mapping[str, str]
_DELIMITERS = ",;\t"


def sources_csv(rows: Iterable[Row]) -> str:
    """A list of sources with every column; an empty list is its headings."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(_cells(row, COLUMNS) for row in rows)
    return written.getvalue()


def with_rows(folder: Path, rows: Sequence[Row]) -> tuple[str, bytes]:
    """The name and the bytes of the folder's list of sources with `rows` at its end, but for files it lists already.

    Where the folder has no list, one is begun. Raises SourcesError where the list that is there cannot be read.
    """
    path = find_sheet(folder, "sources", SourcesError)
    if path is None:
        return "sources.csv", sources_csv(rows).encode()
    sheet = read_sheet(path, {column: column for column in COLUMNS}, SourcesError, remark="# ")
    listed = {(slashed(line["file"]), line["speaker"]) for line in sheet.rows}
    new = [row for row in rows if (slashed(row["file"]), row.get("speaker", "")) not in listed]
    content = path.read_bytes()
    if not new:
        return path.name, content
    if path.suffix.casefold() == ".xlsx":
        return path.name, _workbook(content, new)
    return path.name, _text(content, new)


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    return [harmless(" ".join(row.get(column, "").split())) for column in columns]


def _missing(columns: Sequence[str], rows: Sequence[Row]) -> list[str]:
    said = {column for row in rows for column, cell in row.items() if cell}
    return [column for column in COLUMNS if column in said and column not in columns]


def _text(content: bytes, rows: Sequence[Row]) -> bytes:
    """The list with its first line longer where columns are missing, and the rows at its end."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252", "replace"), "utf-8-sig"
    lines = io.StringIO(text, newline="").readlines()
    place = next(number for number, line in enumerate(lines) if line.strip())
    ending = "\r\n" if lines[place].endswith("\r\n") else "\n"
    heading = lines[place].rstrip("\r\n")
    sign = max(_DELIMITERS, key=lambda one: len(next(csv.reader([heading], delimiter=one), [])))
    columns = [_agreed(cell) for cell in next(csv.reader([heading], delimiter=sign))]
    more = _missing(columns, rows)
    lines[place] = sign.join((heading, *more)) + ending
    if not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ending
    written = io.StringIO()
    csv.writer(written, delimiter=sign, lineterminator=ending).writerows(_cells(row, (*columns, *more)) for row in rows)
    return ("".join(lines) + written.getvalue()).encode(encoding)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _agreed(heading: str) -> str:
    """The heading as the list's columns are called: `Actor group` is `actor_group`."""
    folded = "".join(heading.split()).replace("_", "").replace("-", "").casefold()
    return next((column for column in COLUMNS if column.replace("_", "") == folded), "")


def _workbook(content: bytes, rows: Sequence[Row]) -> bytes:
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    heading = next(line for line in sheet.iter_rows() if any(cell.value for cell in line))
    filled = [cell for cell in heading if cell.value]
    columns = {_agreed(str(cell.value)): int(cell.column or 1) for cell in filled}
    for column in _missing(list(columns), rows):
        columns[column] = max(columns.values()) + 1
        sheet.cell(int(heading[0].row or 1), columns[column], column)
    for row in rows:
        line = sheet.max_row + 1
        for column, cell in zip(COLUMNS, _cells(row, COLUMNS), strict=True):
            if cell:
                sheet.cell(line, columns[column], cell).data_type = "s"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
