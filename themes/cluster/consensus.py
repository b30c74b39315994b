"""What many divisions of the same segments agree on: evidence accumulation.

One division is partly chance. Many are drawn, each from part of the segments and with a number of groups of its own;
two segments belong together as often as they were put together. Source: Fred & Jain 2005, IEEE Transactions on Pattern
Analysis and Machine Intelligence 27(6), 835-850.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from themes.cluster.neighbours import Floats, unit

Labels = NDArray[np.intp]

DIVISIONS = 60
_DRAWN = 0.8
_FINEST = 1.5
"""A division has as many groups as are sought, up to half as many again."""

_ATOMS = 1500
"""Above so many rows, nearest rows are first gathered into so many atoms, which are divided in their place."""

_ROUNDS = 5


def agreed(units: Floats, count: int, seed: int) -> Labels:
    """Labels of `count` groups (or fewer) of the rows on which many divisions agree, numbered 0, 1, ..

    `units` are (n, d), of length 1. Each of 60 divisions is k-means, started once, on a random four fifths of the rows;
    the other rows go to the nearest centre. Average linkage on how often two rows were together gives the groups, whose
    rows are then settled at the nearest group's centre. Time and memory grow with n, not with its square: above 1500
    rows atoms (small groups by k-means) are divided in the place of rows.
    """
    atoms, of = _atoms(units, seed)
    together = _together(atoms, count, seed)
    return _settled(units, _linked(together, count)[of])


def _atoms(units: Floats, seed: int) -> tuple[Floats, Labels]:
    """What is divided, (m, d), and the place among them of every row."""
    if len(units) <= _ATOMS:
        return units, np.arange(len(units), dtype=np.intp)
    from sklearn.cluster import KMeans

    model = KMeans(_ATOMS, init="random", n_init=1, max_iter=5, random_state=seed).fit(units)
    kept, of = np.unique(model.labels_, return_inverse=True)
    return unit(model.cluster_centers_[kept].astype(np.float32)), of.astype(np.intp)


def _together(rows: Floats, count: int, seed: int) -> Floats:
    """How often any two rows were in one group, (n, n), 0 to 1."""
    from sklearn.cluster import KMeans

    chance = np.random.default_rng(seed)
    n = len(rows)
    together: Floats = np.zeros((n, n), np.float32)
    for _ in range(DIVISIONS):
        drawn = chance.permutation(n)[: max(count, round(_DRAWN * n))]
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
        labels = np.unique(nearest, return_inverse=True)[1].astype(np.intp)
    return labels
