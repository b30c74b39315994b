"""The same acts as the command line, for a notebook: each returns a pandas frame.

>>> import themes
>>> themes.run("my-study")                      # doctest: +SKIP
>>> themes.table("my-study", "prevalence").query("actor_group == 'UN'")  # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from themes import pipeline
from themes.domain import Problem
from themes.errors import StudyError
from themes.pipeline import agreeing, auditing, comparing, estimating, planning, tabling
from themes.prevalence.planning import REPLICATES
from themes.report.dictionary import ENTRIES, Kind
from themes.report.results import prevalence_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pandas import DataFrame

    from themes.pipeline import Step
    from themes.report.tables import Cell, Table

Folder = str | PathLike[str]
TABLES = ("segments", "themes", "hierarchy", "theme_codes", "suggestions", "codings", "prevalence", "suppressed")


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


def write_report(study: Folder, audience: str | None = None) -> DataFrame:
    """The report written anew, one row per stage, as `run`; `audience` is self, team or public, else the study's."""
    return _of_steps(pipeline.report(Path(study), audience=audience).steps)


def status(study: Folder) -> DataFrame:
    """What the project holds, one row per kind of thing: `what`, `number`."""
    sizes = pipeline.status(Path(study)).sizes
    return _frame([{"what": what, "number": number} for what, number in sizes.items()], ["what", "number"])


def table(study: Folder, name: str) -> DataFrame:
    """One table of the report as it stands, by its name: one of `TABLES`.

    Its columns are described in report/tables/data-dictionary.csv; a missing number is NaN, a missing text empty, and
    the .parquet beside the .csv reads as the same frame. StudyError before the first run, and for a name that
    is none of these.
    """
    import pandas as pd

    if name not in TABLES:
        raise StudyError(f'There is no table "{name}".', f"Choose one of: {', '.join(TABLES)}.")
    path = Path(study) / pipeline.REPORT / "tables" / f"{name}.csv"
    if not path.exists():
        raise StudyError("There is no such table yet.", f'Run `themes.run("{study}")` first.', str(path))
    columns = next(entry for entry in ENTRIES if entry.name == name).columns
    texts = {column.name: str for column in columns if column.kind in (Kind.TEXT, Kind.LIST)}
    numbers = {column.name: [""] for column in columns if column.kind in (Kind.WHOLE, Kind.SHARE)}
    return pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=numbers)


def tables(study: Folder) -> dict[str, DataFrame]:
    """All tables of the report, by name."""
    return {name: table(study, name) for name in TABLES}


# --- results: each is the table of that name in `results/`, which is written too ---


def audit(
    study: Folder,
    share: float | None = None,
    codes: str | Iterable[str] = (),
    *,
    extend: bool = False,
    seed: int | None = None,
    coder: str = "researcher",
) -> DataFrame:
    """The audits, one row each: `audit`, `share`, `codes`, `segments`, `drawn`, `answered`, `waiting`, `coded_before`.

    With any of share, codes, extend or seed segments are drawn first, for people to check blind; and where there is no
    audit yet. `coder` is the name of who draws.
    """
    asked = auditing.Asked(_several(codes), share, seed, extend)
    if asked != auditing.Asked() or not auditing.standing(Path(study))[1]:
        auditing.draw(Path(study), asked, coder)
    rows: list[dict[str, object]] = [
        {
            "audit": one.audit.id,
            "share": one.audit.share,
            "codes": len(one.audit.codes),
            "segments": one.segments,
            "drawn": one.drawn,
            "answered": one.answered,
            "waiting": one.waiting,
            "coded_before": one.coded,
        }
        for one in auditing.standing(Path(study))[1]
    ]
    return _frame(rows, ["audit", "share", "codes", "segments", "drawn", "answered", "waiting", "coded_before"])


def shares(study: Folder, by: str | Iterable[str] = ("group",), codes: str | Iterable[str] = ()) -> DataFrame:
    """Shares of codes, groups of codes and candidate themes with their intervals, as `results/prevalence.csv` has them.

    `by` is group, subgroup, mission, period or kind, several of them crossed; all cells are in the file. `codes` are
    codes, groups of codes or ids of themes, otherwise all. Before an audit there are the machine's counts alone.
    """
    found = estimating.prevalence(Path(study), estimating.Asked(_several(by), _several(codes)))
    return _of_table(prevalence_table(found.estimates))


def compare(  # noqa: PLR0913  what the command is asked too
    study: Folder,
    between: tuple[str, str] | None = None,
    codes: str | Iterable[str] = (),
    *,
    mission: str = "",
    periods: bool = False,
    at: date | str | None = None,
    permutations: int = comparing.PERMUTATIONS,
    seed: int = 1,
) -> DataFrame:
    """Differences of shares with intervals and p-values: between two cells, or all groups, all periods, or at a day.

    `results/comparisons.csv` has them too, but for those that only the team may see. It needs answers to an audit.
    """
    day = date.fromisoformat(at) if isinstance(at, str) else at
    asked = comparing.Asked(_several(codes), between or (), mission, periods, day, permutations, seed)
    found = comparing.compare(Path(study), asked)
    tabling.keep(Path(study), tabling.comparisons_table(found))
    return _of_table(tabling.comparisons_table(found, leaves_the_team=False))


def against_mandates(study: Folder, seed: int = 1) -> DataFrame:
    """The ranks of codes in talk and in mandates, one row per code, as `results/profiles.csv` has them."""
    _, codes, found = comparing.against_mandates(Path(study), seed)
    table = tabling.profiles_table(codes, found)
    tabling.keep(Path(study), table)
    return _of_table(table)


def plan(
    study: Folder,
    cells: str | Iterable[str] = (),
    codes: str | Iterable[str] = (),
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> DataFrame:
    """The precision to expect of audits of several sizes, one row per code and size, as `results/plan.csv` has it.

    Of the share in one cell (a group, mission or period), the difference of two, or without any of all talk.
    """
    asked = planning.Asked(_several(cells), _several(codes), replicates=replicates, seed=seed)
    table = tabling.plan_table(planning.plan(Path(study), asked))
    tabling.keep(Path(study), table)
    return _of_table(table)


def agreement(study: Folder, coders: str | Iterable[str] = (), *, anyway: bool = False) -> DataFrame:
    """How far coders agree, one row per comparison and code, as `results/agreement.csv` has it.

    Empty, and not written, for a reflexive study unless `anyway`.
    """
    found = agreeing.agree(Path(study), _several(coders), all_the_same=anyway)
    table = tabling.agreement_table(found)
    if found.found:
        tabling.keep(Path(study), table)
    return _of_table(table)


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _of_table(table: Table) -> DataFrame:
    """The table with a missing value wherever a cell is empty."""
    import pandas as pd

    kinds = {Kind.WHOLE: "Int64", Kind.SHARE: "float64", Kind.FLAG: "boolean", Kind.TEXT: "string", Kind.LIST: "string"}
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    return pd.DataFrame(
        {
            column.name: pd.Series([_open(cell) for cell in cells], dtype=kinds[column.kind])
            for column, cells in zip(table.entry.columns, columns, strict=True)
        }
    )


def _open(cell: Cell) -> object:
    return "; ".join(cell) if isinstance(cell, tuple) else cell


def _of_steps(steps: Sequence[Step]) -> DataFrame:
    return _frame([asdict(step) for step in steps], ["stage", "words", "seconds", "done"])


def _of_problems(problems: Iterable[Problem]) -> DataFrame:
    rows = [asdict(problem) | {"severity": problem.severity.value} for problem in problems]
    return _frame(rows, ["severity", "where", "problem", "remedy"])


def _frame(rows: list[dict[str, object]], columns: list[str]) -> DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)
