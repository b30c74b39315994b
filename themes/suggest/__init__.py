"""Suggestions: which codes a segment may carry, and which codes a candidate theme maps to.

The first version: everything comes from the codebook and the segments (`prior`). Learning from decisions has its seam
here: a later stage turns `Scores` and codings into better `Scores`, and `suggest` and `map_themes` go on from there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from themes.domain import Progress, Segment, Suggestion, no_progress
from themes.suggest.cover import map_themes
from themes.suggest.evidence import Evidence
from themes.suggest.options import AUTO, SuggestOptions
from themes.suggest.prior import EncodedCodebook, Floats, Scores, code_texts, prior

__all__ = ["AUTO", "EncodedCodebook", "Scores", "SuggestOptions", "code_texts", "map_themes", "prior", "suggest"]


def suggest(
    segments: Sequence[Segment],
    vectors: Floats,
    scores: Scores,
    codebook: EncodedCodebook,
    options: SuggestOptions,
    progress: Progress = no_progress,
) -> tuple[Suggestion, ...]:
    """The `options.top` best codes of each segment, best first, with what speaks for them; segments in their order.

    Codes of equal score keep the codebook's order.
    """
    codes = codebook.codes
    evidence = Evidence(codebook, options.stemmed_as)
    words_of = [evidence.words_of(segment.text) for segment in segments]
    evidence.leave_out_common(words_of)
    best = np.argsort(-scores.score, axis=1, kind="stable")[:, : options.top]
    suggestions = []
    for row, segment in enumerate(segments):
        for rank, column in enumerate(best[row].tolist(), start=1):
            suggestions.append(
                Suggestion(
                    segment=segment.id,
                    code=codes[column].id,
                    rank=rank,
                    score=round(float(scores.score[row, column]), 4),
                    semantic=round(float(scores.semantic[row, column]), 4),
                    lexical=round(float(scores.lexical[row, column]), 4),
                    words=evidence.shared_words(words_of[row], column),
                    example=evidence.nearest_example(vectors[row], column),
                )
            )
        if row % 500 == 0:
            progress(row, len(segments))
    progress(len(segments), len(segments))
    return tuple(suggestions)
