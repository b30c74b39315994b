"""A table as Parquet: each column of the type that the dictionary says."""

from __future__ import annotations

import io
from typing import Any

from themes.report.dictionary import Kind
from themes.report.tables import Cell, Table, as_text


def parquet(table: Table) -> bytes:
    """The table as a Parquet file: the cells of the .csv, typed.

    Text and lists are strings, written as in the .csv and empty where there is none; whole numbers are 64-bit, shares
    doubles of four decimals, and true or false are these; a number that is missing is null.
    """
    import pyarrow
    from pyarrow import parquet as files

    types = {Kind.WHOLE: pyarrow.int64(), Kind.SHARE: pyarrow.float64(), Kind.FLAG: pyarrow.bool_()}
    made = {
        column.name: pyarrow.array(
            [_value(row[place], column.kind) for row in table.rows], types.get(column.kind, pyarrow.string())
        )
        for place, column in enumerate(table.entry.columns)
    }
    out = io.BytesIO()
    files.write_table(pyarrow.table(made), out)
    return out.getvalue()


def _value(cell: Cell, kind: Kind) -> Any:
    if kind in (Kind.TEXT, Kind.LIST):
        return as_text(cell, kind).encode("utf-8", "replace").decode()
    if kind is Kind.SHARE:
        written = as_text(cell, kind)
        return float(written) if written else None
    return cell
