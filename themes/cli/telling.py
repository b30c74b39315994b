"""What commands share: their help, their options, and how they tell what was done."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from themes.domain import Problem, ThemeChange
    from themes.pipeline import Outcome, Step, Watch

_SHOWN = 12
"""Problems, and changes of themes, that are listed after a run at most."""

HOLDINGS = {
    "sources": "source",
    "segments": "segment",
    "codes": "codebook row",
    "themes": "candidate theme",
    "theme_codes": "mapped code",
    "suggestions": "suggestion",
    "problems": "problem",
    "decisions": "decision",
    "theme_decisions": "theme decision",
    "codebook_edits": "codebook edit",
    "memos": "memo",
}
"""What each count of a project is called, in the singular."""


class Example(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's seam
        """Writes the example."""
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write(f"  {line}\n")


STUDY = click.argument("study", type=click.Path(path_type=Path))
PRESET = click.option(
    "--preset", metavar="NAME", help="Options for a kind of study (see configs/); overrides the one in study.toml."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for other programs.")


@contextmanager
def bars(quiet: bool) -> Iterator[Watch]:
    """A progress bar per stage, with its rate and the time left, where somebody watches a terminal."""
    console = _console()
    if quiet or not console.is_terminal:
        from themes.pipeline import nobody

        yield nobody
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            speed = bars.tasks[tasks[stage]].speed
            bars.update(tasks[stage], completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield watch


def tell(outcome: Outcome, as_json: bool) -> None:
    """What a run did: as JSON, or as a table with the problems before it."""
    if as_json:
        told = asdict(outcome) | {"folder": str(outcome.folder), "report": str(outcome.page)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    shown = outcome.problems[:_SHOWN]
    list_problems(shown)
    if len(outcome.problems) > len(shown):
        click.echo(f"... and {len(outcome.problems) - len(shown)} more: themes check {outcome.folder}\n")
    click.secho(outcome.study, bold=True)
    _console().print(_table(outcome.steps, outcome.seconds))
    _list_changes(outcome.changes, outcome.folder)
    click.echo(f"Report: {outcome.page}")


def _list_changes(changes: Sequence[ThemeChange], folder: Path) -> None:
    """The themes that are not as they were, those that are no longer found or gone first; where to find the rest."""
    order = ("no longer found", "gone", "changed", "new")
    told = sorted((one for one in changes if one.status in order), key=lambda one: order.index(one.status))
    for change in told[:_SHOWN]:
        click.echo(f"  {change.theme} {change.label}: {change.words}")
    if len(told) > _SHOWN:
        click.echo(f"  ... and {len(told) - _SHOWN} more: themes theme list {folder}")


def _table(steps: Sequence[Step], seconds: float) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_footer=True)
    table.add_column("stage", "all")
    table.add_column("what was done", "")
    table.add_column("seconds", f"{seconds:,.1f}", justify="right")
    for step in steps:
        table.add_row(step.stage, Text(step.words), f"{step.seconds:,.1f}" if step.done else "-")
    return table


def legible(text: str) -> str:
    """The text without signs that a terminal would obey: names in files of others may hold them."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def list_problems(problems: Sequence[Problem]) -> None:
    """Prints each problem with its place and remedy, errors first."""
    for problem in sorted(problems, key=lambda problem: problem.severity):
        click.secho(f"{problem.severity}: ", fg="red" if problem.severity == "error" else "yellow", nl=False)
        click.echo(f"{legible(problem.where)}: {legible(problem.problem)}\n    {legible(problem.remedy)}")
    if problems:
        click.echo()


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def count(number: int, noun: str) -> str:
    """The number with its noun."""
    from themes.pipeline.diary import some

    return some(number, noun)


def aligned(rows: Sequence[Sequence[str]], indent: int = 2) -> Iterator[str]:
    """The rows as lines: the first column and the last to the left, all others to the right, under each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        figures = "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:-1], widths[1:], strict=True))
        yield f"{' ' * indent}{row[0].ljust(widths[0])}{figures}  {row[-1]}".rstrip()


def login() -> str:
    """The name under which somebody is logged in, or `researcher`."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "researcher"


def as_json_text(told: Any) -> str:
    """The result for other programs; times as ISO 8601."""
    return json.dumps(told, indent=2, ensure_ascii=False, default=lambda at: at.isoformat())
