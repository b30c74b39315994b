"""How far coders agree on where an excerpt begins and ends: the share of characters that they have in common.

A plain measure, without correction for chance. One that is corrected (Krippendorff's u-alpha) comes with the audit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from themes.domain import CodeId, Decision, Segment, SegmentId, Shown, SourceId, Verdict
from themes.review.given import Words
from themes.review.log import effective

Span = tuple[int, int]
Moved = Mapping[tuple[SegmentId, str], Span]
"""Where the excerpts of a coder begin and end that are not the whole segment, in code points of the source."""


@dataclass(frozen=True, slots=True)
class BoundaryAgreement:
    """The excerpts with one code of every two coders compared, on the segments that both are done with.

    `common` characters are coded by both, `either` by one of the two or both; `share` is their quotient, so that a code
    which only one gave counts as well. `where_both` is the share on segments to which both gave the code, None where
    there are none. `moved` counts the excerpts that somebody cut.
    """

    code: CodeId
    common: int
    either: int
    where_both: float | None
    moved: int

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
    found = (_of_code(code, words, bounds, segments) for code in codes)
    return tuple(one for one in found if one.either)


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
