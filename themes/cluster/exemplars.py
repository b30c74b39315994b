"""The segments that show a candidate theme best, and those that might as well lie in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.cluster.neighbours import Floats, unit
from themes.domain import Segment

_TOO_ALIKE = 0.92
"""Cosine, from the corpus mean, from which two segments show the same thing."""

_AS_WELL = 0.8
"""Share of the greater likeness that the lesser has at least where a segment might as well lie in another theme."""


def exemplars(ranked: Sequence[int], segments: Sequence[Segment], units: Floats, count: int, words: int) -> list[int]:
    """Up to `count` of `ranked` (positions in `segments`, strongest members first), in that order.

    First those of `words` words or more that come from sources not shown yet, then others of that length, then shorter
    ones where there are no longer ones; never two that are near-duplicates. `units` are the centred vectors.
    """
    long = [place for place in ranked if segments[place].n_words >= words]
    picked: list[int] = []
    _pick(picked, _one_per_source(long, segments), units, count)
    _pick(picked, long, units, count)
    if not picked:
        _pick(picked, _one_per_source(ranked, segments), units, count)
        _pick(picked, ranked, units, count)
    rank = {place: position for position, place in enumerate(ranked)}
    texts = {" ".join(segments[place].text.casefold().split()): place for place in reversed(picked)}
    return sorted(texts.values(), key=rank.__getitem__)


def _one_per_source(ranked: Iterable[int], segments: Sequence[Segment]) -> list[int]:
    first: dict[str, int] = {}
    for place in ranked:
        first.setdefault(segments[place].source, place)
    return list(first.values())


def _pick(picked: list[int], candidates: Iterable[int], units: Floats, count: int) -> None:
    """Add the candidates that are not too like those picked already, up to `count` in all."""
    for place in candidates:
        if len(picked) >= count:
            return
        if place not in picked and (not picked or np.max(units[picked] @ units[place]) < _TOO_ALIKE):
            picked.append(place)


def closeness(labels: NDArray[np.intp], units: Floats) -> Floats:
    """How like every segment is to every theme: cosines with the themes' means, (n, themes), the segment left out.

    `labels` are 0, 1, .. or -1 for none; `units` are the centred vectors, of length 1 or zero.
    """
    rows = np.flatnonzero(labels >= 0)
    own = labels[rows]
    sums = np.zeros((labels.max(initial=-1) + 1, units.shape[1]), np.float64)
    np.add.at(sums, own, units[rows])
    found: Floats = (units @ unit(sums.astype(np.float32)).T).astype(np.float32)
    rest = sums[own] - units[rows]
    lengths = np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
    found[rows, own] = (rest * units[rows]).sum(axis=1) / lengths
    return found


def borderline(
    members: Sequence[int], label: int, likeness: Any, segments: Sequence[Segment], count: int, words: int
) -> list[int]:
    """Up to `count` of `members` (positions in `segments`) that might as well lie in another theme, closest call first.

    `likeness` is (n, themes), dense or sparse: how like a segment is to each theme, greater is more; `label` is the
    theme's column. Those count that are as like their own theme as most of its members, whose likeness to it and to the
    next theme differ by a fifth at most, and that have `words` words or more; the least difference, as a share of the
    greater likeness, comes first. One of each source before a second one, no text twice.
    """
    rows = likeness[list(members)]
    rows = np.array(rows.toarray() if hasattr(rows, "toarray") else rows, np.float64)
    if rows.shape[1] < 2:
        return []
    own = rows[:, label].copy()
    rows[:, label] = -np.inf
    others = rows.max(axis=1)
    gaps = np.abs(own - others) / np.maximum(np.maximum(own, others), 1e-9)
    close = (gaps <= 1 - _AS_WELL) & (own > 0) & (own >= np.quantile(own, 0.25))
    called = np.argsort(gaps, kind="stable")
    ranked = [members[place] for place in called if close[place] and segments[members[place]].n_words >= words]
    texts = {" ".join(segments[place].text.casefold().split()): place for place in reversed(ranked)}
    ranked = [place for place in ranked if place in set(texts.values())]
    firsts = _one_per_source(ranked, segments)
    chosen = [*firsts, *(place for place in ranked if place not in set(firsts))][:count]
    return sorted(chosen, key=ranked.index)
