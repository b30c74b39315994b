"""How far the coders of a study agree, from its log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from themes.domain import CONSENSUS, Codebook
from themes.errors import DecisionError
from themes.ingest import read_study
from themes.pipeline.coding import coded
from themes.project import FILE_NAME, Project, must_have_run
from themes.review import translated
from themes.review.agreement import Agreement, Scope, agreement

REFLEXIVE = "reflexive"
"""The approach in which a theme is one reading among others, so that agreement is no measure of its worth."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far coders agree; `found` is None where the study's approach hides it and nobody asked for it all the same.

    `coders` are those whom it compares.
    """

    study: str
    coders: tuple[str, ...]
    found: Agreement | None


def agree(folder: Path, coders: Collection[str] = (), *, all_the_same: bool = False) -> Agreed:
    """The agreement of the coders named, or of all; changes nothing.

    StudyError before the first run, DecisionError for a coder who decided nothing.
    """
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        made, now = project.made(), coded(project)
        decisions = translated(project.decisions(), Codebook(made.base_codes), now.edits)
    known = tuple(sorted({one.coder for one in decisions} - {CONSENSUS}))
    for coder in coders:
        if coder not in known:
            raise DecisionError(f'"{coder}" has decided nothing.', _who(coder, known))
    compared = tuple(dict.fromkeys(coders)) or known
    if study.approach == REFLEXIVE and not all_the_same:
        return Agreed(study.title, compared, None)
    scope = Scope(made.segments, [code.id for code in now.codebook.assignable], coders=compared)
    return Agreed(study.title, compared, agreement(decisions, scope))


def _who(coder: str, known: Collection[str]) -> str:
    near = get_close_matches(coder, known, 1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Coders are {', '.join(known)}." if known else "Nobody has decided anything yet."
