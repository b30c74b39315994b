"""The tables as a workbook and as Parquet: the same cells as the .csv, no formula, the same bytes again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report_fiction import fiction
from themes import notebook
from themes.domain import LONGEST_CELL as LONGEST
from themes.domain import harmless
from themes.report import Material, tables, write
from themes.report.dictionary import Column, Entry, Kind
from themes.report.parquet import parquet
from themes.report.tables import Table, data_dictionary
from themes.report.workbook import workbook

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|"/c calc"!A1', '=HYPERLINK("http://x.example")')
KINDS = (Kind.TEXT, Kind.LIST, Kind.WHOLE, Kind.SHARE, Kind.FLAG)
ENTRY = Entry("odd", "A row.", tuple(Column(kind.name.lower(), kind, "What it says.") for kind in KINDS))
WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(FORMULAS)
ROWS = st.tuples(
    WORDS | st.none(),
    st.lists(WORDS.filter(lambda word: ";" not in word), min_size=1, max_size=3).map(tuple) | st.none(),
    st.integers(-(2**53), 2**53) | st.none(),
    st.floats(-1e6, 1e6) | st.none(),
    st.booleans(),
)


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


def sheets(made: bytes) -> dict[str, list[list[Any]]]:
    """Each sheet of a workbook, its rows as a program reads them."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(made))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_workbook_has_a_sheet_for_each_table_and_one_for_the_dictionary(material: Material) -> None:
    made = {**tables(material), "data-dictionary": data_dictionary()}
    found = sheets(workbook(made))
    assert list(found) == list(made)
    for name, table in made.items():
        head, *rows = found[name]
        assert tuple(head) == table.columns
        assert len(rows) == len(table.rows), name


def test_a_number_is_a_number_in_the_workbook_and_a_share_has_four_decimals(material: Material) -> None:
    table = tables(material)["themes"]
    rows = sheets(workbook({"themes": table}))["themes"][1:]
    size, share = table.columns.index("size"), table.columns.index("share_of_segments")
    assert [row[size] for row in rows] == [row[size] for row in table.rows]
    assert [row[share] for row in rows] == [round(row[share], 4) for row in table.rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_program_takes_a_text_for_a_formula(text: str) -> None:
    table = Table(ENTRY, ((text, (text, "b"), 1, 0.5, True), (f"\x00{text}", ("\x01", text), 1, 0.5, True)))
    for row in csv.reader(io.StringIO(table.csv(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    made = workbook({"odd": table})
    for row in sheets(made)["odd"][1:]:
        assert not any(str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        content = b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name)
    assert not re.search(rb"<f[ >]|t=\"str\"", content)


def test_what_a_sheet_cannot_hold_is_left_out_and_what_is_too_long_is_cut() -> None:
    long = "\U0001f600" * LONGEST
    text, cut = sheets(workbook({"odd": Table(ENTRY, (("a\x0bb\ud800c", (long,), 1, 1.0, False),))}))["odd"][1][:2]
    assert text == "abc"
    assert cut.endswith("\U0001f600 […]")
    assert LONGEST - 2 <= len(cut.encode("utf-16-le")) // 2 <= LONGEST


def test_the_same_tables_give_the_same_bytes_whatever_the_clock_says(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = workbook(tables(material))
    with zipfile.ZipFile(io.BytesIO(before)) as parts:
        assert {entry.date_time[:2] for entry in parts.infolist()} == {(1980, 1)}
        assert parts.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert workbook(tables(material)) == before
    assert parquet(tables(material)["themes"]) == parquet(tables(material)["themes"])


def test_the_head_of_a_sheet_stays_in_sight_and_columns_are_wide_enough(material: Material) -> None:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(workbook(tables(material))))["prevalence"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.dimensions.split(':')[1]}"
    assert all(8 <= column.width <= 60 for column in sheet.column_dimensions.values())
    assert sheet.column_dimensions["B"].width > 30


def test_parquet_has_the_types_that_the_dictionary_says(material: Material) -> None:
    from pyarrow import parquet as files

    types = {Kind.WHOLE: "int64", Kind.SHARE: "double", Kind.FLAG: "bool", Kind.TEXT: "string", Kind.LIST: "string"}
    for name, table in tables(material).items():
        schema = files.read_schema(io.BytesIO(parquet(table)))
        assert schema.names == list(table.columns), name
        assert [str(kind) for kind in schema.types] == [types[column.kind] for column in table.entry.columns], name


def test_parquet_reads_back_as_the_frame_that_a_notebook_gives(material: Material, tmp_path: Path) -> None:
    import pandas as pd

    write(material, tmp_path / "report")
    for name in notebook.TABLES:
        frame = notebook.table(tmp_path, name)
        again = pd.read_parquet(tmp_path / "report" / "tables" / f"{name}.parquet")
        rows = len(tables(material)[name].rows)
        assert len(again) == rows
        pd.testing.assert_frame_equal(again, frame, check_exact=True, check_dtype=rows > 0)


@given(st.lists(ROWS, min_size=1, max_size=6))
def test_whatever_stands_in_a_table_reads_back_from_parquet_as_it_stands_in_the_csv(
    rows: list[tuple[Any, ...]],
) -> None:
    from pyarrow import parquet as files

    found = files.read_table(io.BytesIO(parquet(Table(ENTRY, tuple(rows))))).to_pylist()
    for row, again in zip(rows, found, strict=True):
        text, words, whole, share, flag = row
        assert again["text"] == harmless(text or "")
        assert again["list"] == harmless("; ".join(words or ()))
        assert (again["whole"], again["flag"]) == (whole, flag)
        assert again["share"] == (None if share is None else pytest.approx(share, abs=5.1e-5))


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_whatever_stands_in_a_table_makes_a_workbook_that_opens(rows: list[tuple[Any, ...]]) -> None:
    found = sheets(workbook({"odd": Table(ENTRY, tuple(rows))}))["odd"]
    assert len(found) == len(rows) + 1
    assert [row[4] for row in found[1:]] == [row[4] for row in rows]
