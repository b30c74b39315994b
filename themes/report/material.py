"""Everything a report is made from, and the questions the report asks of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from themes.domain import (
    UNSPECIFIED,
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Coding,
    Contrasts,
    Estimate,
    Judgement,
    Problem,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Study,
    Suggestion,
    ThemeCode,
    ThemeId,
    Tier,
)
from themes.report.audience import Guard
from themes.report.record import Record


@dataclass(frozen=True)
class Material:
    """What a run found and what people decided, in the order in which it is to be read.

    `hierarchy` holds the candidate themes of the coarser and the finer levels. `copy_of` says of a segment that repeats
    another, as a renewed paragraph does, which one stands for both. `lost` are the candidate themes that the last run
    did not find and that are kept because a person worked on them. `record` says how the study was made: who decided
    how much, what was drawn, with which options. `contrasts` puts groups, ranks, interviews and coders side by side.
    `guard` is what is kept from an audience other than oneself (`guarding.guarded`). `judgements` are what each coder
    says last of a segment and a code, rejections too, and `suggested_then` which code the machine put first when that
    was decided, by the number of the decision.

    `places` are (x, y) on the map, for as many segments as have one. `provenance` is an ordered label -> value: what
    made the numbers (versions, checksums, seeds, options, fingerprints); what stands under `themes` (the program's
    version) and `encoder` is also cited. It holds no time and no path of a machine, because the same material gives
    the same bytes.
    """

    study: Study
    sources: tuple[Source, ...] = ()
    segments: tuple[Segment, ...] = ()
    themes: tuple[CandidateTheme, ...] = ()
    places: Mapping[SegmentId, tuple[float, float]] = field(default_factory=dict)
    theme_codes: tuple[ThemeCode, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    codebook: Codebook = field(default_factory=Codebook)
    codings: tuple[Coding, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    problems: tuple[Problem, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    hierarchy: tuple[CandidateTheme, ...] = ()
    copy_of: Mapping[SegmentId, SegmentId] = field(default_factory=dict)
    lost: frozenset[ThemeId] = frozenset()
    record: Record = field(default_factory=Record)
    contrasts: Contrasts = field(default_factory=Contrasts)
    guard: Guard | None = None
    judgements: tuple[Judgement, ...] = ()
    suggested_then: Mapping[int, CodeId] = field(default_factory=dict)

    @cached_property
    def source(self) -> dict[SourceId, Source]:
        """Each source by its id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def segment(self) -> dict[SegmentId, Segment]:
        """Each segment by its id."""
        return {segment.id: segment for segment in self.segments}

    @cached_property
    def code(self) -> dict[CodeId, Code]:
        """Each code by its id."""
        return {code.id: code for code in self.codebook.codes}

    @cached_property
    def theme_of(self) -> dict[SegmentId, tuple[ThemeId, float]]:
        """The candidate theme of a segment, and its membership; a segment that is in none is not there.

        A segment of a lost theme that lies in one that was found belongs to the latter.
        """
        return {
            segment: (theme.id, membership)
            for theme in sorted(self.themes, key=lambda theme: theme.id not in self.lost)
            for segment, membership in zip(theme.segments, theme.membership, strict=True)
        }

    @cached_property
    def level(self) -> dict[ThemeId, CandidateTheme]:
        """Each candidate theme of whatever level by its id."""
        return {theme.id: theme for theme in (*self.hierarchy, *self.themes)}

    @cached_property
    def parts(self) -> dict[ThemeId, tuple[CandidateTheme, ...]]:
        """The candidate themes of the next finer level that one holds, largest first."""
        found: dict[ThemeId, list[CandidateTheme]] = {}
        for theme in self.level.values():
            if theme.parent is not None:
                found.setdefault(theme.parent, []).append(theme)
        return {
            parent: tuple(sorted(parts, key=lambda part: (-len(part.segments), part.id)))
            for parent, parts in found.items()
        }

    @cached_property
    def has_stability(self) -> bool:
        """Whether it was measured how often candidate themes are found again."""
        return any(theme.stability > 0 for theme in self.themes)

    def different_texts(self, theme: CandidateTheme) -> int:
        """How many texts a candidate theme has when repetitions count once."""
        return len({self.copy_of.get(segment, segment) for segment in theme.segments})

    @cached_property
    def codes_of(self) -> dict[ThemeId, tuple[ThemeCode, ...]]:
        """What a candidate theme maps to, best first."""
        mapped: dict[ThemeId, list[ThemeCode]] = {theme.id: [] for theme in self.themes}
        for theme_code in self.theme_codes:
            mapped[theme_code.theme].append(theme_code)
        return {theme: tuple(sorted(found, key=lambda one: one.rank)) for theme, found in mapped.items()}

    @cached_property
    def first_suggestions(self) -> dict[CodeId, tuple[Suggestion, ...]]:
        """The suggestions of rank 1 for a code, highest score first."""
        found: dict[CodeId, list[Suggestion]] = {}
        for suggestion in self.suggestions:
            if suggestion.rank == 1:
                found.setdefault(suggestion.code, []).append(suggestion)
        return {
            code: tuple(sorted(ones, key=lambda one: (-one.score, self.order[one.segment])))
            for code, ones in found.items()
        }

    @cached_property
    def likely(self) -> dict[tuple[CodeId, SegmentId], float]:
        """How probable the machine holds it that a segment carries a code, of those that it suggests."""
        return {(one.code, one.segment): one.score for one in self.suggestions}

    @cached_property
    def read(self) -> frozenset[SegmentId]:
        """The segments of which a person has said something, be it a code, a rejection or that no code fits."""
        return frozenset(one.segment for one in self.codings) | {one.segment for one in self.judgements}

    @cached_property
    def voices(self) -> dict[str, str]:
        """What stands in a table for a participant of a focus group: a number in place of the label of the file."""
        found: dict[SourceId, dict[str, None]] = {}
        for segment in self.segments:
            if segment.kind is SourceKind.FOCUS_GROUP and segment.participant.endswith(f", {segment.speaker}"):
                found.setdefault(segment.source, {})[segment.participant] = None
        return {
            name: f"{self.source[source].pseudonym or source}, voice {number}"
            for source, names in found.items()
            for number, name in enumerate(names, start=1)
        }

    @cached_property
    def order(self) -> dict[SegmentId, int]:
        """The position of a segment in reading order."""
        return {segment.id: position for position, segment in enumerate(self.segments)}

    @cached_property
    def withheld(self) -> frozenset[SourceId]:
        """The sources that are not for quotation."""
        return frozenset(source.id for source in self.sources if source.tier is Tier.NOT_FOR_QUOTATION)

    @cached_property
    def talk(self) -> tuple[Segment, ...]:
        """The segments that people said; mandates are counted apart."""
        return tuple(segment for segment in self.segments if segment.kind is not SourceKind.MANDATE)

    @cached_property
    def has_missions(self) -> bool:
        """Whether there is any mission to tell segments apart by; without one nothing is said of missions."""
        return bool(self.study.missions) or any(segment.mission != UNSPECIFIED for segment in self.segments)

    @cached_property
    def open_words(self) -> frozenset[str]:
        """Every word, in lower case, of the segments whose source may be quoted."""
        return frozenset(
            word for segment in self.segments if segment.source not in self.withheld for word in words_of(segment.text)
        )

    @cached_property
    def closed_texts(self) -> tuple[str, ...]:
        """The words of each source that is not for quotation, one space between."""
        return tuple(" ".join(words_of(source.text)) for source in self.sources if source.id in self.withheld)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return re.findall(r"\w+", text.casefold())
