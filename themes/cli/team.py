"""The commands on a team: invite, list, close an account; and how far its coders agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from themes.cli.telling import JSON, STUDY, Example, aligned, as_json_text, count

if TYPE_CHECKING:
    from themes.pipeline.agreeing import Agreed
    from themes.review.agreement import Agreement, Comparison

_ROLES = ("owner", "adjudicator", "coder", "reader")


@click.group()
def team() -> None:
    """Invite coders to a study, list them, and close accounts.

    Each person has an account of their own; their decisions stand in the log under its name. Whoever may write the
    study's folder may do all of this, so keep it on the computer that runs the review app.
    """


@team.command(
    "invite",
    cls=Example,
    example="themes team invite my-study --role coder\nthemes team invite my-study --name anna --days 2",
)
@STUDY
@click.option("--role", type=click.Choice(_ROLES), help="What they may do; otherwise what they did before, else code.")
@click.option("--name", metavar="NAME", default="", help="For this person alone; with an account: a new password.")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How long it can be accepted.")
@JSON
def invite_command(study: Path, role: str | None, name: str, days: int, as_json: bool) -> None:
    """Make an invitation: its holder chooses a name and a password, once, before it expires.

    It is printed this once and not kept. Send it to one person by a way that nobody else reads. With --name it is for
    the person of that name: somebody who decided things under it before there were accounts, who forgot the password,
    or whose account was closed.
    """
    from themes.domain import Role
    from themes.pipeline.teaming import invite

    made = invite(study, Role(role) if role else None, name, timedelta(days=days))
    if as_json:
        click.echo(as_json_text(asdict(made)))
        return
    told = made.invitation
    whom = f"{told.account}, {told.role}" if told.account else f"a new {told.role}"
    click.echo(f"Invitation for {whom}, good until {told.expires.astimezone():%Y-%m-%d %H:%M}, for one use:")
    click.echo(
        f"\n    /invitation?token={made.token}\n\nIt is not kept: send it now, behind the address of the review app "
        f"(`themes review {study} --team`)."
    )


@team.command("list", cls=Example, example="themes team list my-study")
@STUDY
@JSON
def list_command(study: Path, as_json: bool) -> None:
    """The accounts of a study, and the invitations that nobody has accepted yet."""
    from themes.pipeline.teaming import team

    found = team(study)
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    for one in found.members:
        closed = "  closed" if one.closed else ""
        since = f"since {one.at.astimezone():%Y-%m-%d}"
        click.echo(f"{one.name:<40} {one.role:<12} {since}  {count(one.decisions, 'decision')}{closed}")
    for invitation in found.invitations:
        whom = invitation.account or "(anybody who has it)"
        click.echo(f"{whom:<40} {invitation.role:<12} invited, until {invitation.expires.astimezone():%Y-%m-%d %H:%M}")
    if not (found.members or found.invitations):
        click.echo(f"Nobody has an account. The first: themes team invite {study} --role owner")


@team.command("close", cls=Example, example="themes team close my-study anna")
@STUDY
@click.argument("name")
@JSON
def close_command(study: Path, name: str, as_json: bool) -> None:
    """Close an account: nobody can sign in with it. What the person decided stays, and so does the name.

    `themes team invite --name` opens it again.
    """
    from themes.pipeline.teaming import close

    closed = close(study, name)
    if as_json:
        click.echo(as_json_text(asdict(closed)))
        return
    click.echo(f"{closed.name} can no longer sign in; {count(closed.decisions, 'decision')} on segments stay.")


@click.command(cls=Example, example="themes agreement my-study\nthemes agreement my-study --coder anna --coder ben")
@STUDY
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Compare this coder; repeat it for others.")
@click.option("--anyway", "all_the_same", is_flag=True, help="Show figures for a reflexive study too.")
@JSON
def agreement(study: Path, coders: tuple[str, ...], all_the_same: bool, as_json: bool) -> None:
    """How far coders agree, code by code: with each other, with themselves, and with the machine.

    Only segments count that both are done with; what a coder who is done did not give counts as not carried. Read
    alpha and AC1 together: of a rare code alpha can be low and AC1 high for the same words. An interval says what other
    interviews like these would give. With an audit, its segments are told of once more, each weighed by 1 / its chance:
    what the figures would be in all segments. All of it goes to results/agreement.csv.
    """
    from themes.pipeline import tabling
    from themes.pipeline.agreeing import agree

    found = agree(study, coders, all_the_same=all_the_same)
    file = tabling.keep(study, tabling.agreement_table(found)) if found.found else None
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    for line in _agreed(found, study):
        click.echo(line)
    if file:
        click.echo(f"All of it: {file}")


def _agreed(agreed: Agreed, study: Path) -> Iterator[str]:
    yield click.style(agreed.study, bold=True)
    if agreed.found is None:
        yield (
            'This study is reflexive (`approach = "reflexive"` in study.toml): a reading is not better because another '
            "coder has the same one, so agreement figures are hidden.\n"
            f"To talk about where you differ they can be of use all the same: themes agreement {study} --anyway"
        )
        return
    found = agreed.found
    yield from _part("Coders with each other", found.coders, _no_pair(agreed.coders))
    yield from _part("Coders with themselves", found.themselves, "Nobody has coded a segment a second time yet.")
    machine = "Nobody has coded a segment before seeing its suggestion yet."
    yield from _part("Coders with the machine's first suggestion, coded before it was seen", found.machine, machine)
    if agreed.audited is not None:
        yield from _on_audit(agreed.audited)
    if found.coders or found.themselves or found.machine:
        yield "\nalpha: 1 is full agreement, 0 what chance gives. AC1: less moved by how rare a code is. Read both."


def _on_audit(audited: Agreement) -> Iterator[str]:
    yield f"\n{click.style('On the audited segments, each weighed by 1 / its chance', bold=True)}"
    yield (
        "  What these figures would be in all segments. In the parts above each segment counts once; those coded before"
        "\n  the suggestion was seen are mostly the audit's, which draws doubtful ones more often, so they agree less."
    )
    nobody = "No two coders have answered the same segment of the audit yet."
    yield from _part("Coders with each other, on the audit", audited.coders, nobody)
    machine = "Nobody has answered a segment of the audit that has a suggestion yet."
    yield from _part("Coders with the machine's first suggestion, on the audit", audited.machine, machine)


def _no_pair(coders: Sequence[str]) -> str:
    if not coders:
        return "Nobody has decided anything yet."
    if len(coders) == 1:
        return f"Only {coders[0]} is compared: agreement takes two."
    return f"No segment is done by two of {', '.join(coders)}: give them some segments in common."


def _part(title: str, comparisons: Sequence[Comparison], nothing: str) -> Iterator[str]:
    yield f"\n{click.style(title, bold=True)}"
    if not comparisons:
        yield f"  {nothing}"
    for one in comparisons:
        yield from _comparison(one)


def _comparison(one: Comparison) -> Iterator[str]:
    from themes.review.agreement import AGREEMENT_HEADINGS, agreement_rows, figure

    where = f"{count(one.segments, 'segment')} of {count(one.interviews, 'interview')}"
    yield f"\n  {' and '.join(one.between)}: {where}"
    if one.caution:
        yield f"  {one.caution[0].upper()}{one.caution[1:]}."
    if one.in_sight:
        yield f"  On {one.in_sight:,} of them somebody had a suggestion in sight, which draws coders together."
    table = [AGREEMENT_HEADINGS, *agreement_rows(one)]
    yield from aligned(table)
    if one.silent:
        yield f"  Nobody gave {count(len(one.silent), 'code')}: nothing can be said of them."
    for cut in one.boundaries:
        if cut.moved:
            both = "" if cut.where_both is None else f"; where both gave it {cut.where_both:.0%}"
            said = f"{cut.share:.0%} of characters in common{both}; u-alpha {figure(cut.u_alpha)}"
            yield f"  Excerpts of {cut.code}: {said}"
    if one.u_alpha is not None:
        yield f"  Excerpts of all codes, as sets: u-alpha {figure(one.u_alpha)}"
