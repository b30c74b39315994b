"""How long it takes until a decision is learnt: the visible queue, and everything."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

import numpy as np
import pytest

from tests.benchmarks.tables import DOCS, rewrite, write_rows
from themes.domain import Code, Codebook, CodeId
from themes.suggest import Judged, Learner, SuggestOptions, code_texts, encoded, prior

SIZES = ((5_000, 50, 500), (20_000, 200, 5_000))
"""Segments, codes, decisions."""

VISIBLE, WIDTH, INTERVIEWS = 25, 384, 60
VOCABULARY = 5_000
Row = tuple[str, str, str, int, str, float]


@pytest.fixture(scope="module")
def values() -> dict[tuple[str, str], float]:
    """(set, metric) -> value, each size in a process of its own; writes docs/benchmarks/refresh.csv and the page."""
    found = {}
    for size in SIZES:
        code = f"from tests.benchmarks.test_bench_refresh import told; told{size}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        for line in done.stdout.splitlines():
            metric, value = line.split()
            found[label(*size), metric] = float(value)
    write_rows(DOCS / "refresh.csv", rows(found))
    rewrite()
    return found


def label(n_segments: int, n_codes: int, n_decisions: int) -> str:
    """What a size is called."""
    return f"{n_segments:,} segments, {n_codes} codes, {n_decisions:,} decisions"


def rows(found: dict[tuple[str, str], float]) -> Iterator[Row]:
    """What docs/benchmarks/refresh.csv holds."""
    for (name, metric), value in found.items():
        yield "refresh", name, "themes", int(name.split()[0].replace(",", "")), metric, value


def told(n_segments: int, n_codes: int, n_decisions: int) -> None:
    """Prints each metric with its value."""
    learner, judged = world(n_segments, n_codes, n_decisions)
    began = time.perf_counter()
    before = learner.learn(judged.before(n_decisions - 6))
    print("seconds_to_learn_first", time.perf_counter() - began)
    visible = np.arange(VISIBLE)
    at_once, all_of_it = [], []
    for known in range(n_decisions - 5, n_decisions + 1):
        now = judged.before(known)
        began = time.perf_counter()
        learner.learn(now, like=before).probabilities(visible)
        at_once.append(time.perf_counter() - began)
        began = time.perf_counter()
        before = learner.learn(now)
        before.probabilities()
        all_of_it.append(time.perf_counter() - began)
    print("ms_visible", 1_000 * median(at_once))
    print("ms_everything", 1_000 * median(all_of_it))
    print("peak_mib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024)


def world(n_segments: int, n_codes: int, n_decisions: int) -> tuple[Learner, Judged]:
    """Segments about codes, in words and vectors drawn with one seed, and decisions on the first of them."""
    random = np.random.default_rng(0)
    about = random.integers(0, n_codes, n_segments)
    directions = random.normal(size=(n_codes, WIDTH))
    vectors = directions[about] + 2 * random.normal(size=(n_segments, WIDTH))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    weights = 1 / np.arange(1, VOCABULARY + 1)
    words = [f"w{number}" for number in range(VOCABULARY)]
    drawn = random.choice(VOCABULARY, size=(n_segments, 60), p=weights / weights.sum())
    texts = [" ".join(words[word] for word in row) for row in drawn.tolist()]
    texts = [text.translate(str.maketrans("0123456789", "abcdefghij")) for text in texts]
    codes = Codebook(
        tuple(
            Code(CodeId(f"c{code}"), f"c{code}", examples=tuple(f"e{code} {n}" for n in range(3)))
            for code in range(n_codes)
        )
    )
    found = {}
    for text in code_texts(codes):
        toward = directions[int(text[1:].split()[0])] + random.normal(size=WIDTH)
        found[text] = (toward / np.linalg.norm(toward)).astype(np.float32)
    book, options = encoded(codes, found), SuggestOptions()
    groups = [str(number) for number in random.integers(0, INTERVIEWS, n_segments)]
    learner = Learner(texts, vectors, groups, prior(texts, vectors, book, options), book, options)
    targets = np.zeros((n_decisions, n_codes + 1))
    targets[np.arange(n_decisions), about[:n_decisions]] = 1
    rows = np.arange(n_decisions)
    return learner, Judged(rows, targets, np.ones(targets.shape, np.bool_), np.ones(n_decisions))


def test_the_visible_queue_is_refreshed_at_once(values: dict[tuple[str, str], float]):
    assert values[label(*SIZES[0]), "ms_visible"] <= 50


def test_everything_is_refreshed_in_half_a_second(values: dict[tuple[str, str], float]):
    assert values[label(*SIZES[0]), "ms_everything"] <= 500
