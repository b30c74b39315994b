"""Probabilities become suggestions with their grounds, and sets with a stated coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from themes.domain import CodeId, Ground, PredictionSet, Progress, Segment, Suggestion, no_progress
from themes.suggest.evidence import Evidence
from themes.suggest.learner import Floats, Learned, Rows
from themes.suggest.options import SuggestOptions
from themes.suggest.prior import EncodedCodebook, Scores

_ACCEPTED, _REJECTED = 3, 2
_TIED = 0.8
"""A code ties with another from this share of its probability on."""

_SLIGHT, _UNLIKE = 0.01, 0.15
"""Not shown are grounds that move a score by less than the first, or are less like the segment than the second.

Passages that have nothing in common are as like as .09; together they say how common a code is, not what this segment
is about."""


def suggest(
    segments: Sequence[Segment],
    scores: Scores,
    learned: Learned,
    codebook: EncodedCodebook,
    options: SuggestOptions,
    progress: Progress = no_progress,
) -> tuple[Suggestion, ...]:
    """The `options.top` best codes of each segment, best first, with what speaks for them; segments in their order.

    Codes of equal probability keep the codebook's order.
    """
    grounds, families = _Grounds(segments, learned, codebook), _Families(codebook)
    evidence = Evidence(codebook, options.stemmed_as)
    words_of = [evidence.words_of(segment.text) for segment in segments]
    evidence.leave_out_common(words_of)
    probabilities = learned.probabilities()[:, :-1]
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, : options.top]
    suggestions = []
    for row, segment in enumerate(segments):
        for rank, column in enumerate(best[row].tolist(), start=1):
            added, accepted, rejected = grounds.of(row, column)
            stops_at, parent_score = families.tied(probabilities[row], column) if rank == 1 else (None, 0.0)
            suggestions.append(
                Suggestion(
                    segment=segment.id,
                    code=codebook.codes[column].id,
                    rank=rank,
                    score=round(float(probabilities[row, column]), 4),
                    semantic=round(float(scores.semantic[row, column]), 4),
                    lexical=round(float(scores.lexical[row, column]), 4),
                    words=evidence.shared_words(words_of[row], column),
                    example=grounds.nearest_example(row, column),
                    learned=round(added, 4),
                    accepted=accepted,
                    rejected=rejected,
                    stops_at=stops_at,
                    parent_score=round(parent_score, 4),
                )
            )
        if row % 500 == 0:
            progress(row, len(segments))
    progress(len(segments), len(segments))
    return tuple(suggestions)


def prediction_sets(
    segments: Sequence[Segment], learned: Learned, codebook: EncodedCodebook
) -> tuple[PredictionSet, ...]:
    """The set of each segment with its doubt and conflict, and how probable it is that no code fits.

    The likeliest is always in its set.
    """
    probabilities = learned.probabilities()
    chances = probabilities[:, :-1]
    doubts = (chances * (1 - chances)).sum(axis=1)
    conflicts = np.zeros(len(probabilities))
    conflicts[learned.judged.rows] = learned.gaps().max(axis=1, initial=0)
    sets = _sets(segments, probabilities, learned.threshold, codebook)
    return tuple(
        replace(one, doubt=round(doubt, 4), conflict=round(conflict, 4))
        for one, doubt, conflict in zip(sets, doubts.tolist(), conflicts.tolist(), strict=True)
    )


def _sets(
    segments: Sequence[Segment], probabilities: Floats, threshold: float | None, codebook: EncodedCodebook
) -> Iterator[PredictionSet]:
    none = len(codebook.codes)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    for segment, own, ranked in zip(segments, probabilities, order.tolist(), strict=True):
        none_score = round(float(own[none]), 4)
        if threshold is None:
            yield PredictionSet(segment.id, none_score)
            continue
        kept = [column for place, column in enumerate(ranked) if place == 0 or own[column] >= threshold]
        codes = tuple(codebook.codes[column].id for column in kept if column != none)
        yield PredictionSet(segment.id, none_score, promised=True, codes=codes, none=none in kept)


class _Families:
    """Which codes have a parent in common."""

    def __init__(self, codebook: EncodedCodebook) -> None:
        self.parents = [code.parent for code in codebook.codes]
        self.members = {
            parent: [column for column, other in enumerate(self.parents) if other == parent]
            for parent in set(self.parents)
            if parent is not None
        }

    def tied(self, probabilities: Floats, column: int) -> tuple[CodeId | None, float]:
        """The parent of a first suggestion with which another code under it ties, and how probable the two are."""
        parent = self.parents[column]
        if parent is None:
            return None, 0.0
        others = [other for other in self.members[parent] if other != column]
        if not others or probabilities[others].max() < _TIED * probabilities[column]:
            return None, 0.0
        return parent, float(1 - np.prod(1 - probabilities[self.members[parent]]))


class _Grounds:
    """The known passages that moved each score: example quotes first, then judged segments."""

    def __init__(self, segments: Sequence[Segment], learned: Learned, codebook: EncodedCodebook) -> None:
        self.learned = learned
        self.quotes = codebook.examples
        self.of_code: dict[int, list[int]] = {}
        for place, (code, _) in enumerate(self.quotes):
            self.of_code.setdefault(code, []).append(place)
        ids = [segments[row].id for row in learned.judged.rows.tolist()]
        self.passages = [*(Ground(0, quote=text) for _, text in self.quotes), *(Ground(0, segment) for segment in ids)]
        self.of_segment = np.concatenate([np.full(len(self.quotes), -1), learned.judged.rows])

    def of(self, row: int, column: int) -> tuple[float, tuple[Ground, ...], tuple[Ground, ...]]:
        """What all added to the score, and the passages that raised and lowered it most; never the segment itself."""
        if not self.passages:
            return 0.0, (), ()
        pulls, alike = self.learned.pulls(row, column), self.learned.alike(row)
        others = np.where((self.of_segment == row) | (alike < _UNLIKE), 0, pulls)
        order = np.argsort(-others, kind="stable")
        accepted = self._shown(others, order[:_ACCEPTED], 1)
        return float(pulls.sum()), accepted, self._shown(others, order[::-1][:_REJECTED], -1)

    def _shown(self, pulls: Floats, places: Rows, sign: int) -> tuple[Ground, ...]:
        return tuple(
            Ground(round(float(pulls[place]), 4), self.passages[place].segment, self.passages[place].quote)
            for place in places.tolist()
            if sign * pulls[place] >= _SLIGHT
        )

    def nearest_example(self, row: int, column: int) -> str:
        """The example quote of the code that is most like the segment; an empty text where it has none."""
        own = self.of_code.get(column)
        if not own:
            return ""
        return self.quotes[own[int(self.learned.alike(row)[own].argmax())]][1]
