"""What goes wrong and how far things are: words of every stage."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """An error leaves something out; a warning says what to know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the study that did not stop the work: where, what and the remedy."""

    severity: Severity
    where: str
    problem: str
    remedy: str


class Progress(Protocol):
    """Told how far a long job is: `done` of `total` (units differ by stage)."""

    def __call__(self, done: int, total: int) -> None:
        """Hears of it; must be quick, since the work waits."""


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""


def checksum(parts: Iterable[str]) -> str:
    """SHA-256 over the parts, each ended by a zero byte, as 64 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text for a cell of a table, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


LONGEST_CELL = 32_767
"""Characters in a cell of an .xlsx, counted as UTF-16 does; a program would cut a longer one without a word."""

_CUT = " […]"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fitting(text: str) -> str:
    """The text as a cell of an .xlsx can hold it: harmless, without what no XML has, cut where a cell ends."""
    kept = harmless(_NOT_IN_XML.sub("", text))
    if len(kept) <= LONGEST_CELL // 2 or len(kept.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return kept
    room = (LONGEST_CELL - len(_CUT)) * 2
    return kept.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT
