"""The field's words as frozen types. Standard library only; every stage takes and returns these.

All offsets count Unicode code points of a source's kept text, start inclusive, end exclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

SourceId = NewType("SourceId", str)
SegmentId = NewType("SegmentId", str)
ThemeId = NewType("ThemeId", str)
CodeId = NewType("CodeId", str)

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


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the codebook. `id` is its path (`parent / name`); `examples` are quotes that carry it."""

    id: CodeId
    name: str
    parent: CodeId | None = None
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    examples: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The name and what is said of it, as one text."""
        return ". ".join(part.rstrip(". ") for part in (self.name, self.definition, self.use_when) if part)


@dataclass(frozen=True, slots=True)
class Codebook:
    """The researcher's codes, in the order of their file."""

    codes: tuple[Code, ...] = ()

    @property
    def version(self) -> str:
        """Twelve hex digits that change with any word of the codebook."""
        return hashlib.sha256(repr(self.codes).encode()).hexdigest()[:12]

    @property
    def assignable(self) -> tuple[Code, ...]:
        """The codes to suggest: all but those that only group others (a parent without examples of its own)."""
        parents = {code.parent for code in self.codes}
        return tuple(code for code in self.codes if code.id not in parents or code.examples)


@dataclass(frozen=True, slots=True)
class CandidateTheme:
    """What the machine clustered; never called a theme until a person says so.

    `segments` are ordered by `membership` (0 to 1, same length), strongest first; `terms` are (term, weight),
    heaviest first; `exemplars` are the segments that show it best.
    """

    id: ThemeId
    terms: tuple[tuple[str, float], ...]
    segments: tuple[SegmentId, ...]
    membership: tuple[float, ...]
    exemplars: tuple[SegmentId, ...]

    @property
    def label(self) -> str:
        """Its first four terms."""
        return ", ".join(term for term, _ in self.terms[:4])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine's opinion that `segment` carries `code`; `rank` counts from 1, `score` runs from 0 to 1.

    The score is a weight among the codes, not a probability. `semantic` and `lexical` are the two parts it was made
    from (standard scores), `words` those of the code that the segment shares, `example` the nearest example quote of
    the code (empty where it has none).
    """

    segment: SegmentId
    code: CodeId
    rank: int
    score: float
    semantic: float = 0.0
    lexical: float = 0.0
    words: tuple[str, ...] = ()
    example: str = ""


class Cover(StrEnum):
    """How well the codebook covers a candidate theme."""

    COVERED = "covered"
    PARTLY = "partly"
    NO_CODE = "no code"


@dataclass(frozen=True, slots=True)
class ThemeCode:
    """A candidate theme mapped to a code: `coverage` is the share of its segments whose first suggestion is the code.

    `code` is None, with the verdict `no code`, where the codebook has nothing for it: a proposal for a new code.
    """

    theme: ThemeId
    code: CodeId | None
    rank: int
    coverage: float
    score: float
    verdict: Cover


class Verdict(StrEnum):
    """What a coder says of a suggestion or a segment."""

    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    NO_CODE = "no code"
    DEFER = "defer"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log that only grows. `undoes` is the id of the decision an `undo` takes back."""

    id: int
    at: datetime
    coder: str
    verdict: Verdict
    segment: SegmentId
    code: CodeId | None = None
    undoes: int | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """What stands because a coder's latest word says so; `in_bulk` where it was accepted in a batch."""

    segment: SegmentId
    code: CodeId
    coder: str
    decision: int
    in_bulk: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share for one cell, and how it was reached.

    `subject` is a code or candidate theme. `count` segments of `segments` carry it (the denominator), heard from
    `mentioning` of `participants` distinct participants. `basis` says who counted and whether it was audited; an
    interval is None where none can honestly be given.
    """

    subject_kind: str
    subject: str
    source_kind: str
    actor_group: str
    mission: str
    period: str
    count: int
    segments: int
    mentioning: int
    participants: int
    basis: str
    corpus_interval: tuple[float, float] | None = None
    informants_interval: tuple[float, float] | None = None

    @property
    def share(self) -> float | None:
        """`count / segments`, or None for an empty cell."""
        return self.count / self.segments if self.segments else None


class Severity(StrEnum):
    """An error leaves something out; a warning says what to know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the study that did not stop the work: where, what and the remedy."""

    severity: Severity
    where: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a table file holds what; an empty name means that the table has no such column.

    `id` names the column that tells one source from the next (rows with the same id are turns of one source);
    without it every row is a source of its own. `where` keeps only rows whose column holds one of the values.
    """

    text: str
    id: str = ""
    speaker: str = ""
    pseudonym: str = ""
    actor_group: str = ""
    mission: str = ""
    date: str = ""
    period: str = ""
    language: str = ""
    title: str = ""
    tier: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """What study.toml says: actor groups, missions, column maps of tables, and options that differ from the preset."""

    folder: Path
    title: str
    approach: str = "codebook"
    actor_groups: tuple[str, ...] = ()
    group_names: Mapping[str, str] = field(default_factory=dict)
    missions: tuple[Mission, ...] = ()
    tables: Mapping[str, ColumnMap] = field(default_factory=dict)
    preset: str = "default"
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    notice: str = ""

    def mission(self, name: str) -> Mission | None:
        """The mission of that name, or None."""
        return next((mission for mission in self.missions if mission.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of sources.csv; `row` is its line number there. A `speaker` row describes one voice of a focus group."""

    row: int
    file: str
    kind: SourceKind
    id: str = ""
    title: str = ""
    speaker: str = ""
    pseudonym: str = ""
    actor_group: str = ""
    missions: tuple[str, ...] = ()
    day: date | None = None
    periods: tuple[str, ...] = ()
    language: str = ""
    tier: Tier | None = None


class Progress(Protocol):
    """Told how far a long job is: `done` of `total` (units differ by stage)."""

    def __call__(self, done: int, total: int) -> None:
        """Hears of it; must be quick, since the work waits."""


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""


def checksum(parts: Iterable[str]) -> str:
    """SHA-256 over the parts, each ended by a zero byte, as 64 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()
