"""What people decided, and what stands because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from themes.domain.codebook import CodeId
from themes.domain.findings import ThemeId
from themes.domain.sources import SegmentId

CONSENSUS = "consensus"
"""The coder under whose name a team's resolutions stand in the log; no person may have the name."""
MACHINE = "machine"
"""What the machine is called beside coders; no person may have the name."""


class Verdict(StrEnum):
    """What a coder says of a suggestion or a segment."""

    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    NO_CODE = "no code"
    DEFER = "defer"
    FLAG = "flag"
    UNFLAG = "unflag"
    BOUNDS = "bounds"
    REVEAL = "reveal"
    UNDO = "undo"


class Shown(StrEnum):
    """What a coder saw of the machine's opinion when deciding: a suggestion in sight sways whoever sees it.

    What is said in a `repeat` measures how consistent a coder is; it leaves the codings that stand as they are.
    """

    UNKNOWN = ""
    SUGGESTION = "suggestion"
    BLIND = "blind"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log that only grows. `undoes` is the id of the decision an `undo` takes back.

    Entries of one act share a `step` and are undone together; those accepted in bulk share a `batch`. `suggested` is
    the code that the machine put first when this was decided, `score` its probability then. `bounds` is where the
    coder's excerpt begins and ends, in code points of the source, for the verdict `bounds` alone.
    """

    id: int
    at: datetime
    coder: str
    verdict: Verdict
    segment: SegmentId
    code: CodeId | None = None
    undoes: int | None = None
    batch: str = ""
    step: str = ""
    shown: Shown = Shown.UNKNOWN
    suggested: CodeId | None = None
    score: float | None = None
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """What stands because a coder's latest word says so; `in_bulk` where it was accepted in a batch."""

    segment: SegmentId
    code: CodeId
    coder: str
    decision: int
    in_bulk: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A coder's latest word on a segment and a code: whether the segment carries it.

    `code` is None for the word that no code of the codebook fits. `decision` is the entry of the log that says so.
    """

    segment: SegmentId
    code: CodeId | None
    coder: str
    carries: bool
    decision: int
    in_bulk: bool = False


class ThemeAct(StrEnum):
    """What a person does with candidate themes."""

    NAME = "name"
    MERGE = "merge"
    SPLIT = "split"
    NO_THEME = "no theme"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class ThemeDecision:
    """One entry of the log on candidate themes, which shares its numbers with the log of decisions.

    `themes` and `parts` go together: `parts[i]` are the members that `themes[i]` had, since every run finds its themes
    anew. A merge goes into its first theme. A split has its resulting parts: the first keeps the theme's id, the others
    get ids of their own. An undo has neither, and `undoes` the id of the decision that it takes back.
    """

    id: int
    at: datetime
    coder: str
    act: ThemeAct
    themes: tuple[ThemeId, ...] = ()
    name: str = ""
    memo: str = ""
    parts: tuple[tuple[SegmentId, ...], ...] = ()
    undoes: int | None = None
    step: str = ""


class ThemeStatus(StrEnum):
    """What a run did to a candidate theme."""

    KEPT = "kept"
    CHANGED = "changed"
    NEW = "new"
    LOST = "no longer found"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """A candidate theme before and after a run: `before` and `after` count its segments, `common` those in both.

    Segments that came or went with their source count in `before` and `after` alone. `overlap` is the Jaccard index of
    the two, among the segments that existed both times. A theme that is `no longer found` is kept only because a person
    acted on it; of one that is gone, `went_to` names up to two themes that hold most of its segments now.
    """

    theme: ThemeId
    label: str
    status: ThemeStatus
    before: int = 0
    after: int = 0
    common: int = 0
    overlap: float = 0.0
    went_to: tuple[ThemeId, ...] = ()

    @property
    def words(self) -> str:
        """What changed, as half a sentence: `grew from 20 to 32 segments, 18 of them the same`."""
        match self.status:
            case ThemeStatus.NEW:
                return f"new, {_segments(self.after)}"
            case ThemeStatus.GONE:
                went = f"; most of its segments went to {' and '.join(self.went_to)}" if self.went_to else ""
                return f"gone, had {_segments(self.before)}{went}"
            case ThemeStatus.LOST if not self.after:
                return "none of its segments is in the study now; it comes back with them"
            case ThemeStatus.LOST:
                return f"no longer found by the machine, kept as you left it with {_segments(self.after)}"
        if self.before == self.after:
            return f"{self.common:,} of its {_segments(self.before)} the same"
        how = "grew" if self.after > self.before else "shrank"
        return f"{how} from {self.before:,} to {_segments(self.after)}, {self.common:,} of them the same"


def _segments(number: int) -> str:
    return f"{number:,} segment" if number == 1 else f"{number:,} segments"
