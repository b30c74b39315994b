"""What the review app asks the project file for: light rows of everything, and one thing whole at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from themes.domain import (
    CandidateTheme,
    Code,
    CodeId,
    PredictionSet,
    Segment,
    SegmentId,
    Source,
    SourceId,
    Suggestion,
    ThemeCode,
    ThemeId,
)
from themes.project.sqlite import converter, plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as lists show it: everything but its words."""

    segment: SegmentId
    source: SourceId
    start: int
    end: int
    turn: int
    kind: str
    actor_group: str
    mission: str
    period: str
    participant: str
    number: str


class Reading:
    """Reads from an open connection, and changes nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._declared: dict[str, dict[str, str]] = {}

    def lines(self) -> tuple[Line, ...]:
        """Every segment, in reading order."""
        query = (
            "SELECT id, source, start, end, turn, kind, actor_group, mission, period, participant, number FROM segments"
            " ORDER BY rowid"
        )
        return tuple(Line(*row) for row in self._connection.execute(query))

    def firsts(self) -> dict[SegmentId, tuple[CodeId, float]]:
        """The code that is suggested first for each segment, and its probability."""
        query = "SELECT segment, code, score FROM suggestions WHERE rank = 1"
        return {segment: (code, score) for segment, code, score in self._connection.execute(query)}

    def scores(self) -> tuple[Suggestion, ...]:
        """Every suggestion without what it rests on."""
        query = "SELECT segment, code, rank, score FROM suggestions ORDER BY rowid"
        return tuple(Suggestion(*row) for row in self._connection.execute(query))

    def doubts(self) -> dict[SegmentId, tuple[float, float]]:
        """(doubt, conflict) of each segment; see PredictionSet."""
        query = "SELECT segment, doubt, conflict FROM prediction_sets"
        return {segment: (doubt, conflict) for segment, doubt, conflict in self._connection.execute(query)}

    def theme_of(self) -> dict[SegmentId, ThemeId]:
        """The candidate theme of each segment that is in one, as of the last run."""
        rows = self._connection.execute("SELECT id, segments FROM themes")
        return {segment: theme for theme, members in rows for segment in json.loads(members)}

    def texts(self) -> dict[SourceId, str]:
        """The kept text of each source."""
        return dict(self._connection.execute("SELECT id, text FROM sources"))

    def titles(self) -> dict[SourceId, str]:
        """What each source is called on screen: its title, or else the participant's pseudonym, or its id."""
        query = "SELECT id, coalesce(nullif(title, ''), nullif(pseudonym, ''), id) FROM sources ORDER BY rowid"
        return dict(self._connection.execute(query))

    def source(self, source: SourceId) -> Source:
        """One source."""
        return next(self._rows("sources", Source, "WHERE id = ?", (source,)))

    def sources(self) -> tuple[Source, ...]:
        """Every source, in its order."""
        return tuple(self._rows("sources", Source))

    def segment(self, segment: SegmentId) -> Segment:
        """One segment with its words."""
        row = self._connection.execute(
            "SELECT substr(s.text, g.start + 1, g.end - g.start) FROM segments g JOIN sources s ON s.id = g.source"
            " WHERE g.id = ?",
            (segment,),
        ).fetchone()
        return next(self._rows("segments", Segment, "WHERE id = ?", (segment,), text=row[0]))

    def suggestions(self, segment: SegmentId) -> tuple[Suggestion, ...]:
        """What is suggested for the segment, best first."""
        found = self._rows("suggestions", Suggestion, "WHERE segment = ?", (segment,))
        return tuple(sorted(found, key=lambda one: one.rank))

    def suggestions_of(self, codes: Iterable[CodeId]) -> tuple[Suggestion, ...]:
        """Every suggestion of these codes, by the names that the last run gave them."""
        query = "WHERE code IN (SELECT value FROM json_each(?))"
        return tuple(self._rows("suggestions", Suggestion, query, (json.dumps(sorted(codes)),)))

    def prediction_set(self, segment: SegmentId) -> PredictionSet | None:
        """The segment's set of codes, None before there were any."""
        return next(self._rows("prediction_sets", PredictionSet, "WHERE segment = ?", (segment,)), None)

    def base_codes(self) -> tuple[Code, ...]:
        """The codes of the researcher's file, as the last run read it."""
        return tuple(self._rows("base_codes", Code))

    def themes(self) -> tuple[CandidateTheme, ...]:
        """The candidate themes as of the last run."""
        return tuple(self._rows("themes", CandidateTheme))

    def theme_codes(self) -> tuple[ThemeCode, ...]:
        """The codes that candidate themes map to."""
        return tuple(self._rows("theme_codes", ThemeCode))

    def _rows(
        self, table: str, kind: type[T], condition: str = "", values: Sequence[object] = (), **more: object
    ) -> Iterator[T]:
        """The table's rows as `kind`, in the order in which they were inserted."""
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name in columns)
        from_plain = converter().structure
        query = f"SELECT {names} FROM {table} {condition} ORDER BY rowid"
        for row in self._connection.execute(query, values):
            yield from_plain(plain(dict(zip(columns, row, strict=True)), columns) | more, kind)

    def _columns(self, table: str) -> dict[str, str]:
        """Each column's declared type."""
        if table not in self._declared:
            rows = self._connection.execute(f"PRAGMA table_info({table})")
            self._declared[table] = {row[1]: row[2] for row in rows}
        return self._declared[table]
