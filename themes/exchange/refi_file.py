"""One REFI-QDA file while it is read: GUIDs that are unique, references that lead somewhere, the account of it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from themes.exchange import guids
from themes.exchange.exchanged import ExchangedCoding, User, Value
from themes.exchange.markup import Markup
from themes.exchange.tally import Tally

SOURCES = ("TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource")
MARKS = ("PlainTextSelection", "TranscriptSelection")
PLACES = frozenset(("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection", "Graph"))
"""Elements of which nothing is carried; a program may say there again what it says of the text."""
NAMED = frozenset((*SOURCES, *MARKS, "Transcript", "User", "Code", "Variable", "Case", "Coding", "Note", "Link", "Set"))
"""Elements that become parts of a project, each with a GUID of its own."""
KINDS = dict.fromkeys((*SOURCES, "Transcript"), "Source") | dict.fromkeys(MARKS, "Selection")
"""What elements are to those that refer to them."""
KNOWN = frozenset((
    "guid", "name", "id", "origin", "isCodable", "color", "typeOfVariable", "direction", "originGUID", "targetGUID",
    "startPosition", "endPosition", "fromSyncPoint", "toSyncPoint", "plainTextPath", "path", "creatingUser",
    "creatingUserGUID", "creationDateTime",
    "modifyingUser", "modifyingUserGUID", "modifiedDateTime",
))  # fmt: skip
VALUES = frozenset(("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue"))
LAYOUT = {
    "richTextPath": "the layout of a source is not carried, only its words",
    "currentPath": "where a file lay on another computer is not carried",
    "basePath": "where files lay on another computer is not carried",
}


class RefiFile:
    """The tree of a file with what its parts are called and what was carried so far."""

    def __init__(self, markup: Markup) -> None:
        self.root = markup.root
        self.tally = Tally(markup.counts)
        self.carried: set[str] = set()
        self.users: dict[str, User] = {}
        self._guids: dict[int, str] = {}
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._name_parts()

    def _name_parts(self) -> None:
        seen: set[str] = set()
        times: dict[tuple[str, str], int] = defaultdict(int)
        for element in _carried(self.root):
            written = element.get("guid", "")
            guid = guids.plain_guid(written)
            if not written.strip():
                words = (element.tag, element.get("name", ""))
                guid = guids.made(*words, str(times[words]))
                times[words] += 1
                self.tally.remark(f"A {element.tag} has no GUID; one was made from its name and place.")
            elif not guid:
                guid = guids.made(written.strip())
                self.tally.remark(f"The GUID of a {element.tag} is not written as one; another was made from it.")
            if guid in seen:
                times[element.tag, guid] += 1
                guid = guids.made(guid, element.tag, str(times[element.tag, guid]))
                self.tally.remark(f"The GUID of a {element.tag} was given before; another was made for it.")
            seen.add(guid)
            self._guids[id(element)] = guid
            self._kinds[KINDS.get(element.tag, element.tag)].add(guid)

    def guid(self, element: Element) -> str:
        """The GUID of a part, which no other part has."""
        return self._guids[id(element)]

    def children(self, *path: str) -> Iterator[Element]:
        """The elements at the end of a path of tags under the root."""
        found: Iterable[Element] = [self.root]
        for tag in path:
            found = [child for element in found for child in element if child.tag == tag]
        yield from found

    def carry(self, element: Element) -> None:
        """Counts a part as carried, and what its attributes say beyond what is carried as lost."""
        self.tally.carry(element)
        if id(element) in self._guids:
            self.carried.add(self._guids[id(element)])
        for name, value in element.attrib.items():
            if name not in KNOWN and " " not in name and value:
                self.tally.drop(f"@{name}", LAYOUT.get(name, "it is no attribute of REFI-QDA 1.5"))

    def description(self, element: Element) -> str:
        """What the part's description says."""
        found = [child for child in element if child.tag == "Description"]
        for child in found:
            self.tally.carry(child)
        return "\n".join((child.text or "").replace("\r\n", "\n") for child in found)

    def user(self, element: Element, act: str = "creating") -> str:
        """Who made or changed the part: a user's GUID, or nothing; one who is not among the users becomes one."""
        written = element.get(f"{act}User") or element.get(f"{act}UserGUID") or ""
        guid = referred(written)
        if guid and guid not in self.users:
            self.users[guid] = User(guid, "")
            self.tally.remark("A user who is not among the users of the file became one, without a name.")
        return guid

    def moment(self, element: Element, attribute: str = "creationDateTime") -> datetime | None:
        """When, with its zone: UTC where the file gives none."""
        written = element.get(attribute, "").strip()
        if not written:
            return None
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            self.tally.drop(f"@{attribute}", "it is no date and time")
            return None
        if found.tzinfo is None:
            self.tally.remark("A time has no zone; it is taken as UTC.")
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def references(self, element: Element, tag: str, kind: str) -> tuple[str, ...]:
        """The GUIDs that the children of that tag refer to, each once; those that lead nowhere are lost."""
        known = self._kinds[kind]
        found: dict[str, None] = {}
        for child in element:
            if child.tag != tag:
                continue
            guid = referred(child.get("targetGUID") or child.get("guid") or "")
            if guid in known and (kind != "Selection" or guid in self.carried):
                self.tally.carry(child)
                found[guid] = None
            else:
                self.tally.lose(child, "what it refers to is not in the file, or is not carried")
        return tuple(found)

    def notes(self, element: Element) -> tuple[str, ...]:
        """The notes on a part."""
        return self.references(element, "NoteRef", "Note")

    def codings(self, element: Element) -> tuple[ExchangedCoding, ...]:
        """The codes given to a source or a selection; a coding without a code that the file has is lost."""
        found = []
        for child in element:
            if child.tag != "Coding":
                continue
            targets = [referred(part.get("targetGUID", "")) for part in child if part.tag == "CodeRef"]
            if len(targets) != 1 or targets[0] not in self._kinds["Code"]:
                self.tally.lose(child, "its code is not in the file's codebook")
                continue
            self.carry(child)
            codes = self.references(child, "CodeRef", "Code")
            found.append(
                ExchangedCoding(self.guid(child), codes[0], self.user(child), self.moment(child), self.notes(child))
            )
        return tuple(found)

    def values(self, element: Element) -> tuple[Value, ...]:
        """The values of variables that a case or a source has."""
        found = []
        for child in element:
            if child.tag != "VariableValue":
                continue
            targets = [referred(part.get("targetGUID", "")) for part in child if part.tag == "VariableRef"]
            if len(targets) != 1 or targets[0] not in self._kinds["Variable"]:
                self.tally.lose(child, "its variable is not in the file")
                continue
            values = [part for part in child if part.tag in VALUES][:1]
            self.references(child, "VariableRef", "Variable")
            for part in (child, *values):
                self.tally.carry(part)
            found.append(Value(targets[0], "".join(part.text or "" for part in values)))
        return tuple(found)


def _carried(root: Element) -> Iterator[Element]:
    """The elements that become parts, in the order of the file, without those inside what is not carried."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in NAMED:
            yield element
        if element.tag not in PLACES:
            waiting.extend(reversed(element))


def referred(written: str) -> str:
    """The GUID that a reference means, as the part it refers to is called here."""
    return guids.plain_guid(written) or (guids.made(written.strip()) if written.strip() else "")
