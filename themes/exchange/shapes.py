"""The shape of REFI-QDA 1.5: which elements lie in which, in what order, and what attributes of what kind they have.

Source: the two schemas of the standard, told in our words, so that what is written is held to them where they are not.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import lru_cache

from themes.exchange import values
from themes.exchange.guids import plain_guid

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"

_MADE = "creatingUser creationDateTime"
_SIGNED = f"guid! name {_MADE} modifyingUser modifiedDateTime"
_TEXT = "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*"
_ABOUT = "Coding* NoteRef* VariableValue*"
_MEDIA = "TextSource|PictureSource|PDFSource|AudioSource|VideoSource"
_SHAPES = {
    "Project": (
        "Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef*",
        "name! origin creatingUserGUID creationDateTime modifyingUserGUID modifiedDateTime basePath",
    ),
    "Users": ("User+", ""),
    "User": ("", "guid! name id"),
    "CodeBook": ("Codes", ""),
    "Codes": ("Code+", ""),
    "Code": ("Description? NoteRef* Code*", "guid! name! isCodable! color"),
    "Cases": ("Case+", ""),
    "Case": ("Description? CodeRef* VariableValue* SourceRef* SelectionRef*", "guid! name"),
    "Variables": ("Variable+", ""),
    "Variable": ("Description?", "guid! name! typeOfVariable!"),
    "VariableValue": ("VariableRef (Text|Boolean|Integer|Float|Date|DateTime)Value?", ""),
    "Sets": ("Set+", ""),
    "Set": ("Description? MemberCode* MemberSource* MemberNote*", "guid! name!"),
    "Sources": (f"({_MEDIA})+", ""),
    **dict.fromkeys(
        ("TextSource", "Note", "Representation", "TextDescription"), (_TEXT, f"{_SIGNED} richTextPath plainTextPath")
    ),
    "PictureSource": (f"Description? TextDescription? PictureSelection* {_ABOUT}", f"{_SIGNED} path currentPath"),
    "PDFSource": (f"Description? PDFSelection* Representation? {_ABOUT}", f"{_SIGNED} path currentPath"),
    "AudioSource": (f"Description? Transcript* AudioSelection* {_ABOUT}", f"{_SIGNED} path currentPath"),
    "VideoSource": (f"Description? Transcript* VideoSelection* {_ABOUT}", f"{_SIGNED} path currentPath"),
    "PlainTextSelection": ("Description? Coding* NoteRef*", f"{_SIGNED} startPosition! endPosition!"),
    "PictureSelection": ("Description? Coding* NoteRef*", f"{_SIGNED} firstX! firstY! secondX! secondY!"),
    "PDFSelection": (
        "Description? Representation? Coding* NoteRef*",
        f"{_SIGNED} page! firstX! firstY! secondX! secondY!",
    ),
    "AudioSelection": ("Description? Coding* NoteRef*", f"{_SIGNED} begin! end!"),
    "VideoSelection": ("Description? Coding* NoteRef*", f"{_SIGNED} begin! end!"),
    "Transcript": (
        "Description? PlainTextContent? SyncPoint* TranscriptSelection* NoteRef*",
        f"{_SIGNED} richTextPath plainTextPath",
    ),
    "TranscriptSelection": ("Description? Coding* NoteRef*", f"{_SIGNED} fromSyncPoint toSyncPoint"),
    "SyncPoint": ("", "guid! timeStamp position"),
    "Coding": ("CodeRef NoteRef*", f"guid! {_MADE}"),
    "Notes": ("Note+", ""),
    "Links": ("Link+", ""),
    "Link": ("NoteRef*", "guid! name direction color originGUID targetGUID"),
    "Graphs": ("Graph+", ""),
    "Graph": ("Vertex* Edge*", "guid! name"),
    "Vertex": ("", "guid! representedGUID name firstX! firstY! secondX secondY shape color"),
    "Edge": ("", "guid! representedGUID name sourceVertex! targetVertex! color direction lineStyle"),
    **dict.fromkeys(
        ("NoteRef", "CodeRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote"),
        ("", "targetGUID!"),
    ),
}
"""What may lie in an element, in this order, and its attributes, of which those with `!` must be there.

An element that is not among them holds words alone.
"""

_IN_CODEBOOK = _SHAPES | {
    "CodeBook": ("Codes Sets?", "origin"),
    "Code": ("Description? Code*", "guid! name! isCodable! color"),
    "Set": ("Description? MemberCode*", "guid! name!"),
    "MemberCode": ("", "guid!"),
}
_WORDS = frozenset(("Description", "PlainTextContent", *(f"{kind}Value" for kind in values.KINDS)))


def _among(*words: str) -> Callable[[str], bool]:
    return lambda written: written in words


def _is_number(written: str) -> bool:
    return re.fullmatch("[+-]?[0-9]{1,18}", written) is not None


def _is_guid(written: str) -> bool:
    return bool(plain_guid(written))


def _is_colour(written: str) -> bool:
    return bool(values.colour(written))


_NUMBERS = "startPosition endPosition firstX firstY secondX secondY page begin end timeStamp position"
_GUIDS = (
    "guid targetGUID originGUID representedGUID creatingUser modifyingUser creatingUserGUID modifyingUserGUID "
    "fromSyncPoint toSyncPoint sourceVertex targetVertex"
)
_SHAPE = "Person Oval Rectangle RoundedRectangle Star LeftTriangle RightTriangle UpTriangle DownTriangle Note"
_KINDS: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(_NUMBERS.split(), _is_number),
    **dict.fromkeys(_GUIDS.split(), _is_guid),
    "color": _is_colour,
    "isCodable": _among("true", "false", "1", "0"),
    "creationDateTime": values.is_moment,
    "modifiedDateTime": values.is_moment,
    "typeOfVariable": _among(*values.KINDS),
    "direction": _among("Associative", "OneWay", "Bidirectional"),
    "shape": _among(*_SHAPE.split()),
    "lineStyle": _among("dotted", "dashed", "solid"),
}
"""What the attributes are that are not just words."""


def misshapen(root: ET.Element, namespace: str) -> Iterator[tuple[ET.Element, str]]:
    """Every element that is not as the schema of that namespace asks, with what is wrong with it."""
    shapes = _IN_CODEBOOK if namespace == CODEBOOK else _SHAPES
    for element in root.iter():
        if not element.tag.startswith(f"{{{namespace}}}"):
            yield element, "it is of another namespace"
            continue
        name = local(element.tag)
        if name in shapes:
            order, attributes = shapes[name]
            yield from ((element, what) for what in _inside(element, order))
        else:
            attributes = ""
            if name not in _WORDS or len(element):
                yield element, "there is no such element, or nothing may lie in it"
        yield from ((element, what) for what in _attributes(element, attributes))


@lru_cache(1000)
def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _inside(element: ET.Element, order: str) -> Iterator[str]:
    names = "".join(f"{local(child.tag)} " for child in element)
    if not names and order.endswith("+"):
        yield "it is empty: leave it out"
    elif not _model(order).fullmatch(names):
        yield "what lies in it is not what the schema asks for, or not in its order"
    words = element.text or ""
    if (words.strip() if order else words) or any((child.tail or "").strip() for child in element):
        yield "there are words in it, which it may not have"


@lru_cache(100)
def _model(order: str) -> re.Pattern[str]:
    """A pattern for the names of an element's children, each ended by a space."""
    parts = (re.fullmatch(r"(.*?)([?*+]?)", part) for part in order.split())
    return re.compile("".join(f"(?:{found[1]} ){found[2]}" for found in parts if found))


def _attributes(element: ET.Element, written: str) -> Iterator[str]:
    needed, known = _split(written)
    for missing in needed - element.attrib.keys():
        yield f"{missing} is missing"
    for name, given in element.attrib.items():
        if name not in known:
            yield f"{name} is no attribute of it"
        elif name in _KINDS and not _KINDS[name](given):
            yield f"{name} is {given[:40]!r}, which it cannot be"


@lru_cache(100)
def _split(written: str) -> tuple[frozenset[str], frozenset[str]]:
    """The attributes that must be there, and all."""
    words = written.split()
    return frozenset(word[:-1] for word in words if word.endswith("!")), frozenset(word.rstrip("!") for word in words)
