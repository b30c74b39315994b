"""Segments and their vectors become candidate themes: the stage."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.cluster.adapter import Topics, contained, topics
from themes.cluster.consensus import Labels
from themes.cluster.copies import Copies, collapsed
from themes.cluster.exemplars import borderline, exemplars
from themes.cluster.grouping import LIKE_FROM, ConsensusGrouping, DensityGrouping, Grouping, LikenessGrouping
from themes.cluster.levels import Level
from themes.cluster.neighbours import Floats, centred, denoised, levelled, nearest, unit
from themes.cluster.options import ClusterOptions
from themes.cluster.placing import placing
from themes.cluster.reduction import FEW, Axes, NoReduction, Reduction, places, principal_axes
from themes.cluster.standing import one_voice, voices
from themes.cluster.terms import TermCounts, class_tfidf, describing
from themes.cluster.words import Wording, wording
from themes.domain import CandidateTheme, Granularity, Progress, Segment, SegmentId, ThemeId, no_progress

TOO_FEW = 5
"""Below this many segments nothing is grouped."""

_STEPS = 4
_LETTERS = {Granularity.COARSE: "C", Granularity.MIDDLE: "T", Granularity.FINE: "F"}


@dataclass(frozen=True, eq=False)
class Clustering:
    """The candidate themes, largest first, and the segments that belong to none, in their order.

    `places` is a map for a figure, (n, 2), a row per segment: what is alike lies close. `hierarchy` holds the coarser
    themes, each of two candidate themes or more, and the finer ones, two or more to a candidate theme that can be cut.
    """

    themes: tuple[CandidateTheme, ...]
    places: NDArray[np.float32]
    unclustered: tuple[SegmentId, ...]
    hierarchy: tuple[CandidateTheme, ...] = ()


def cluster(
    segments: Sequence[Segment],
    vectors: NDArray[np.float32],
    options: ClusterOptions,
    words_out: Collection[str] = (),
    languages: Collection[str] = ("en",),
    progress: Progress = no_progress,
) -> Clustering:
    """The candidate themes of `segments`, whose `vectors` are (n, d) in the same order.

    Same segments, vectors, options, versions and machine: same themes. Themes are numbered `T01`, `T02`, .. by size,
    equal ones by their first segment; coarser ones `C01`, .., finer ones `F01`, ... A membership says how firmly a
    segment belongs to its theme (see `grouping`). Fewer than five segments give no theme; few or hardly different ones
    are grouped by comparing all pairs. `words_out` (words or phrases) never stand among the terms; `languages` are
    those of the sources, by their two letters. Raises ValueError where `vectors` does not fit.
    """
    rows = _checked(len(segments), vectors)
    if options.level_registers:
        rows = levelled(rows, [segment.register for segment in segments])
    if len(segments) < TOO_FEW:
        progress(_STEPS, _STEPS)
        return Clustering((), places(unit(rows), 2, 0), tuple(segment.id for segment in segments))
    progress(0, _STEPS)
    copies = _copies(segments)
    different = [segments[place] for place in copies.representatives]
    rows = rows[copies.representatives]
    units, reduction, grouping = _models(rows, options)
    with placing(units, options.neighbours, options.seed) as placed:
        said = wording([segment.text for segment in different], words_out, languages)
        progress(1, _STEPS)
        counts = TermCounts(said)
        found = _found(units, reduction, grouping, counts)
        progress(2, _STEPS)
        ground = _Ground(segments, different, copies, centred(rows), said, voices(segments), options)
        themes, hierarchy = _all_levels(found.labels, found.weights, grouping, counts, ground)
        progress(3, _STEPS)
        mapped = placed()
    progress(_STEPS, _STEPS)
    labels = found.labels[copies.of]
    outside = (segment.id for segment, label in zip(segments, labels, strict=True) if label < 0)
    return Clustering(themes, mapped[copies.of], tuple(outside), hierarchy)


def _copies(segments: Sequence[Segment]) -> Copies:
    """Which segments repeat another; where hardly any text differs, each segment counts for itself."""
    copies = collapsed([segment.text for segment in segments], [segment.register for segment in segments])
    if len(copies.representatives) >= FEW:
        return copies
    everyone = np.arange(len(segments), dtype=np.intp)
    return Copies(everyone, everyone, np.ones(len(segments), np.intp))


def _checked(count: int, vectors: NDArray[np.float32]) -> Floats:
    rows = np.asarray(vectors, np.float32)
    if count == 0 and rows.size == 0:
        return np.zeros((0, 1), np.float32)
    if rows.ndim != 2 or len(rows) != count:
        raise ValueError(f"{count} segments need vectors of shape ({count}, d), not {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("vectors must be finite numbers")
    return rows


def _models(rows: Floats, options: ClusterOptions) -> tuple[Floats, Reduction | Axes | NoReduction, Grouping]:
    """What the reduction is given, the reduction and the grouping."""
    smallest = options.smallest(len(rows))
    if len(np.unique(np.round(unit(rows), 4), axis=0)) < FEW:
        few = options.min_cluster_size or 2
        return unit(rows), NoReduction(), LikenessGrouping(rows, few, min(options.member_from, LIKE_FROM))
    units = centred(rows)
    smooth = denoised(units, nearest(units, options.neighbours), options.spread, options.spread_steps)
    if options.method == "density":
        reduction = Reduction(options.neighbours, options.dimensions, options.seed)
        return smooth, reduction, DensityGrouping(rows, smooth, smallest, min(options.member_from, LIKE_FROM))
    plain = principal_axes(units)
    return smooth, Axes(), ConsensusGrouping(plain, options.agreement, smallest, options.member_from, options.seed)


def _found(units: Floats, reduction: Reduction | Axes | NoReduction, grouping: Grouping, counts: TermCounts) -> Topics:
    """Labels of the themes and the weights of their terms; BERTopic carries the grouping by density."""
    if isinstance(reduction, Reduction):
        return topics(units, reduction, grouping, counts)
    with contained():
        labels = grouping.fit(reduction.fit_transform(units)).labels_
    return Topics(labels, class_tfidf(labels, counts))


# --- themes from labels ---


@dataclass(frozen=True, eq=False)
class _Ground:
    """What themes are described from. `units` (centred) and `said` have a row per segment of `different`.

    `everyone` is the talk of the whole study (see `voices`).
    """

    segments: Sequence[Segment]
    different: Sequence[Segment]
    copies: Copies
    units: Floats
    said: Wording
    everyone: Mapping[str, int]
    options: ClusterOptions


@dataclass(frozen=True, eq=False)
class _Groups:
    """The groups of one level: a label per different segment, how like each is to each group, terms, stabilities.

    `parents` (groups,) are ids of the coarser level, or None.
    """

    granularity: Granularity
    labels: Labels
    likeness: Floats
    weights: Any
    stabilities: Floats
    parents: Sequence[ThemeId | None]


def _all_levels(
    labels: Labels, weights: Any, grouping: Grouping, counts: TermCounts, ground: _Ground
) -> tuple[tuple[CandidateTheme, ...], tuple[CandidateTheme, ...]]:
    """The candidate themes, and those of the other levels."""
    levels = grouping.levels()
    none: Sequence[ThemeId | None] = [None] * (int(labels.max(initial=-1)) + 1)

    def groups(granularity: Granularity, level: Level, parents: Sequence[ThemeId | None]) -> _Groups:
        return _Groups(
            granularity,
            level.labels,
            grouping.likeness(level.labels),
            class_tfidf(level.labels, counts),
            level.stabilities,
            parents,
        )

    coarse = levels.get(Granularity.COARSE)
    above: dict[int, CandidateTheme] = {}
    parents = none
    if coarse is not None:
        holder = _holders(labels, coarse.labels)
        several = {one for one in holder if holder.count(one) > 1}
        n_coarse = int(coarse.labels.max()) + 1
        above = dict(_themes(groups(Granularity.COARSE, coarse, [None] * n_coarse), ground, several))
        parents = [above[one].id if one in above else None for one in holder]
    stabilities = _stabilities(labels, grouping, levels.get(Granularity.MIDDLE))
    own = _Groups(Granularity.MIDDLE, labels, grouping.likeness(labels), weights, stabilities, parents)
    themes = dict(_themes(own, ground))
    below: dict[int, CandidateTheme] = {}
    fine = levels.get(Granularity.FINE)
    if fine is not None:
        holder = _holders(fine.labels, labels)
        several = {part for part, one in enumerate(holder) if holder.count(one) > 1}
        below = dict(_themes(groups(Granularity.FINE, fine, [themes[one].id for one in holder]), ground, several))
    return tuple(themes.values()), (*above.values(), *below.values())


def _holders(labels: Labels, coarser: Labels) -> list[int]:
    """For each group the group of the coarser labels that its rows are in."""
    first = [int(np.argmax(labels == label)) for label in range(int(labels.max(initial=-1)) + 1)]
    return [int(coarser[row]) for row in first]


def _stabilities(labels: Labels, grouping: Grouping, level: Level | None) -> Floats:
    """The stability of each theme, 0 where it was not measured; BERTopic numbers them in an order of its own."""
    if level is None:
        return np.zeros(int(labels.max(initial=-1)) + 1, np.float32)
    return level.stabilities[_holders(labels, grouping.labels_)]


def _themes(
    groups: _Groups, ground: _Ground, kept: Collection[int] | None = None
) -> Iterator[tuple[int, CandidateTheme]]:
    """Each group's label with its theme, largest first; what shows and describes it is chosen among different texts."""
    labels = groups.labels[ground.copies.of]
    members = {label: np.flatnonzero(labels == label) for label in range(int(labels.max(initial=-1)) + 1)}
    chosen = [label for label in members if kept is None or label in kept]
    order = sorted(chosen, key=lambda label: (-len(members[label]), members[label][0]))
    width = max(2, len(str(len(order))))
    for number, label in enumerate(order, start=1):
        name = ThemeId(f"{_LETTERS[groups.granularity]}{number:0{width}d}")
        yield label, _theme(name, label, members[label], groups, ground)


def _theme(name: ThemeId, label: int, members: Labels, groups: _Groups, ground: _Ground) -> CandidateTheme:
    segments, different, options = ground.segments, ground.different, ground.options
    likeness = groups.likeness[:, label]
    degrees = likeness[ground.copies.of]
    ranked = members[np.lexsort((members, -degrees[members]))].tolist()
    own = np.flatnonzero(groups.labels == label)
    texts = own[np.lexsort((own, -likeness[own]))].tolist()
    count, words = options.exemplars, options.exemplar_words
    shown = exemplars(texts, different, ground.units, count, words)
    close = borderline(texts, label, groups.likeness, different, count, words)
    return CandidateTheme(
        id=name,
        terms=describing(groups.weights[label], texts, ground.said, options.terms),
        segments=tuple(segments[place].id for place in ranked),
        membership=tuple(round(float(degrees[place]), 4) for place in ranked),
        exemplars=tuple(different[place].id for place in shown),
        borderline=tuple(different[place].id for place in close),
        stability=round(float(groups.stabilities[label]), 4),
        one_voice=one_voice([segments[place] for place in ranked], ground.everyone),
        granularity=groups.granularity,
        parent=groups.parents[label],
    )
