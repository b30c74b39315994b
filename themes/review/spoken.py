"""What one coder says of one segment, folded from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from themes.domain import CodeId, Decision, Shown, Verdict
from themes.review.log import effective


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one coder says of one segment now.

    `codes` were given, in that order; `bulk` are those of them that were accepted in bulk. `rejected` were suggested
    and are not carried. `none` is the word that no code fits. A `deferred` segment waits until the coder says more.
    `bounds` are those of the coder's excerpt where it is not the segment. `last` is the number of the last entry that
    counts, 0 for none.
    """

    codes: tuple[CodeId, ...] = ()
    bulk: frozenset[CodeId] = frozenset()
    rejected: tuple[CodeId, ...] = ()
    none: bool = False
    deferred: bool = False
    flagged: bool = False
    revealed: bool = False
    bounds: tuple[int, int] | None = None
    last: int = 0

    @property
    def done(self) -> bool:
        """Whether the coder has read the segment and said what it carries."""
        return bool(self.codes) or self.none


NOTHING = Spoken()


def spoken(decisions: Iterable[Decision], *, again: bool = False, after: int = 0) -> Spoken:
    """What a coder says, from all their decisions on one segment.

    What was said `again`, in a blind repeat, is kept apart from what stands; `after` leaves out earlier entries.
    """
    codes: dict[CodeId, bool] = {}
    rejected: dict[CodeId, None] = {}
    said = {"none": False, "deferred": False, "flagged": False, "revealed": False}
    bounds, last = None, 0
    for decision in effective(decisions):
        if (decision.shown is Shown.REPEAT) is not again or decision.id <= after:
            continue
        last = decision.id
        if decision.verdict is Verdict.BOUNDS:
            bounds = decision.bounds
        _mark(said, decision.verdict)
        _give(codes, rejected, decision)
    given = tuple(codes)
    bulk = frozenset(code for code, in_bulk in codes.items() if in_bulk)
    return Spoken(given, bulk, tuple(rejected), bounds=bounds, last=last, **said)


def _mark(said: dict[str, bool], verdict: Verdict) -> None:
    """What an entry says of the segment as a whole."""
    closes = verdict in (Verdict.ACCEPT, Verdict.ASSIGN, Verdict.NO_CODE)
    if closes or verdict is Verdict.DEFER:
        said["none"] = verdict is Verdict.NO_CODE or (said["none"] and not closes)
        said["deferred"] = not closes
    if verdict in (Verdict.FLAG, Verdict.UNFLAG):
        said["flagged"] = verdict is Verdict.FLAG
    if verdict is Verdict.REVEAL:
        said["revealed"] = True


def _give(codes: dict[CodeId, bool], rejected: dict[CodeId, None], decision: Decision) -> None:
    """What an entry says of its code."""
    if decision.verdict is Verdict.NO_CODE:
        rejected |= dict.fromkeys(codes)
        codes.clear()
    elif decision.code is None:
        return
    elif decision.verdict in (Verdict.ACCEPT, Verdict.ASSIGN):
        rejected.pop(decision.code, None)
        codes.pop(decision.code, None)
        codes[decision.code] = bool(decision.batch)
    elif decision.verdict is Verdict.REJECT:
        codes.pop(decision.code, None)
        rejected[decision.code] = None
