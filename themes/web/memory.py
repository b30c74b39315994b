"""What the last run made, as the app holds it in memory: enough for every list, without the words of suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from themes.domain import UNSPECIFIED, CandidateTheme, Code, CodeId, Segment, SegmentId, SourceId, SourceKind, ThemeId
from themes.project import Line, Project, Reading

Stratum = tuple[str, str]
"""(actor group, period): what batches are balanced over and progress is told by."""


@dataclass(frozen=True)
class Memory:
    """What the last run made. `doubts` are (doubt, conflict), see PredictionSet.

    `narrowed` keeps what was looked for lately, by the filters that were set.
    """

    lines: tuple[Line, ...] = ()
    firsts: Mapping[SegmentId, tuple[CodeId, float]] = field(default_factory=dict)
    doubts: Mapping[SegmentId, tuple[float, float]] = field(default_factory=dict)
    theme_of: Mapping[SegmentId, ThemeId] = field(default_factory=dict)
    themes: Mapping[ThemeId, CandidateTheme] = field(default_factory=dict)
    base_codes: tuple[Code, ...] = ()
    texts: Mapping[SourceId, str] = field(default_factory=dict)
    titles: Mapping[SourceId, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    narrowed: dict[tuple[tuple[str, str], ...], tuple[Line, ...]] = field(default_factory=dict)

    @cached_property
    def place(self) -> dict[SegmentId, int]:
        """Each segment's place in reading order."""
        return {line.segment: number for number, line in enumerate(self.lines)}

    @cached_property
    def of_source(self) -> dict[SourceId, list[Line]]:
        """The segments of each source, in reading order."""
        found: dict[SourceId, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.source, []).append(line)
        return found

    @cached_property
    def order(self) -> tuple[SegmentId, ...]:
        """The segments in reading order."""
        return tuple(self.place)

    @cached_property
    def stratum_of(self) -> dict[SegmentId, Stratum]:
        """The actor group and the period of each segment."""
        return {line.segment: stratum(line) for line in self.lines}

    @cached_property
    def strata(self) -> dict[Stratum, int]:
        """How many segments each actor group has in each period, in their order."""
        return dict(sorted(Counter(self.stratum_of.values()).items()))

    @cached_property
    def samples(self) -> tuple[Line, ...]:
        """A segment of each actor group, mission and period that there is: what lists can be filtered by."""
        return tuple({(line.actor_group, line.mission, line.period): line for line in self.lines}.values())

    @cached_property
    def folded(self) -> dict[SourceId, str]:
        """The texts for searching without regard to case, of the same length as they are."""
        return {source: _folded(text) for source, text in self.texts.items()}

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments with their words, in reading order."""
        return tuple(
            Segment(
                id=line.segment,
                source=line.source,
                start=line.start,
                end=line.end,
                text=self.text(line),
                turn=line.turn,
                kind=SourceKind(line.kind),
                speaker="",
                participant=line.participant,
                actor_group=line.actor_group,
                mission=line.mission,
                mission_basis="",
                period=line.period,
                period_basis="",
                number=line.number,
            )
            for line in self.lines
        )

    def text(self, line: Line) -> str:
        """The segment's words."""
        return self.texts[line.source][line.start : line.end]


def stratum(line: Line) -> Stratum:
    """The actor group and the period of a segment; periods are told apart by mission."""
    period = line.period if line.mission in ("", UNSPECIFIED) else f"{line.mission}: {line.period}"
    return line.actor_group, period


def remembered(path: Path) -> Memory:
    """What the project file holds of the last run, read through a connection of its own."""
    with Project(path, read_only=True) as project:
        reading: Reading = project.reading
        return Memory(
            lines=reading.lines(),
            firsts=reading.firsts(),
            doubts=reading.doubts(),
            theme_of=reading.theme_of(),
            themes={theme.id: theme for theme in reading.themes()},
            base_codes=reading.base_codes(),
            texts=reading.texts(),
            titles=reading.titles(),
            provenance=project.provenance(),
            fingerprints=project.fingerprints(),
        )


def _folded(text: str) -> str:
    """Lower case, character by character, so that places stay the same."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one if len(one.lower()) != 1 else one.lower() for one in text)
