"""The labelled second view: small cells of group and period, drawn towards what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from themes.domain import TALK, UNSPECIFIED, Estimate, Segment, Showing, ancestors
from themes.pipeline.ground import Ground, Place, chosen, ground
from themes.pipeline.tabling import keep
from themes.prevalence import ALL, Subject
from themes.prevalence.shares import Layout, shares
from themes.prevalence.smoothing import smoothed
from themes.report.results import SMOOTHED
from themes.report.tables import Table

Cell = tuple[str, str, str]
"""(actor group, mission, period)."""


@dataclass(frozen=True, slots=True)
class SecondView:
    """One subject in one cell: its own share, nan where it is too imprecise to be said, and the smoothed one.

    `own` is how much of the latter is the cell's own. One that is not `kept` is for the team alone, and in no file.
    """

    subject_kind: str
    subject: str
    cell: Cell
    direct: float
    share: float
    low: float
    high: float
    own: float
    interviews: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Views:
    """The second view of a study; `why` says of which subjects there is none, and why."""

    study: str
    cells: tuple[SecondView, ...]
    why: tuple[tuple[str, str], ...]
    file: Path


def second_view(folder: Path, subjects: Sequence[str] = ()) -> Views:
    """The second view of these subjects (all codes without any), written to `results/smoothed.csv` as well.

    DecisionError where nothing has been checked or a subject is not known, StudyError before the first run.
    """
    here = ground(folder)
    found: list[SecondView] = []
    why: list[tuple[str, str]] = []
    for one in chosen(here, subjects):
        cells, reason = _of_subject(here, one)
        found += cells
        why += [(one.id, reason)] if reason else []
    rows = tuple(
        (one.subject_kind, one.subject, *one.cell, one.direct, one.share, one.low, one.high, one.own, one.interviews)
        for one in found
        if one.kept
    )
    return Views(here.study.title, tuple(found), tuple(why), keep(folder, Table(SMOOTHED, rows)))


def _of_subject(here: Ground, one: Subject) -> tuple[list[SecondView], str]:
    told, segments, interviews = here.outcomes(one)
    names = sorted({cell for segment in segments if (cell := _cell(segment)) is not None})
    place = {name: number for number, name in enumerate(names)}
    index = np.array([place[cell] if (cell := _cell(segment)) is not None else -1 for segment in segments], np.intp)
    direct = shares(told, Layout.of(index, interviews, len(names)))
    groups = np.unique([name[0] for name in names], return_inverse=True)[1].astype(np.intp)
    periods = np.unique([f"{name[1]}: {name[2]}" for name in names], return_inverse=True)[1].astype(np.intp)
    second = smoothed(direct.share, direct.informants_variance, groups, periods)
    if second.why:
        return [], second.why
    return [
        SecondView(
            one.kind,
            one.id,
            name,
            direct=float(direct.share[number]) if _is_said(here, one, name) else float("nan"),
            share=float(second.share[number]),
            low=float(second.low[number]),
            high=float(second.high[number]),
            own=float(second.own[number]),
            interviews=int(direct.interviews[number]),
            kept=not _is_hidden(here.kept, one, name),
        )
        for number, name in enumerate(names)
        if np.isfinite(second.share[number]) and not _is_hidden(here.cells, one, name)
    ], ""


def _is_said(here: Ground, one: Subject, cell: Cell) -> bool:
    row = here.cells.get((one.kind, one.id, (TALK, *cell)))
    return row is not None and row.showing is Showing.ESTIMATE


def _cell(segment: Segment) -> Cell | None:
    """The cell of a segment of talk whose group and period are known."""
    group = ancestors(segment.actor_group)[-1]
    if segment.register != TALK or UNSPECIFIED in (group, segment.period):
        return None
    return group, segment.mission, segment.period


def _is_hidden(cells: Mapping[Place, Estimate], one: Subject, cell: Cell) -> bool:
    """Whether the cell, or a margin of it, could tell who spoke."""
    group, mission, period = cell
    around = ((group, mission, period), (group, mission, ALL), (ALL, mission, period))
    rows = (cells.get((one.kind, one.id, (TALK, *place))) for place in around)
    return any(row is not None and row.showing is Showing.HIDDEN for row in rows)
