"""The tables as one workbook for a spreadsheet program: a sheet for each, the dictionary last, the same bytes again."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from themes.domain import harmless
from themes.report.dictionary import Kind
from themes.report.tables import Cell, Table, as_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Written
    from openpyxl.workbook import Workbook

LONGEST = 32_767
"""Characters in a cell, counted as UTF-16 does; a program would cut a longer one without a word."""

_CUT = " […]"
_NARROWEST, _WIDEST = 8, 60
_LOOKED_AT = 200
"""Rows that decide how wide a column is."""

_WHEN = datetime(1980, 1, 1)  # noqa: DTZ001  # the zip format begins there and knows no zone
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def workbook(tables: Mapping[str, Table]) -> bytes:
    """An .xlsx with a sheet for each table, under its name: the first row stays in sight and can be filtered by.

    Numbers are numbers, true and false are these, and all else is text that no program takes for a formula.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, table in tables.items():
        _sheet(book, name, table)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _sheet(book: Workbook, name: str, table: Table) -> None:
    from openpyxl.cell.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    bold = Font(bold=True)

    def cell(value: str | float, font: Font | None = None) -> Written:
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            made.data_type = "s"
        if font is not None:
            made.font = font
        return made

    sheet.append([cell(column, bold) for column in table.columns])
    for row in _written(table):
        sheet.append([None if value is None else cell(value) for value in row])


def _written(table: Table) -> Iterator[list[str | float | None]]:
    kinds = [column.kind for column in table.entry.columns]
    return ([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows)


def _cell(value: Cell, kind: Kind) -> str | float | None:
    """What stands in the cell. A text of nothing is an empty cell, as in the .csv."""
    if kind in (Kind.TEXT, Kind.LIST):
        return _fitting(as_text(value, kind)) or None
    if kind is Kind.SHARE:
        written = as_text(value, kind)
        return float(written) if written else None
    return value if isinstance(value, (bool, int)) else None


def _fitting(text: str) -> str:
    """The text without what no .xlsx can hold, cut where a cell ends; still no formula after that."""
    kept = harmless(_NOT_IN_XML.sub("", text))
    if len(kept.encode("utf-16-le")) // 2 <= LONGEST:
        return kept
    room = (LONGEST - len(_CUT)) * 2
    return kept.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _widths(table: Table) -> Iterator[int]:
    """How wide each column is: as its longest cell among the first rows, within bounds."""
    for place, name in enumerate(table.columns):
        kind = table.entry.columns[place].kind
        longest = max((len(as_text(row[place], kind)) for row in table.rows[:_LOOKED_AT]), default=0)
        yield min(max(longest + 2, len(name) + 4, _NARROWEST), _WIDEST)


def _timeless(made: bytes) -> bytes:
    """The workbook without the moment at which it was made, so that the same tables give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{_WHEN.isoformat()}Z".encode(), content)
            entry = zipfile.ZipInfo(name, _WHEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, content)
    return out.getvalue()
