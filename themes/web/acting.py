"""What a coder does on the review page, as entries of the log: one function per act.

A request names its act and carries a key, made by the page: the same key again is the same act, done once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from themes.domain import CodebookEdit, CodeId, Decision, Memo, SegmentId, Shown, SubjectKind, Verdict
from themes.errors import DecisionError
from themes.project import Draw, LogEntry
from themes.review import Coder, check, reversal
from themes.web.agenda import (
    Agenda,
    Mode,
    View,
    agenda,
    draw_batch,
    first_reading_is_over,
    is_blind,
    is_repeat,
    openness,
)
from themes.web.desk import Desk, must_be_known
from themes.web.wording import in_words

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LONGEST_MEMO = 20_000
_MOST_IN_BULK = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page asks for: an act with its key, and what it is about."""

    act: str
    key: str
    segment: str
    view: View
    more: Mapping[str, Any]

    @classmethod
    def parse(cls, body: object) -> Asked:
        """From a request's JSON; DecisionError for anything that the page would not send."""
        if not isinstance(body, dict):
            raise DecisionError("The request is not understood.", "Load the page again.")
        act, key, segment, view = (body.get(name, "") for name in ("act", "key", "segment", "view"))
        if not (isinstance(act, str) and isinstance(segment, str) and isinstance(view, dict)):
            raise DecisionError("The request is not understood.", "Load the page again.")
        if not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise DecisionError("The request has no key, so it could be done twice.", "Load the page again.")
        wanted = {name: value for name, value in view.items() if isinstance(name, str) and isinstance(value, str)}
        return cls(act, key, segment, View.parse(wanted), body)

    def text(self, name: str, longest: int) -> str:
        """A text of the request; DecisionError where it is none, or too long."""
        value = self.more.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            raise DecisionError(f"This is not a text of at most {longest:,} characters.", "Shorten it.")
        return value.replace("\0", "")

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """A list of texts of the request."""
        values = self.more.get(name, [])
        if not isinstance(values, list) or len(values) > most or not all(isinstance(one, str) for one in values):
            raise DecisionError("The request is not understood.", "Load the page again.")
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an act: the segment to show next (None: nothing is open), and a sentence for whoever listens."""

    segment: SegmentId | None
    words: str
    batch_is_over: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """Where the coder is: the segment, why it is there, and what the machine puts first for it."""

    desk: Desk
    coder: Coder
    asked: Asked
    agenda: Agenda
    segment: SegmentId

    @property
    def draw(self) -> Draw | None:
        """The draw that brought the segment here."""
        return self.agenda.draws.get(self.segment)

    def decision(self, verdict: Verdict, code: CodeId | None = None, **more: Any) -> Decision:
        """An entry on the segment, with what the coder saw."""
        suggested, score = self.desk.called.firsts.get(self.segment, (None, None))
        if is_repeat(self.draw, self.coder):
            shown = Shown.REPEAT
        elif is_blind(self.draw, self.coder):
            shown = Shown.BLIND
        else:
            shown = Shown.SUGGESTION if suggested else Shown.UNKNOWN
        return Decision(
            0, datetime.now(UTC), self.coder.name, verdict, self.segment, code, shown=shown, suggested=suggested,
            score=score, **more,
        )  # fmt: skip

    def next(self) -> SegmentId | None:
        """The next open segment of the agenda."""
        return self.agenda.after(self.segment, openness(self.agenda, self.coder))


def act(desk: Desk, coder: Coder, asked: Asked) -> Answer:
    """The act done; DecisionError where it is not possible."""
    if asked.act in _FREE:
        return _FREE[asked.act](desk, coder, asked)
    chosen = _ACTS.get(asked.act)
    if chosen is None:
        raise DecisionError("The request is not understood.", "Load the page again.")
    at = At(desk, coder, asked, agenda(desk, coder, asked.view), must_be_known(desk.memory, asked.segment))
    if desk.project.recorded_step(step_of(coder, asked)):
        return _moved(at, "This was done already.") if asked.act in _GOING_ON else Answer(at.segment, "")
    return chosen(at)


def step_of(coder: Coder, asked: Asked) -> str:
    """The name of the act in the log: nobody's key is another's."""
    return f"{coder.name}/{asked.key}"


# --- on one segment ---


def _give(at: At) -> Answer:
    """Codes given: a suggested one is accepted, another one assigned. Goes on to the next segment, or `stay`s."""
    codes = [_known(at.desk, code) for code in at.asked.texts("codes", 50)]
    if not codes:
        raise DecisionError("No code is chosen.", "Choose one with c, or say n: no code fits.")
    suggested = {one.code for one in at.desk.suggestions(at.segment)}
    blind = is_blind(at.draw, at.coder)
    hidden = blind or is_repeat(at.draw, at.coder)
    verdicts = [Verdict.ACCEPT if code in suggested and not hidden else Verdict.ASSIGN for code in codes]
    _record(at, [at.decision(verdict, code) for verdict, code in zip(verdicts, codes, strict=True)])
    words = f"{'Accepted' if verdicts[0] is Verdict.ACCEPT else 'Given'}: {', '.join(codes)}."
    if at.asked.more.get("stay") is not True:
        return _moved(at, words)
    at.coder.staying = at.segment if blind else None
    return Answer(at.segment, words)


def _reject(at: At) -> Answer:
    code = _known(at.desk, at.asked.text("code", 500))
    _record(at, [at.decision(Verdict.REJECT, code)])
    return Answer(at.segment, f"Rejected: {code}.")


def _take_away(at: At) -> Answer:
    """A code that the coder gave and does not mean any more."""
    code = CodeId(at.asked.text("code", 500))
    if code not in at.coder.of(at.segment).codes:
        raise DecisionError("You have not given this code here.", "Load the page again.")
    _record(at, [at.decision(Verdict.REJECT, code)])
    return Answer(at.segment, f"Taken away: {code}.")


def _no_code(at: At) -> Answer:
    _record(at, [at.decision(Verdict.NO_CODE)])
    return _moved(at, "No code fits.")


def _keep(at: At) -> Answer:
    """What the coder said before stands, after another look."""
    said = at.coder.of(at.segment)
    if not said.done:
        raise DecisionError("You have not coded this segment yet.", "Give it a code, or say n: no code fits.")
    again = [at.decision(Verdict.ASSIGN, code) for code in said.codes] or [at.decision(Verdict.NO_CODE)]
    _record(at, again)
    return _moved(at, "Kept as it was.")


def _defer(at: At) -> Answer:
    _record(at, [at.decision(Verdict.DEFER)])
    return _moved(at, "Deferred; find it again with the filter: deferred.")


def _flag(at: At) -> Answer:
    flagged = at.coder.of(at.segment).flagged
    _record(at, [at.decision(Verdict.UNFLAG if flagged else Verdict.FLAG)])
    return Answer(at.segment, "No longer flagged." if flagged else "Flagged for discussion.")


def _reveal(at: At) -> Answer:
    """The suggestions shown before the coder has spoken: what is said from here on is not blind any more."""
    if is_blind(at.draw, at.coder):
        _record(at, [replace(at.decision(Verdict.REVEAL), shown=Shown.SUGGESTION)])
    return Answer(at.segment, "The suggestions are shown; this segment no longer counts as audited.")


def _bounds(at: At) -> Answer:
    """The coder's excerpt: where it begins and ends, in code points of the source."""
    start, end = at.asked.more.get("start"), at.asked.more.get("end")
    line = at.desk.memory.lines[at.desk.memory.place[at.segment]]
    text = at.desk.memory.texts[line.source]
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise DecisionError("An excerpt has at least one word of its source.", "Move the boundary the other way.")
    if not text[start:end].strip():
        raise DecisionError("An excerpt has at least one word of its source.", "Move the boundary the other way.")
    if end <= line.start or start >= line.end:
        raise DecisionError("The excerpt would leave its segment.", "Code the other segment instead.")
    _record(at, [replace(at.decision(Verdict.BOUNDS), bounds=(start, end))])
    return Answer(at.segment, f"The excerpt is now: {text[start:end][:60]}…")


_ACTS: Mapping[str, Callable[[At], Answer]] = {
    "give": _give,
    "reject": _reject,
    "take away": _take_away,
    "no code": _no_code,
    "keep": _keep,
    "defer": _defer,
    "flag": _flag,
    "reveal": _reveal,
    "bounds": _bounds,
}
_GOING_ON = ("give", "no code", "keep", "defer")


# --- on more than one, or none ---


def _memo(desk: Desk, coder: Coder, asked: Asked) -> Answer:
    """A memo on a segment, a code, a theme, a source or the study; an empty one takes it away."""
    kind, subject, text = asked.text("kind", 20), asked.text("subject", 500), asked.text("text", _LONGEST_MEMO)
    if kind not in tuple(SubjectKind):
        raise DecisionError("A memo is on a segment, a code, a theme, a source or the study.", "Load the page again.")
    if kind == SubjectKind.SEGMENT:
        must_be_known(desk.memory, subject)
    before = desk.memos().get((SubjectKind(kind), subject, coder.name))
    if text.strip() != (before.text if before else ""):
        entry = Memo(0, datetime.now(UTC), coder.name, SubjectKind(kind), subject, text.strip())
        desk.record([entry], step_of(coder, asked))
    return Answer(SegmentId(asked.segment) if asked.segment in desk.memory.place else None, "Memo kept.")


def _bulk(desk: Desk, coder: Coder, asked: Asked) -> Answer:
    """The first suggestions of these segments accepted together; the count was confirmed on the page."""
    segments = [must_be_known(desk.memory, one) for one in asked.texts("segments", _MOST_IN_BULK)]
    codes = [_known(desk, one) for one in asked.texts("codes", _MOST_IN_BULK)]
    if not segments or len(segments) != len(codes) or asked.more.get("count") != len(segments):
        raise DecisionError("The number of rows is not the number that was confirmed.", "Tick the rows again.")
    if len(set(segments)) != len(segments):
        raise DecisionError("A row is ticked twice.", "Load the page again.")
    plan = agenda(desk, coder, asked.view)
    if desk.project.recorded_step(step_of(coder, asked)):
        return Answer(plan.after(None, openness(plan, coder)), "This was done already.")
    entries: list[LogEntry] = []
    for segment, code in zip(segments, codes, strict=True):
        at = At(desk, coder, asked, plan, segment)
        if is_blind(at.draw, coder) or is_repeat(at.draw, coder):
            raise DecisionError(
                "A segment of the audit cannot be accepted unread.", "Untick it, and code it by itself."
            )
        entries.append(at.decision(Verdict.ACCEPT, code, batch=asked.key))
    desk.back_up()
    desk.record(entries, step_of(coder, asked))
    last = At(desk, coder, asked, plan, segments[-1])
    return _moved(last, f"{len(segments)} accepted in bulk.")


def _undo(desk: Desk, coder: Coder, asked: Asked) -> Answer:
    step = coder.history.undoable
    if desk.project.recorded_step(step_of(coder, asked)):
        return Answer(None if not asked.segment else SegmentId(asked.segment), "This was done already.")
    if step is None:
        raise DecisionError("There is nothing to undo.", "Undo takes back what you yourself have done.")
    _turn(desk, coder, asked, step.standing)
    return Answer(_whereabouts(desk, step.entries, asked), f"Undone: {in_words(step.entries)}.")


def _redo(desk: Desk, coder: Coder, asked: Asked) -> Answer:
    step = coder.history.redoable
    if desk.project.recorded_step(step_of(coder, asked)):
        return Answer(None if not asked.segment else SegmentId(asked.segment), "This was done already.")
    if step is None:
        raise DecisionError("There is nothing to redo.", "Redo brings back only what you have just undone.")
    _turn(desk, coder, asked, step.undo)
    return Answer(_whereabouts(desk, step.entries, asked), f"Done again: {in_words(step.entries)}.")


def _turn(desk: Desk, coder: Coder, asked: Asked, entries: Sequence[LogEntry]) -> None:
    """Entries taken back; an edit of the codebook only where what stands after it is possible."""
    turned = reversal(entries, coder.name, datetime.now(UTC))
    for entry in turned:
        if isinstance(entry, CodebookEdit):
            check(entry, desk.called.revised)
    desk.record(turned, step_of(coder, asked))


def _next_batch(desk: Desk, coder: Coder, asked: Asked) -> Answer:  # noqa: ARG001  as the other acts
    """A batch is drawn once the last one is finished; asked twice, it is drawn once."""
    before = agenda(desk, coder, View())
    open_now = before.after(None, openness(before, coder))
    if before.mode is Mode.BATCH and open_now is not None:
        return Answer(open_now, f"Batch {before.batch} goes on.")
    if before.mode is Mode.FIRST and not first_reading_is_over(desk, coder) and open_now is not None:
        return Answer(open_now, "The first reading goes on.")
    draws = draw_batch(desk, coder)
    if not draws:
        return Answer(None, "Everything is coded.")
    after = agenda(desk, coder, View())
    first = after.after(None, openness(after, coder))
    return Answer(first, f"Batch {after.batch}: {len(draws)} segments.")


_FREE: Mapping[str, Callable[[Desk, Coder, Asked], Answer]] = {
    "memo": _memo,
    "bulk": _bulk,
    "undo": _undo,
    "redo": _redo,
    "next batch": _next_batch,
}


# --- what acts share ---


def _known(desk: Desk, code: str) -> CodeId:
    if code not in desk.called.codes:
        raise DecisionError("This code is not in the codebook any more.", "Choose another one.")
    return CodeId(code)


def _record(at: At, entries: Sequence[LogEntry]) -> None:
    at.desk.record(entries, step_of(at.coder, at.asked))


def _moved(at: At, words: str) -> Answer:
    """On to the next open segment; the batch, or the first reading, may be over with this one."""
    following = at.next()
    if at.asked.view.wanted:
        return Answer(following, words)
    over = following is None if at.agenda.mode is Mode.BATCH else first_reading_is_over(at.desk, at.coder)
    return Answer(None if over else following, words, batch_is_over=over)


def _whereabouts(desk: Desk, entries: Sequence[LogEntry], asked: Asked) -> SegmentId | None:
    """The segment that the entries are about: an undone item comes back to its place."""
    for entry in entries:
        subject = entry.segment if isinstance(entry, Decision) else getattr(entry, "subject", None)
        if subject in desk.memory.place:
            return SegmentId(str(subject))
    return SegmentId(asked.segment) if asked.segment in desk.memory.place else None
