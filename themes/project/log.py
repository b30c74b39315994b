"""The log of the project file: entries of several kinds under one sequence of numbers, appended and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from themes.domain import CodebookEdit, Decision, Memo, SegmentId, ThemeDecision, ThemeId
from themes.errors import ProjectError
from themes.project.sqlite import cell, converter, plain

Entry = Decision | ThemeDecision | CodebookEdit | Memo
E = TypeVar("E", Decision, ThemeDecision, CodebookEdit, Memo)

LOGS: Mapping[type, str] = {
    Decision: "decisions",
    ThemeDecision: "theme_decisions",
    CodebookEdit: "codebook_edits",
    Memo: "memos",
}
"""Each kind of entry, and the table that holds it."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A segment drawn into a coder's batch, noted before the coder sees it.

    `chance` is the probability with which an audited segment was drawn from the `open` ones; None where doubt chose it.
    `after` is the number of the log's last entry then: what the coder said later answers the draw.
    """

    id: int
    at: datetime
    coder: str
    batch: int
    segment: SegmentId
    why: str
    blind: bool
    chance: float | None
    stratum: str
    open: int
    seed: int
    after: int


class Log:
    """The entries in an open connection. Whoever appends has begun a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._declared: dict[str, dict[str, str]] = {}

    def append(self, entry: Entry, key: str = "", more: Callable[[], Mapping[str, object]] = dict) -> int:
        """The number of the entry in the log: that of the one with this key, else the next after the last."""
        table = LOGS[type(entry)]
        seen = self._connection.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone() if key else None
        if seen is not None:
            return int(seen[0])
        value = converter().unstructure(entry)
        number = 1 + self.last_number()
        own = {name: cell(value[name]) for name in self._wanted(type(entry), table) if name != "id"}
        row = {"id": number} | own | dict(more()) | {"key": key or None}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        return number

    def last_number(self) -> int:
        """The highest number that any entry has; 0 for an empty log."""
        each = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in LOGS.values())
        return int(self._connection.execute(f"SELECT max({each})").fetchone()[0])

    def entries(self, kind: type[E], condition: str = "", values: Sequence[object] = ()) -> Iterator[E]:
        """The entries of a kind, oldest first."""
        table = LOGS[kind]
        wanted = self._wanted(kind, table)
        declared = self._columns(table)
        from_plain = converter().structure
        query = f"SELECT {', '.join(wanted)} FROM {table} {condition} ORDER BY id"
        for row in self._connection.execute(query, values):
            yield from_plain(plain(dict(zip(wanted, row, strict=True)), declared), kind)

    def with_key(self, kind: type[E], key: str) -> E | None:
        """The entry that was made with this key, or None."""
        return next(self.entries(kind, "WHERE key = ?", (key,)), None)

    def of_step(self, step: str) -> tuple[Entry, ...]:
        """The entries of one act, oldest first."""
        first = f"{step} 0"  # keys are indexed, steps are not
        if not step or not any(self.with_key(kind, first) for kind in LOGS):
            return ()
        return self._all("WHERE step = ?", step)

    def since(self, number: int) -> tuple[Entry, ...]:
        """The entries of all kinds after that number, oldest first."""
        return self._all("WHERE id > ?", number)

    def _all(self, condition: str, value: object) -> tuple[Entry, ...]:
        found: list[Entry] = []
        for kind in LOGS:
            found += self.entries(kind, condition, (value,))
        return tuple(sorted(found, key=lambda entry: entry.id))

    def place_of(self, segment: SegmentId) -> dict[str, object]:
        """Source, start and end, kept with a decision so that it can be found again when segments are cut anew."""
        query = "SELECT source, start, end FROM segments WHERE id = ?"
        place = self._connection.execute(query, (segment,)).fetchone()
        if place is None:
            raise ProjectError(f"There is no segment '{segment}'.", "Take an id from report/tables/segments.csv.")
        return dict(zip(("source", "start", "end"), place, strict=True))

    def must_be_new(self, themes: Iterable[ThemeId]) -> None:
        """Raises ProjectError where the log holds a theme of that id already."""
        query = "SELECT 1 FROM theme_decisions, json_each(themes) WHERE value = ?"
        taken = [theme for theme in themes if self._connection.execute(query, (theme,)).fetchone()]
        if taken:
            raise ProjectError(
                f"Somebody else made {taken[0]} in the meantime.", "Look at the themes, and split again."
            )

    def draw(self, draws: Iterable[Draw]) -> None:
        """Notes what was drawn."""
        columns = [field.name for field in fields(Draw) if field.name != "id"]
        to_plain = converter().unstructure
        rows = ([to_plain(one)[name] for name in columns] for one in draws)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO draws ({names}) VALUES ({marks})", rows)

    def draws(self, coder: str) -> tuple[Draw, ...]:
        """What was drawn for the coder, in the order in which it is shown."""
        names = [field.name for field in fields(Draw)]
        query = f"SELECT {', '.join(names)} FROM draws WHERE coder = ? ORDER BY id"
        rows = self._connection.execute(query, (coder,))
        return tuple(converter().structure(dict(zip(names, row, strict=True)), Draw) for row in rows)

    def drawn_for(self) -> tuple[str, ...]:
        """The coders for whom something was drawn."""
        return tuple(row[0] for row in self._connection.execute("SELECT DISTINCT coder FROM draws ORDER BY coder"))

    def _wanted(self, kind: type, table: str) -> list[str]:
        return [field.name for field in fields(kind) if field.name in self._columns(table)]

    def _columns(self, table: str) -> dict[str, str]:
        """Each column's declared type."""
        if table not in self._declared:
            rows: Iterable[tuple[Any, ...]] = self._connection.execute(f"PRAGMA table_info({table})")
            self._declared[table] = {row[1]: row[2] for row in rows}
        return self._declared[table]
