"""What came in from other programs: each file as it was read, to the letter, and what of it became part of the study.

The record only grows. A file is known again by its checksum, so that importing it twice is one import.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from themes.domain import Code, Decision, Segment, Source
from themes.errors import ProjectError
from themes.project.log import Entry as LogEntry
from themes.project.log import Log
from themes.project.made import Entry
from themes.project.sqlite import converter, guarded


@dataclass(frozen=True, slots=True)
class Import:
    """A file that came in: `exchanged` is all that it held, as JSON; `after` the number of the log's last entry then.

    `sources`, `codes` and `users` say what each GUID of the file is called in the study: the id of a source, the path
    that the code had then, the name of a coder. `coder` is who imported it, `origin` the program that wrote it.
    """

    id: int
    at: datetime
    coder: str
    file: str
    checksum: str
    origin: str
    exchanged: str
    sources: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    after: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one file brings: the parts (GUIDs) behind each entry of the log, whose `step` is that of its act.

    `standing` are parts that say what an entry of the log says already, with its number.
    """

    kept: Import
    entries: tuple[tuple[tuple[str, ...], LogEntry], ...] = ()
    standing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What several files bring together: sources with their segments, and a first codebook where there was none."""

    arrivals: tuple[Arrival, ...]
    sources: tuple[Source, ...] = ()
    segments: tuple[Segment, ...] = ()
    entries: tuple[Entry, ...] = ()
    codes: tuple[Code, ...] = ()


_COLUMNS = tuple(one.name for one in fields(Import))
_JSON = {"sources", "codes", "users"}
IMPORTED = "imported"
"""Among the fingerprints: the last import since the last run."""
Insert = Callable[[str, Sequence[object], type], None]


class Imports:
    """The imports in an open project file."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        insert: Insert,
    ) -> None:
        self._path, self._connection, self._writing, self._insert = path, connection, writing, insert
        self._log = Log(connection)

    def add(self, brought: Brought) -> tuple[Import, ...]:
        """The imports with their numbers, once everything that they bring is kept; all or nothing.

        ProjectError, and nothing is kept, where one of the files came in already, or a source of that id is there.
        """
        with self._writing():
            taken = {row[0] for row in self._connection.execute("SELECT id FROM sources")}
            if any(source.id in taken for source in brought.sources):
                raise ProjectError("The study was changed in the meantime.", "Import again; nothing was changed by it.")
            self._insert("sources", brought.sources, Source)
            self._insert("segments", brought.segments, Segment)
            self._insert("entries", brought.entries, Entry)
            self._insert("base_codes", brought.codes, Code)
            self._insert("codes", brought.codes, Code)
            added = tuple(self._added(arrival) for arrival in brought.arrivals)
            if brought.segments or brought.codes:  # an open review app sees by it that there is more to take in
                mark = (IMPORTED, str(added[-1].id))
                self._connection.execute("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", mark)
            return added

    def _added(self, arrival: Arrival) -> Import:
        if self.with_checksum(arrival.kept.checksum):
            raise ProjectError(f"{arrival.kept.file} came in meanwhile.", "There is nothing left to do.")
        kept = replace(arrival.kept, after=self._log.last_number())
        written = [name for name in _COLUMNS if name != "id"]
        plain = converter().unstructure(kept)
        row = [json.dumps(plain[name], ensure_ascii=False) if name in _JSON else plain[name] for name in written]
        marks = ", ".join("?" * len(written))
        names = ", ".join(written)
        query = f"INSERT INTO imports ({names}) VALUES ({marks})"
        number = int(self._connection.execute(query, row).lastrowid or 0)
        tied = list(arrival.standing)
        for place, (parts, entry) in enumerate(arrival.entries):
            more = partial(self._log.place_of, entry.segment) if isinstance(entry, Decision) else dict
            entered = self._log.append(entry, f"import {number} {place}", more)
            tied += [(part, entered) for part in parts]
        ties = ((number, part, entry) for part, entry in tied)
        self._connection.executemany("INSERT INTO imported (import, part, entry) VALUES (?, ?, ?)", ties)
        return replace(kept, id=number)

    def all(self) -> tuple[Import, ...]:
        """Every import, oldest first."""
        names = ", ".join(_COLUMNS)
        with guarded(self._path):
            rows = self._connection.execute(f"SELECT {names} FROM imports ORDER BY id").fetchall()
        return tuple(_import(row) for row in rows)

    def began(self) -> str:
        """When the first run ended or the first file came in, which stays; empty before."""
        acts = "SELECT min(at) FROM (SELECT at FROM runs UNION ALL SELECT at FROM imports)"
        return str(self._connection.execute(acts).fetchone()[0] or "")

    def with_checksum(self, checksum: str) -> int:
        """The number of the import of the file with this checksum; 0 where it has not come in."""
        row = self._connection.execute("SELECT id FROM imports WHERE checksum = ?", (checksum,)).fetchone()
        return int(row[0]) if row else 0

    def ties(self, number: int) -> dict[str, tuple[int, ...]]:
        """Of each part (GUID) of the import that became entries of the log: their numbers."""
        found: dict[str, tuple[int, ...]] = {}
        query = "SELECT part, entry FROM imported WHERE import = ? ORDER BY rowid"
        for part, entry in self._connection.execute(query, (number,)):
            found[part] = (*found.get(part, ()), int(entry))
        return found


def _import(row: Sequence[object]) -> Import:
    values = dict(zip(_COLUMNS, row, strict=True))
    read = {name: json.loads(str(value)) if name in _JSON else value for name, value in values.items()}
    return converter().structure(read, Import)
