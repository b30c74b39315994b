"""A text as a file of an archive holds it: UTF-8, LF alone, no byte order mark, and where positions in it have gone.

Programs do not agree whether CR LF counts as one or as two, nor whether a byte order mark counts: a text that has
neither is counted alike by all that count code points.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

BOM = "\ufeff"
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TextFile:
    """The words of a file; in the text that it was made from there were `marks` byte order marks in front.

    `doubles` are the places of CR LF behind these, `halves` says that U+FFFD stands for halves of surrogate pairs, and
    `returns` that there were other line ends than LF.
    """

    text: str
    marks: int
    doubles: tuple[int, ...]
    halves: bool
    returns: bool

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `before[start:end]` is now; None where it lay outside. What began or ended in CR LF has all of it."""
        if not 0 <= start <= end <= self.marks + len(self.text) + len(self.doubles):
            return None
        first, last = max(0, start - self.marks), max(0, end - self.marks)
        inside = last > first and last - 1 in self.doubles[bisect_left(self.doubles, last - 1) :][:1]
        return first - bisect_left(self.doubles, first), last - bisect_left(self.doubles, last) + inside


def text_file(text: str) -> TextFile:
    """The text as a file holds it.

    >>> file = text_file("one\\r\\ntwo")
    >>> file.text, file.place(5, 8)
    ('one\\ntwo', (4, 7))
    """
    bare = text.lstrip(BOM)
    doubles = tuple(found.start() for found in re.finditer("\r\n", bare))
    plain = bare.replace("\r\n", "\n").replace("\r", "\n")
    whole = _HALVES.sub("\ufffd", plain)
    return TextFile(whole, len(text) - len(bare), doubles, whole != plain, plain != bare)
