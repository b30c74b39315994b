"""The audited study as comparisons and plans see it: its subjects, their pseudo-outcomes, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from themes.config import Options
from themes.domain import UNSPECIFIED, Estimate, Segment, Source, Study, ancestors
from themes.errors import DecisionError
from themes.pipeline.auditing import estimated, every, opened
from themes.pipeline.coding import Coded, called_now, coded
from themes.prevalence import Draws, Subject, protected, subjects
from themes.prevalence.outcomes import Outcomes, outcomes
from themes.project import FILE_NAME, Made, Project

Ints = NDArray[np.intp]
Place = tuple[str, str, tuple[str, str, str, str]]
"""(subject kind, subject, cell)."""
NOTHING_CHECKED = "Nothing has been checked yet that was drawn by chance, so nothing can be compared."


@dataclass(frozen=True, eq=False)
class Ground:
    """The audited study: its subjects, each with the audit that tells of it, and its cells.

    `cells` say what may be shown on screen, `kept` what may stand in a file that leaves the team; `least` participants
    must be behind either.
    """

    study: Study
    sources: Mapping[str, Source]
    subjects: tuple[Subject, ...]
    audit_of: Mapping[tuple[str, str], Draws]
    cells: Mapping[Place, Estimate]
    kept: Mapping[Place, Estimate]
    names: Mapping[str, str]
    least: tuple[int, int]

    def outcomes(self, one: Subject) -> tuple[Outcomes, Sequence[Segment], Ints]:
        """The subject's pseudo-outcomes, their segments, and the interview of each."""
        check = self.audit_of[one.kind, one.id].checked
        return outcomes(check.evidence(one.codes)), check.segments, check.interviews


def ground(folder: Path) -> Ground:
    """What can be compared; DecisionError where nobody has answered an audit yet, StudyError before the first run."""
    study, options = opened(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        audits = every(project, made, now)
        if not any(one.checked.n_answered or one.checked.n_coded for one in audits):
            raise DecisionError(NOTHING_CHECKED, f"themes audit {folder}, then themes review {folder}.")
        rows = estimated(audits, made, now, options)
    return grounded(study, options, made, now, audits, rows)


def grounded(
    study: Study, options: Options, made: Made, now: Coded, audits: Sequence[Draws], rows: Sequence[Estimate]
) -> Ground:
    """What can be compared, where all has been read: nothing without an audit that somebody has answered."""
    told = subjects(now.codebook, made.theme_codes)
    audit_of = {
        (one.kind, one.id): audit for one in told for audit in reversed(audits) if one.codes <= set(audit.codes)
    }
    known = {(row.subject_kind, row.subject) for row in rows if row.estimate is not None}
    return Ground(
        study,
        {one.id: one for one in made.sources},
        tuple(one for one in told if (one.kind, one.id) in known),
        audit_of,
        _by_cell(rows, options.report.min_participants),
        _by_cell(rows, options.prevalence.min_participants),
        {str(theme.id): f"{theme.id} {theme.label}" for theme in made.themes},
        (options.report.min_participants, options.prevalence.min_participants),
    )


def _by_cell(rows: Sequence[Estimate], least: int) -> dict[Place, Estimate]:
    return {(row.subject_kind, row.subject, row.cell): row for row in protected(rows, least)}


def chosen(here: Ground, wanted: Sequence[str]) -> tuple[Subject, ...]:
    """The subjects of those ids, all codes without any; DecisionError for an unknown one."""
    known = {one.id for one in here.subjects}
    for name in wanted:
        if name not in known:
            raise DecisionError(
                f'There is no audited code or theme "{name}".', f"There are {', '.join(sorted(known))}."
            )
    return tuple(one for one in here.subjects if one.id in wanted or (not wanted and one.kind == "code"))


def names_of(segment: Segment) -> set[str]:
    """Whatever cells a segment may be named by: its groups, its mission, its period."""
    period = {segment.period, f"{segment.mission}: {segment.period}"}
    return {*ancestors(segment.actor_group), segment.mission, *period} - {UNSPECIFIED}


def must_be_here(cells: Sequence[str], segments: Sequence[Segment]) -> None:
    """DecisionError, with the cells that there are, for a cell that none of the segments lies in."""
    known = {name for segment in segments for name in names_of(segment)}
    for cell in cells:
        if cell not in known:
            raise DecisionError(f'Nobody is of "{cell}" here.', f"There are {', '.join(sorted(known))}.")
