"""Which segments belong together, and how firmly: the models that BERTopic is given as its clustering.

A grouping has `fit(reduced, y=None)`, and afterwards `labels_` (0, 1, .. or -1 for no theme), all of length n, and
says how like each row is to each group (`likeness`) and how the rows are divided at each level (`levels`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from themes.cluster.consensus import (
    NOWHERE,
    RESAMPLES,
    Divisions,
    Labels,
    agreed,
    divided,
    finished,
    likenesses,
    numbered,
    without_small,
)
from themes.cluster.exemplars import closeness
from themes.cluster.levels import Level, coarser, finer, middle
from themes.cluster.neighbours import Floats, centred, unit
from themes.domain import Granularity

_ROUNDS = 3
JOIN_FROM = 0.75
"""Groups whose likeness to each other is this share of the likeness within them are one."""

COARSENESS = (1, 4, 16)
"""Where few, large and even themes are divided finer than they are, hardly anything agrees: then divisions are made
coarser, until `ENOUGH` of the rows have a theme, or no further."""

ENOUGH = 0.7

LIKE_FROM = 0.1
"""A row whose cosine with the rest of its theme, seen from the corpus mean, is lower has no theme."""

_MOST_COMPARED = 2000
"""Up to this many different vectors, all pairs are compared where density finds no groups."""

Levels = Mapping[Granularity, Level]


class Grouping(Protocol):
    """What finds the themes; the seam for another way of finding them."""

    labels_: Labels

    def fit(self, reduced: Floats, y: object = None) -> Grouping:
        """Find the groups of the rows of `reduced`."""
        ...

    def likeness(self, labels: Labels) -> Floats:
        """How like each row is to the others of each group, (n, groups), 0 to 1; `labels` may be numbered otherwise."""
        ...

    def levels(self) -> Levels:
        """The groups, and where there are such the coarser and the finer ones, with what is known of their stability.

        The middle level is there only where its stability was measured.
        """
        ...


class ConsensusGrouping:
    """What several hundred divisions agree on; `fit` divides the rows that it is given, and the `vectors`, in turn.

    `vectors` are (n, d), centred and of length 1. A membership is how often a segment is together with the others of
    its theme. A theme's stability is the share of the resamples in which its own divisions find it again. See
    `consensus` and `levels`.
    """

    def __init__(self, vectors: Floats, agreement: float, smallest: int, member_from: float, seed: int) -> None:
        self.vectors = vectors
        self.agreement = agreement
        self.smallest = smallest
        self.member_from = member_from
        self.seed = seed
        self.labels_: Labels = np.full(len(vectors), NOWHERE, np.intp)
        self._divisions: Divisions | None = None

    def fit(self, reduced: Floats, y: object = None) -> ConsensusGrouping:  # noqa: ARG002  BERTopic hands over a y
        """Find the groups of the rows of `reduced`, (n, d)."""
        most = -1.0
        for coarseness in COARSENESS:
            divisions = divided([self.vectors, reduced], self.seed, coarseness)
            labels = self._found(divisions, self.vectors)
            share = float((labels >= 0).mean())
            if share > most:
                most, self._divisions, self.labels_ = share, divisions, labels
            if share >= ENOUGH:
                break
        return self

    def likeness(self, labels: Labels) -> Floats:
        """How often each row is together with the others of each group, (n, groups)."""
        return likenesses(self._fitted(), labels)

    def levels(self) -> Levels:
        """Three levels, or fewer where themes cannot be merged or cut."""
        divisions = self._fitted()
        own = [divisions.of_resample(number) for number in range(RESAMPLES)]
        resampled = [
            (rows, one, self._found(one, self.vectors[rows])) for rows, one in zip(divisions.drawn, own, strict=True)
        ]
        found = {
            Granularity.COARSE: coarser(divisions, self.labels_, resampled),
            Granularity.MIDDLE: middle(self.labels_, resampled),
            Granularity.FINE: finer(divisions, self.labels_, resampled, self.smallest),
        }
        return {granularity: level for granularity, level in found.items() if level is not None}

    def _found(self, divisions: Divisions, units: Floats) -> Labels:
        """The themes of these divisions of `units`.

        A group that is much larger than others is cut wherever chance has it, so what is alike is joined again. What is
        like nothing goes to some centre all the same, so each row must be like its theme as well.
        """
        labels = finished(divisions, agreed(divisions, self.agreement), self.smallest, self.member_from)
        return alike_enough(joined(labels, units, JOIN_FROM), units, LIKE_FROM)

    def _fitted(self) -> Divisions:
        if self._divisions is None:
            raise ValueError("`fit` comes first")
        return self._divisions


class _ByLikeness:
    """What the groupings share whose memberships are cosines, and whose stability is not measured."""

    def __init__(self, vectors: Floats, smallest: int, member_from: float) -> None:
        self.vectors = vectors
        self.smallest = smallest
        self.member_from = member_from
        self.labels_: Labels = np.full(len(vectors), NOWHERE, np.intp)

    def likeness(self, labels: Labels) -> Floats:
        """How alike each row is to each group: the cosine with the mean of its others, seen from the corpus mean.

        Unlike a density's rank this compares across groups; 0 is no more alike than any two rows of the corpus. With
        one group only, nothing lies outside to compare with, and the cosines are the plain ones.
        """
        units = centred(self.vectors) if labels.max(initial=NOWHERE) > 0 else unit(self.vectors)
        return np.clip(closeness(labels, units), 0, 1)

    def levels(self) -> Levels:
        """None."""
        return {}

    def _settle(self, labels: Labels) -> None:
        """The labels once every row that belongs to its group less than `member_from` is taken out."""
        units = centred(self.vectors) if labels.max(initial=NOWHERE) > 0 else unit(self.vectors)
        self.labels_ = alike_enough(labels, units, self.member_from)


class DensityGrouping(_ByLikeness):
    """HDBSCAN's finest groups, its leaves, filled with the rows that are nearest to them in the denoised space.

    Leaves may cut a group that is one, so groups about as alike to each other as within are joined (see `joined`).
    Source: McInnes, Healy & Astels 2017, JOSS 2(11), 205.
    """

    def __init__(self, vectors: Floats, denoised: Floats, smallest: int, member_from: float) -> None:
        super().__init__(vectors, smallest, member_from)
        self.denoised = denoised

    def fit(self, reduced: Floats, y: object = None) -> DensityGrouping:  # noqa: ARG002  BERTopic hands over a y
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
        self._settle(joined(labels, centred(self.vectors), JOIN_FROM))
        return self


class LikenessGrouping(_ByLikeness):
    """Groups of a few segments, by comparing all pairs of different vectors; copies of a text stay together."""

    def fit(self, reduced: Floats, y: object = None) -> LikenessGrouping:  # noqa: ARG002  BERTopic hands over a y
        """Find the groups of the rows of `reduced`, (n, d) of length 1."""
        self._settle(by_likeness(reduced, self.smallest))
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
        return numbered(without_small(copies.astype(np.intp), smallest))
    if len(different) > _MOST_COMPARED:
        return np.zeros(len(units), np.intp)
    return numbered(without_small(_divided(unit(different))[copies], smallest))


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
        kept = numbered(without_small(labels, smallest))
        if kept.max(initial=NOWHERE) < 0:
            return labels
        labels = np.asarray((denoised @ _sums(kept, denoised).T).argmax(axis=1), np.intp)
    return numbered(labels)


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


def alike_enough(labels: Labels, units: Floats, least: float) -> Labels:
    """The labels without the rows whose cosine with the rest of their group is under `least`, and groups of one row."""
    if labels.max(initial=NOWHERE) < 0:
        return labels
    outside = closeness(labels, units)[np.arange(len(labels)), labels] < least
    return without_small(np.where(outside, NOWHERE, labels), 2)


def _sums(labels: Labels, units: Floats) -> Floats:
    centres = np.zeros((labels.max() + 1, units.shape[1]), np.float64)
    np.add.at(centres, labels[labels >= 0], units[labels >= 0])
    return unit(centres.astype(np.float32))
