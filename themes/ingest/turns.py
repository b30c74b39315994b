"""Who speaks where in a text: the labels of a transcript, and the turns between them.

A label is a short name at the start of a line, followed by a colon or beside a time stamp:
`P01: ...`, `**P01:** ...`, `[00:12] P01: ...`, `P01 (00:00:12): ...`, and `P01  0:12` on a line of its own.
Prose has such lines too (`Note: ...`, `He said: ...`), so a label must also be an interviewer's, be listed,
repeat, stand beside a time stamp, or look like a name in a text that has other labels.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from themes.domain import Turn, TurnRole
from themes.ingest.label_words import NOT_SPEAKERS, REPORTING, SENTENCE_OPENERS
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import SENTENCE_END, Content, stripped_span

TIME = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
NAME = r"(?=[^:\n]{0,60}?[^\W\d_])[^\W_][^:\n\[\]<>|{}*\t]{0,59}?"

LABELLED = re.compile(
    rf"""^[ \t]*(?:>>+[ \t]*)?
    (?:[\[(]?(?P<before>{TIME})[\])]?[ \t]*(?:[-–—|][ \t]*)?)?
    (?P<mark>\*\*|__|\[|<)?(?P<name>{NAME})[\]>]?
    (?:\*\*|__)?[ \t]*(?:[\[(](?P<after>{TIME})[\])])?
    (?:\*\*|__)?[ \t\u00a0\u202f]*[::](?!//|\d\d)(?:\*\*|__)?[ \t]*""",
    re.MULTILINE | re.VERBOSE,
)
HEADED = re.compile(
    rf"""^[ \t]*(?:
    (?P<name>{NAME})(?:[ \t]+[-–—|]?[ \t]*|\t+)[\[(]?(?P<time>{TIME})[\])]?
    |[\[(]?(?P<time_first>{TIME})[\])]?(?:[ \t]+[-–—|]?[ \t]*|\t+)(?P<name_last>{NAME})
    )[ \t]*$""",
    re.MULTILINE | re.VERBOSE,
)
BOLD_ALONE = re.compile(rf"^[ \t]*(?:\*\*|__)(?P<name>{NAME})(?:\*\*|__)[ \t]*", re.MULTILINE)
STAMPED = re.compile(rf"^[ \t]*(?:[\[(](?P<time>{TIME})[\])]|(?P<bare>{TIME})(?=[ \t]*$))[ \t]*", re.MULTILINE)
PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
ASIDE = re.compile(
    r"^[ \t]*(?:[^\n]{1,60}? (?:started|stopped) (?:the )?transcription\.?"
    r"|Transcribed by (?:https?://)?otter\.ai/?)[ \t]*$",
    re.MULTILINE,
)
"""Lines that Teams and Otter write beside what was said."""
HEAD = 300
"""Characters of a line within which a label stands: beyond them the patterns would take time in their square."""
ASIDE_ENDS = ("transcription", "transcription.", "otter.ai", "otter.ai/")
CLOCK, COLON = re.compile(r"\d:\d\d"), re.compile("[:：]")
"""What a line must hold for the long patterns above to be tried at all: without it they cost most of the time."""
TURNED_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,2}, [^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,2}(?: ?\(.*\))?")
ONLY_QUESTIONS = (
    "Only questions have a label, so the paragraphs between them were read as the participant's answers.",
    "Put a label before the answers where something else stands between the questions.",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may begin a turn: where its line begins, where its words begin, and what says so.

    `name` is None for a time stamp without a name; `marked` where a time stamp or bold type stands beside the name;
    `aside` where a line begins that nobody says.
    """

    start: int
    words: int
    name: str | None
    marked: bool = False
    seconds: float | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that are speakers (in the form of `plain`), and those that were left in the words, as written."""

    accepted: frozenset[str]
    doubtful: tuple[str, ...]


@lru_cache(maxsize=4096)  # every turn asks it of its label and of all the interviewers' labels
def plain(label: str) -> str:
    """The label for comparing: small letters, no accents, single spaces."""
    letters = unicodedata.normalize("NFKD", label.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def seconds_of(stamp: str | None) -> float | None:
    """Seconds from `hh:mm:ss`, `mm:ss` or either with a fraction; None for None."""
    if stamp is None:
        return None
    seconds = 0.0
    for part in stamp.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def is_interviewer(label: str, options: IngestOptions) -> bool:
    """Whether the label is one of the interviewers' of the options, with or without a number or a single letter."""
    bare = re.sub(r"[\s.#_-]*(?:\d{1,2}|\b[a-z])?[\s.]*$", "", re.sub(r"\(.*?\)", "", plain(label)).strip())
    names = {plain(name) for name in options.interviewer_labels}
    return plain(label).rstrip(". ") in names or bare in names


def role_of(label: str, options: IngestOptions) -> TurnRole:
    """Interviewer or participant, by the label."""
    return TurnRole.INTERVIEWER if is_interviewer(label, options) else TurnRole.PARTICIPANT


def may_be_label(name: str) -> bool:
    """Whether the words could name a voice: at most five, no sentence punctuation, not the beginning of a sentence."""
    words = re.sub(r"\(.*?\)", "", name).split()
    if not 1 <= len(words) <= 5 or re.search(r"[?!;,\"“”«»=/]|\w{4,}\.(?:\s|$)", name):
        return False
    first, last = words[0].casefold().rstrip("."), words[-1].casefold()
    if first in NOT_SPEAKERS or (len(words) > 1 and first in SENTENCE_OPENERS):
        return False
    return last not in REPORTING and (len(words) > 1 or first not in SENTENCE_OPENERS)


def may_be_turned_name(name: str) -> bool:
    """Whether the words could be a voice with the family name first, as Teams writes it: `Klerk, Bo (External)`."""
    return TURNED_NAME.fullmatch(name) is not None and name[0].isupper()


def looks_like_name(name: str) -> bool:
    """Whether a label that occurs once still names a voice: `P5`, `MARIE`, `Ringo Starr`, `Mme Diarra`."""
    words = name.split()
    capitals = all(word[0].isupper() or word[0].isdigit() for word in words)
    numbered = bool(re.search(r"\d", name)) and len(words) <= 3 and len(name) <= 20
    return capitals and (numbered or name.isupper() or len(words) >= 2)


def accept_labels(names: Iterable[tuple[str, bool]], options: IngestOptions, known: Iterable[str] = ()) -> Labels:
    """Which of the names (as written, with whether a time stamp or bold type marks each) are speakers.

    `known` are labels that are speakers whatever they look like.
    """
    found = list(names)
    sure = {plain(name) for name in (*known, *options.participant_labels)}
    counts = Counter(plain(name) for name, _ in found)
    possible = [label for label in found if _is_possible(*label)]
    asked = {plain(name) for name, _ in found if is_interviewer(name, options)}
    accepted = asked | (sure & counts.keys())
    accepted |= {plain(name) for name, marked in possible if marked or (counts[plain(name)] > 1 and _begins(name))}
    if accepted:
        accepted |= {plain(name) for name, _ in possible if looks_like_name(name)}
    if accepted and accepted <= asked:
        once = {plain(name) for name, _ in possible if name[0].isupper() and len(name.split()) <= 3} - asked
        # whoever answers is named about as often as whoever asks; fewer are words that happen to have a colon
        accepted |= once if 2 * len(once) >= sum(counts[name] for name in asked) else set()
    doubtful = dict.fromkeys(name for name, _ in possible if plain(name) not in accepted and name[0].isupper())
    return Labels(frozenset(accepted), tuple(doubtful) if accepted else ())


def _is_possible(name: str, marked: bool) -> bool:
    return may_be_label(name) or (marked and may_be_turned_name(name))


def _begins(name: str) -> bool:
    """Whether a repeated name begins as labels do: with a capital or digit, or as one word or with a number."""
    return not name[0].islower() or len(name.split()) == 1 or bool(re.search(r"\d", name))


def find_turns(text: str, options: IngestOptions, known: Iterable[str] = ()) -> Content:
    """The turns of a transcript: one per label, or one per paragraph where the text has no labels.

    What stands before the first label is context. A time stamp without a name begins a new turn of the same speaker.
    Where all labels are interviewers' and other paragraphs follow most of them, those are the participant's, which a
    doubt says.
    """
    candidates = list(find_candidates(text))
    labels = accept_labels(
        ((found.name, found.marked) for found in candidates if found.name is not None), options, known
    )
    starts = [found for found in candidates if found.name is None or plain(found.name) in labels.accepted]
    if not labels.accepted and sum(not found.aside for found in starts) < 2:
        return Content(text, tuple(unlabelled_turns(text, options)))
    if labels.accepted and labels.accepted <= {plain(name) for name in _asking(starts, options)}:
        turns = tuple(_answered_turns(text, starts))
        answers = sum(turn.role is TurnRole.PARTICIPANT for turn in turns[1:])
        if 2 * answers >= sum(turn.role is TurnRole.INTERVIEWER for turn in turns):
            return Content(text, turns, (ONLY_QUESTIONS, *doubts_on(labels)))
    nobody = TurnRole.CONTEXT if labels.accepted else TurnRole.PARTICIPANT
    return Content(text, tuple(_labelled_turns(text, starts, nobody, options)), doubts_on(labels))


def _asking(starts: Sequence[Candidate], options: IngestOptions) -> Iterator[str]:
    return (found.name for found in starts if found.name is not None and is_interviewer(found.name, options))


def _answered_turns(text: str, starts: Sequence[Candidate]) -> Iterator[Turn]:
    """The turns where only questions have a label: a question is one paragraph, and what stands between is answers."""
    first = starts[0].start if starts else len(text)
    yield from _turn(text, (0, first), TurnRole.PARTICIPANT)
    ends = [found.start for found in starts[1:]] + [len(text)]
    for found, end in zip(starts, ends, strict=True):
        if found.name is None:
            role = TurnRole.CONTEXT if found.aside else TurnRole.PARTICIPANT
            yield from _turn(text, (found.words, end), role, None, found.seconds)
            continue
        until = _end_of_question(text, *stripped_span(text, found.words, end))
        yield from _turn(text, (found.words, until), TurnRole.INTERVIEWER, found.name, found.seconds)
        yield from _turn(text, (until, end), TurnRole.PARTICIPANT)


def _end_of_question(text: str, start: int, end: int) -> int:
    """Where the paragraph ends; in a text without empty lines, the line, if it ends as a sentence does."""
    gap = PARAGRAPH.search(text, start, end)
    if gap:
        return gap.start()
    line = text.find("\n", start, end)
    return line if line >= 0 and SENTENCE_END.search(text[start:line]) else end


def doubts_on(labels: Labels) -> tuple[tuple[str, str], ...]:
    """A doubt that names the labels left in the words, or none."""
    if not labels.doubtful:
        return ()
    shown = ", ".join(f"“{name}:”" for name in labels.doubtful[:5])
    more = f" and {len(labels.doubtful) - 5} more" if len(labels.doubtful) > 5 else ""
    return (
        (
            f"{shown}{more} at the start of a line was read as words, not as a speaker.",
            "List it under participant_labels in [options.ingest] if somebody speaks there.",
        ),
    )


def find_candidates(text: str) -> Iterator[Candidate]:
    """Every place of the text that may begin a turn, in order; at most one per line."""
    at = 0
    for line in text.split("\n"):
        found = _candidate(line)
        if found is not None:
            yield replace(found, start=at, words=at + found.words)
        at += len(line) + 1


def _candidate(line: str) -> Candidate | None:
    """What the line begins with, offsets within the line; None where it begins with ordinary words."""
    if line.rstrip().endswith(ASIDE_ENDS) and ASIDE.match(line):
        return Candidate(0, 0, None, aside=True)
    match = HEADED.match(line) if len(line) <= HEAD and CLOCK.search(line) else None
    if match:
        name = match["name"] or match["name_last"]
        if _is_possible(name.strip(), True):
            marked = re.search(r"[\[(|\t]|[ ]{2}", line.strip()) is not None
            return Candidate(0, match.end(), name.strip(), marked, seconds_of(match["time"] or match["time_first"]))
    match = LABELLED.match(line[:HEAD]) if COLON.search(line, 0, HEAD) else None
    if match:
        stamp = match["before"] or match["after"]
        marked = stamp is not None or match["mark"] in ("**", "__")
        return Candidate(0, match.end(), match["name"].strip(), marked, seconds_of(stamp))
    match = BOLD_ALONE.match(line)
    if match and match.end() == len(line):
        return Candidate(0, match.end(), match["name"].strip())
    match = STAMPED.match(line)
    return Candidate(0, match.end(), None, True, seconds_of(match["time"] or match["bare"])) if match else None


def _labelled_turns(text: str, starts: Sequence[Candidate], nobody: TurnRole, options: IngestOptions) -> Iterator[Turn]:
    """The turns between accepted beginnings; `nobody` is the role where a time stamp stands before the first name."""
    speaker: str | None = None
    ends = [found.start for found in starts[1:]] + [len(text)]
    first = starts[0].start if starts else len(text)
    yield from _turn(text, (0, first), TurnRole.CONTEXT)
    for found, end in zip(starts, ends, strict=True):
        if found.aside:
            yield from _turn(text, (found.words, end), TurnRole.CONTEXT)
            continue
        speaker = found.name if found.name is not None else speaker
        role = role_of(speaker, options) if speaker is not None else nobody
        yield from _turn(text, (found.words, end), role, speaker, found.seconds)


def _turn(
    text: str, span: tuple[int, int], role: TurnRole, speaker: str | None = None, seconds: float | None = None
) -> Iterator[Turn]:
    start, end = stripped_span(text, *span)
    if start < end:
        yield Turn(start, end, role, speaker, seconds=seconds)


def unlabelled_turns(text: str, options: IngestOptions) -> Iterator[Turn]:
    """One participant turn per paragraph; a heading in Markdown and a line of the program are context.

    A time stamp at the start stays outside the turn.

    A text without empty lines has one paragraph per line, unless its lines look wrapped: then they are joined.
    """
    spans = list(_paragraphs(text))
    if len(spans) == 1:
        spans = list(_line_spans(text, options))
    for start, end in spans:
        is_aside = re.match(r"#{1,6}\s", text[start:end]) or ASIDE.fullmatch(text[start:end])
        role = TurnRole.CONTEXT if is_aside else TurnRole.PARTICIPANT
        stamp = STAMPED.match(text[start:end])
        seconds = seconds_of(stamp["time"] or stamp["bare"]) if stamp else None
        yield from _turn(text, (start + (stamp.end() if stamp else 0), end), role, None, seconds)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in PARAGRAPH.finditer(text):
        yield from _span(text, at, gap.start())
        at = gap.end()
    yield from _span(text, at, len(text))


def _span(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    span = stripped_span(text, start, end)
    if span[0] < span[1]:
        yield span


def _line_spans(text: str, options: IngestOptions) -> Iterator[tuple[int, int]]:
    """Spans of the lines; where few lines end as sentences do they are wrapped, and joined as cues are."""
    lines: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        lines.extend(_span(text, at, at + len(line)))
        at += len(line) + 1
    ended = sum(1 for start, end in lines if SENTENCE_END.search(text[start:end]))
    if ended >= 0.7 * len(lines):
        yield from lines
        return
    first, words = -1, 0
    for start, end in lines:
        first = start if words == 0 else first
        words += len(text[start:end].split())
        if is_full(text[start:end], words, options):
            yield first, end
            words = 0
    if words:
        yield first, lines[-1][1]


def is_full(last: str, words: int, options: IngestOptions) -> bool:
    """Whether joined text of that many words ends with `last`: at a sentence's end once long enough, or in any case."""
    return words >= options.joined_words_most or (
        words >= options.joined_words and SENTENCE_END.search(last) is not None
    )
