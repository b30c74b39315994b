"""The list of sources: what a row may say, and what becomes of a row with a mistake."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from themes.domain import Mission, Period, Problem, Severity, SourceKind, SourceRow, Study, Tier
from themes.errors import SourcesError
from themes.ingest.sources import COLUMNS, read_sources

MALI = Mission(
    "MINUSMA",
    "Mali",
    periods=(Period("stabilisation", "MINUSMA", date(2013, 4, 25), date(2016, 6, 28)),),
)
CONGO = Mission("MONUSCO", "DRC", periods=(Period("intervention brigade", "MONUSCO", date(2013, 3, 28)),))
GROUPS = ("UN / Headquarters", "UN / Mission", "Host state")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "transcripts").mkdir()
    for name in ("a.txt", "b.txt", "focus.txt"):
        (tmp_path / "transcripts" / name).write_text("P01: Yes.", encoding="utf-8")
    return tmp_path


def study_in(folder: Path, groups: tuple[str, ...] = GROUPS) -> Study:
    names = {"HQ": "UN / Headquarters"}
    return Study(folder=folder, title="T", actor_groups=groups, group_names=names, missions=(MALI, CONGO))


def read(folder: Path, content: str | bytes) -> tuple[tuple[SourceRow, ...], tuple[Problem, ...]]:
    """The rows of a sources.csv with this content; the files that it leaves unlisted are not of interest."""
    (folder / "sources.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, problems = read_sources(study_in(folder))
    return rows, tuple(problem for problem in problems if not problem.problem.startswith("No row lists"))


def read_row(folder: Path, **cells: str) -> tuple[SourceRow, tuple[Problem, ...]]:
    """The one row with these cells."""
    table = io.StringIO()
    writer = csv.DictWriter(table, ["file", "kind", *(name for name in cells if name not in ("file", "kind"))])
    writer.writeheader()
    writer.writerow({"file": "transcripts/a.txt", "kind": "interview"} | cells)
    (row,), problems = read(folder, table.getvalue())
    return row, problems


def write_workbook(folder: Path, *rows: tuple[object, ...]) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(list(row))
    workbook.save(folder / "sources.xlsx")


# --- what a row may say ---


def test_a_full_row_is_read_cell_by_cell(folder: Path) -> None:
    row, problems = read_row(
        folder,
        kind="Focus_Group",
        id="mali-1",
        title="First, in Bamako",
        speaker="A1",
        pseudonym="P01",
        actor_group="UN / Mission",
        mission="MINUSMA; monusco",
        date="2014-05-31",
        period="stabilisation; MONUSCO: Intervention Brigade",
        language="fr",
        tier="Not for quotation",
    )
    assert problems == ()
    assert row == SourceRow(
        row=2,
        file="transcripts/a.txt",
        kind=SourceKind.FOCUS_GROUP,
        id="mali-1",
        title="First, in Bamako",
        speaker="A1",
        pseudonym="P01",
        actor_group="UN / Mission",
        missions=("MINUSMA", "MONUSCO"),
        day=date(2014, 5, 31),
        periods=("stabilisation", "MONUSCO: intervention brigade"),
        language="fr",
        tier=Tier.NOT_FOR_QUOTATION,
    )


def test_file_and_kind_are_enough(folder: Path) -> None:
    rows, problems = read(folder, "file,kind\ntranscripts/a.txt,interview\n")
    assert rows == (SourceRow(row=2, file="transcripts/a.txt", kind=SourceKind.INTERVIEW),)
    assert problems == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("file,kind,title\ntranscripts/a.txt,interview,Été à Goma\n".encode(), id="comma, UTF-8"),
        pytest.param("file;kind;title\r\ntranscripts/a.txt;interview;Été à Goma\r\n".encode(), id="semicolon, CRLF"),
        pytest.param("file\tkind\ttitle\ntranscripts/a.txt\tinterview\tÉté à Goma".encode(), id="tab"),
        pytest.param("file,kind,title\rtranscripts/a.txt,interview,Été à Goma\r".encode(), id="CR alone"),
        pytest.param("file,kind,title\ntranscripts/a.txt,interview,Été à Goma\n".encode("utf-8-sig"), id="mark"),
        pytest.param("file;kind;title\ntranscripts/a.txt;interview;Été à Goma\n".encode("cp1252"), id="Windows-1252"),
        pytest.param("file\tkind\ttitle\ntranscripts/a.txt\tinterview\tÉté à Goma\n".encode("utf-16"), id="UTF-16"),
        pytest.param(
            "File, Kind ,TITLE,,\ntranscripts\\a.txt,Interview , Été à Goma,,\n".encode(), id="as people type"
        ),
    ],
)
def test_a_list_is_read_however_the_spreadsheet_saved_it(folder: Path, content: bytes) -> None:
    rows, problems = read(folder, content)
    assert rows == (SourceRow(row=2, file="transcripts/a.txt", kind=SourceKind.INTERVIEW, title="Été à Goma"),)
    assert problems == ()


def test_a_workbook_gives_dates_and_numbers_as_they_look_and_the_sheet_row(folder: Path) -> None:
    write_workbook(
        folder,
        ("file", "kind", "date", "pseudonym", "actor group"),
        (),
        ("transcripts/a.txt", "interview", datetime(2014, 5, 31), 7, None),  # noqa: DTZ001 - as Excel has it
        ("transcripts/b.txt", "interview", 2014, 8.5, "HQ"),
    )
    rows, problems = read_sources(study_in(folder))
    assert [(row.row, row.day, row.pseudonym, row.actor_group) for row in rows] == [
        (3, date(2014, 5, 31), "7", ""),
        (4, date(2014, 1, 1), "8.5", "UN / Headquarters"),
    ]
    assert [problem.where for problem in problems] == ["sources.xlsx, row 4", "sources.xlsx"]


def test_a_workbook_that_states_a_wrong_extent_is_read_to_its_end(folder: Path) -> None:
    write_workbook(folder, ("file", "kind"), ("transcripts/a.txt", "interview"), ("transcripts/b.txt", "interview"))
    path = folder / "sources.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    rows, _ = read_sources(study_in(folder))
    assert [row.file for row in rows] == ["transcripts/a.txt", "transcripts/b.txt"]


def test_rows_keep_the_line_numbers_of_the_file_across_long_cells_and_empty_lines(folder: Path) -> None:
    content = 'file,kind,title\n\ntranscripts/a.txt,interview,"one\ntwo\nthree"\n\ntranscripts/b.txt,interview,B\n'
    rows, _ = read(folder, content)
    assert [(row.row, row.title) for row in rows] == [(3, "one\ntwo\nthree"), (7, "B")]


def test_a_row_that_begins_with_a_hash_and_a_blank_is_a_remark(folder: Path) -> None:
    (folder / "#1.txt").write_text("P01: Yes.", encoding="utf-8")
    rows, problems = read(folder, "file,kind\n# an example, with commas, and more,interview\n#1.txt,interview\n")
    assert [row.file for row in rows] == ["#1.txt"]
    assert problems == ()


def test_a_file_name_with_an_accent_is_found_however_the_accent_is_written(folder: Path) -> None:
    on_disk = unicodedata.normalize("NFD", "transcripts/été.txt")
    (folder / on_disk).write_text("P01: Oui.", encoding="utf-8")
    row, problems = read_row(folder, file=unicodedata.normalize("NFC", "transcripts/été.txt"))
    assert row.file == on_disk
    assert problems == ()


def test_the_voices_of_a_focus_group_take_the_kind_of_their_file(folder: Path) -> None:
    first = "file,kind,id,speaker\ntranscripts/focus.txt,focus group,f,\n"
    content = f"{first}transcripts/focus.txt,,f,A\ntranscripts/focus.txt,,f,B\n"
    rows, problems = read(folder, content)
    assert [(row.kind, row.id, row.speaker) for row in rows] == [
        (SourceKind.FOCUS_GROUP, "f", ""),
        (SourceKind.FOCUS_GROUP, "f", "A"),
        (SourceKind.FOCUS_GROUP, "f", "B"),
    ]
    assert problems == ()


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        pytest.param("UN / Mission", "UN / Mission", id="as listed"),
        pytest.param("un/mission", "UN / Mission", id="without blanks"),
        pytest.param("UN > Mission", "UN / Mission", id="with an arrow"),
        pytest.param("UN", "UN", id="the level above"),
        pytest.param("hq", "UN / Headquarters", id="its name in tables"),
        pytest.param("Unspecified", "unspecified", id="unspecified"),
        pytest.param("", "", id="empty"),
    ],
)
def test_an_actor_group_is_found_by_its_path_a_level_above_or_its_name_in_tables(
    folder: Path, cell: str, group: str
) -> None:
    row, problems = read_row(folder, actor_group=cell)
    assert (row.actor_group, problems) == (group, ())


def test_any_actor_group_is_taken_where_the_study_lists_none(folder: Path) -> None:
    (folder / "sources.csv").write_text("file,kind,actor_group\ntranscripts/a.txt,interview,Nurses\n", encoding="utf-8")
    rows, _ = read_sources(study_in(folder, groups=()))
    assert rows[0].actor_group == "Nurses"


@pytest.mark.parametrize(
    ("cell", "day", "said"),
    [
        pytest.param("2014-05-31", date(2014, 5, 31), None, id="day"),
        pytest.param("2014-05-31T10:00:00", date(2014, 5, 31), None, id="with the time"),
        pytest.param("2014-05", date(2014, 5, 1), '"2014-05" is taken as 2014-05-01.', id="month"),
        pytest.param("2014", date(2014, 1, 1), '"2014" is taken as 2014-01-01.', id="year"),
        pytest.param("31.05.2014", None, '"31.05.2014" is no date', id="other order"),
        pytest.param("2014-02-30", None, '"2014-02-30" is no date', id="no such day"),
        pytest.param("May 2014", None, '"May 2014" is no date', id="words"),
        pytest.param("0000", None, '"0000" is no date', id="no such year"),
    ],
)
def test_a_date_is_read_or_said_not_to_be_one(folder: Path, cell: str, day: date | None, said: str | None) -> None:
    row, problems = read_row(folder, date=cell)
    assert row.day == day
    assert [said in problem.problem for problem in problems if said] == ([True] if said else [])
    assert {problem.severity for problem in problems} <= {Severity.WARNING}


# --- rows with a mistake ---


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        pytest.param({"file": ""}, "No file is named.", id="no file"),
        pytest.param({"file": "transcripts/aa.txt"}, "The nearest is transcripts/a.txt.", id="misspelt file"),
        pytest.param({"file": "A.TXT"}, "The nearest is transcripts/a.txt.", id="folder forgotten"),
        pytest.param({"file": "transcripts"}, "There is no file transcripts in", id="a folder"),
        pytest.param({"file": "../a.txt"}, "lies outside the study folder", id="above"),
        pytest.param({"file": "transcripts/../../a.txt"}, "lies outside the study folder", id="above by a detour"),
        pytest.param({"file": "/etc/hostname"}, "lies outside the study folder", id="absolute"),
        pytest.param({"file": "C:\\talks\\a.txt"}, "lies outside the study folder", id="absolute on Windows"),
        pytest.param({"file": "x" * 5000}, "There is no file", id="longer than a disk allows"),
        pytest.param({"file": "a\0b"}, "There is no file", id="zero byte"),
        pytest.param({"kind": "intervew"}, 'no kind "intervew". The nearest is "interview".', id="unknown kind"),
        pytest.param({"kind": ""}, "No kind is given.", id="no kind"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_the_others_are_read(
    folder: Path, cells: dict[str, str], problem: str
) -> None:
    row = {"file": "transcripts/a.txt", "kind": "interview"} | cells
    rows, problems = read(folder, f"file,kind\n{row['file']},{row['kind']}\ntranscripts/b.txt,interview\n")
    assert [row.file for row in rows] == ["transcripts/b.txt"]
    (found,) = problems
    assert (found.severity, found.where) == (Severity.ERROR, "sources.csv, row 2")
    assert problem in found.problem
    assert found.problem.endswith("The row is left out.")


def test_a_link_that_leads_out_of_the_study_folder_is_refused(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-outside.txt"
    outside.write_text("secret", encoding="utf-8")
    (folder / "transcripts" / "link.txt").symlink_to(outside)
    rows, problems = read(folder, "file,kind\ntranscripts/link.txt,interview\n")
    assert rows == ()
    assert "lies outside the study folder" in problems[0].problem


def test_a_row_with_a_comma_too_many_is_left_out_since_its_cells_have_moved(folder: Path) -> None:
    content = (
        "file,kind,title,tier\ntranscripts/a.txt,interview,Goma, 2014,named\ntranscripts/b.txt,interview,B,named\n"
    )
    rows, problems = read(folder, content)
    assert [row.file for row in rows] == ["transcripts/b.txt"]
    assert problems[0].where == "sources.csv, row 2"
    assert "more cells than there are headings" in problems[0].problem


def test_a_quotation_mark_that_is_never_closed_swallows_no_row_in_silence(folder: Path) -> None:
    first = "file,kind,title\ntranscripts/a.txt,interview,A\n"
    content = f'{first}transcripts/b.txt,interview,"B\ntranscripts/focus.txt,interview,C\n'
    rows, problems = read(folder, content)
    assert [row.file for row in rows] == ["transcripts/a.txt"]
    assert [(problem.where, problem.severity) for problem in problems] == [("sources.csv, row 3", Severity.ERROR)]
    assert "never closed" in problems[0].problem


@pytest.mark.parametrize(
    ("cells", "problem", "kept"),
    [
        pytest.param(
            {"actor_group": "UN / Misson"}, 'The nearest is "UN / Mission".', {"actor_group": "unspecified"}, id="group"
        ),
        pytest.param(
            {"actor_group": "UN / Mission / Kidal"}, "counts as unspecified", {"actor_group": "unspecified"}, id="below"
        ),
        pytest.param(
            {"mission": "MINUSCA; MONUSCO"},
            'no mission "MINUSCA" in study.toml. The nearest is "MINUSMA".',
            {"missions": ("MONUSCO",)},
            id="mission",
        ),
        pytest.param(
            {"mission": "MONUSCO", "period": "stabilisation"},
            'no period "stabilisation" of MONUSCO',
            {"periods": ()},
            id="period of another mission",
        ),
        pytest.param(
            {"period": "MINUSMA: intervention brigade; stabilisation"},
            'no period "MINUSMA: intervention brigade"',
            {"periods": ("stabilisation",)},
            id="period under the wrong mission",
        ),
        pytest.param(
            {"tier": "not for qotation"},
            'The nearest is "not for quotation". The row counts as "not for quotation".',
            {"tier": Tier.NOT_FOR_QUOTATION},
            id="tier",
        ),
        pytest.param(
            {"tier": "open"}, 'counts as "not for quotation"', {"tier": Tier.NOT_FOR_QUOTATION}, id="strange tier"
        ),
    ],
)
def test_a_row_with_a_smaller_mistake_is_kept_with_a_warning(
    folder: Path, cells: dict[str, str], problem: str, kept: dict[str, object]
) -> None:
    row, problems = read_row(folder, **cells)
    assert {name: getattr(row, name) for name in kept} == kept
    assert [(found.severity, found.where) for found in problems] == [(Severity.WARNING, "sources.csv, row 2")]
    assert problem in problems[0].problem


def test_a_second_row_for_the_same_file_and_speaker_is_left_out(folder: Path) -> None:
    content = "file,kind,speaker,title\ntranscripts/a.txt,interview,,one\ntranscripts\\a.txt,interview,,two\n"
    rows, problems = read(folder, content)
    assert [row.title for row in rows] == ["one"]
    assert (problems[0].severity, problems[0].where) == (Severity.ERROR, "sources.csv, row 3")
    assert "Row 2 describes transcripts/a.txt already." in problems[0].problem


def test_a_speaker_is_the_same_in_capitals_and_without(folder: Path) -> None:
    content = "file,kind,speaker\ntranscripts/focus.txt,focus group,Anna\ntranscripts/focus.txt,,ANNA\n"
    rows, problems = read(folder, content)
    assert [row.speaker for row in rows] == ["Anna"]
    assert 'Row 2 describes "ANNA" in transcripts/focus.txt already.' in problems[0].problem


def test_two_kinds_for_one_file_are_told_and_the_first_counts(folder: Path) -> None:
    content = "file,kind,speaker\ntranscripts/focus.txt,focus group,\ntranscripts/focus.txt,interview,A\n"
    rows, problems = read(folder, content)
    assert {row.kind for row in rows} == {SourceKind.FOCUS_GROUP}
    assert 'earlier row "focus group", which counts' in problems[0].problem


def test_an_id_that_another_file_has_is_taken_away(folder: Path) -> None:
    rows, problems = read(folder, "file,kind,id\ntranscripts/a.txt,interview,x\ntranscripts/b.txt,interview,x\n")
    assert [row.id for row in rows] == ["x", ""]
    assert 'The id "x" is that of row 2 already' in problems[0].problem
    assert problems[0].where == "sources.csv, row 3"


def test_one_pseudonym_in_two_actor_groups_is_told_with_both_rows(folder: Path) -> None:
    content = (
        "file,kind,pseudonym,actor_group\ntranscripts/a.txt,interview,P01,UN / Mission\n"
        "transcripts/focus.txt,interview,P01,\ntranscripts/b.txt,interview,P01,Host state\n"
    )
    rows, problems = read(folder, content)
    assert len(rows) == 3
    assert [problem.problem for problem in problems] == [
        "P01 belongs to UN / Mission in row 2 and to Host state in row 4."
    ]


def test_files_that_no_row_lists_are_told_but_not_what_systems_leave_behind(folder: Path) -> None:
    (folder / "mandates" / "old").mkdir(parents=True)
    for name in ("mandates/old/r.txt", "transcripts/README.txt", "transcripts/.hidden", "transcripts/~$a.docx"):
        (folder / name).write_text("-", encoding="utf-8")
    (folder / "notes.txt").write_text("-", encoding="utf-8")
    (folder / "sources.csv").write_text(
        "file,kind\ntranscripts/a.txt,interview\ntranscripts/b.txt,nonsense\n", encoding="utf-8"
    )
    _, problems = read_sources(study_in(folder))
    assert [problem.problem for problem in problems if problem.where == "sources.csv"] == [
        "No row lists the file mandates/old/r.txt, so it is not read.",
        "No row lists the file transcripts/focus.txt, so it is not read.",
    ]


def test_problems_come_in_the_order_of_the_rows(folder: Path) -> None:
    content = (
        "file,kind,id\nno.txt,interview,\ntranscripts/a.txt,interview,x\ntranscripts/b.txt,interview,x\nno,interview,\n"
    )
    _, problems = read(folder, content)
    assert [problem.where[-1] for problem in problems] == ["2", "4", "5"]


# --- lists that are of no use ---


@pytest.mark.parametrize(
    ("content", "problem", "where"),
    [
        pytest.param(b"", "The file is empty.", "sources.csv", id="empty"),
        pytest.param(b"\n , ,\n", "The file is empty.", "sources.csv", id="blank"),
        pytest.param(b"kind,title\n", 'There is no column "file".', "sources.csv, row 1", id="no file"),
        pytest.param(b"file,title\n", 'There is no column "kind".', "sources.csv, row 1", id="no kind"),
        pytest.param(
            b"file,kind,tite\n", 'no column "tite". The nearest is "title".', "sources.csv, row 1", id="unknown column"
        ),
        pytest.param(b"file,kind,Kind\n", 'Two columns say "kind".', "sources.csv, row 1", id="column twice"),
        pytest.param(bytes(range(256)) * 8, "", "sources.csv", id="no text at all"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(folder: Path, content: bytes, problem: str, where: str) -> None:
    with pytest.raises(SourcesError) as caught:
        read(folder, content)
    assert problem in caught.value.problem
    assert caught.value.where.startswith(where)
    assert caught.value.remedy.endswith(".")


def test_a_folder_without_a_list_is_told_what_to_make(folder: Path) -> None:
    with pytest.raises(SourcesError, match="neither") as caught:
        read_sources(study_in(folder))
    assert "themes new" in caught.value.remedy
    assert ", ".join(COLUMNS) in caught.value.remedy


def test_two_lists_are_refused_since_nobody_could_say_which_counts(folder: Path) -> None:
    write_workbook(folder, ("file", "kind"))
    with pytest.raises(SourcesError, match=r"sources.csv and sources.xlsx"):
        read(folder, "file,kind\n")


def test_a_damaged_workbook_is_refused(folder: Path) -> None:
    (folder / "sources.xlsx").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(SourcesError, match="cannot be read as an Excel workbook") as caught:
        read_sources(study_in(folder))
    assert "without a password" in caught.value.remedy


@given(content=st.binary(max_size=200) | st.text(alphabet='fileknd,;\t\n\r"#a.x /\0é', max_size=80).map(str.encode))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_holds_it_is_read_or_refused_in_words(folder: Path, content: bytes) -> None:
    rows: tuple[SourceRow, ...] = ()
    remedies = []
    try:
        rows, problems = read(folder, b"file,kind,title\n" + content)
        remedies += [problem.remedy for problem in problems]
    except SourcesError as caught:
        remedies.append(caught.remedy)
    assert all(remedies)
    assert all(row.row > 1 and row.file.startswith("transcripts/") for row in rows)


def test_a_study_that_lists_no_missions_takes_any(folder: Path):
    (folder / "sources.csv").write_text("file,kind,mission\ntranscripts/a.txt,interview,Ward 7\n")
    rows, problems = read_sources(Study(folder=folder, title="T"))
    assert rows[0].missions == ("Ward 7",)
    assert not [problem for problem in problems if "mission" in problem.problem]
