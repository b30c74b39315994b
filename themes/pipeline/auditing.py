"""Audits: segments drawn by chance for people to check blind, and what their answers tell of all segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from themes import config
from themes.config import Options
from themes.domain import Audit, Codebook, CodeId, Estimate, Framed, Study
from themes.errors import DecisionError, OptionError
from themes.ingest import read_study
from themes.pipeline.coding import Coded, called_now, coded
from themes.pipeline.inputs import PRESET
from themes.prevalence import (
    Counted,
    Design,
    Draws,
    Words,
    audit_frame,
    draws_of,
    line_of,
    lines,
    new_audit,
    scored,
)
from themes.prevalence import estimated as audited_counts
from themes.project import FILE_NAME, Made, Project, must_have_run, person_name
from themes.review import current_names, done_with, given, judgements, read_whole, translated, unswayed


@dataclass(frozen=True, slots=True)
class Audited:
    """What a draw did: the `audit`, how many segments it could draw, drew, and leaves to people to check."""

    study: str
    audit: Audit
    segments: int
    drawn: int
    answered: int
    waiting: int
    coded: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an audit is to be of: without `codes` all, without a `share` that of the options. `extend` draws more."""

    codes: tuple[str, ...] = ()
    share: float | None = None
    seed: int | None = None
    extend: bool = False


def draw(folder: Path, asked: Asked, coder: str) -> Audited:
    """A new audit, or a further draw of one, kept in the project file before anybody sees it.

    DecisionError where there is one already and no more is asked for, or the other way round; for an unknown code; or
    where a further draw asks for no more than was drawn. StudyError before the first run.
    """
    study, options = opened(folder)
    coder = person_name(coder)
    with Project(folder / FILE_NAME) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        codes = _known_codes(asked.codes, now.codebook)
        audit, before = _designed(project, now, codes, asked, options, coder)
        done = done_with(given(now.judgements, read=True))
        frame = audit_frame(
            made.segments,
            codes,
            scored(made.suggestions),
            {segment for segments in done.values() for segment in segments},
            Design(audit.share, audit.evenly, audit.seed),
            before,
        )
        audit = project.audits.record(audit, frame)
        found = next(one for one in every(project, made, now) if one.audits[-1].id == audit.id)
    return _told(study, found)


def standing(folder: Path) -> tuple[str, tuple[Audited, ...]]:
    """The title of the study, and how each of its audits stands; changes nothing."""
    study, _ = opened(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        found = every(project, made, now)
        return study.title, tuple(_told(study, one) for one in found)


def every(project: Project, made: Made, now: Coded) -> tuple[Draws, ...]:
    """The audits of a project, the one with most answers first."""
    audits = project.audits.all()
    if not audits:
        return ()
    log, base = project.decisions(), Codebook(project.base_codes())
    words = translated(log, base, now.edits)
    read, unswayed_read = read_whole(judgements(log)), read_whole(unswayed(log))
    said = Words((*now.judgements, *read), (*unswayed(words), *unswayed_read))
    found = []
    for line in lines(audits):
        names = current_names(base, now.edits, line[0].after)
        frames = [project.audits.frame(one.id) for one in line]
        found.append(draws_of(line, frames, made.segments, said, now.codebook, names))
    return tuple(sorted(found, key=lambda one: -one.checked.n_answered))


def estimated(audits: Sequence[Draws], made: Made, now: Coded, options: Options) -> tuple[Estimate, ...]:
    """Every count of what the machine suggests, with an estimate wherever one of the audits allows it."""
    what = Counted(
        made.segments, made.suggestions, now.codebook, made.themes, made.theme_codes, options.suggest.counted_from
    )
    return audited_counts(what, audits, options.prevalence)


def opened(folder: Path) -> tuple[Study, Options]:
    """The study with the options of its last run; StudyError before the first."""
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        preset = project.provenance().get(PRESET)
    return study, config.load(study, preset)


def _designed(
    project: Project, now: Coded, codes: Sequence[CodeId], asked: Asked, options: Options, coder: str
) -> tuple[Audit, list[tuple[Framed, ...]]]:
    """The draw to be made, and the frames of those that it extends."""
    chosen = options.prevalence
    share = chosen.audit_share if asked.share is None else asked.share
    if not 0 < share <= 1:
        raise OptionError(f"The share is {share}.", "Give a number above 0, up to 1: 0.1 for a tenth.")
    audits = project.audits.all()
    base = Codebook(project.base_codes())
    earlier = [one for one in audits if _of_codes(one, now, base) == set(codes)]
    if earlier and not asked.extend:
        raise DecisionError(
            f"These codes have an audit already (#{earlier[-1].id}, {earlier[-1].share:.0%} of the segments).",
            "To check more of them: --extend with a larger --share. Its chances stay right.",
        )
    if asked.extend and not earlier:
        raise DecisionError("These codes have no audit yet.", "Draw one without --extend.")
    if earlier and share <= earlier[-1].share:
        raise DecisionError(
            f"{earlier[-1].share:.0%} of the segments are drawn already.", "Give --share a larger number."
        )
    after = max((one.id for one in now.edits), default=0)
    last = earlier[-1] if earlier else None
    seed = (chosen.audit_seed if asked.seed is None else asked.seed) + len(audits)
    design = Design(share, last.evenly if last else chosen.audit_evenly, seed)
    line = line_of(last, {one.id: one for one in audits}) if last else ()
    return new_audit(codes, design, coder, after, last), [project.audits.frame(one.id) for one in line]


def _of_codes(audit: Audit, now: Coded, base: Codebook) -> set[CodeId]:
    names = current_names(base, now.edits, audit.after)
    return {today for code in audit.codes if (today := names.get(code)) is not None}


def _known_codes(asked: Sequence[str], codebook: Codebook) -> tuple[CodeId, ...]:
    """The codes of those ids, in the codebook's order; all where none is asked for."""
    known = [code.id for code in codebook.assignable]
    for code in asked:
        if code not in known:
            near = get_close_matches(code, known, 1)
            hint = f'Did you mean "{near[0]}"?' if near else "Codes are those of `themes codebook show`."
            raise DecisionError(f'There is no code "{code}" to audit.', hint)
    if not known:
        raise DecisionError("This study has no codebook, so there is nothing to audit.", "Put a codebook.csv into it.")
    return tuple(code for code in known if not asked or code in asked)


def _told(study: Study, found: Draws) -> Audited:
    check = found.checked
    return Audited(
        study.title,
        found.audits[-1],
        len(check.segments),
        check.n_drawn,
        check.n_answered,
        check.n_drawn - check.n_answered,
        check.n_coded,
    )
