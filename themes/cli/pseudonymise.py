"""The commands that put pseudonyms in place of names before transcripts enter a study."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, aligned, count

if TYPE_CHECKING:
    from themes.pipeline.pseudonymising import Proposed
    from themes.pseudonyms import Entry, Proposal

_FILES = click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
_KEY = click.option(
    "--key",
    metavar="KEY.csv",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The key, which leads from names to pseudonyms: a file outside every study. It is made where there is none.",
)
_SHOWN = 8
_INCOMPLETE = "The rules do not find everything, nicknames and names in small letters least of all: read every text."


@click.group()
def pseudonymise() -> None:
    """Put pseudonyms in place of names, before transcripts enter a study.

    Rules and lists propose names of persons, places, organisations and offices, in English and French; you decide on
    each; they are replaced by [Person 3] or [Town 1], the same everywhere, and the key stays outside the study. The
    rules do not find everything, so read each transcript afterwards. Nothing leaves this computer.

    \b
    1. themes pseudonymise propose originals/*.docx --key private/key.csv
    2. decide in private/key-proposed.csv, or with --ask
    3. themes pseudonymise apply originals/*.docx --key private/key.csv --to my-study
    4. themes pseudonymise check my-study --key private/key.csv
    5. themes pseudonymise risk my-study
    """


@pseudonymise.command(
    cls=Example,
    example="themes pseudonymise propose originals/*.docx --key private/key.csv\n"
    "themes pseudonymise propose originals/*.docx --key private/key.csv --ask",
)
@_FILES
@_KEY
@click.option("--ask", is_flag=True, help="Go through the names here, one by one. You may stop and go on later.")
@JSON
def propose(files: tuple[Path, ...], key: Path, ask: bool, as_json: bool) -> None:
    """Write a table of names for you to decide on, beside the key.

    Open it in a spreadsheet and write into the column decision: yes to replace, no where it is no name, keep for a name
    that may stay. Change a pseudonym as you like; rows with the same pseudonym are one person. Add a row of your own
    for each name that was not found: the name is enough. Run it again at any time, what you decided stays.
    """
    from themes.pipeline.pseudonymising import proposed

    found = proposed(files, key)
    if ask:
        found = _asked(found)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found.proposals], indent=2, ensure_ascii=False))
        return
    kinds = [one.entry.kind.value for one in found.proposals]
    told = [(kind, f"{kinds.count(kind)}") for kind in dict.fromkeys(kinds)]
    click.echo("\n".join(aligned(told, indent=2)))
    click.echo(f"{count(len(kinds), 'name')}, {found.undecided} without a decision: {found.table}")
    click.echo(f"{_INCOMPLETE} A name that you miss in the table: add a row.")


@pseudonymise.command(
    cls=Example,
    example="themes pseudonymise apply originals/*.docx --key private/key.csv --to my-study\n"
    "themes pseudonymise apply originals/*.docx --key private/key.csv --to my-study --undecided yes",
)
@_FILES
@_KEY
@click.option(
    "--to", "study", metavar="STUDY", required=True, type=click.Path(path_type=Path), help="The study's folder."
)
@click.option("--force", is_flag=True, help="Write over transcripts of the same name that have another content.")
@click.option(
    "--undecided",
    type=click.Choice(["yes", "keep", "no"]),
    help="What counts for rows without a decision; otherwise nothing is written while there are any.",
)
@JSON
def apply(files: tuple[Path, ...], as_json: bool, **asked: Any) -> None:
    """Write the transcripts with pseudonyms into the study's folder transcripts.

    Text, subtitles and tables stay what they are, other files become .txt. A name in a file's name is replaced too.
    What was decided is added to the key, where a name keeps its pseudonym for every later batch. Nothing is written
    over without --force, and nothing at all into a key inside a study.
    """
    from themes.pipeline.pseudonymising import applied
    from themes.pseudonyms import Choice

    undecided = Choice(asked.pop("undecided")) if asked["undecided"] else asked.pop("undecided")
    done = applied(files, undecided=undecided, **asked)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2, ensure_ascii=False, default=str))
        return
    for one in done.files:
        names, times = len(one.counts), sum(one.counts.values())
        state = "" if one.is_new else ", as it was already"
        click.echo(f"  {one.target}: {count(times, 'name')} replaced, {count(names, 'pseudonym')}{state}")
    click.echo(f"{done.key}: {count(done.added, 'name')} added. Keep it where only you can read it.")
    for spelling, times in done.left.items():
        click.echo(f'  left as an ordinary word, in small letters: "{spelling.lower()}" ({times})')
    if done.unmet:
        click.echo(f"  in none of these files: {', '.join(done.unmet)}. Did a spreadsheet change the name?")
    click.echo(f"{_INCOMPLETE} Next: themes pseudonymise check {asked['study']} --key {done.key}")


def _asked(found: Proposed) -> Proposed:
    """The proposals with the answers of whoever sits at the terminal, each written before the next question."""
    from themes.pipeline.pseudonymising import decided

    click.echo("y replace, n no name, k keep, p another pseudonym, s later, q stop. Each answer is kept at once.")
    proposals = list(found.proposals)
    for number, one in enumerate(proposals):
        if one.entry.choice is not None:
            continue
        answer = _answered(one, sum(other.entry.choice is None for other in proposals))
        if answer is None:
            break
        proposals[number] = replace(one, entry=answer)
        decided(found.table, proposals)
    return replace(found, proposals=tuple(proposals))


def _answered(one: Proposal, left: int) -> Entry | None:
    """The entry as it was decided on, the same for later, None to stop."""
    from themes.pseudonyms import Choice

    entry = one.entry
    click.echo(f"\n{entry.name}  ({entry.kind}, {count(one.occurrences, 'time')}; {one.rule}; {left} to go)")
    if entry.variants:
        click.echo(f"  also: {', '.join(entry.variants)}")
    for place in one.places:
        click.echo(f"  {place.file} line {place.line}: {place.context}")
    answer = click.prompt(f"  {entry.pseudonym}", type=click.Choice(list("ynkpsq")), default="y", show_choices=False)
    if answer == "p":
        written = click.prompt("  pseudonym", default=entry.pseudonym).strip().strip("[]")
        return replace(entry, pseudonym=f"[{written}]", choice=Choice.YES)
    choices: dict[str, Entry | None] = {"s": entry, "q": None}
    choices |= {letter: replace(entry, choice=choice) for letter, choice in zip("ynk", Choice, strict=True)}
    return choices[answer]


@pseudonymise.command(
    cls=Example,
    example="themes pseudonymise check my-study --key private/key.csv",
)
@STUDY
@_KEY
@click.option("--show-names", is_flag=True, help="Print the real names too; without it their pseudonyms alone.")
@JSON
def check(study: Path, key: Path, show_names: bool, as_json: bool) -> None:
    """Search every byte of a study for real names of the key; ends with 2 where one stands.

    It looks into transcripts, lists, the project file, the cache, the report and backups, in any encoding, and inside
    Word, Excel, PDF, zip and Parquet files. It finds names of the key, not those that nobody put there.
    """
    from themes.pipeline.searching import search

    found = search(study, key)
    if as_json:
        told = asdict(found)
        for one in told["sightings"]:
            one["name"] = one["name"] if show_names else ""
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for one in found.sightings:
            name = f' "{one.name}"' if show_names else ""
            click.echo(f"  {one.file}, {one.where}: {one.pseudonym}{name}, {count(one.times, 'time')}")
        for unread in found.unread:
            click.echo(f"  not searched: {unread}")
        click.echo(
            f"{count(found.names, 'name')} of the key sought in {count(found.files, 'file')}: "
            f"{count(len(found.sightings), 'place')} where one stands."
        )
    if found.sightings or found.unread:
        sys.exit(2)


@pseudonymise.command(
    cls=Example,
    example="themes pseudonymise risk my-study\nthemes pseudonymise risk my-study --least 5",
)
@STUDY
@click.option(
    "--least",
    metavar="N",
    type=click.IntRange(2),
    default=3,
    show_default=True,
    help="How many participants should share a combination.",
)
@JSON
def risk(study: Path, least: int, as_json: bool) -> None:
    """Show what still tells who speaks: traits that few share, days, offices, what looks like a name.

    Actor group, mission, period, year and role are combined up to three at a time; a combination that fewer than N
    participants share is listed, the smallest alone. In a small study that is nearly everybody: it says where to make
    a group wider, a date coarser or a title plainer. What a story itself gives away no program sees.
    """
    from themes.pipeline.risking import risk as at_risk

    found = at_risk(study, least)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    click.echo(f"{found.study}: {count(found.participants, 'participant')}")
    by_source = {one.source: [rare for rare in found.rare if rare.source == one.source] for one in found.telling}
    for one in found.telling:
        click.echo(f"\n{one.source}")
        for rare in by_source[one.source]:
            values = ", ".join(f"{trait} {value}" for trait, value in rare.values)
            click.echo(f"  {'nobody else has' if rare.shared_by == 1 else f'{rare.shared_by} have'}: {values}")
        for what, words in (("days", one.days), ("roles", one.roles), ("still like names", one.names)):
            if words:
                more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
                click.echo(f"  {what}: {', '.join(words[:_SHOWN])}{more}")
    for unread in found.unread:
        click.echo(f"not read: {unread}")
    alone = len({rare.source for rare in found.rare if rare.shared_by == 1})
    click.echo(f"\n{count(alone, 'interview')} with a combination that nobody else has. {_INCOMPLETE}")
