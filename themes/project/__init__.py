"""The project file: one SQLite file with what the machine made and, in a log that only grows, what people decided.

What the machine made is replaced by each run, all or nothing. The log of decisions, on segments and on candidate
themes, is never updated or deleted: the file itself refuses it. The schema is a list of migrations; a file from a newer
version is left untouched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from themes.domain import (
    CandidateTheme,
    Code,
    CodebookEdit,
    Decision,
    Memo,
    Problem,
    Segment,
    SegmentId,
    ThemeAct,
    ThemeChange,
    ThemeDecision,
)
from themes.errors import ProjectError, StudyError
from themes.project.accounts import Accounts, Invited, person_name
from themes.project.audits import Audits
from themes.project.imports import Arrival, Brought, Import, Imports
from themes.project.log import LOGS, Draw, Log
from themes.project.log import Entry as LogEntry
from themes.project.made import Entry, Made, Run
from themes.project.reading import Line, Reading
from themes.project.schema import APPLICATION_ID, MADE, MIGRATIONS
from themes.project.sqlite import cell, connect, converter, guarded, plain

__all__ = [
    "FILE_NAME",
    "Accounts",
    "Arrival",
    "Audits",
    "Brought",
    "Draw",
    "Entry",
    "Import",
    "Invited",
    "Line",
    "LogEntry",
    "Made",
    "Project",
    "Reading",
    "Run",
    "must_have_run",
    "person_name",
]

T = TypeVar("T")

FILE_NAME = "study.themes"


class Project:
    """An open project file. Use as a context manager.

    `read_only` opens a file that is there already, on a disk that cannot be written too, and never changes it.
    `accounts` are those of the team, `audits` what was drawn by chance to be checked, `imports` what came in.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        with guarded(path):
            fresh = not path.exists()
            if fresh and not read_only and path.parent.is_dir():
                with suppress(OSError):  # SQLite says it better
                    path.touch(mode=0o600)  # it will hold every interview
            self._connection = connect(path, read_only)
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._log = Log(self._connection)
            self.reading = Reading(self._connection)
            self.accounts = Accounts(path, self._connection, self._writing)
            self.audits = Audits(path, self._connection, self._writing)
            self.imports = Imports(path, self._connection, self._writing, self._insert)
            try:
                self._bring_up_to_date(fresh, read_only)
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; nothing is pending, since every act is kept before it is answered."""
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
        """A copy of the file as it stands, made by SQLite's backup; whole under its name, or not there at all."""
        part = target.with_name(f"{target.name}.part")
        with guarded(target):
            part.unlink(missing_ok=True)
            with suppress(OSError):  # SQLite says it better
                part.touch(mode=0o600)  # it holds every interview
            with closing(sqlite3.connect(part)) as copy:
                self._connection.backup(copy)
            part.replace(target)

    def _one(self, query: str) -> Any:
        return self._connection.execute(query).fetchone()[0]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything in it is kept, or nothing."""
        with guarded(self.path):
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
            highest = max(self._highest_number(), made.highest_number)
            for table in ("places", "entries", "fingerprints", "provenance", "theme_numbers", *(t for t, _ in MADE)):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO theme_numbers VALUES (?)", (highest,))
            for table, kind in MADE:
                self._insert(table, getattr(made, table), kind)
            self._insert("entries", made.entries, Entry)
            places = ((segment, x, y) for segment, (x, y) in made.places.items())
            connection.executemany("INSERT INTO places VALUES (?, ?, ?)", places)
            connection.executemany("INSERT INTO fingerprints VALUES (?, ?)", made.fingerprints.items())
            numbered = ((position, *item) for position, item in enumerate(made.provenance.items()))
            connection.executemany("INSERT INTO provenance VALUES (?, ?, ?)", numbered)

    def restate(self, made: Made) -> None:
        """The themes, their codes and the fingerprints of `made` in place of those that stand; nothing else changes."""
        with self._writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for table, kind in MADE:
                if table in ("themes", "theme_codes"):
                    connection.execute(f"DELETE FROM {table}")
                    self._insert(table, getattr(made, table), kind)
            marks = made.fingerprints.items()
            connection.executemany("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", marks)

    def resuggest(self, made: Made, before: Mapping[str, str]) -> None:
        """Codes, suggestions, sets and codes of themes of `made` in place of those that stand; nothing else changes.

        `before` are the fingerprints that stood when the rest of `made` was read. ProjectError, and everything as it
        was, where the file holds others by now, or other segments or themes: a run was quicker.
        """
        learnt = ("codes", "theme_codes", "suggestions", "prediction_sets")
        tables = [(table, kind) for table, kind in MADE if table in learnt]
        cells = {table: list(self._cells(table, getattr(made, table), kind)) for table, kind in tables}
        with self._writing() as connection:
            now = self.fingerprints()
            if any(now.get(stage) != mark for stage, mark in before.items() if stage != "report"):
                raise ProjectError("The study was run anew in the meantime.", "Learn again: it takes seconds.")
            for table, rows in cells.items():
                connection.execute(f"DELETE FROM {table}")
                self._put(table, rows)
            marks = [item for item in made.fingerprints.items() if item[0] != "report"]
            connection.executemany("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", marks)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """All that is read in it is from one moment, whoever writes meanwhile."""
        with guarded(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    def made(self) -> Made:
        """What the last run made; everything empty before the first."""
        with self._reading():
            texts = dict(self._connection.execute("SELECT id, text FROM sources"))
            found: dict[str, tuple[Any, ...]] = {table: tuple(self._rows(table, kind, texts)) for table, kind in MADE}
            places = self._connection.execute("SELECT segment, x, y FROM places")
            return Made(
                **found,
                highest_number=self._highest_number(),
                places={segment: (x, y) for segment, x, y in places},
                entries=self.entries(),
                fingerprints=self.fingerprints(),
                provenance=self.provenance(),
            )

    def themes_made(self) -> Made:
        """Only what the last run made of candidate themes: much less to read than all of it."""
        with self._reading():
            return Made(
                themes=tuple(self._rows("themes", CandidateTheme, {})),
                hierarchy=tuple(self._rows("hierarchy", CandidateTheme, {})),
                found=tuple(self._rows("found", CandidateTheme, {})),
                kept=tuple(self._rows("kept", CandidateTheme, {})),
                changes=tuple(self._rows("changes", ThemeChange, {})),
                highest_number=self._highest_number(),
                fingerprints=self.fingerprints(),
                provenance=self.provenance(),
            )

    def base_codes(self) -> tuple[Code, ...]:
        """The codes of the researcher's file, as the last run read it."""
        with guarded(self.path):
            return tuple(self._rows("base_codes", Code, {}))

    def texts(self) -> dict[SegmentId, str]:
        """The text of each segment, in reading order."""
        with guarded(self.path):
            sources = dict(self._connection.execute("SELECT id, text FROM sources"))
            rows = self._connection.execute("SELECT id, source, start, end FROM segments ORDER BY rowid")
            return {SegmentId(segment): sources[source][start:end] for segment, source, start, end in rows}

    def _highest_number(self) -> int:
        return int(self._one("SELECT coalesce(max(highest), 0) FROM theme_numbers"))

    def problems(self) -> tuple[Problem, ...]:
        """What the last run found wrong without stopping."""
        with guarded(self.path):
            return tuple(self._rows("problems", Problem, {}))

    def entries(self) -> tuple[Entry, ...]:
        """The source files as the last run read them."""
        with guarded(self.path):
            return tuple(self._rows("entries", Entry, {}))

    def provenance(self) -> dict[str, str]:
        """What made the last run's numbers, label by label."""
        with guarded(self.path):
            return dict(self._connection.execute("SELECT label, value FROM provenance ORDER BY position"))

    def must_be_writable(self) -> None:
        """Raises ProjectError now rather than after minutes of work, where nothing could be kept."""
        with self._writing() as connection:  # SQLite takes an empty transaction on a read-only file for a reading one
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def fingerprints(self) -> dict[str, str]:
        """What each stage was made from, by the name of the stage."""
        with guarded(self.path):
            return dict(self._connection.execute("SELECT stage, fingerprint FROM fingerprints"))

    def remember(self, stage: str, fingerprint: str) -> None:
        """Notes what a stage outside `replace` (the report) was made from."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", (stage, fingerprint))

    def sizes(self) -> dict[str, int]:
        """How many sources, segments, codes, themes, suggestions, problems and decisions
        (on segments, and on themes) the file holds."""
        with guarded(self.path):
            unseen = {"base_codes", "hierarchy", "found", "kept", "changes", "prediction_sets"}
            tables = [*(table for table, _ in MADE if table not in unseen), *LOGS.values()]
            return {table: int(self._one(f"SELECT count(*) FROM {table}")) for table in tables}

    def _insert(self, table: str, items: Sequence[object], kind: type) -> None:
        self._put(table, self._cells(table, items, kind))

    def _put(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    def _cells(self, table: str, items: Sequence[object], kind: type) -> Iterator[list[object]]:
        """Each item as a row of the table."""
        columns = self._columns(table)
        to_plain = converter().unstructure
        for value in (to_plain(item, kind) for item in items):
            yield [cell(value[name]) for name in columns]

    def _rows(self, table: str, kind: type[T], texts: Mapping[str, str]) -> Iterator[T]:
        """The table's rows as `kind`, in the order they were inserted; a segment's text is cut from its source's."""
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name in columns)
        from_plain = converter().structure
        for row in self._connection.execute(f"SELECT {names} FROM {table} ORDER BY rowid"):
            value = plain(dict(zip(columns, row, strict=True)), columns)
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
        with self._writing():
            number = self._log.append(decision, key, lambda: self._log.place_of(decision.segment))
            return next(self._log.entries(Decision, "WHERE id = ?", (number,)))

    def record_theme(self, decision: ThemeDecision, key: str = "") -> ThemeDecision:
        """The decision on candidate themes as it stands in the log; as durable as `record`, with ids from one sequence.

        Raises ProjectError where a split would give its parts an id that the log holds already.
        """

        def nothing_more() -> dict[str, object]:
            self._log.must_be_new(decision.themes[1:] if decision.act is ThemeAct.SPLIT else ())
            return {}

        with self._writing():
            number = self._log.append(decision, key, nothing_more)
            return next(self._log.entries(ThemeDecision, "WHERE id = ?", (number,)))

    def recorded_theme(self, key: str) -> ThemeDecision | None:
        """The decision on candidate themes that was made with this key, or None."""
        with guarded(self.path):
            return self._log.with_key(ThemeDecision, key)

    def record_step(self, entries: Sequence[LogEntry], step: str) -> tuple[LogEntry, ...]:
        """The entries of one act as they stand in the log, all or none of them; they are undone together.

        A `step` that was seen before gives what was recorded with it then, and nothing more.
        """
        with self._writing():
            recorded = self._log.of_step(step)
            if recorded:
                return recorded
            return tuple(self._added(entry, step, number) for number, entry in enumerate(entries))

    def _added(self, entry: LogEntry, step: str, number: int) -> LogEntry:
        """The entry under the number that the log gives it."""
        more = (lambda: self._log.place_of(entry.segment)) if isinstance(entry, Decision) else dict
        stepped = replace(entry, step=step)
        return replace(stepped, id=self._log.append(stepped, f"{step} {number}", more))

    def recorded_step(self, step: str) -> tuple[LogEntry, ...]:
        """What was recorded as one act under that name; nothing where there was no such act."""
        with guarded(self.path):
            return self._log.of_step(step)

    def decisions(self) -> tuple[Decision, ...]:
        """The whole log of what people decided on segments, oldest first."""
        with guarded(self.path):
            return tuple(self._log.entries(Decision))

    def theme_decisions(self) -> tuple[ThemeDecision, ...]:
        """The whole log of what people decided on candidate themes, oldest first."""
        with guarded(self.path):
            return tuple(self._log.entries(ThemeDecision))

    def codebook_edits(self) -> tuple[CodebookEdit, ...]:
        """The whole log of edits of the codebook, oldest first."""
        with guarded(self.path):
            return tuple(self._log.entries(CodebookEdit))

    def memos(self) -> tuple[Memo, ...]:
        """Every memo ever written, oldest first."""
        with guarded(self.path):
            return tuple(self._log.entries(Memo))

    def since(self, number: int) -> tuple[LogEntry, ...]:
        """Every entry of the log after that number, of all kinds, oldest first."""
        with guarded(self.path):
            return self._log.since(number)

    def last_number(self) -> int:
        """The number of the log's last entry; 0 before the first."""
        with guarded(self.path):
            return self._log.last_number()

    def record_draws(self, draws: Sequence[Draw]) -> None:
        """Notes what was drawn into a batch, before anybody sees it."""
        with self._writing():
            self._log.draw(draws)

    def draws(self, coder: str) -> tuple[Draw, ...]:
        """What was drawn for the coder, in the order in which it is shown."""
        with guarded(self.path):
            return self._log.draws(coder)

    def drawn_for(self) -> tuple[str, ...]:
        """The coders who have a batch, in their order."""
        with guarded(self.path):
            return self._log.drawn_for()

    def changed_elsewhere(self) -> int:
        """A number that changes whenever somebody else writes to the file."""
        with guarded(self.path):
            return int(self._one("PRAGMA data_version"))

    # --- the list of runs ---

    def add_run(self, version: str, seconds: float, stages: Mapping[str, str]) -> None:
        """Notes that a run ended, and what its stages did."""
        row = (datetime.now(UTC).isoformat(), version, round(seconds, 3), json.dumps(dict(stages)))
        with self._writing() as connection:
            connection.execute("INSERT INTO runs (at, version, seconds, stages) VALUES (?, ?, ?, ?)", row)

    def last_run(self) -> Run | None:
        """The latest run, or None before the first."""
        with guarded(self.path):
            row = self._connection.execute("SELECT at, version, seconds, stages FROM runs ORDER BY id DESC").fetchone()
        return Run(datetime.fromisoformat(row[0]), row[1], row[2], json.loads(row[3])) if row else None


def must_have_run(folder: Path) -> None:
    """Raises StudyError before the first run of the study."""
    if not (folder / FILE_NAME).exists():
        raise StudyError("This study has not been run yet.", f"Run `themes run {folder}` first.", str(folder))
