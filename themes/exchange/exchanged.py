"""One project as programs exchange it, whatever the file it came in: the parts that REFI-QDA 1.5 knows.

Positions are Unicode code points of `text`, from 0, the end left out; a reader has turned whatever its file counts into
these. Every part has a GUID (lower case, with hyphens), which an import and an export keep. Times are aware; what a
file does not say is None or empty. Tuples keep the order of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ORIGIN = "themes"
"""What our own files say of where they come from; their positions are counted as the standard says."""


class Medium(StrEnum):
    """What a source is in the file; of all but text, only what is written about it is carried."""

    TEXT = "text"
    PDF = "pdf"
    PICTURE = "picture"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class User:
    """Who coded or wrote; `id` is the short name that some programs give besides."""

    guid: str
    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ExchangedCode:
    """A code; `parent` is a GUID, `notes` are GUIDs of notes. One that is not `codable` only groups others."""

    guid: str
    name: str
    parent: str | None = None
    description: str = ""
    colour: str = ""
    codable: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """What is known of cases and sources; `kind` is one of Text, Boolean, Integer, Float, Date, DateTime."""

    guid: str
    name: str
    kind: str = "Text"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a variable (by its GUID), as it is written in the file."""

    variable: str
    value: str


@dataclass(frozen=True, slots=True)
class Case:
    """A person, an organisation or whatever else was studied; `sources`, `codes`, `selections` are GUIDs."""

    guid: str
    name: str = ""
    description: str = ""
    values: tuple[Value, ...] = ()
    sources: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangedCoding:
    """A code (its GUID) given by a user (their GUID)."""

    guid: str
    code: str
    user: str = ""
    created: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """A stretch of a source's text with the codes given to it: `text[start:end]`, in code points."""

    guid: str
    start: int
    end: int
    name: str = ""
    description: str = ""
    user: str = ""
    created: datetime | None = None
    modified_by: str = ""
    modified: datetime | None = None
    codings: tuple[ExchangedCoding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangedSource:
    """A source; `text` is None where the file holds none (a picture, or a file missing from the archive).

    `codings` are those of the whole source, `path` where the file was in the archive.
    """

    guid: str
    name: str
    medium: Medium = Medium.TEXT
    text: str | None = None
    path: str = ""
    description: str = ""
    user: str = ""
    created: datetime | None = None
    modified_by: str = ""
    modified: datetime | None = None
    selections: tuple[Selection, ...] = ()
    codings: tuple[ExchangedCoding, ...] = ()
    values: tuple[Value, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A memo; what it is about names it by its GUID. `selections` code the note's own text."""

    guid: str
    text: str
    name: str = ""
    description: str = ""
    user: str = ""
    created: datetime | None = None
    modified_by: str = ""
    modified: datetime | None = None
    selections: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A tie between two parts, by their GUIDs; `direction` is Associative, OneWay or Bidirectional."""

    guid: str
    origin: str
    target: str
    name: str = ""
    direction: str = "Associative"
    colour: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A set: codes, sources or notes that belong together, by their GUIDs."""

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """What is not carried over: `what` in the file's own words (`PictureSelection`, `Graph`), how many, and why."""

    what: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A project: `origin` is the program that wrote it, `description` and `notes_on_project` are of it as a whole."""

    name: str
    origin: str = ""
    users: tuple[User, ...] = ()
    codes: tuple[ExchangedCode, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    sources: tuple[ExchangedSource, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    description: str = ""
    user: str = ""
    created: datetime | None = None
    modified_by: str = ""
    modified: datetime | None = None
    notes_on_project: tuple[str, ...] = ()
