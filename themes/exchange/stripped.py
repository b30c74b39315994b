"""The text of an HTML document as programs count it, and the same with its paragraphs on lines of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr",
    "ul",
))  # fmt: skip
"""Elements that begin and end a line."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """`counted` is the text without tags; `text` has a line end besides wherever a block would run into the next.

    `added` are the indices of `counted` before which those stand.
    """

    counted: str
    text: str
    added: tuple[int, ...]

    def moved(self, places: Sequence[int], ends: bool = False) -> list[int]:
        """Places in `counted` as they are in `text`; ends stay before what was added there, starts move after it."""
        side = np.searchsorted(np.array(self.added, dtype=np.int64), places, side="left" if ends else "right")
        return [int(place) + int(before) for place, before in zip(places, side, strict=True)]


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.added: list[int] = []
        self.length = 0
        self.last = "\n"
        self.pending = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  the parser gives them
        self.pending |= tag in BLOCKS

    def handle_endtag(self, tag: str) -> None:
        self.pending |= tag in BLOCKS

    def handle_data(self, data: str) -> None:
        if self.pending and self.last != "\n" and not data.startswith("\n"):
            self.added.append(self.length)
        self.pending = False
        self.pieces.append(data)
        self.length += len(data)
        self.last = data[-1]


def stripped(html: str) -> Stripped:
    """The text of the document, its references (`&amp;`) made characters and its line ends LF.

    >>> stripped("<p>One &amp; two</p><p>Three</p>").text
    'One & two\\nThree'
    """
    parser = _Lines()
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    counted = "".join(parser.pieces)
    edges = [0, *parser.added, len(counted)]
    kept = "\n".join(counted[start:end] for start, end in pairwise(edges))
    return Stripped(counted, kept, tuple(parser.added))
