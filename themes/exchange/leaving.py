"""What is left behind when a project is written, kept count of while its parts are put in the words of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import count as counted
from typing import Any, TypeVar

from themes.exchange import values
from themes.exchange.exchanged import Lost
from themes.exchange.guids import guid_of, plain_guid

Part = TypeVar("Part")

NOT_THERE = "it names a part that is not in the project"

_WORDS = ("name", "description", "id", "value")


@dataclass(slots=True)
class Left:
    """What was left behind so far, and by what names parts are known now.

    `known` maps the GUIDs of each kind of part as they came to the GUIDs as they are written,
    `kinds` those of variables (as they are written) to their kind.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)

    def behind(self, what: str, why: str, count: int = 1) -> None:
        """Remembers that `count` of `what` are lost."""
        if count:
            self.counts[what, why] += count

    def lost(self) -> tuple[Lost, ...]:
        """The list, in the order in which things were met."""
        return tuple(Lost(what, count, why) for (what, why), count in self.counts.items())

    def guid(self, kind: str, came: str) -> str:
        """The GUID under which a part is written: its own, unless this is no GUID or is another part's already."""
        guid = plain_guid(came)
        if not guid or guid in self.taken:
            why = "another part has it too" if guid else "it is no GUID"
            self.behind(f"GUID of {kind}", f"{why}: a new one is made, the same at every export")
            guid = next(made for made in _made(kind, came) if made not in self.taken)
        self.taken.add(guid)
        self.known.setdefault(kind, {}).setdefault(came, guid)
        return guid

    def one(self, kind: str, what: str, came: str) -> str:
        """The GUID that a reference names, or nothing (and one `what` lost) where the project has no such part."""
        found = self.known.get(kind, {}).get(came, "")
        if came and not found:
            self.behind(what, NOT_THERE)
        return found

    def all(self, kind: str, what: str, came: Sequence[str]) -> tuple[str, ...]:
        """The GUIDs of all references whose parts are in the project, each once."""
        return tuple(dict.fromkeys(found for guid in came if (found := self.one(kind, what, guid))))


def _made(kind: str, came: str) -> Iterator[str]:
    return (guid_of("REFI-QDA", kind, f"{came} {number}") for number in counted(1))


def changed(part: Part, **changes: object) -> Part:
    """The part with these fields changed; `replace` for parts whose type is not said."""
    if all(getattr(part, name) == given for name, given in changes.items()):
        return part
    known: Any = part
    made: Part = replace(known, **changes)
    return made


def legible(part: Part, what: str, left: Left) -> Part:
    """The part with words that XML can hold."""
    anew: dict[str, object] = {}
    for known in fields(part):  # type: ignore[arg-type]  # every part is a dataclass
        if known.name not in _WORDS:
            continue
        words = getattr(part, known.name)
        if known.name == "description" and "\r\n" in words:
            words = anew[known.name] = words.replace("\r\n", "\n")
            left.behind(f"line ends of {what}", "they are written as LF")
        if words != (fitting := values.legible(words)):
            anew[known.name] = fitting
            left.behind(f"{known.name} of {what}", "it has characters that XML cannot hold: U+FFFD stands for each")
    return changed(part, **anew) if anew else part


def dyed(colour: str, what: str, left: Left) -> str:
    """The colour as #RRGGBB, or nothing."""
    written = values.colour(colour)
    if colour and not written:
        left.behind(f"color of {what}", "it is not #RRGGBB")
    return written
