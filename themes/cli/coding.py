"""The commands on suggested codes: what is suggested and why, and how far it can be trusted."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from themes.cli.telling import JSON, STUDY, Example, as_json_text, bars, count, login

if TYPE_CHECKING:
    from themes.pipeline.evaluating import Evaluation, Trust
    from themes.pipeline.explaining import Explanation, Overview, Quote, Reason

_WIDTH = 96


@click.command(
    cls=Example,
    example='themes suggest my-study\nthemes suggest my-study --explain "mali-ngo-1:0a1b2c3d4e"',
)
@STUDY
@click.option("--explain", "segment", metavar="SEGMENT", help="Why this segment has its suggestions, all of it.")
@JSON
def suggest(study: Path, segment: str | None, as_json: bool) -> None:
    """What the last run suggests: codes, codes that are missing, and the grounds of any one suggestion.

    Ids of segments stand in report/tables/segments.csv. Everything printed here was learnt from the codebook and from
    what people decided before the last `themes run`.
    """
    from themes.pipeline.explaining import explain, overview

    found = explain(study, segment) if segment else overview(study)
    if as_json:
        click.echo(as_json_text(asdict(found)))
        return
    for line in _explained(found) if segment else _seen(found, study):  # type: ignore[arg-type]  # one goes with one
        click.echo(line)


@click.command(
    cls=Example,
    example='themes decide my-study "mali-ngo-1:0a1b2c3d4e" --give "Airspace" --reject "Caveats"\n'
    'themes decide my-study "mali-ngo-1:0a1b2c3d4e" --no-code\nthemes decide my-study --undo 7',
)
@STUDY
@click.argument("segment", required=False)
@click.option(
    "--give", "gives", metavar="CODE", multiple=True, help="A code that the segment carries; may be repeated."
)
@click.option("--reject", "rejects", metavar="CODE", multiple=True, help="A code that it does not carry.")
@click.option("--no-code", "none", is_flag=True, help="No code of the codebook fits.")
@click.option("--undo", metavar="NUMBER", type=int, help="Take back the decision with this number.")
@click.option("--coder", metavar="NAME", help="Who decides this; otherwise your login name.")
@JSON
def decide(study: Path, segment: str | None, undo: int | None, coder: str | None, as_json: bool, **said: Any) -> None:
    """Judge a segment: give it codes, reject codes, or say that none fits.

    Whoever gives a code has read the segment: the codes not given are taken as not carried. A rejection alone speaks of
    that code only. What you decide is never overwritten; the next `themes run` learns from it.
    """
    from themes.pipeline.deciding import Words, decide, take_back

    by = coder or login()
    if undo is not None:
        entries: tuple[Any, ...] = (take_back(study, undo, by),)
    elif segment is None:
        raise click.UsageError("Name a segment, or a decision with --undo.")
    else:
        entries = decide(study, segment, Words(**said), by)
    if as_json:
        click.echo(as_json_text([asdict(entry) for entry in entries]))
        return
    for entry in entries:
        click.echo(f"#{entry.id} {entry.coder}: {entry.verdict} {entry.code or ''}".rstrip())


@click.command(cls=Example, example="themes evaluate my-study\nthemes evaluate my-study --coder anna")
@STUDY
@click.option("--coder", metavar="NAME", default="", help="Only this coder's decisions; otherwise those of all.")
@JSON
def evaluate(study: Path, coder: str, as_json: bool) -> None:
    """How far the suggestions of this study can be trusted, from your own decisions.

    The decisions are replayed in their order, and each is compared with what would have been suggested from those
    before it alone: what was right, how much was learnt, for which codes not to trust it. Whoever decides with a
    suggestion in sight tends to agree with it; decisions made without one weigh more.
    """
    from themes.pipeline.evaluating import evaluate as replay

    with bars(as_json) as watch:
        found = replay(study, coder, watch)
    if as_json:
        told = asdict(found) | {"judged": found.judged, "right": found.right, "right_at_first": found.right_at_first}
        click.echo(as_json_text(told))
        return
    for line in _evaluated(found):
        click.echo(line)


# --- a whole study ---


def _seen(found: Overview, study: Path) -> Iterator[str]:
    yield click.style(found.study, bold=True)
    if not found.first:
        yield "No codes to suggest: the study has no codebook yet."
    for code, number in sorted(found.first.items(), key=lambda item: -item[1]):
        yield f"{number:>6,}  {code}"
    if found.first:
        yield f"First suggestions by code. Why a segment has its own: themes suggest {study} --explain SEGMENT"
        yield _promise(found)
    if found.none:
        first = ", ".join(found.none[:3])
        yield f"\nNo code is likelier than any code: {count(len(found.none), 'segment')}, first {first}"
    for proposal in found.proposals:
        nearest = f" Nearest: {'; '.join(proposal.nearest[:2])}." if proposal.nearest else ""
        yield f"\nNo code for {proposal.theme}: {proposal.name}"
        yield textwrap.fill(f"{proposal.definition}{nearest}", _WIDTH, initial_indent="    ", subsequent_indent="    ")
    for one in found.split:
        held = "; ".join(f"{theme} ({found.labels[theme]})" for theme in one.themes)
        yield ""
        yield textwrap.fill(f"One code for several candidate themes: {one.code}: {held}", _WIDTH)


def _promise(found: Overview) -> str:
    if found.promised:
        return "Each segment has a set of codes with the coverage that you asked for (suggest.coverage)."
    return "Sets with a promised coverage need more judged interviews: nine for 90%."


# --- one segment ---


def _explained(found: Explanation) -> Iterator[str]:
    segment = found.segment
    about = ", ".join(part for part in (segment.speaker, segment.actor_group, segment.mission, segment.period) if part)
    yield click.style(f"{segment.id}  {about}", bold=True)
    yield _indented(segment.text)
    for word in found.words:
        what = word.code or "no code fits"
        yield f"{word.coder} says: {what}" if word.carries else f"{word.coder} says: not {what}"
    for reason in found.reasons:
        yield ""
        yield from _reason(reason)
    if found.prediction is not None:
        yield f"\nNo code fits: {found.prediction.none_score:.2f}"
        if found.prediction.promised:
            codes = [*found.prediction.codes, *(["no code fits"] if found.prediction.none else [])]
            yield f"With the coverage that was asked for it is one of: {'; '.join(codes)}"


def _reason(reason: Reason) -> Iterator[str]:
    one = reason.suggestion
    margin = "" if reason.margin is None else f", {reason.margin:.2f} before the next"
    yield click.style(f"{one.rank}. {one.code}: {one.score:.2f}{margin}", bold=True)
    if one.stops_at is not None:
        yield f"    codes under {one.stops_at} tie; that it is one of them: {one.parent_score:.2f}"
    if reason.code.definition:
        yield _indented(reason.code.definition)
    yield f"    first opinion: meaning {one.semantic:+.2f}, words {one.lexical:+.2f} (standard scores)"
    if one.words:
        yield f"    words shared with the code: {', '.join(one.words)}"
    yield f"    decisions and examples moved it by {one.learned:+.2f}"
    yield from _quotes("because of", reason.accepted)
    yield from _quotes("in spite of", reason.rejected)
    if reason.vote is not None:
        vote = reason.vote
        spoken = f"{vote.carried} of {vote.spoken_of} judged segments carry the code"
        spoken = spoken if vote.spoken_of else "none of its segments is judged yet"
        yield f"    its candidate theme: {vote.theme.id} {vote.theme.label} ({spoken}; for context only)"


def _quotes(how: str, quotes: Sequence[Quote]) -> Iterator[str]:
    for quote in quotes:
        where = quote.segment or "example in the codebook"
        yield f"    {how} ({quote.pull:+.2f}) {where}"
        yield _indented(textwrap.shorten(quote.text, 2 * _WIDTH, placeholder=" ..."), 8)


def _indented(text: str, by: int = 4) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=" " * by, subsequent_indent=" " * by)


# --- how far to trust it ---


def _evaluated(found: Evaluation) -> Iterator[str]:
    yield click.style(found.study, bold=True)
    if not found.judged:
        yield "Nobody has judged a first suggestion yet."
        return
    yield (
        f"First suggestions right: {found.right:,} of {found.judged:,} ({found.right / found.judged:.0%}); "
        f"without learning {found.right_at_first:,} ({found.right_at_first / found.judged:.0%}); "
        f"the commonest code alone {found.by_chance:.0%}."
    )
    yield f"Printed probabilities are off by {found.calibration_error:.2f} on average (0 is best)."
    if found.none:
        foreseen = f"for {found.none_foreseen:,} of them this was thought likelier than any code"
        yield f"To {count(found.none, 'more segment')} no code fitted; {foreseen}."
    yield "\nlearnt from  judged  right  without learning  printed"
    for one in found.stretches:
        if one.judged:
            right, first = one.right / one.judged, one.right_at_first / one.judged
            yield f"{one.learnt_from:>11,}  {one.judged:>6,}  {right:>5.0%}  {first:>16.0%}  {one.printed:>7.2f}"
    doubted = [one for one in found.codes if one.doubt]
    yield "" if doubted else "\nNo code stands out as one not to trust."
    if doubted:
        yield "Not to be trusted yet:"
    yield from map(_doubt, doubted)
    unheard = [one for one in found.codes if not one.suggested and not one.carried]
    if unheard:
        yield f"Nothing can be said of {count(len(unheard), 'code')} that nobody gave and nothing suggested."


def _doubt(one: Trust) -> str:
    return (
        f"    {one.code}: {one.doubt} (right {one.right} of {one.suggested} times; "
        f"among the first three for {one.offered} of {one.carried} segments that carry it)"
    )
