"""Which segments are most alike; and vectors with the noise of single segments averaged out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.cluster.compiled import choose_cache_folder

Floats = NDArray[np.float32]

_LEAST_IN_REGISTER = 50
"""Fewer rows than this give no mean that stands for a manner of speaking."""

MOST_EXACT = 20_000
"""With more rows, neighbours are found approximately: comparing all pairs would take minutes."""

_CELLS = 2**25
"""Similarities held at once: 128 MB, whatever the number of segments."""


@dataclass(frozen=True)
class Neighbours:
    """The most similar rows of every row, most similar first, the row itself left out.

    `rows` and `similarities` are (n, k); similarities are cosines.
    """

    rows: NDArray[np.int32]
    similarities: Floats


def unit(vectors: Floats) -> Floats:
    """Every row at length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def centred(vectors: Floats) -> Floats:
    """The rows seen from the corpus mean, at length 1: what all segments share no longer makes them alike.

    Rows that lie on the mean but for rounding become zero.
    """
    units = unit(vectors)
    offsets = units - units.mean(axis=0, dtype=np.float64)
    offsets[np.linalg.norm(offsets, axis=1) < 1e-5] = 0
    return unit(offsets.astype(np.float32))


def levelled(vectors: Floats, registers: Sequence[str]) -> Floats:
    """The rows without the mean of their register (talk, mandate), at length 1: what they say, not how it is said.

    As they are where there is one register only, or one with fewer than `_LEAST_IN_REGISTER` rows.
    """
    counts = Counter(registers)
    if len(counts) < 2 or min(counts.values()) < _LEAST_IN_REGISTER:
        return vectors
    rows = unit(vectors)
    names = np.asarray(registers)
    for register in counts:
        rows[names == register] -= rows[names == register].mean(axis=0, dtype=np.float64).astype(np.float32)
    return unit(rows)


def nearest(units: Floats, count: int) -> Neighbours:
    """The `count` most similar other rows of every row; equal ones in the order of the rows.

    By exact search up to 20,000 rows, approximately above (see `approximate`). `units` is (n, d) with rows of length 1;
    `count` is cut to n - 1.
    """
    n = len(units)
    count = min(count, n - 1)
    if n > MOST_EXACT:
        return approximate(units, count)
    rows = np.empty((n, count), np.int32)
    similarities = np.empty((n, count), np.float32)
    for start in range(0, n, step := max(1, _CELLS // n)):
        block = np.arange(start, min(start + step, n))
        alike = units[block] @ units.T
        alike[np.arange(len(block)), block] = -np.inf
        found = np.sort(np.argpartition(-alike, count - 1, axis=1)[:, :count], axis=1)
        values = np.take_along_axis(alike, found, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        rows[block] = np.take_along_axis(found, order, axis=1)
        similarities[block] = np.take_along_axis(values, order, axis=1)
    return Neighbours(rows, similarities)


def approximate(units: Floats, count: int) -> Neighbours:
    """The same as `nearest`, by nearest neighbour descent: most of the neighbours are right, and time grows with n.

    The same rows give the same neighbours. Source: Dong, Moses & Li 2011, WWW, 577-586.
    """
    choose_cache_folder()
    from pynndescent import NNDescent

    itself = np.arange(len(units), dtype=np.int32)
    found, apart = NNDescent(units, n_neighbors=count + 1, random_state=0, n_jobs=1, metric="euclidean").neighbor_graph
    others = np.where(found == itself[:, None], np.inf, apart)
    order = np.argsort(others, axis=1, kind="stable")[:, :count]
    rows = np.take_along_axis(found, order, axis=1).astype(np.int32)
    similarities = 1 - np.take_along_axis(apart, order, axis=1) ** 2 / 2
    return Neighbours(rows, similarities.astype(np.float32))


def denoised(units: Floats, neighbours: Neighbours, weight: float, steps: int) -> Floats:
    """The rows after `steps` of taking on the share `weight` from their neighbours, at length 1.

    Each step mixes a row's own vector with the mean of its neighbours' current ones, weighted by similarity; the row's
    own starting vector keeps the share 1 - weight at every step.
    Source: Zhou et al. 2004, Learning with Local and Global Consistency, NeurIPS 16, section 2.
    """
    from scipy.sparse import csr_matrix

    n, count = neighbours.rows.shape
    pulls = np.maximum(neighbours.similarities, 0)
    pulls = pulls / np.maximum(pulls.sum(axis=1, keepdims=True), 1e-9)
    starts = np.arange(0, n * count + 1, count)
    graph = csr_matrix((pulls.ravel(), neighbours.rows.ravel(), starts), shape=(n, n))
    mixed = units
    for _ in range(steps):
        mixed = unit((1 - weight) * units + weight * (graph @ mixed))
    return mixed
