"""The demo study, run with the real encoder: what a newcomer sees first must be right."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from themes import pipeline, shipped
from themes.pipeline.deciding import Words, decide
from themes.pipeline.exporting import Wanted, export_file
from themes.pipeline.importing import import_files
from themes.project import FILE_NAME, Project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-study"


@pytest.fixture(scope="module")
def outcome(folder: Path) -> pipeline.Outcome:
    return pipeline.demo(folder)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "report" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def author(folder: Path, outcome: pipeline.Outcome) -> dict[str, set[str]]:
    """The author's codes of each segment that is a turn of a participant."""
    assert outcome.sizes["sources"] == 20
    texts = {row["segment"]: (row["source"], row["text"]) for row in table(folder, "segments")}
    coded = {}
    with (shipped.demo() / "author-coding.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source = Path(row["file"]).stem
            found = [name for name, (of, text) in texts.items() if of == source and text.startswith(row["begins"])]
            coded |= {name: {code.strip() for code in row["codes"].split(";") if code.strip()} for name in found[:1]}
    return coded


def test_the_demo_is_read_without_a_problem_that_leaves_something_out(outcome: pipeline.Outcome):
    assert [problem for problem in outcome.problems if problem.severity == "error"] == []
    assert outcome.sizes["segments"] > 400
    assert 8 <= outcome.sizes["themes"] <= 25


def test_every_long_turn_that_the_author_coded_is_a_segment(author: dict[str, set[str]]):
    assert len(author) >= 200


def test_the_first_suggestion_is_often_the_authors_and_the_first_three_mostly_hold_it(
    folder: Path, author: dict[str, set[str]]
):
    ranked: dict[str, list[str]] = {}
    for row in table(folder, "suggestions"):
        ranked.setdefault(row["segment"], []).append(row["code"].split(" / ")[-1])
    coded = {segment: codes for segment, codes in author.items() if codes}
    first = sum(ranked[segment][0] in codes for segment, codes in coded.items()) / len(coded)
    three = sum(bool(codes & set(ranked[segment])) for segment, codes in coded.items()) / len(coded)
    assert first >= 0.5  # by chance: one in 16
    assert three >= 0.7


def test_every_cell_of_group_mission_and_period_has_somebody_in_it(folder: Path, outcome: pipeline.Outcome):
    assert outcome.study.startswith("Robust peacekeeping")
    rows = [row for row in table(folder, "segments") if row["source_kind"] != "mandate"]
    assert {row["actor_group"].split(" / ")[0] for row in rows} == {"UN", "Member states", "NGOs", "Host state"}
    assert len({(row["mission"], row["period"]) for row in rows}) == 4
    assert "unspecified" not in {row[column] for row in rows for column in ("actor_group", "mission", "period")}


def test_the_page_says_that_it_is_fiction_and_that_nothing_is_audited(outcome: pipeline.Outcome):
    page = outcome.page.read_text(encoding="utf-8")
    assert "Fiction:" in page
    assert "unaudited" in page


def encoded(folder: Path) -> int:
    """How many vectors the cache holds."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/cache/vectors.sqlite?mode=ro", uri=True)) as cache:
            return int(cache.execute("SELECT count(*) FROM vectors").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_a_run_killed_while_it_encodes_goes_on_where_it_was(folder: Path, outcome: pipeline.Outcome, tmp_path: Path):
    study = tmp_path / "killed"
    shutil.copytree(shipped.demo(), study)
    command = [sys.executable, "-m", "themes", "run", str(study), "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and not encoded(study):
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    kept = encoded(study)
    assert kept > 0
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    words = {step["stage"]: step["words"] for step in json.loads(done.stdout)["steps"]}
    total = int(outcome.steps[2].words.split()[0])
    assert words["embed"] == f"{total - kept} texts encoded, {kept} taken from the cache"
    for name in ("segments", "themes", "suggestions", "prevalence"):
        assert table(study, name) == table(folder, name)


def test_the_demo_goes_out_and_comes_back_the_same(folder: Path, outcome: pipeline.Outcome, tmp_path: Path):
    assert outcome.sizes["segments"]
    study = Path(shutil.copytree(folder, tmp_path / "study"))
    with Project(study / FILE_NAME) as project:
        segments, codes = list(project.texts()), [code.id for code in project.base_codes()]
    for place, segment in enumerate(segments[::9]):
        decide(study, segment, Words((codes[place % len(codes)], codes[-1])), ("anna", "ben")[place % 2])
    for name, wanted in (("one", Wanted(suggestions=True)), ("two", Wanted())):
        export_file(study, tmp_path / f"{name}.qdpx", wanted, lambda _: True)
        import_files(tmp_path / name, [tmp_path / f"{name}.qdpx"], "cleo")
        assert held(tmp_path / name) == held(study)


def held(study: Path) -> dict[str, object]:
    """Words, segments, codes, and who gave which when: what has to be the same after an exchange."""
    with Project(study / FILE_NAME) as project:
        made = project.made()
        return {
            "texts": {source.id: source.text for source in made.sources},
            "segments": set(made.segments),
            "codes": set(project.base_codes()),
            "given": {(one.segment, one.code, one.coder, one.at) for one in project.decisions()},
        }
