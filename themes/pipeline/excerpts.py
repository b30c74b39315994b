"""Stretches that somebody coded elsewhere, said in segments: which carry the code, and where the excerpt ends.

A segment carries a code that a stretch has where at least one whole word of it lies in the stretch, or most of the
stretch lies in it. Where the stretches of a coder in a segment are one, and smaller, it becomes the excerpt's bounds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from themes.domain import CodeId, Decision, Segment, SegmentId, Verdict
from themes.exchange import Exchanged, ExchangedCoding, Selection
from themes.ingest.places import Kept
from themes.pipeline.naming import MACHINE_USER, SOMEBODY

Span = tuple[int, int]
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Read:
    """A source as the study has it: its places, and its segments in reading order."""

    def __init__(self, kept: Kept, segments: Sequence[Segment]) -> None:
        self.kept, self.segments = kept, tuple(segments)
        self._starts = [one.start for one in segments]

    def within(self, start: int, end: int) -> list[tuple[Segment, Span]]:
        """The segments that a stretch of the text before speaks of, each with the part of the stretch inside it."""
        low, high = self.kept.span(max(0, start), max(start, end))
        if low >= high:
            return []
        near = self.segments[max(0, bisect_right(self._starts, low) - 1) : bisect_right(self._starts, high)]
        inside = [(one, (max(low, one.start), min(high, one.end))) for one in near]
        return [(one, part) for one, part in inside if _speaks_of(one, part, high - low)]


def _speaks_of(segment: Segment, part: Span, length: int) -> bool:
    if part[0] >= part[1]:
        return False
    words = segment.text[part[0] - segment.start : part[1] - segment.start]
    if 2 * len(words.strip()) > length:
        return True
    edges = (segment.text[max(0, part[0] - segment.start - 1) :][:1], segment.text[part[1] - segment.start :][:1])
    found = list(_WORD.finditer(words))
    whole = [one for one in found if not (_cut(one.start() == 0, edges[0], part[0] > segment.start))]
    whole = [one for one in whole if not _cut(one.end() == len(words), edges[1], part[1] < segment.end)]
    return bool(whole)


def _cut(at_the_edge: bool, beyond: str, goes_on: bool) -> bool:
    return at_the_edge and goes_on and bool(beyond) and (beyond.isalnum() or beyond == "_")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One coding of a stretch, in one segment: `whole` says that the stretch covers it."""

    part: str
    segment: Segment
    code: CodeId
    coder: str
    at: datetime
    span: Span

    @property
    def whole(self) -> bool:
        """Whether nothing of the segment's words stands outside."""
        inside = self.segment.text[self.span[0] - self.segment.start : self.span[1] - self.segment.start]
        return "".join(inside.split()) == "".join(self.segment.text.split())


@dataclass(slots=True)
class Coded:
    """What comes of the codings of a file, in the order in which they were made.

    `entries` are decisions with the parts (GUIDs) that they are made from, `standing` parts that the log says already,
    with the number of its entry. `left` counts by reason what is kept with the file and said in no segment.
    """

    entries: list[tuple[tuple[str, ...], Decision]] = field(default_factory=list)
    standing: list[tuple[str, int]] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    undated: int = 0


NO_WORDS = "a coding of a selection without length"
OUTSIDE = "a coding outside of all segments (a question, or a turn of few words)"
SEVERAL = "several stretches of one coder in one segment: the segment carries the codes, the stretches stay in the file"
WHOLE_SOURCE = "a code given to a whole source"
OF_MACHINE = "a suggestion of the machine, which is nobody's word"
NO_TEXT = "a coding of a source without text"


def when(coding: ExchangedCoding, selection: Selection, otherwise: datetime | None) -> datetime | None:
    """When a code was given, as far as the file says."""
    return coding.created or selection.created or selection.modified or otherwise


def whose(coding: ExchangedCoding, selection: Selection, users: Mapping[str, str]) -> str:
    """Who gave it; the only user of a file that does not say."""
    only = next(iter(users.values())) if len(users) == 1 else SOMEBODY
    return users.get(coding.user) or users.get(selection.user) or only


def excerpts(
    exchanged: Exchanged,
    read: Mapping[str, Read],
    codes: Mapping[str, CodeId],
    users: Mapping[str, str],
    now: datetime,
    found: Coded,
) -> Iterator[Excerpt]:
    """Every coding of a stretch, once for each segment that it speaks of; what none carries is counted in `found`."""
    machine = {one.guid for one in exchanged.users if one.name == MACHINE_USER}
    for source in exchanged.sources:
        found.left[WHOLE_SOURCE] += len(source.codings)
        here = read.get(source.guid)
        if here is None:
            found.left[NO_TEXT] += sum(len(one.codings) for one in source.selections)
            continue
        for selection in source.selections:
            within = here.within(selection.start, selection.end)
            reason = NO_WORDS if selection.start >= selection.end else OUTSIDE
            for coding in selection.codings:
                if coding.user in machine or not within or coding.code not in codes:
                    found.left[OF_MACHINE if coding.user in machine else reason] += 1
                    continue
                at = when(coding, selection, exchanged.created)
                found.undated += at is None
                coder, code = whose(coding, selection, users), codes[coding.code]
                for segment, span in within:
                    yield Excerpt(coding.guid, segment, code, coder, at or now, span)


def decided(
    found: Coded, given: Iterable[Excerpt], standing: Mapping[tuple[SegmentId, CodeId, str], int], step: str
) -> Coded:
    """The excerpts as decisions; `standing` are the codings that the log holds, with the entry that says so."""
    acts: dict[tuple[SegmentId, str], list[Excerpt]] = defaultdict(list)
    for one in given:
        acts[one.segment.id, one.coder].append(one)
    spoken = {(segment, coder) for segment, _, coder in standing}
    for (segment, coder), own in sorted(acts.items(), key=lambda act: min(one.at for one in act[1])):
        name = f"{step} {segment} {coder}"
        by_code: dict[CodeId, list[Excerpt]] = defaultdict(list)
        for one in own:
            by_code[one.code].append(one)
        for code, said in by_code.items():
            parts = tuple(dict.fromkeys(one.part for one in said))
            entry = standing.get((segment, code, coder))
            if entry is not None:
                found.standing += [(part, entry) for part in parts]
                continue
            at = min(one.at for one in said)
            found.entries.append((parts, Decision(0, at, coder, Verdict.ASSIGN, segment, code, step=name)))
        spans = {one.span for one in own}
        if len(spans) > 1:
            found.left[SEVERAL] += len(spans)
        elif not own[0].whole and (segment, coder) not in spoken:
            at, (span,) = max(one.at for one in own), spans
            parts = tuple(dict.fromkeys(one.part for one in own))
            found.entries.append((parts, Decision(0, at, coder, Verdict.BOUNDS, segment, step=name, bounds=span)))
    return found


def by_source(segments: Iterable[Segment]) -> dict[str, tuple[Segment, ...]]:
    """The segments of each source, in reading order."""
    found: dict[str, list[Segment]] = defaultdict(list)
    for one in segments:
        found[one.source].append(one)
    return {source: tuple(sorted(own, key=lambda one: one.start)) for source, own in found.items()}
