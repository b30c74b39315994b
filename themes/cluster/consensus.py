"""What many divisions of the same segments agree on: evidence accumulation.

One division is partly chance. Many are drawn, each from part of the segments and with a number of groups of its own;
two segments belong together as often as they were put together. Source: Fred & Jain 2005, IEEE Transactions on Pattern
Analysis and Machine Intelligence 27(6), 835-850.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.cluster.neighbours import Floats, unit

Labels = NDArray[np.intp]

RESAMPLES = 10
"""How many times part of the rows are drawn."""

DIVISIONS = 6
"""Divisions of each resample."""

FOUND_FROM = 0.5
"""Two groups with this Jaccard index, over the rows that were drawn, are one group found twice."""

_DRAWN = 0.8
_FINEST = 1.5
"""A division has as many groups as are sought, up to half as many again."""

_ATOMS = 1500
"""Above so many rows, nearest rows are first gathered into so many atoms, which are divided in their place."""

_ROUNDS = 5


@dataclass(frozen=True, eq=False)
class Agreement:
    """The `labels` agreed upon, and for each resample which rows were drawn, (n,) booleans, and its own labels."""

    labels: Labels
    resamples: tuple[tuple[NDArray[np.bool_], Labels], ...]


def agreed(units: Floats, count: int, seed: int) -> Agreement:
    """`count` groups (or fewer) of the rows on which many divisions agree, numbered 0, 1, ..

    `units` are (n, d), of length 1. Ten times four fifths of the rows are drawn, and divided six times by k-means, each
    time started once; the other rows go to the nearest centre. Average linkage on how often two rows were together, in
    all sixty, gives the groups, whose rows are then settled at the nearest group's centre. Each resample has groups of
    its own, from its six divisions. Time and memory grow with n, not with its square: above 1500 rows atoms (small
    groups by k-means) are divided in the place of rows.
    """
    atoms, of = _atoms(units, seed)
    chance = np.random.default_rng(seed)
    together: Floats = np.zeros((len(atoms), len(atoms)), np.float32)
    resamples = []
    for _ in range(RESAMPLES):
        drawn = np.sort(chance.permutation(len(atoms))[: max(count, round(_DRAWN * len(atoms)))])
        once = _together(atoms, drawn, count, chance)
        together += once
        labels = np.zeros(len(atoms), np.intp)
        labels[drawn] = _linked(once[np.ix_(drawn, drawn)], count)
        inside = np.isin(of, drawn)
        own = np.zeros(len(units), np.intp)
        own[inside] = _settled(units[inside], _numbered(labels[of[inside]]))
        resamples.append((inside, own))
    return Agreement(_settled(units, _numbered(_linked(together / np.float32(RESAMPLES), count)[of])), tuple(resamples))


def found_again(labels: Labels, resamples: Sequence[tuple[NDArray[np.bool_], Labels]]) -> Floats:
    """The share of the resamples in which each row's group is found again, (n,); 0 for rows without a group."""
    n_groups = int(labels.max(initial=-1)) + 1
    hits = np.zeros(n_groups + 1, np.float32)  # the last entry is met by the label -1, and stays 0
    for drawn, own in resamples:
        cells = np.zeros((n_groups + 1, int(own.max(initial=0)) + 1))
        np.add.at(cells, (labels[drawn], own[drawn]), 1)
        either = cells[:-1].sum(axis=1, keepdims=True) + cells.sum(axis=0)[None] - cells[:-1]
        hits[:-1] += (cells[:-1] / np.maximum(either, 1)).max(axis=1) >= FOUND_FROM
    hits /= max(1, len(resamples))
    shares: Floats = hits[labels]
    return shares


def _atoms(units: Floats, seed: int) -> tuple[Floats, Labels]:
    """What is divided, (m, d), and the place among them of every row."""
    if len(units) <= _ATOMS:
        return units, np.arange(len(units), dtype=np.intp)
    from sklearn.cluster import KMeans

    model = KMeans(_ATOMS, init="random", n_init=1, max_iter=5, random_state=seed).fit(units)
    kept, of = np.unique(model.labels_, return_inverse=True)
    return unit(model.cluster_centers_[kept].astype(np.float32)), of.astype(np.intp)


def _together(rows: Floats, drawn: Labels, count: int, chance: np.random.Generator) -> Floats:
    """How often any two rows were in one group, (n, n), 0 to 1, when the `drawn` were divided."""
    from sklearn.cluster import KMeans

    n = len(rows)
    together: Floats = np.zeros((n, n), np.float32)
    for _ in range(DIVISIONS):
        groups = int(chance.integers(count, min(max(count, int(_FINEST * count)), len(drawn)) + 1))
        model = KMeans(groups, n_init=1, max_iter=50, random_state=int(chance.integers(2**31))).fit(rows[drawn])
        member = np.eye(groups, dtype=np.float32)[model.predict(rows)]
        together += member @ member.T
    together /= DIVISIONS
    return together


def _linked(together: Floats, count: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = 1 - together.astype(np.float64)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(np.maximum(apart, 0), checks=False), "average")
    return np.asarray(fcluster(tree, count, "maxclust"), np.intp) - 1


def _settled(units: Floats, labels: Labels) -> Labels:
    """Every row at the centre that is nearest to it, after five rounds."""
    for _ in range(_ROUNDS):
        centres = np.zeros((labels.max() + 1, units.shape[1]), np.float64)
        np.add.at(centres, labels, units)
        nearest = (units @ unit(centres.astype(np.float32)).T).argmax(axis=1)
        labels = _numbered(nearest)
    return labels


def _numbered(labels: Labels) -> Labels:
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)
