"""Writing: a report is whole, or as it was before."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from themes.domain import Study
from themes.errors import ProjectError
from themes.report import Material, ReportOptions, files_of, write

BEFORE, AFTER = (Material(Study(Path("study"), title)) for title in ("Before", "After"))
TABLES = ("segments", "themes", "hierarchy", "theme_codes", "suggestions", "codings", "prevalence", "suppressed")
NAMES = [
    *(f"tables/{table}.{form}" for table in TABLES for form in ("csv", "parquet")),
    "tables/data-dictionary.csv",
    "tables/study.xlsx",
    "tables/README.md",
    "methods.md",
    "methods.bib",
    "checklists.md",
    "CITATION.cff",
    "findings.docx",
    "run.json",
    "index.html",
]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_files_are_told_in_order_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    assert (
        [path.relative_to(folder).as_posix() for path in write(BEFORE, folder)]
        == NAMES
        == list(files_of(ReportOptions()))
    )
    assert sorted(contents(folder)) == sorted(NAMES)
    assert sorted(path.name for path in folder.iterdir()) == sorted({name.partition("/")[0] for name in NAMES})


def test_a_new_report_takes_the_place_of_the_old_one_and_leaves_other_files_alone(tmp_path: Path) -> None:
    write(BEFORE, tmp_path)
    (tmp_path / "my notes.txt").write_text("keep", encoding="utf-8")
    write(AFTER, tmp_path)
    assert b"<bdi>After</bdi>" in contents(tmp_path)["index.html"]
    assert contents(tmp_path)["my notes.txt"] == b"keep"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions in other ways")
def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    for path in write(BEFORE, tmp_path / "report"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_progress_counts_the_files(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write(BEFORE, tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, len(NAMES)) for number in range(1, len(NAMES) + 1)]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "a disk that can be written to"),
        (errno.EACCES, "a folder that you may write to"),
        (errno.EIO, "another folder"),
    ],
    ids=["full", "read-only", "refused", "anything else"],
)
def test_a_disk_that_fails_leaves_the_old_report_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    write(BEFORE, tmp_path)
    old, synced = contents(tmp_path), []

    def fail_late(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == len(NAMES):
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail_late)
    with pytest.raises(ProjectError) as caught:
        write(AFTER, tmp_path)
    assert remedy in caught.value.remedy
    assert os.strerror(code) in caught.value.problem
    assert contents(tmp_path) == old


def test_a_run_that_was_killed_while_writing_leaves_the_old_report_and_is_cleared_by_the_next(
    tmp_path: Path,
) -> None:
    write(BEFORE, tmp_path)
    left = tmp_path / ".unfinished" / "tables"
    left.mkdir(parents=True)
    (left / "segments.csv").write_text("half a", encoding="utf-8")
    assert b"<bdi>Before</bdi>" in contents(tmp_path)["index.html"]
    write(AFTER, tmp_path)
    assert sorted(contents(tmp_path)) == sorted(NAMES)


def test_an_interruption_leaves_nothing_half_written(tmp_path: Path) -> None:
    write(BEFORE, tmp_path)
    old = contents(tmp_path)

    def stop(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(AFTER, tmp_path, progress=stop)
    assert contents(tmp_path) == old


def test_a_file_in_the_folders_place_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        write(BEFORE, tmp_path / "report")
    assert "report" in str(caught.value)
    assert "Move the file" in caught.value.remedy
    assert (tmp_path / "report").read_text(encoding="utf-8") == "mine"


def test_half_a_character_is_replaced_rather_than_refused(tmp_path: Path) -> None:
    write(Material(Study(Path("study"), "half \ud83d a face")), tmp_path)
    assert "half ? a face" in (tmp_path / "index.html").read_text(encoding="utf-8")
