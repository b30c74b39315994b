"""How time and memory of the estimates grow with codes, cells and segments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.tables import DOCS, rewrite, write_rows

ROOT = Path(__file__).resolve().parents[2]
CODES, CELLS, SEGMENTS = 50, 100, 20_000
GROWN: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "segments": tuple((CODES, CELLS, n) for n in (2_000, 5_000, 10_000, 20_000, 50_000)),
    "codes": tuple((n, CELLS, SEGMENTS) for n in (10, 50, 200)),
    "cells": tuple((CODES, n, SEGMENTS) for n in (25, 100, 400)),
}
"""What grows -> (codes, cells, segments) of each study."""

STEPS = ("counts", "draw", "estimates")
Size = tuple[int, int, int]
Row = tuple[str, str, str, int, str, float]


@pytest.fixture(scope="module")
def found() -> dict[Size, dict[str, Any]]:
    """What every size cost, each in a process of its own; docs/benchmarks/estimating.csv and the page are written."""
    costs = {size: cost(size) for size in dict.fromkeys(size for sizes in GROWN.values() for size in sizes)}
    write_rows(DOCS / "estimating.csv", rows(costs))
    rewrite()
    return costs


def cost(size: Size) -> dict[str, Any]:
    """What estimating.py prints."""
    command = [sys.executable, "-m", "tests.benchmarks.estimating", *map(str, size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def rows(costs: Mapping[Size, Mapping[str, Any]]) -> Iterator[Row]:
    """What docs/benchmarks/estimating.csv holds: a set for each size, and the exponents of what grows."""
    for (codes, _, segments), told in costs.items():
        name = f"{codes} codes, {told['cells']} cells"
        for step, seconds in told["seconds"].items():
            yield "estimating", name, step, segments, "cpu_seconds", seconds
        yield "estimating", name, "estimates", segments, "mib", round(told["mib"])
        yield "estimating", name, "all", segments, "peak_mib", round(told["peak_mib"])
    for grown in GROWN:
        for step in STEPS:
            yield "estimating", f"as {grown} grow", step, 0, "exponent_seconds", exponent(costs, grown, step)


def exponent(costs: Mapping[Size, Mapping[str, Any]], grown: str, step: str) -> float:
    """The slope of the logarithms: 1 grows as they do, 0 not at all (a slope below counts as that)."""
    sizes = GROWN[grown]
    place = ("codes", "cells", "segments").index(grown)
    x = [costs[size]["cells"] if grown == "cells" else size[place] for size in sizes]
    return max(float(np.polyfit(np.log(x), np.log([costs[size]["seconds"][step] for size in sizes]), 1)[0]), 0.0)


def test_fifty_codes_in_a_hundred_cells_of_twenty_thousand_segments_take_seconds(found: dict[Size, dict[str, Any]]):
    assert found[CODES, CELLS, SEGMENTS]["seconds"]["estimates"] < 10


def test_fifty_thousand_segments_fit_into_a_small_computer(found: dict[Size, dict[str, Any]]):
    assert found[CODES, CELLS, 50_000]["peak_mib"] < 1_024


@pytest.mark.parametrize("grown", GROWN)
def test_nothing_grows_faster_than_what_makes_it_grow(found: dict[Size, dict[str, Any]], grown: str):
    assert exponent(found, grown, "estimates") < 1.2
