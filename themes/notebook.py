"""The same acts as the command line, for a notebook: each returns a pandas frame.

>>> import themes
>>> themes.run("my-study")                      # doctest: +SKIP
>>> themes.table("my-study", "prevalence").query("actor_group == 'UN'")  # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from themes import pipeline
from themes.domain import Problem
from themes.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pandas import DataFrame

    from themes.pipeline import Step

Folder = str | PathLike[str]
TABLES = ("segments", "themes", "hierarchy", "theme_codes", "suggestions", "codings", "prevalence")

_NUMBERS = (
    "membership",
    "stability",
    "mandate_share",
    "largest_participant_share",
    "share",
    "corpus_low",
    "corpus_high",
    "informants_low",
    "informants_high",
)
"""Columns of numbers in which an empty cell means that there is none; in the others it is an empty text."""


def new(study: Folder) -> DataFrame:
    """The files of a new study folder: `file`."""
    return _frame([{"file": str(path)} for path in pipeline.new(Path(study))], ["file"])


def check(study: Folder, preset: str | None = None) -> DataFrame:
    """Every problem of the study: `severity`, `where`, `problem`, `remedy`; empty where all is well."""
    return _of_problems(pipeline.check(Path(study), preset).problems)


def demo(study: Folder = "demo-study") -> DataFrame:
    """The demo study copied and run: one row per stage, as `run`."""
    return _of_steps(pipeline.demo(Path(study)).steps)


def run(study: Folder, preset: str | None = None) -> DataFrame:
    """The study brought up to date, one row per stage: `stage`, `words`, `seconds`, `done`."""
    return _of_steps(pipeline.run(Path(study), preset).steps)


def write_report(study: Folder) -> DataFrame:
    """The report written anew, one row per stage, as `run`."""
    return _of_steps(pipeline.report(Path(study)).steps)


def status(study: Folder) -> DataFrame:
    """What the project holds, one row per kind of thing: `what`, `number`."""
    sizes = pipeline.status(Path(study)).sizes
    return _frame([{"what": what, "number": number} for what, number in sizes.items()], ["what", "number"])


def table(study: Folder, name: str) -> DataFrame:
    """One table of the report as it stands, by its name: one of `TABLES`.

    Its columns are described in report/tables/data-dictionary.csv. StudyError before the first run, and for a name that
    is none of these.
    """
    import pandas as pd

    if name not in TABLES:
        raise StudyError(f'There is no table "{name}".', f"Choose one of: {', '.join(TABLES)}.")
    path = Path(study) / pipeline.REPORT / "tables" / f"{name}.csv"
    if not path.exists():
        raise StudyError("There is no such table yet.", f'Run `themes.run("{study}")` first.', str(path))
    return pd.read_csv(path, keep_default_na=False, na_values={column: [""] for column in _NUMBERS})


def tables(study: Folder) -> dict[str, DataFrame]:
    """All tables of the report, by name."""
    return {name: table(study, name) for name in TABLES}


def _of_steps(steps: Sequence[Step]) -> DataFrame:
    return _frame([asdict(step) for step in steps], ["stage", "words", "seconds", "done"])


def _of_problems(problems: Iterable[Problem]) -> DataFrame:
    rows = [asdict(problem) | {"severity": problem.severity.value} for problem in problems]
    return _frame(rows, ["severity", "where", "problem", "remedy"])


def _frame(rows: list[dict[str, object]], columns: list[str]) -> DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)
