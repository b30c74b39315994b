"""Candidate themes joined and cut: what a theme looks like when its members change by a person's act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from themes.domain import CandidateTheme, SegmentId, ThemeId

Nearest = Callable[[Sequence[SegmentId], Sequence[Sequence[SegmentId]]], Sequence[int]]
"""Segments and parts -> for each segment, the index of the part whose mean vector is nearest to its own."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What themes stand on: the text of every segment that exists now, and which part a segment is nearest to."""

    texts: Mapping[SegmentId, str]
    nearest: Nearest


def joined(parts: Sequence[CandidateTheme], into: ThemeId, name: str) -> CandidateTheme:
    """The parts as one theme under the id `into`; one part alone only changes its id and name.

    Combined, not found anew: a term weighs the mean of its weights by the parts' sizes; memberships stay as they were
    in the part, so one of a tight part and one of a loose part do not quite compare; exemplars alternate between the
    parts; the stability is the mean by size, though nobody has seen whether the whole is found again; there is one
    voice where the parts share it.
    """
    if len(parts) == 1:
        return replace(parts[0], id=into, name=name)
    total = sum(len(part.segments) for part in parts)
    weights: dict[str, float] = {}
    for part in parts:
        for term, weight in part.terms:
            weights[term] = weights.get(term, 0.0) + weight * len(part.segments) / total
    terms = sorted(weights.items(), key=lambda one: -one[1])[: max(len(part.terms) for part in parts)]
    members = [one for part in parts for one in zip(part.segments, part.membership, strict=True)]
    voices = {part.one_voice for part in parts}
    whole = replace(
        parts[0],
        id=into,
        name=name,
        terms=tuple((term, round(weight, 6)) for term, weight in terms),
        exemplars=_in_turn([part.exemplars for part in parts], max(len(part.exemplars) for part in parts)),
        borderline=_in_turn([part.borderline for part in parts], None),
        stability=round(sum(part.stability * len(part.segments) for part in parts) / total, 4),
        one_voice=voices.pop() if len(voices) == 1 else "",
    )
    return with_members(whole, members)


def with_members(theme: CandidateTheme, members: Iterable[tuple[SegmentId, float]]) -> CandidateTheme:
    """The theme with these members and their memberships, strongest first; examples that left are left out."""
    ranked = sorted(members, key=lambda one: -one[1])
    here = {segment for segment, _ in ranked}
    exemplars = tuple(one for one in theme.exemplars if one in here)
    return replace(
        theme,
        segments=tuple(segment for segment, _ in ranked),
        membership=tuple(membership for _, membership in ranked),
        exemplars=exemplars or tuple(segment for segment, _ in ranked[:1]),
        borderline=tuple(one for one in theme.borderline if one in here),
    )


def only(theme: CandidateTheme, segments: Collection[SegmentId]) -> CandidateTheme:
    """The theme with those of its members that are among `segments`; itself where all are."""
    if all(segment in segments for segment in theme.segments):
        return theme
    pairs = zip(theme.segments, theme.membership, strict=True)
    return with_members(theme, [one for one in pairs if one[0] in segments])


def cut(
    theme: CandidateTheme, members: Sequence[tuple[SegmentId, float]], others: Collection[SegmentId], ground: Ground
) -> CandidateTheme:
    """A part of the theme with these members, told apart from the `others` of the whole.

    Its terms are those of the whole, weighed by how much commoner they are in this part than in the others; terms that
    only the part would have had are not found. One voice is not looked for.
    """
    part = with_members(theme, members)
    own = [ground.texts[segment].casefold() for segment in part.segments]
    rest = [ground.texts[segment].casefold() for segment in others]
    weighed = [(term, weight * _commoner(term.casefold(), own, rest)) for term, weight in theme.terms]
    terms = sorted((one for one in weighed if one[1] > 0), key=lambda one: -one[1]) or theme.terms
    return replace(part, terms=tuple((term, round(weight, 6)) for term, weight in terms), one_voice="")


def _commoner(term: str, own: Sequence[str], rest: Sequence[str]) -> float:
    """Which share of the two rates of texts with the term is this part's, 0 to 1; one half where nobody has it."""
    here = sum(term in text for text in own) / len(own)
    there = sum(term in text for text in rest) / len(rest) if rest else 0.0
    return here / (here + there) if here + there else 0.5


def _in_turn(lists: Sequence[Sequence[SegmentId]], most: int | None) -> tuple[SegmentId, ...]:
    """The first of each list, then the second of each, and so on, up to `most`."""
    turns = (one for turn in zip_longest(*lists) for one in turn if one is not None)
    return tuple(dict.fromkeys(turns))[:most]
