"""A source cut into its segments, each placed in a mission and a period by a rule that is stored with it.

Same text, same options, same missions: same segments with the same ids, on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from themes.domain import (
    UNSPECIFIED,
    Mission,
    Period,
    Segment,
    SegmentId,
    Source,
    SourceKind,
    Study,
    Turn,
    TurnRole,
    checksum,
)
from themes.errors import OptionError

STATED = "stated in the sources"
NAMED = "named in the segment"
CARRIED = "carried forward"
BY_DATE = "by the date"
OPENS = "opens the period"

Span = tuple[int, int]
Fits = Callable[[str], bool]

_SHORT = ("join", "keep")
_LEAST_IN_PARAGRAPH = 3
"""A numbered paragraph of fewer words is a heading or a remnant of a page."""


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """How a source is cut.

    `max_words`: a longer turn is cut at sentence ends into parts of about equal length. `min_words`: a shorter turn is
    joined to the next turn of the same speaker when nothing stands between them (`short = "join"`), otherwise left as
    context and counted; `short = "keep"` makes it a segment as it is. Numbered paragraphs of mandates always stand
    alone. `keep_interviewer`: the interviewer's turns become segments too.
    """

    max_words: int = 150
    min_words: int = 5
    short: str = "join"
    keep_interviewer: bool = False

    def __post_init__(self) -> None:
        if self.max_words < 10:
            raise OptionError(f"max_words is {self.max_words}.", "Give 10 words or more.", "segment.max_words")
        if not 0 <= self.min_words < self.max_words:
            raise OptionError(
                f"min_words is {self.min_words}.", f"Give 0 to {self.max_words - 1} words.", "segment.min_words"
            )
        if self.short not in _SHORT:
            raise OptionError(f"short is '{self.short}'.", f"Choose one of: {', '.join(_SHORT)}.", "segment.short")


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The segments of one source in reading order, and how many short turns were left as context."""

    segments: tuple[Segment, ...]
    n_short: int


def segment(
    source: Source, study: Study, options: SegmentOptions, measure: Callable[[str], int], window: int
) -> Segmentation:
    """The segments of `source`, none longer than `options.max_words` words or `window` pieces by `measure`.

    `measure` gives the length of a text in word pieces as the encoder counts them, special pieces included.
    """

    def fits(text: str) -> bool:
        return len(text.split()) <= options.max_words and measure(text) <= window

    stretches, n_short = _stretches(source, options)
    spans = [(turn, span) for turn, stretch in stretches for span in cut(source.text, stretch, fits)]
    words = _mission_words(_missions_of(source, study))
    missions = _Trail(source, words, _stated_mission(source), carries=bool(source.missions))
    periods = {mission.name: _period_trail(source, mission) for mission in study.missions}
    seen: Counter[str] = Counter()
    segments = []
    for turn, (start, end) in spans:
        mission, mission_basis = missions.at(start, end)
        period, period_basis = periods[mission].at(start, end) if mission in periods else (UNSPECIFIED, UNSPECIFIED)
        text = source.text[start:end]
        seen[text] += 1
        segments.append(
            Segment(
                id=_segment_id(source, text, seen[text]),
                source=source.id,
                start=start,
                end=end,
                text=text,
                turn=turn,
                kind=source.kind,
                speaker=source.turns[turn].speaker or "",
                participant=_participant(source, source.turns[turn]),
                actor_group=_actor_group(source, source.turns[turn]),
                mission=mission,
                mission_basis=mission_basis,
                period=period,
                period_basis=period_basis,
                number=source.turns[turn].number,
            )
        )
    return Segmentation(tuple(segments), n_short)


def _segment_id(source: Source, text: str, occurrence: int) -> SegmentId:
    """An id that stays when other parts of the source change: made from the text, not from its place."""
    return SegmentId(f"{source.id}:{checksum((source.id, text, str(occurrence)))[:10]}")


def _participant(source: Source, turn: Turn) -> str:
    """Who is counted: the pseudonym, each voice of a focus group, or the text itself for a mandate."""
    voice = source.voice(turn.speaker)
    if voice is not None and voice.pseudonym:
        return voice.pseudonym
    if source.kind is SourceKind.FOCUS_GROUP and turn.speaker:
        return f"{source.pseudonym or source.id}, {turn.speaker}"
    if source.kind is SourceKind.MANDATE:
        return source.symbol or source.id
    return source.pseudonym or source.id


def _actor_group(source: Source, turn: Turn) -> str:
    """The group of the voice where the list names one, else that of the source."""
    voice = source.voice(turn.speaker)
    return voice.actor_group if voice is not None and voice.actor_group != UNSPECIFIED else source.actor_group


# --- which turns, and how short ones are joined ---


def _stretches(source: Source, options: SegmentOptions) -> tuple[list[tuple[int, Span]], int]:
    """(index of the first turn, span) of every stretch to cut, and how many short turns stay context."""
    spoken = {TurnRole.PARTICIPANT, TurnRole.PREAMBULAR, TurnRole.OPERATIVE}
    if options.keep_interviewer:
        spoken.add(TurnRole.INTERVIEWER)
    stretches: list[tuple[int, Span]] = []
    for index, turn in enumerate(source.turns):
        if turn.role not in spoken or not source.text[turn.start : turn.end].strip():
            continue
        if options.short == "join" and stretches and _joins(source, stretches[-1], index, options.min_words):
            first, (start, _) = stretches[-1]
            stretches[-1] = (first, (start, turn.end))
        else:
            stretches.append((index, (turn.start, turn.end)))
    if options.short == "keep":
        return stretches, 0
    long_enough = [stretch for stretch in stretches if _is_long_enough(source, stretch, options.min_words)]
    return long_enough, len(stretches) - len(long_enough)


def _is_long_enough(source: Source, stretch: tuple[int, Span], min_words: int) -> bool:
    """Whether it may stand alone: a numbered paragraph of a mandate is a decision however few its words."""
    least = min(min_words, _LEAST_IN_PARAGRAPH) if source.turns[stretch[0]].number else min_words
    return _n_words(source, stretch[1]) >= least


def _joins(source: Source, last: tuple[int, Span], index: int, min_words: int) -> bool:
    """Whether turn `index` goes on from `last`: either is short, same voice, only white space between, no number."""
    first, (_, end) = last
    turn, earlier = source.turns[index], source.turns[first]
    if turn.number or earlier.number:
        return False
    if source.text[end : turn.start].strip() or (turn.speaker, turn.role) != (earlier.speaker, earlier.role):
        return False
    return min(_n_words(source, last[1]), _n_words(source, (turn.start, turn.end))) < min_words


def _n_words(source: Source, span: Span) -> int:
    return len(source.text[span[0] : span[1]].split())


# --- cutting a long stretch: at sentences, else clauses, else words, else characters ---

# By hand, because it only chooses where to cut a long turn: the sentence splitters that are kept alive bring models.
_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[¿¡—–-]?\s?[^\W_a-zß-ÿ])|[。！？।؟]+)\s*|\n\s*\n\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Sgt|St|No|Nos|para|paras|art|op|cf|vs|etc|e\.g|i\.e|approx"
    r"|M|MM|Mme|Mlle|(?:[A-Z]\.)+[A-Z])\.$"
)
_CLAUSE_END = re.compile(r"[;:,–—]\s+|\n\s*")
_WORD_END = re.compile(r"\s+")


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of `span`, each with the white space after it."""
    ends = (match.end() for match in _SENTENCE_END.finditer(text, *span) if not _abbreviated(text, span, match))
    return _between(span, ends)


def _abbreviated(text: str, span: Span, match: re.Match[str]) -> bool:
    head = text[max(span[0], match.start() - 12) : match.end()].rstrip()
    return bool(_ABBREVIATION.search(head))


def _clauses(text: str, span: Span) -> Iterator[Span]:
    return _between(span, (match.end() for match in _CLAUSE_END.finditer(text, *span)))


def _words(text: str, span: Span) -> Iterator[Span]:
    return _between(span, (match.end() for match in _WORD_END.finditer(text, *span)))


def _characters(_: str, span: Span) -> Iterator[Span]:
    return _between(span, range(span[0] + 1, span[1]))


def _between(span: Span, ends: Iterator[int] | range) -> Iterator[Span]:
    """The stretches of `span` between the given ends."""
    start = span[0]
    for end in ends:
        if start < end < span[1]:
            yield start, end
            start = end
    if start < span[1]:
        yield start, span[1]


_LEVELS = (sentences, _clauses, _words, _characters)


def cut(text: str, span: Span, fits: Fits, level: int = 0) -> list[Span]:
    """`span` in parts that fit, in order, without the white space around them, at the gentlest ends that do.

    Nothing but white space between two parts is lost. A single character that does not fit stands alone.
    """
    start, end = _strip(text, span)
    if start >= end:
        return []
    if fits(text[start:end]) or level == len(_LEVELS):
        return [(start, end)]
    units = list(_LEVELS[level](text, (start, end)))
    whole = set(units)
    parts = _pack(text, units, fits)
    return [piece for part in parts for piece in cut(text, part, fits, level + (part in whole))]


def _pack(text: str, units: Sequence[Span], fits: Fits) -> list[Span]:
    """Neighbouring units put together as long as they fit, aiming at parts of equal length."""
    parts = _fill(text, units, fits, len(text))
    length = units[-1][1] - units[0][0]
    even = _fill(text, units, fits, -(-length // len(parts)))
    return even if len(even) == len(parts) else parts


def _fill(text: str, units: Sequence[Span], fits: Fits, enough: int) -> list[Span]:
    """Units put together until a part no longer fits or has `enough` code points."""
    parts = [units[0]]
    for start, end in units[1:]:
        first, last = parts[-1]
        if last - first < enough and fits(text[slice(*_strip(text, (first, end)))]):
            parts[-1] = (first, end)
        else:
            parts.append((start, end))
    return parts


def _strip(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- the mission and the period of a segment ---


class _Trail:
    """Where in a source each of several things is named, and so which of them a segment speaks of.

    Stated: only one thing is possible. Named: the one named most often in the segment, the first of equals. Carried
    forward, where the list of sources says what is possible: the latest named before it, by whoever spoke, the
    interviewer included. Else unspecified.
    """

    def __init__(
        self,
        source: Source,
        words: dict[str, re.Pattern[str]],
        stated: tuple[str, str] | None,
        *,
        carries: bool = True,
    ) -> None:
        self._stated = stated
        self._carries = carries
        self._mentions: list[tuple[int, str]] = []
        if stated is None:
            found = ((match.start(), name) for name, word in words.items() for match in word.finditer(source.text))
            self._mentions = sorted(found)

    def at(self, start: int, end: int) -> tuple[str, str]:
        """(name, basis) for the segment from `start` to `end`."""
        if self._stated is not None:
            return self._stated
        inside = [name for place, name in self._mentions if start <= place < end]
        if inside:
            return Counter(inside).most_common(1)[0][0], NAMED
        before = [name for place, name in self._mentions if place < start and self._carries]
        return (before[-1], CARRIED) if before else (UNSPECIFIED, UNSPECIFIED)


def _missions_of(source: Source, study: Study) -> tuple[Mission, ...]:
    """The missions a segment of the source may speak of: those stated, or all that had begun where none is."""
    stated = tuple(study.mission(name) or Mission(name) for name in source.missions)
    return stated or tuple(mission for mission in study.missions if _had_begun(mission, source))


def _had_begun(mission: Mission, source: Source) -> bool:
    """Whether the mission was there on the source's day; yes where either has no date."""
    begins = min((period.start for period in mission.periods), default=None)
    return begins is None or source.day is None or begins <= source.day


def _stated_mission(source: Source) -> tuple[str, str] | None:
    return (source.missions[0], STATED) if len(source.missions) == 1 else None


def _mission_words(missions: Sequence[Mission]) -> dict[str, re.Pattern[str]]:
    """For each mission, what names it: its name, host state, other names and the resolutions that open its periods."""
    return {
        mission.name: _any_of(
            [mission.name, mission.host_state, *mission.aliases],
            [period.opened_by for period in mission.periods],
        )
        for mission in missions
    }


def _period_trail(source: Source, mission: Mission) -> _Trail:
    """The period of a segment about `mission`: as stated, else by the date, else by what is named."""
    stated = _stated_periods(source, mission)
    if len(stated) == 1:
        return _Trail(source, {}, (stated[0].name, STATED))
    if len(stated) > 1:
        words = {period.name: _any_of([period.name], [period.opened_by]) for period in stated}
        return _Trail(source, words, None)
    opened = next((period for period in mission.periods if source.symbol and period.opened_by == source.symbol), None)
    if opened is not None:
        return _Trail(source, {}, (opened.name, OPENS))
    by_date = mission.period_on(source.day) if source.day else None
    return _Trail(source, {}, (by_date.name, BY_DATE) if by_date else (UNSPECIFIED, UNSPECIFIED))


def _stated_periods(source: Source, mission: Mission) -> list[Period]:
    """The mission's periods that the source names, as `period` or `mission: period`."""
    return [
        period
        for period in mission.periods
        if period.name in source.periods or f"{mission.name}: {period.name}" in source.periods
    ]


def _any_of(names: Sequence[str], symbols: Sequence[str]) -> re.Pattern[str]:
    """Any of the names as whole words in any case, or of the symbols in the ways people write them."""
    patterns = [re.escape(name) for name in names if name]
    for symbol in symbols:
        number = re.fullmatch(r"S/RES/(\d+)\s*\((\d{4})\)", symbol.strip())
        if number:
            patterns.append(rf"(?:S/RES/|resolution\s+){number[1]}\b|{number[1]}\s*\({number[2]}\)")
        elif symbol:
            patterns.append(re.escape(symbol))
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first) or '(?!)'})(?!\w)", re.IGNORECASE)
