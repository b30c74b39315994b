"""A study as others may have it: without what is not for quotation, and under names that its tiers allow.

Words inside the talk stay as they were said, but for the names of those whom the list of sources names, wherever they
stand. Whoever else is named there is named still: that is for `themes pseudonymise`, and for a person to read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from themes.domain import (
    UNSPECIFIED,
    Codebook,
    Decision,
    Participant,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    SubjectKind,
    Suggestion,
    Tier,
    TurnRole,
)
from themes.pipeline.holding import Holding
from themes.report.audience import Audience


def disguised(held: Holding, audience: Audience) -> Holding:
    """What may go to the audience: all of it to oneself. For others, nothing goes out as it came in.

    Sources that are not for quotation are left out with all that was said of them. Of those that are attributed to a
    group or an organisation, the group stands for the name, the title and the file; the day is left out for the public.
    Coders are numbered. Memos on codes and on the study stay in the team, all others are left out.
    """
    if audience is Audience.SELF:
        return held
    masks = _masks(held.sources, audience)
    segments = {one.id: _segment(one, masks[one.source]) for one in held.segments.values() if one.source in masks}
    renamed = _renamed(held, segments)
    coders = _coders(held)

    def spoken(decision: Decision) -> Decision:
        mask = masks[held.segments[decision.segment].source]
        bounds = None if decision.bounds is None else mask.span(*decision.bounds)
        new = segments[decision.segment].id
        return replace(decision, segment=new, coder=coders[decision.coder], bounds=bounds)

    decisions = {number: spoken(one) for number, one in held.decisions.items() if one.segment in segments}
    said = [one for one in held.codings if one.segment in segments]
    return replace(
        held,
        sources=tuple(mask.source for mask in masks.values()),
        segments={one.id: one for one in segments.values()},
        codebook=_codebook(held, masks),
        codings=tuple(replace(one, segment=renamed[one.segment], coder=coders[one.coder]) for one in said),
        decisions=decisions,
        bounds={
            (renamed[key[0]], coders[key[1]]): spoken(one) for key, one in held.bounds.items() if key[0] in segments
        },
        memos=tuple(
            replace(one, coder=coders[one.coder])
            for one in held.memos
            if audience is Audience.TEAM and one.kind in (SubjectKind.CODE, SubjectKind.STUDY)
        ),
        came=(),
        suggestions=tuple(_suggested(held.suggestions, renamed)),
        log=tuple(decisions[one.id] for one in held.log if one.id in decisions),
    )


def _renamed(held: Holding, segments: Mapping[SegmentId, Segment]) -> dict[SegmentId, SegmentId]:
    return {one: segments[one].id for one in held.segments if one in segments}


def _suggested(found: Iterable[Suggestion], names: Mapping[SegmentId, SegmentId]) -> Iterable[Suggestion]:
    return (replace(one, segment=names[one.segment]) for one in found if one.segment in names)


def _coders(held: Holding) -> dict[str, str]:
    """A number in the place of each name."""
    names = sorted({one.coder for one in held.decisions.values()} | {one.coder for one in held.memos})
    return {name: f"coder {number}" for number, name in enumerate(names, start=1)}


# --- sources ---


@dataclass(frozen=True, slots=True)
class _Mask:
    """A source under its new names; `cuts` are the places of the old text at which names begin and end, `shifts` by how
    much everything from there on has moved."""

    source: Source
    cuts: Sequence[int] = ()
    shifts: Sequence[int] = ()

    def place(self, at: int) -> int:
        found = bisect_right(self.cuts, at)
        return at + (self.shifts[found - 1] if found else 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch is in the new text."""
        return self.place(start), max(self.place(start), self.place(end))


def _masks(sources: Iterable[Source], audience: Audience) -> dict[SourceId, _Mask]:
    """The sources that may go out, by the id that they have in the study."""
    talks = [one for one in sources if one.kind is not SourceKind.MANDATE]
    called = dict(zip((one.id for one in talks), _called(talks), strict=True))
    everywhere: dict[str, str] = {}
    for one in talks:
        everywhere = {name: new for name, new in _new_names(one, called[one.id]).items() if len(name) > 3} | everywhere
    masks: dict[SourceId, _Mask] = {}
    for number, source in enumerate(sources, start=1):
        if source.kind is SourceKind.MANDATE:
            masks[source.id] = _Mask(source)
        elif source.tier is not Tier.NOT_FOR_QUOTATION:
            day = source.day if audience is Audience.TEAM or source.tier is Tier.NAMED else None
            own = _new_names(source, called[source.id]) | _labels(source, called[source.id])
            masks[source.id] = _masked(
                replace(source, id=SourceId(f"source-{number}"), day=day), called[source.id], everywhere | own
            )
    return masks


def _called(talks: Iterable[Source]) -> Iterator[str]:
    """What each source may be called: whoever speaks where that is allowed, else their group and a number."""
    groups: Counter[str] = Counter()
    for one in talks:
        group = one.actor_group if one.actor_group != UNSPECIFIED else "Participant"
        groups[group] += 1
        named = one.tier is Tier.NAMED and one.pseudonym not in ("", one.id)
        yield one.pseudonym if named else f"{group} {groups[group]}"


def _new_names(source: Source, called: str) -> dict[str, str]:
    """What the people whom the list names are to be called, by every name that it has for them."""
    named = source.tier is Tier.NAMED
    found = {} if source.pseudonym in ("", source.id) else {source.pseudonym: called}
    for number, voice in enumerate(source.voices, start=1):
        new = voice.pseudonym if named and voice.pseudonym else f"{called}, speaker {number}"
        found |= {name: new for name in (voice.speaker, voice.pseudonym) if name}
    return found


def _labels(source: Source, called: str) -> dict[str, str]:
    """What other speakers of the source are to be called."""
    listed = {voice.speaker for voice in source.voices}
    heard = {turn.speaker for turn in source.turns if turn.speaker and turn.role is TurnRole.PARTICIPANT}
    return dict.fromkeys(heard - listed, called)


def _masked(source: Source, called: str, names: Mapping[str, str]) -> _Mask:
    named = source.tier is Tier.NAMED
    text, cuts, shifts = _replaced(source.text, names)
    mask = _Mask(source, cuts, shifts)
    turns = (
        replace(
            turn,
            start=mask.place(turn.start),
            end=mask.place(turn.end),
            speaker=names.get(turn.speaker or "", turn.speaker),
        )
        for turn in source.turns
    )
    new = replace(
        source,
        file="",
        checksum="",
        text=text,
        turns=tuple(turns),
        title=source.title if named else called,
        pseudonym=called if named else "",
        voices=tuple(Participant(names[one.speaker], "", one.actor_group) for one in source.voices),
    )
    return replace(mask, source=new)


def _replaced(text: str, names: Mapping[str, str]) -> tuple[str, list[int], list[int]]:
    """The text with each of the names, as a whole word, replaced; and where that moved what."""
    if not names:
        return text, [], []
    longest = sorted(names, key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
    cuts: list[int] = []
    shifts: list[int] = []
    moved = 0
    for match in found.finditer(text):
        moved += len(names[match[0]]) - len(match[0])
        cuts.append(match.end())
        shifts.append(moved)
    return found.sub(lambda match: names[match[0]], text), cuts, shifts


def _segment(segment: Segment, mask: _Mask) -> Segment:
    start, end = mask.span(segment.start, segment.end)
    text = mask.source.text[start:end]
    speaker = mask.source.turns[segment.turn].speaker or ""
    name = SegmentId(f"{mask.source.id}:{start}")
    who = mask.source.pseudonym or mask.source.title
    return replace(
        segment, id=name, source=mask.source.id, start=start, end=end, text=text, speaker=speaker, participant=who
    )


# --- the codebook ---


def _codebook(held: Holding, masks: Mapping[SourceId, _Mask]) -> Codebook:
    """The codes without example quotes whose words stand in a source that is left out."""
    closed = [_words(one.text) for one in held.sources if one.id not in masks]

    def may_be_shown(example: str) -> bool:
        return not any(_words(example) in text for text in closed)

    codes = held.codebook.codes
    return Codebook(tuple(replace(one, examples=tuple(filter(may_be_shown, one.examples))) for one in codes))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
