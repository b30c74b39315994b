"""The decisions on segments folded into what coders say now, and into the codings that stand."""

from __future__ import annotations

from collections.abc import Iterable

from themes.domain import CodeId, Coding, Decision, Judgement, SegmentId, Shown, Verdict
from themes.review.log import effective

_CARRIES = {Verdict.ACCEPT: True, Verdict.ASSIGN: True, Verdict.REJECT: False}

UNSWAYED = (Shown.BLIND, Shown.UNKNOWN)
"""What a coder had in sight when a word counts for an audit: nothing, or it is not known (a word from a file)."""

Key = tuple[SegmentId, CodeId | None, str]


def fold(decisions: Iterable[Decision]) -> tuple[Coding, ...]:
    """The codings that stand, one for each segment, code and coder, in the order in which they came to stand."""
    return tuple(
        Coding(word.segment, word.code, word.coder, word.decision, word.in_bulk)
        for word in judgements(decisions)
        if word.carries and word.code is not None
    )


def unswayed(decisions: Iterable[Decision]) -> tuple[Judgement, ...]:
    """The same as `judgements`, of what coders said without a suggestion in sight."""
    return judgements([one for one in decisions if one.shown in UNSWAYED])


def read_whole(words: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """That nothing else fits, by whoever gave a segment a code, and not in bulk: it lasts when the code is gone.

    `words` are under the names of their time. Whoever gave a segment one code alone, which was retired since, said of
    every other that it does not fit.
    """
    whole = {(word.segment, word.coder): word for word in words if word.carries and not word.in_bulk}
    return tuple(Judgement(word.segment, None, word.coder, True, word.decision) for word in whole.values())


def judgements(decisions: Iterable[Decision]) -> tuple[Judgement, ...]:
    """What each coder says last of each segment and code, in the order in which it was said.

    Accept and assign give a code, reject takes it away, `no code` takes away all that the coder gave the segment and
    stands until the coder gives it one; defer leaves things as they are. An undone decision counts as never taken;
    undoing an undo brings it back. What was said in a repeat measures the coder and changes nothing.
    """
    latest: dict[Key, Judgement] = {}
    for decision in effective(decisions):
        if decision.shown is Shown.REPEAT:
            continue
        if decision.verdict is Verdict.NO_CODE:
            for key in [key for key in latest if (key[0], key[2]) == (decision.segment, decision.coder)]:
                if latest[key].carries:
                    _say(latest, decision, latest[key].code, carries=False)
            _say(latest, decision, None, carries=True)
        elif decision.verdict in _CARRIES and decision.code is not None:
            carries = _CARRIES[decision.verdict]
            if carries:
                latest.pop((decision.segment, None, decision.coder), None)
            _say(latest, decision, decision.code, carries=carries)
    return tuple(latest.values())


def _say(latest: dict[Key, Judgement], decision: Decision, code: CodeId | None, *, carries: bool) -> None:
    key = (decision.segment, code, decision.coder)
    latest.pop(key, None)
    bulk = bool(decision.batch)
    latest[key] = Judgement(decision.segment, code, decision.coder, carries, decision.id, bulk)
