"""Vectors that are known already, in one SQLite file that a power cut cannot spoil."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from themes.errors import ProjectError

APPLICATION = 0x7468_7663
"""Written into the file's head, so that a file of another program is told apart."""

VERSION = 1
_CHUNK = 500
_SPOILT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_CLOSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SCHEMA = """
CREATE TABLE vectors (
  encoder TEXT NOT NULL,   -- the checksum of the encoder
  text BLOB NOT NULL,      -- SHA-256 of the text
  vector BLOB NOT NULL,    -- float32, little-endian
  crc INTEGER NOT NULL,    -- CRC-32 of the vector's bytes
  UNIQUE (encoder, text)
)
"""


class _SpoiltError(Exception):
    """The file is damaged, or another program's."""


class VectorCache:
    """Keeps vectors by (encoder checksum, text); the texts themselves are not in it, only their SHA-256.

    Each `put` is one transaction, so a kill or a power cut costs nothing that was put. A file that is damaged or
    another program's is renamed to the first free `NAME.damaged-N`, named in `set_aside`, and a new one is begun.
    SQLite's rollback journal is kept rather than its write-ahead log, which does not work on network drives.
    ProjectError where the file cannot be opened or written, or the disk is full. Serves the thread that made it.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set_aside: Path | None = None
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        with self._explained():
            return int(self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def __bool__(self) -> bool:
        return True  # an empty cache is a cache

    def close(self) -> None:
        """Closes the file; nothing is lost without it."""
        self._connection.close()

    def get(
        self, encoder: str, texts: Sequence[str], dimensions: int
    ) -> Iterator[list[tuple[str, NDArray[np.float32]]]]:
        """What is known of `texts`, as lists of (text, vector of shape (dimensions,)); a damaged row is not known."""
        for start in range(0, len(texts), _CHUNK):
            hashed = {_hash(text): text for text in texts[start : start + _CHUNK]}
            try:
                found = self._rows(encoder, tuple(hashed))
            except _SpoiltError:
                self._begin_anew()
                return
            yield [
                (hashed[key], np.frombuffer(vector, dtype="<f4"))
                for key, vector, crc in found
                if len(vector) == 4 * dimensions and crc32(vector) == crc
            ]

    def put(self, encoder: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keeps one row of `vectors` per text, all or nothing, in the place of what was kept for it before."""
        stored = [np.asarray(vector, dtype="<f4").tobytes() for vector in vectors]
        rows = [(encoder, _hash(text), value, crc32(value)) for text, value in zip(texts, stored, strict=True)]
        try:
            self._insert(rows)
        except _SpoiltError:
            self._begin_anew()
            self._insert(rows)

    def _rows(self, encoder: str, keys: tuple[bytes, ...]) -> list[tuple[bytes, bytes, int]]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT text, vector, crc FROM vectors WHERE encoder = ? AND text IN ({marks})"
        with self._explained():
            return self._connection.execute(query, (encoder, *keys)).fetchall()

    def _insert(self, rows: list[tuple[str, bytes, bytes, int]]) -> None:
        with self._explained(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except _SpoiltError:
            self._set_aside()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        """The open file, its table made if the file is new; _SpoiltError where it is not one of ours."""
        with self._explained():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.touch(mode=0o600)  # a vector tells something of its text
            connection = sqlite3.connect(self.file, timeout=30)
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _begin_anew(self) -> None:
        self._connection.close()
        self._set_aside()
        self._connection = self._connect()

    def _set_aside(self) -> None:
        """Renames the file, and what SQLite keeps beside it, out of the way."""
        with self._explained():
            number = 1
            while (aside := self.file.with_name(f"{self.file.name}.damaged-{number}")).exists():
                number += 1
            self.file.replace(aside)
            for ending in ("-journal", "-wal", "-shm"):
                beside = self.file.with_name(self.file.name + ending)
                if beside.exists():
                    beside.replace(aside.with_name(aside.name + ending))
        self.set_aside = aside

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what SQLite and the file system raise inside into _SpoiltError or a ProjectError with its remedy."""
        try:
            yield
        except sqlite3.Error as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in _SPOILT:
                raise _SpoiltError from error
            raise ProjectError(*_explanation(code, error), str(self.file)) from error
        except OSError as error:
            raise ProjectError(
                f"The cache of vectors cannot be written: {error.strerror or error}.",
                "Make the study's folder writable, or copy the study to where you may write.",
                str(self.file),
            ) from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Makes the table in an empty file, in one transaction; _SpoiltError where the file is another program's."""
    with closing(connection.cursor()) as cursor:
        if _pragma(cursor, "application_id") == APPLICATION and _pragma(cursor, "user_version") == VERSION:
            cursor.execute("SELECT encoder, text, vector, crc FROM vectors LIMIT 0")
            return
        with connection:
            cursor.execute("BEGIN IMMEDIATE")  # two runs may begin at once: the second finds the table made
            if _pragma(cursor, "application_id") == APPLICATION and _pragma(cursor, "user_version") == VERSION:
                return
            if cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] or _pragma(cursor, "application_id"):
                raise _SpoiltError
            cursor.execute(_SCHEMA)
            cursor.execute(f"PRAGMA application_id = {APPLICATION}")
            cursor.execute(f"PRAGMA user_version = {VERSION}")


def _pragma(cursor: sqlite3.Cursor, name: str) -> int:
    return int(cursor.execute(f"PRAGMA {name}").fetchone()[0])


def _explanation(code: int, error: sqlite3.Error) -> tuple[str, str]:
    """(problem, remedy) for what SQLite reports."""
    if code == sqlite3.SQLITE_FULL:
        return (
            "The disk is full, so the vectors cannot be kept.",
            "Make room and run again; what was encoded before is kept.",
        )
    if code in _CLOSED:
        return (
            f"The cache of vectors cannot be written: {error}.",
            "Make the study's folder writable, or copy the study to where you may write.",
        )
    if code in _BUSY:
        return ("Another run is writing the cache of vectors.", "Wait until the other run has ended, and run again.")
    return (
        f"The cache of vectors cannot be used: {error}.",
        "Move the file away and run again; a new one is made, at the cost of encoding anew.",
    )


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
