from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from themes.domain import ColumnMap, Mission, Period, SourceKind, SourceRow, Study, Tier, TurnRole
from themes.errors import ReadingError
from themes.ingest import IngestOptions, Reading, read

OPTIONS = IngestOptions(detect_language=False)
MALI = Mission("MINUSMA", periods=(Period("stabilisation", "MINUSMA", date(2013, 4, 25)),))


def reading(folder: Path, file: str, columns: ColumnMap | None, kind: SourceKind = SourceKind.STATEMENT) -> Reading:
    study = Study(
        folder,
        "A study",
        actor_groups=("Council / P5", "Host state"),
        group_names={"P5": "Council / P5"},
        missions=(MALI,),
        tables={file: columns} if columns else {},
    )
    return read(folder, [SourceRow(2, file, kind, title="From the list", actor_group="Host state")], study, OPTIONS)


def lines(folder: Path, *entries: object) -> str:
    text = "\n".join(json.dumps(entry) for entry in entries)
    (folder / "talks.jsonl").write_text(text, encoding="utf-8")
    return "talks.jsonl"


def test_each_row_without_an_id_column_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("Who;Answer\nP1;Yes; it did\n".replace("Yes; it", "Yes it"), encoding="utf-8")
    found = reading(tmp_path, "answers.csv", ColumnMap("Answer", pseudonym="Who"), SourceKind.ANSWER)
    assert [(source.id, source.pseudonym, source.text) for source in found.sources] == [
        ("answers-row-2", "P1", "Yes it did")
    ]
    assert found.problems == ()


def test_rows_of_one_id_are_turns_of_one_source(tmp_path: Path) -> None:
    (tmp_path / "talk.csv").write_text(
        'id,who,said\nA 1,Interviewer,Why?\nB,P2,"No, never."\nA 1,P1,"Because,\nyou know."\n', encoding="utf-8"
    )
    found = reading(tmp_path, "talk.csv", ColumnMap("said", id="id", speaker="who"), SourceKind.INTERVIEW)
    first, second = found.sources
    assert (first.id, second.id) == ("talk-a-1", "talk-b")
    assert [(turn.speaker, turn.role, first.text[turn.start : turn.end]) for turn in first.turns] == [
        ("Interviewer", TurnRole.INTERVIEWER, "Why?"),
        ("P1", TurnRole.PARTICIPANT, "Because,\nyou know."),
    ]


def test_ids_that_look_alike_stay_two_sources(tmp_path: Path) -> None:
    file = lines(tmp_path, {"id": "A-1", "text": "One."}, {"id": "a 1", "text": "Two."})
    found = reading(tmp_path, file, ColumnMap("text", id="id"))
    assert [(source.id, source.text) for source in found.sources] == [("talks-a-1", "One."), ("talks-a-1-2", "Two.")]


def test_cells_tell_group_mission_day_period_and_tier_and_the_list_the_rest(tmp_path: Path) -> None:
    full = {
        "text": "We agree.",
        "group": "P5",
        "mission": ["minusma"],
        "day": "2014-05-31T10:00:00",
        "period": "Stabilisation",
        "tier": "Named",
    }
    file = lines(tmp_path, full, {"text": "Me too."})
    columns = ColumnMap("text", actor_group="group", mission="mission", date="day", period="period", tier="tier")
    first, second = reading(tmp_path, file, columns).sources
    assert (first.actor_group, first.missions, first.day) == ("Council / P5", ("MINUSMA",), date(2014, 5, 31))
    assert (first.periods, first.tier, first.title) == (("stabilisation",), Tier.NAMED, "From the list")
    assert (second.actor_group, second.missions, second.day, second.tier) == ("Host state", (), None, Tier.GROUP)


def test_values_that_are_not_understood_are_told_once_with_their_number(tmp_path: Path) -> None:
    bad = {"text": "Words.", "group": "P6", "mission": "MINUSMO", "day": "soon", "tier": "secret"}
    file = lines(tmp_path, bad, bad, {**bad, "day": "2014", "group": "", "mission": "", "tier": ""})
    columns = ColumnMap("text", actor_group="group", mission="mission", date="day", tier="tier")
    found = reading(tmp_path, file, columns)
    told = [problem.problem for problem in found.problems]
    assert any('"P6"' in problem and "(2 rows)" in problem for problem in told)
    assert any('"MINUSMO"' in problem and 'nearest is "MINUSMA"' in problem for problem in told)
    assert any("taken as the first day" in problem and "(1 row)" in problem for problem in told)
    assert found.sources[0].tier is Tier.NOT_FOR_QUOTATION
    assert [source.day for source in found.sources] == [None, None, date(2014, 1, 1)]


def test_where_keeps_only_the_rows_asked_for(tmp_path: Path) -> None:
    file = lines(
        tmp_path, {"text": "In.", "chair": False, "year": 2014.0}, {"text": "Out.", "chair": True, "year": 2014}
    )
    columns = ColumnMap("text", where={"chair": ("false",), "year": ("2014", "2015")})
    assert [source.text for source in reading(tmp_path, file, columns).sources] == ["In."]


def test_empty_texts_are_one_warning_with_a_count(tmp_path: Path) -> None:
    file = lines(tmp_path, {"text": "Words."}, {"text": " "}, {"text": None})
    found = reading(tmp_path, file, ColumnMap("text"))
    assert len(found.sources) == 1
    assert [problem.problem for problem in found.problems] == [
        "2 rows without a text left out, the first of them row 2."
    ]


def test_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in [["nr", "text", "day"], [7, "First.", date(2014, 5, 31)], [8.0, "Second.", None]]:
        sheet.append(row)
    workbook.save(tmp_path / "talks.xlsx")
    found = reading(tmp_path, "talks.xlsx", ColumnMap("text", id="nr", date="day"))
    assert [(source.id, source.day) for source in found.sources] == [
        ("talks-7", date(2014, 5, 31)),
        ("talks-8", None),
    ]


def test_a_table_of_mandates_is_read_by_paragraphs(tmp_path: Path) -> None:
    text = "S/RES/9999 (2013)\nThe Security Council,\nNoting the reports,\n1. Decides so;\n2. Ends."
    found = reading(tmp_path, lines(tmp_path, {"text": text}), ColumnMap("text"), SourceKind.MANDATE)
    source = found.sources[0]
    assert source.symbol == "S/RES/9999 (2013)"
    assert [turn.number for turn in source.turns if turn.number] == ["PP 1", "OP 1", "OP 2"]


def test_a_transcript_in_one_cell_is_read_by_its_labels(tmp_path: Path) -> None:
    file = lines(tmp_path, {"id": 1, "text": "Interviewer: Why?\nP1: Because."})
    source = reading(tmp_path, file, ColumnMap("text", id="id"), SourceKind.INTERVIEW).sources[0]
    assert [turn.role for turn in source.turns] == [TurnRole.INTERVIEWER, TurnRole.PARTICIPANT]


def test_a_cell_longer_than_csv_allows_is_read(tmp_path: Path) -> None:
    words = "word " * 40_000
    (tmp_path / "long.csv").write_text(f"text\n{words}\n", encoding="utf-8")
    assert reading(tmp_path, "long.csv", ColumnMap("text")).sources[0].text == words.strip()


@pytest.mark.parametrize(
    ("name", "content", "columns", "problem"),
    [
        ("a.csv", b"Text,id\nx,1\n", ColumnMap("Tekst"), 'no column "Tekst" for `text`. The nearest is "Text"'),
        ("a.csv", b"text\nx\n", ColumnMap("text", where={"year": ("1",)}), 'no column "year" for `where`'),
        ("a.csv", b"text,text\nx,y\n", ColumnMap("text"), 'Two columns are called "text"'),
        ("a.csv", b"id,text\n1,Yes, it did\n", ColumnMap("text"), "more cells than there are headings"),
        ("a.csv", b"text\n", ColumnMap("text"), "no rows"),
        ("a.csv", b"text,id\n,1\n", ColumnMap("text"), "empty in all 1 rows"),
        ("a.csv", b"text,id\nx,1\n", ColumnMap("text", where={"id": ("2",)}), "None of the 1 rows"),
        ("a.csv", b"text\nx\n", None, "does not say which columns"),
        ("a.jsonl", b'{"text": "x"}\n{"text": \n', ColumnMap("text"), "line 2: The line is not JSON"),
        ("a.jsonl", b'["x"]\n', ColumnMap("text"), "not a JSON object"),
        ("a.xlsx", b"text\nx\n", ColumnMap("text"), "cannot be read as an Excel workbook"),
        ("a.csv", b"PK\x00\x01", ColumnMap("text"), "zero bytes"),
        ("a.csv", b"", ColumnMap("text"), "empty"),
    ],
)
def test_a_table_that_gives_nothing_is_refused(
    tmp_path: Path, name: str, content: bytes, columns: ColumnMap | None, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadingError) as caught:
        reading(tmp_path, name, columns)
    assert problem in str(caught.value)
    assert caught.value.where.startswith(name)


def test_a_workbook_that_is_no_workbook_inside_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x", "y")
    (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    with pytest.raises(ReadingError, match="Excel"):
        reading(tmp_path, "a.xlsx", ColumnMap("text"))
