"""A SQLite file of another program, opened so that it can do no harm: nothing is written, and what is read is bounded.

Only plain tables are read; views, virtual tables and triggers of the file never run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from themes.errors import ExchangeError
from themes.exchange.archive import shown_name

LARGEST_CELL = 32 * 1024 * 1024
LARGEST_FILE = 512 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_READ = 256 * 1024 * 1024
"""Characters of all that is read: a damaged file may show the same pages many times."""
STEPS, MOST_STEPS = 100_000, 5_000
"""How often a question is stopped to see whether it goes on for ever, and how often it may be."""

Cell = str | int | float | bytes | None
Row = Mapping[str, Cell]


class Tables:
    """The plain tables of a file, with their numbers of rows."""

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        self.where = where
        self._connection = connection
        self._read = 0
        listed = "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        self._columns: dict[str, list[str]] = {}
        for name, sql in connection.execute(listed).fetchall():
            if isinstance(name, str) and isinstance(sql, str) and not sql.upper().startswith("CREATE VIRTUAL"):
                self._columns[name] = [row[1] for row in connection.execute(f"pragma table_info({quoted(name)})")]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._columns)

    def count(self, name: str) -> int:
        """How many rows a table has; none where the file has no such table."""
        if name not in self._columns:
            return 0
        return int(self._connection.execute(f"select count(*) from {quoted(name)}").fetchone()[0])

    def rows(self, name: str, *columns: str) -> Iterator[Row]:
        """The rows of a table with those columns, None for a column that the file lacks, in the order of the first."""
        have = [column for column in columns if column in self._columns.get(name, ())]
        if not have:
            return
        if self.count(name) > MOST_ROWS:
            problem = f"The table {shown_name(name)} has more than {MOST_ROWS:,} rows."
            raise ExchangeError(problem, "Export the project in several parts.", self.where)
        question = f"select {', '.join(map(quoted, have))} from {quoted(name)} order by {quoted(have[0])}"
        for row in self._connection.execute(question):
            self._read += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
            if self._read > MOST_READ:
                raise ExchangeError("The file holds more text than can be read.", "Split the project.", self.where)
            yield dict.fromkeys(columns) | dict(zip(have, row, strict=True))


@contextmanager
def opened_tables(path: Path, program: str) -> Iterator[Tables]:
    """The tables of the file; raises ExchangeError for what is no SQLite file, is damaged, or goes on for ever."""
    again = f"See that it is a project of {program}, close {program}, and copy the file again."
    try:
        with path.open("rb") as stream:
            beginning, size = stream.read(16), path.stat().st_size
    except OSError as cause:
        problem = f"The file cannot be opened: {cause.strerror or cause}."
        raise ExchangeError(problem, "See that it is there and may be read.", path.name) from cause
    if beginning != b"SQLite format 3\0":
        raise ExchangeError(f"The file is no project of {program}: it is not a SQLite file.", again, path.name)
    if size > LARGEST_FILE:
        raise ExchangeError("The file is larger than 512 MB.", "Split the project.", path.name)
    _check_journal(path, program)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            _guard(connection)
            yield Tables(connection, path.name)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as cause:
        raise ExchangeError("The file is damaged, or not what it says it is.", again, path.name) from cause


def _check_journal(path: Path, program: str) -> None:
    """Refuses a file whose latest changes stand beside it, since the file alone is not the whole."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            problem = f"The latest changes are not in the file yet, but in {beside.name}."
            raise ExchangeError(problem, f"Close {program}, then try again.", path.name)


def _guard(connection: sqlite3.Connection) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_CELL)
    for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0"):
        connection.execute(f"pragma {pragma}")
    left = iter(range(MOST_STEPS))
    connection.set_progress_handler(lambda: 1 if next(left, None) is None else 0, STEPS)


def quoted(name: str) -> str:
    """The name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def text(cell: Cell) -> str:
    """The cell as text; nothing for none."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return "" if cell is None else str(cell)


def whole(cell: Cell) -> int:
    """The cell as a whole number; -1 where it is none."""
    return cell if isinstance(cell, int) else -1


def moment(cell: Cell) -> datetime | None:
    """The cell as a time, in UTC where it has no zone."""
    try:
        found = datetime.fromisoformat(text(cell).strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
