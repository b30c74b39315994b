"""What many divisions of the same segments agree on: evidence accumulation.

One division is partly chance. Many are drawn, each from part of the segments and with a number of groups of its own;
two segments belong together as often as they were put together. Source: Fred & Jain 2005, IEEE Transactions on Pattern
Analysis and Machine Intelligence 27(6), 835-850.

Groups are those that put together what is together in more than a given share of the divisions and keep apart what is
not (`agreed`). How many there are follows from that: where a number is fixed instead, every group that is split in a
resample forces two others to merge. Source: Bansal, Blum & Chawla 2004, Machine Learning 56, 89-113 (correlation
clustering).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from themes.cluster.neighbours import Floats

Labels = NDArray[np.intp]

NOWHERE = -1

RESAMPLES = 10
"""How many times part of the rows are drawn."""

FOUND_FROM = 0.5
"""Two groups with this Jaccard index, over the rows that were drawn, are one group found twice."""

_DRAWN = 0.8
_FITTED = 0.5
"""The share of the rows of a resample on which a division is fitted; all others go to the nearest centre."""

_MOST_FITTED = 1500
_DIVISIONS = (300, 600)
_ROWS_DIVIDED = 500_000
"""Divisions of all rows together: fewer where there are many rows, since chance weighs less there."""

_GROUPS = ((5, 0.5), (9, 0.9))
"""A division has at least and at most so many groups: a number, or a share of the root of the number of rows."""

_ATOMS = 600
_ROUNDS = 15
_SMALL_ROUNDS = 2


@dataclass(frozen=True, eq=False)
class Divisions:
    """Many divisions of the same n rows.

    `labels` is (n, divisions), the group of each row in each division. `resample` (divisions,) says from which resample
    a division comes, `drawn` (resamples, n) which rows each resample drew. `atoms` (n,) puts the rows that are nearest
    to each other into at most 600 small groups, which save comparing all pairs of rows.
    """

    labels: NDArray[np.int32]
    resample: Labels
    drawn: NDArray[np.bool_]
    atoms: Labels

    @property
    def count(self) -> int:
        """How many divisions there are."""
        return int(self.labels.shape[1])

    @cached_property
    def member(self) -> Any:
        """A sparse matrix, (n, groups of all divisions): 1 where the row is in the group."""
        from scipy.sparse import csr_matrix

        n, count = self.labels.shape
        firsts = np.concatenate([[0], np.cumsum(self.labels.max(axis=0) + 1)])
        columns = (self.labels + firsts[:-1]).ravel()
        starts = np.arange(0, n * count + 1, count)
        return csr_matrix((np.ones(n * count, np.float32), columns, starts), shape=(n, firsts[-1]))

    def of_resample(self, number: int) -> Divisions:
        """The divisions of one resample, of the rows that it drew."""
        rows = self.drawn[number]
        own = self.labels[np.ix_(rows, self.resample == number)]
        return Divisions(own, np.zeros(own.shape[1], np.intp), np.ones((1, len(own)), bool), numbered(self.atoms[rows]))


def divided(spaces: Sequence[Floats], seed: int, coarseness: float = 1) -> Divisions:
    """Many divisions of the same rows, seen in each of the `spaces`, (n, d) each, in turn.

    Ten resamples draw four fifths of the rows. Each division is k-means from one random start on half of the rows of a
    resample, 1500 at most, with between .5 and .9 times the root of n groups (5 and 9 at least); all rows go to the
    nearest centre. There are 300 to 600 divisions, fewer for more rows. `coarseness` divides the numbers of groups,
    down to 5 and 9.
    """
    from sklearn import config_context

    n = len(spaces[0])
    chance = np.random.default_rng(seed)
    draws = [np.sort(chance.permutation(n)[: round(_DRAWN * n)]) for _ in range(RESAMPLES)]
    least, most = (max(number, round(share * n**0.5 / coarseness)) for number, share in _GROUPS)
    count = int(np.clip(_ROWS_DIVIDED // n, *_DIVISIONS))
    labels = np.empty((n, count), np.int32)
    checked_before = config_context(assume_finite=True, skip_parameter_validation=True)  # half of the time, else
    with threadpool_limits(1), checked_before:  # sums of several threads differ from run to run
        atoms = _atoms(spaces[0], seed)
        for number in range(count):
            rows = chance.permutation(draws[number % RESAMPLES])
            fitted = rows[: min(_MOST_FITTED, max(2, round(_FITTED * len(rows))))]
            groups = min(int(chance.integers(least, most + 1)), len(fitted))
            space = spaces[number // RESAMPLES % len(spaces)]
            labels[:, number] = _division(space, fitted, groups, int(chance.integers(2**31)))
    drawn = np.zeros((RESAMPLES, n), bool)
    for number, rows in enumerate(draws):
        drawn[number, rows] = True
    return Divisions(labels, np.arange(count) % RESAMPLES, drawn, atoms)


def _division(rows: Floats, fitted: Labels, groups: int, seed: int) -> NDArray[np.int32]:
    from sklearn.cluster import KMeans

    model = KMeans(groups, init="random", n_init=1, max_iter=30, random_state=seed).fit(rows[fitted])
    centres = model.cluster_centers_
    return np.asarray((rows @ centres.T - (centres**2).sum(axis=1) / 2).argmax(axis=1), np.int32)


def _atoms(rows: Floats, seed: int) -> Labels:
    from sklearn.cluster import KMeans

    if len(rows) <= _ATOMS:
        return np.arange(len(rows), dtype=np.intp)
    return numbered(KMeans(_ATOMS, init="random", n_init=1, max_iter=5, random_state=seed).fit(rows).labels_)


# --- groups ---


def agreed(divisions: Divisions, above: float) -> Labels:
    """Groups of rows that are together in more than the share `above` of the divisions, on average: (n,).

    Groups are 0, 1, ..; a row that is alone has -1. Sought is the grouping with the greatest sum, over all pairs of
    rows within a group, of how often the two are together less `above`. Average linkage of the atoms begins; then each
    row goes where it adds most, or alone where it adds nothing, and groups merge that gain by it, until nothing moves.
    """
    labels = without_small(linked(divisions, above), 2)
    for _ in range(_ROUNDS):
        if labels.max() < 0:
            break
        moved = _moved(divisions, labels, above)
        merged = np.append(merged_groups(divisions, moved, above), NOWHERE)[moved]
        if np.array_equal(merged, labels):
            break
        labels = merged
    return labels


def linked(divisions: Divisions, above: float) -> Labels:
    """Groups of rows by average linkage of the atoms, which are together in more than the share `above`: (n,)."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    sizes = np.bincount(divisions.atoms)
    if len(sizes) == 1:
        return divisions.atoms
    means = _sums(divisions, divisions.atoms) / sizes[:, None]
    apart = 1 - (means @ means.T).astype(np.float64) / divisions.count
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(np.maximum(apart, 0), checks=False), "average")
    return numbered(fcluster(tree, 1 - above, "distance"))[divisions.atoms]


def _moved(divisions: Divisions, labels: Labels, above: float) -> Labels:
    inside = np.flatnonzero(labels >= 0)
    gains = divisions.member @ np.ascontiguousarray(_sums(divisions, labels).T)
    gains /= divisions.count
    gains -= np.float32(above) * np.bincount(labels[inside]).astype(np.float32)
    gains[inside, labels[inside]] -= np.float32(1 - above)  # a row is always together with itself
    best = gains.argmax(axis=1)
    return without_small(np.where(gains[np.arange(len(labels)), best] < 0, NOWHERE, best), 2)


def merged_groups(divisions: Divisions, labels: Labels, above: float) -> Labels:
    """For each group its number after groups that gain by it have merged, greatest gain first (see `agreed`).

    Rows without a group, -1, count nowhere.
    """
    sizes = np.bincount(labels[labels >= 0]).astype(np.float64)
    sums = _sums(divisions, labels)
    gains = (sums @ sums.T).astype(np.float64) / divisions.count - above * np.outer(sizes, sizes)
    np.fill_diagonal(gains, -1)
    names = np.arange(len(sizes))
    while len(sizes) > 1:
        kept, gone = sorted(np.unravel_index(gains.argmax(), gains.shape))
        if gains[kept, gone] <= 1e-6:
            break
        gains[kept] += gains[gone]
        gains[:, kept] += gains[:, gone]
        gains[gone] = gains[:, gone] = gains[kept, kept] = -np.inf
        names[names == gone] = kept
    return numbered(names)


def finished(divisions: Divisions, labels: Labels, smallest: int, member_from: float) -> Labels:
    """The groups of `smallest` rows or more; other rows go to the group they are most often together with.

    Those that are together with no group in the share `member_from` of the divisions have none, -1.
    """
    for _ in range(_SMALL_ROUNDS):
        labels = without_small(labels, smallest)
        if labels.max(initial=NOWHERE) < 0:
            return labels
        likeness = likenesses(divisions, labels)
        best = likeness.argmax(axis=1)
        firm = likeness[np.arange(len(labels)), best] >= member_from
        labels = np.where(labels == NOWHERE, np.where(firm, best, NOWHERE), labels)
    degrees = likenesses(divisions, labels)[np.arange(len(labels)), labels]
    return without_small(np.where(degrees >= member_from, labels, NOWHERE), min(2, smallest))


def likenesses(divisions: Divisions, labels: Labels) -> Floats:
    """How often each row is together with the rows of each group, the row itself left out: (n, groups), 0 to 1.

    `labels` are 0, 1, .. or -1 for none.
    """
    rows = np.flatnonzero(labels >= 0)
    sizes = np.bincount(labels[rows]).astype(np.float32)
    shares: Floats = divisions.member @ np.ascontiguousarray(_sums(divisions, labels).T)
    shares /= divisions.count
    shares[rows, labels[rows]] -= 1
    others = np.tile(sizes, (len(labels), 1))
    others[rows, labels[rows]] -= 1
    shares /= np.maximum(others, 1)
    return shares


def _sums(divisions: Divisions, labels: Labels) -> Floats:
    """For each group how many of its rows are in each group of each division, (groups, groups of all divisions)."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(labels >= 0)
    ones = np.ones(len(rows), np.float32)
    shape = (int(labels.max(initial=NOWHERE)) + 1, len(labels))
    return np.asarray((csr_matrix((ones, (labels[rows], rows)), shape=shape) @ divisions.member).toarray(), np.float32)


# --- stability ---


def found_again(labels: Labels, resamples: Sequence[tuple[NDArray[np.bool_], Labels]]) -> Floats:
    """The share of the resamples in which each group is found again, (groups,).

    A resample is which rows were drawn, (n,) booleans, and the labels of those.
    """
    n_groups = int(labels.max(initial=NOWHERE)) + 1
    hits = np.zeros(n_groups, np.float32)
    for drawn, own in resamples:
        cells = np.zeros((n_groups + 1, int(own.max(initial=NOWHERE)) + 2))  # the last of each is met by the label -1
        np.add.at(cells, (labels[drawn], own), 1)
        either = cells[:-1].sum(axis=1, keepdims=True) + cells.sum(axis=0)[None] - cells[:-1]
        alike = (cells[:-1] / np.maximum(either, 1))[:, :-1]
        hits += alike.max(axis=1, initial=0) >= FOUND_FROM
    return hits / np.float32(max(1, len(resamples)))


def without_small(labels: Labels, smallest: int) -> Labels:
    """The groups of `smallest` rows or more, numbered 0, 1, .. without gaps; the rows of others have -1."""
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=0)) + 1)
    small = np.append(sizes < smallest, True)  # the last entry is met by the label -1
    return numbered(np.where(small[labels], NOWHERE, labels))


def numbered(labels: NDArray[Any]) -> Labels:
    """The same groups, numbered 0, 1, .. without gaps; -1 stays."""
    kept = np.unique(labels[labels >= 0])
    return np.where(labels >= 0, np.searchsorted(kept, labels), NOWHERE).astype(np.intp)
