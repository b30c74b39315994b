"""Segments and their vectors become candidate themes: the stage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.cluster.adapter import Topics, contained, topics
from themes.cluster.copies import Copies, collapsed
from themes.cluster.exemplars import borderline, closeness, exemplars
from themes.cluster.grouping import ConsensusGrouping, Grouping, LikenessGrouping
from themes.cluster.neighbours import Floats, centred, denoised, levelled, nearest, unit
from themes.cluster.options import ClusterOptions
from themes.cluster.reduction import FEW, NoReduction, Reduction, places
from themes.cluster.standing import one_voice, voices
from themes.cluster.terms import TermCounts, describing
from themes.cluster.words import Wording, wording
from themes.domain import CandidateTheme, Progress, Segment, SegmentId, ThemeId, no_progress

TOO_FEW = 5
"""Below this many segments nothing is grouped."""

_STEPS = 4


@dataclass(frozen=True, eq=False)
class Clustering:
    """The candidate themes, largest first, and the segments that belong to none, in their order.

    `places` is a map for a figure, (n, 2), a row per segment: what is alike lies close.
    """

    themes: tuple[CandidateTheme, ...]
    places: NDArray[np.float32]
    unclustered: tuple[SegmentId, ...]


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
    equal ones by their first segment. A membership says how alike a segment is to the rest of its theme (see
    `grouping.memberships`). Fewer than five segments give no theme; few or hardly different ones are grouped by
    comparing all pairs. `words_out` (words or phrases) never stand among the terms; `languages` are those of the
    sources, by their two letters. Raises ValueError where `vectors` does not fit.
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
    said = wording([segment.text for segment in different], words_out, languages)
    units, reduction, grouping = _models(rows, options)
    progress(1, _STEPS)
    found = topics(units, reduction, grouping, TermCounts(said))
    progress(2, _STEPS)
    with contained():
        placed = places(units, options.neighbours, options.seed)
    progress(3, _STEPS)
    seen = centred(rows)
    likeness = closeness(found.labels, seen)
    grouped = _Grouped(segments, different, copies, seen, found, said, likeness, voices(segments))
    themes = _themes(grouped, options)
    progress(_STEPS, _STEPS)
    labels = found.labels[copies.of]
    outside = (segment.id for segment, label in zip(segments, labels, strict=True) if label < 0)
    return Clustering(themes, placed[copies.of], tuple(outside))


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


def _models(rows: Floats, options: ClusterOptions) -> tuple[Floats, Reduction | NoReduction, Grouping]:
    """What the reduction is given, the reduction and the grouping: the first version's choice of method."""
    smallest = options.smallest(len(rows))
    if len(np.unique(np.round(unit(rows), 4), axis=0)) < FEW:
        few = options.min_cluster_size or 2
        return unit(rows), NoReduction(), LikenessGrouping(rows, few, options.member_from)
    units = centred(rows)
    smooth = denoised(units, nearest(units, options.neighbours), options.spread, options.spread_steps)
    reduction = Reduction(options.neighbours, options.dimensions, options.seed)
    return smooth, reduction, ConsensusGrouping(rows, smooth, smallest, options.member_from, options.seed)


@dataclass(frozen=True, eq=False)
class _Grouped:
    """What was found. `units` (centred), `found`, `said` and `likeness` have a row per segment of `different`.

    `likeness` has a column per theme (see `closeness`); `everyone` is the talk of the whole study (see `voices`).
    """

    segments: Sequence[Segment]
    different: Sequence[Segment]
    copies: Copies
    units: Floats
    found: Topics
    said: Wording
    likeness: Floats
    everyone: Mapping[str, int]


def _themes(grouped: _Grouped, options: ClusterOptions) -> tuple[CandidateTheme, ...]:
    """The candidate themes, largest first; what shows and describes them is chosen among different texts."""
    labels = grouped.found.labels[grouped.copies.of]
    members = [np.flatnonzero(labels == label) for label in range(labels.max(initial=-1) + 1)]
    order = sorted(range(len(members)), key=lambda label: (-len(members[label]), members[label][0]))
    width = max(2, len(str(len(order))))
    return tuple(
        _theme(ThemeId(f"T{number:0{width}d}"), label, members[label], grouped, options)
        for number, label in enumerate(order, start=1)
    )


def _theme(
    name: ThemeId, label: int, members: NDArray[np.intp], grouped: _Grouped, options: ClusterOptions
) -> CandidateTheme:
    found, segments, different = grouped.found, grouped.segments, grouped.different
    degrees = found.memberships[grouped.copies.of]
    ranked = members[np.lexsort((members, -degrees[members]))].tolist()
    own = np.flatnonzero(found.labels == label)
    texts = own[np.lexsort((own, -found.memberships[own]))].tolist()
    count, words = options.exemplars, options.exemplar_words
    shown = exemplars(texts, different, grouped.units, count, words)
    close = borderline(texts, label, grouped.likeness, different, count, words)
    return CandidateTheme(
        id=name,
        terms=describing(found.weights[label], texts, grouped.said, options.terms),
        segments=tuple(segments[place].id for place in ranked),
        membership=tuple(round(float(degrees[place]), 4) for place in ranked),
        exemplars=tuple(different[place].id for place in shown),
        borderline=tuple(different[place].id for place in close),
        stability=round(float(found.stabilities[own].max(initial=0)), 4),
        one_voice=one_voice([segments[place] for place in ranked], grouped.everyone),
    )
