"""Where coders disagree, side by side; who may see whose codings; and how a resolution stands in the log.

**Blindness.** A coder sees another's codings of a segment once both are done with it, and not before (`visible_to`).

**A resolution** is what a team says together. It stands in the same log as everything else, under the name of a coder
whom no person can be: `consensus`. The codes that the segment carries are assigned, the others that somebody gave are
rejected, or no code fits. Whoever wrote it down stands in the name of the act (`resolution_step`, `resolved_by`). The
coders' own words stay as they were, so agreement can be read also after it; undoing it is one more entry, and a later
resolution counts instead of an earlier one.

**Who reads it.** With `suggest.learn_from = "consensus"` only resolutions are learnt. A share that is estimated from
people's words takes, for each segment, the consensus where it is done with it, else what all agree on who are done with
it, and counts a segment as open where they do not agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from themes.domain import CONSENSUS, CodeId, Decision, Judgement, SegmentId, Verdict
from themes.review.given import Given, done_with, given


@dataclass(frozen=True, slots=True)
class Side:
    """What one coder gave the segment: codes, or that none fits where there are none."""

    coder: str
    codes: tuple[CodeId, ...]

    @property
    def none_fits(self) -> bool:
        """Whether they said that no code fits."""
        return not self.codes


@dataclass(frozen=True, slots=True)
class Dispute:
    """A segment on which coders who are done with it do not say the same.

    `agreed` codes were given by all, `disputed` ones by some. `resolution` is what the consensus says, None where it
    has said nothing yet. `stale` where a coder spoke of the segment after the resolution.
    """

    segment: SegmentId
    sides: tuple[Side, ...]
    agreed: tuple[CodeId, ...]
    disputed: tuple[CodeId, ...]
    resolution: Side | None = None
    stale: bool = False


def visible_to(coder: str, segment: SegmentId, done: Mapping[str, AbstractSet[SegmentId]]) -> frozenset[str]:
    """The others whose codings of the segment the coder may see: both they and the coder are done with it.

    `done` has the segments that each coder is done with; the consensus is one of them, as `done_with` gives it.
    """
    if segment not in done.get(coder, ()):
        return frozenset()
    return frozenset(other for other, segments in done.items() if other != coder and segment in segments)


def disputes(
    judgements: Iterable[Judgement], segments: Iterable[SegmentId], codes: Sequence[CodeId], seen_by: str = ""
) -> tuple[Dispute, ...]:
    """The segments on which two coders or more do not agree, in the order of `segments`; codes in that of `codes`.

    `seen_by` is who looks. Somebody who codes as well is shown only segments that they are done with themselves: else
    they would read the others' codes before they have an opinion of their own.
    """
    log = tuple(judgements)
    words = given(log)
    codes_too = seen_by in done_with(words)
    last_word = _last_words(log)
    found = []
    for segment in segments:
        coders = words.get(segment, {})
        sides = {who: own for who, own in sorted(coders.items()) if who != CONSENSUS}
        if len(set(sides.values())) < 2 or (codes_too and seen_by not in sides):
            continue
        gave = [_codes(own) for own in sides.values()]
        of_all, of_any = frozenset.intersection(*gave), frozenset.union(*gave)
        resolved = coders.get(CONSENSUS)
        since = max(last_word[segment, who] for who in sides)
        found.append(
            Dispute(
                segment,
                tuple(Side(who, _ordered(_codes(own), codes)) for who, own in sides.items()),
                _ordered(of_all, codes),
                _ordered(of_any - of_all, codes),
                None if resolved is None else Side(CONSENSUS, _ordered(_codes(resolved), codes)),
                resolved is not None and since > last_word[segment, CONSENSUS],
            )
        )
    return tuple(found)


def resolution(dispute: Dispute, carries: Collection[CodeId], at: datetime) -> tuple[Decision, ...]:
    """The entries by which the consensus says which codes the segment carries; none carried says that no code fits.

    To be recorded as one act, under the name that `resolution_step` gives.
    """
    chosen = tuple(dict.fromkeys(carries))
    before = dispute.resolution.codes if dispute.resolution else ()
    dropped = [code for code in dict.fromkeys((*dispute.agreed, *dispute.disputed, *before)) if code not in chosen]
    verdicts: list[tuple[Verdict, CodeId | None]] = [(Verdict.ASSIGN, code) for code in chosen]
    verdicts += [(Verdict.REJECT, code) for code in dropped]
    if not chosen:
        verdicts = [(Verdict.NO_CODE, None)]
    return tuple(Decision(0, at, CONSENSUS, verdict, dispute.segment, code) for verdict, code in verdicts)


_MARK = "consensus by "


def resolution_step(adjudicator: str, key: str) -> str:
    """The name of the act by which somebody writes a resolution down; `key` tells one act from the next."""
    return f"{_MARK}{adjudicator}\n{key}"


def resolved_by(step: str) -> str:
    """Who wrote the resolution down that was recorded as the act of this name; empty where it was none."""
    return step.removeprefix(_MARK).partition("\n")[0] if step.startswith(_MARK) else ""


def _last_words(judgements: Iterable[Judgement]) -> dict[tuple[SegmentId, str], int]:
    """The number of the last entry that each coder made on each segment."""
    latest: dict[tuple[SegmentId, str], int] = {}
    for word in judgements:
        key = (word.segment, word.coder)
        latest[key] = max(latest.get(key, 0), word.decision)
    return latest


def _codes(own: Given) -> frozenset[CodeId]:
    return frozenset(code for code in own if code is not None)


def _ordered(own: AbstractSet[CodeId], codes: Sequence[CodeId]) -> tuple[CodeId, ...]:
    """Codes in the codebook's order; those that are in it no longer come last, by their ids."""
    known = [code for code in codes if code in own]
    return (*known, *sorted(own - set(known)))
