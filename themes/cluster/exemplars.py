"""The segments that show a candidate theme best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from themes.cluster.neighbours import Floats
from themes.domain import Segment

_TOO_ALIKE = 0.92
"""Cosine, from the corpus mean, from which two segments show the same thing."""


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
