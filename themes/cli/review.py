"""The command that opens the review app."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

import click

from themes.cli.telling import STUDY, Example, login

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    cls=Example,
    example="themes review my-study\nthemes review my-study --coder anna --port 8500\n"
    "themes review my-study --team --host 192.168.1.20 --certificate us.pem --key us.key",
)
@STUDY
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), help="The port; otherwise 8420, or any free one.")
@click.option("--no-browser", is_flag=True, help="Print the link, and do not open a browser.")
@click.option("--coder", metavar="NAME", help="Who decides; otherwise your login name.")
@click.option("--team", is_flag=True, help="Several coders with accounts (see `themes team`), blind to each other.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="With --team: the address to listen on.")
@click.option("--certificate", metavar="FILE", type=_FILE, help="With --host: the certificate, as PEM.")
@click.option("--key", metavar="FILE", type=_FILE, help="With --host: the key of the certificate, as PEM.")
@click.option("--behind-proxy", metavar="NAME", default="", help="The name under which a proxy serves it with TLS.")
def review(study: Path, no_browser: bool, coder: str | None, team: bool, **place: Any) -> None:
    """Open the review app: decide on suggestions, name candidate themes, keep the codebook.

    Without --host the app runs on this computer alone, and nothing leaves it. Every decision is kept before the page
    goes on, undo reaches back over restarts, and Ctrl+C ends the app at any moment. What you decide is learnt from
    after each batch. The printed link opens the app once; after that it stays open in that browser.
    """
    from themes.ingest import read_study
    from themes.presets import of_stage
    from themes.prevalence import PrevalenceOptions
    from themes.project import must_have_run, person_name
    from themes.review import ReviewOptions
    from themes.web.desk import Terms, cloud_folder
    from themes.web.serving import Place, serve

    found = read_study(study)
    must_have_run(study)
    cloud = cloud_folder(study)
    if cloud:
        click.secho("warning: ", fg="yellow", nl=False, err=True)
        click.echo(
            f"{study} lies in a folder that {cloud} keeps in step.\n    The service may copy the file while it is "
            "written, and interviews leave this computer: move the study to a folder of its own.",
            err=True,
        )

    listening = Place(**place)
    listening.check(team=team)
    way_in = _way_in(study) if team else ""

    def told(address: str, launch: str) -> None:
        link = address + (way_in or launch)
        click.echo(f"{found.title}: the review app is open at\n  {link}\nCtrl+C ends it; nothing is lost.")
        if not no_browser:
            webbrowser.open(link)

    options, prevalence = of_stage(found, "review", ReviewOptions()), of_stage(found, "prevalence", PrevalenceOptions())
    terms = Terms(found, options, person_name(coder or login()), team, prevalence)
    serve(terms, listening, told)


def _way_in(study: Path) -> str:
    """Where a team comes in: by name and password, or, where nobody owns the study yet, by the first invitation."""
    from datetime import timedelta

    from themes.domain import Role
    from themes.pipeline.teaming import invite, team

    if any(one.role is Role.OWNER and not one.closed for one in team(study).members):
        return "/sign-in"
    return f"/invitation?token={invite(study, Role.OWNER, '', timedelta(days=1)).token}"
