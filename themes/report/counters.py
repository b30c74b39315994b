"""Beside the quotes of a code: passages close to it that it does not fit, and what people gave it unprompted.

Where a team agreed on a segment, its word stands in the place of the coders' own. Others get none of this: it would
tell of segments and numbers that are hidden from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from themes.domain import CONSENSUS, MANDATE, TALK, CandidateTheme, Code, CodeId, Cover, Judgement, SegmentId
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.quotes import Quote, quotable, quote
from themes.report.quoting import heard, likely_of
from themes.report.words import counted, listing, thousands

SHOWN, WORDS = 2, 60
"""So many passages of a kind on a card, and so many words of each, at most."""

_OTHER_FIRST = "{of}, and on {lost} of them the machine put another code first"

_TWO = 2
"""Ranks of suggestions that make a margin: the first and the second."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the quotes of a code, each passage with a remark.

    `counters` are what people did not give the code though it is close; where nobody decided, `decided` is false and
    they are borderline cases. `missed` are passages that people gave the code and of which the machine put another
    first; `told` says how many there are, empty where that may not be told. `code` is the one to which
    a candidate theme is held.
    """

    counters: tuple[Quote, ...] = ()
    decided: bool = False
    missed: tuple[Quote, ...] = ()
    told: str = ""
    code: str = ""


@dataclass(frozen=True)
class Readings:
    """What people say now of each segment, and what the machine puts first and second."""

    said: Mapping[SegmentId, Sequence[Judgement]] = field(default_factory=dict)
    given: Mapping[CodeId, Sequence[Judgement]] = field(default_factory=dict)
    rejected: Mapping[CodeId, Sequence[Judgement]] = field(default_factory=dict)
    ranked: Mapping[SegmentId, Mapping[int, CodeId]] = field(default_factory=dict)


def readings(material: Material) -> Readings:
    """What people say of the segments that are in the study."""
    said: dict[SegmentId, list[Judgement]] = {}
    for word in material.judgements:
        if word.segment in material.segment:
            said.setdefault(word.segment, []).append(word)
    agreed = {segment: [one for one in words if one.coder == CONSENSUS] for segment, words in said.items()}
    said = {segment: agreed[segment] or words for segment, words in said.items()}
    given: dict[CodeId, list[Judgement]] = {}
    rejected: dict[CodeId, list[Judgement]] = {}
    for word in (one for words in said.values() for one in words):
        if word.code is not None:
            (given if word.carries else rejected).setdefault(word.code, []).append(word)
    ranked: dict[SegmentId, dict[int, CodeId]] = {}
    for one in material.suggestions:
        if one.rank <= _TWO:
            ranked.setdefault(one.segment, {})[one.rank] = one.code
    return Readings(said, given, rejected, ranked)


_OTHER_FIRST = "{of}, and on {lost} of them the machine put another code first"

_TWO = 2


def beside(
    material: Material, options: ReportOptions, code: Code, known: Readings, quoted: AbstractSet[SegmentId]
) -> Beside:
    """What stands beside the quotes of a code; nothing for others. What is `quoted` on the card does not come again."""
    if material.guard:
        return Beside()
    counters = dict(_counters(material, code, known))
    decided = bool(counters)
    if not decided:
        counters = dict(_borderline(material, code, known, quoted))
    lost = dict(_missed(material, code, known))
    left = {segment: remark for segment, remark in lost.items() if segment not in quoted}
    return Beside(
        _shown(material, options, counters, varied=decided),
        decided,
        _shown(material, options, left, varied=True),
        _told(material, options, _asked(material, code, known), lost.keys(), ("it", _OTHER_FIRST)),
    )


def beside_theme(
    material: Material, options: ReportOptions, theme: CandidateTheme, known: Readings, quoted: AbstractSet[SegmentId]
) -> Beside:
    """What people say against a candidate theme, held to the code that it maps to best; nothing where there is none.

    `counters` lie in it and are not given the code; `missed` are given the code and lie elsewhere.
    """
    mapped = material.codes_of.get(theme.id, ())
    code = material.code.get(mapped[0].code) if mapped and mapped[0].code else None
    if material.guard or code is None or mapped[0].verdict is Cover.NO_CODE:
        return Beside()
    inside = frozenset(theme.segments)
    counters = {one: why for one in theme.segments if (why := _why_not(material, code, known.said.get(one, ())))}
    order = material.order
    given = sorted({one.segment for one in known.given.get(code.id, ())}, key=lambda one: order[one])
    lost = {one: _elsewhere(material, one) for one in given if one not in inside}
    return Beside(
        _shown(material, options, {one: why for one, why in counters.items() if one not in quoted}, varied=True),
        bool(counters),
        _shown(material, options, lost, varied=True),
        _told(
            material,
            options,
            frozenset(given),
            lost.keys(),
            (_name(material, code.id), "{of}, of which {lost} lie outside this candidate theme"),
        ),
        code.id,
    )


def _elsewhere(material: Material, segment: SegmentId) -> str:
    """Where a segment lies that is not in the candidate theme at hand."""
    numbers = {theme.id: number for number, theme in enumerate(material.themes, start=1)}
    other = material.theme_of.get(segment)
    return f"lies in candidate theme {numbers[other[0]]}" if other else "lies in no candidate theme"


def _shown(
    material: Material, options: ReportOptions, remarks: Mapping[SegmentId, str], *, varied: bool
) -> tuple[Quote, ...]:
    """The first of the passages that may be quoted, or where they are to be `varied`, of different groups."""
    allowed, most = list(quotable(material, remarks)), min(SHOWN, options.quotes)
    chosen = heard(material, allowed, most) if varied else allowed[:most]
    words = min(WORDS, options.quote_words)
    return tuple(replace(quote(material, one, words), remark=remarks[one.id]) for one in chosen)


# --- what it does not fit ---


def _counters(material: Material, code: Code, known: Readings) -> Iterable[tuple[SegmentId, str]]:
    """What people did not give the code though they saw or the machine held it for one, the closest first."""
    first = [one.segment for one in material.first_suggestions.get(code.id, ())]
    close = dict.fromkeys([*(one.segment for one in known.rejected.get(code.id, ())), *first])
    for segment in sorted(close, key=lambda one: (-likely_of(material, code.id, one), material.order[one])):
        if why := _why_not(material, code, known.said.get(segment, ())):
            yield segment, why


def _why_not(material: Material, code: Code, words: Sequence[Judgement]) -> str:
    """Why a segment is no case of the code, in people's word; empty where it is one, or where nobody read it for it."""
    if any(one.carries and one.code == code.id for one in words):
        return ""
    if any(one.code == code.id for one in words):
        return "rejected by a person"
    if any(one.carries and one.code is None for one in words):
        return "read by a person: no code fits"
    others = dict.fromkeys(one.code for one in words if one.carries and one.code and not one.in_bulk)
    return f"read by a person, who gave it {listing([_name(material, one) for one in others])}" if others else ""


def _borderline(
    material: Material, code: Code, known: Readings, quoted: AbstractSet[SegmentId]
) -> Iterable[tuple[SegmentId, str]]:
    """What nobody has read and the machine is nearly as ready to give another code, the nearest first."""
    found: list[tuple[float, int, SegmentId, CodeId]] = []
    for segment, ranked in known.ranked.items():
        if len(ranked) < _TWO or code.id not in ranked.values() or segment in material.read or segment in quoted:
            continue
        margin = likely_of(material, ranked[1], segment) - likely_of(material, ranked[2], segment)
        other = ranked[2] if ranked[1] == code.id else ranked[1]
        found.append((margin, material.order[segment], segment, other))
    for _, _, segment, other in sorted(found):
        yield segment, f"borderline: it might as well be {_name(material, other)}; nobody has read it"


def _name(material: Material, code: CodeId) -> str:
    return f"“{material.code[code].name if code in material.code else code}”"


# --- what the machine missed ---


def _missed(material: Material, code: Code, known: Readings) -> Iterable[tuple[SegmentId, str]]:
    """What people gave the code while the machine put another first, the least expected first."""
    found: dict[SegmentId, str] = {}
    for word in known.given.get(code.id, ()):
        first = _first(material, known, word)
        if first == code.id:
            found[word.segment] = ""
        elif first is not None:
            found.setdefault(word.segment, f"the machine put {_name(material, first)} first")
            if found[word.segment] and any(one.carries and one.code == first for one in known.said[word.segment]):
                found[word.segment] = f"the machine put {_name(material, first)} first, which people gave it too"
    order = sorted(found, key=lambda one: (likely_of(material, code.id, one), material.order[one]))
    return ((one, found[one]) for one in order if found[one])


def _asked(material: Material, code: Code, known: Readings) -> frozenset[SegmentId]:
    """The segments that people gave the code and of which it is known what the machine put first."""
    return frozenset(one.segment for one in known.given.get(code.id, ()) if _first(material, known, one) is not None)


def _first(material: Material, known: Readings, word: Judgement) -> CodeId | None:
    """What the machine put first when this was decided, or, where that was not kept, in its last run."""
    return material.suggested_then.get(word.decision) or known.ranked.get(word.segment, {}).get(1)


def _told(
    material: Material,
    options: ReportOptions,
    given: AbstractSet[SegmentId],
    missed: AbstractSet[SegmentId],
    verbs: tuple[str, str],
) -> str:
    """How many of those that people gave the code were missed; empty where it may not be told, or is no question.

    `verbs` are what people gave the segments, and what became of so many.
    """
    if material.study.approach == "reflexive":
        return ""
    what, became = verbs
    parts = []
    for register, name in ((TALK, "talk"), (MANDATE, "mandates")):
        own = {one for one in given if material.segment[one].register == register}
        lost = own & missed
        if own and (register == MANDATE or _enough(material, options, own, lost)):
            parts.append(became.format(of=f"{counted(len(own), 'segment')} of {name}", lost=_so_many(len(lost))))
    return f"People gave {what} to {'; '.join(parts)}." if parts else ""


def _so_many(number: int) -> str:
    return thousands(number) if number else "none"


def _enough(
    material: Material, options: ReportOptions, given: AbstractSet[SegmentId], missed: AbstractSet[SegmentId]
) -> bool:
    """Whether enough people stand behind what was missed and behind what was not: the one gives the other away."""
    sides = (missed, given - missed)
    return all(
        len({material.segment[one].participant for one in side}) >= options.min_participants for side in sides if side
    )
