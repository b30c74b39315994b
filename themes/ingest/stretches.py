"""The kept text laid out from stretches of words, with the turns that index into it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from themes.domain import Turn, TurnRole

LINE_ENDS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
"""Everything that some program calls the end of a line."""

UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u2060\ufeff]")
"""Control characters and marks without width: they would hide a word from every search."""

HALVED = re.compile(r"[\ud800-\udfff]")
"""Half of a letter beyond 16 bits, as a program writes it that cuts there: no file could hold it."""

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
"""A text that ends where a sentence ends."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that will be one turn, and the label that stands before them in the kept text (outside the turn)."""

    words: str
    role: TurnRole
    speaker: str | None = None
    number: str = ""
    seconds: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found in a file: the kept text, its turns, and what is to be said about them.

    `doubts` are pairs of a sentence on what was found and the remedy; they become warnings.
    """

    text: str
    turns: tuple[Turn, ...]
    doubts: tuple[tuple[str, str], ...] = ()


def clean(text: str) -> str:
    """The text with line feeds alone at line ends, composed accents (NFC) and no characters that cannot be seen."""
    return UNSEEN.sub("", unicodedata.normalize("NFC", HALVED.sub("\ufffd", LINE_ENDS.sub("\n", text))))


def lay_out(stretches: Iterable[Stretch], doubts: tuple[tuple[str, str], ...] = ()) -> Content:
    """The stretches with an empty line between, and their turns; a stretch without words is left out."""
    parts: list[str] = []
    turns: list[Turn] = []
    at = 0
    for stretch in stretches:
        words = stretch.words.strip()
        if not words:
            continue
        start = at + len(stretch.label)
        turns.append(Turn(start, start + len(words), stretch.role, stretch.speaker, stretch.number, stretch.seconds))
        parts.append(stretch.label + words)
        at += len(parts[-1]) + 2
    return Content("\n\n".join(parts), tuple(turns), doubts)


def stripped_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its two ends; `start == end` where it holds nothing else."""
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return (start + left, start + left + len(inner.strip())) if inner.strip() else (start, start)
