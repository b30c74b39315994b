"""How many segments to check: precision of a share, or of a difference, tried out on the study's own structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from themes.domain import TALK, CodeId, Progress, Segment, no_progress
from themes.errors import DecisionError, OptionError
from themes.pipeline.auditing import every, opened
from themes.pipeline.coding import called_now, coded
from themes.pipeline.ground import Ints, must_be_here, names_of
from themes.prevalence import Checked, audit_frame, checked, scored
from themes.prevalence.auditing import Design, Scored
from themes.prevalence.drawing import Floats, chances
from themes.prevalence.outcomes import outcomes
from themes.prevalence.planning import REPLICATES, SPREAD, Answer, Precision, Structure, answer, precisions
from themes.prevalence.shares import Layout, shares
from themes.project import FILE_NAME, Project


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be known: the share of each of one or two `cells` (all talk without any), to `within` either way.

    Of these `codes`; without any, of the most common, the middle and the rarest by the machine's scores.
    """

    cells: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    within: float = 0.05
    replicates: int = REPLICATES
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """One code's plan. `share` is the machine's mean score, set right by people where `audited`; `spread` how far
    interviews are taken to differ."""

    code: CodeId
    share: float
    audited: bool
    spread: float
    interviews: tuple[int, ...]
    tried: tuple[Precision, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Plan:
    """The plans of a study, for these cells, of so many segments in all."""

    study: str
    cells: tuple[str, ...]
    segments: int
    codes: tuple[Planned, ...]


def plan(folder: Path, asked: Asked, progress: Progress = no_progress) -> Plan:
    """What audits of several sizes would give.

    DecisionError for an unknown cell or code, OptionError for a precision that is none, StudyError before a run.
    """
    if not 0 < asked.within < 0.5:
        raise OptionError(f"The precision is {asked.within}.", "Give points between 0 and 50, such as 5.")
    study, options = opened(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        audits = every(project, made, now)
    codes = [code.id for code in now.codebook.assignable]
    if not codes:
        raise DecisionError("This study has no codebook, so there is nothing to plan.", "Put a codebook.csv into it.")
    check = audits[0].checked if audits else _untouched(made.segments, codes, scored(made.suggestions))
    talk = np.array([segment.register == TALK for segment in check.segments], np.bool_)
    sides = _sides(check.segments, asked.cells)
    table = np.column_stack([check.scores([code]) for code in codes])
    evenly = options.prevalence.audit_evenly
    found = []
    wanted = _wanted(codes, table[sides >= 0].mean(axis=0), asked.codes)
    for number, code in enumerate(wanted):
        expected, spread, audited = _best_guess(check, code, sides)
        structure = Structure(
            check.scores([code])[talk],
            expected[talk],
            check.interviews[talk],
            sides[talk],
            lambda share: chances(table[talk], share, evenly),
            spread,
        )

        def told(done: int, total: int, number: int = number) -> None:
            progress(number * total + done, len(wanted) * total)

        tried = precisions(structure, replicates=asked.replicates, seed=asked.seed, progress=told)
        here = sides >= 0
        sizes = tuple(len(np.unique(check.interviews[sides == side])) for side in range(int(sides.max()) + 1))
        share = float(expected[here].mean())
        found.append(Planned(code, share, audited, spread, sizes, tried, answer(tried, asked.within)))
    return Plan(study.title, asked.cells, int(talk.sum()), tuple(found))


def _untouched(segments: Sequence[Segment], codes: Sequence[CodeId], scores: Scored) -> Checked:
    """The study as an audit would find it that nobody has drawn yet."""
    frame = audit_frame(segments, codes, scores, (), Design())
    return checked(segments, [frame], (), (), {})


def _best_guess(check: Checked, code: CodeId, sides: Ints) -> tuple[Floats, float, bool]:
    """(n,) the chance that a coder gives the code, how far interviews differ, and whether people's words are in it."""
    evidence = check.evidence([code])
    if np.isnan(evidence.labels).all():
        return evidence.scores, SPREAD, False
    told = outcomes(evidence)
    rho = shares(told, Layout.of(np.minimum(sides, 0), evidence.interviews, 1)).rho
    mean = float(np.clip(told.expected.mean(), 0.01, 0.99))
    spread = float(np.clip(np.sqrt(max(rho, 0.0) / (mean * (1 - mean))), 0.3, 1.5)) if np.isfinite(rho) else SPREAD
    return told.expected, spread, True


def _sides(segments: Sequence[Segment], cells: Sequence[str]) -> Ints:
    if not cells:
        return np.array([0 if segment.register == TALK else -1 for segment in segments], np.intp)
    must_be_here(cells, [segment for segment in segments if segment.register == TALK])
    names = [names_of(segment) if segment.register == TALK else set() for segment in segments]
    return np.array([next((side for side, cell in enumerate(cells) if cell in own), -1) for own in names], np.intp)


def _wanted(codes: Sequence[CodeId], means: Floats, asked: Sequence[str]) -> list[CodeId]:
    for code in asked:
        if code not in codes:
            raise DecisionError(f'There is no code "{code}".', f"Codes are {', '.join(codes)}.")
    if asked:
        return [code for code in codes if code in asked]
    order = np.argsort(-means, kind="stable")
    return [codes[place] for place in dict.fromkeys((order[0], order[len(order) // 2], order[-1]))]
