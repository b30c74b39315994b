"""XML of other programs, read so that it can do no harm: no declarations of types or entities, and all is bounded.

Expat is used as it is, not through a library that only switches its entities off: its handlers see a document type
before anything of it is worked out, and count elements while they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from themes.errors import ExchangeError

DEEPEST = 200
MOST_ELEMENTS = 1_000_000
MOST_CODES = 100_000
MOST_SOURCES = 10_000
WORDS = {"Code": "codes", "TextSource": "texts", "Representation": "texts", "Transcript": "texts", "Note": "notes"}
MOST = dict.fromkeys(WORDS, MOST_SOURCES) | {"Code": MOST_CODES}
"""How many of a kind a file may have; each text costs milliseconds of telling how its positions count."""
LONGEST_TAG = 4 * 1024 * 1024
"""Bytes of one tag or remark: expat reads an unfinished one anew with every piece."""
AGAIN = "Export it again from the program that wrote it."


@dataclass(frozen=True, slots=True)
class Markup:
    """The tree of a file, with plain names for the elements of the root's namespace, and how many there are of each.

    An element of another namespace is called `{namespace}name`.
    """

    root: Element
    namespace: str
    counts: Counter[str]


@dataclass(slots=True)
class _Builder:
    where: str
    tree: TreeBuilder = field(default_factory=TreeBuilder)
    counts: Counter[str] = field(default_factory=Counter)
    namespace: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    elements: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.tags.get(name) or self._tag(name)
        self.depth += 1
        self.elements += 1
        self.counts[tag] += 1
        if self.depth > DEEPEST:
            raise ExchangeError(f"The XML is nested more than {DEEPEST} deep.", AGAIN, self.where)
        if self.elements > MOST_ELEMENTS:
            problem = f"The file has more than {MOST_ELEMENTS:,} elements, more than fit into memory."
            raise ExchangeError(problem, "Export it in several parts.", self.where)
        if self.counts[tag] > MOST.get(tag, MOST_ELEMENTS):
            problem = f"The file has more than {MOST[tag]:,} {WORDS[tag]}, which is no project that people work with."
            raise ExchangeError(problem, "Export it in several parts.", self.where)
        self.tree.start(tag, attributes)

    def _tag(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        if self.namespace is None:
            self.namespace = namespace
        self.tags[name] = local if namespace == self.namespace else f"{{{namespace}}}{local}"
        return self.tags[name]

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name)

    def doctype(self, *_: object) -> None:
        problem = "The XML declares a document type, which may hide harmful entities; REFI-QDA has none."
        raise ExchangeError(problem, f"{AGAIN} Or take the line <!DOCTYPE ...> out.", self.where)


def read_markup(pieces: Iterable[bytes], where: str) -> Markup:
    """The tree of the XML; raises ExchangeError for what is no XML, declares a document type, or is too much."""
    builder = _Builder(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        given = 0
        for piece in pieces:
            parser.Parse(piece, False)
            given += len(piece)
            if given - max(0, parser.CurrentByteIndex) > LONGEST_TAG:
                raise ExchangeError("The XML has a tag or remark of many megabytes.", AGAIN, where)
        parser.Parse(b"", True)
    except expat.ExpatError as cause:
        place = f"line {cause.lineno}, column {cause.offset + 1}"
        problem = f"The XML is damaged at {place}: {expat.ErrorString(cause.code)}."
        raise ExchangeError(problem, AGAIN, where) from cause
    except (LookupError, UnicodeError, ValueError) as cause:
        raise ExchangeError(
            "The XML is in an encoding that is not known.", f"{AGAIN} UTF-8 is meant.", where
        ) from cause
    return Markup(builder.tree.close(), builder.namespace or "", builder.counts)
