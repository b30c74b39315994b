"""An audit of a study: every segment with its chance, and those that the draw took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from themes.domain import CodeId, Framed, Segment, SegmentId, Suggestion
from themes.prevalence.drawing import Floats, chances, further

Scored = Mapping[SegmentId, tuple[Mapping[CodeId, float], float]]
"""Of each segment the probabilities of the codes that were suggested, and what any other code has."""


@dataclass(frozen=True, slots=True)
class Design:
    """How an audit is drawn: see PrevalenceOptions."""

    share: float = 0.1
    evenly: float = 0.5
    seed: int = 1


def scored(suggestions: Iterable[Suggestion]) -> Scored:
    """The machine's probabilities. A code that is not suggested has at most that of the last one that is: half of it
    is taken, and what people say sets it right."""
    found: dict[SegmentId, dict[CodeId, float]] = defaultdict(dict)
    for one in suggestions:
        found[one.segment][one.code] = one.score
    return {segment: (scores, round(min(scores.values()) / 2, 6)) for segment, scores in found.items()}


def audit_frame(
    segments: Sequence[Segment],
    codes: Sequence[CodeId],
    scores: Scored,
    coded: Collection[SegmentId],
    design: Design,
    before: Sequence[Sequence[Framed]] = (),
) -> tuple[Framed, ...]:
    """Every segment with its chance, and the drawn ones with their place in an order given by lot.

    Segments that somebody has `coded` already need no draw. Talk and mandates are drawn apart, each with the design's
    share, in order of actor group, mission and source. `before` are the frames of the draws that this one extends:
    scores stay as they were then and chances are only raised, so that together they are one audit.
    """
    known = {one.segment: one for frame in before for one in frame}
    taken = {one.segment for frame in before for one in frame if one.place is not None}
    first_coded = {one.segment for one in known.values() if one.coded and one.chance >= 1 and one.place is None}
    ordered = sorted(segments, key=lambda one: (one.register, one.actor_group, one.mission, one.source, one.start))
    found: list[Framed] = []
    rng = np.random.default_rng(design.seed)
    for register in sorted({one.register for one in ordered}):
        own = [one.id for one in ordered if one.register == register]
        given = [(known[one].scores, known[one].rest) if one in known else scores.get(one, ({}, 0.0)) for one in own]
        sure = np.array([one in first_coded or (one in coded and one not in known) for one in own], np.bool_)
        old = np.array([known[one].chance if one in known else 0.0 for one in own])
        new = np.where(sure, 1.0, np.maximum(old, _open_chances(given, codes, ~sure, design)))
        drawn = np.array([one in taken for one in own], np.bool_) | sure
        added = further(np.where(sure, 1.0, old), new, drawn, int(rng.integers(2**31)))
        places = iter(rng.permutation(int(added.sum())).tolist())
        found += [
            Framed(
                segment=one,
                chance=round(float(new[row]), 9),
                place=next(places) if added[row] else None,
                coded=bool(sure[row]) or one in coded,
                scores=given[row][0],
                rest=given[row][1],
            )
            for row, one in enumerate(own)
        ]
    return tuple(found)


def _open_chances(
    given: Sequence[tuple[Mapping[CodeId, float], float]],
    codes: Sequence[CodeId],
    is_open: np.ndarray[tuple[int], np.dtype[np.bool_]],
    design: Design,
) -> Floats:
    """(n,) the chances of the open segments by the scores of these codes; 0 for the others."""
    table = np.array([[scores.get(code, rest) for code in codes] or [0.0] for scores, rest in given], np.float64)
    table = table.reshape(len(given), -1)
    found = np.zeros(len(given))
    found[is_open] = chances(table[is_open], design.share, design.evenly)
    return found
