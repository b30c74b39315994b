"""The command line: what it prints, and the exit codes."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from themes import __version__, cli, pipeline
from themes.errors import ReadingError


@pytest.fixture
def study(small_study: Path) -> Path:
    return small_study


def themes(*arguments: object) -> int:
    """The exit code of the command in this process."""
    sys.argv = ["themes", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["themes"])
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # the tests' own filters stay


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name, command in group.commands.items():
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [((*path, name), command)]
    return found


@pytest.mark.parametrize(("path", "command"), commands(cli.themes), ids=lambda value: str(value)[:40])
def test_every_command_teaches_with_an_example(
    path: tuple[str, ...], command: click.Command, capsys: pytest.CaptureFixture[str]
):
    assert themes(*path, "--help") == 0
    printed = capsys.readouterr().out
    assert "Example:" in printed
    assert f"themes {' '.join(path)}" in printed.split("Example:")[1]
    assert command.help


def test_a_run_ends_with_a_table_and_the_place_of_the_report(study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("run", study) == 0
    printed = capsys.readouterr().out
    assert "8 segments" in printed
    assert "candidate theme" in printed
    assert f"Report: {study / 'report' / 'index.html'}\n" in printed


def test_json_is_json_and_nothing_else(study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("run", study, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sizes"]["segments"] == 8
    assert [step["stage"] for step in told["steps"]] == list(pipeline.STAGES)
    assert told["report"] == str(study / "report" / "index.html")


def test_a_check_with_errors_ends_with_2_and_names_file_and_remedy(study: Path, capsys: pytest.CaptureFixture[str]):
    (study / "transcripts" / "a.txt").write_text("")
    assert themes("check", study) == 2
    printed = capsys.readouterr().out
    assert "error: transcripts/a.txt" in printed
    assert "1 error, 0 warnings" in printed


def test_a_check_without_problems_ends_with_0(study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("check", study) == 0
    assert "Small: 1 file, 1 source, 2 codes; 0 errors, 0 warnings." in capsys.readouterr().out


def test_status_says_what_changed(study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("status", study) == 0
    assert "Not run yet" in capsys.readouterr().out
    themes("run", study)
    capsys.readouterr()
    assert themes("status", study) == 0
    printed = capsys.readouterr().out
    assert "8 segments" in printed
    assert "up to date" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("run", "nowhere"), "nowhere", id="no such study"),
        pytest.param(("rum", "nowhere"), "No such command", id="no such command"),
        pytest.param(("run",), "Missing argument", id="no study named"),
        pytest.param(("models", "verify", "all-MiniLM-L6-v3"), "all-MiniLM-L6-v2", id="a model's name typed wrong"),
    ],
)
def test_what_the_user_can_mend_ends_with_2_and_without_a_traceback(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
):
    assert themes(*arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err + printed.out


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        pytest.param(
            ReadingError("It is empty.", "Fill it.", "a.txt"), 2, "a.txt: It is empty.\n    Fill it.", id="ours"
        ),
        pytest.param(OSError(errno.ENOSPC, "No space left on device", "x"), 2, "x: No space left", id="disk full"),
        pytest.param(
            PermissionError(errno.EACCES, "Permission denied", "y"), 2, "y: Permission denied", id="read-only"
        ),
        pytest.param(OSError(errno.EIO, "Input/output error"), 1, "a bug in themes", id="another error of the system"),
        pytest.param(ZeroDivisionError("division by zero"), 1, "a bug in themes", id="a bug"),
        pytest.param(KeyboardInterrupt(), 130, "Nothing is lost", id="stopped"),
    ],
)
def test_each_way_to_end_has_its_code(
    trouble: BaseException,
    code: int,
    said: str,
    study: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def fail(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(pipeline, "run", fail)
    assert themes("run", study) == code
    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


def test_a_bug_leaves_its_traceback_in_a_file_that_is_named(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(pipeline, "run", lambda *_: 1 / 0)
    themes("run", study)
    file = Path(capsys.readouterr().err.strip().split()[-1])
    assert "ZeroDivisionError" in file.read_text()
    file.unlink()


def test_a_new_study_is_a_folder_that_a_check_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("new", tmp_path / "mine") == 0
    assert "study.toml" in capsys.readouterr().out
    assert themes("check", tmp_path / "mine") in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


def test_the_models_are_listed_with_what_they_read(capsys: pytest.CaptureFixture[str]):
    assert themes("models", "list") == 0
    printed = capsys.readouterr().out
    assert "all-MiniLM-L6-v2" in printed
    assert "window 256 word pieces" in printed
    assert "paraphrase-multilingual-MiniLM-L12-v2" in printed


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "themes", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"themes, version {__version__}"


@pytest.fixture
def run_study(study: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    flights = "\n\n".join(f"The ministry refused flight clearance number {number} again today." for number in range(8))
    (study / "transcripts" / "b.txt").write_text(flights)
    with (study / "sources.csv").open("a") as sources:
        sources.write("transcripts/b.txt,interview\n")
    assert themes("run", study) == 0
    capsys.readouterr()
    return study


def test_a_theme_is_named_from_the_command_line_and_listed(run_study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("theme", "name", run_study, "t1", "Mined roads", "--coder", "anna", "--memo", "all of them") == 0
    printed = capsys.readouterr().out
    assert 'T01 is called "Mined roads". (decision #1)' in printed
    assert f"themes report {run_study}" in printed
    assert themes("theme", "list", run_study) == 0
    printed = capsys.readouterr().out
    assert 'T01    "Mined roads"' in printed
    assert '#1, name "Mined roads" of T01, by anna' in printed


def test_themes_are_merged_undone_and_done_again(run_study: Path, capsys: pytest.CaptureFixture[str]):
    assert themes("theme", "merge", run_study, "T01", "T02", "--name", "Both", "--coder", "anna") == 0
    assert 'T01 now holds T02 too: 16 segments, called "Both".' in capsys.readouterr().out
    assert themes("theme", "undo", run_study, "--coder", "anna") == 0
    assert 'Undone: #1, merge "Both" of T01, T02, by anna.' in capsys.readouterr().out
    assert themes("theme", "redo", run_study, "--coder", "anna") == 0
    capsys.readouterr()
    assert themes("theme", "list", run_study, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["id"], one["name"]) for one in told["themes"]] == [("T01", "Both")]
    assert [entry["undoes"] for entry in told["log"]] == [None, 1, 2]


def test_a_theme_is_split_by_a_file_and_by_segments(
    run_study: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    themes("theme", "list", run_study, "--json")
    own = json.loads(capsys.readouterr().out)["themes"][0]["segments"]
    file = tmp_path / "parts.csv"
    rows = [f"{segment},{'late' if place > 2 else 'early'}" for place, segment in enumerate(own)]
    file.write_text("\n".join(["segment,part", *rows]))
    assert themes("theme", "split", run_study, "T01", "--by", file) == 0
    assert "T01 is split: T01 (3 segments), T01b (5 segments)." in capsys.readouterr().out
    assert themes("theme", "split", run_study, "T01b", own[3], own[4]) == 0
    assert "T01b (3 segments), T01c (2 segments)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("name", "T09", "x"), "There is no candidate theme T09.", id="no such theme"),
        pytest.param(("split", "T01"), "Say how to split", id="no way to split"),
        pytest.param(("split", "T01", "a:b", "--by", "finer"), "in one way", id="two ways to split"),
        pytest.param(("split", "T01", "--by", "finer"), "no finer themes within T01", id="no finer level"),
        pytest.param(("split", "T01", "--by", "nowhere.csv"), "nowhere.csv: The file cannot be read", id="no file"),
        pytest.param(("undo",), "There is nothing to undo.", id="nothing to undo"),
        pytest.param(("no-theme", "T7"), "no candidate theme T7", id="no theme of that number"),
    ],
)
def test_what_cannot_be_done_with_a_theme_is_said(
    run_study: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
):
    assert themes("theme", arguments[0], run_study, *arguments[1:]) == 2
    assert said in capsys.readouterr().err


def test_a_file_of_parts_with_an_empty_cell_names_its_row(
    run_study: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    file = tmp_path / "parts.csv"
    file.write_text("segment,part\na:1,x\na:2,\n")
    assert themes("theme", "split", run_study, "T01", "--by", file) == 2
    assert "row 3" in capsys.readouterr().err


def test_after_a_run_the_changes_of_themes_are_listed(run_study: Path, capsys: pytest.CaptureFixture[str]):
    more = "\n\n".join(f"The rations and fuel number {number} never came to the camp." for number in range(8))
    (run_study / "transcripts" / "c.txt").write_text(more)
    with (run_study / "sources.csv").open("a") as sources:
        sources.write("transcripts/c.txt,interview\n")
    assert themes("run", run_study) == 0
    printed = capsys.readouterr().out
    assert "  T03 " in printed
    assert "new, 8 segments" in printed
