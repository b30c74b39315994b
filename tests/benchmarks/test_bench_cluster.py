"""Candidate themes beside other ways of grouping: agreement with people, words, repeatability, time and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from tests.benchmarks.clustering import Agreement, agreement, counted, diversity, npmi, stability, terms
from tests.benchmarks.grouped_sets import GROUPED_SETS, GroupedSet
from tests.benchmarks.methods import Space
from tests.benchmarks.peer import METHODS
from tests.benchmarks.peers import PEERS, Fit, Fits, here, measured, prepared, repeats
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA

HERE = (DATA / "banking77").is_dir()
OURS, PEOPLE = "themes", "sorted by people"
RANDOM = ("kmeans", "bertopic_default", "bertopic_tuned", "evoc", "top2vec")
"""Methods whose result hangs on the seed."""

WITHIN = 0.01
"""What is so near to the best is no worse."""

FEW = 5
"""So few large groups are stable whatever they hold, so whoever finds no more is no rival in that."""

AUTOMATIC = ("bertopic_default", "bertopic_tuned", "evoc", "turftopic_clustering", "top2vec")
"""Methods that, like ours, are not told how many groups people found."""

Row = tuple[str, str, str, int, str, float]
Found = dict[tuple[str, str], dict[str, float]]
"""(set, method) -> metric -> value."""


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> Found:
    """Every method on every set; what an earlier run has found is kept under pytest's cache and read.

    With all peers there, docs/benchmarks/cluster.csv and the page are written.
    """
    if not HERE:
        pytest.skip("the data set banking77 is not beside the project")
    assert request.config.cache is not None
    work = Path(request.config.cache.mkdir("clustering"))
    methods = here(METHODS)
    values: Found = {}
    rows: list[Row] = []
    for grouped in (build(DATA) for build in GROUPED_SETS.values()):
        folder = prepared_by_our_encoder(grouped, work)
        rows.append(("cluster", grouped.name, PEOPLE, len(grouped.texts), "themes", grouped.n_groups))
        for method in (method for method in methods if repeats(grouped, method)):
            of_method = metrics(grouped, measured(grouped, method, folder))
            values[grouped.name, method] = of_method
            rows += (("cluster", grouped.name, method, len(grouped.texts), *one) for one in of_method.items())
    if PEERS.exists():
        write_rows(DOCS / "cluster.csv", rows)
        rewrite()
    return values


def prepared_by_our_encoder(grouped: GroupedSet, work: Path) -> Path:
    """The set with the vectors of the default encoder, kept in the cache of the benchmarks."""
    cache = platformdirs.user_cache_path("themes") / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    with Space(cache / "vectors.sqlite") as space:
        return prepared(grouped, space.vectors, work)


def metrics(grouped: GroupedSet, fits: Fits) -> dict[str, float]:
    """Means over the seeds; time and memory of the fit that ran alone."""
    words = counted(grouped.texts)
    agreements = [agreement(fit.labels, grouped.groups) for fit in fits.seeds]
    described = [terms(fit.labels, words) for fit in fits.seeds]
    return {
        **{one.name: float(np.mean([getattr(each, one.name) for each in agreements])) for one in fields(Agreement)},
        "npmi": float(np.mean([npmi(each, words) for each in described])),
        "diversity": float(np.mean([diversity(each) for each in described])),
        "stability_over_seeds": stability(pairs(fits.seeds)),
        "stability_over_subsamples": stability(pairs(fits.parts)),
        "repeats": len(fits.seeds),
        "seconds": fits.seeds[0].seconds,
        "peak_mib": round(fits.peak_mib),
        "import_seconds": fits.import_seconds,
    }


def pairs(fits: tuple[Fit, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(fit.rows, fit.labels) for fit in fits]


@pytest.fixture(params=list(GROUPED_SETS))
def of_set(request: pytest.FixtureRequest, found: Found) -> dict[str, dict[str, float]]:
    """method -> metric -> value, of one set."""
    return {method: values for (name, method), values in found.items() if name == request.param}


def behind(of_set: dict[str, dict[str, float]], metric: str, rivals: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """The rivals that are better than ours, and by how much."""
    for rival in rivals:
        ahead = of_set[rival][metric] - of_set[OURS][metric] if rival in of_set else 0.0
        if ahead > WITHIN and of_set[rival]["themes"] > FEW:
            yield rival, ahead


def test_no_method_that_chooses_the_number_of_groups_itself_agrees_better_with_people(of_set):
    assert dict(behind(of_set, "ari", AUTOMATIC)) == {}


def test_no_method_with_chance_in_it_gives_the_same_more_often_with_another_seed(of_set):
    assert dict(behind(of_set, "stability_over_seeds", RANDOM)) == {}


def test_no_method_with_chance_in_it_stands_the_loss_of_a_tenth_of_the_texts_better(of_set):
    assert dict(behind(of_set, "stability_over_subsamples", RANDOM)) == {}


def test_every_method_found_something_to_group(of_set):
    assert {method for method, values in of_set.items() if values["themes"] < 2} == set()
