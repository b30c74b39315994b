"""How many reviews each order of reviewing saves: batches of 25, learnt from in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import platformdirs
import pytest
from numpy.typing import NDArray

from tests.benchmarks.learned_sets import LEARNED_SETS
from tests.benchmarks.learning import Case, case_of, judged_of, learnt
from tests.benchmarks.methods import Space
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA
from themes.domain import SegmentId
from themes.review import QueueDesign, Waiting, next_batch

HERE = (DATA / "wac").is_dir()
SETS = ("sdg-benchmark", "congress-bills", "serdif-taguette", "napire2018", "disaster-messages")
"""Those with enough passages to review."""

SEEDS, BATCH, POOL, MOST, ENOUGH = 3, 25, 700, 400, 0.9
OURS, RANDOM = "themes", "random"
Floats = NDArray[np.floating]
Order = Callable[[Case, Floats, Sequence[int], int], Sequence[int]]
Row = tuple[str, str, str, int, str, float]


def at_random(case: Case, chances: Floats, pool: Sequence[int], seed: int) -> Sequence[int]:  # noqa: ARG001
    """In the order of the pool, which is random."""
    return pool[:BATCH]


def by_margin(case: Case, chances: Floats, pool: Sequence[int], seed: int) -> Sequence[int]:  # noqa: ARG001
    """Where the first two codes are nearest to each other."""
    best = np.sort(chances[list(pool)], axis=1)
    return [pool[place] for place in np.argsort(best[:, -1] - best[:, -2], kind="stable")[:BATCH]]


def by_least_sure(case: Case, chances: Floats, pool: Sequence[int], seed: int) -> Sequence[int]:  # noqa: ARG001
    """Where the first code is least probable."""
    return [pool[place] for place in np.argsort(chances[list(pool)].max(axis=1), kind="stable")[:BATCH]]


def by_doubt(case: Case, chances: Floats, pool: Sequence[int], seed: int) -> Sequence[int]:  # noqa: ARG001
    """Where p (1 - p), added up over the codes, is largest."""
    return [pool[place] for place in np.argsort(-_doubt(chances[list(pool)]), kind="stable")[:BATCH]]


def ours(case: Case, chances: Floats, pool: Sequence[int], seed: int) -> Sequence[int]:
    """The program's batches: doubt within interviews, and a fifth at random."""
    strata = case.groups if len(set(case.groups)) < len(case.groups) / 2 else [""] * len(case.groups)
    doubts = _doubt(chances)
    waiting = [Waiting(SegmentId(f"{row:06}"), strata[row], float(doubts[row])) for row in pool]
    return [int(one.segment) for one in next_batch(waiting, QueueDesign(size=BATCH), seed)]


def _doubt(chances: Floats) -> Floats:
    return (chances * (1 - chances)).sum(axis=1)


ORDERS: Mapping[str, Order] = {
    RANDOM: at_random,
    "smallest margin": by_margin,
    "least sure": by_least_sure,
    "most doubtful": by_doubt,
    OURS: ours,
}


@pytest.fixture(scope="module")
def values() -> dict[tuple[str, str, str], float]:
    """(set, order, metric) -> mean over the seeds; docs/benchmarks/policies.csv and the page are written."""
    if not HERE:
        pytest.skip("the coded data sets are not beside the project")
    cache = platformdirs.user_cache_path("themes") / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    found: dict[tuple[str, str, str], list[float]] = {}
    with Space(cache / "vectors.sqlite") as space:
        for name in SETS:
            coded = LEARNED_SETS[name](DATA)
            for seed in range(SEEDS):
                case = case_of(coded, seed, space)
                for order, metric, value in walked(case, seed):
                    found.setdefault((name, order, metric), []).append(value)
    means = {key: float(np.mean(values)) for key, values in found.items()}
    write_rows(DOCS / "policies.csv", rows(means))
    rewrite()
    return means


def walked(case: Case, seed: int) -> Iterator[tuple[str, str, float]]:
    """(order, metric, value) of every order on one division of a set."""
    everything = list(case.pool[:POOL])
    enough = ENOUGH * f1(case, everything)
    for order, choose in ORDERS.items():
        pool, done, way, needed = list(everything), list[int](), list[float](), float(MOST)
        while pool and len(done) < MOST:
            chances = case.learner.learn(judged_of(case, done)).probabilities()[:, :-1]
            done += choose(case, chances, pool, seed + len(done))
            taken = set(done)
            pool = [row for row in pool if row not in taken]
            way.append(f1(case, done))
            if way[-1] >= enough:
                needed = min(needed, len(done))
        yield order, "reviews_to_90_percent", needed
        yield order, "mean_f1", float(np.mean(way))


def f1(case: Case, rows: Sequence[int]) -> float:
    """Macro-F1 on what is held out, learnt from these rows."""
    chances = case.learner.learn(judged_of(case, rows)).probabilities(case.held_out)[:, :-1]
    return learnt(chances, case.gold[case.held_out], probabilities=False).macro_f1


def rows(means: Mapping[tuple[str, str, str], float]) -> Iterator[Row]:
    """What docs/benchmarks/policies.csv holds; the size is the number of reviews at most."""
    for (name, order, metric), value in means.items():
        yield "policies", name, order, MOST, metric, value


def test_our_batches_teach_more_than_random_ones(values: dict[tuple[str, str, str], float]):
    def mean(order: str, metric: str) -> float:
        return float(np.mean([values[name, order, metric] for name in SETS]))

    assert mean(OURS, "mean_f1") >= mean(RANDOM, "mean_f1")
    assert mean(OURS, "reviews_to_90_percent") <= mean(RANDOM, "reviews_to_90_percent")
