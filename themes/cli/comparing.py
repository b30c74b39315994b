"""The commands that compare and plan: whether cells differ, and how much checking would tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.prevalence import percent
from themes.cli.telling import JSON, STUDY, Example, aligned, as_json_text, bars, count

if TYPE_CHECKING:
    from themes.pipeline.comparing import Changed, Compared, Comparisons
    from themes.pipeline.planning import Plan, Planned
    from themes.prevalence.comparing import Between
    from themes.prevalence.profiles import Profiles

_PAIR = ("", "shares", "difference", "informants 95%", "corpus 95%", "log odds", "p", "adjusted", "would find", "note")
_LEGEND = (
    "difference: points, first less second. p: interviews exchanged within missions; adjusted: in its family, by",
    "Benjamini and Hochberg. would find: the smallest difference that so many interviews find four times in five. A p",
    "above .05 says nothing about differences smaller than that.",
)


@click.command(
    cls=Example,
    example='themes compare my-study --between "UN" "NGOs"\nthemes compare my-study --mission MINUSMA\n'
    "themes compare my-study --periods --mission MINUSMA\nthemes compare my-study --at 2013-04-25\n"
    "themes compare my-study --mandates",
)
@STUDY
@click.option("--between", nargs=2, metavar="ONE OTHER", help="Two actor groups, missions or periods.")
@click.option("--mission", default="", metavar="NAME", help="Only what is said of this mission.")
@click.option("--periods", is_flag=True, help="All periods with each other, in the place of all actor groups.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Before and after a known day.")
@click.option("--mandates", is_flag=True, help="Talk against mandates, by the rank of each code, never by level.")
@click.option("--code", "subjects", metavar="CODE", multiple=True, help="Only this code, group of codes or theme.")
@click.option("--permutations", default=9_999, show_default=True, type=click.IntRange(99, 1_000_000))
@click.option("--seed", default=1, show_default=True, help="Where the permutations begin.")
@JSON
def compare(study: Path, mandates: bool, as_json: bool, **asked: Any) -> None:
    """Whether actor groups, periods, or talk and mandates differ, with the difference, its intervals and a p-value.

    Without options all actor groups are compared, two by two. Interviews are what is exchanged, never segments: those
    of one interview are alike, and a test that takes them for independent finds differences that are not there. It
    needs answers to an audit (`themes audit`). All of it goes to results/comparisons.csv.
    """
    from themes.pipeline import comparing, tabling

    if mandates:
        title, codes, found = comparing.against_mandates(study, asked["seed"])
        file = tabling.keep(study, tabling.profiles_table(codes, found))
        lines = _profiles(title, codes, found)
        told: Any = {"study": title, "codes": codes, "profiles": asdict(found)}
    else:
        at = asked.pop("at")
        day = at.date() if isinstance(at, datetime) else None
        with bars(as_json) as watch:
            compared = comparing.compare(
                study, comparing.Asked(at=day, **_without_nothing(asked)), lambda done, of: watch("compare", done, of)
            )
        file = tabling.keep(study, tabling.comparisons_table(compared))
        lines, told = _comparisons(compared), asdict(compared)
    if as_json:
        click.echo(as_json_text(told))
        return
    for line in lines:
        click.echo(line)
    click.echo(f"All of it: {file}")


def _without_nothing(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _comparisons(found: Comparisons) -> Iterator[str]:
    from themes.pipeline.comparing import by_subject

    yield click.style(found.study, bold=True)
    anywhere = {(one.subject_kind, one.subject): one for one in found.anywhere}
    for key, pairs in by_subject(found):
        yield f"\n{click.style(found.names.get(key[1], key[1]), bold=True)}"
        if key in anywhere:
            test = anywhere[key]
            yield f"  all {len(test.cells)} at once: p {_p(test.test.p)}, adjusted {_p(test.adjusted_p)}"
        yield from aligned([_PAIR, *(_pair(one) for one in pairs)])
    if found.pairs:
        families = f"{count(found.pairs[0].family, 'p-value')} of pairs are one family."
        yield f"\n{families}"
        yield from _LEGEND
    if found.changes:
        head = ("", "change", "95%", "p", "adjusted", "interviews before, after, both", "note")
        yield from aligned([head, *(_changed(one) for one in found.changes)])
        yield f"\nBefore and after {found.changes[0].at}; {count(found.undated, 'segment')} are on neither side."


def _pair(one: Compared) -> tuple[str, ...]:
    names = f"{one.one} - {one.other}"
    if one.hidden:
        return (names, "hidden", *([""] * (len(_PAIR) - 3)), "it could tell who spoke")
    note = one.test.why
    if one.test.least_p is not None and one.test.least_p > 0.05:
        note = f"so few interviews cannot give a p below {one.test.least_p:.2f}"
    return (
        names,
        f"{percent(one.shares[0])}, {percent(one.shares[1])}",
        _points(one.difference.value),
        _range(one.difference),
        _range(one.of_corpus),
        "-" if one.log_odds.value is None else f"{one.log_odds.value:+.2f}",
        _p(one.test.p),
        _p(one.adjusted_p),
        "-" if one.detectable is None else _points(one.detectable).lstrip("+"),
        note,
    )


def _changed(one: Changed) -> tuple[str, ...]:
    change = one.change
    interval = "-" if change.low is None or change.high is None else f"{_points(change.low)} to {_points(change.high)}"
    interviews = ", ".join(str(number) for number in change.interviews)
    return one.subject, _points(change.change), interval, _p(change.p), _p(one.adjusted_p), interviews, change.why


def _profiles(title: str, codes: tuple[str, ...], found: Profiles) -> Iterator[str]:
    yield click.style(title, bold=True)
    if found.why:
        yield f"Nothing to compare: {found.why}."
        return
    interviews, mandates = found.units
    yield f"Talk ({count(interviews, 'interview')}) against mandates ({count(mandates, 'text')}), by rank of the codes."
    for name, value, interval in (
        ("Spearman", found.spearman, found.spearman_interval),
        ("Kendall tau-b", found.kendall, found.kendall_interval),
    ):
        ends = f", 95% {interval[0]:.2f} to {interval[1]:.2f}" if interval else ""
        yield f"  {name}: {'-' if value is None else f'{value:.2f}'}{ends}"
    if found.interval_why:
        yield f"  {found.interval_why}"
    rows = [("", "in talk", "in mandates", "difference", "95%", "")]
    for code, one in sorted(zip(codes, found.codes, strict=True), key=lambda pair: pair[1].first):
        ends = f"{one.interval[0]:+.1f} to {one.interval[1]:+.1f}" if one.interval else "-"
        rows.append((code, f"{one.first:g}", f"{one.second:g}", f"{one.difference:+g}", ends, ""))
    yield from aligned(rows)


@click.command(
    cls=Example,
    example='themes plan my-study --between "UN" "NGOs" --within 5\n'
    'themes plan my-study --cell "UN" --code "Keeping promises" --within 3',
)
@STUDY
@click.option("--between", nargs=2, metavar="ONE OTHER", help="Two groups, missions or periods: their difference.")
@click.option("--cell", metavar="NAME", help="One group, mission or period: its share. Otherwise all talk.")
@click.option("--code", "codes", metavar="CODE", multiple=True, help="For this code; otherwise for three of them.")
@click.option("--within", default=5.0, show_default=True, metavar="POINTS", help="How precisely, either way.")
@click.option("--replicates", default=60, show_default=True, type=click.IntRange(20, 10_000), help="Trials of a size.")
@click.option("--seed", default=1, show_default=True, help="Where the trials begin.")
@JSON
def plan(study: Path, between: tuple[str, str] | None, cell: str | None, as_json: bool, **asked: Any) -> None:
    """How many segments to check so that a share, or the difference of two, is known to so many points either way.

    Audits of several sizes are tried out on the study's own interviews, lengths, groups and scores. What no checking
    can give, since too few people were interviewed, is said as well.
    """
    from themes.pipeline import planning, tabling

    cells = between or ((cell,) if cell else ())
    within = asked.pop("within") / 100
    with bars(as_json) as watch:
        found = planning.plan(
            study, planning.Asked(cells=cells, within=within, **asked), lambda done, of: watch("plan", done, of)
        )
    file = tabling.keep(study, tabling.plan_table(found))
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    for line in _plan(found):
        click.echo(line)
    click.echo(f"All of it: {file}")


def _plan(found: Plan) -> Iterator[str]:
    yield click.style(found.study, bold=True)
    what = {0: "the share in all talk", 1: f"the share in {', '.join(found.cells)}"}
    meant = what.get(len(found.cells), f"the difference between {' and '.join(found.cells)}")
    of = count(found.segments, "segment")
    yield f"Audits of {of} of talk. In points: half the width of 95% intervals of {meant}."
    for one in found.codes:
        yield from _planned(one)


def _planned(one: Planned) -> Iterator[str]:
    by = "by the machine's score, set right by people" if one.audited else "by the machine's score alone"
    counted = " and ".join(count(number, "interview") for number in one.interviews)
    yield f"\n{click.style(one.code, bold=True)} ({percent(one.share)} {by}; {counted})"
    head = ("segments to check", "share", "corpus", "informants", "")
    rows = (
        (f"{each.segments:,}", f"{each.share:.0%}", _width(each.corpus), _width(each.informants), "")
        for each in one.tried
    )
    yield from aligned([head, *rows])
    points = f"{one.answer.within * 100:g} points"
    corpus, informants, grow = one.answer.corpus, one.answer.informants, f"{one.answer.interviews:g}"
    more = f"no checking is enough; about {grow} times as many interviews would be."
    yield f"  This corpus to {points}: " + (f"check about {corpus:,} segments." if corpus else "check them all.")
    yield f"  Informants like these to {points}: " + (f"check about {informants:,} segments." if informants else more)


def _width(half: float) -> str:
    return f"{half * 100:.1f}"


def _points(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:+.1f}"


def _range(one: Between) -> str:
    return "-" if one.low is None or one.high is None else f"{_points(one.low)} to {_points(one.high)}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return "<.001" if value < 0.001 else f"{value:.3f}".replace("0.", ".", 1)
