"""What the project file holds, besides decisions: what a run made, and the list of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from themes.domain import (
    CandidateTheme,
    Code,
    PredictionSet,
    Problem,
    Segment,
    SegmentId,
    Source,
    SourceId,
    Suggestion,
    ThemeChange,
    ThemeCode,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source file as it was read: `fingerprint` over its bytes, rows and options, and what came of it."""

    file: str
    fingerprint: str
    sources: tuple[SourceId, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """Everything that a run makes, up to the person.

    `themes` are the candidate themes as they stand, with what people decided of them; `found` as the machine found
    them, under the ids that they keep over the runs; `kept` those that it no longer finds and that a person acted on,
    with all members that they last had. `changes` says what the last clustering did to each. `hierarchy` holds the
    themes of the coarser and the finer levels. `highest_number` is the highest number that any theme of the study ever
    had. `places` is each segment's place on the map. `base_codes` are the codes of the researcher's file, `codes` those
    of the codebook as people had edited it by the run.
    """

    sources: tuple[Source, ...] = ()
    segments: tuple[Segment, ...] = ()
    codes: tuple[Code, ...] = ()
    base_codes: tuple[Code, ...] = ()
    themes: tuple[CandidateTheme, ...] = ()
    hierarchy: tuple[CandidateTheme, ...] = ()
    found: tuple[CandidateTheme, ...] = ()
    kept: tuple[CandidateTheme, ...] = ()
    changes: tuple[ThemeChange, ...] = ()
    highest_number: int = 0
    theme_codes: tuple[ThemeCode, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    prediction_sets: tuple[PredictionSet, ...] = ()
    problems: tuple[Problem, ...] = ()
    places: Mapping[SegmentId, tuple[float, float]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def read_files(self) -> tuple[tuple[Entry, tuple[Source, ...]], ...]:
        """Each source file with the sources it gave."""
        sources = {source.id: source for source in self.sources}
        return tuple((entry, tuple(sources[name] for name in entry.sources)) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Run:
    """One entry of the list of runs; `stages` says in words what each stage did."""

    at: datetime
    version: str
    seconds: float
    stages: Mapping[str, str]
