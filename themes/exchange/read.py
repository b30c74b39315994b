"""What a reader gives: the project, what of the file is not in it, and how the positions were read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themes.exchange.exchanged import Exchanged, Lost
from themes.exchange.positions import Convention


class Sureness(StrEnum):
    """How sure the way of counting is: given by a person, known of the format, or shown by the selections."""

    GIVEN = "given"
    KNOWN = "known"
    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Positions:
    """How the selections of one source were read.

    Of `selections`, `fitting` are equal to their quote or begin and end where words do, as they were read;
    `as_standard` would be so if the file counted as the standard says. `rival` is the best other way of counting that
    gives other positions for any source, `telling` for how many selections of this one; `rival_fitting` fit then.
    """

    source: str
    name: str
    convention: Convention
    sureness: Sureness
    selections: int
    fitting: int
    as_standard: int
    rival: Convention | None = None
    rival_fitting: int = 0
    telling: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A project read from a file; `remarks` are sentences on what was changed on the way in."""

    exchanged: Exchanged
    lost: tuple[Lost, ...] = ()
    positions: tuple[Positions, ...] = ()
    remarks: tuple[str, ...] = ()
