"""More rows for a list of sources: what a person wrote there stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from themes.ingest import read_sources, read_study, sources_csv, with_rows

NEW = {"file": "imported/é.txt", "kind": "interview", "id": "é", "title": "=1+1; a, “b”\nc", "pseudonym": "P01"}
LISTS = {
    "a comma": b"file,kind\ntranscripts/a.txt,interview\n",
    "a semicolon": b'Kind;File;Title\ninterview;transcripts/a.txt;"One; two"\n',
    "a tab, and no end of the last line": b"file\tkind\ntranscripts/a.txt\tinterview",
    "Windows": "file,kind,title\r\ntranscripts/a.txt,interview,Café\r\n".encode("cp1252"),
    "UTF-16": "file\tkind\ttitle\r\ntranscripts/a.txt\tinterview\tCafé\r\n".encode("utf-16"),
    "a mark and remarks": "\ufeff\nfile,actor group,kind\n# remark\ntranscripts/a.txt,,interview\n".encode(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("transcripts/a.txt", "imported/é.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("P01: Somebody said something here.")
    (tmp_path / "study.toml").write_text("[study]\n")
    return tmp_path


def rows_of(folder: Path) -> list[tuple[str, str, str, str]]:
    rows, problems = read_sources(read_study(folder))
    assert not problems
    return [(row.file, row.kind, row.title, row.pseudonym) for row in rows]


@pytest.mark.parametrize("name", LISTS)
def test_rows_are_added_to_a_list_with(folder: Path, name: str):
    (folder / "sources.csv").write_bytes(LISTS[name])
    before = rows_of(folder)
    written = with_rows(folder, [NEW])
    (folder / written[0]).write_bytes(written[1])
    assert rows_of(folder) == [*before, ("imported/é.txt", "interview", "'=1+1; a, “b” c", "P01")]
    assert with_rows(folder, [NEW])[1] == written[1]


def test_a_workbook_gets_rows_and_the_columns_that_it_lacks(folder: Path):
    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0].append(["Kind", "File", "Actor group"])
    book.worksheets[0].append(["interview", "transcripts/a.txt", None])
    book.save(folder / "sources.xlsx")
    name, content = with_rows(folder, [NEW])
    (folder / name).write_bytes(content)
    assert rows_of(folder)[1] == ("imported/é.txt", "interview", "'=1+1; a, “b” c", "P01")


def test_where_there_is_no_list_one_is_begun(folder: Path):
    name, content = with_rows(folder, [NEW])
    assert (name, content.decode()) == ("sources.csv", sources_csv([NEW]))
