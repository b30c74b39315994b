"""How often a candidate theme is found again in resamples, beside the stability that is printed with it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.peer import read_corpus, segment
from tests.benchmarks.peers import THREADS, drawn
from themes.cluster import ClusterOptions, cluster

RESAMPLES, SHARE = 20, 0.8
FIRST_DRAW = 10_000
"""Resamples are drawn with seeds that neither the method nor another benchmark uses."""

SAME_FROM = 0.5
"""A theme is found again where one of the resample has at least this Jaccard index with it, over the rows drawn."""

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 1.0)

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Theme:
    """A candidate theme: its level, the stability printed with it, and its rows, ascending."""

    level: str
    printed: float
    rows: Rows


@dataclass(frozen=True)
class Judged:
    """The stability printed with a theme, and the share of resamples in which it was found again."""

    printed: float
    recurrence: float


@dataclass(frozen=True)
class Bin:
    """Themes of like printed stability: how many, and the means of what was printed and of what was found."""

    low: float
    high: float
    themes: int
    printed: float
    recurrence: float


def found(folder: Path, rows: Rows | None = None) -> list[Theme]:
    """The candidate themes of the set in that folder, or of these rows of it, ascending."""
    corpus = read_corpus(folder)
    taken = np.arange(len(corpus.texts)) if rows is None else rows
    segments = [segment(int(row), corpus.texts[row]) for row in taken]
    themes = cluster(segments, corpus.vectors[taken], ClusterOptions()).themes
    return [
        Theme(theme.granularity, theme.stability, np.sort(np.array([int(name) for name in theme.segments], np.intp)))
        for theme in themes
    ]


def judged(folder: Path, resamples: int = RESAMPLES) -> list[Judged]:
    """Every theme of the set, and how often it is found again where a fifth of the rows is left out."""
    count = len(read_corpus(folder).texts)
    draws = [drawn(count, SHARE, FIRST_DRAW + draw) for draw in range(resamples)]
    whole, *again = _in_two_processes(folder, [None, *draws])
    return [
        Judged(theme.printed, float(np.mean([recurs(theme, *one) for one in zip(draws, again, strict=True)])))
        for theme in whole
    ]


def recurs(theme: Theme, rows: Rows, again: Sequence[Theme]) -> bool:
    """Whether one of the themes of a resample of these rows is the same, of its level."""
    kept = np.intersect1d(theme.rows, rows, assume_unique=True)
    likest = max((jaccard(kept, other.rows) for other in again if other.level == theme.level), default=0.0)
    return likest >= SAME_FROM


def jaccard(one: Rows, other: Rows) -> float:
    """Shared rows by all rows of the two; 0 where both are empty."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, len(one) + len(other) - shared)


def binned(themes: Sequence[Judged], edges: Sequence[float] = EDGES) -> Iterator[Bin]:
    """The bins that hold a theme; a bin holds its lower edge, the last its upper one too."""
    for low, high in pairwise(edges):
        own = [theme for theme in themes if low <= theme.printed < high or theme.printed == high == edges[-1]]
        if own:
            printed, recurrence = (
                float(np.mean([getattr(theme, of) for theme in own])) for of in ("printed", "recurrence")
            )
            yield Bin(low, high, len(own), printed, recurrence)


def calibration_error(themes: Sequence[Judged]) -> float:
    """The mean distance of printed and found, bin by bin, weighted by themes.

    Source: Naeini, Cooper & Hauskrecht 2015, AAAI, 2901-2907 (expected calibration error).
    """
    bins = list(binned(themes))
    return sum(one.themes * abs(one.printed - one.recurrence) for one in bins) / sum(one.themes for one in bins)


def _in_two_processes(folder: Path, draws: Sequence[Rows | None]) -> list[list[Theme]]:
    """The themes of each draw, in order, by two processes of one thread each."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))  # read when the processes start
    try:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(partial(found, folder), draws))
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
