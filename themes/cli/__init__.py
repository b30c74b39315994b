"""The command line: one command per act. The only room that prints, and the only one that ends the program.

Exit codes: 0 done; 2 something that you can mend, said with its remedy; 1 a bug in themes; 130 you stopped it.
"""

from __future__ import annotations

import errno
import json
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click

from themes import __version__
from themes.cli.codebook import codebook
from themes.cli.coding import decide, evaluate, suggest
from themes.cli.comparing import compare, plan
from themes.cli.exchange import export_command, import_command
from themes.cli.learning import learn, worker
from themes.cli.prevalence import audit, prevalence
from themes.cli.pseudonymise import pseudonymise
from themes.cli.review import review
from themes.cli.team import agreement, team
from themes.cli.telling import HOLDINGS, JSON, PRESET, STUDY, Example, aligned, bars, count, list_problems, tell
from themes.cli.theme import theme
from themes.errors import ThemesError

_MENDABLE = {errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="themes")
def themes() -> None:
    """Thematic analysis of interview studies, on your own machine, offline.

    The machine suggests, the person decides, and the numbers say how far either can be trusted.

    A study is a folder: study.toml (groups, missions, periods), sources.csv (one row per interview or mandate text),
    transcripts/, mandates/ and codebook.csv. Start with `themes demo`, then `themes new my-study`.
    """


themes.add_command(theme)
themes.add_command(codebook)
themes.add_command(decide)
themes.add_command(suggest)
themes.add_command(evaluate)
themes.add_command(pseudonymise)
themes.add_command(review)
themes.add_command(learn)
themes.add_command(worker)
themes.add_command(import_command)
themes.add_command(export_command)
themes.add_command(audit)
themes.add_command(prevalence)
themes.add_command(compare)
themes.add_command(plan)
themes.add_command(agreement)
themes.add_command(team)


@themes.command(cls=Example, example="themes new my-study")
@STUDY
def new(study: Path) -> None:
    """Make a study folder with commented templates to fill in."""
    from themes import pipeline

    for path in pipeline.new(study):
        click.echo(f"  {path}")
    click.echo(f"Fill in study.toml and sources.csv, put your files in, then: themes check {study}")


@themes.command(cls=Example, example="themes demo\nthemes demo /tmp/demo-study")
@click.argument("study", type=click.Path(path_type=Path), default=Path("demo-study"))
@JSON
def demo(study: Path, as_json: bool) -> None:
    """Copy the demo study (a fiction) to a folder and run it."""
    from themes import pipeline

    with bars(as_json) as watch:
        outcome = pipeline.demo(study, watch)
    tell(outcome, as_json)


@themes.command(cls=Example, example="themes check my-study")
@STUDY
@PRESET
@JSON
def check(study: Path, preset: str | None, as_json: bool) -> None:
    """Read everything, change nothing, and list every problem with its file, row and remedy.

    Ends with 2 if a problem leaves something out of the study, with 0 if there are only warnings or none.
    """
    from themes import pipeline

    with bars(as_json) as watch:
        checked = pipeline.check(study, preset, watch)
    if as_json:
        click.echo(json.dumps(asdict(checked), indent=2, ensure_ascii=False))
    else:
        list_problems(checked.problems)
        click.echo(
            f"{checked.study}: {count(checked.files, 'file')}, {count(checked.sources, 'source')}, "
            f"{count(checked.codes, 'code')}; "
            f"{count(checked.n_errors, 'error')}, {count(len(checked.problems) - checked.n_errors, 'warning')}."
        )
    if checked.n_errors:
        sys.exit(2)


@themes.command(cls=Example, example="themes run my-study\nthemes run my-study --preset focus-groups")
@STUDY
@PRESET
@JSON
def run(study: Path, preset: str | None, as_json: bool) -> None:
    """Bring the study up to date: candidate themes, suggestions, counts and the report.

    Only what changed is done again. You may stop it at any moment and start it again: it goes on where it was. A file
    that cannot be read is left out and listed; it never stops the others.
    """
    from themes import pipeline

    with bars(as_json) as watch:
        outcome = pipeline.run(study, preset, watch)
    tell(outcome, as_json)


@themes.command(
    cls=Example,
    example="themes report my-study\nthemes report my-study --audience public\nthemes report my-study --verify",
)
@STUDY
@click.option(
    "--audience",
    type=click.Choice(["self", "team", "public"]),
    help="For whom: for team and public, page and tables hide what could tell who spoke. Without it the option "
    "report.audience, which is self.",
)
@click.option("--verify", is_flag=True, help="Write nothing; say whether the tables are what would be written now.")
@JSON
def report(study: Path, audience: str | None, verify: bool, as_json: bool) -> None:
    """Write the report and its tables anew from what the last run found, without running anything else.

    The next `themes run` writes it for the audience of the study's options again.
    """
    from themes import pipeline

    if verify:
        _verify(study, as_json, audience)
        return
    with bars(as_json) as watch:
        outcome = pipeline.report(study, watch, audience)
    tell(outcome, as_json)


def _verify(study: Path, as_json: bool, audience: str | None) -> None:
    """Says of each table of the report whether it is the same as one that is made now; ends with 2 if one is not."""
    from themes.pipeline.verifying import verify

    with bars(as_json) as watch:
        found = verify(study, watch, audience)
    if as_json:
        click.echo(json.dumps(asdict(found) | {"same": found.same}, indent=2, ensure_ascii=False))
    else:
        told = [(one.name, "identical" if one.same else f"differs: {'; '.join(one.reasons)}") for one in found.tables]
        click.echo("\n".join(aligned(told, indent=0)))
        click.echo("All tables are what the study gives now." if found.same else "To write them anew: themes report.")
    if not found.same:
        sys.exit(2)


@themes.command(cls=Example, example="themes status my-study")
@STUDY
@JSON
def status(study: Path, as_json: bool) -> None:
    """Say how the study stands: what it holds, when it was last run, what has changed since."""
    from themes import pipeline

    now = pipeline.status(study)
    if as_json:
        click.echo(json.dumps(asdict(now), indent=2, ensure_ascii=False, default=lambda at: at.isoformat()))
        return
    click.echo(now.study)
    if not now.sizes:
        click.echo(f"Not run yet. Next: themes run {study}")
        return
    if now.last_run is not None:
        click.echo(f"Last run: {now.last_run.at.astimezone():%Y-%m-%d %H:%M}, by themes {now.last_run.version}")
    click.echo("Holds: " + ", ".join(count(size, HOLDINGS[name]) for name, size in now.sizes.items()))
    for file in now.changed:
        click.echo(f"  changed since: {file}")
    click.echo(f"A run would do: {', '.join(now.to_do)}" if now.to_do else "Everything is up to date.")


@themes.group()
def models() -> None:
    """List, verify, add and fetch encoders (the models that turn text into vectors)."""


@models.command("list", cls=Example, example="themes models list")
@JSON
def list_models(as_json: bool) -> None:
    """The encoders that a study may name, and whether their files are here."""
    from themes import embed

    found = [(card, _whereabouts(card)) for card in embed.cards()]
    if as_json:
        click.echo(json.dumps([asdict(card) | {"state": state} for card, state in found], indent=2, default=dict))
        return
    for card, state in found:
        window = f"{card.dimensions} dimensions, window {card.window} word pieces"
        click.echo(f"{card.name}\n    {window}; {_languages(card.languages)}; {card.licence or 'licence not stated'}")
        click.echo(f"    {state}{'; for trying the program, not for research' if card.built_in else ''}")


@models.command(cls=Example, example="themes models verify all-MiniLM-L6-v2")
@click.argument("name")
def verify(name: str) -> None:
    """Hold every file of an encoder to the checksum in its card."""
    from themes import embed

    card = embed.card(name)
    folder = embed.verify(card)
    click.echo(f"{card.name}: {count(len(card.files), 'file')} as they should be, in {folder}")


@models.command(cls=Example, example="themes models add ~/models/my-encoder --name my-encoder")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="The name for it; otherwise that of the folder.")
def add(folder: Path, name: str | None) -> None:
    """Make a card for a sentence-transformers folder on this machine."""
    from themes import embed

    card = embed.add(folder, name)
    click.echo(f'Added {card.name}. To use it: [options.embed] encoder = "{card.name}" in study.toml.')


@models.command(cls=Example, example="themes models pull paraphrase-multilingual-MiniLM-L12-v2")
@click.argument("name")
def pull(name: str) -> None:
    """Fetch an encoder's files from its hub: the only command that uses the network."""
    from themes import embed

    card = embed.pull(name)
    click.echo(f"{card.name}: {count(len(card.files), 'file')} fetched, and their checksums recorded.")


def _whereabouts(card: Any) -> str:
    from themes import embed

    try:
        embed.locate(card)
    except ThemesError as missing:
        return f"not here: {missing.remedy}"
    return "here"


def _languages(languages: Sequence[str]) -> str:
    if not languages:
        return "languages not stated"
    if "*" in languages:
        return "any language"
    return (
        ", ".join(languages) if len(languages) <= 6 else f"{len(languages)} languages, {', '.join(languages[:6])} ..."
    )


# --- ending ---


def main() -> NoReturn:
    """Runs the command that was asked for, and ends the program with its exit code."""
    if not sys.warnoptions:
        warnings.simplefilter(
            "ignore"
        )  # what libraries say to their developers; `python -W default -m themes` shows it
    sys.exit(_exit_code(themes))


def _exit_code(command: Callable[..., Any]) -> int:
    try:
        command(standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. Nothing is lost: run the same command again and it goes on where it was.", err=True)
        return 130
    except Exception as trouble:
        return _told(trouble)
    return 0


def _told(trouble: Exception) -> int:
    """The exit code for what stopped a command, after saying what it is and how to mend it."""
    match trouble:
        case click.ClickException():
            trouble.show()
        case ThemesError():
            _complain(trouble.problem, trouble.remedy, trouble.where)
        case OSError(errno=number) if number in _MENDABLE:
            remedy = "Free some space, or allow writing there, and run again."
            _complain(f"{trouble.strerror}.", remedy, str(trouble.filename or ""))
        case _:
            return _bug(trouble)
    return 2


def _complain(problem: str, remedy: str, where: str) -> None:
    click.secho("error: ", fg="red", nl=False, err=True)
    click.echo(f"{where}: {problem}" if where else problem, err=True)
    click.echo(f"    {remedy}", err=True)


def _bug(bug: BaseException) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="themes-bug-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exception(bug, file=file)
    click.secho("This is a bug in themes, not in your study. ", fg="red", nl=False, err=True)
    click.echo(f"Nothing that was decided is lost. What happened stands in {file.name}", err=True)
    return 1
