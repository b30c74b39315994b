"""Whether a REFI-QDA file makes sense, which its schema does not ask: references may lead nowhere, positions beyond.

What is found is listed, never mended: a writer must not give what does not pass, a reader may say what a file lacks.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from themes.exchange import values
from themes.exchange.guids import plain_guid
from themes.exchange.shapes import CODEBOOK, PROJECT, local, misshapen

_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")
_TARGETS = {
    "CodeRef": ("Code",),
    "NoteRef": ("Note",),
    "VariableRef": ("Variable",),
    "SourceRef": ("TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource"),
    "SelectionRef": (
        "PlainTextSelection",
        "PDFSelection",
        "PictureSelection",
        "AudioSelection",
        "VideoSelection",
        "TranscriptSelection",
    ),
}
_TARGETS |= {"MemberCode": ("Code",), "MemberNote": ("Note",), "MemberSource": _TARGETS["SourceRef"]}
_TEXTS = ("TextSource", "Note", "Representation", "TextDescription", "Transcript")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file: where (an element and its GUID, or a file's name), and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it is checked: its elements with the names of the schema, and what they are known by."""

    root: ET.Element
    namespace: str
    files: Mapping[str, bytes]
    parts: dict[str, ET.Element] = field(default_factory=dict)


def check(qde: bytes, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """What is wrong with a project: `qde` is its XML, `files` all else in the archive, by name. Nothing is well."""
    return _checked(qde, "Project", PROJECT, files)


def check_codebook(qdc: bytes) -> tuple[Problem, ...]:
    """What is wrong with a codebook. Nothing is well."""
    return _checked(qdc, "CodeBook", CODEBOOK, {})


def _checked(content: bytes, root: str, namespace: str, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    try:
        read = _Read(ET.fromstring(content), namespace, files)  # noqa: S314  # expat 2.4.1 and later refuse entity bombs
    except ET.ParseError as error:
        return (Problem("XML", str(error)),)
    if _name(read.root) != root or not read.root.tag.startswith(f"{{{namespace}}}"):
        return (Problem(_name(read.root), f"the file does not begin with {root} of {namespace}"),)
    found = [*_guids(read)]
    for rule in (_structure, _references, _links, _texts, _variables, _codable, _archive):
        found.extend(rule(read))
    return tuple(found)


def _name(element: ET.Element) -> str:
    return local(element.tag)


def _where(element: ET.Element) -> str:
    guid = element.get("guid") or element.get("targetGUID")
    return f"{_name(element)} {guid}" if guid else _name(element)


def _guids(read: _Read) -> Iterator[Problem]:
    """Every GUID names one part alone; what is found is kept for the other rules."""
    for element in read.root.iter():
        written = element.get("guid")
        if written is None or _name(element) == "MemberCode":
            continue
        guid = plain_guid(written)
        if guid in read.parts:
            yield Problem(_where(element), f"{_name(read.parts[guid])} has the same GUID")
        elif guid:
            read.parts[guid] = element


def _structure(read: _Read) -> Iterator[Problem]:
    """Every element is as the schema asks."""
    for element, what in misshapen(read.root, read.namespace):
        yield Problem(_where(element), what)


def _references(read: _Read) -> Iterator[Problem]:
    member = "guid" if read.namespace == CODEBOOK else "targetGUID"
    for element in read.root.iter():
        wanted = _TARGETS.get(_name(element))
        if wanted:
            attribute = member if _name(element) == "MemberCode" else "targetGUID"
            yield from _leads(read, element, attribute, wanted)
        for attribute in _USERS:
            if attribute in element.attrib:
                yield from _leads(read, element, attribute, ("User",))


def _leads(read: _Read, element: ET.Element, attribute: str, wanted: Iterable[str]) -> Iterator[Problem]:
    """A problem where the attribute does not name a part of the kinds wanted."""
    target = read.parts.get(plain_guid(element.get(attribute, "")))
    if target is None:
        yield Problem(_where(element), f"{attribute} leads nowhere")
    elif _name(target) not in wanted:
        yield Problem(_where(element), f"{attribute} leads to a {_name(target)}")


def _links(read: _Read) -> Iterator[Problem]:
    for link in read.root.iter(f"{{{read.namespace}}}Link"):
        for attribute in ("originGUID", "targetGUID"):
            if plain_guid(link.get(attribute, "")) not in read.parts:
                yield Problem(f"Link {link.get('guid')}", f"{attribute} leads nowhere")


def _texts(read: _Read) -> Iterator[Problem]:
    """Every text is in one place, and every selection lies in its text."""
    for element in read.root.iter():
        if _name(element) not in _TEXTS:
            continue
        inside = element.find(f"{{{read.namespace}}}PlainTextContent")
        path = element.get("plainTextPath")
        if (inside is None) == (path is None):
            yield Problem(_where(element), "it has both PlainTextContent and plainTextPath, or neither")
            continue
        text = (inside.text or "") if inside is not None else _file(read, path or "")
        if text is None:
            yield Problem(_where(element), f"{path} is not in the archive, or is not UTF-8 without a byte order mark")
            continue
        for selection in element.findall(f"{{{read.namespace}}}PlainTextSelection"):
            yield from _positions(selection, len(text))


def _file(read: _Read, path: str) -> str | None:
    content = read.files.get(path.replace("internal://", "sources/", 1))
    if not path.startswith("internal://") or content is None:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if text.startswith("\ufeff") else text


def _positions(selection: ET.Element, length: int) -> Iterator[Problem]:
    """A selection that does not lie in its text; that positions are numbers is asked of its shape."""
    try:
        start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
    except ValueError:
        return
    if start < 0 or end < start:
        yield Problem(_where(selection), f"it goes from {start} to {end}")
    elif end > length:
        yield Problem(_where(selection), f"it ends at {end}, its text at {length}")


def _variables(read: _Read) -> Iterator[Problem]:
    """Every value is of the kind of its variable."""
    for element in read.root.iter(f"{{{read.namespace}}}VariableValue"):
        if len(element) != 2:
            continue
        reference, value = element
        variable = read.parts.get(plain_guid(reference.get("targetGUID", "")))
        kind = variable.get("typeOfVariable", "") if variable is not None else ""
        if kind in values.KINDS and not _is_value(value, kind):
            yield Problem(_where(reference), f"its value is no {kind}")


def _is_value(element: ET.Element, kind: str) -> bool:
    """Whether it holds a value of that kind: a number without an exponent, and nothing only where words may be."""
    written = element.text or ""
    if _name(element) != f"{kind}Value" or (not written and kind != "Text"):
        return False
    return values.fits(kind, written) and not (kind == "Float" and "e" in written.lower())


def _codable(read: _Read) -> Iterator[Problem]:
    """Codes that only group others are not given to anything."""
    for coding in read.root.iter(f"{{{read.namespace}}}Coding"):
        for reference in coding.findall(f"{{{read.namespace}}}CodeRef"):
            code = read.parts.get(plain_guid(reference.get("targetGUID", "")))
            if code is not None and code.get("isCodable") in ("false", "0"):
                yield Problem(_where(coding), "its code is not codable")


def _archive(read: _Read) -> Iterator[Problem]:
    """Files lie flat in `sources/`, are named by a GUID, and each is named by one element."""
    named = Counter(
        path.replace("internal://", "sources/", 1)
        for element in read.root.iter()
        for attribute in ("plainTextPath", "richTextPath", "path")
        if (path := element.get(attribute, "")).startswith("internal://")
    )
    for name in read.files:
        stem = name.removeprefix("sources/").partition(".")[0]
        if not name.startswith("sources/") or plain_guid(stem) != stem or name.count("/") > 1:
            yield Problem(name, "it does not lie in sources/ under a GUID as its name")
        if not named[name]:
            yield Problem(name, "nothing in the project names it")
    for name, count in named.items():
        if count > 1:
            yield Problem(name, "several parts name it")
        if name not in read.files:
            yield Problem(name, "it is not in the archive")
