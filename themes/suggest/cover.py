"""Which codes a candidate theme maps to, and whether the codebook covers it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from themes.domain import CandidateTheme, Code, Cover, Segment, ThemeCode
from themes.suggest.learner import Floats, Learned
from themes.suggest.options import SuggestOptions


def map_themes(
    themes: Sequence[CandidateTheme],
    segments: Sequence[Segment],
    learned: Learned | None,
    codes: Sequence[Code],
    options: SuggestOptions,
) -> tuple[ThemeCode, ...]:
    """For each theme up to `options.top` codes, those that its segments carry most by word or probability.

    Codes that cover it at least partly come first, so that the first entry speaks for the theme. A coder's word counts
    where there is one, the probability elsewhere. Themes in their order. Where no code reaches `options.partly_from` in
    coverage, or `no code fits` is likelier than each code (once a coder has said so of any segment), the first entry
    has no code: a proposal for a new one; the nearest codes follow it. `learned` is None where there is no codebook.
    """
    if learned is None:
        return tuple(_uncovered(theme) for theme in themes)
    rows = {segment.id: row for row, segment in enumerate(segments)}
    carried, first = _carried(learned)
    mapped: list[ThemeCode] = []
    for theme in themes:
        own = [rows[segment] for segment in theme.segments]
        mapped += _map_theme(theme, codes, carried[own], first[own], options)
    return tuple(mapped)


def _carried(learned: Learned) -> tuple[Floats, Floats]:
    """Word or probability, and word or whether it is the first suggestion, of every code and none.

    Both of shape (segments, codes + 1). Of none there is no first suggestion.
    """
    judged = learned.judged
    carried = learned.probabilities().copy()
    first = np.zeros_like(carried)
    first[np.arange(len(first)), carried[:, :-1].argmax(axis=1)] = 1
    for whole in (carried, first):
        whole[judged.rows] = np.where(judged.known, judged.targets, whole[judged.rows])
    if not (judged.targets[:, -1] > 0).any():
        carried[:, -1] = 0  # until somebody has said so once, how often no code fits is a guess
    return carried, first


def _map_theme(
    theme: CandidateTheme, codes: Sequence[Code], carried: Floats, first: Floats, options: SuggestOptions
) -> list[ThemeCode]:
    """The theme's entries from what its segments carry, shape (segments, codes + 1)."""
    mean, coverage = carried[:, :-1].mean(axis=0), first.mean(axis=0)
    none = float(carried[:, -1].mean())
    best = sorted(range(len(codes)), key=lambda code: (coverage[code] < options.partly_from, -mean[code], code))
    best = best[: options.top]
    best = [code for code in best if coverage[code] > 0] or best[:1]
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
    if entries[0].verdict is Cover.NO_CODE or none > mean.max():
        return [_uncovered(theme, round(none, 4)), *entries]
    return entries


def _verdict(coverage: float, options: SuggestOptions) -> Cover:
    if coverage >= options.covered_from:
        return Cover.COVERED
    return Cover.PARTLY if coverage >= options.partly_from else Cover.NO_CODE


def _uncovered(theme: CandidateTheme, none: float = 0.0) -> ThemeCode:
    return ThemeCode(theme.id, None, 0, 0.0, none, Cover.NO_CODE)
