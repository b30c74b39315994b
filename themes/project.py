"""The project file: one SQLite file with what the machine made and, in a log that only grows, what people decided.

What the machine made is replaced by each run, all or nothing. The log of decisions is never updated or deleted: the
file itself refuses it. The schema is a list of migrations; a file from a newer version is left untouched.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from cattrs import Converter

from themes.domain import (
    CandidateTheme,
    Code,
    Decision,
    Problem,
    Segment,
    SegmentId,
    Source,
    SourceId,
    Suggestion,
    ThemeCode,
)
from themes.errors import ProjectError

T = TypeVar("T")

FILE_NAME = "study.themes"
APPLICATION_ID = 0x7468656D
"""What `file` and SQLite tell the project file by: `them` in ASCII."""

MIGRATIONS = (
    """
    CREATE TABLE sources (
        id TEXT PRIMARY KEY, file TEXT, kind TEXT, text TEXT, turns JSON, title TEXT, pseudonym TEXT, actor_group TEXT,
        missions JSON, day TEXT, periods JSON, language TEXT, tier TEXT, symbol TEXT, checksum TEXT,
        voices JSON
    );
    CREATE TABLE segments (
        id TEXT PRIMARY KEY, source TEXT REFERENCES sources (id), start INTEGER, end INTEGER, turn INTEGER, kind TEXT,
        speaker TEXT, participant TEXT, actor_group TEXT, mission TEXT, mission_basis TEXT, period TEXT,
        period_basis TEXT, number TEXT
    );
    CREATE TABLE codes (
        id TEXT PRIMARY KEY, name TEXT, parent TEXT, definition TEXT, use_when TEXT, not_when TEXT, examples JSON
    );
    CREATE TABLE themes (id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON);
    CREATE TABLE theme_codes (
        theme TEXT REFERENCES themes (id), code TEXT, rank INTEGER, coverage REAL, score REAL, verdict TEXT
    );
    CREATE TABLE suggestions (
        segment TEXT REFERENCES segments (id), code TEXT, rank INTEGER, score REAL, semantic REAL, lexical REAL,
        words JSON, example TEXT, PRIMARY KEY (segment, rank)
    );
    CREATE TABLE places (segment TEXT PRIMARY KEY REFERENCES segments (id), x REAL, y REAL);
    CREATE TABLE problems (severity TEXT, "where" TEXT, problem TEXT, remedy TEXT);
    CREATE TABLE entries (file TEXT PRIMARY KEY, fingerprint TEXT, sources JSON, problems JSON);
    CREATE TABLE fingerprints (stage TEXT PRIMARY KEY, fingerprint TEXT);
    CREATE TABLE provenance (position INTEGER PRIMARY KEY, label TEXT, value TEXT);
    CREATE TABLE runs (id INTEGER PRIMARY KEY, at TEXT, version TEXT, seconds REAL, stages JSON);
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, coder TEXT NOT NULL, verdict TEXT NOT NULL,
        segment TEXT NOT NULL, code TEXT, undoes INTEGER REFERENCES decisions (id), batch TEXT NOT NULL,
        source TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, key TEXT UNIQUE
    );
    CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    """,
    """
    ALTER TABLE themes ADD COLUMN borderline JSON DEFAULT '[]';
    ALTER TABLE themes ADD COLUMN stability REAL DEFAULT 0;
    ALTER TABLE themes ADD COLUMN one_voice TEXT DEFAULT '';
    ALTER TABLE themes ADD COLUMN granularity TEXT DEFAULT 'middle';
    ALTER TABLE themes ADD COLUMN parent TEXT;
    ALTER TABLE themes ADD COLUMN name TEXT DEFAULT '';
    CREATE TABLE hierarchy (
        id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON, borderline JSON,
        stability REAL, one_voice TEXT, granularity TEXT, parent TEXT, name TEXT
    );
    """,
)
"""One script per version of the schema, applied in order; a published one is never changed."""

_MADE: tuple[tuple[str, type], ...] = (
    ("sources", Source),
    ("segments", Segment),
    ("codes", Code),
    ("themes", CandidateTheme),
    ("hierarchy", CandidateTheme),
    ("theme_codes", ThemeCode),
    ("suggestions", Suggestion),
    ("problems", Problem),
)
"""The tables that each hold one type, in an order that satisfies their references."""


_DECISION = ("at", "coder", "verdict", "segment", "code", "undoes", "batch")


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

    `hierarchy` holds the candidate themes of the coarser and the finer levels, `themes` those of the level that is
    offered. `places` is each segment's place on the map.
    """

    sources: tuple[Source, ...] = ()
    segments: tuple[Segment, ...] = ()
    codes: tuple[Code, ...] = ()
    themes: tuple[CandidateTheme, ...] = ()
    hierarchy: tuple[CandidateTheme, ...] = ()
    theme_codes: tuple[ThemeCode, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
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


class Project:
    """An open project file. Use as a context manager.

    `read_only` opens a file that is there already, on a disk that cannot be written too, and never changes it.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        with _guarded(path):
            fresh = not path.exists()
            if fresh and not read_only and path.parent.is_dir():
                with suppress(OSError):  # SQLite says it better
                    path.touch(mode=0o600)  # it will hold every interview
            self._connection = _connect(path, read_only)
            self._connection.execute("PRAGMA foreign_keys = ON")
            try:
                self._bring_up_to_date(fresh, read_only)
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._connection.close()

    def _bring_up_to_date(self, fresh: bool, read_only: bool) -> None:
        """Applies the migrations that the file has not seen, after a backup; refuses a file that is not ours."""
        version = int(self._one("PRAGMA user_version"))
        if version > len(MIGRATIONS):
            raise ProjectError(
                f"{self.path.name} was made by a newer version of themes (schema {version}, here {len(MIGRATIONS)}).",
                "Upgrade themes; the file was left as it is.",
            )
        if not fresh and version and self._one("PRAGMA application_id") != APPLICATION_ID:
            raise ProjectError(
                f"{self.path.name} is an SQLite file, but not one of themes.",
                "Move it away, or name another study folder.",
            )
        if version == len(MIGRATIONS):
            return
        if read_only:
            raise ProjectError(f"{self.path.name} was made by an older version of themes.", "Run the study once more.")
        if version:
            self.back_up(self.path.with_name(f"{self.path.name}.before-schema-{version + 1}"))
        self._connection.execute("PRAGMA journal_mode = WAL")
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number};"
            self._connection.executescript(f"BEGIN; {script} {marks} COMMIT;")

    def back_up(self, target: Path) -> None:
        """A copy of the file as it stands, made by SQLite's backup."""
        with _guarded(target), closing(sqlite3.connect(target)) as copy:
            self._connection.backup(copy)

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()[0]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything in it is kept, or nothing."""
        with _guarded(self.path):
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # --- what the machine made ---

    def replace(self, made: Made) -> None:
        """What a run made takes the place of what earlier runs made, all or nothing. Decisions are not touched."""
        with self._writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for table in ("places", "entries", "fingerprints", "provenance", *(table for table, _ in _MADE)):
                connection.execute(f"DELETE FROM {table}")
            for table, kind in _MADE:
                self._insert(table, getattr(made, table), kind)
            self._insert("entries", made.entries, Entry)
            places = ((segment, x, y) for segment, (x, y) in made.places.items())
            connection.executemany("INSERT INTO places VALUES (?, ?, ?)", places)
            connection.executemany("INSERT INTO fingerprints VALUES (?, ?)", made.fingerprints.items())
            numbered = ((position, *item) for position, item in enumerate(made.provenance.items()))
            connection.executemany("INSERT INTO provenance VALUES (?, ?, ?)", numbered)

    def made(self) -> Made:
        """What the last run made; everything empty before the first."""
        with _guarded(self.path):
            texts = dict(self._connection.execute("SELECT id, text FROM sources"))
            found: dict[str, tuple[Any, ...]] = {table: tuple(self._rows(table, kind, texts)) for table, kind in _MADE}
            places = self._connection.execute("SELECT segment, x, y FROM places")
            return Made(
                **found,
                places={segment: (x, y) for segment, x, y in places},
                entries=self.entries(),
                fingerprints=self.fingerprints(),
                provenance=self.provenance(),
            )

    def problems(self) -> tuple[Problem, ...]:
        """What the last run found wrong without stopping."""
        with _guarded(self.path):
            return tuple(self._rows("problems", Problem, {}))

    def entries(self) -> tuple[Entry, ...]:
        """The source files as the last run read them."""
        with _guarded(self.path):
            return tuple(self._rows("entries", Entry, {}))

    def provenance(self) -> dict[str, str]:
        """What made the last run's numbers, label by label."""
        with _guarded(self.path):
            return dict(self._connection.execute("SELECT label, value FROM provenance ORDER BY position"))

    def must_be_writable(self) -> None:
        """Raises ProjectError now rather than after minutes of work, where nothing could be kept."""
        with self._writing() as connection:  # SQLite takes an empty transaction on a read-only file for a reading one
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def fingerprints(self) -> dict[str, str]:
        """What each stage was made from, by the name of the stage."""
        with _guarded(self.path):
            return dict(self._connection.execute("SELECT stage, fingerprint FROM fingerprints"))

    def remember(self, stage: str, fingerprint: str) -> None:
        """Notes what a stage outside `replace` (the report) was made from."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", (stage, fingerprint))

    def sizes(self) -> dict[str, int]:
        """How many sources, segments, codes, themes, suggestions, problems and decisions the file holds."""
        with _guarded(self.path):
            tables = [*(table for table, _ in _MADE if table != "hierarchy"), "decisions"]
            return {table: int(self._one(f"SELECT count(*) FROM {table}")) for table in tables}

    def _insert(self, table: str, items: Sequence[object], kind: type) -> None:
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        to_plain = _converter().unstructure
        rows = ([_cell(value[name]) for name in columns] for value in (to_plain(item, kind) for item in items))
        self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    def _rows(self, table: str, kind: type[T], texts: Mapping[str, str]) -> Iterator[T]:
        """The table's rows as `kind`, in the order they were inserted; a segment's text is cut from its source's."""
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name in columns)
        from_plain = _converter().structure
        for row in self._connection.execute(f"SELECT {names} FROM {table} ORDER BY rowid"):
            value = {
                name: json.loads(cell) if declared == "JSON" else cell
                for (name, declared), cell in zip(columns.items(), row, strict=True)
            }
            if kind is Segment:
                value["text"] = texts[value["source"]][value["start"] : value["end"]]
            yield from_plain(value, kind)

    def _columns(self, table: str) -> dict[str, str]:
        """Each column's declared type."""
        return {row[1]: row[2] for row in self._connection.execute(f"PRAGMA table_info({table})")}

    # --- what people decided ---

    def record(self, decision: Decision, key: str = "") -> Decision:
        """The decision as it stands in the log, which gives it its id.

        A `key` that was seen before gives the decision made with it then, and no second one.
        """
        with self._writing() as connection:
            seen = connection.execute("SELECT id FROM decisions WHERE key = ?", (key,)).fetchone() if key else None
            if seen is None:
                value = _converter().unstructure(decision)
                row = [_cell(value[name]) for name in _DECISION] + [*self._place_of(decision.segment), key or None]
                names = ", ".join((*_DECISION, "source", "start", "end", "key"))
                marks = ", ".join("?" * len(row))
                cursor = connection.execute(f"INSERT INTO decisions ({names}) VALUES ({marks})", row)
                seen = (cursor.lastrowid,)
            return next(self._decisions("WHERE id = ?", seen))

    def _place_of(self, segment: SegmentId) -> tuple[str, int, int]:
        """(source, start, end), kept with the decision so that it can be found again when segments are cut anew."""
        query = "SELECT source, start, end FROM segments WHERE id = ?"
        place: tuple[str, int, int] | None = self._connection.execute(query, (segment,)).fetchone()
        if place is None:
            raise ProjectError(f"There is no segment '{segment}'.", "Take an id from report/tables/segments.csv.")
        return place

    def decisions(self) -> tuple[Decision, ...]:
        """The whole log, oldest first."""
        with _guarded(self.path):
            return tuple(self._decisions("", ()))

    def _decisions(self, condition: str, values: Iterable[object]) -> Iterator[Decision]:
        columns = ("id", *_DECISION)
        query = f"SELECT {', '.join(columns)} FROM decisions {condition} ORDER BY id"
        for row in self._connection.execute(query, tuple(values)):
            yield _converter().structure(dict(zip(columns, row, strict=True)), Decision)

    # --- the list of runs ---

    def add_run(self, version: str, seconds: float, stages: Mapping[str, str]) -> None:
        """Notes that a run ended, and what its stages did."""
        row = (datetime.now(UTC).isoformat(), version, round(seconds, 3), json.dumps(dict(stages)))
        with self._writing() as connection:
            connection.execute("INSERT INTO runs (at, version, seconds, stages) VALUES (?, ?, ?, ?)", row)

    def last_run(self) -> Run | None:
        """The latest run, or None before the first."""
        with _guarded(self.path):
            row = self._connection.execute("SELECT at, version, seconds, stages FROM runs ORDER BY id DESC").fetchone()
        return Run(datetime.fromisoformat(row[0]), row[1], row[2], json.loads(row[3])) if row else None


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """A connection in which transactions begin and end only where the code says so."""
    if not read_only:
        return sqlite3.connect(path, isolation_level=None, timeout=20)
    # in a folder that cannot be written nobody else writes either, and SQLite's log cannot be kept beside the file
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=20)


@cache
def _converter() -> Converter:
    """Between frozen types and what SQLite and JSON can hold."""
    converter = Converter()
    for kind in (date, datetime):
        converter.register_unstructure_hook(kind, lambda value: value.isoformat())
        converter.register_structure_hook(kind, lambda value, kind: kind.fromisoformat(value))
    return converter


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value


_TROUBLE = (
    ("readonly", "cannot be written: it or its folder is read-only", "Copy the study to a folder you may write to."),
    ("unable to open", "cannot be opened or made here", "See that the folder exists and that you may write to it."),
    ("full", "cannot be written: the disk is full", "Free some space and run again; what was there before is kept."),
    ("locked", "is in use by another run of themes", "Wait until it ends, then run again."),
    ("not a database", "is not a project file, or is damaged", "Put a backup in its place, or move it away."),
    ("malformed", "is damaged", "Put a backup in its place, or move it away and run again."),
    ("disk i/o", "cannot be read or written: the disk reports an error", "Copy the study to another disk."),
)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """SQLite's trouble turned into an error with a remedy."""
    try:
        yield
    except sqlite3.DatabaseError as trouble:
        for sign, problem, remedy in _TROUBLE:
            if sign in str(trouble).casefold():
                raise ProjectError(f"{path.name} {problem}.", remedy, str(path.parent)) from trouble
        raise
