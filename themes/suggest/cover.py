"""Which codes a candidate theme maps to, and whether the codebook covers it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from themes.domain import CandidateTheme, Code, Cover, Segment, ThemeCode
from themes.suggest.options import SuggestOptions
from themes.suggest.prior import Floats, Scores


def map_themes(
    themes: Sequence[CandidateTheme],
    segments: Sequence[Segment],
    scores: Scores | None,
    codes: Sequence[Code],
    options: SuggestOptions,
) -> tuple[ThemeCode, ...]:
    """For each theme up to `options.top` codes by mean score over its segments; themes in their order.

    Where none reaches `options.partly_from` in coverage, the first entry has no code: a proposal for a new one; the
    nearest codes follow it. `scores` is None where there is no codebook.
    """
    if scores is None:
        return tuple(_uncovered(theme) for theme in themes)
    rows = {segment.id: row for row, segment in enumerate(segments)}
    mapped: list[ThemeCode] = []
    for theme in themes:
        own = scores.score[[rows[segment] for segment in theme.segments]]
        mapped += _map_theme(theme, codes, own, options)
    return tuple(mapped)


def _map_theme(
    theme: CandidateTheme, codes: Sequence[Code], scores: Floats, options: SuggestOptions
) -> list[ThemeCode]:
    """The theme's entries from the scores of the codes for its segments, shape (segments, codes)."""
    mean = scores.mean(axis=0)
    coverage = np.bincount(scores.argmax(axis=1), minlength=len(codes)) / len(scores)
    best = sorted(range(len(codes)), key=lambda code: (-coverage[code], -mean[code], code))[: options.top]
    best = [code for code in best if coverage[code] > 0]
    entries = [
        ThemeCode(
            theme=theme.id,
            code=codes[code].id,
            rank=rank,
            coverage=round(float(coverage[code]), 4),
            score=round(float(mean[code]), 4),
            verdict=_verdict(float(coverage[code]), options),
        )
        for rank, code in enumerate(best, start=1)
    ]
    return entries if entries[0].verdict is not Cover.NO_CODE else [_uncovered(theme), *entries]


def _verdict(coverage: float, options: SuggestOptions) -> Cover:
    if coverage >= options.covered_from:
        return Cover.COVERED
    return Cover.PARTLY if coverage >= options.partly_from else Cover.NO_CODE


def _uncovered(theme: CandidateTheme) -> ThemeCode:
    return ThemeCode(theme.id, None, 0, 0.0, 0.0, Cover.NO_CODE)
