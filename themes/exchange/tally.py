"""The account of a file: every element of it is carried or lost, and what is lost says why.

What no reader asked for is lost too, so nothing goes missing unsaid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from themes.exchange.exchanged import Lost

WRAPPERS = frozenset(
    ["Project", "Users", "CodeBook", "Codes", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs"]
)
"""Elements that hold others and say nothing themselves."""

WHY: Mapping[str, str] = {
    "AudioSelection": "stretches of sound are not carried, only those of text",
    "Edge": "drawings are not carried",
    "Graph": "drawings are not carried",
    "PDFSelection": "places on a page are not carried, only stretches of the text",
    "PictureSelection": "parts of pictures are not carried, only stretches of text",
    "SyncPoint": "the times of a transcript are not carried, only its text and the selections in it",
    "Vertex": "drawings are not carried",
    "VideoSelection": "stretches of film are not carried, only those of text",
}
SAID_BY_PARENT = frozenset(("CodeRef", "VariableRef"))
"""Elements without which a coding or a value is none: a lost one is one thing lost, not two."""
UNKNOWN = "it is no part of REFI-QDA 1.5, or stands where the standard has none"


class Tally:
    """Counts what of a file is carried and what is lost, and gathers sentences on what was changed."""

    def __init__(self, counts: Counter[str]) -> None:
        self._present = counts
        self._carried: Counter[str] = Counter()
        self._lost: Counter[tuple[str, str]] = Counter()
        self._remarks: Counter[str] = Counter()

    def carry(self, element: Element) -> None:
        """Counts the element, not those inside it, as carried."""
        self._carried[element.tag] += 1

    def lose(self, element: Element, why: str = "") -> None:
        """Counts the element and all inside it as lost; without a reason the reason of its kind."""
        reason = why or WHY.get(element.tag, UNKNOWN)
        for part in element.iter():
            if part is not element and part.tag in SAID_BY_PARENT:
                self._carried[part.tag] += 1
            else:
                self._lost[part.tag, reason] += 1

    def drop(self, what: str, why: str) -> None:
        """Counts something that is no element (an attribute, a picture) as lost."""
        self._lost[what, why] += 1

    def remark(self, sentence: str) -> None:
        """Notes what was changed; the same sentence is said once, with how often."""
        self._remarks[sentence] += 1

    def lost(self) -> tuple[Lost, ...]:
        """What is lost, in the order in which it was found; then what nobody asked for."""
        found = [Lost(what, count, why) for (what, why), count in self._lost.items()]
        known = Counter(self._carried)
        for (what, _), count in self._lost.items():
            known[what] += count
        rest = {tag: count - known[tag] for tag, count in self._present.items() if tag not in WRAPPERS}
        left = [Lost(tag, count, WHY.get(tag, UNKNOWN)) for tag, count in rest.items() if count > 0]
        return (*found, *left)

    def remarks(self) -> tuple[str, ...]:
        """The sentences, with how often where more than once."""
        return tuple(
            sentence if count == 1 else f"{sentence} ({count:,} times)" for sentence, count in self._remarks.items()
        )
