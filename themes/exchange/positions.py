"""How programs count positions in a text, and the way from what they count to code points and back.

A program may count code points, UTF-16 code units (NVivo) or UTF-8 bytes (Taguette); a line end as it is stored, as one
or as two; the byte-order mark or not; and may name the last place of a selection or the one after it. The text that is
kept has LF alone and no byte-order mark, so each way of counting is a ruler laid along the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from themes.errors import ExchangeError

Whole = NDArray[np.int32]
LINE_END = 2
"""Units that some programs count at the end of a text, where the file has no line end."""
PAIRED = re.compile("[\U00010000-\U0010ffff]")
"""What UTF-16 writes as two units."""


class Unit(StrEnum):
    """What is counted."""

    CODE_POINTS = "code points"
    UTF16 = "utf-16"
    UTF8 = "utf-8"


class Newline(StrEnum):
    """How many units a line end counts: what it has in the file, one, or two."""

    STORED = "newline as stored"
    ONE = "newline 1"
    TWO = "newline 2"


@dataclass(frozen=True, slots=True)
class Convention:
    """One way of counting; the standard's own is the one without arguments."""

    unit: Unit = Unit.CODE_POINTS
    newline: Newline = Newline.STORED
    bom: bool = False
    inclusive: bool = False

    def __str__(self) -> str:
        mark = "BOM counted" if self.bom else "BOM not counted"
        return f"{self.unit}, {self.newline}, {mark}, {'end included' if self.inclusive else 'end left out'}"


STANDARD = Convention()
CONVENTIONS = tuple(
    Convention(unit, newline, bom, inclusive)
    for inclusive, bom, newline, unit in product((False, True), (False, True), Newline, Unit)
)
"""Every way of counting, the likeliest first."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text as it is kept, and what its file held besides: where a line end was CR LF, whether it began with a BOM.

    `double` are indices of `text`, in order.
    """

    text: str
    double: tuple[int, ...] = ()
    bom: bool = False


def stored(text: str) -> StoredText:
    """The text with LF alone and without a byte-order mark, and where it had CR LF.

    >>> stored("\\ufeffone\\r\\ntwo")
    StoredText(text='one\\ntwo', double=(3,), bom=True)
    """
    bom = text.startswith("\ufeff")
    body = text[1:] if bom else text
    if "\r" not in body:
        return StoredText(body, (), bom)
    double = tuple(match.start() - before for before, match in enumerate(re.finditer("\r\n", body)))
    return StoredText(body.replace("\r\n", "\n").replace("\r", "\n"), double, bom)


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of the text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def ruler(text: StoredText, convention: Convention) -> Whole:
    """Where each character of the text begins in the program's own count, and where the last one ends."""
    points = code_points(text.text)
    widths = np.ones(len(points) + 1, dtype=np.int32)  # the first is where the text begins
    rest = widths[1:]
    if convention.unit is Unit.UTF16:
        rest += points > 0xFFFF
    elif convention.unit is Unit.UTF8:
        for least in (0x7F, 0x7FF, 0xFFFF):
            rest += points > least
    if convention.newline is Newline.TWO:
        rest[points == 0x0A] = 2
    elif convention.newline is Newline.STORED and text.double:
        rest[np.array(text.double)] = 2
    widths[0] = (3 if convention.unit is Unit.UTF8 else 1) if convention.bom and text.bom else 0
    return np.cumsum(widths, dtype=np.int32)


def plainest(text: StoredText, conventions: Iterable[Convention]) -> dict[Convention, Convention]:
    """For each convention the one that counts this text alike and needs least work: most texts need few rulers."""
    is_ascii, has_pairs = text.text.isascii(), PAIRED.search(text.text) is not None
    lines = text.text.count("\n")
    found = {}
    for one in conventions:
        unit, newline = one.unit, one.newline
        if is_ascii or (unit is Unit.UTF16 and not has_pairs):
            unit = Unit.CODE_POINTS
        if not lines or (newline is Newline.STORED and not text.double):
            newline = Newline.ONE
        elif newline is Newline.STORED and len(text.double) == lines:
            newline = Newline.TWO
        # a mark of three bytes stays a matter of bytes, whatever the text
        unit = one.unit if one.bom and text.bom else unit
        found[one] = Convention(unit, newline, one.bom and text.bom, one.inclusive)
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """Selections in code points: `starts` and `ends`, and whether each lay between two characters and in the text.

    One that lay inside a character (half of a surrogate pair) takes in the whole of it, one that ended with a line end
    that the text lacks ends with the text; one outside the text is not `inside`, and its numbers mean nothing.
    """

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    exact: NDArray[np.bool_]
    inside: NDArray[np.bool_]


def placed(text: StoredText, convention: Convention, starts: Sequence[int], ends: Sequence[int]) -> Placed:
    """What selections counted by the convention are in code points of the text that is kept."""
    return laid(ruler(text, convention), convention.inclusive, starts, ends)


def laid(marks: Whole, inclusive: bool, starts: Sequence[int], ends: Sequence[int]) -> Placed:
    """What selections are in code points, the ruler being there already."""
    beyond = int(marks[-1]) + LINE_END + 1  # a number of any size, so that it is outside and fits
    first = np.array([min(start, beyond) for start in starts], dtype=np.int32)
    last = np.array([min(end, beyond) for end in ends], dtype=np.int32)
    begin = np.searchsorted(marks, first, side="right") - 1
    exact = marks[np.clip(begin, 0, None)] == first
    if inclusive:
        end = np.searchsorted(marks, last, side="right")
        inside = last < marks[-1] + LINE_END
        exact &= last < marks[-1]
    else:
        end = np.searchsorted(marks, last, side="left")
        inside = last <= marks[-1] + LINE_END
        exact &= marks[np.clip(end, None, len(marks) - 1)] == last
    inside &= (first >= marks[0]) & (begin <= end) & (first <= marks[-1])
    return Placed(begin, np.minimum(end, len(marks) - 1), exact & inside, inside)


def counted(text: StoredText, convention: Convention, start: int, end: int) -> tuple[int, int]:
    """What a program that counts by the convention calls `text.text[start:end]`."""
    marks = ruler(text, convention)
    return int(marks[start]), int(marks[end]) - (1 if convention.inclusive else 0)


def convention_of(words: str) -> Convention:
    """The convention that words name, in any order: a unit, and what else differs from the standard.

    >>> str(convention_of("utf-16, newline 1"))
    'utf-16, newline 1, BOM not counted, end left out'
    """
    given = [word.strip().casefold() for word in words.split(",") if word.strip()]
    units = {unit.value: unit for unit in Unit}
    newlines = {newline.value: newline for newline in Newline}
    flags = {"bom counted", "bom not counted", "end included", "end left out"}
    unknown = [word for word in given if word not in flags and word not in units and word not in newlines]
    if unknown or not given:
        known = ", ".join([*units, *newlines, "BOM counted", "end included"])
        raise ExchangeError(f"{words!r} names no way of counting positions.", f"Name it by these words: {known}.")
    return Convention(
        next((units[word] for word in given if word in units), Unit.CODE_POINTS),
        next((newlines[word] for word in given if word in newlines), Newline.STORED),
        "bom counted" in given,
        "end included" in given,
    )
