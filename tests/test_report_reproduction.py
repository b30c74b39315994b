"""Making a report again: run.json tells what it takes, and whoever verifies hears what is not as it was, and why."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml  # comes with the libraries of models

from tests.audited_study import AIR, NOON, answer
from tests.report_fiction import fiction
from themes import cli, pipeline
from themes.domain import Decision, Shown, Verdict
from themes.errors import StudyError
from themes.pipeline import auditing
from themes.pipeline.verifying import verify
from themes.project import FILE_NAME, Project
from themes.report.citing import citation
from themes.report.reproduction import RUN, run_json, verdicts


@pytest.fixture(scope="module")
def ran(run_of_audited_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reproduction") / "study"
    shutil.copytree(run_of_audited_study, folder)
    auditing.draw(folder, auditing.Asked(share=0.3), "anna")
    answer(folder)
    pipeline.report(folder)
    return folder


@pytest.fixture
def study(ran: Path, tmp_path: Path) -> Path:
    shutil.copytree(ran, tmp_path / "study")
    return tmp_path / "study"


def told(study: Path) -> dict[str, object]:
    return json.loads((study / "report" / RUN).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def differing(study: Path) -> dict[str, tuple[str, ...]]:
    return {one.name: one.reasons for one in verify(study).tables if not one.same}


def decided(study: Path) -> None:
    """One more word of a coder, and what it makes of the table of codings."""
    with Project(study / FILE_NAME) as project:
        one = project.made().segments[0].id
        project.record(Decision(0, NOON, "ben", Verdict.ASSIGN, one, AIR, shown=Shown.BLIND))


def test_every_table_stands_in_run_json_with_its_checksum(study: Path):
    tables = told(study)["tables"]
    assert isinstance(tables, dict)
    assert sorted(tables) == sorted(f"tables/{path.name}" for path in (study / "report" / "tables").iterdir())
    for name, checksum in tables.items():
        assert hashlib.sha256((study / "report" / name).read_bytes()).hexdigest() == checksum


def test_run_json_has_program_options_sources_codebook_log_and_audits(study: Path):
    found = told(study)
    assert found["options"]["cluster"]["seed"] == found["seeds"]["cluster.seed"] == 1  # type: ignore[index]
    files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (study / "transcripts").iterdir()]
    assert found["sources"] == sorted(set(files))
    assert found["audits"][0]["share"] == 0.3  # type: ignore[index]
    with Project(study / FILE_NAME, read_only=True) as project:
        assert found["log"] == {"entries": project.last_number()}
    assert {"themes", "python", "libraries"} == set(found["program"])  # type: ignore[call-overload]


def test_the_same_study_gives_the_same_bytes_wherever_it_lies(study: Path, ran: Path):
    pipeline.report(study)
    for path in sorted((ran / "report").rglob("*")):
        if path.is_file():
            assert (study / "report" / path.relative_to(ran / "report")).read_bytes() == path.read_bytes(), path.name


def test_a_report_as_it_was_written_is_verified_and_nothing_is_changed(study: Path):
    before = {path: path.read_bytes() for path in sorted((study / "report").rglob("*")) if path.is_file()}
    with Project(study / FILE_NAME, read_only=True) as project:
        runs = project.last_run()
    found = verify(study)
    assert found.same
    assert {one.name for one in found.tables} >= {"tables/prevalence.csv", "tables/segments.csv", "tables/README.md"}
    assert before == {path: path.read_bytes() for path in sorted((study / "report").rglob("*")) if path.is_file()}
    with Project(study / FILE_NAME, read_only=True) as project:
        assert project.last_run() == runs


def test_decisions_since_are_named_as_the_reason(study: Path):
    decided(study)
    found = differing(study)
    assert "tables/codings.csv" in found
    assert "tables/segments.csv" not in found
    assert set(found.values()) == {("1 more entry in the log: decisions or edits since",)}


def test_a_file_that_somebody_changed_is_told_apart(study: Path):
    table = study / "report" / "tables" / "themes.csv"
    table.write_bytes(table.read_bytes() + b"one row more\n")
    assert differing(study) == {"tables/themes.csv": ("the file was changed after it was written",)}


def test_options_that_were_changed_are_named(study: Path):
    file = study / "study.toml"
    file.write_text(file.read_text() + "min_participants = 4\n[options.prevalence]\nby_period = false\n")
    found = differing(study)
    assert found["tables/prevalence.csv"] == ("options changed: prevalence.by_period and report.min_participants",)


def test_a_table_that_is_not_there_or_not_made_any_more_is_told(study: Path):
    tables = study / "report" / "tables"
    (tables / "themes.csv").unlink()
    (tables / "old.csv").write_text("a\n")
    assert differing(study) == {
        "tables/themes.csv": ("it is not there",),
        "tables/old.csv": ("it is not made any more",),
    }


def test_a_study_without_a_report_is_told_what_to_do(study: Path):
    shutil.rmtree(study / "report")
    with pytest.raises(StudyError, match="no report yet"):
        verify(study)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ({"program": {"themes": "0.0.9", "libraries": {"numpy": "1"}}}, "other versions: numpy and themes"),
        ({"sources": ["a"]}, "other source files"),
        ({"encoder": {"name": "x"}}, "another encoder, or the same with other numerics"),
        ({"codebook": {"version": "x"}}, "another codebook"),
        ({"study": "x"}, "study.toml was changed"),
        ({"log": {"entries": 9}}, "an older log"),
        ({"log": []}, "nothing that run.json tells of has changed; another computer may reckon differently"),
        (None, "run.json is not there or cannot be read"),
    ],
)
def test_a_likely_reason_is_found_in_run_json(before: dict[str, object] | None, reason: str):
    table = "tables/a.csv"
    now = {"program": {"themes": "0.1.0", "libraries": {"numpy": "2"}}, "sources": ["b"], "encoder": {}, "log": {}}
    now |= {"codebook": {}, "study": "y"}
    lying = {table: b"1"} | ({RUN: json.dumps(now | before).encode()} if before is not None else {RUN: b"{no json"})
    (found,) = verdicts(lying, {table: b"2", RUN: json.dumps(now).encode()})
    assert found.reasons == (reason,)


def test_on_the_command_line_a_difference_ends_with_two(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "warnoptions", ["error"])

    def ends(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["themes", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    code, words = ends("report", study, "--verify")
    assert (code, "identical" in words, "differs" in words) == (0, True, False)
    decided(study)
    code, words = ends("report", study, "--verify")
    assert code == 2
    assert "tables/codings.csv          differs: 1 more entry in the log: decisions or edits since" in words
    code, words = ends("report", study, "--verify", "--json")
    assert (code, json.loads(words)["same"]) == (2, False)


def test_no_time_and_no_path_stands_in_run_json():
    material = fiction()
    assert run_json(material, {"tables/a.csv": "x"}) == run_json(material, {"tables/a.csv": b"x", "index.html": "y"})
    assert "secret-file" not in run_json(material, {})


def test_the_citation_is_one_that_the_format_allows():
    found = yaml.safe_load(citation(fiction()))
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "software"
    assert found["version"] == "0.1.0"
    assert found["license"] == "Apache-2.0"
    assert found["authors"] == [{"name": "The developers of themes"}]
    assert "“Robust peacekeeping and its partners”" in found["message"]
    known = {"cff-version", "message", "title", "type", "authors", "version", "license", "abstract", "keywords"}
    assert set(found) == known


@pytest.mark.parametrize("audience", ["team", "public"])
def test_the_command_writes_and_verifies_a_report_for_others(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, audience: str
):
    monkeypatch.setattr(sys, "warnoptions", ["error"])

    def ends(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["themes", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out + captured.err

    code, words = ends("report", study, "--audience", audience)
    assert code == 0
    assert not (study / "report" / RUN).exists()
    assert (study / "report" / "methods.md").exists()
    code, words = ends("report", study, "--verify", "--audience", audience)
    assert (code, "identical" in words) == (0, True)
    code, words = ends("report", study, "--verify")
    assert (code, "differs" in words) == (2, True)
