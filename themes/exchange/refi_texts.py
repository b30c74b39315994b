"""The texts of a REFI-QDA file and the selections in them, before and after it is known how their positions count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from themes.exchange.archive import Archive
from themes.exchange.calibrating import Shown
from themes.exchange.exchanged import Selection
from themes.exchange.positions import Convention, StoredText, placed, stored
from themes.exchange.refi_file import MARKS, RefiFile

HALVED = "A selection began or ended inside a character, or at a line end that the text lacks; it takes in the whole."
LONGEST_NUMBER = 12
"""Digits of a position: more is no place in a text that is read."""


@dataclass(frozen=True, slots=True)
class Held:
    """A text of the file (None where it is missing) and its selections as the file counts them."""

    text: StoredText | None
    elements: tuple[Element, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def shown(self, guid: str, name: str) -> Shown | None:
        """What it shows of the way of counting."""
        if self.text is None:
            return None
        names = tuple(element.get("name", "") for element in self.elements)
        return Shown(guid, name, self.text, self.starts, self.ends, names)


def held(file: RefiFile, archive: Archive | None, element: Element) -> Held:
    """The text of a source, transcript or note and its selections; those that cannot be placed are lost."""
    text = _text(file, archive, element)
    points = {one.get("guid", ""): one.get("position", "") for one in element if one.tag == "SyncPoint"}
    found: list[tuple[Element, int, int]] = []
    for child in element:
        if child.tag not in MARKS:
            continue
        start, end = (_number(written) for written in _written(child, points))
        if text is None:
            file.tally.lose(child, "the text of its source is not in the file")
        elif start is None or end is None:
            file.tally.lose(child, "its positions are no numbers from 0")
        elif end < start - 1:
            file.tally.lose(child, "it ends before it begins")
        else:
            found.append((child, start, end))
    elements, starts, ends = zip(*found, strict=True) if found else ((), (), ())
    return Held(text, elements, starts, ends)


def _text(file: RefiFile, archive: Archive | None, element: Element) -> StoredText | None:
    """The text from the file that the element names, else the one that stands in it."""
    inside = [child for child in element if child.tag == "PlainTextContent"]
    path = element.get("plainTextPath", "")
    content = archive.text(path) if archive and path else None
    for child in inside:
        if content is None:
            file.tally.carry(child)
        else:
            file.tally.lose(child, "the same source has its text in a file, which was read")
    if content is not None:
        return stored(_decoded(file, content))
    if inside:
        return stored("".join(child.text or "" for child in inside))
    if path:
        file.tally.drop("plainTextPath", "the file that it names is not in the zip")
    elif element.get("richTextPath"):
        file.tally.drop("richTextPath", "the words of the source stand in a file with layout alone, which is not read")
    return None


def _decoded(file: RefiFile, content: bytes) -> str:
    """The text of the bytes: UTF-8 as the standard says, else UTF-16 where its mark is there, else Windows-1252."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "Windows-1252", content.decode("cp1252", "replace")
    if encoding != "utf-8":
        file.tally.remark(f"A text is not UTF-8, as it should be; it was read as {encoding}.")
    return text


def _written(element: Element, points: Mapping[str, str]) -> tuple[str, str]:
    """The positions of a selection as the file writes them: in it, or at the points of time that it goes by."""
    if element.tag == "TranscriptSelection":
        return points.get(element.get("fromSyncPoint", ""), ""), points.get(element.get("toSyncPoint", ""), "")
    return element.get("startPosition", ""), element.get("endPosition", "")


def _number(written: str) -> int | None:
    plain = written.strip().removeprefix("+")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= LONGEST_NUMBER else None


def selections(file: RefiFile, part: Held, convention: Convention) -> tuple[Selection, ...]:
    """The selections in code points; those outside the text are lost, those inside a character take in all of it."""
    if part.text is None or not part.elements:
        return ()
    place = placed(part.text, convention, part.starts, part.ends)
    found = []
    for number, element in enumerate(part.elements):
        if not place.inside[number]:
            file.tally.lose(element, "its positions are not in the text")
            continue
        if not place.exact[number]:
            file.tally.remark(HALVED)
        found.append(_selection(file, element, int(place.starts[number]), int(place.ends[number])))
    return tuple(found)


def _selection(file: RefiFile, element: Element, start: int, end: int) -> Selection:
    file.carry(element)
    return Selection(
        guid=file.guid(element),
        start=start,
        end=end,
        name=element.get("name", ""),
        description=file.description(element),
        user=file.user(element),
        created=file.moment(element),
        modified_by=file.user(element, "modifying"),
        modified=file.moment(element, "modifiedDateTime"),
        codings=file.codings(element),
        notes=file.notes(element),
    )


def shown(file: RefiFile, parts: Sequence[tuple[Element, Held]]) -> list[Shown]:
    """What all texts show of the way of counting."""
    found = [part.shown(file.guid(element), element.get("name", "")) for element, part in parts]
    return [one for one in found if one is not None]
