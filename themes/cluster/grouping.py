"""Which segments belong together, and how firmly: the models that BERTopic is given as its clustering.

A grouping has `fit(reduced, y=None)`, and afterwards `labels_` (0, 1, .. or -1 for no theme) and `probabilities_`
(memberships, 0 to 1) and `stabilities_` (the share of resamples in which the row's group is found again, 0 where that
was not measured), all of length n.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from themes.cluster.consensus import agreed, found_again
from themes.cluster.neighbours import Floats, centred, unit

Labels = NDArray[np.intp]

NOWHERE = -1
_ROUNDS = 3
JOIN_FROM = 0.75
"""Groups whose likeness to each other is this share of the likeness within them are one."""

_MOST_COMPARED = 2000
"""Up to this many different vectors, all pairs are compared where density finds no groups."""


class Grouping(Protocol):
    """What finds the themes; the seam for another way of finding them."""

    labels_: Labels
    probabilities_: Floats
    stabilities_: Floats

    def fit(self, reduced: Floats, y: object = None) -> Grouping:
        """Find the groups of the rows of `reduced`."""
        ...


class ConsensusGrouping:
    """As many groups as there are dense places in the reduced space, with the members that many divisions agree on.

    HDBSCAN's finest groups (its leaves) of at least `smallest`, each filled with the segments that are nearest to its
    centre in the denoised space, say how many there are. The groups themselves are agreed upon by many divisions of the
    denoised vectors (see `consensus.agreed`), because one clustering with one seed does not come out twice. Leaves may
    cut a group that is one, so groups about as alike to each other as within are joined (see `joined`); segments whose
    membership is below `member_from` are taken out. Source: McInnes, Healy & Astels 2017, JOSS 2(11), 205.
    """

    def __init__(self, vectors: Floats, denoised: Floats, smallest: int, member_from: float, seed: int) -> None:
        self.vectors = vectors
        self.denoised = denoised
        self.seed = seed
        self.smallest = smallest
        self.member_from = member_from
        self.labels_: Labels = np.full(len(vectors), NOWHERE, np.intp)
        self.probabilities_: Floats = np.zeros(len(vectors), np.float32)
        self.stabilities_: Floats = np.zeros(len(vectors), np.float32)

    def fit(self, reduced: Floats, y: object = None) -> ConsensusGrouping:  # noqa: ARG002  BERTopic hands over a y
        """Find the groups of the rows of `reduced`, (n, dimensions)."""
        from hdbscan import HDBSCAN

        model: Any = HDBSCAN(
            min_cluster_size=min(self.smallest, len(reduced)),
            min_samples=max(1, min(self.smallest // 2, len(reduced) - 1)),
            cluster_selection_method="leaf",
            core_dist_n_jobs=1,
        )
        labels = np.asarray(model.fit(reduced.astype(np.float64)).labels_, np.intp)
        if labels.max() < 1:
            labels = by_likeness(self.denoised, self.smallest)
        labels = filled(labels, self.denoised, max(2, self.smallest // 2))
        if labels.max() < 1:
            self.labels_, self.probabilities_ = settled(labels, self.vectors, self.member_from)
            return self
        agreement = agreed(self.denoised, int(labels.max()) + 1, self.seed)
        units = centred(self.vectors)
        labels = joined(agreement.labels, units, JOIN_FROM)
        self.labels_, self.probabilities_ = settled(labels, self.vectors, self.member_from)
        again = [(drawn, joined(own, units, JOIN_FROM)) for drawn, own in agreement.resamples]
        self.stabilities_ = found_again(self.labels_, again)
        return self


class LikenessGrouping:
    """Groups of a few segments, by comparing all pairs of different vectors; copies of a text stay together."""

    def __init__(self, vectors: Floats, smallest: int, member_from: float) -> None:
        self.vectors = vectors
        self.smallest = smallest
        self.member_from = member_from
        self.labels_: Labels = np.full(len(vectors), NOWHERE, np.intp)
        self.probabilities_: Floats = np.zeros(len(vectors), np.float32)
        self.stabilities_: Floats = np.zeros(len(vectors), np.float32)

    def fit(self, reduced: Floats, y: object = None) -> LikenessGrouping:  # noqa: ARG002  BERTopic hands over a y
        """Find the groups of the rows of `reduced`, (n, d) of length 1."""
        labels = by_likeness(reduced, self.smallest)
        self.labels_, self.probabilities_ = settled(labels, self.vectors, self.member_from)
        return self


def by_likeness(units: Floats, smallest: int) -> Labels:
    """Labels of the groups that average-linkage agglomeration finds among the different rows.

    The number of groups, at most a third of the different rows, is the one with the best mean silhouette; groups with
    fewer than `smallest` rows are no groups. Where no division has a silhouette above .05, and among more than 2000
    different rows, all rows are one group. Source: Rousseeuw 1987, J. Comput. Appl. Math. 20, 53-65.
    """
    different, copies = np.unique(np.round(units, 4), axis=0, return_inverse=True)
    copies = copies.ravel()
    if len(different) < 5:
        return _numbered(_without_small(copies.astype(np.intp), smallest))
    if len(different) > _MOST_COMPARED:
        return np.zeros(len(units), np.intp)
    return _numbered(_without_small(_divided(unit(different))[copies], smallest))


def _divided(units: Floats) -> Labels:
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    distances = np.clip(1 - units @ units.T, 0, 2)
    np.fill_diagonal(distances, 0)
    best, labels = 0.05, np.zeros(len(units), np.intp)
    for count in range(2, min(len(units) // 3, 30) + 1):
        model = AgglomerativeClustering(n_clusters=count, metric="precomputed", linkage="average")
        found = np.asarray(model.fit_predict(distances), np.intp)
        score = float(silhouette_score(distances, found, metric="precomputed"))
        if score > best + 1e-6:
            best, labels = score, found
    return labels


def filled(labels: Labels, denoised: Floats, smallest: int) -> Labels:
    """Every row at the group whose centre is nearest to it, after three rounds; groups under `smallest` dissolve.

    Without any group to begin with, the labels come back as they are.
    """
    for _ in range(_ROUNDS):
        kept = _numbered(_without_small(labels, smallest))
        if kept.max(initial=NOWHERE) < 0:
            return labels
        labels = np.asarray((denoised @ _sums(kept, denoised).T).argmax(axis=1), np.intp)
    return _numbered(labels)


def joined(labels: Labels, units: Floats, join_from: float) -> Labels:
    """The labels after joining, closest first, groups whose likeness to each other is `join_from` of that within.

    Likeness between is the mean cosine of the rows of one to the centre of the other, both ways; likeness within that
    of the rows to the centre of the rest. `units` are (n, d), of length 1 or zero.
    """
    sums = np.zeros((labels.max(initial=NOWHERE) + 1, units.shape[1]))
    np.add.at(sums, labels[labels >= 0], units[labels >= 0])
    sizes = np.bincount(labels[labels >= 0]).astype(float)
    names = np.arange(len(sums))
    while len(sums) > 1:
        ratios = _likeness_ratios(sums, sizes)
        first, second = sorted(np.unravel_index(ratios.argmax(), ratios.shape))
        if ratios[first, second] < join_from:
            break
        names = np.where(names == second, first, names - (names > second))
        sums[first] += sums[second]
        sizes[first] += sizes[second]
        sums, sizes = np.delete(sums, second, axis=0), np.delete(sizes, second)
    return np.where(labels >= 0, names[labels], NOWHERE) if len(names) else labels


def _likeness_ratios(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How alike every two groups are as a share of their likeness within, from their sums of rows; 0 on the diagonal.

    Taking a row of length 1 out of a sum s of n rows leaves, on average, the length (s.s - 2 s.s/n + 1)^(1/2).
    """
    squares = (sums**2).sum(axis=1)
    rests = np.sqrt(np.maximum(squares - 2 * squares / sizes + 1, 1e-12))
    within = np.maximum((squares / sizes - 1) / rests, 1e-6)
    between = (sums / sizes[:, None]) @ (sums / np.sqrt(np.maximum(squares, 1e-12))[:, None]).T
    ratios: NDArray[np.float64] = (between + between.T) / (within[:, None] + within[None])
    np.fill_diagonal(ratios, 0)
    return ratios


def settled(labels: Labels, vectors: Floats, member_from: float) -> tuple[Labels, Floats]:
    """The labels and memberships once everything below `member_from` is taken out."""
    degrees = memberships(labels, vectors)
    outside = (degrees < member_from) | (labels == NOWHERE)
    degrees[outside] = 0
    labels = np.where(outside, NOWHERE, labels)
    labels = _without_small(labels, 2)
    degrees[labels == NOWHERE] = 0
    return _numbered(labels), degrees


def memberships(labels: Labels, vectors: Floats) -> Floats:
    """How alike each row is to the rest of its group: its cosine with their mean, seen from the corpus mean, 0 to 1.

    Unlike a density's rank this compares across groups; 0 is no more alike than any two rows of the corpus. With one
    group only, nothing lies outside to compare with, and the cosines are the plain ones. Rows without a group have 0.
    """
    grouped = labels >= 0
    units = centred(vectors) if len(np.unique(labels[grouped])) > 1 else unit(vectors)
    degrees = np.zeros(len(labels), np.float32)
    if not grouped.any():
        return degrees
    sums = np.zeros((labels.max() + 1, units.shape[1]), np.float64)
    np.add.at(sums, labels[grouped], units[grouped])
    others = sums[labels[grouped]] - units[grouped]
    lengths = np.maximum(np.linalg.norm(others, axis=1), 1e-9)
    degrees[grouped] = np.clip((others * units[grouped]).sum(axis=1) / lengths, 0, 1)
    return degrees


def _sums(labels: Labels, units: Floats) -> Floats:
    centres = np.zeros((labels.max() + 1, units.shape[1]), np.float64)
    np.add.at(centres, labels[labels >= 0], units[labels >= 0])
    return unit(centres.astype(np.float32))


def _without_small(labels: Labels, smallest: int) -> Labels:
    sizes = np.bincount(labels[labels >= 0], minlength=labels.max(initial=0) + 1)
    small = np.append(sizes < smallest, True)  # the last entry is met by the label -1
    return np.where(small[labels], NOWHERE, labels)


def _numbered(labels: Labels) -> Labels:
    """The same groups, numbered 0, 1, .. without gaps; -1 stays."""
    kept = np.unique(labels[labels >= 0])
    return np.where(labels >= 0, np.searchsorted(kept, labels), NOWHERE).astype(np.intp)
