"""What coders gave the segments that they are done with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from themes.domain import CodeId, Judgement, SegmentId

Given = frozenset[CodeId | None]
"""The codes that a coder gave a segment; None alone for the word that no code fits. Never empty."""
Words = Mapping[SegmentId, Mapping[str, Given]]
"""What each coder who is done with a segment gave it."""


def given(judgements: Iterable[Judgement], *, read: bool = False) -> dict[SegmentId, dict[str, Given]]:
    """What each coder gave each segment that they are done with; what they did not give, it does not carry to them.

    A coder is done with a segment once they gave it a code or said that no code fits: a rejection speaks of one code
    alone. With `read`, whoever gave a segment nothing but codes accepted in bulk is left out: such a word says of no
    other code that it does not fit.
    """
    found: dict[SegmentId, dict[str, Given]] = {}
    was_read: set[tuple[SegmentId, str]] = set()
    for word in judgements:
        if word.carries:
            coders = found.setdefault(word.segment, {})
            coders[word.coder] = coders.get(word.coder, frozenset()) | {word.code}
            if not word.in_bulk:
                was_read.add((word.segment, word.coder))
    if not read:
        return found
    kept = {
        segment: {who: own for who, own in coders.items() if (segment, who) in was_read}
        for segment, coders in found.items()
    }
    return {segment: coders for segment, coders in kept.items() if coders}


def done_with(words: Words) -> dict[str, set[SegmentId]]:
    """The segments that each coder is done with."""
    done: dict[str, set[SegmentId]] = {}
    for segment, coders in words.items():
        for coder in coders:
            done.setdefault(coder, set()).add(segment)
    return done
