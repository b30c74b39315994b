"""What the review page shows of a segment: its words in their turn, the suggestions and why, what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from themes.domain import (
    PATH_SEPARATOR,
    CandidateTheme,
    Code,
    CodeId,
    Decision,
    Ground,
    Memo,
    SegmentId,
    Source,
    SourceKind,
    SubjectKind,
    Suggestion,
    Turn,
    TurnRole,
)
from themes.project import Draw, Line
from themes.review import Coder, Spoken, Why, visible_to
from themes.web.agenda import is_blind, is_repeat
from themes.web.desk import Desk, Memos
from themes.web.wording import in_words

_BESIDE, _MORE = 2, 8
_QUOTE = 320


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn; `mark` is `own` for the segment, `other` for other segments, empty for what is not coded."""

    text: str
    start: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Spoke:
    """A turn as the page shows it: who speaks, under a pseudonym, and the pieces of what is said."""

    who: str
    role: str
    number: str
    pieces: tuple[Piece, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Margin:
    """A coding beside the segment."""

    code: CodeId
    coder: str
    mine: bool
    bulk: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that moved a suggestion, cut to what can be read at a glance."""

    text: str
    pull: float
    where: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A suggestion as the card shows it; `key` is the number key that takes it. `rejected` ones stand last."""

    code: Code
    key: int
    score: float
    rejected: bool
    given: bool
    accepted_quotes: tuple[Quoted, ...]
    rejected_quotes: tuple[Quoted, ...]
    words: tuple[str, ...]
    stops_at: CodeId | None
    margin: float | None
    experience: tuple[int, int] | None

    @property
    def parents(self) -> str:
        """The path above the code."""
        return self.code.id.rpartition(PATH_SEPARATOR)[0]


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of a segment's history."""

    at: str
    coder: str
    words: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Everything that the page shows of one segment."""

    line: Line
    source: Source
    spokes: tuple[Spoke, ...]
    bounds: tuple[int, int]
    moved: bool
    said: Spoken
    margin: tuple[Margin, ...]
    offered: tuple[Offered, ...]
    blind: bool
    repeat: bool
    why: str
    none_score: float | None
    theme: CandidateTheme | None
    memo: str
    memos: tuple[Memo, ...]
    history: tuple[Said, ...]
    more: bool

    @property
    def front(self) -> Offered | None:
        """The suggestion that `a` accepts and `x` rejects; None where none is left, or they are hidden."""
        return next((one for one in self.offered if not one.rejected and not one.given), None)

    @property
    def where(self) -> str:
        """The kind of source, and for a mandate its symbol and paragraph."""
        if self.source.kind is SourceKind.MANDATE:
            return " ".join(part for part in (self.source.symbol, self.line.number) if part) or "mandate"
        return str(self.source.kind)


def item(desk: Desk, coder: Coder, segment: SegmentId, draw: Draw | None, *, more: bool = False) -> Item:
    """The segment as this coder may see it."""
    line = desk.memory.lines[desk.memory.place[segment]]
    source = desk.source(line.source)
    blind = is_blind(draw, coder)
    repeat = is_repeat(draw, coder)
    said = coder.again(segment, draw.after) if repeat and draw else coder.of(segment)
    bounds = said.bounds or (line.start, line.end)
    prediction = None if blind else desk.project.reading.prediction_set(segment)
    theme = desk.memory.theme_of.get(segment)
    memos = desk.memos()
    own = memos.get((SubjectKind.SEGMENT, segment, coder.name))
    return Item(
        line=line,
        source=source,
        spokes=tuple(_spokes(desk, source, line, bounds, _MORE if more else _BESIDE)),
        bounds=bounds,
        moved=said.bounds is not None,
        said=said,
        margin=tuple(_margin(desk, coder, segment, said, hidden=repeat)),
        offered=() if blind else tuple(_offered(desk, coder, segment, said)),
        blind=blind,
        repeat=repeat,
        why=_why(desk, coder, segment, draw),
        none_score=prediction.none_score if prediction else None,
        theme=None if blind or theme is None else desk.memory.themes.get(theme),
        memo=own.text if own else "",
        memos=tuple(_others_memos(memos, desk, coder, segment)),
        history=() if repeat else tuple(_history(desk, coder, segment)),
        more=more,
    )


def _why(desk: Desk, coder: Coder, segment: SegmentId, draw: Draw | None) -> str:
    """Why the segment is here, in a sentence; empty where it only comes in its order."""
    if draw is None:
        doubts = ", ".join(f"{one.code}: {one.why}" for one in desk.doubts_on(coder, segment))
        return f"In doubt since the codebook changed ({doubts}). Keep it (e), or say something else." if doubts else ""
    return {
        Why.DOUBT: "The machine is in doubt here.",
        Why.AUDIT: "Drawn by chance for the audit: you code it before you see what is suggested.",
        Why.CONFLICT: "The machine has come to disagree with what was said here. Keep it (e), or say something else.",
        Why.REPEAT: "You coded this before. Code it once more without looking back: it shows how consistent coding is.",
    }[Why(draw.why)]


# --- the words ---


def _spokes(desk: Desk, source: Source, line: Line, bounds: tuple[int, int], beside: int) -> Iterator[Spoke]:
    """The turn of the segment with its neighbours."""
    turns = source.turns
    own = next((n for n, turn in enumerate(turns) if turn.start <= line.start < max(turn.end, turn.start + 1)), 0)
    low, high = min(bounds[0], line.start), max(bounds[1], line.end)
    shown = turns[max(0, own - beside) : own + beside + 1]
    others = [
        (one.start, one.end, "other")
        for one in desk.memory.of_source[line.source]
        if one.segment != line.segment and one.end > shown[0].start and one.start < shown[-1].end
    ]
    for turn in shown:
        pieces = tuple(_pieces(source.text, turn, [(*bounds, "own"), *others]))
        touched = turn.start < high and low < turn.end
        yield Spoke(_speaker(source, turn), str(turn.role), turn.number, pieces, own=touched)


def _pieces(text: str, turn: Turn, marks: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    """The turn cut where marks begin and end; the first mark that holds a piece names it."""
    cuts = {turn.start, turn.end}
    for start, end, _ in marks:
        cuts |= {place for place in (start, end) if turn.start < place < turn.end}
    places = sorted(cuts)
    for start, end in pairwise(places):
        mark = next((name for low, high, name in marks if low <= start and end <= high), "")
        yield Piece(text[start:end], start, mark)


def _speaker(source: Source, turn: Turn) -> str:
    """Who speaks, by pseudonym where there is one."""
    if turn.role is TurnRole.INTERVIEWER:
        return "Interviewer"
    if source.kind is SourceKind.MANDATE or turn.role is TurnRole.CONTEXT:
        return turn.number or ("" if turn.speaker is None else turn.speaker)
    voice = source.voice(turn.speaker)
    return (voice.pseudonym if voice else "") or source.pseudonym or turn.speaker or "Participant"


# --- what is suggested ---


def _offered(desk: Desk, coder: Coder, segment: SegmentId, said: Spoken) -> Iterator[Offered]:
    live = [one for one in desk.suggestions(segment) if one.code in desk.called.codes]
    after = [one.score for one in live[1:]]
    shown = [(one, one.score - after[place] if place < len(after) else None) for place, one in enumerate(live)]
    shown.sort(key=lambda pair: pair[0].code in said.rejected)
    for key, (one, margin) in enumerate(shown, start=1):
        yield _offer(desk, coder, one, said, key, margin)


def _offer(desk: Desk, coder: Coder, one: Suggestion, said: Spoken, key: int, margin: float | None) -> Offered:
    met, accepted = coder.experience(one.score)
    known = met >= desk.terms.options.experience_from and not desk.terms.reflexive
    return Offered(
        code=desk.called.codes[one.code],
        key=key,
        score=one.score,
        rejected=one.code in said.rejected,
        given=one.code in said.codes,
        accepted_quotes=tuple(_quoted(desk, ground) for ground in one.accepted),
        rejected_quotes=tuple(_quoted(desk, ground) for ground in one.rejected),
        words=one.words,
        stops_at=one.stops_at,
        margin=margin,
        experience=(met, accepted) if known else None,
    )


def _quoted(desk: Desk, ground: Ground) -> Quoted:
    place = desk.memory.place.get(ground.segment) if ground.segment else None
    if place is None:
        return Quoted(_cut(ground.quote or "(no longer in the study)"), ground.pull, "example of the codebook")
    line = desk.memory.lines[place]
    return Quoted(_cut(desk.memory.text(line)), ground.pull, desk.memory.titles.get(line.source, ""))


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _QUOTE else flat[:_QUOTE].rsplit(" ", 1)[0] + " …"


# --- what was said ---


def visible(desk: Desk, coder: Coder, segment: SegmentId) -> Iterator[Coder]:
    """The other coders whose word on the segment this one may see: both are done with it."""
    seen = visible_to(coder.name, segment, {name: desk.coder(name).done for name in desk.coders})
    yield from (desk.coder(name) for name in desk.coders if name in seen)


def _margin(desk: Desk, coder: Coder, segment: SegmentId, said: Spoken, *, hidden: bool) -> Iterator[Margin]:
    yield from (Margin(code, coder.name, mine=True, bulk=code in said.bulk) for code in said.codes)
    if not hidden:
        for other in visible(desk, coder, segment):
            theirs = other.of(segment)
            yield from (Margin(code, other.name, mine=False, bulk=code in theirs.bulk) for code in theirs.codes)


def _history(desk: Desk, coder: Coder, segment: SegmentId) -> Iterator[Said]:
    """What was said of the segment, the latest first."""
    entries = list(coder.log_of(segment))
    for other in visible(desk, coder, segment):
        entries += other.log_of(segment)
    entries.sort(key=lambda one: one.id)
    undone = {one.undoes for one in entries if one.undoes is not None}
    for entry in reversed(entries):
        words = _undoing(entry, entries) if entry.undoes is not None else in_words([entry])
        yield Said(f"{entry.at.astimezone():%d %b %H:%M}", entry.coder, words, entry.id in undone)


def _undoing(entry: Decision, entries: Sequence[Decision]) -> str:
    """What was taken back, or done again, which is an undo taken back."""
    known = {one.id: one for one in entries}
    target, again = known.get(entry.undoes or 0), False
    while target is not None and target.undoes is not None:
        target, again = known.get(target.undoes), not again
    return f"{'done again' if again else 'taken back'}: {in_words([target])}" if target else "taken back"


def _others_memos(memos: Memos, desk: Desk, coder: Coder, segment: SegmentId) -> Iterator[Memo]:
    for other in visible(desk, coder, segment):
        memo = memos.get((SubjectKind.SEGMENT, segment, other.name))
        if memo is not None:
            yield memo
