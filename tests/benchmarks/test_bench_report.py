"""How time, memory and files of a report grow with the segments, and how soon a browser has its page ready."""

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
from tests.browser import chromium  # noqa: F401  a fixture

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)
GROWING = ("cpu_seconds", "peak_mib", "page_mb", "workbook_mb", "all_files_mb")
READY = (
    """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)

Row = tuple[str, str, str, int, str, float]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> dict[int, dict[str, float]]:  # noqa: F811
    """What every size cost, each in a process of its own; docs/benchmarks/report.csv and the page are written."""
    costs = {}
    for size in SIZES:
        folder = tmp_path_factory.mktemp(f"report-{size}")
        costs[size] = cost(size, folder) | opened(chromium, folder / "report" / "index.html")
    write_rows(DOCS / "report.csv", rows(costs))
    rewrite()
    return costs


def cost(size: int, folder: Path) -> dict[str, float]:
    """What reporting.py prints."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.reporting", str(size), str(folder), "svg"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def opened(browser: Any, page: Path) -> dict[str, float]:
    """How soon the page is ready for hands, from the disk and with the network cut; it asks nobody."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("console", lambda one: troubles.append(one.text))
    tab.on("request", lambda one: None if one.url.startswith("file:") else troubles.append(one.url))
    tab.goto(page.as_uri())
    ready = float(tab.evaluate(READY))
    parsed = float(tab.evaluate("performance.getEntriesByType('navigation')[0].domInteractive"))
    context.close()
    assert not troubles
    return {"parsed_seconds": parsed / 1000, "ready_seconds": ready / 1000}


def rows(costs: Mapping[int, Mapping[str, float]]) -> Iterator[Row]:
    """What docs/benchmarks/report.csv holds: a row for each size and figure, and the exponents of what grows."""
    for size, told in costs.items():
        for metric, value in told.items():
            yield "report", f"{size} segments", "themes", size, metric, value
    for metric in GROWING:
        yield "report", "all sizes", "themes", max(costs), f"exponent_{metric}", exponent(costs, metric)


def exponent(costs: Mapping[int, Mapping[str, float]], metric: str) -> float:
    """The slope of the logarithms: 1 grows as the segments do."""
    return float(np.polyfit(np.log(list(costs)), np.log([told[metric] for told in costs.values()]), 1)[0])


def test_no_cost_of_a_report_grows_faster_than_the_segments(found: dict[int, dict[str, float]]):
    assert max(exponent(found, metric) for metric in GROWING) < 1.2


def test_the_page_of_a_large_study_is_ready_within_seconds(found: dict[int, dict[str, float]]):
    assert found[max(found)]["ready_seconds"] < 5
