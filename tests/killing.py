"""A client that decides as fast as it can while the review app is killed again and again, and what is found after."""

from __future__ import annotations

import http.client
import random
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.review_app import CODES
from tests.review_server import CODER, Line, Server
from themes.project import FILE_NAME, Project

Body = dict[str, Any]
Entry = tuple[str, str]
"""What an entry is about: a segment, and a code or the words of a memo."""

_LONGEST_LIFE = 0.6
"""Seconds from the first act to the kill, at most."""

_KINDS = {"give": 40, "reject": 10, "no code": 8, "memo": 10, "undo": 12, "redo": 4, "bulk": 3, "flag": 5, "defer": 5}
"""Each act, and how often it is done."""


@dataclass
class Killed:
    """What was found. Of the acts that were under way at a kill, `kept_unanswered` were in the file."""

    kills: int = 0
    unanswered: int = 0
    kept_unanswered: int = 0
    expected: dict[str, list[Entry]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    damaged: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Each of these as a number."""
        return {
            "kills": self.kills,
            "acknowledged_acts": len(self.expected),
            "acknowledged_entries": sum(map(len, self.expected.values())),
            "unanswered_acts": self.unanswered,
            "unanswered_and_kept": self.kept_unanswered,
            "lost_acts": len(self.lost),
            "doubled_acts": len(self.doubled),
            "damaged_files": len(self.damaged),
        }


@dataclass
class Client:
    """Whoever decides, and what ought to stand in the log for it: an editor's two stacks, beside the app's own."""

    acts: Iterator[Body]
    found: Killed
    done: list[list[Entry]] = field(default_factory=list)
    undone: list[list[Entry]] = field(default_factory=list)

    def live(self, server: Server, life: float, waiting: Body | None) -> Body | None:
        """Acts until the server is killed, first the one that waits for an answer; the one that waits then."""
        with Line(server) as line:
            line.ask("GET", "/")  # as a person begins
            clock = threading.Timer(life, server.process.kill)
            clock.start()
            try:
                while True:
                    body = waiting or next(self.acts)
                    waiting = body
                    self._answered(body, line.ask("POST", "/acts", body).status)
                    waiting = None
            except (OSError, http.client.HTTPException):
                self.found.unanswered += waiting is not None
                return waiting
            finally:
                clock.join()
                server.process.wait()

    def _answered(self, body: Body, status: int) -> None:
        """An act that was done must stand with its entries from now on; what there was nothing of is refused."""
        undoing, redoing = body["act"] == "undo", body["act"] == "redo"
        refused = (undoing and not self.done) or (redoing and not self.undone)
        assert status == (409 if refused else 200), (status, body)
        if not refused:
            entries = self._undo() if undoing else self._redo() if redoing else self._do(body)
            self.found.expected[body["key"]] = entries

    def _do(self, body: Body) -> list[Entry]:
        match body["act"]:
            case "bulk":
                entries = list(zip(body["segments"], body["codes"], strict=True))
            case "memo":
                entries = [(body["subject"], body["text"])]
            case "give":
                entries = [(body["segment"], body["codes"][0])]
            case _:
                entries = [(body["segment"], body.get("code", ""))]
        self.done.append(entries)
        self.undone.clear()
        return entries

    def _undo(self) -> list[Entry]:
        self.undone.append(self.done.pop())
        return [_taken_back(one) for one in reversed(self.undone[-1])]

    def _redo(self) -> list[Entry]:
        self.done.append(self.undone.pop())
        return [_taken_back(one) for one in self.done[-1]]


def _taken_back(entry: Entry) -> Entry:
    """An entry that takes back a memo has no words."""
    segment, words = entry
    return segment, "" if words.startswith("memo") else words


def killed(study: Path, folder: Path, times: int, *, seed: int = 1) -> Killed:
    """The app on that study killed so many times, and what the file held after each kill beside what was answered."""
    found = Killed()
    chance = random.Random(seed)  # noqa: S311  moments, not secrets
    client = Client(_acts(chance, study), found)
    waiting: Body | None = None
    for _ in range(times):
        server = Server.start(study, folder / "printed.txt")
        try:
            waiting = client.live(server, chance.uniform(0, _LONGEST_LIFE), waiting)
        finally:
            server.kill()
        found.kills += 1
        _look(study, folder / "looked", waiting, found)
    return found


def _acts(chance: random.Random, study: Path) -> Iterator[Body]:
    """One act after the other, of every kind, on segments at random; each has a key of its own."""
    with Project(study / FILE_NAME, read_only=True) as project:
        segments = [line.segment for line in project.reading.lines()]
    number = 0
    while True:
        number += 1
        kind = chance.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
        segment, code, rows = chance.choice(segments), chance.choice(CODES), chance.sample(segments, 4)
        more: dict[str, Body] = {
            "give": {"codes": [code]},
            "reject": {"code": code},
            "memo": {"kind": "segment", "subject": segment, "text": f"memo {number}"},
            "bulk": {"segments": rows, "codes": [code] * 4, "count": 4},
        }
        yield {"act": kind, "key": f"kill-{number:07}", "segment": segment, "view": {}} | more.get(kind, {})


def _look(study: Path, copy: Path, waiting: Body | None, found: Killed) -> None:
    """What the files hold, read in a copy: the app itself has to make do with what the kill left."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(study, copy, ignore=shutil.ignore_patterns("*-shm"))
    for path in (copy / FILE_NAME, *copy.glob("backups/*.themes")):
        if (trouble := _trouble(path)) is not None:
            found.damaged.append(f"kill {found.kills}, {path.name}: {trouble}")
    held = _held(copy / FILE_NAME)
    for key, entries in found.expected.items():
        if held.get(key) != entries:
            (found.doubled if len(held.get(key, ())) > len(entries) else found.lost).add(key)
    own = waiting["key"] if waiting else ""
    found.kept_unanswered += own in held
    found.doubled |= held.keys() - found.expected.keys() - {own}


def _trouble(path: Path) -> str | None:
    """What is wrong with a project file, None for nothing."""
    try:
        with Project(path), closing(sqlite3.connect(path)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
            return None if said == "ok" and not connection.execute("PRAGMA foreign_key_check").fetchall() else said
    except Exception as trouble:  # whatever keeps it from opening is what is looked for
        return repr(trouble)


def _held(path: Path) -> dict[str, list[Entry]]:
    """The entries of each act in the file, by its key, in their order."""
    query = (
        "SELECT step, segment, coalesce(code, '') AS words, id FROM decisions"
        " UNION ALL SELECT step, subject, text, id FROM memos ORDER BY id"
    )
    held: dict[str, list[Entry]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for step, segment, words, _ in connection.execute(query):
            held.setdefault(step.removeprefix(f"{CODER}/"), []).append((segment, words))
    return held
