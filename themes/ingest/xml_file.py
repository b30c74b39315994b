"""XML that a stranger wrote, as a tree: no entities, nothing fetched, a bounded size and depth.

The standard library's parser reads it, with what it would allow taken away: a document type, in which entities that
blow up or open other files would be declared, is refused. No file that is read here has one.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from themes.errors import ReadingError

DEEPEST = 250
"""Elements within each other: a document has some twenty."""


class _UnsafeError(Exception):
    """What the file holds that is not read."""


class _Tree:
    """Builds the tree from what the parser meets; names of elements and attributes are `{namespace}name`."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._builder.data
        self._parser.StartDoctypeDeclHandler = self._refuse_type

    def read(self, data: bytes) -> Element:
        self._parser.Parse(data, True)
        return self._builder.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _UnsafeError(f"has elements within each other {DEEPEST} deep")
        self._builder.start(_qualified(name), {_qualified(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_qualified(name))

    def _refuse_type(self, *_: object) -> None:
        raise _UnsafeError("declares a document type, which may hide entities")


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


def read_xml(data: bytes, part: str, save: str, where: str) -> Element:
    """The root of the XML in `data`; raises ReadingError that names the `part` of the file, the line and the remedy."""
    try:
        return _Tree().read(data)
    except _UnsafeError as cause:
        raise ReadingError(f"The file is not safe to read: its {part} {cause}.", save, where) from cause
    except expat.ExpatError as cause:
        problem = (
            f"The file is damaged: its {part} is no XML from line {cause.lineno} on ({expat.ErrorString(cause.code)})."
        )
        raise ReadingError(problem, save, where) from cause
    except (ValueError, LookupError) as cause:  # an encoding that expat does not know
        raise ReadingError(f"The file is damaged: its {part} cannot be decoded.", save, where) from cause
