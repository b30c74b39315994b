"""Which segments were drawn by chance for people to check, and with which chances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from themes.domain.codebook import CodeId
from themes.domain.sources import SegmentId


@dataclass(frozen=True, slots=True)
class Audit:
    """One draw of segments to be checked for `codes`, kept before anybody sees what was drawn.

    The codes are named as they were `after` so many entries of the log. `share` is how much of all segments it and the
    draws that it `extends` cover, `evenly` the part of that which gives every segment the same chance. `seed` repeats
    it. An `id` of 0 is given by the project file.
    """

    id: int
    at: datetime
    coder: str
    codes: tuple[CodeId, ...]
    share: float
    evenly: float
    seed: int
    after: int
    extends: int | None = None


@dataclass(frozen=True, slots=True)
class Framed:
    """A segment that an audit could draw.

    `chance` is how probable it was that this draw, or one that it extends, takes the segment; 1 where it was `coded`
    before. `place` is when it comes among those drawn this time, from 0, in an order given by lot; None where it was
    not drawn. `scores` are the machine's probabilities then, of the codes that it suggested; any other code had `rest`.
    """

    segment: SegmentId
    chance: float
    place: int | None = None
    coded: bool = False
    scores: Mapping[CodeId, float] = field(default_factory=dict)
    rest: float = 0.0


class Showing(StrEnum):
    """How much of an estimate can be said, from most to nothing."""

    ESTIMATE = "estimate"
    INTERVAL = "interval only"
    COUNT = "k of J interviews"
    UNAUDITED = "unaudited"
    HIDDEN = "hidden"
    EMPTY = "no segments"
