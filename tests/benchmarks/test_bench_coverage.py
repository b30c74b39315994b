"""How often intervals hold the share they are for, over cases, and how wide they are; rivals beside.

    nice python -m pytest tests/benchmarks/test_bench_coverage.py

A case that was simulated before by the same code is read from pytest's cache.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.prevalence_coverage import ACTIVE, GROUPS, RANDOM, THREE, Case, Key, simulated, summary
from tests.prevalence_world import ABSENT, ALIKE, DEVOTED, DISAGREEING, OVERCONFIDENT, Floats

WORLDS, CHUNK = 1000, 50
PROCESSES = int(os.environ.get("THEMES_BENCH_PROCESSES", "2"))
OURS = (RANDOM, ACTIVE)
PLAIN = "prevalence .10, 10% checked"

CASES = (
    Case("prevalence .03, 10% checked", 0.03),
    Case(PLAIN),
    Case("prevalence .25, 10% checked", 0.25),
    Case("prevalence .03, 5% checked", 0.03, 0.05),
    Case("prevalence .10, 5% checked", budget=0.05),
    Case("prevalence .10, 20% checked", budget=0.20),
    Case("machine errs alike in all groups", options=ALIKE),
    Case("overconfident scores", options=OVERCONFIDENT),
    Case("nobody in one group has the code", options=ABSENT),
    Case("one interview holds most mentions", 0.03, options=DEVOTED),
    Case("coders who disagree", options=DISAGREEING),
)
PUBLISHED = CASES[:3]

WIDTHS = {(RANDOM, GROUPS): 0.190, (RANDOM, THREE): 0.34, (ACTIVE, GROUPS): 0.162, (ACTIVE, THREE): 0.30}
"""Mean widths of the informants' interval that the method has been shown to reach, at prevalence .10."""

Row = tuple[str, str, str, int, str, float]
Found = dict[str, dict[Key, float]]
"""Case -> (family, method, metric) -> value."""


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> Found:
    """Every case; docs/benchmarks/coverage.csv and the page are written."""
    assert request.config.cache is not None
    folder = Path(request.config.cache.mkdir("coverage"))
    values: Found = {}
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for case in CASES:
            values[case.name] = dict(summary(_kept(case, folder, pool)))
    write_rows(DOCS / "coverage.csv", rows(values))
    rewrite()
    return values


def _kept(case: Case, folder: Path, pool: multiprocessing.pool.Pool) -> dict[Key, Floats]:
    """What was simulated before by the same code, otherwise simulated now and kept."""
    about = f"{case.name}|{case.prevalence}|{case.budget}|{sorted(case.options.items())}|{WORLDS}|{_code()}"
    path = folder / f"{hashlib.sha256(about.encode()).hexdigest()[:20]}.npz"
    if not path.exists():
        parts = pool.starmap(simulated, [(case, range(start, start + CHUNK)) for start in range(0, WORLDS, CHUNK)])
        whole = {"|".join(key): np.concatenate([part[key] for part in parts]) for key in parts[0]}
        writing = path.with_suffix(".writing.npz")
        np.savez_compressed(writing, **whole)
        writing.replace(path)
    with np.load(path) as file:
        return {_key(name): file[name] for name in file.files}


def _key(name: str) -> Key:
    division, method, metric = name.split("|")
    return division, method, metric


def _code() -> str:
    """What the simulation hangs on, as a checksum."""
    root = Path(__file__).resolve().parents[2]
    names = ("intervals", "drawing", "recalibration", "outcomes", "shares")
    files = [root / "themes" / "prevalence" / f"{name}.py" for name in names]
    files += [root / "tests" / f"prevalence_{name}.py" for name in ("world", "rivals", "coverage")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def rows(found: Mapping[str, Mapping[Key, float]]) -> Iterator[Row]:
    """What docs/benchmarks/coverage.csv holds; the size is the number of worlds."""
    for case, values in found.items():
        for (family, method, metric), value in values.items():
            yield "coverage", f"{case}: {family}", method, WORLDS, metric, value


# --- what must hold ---


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.name)
def test_the_informants_interval_holds_the_share_of_a_group(found: Found, case: Case, method: str):
    assert 0.93 <= found[case.name][GROUPS, method, "informants_coverage"] <= 1


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.name)
def test_the_corpus_interval_holds_what_people_would_code_and_wastes_little(found: Found, case: Case, method: str):
    assert 0.93 <= found[case.name][GROUPS, method, "corpus_coverage"] <= 0.99


@pytest.mark.parametrize(("method", "family"), WIDTHS)
def test_the_informants_interval_is_as_narrow_as_the_method_allows(found: Found, method: str, family: str):
    assert found[PLAIN][family, method, "informants_width"] <= WIDTHS[method, family]


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize("case", CASES[3:], ids=lambda case: case.name)
def test_the_intervals_hold_in_cases_that_are_harder(found: Found, case: Case, method: str):
    for interval in ("informants", "corpus"):
        assert found[case.name][GROUPS, method, f"{interval}_coverage"] >= 0.93, interval


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_intervals_hold_in_small_cells(found: Found, case: Case, method: str):
    for interval in ("informants", "corpus"):
        assert found[case.name][THREE, method, f"{interval}_coverage"] >= 0.93, interval
