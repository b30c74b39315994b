"""The commands that learn from decisions: by hand, and for the review app in a process of its own."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, bars, list_problems


@click.command(cls=Example, example="themes learn my-study")
@STUDY
@JSON
def learn(study: Path, as_json: bool) -> None:
    """Make the suggestions anew from everything decided so far, and say what changed.

    Segments, vectors and candidate themes stay as the last run left them, so this takes seconds. What you decided is
    never touched; what somebody decides while it is at work counts the next time. The report has the new suggestions
    after the next `themes run`.
    """
    from themes.pipeline.learning import learn as learn_anew

    with bars(as_json) as watch:
        learnt = learn_anew(study, watch)
    if as_json:
        click.echo(as_json_text(asdict(learnt)))
        return
    list_problems(learnt.problems)
    click.echo(learnt.words)
    if learnt.moved:
        click.echo("\nsegments  first suggestion before -> now")
    for one in learnt.moved:
        click.echo(f"{one.segments:>8,}  {one.before or 'none'} -> {one.after or 'none'}")
    if learnt.changed > (told := sum(one.segments for one in learnt.moved)):
        click.echo(f"{learnt.changed - told:>8,}  others")


@click.command(hidden=True, cls=Example, example='echo \'{"id": 1, "do": "learn"}\' | themes worker my-study')
@STUDY
def worker(study: Path) -> None:
    """Do what the review app asks for: a request a line on standard input, answers on standard output.

    Ends at the end of its input, or when nobody reads its answers any more.
    """
    from themes.pipeline.worker import serve

    with suppress(BrokenPipeError), os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print must not come between the answers
        serve(study, sys.stdin, answers)
