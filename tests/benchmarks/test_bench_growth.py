"""How time and memory of each stage grow with the number of segments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.growth import MOST_EMBEDDED
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA

HERE = (DATA / "un").is_dir()
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
STAGES = ("segment", "embed", "cluster", "suggest", "prevalence", "report")
ROOT = Path(__file__).resolve().parents[2]

Row = tuple[str, str, str, int, str, float]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    """What every size cost, each in a process of its own; docs/benchmarks/growth.csv and the page are written."""
    if not HERE:
        pytest.skip("the data set un is not beside the project")
    folder = tmp_path_factory.mktemp("growth")
    found = {size: costs(size, folder) for size in SIZES}
    write_rows(DOCS / "growth.csv", rows(found))
    rewrite()
    return found


def costs(size: int, folder: Path) -> dict[str, Any]:
    """What growth.py prints."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.growth", str(size), str(folder), str(DATA)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["segments"] == size
    return told


def rows(found: Mapping[int, Mapping[str, Any]]) -> Iterator[Row]:
    """What docs/benchmarks/growth.csv holds: a set for each size, and the exponents over all sizes of a stage."""
    for size, told in found.items():
        for stage, seconds in told["seconds"].items():
            yield "growth", f"{size} segments", stage, size, "seconds", seconds
            yield "growth", f"{size} segments", stage, size, "mib", round(told["mib"][stage])
        yield "growth", f"{size} segments", "all stages", size, "peak_mib", round(told["peak_mib"])
    for stage in STAGES:
        sizes = [size for size in found if stage in found[size]["seconds"]]
        for metric, least in (("seconds", 1e-3), ("mib", 1.0)):
            values = [found[size][metric][stage] for size in sizes]
            yield "growth", "all sizes", stage, max(sizes), f"exponent_{metric}", exponent(sizes, values, least)


def exponent(sizes: Sequence[int], values: Sequence[float], least: float = 1e-3) -> float:
    """The slope of the logarithms: 1 grows as the segments do, 2 as their pairs. Values below `least` count as it."""
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(values, least)), 1)[0])


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_grows_as_the_square_of_the_segments(grown: dict[int, dict[str, Any]], stage: str):
    sizes = [size for size in grown if stage in grown[size]["seconds"]]
    assert exponent(sizes, [grown[size]["seconds"][stage] for size in sizes]) < 1.8


def test_embedding_takes_as_long_per_text_however_many_there_are(grown: dict[int, dict[str, Any]]):
    sizes = [size for size in grown if size <= MOST_EMBEDDED]
    assert 0.8 < exponent(sizes, [grown[size]["seconds"]["embed"] for size in sizes]) < 1.2


def test_fifty_thousand_segments_fit_into_a_small_computer(grown: dict[int, dict[str, Any]]):
    assert grown[50_000]["peak_mib"] < 8 * 1024
