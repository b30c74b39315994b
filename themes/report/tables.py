"""The tables, as rows of text that any program reads."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from themes.domain import CandidateTheme, Estimate, Segment, SegmentId, SourceKind, harmless
from themes.report import dictionary
from themes.report.dictionary import Entry, Kind
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.quotes import open_source, shown_example, shown_terms

Cell = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what its columns mean; each row has a cell per column, None where the value is missing."""

    entry: Entry
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.entry.columns)

    def csv(self) -> str:
        """The table as CSV text, a line feed after each row."""
        kinds = [column.kind for column in self.entry.columns]
        written = ([as_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in self.rows)
        return "".join(_line(cells) for cells in (self.columns, *written))


def tables(material: Material, options: ReportOptions | None = None) -> dict[str, Table]:
    """Every table by its name, in the order of the dictionary."""
    chosen = options or ReportOptions()
    return {
        "segments": Table(dictionary.SEGMENTS, tuple(_segment_rows(material))),
        "themes": Table(dictionary.THEMES, tuple(_theme_row(material, theme) for theme in material.themes)),
        "hierarchy": Table(dictionary.HIERARCHY, tuple(_hierarchy_rows(material))),
        "theme_codes": Table(dictionary.THEME_CODES, tuple(_theme_code_rows(material))),
        "suggestions": Table(dictionary.SUGGESTIONS, tuple(_suggestion_rows(material))),
        "codings": Table(dictionary.CODINGS, tuple(_coding_rows(material))),
        "prevalence": Table(dictionary.PREVALENCE, tuple(_prevalence_rows(material, chosen))),
    }


def data_dictionary() -> Table:
    """What every column means, as a table."""
    return Table(
        dictionary.DICTIONARY,
        tuple(
            (entry.name, column.name, str(column.kind), column.meaning, column.missing)
            for entry in dictionary.ENTRIES
            for column in entry.columns
        ),
    )


def _line(cells: Iterable[str]) -> str:
    """One row. The writer is told of both line ends, or Python 3.11 leaves a lone carriage return unquoted."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def as_text(cell: Cell, kind: Kind) -> str:
    """The cell as the .csv has it."""
    if cell is None:
        return ""
    if kind is Kind.LIST and isinstance(cell, tuple):
        return harmless("; ".join(cell))
    if kind is Kind.FLAG:
        return "true" if cell else "false"
    if kind is Kind.SHARE and isinstance(cell, (int, float)):
        return f"{cell:.4f}".replace("-0.0000", "0.0000") if math.isfinite(cell) else ""
    return harmless(str(cell)) if kind is Kind.TEXT else str(cell)


def _segment_rows(material: Material) -> Iterable[tuple[Cell, ...]]:
    for segment in material.segments:
        source = material.source[segment.source]
        theme, membership = material.theme_of.get(segment.id, (None, None))
        yield (
            segment.id,
            segment.source,
            (source.title or None) if open_source(source) else None,
            str(segment.kind),
            _participant(material, segment, open_source(source)),
            segment.actor_group,
            segment.mission,
            segment.mission_basis or None,
            segment.period,
            segment.period_basis or None,
            segment.number or None,
            _speaker(segment, open_source(source)),
            segment.start,
            segment.end,
            segment.n_words,
            theme,
            membership,
            None if source.id in material.withheld else segment.text,
        )


def _speaker(segment: Segment, is_open: bool) -> str | None:
    return (segment.speaker or None) if is_open or segment.speaker == segment.participant else None


def _participant(material: Material, segment: Segment, is_open: bool) -> str | None:
    """The pseudonym; in a focus group a label of the file is part of it, and goes where the tier does not allow it."""
    name = segment.participant if is_open else material.voices.get(segment.participant, segment.participant)
    return name or None


def _theme_row(material: Material, theme: CandidateTheme) -> tuple[Cell, ...]:
    segments = [material.segment[segment] for segment in theme.segments]
    talk = talk_of(material, theme)
    size = len(segments)
    terms = tuple(shown_terms(material, (term for term, _ in theme.terms)))
    return (
        theme.id,
        theme.name or ", ".join(terms[:4]) or None,
        size,
        size / len(material.segments) if material.segments else None,
        len(participants(talk)),
        len({segment.source for segment in segments}),
        (size - len(talk)) / size if size else None,
        largest_share(talk),
        terms or None,
        theme.exemplars or None,
        theme.name or None,
        _stability(material, theme),
        theme.id not in material.lost,
        material.different_texts(theme),
        _groups(talk) or None,
        _one_voice(material, theme, talk),
        theme.borderline or None,
        str(theme.granularity),
        theme.parent,
    )


def talk_of(material: Material, theme: CandidateTheme) -> list[Segment]:
    """The segments of a candidate theme that people said."""
    segments = (material.segment[segment] for segment in theme.segments)
    return [segment for segment in segments if segment.kind is not SourceKind.MANDATE]


def _stability(material: Material, theme: CandidateTheme) -> float | None:
    return theme.stability if material.has_stability and theme.id not in material.lost else None


def _groups(talk: Iterable[Segment]) -> tuple[str, ...]:
    """Each actor group with its segments, most first: `UN / Mission: 12`."""
    found = Counter(segment.actor_group for segment in talk)
    return tuple(f"{group}: {count}" for group, count in sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _one_voice(material: Material, theme: CandidateTheme, talk: Iterable[Segment]) -> str | None:
    """The participant as segments.csv has it."""
    said = next((segment for segment in talk if segment.participant == theme.one_voice), None)
    return _participant(material, said, open_source(material.source[said.source])) if theme.one_voice and said else None


def _hierarchy_rows(material: Material) -> Iterable[tuple[Cell, ...]]:
    for theme in material.hierarchy:
        terms = tuple(shown_terms(material, (term for term, _ in theme.terms)))
        yield (
            theme.id,
            str(theme.granularity),
            theme.parent,
            theme.name or ", ".join(terms[:4]) or None,
            len(theme.segments),
            _stability(material, theme),
            terms or None,
            theme.segments,
        )


def participants(talk: Iterable[Segment]) -> Counter[str]:
    """How many of the segments each participant supplies; segments of nobody known are left out."""
    return Counter(segment.participant for segment in talk if segment.participant)


def largest_share(talk: list[Segment]) -> float | None:
    """The share of the segments that the participant with most of them supplies; None where nobody is known."""
    supplied = participants(talk)
    return max(supplied.values()) / len(talk) if supplied else None


def _theme_code_rows(material: Material) -> Iterable[tuple[Cell, ...]]:
    for theme in material.themes:
        for one in material.codes_of[theme.id]:
            yield one.theme, one.rank, one.code, one.coverage, one.score, str(one.verdict)


def _suggestion_rows(material: Material) -> Iterable[tuple[Cell, ...]]:
    examples = {text: shown_example(material, text) or None for text in {one.example for one in material.suggestions}}
    closed = material.withheld
    for one in sorted(material.suggestions, key=lambda found: (material.order[found.segment], found.rank)):
        words = None if material.segment[one.segment].source in closed else (one.words or None)
        yield one.segment, one.rank, one.code, one.score, one.semantic, one.lexical, words, examples[one.example]


def _coding_rows(material: Material) -> Iterable[tuple[Cell, ...]]:
    by_segment = _position(material.order)
    ordered = sorted(material.codings, key=lambda one: (by_segment(one.segment), one.code, one.coder, one.decision))
    for coding in ordered:
        yield coding.segment, coding.code, coding.coder, coding.decision, coding.in_bulk


def _position(order: dict[SegmentId, int]) -> Callable[[SegmentId], tuple[int, str]]:
    """Where a segment stands; one that is no longer in the study comes last, by its id."""
    return lambda segment: (order.get(segment, len(order)), segment)


def _prevalence_rows(material: Material, options: ReportOptions) -> Iterable[tuple[Cell, ...]]:
    subjects = [*(code.id for code in material.codebook.codes), *(theme.id for theme in material.themes)]
    rank = {subject: position for position, subject in enumerate(subjects)}

    def place(one: Estimate) -> tuple[object, ...]:
        where = (one.source_kind, one.actor_group, one.mission, one.period)
        return (one.subject_kind, rank.get(one.subject, len(rank)), one.subject, *((w != "all", w) for w in where))

    for one in sorted(material.estimates, key=place):
        yield (
            one.subject_kind,
            one.subject,
            one.source_kind,
            one.actor_group,
            one.mission,
            one.period,
            one.count,
            one.segments,
            one.share,
            one.mentioning,
            one.participants,
            one.basis,
            *(one.corpus_interval or (None, None)),
            *(one.informants_interval or (None, None)),
            is_small(one, options.min_participants),
            one.estimate,
            one.of_words,
            one.per_interview,
            *((one.at_least, one.in_interviews, one.interviews, one.checked) if one.checked else (None,) * 4),
            one.effective,
            one.more,
            str(one.showing),
            one.note or None,
        )


def is_small(estimate: Estimate, min_participants: int) -> bool:
    """Whether too few people stand behind the cell to show its numbers; a mandate is a public text."""
    return estimate.source_kind != SourceKind.MANDATE and estimate.participants < min_participants
