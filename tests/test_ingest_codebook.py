"""The codebook: the tree that its rows make, and what is refused because it could be understood in two ways."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from themes import shipped
from themes.domain import Code, Codebook, CodeId, Problem, Severity
from themes.errors import CodebookError
from themes.ingest.codebook import HEADINGS, read_codebook


def write_workbook(path: Path, *rows: tuple[object, ...]) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(list(row))
    workbook.save(path)


def read(folder: Path, content: str) -> tuple[Codebook, tuple[Problem, ...]]:
    (folder / "codebook.csv").write_text(content, encoding="utf-8")
    return read_codebook(folder)


def ids(codebook: Codebook) -> list[str]:
    return [code.id for code in codebook.codes]


def refusal(folder: Path, content: str) -> CodebookError:
    with pytest.raises(CodebookError) as caught:
        read(folder, content)
    assert caught.value.remedy.endswith(".")
    return caught.value


def test_a_full_row_is_read_cell_by_cell(tmp_path: Path) -> None:
    content = (
        "code,parent,definition,use_when,not_when,examples\n"
        "Care,,Of the clinic.,,,\n"
        "Goals,Care,What is to be reached.,For targets.,Not for success.,"
        '"The stairs, first. | Then ""home"".|| now | "\n'
    )
    codebook, problems = read(tmp_path, content)
    assert codebook.codes == (
        Code(CodeId("Care"), "Care", None, "Of the clinic."),
        Code(
            CodeId("Care / Goals"),
            "Goals",
            CodeId("Care"),
            "What is to be reached.",
            "For targets.",
            "Not for success.",
            ("The stairs, first.", 'Then "home".|| now'),
        ),
    )
    assert problems == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("code\nB\nA\n", ["B", "A"], id="no parents"),
        pytest.param("code,parent\nB,A\nC,A\nA,\n", ["A / B", "A / C", "A"], id="parent after its children"),
        pytest.param("code,parent\nA,\nB,a\nC,A / B\n", ["A", "A / B", "A / B / C"], id="parent by path"),
        pytest.param("code,parent\nC,B\nB,A\nA,\n", ["A / B / C", "A / B", "A"], id="three levels"),
        pytest.param(
            "code,parent\nA,\nB,\nOther,A\nOther,B\nX,B / Other\n",
            ["A", "B", "A / Other", "B / Other", "B / Other / X"],
            id="one name under two parents",
        ),
        pytest.param("code,parent\nA,\nA,A\n", ["A", "A / A"], id="a code named as its parent"),
        pytest.param("path\nA / B\nA > C\n", ["A", "A / B", "A / C"], id="parents that only paths name"),
        pytest.param("path\nA / B / C\nA / D\n", ["A", "A / B", "A / B / C", "A / D"], id="two levels only named"),
        pytest.param(
            "path\na / B\nC\nA\n", ["A / B", "C", "A"], id="the parent's own row decides its place and spelling"
        ),
        pytest.param(
            "path,code,parent\nA / B,,\nA / C,,\n,D,B\n,E,A\n",
            ["A", "A / B", "A / C", "A / B / D", "A / E"],
            id="both ways",
        ),
        pytest.param("path,code,parent\nA / B,B,A\n", ["A", "A / B"], id="path, code and parent that agree"),
        pytest.param("code\nand/or\nR&D > 3\n", ["and/or", "R&D > 3"], id="slash without blanks, arrow in a name"),
        pytest.param("code,parent\n  A   b ,\nC,A b\n\n", ["A b", "A b / C"], id="blanks"),
    ],
)
def test_codes_stand_in_the_order_of_the_file_under_their_parents(
    tmp_path: Path, content: str, expected: list[str]
) -> None:
    codebook, _ = read(tmp_path, content)
    assert ids(codebook) == expected
    assert all(code.parent is None or code.parent in expected for code in codebook.codes)
    assert all(code.id == (f"{code.parent} / {code.name}" if code.parent else code.name) for code in codebook.codes)


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_synonym_of_a_heading_is_understood(tmp_path: Path, heading: str) -> None:
    column = HEADINGS[heading]
    content = f"{heading.replace(' ', '_').upper()}\nX\n" if column == "code" else f"code,{heading}\nX,X\nX,\n"
    if column == "path":
        content = f"{heading}\nX\n"
    elif column == "parent":
        content = f"code,{heading}\nX,\nY,X\n"
    elif column != "code":
        content = f"code,{heading}\nX,told\n"
        codebook, _ = read(tmp_path, content)
        assert getattr(codebook.codes[0], column) in ("told", ("told",))
        return
    codebook, _ = read(tmp_path, content)
    assert ids(codebook)[0] == "X"


def test_a_codebook_is_read_from_a_workbook(tmp_path: Path) -> None:
    rows = (("Code name", "Description"), ("Goals", "What is to be reached."), (2014, "A year."))
    write_workbook(tmp_path / "codebook.xlsx", *rows)
    codebook, problems = read_codebook(tmp_path)
    assert [(code.id, code.definition) for code in codebook.codes] == [
        ("Goals", "What is to be reached."),
        ("2014", "A year."),
    ]
    assert problems == ()


@pytest.mark.parametrize(
    ("content", "problem", "where"),
    [
        pytest.param(
            "code,parent\nA,\nB,A\nb,A\n", 'The code "A / b" is there twice.', "codebook.csv, rows 3, 4", id="twice"
        ),
        pytest.param("path\nA / B\nA > B\n", "is there twice", "codebook.csv, rows 2, 3", id="twice by path"),
        pytest.param(
            "code,parent\nUse of force,\nB,Use of foce\n",
            'The parent "Use of foce" of "B" is no code. The nearest is "Use of force".',
            "codebook.csv, row 3",
            id="no such parent",
        ),
        pytest.param(
            "code,parent\nA,\nB,A\nC,X / B\n",
            'The parent "X / B" of "C" is no code.',
            "codebook.csv, row 4",
            id="no path",
        ),
        pytest.param("code,parent\nA,\nB,X / A\n", '"X / A" of "B" is no code', "codebook.csv, row 3", id="no top"),
        pytest.param(
            "code,parent\nA,C\nB,A\nC,B\nD,C\n",
            'in a circle: "A" in "C" in "B" in "A".',
            "codebook.csv, rows 2, 3, 4",
            id="circle",
        ),
        pytest.param("code,parent\nA,A\n", 'in a circle: "A" in "A".', "codebook.csv, row 2", id="its own parent"),
        pytest.param(
            "code,parent\nA,\nB,\nOther,A\nOther,B\nX,Other\n",
            '"Other", the parent of "X" in row 6, is the name of several codes.',
            "codebook.csv, rows 4, 5",
            id="parent of two meanings",
        ),
        pytest.param("code,definition\n,Told.\n", "The code has no name.", "codebook.csv, row 2", id="no name"),
        pytest.param(
            'code,definition\nA,"one\ntwo"\n,x\n',
            "The code has no name.",
            "codebook.csv, row 4",
            id="row after a long cell",
        ),
        pytest.param(
            "path\nA / / B\n", 'The path "A / / B" has an empty level.', "codebook.csv, row 2", id="empty level"
        ),
        pytest.param("path\nA /\n", "has an empty level", "codebook.csv, row 2", id="empty last level"),
        pytest.param("code\nA / B\n", 'The name "A / B" holds " / "', "codebook.csv, row 2", id="path in a name"),
        pytest.param("code\n/ A\n", 'The name "/ A" holds " / "', "codebook.csv, row 2", id="half a path in a name"),
        pytest.param(
            "path,code\nA / B,C\n",
            'The path "A / B" and the code "C" do not agree.',
            "codebook.csv, row 2",
            id="path, code",
        ),
        pytest.param(
            "path,parent\nA / B,C\n",
            'The path "A / B" and the parent "C" do not agree.',
            "codebook.csv, row 2",
            id="path, parent",
        ),
        pytest.param(
            "code,defintion\nA,B\n",
            'There is no column "defintion". The nearest is "definition".',
            "codebook.csv, row 1",
            id="unknown column",
        ),
        pytest.param(
            "code,name\nA,B\n", 'Two columns say "code".', "codebook.csv, row 1", id="two columns of one meaning"
        ),
        pytest.param("definition\nA\n", 'There is no column "code".', "codebook.csv, row 1", id="no code"),
        pytest.param("code,definition\nA,one, two\n", "more cells than", "codebook.csv, row 2", id="comma too many"),
        pytest.param(
            'code,definition\nA,"one\nB,two\n', "never closed", "codebook.csv, row 2", id="open quotation mark"
        ),
    ],
)
def test_what_could_mean_two_things_is_refused_with_its_row(
    tmp_path: Path, content: str, problem: str, where: str
) -> None:
    caught = refusal(tmp_path, content)
    assert problem in caught.problem
    assert caught.where == where


def test_without_a_codebook_a_warning_says_what_is_lost(tmp_path: Path) -> None:
    codebook, (problem,) = read_codebook(tmp_path)
    assert codebook == Codebook()
    assert problem.severity is Severity.WARNING
    assert "no code is suggested" in problem.problem


def test_a_codebook_without_rows_is_told_as_one_without_codes(tmp_path: Path) -> None:
    codebook, (problem,) = read(tmp_path, "code,definition\n\n,\n")
    assert codebook == Codebook()
    assert problem.problem.startswith("The codebook holds no code.")


def test_two_codebooks_are_refused(tmp_path: Path) -> None:
    write_workbook(tmp_path / "Codebook.xlsx")
    assert "Codebook.xlsx and codebook.csv" in refusal(tmp_path, "code\nA\n").problem


def test_codes_without_definition_are_counted_in_one_warning(tmp_path: Path) -> None:
    content = "code,parent,definition\nTop,,\nA,Top,\nB,Top,Told.\nC,Top,\nD,,\nE,,\nF,,\nG,,\n"
    _, problems = read(tmp_path, content)
    (problem,) = problems
    assert problem.problem == ('6 of 7 codes have no definition: "Top / A", "Top / C", "D", "E", "F" and 1 more.')
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("path", "assignable"),
    [
        pytest.param(shipped.configs() / "codebook-example.csv", 6, id="example"),
        pytest.param(shipped.demo() / "codebook.csv", 16, id="demo"),
    ],
)
def test_the_shipped_codebooks_have_no_problems(tmp_path: Path, path: Path, assignable: int) -> None:
    codebook, problems = read(tmp_path, path.read_text(encoding="utf-8"))
    assert problems == ()
    assert len(codebook.assignable) == assignable
    assert all(len(code.examples) >= 2 for code in codebook.assignable)


NAMES = st.text(alphabet="abcé /", min_size=1, max_size=6).filter(lambda name: name == " ".join(name.split()))


@given(
    paths=st.lists(st.lists(NAMES.filter(lambda name: "/" not in name), min_size=1, max_size=4).map(tuple), unique=True)
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_tree_written_as_paths_comes_back_as_it_was(tmp_path: Path, paths: list[tuple[str, ...]]) -> None:
    written = [" / ".join(path) for path in paths]
    codebook, _ = read(tmp_path, "path\n" + "".join(f'"{path}"\n' for path in written))
    found = ids(codebook)
    assert [code for code in found if code in written] == written
    assert set(found) == {" / ".join(path[:depth]) for path in paths for depth in range(1, len(path) + 1)}


@given(rows=st.lists(st.tuples(NAMES | st.just(""), NAMES | st.just("")), max_size=7))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_and_parents_make_a_tree_or_are_refused_with_a_row(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([("code", "parent"), *rows])
    found: list[str] = []
    where = "no row"
    try:
        found = ids(read(tmp_path, table.getvalue())[0])
    except CodebookError as caught:
        where = caught.where
    assert found or where.startswith("codebook.csv, row") or not any(name or parent for name, parent in rows)
    assert len(set(found)) == len(found)
    assert all(" / " not in code or code.rsplit(" / ", maxsplit=1)[0] in found for code in found)


def test_a_parent_at_the_top_is_meant_where_a_nested_code_has_its_name_too(tmp_path: Path) -> None:
    codebook, _ = read(
        tmp_path, "code,parent\nHuman Rights,\nMainstreaming,\nHuman rights,Mainstreaming\nMonitoring,Human Rights\n"
    )
    assert ids(codebook)[-1] == "Human Rights / Monitoring"
