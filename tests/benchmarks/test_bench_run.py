"""What a run costs, what it does again, and whether it gives the same twice."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.processes import (
    CACHE,
    THEMES,
    Ended,
    Ran,
    cold,
    differing,
    made,
    report_files,
    run,
    run_and_kill,
)
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA, build
from themes import shipped

HERE = (DATA / "un").is_dir()
ADDED = "transcripts/mali-tcc.txt"
"""An interview of the demo study, which is left out of both studies at first."""

IN_UN = f"{ADDED},interview,An interview of the demo study,MINUSMA,2015-06-18,en\n"
FIRST, UNCHANGED, ONE_ADDED = "first run", "run again, unchanged", "one transcript added"
KILLED, RESUMED = "killed while embedding", "killed, then run again"
STARTS = 7
PARTS = ("segments", "themes", "theme_codes", "suggestions", "places")
"""What of a project file must be the same twice."""

Row = tuple[str, str, str, int, str, float]


@dataclass(frozen=True)
class Story:
    """One study in two folders: what each run did, what was killed, and what of the two differs."""

    runs: dict[str, Ran]
    killed: Ended
    n_files: int
    differ: list[str]
    equal: dict[str, bool]

    @property
    def n_segments(self) -> int:
        return int(self.runs[FIRST].told["sizes"]["segments"])


def demo_study(folder: Path) -> str:
    """The demo study without one interview; its row of sources.csv is given."""
    shutil.copytree(shipped.demo(), folder)
    sources = folder / "sources.csv"
    lines = sources.read_text(encoding="utf-8").splitlines(keepends=True)
    sources.write_text("".join(line for line in lines if not line.startswith(ADDED)), encoding="utf-8")
    (folder / ADDED).unlink()
    return next(line for line in lines if line.startswith(ADDED))


def un_study(folder: Path) -> str:
    """The study of public texts; a row of sources.csv for one interview more is given."""
    build(DATA, folder)
    return IN_UN


STUDIES: dict[str, Callable[[Path], str]] = {"demo": demo_study, "un": un_study}


def tell(name: str, folder: Path) -> Story:
    """Everything that is measured on one study; two folders are made in `folder`."""
    one, two = folder / "one", folder / "two"
    row = STUDIES[name](one)
    shutil.copytree(one, two)
    runs = {FIRST: run(one)}
    killed = run_and_kill(two, (one / CACHE).stat().st_size // 2)
    runs |= {UNCHANGED: run(one), RESUMED: run(two)}
    first, second = made(one), made(two)
    equal = {
        part: getattr(first, part) == getattr(second, part) for part in ("segments", "themes", "suggestions", "places")
    }
    n_files, differ = len(report_files(one)), differing(one, two)
    shutil.copyfile(shipped.demo() / ADDED, one / ADDED)
    with (one / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(row)
    runs[ONE_ADDED] = run(one)
    return Story(runs, killed, n_files, differ, equal)


def rows(name: str, story: Story) -> Iterator[Row]:
    """What docs/benchmarks/run.csv holds of one study."""
    size, first = story.n_segments, story.runs[FIRST].ended.seconds

    def row(method: str, metric: str, value: float) -> Row:
        return "run", name, method, size, metric, value

    for scenario in (FIRST, UNCHANGED, ONE_ADDED, RESUMED):
        ran = story.runs[scenario]
        yield row(scenario, "seconds", ran.ended.seconds)
        yield row(scenario, "ratio_to_first_run", ran.ended.seconds / first)
        yield row(scenario, "peak_mib", round(ran.ended.peak_mib))
        yield row(scenario, "files_read", ran.files_read)
        yield row(scenario, "texts_encoded", ran.texts_encoded)
    for step in story.runs[FIRST].told["steps"]:
        yield row(FIRST, f"seconds_{step['stage']}", float(step["seconds"]))
    yield row(KILLED, "seconds", story.killed.seconds)
    yield row("two folders", "report_files", story.n_files)
    yield row("two folders", "report_files_that_differ", len(story.differ))


def starts() -> dict[str, float]:
    """The median seconds of cold starts, the two commands in turn."""
    commands = {"themes --help": [*THEMES, "--help"], "import numpy": [sys.executable, "-c", "import numpy"]}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(STARTS):
        for name, command in commands.items():
            ended = cold(command)
            assert ended.exit_code == 0, ended.output
            taken[name].append(ended.seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


@pytest.fixture(scope="module")
def started() -> dict[str, float]:
    return starts()


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory, started: dict[str, float]) -> dict[str, Story]:
    """Both studies, or the demo alone; where both are, docs/benchmarks/run.csv and the page are written."""
    told = {name: tell(name, tmp_path_factory.mktemp(name)) for name in STUDIES if name == "demo" or HERE}
    if HERE:
        start = [("run", "start", name, STARTS, "seconds", seconds) for name, seconds in started.items()]
        ratio = started["themes --help"] / started["import numpy"]
        start.append(("run", "start", "themes --help", STARTS, "ratio_to_importing_numpy", ratio))
        write_rows(DOCS / "run.csv", [*(row for name, story in told.items() for row in rows(name, story)), *start])
        rewrite()
    return told


@pytest.fixture(params=list(STUDIES))
def story(request: pytest.FixtureRequest, stories: dict[str, Story]) -> Story:
    if request.param not in stories:
        pytest.skip("the data set un is not beside the project")
    return stories[request.param]


def test_the_same_input_in_two_folders_gives_the_same_report_to_the_byte(story: Story):
    assert story.differ == []
    assert story.n_files > 5


def test_the_same_input_in_two_folders_gives_the_same_segments_themes_and_suggestions(story: Story):
    assert [part for part, same in story.equal.items() if not same] == []


def test_a_run_with_nothing_to_do_does_no_stage_again_and_ends_soon(story: Story):
    again = story.runs[UNCHANGED]
    assert [step["stage"] for step in again.told["steps"] if step["done"]] == []
    assert again.ended.seconds < 0.2 * story.runs[FIRST].ended.seconds


def test_one_transcript_more_is_the_only_file_read_and_only_its_texts_are_encoded(story: Story):
    added = story.runs[ONE_ADDED]
    assert added.files_read == 1
    assert 0 < added.texts_encoded < 60
    assert added.ended.seconds < story.runs[FIRST].ended.seconds


def test_a_killed_run_keeps_what_it_had_encoded(story: Story):
    assert story.killed.exit_code == -9
    encoded = story.runs[RESUMED].texts_encoded
    assert 0 < encoded < 0.65 * story.runs[FIRST].texts_encoded


def test_help_starts_about_as_fast_as_numpy(started: dict[str, float]):
    assert started["themes --help"] < 3 * started["import numpy"]
