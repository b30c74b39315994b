"""The commands that carry a study in and out of other programs: import and export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, bars, count, legible, list_problems, login

if TYPE_CHECKING:
    from themes.exchange import Lost
    from themes.pipeline.arriving import Told
    from themes.pipeline.exporting import Exported
    from themes.pipeline.importing import Imported


@click.command(
    "import",
    cls=Example,
    example="themes import my-study from-nvivo.qdpx --dry-run\nthemes import my-study from-nvivo.qdpx\n"
    "themes import my-study anna.qdpx ben.qdpx codes.qdc\nthemes import my-study taguette.sqlite3\n"
    "themes import my-study codings.csv",
)
@STUDY
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Only say what would come in, what would not, and why; change nothing.")
@click.option("--coder", metavar="NAME", help="Who imports this; otherwise your login name.")
@click.option(
    "--positions",
    "way",
    metavar="WORDS",
    default="",
    help='How a .qdpx counts positions, where what its selections show is not enough: "code points", "utf-16" or '
    '"utf-8", and "newline 1" or "newline 2" where each line end counts so many; with a comma between.',
)
@JSON
def import_command(
    study: Path, files: tuple[Path, ...], dry_run: bool, coder: str | None, way: str, as_json: bool
) -> None:
    """Bring in sources, codes, codings and memos from other programs.

    FILE is a REFI-QDA project or codebook (.qdpx, .qdc: NVivo, ATLAS.ti, MAXQDA and others write them), a project of
    QualCoder (the folder .qda) or Taguette (.sqlite3), a codebook (.csv, .xlsx, .toml), or a table of codings (.csv,
    .xlsx) with the columns source, start and end or quote, code, coder and date.

    Codings stay those of whoever made them, at the time when they made them. Texts are written to STUDY/imported/ word
    for word, with a row each in sources.csv; nothing that is there is overwritten. The file is kept whole in the
    project, so that what the study cannot say comes out again with `themes export`. All of it comes in, or nothing; a
    file that came in before is left alone. Where STUDY does not exist, a new study is made.
    """
    from themes.pipeline.importing import import_files

    with bars(as_json) as watch:
        done = import_files(study, files, coder or login(), dry_run=dry_run, way=way, watch=watch)
    if as_json:
        click.echo(as_json_text(asdict(done) | {"folder": str(done.folder)}))
        return
    list_problems(done.problems)
    for one in done.files:
        for line in _told(one):
            click.echo(legible(line))
    click.echo(_ending(done, study))


def _told(one: Told) -> Iterator[str]:
    yield f"{one.file}{f' (written by {one.origin})' if one.origin else ''}"
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


# --- out ---


@click.command(
    "export",
    cls=Example,
    example="themes export my-study my-study.qdpx --dry-run\nthemes export my-study my-study.qdpx --suggestions\n"
    "themes export my-study for-colleagues.qdpx --audience team\nthemes export my-study codebook.qdc\n"
    "themes export my-study tables.xlsx",
)
@STUDY
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--audience",
    type=click.Choice(["self", "team", "public"]),
    default="self",
    show_default=True,
    help="For whom: for team and public, sources that are not for quotation are left out, groups stand for names, and "
    "coders are numbered.",
)
@click.option("--for", "program", type=click.Choice(["qualcoder"]), help="In the words that this program reads.")
@click.option("--suggestions", is_flag=True, help="Add what the machine suggests, as codings of a user of its own.")
@click.option("--dry-run", is_flag=True, help="Only say what would go out and what would not; write nothing.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@JSON
def export_command(study: Path, file: Path, dry_run: bool, as_json: bool, **wanted: Any) -> None:
    """Write the study to a file for other programs; its ending says which.

    .qdpx is a REFI-QDA project with texts, codes, codings and memos, for NVivo, ATLAS.ti, MAXQDA, QualCoder and others;
    .qdc its codebook alone; .xlsx has tables of everything; .csv the codings, which `themes import` reads again.

    People's codings go out as theirs. What came in with `themes import` goes out as it came, to the letter, as long as
    it stands. What the file cannot hold is listed before it is written.
    """
    from themes.pipeline.exporting import Wanted, export_file
    from themes.report.audience import Audience

    def tell(found: Exported) -> bool:
        if not as_json:
            for line in _going(found):
                click.echo(legible(line))
        return not dry_run

    audience = Audience(wanted.pop("audience"))
    done = export_file(study, file, Wanted(audience, **wanted), tell)
    if as_json:
        told = {name: value for name, value in asdict(done).items() if name != "content"}
        click.echo(as_json_text(told | {"file": str(file)}))
        return
    if done.audience != "self":
        click.echo("Names that are spoken in the talk itself are still there: read it before it leaves your hands.")
    click.echo(f"Written: {file}" if done.saved else "Nothing was written.")


def _going(found: Exported) -> Iterator[str]:
    yield found.study
    for what, number in found.went.items():
        yield f"  {number:>7,}  {_plural(number, what)}"
    yield from _listed("not in the file:", found.lost)
