"""The decisions on segments folded into the codings that stand."""

from __future__ import annotations

from collections.abc import Iterable

from themes.domain import CodeId, Coding, Decision, SegmentId, Verdict
from themes.review.log import effective

_GIVES = {Verdict.ACCEPT, Verdict.ASSIGN}


def fold(decisions: Iterable[Decision]) -> tuple[Coding, ...]:
    """The codings that stand, one for each segment, code and coder, in the order in which they came to stand.

    A coder's latest word on a segment and code counts: accept and assign give the coding, reject takes it away, `no
    code` takes away all of the coder's codings of the segment, defer leaves things as they are. An undone decision
    counts as never taken; undoing an undo brings it back.
    """
    standing: dict[tuple[SegmentId, CodeId, str], Coding] = {}
    for decision in effective(decisions):
        if decision.verdict is Verdict.NO_CODE:
            for key in [key for key in standing if (key[0], key[2]) == (decision.segment, decision.coder)]:
                del standing[key]
        elif decision.code is not None and decision.verdict is not Verdict.DEFER:
            key = (decision.segment, decision.code, decision.coder)
            standing.pop(key, None)
            if decision.verdict in _GIVES:
                bulk = bool(decision.batch)
                standing[key] = Coding(decision.segment, decision.code, decision.coder, decision.id, bulk)
    return tuple(standing.values())
