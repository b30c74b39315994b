"""What a run did to the candidate themes: kept, changed, new, gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from themes.domain import CandidateTheme, SegmentId, ThemeChange, ThemeId, ThemeStatus
from themes.review.standing import Standing

KEPT_FROM = 0.8
"""Jaccard index from which a theme counts as kept: two themes of one size that share nine tenths have one of .82."""


def changes(
    before: Standing, after: Standing, segments_before: Collection[SegmentId], segments_after: Collection[SegmentId]
) -> tuple[ThemeChange, ...]:
    """What became of each theme, those that stand first, in their order; then those that do not stand any more.

    Both standings are taken with the same decisions, so that what a person did since the last run is no change. A theme
    that a person named and that has no segment in the study any more is `no longer found`, with none: it comes back
    with its segments. One that a person marked as no theme is not told.
    """
    common = set(segments_before) & set(segments_after)
    earlier = {theme.id: theme for theme in before.themes}
    told = [_told(earlier.get(theme.id), theme, theme.id in after.lost, common) for theme in after.themes]
    silent = {theme.id for theme in (*after.themes, *after.none)}
    waiting = {act.themes[0]: act.name for act in after.resting if act.name}
    now_in = {segment: theme.id for theme in after.themes for segment in theme.segments}
    told += [_gone(theme, now_in) for theme in before.themes if theme.id not in silent | waiting.keys()]
    told += [
        ThemeChange(theme, name, ThemeStatus.LOST, before=len(earlier[theme].segments) if theme in earlier else 0)
        for theme, name in waiting.items()
        if theme not in silent
    ]
    return tuple(told)


def _told(was: CandidateTheme | None, now: CandidateTheme, is_lost: bool, common: set[SegmentId]) -> ThemeChange:
    if was is None:
        status = ThemeStatus.LOST if is_lost else ThemeStatus.NEW
        return ThemeChange(now.id, now.label, status, after=len(now.segments))
    one, two = common & set(was.segments), common & set(now.segments)
    overlap = len(one & two) / len(one | two) if one | two else 0.0
    status = ThemeStatus.KEPT if overlap >= KEPT_FROM else ThemeStatus.CHANGED
    return ThemeChange(
        theme=now.id,
        label=now.label,
        status=ThemeStatus.LOST if is_lost else status,
        before=len(was.segments),
        after=len(now.segments),
        common=len(one & two),
        overlap=round(overlap, 4),
    )


def _gone(theme: CandidateTheme, now_in: dict[SegmentId, ThemeId]) -> ThemeChange:
    went = Counter(now_in[segment] for segment in theme.segments if segment in now_in)
    most = sorted(went, key=lambda other: (-went[other], other))[:2]
    return ThemeChange(theme.id, theme.label, ThemeStatus.GONE, before=len(theme.segments), went_to=tuple(most))
