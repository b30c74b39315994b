"""The study's audit as the app serves it: what was drawn and waits, for whom it is hidden, and who codes what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from themes.domain import SegmentId
from themes.errors import ProjectError
from themes.prevalence import Design, audit_frame, new_audit, scored
from themes.project import Draw
from themes.review import UNSWAYED, Coder, Why, done_with, effective, given
from themes.web.desk import Desk
from themes.web.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the audit that one coder has before them.

    `hidden` are the segments whose suggestions they may not see yet, `served` those to put into their next batch, in
    order, with their chances.
    """

    hidden: Drawn
    served: Sequence[tuple[SegmentId, float]]

    @property
    def held(self) -> set[SegmentId]:
        """What is hidden and not served now."""
        return self.hidden.keys() - {segment for segment, _ in self.served}


def hidden_from(desk: Desk, coder: Coder) -> dict[SegmentId, Draw]:
    """The drawn segments whose suggestions the coder may not see: those that they may still answer unswayed.

    Whoever works alone is not asked again what somebody else has answered under another name.
    """
    others = [] if desk.terms.team else [one for one in map(desk.coder, desk.coders) if one is not coder]
    return {
        segment: draw
        for segment, draw in desk.audited.items()
        if (segment not in coder.done or segment == coder.staying)
        and not coder.of(segment).revealed
        and not _answered(segment, others)
    }


def share_of(desk: Desk, coder: Coder) -> Share | None:
    """What of the audit the coder has before them; None where the study has no audit.

    First comes what nobody has answered and no other coder has in their batch, then what they have, and where all is
    answered by somebody, in a team, what this coder has not coded yet.
    """
    if not desk.audits:
        return None
    hidden = hidden_from(desk, coder)
    open_ones = [one for one in hidden if one in desk.memory.place and not coder.of(one).deferred]
    everybody = [desk.coder(name) for name in desk.coders]
    fresh = [one for one in open_ones if not _answered(one, everybody)]
    elsewhere = set(_in_other_batches(desk, coder))
    free = [one for one in fresh if one not in elsewhere]
    served = free or fresh or open_ones
    return Share(hidden, [(one, hidden[one].chance or 0.0) for one in served])


def _in_other_batches(desk: Desk, coder: Coder) -> Iterator[SegmentId]:
    """The segments of the audit in the batches that other coders are at."""
    for name in desk.project.drawn_for():
        draws = desk.drawn(name) if name != coder.name else []
        yield from (one.segment for one in draws if one.batch == draws[-1].batch and one.why == Why.AUDIT)


def _answered(segment: SegmentId, coders: Iterable[Coder]) -> bool:
    """Whether one of them coded the segment with no suggestion in sight."""
    return any(
        segment in one.done and any(word.shown in UNSWAYED for word in effective(one.log_of(segment))) for one in coders
    )


def begin_audit(desk: Desk, coder: Coder) -> None:
    """Draws the study's audit where it has none, and keeps it before anybody sees what was drawn.

    Of a study without codes or suggestions there is none, nor of one whose batches have no part drawn by chance.
    """
    codes = [code.id for code in desk.called.revised.codebook.assignable]
    if desk.audited or not codes or not desk.called.firsts or not desk.terms.options.audit_share:
        return
    if desk.project.audits.all():
        return  # everything that was drawn had been coded before
    chosen = desk.terms.prevalence
    design = Design(chosen.audit_share, chosen.audit_evenly, chosen.audit_seed)
    done = done_with(given(desk.judgements()))
    suggestions = desk.called.suggestions(desk.project.reading.scores())
    frame = audit_frame(
        desk.memory.segments,
        codes,
        scored(suggestions),
        {segment for segments in done.values() for segment in segments},
        design,
    )
    with suppress(ProjectError):  # somebody else drew it at this moment
        desk.project.audits.record(new_audit(codes, design, coder.name, desk.last_edit()), frame)
    desk.look_for_audits()
