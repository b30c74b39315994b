"""What people said and what mandates say: sources, who speaks in them, and the segments that are coded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

SourceId = NewType("SourceId", str)
SegmentId = NewType("SegmentId", str)

UNSPECIFIED = "unspecified"
"""What stands in every table where a group, mission or period is not known."""

TALK, MANDATE = "talk", "mandate"
"""The two registers: what people said, and what a mandate text says. They are counted apart, never added up."""

PATH_SEPARATOR = " / "
"""Between the levels of a nested actor group (`UN / DPO`) and of a code (`Use of force / Caveats`)."""


def ancestors(path: str) -> tuple[str, ...]:
    """`path` and everything above it, nearest first: `UN / DPO` gives (`UN / DPO`, `UN`)."""
    parts = path.split(PATH_SEPARATOR)
    return tuple(PATH_SEPARATOR.join(parts[:depth]) for depth in range(len(parts), 0, -1))


class SourceKind(StrEnum):
    """What a source is; mandates are counted apart from what people said."""

    INTERVIEW = "interview"
    FOCUS_GROUP = "focus group"
    STATEMENT = "statement"
    ANSWER = "answer"
    MANDATE = "mandate"


class Tier(StrEnum):
    """How a source may be attributed in anything meant for others, from open to closed."""

    NAMED = "named"
    ORGANISATION = "organisation"
    GROUP = "group"
    NOT_FOR_QUOTATION = "not for quotation"


class TurnRole(StrEnum):
    """Who or what speaks in a turn; only participants and paragraphs become segments by default."""

    PARTICIPANT = "participant"
    INTERVIEWER = "interviewer"
    CONTEXT = "context"
    PREAMBULAR = "preambular"
    OPERATIVE = "operative"


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of a source, or one paragraph of a mandate: `source.text[start:end]`, label left out.

    `speaker` is the label as written, None where there is none; `number` is a mandate's paragraph number
    (`PP 3`, `OP 12`, `OP 12 (a)`), else empty; `seconds` is when it begins in a recording, None where unknown.
    """

    start: int
    end: int
    role: TurnRole
    speaker: str | None = None
    number: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A dated stretch of one mission; `end` is inclusive, None while it lasts; `opened_by` is a symbol."""

    name: str
    mission: str
    start: date
    end: date | None = None
    opened_by: str = ""

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period, both ends included."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission with its periods, and the words by which a segment is recognised as speaking of it."""

    name: str
    host_state: str = ""
    aliases: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()

    def period_on(self, day: date) -> Period | None:
        """The period that holds `day`, or None."""
        return next((period for period in self.periods if period.holds(day)), None)


@dataclass(frozen=True, slots=True)
class Participant:
    """One voice of a focus group, under a pseudonym; `speaker` is the label that its turns carry."""

    speaker: str
    pseudonym: str = ""
    actor_group: str = UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Source:
    """An interview, focus group, statement or mandate text: its kept text, its turns and what is known of it.

    `file` is the path relative to the study, with `/`; a table file holds many sources. `periods` are names of
    periods that the talk is about where that differs from `day`, as `period` or `mission: period`.
    `checksum` is the SHA-256 of the file's bytes; `voices` are the listed participants of a focus group.
    """

    id: SourceId
    file: str
    kind: SourceKind
    text: str
    turns: tuple[Turn, ...]
    title: str = ""
    pseudonym: str = ""
    actor_group: str = UNSPECIFIED
    missions: tuple[str, ...] = ()
    day: date | None = None
    periods: tuple[str, ...] = ()
    language: str = ""
    tier: Tier = Tier.GROUP
    symbol: str = ""
    checksum: str = ""
    voices: tuple[Participant, ...] = ()

    def voice(self, speaker: str | None) -> Participant | None:
        """Whoever the list of sources says speaks under that label, or None."""
        return next((voice for voice in self.voices if voice.speaker == speaker), None)


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit of coding: `text` is `source.text[start:end]`; `turn` is the index of its turn in the source.

    `mission_basis` and `period_basis` say by which rule the mission and the period were found.
    """

    id: SegmentId
    source: SourceId
    start: int
    end: int
    text: str
    turn: int
    kind: SourceKind
    speaker: str
    participant: str
    actor_group: str
    mission: str
    mission_basis: str
    period: str
    period_basis: str
    number: str = ""

    @property
    def register(self) -> str:
        """`mandate` for the text of a mandate, `talk` for everything else."""
        return MANDATE if self.kind is SourceKind.MANDATE else TALK

    @property
    def n_words(self) -> int:
        """Words, split at white space."""
        return len(self.text.split())
