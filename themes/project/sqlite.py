"""SQLite as the project file uses it: connections, plain values, and trouble said with a remedy."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cattrs import Converter

from themes.errors import ProjectError


def connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """A connection in which transactions begin and end only where the code says so."""
    if not read_only:
        return sqlite3.connect(path, isolation_level=None, timeout=20)
    # in a folder that cannot be written nobody else writes either, and SQLite's log cannot be kept beside the file
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=20)


@cache
def converter() -> Converter:
    """Between frozen types and what SQLite and JSON can hold."""
    made = Converter()
    for kind in (date, datetime):
        made.register_unstructure_hook(kind, lambda value: value.isoformat())
        made.register_structure_hook(kind, lambda value, kind: kind.fromisoformat(value))
    return made


def cell(value: object) -> object:
    """A plain value as SQLite holds it: lists and dictionaries as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value


def plain(row: Mapping[str, Any], declared: Mapping[str, str]) -> dict[str, Any]:
    """The row with its JSON read; `declared` is each column's type."""
    return {
        name: json.loads(value) if declared[name] == "JSON" and value is not None else value
        for name, value in row.items()
    }


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
def guarded(path: Path) -> Iterator[None]:
    """SQLite's trouble turned into an error with a remedy."""
    try:
        yield
    except sqlite3.DatabaseError as trouble:
        for sign, problem, remedy in _TROUBLE:
            if sign in str(trouble).casefold():
                raise ProjectError(f"{path.name} {problem}.", remedy, str(path.parent)) from trouble
        raise
