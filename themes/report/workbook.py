"""The tables as one workbook for a spreadsheet program: a sheet for each, the dictionary last, the same bytes again."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from themes.domain import fitting
from themes.report.dictionary import Kind
from themes.report.tables import Cell, Table, as_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_NARROWEST, _WIDEST = 8, 60
_LOOKED_AT = 200
"""Rows that decide how wide a column is."""

_WHEN = datetime(1980, 1, 1)  # noqa: DTZ001  # the zip format begins there and knows no zone
"""What the file says of when it was made."""


def workbook(tables: Mapping[str, Table]) -> bytes:
    """An .xlsx with a sheet for each table, under its name: the first row stays in sight and can be filtered by.

    Numbers are numbers, true and false are these, and all else is text that no program takes for a formula or a link.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:  # else interviews would lie in a temporary folder for a while
        book.set_properties({"created": _WHEN})
        for name, table in tables.items():
            _sheet(book, name, table)
    return out.getvalue()


def _sheet(book: Workbook, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    for place, width in enumerate(_widths(table)):
        sheet.set_column(place, place, width)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    bold = book.add_format({"bold": True})
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column, bold)
    write = {str: sheet.write_string, bool: sheet.write_boolean, int: sheet.write_number, float: sheet.write_number}
    for number, row in enumerate(_written(table), start=1):
        for place, value in enumerate(row):
            if value is not None:
                write[type(value)](number, place, value)


def _written(table: Table) -> Iterator[list[str | float | None]]:
    kinds = [column.kind for column in table.entry.columns]
    return ([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows)


def _cell(value: Cell, kind: Kind) -> str | float | None:
    """What stands in the cell. A text of nothing is an empty cell, as in the .csv."""
    if kind in (Kind.TEXT, Kind.LIST):
        return fitting(as_text(value, kind)) or None
    if kind is Kind.SHARE and isinstance(value, (int, float)):
        return round(value, 4) + 0.0 if math.isfinite(value) else None
    return value if isinstance(value, (bool, int)) else None


def _widths(table: Table) -> Iterator[int]:
    """How wide each column is: as its longest cell among the first rows, within bounds."""
    for place, name in enumerate(table.columns):
        kind = table.entry.columns[place].kind
        longest = max((len(as_text(row[place], kind)) for row in table.rows[:_LOOKED_AT]), default=0)
        yield min(max(longest + 2, len(name) + 4, _NARROWEST), _WIDEST)
