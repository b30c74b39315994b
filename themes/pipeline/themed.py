"""Candidate themes from run to run: matched to the earlier ones, and as people's decisions have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from themes.cluster import Clustering
from themes.config import Options
from themes.domain import (
    CandidateTheme,
    SegmentId,
    Study,
    ThemeChange,
    ThemeDecision,
    ThemeId,
    ThemeStatus,
)
from themes.pipeline.coding import MAPPED, Coded, map_codes
from themes.pipeline.diary import some
from themes.pipeline.inputs import encoder_card
from themes.pipeline.stages import Encoding, Space, in_their_language
from themes.project import Made, Project
from themes.review import Earlier, Ground, Nearest, Standing, changes, match, order_of, stand

if TYPE_CHECKING:
    from themes.pipeline.stages import Vectors

DECIDED = "decided"
"""Among the fingerprints: how many decisions on themes the themes as they stand have taken in."""


@dataclass(frozen=True, slots=True)
class Themed:
    """The candidate themes of a run, in all the ways in which the project keeps them (see `Made`)."""

    standing: Standing
    found: tuple[CandidateTheme, ...]
    kept: tuple[CandidateTheme, ...]
    hierarchy: tuple[CandidateTheme, ...]
    changes: tuple[ThemeChange, ...]
    highest: int

    def words(self, n_segments: int) -> str:
        """How many themes there are, what became of the earlier ones, and how many segments are in none."""
        outside = n_segments - sum(len(theme.segments) for theme in self.standing.themes)
        parts = [f"{some(len(self.standing.themes), 'candidate theme')}{_counted(self.changes)}"]
        names = [theme.name for theme in self.standing.themes if theme.name]
        waiting = {act.themes[0] for act in self.standing.resting if act.name}
        if names or waiting:
            parts.append(f"{len(names)} of {some(len(names) + len(waiting), 'name')} kept")
        if self.standing.none:
            parts.append(f"{len(self.standing.none)} marked as no theme")
        return ", ".join([*parts, f"{some(outside, 'segment')} in none"])


def _counted(told: Sequence[ThemeChange]) -> str:
    """` (36 kept, 3 changed, 2 new)`, or nothing where there was no run before."""
    numbers = Counter(change.status for change in told)
    counts = [f"{numbers[status]} {status}" for status in ThemeStatus if numbers[status]]
    return f" ({', '.join(counts)})" if counts else ""


def themed(clustering: Clustering, before: Made, log: Sequence[ThemeDecision], space: Space) -> Themed:
    """The themes of a clustering under the ids of the earlier ones, with everything that people decided of those."""
    earlier_segments = {segment.id for segment in before.segments}
    ground = ground_of(space)
    was = stand(before.found, before.kept, log, _among(before, ground))
    earlier = Earlier(before.found, before.kept, was, earlier_segments, log, before.highest_number)
    matched = match(earlier, clustering.themes, ground.texts.keys())
    standing = stand(matched.found, matched.kept, log, ground)
    told = changes(was, standing, earlier_segments, ground.texts.keys()) if earlier_segments else ()
    hierarchy = tuple(
        replace(one, parent=matched.ids.get(one.parent, one.parent) if one.parent else None)
        for one in clustering.hierarchy
    )
    return Themed(standing, matched.found, matched.kept, hierarchy, told, matched.highest)


def as_before(before: Made, log: Sequence[ThemeDecision], space: Space) -> Themed:
    """The themes of the last clustering, with everything that people decided of them since."""
    standing = stand(before.found, before.kept, log, ground_of(space))
    return Themed(standing, before.found, before.kept, before.hierarchy, before.changes, before.highest_number)


def restated(study: Study, options: Options, project: Project, coded: Coded) -> Made:
    """What the last run made, with its themes and their codes as people's decisions have them by now."""
    made, log = project.made(), project.theme_decisions()
    if made.fingerprints.get(DECIDED, "0") == str(len(log)):
        return made
    space = LazySpace(study, options, {segment.id: segment.text for segment in made.segments})
    themes = stand(made.found, made.kept, log, space.ground).themes
    codes, mapped = made.theme_codes, made.fingerprints.get(MAPPED, "0")
    if _members(themes) != _members(made.themes):
        spoken = in_their_language(options, made.sources)
        whole = Space(made.segments, space.vectors([segment.id for segment in made.segments]))
        codes, mapped = map_codes(whole, themes, coded, space.encoding, spoken), str(coded.edited)
    seen = {DECIDED: str(len(log)), MAPPED: mapped}
    made = replace(made, themes=themes, theme_codes=codes, fingerprints={**made.fingerprints, **seen})
    project.restate(made)
    return made


def levels(made: Made, themes: Sequence[CandidateTheme]) -> tuple[CandidateTheme, ...]:
    """The coarser and finer levels, each finer theme below the one of `themes` that holds most of its segments.

    None where that is no theme any more. People merge, split and drop themes, the levels stay the machine's.
    """
    offered = {theme.id for theme in made.found}
    theme_of = {segment: theme.id for theme in themes for segment in theme.segments}

    def above(theme: CandidateTheme) -> ThemeId | None:
        if theme.parent not in offered:
            return theme.parent
        held = Counter(theme_of[segment] for segment in theme.segments if segment in theme_of)
        return min(held, key=lambda one: (-held[one], order_of(one))) if held else None

    return tuple(replace(theme, parent=above(theme)) for theme in made.hierarchy)


def _members(themes: Sequence[CandidateTheme]) -> dict[str, frozenset[SegmentId]]:
    return {theme.id: frozenset(theme.segments) for theme in themes}


# --- what themes stand on ---


class LazySpace:
    """The segments of the project, and their vectors if anything asks for them: then from the cache, or encoded."""

    def __init__(self, study: Study, options: Options, texts: Mapping[SegmentId, str]) -> None:
        self._study, self._options, self._texts = study, options, texts
        self._encoding: Encoding | None = None

    @property
    def encoding(self) -> Encoding:
        """The study's encoder and cache; EncoderError where it names none that is here."""
        if self._encoding is None:
            self._encoding = Encoding(self._study, self._options, encoder_card(self._options))
        return self._encoding

    @property
    def ground(self) -> Ground:
        """What themes stand on."""
        return Ground(self._texts, _nearest_by(self.vectors))

    def vectors(self, segments: Sequence[SegmentId]) -> Vectors:
        """The unit vector of each segment."""
        return self.encoding.vectors([self._texts[segment] for segment in segments])


def ground_of(space: Space) -> Ground:
    """What themes stand on, from segments and vectors that are at hand."""
    rows = {segment.id: row for row, segment in enumerate(space.segments)}
    texts = {segment.id: segment.text for segment in space.segments}
    return Ground(texts, _nearest_by(lambda segments: space.vectors[[rows[segment] for segment in segments]]))


def _among(before: Made, now: Ground) -> Ground:
    """What the earlier themes stood on; vectors are asked for only of segments that exist now."""
    texts = {segment.id: segment.text for segment in before.segments}

    def nearest(segments: Sequence[SegmentId], parts: Sequence[Sequence[SegmentId]]) -> Sequence[int]:
        here = [[segment for segment in part if segment in now.texts] for part in parts]
        if not all(here):
            return [0] * len(segments)
        asked = [segment for segment in segments if segment in now.texts]
        found = dict(zip(asked, now.nearest(asked, here), strict=True)) if asked else {}
        return [found.get(segment, 0) for segment in segments]

    return Ground(texts, nearest)


def _nearest_by(vectors: Callable[[Sequence[SegmentId]], Vectors]) -> Nearest:
    """Compares with the mean vector of each part; of two as near, the first."""

    def nearest(segments: Sequence[SegmentId], parts: Sequence[Sequence[SegmentId]]) -> Sequence[int]:
        means = np.stack([vectors(part).mean(axis=0) for part in parts])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        likeness = vectors(segments) @ (means / np.where(lengths > 0, lengths, 1)).T
        return [int(part) for part in likeness.argmax(axis=1)]

    return nearest
