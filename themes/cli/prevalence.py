"""The commands on shares: an audit, and what it tells of each code, group, mission and period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, aligned, as_json_text, count, login

if TYPE_CHECKING:
    from themes.domain import Estimate
    from themes.pipeline.auditing import Audited
    from themes.pipeline.estimating import Found
    from themes.prevalence import Draws

_HEADINGS = (
    "",
    "share",
    "informants 95%",
    "corpus 95%",
    "words",
    "interviews",
    "people",
    "checked",
    "of",
    "more",
    "note",
)
_LEGEND = (
    "informants: had you interviewed others like these. corpus: had people coded every segment. words: share of words.",
    "interviews: with a checked mention, of all; people: so many at least, of all; checked segments, of all;",
    "more: further checks there for a corpus interval of 5 points either way.",
)


@click.command(
    cls=Example,
    example="themes audit my-study\nthemes audit my-study --share 0.1\n"
    'themes audit my-study --share 0.2 --extend\nthemes audit my-study --share 0.3 --code "Use of force / Caveats"',
)
@STUDY
@click.option("--share", type=float, metavar="SHARE", help="Of all segments, 0 to 1; otherwise that of the options.")
@click.option("--code", "codes", metavar="CODE", multiple=True, help="Only for this code; repeat it for others.")
@click.option("--extend", is_flag=True, help="Draw more, up to the new --share, without spoiling the chances.")
@click.option("--seed", type=int, metavar="NUMBER", help="Where the draw begins.")
@click.option("--coder", metavar="NAME", help="Who draws it; otherwise your login name.")
@JSON
def audit(study: Path, coder: str | None, as_json: bool, **asked: Any) -> None:
    """Draw segments by chance for people to check, blind; or, without options, say how the audits stand.

    What people say of a part that was drawn by chance tells about all of it, however wrong the machine is. The chance
    of every segment is kept before anybody sees what was drawn, larger where the machine is less sure. `themes review`
    shows the drawn segments in its batches without suggestions; `themes prevalence` says what the answers tell.
    """
    from themes.pipeline import auditing

    if not any(asked[name] for name in ("codes", "extend")) and asked["share"] is None and asked["seed"] is None:
        title, found = auditing.standing(study)
        if found or as_json:
            click.echo(as_json_text([asdict(one) for one in found]) if as_json else click.style(title, bold=True))
            for line in [] if as_json else _audits(found):
                click.echo(line)
            return
    drawn = auditing.draw(study, auditing.Asked(**asked), coder or login())
    if as_json:
        click.echo(as_json_text(asdict(drawn)))
        return
    click.secho(drawn.study, bold=True)
    for line in _audits([drawn]):
        click.echo(line)
    click.echo(f"Check them, without suggestions: themes review {study}\nThen: themes prevalence {study}")


def _audits(found: Sequence[Audited]) -> Iterator[str]:
    for one in found:
        of = count(len(one.audit.codes), "code")
        yield (
            f"  audit #{one.audit.id} of {of}: {one.drawn:,} of {count(one.segments, 'segment')} drawn"
            f" ({one.audit.share:.0%} asked), {one.answered:,} answered, {one.waiting:,} wait"
            + (f"; {one.coded:,} had been coded before" if one.coded else "")
        )


@click.command(
    cls=Example,
    example="themes prevalence my-study\nthemes prevalence my-study --by mission --by group\n"
    'themes prevalence my-study --by period --code "Keeping promises"',
)
@STUDY
@click.option(
    "--by",
    metavar="WAY",
    multiple=True,
    default=("group",),
    show_default=True,
    help="group, subgroup, mission, period or kind; repeat it to cross them.",
)
@click.option("--code", "subjects", metavar="CODE", multiple=True, help="Only this code, group of codes or theme.")
@click.option("--themes", "with_themes", is_flag=True, help="Candidate themes too, by the codes that they map to.")
@click.option("--smoothed", is_flag=True, help="A second view of group by period, which supposes that they add up.")
@JSON
def prevalence(study: Path, subjects: tuple[str, ...], smoothed: bool, as_json: bool, **asked: Any) -> None:
    """How often each code is spoken of, by actor group, mission and period, with intervals that hold.

    Shares come from the machine's suggestions, set right by what people said of segments drawn by chance (`themes
    audit`). Before an audit there are counts alone: an interval around a machine's share would be a claim that nobody
    has tested. All cells go to results/prevalence.csv, with results/data-dictionary.csv.
    """
    from themes.pipeline.estimating import Asked, prevalence

    if smoothed:
        _second_view(study, subjects, as_json)
        return
    kinds = ("code", "code group", "theme") if asked["with_themes"] or subjects else ("code", "code group")
    found = prevalence(study, Asked(asked["by"], subjects, kinds))
    if as_json:
        told = {"study": found.study, "estimates": [asdict(one) for one in found.estimates], "files": found.files}
        click.echo(as_json_text(told | {"files": [str(one) for one in found.files]}))
        return
    for line in _shares(found, study):
        click.echo(line)


def _second_view(study: Path, subjects: tuple[str, ...], as_json: bool) -> None:
    from themes.pipeline.smoothing import second_view

    found = second_view(study, subjects)
    if as_json:
        click.echo(as_json_text(asdict(found) | {"file": str(found.file)}))
        return
    click.secho(found.study, bold=True)
    click.echo(
        "A second view, never the first: small cells of group and period drawn towards what they have in common (Fay\n"
        "and Herriot). It supposes that groups and periods add up, and hides a cell that is unlike its neighbours."
    )
    for subject, own in groupby(found.cells, key=lambda one: one.subject):
        click.secho(f"\n{subject}", bold=True)
        rows = (
            (" · ".join(one.cell), percent(one.direct), percent(one.share), between((one.low, one.high)),
             f"{one.own:.0%}", f"{one.interviews}", "")
            for one in own
        )  # fmt: skip
        for line in aligned([("", "own share", "smoothed", "95%", "of its own", "interviews", ""), *rows]):
            click.echo(line)
    for subject, why in found.why:
        click.echo(f"{subject}: {why}")
    click.echo(f"All of it: {found.file}")


def _shares(found: Found, study: Path) -> Iterator[str]:
    yield click.style(found.study, bold=True)
    yield from _basis(found.audits, study)
    for (kind, subject), own in groupby(found.estimates, key=lambda one: (one.subject_kind, one.subject)):
        rows = list(own)
        yield ""
        yield click.style(
            found.names.get(subject, subject) + (", all below it" if kind == "code group" else ""), bold=True
        )
        if any(one.checked for one in rows):
            yield from aligned([_HEADINGS, *(_line(one) for one in rows)])
        else:
            yield from aligned([("", "the machine suggests", "of", "note"), *(_counted(one) for one in rows)])
    if any(one.checked for one in found.estimates):
        yield ""
        yield from _LEGEND
    yield f"All cells: {found.files[0]}"


def _basis(audits: Sequence[Draws], study: Path) -> Iterator[str]:
    if not audits:
        yield (
            "Unaudited, no interval: these are counts of what the machine suggests first. It errs differently by "
            "group, so they are no shares of what people said."
        )
        yield f"Draw a part by chance to check: themes audit {study}"
        return
    for one in audits:
        check = one.checked
        yield (
            f"Audit #{one.audits[-1].id} of {count(len(one.codes), 'code')}: {check.n_answered:,} of "
            f"{check.n_drawn:,} drawn segments checked, of {len(check.segments):,}."
        )
        if one.gone:
            yield (
                f"  Not in the codebook any more, so without a share: {', '.join(one.gone)}. What was said of them "
                "stays in the log, and counts again if they come back."
            )
        if check.n_answered < check.n_drawn:
            yield f"  {check.n_drawn - check.n_answered:,} wait for an answer: themes review {study}"


def place(one: Estimate) -> str:
    """The cell in words."""
    parts = [part for part in (one.actor_group, one.mission, one.period) if part != "all"]
    kind = {"talk": "", "mandate": "mandates"}.get(one.source_kind, one.source_kind)
    if not parts:
        return {"talk": "all talk", "mandate": "all mandates"}.get(one.source_kind, f"all {one.source_kind}s")
    return " · ".join([*([kind] if kind else []), *parts])


def _line(one: Estimate) -> tuple[str, ...]:
    hidden = str(one.showing) == "hidden"
    if hidden or (not one.checked and one.estimate is None):
        of = "" if hidden else f"{one.segments:,}"
        return (place(one), str(one.showing) if hidden else "-", "", "", "", "", "", "", of, "", one.note)
    counted = str(one.showing) == "k of J interviews"
    return (
        place(one),
        percent(one.estimate),
        between(one.informants_interval),
        between(one.corpus_interval),
        percent(one.of_words),
        f"{one.in_interviews} of {one.interviews}" if counted or one.interviews else "-",
        f"{one.at_least} of {one.participants}",
        f"{one.checked:,}",
        f"{one.segments:,}",
        "-" if one.more is None else f"{one.more:,}",
        one.note,
    )


def _counted(one: Estimate) -> tuple[str, ...]:
    if str(one.showing) == "hidden":
        return place(one), "hidden", "", one.note
    return place(one), f"{one.count:,}", f"{one.segments:,}", one.note


def percent(share: float | None) -> str:
    """A share as a whole percentage, one decimal below ten; `-` for none."""
    if share is None or share != share:  # noqa: PLR0124  which only nan is
        return "-"
    return f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"


def between(interval: tuple[float, float] | None) -> str:
    """An interval of percentages; `-` for none."""
    return "-" if interval is None else f"{percent(interval[0])} to {percent(interval[1])}"
