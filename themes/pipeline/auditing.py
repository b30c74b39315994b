"""Audits: segments drawn by chance for people to check blind, and what their answers tell of all segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from themes import config
from themes.config import Options
from themes.domain import Audit, Codebook, CodeId, Estimate, Framed, Judgement, Segment, Shown, Study
from themes.errors import DecisionError, OptionError
from themes.ingest import read_study
from themes.pipeline.coding import Coded, called_now, coded
from themes.pipeline.inputs import PRESET
from themes.prevalence import (
    Checked,
    Design,
    Subject,
    audit_frame,
    checked,
    counts,
    estimates,
    group_counts,
    scored,
    subjects,
)
from themes.project import FILE_NAME, Made, Project, must_have_run, person_name
from themes.review import current_names, done_with, given, judgements, translated

UNSWAYED = (Shown.BLIND, Shown.UNKNOWN)
"""What a coder had in sight when a word counts for an audit: nothing, or it is not known (a word from a file)."""


@dataclass(frozen=True, eq=False)
class Draws:
    """One audit with its further draws, and what people have said: `codes` are today's names of those it is of."""

    audits: tuple[Audit, ...]
    codes: tuple[CodeId, ...]
    gone: tuple[CodeId, ...]
    checked: Checked


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
    return _told(study, found, frame)


def standing(folder: Path) -> tuple[str, tuple[Audited, ...]]:
    """The title of the study, and how each of its audits stands; changes nothing."""
    study, _ = opened(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        found = every(project, made, now)
        return study.title, tuple(_told(study, one, project.audits.frame(one.audits[-1].id)) for one in found)


def every(project: Project, made: Made, now: Coded) -> tuple[Draws, ...]:
    """The audits of a project, the one with most answers first."""
    audits = project.audits.all()
    ends = [one for one in audits if all(other.extends != one.id for other in audits)]
    known = {one.id: one for one in audits}
    words = translated(project.decisions(), Codebook(project.base_codes()), now.edits)
    blind = judgements([word for word in words if word.shown in UNSWAYED])
    found = [_chain(project, _line(end, known), made.segments, blind, now) for end in ends]
    return tuple(sorted(found, key=lambda one: -one.checked.n_answered))


def estimated(
    project: Project, made: Made, now: Coded, options: Options, found: Sequence[Draws] | None = None
) -> tuple[Estimate, ...]:
    """Every count of what the machine suggests, with an estimate wherever an audit allows one."""
    counted_from, chosen = options.suggest.counted_from, options.prevalence
    rows = counts(made.segments, made.suggestions, now.codebook, made.themes, chosen, counted_from)
    audits = every(project, made, now) if found is None else found
    if not audits:
        return rows
    wanted = subjects(now.codebook, made.theme_codes)
    groups = {one.id: one.codes for one in wanted if one.kind == "code group"}
    rows = (*rows, *group_counts(made.segments, made.suggestions, groups, chosen, counted_from))
    tells = {(one.kind, one.id): _telling(one, audits) for one in wanted}
    done: dict[tuple[str, str], tuple[Estimate, ...]] = {}
    for place, audit in enumerate(audits):
        own = [row for row in rows if tells.get(_key(row), 0) == place]
        for one in estimates(own, audit.checked, audit.codes, wanted, chosen):
            done[_key(one)] = (*done.get(_key(one), ()), one)
    return tuple(one for key in dict.fromkeys(_key(row) for row in rows) for one in done[key])


def opened(folder: Path) -> tuple[Study, Options]:
    """The study with the options of its last run; StudyError before the first."""
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        preset = project.provenance().get(PRESET)
    return study, config.load(study, preset)


def _key(row: Estimate) -> tuple[str, str]:
    return row.subject_kind, row.subject


def _telling(one: Subject, audits: Sequence[Draws]) -> int:
    """The place of the first audit that is of all the subject's codes; of the first, which says so, where none is."""
    return next((place for place, audit in enumerate(audits) if one.codes <= set(audit.codes)), 0)


def _line(end: Audit, known: dict[int, Audit]) -> tuple[Audit, ...]:
    """The audit and those that it extends, oldest first."""
    line = [end]
    while line[0].extends is not None:
        line.insert(0, known[line[0].extends])
    return tuple(line)


def _chain(
    project: Project, line: tuple[Audit, ...], segments: Sequence[Segment], blind: Sequence[Judgement], now: Coded
) -> Draws:
    """The audit that these draws are, with what people have said of it."""
    names = current_names(Codebook(project.base_codes()), now.edits, line[0].after)
    here = {code.id for code in now.codebook.codes}
    called = {code: today if (today := names.get(code)) in here else None for code in line[0].codes}
    codes = tuple(dict.fromkeys(code for code in called.values() if code is not None))
    frames = [project.audits.frame(one.id) for one in line]
    gone = tuple(code for code, today in called.items() if today is None)
    return Draws(line, codes, gone, checked(segments, frames, blind, now.judgements, names))


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
    evenly = last.evenly if last else chosen.audit_evenly
    named = last.codes if last else tuple(codes)
    audit = Audit(0, datetime.now(UTC), coder, named, share, evenly, seed, last.after if last else after,
                  last.id if last else None)  # fmt: skip
    line = _line(last, {one.id: one for one in audits}) if last else ()
    return audit, [project.audits.frame(one.id) for one in line]


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


def _told(study: Study, found: Draws, frame: Sequence[Framed]) -> Audited:
    coded_before = sum(one.coded and one.place is None for one in frame)
    check = found.checked
    return Audited(
        study.title,
        found.audits[-1],
        len(check.segments),
        check.n_drawn,
        check.n_answered,
        check.n_drawn - check.n_answered,
        coded_before,
    )
