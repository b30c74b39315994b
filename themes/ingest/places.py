"""Where the places of a text are once it is read: what a reader keeps of it can be shorter than what a file holds."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from themes.ingest.stretches import LINE_ENDS, clean

_LINE = re.compile(f"(?:(?!{LINE_ENDS.pattern})[\\s\\S])*(?:{LINE_ENDS.pattern})?")
_PIECE = re.compile(r"\r\n|[\s\S]")
_FEW = 32
"""A run of marks longer than this is no letter that anybody wrote."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The text as a plain-text file of it is read; `starts` and `ends` are None where nothing is changed.

    For each place of the text before, `starts` is where a stretch that begins there begins now, `ends` where one that
    ends there ends now: a letter that was written in two parts is one now, and belongs to a stretch as a whole.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch from `start` to `end` of the text before stands now; it may be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        begins = self.starts[start]
        return begins, max(begins, self.ends[end])

    def before(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text before that stands from `start` to `end` now."""
        if self.starts is None or self.ends is None:
            return start, end
        first = max(0, bisect_right(self.starts, start) - 1)
        first = bisect_left(self.starts, self.starts[first])
        return first, max(first, bisect_right(self.ends, end) - 1)


def kept(text: str) -> Kept:
    """What a reader keeps of the text, with the places of what was there before."""
    whole = clean(text)
    if whole == text:
        return Kept(text)
    starts, ends = array("q"), array("q", [0])
    at = 0
    for line in _LINE.findall(text):  # nothing is composed across the end of a line
        if clean(line) == line:
            starts.extend(range(at, at + len(line)))
            ends.extend(range(at + 1, at + len(line) + 1))
            at += len(line)
            continue
        for piece in _pieces(line):
            length = len(clean(piece))
            starts.extend([at] * len(piece))
            ends.extend([at + length] * len(piece))
            at += length
    starts.append(at)
    return Kept(whole, starts, ends)


def reflowed(words: Kept, there: str) -> Kept | None:
    """The same where a reader has made other white space of it, as that of mandates does; None where words changed."""
    if words.text == there:
        return words
    marks = array("q", (place for place, one in enumerate(there) if not one.isspace()))
    if "".join(words.text.split()) != "".join(there.split()):
        return None
    starts, ends = array("q"), array("q", [0])
    at = 0  # how many letters stand before
    for one in words.text:
        blank = one.isspace()
        begins = marks[at - 1] + 1 if blank and at else 0 if blank else marks[at]
        goes_on = marks[at] if at < len(marks) else len(there)
        starts.append(begins)
        ends.append(goes_on if blank else marks[at] + 1)
        at += not blank
    starts.append(marks[-1] + 1 if len(marks) else 0)
    if words.starts is None or words.ends is None:
        return Kept(there, starts, ends)
    return Kept(there, array("q", (starts[one] for one in words.starts)), array("q", (ends[one] for one in words.ends)))


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that are composed each for itself: a letter with its marks, an end of a line."""
    piece = ""
    for match in _PIECE.finditer(text):
        one = match[0]
        if piece and (_stands_alone(piece, one)):
            yield piece
            piece = ""
        piece += one
    if piece:
        yield piece


def _stands_alone(before: str, one: str) -> bool:
    """Whether what follows is not composed with what stands before it."""
    if one.isascii() or LINE_ENDS.fullmatch(one):
        return True
    if len(before) > _FEW and not unicodedata.combining(one):
        return True
    composed = unicodedata.normalize
    return composed("NFC", before + one) == composed("NFC", before) + composed("NFC", one)
