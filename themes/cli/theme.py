"""The commands on candidate themes: list, name, merge, split, mark as no theme, undo, redo."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, count, login
from themes.errors import DecisionError

if TYPE_CHECKING:
    from themes.domain import CandidateTheme, ThemeChange
    from themes.pipeline.theming import Acted, By, Themes

_WIDTH = 60


@click.group()
def theme() -> None:
    """Name, merge, split or drop candidate themes; nothing you decide is lost by a new run.

    Themes have ids (T07) that stay when you add interviews and run again. What you decide is one more entry of the
    study's log, and can be undone, also later and after other decisions. The report has it after the next
    `themes run` or `themes report`.
    """


_THEME = click.argument("theme_id", metavar="THEME")
_CODER = click.option("--coder", metavar="NAME", help="Who decides this; otherwise your login name.")
_MEMO = click.option("--memo", metavar="TEXT", default="", help="Why, for the log.")


def _deciding(decide: Callable[..., Acted]) -> Callable[..., None]:
    """A command that takes the options of every decision, and tells what was decided."""

    @wraps(decide)
    def command(study: Path, coder: str | None, memo: str, as_json: bool, **asked: Any) -> None:
        from themes.pipeline.theming import By

        acted = decide(study, by=By(coder or login(), memo), **asked)
        if as_json:
            click.echo(as_json_text(asdict(acted)))
            return
        click.echo(f"{acted.words} (decision #{acted.decision.id})")
        _next(study, acted.after)

    return _CODER(_MEMO(JSON(command)))


@theme.command("list", cls=Example, example="themes theme list my-study")
@STUDY
@JSON
def list_command(study: Path, as_json: bool) -> None:
    """The candidate themes as they stand, what the last run did to them, and every decision with its number."""
    from themes.pipeline.theming import describe, list_themes

    found = list_themes(study)
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    did = {change.theme: change for change in found.changes}
    for one in found.themes:
        click.echo(_line(one, did.get(one.id)))
    if found.none:
        click.echo("No theme, as you decided:")
        for one in found.none:
            click.echo(_line(one, None))
    standing = {one.id for one in (*found.themes, *found.none)}
    for change in (change for change in found.changes if change.theme not in standing):
        click.echo(f"{change.theme:<6} {change.label}: {change.words}")
    if found.log:
        click.echo("Decisions:")
        for entry in found.log:
            undone = f"#{entry.id}, undo of #{entry.undoes}, by {entry.coder}" if entry.undoes else describe(entry)
            rests = " (finds nothing to act on now)" if entry in found.resting else ""
            click.echo(f"  {undone}{rests}")
    click.echo(f"{count(len(found.themes), 'candidate theme')}, {count(found.n_outside, 'segment')} in none.")
    _next(study, found)


@theme.command("name", cls=Example, example='themes theme name my-study T03 "National caveats"')
@STUDY
@_THEME
@click.argument("name")
@_deciding
def name_command(study: Path, theme_id: str, name: str, by: By) -> Acted:
    """Give a theme a name, or another one."""
    from themes.pipeline.theming import name_theme

    return name_theme(study, theme_id, name, by)


_MERGE_EXAMPLE = 'themes theme merge my-study T03 T07\nthemes theme merge my-study T03 T07 T11 --name "Supply"'


@theme.command("merge", cls=Example, example=_MERGE_EXAMPLE)
@STUDY
@click.argument("theme_ids", metavar="THEME...", nargs=-1, required=True)
@click.option("--name", metavar="NAME", default="", help="A name for the whole; otherwise the first that they have.")
@_deciding
def merge_command(study: Path, theme_ids: tuple[str, ...], name: str, by: By) -> Acted:
    """Make one theme of two or more; it keeps the id of the first."""
    from themes.pipeline.theming import merge_themes

    return merge_themes(study, theme_ids, name, by)


_SPLIT_EXAMPLE = """themes theme split my-study T03 --by finer
themes theme split my-study T03 --by parts.csv
themes theme split my-study T03 mali-tcc:1f0c2d9e4b mali-ngo:77ab01c3de"""


@theme.command("split", cls=Example, example=_SPLIT_EXAMPLE)
@STUDY
@_THEME
@click.argument("segment_ids", metavar="[SEGMENT]...", nargs=-1)
@click.option("--by", "how", metavar="finer|FILE", help="`finer`, or a .csv with the columns segment and part.")
@_deciding
def split_command(study: Path, theme_id: str, segment_ids: tuple[str, ...], how: str | None, by: By) -> Acted:
    """Cut a theme: as the machine's finer level has it, by a file, or by naming the segments of a new part.

    Segments that you do not place stay with the theme, which keeps its id and name; every other part gets the id with a
    letter (T03b, T03c). Ids of segments stand in report/tables/segments.csv.
    """
    from themes.pipeline.theming import split_by_finer, split_theme

    if (how is None) == (not segment_ids):
        raise click.UsageError("Say how to split, in one way: --by finer, --by FILE, or the segments of a new part.")
    if how == "finer":
        return split_by_finer(study, theme_id, by)
    return split_theme(study, theme_id, _parts(Path(how)) if how else [segment_ids], by)


@theme.command("no-theme", cls=Example, example="themes theme no-theme my-study T05")
@STUDY
@_THEME
@_deciding
def no_theme_command(study: Path, theme_id: str, by: By) -> Acted:
    """Mark a theme as no theme: a manner of talking, a place, an accident. Its segments belong to none."""
    from themes.pipeline.theming import no_theme

    return no_theme(study, theme_id, by)


@theme.command("undo", cls=Example, example="themes theme undo my-study\nthemes theme undo my-study --decision 7")
@STUDY
@click.option("--decision", type=int, metavar="NUMBER", help="The one to take back; otherwise your last.")
@_deciding
def undo_command(study: Path, decision: int | None, by: By) -> Acted:
    """Take back your last decision on themes, or the one of that number, whoever took it."""
    from themes.pipeline.theming import undo_theme

    return undo_theme(study, by, decision)


@theme.command("redo", cls=Example, example="themes theme redo my-study")
@STUDY
@_deciding
def redo_command(study: Path, by: By) -> Acted:
    """Let what you have just undone stand again."""
    from themes.pipeline.theming import redo_theme

    return redo_theme(study, by)


def _parts(file: Path) -> list[list[str]]:
    """The segments of each part, parts in the order in which they first stand in the file."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as trouble:
        raise DecisionError("The file cannot be read.", "Name a .csv file in UTF-8.", str(file)) from trouble
    parts: dict[str, list[str]] = {}
    for number, row in enumerate(rows, start=2):
        segment, part = (row.get("segment") or "").strip(), (row.get("part") or "").strip()
        if not segment or not part:
            remedy = "Give it a segment and a part, in columns of these names."
            raise DecisionError("A segment or a part is missing.", remedy, f"{file}, row {number}")
        parts.setdefault(part, []).append(segment)
    if not parts:
        raise DecisionError("The file has no rows.", "Give it the columns segment and part.", str(file))
    return list(parts.values())


def _line(one: CandidateTheme, change: ThemeChange | None) -> str:
    label = one.label or "(no terms)"
    label = label if len(label) <= _WIDTH else f"{label[: _WIDTH - 1]}…"
    named = f'"{label}"' if one.name else label
    return f"{one.id:<6} {named:<{_WIDTH + 2}} {count(len(one.segments), 'segment'):>14}" + (
        f"  {change.status}" if change else ""
    )


def _next(study: Path, found: Themes) -> None:
    if not found.in_report:
        click.echo(f"To have it in the report: themes report {study}")
