"""How far coders agree on where an excerpt begins and ends: the characters in common, plainly and beyond chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, combinations

from themes.domain import CodeId, Decision, Segment, SegmentId, Shown, SourceId, Verdict
from themes.review.given import Words
from themes.review.log import effective
from themes.review.unitizing import Stretch, u_alpha

Span = tuple[int, int]
Moved = Mapping[tuple[SegmentId, str], Span]
"""Where the excerpts of a coder begin and end that are not the whole segment, in code points of the source."""


@dataclass(frozen=True, slots=True)
class BoundaryAgreement:
    """The excerpts with one code of every two coders compared, on the segments that both are done with.

    `common` characters are coded by both, `either` by one of the two or both; `share` is their quotient, so that a code
    which only one gave counts as well. `where_both` is the share on segments to which both gave the code, None where
    there are none. `moved` counts the excerpts that somebody cut. `u_alpha` is Krippendorff's, of what is in an excerpt
    with the code and what is not; None where nobody cut one: then alpha says the same, segment by segment.
    """

    code: CodeId
    common: int
    either: int
    where_both: float | None
    moved: int
    u_alpha: float | None = None

    @property
    def share(self) -> float:
        """The share of characters in common, 0 to 1."""
        return self.common / self.either if self.either else 0.0


def moved(decisions: Iterable[Decision]) -> dict[tuple[SegmentId, str], Span]:
    """The latest bounds that each coder gave the excerpt of a segment."""
    return {
        (one.segment, one.coder): one.bounds
        for one in effective(decisions)
        if one.verdict is Verdict.BOUNDS and one.bounds is not None and one.shown is not Shown.REPEAT
    }


def boundary_agreement(
    words: Words, bounds: Moved, segments: Mapping[SegmentId, Segment], codes: Iterable[CodeId]
) -> tuple[BoundaryAgreement, ...]:
    """The agreement on the excerpts of each code that anybody gave, in the order of `codes`."""
    found = [one for one in (_of_code(code, words, bounds, segments) for code in codes) if one.either]
    if not any(one.moved for one in found):
        return tuple(found)
    excerpts, spoken = _continuum(words, bounds, segments)
    return tuple(
        replace(one, u_alpha=u_alpha(excerpts.get(one.code, []), spoken)) if one.moved else one for one in found
    )


def boundary_u_alpha(words: Words, bounds: Moved, segments: Mapping[SegmentId, Segment]) -> float | None:
    """Krippendorff's u-alpha over all codes at once, sets of codes as values; None where nobody cut an excerpt."""
    if not any((segment, who) in bounds for segment, own in words.items() for who in own):
        return None
    excerpts, spoken = _continuum(words, bounds, segments)
    values = [replace(one, value=value) for value, own in enumerate(excerpts.values()) for one in own]
    return u_alpha(values, spoken)


def _continuum(
    words: Words, bounds: Moved, segments: Mapping[SegmentId, Segment]
) -> tuple[dict[CodeId, list[Stretch]], list[Stretch]]:
    """The excerpts of each code, and what each coder has spoken of, the sources laid one after the other.

    Of a segment that they are done with, coders have spoken as far as the excerpt of any of them reaches.
    """
    spans = {
        (segment, who): bounds.get((segment, who), (segments[segment].start, segments[segment].end))
        for segment, own in words.items()
        for who in own
    }
    reach = {
        segment: (
            min(segments[segment].start, *(spans[segment, who][0] for who in own)),
            max(segments[segment].end, *(spans[segment, who][1] for who in own)),
        )
        for segment, own in words.items()
    }
    ends: dict[SourceId, int] = {}
    for segment, (_, end) in reach.items():
        ends[segments[segment].source] = max(end, ends.get(segments[segment].source, 0))
    before = dict(zip(ends, accumulate(ends.values(), initial=0), strict=False))
    coders = {who: number for number, who in enumerate(sorted({who for own in words.values() for who in own}))}
    excerpts: dict[CodeId, list[Stretch]] = defaultdict(list)
    spoken = []
    for segment, own in words.items():
        start = before[segments[segment].source]
        for who, codes in own.items():
            low, high = spans[segment, who]
            spoken.append(Stretch(coders[who], start + reach[segment][0], start + reach[segment][1]))
            for code in (code for code in codes if code is not None):
                excerpts[code].append(Stretch(coders[who], start + low, start + high))
    return excerpts, spoken


def _of_code(code: CodeId, words: Words, bounds: Moved, segments: Mapping[SegmentId, Segment]) -> BoundaryAgreement:
    """Excerpts are gathered for every pair of coders and every source, since those of neighbours may overlap."""
    excerpts: dict[tuple[str, str, SourceId], tuple[list[Span], list[Span]]] = defaultdict(lambda: ([], []))
    both: list[tuple[Span, Span]] = []
    cut: set[tuple[SegmentId, str]] = set()
    for segment, coders in words.items():
        whole = segments[segment]
        for pair in combinations(sorted(coders), 2):
            own = [
                bounds.get((segment, who), (whole.start, whole.end)) if code in coders[who] else None for who in pair
            ]
            for side, span in zip(excerpts[(*pair, whole.source)], own, strict=True):
                side.extend([span] if span else [])
            if own[0] and own[1]:
                both.append((own[0], own[1]))
            cut |= {(segment, who) for who in pair if code in coders[who] and (segment, who) in bounds}
    common, either = _overlap(excerpts.values())
    of_both, of_either = _overlap([([one], [other]) for one, other in both])
    return BoundaryAgreement(code, common, either, of_both / of_either if of_either else None, len(cut))


def _overlap(sides: Collection[tuple[list[Span], list[Span]]]) -> Span:
    """How many characters both sides have, and how many either has."""
    either = sum(_length(one + other) for one, other in sides)
    return sum(_length(one) + _length(other) for one, other in sides) - either, either


def _length(spans: Iterable[Span]) -> int:
    """How many characters the spans cover together."""
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
