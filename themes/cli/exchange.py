"""The commands that carry a study in and out of other programs: import and export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, bars, count, list_problems, login

if TYPE_CHECKING:
    from themes.exchange import Lost
    from themes.pipeline.arriving import Told
    from themes.pipeline.importing import Imported


@click.command(
    "import",
    cls=Example,
    example="themes import my-study from-nvivo.qdpx --dry-run\nthemes import my-study from-nvivo.qdpx\n"
    "themes import my-study anna.qdpx ben.qdpx codes.qdc\nthemes import my-study codings.csv",
)
@STUDY
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Only say what would come in, what would not, and why; change nothing.")
@click.option("--coder", metavar="NAME", help="Who imports this; otherwise your login name.")
@click.option(
    "--positions",
    "way",
    metavar="WAY",
    default="",
    help="How the file counts positions, where what the selections show is not enough: code-points, utf-16 or utf-8, "
    "with /1 or /2 where each line end counts so many.",
)
@JSON
def import_command(
    study: Path, files: tuple[Path, ...], dry_run: bool, coder: str | None, way: str, as_json: bool
) -> None:
    """Bring in sources, codes, codings and memos from other programs.

    Codings stay those of whoever made them, at the time when they made them. Texts are written to STUDY/imported/ word
    for word, with a row each in sources.csv; nothing that is there is overwritten. The file is kept whole in the
    project, so that what the study cannot say comes out again with `themes export`. All of it comes in, or nothing; a
    file that came in before is left alone. Where STUDY does not exist, a new study is made.
    """
    from themes.pipeline.importing import import_files
    from themes.pipeline.incoming import WAYS

    if way and way not in WAYS:
        raise click.BadParameter(f"{way} is none of {', '.join(WAYS)}.", param_hint="--positions")
    with bars(as_json) as watch:
        done = import_files(study, files, coder or login(), dry_run=dry_run, way=way, watch=watch)
    if as_json:
        click.echo(as_json_text(asdict(done) | {"folder": str(done.folder)}))
        return
    list_problems(done.problems)
    for one in done.files:
        for line in _told(one):
            click.echo(line)
    click.echo(_ending(done, study))


def _told(one: Told) -> Iterator[str]:
    origin = f" (written by {one.origin})" if one.origin else ""
    yield click.style(f"{one.file}{origin}", bold=True)
    if one.already:
        yield "  came in before: nothing is changed by it"
        return
    for what, number in one.came.items():
        yield f"  {number:>7,}  {_plural(number, what)}"
    yield from (f"  positions: {line}" for line in one.positions)
    yield from (f"  {line}" for line in one.remarks)
    yield from _listed("kept with the file and exported again, but not shown in the study:", one.left)
    yield from _listed("lost, because nothing here can hold it:", one.lost)


def _listed(heading: str, found: Sequence[Lost]) -> Iterator[str]:
    """Each thing that did not come in, below a heading; nothing where there is none."""
    if found:
        yield f"  {heading}"
    for one in found:
        yield f"  {one.count:>7,}  {one.what}{f': {one.why}' if one.why else ''}"


def _plural(number: int, what: str) -> str:
    first, space, rest = what.partition(" ")
    return f"{count(number, first).partition(' ')[2]}{space}{rest}"


def _ending(done: Imported, study: Path) -> str:
    if done.saved:
        made = f"A new study was made in {study}. " if done.new else ""
        return f"{made}Imported. Next: themes run {study}, or themes review {study}"
    if all(one.already for one in done.files):
        return "Nothing to import."
    return "Nothing was changed. To import: the same command without --dry-run."
