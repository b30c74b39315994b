"""A project as tables, and as QualCoder reads it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from tests.exchanged_projects import damaged, projects
from themes.errors import ExchangeError
from themes.exchange import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Medium,
    Note,
    Selection,
    User,
    Value,
    Variable,
)
from themes.exchange.carrying import Form, carried
from themes.exchange.for_qualcoder import for_qualcoder, list_of_codes
from themes.exchange.refi_writing import qdpx, what_is_lost
from themes.exchange.sheets import Sheet, as_csv, paths, sheets, workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
PROJECT = Exchanged(
    "Study",
    users=(User("u1", "Ann"), User("u2", "", "ben")),
    codes=(ExchangedCode("c1", "Trust"), ExchangedCode("c2", "=Police", "c1", "In\nit", notes=("n1",))),
    variables=(Variable("v1", "Age", "Integer"),),
    cases=(Case("p1", "Amina", values=(Value("v1", "40"), Value("v1", "41")), sources=("s1",)),),
    sources=(
        ExchangedSource(
            "s1",
            "Interview 1",
            text="We trust\r\nthem.",
            user="u2",
            selections=(
                Selection(
                    "a1",
                    3,
                    8,
                    codings=(ExchangedCoding("k1", "c1", "u1", WHEN), ExchangedCoding("k2", "c2", "u2", notes=("n1",))),
                ),
            ),
            codings=(ExchangedCoding("k3", "c1"),),
            notes=("n2",),
        ),
    ),
    notes=(Note("n1", "About police", "Memo"), Note("n2", "Loud place", "Memo")),
)


def opened(content: bytes) -> Workbook:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content))


def table(name: str, project: Exchanged = PROJECT) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(sheets(project)[name]))))


def test_every_coding_has_a_row_with_its_words_its_code_and_its_coder() -> None:
    rows = [(row["start"], row["end"], row["text"], row["code"], row["coder"]) for row in table("codings")]
    assert rows == [
        ("", "", "", "Trust", "ben"),
        ("3", "8", "trust", "Trust", "Ann"),
        ("3", "8", "trust", "Trust / =Police", "ben"),
    ]


def test_selections_name_their_codes_and_cases_their_values() -> None:
    (selection,) = table("selections")
    assert selection["codes"] == "Trust; Trust / =Police"
    (case,) = table("cases")
    assert (case["name"], case["sources"], case["variable: Age"]) == ("Amina", "Interview 1", "40; 41")
    assert [row["about"] for row in table("notes")] == ["c2; k2", "s1"]


def test_what_a_program_would_take_for_a_formula_is_text_in_both_forms() -> None:
    assert [row["code"] for row in table("codes")] == ["Trust", "'=Police"]
    book = opened(workbook(sheets(PROJECT)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=Police" in {cell.value for cell in cells}


@few
@given(damaged())
def test_any_project_is_written_as_tables_and_read_again_row_for_row(project: Exchanged) -> None:
    made, _ = carried(project)
    tables = sheets(made)
    for sheet in tables.values():
        rows = list(csv.reader(io.StringIO(as_csv(sheet))))
        assert [len(row) for row in rows] == [len(sheet.columns)] * (len(sheet.rows) + 1)
        assert not any(re.match(r"[=+\-@\t\r]", cell) for row in rows for cell in row)
    content = workbook(tables)
    assert content == workbook(tables)
    book = opened(content)
    assert book.sheetnames == list(tables)


def test_a_cell_longer_than_a_workbook_can_hold_is_cut_and_says_so() -> None:
    book = opened(workbook({"long": Sheet(("a", "b"), (("\U0001f642" * 20_000, 3),))}))
    cut, number = (book["long"]["A2"].value, book["long"]["B2"].value)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert cut.endswith(" […]")
    assert number == 3


def test_a_table_with_more_rows_than_a_workbook_holds_is_refused_and_csv_is_named() -> None:
    with pytest.raises(ExchangeError, match=r"1,048,576 rows.* \.csv"):
        workbook({"long": Sheet(("a",), (("x",),) * 1_048_576)})


def test_the_path_of_a_code_stops_where_its_parents_go_in_a_circle_or_are_not_there() -> None:
    codes = (ExchangedCode("1", "a", "2"), ExchangedCode("2", "b", "1"), ExchangedCode("3", "c", "9"))
    assert paths(codes)["3"] == "c"
    assert set(paths(codes)) == {"1", "2", "3"}


def qualcoder_takes_all(project: Exchanged) -> None:
    """What its database and its importer ask for; the rest of the file is checked when it is written."""
    for parts in (project.codes, project.sources, project.notes, project.variables):
        names = Counter(part.name for part in parts)
        assert all(name and times == 1 for name, times in names.items())
    assert all(len(case.sources) == 1 for case in project.cases if not case.name)
    assert all(case.name or case.sources for case in project.cases)
    assert not any(part.notes for part in (*project.codes, *project.sources))
    assert all(note.created for note in project.notes)
    for source in project.sources:
        assert source.medium is Medium.TEXT
        assert source.text is not None
        assert not source.codings
        for selection in source.selections:
            assert selection.created
            assert {coding.user or selection.user for coding in selection.codings} <= {selection.user}


def codings_in_sources(project: Exchanged) -> Counter[tuple[str, str]]:
    places = [place for source in project.sources for place in (source, *source.selections)]
    return Counter((coding.code, coding.user) for place in places for coding in place.codings)


@few
@given(projects())
def test_what_is_written_for_qualcoder_it_can_read_and_is_still_sound(project: Exchanged) -> None:
    made, _ = for_qualcoder(project)
    qualcoder_takes_all(made)
    assert codings_in_sources(made) == codings_in_sources(project)
    assert qdpx(project, Form.QUALCODER)


@few
@given(damaged())
def test_what_qualcoder_cannot_read_does_not_stop_the_rest(project: Exchanged) -> None:
    qualcoder_takes_all(for_qualcoder(project)[0])
    assert qdpx(project, Form.QUALCODER)


def test_qualcoder_finds_each_coder_at_a_selection_of_their_own_with_the_notes_as_memo() -> None:
    made, _ = for_qualcoder(PROJECT)
    (source,) = made.sources
    assert source.description == "Loud place"
    assert [(one.start, one.end, one.user, one.description) for one in source.selections] == [
        (0, 15, "u2", ""),
        (3, 8, "u1", ""),
        (3, 8, "u2", "About police"),
    ]
    assert source.selections[1].created == WHEN
    assert made.codes[1].description == "In\nit\n\nAbout police"
    assert [note.name for note in made.notes] == ["Memo", "Memo (2)"]


def test_what_qualcoder_does_not_read_is_said() -> None:
    film = ExchangedSource("s2", "Film", Medium.VIDEO)
    project = replace(PROJECT, groups=(Group("g1", "Set", codes=("c1",)),), sources=(*PROJECT.sources, film))
    _, lost = for_qualcoder(project)
    assert {item.what: item.count for item in lost} == {
        "VariableValue": 1,
        "Source": 1,
        "name of Note": 1,
        "SourceRef of Case": 1,
        "Set": 1,
        "MemberCode": 1,
    }
    assert set(lost) <= set(what_is_lost(project, Form.QUALCODER))


@pytest.mark.parametrize(
    ("codes", "written"),
    [
        pytest.param(PROJECT.codes, "Trust\nTrust>>=Police\tIn it\n", id="a code in a code, with a memo"),
        pytest.param((ExchangedCode("1", "a>>b\tc\n"),), "a> >b c\n", id="signs that mean something else there"),
        pytest.param((ExchangedCode("1", "All", codable=False),), "", id="a code that only groups"),
    ],
)
def test_qualcoders_list_has_a_code_a_line(codes: tuple[ExchangedCode, ...], written: str) -> None:
    assert list_of_codes(codes) == written
