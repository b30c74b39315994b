"""How far the coders of a study agree, from its log; and on an audit, how far they would in all of its segments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from themes.domain import CONSENSUS, CodeAgreed, Codebook, CodersAgreed, Decision, SegmentId
from themes.errors import DecisionError
from themes.ingest import read_study
from themes.pipeline.auditing import every
from themes.pipeline.coding import Coded, called_now, coded
from themes.prevalence.draws import Draws
from themes.project import FILE_NAME, Made, Project, must_have_run
from themes.review import translated
from themes.review.agreement import Agreement, CodeAgreement, Scope, agreement, coders_together

REFLEXIVE = "reflexive"
"""The approach in which a theme is one reading among others, so that agreement is no measure of its worth."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far coders agree; `found` is None where the study's approach hides it and nobody asked for it all the same.

    `coders` are those whom it compares. `audited` is of the segments that the audit with most answers drew, as far as
    they were answered: coders with each other and with the machine, each segment weighed by 1 / its chance, so that it
    tells of all segments; None without an audit. It has no excerpts, which are not weighed.
    """

    study: str
    coders: tuple[str, ...]
    found: Agreement | None
    audited: Agreement | None = None


def agree(folder: Path, coders: Collection[str] = (), *, all_the_same: bool = False) -> Agreed:
    """The agreement of the coders named, or of all; changes nothing.

    StudyError before the first run, DecisionError for a coder who decided nothing.
    """
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        made, now = project.made(), coded(project)
        decisions = translated(project.decisions(), Codebook(made.base_codes), now.edits)
        audits = every(project, called_now(made, now), now)
    known = tuple(sorted({one.coder for one in decisions} - {CONSENSUS}))
    for coder in coders:
        if coder not in known:
            raise DecisionError(f'"{coder}" has decided nothing.', _who(coder, known))
    compared = tuple(dict.fromkeys(coders)) or known
    if study.approach == REFLEXIVE and not all_the_same:
        return Agreed(study.title, compared, None)
    scope = Scope(made.segments, [code.id for code in now.codebook.assignable], coders=compared)
    audited = _audited(decisions, scope, audits[0]) if audits else None
    return Agreed(study.title, compared, agreement(decisions, scope), audited)


def together(
    decisions: Sequence[Decision], approach: str, made: Made, now: Coded, audits: Sequence[Draws]
) -> CodersAgreed | None:
    """How far all coders agree, for a report: of the audit where they share enough of it, else of all they share.

    `decisions` are as the log has them. None where the study's approach hides it, or no two coders share a segment.
    """
    if approach == REFLEXIVE:
        return None
    log = translated(decisions, Codebook(made.base_codes), now.edits)
    scope = Scope(made.segments, [code.id for code in now.codebook.assignable])
    drawn = _of_audit(scope, audits[0]) if audits else None
    weighed = coders_together(log, drawn) if drawn else None
    found = weighed if weighed and not weighed.caution else coders_together(log, scope)
    if found is None:
        return None
    codes = tuple(_told(one) for one in found.codes)
    return CodersAgreed(len(found.between), found.segments, found.interviews, codes, found is weighed, found.in_sight)


def _told(one: CodeAgreement) -> CodeAgreed:
    found = one.found
    return CodeAgreed(
        one.code, one.given, found.percent, found.alpha, found.ac1, found.alpha_interval, found.ac1_interval
    )


def _audited(decisions: Sequence[Decision], scope: Scope, audit: Draws) -> Agreement:
    """The agreement on what the audit drew and somebody answered, and on what had been coded before it."""
    drawn = _of_audit(scope, audit)
    if drawn is None:
        return Agreement()
    found = agreement(decisions, drawn)
    coders = tuple(replace(one, boundaries=(), u_alpha=None) for one in found.coders)
    return Agreement(coders, found.machine)


def _of_audit(scope: Scope, audit: Draws) -> Scope | None:
    """The scope with the chances of what the audit drew; None where nobody has answered any of it."""
    chances: dict[SegmentId, float] = {}
    before: set[SegmentId] = set()
    check = audit.checked
    for segment, last in check.draws[-1].items():
        if segment in check.words and any(segment in draw and draw[segment].place is not None for draw in check.draws):
            chances[segment] = last.chance
        elif segment in check.words and last.coded and last.chance >= 1:
            chances[segment] = 1.0
            before.add(segment)
    return replace(scope, chances=chances, before=before) if chances else None


def _who(coder: str, known: Collection[str]) -> str:
    near = get_close_matches(coder, known, 1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Coders are {', '.join(known)}." if known else "Nobody has decided anything yet."
