"""For whom a report is, and what is kept from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themes.domain.sums import Cell


class Audience(StrEnum):
    """Who is to read the report."""

    SELF = "self"
    TEAM = "team"
    PUBLIC = "public"


LEAST = {Audience.SELF: 1, Audience.TEAM: 3, Audience.PUBLIC: 5}
"""So many people at least stand behind a number, whatever `min_participants` says."""

Place = tuple[str, str, Cell]
"""(subject kind, subject, cell)."""

NOWHERE: Cell = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that was left out or hidden, and why; never how much it was. Without a subject: of every subject."""

    what: str
    reason: str
    subject_kind: str = ""
    subject: str = ""
    cell: Cell = NOWHERE


@dataclass(frozen=True, slots=True)
class Guard:
    """What is kept from an audience: whole `cells`, the numbers of one subject in a cell, and all that was `withheld`.

    One reason is given for all of them: to know which cell holds few people and which is hidden beside it would tell
    how many there are.
    """

    audience: Audience
    least: int
    cells: frozenset[Cell]
    numbers: frozenset[Place]
    withheld: tuple[Withheld, ...] = ()

    @property
    def reason(self) -> str:
        """Why a number is hidden."""
        return f"few people stand behind it (fewer than {self.least}, or one alone), or behind a cell beside it"

    def hides(self, subject_kind: str, subject: str, cell: Cell) -> str:
        """Why the numbers of the subject in the cell are not given; empty where they are."""
        return self.reason if cell in self.cells or (subject_kind, subject, cell) in self.numbers else ""
