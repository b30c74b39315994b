"""What a coder has before them: the first reading, a frozen batch, or whatever they look for; and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain

from themes.domain import SegmentId
from themes.project import Draw, Line
from themes.review import Coder, ReviewOptions, Waiting, Why, next_batch
from themes.web.auditing import Share, begin_audit, hidden_from, share_of
from themes.web.desk import Desk
from themes.web.memory import stratum

FILTERS = ("mission", "period", "group", "theme", "code", "state", "words")
STATES = ("open", "coded", "no code", "deferred", "flagged", "in doubt")
_CHANGING = ("code", "state")
_OF_THE_MACHINE = ("code", "theme")
_VIEWS_AT_HAND = 20


class Mode(StrEnum):
    """How the list is made."""

    FIRST = "first reading"
    BATCH = "batch"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class View:
    """What the coder looks for, as the address of the page says it; without any of it, the queue."""

    wanted: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> View:
        """From a query; what is not a filter is left out."""
        return cls(tuple((name, query[name].strip()) for name in FILTERS if query.get(name, "").strip()))

    def get(self, name: str) -> str:
        """What is asked for, empty where nothing is."""
        return dict(self.wanted).get(name, "")


@dataclass(frozen=True, slots=True)
class Agenda:
    """The segments before the coder, in order, and the `places` they have in it.

    `draws` say why a segment is in a batch, and which segments of the study are to be coded blind. `batch` is the
    number of the batch.
    """

    mode: Mode
    segments: Sequence[SegmentId]
    places: Mapping[SegmentId, int]
    draws: Mapping[SegmentId, Draw]
    batch: int = 0

    @classmethod
    def of(cls, mode: Mode, segments: Iterable[SegmentId]) -> Agenda:
        """A list that nothing was drawn for."""
        places = {segment: place for place, segment in enumerate(segments)}
        return cls(mode, tuple(places), places, {})

    def after(self, segment: str | None, is_open: Mapping[SegmentId, bool] | _Open) -> SegmentId | None:
        """The next open segment after that one, from the beginning again at the end; None where none is open."""
        order = self.segments
        start = self.place(segment) + 1 if segment else 0
        places = chain(range(start, len(order)), range(start))
        return next((order[place] for place in places if is_open[order[place]]), None)

    def place(self, segment: str) -> int:
        """The segment's place in the list, -1 where it is not in it."""
        return self.places.get(SegmentId(segment), -1)

    def beside(self, segment: str, step: int) -> SegmentId | None:
        """The segment before (-1) or after (1) that one; None at the ends.

        Beside none, as on a pause, stand the last one and the first.
        """
        place = self.place(segment)
        if place < 0 and step < 0:
            place = len(self.segments)
        at = place + step
        return self.segments[at] if 0 <= at < len(self.segments) else None


class _Open:
    """Whether segments of a list still wait for the coder.

    The first reading passes over the segments of an audit: what is answered of it is a sample of it only where they
    are answered in the order of their lot.
    """

    def __init__(self, agenda: Agenda, coder: Coder) -> None:
        self._agenda, self._coder = agenda, coder

    def __getitem__(self, segment: SegmentId) -> bool:
        draw = self._agenda.draws.get(segment)
        if draw is not None and self._agenda.mode is Mode.FIRST:
            return False
        if draw is None or draw.why in (Why.DOUBT, Why.AUDIT):
            said = self._coder.of(segment)
            return not (said.done or said.deferred)
        if is_repeat(draw, self._coder):
            return not self._coder.again(segment, draw.after).done
        answer = self._coder.since(segment, draw.after)
        return not (answer.done or answer.deferred or answer.rejected)


def openness(agenda: Agenda, coder: Coder) -> _Open:
    """Whether each segment of the agenda still waits for the coder."""
    return _Open(agenda, coder)


def is_repeat(draw: Draw | None, coder: Coder) -> bool:
    """Whether the coder is asked once more, blind; whoever reveals it decides with everything in sight."""
    return draw is not None and draw.why == Why.REPEAT and not _revealed(draw, coder)


def is_blind(draw: Draw | None, coder: Coder) -> bool:
    """Whether the suggestions stay hidden: the coder has not spoken yet, or stays on the segment to say more."""
    if draw is None or not draw.blind:
        return False
    said = coder.again(draw.segment, draw.after) if draw.why == Why.REPEAT else coder.of(draw.segment)
    return (not said.done or draw.segment == coder.staying) and not _revealed(draw, coder)


def _revealed(draw: Draw, coder: Coder) -> bool:
    return coder.since(draw.segment, draw.after).revealed


def agenda(desk: Desk, coder: Coder, view: View) -> Agenda:
    """What is before the coder.

    A segment that they have to code blind is blind however they come to it, and whatever it was drawn for: of all
    segments, not only of those in the list, `draws` say so.
    """
    blind = blind_for(desk, coder)
    if view.wanted:
        return replace(Agenda.of(Mode.FOUND, _found(desk, coder, view, blind)), draws=blind)
    draws = desk.drawn(coder.name)
    if not draws:
        return Agenda(Mode.FIRST, desk.memory.order, desk.memory.place, blind)
    number = draws[-1].batch
    batch = {draw.segment: draw for draw in draws if draw.batch == number and draw.segment in desk.memory.place}
    shown = {segment: draw if draw.blind else blind.get(segment, draw) for segment, draw in batch.items()}
    return replace(Agenda.of(Mode.BATCH, batch), draws={**blind, **shown}, batch=number)


def blind_for(desk: Desk, coder: Coder) -> Mapping[SegmentId, Draw]:
    """The segments whose suggestions the coder may not see before they have spoken: those of audits that wait, and
    those that were drawn for them to be coded blind. Every page asks, so it is kept until something changes."""
    audited, drawn = desk.audited, desk.drawn(coder.name)
    as_of = (desk.last_number(), len(drawn), coder.staying, desk.audits, desk.memory.fingerprints)
    kept = desk.blind.get(coder.name)
    if kept is None or kept[0] != as_of or kept[1] is not audited:
        own = {draw.segment: draw for draw in drawn if is_blind(draw, coder)}
        desk.blind[coder.name] = kept = (as_of, audited, hidden_from(desk, coder) | own)
    return kept[2]


def first_reading_is_over(desk: Desk, coder: Coder) -> bool:
    """Whether batches may begin: enough is coded, and there are suggestions to doubt."""
    return len(coder.done) >= desk.terms.options.first_pass and bool(desk.called.firsts)


def draw_batch(desk: Desk, coder: Coder) -> tuple[Draw, ...]:
    """The next batch for the coder, noted before anybody sees it; nothing where no segment is open."""
    options = desk.terms.options
    before = desk.drawn(coder.name)
    number = before[-1].batch + 1 if before else 1
    begin_audit(desk, coder)
    share = share_of(desk, coder)
    waiting = tuple(_waiting(desk, coder, share))
    seed = options.seed * 1_000_003 + number
    queued = next_batch(waiting, options, seed, share.served if share else None)
    n_open = sum(not one.judged for one in waiting)
    now, after = datetime.now(UTC), desk.last_number()
    strata = {one.segment: one.stratum for one in waiting}
    draws = tuple(
        Draw(0, now, coder.name, number, one.segment, one.why, one.blind, one.chance, strata[one.segment], n_open, seed,
             after)
        for one in queued
    )  # fmt: skip
    if draws:
        desk.draw(draws)
    return draws if desk.memory.lines else ()


def _waiting(desk: Desk, coder: Coder, share: Share | None) -> Iterator[Waiting]:
    """The segments that may come into the coder's batch; the audit's that are not their turn may not."""
    memory = desk.memory
    held = share.held if share else set()
    for line in memory.lines:
        doubt, conflict = memory.doubts.get(line.segment, (0.0, 0.0))
        said = coder.of(line.segment)
        if not said.deferred and line.segment not in held:
            yield Waiting(
                line.segment,
                " · ".join(memory.stratum_of[line.segment]),
                doubt,
                said.done,
                conflict if said.done else 0.0,
            )


def progress(desk: Desk, coder: Coder) -> tuple[dict[tuple[str, str], tuple[int, int]], int]:
    """(done, all) of the segments of each actor group and period; and how many are done in all."""
    here = desk.memory.stratum_of
    done = Counter(here[segment] for segment in coder.done if segment in here)
    return {one: (done[one], total) for one, total in desk.memory.strata.items()}, done.total()


# --- looking for segments ---


Test = Callable[[Line], bool]


def _found(desk: Desk, coder: Coder, view: View, blind: Collection[SegmentId]) -> Iterator[SegmentId]:
    """The segments that answer the view, in reading order; what is to be coded blind is not found by what the machine
    says of it."""
    changing = [_TESTS[name](desk, coder, value) for name, value in view.wanted if name in _CHANGING]
    lines = _narrowed(desk, coder, view)
    if any(name in _OF_THE_MACHINE for name, _ in view.wanted):
        lines = tuple(line for line in lines if line.segment not in blind)
    return (line.segment for line in lines if all(test(line) for test in changing))


def _narrowed(desk: Desk, coder: Coder, view: View) -> Sequence[Line]:
    """The segments that answer what of the view people's words do not change; kept, since each act asks again."""
    kept = desk.memory.narrowed
    lasting = tuple(one for one in view.wanted if one[0] not in _CHANGING)
    if lasting not in kept:
        if len(kept) >= _VIEWS_AT_HAND:
            kept.clear()
        tests = [_TESTS[name](desk, coder, value) for name, value in lasting]
        kept[lasting] = tuple(line for line in desk.memory.lines if all(test(line) for test in tests))
    return kept[lasting]


def _of_group(desk: Desk, coder: Coder, group: str) -> Test:  # noqa: ARG001  as the other filters
    return lambda line: line.actor_group == group or line.actor_group.startswith(f"{group} / ")


def _with_code(desk: Desk, coder: Coder, code: str) -> Test:
    """The coder gave it that code, or it is suggested first and nothing is said."""
    firsts = desk.called.firsts

    def carries(line: Line) -> bool:
        said = coder.of(line.segment)
        first = firsts.get(line.segment, ("", 0.0))[0]
        return code in said.codes or (first == code and not said.done and code not in said.rejected)

    return carries


def in_doubt_of(desk: Desk, coder: Coder) -> dict[SegmentId, str]:
    """The segments of which the coder said something that an edit of the codebook has put in doubt, and why."""
    return {one.segment: f"{one.code}: {one.why}" for one in desk.doubts() if one.coder == coder.name}


def _in_state(desk: Desk, coder: Coder, state: str) -> Test:
    of, spoken_of, done = coder.of, coder.said, coder.done
    doubted = in_doubt_of(desk, coder) if state == "in doubt" else {}
    return {
        "open": lambda line: line.segment not in spoken_of or not (line.segment in done or of(line.segment).deferred),
        "coded": lambda line: bool(of(line.segment).codes),
        "no code": lambda line: of(line.segment).none,
        "deferred": lambda line: of(line.segment).deferred,
        "flagged": lambda line: of(line.segment).flagged,
        "in doubt": lambda line: line.segment in doubted,
    }.get(state, lambda _: False)


def _with_words(desk: Desk, coder: Coder, words: str) -> Test:  # noqa: ARG001  as the other filters
    texts, sought = desk.memory.folded, words.lower()
    return lambda line: texts[line.source].find(sought, line.start, line.end) >= 0


_TESTS: Mapping[str, Callable[[Desk, Coder, str], Test]] = {
    "mission": lambda _, __, mission: lambda line: line.mission == mission,
    "period": lambda _, __, period: lambda line: stratum(line)[1] == period,
    "group": _of_group,
    "theme": lambda desk, _, theme: lambda line: desk.memory.theme_of.get(line.segment) == theme,
    "code": _with_code,
    "state": _in_state,
    "words": _with_words,
}
"""Each filter: given what is asked for, whether a segment answers it."""


def options_of(desk: Desk, view: View, described: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """What each filter can be set to: (value, label), in their order."""
    lines = desk.memory.samples
    groups: dict[str, str] = {}
    for line in lines:
        parts = line.actor_group.split(" / ")
        groups |= {" / ".join(parts[:depth]): " / ".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    missions = {line.mission: line.mission for line in lines}
    mission = view.get("mission")
    periods = {stratum(line)[1]: stratum(line)[1] for line in lines if not mission or line.mission == mission}
    found: dict[str, dict[str, str]] = {
        "mission": missions,
        "period": periods,
        "group": groups,
        "theme": {str(theme.id): f"{theme.id} {theme.label}" for theme in desk.memory.themes.values()},
        "code": dict(described),
        "state": {state: state for state in STATES},
    }
    return {name: tuple(values.items() if name in ("theme", "state") else sorted(values.items()))
            for name, values in found.items()}  # fmt: skip


def design_in_words(options: ReviewOptions) -> str:
    """Why some items come without a suggestion, in one sentence."""
    share = f"{options.audit_share:.0%}"
    return (
        f"About {share} of the new segments in each batch was drawn by chance and comes without suggestions, because "
        "a suggestion sways whoever sees it: only what you say unswayed tells how far the machine can be trusted."
    )
