"""Decisions replayed: how good would suggestions have been that were learnt only from what was decided before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.domain import Progress, no_progress
from themes.suggest.judged import Judged
from themes.suggest.learner import Learner

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_HALF = 0.5
BLOCKS = 20
"""Learnt anew so many times, evenly over the decisions; oftener tells hardly more."""


@dataclass(frozen=True, eq=False)
class Replayed:
    """What would have been suggested for each judged segment, in the order in which they were judged.

    `ranked` and `ranked_at_first` are (segments, codes): the places of the codes, best first, by what was learnt from
    the segments before, and by the first opinion. `probabilities` are (segments,): of the first suggestion, and
    `none_probabilities` that no code fits. `blocks` says in which block, all learnt from the same decisions, each
    segment lies.
    """

    judged: Judged
    ranked: Rows
    ranked_at_first: Rows
    probabilities: Floats
    none_probabilities: Floats
    blocks: Rows

    @property
    def none(self) -> NDArray[np.bool_]:
        """The segments of which somebody said that no code fits."""
        return np.asarray(self.judged.targets[:, -1] >= _HALF)

    def right(self, ranked: Rows) -> Floats:
        """Whether each first suggestion was right: 1, 0, or NaN where nobody spoke of that code, or no code fits."""
        places = np.arange(len(ranked))
        first = ranked[:, 0]
        said = self.judged.targets[places, first] >= _HALF
        return np.where(self.judged.known[places, first] & ~self.none, said, np.nan)


def replayed(learner: Learner, judged: Judged, progress: Progress = no_progress) -> Replayed:
    """Each block of segments judged by what was learnt from all before it."""
    count = len(judged.rows)
    ends = _ends(count)
    scores = np.empty((count, learner.n_codes + 1))
    blocks = np.zeros(count, np.intp)
    start = 0
    for block, end in enumerate(ends):
        learned = learner.learn(judged.before(start))
        scores[start:end] = learned.probabilities(judged.rows[start:end])
        blocks[start:end] = block
        start = end
        progress(end, count)
    first = learner.learn(judged.before(0)).probabilities(judged.rows)[:, :-1]
    codes, none = scores[:, :-1], scores[:, -1]
    return Replayed(judged, _ranked(codes), _ranked(first), codes.max(axis=1, initial=0), none, blocks)


def _ends(count: int) -> Sequence[int]:
    """Where blocks end: even ones of five segments or more, the first of them cut in two."""
    if not count:
        return ()
    size = max(5, -(-count // BLOCKS))
    return sorted({min(end, count) for end in (max(1, size // 2), *range(size, count + size, size))})


def _ranked(scores: Floats) -> Rows:
    return np.argsort(-scores, axis=1, kind="stable")
