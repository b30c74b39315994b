"""What the machine found, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from themes.domain.audits import Showing
from themes.domain.codebook import CodeId
from themes.domain.sources import SegmentId

ThemeId = NewType("ThemeId", str)


class Granularity(StrEnum):
    """How finely candidate themes divide the segments."""

    COARSE = "coarse"
    MIDDLE = "middle"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class CandidateTheme:
    """What the machine clustered; never called a theme until a person says so.

    `segments` are ordered by `membership` (0 to 1, same length), strongest first; `terms` are (term, weight),
    heaviest first; `exemplars` are the segments that show it best, `borderline` those that might as well lie in
    another. `stability` (0 to 1) is the share of resamples in which it is found again. `one_voice` is the participant
    who supplies most of its talk, empty where no one does. `parent` is the theme of the next coarser level that holds
    it. `name` is what a person calls it, empty until then.
    """

    id: ThemeId
    terms: tuple[tuple[str, float], ...]
    segments: tuple[SegmentId, ...]
    membership: tuple[float, ...]
    exemplars: tuple[SegmentId, ...]
    borderline: tuple[SegmentId, ...] = ()
    stability: float = 0.0
    one_voice: str = ""
    granularity: Granularity = Granularity.MIDDLE
    parent: ThemeId | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """The name that a person gave it, or else its first four terms."""
        return self.name or ", ".join(term for term, _ in self.terms[:4])


@dataclass(frozen=True, slots=True)
class Ground:
    """A passage that moved a suggestion: a judged segment, or else the `quote` of an example of the codebook.

    `pull` is how much it added to the score, below 0 where it took away.
    """

    pull: float
    segment: SegmentId | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine's opinion that `segment` carries `code`; `rank` counts from 1.

    `score` (0 to 1) is the probability that a coder gives the code. `semantic` and `lexical` are the two parts of the
    first opinion (standard scores), `words` those of the code that the segment shares. `learned` is what decisions and
    example quotes added to the first opinion, `accepted` and `rejected` the passages that added and took most, the
    strongest first. `example` is the example quote of the code that is nearest (empty where it has none). Where codes
    under one parent tie for the first place, `stops_at` is that parent, and `parent_score` the probability that the
    segment carries one of them or more.
    """

    segment: SegmentId
    code: CodeId
    rank: int
    score: float
    semantic: float = 0.0
    lexical: float = 0.0
    words: tuple[str, ...] = ()
    example: str = ""
    learned: float = 0.0
    accepted: tuple[Ground, ...] = ()
    rejected: tuple[Ground, ...] = ()
    stops_at: CodeId | None = None
    parent_score: float = 0.0


@dataclass(frozen=True, slots=True)
class PredictionSet:
    """The codes that a segment may carry, with the coverage that the options ask for.

    `none` says whether `no code fits` is among them, and `none_score` (0 to 1) how probable that is. `codes` are best
    first. Without enough judged interviews no coverage can be `promised`, and the set is left empty.

    `doubt` is the sum over the codes of p (1 - p): how many are expected to be decided otherwise by a coin than by the
    segment. `conflict` (0 to 1) is how far the machine is from what coders said of the segment, judged without that
    word; 0 where nobody spoke.
    """

    segment: SegmentId
    none_score: float
    promised: bool = False
    codes: tuple[CodeId, ...] = ()
    none: bool = False
    doubt: float = 0.0
    conflict: float = 0.0


class Cover(StrEnum):
    """How well the codebook covers a candidate theme."""

    COVERED = "covered"
    PARTLY = "partly"
    NO_CODE = "no code"


@dataclass(frozen=True, slots=True)
class ThemeCode:
    """A candidate theme mapped to a code.

    `coverage` is the share of its segments that carry the code by a coder's word, or have it as their first suggestion
    where no coder has spoken. `score` is the mean over its segments of that word, or else the probability.
    `code` is None, with the verdict `no code`, where the codebook has nothing for it: a proposal for a new code.
    """

    theme: ThemeId
    code: CodeId | None
    rank: int
    coverage: float
    score: float
    verdict: Cover


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft of a new code for a candidate theme that no code covers; `segments` are quotes that show it.

    `nearest` are the codes that come closest. Nothing is added to a codebook by the machine.
    """

    theme: ThemeId
    name: str
    definition: str
    segments: tuple[SegmentId, ...]
    nearest: tuple[CodeId, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitCode:
    """A code that covers several candidate themes, and may be several codes."""

    code: CodeId
    themes: tuple[ThemeId, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share for one cell, and how it was reached.

    `subject` is a code or candidate theme. `count` segments of `segments` carry it by the machine's word (the
    denominator), heard from `mentioning` of `participants` distinct participants. `basis` says who counted and whether
    it was audited.

    Once people have checked segments drawn by chance, `estimate` is the share of segments that carry it, with an
    interval for this corpus and one for informants like these; None where none can honestly be given. `of_words` is the
    share of words, `per_interview` the mean share of an interview's segments. `at_least` participants mention it for
    certain, since somebody checked; `in_interviews` of `interviews` do. `checked` segments have a coder's word.
    `effective` is how many independent segments would tell as much of informants. `more` is how many further checks
    in the cell would know the corpus to 5 points either way. `largest_voice` (0 to 1) is the share of mentions that one
    participant supplies. `showing` is how much of all this can be said, `note` why not more.
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
    estimate: float | None = None
    of_words: float | None = None
    per_interview: float | None = None
    at_least: int = 0
    in_interviews: int = 0
    interviews: int = 0
    checked: int = 0
    effective: float | None = None
    more: int | None = None
    largest_voice: float = 0.0
    showing: Showing = Showing.UNAUDITED
    note: str = ""

    @property
    def share(self) -> float | None:
        """`count / segments`, the machine's share; None for an empty cell."""
        return self.count / self.segments if self.segments else None

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """(source kind, actor group, mission, period)."""
        return self.source_kind, self.actor_group, self.mission, self.period
