"""What to review next: frozen batches of doubtful segments from all strata, with a random part kept apart.

Doubt teaches most, and a part drawn by chance alone tells how good the suggestions are; what was chosen because it was
doubtful never can. Where the study has an audit, that part is the next of what the audit drew.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from themes.domain import SegmentId
from themes.review.options import ReviewOptions


class Why(StrEnum):
    """Why a segment is in a batch."""

    DOUBT = "doubt"
    AUDIT = "audit"
    CONFLICT = "conflict"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A segment that may be reviewed. `stratum` is what all parts of the study are told apart by (group and period).

    `doubt` is the sum over the codes of p (1 - p): how many codes are expected to be decided otherwise by a coin than
    by the segment. `conflict` (0 to 1) is how far the machine is from what a coder said, judged without that word;
    segments that nobody `judged` have none.
    """

    segment: SegmentId
    stratum: str
    doubt: float
    judged: bool = False
    conflict: float = 0.0


@dataclass(frozen=True, slots=True)
class Queued:
    """A segment of a batch. A `blind` one is shown without suggestions, which would sway the coder.

    `chance` is the probability with which an audited segment was drawn, fixed before anybody sees it; None elsewhere.
    """

    segment: SegmentId
    why: Why
    blind: bool = False
    chance: float | None = None


Pending = Sequence[tuple[SegmentId, float]]
"""The segments of a study's audit that wait, in the order in which they are to be coded, with their chances."""


def next_batch(
    waiting: Iterable[Waiting], design: ReviewOptions, seed: int, pending: Pending | None = None
) -> tuple[Queued, ...]:
    """The next batch: conflicts and a repeat, the audit, then the most doubtful of each stratum by its open segments.

    The audit's part are the first of `pending`; without any audit (None), segments drawn here, each with the same
    chance. What is pending is never chosen for doubt, and fills the batch where nothing else is open. The same
    segments, design and seed give the same batch. Fewer segments than asked for where no more are open.
    """
    everyone = sorted(waiting, key=lambda one: one.segment)
    drawn = random.Random(seed)  # noqa: S311  a draw that anybody can repeat
    unjudged = [one for one in everyone if not one.judged]
    if not unjudged:
        return ()
    back = _back(everyone, design, drawn)[: design.size - 1]  # the work must get on
    room = min(design.size - len(back), len(unjudged))
    if pending is None:
        audited, others = _drawn_here(unjudged, round(design.audit_share * room), drawn)
    else:
        audited, others = _first_of(unjudged, pending, round(design.audit_share * room), room)
    doubtful = _doubtful(others, room - len(audited))
    batch = [
        *back,
        *audited,
        *(Queued(one.segment, Why.DOUBT) for one in doubtful),
    ]
    drawn.shuffle(batch)
    return tuple(batch)


def _drawn_here(unjudged: Sequence[Waiting], count: int, drawn: random.Random) -> tuple[list[Queued], list[Waiting]]:
    """So many for the audit, each with the same chance, and the others."""
    taken = _spread(unjudged, min(len(unjudged), count), drawn)
    chance = len(taken) / len(unjudged)
    ids = {one.segment for one in taken}
    audited = [Queued(one.segment, Why.AUDIT, blind=True, chance=chance) for one in taken]
    return audited, [one for one in unjudged if one.segment not in ids]


def _first_of(
    unjudged: Sequence[Waiting], pending: Pending, count: int, room: int
) -> tuple[list[Queued], list[Waiting]]:
    """The first of what is pending and open, so many or as many as nothing else fills; and all that is not pending."""
    held = {segment for segment, _ in pending}
    others = [one for one in unjudged if one.segment not in held]
    is_open = {one.segment for one in unjudged}
    served = [(segment, chance) for segment, chance in pending if segment in is_open][: max(count, room - len(others))]
    return [Queued(segment, Why.AUDIT, blind=True, chance=chance) for segment, chance in served], others


def _spread(unjudged: Sequence[Waiting], count: int, drawn: random.Random) -> list[Waiting]:
    """So many drawn by chance, every one with the same chance, spread over the strata: a systematic sample."""
    order = sorted(unjudged, key=lambda one: (one.stratum, drawn.random()))
    step = len(order) / count if count else 0
    start = drawn.random() * step
    return [order[int(start + step * place)] for place in range(count)]


def _back(everyone: Sequence[Waiting], design: ReviewOptions, drawn: random.Random) -> list[Queued]:
    """Judged segments to look at once more."""
    judged = [one for one in everyone if one.judged]
    opposed = sorted((one for one in judged if one.conflict >= design.conflict_from), key=lambda one: -one.conflict)
    opposed = opposed[: design.conflicts]
    others = [one for one in judged if one not in opposed]
    repeated = drawn.sample(others, min(design.repeats, len(others)))
    conflicts = [Queued(one.segment, Why.CONFLICT) for one in opposed]
    return [*conflicts, *(Queued(one.segment, Why.REPEAT, blind=True) for one in repeated)]


def _doubtful(unjudged: Sequence[Waiting], count: int) -> list[Waiting]:
    """The most doubtful of each stratum, as many as its share of the open segments (largest remainders)."""
    strata: dict[str, list[Waiting]] = defaultdict(list)
    for one in sorted(unjudged, key=lambda one: (-one.doubt, one.segment)):
        strata[one.stratum].append(one)
    shares = {name: count * len(own) / len(unjudged) for name, own in strata.items()} if unjudged else {}
    places = {name: int(share) for name, share in shares.items()}
    rest = min(count, len(unjudged)) - sum(places.values())
    for name in sorted(shares, key=lambda name: (places[name] - shares[name], name))[:rest]:
        places[name] += 1
    return [one for name in sorted(strata) for one in strata[name][: places[name]]]
