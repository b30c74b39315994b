"""Taguette projects (.sqlite3): documents, tags and highlights, with who made them where the log of the project says.

Taguette counts UTF-8 bytes of the text of a document without its tags.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from themes.errors import ExchangeError
from themes.exchange import guids
from themes.exchange.archive import shown_name
from themes.exchange.exchanged import Exchanged, ExchangedCode, ExchangedCoding, ExchangedSource, Lost, Selection, User
from themes.exchange.positions import STANDARD, Convention, Newline, Placed, StoredText, Unit, placed
from themes.exchange.read import Positions, Read, Sureness
from themes.exchange.stripped import Stripped, stripped
from themes.exchange.tables import Row, Tables, moment, opened_tables, text, whole

COUNTED = Convention(Unit.UTF8, Newline.ONE)
KNOWN = ("alembic_version", "commands", "documents", "highlight_tags", "highlights", "project_members", "projects",
         "tags", "users")  # fmt: skip


@dataclass(slots=True)
class _Log:
    """Who highlighted first and when, and who gave each tag: from the commands that Taguette keeps."""

    highlights: dict[int, tuple[str, datetime | None]] = field(default_factory=dict)
    tags: dict[tuple[int, int], tuple[str, datetime | None]] = field(default_factory=dict)


def read_taguette(path: Path) -> Read:
    """The project in the file, with what is lost; raises ExchangeError for another file, or for several projects."""
    with opened_tables(path, "Taguette") as tables:
        if not {"projects", "documents", "highlights", "tags"} <= set(tables.names):
            problem = "The file is no project of Taguette: it lacks tables that one has."
            raise ExchangeError(problem, "Export the project from Taguette as SQLite3.", path.name)
        projects = list(tables.rows("projects", "id", "name", "description", "created"))
        if len(projects) != 1:
            named = ", ".join(repr(text(row["name"])) for row in projects[:5]) or "none"
            problem = f"The file holds {len(projects)} projects ({named}), not one."
            raise ExchangeError(problem, "Export the one you need from Taguette as SQLite3.", path.name)
        return _Project(tables, projects[0]).read()


class _Project:
    def __init__(self, tables: Tables, project: Row) -> None:
        self.tables = tables
        self.project = project
        self.space = f"taguette {text(project['name'])} {text(project['created'])}"
        self.log = _log(tables)
        self.tags = {whole(row["id"]): row for row in tables.rows("tags", "id", "path", "description")}
        self.given: dict[int, list[int]] = defaultdict(list)
        for row in tables.rows("highlight_tags", "highlight_id", "tag_id"):
            self.given[whole(row["highlight_id"])].append(whole(row["tag_id"]))
        self.lost: dict[tuple[str, str], int] = defaultdict(int)
        self.positions: list[Positions] = []

    def guid(self, kind: str, number: object) -> str:
        return guids.made(self.space, kind, str(number))

    def read(self) -> Read:
        by_document: dict[int, list[Row]] = defaultdict(list)
        for row in self.tables.rows("highlights", "id", "document_id", "start_offset", "end_offset", "snippet"):
            by_document[whole(row["document_id"])].append(row)
        wanted = ("id", "name", "description", "filename", "created", "contents")
        sources = tuple(
            self.source(row, by_document.pop(whole(row["id"]), [])) for row in self.tables.rows("documents", *wanted)
        )
        for rows in by_document.values():
            self.lost["highlights", "their document is not in the file"] += len(rows)
        for name in self.tables.names:
            if name not in KNOWN and (count := self.tables.count(name)):
                self.lost[shown_name(name), "the table is not known"] += count
        exchanged = Exchanged(
            name=text(self.project["name"]),
            origin="Taguette",
            users=tuple(User(self.guid("user", row["login"]), text(row["login"])) for row in self.users()),
            codes=self.codes(),
            sources=sources,
            description=text(self.project["description"]),
            created=moment(self.project["created"]),
        )
        lost = tuple(Lost(what, count, why) for (what, why), count in self.lost.items())
        return Read(exchanged, lost, tuple(self.positions))

    def users(self) -> Iterator[Row]:
        known = [text(row["login"]) for row in self.tables.rows("users", "login")]
        named = [user for user, _ in (*self.log.highlights.values(), *self.log.tags.values()) if user]
        return ({"login": login} for login in dict.fromkeys([*known, *named]))

    def codes(self) -> tuple[ExchangedCode, ...]:
        """The tags; one called `a.b` stands under `a` where there is a tag `a`."""
        by_path = {text(row["path"]): number for number, row in self.tags.items()}
        found = []
        for number, row in self.tags.items():
            name = text(row["path"])
            above = next((part for part in _above(name) if part in by_path), None)
            parent = None if above is None else self.guid("tag", by_path[above])
            own = name if above is None else name[len(above) + 1 :]
            found.append(ExchangedCode(self.guid("tag", number), own, parent, text(row["description"])))
        return tuple(found)

    def source(self, row: Row, highlights: list[Row]) -> ExchangedSource:
        document = stripped(text(row["contents"]))
        guid, name = self.guid("document", row["id"]), text(row["name"])
        if highlights:
            fitting, as_standard = (_fitting(document, highlights, way) for way in (COUNTED, STANDARD))
            counts = (len(highlights), fitting, as_standard)
            self.positions.append(Positions(guid, name, COUNTED, Sureness.KNOWN, *counts))
        return ExchangedSource(
            guid=guid,
            name=name,
            text=document.text,
            path=text(row["filename"]),
            description=text(row["description"]),
            created=moment(row["created"]),
            selections=self.selections(document, highlights),
        )

    def selections(self, document: Stripped, rows: list[Row]) -> tuple[Selection, ...]:
        """The highlights of a document as selections of the text with its paragraphs on lines of their own."""
        place = _placed(document, rows, COUNTED)
        begins, ends = document.moved(place.starts.tolist()), document.moved(place.ends.tolist(), ends=True)
        found = []
        for number, row in enumerate(rows):
            if place.inside[number]:
                found.append(self.selection(row, begins[number], max(begins[number], ends[number])))
            else:
                self.lost["highlights", "their positions are not in the text"] += 1
        return tuple(found)

    def selection(self, row: Row, start: int, end: int) -> Selection:
        number = whole(row["id"])
        user, created = self.log.highlights.get(number, ("", None))
        guid = self.guid("highlight", number)
        tags = sorted(self.given[number])
        codings = tuple(self.coding(number, tag) for tag in tags if tag in self.tags)
        if len(codings) < len(tags):
            self.lost["highlight_tags", "their tag is not in the file"] += len(tags) - len(codings)
        return Selection(guid, start, end, user=self.user(user), created=created, codings=codings)

    def coding(self, highlight: int, tag: int) -> ExchangedCoding:
        """A tag on a highlight: by who gave it, or who highlighted where tags were merged since."""
        user, created = self.log.tags.get((highlight, tag)) or self.log.highlights.get(highlight, ("", None))
        guid = self.guid("highlight tag", f"{highlight} {tag}")
        return ExchangedCoding(guid, self.guid("tag", tag), self.user(user), created)

    def user(self, login: str) -> str:
        return self.guid("user", login) if login else ""


def _placed(document: Stripped, rows: Sequence[Row], convention: Convention) -> Placed:
    starts, ends = ([whole(row[which]) for row in rows] for which in ("start_offset", "end_offset"))
    return placed(StoredText(document.counted), convention, starts, ends)


def _fitting(document: Stripped, rows: Sequence[Row], convention: Convention) -> int:
    """How many highlights are equal to the quote that the file keeps of them."""
    place = _placed(document, rows, convention)
    said = [
        document.counted[start:end] if inside else None
        for start, end, inside in zip(place.starts, place.ends, place.inside, strict=True)
    ]
    return sum(one == stripped(text(row["snippet"])).counted for one, row in zip(said, rows, strict=True))


def _above(path: str) -> Iterator[str]:
    """The paths that this one may stand under, the nearest first."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _log(tables: Tables) -> _Log:
    found = _Log()
    for row in tables.rows("commands", "id", "date", "user_login", "payload"):
        try:
            act = json.loads(text(row["payload"]))
        except (ValueError, RecursionError):
            continue
        if not isinstance(act, dict) or act.get("type") != "highlight_add":
            continue
        number, tags = act.get("highlight_id", act.get("id")), act.get("tags")
        who = (text(row["user_login"]), moment(row["date"]))
        if not isinstance(number, int):
            continue
        found.highlights.setdefault(number, who)
        for tag in tags if isinstance(tags, list) else ():
            if isinstance(tag, int):
                found.tags.setdefault((number, tag), who)
    return found
