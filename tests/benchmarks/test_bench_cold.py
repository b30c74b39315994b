"""From a table of 2,000 passages to a result, each time in a process of its own, beside a plain BERTopic script."""

from __future__ import annotations

import csv
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.benchmarks.passages import drawn_passages
from tests.benchmarks.processes import REPORT, THEMES, Ended, cold, made, run
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA, STUDY, code_paths
from themes.embed import card, locate
from themes.project import FILE_NAME

HERE = (DATA / "un").is_dir()
PASSAGES, REPETITIONS = 2_000, 3
TABLE = "passages.csv"
SCRIPT = Path(__file__).resolve().parent / "plain_bertopic.py"
BERTOPIC, HELP = "BERTopic script", "themes --help"
NOTHING_KEPT, VECTORS_KEPT, UNCHANGED = "themes run, first", "themes run, vectors in the cache", "themes run, unchanged"

TABLES = f"""\
[tables."{TABLE}"]
id = "id"
text = "text"
pseudonym = "speaker"
actor_group = "actor_group"
mission = "mission"
date = "date"
"""

Row = tuple[str, str, str, int, str, float]


def build(folder: Path) -> None:
    """A study of one table: passages of speeches in the Security Council, each a statement of one segment."""
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY.partition("[tables.")[0] + TABLES, encoding="utf-8")
    (folder / "sources.csv").write_text(f"file,kind,language\n{TABLE},statement,en\n", encoding="utf-8")
    write_table(folder / "codebook.csv", [{"path": path} for path in code_paths(DATA).values()])
    write_table(folder / TABLE, drawn_passages(DATA, PASSAGES))


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def without_results(study: Path) -> None:
    """All that a run made is taken away, but for the vectors."""
    (study / FILE_NAME).unlink()
    shutil.rmtree(study / REPORT)


def one_round(plain: Path, folder: Path) -> dict[str, Ended]:
    """Every way once, one after the other."""
    study = folder / "study"
    shutil.copytree(plain, study)
    ended = {
        BERTOPIC: cold([sys.executable, str(SCRIPT), str(plain / TABLE), str(locate(card("all-MiniLM-L6-v2")))]),
        HELP: cold([*THEMES, "--help"]),
        NOTHING_KEPT: run(study).ended,
    }
    without_results(study)
    ended |= {VECTORS_KEPT: run(study).ended, UNCHANGED: run(study).ended}
    assert [way for way, one in ended.items() if one.exit_code] == [], ended[BERTOPIC].output[-2000:]
    assert len(made(study).segments) == PASSAGES
    shutil.rmtree(folder)
    return ended


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The median seconds of every way; docs/benchmarks/cold.csv and the page are written.

    A round that is not counted comes first: what is kept once for all studies of a machine (the converted encoder,
    compiled code) is there afterwards, for the script too.
    """
    if not HERE:
        pytest.skip("the data set un is not beside the project")
    plain = tmp_path_factory.mktemp("cold") / "plain"
    build(plain)
    one_round(plain, plain.parent / "uncounted")
    rounds = [one_round(plain, plain.parent / str(number)) for number in range(REPETITIONS)]
    medians = {way: median(rounds, way, lambda ended: ended.seconds) for way in rounds[0]}
    peaks = {way: median(rounds, way, lambda ended: ended.peak_mib) for way in rounds[0]}
    write_rows(DOCS / "cold.csv", rows(medians, peaks))
    rewrite()
    return medians


def median(rounds: list[dict[str, Ended]], way: str, of: Callable[[Ended], float]) -> float:
    return statistics.median(of(one[way]) for one in rounds)


def rows(medians: dict[str, float], peaks: dict[str, float]) -> Iterator[Row]:
    """What docs/benchmarks/cold.csv holds."""
    for way, taken in medians.items():
        yield "cold", "un-passages", way, PASSAGES, "seconds", taken
        yield "cold", "un-passages", way, PASSAGES, "ratio_to_bertopic_script", taken / medians[BERTOPIC]
        yield "cold", "un-passages", way, PASSAGES, "seconds_over_help", max(0.0, taken - medians[HELP])
        yield "cold", "un-passages", way, PASSAGES, "peak_mib", round(peaks[way])


@pytest.mark.parametrize(("way", "part"), [(NOTHING_KEPT, 1 / 3), (VECTORS_KEPT, 1 / 7)])
def test_a_run_takes_a_part_of_the_time_of_a_plain_script(seconds: dict[str, float], way: str, part: float):
    assert seconds[way] <= part * seconds[BERTOPIC]


def test_a_run_with_nothing_to_do_ends_soon_after_help_would(seconds: dict[str, float]):
    assert seconds[UNCHANGED] <= seconds[HELP] + 1.5
