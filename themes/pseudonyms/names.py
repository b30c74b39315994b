"""What the search for names speaks of: texts, mentions, proposals, and the entries of a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class NameKind(StrEnum):
    """What a name names."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OFFICE = "office"
    CONTACT = "contact"
    NUMBER = "number"


class Choice(StrEnum):
    """What a person decides of a proposal: replace it, it is no name, or it is a name that may stay."""

    YES = "yes"
    NO = "no"
    KEEP = "keep"


class Matching(StrEnum):
    """Which spellings of a name count: any, or only with a capital, where the small word means something else."""

    ANY = "any case"
    CAPITAL = "capital"


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file's name and its text; `is_subtitles` where time stamps and cue numbers stand between its words."""

    file: str
    text: str
    is_subtitles: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that may name somebody or something: `text[start:end]`.

    `noun` is what its pseudonym would say (`Commander`), `weight` how strongly its rule speaks for the kind.
    """

    start: int
    end: int
    kind: NameKind
    noun: str
    rule: str
    weight: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: the file, the line counted from 1, and the words around it."""

    file: str
    line: int
    context: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of a key: what it is, what stands for it, what was decided (None while nothing is), other spellings.

    Entries with the same pseudonym are the same person, place or thing. `noun` is left empty where nobody needs it.
    """

    name: str
    kind: NameKind
    pseudonym: str
    choice: Choice | None = None
    variants: tuple[str, ...] = ()
    matching: Matching = Matching.ANY

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and its variants."""
        return (self.name, *self.variants)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that rules found, as it would enter the key, with the rule, how often it stands there, and where."""

    entry: Entry
    rule: str
    occurrences: int
    places: tuple[Place, ...] = field(default=())
