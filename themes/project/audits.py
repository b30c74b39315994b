"""The audits of a study: what was drawn, with which chances, kept before anybody sees it and never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from pathlib import Path

from themes.domain import Audit, Framed
from themes.errors import ProjectError
from themes.project.sqlite import cell, converter, guarded

_AUDIT = tuple(field.name for field in fields(Audit))
_FRAMED = tuple(field.name for field in fields(Framed))


class Audits:
    """The audits in an open project file."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._path, self._connection, self._writing = path, connection, writing

    def record(self, audit: Audit, frame: Sequence[Framed]) -> Audit:
        """The audit with its number, once it and all chances are kept; all or nothing.

        ProjectError where somebody else extended the same audit, or drew a first one, in the meantime.
        """
        to_plain = converter().unstructure
        own = {name: cell(value) for name, value in to_plain(audit).items() if name != "id"}
        rows = [[cell(to_plain(one)[name]) for name in _FRAMED] for one in frame]
        with self._writing() as connection:
            if any(one.extends == audit.extends and one.codes == audit.codes for one in self.all()):
                raise ProjectError("Somebody else drew this audit in the meantime.", "Look at it, and draw again.")
            names, marks = ", ".join(own), ", ".join("?" * len(own))
            number = connection.execute(f"INSERT INTO audits ({names}) VALUES ({marks})", tuple(own.values())).lastrowid
            names, marks = ", ".join(("audit", *_FRAMED)), ", ".join("?" * (1 + len(_FRAMED)))
            connection.executemany(f"INSERT INTO audited ({names}) VALUES ({marks})", ([number, *row] for row in rows))
        return replace(audit, id=int(number or 0))

    def all(self) -> tuple[Audit, ...]:
        """Every audit, oldest first."""
        names = ", ".join(_AUDIT)
        with guarded(self._path):
            rows = self._connection.execute(f"SELECT {names} FROM audits ORDER BY id").fetchall()
        plain = (dict(zip(_AUDIT, row, strict=True)) for row in rows)
        return tuple(converter().structure(row | {"codes": json.loads(row["codes"])}, Audit) for row in plain)

    def frame(self, audit: int) -> tuple[Framed, ...]:
        """Every segment that the audit could draw, in the order in which it was drawn."""
        names = ", ".join(_FRAMED)
        query = f"SELECT {names} FROM audited WHERE audit = ? ORDER BY rowid"
        with guarded(self._path):
            rows = self._connection.execute(query, (audit,)).fetchall()
        return tuple(
            Framed(segment, chance, place, bool(coded), json.loads(scores), rest)
            for segment, chance, place, coded, scores, rest in rows
        )
