"""What people decided, and what stands because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from themes.domain.codebook import CodeId
from themes.domain.sources import SegmentId


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
