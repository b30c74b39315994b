"""Shares with intervals: what an audit tells of each code and theme, as rows and as files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from themes.domain import MANDATE, PATH_SEPARATOR, UNSPECIFIED, Estimate, SourceKind
from themes.errors import DecisionError, StudyError
from themes.pipeline.auditing import estimated, every, opened
from themes.pipeline.coding import called_now, coded
from themes.prevalence import ALL, Draws, protected, said
from themes.project import FILE_NAME, Project
from themes.report.results import RESULTS, prevalence_table, write_results

WAYS = ("group", "subgroup", "mission", "period", "kind")
"""What shares can be told apart by; several at once are crossed. `period` is within its mission."""


@dataclass(frozen=True, eq=False)
class Found:
    """The shares of a study. `estimates` are those asked for; nothing in them that may not be said.

    `audits` say what they rest on; without one they are the machine's counts. `names` are what subjects are called.
    """

    study: str
    estimates: tuple[Estimate, ...]
    audits: tuple[Draws, ...]
    names: dict[str, str]
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which shares: crossed `by` what, of which `subjects` (all without any); `kinds` of subjects."""

    by: tuple[str, ...] = ("group",)
    subjects: tuple[str, ...] = ()
    kinds: Collection[str] = ("code", "code group", "theme")


def prevalence(folder: Path, asked: Asked | None = None) -> Found:
    """The shares asked for; all of them are written to `results/prevalence.csv`.

    StudyError before the first run, DecisionError for a subject or a way that is not known.
    """
    wanted = asked or Asked()
    for way in wanted.by:
        if way not in WAYS:
            raise DecisionError(f'Shares cannot be told apart by "{way}".', f"Ways are {', '.join(WAYS)}.")
    study, options = opened(folder)
    if "kind" in wanted.by:
        options = replace(options, prevalence=replace(options.prevalence, by_kind=True))
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        audits = every(project, made, now)
        rows = estimated(audits, made, now, options)
    if not rows:
        raise StudyError("There is nothing to count: no codes and no candidate themes.", "Run the study: themes run.")
    shown = tuple(said(one) for one in protected(rows, options.report.min_participants))
    kept = (said(one) for one in protected(rows, options.prevalence.min_participants))
    names = {str(theme.id): f"{theme.id} {theme.label}" for theme in made.themes}
    _must_be_known(wanted.subjects, {row.subject for row in rows})
    files = write_results(folder / RESULTS, {"prevalence": prevalence_table(kept)})
    chosen = sorted((row for row in shown if _is_asked(row, wanted)), key=_order(rows))
    return Found(study.title, tuple(chosen), audits, names, files)


def _order(rows: Sequence[Estimate]) -> Callable[[Estimate], tuple[object, ...]]:
    """Subjects as they come; of each talk before mandates, all of it before its parts."""
    place = {key: number for number, key in enumerate(dict.fromkeys((row.subject_kind, row.subject) for row in rows))}

    def order(row: Estimate) -> tuple[object, ...]:
        parts = tuple((part != ALL, part) for part in row.cell[1:])
        return place[row.subject_kind, row.subject], row.source_kind == MANDATE, row.source_kind, parts

    return order


def _must_be_known(subjects: Sequence[str], known: Collection[str]) -> None:
    for one in subjects:
        if one not in known:
            near = get_close_matches(one, list(known), 1)
            hint = f'Did you mean "{near[0]}"?' if near else "Give the path of a code, or the id of a theme."
            raise DecisionError(f'Nothing is called "{one}" here.', hint)


def _is_asked(row: Estimate, asked: Asked) -> bool:
    if row.subject_kind not in asked.kinds or (asked.subjects and row.subject not in asked.subjects):
        return False
    return in_way(row, asked.by)


def in_way(row: Estimate, by: Collection[str]) -> bool:
    """Whether the row is one of these cells, or of all talk, or of all mandates."""
    kinds = {str(kind) for kind in SourceKind} - {str(SourceKind.MANDATE)}
    if (row.actor_group, row.mission, row.period) == (ALL, ALL, ALL) and row.source_kind not in kinds:
        return True
    if row.source_kind == MANDATE and row.actor_group == UNSPECIFIED:
        return False  # a mandate is of no group
    grouped, nested = row.actor_group != ALL, PATH_SEPARATOR in row.actor_group
    fits_group = grouped == bool({"group", "subgroup"} & set(by)) and (not nested or "subgroup" in by)
    fits_mission = (row.mission != ALL) == bool({"mission", "period"} & set(by))
    fits_period = (row.period != ALL) == ("period" in by)
    fits_kind = (row.source_kind in kinds) if "kind" in by else row.source_kind not in kinds
    return fits_group and fits_mission and fits_period and fits_kind
