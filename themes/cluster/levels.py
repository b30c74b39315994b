"""The same segments divided more coarsely and more finely, each level as far as it comes out again in resamples.

The middle level is the candidate themes. The coarser one merges them, the finer one cuts them, so levels nest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.cluster.consensus import (
    NOWHERE,
    Divisions,
    Labels,
    found_again,
    likenesses,
    linked,
    merged_groups,
    numbered,
    without_small,
)
from themes.cluster.neighbours import Floats

COARSE = (0.08, 0.12, 0.16, 0.2)
"""Shares of the divisions from which themes may be one coarse theme; what comes out again most surely is taken."""

FINE = (0.55, 0.65)
"""Shares of the divisions from which segments of a theme may be one finer theme."""

FEWEST_IN_PART = 3


@dataclass(frozen=True, eq=False)
class Level:
    """One way of dividing: `labels` (n,), 0, 1, .. or -1 for none, and the stability of each group, (groups,)."""

    labels: Labels
    stabilities: Floats


Resampled = Sequence[tuple[NDArray[np.bool_], Divisions, Labels]]
"""Of each resample the rows drawn, (n,) booleans, its own divisions of them, and the themes found in those."""


def middle(labels: Labels, resampled: Resampled) -> Level:
    """The candidate themes themselves."""
    return Level(labels, found_again(labels, [(drawn, own) for drawn, _, own in resampled]))


def coarser(divisions: Divisions, labels: Labels, resampled: Resampled) -> Level | None:
    """Themes merged that are often together; None where that leaves all apart or makes one of all."""
    return _most_stable(divisions, labels, resampled, [_merging(above) for above in COARSE])


def finer(divisions: Divisions, labels: Labels, resampled: Resampled, smallest: int) -> Level | None:
    """Themes cut where their segments are less often together; None where no theme can be cut.

    A part has at least half as many segments as a theme must have, and three.
    """
    fewest = max(FEWEST_IN_PART, smallest // 2)
    return _most_stable(divisions, labels, resampled, [_cutting(above, fewest) for above in FINE])


_Way = Callable[[Divisions, Labels], Labels]
"""From divisions and themes to the labels of another level."""


def _most_stable(divisions: Divisions, labels: Labels, resampled: Resampled, ways: Sequence[_Way]) -> Level | None:
    """The level, of those that differ from the themes, whose resamples agree with it best; the first of equals."""
    from sklearn.metrics import adjusted_rand_score

    best, most = None, -2.0
    for way in ways:
        found = way(divisions, labels)
        if len(set(found[found >= 0].tolist())) in (0, 1, labels.max(initial=NOWHERE) + 1):
            continue
        again = [(drawn, way(own, of_own)) for drawn, own, of_own in resampled]
        alike = float(np.mean([adjusted_rand_score(found[drawn], other) for drawn, other in again]))
        if alike > most:
            best, most = Level(found, found_again(found, again)), alike
    return best


def _merging(above: float) -> _Way:
    def merge(divisions: Divisions, labels: Labels) -> Labels:
        if labels.max(initial=NOWHERE) < 0:
            return labels
        return np.append(merged_groups(divisions, labels, above), NOWHERE)[labels]

    return merge


def _cutting(above: float, smallest: int) -> _Way:
    def cut(divisions: Divisions, labels: Labels) -> Labels:
        parts = linked(divisions, above)
        cells = np.where(labels >= 0, labels * (parts.max() + 1) + parts, NOWHERE)
        kept = without_small(numbered(cells), smallest)
        owners = np.full(kept.max(initial=NOWHERE) + 1, NOWHERE)
        owners[kept[kept >= 0]] = labels[kept >= 0]
        likeness = np.where(owners[None] == labels[:, None], likenesses(divisions, kept), -1.0)
        likeness = np.hstack([likeness, np.full((len(labels), 1), -0.5)])  # a theme without parts stays whole
        nearest = likeness.argmax(axis=1)
        whole = len(owners) + labels
        found = np.where(nearest == len(owners), whole, nearest)
        return numbered(np.where(labels < 0, NOWHERE, np.where(kept >= 0, kept, found)))

    return cut
