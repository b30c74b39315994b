"""What of a log counts: undo is one more entry, and undoing an undo brings back what it took."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Entry(Protocol):
    """An entry of a log: its number, and that of the entry which it takes back."""

    @property
    def id(self) -> int:
        """Its number; later ones are higher."""

    @property
    def undoes(self) -> int | None:
        """The number of the entry that it takes back, None where it is no undo."""


E = TypeVar("E", bound=Entry)


def effective(entries: Iterable[E]) -> list[E]:
    """The entries that count, in the order of the log: neither undone nor undoing."""
    log = sorted(entries, key=lambda entry: entry.id)
    undone = undone_in(log)
    return [entry for entry in log if entry.undoes is None and entry.id not in undone]


def redoable(entries: Iterable[E]) -> E | None:
    """The undo to take back so that what was undone last stands again; None where there is none.

    As in an editor: whoever acts anew after an undo has nothing to redo.
    """
    log = sorted(entries, key=lambda entry: entry.id)
    acts = {entry.id for entry in log if entry.undoes is None}
    undone, last_act = undone_in(log), max(acts, default=0)
    undos = [entry for entry in log if entry.undoes in acts and entry.id not in undone and entry.id > last_act]
    return undos[-1] if undos else None


def undone_in(entries: Iterable[E]) -> set[int]:
    """The numbers of the entries that are undone, undos among them."""
    undone: set[int] = set()
    for entry in sorted(entries, key=lambda entry: -entry.id):  # an undo that was itself undone takes nothing back
        if entry.undoes is not None and entry.id not in undone:
            undone.add(entry.undoes)
    return undone
