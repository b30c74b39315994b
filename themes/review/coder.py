"""One coder's work, kept up with the log: what they say of each segment, what they can undo, what they accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from themes.domain import Decision, Judgement, SegmentId, Shown, Verdict
from themes.review.codings import judgements
from themes.review.history import Entry, History
from themes.review.log import effective
from themes.review.spoken import NOTHING, Spoken, spoken

_TENTHS = 10


class Coder:
    """What one coder has said. Entries are taken in as they come, so that asking costs nothing.

    `said` is what they say of each segment that they have spoken of; `done` are the segments that they have coded.
    `staying` is the segment that they are coding blind while they stay on it: one code is given, more may follow.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.history = History(name)
        self.said: dict[SegmentId, Spoken] = {}
        self.done: set[SegmentId] = set()
        self.staying: SegmentId | None = None
        self._own: dict[SegmentId, list[Decision]] = defaultdict(list)
        self._met: dict[SegmentId, tuple[int, bool]] = {}
        self._experience: Counter[tuple[int, bool]] = Counter()

    def add(self, entries: Sequence[Entry]) -> None:
        """Takes in new entries of the log, in its order."""
        self.history.add(entries)
        self.hear([entry for entry in entries if isinstance(entry, Decision)])

    def hear(self, decisions: Iterable[Decision]) -> None:
        """Takes in new decisions alone, under the names that codes have today."""
        touched: dict[SegmentId, None] = {}
        for entry in decisions:
            if entry.coder == self.name or self._is_mine(entry):
                self._own[entry.segment].append(entry)
                touched[entry.segment] = None
        for segment in touched:
            self._say(segment)

    def forget(self) -> None:
        """Forgets every decision, to hear them anew under other names; what can be undone stays known."""
        self.said.clear()
        self.done.clear()
        self._own.clear()
        self._met.clear()
        self._experience.clear()

    def _is_mine(self, undo: Decision) -> bool:
        """Whether somebody else took back what this coder said."""
        return undo.undoes is not None and any(one.id == undo.undoes for one in self._own.get(undo.segment, ()))

    def _say(self, segment: SegmentId) -> None:
        said = spoken(self._own[segment])
        if said == NOTHING:
            self.said.pop(segment, None)
        else:
            self.said[segment] = said
        (self.done.add if said.done else self.done.discard)(segment)
        before = self._met.pop(segment, None)
        if before is not None:
            self._experience[before] -= 1
        met = _met(self._own[segment])
        if met is not None:
            self._met[segment] = met
            self._experience[met] += 1

    def of(self, segment: SegmentId) -> Spoken:
        """What the coder says of the segment."""
        return self.said.get(segment, NOTHING)

    def again(self, segment: SegmentId, after: int) -> Spoken:
        """What the coder said of it in a blind repeat, since the log had `after` entries."""
        return spoken(self._own.get(segment, ()), again=True, after=after)

    def since(self, segment: SegmentId, after: int) -> Spoken:
        """What the coder said of it since the log had `after` entries."""
        return spoken(self._own.get(segment, ()), after=after)

    def log_of(self, segment: SegmentId) -> tuple[Decision, ...]:
        """The coder's entries on the segment, oldest first."""
        return tuple(self._own.get(segment, ()))

    def judgements(self, segment: SegmentId | None = None) -> tuple[Judgement, ...]:
        """The coder's latest word on every code, of one segment or of all."""
        spoken_of = self._own.values() if segment is None else [self._own.get(segment, [])]
        return tuple(word for own in spoken_of for word in judgements(own))

    def experience(self, score: float) -> tuple[int, int]:
        """(met, accepted): of suggestions in the same tenth of probability, how many the coder accepted."""
        tenth = _tenth(score)
        accepted = self._experience[tenth, True]
        return accepted + self._experience[tenth, False], accepted


def _met(decisions: Iterable[Decision]) -> tuple[int, bool] | None:
    """(tenth of probability, accepted) of the suggestion that the coder saw first and answered; None where none."""
    answered = [
        one
        for one in effective(decisions)
        if one.shown is Shown.SUGGESTION and one.suggested is not None and one.score is not None and _answers(one)
    ]
    if not answered:
        return None
    suggested, score = answered[0].suggested, answered[0].score or 0.0
    accepted = any(one.verdict is Verdict.ACCEPT and one.code == suggested for one in answered)
    return _tenth(score), accepted


def _answers(decision: Decision) -> bool:
    closing = decision.verdict in (Verdict.ACCEPT, Verdict.ASSIGN, Verdict.NO_CODE)
    return closing or (decision.verdict is Verdict.REJECT and decision.code == decision.suggested)


def _tenth(score: float) -> int:
    return min(_TENTHS - 1, max(0, int(score * _TENTHS)))
