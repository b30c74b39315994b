"""What is found of each code, in words: the share, who speaks of it, and quotes. For Word, and for anything that reads.

Estimates come from the record, which holds nothing that may not be said; quotes keep to each source's tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from themes.domain import MANDATE, TALK, Code, CodeId, Estimate, Segment, SegmentId, Showing
from themes.report.cards import varied
from themes.report.cells import ALL, counts
from themes.report.heats import in_tree_order
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.quotes import Quote, quotable, quote
from themes.report.sections import Grid
from themes.report.sentences import brief, people, sentence

QUOTES = 3
"""Quotes of a code at most: findings are read from end to end."""

_WEIGHED = 60
"""Segments of a code, the likeliest, among which quotes are chosen."""

_Cell = tuple[str, str, str, str]
_Likely = Mapping[tuple[CodeId, SegmentId], float]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote, and whether a person gave the segment the code; otherwise the machine alone suggests it."""

    quote: Quote
    coded: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One code of the codebook; a `heading` only groups those below it, and has a name and a definition alone.

    `depth` is how deep it stands in the codebook. `shares` are sentences on all talk and all mandates, `who` those on
    the people and the actor groups that may be told of.
    """

    name: str
    depth: int
    heading: bool
    definition: str
    limits: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True)
class Findings:
    """The findings on all codes in the order of the codebook, and their shares as one table."""

    codes: tuple[Finding, ...]
    shares: Grid


def findings(material: Material, options: ReportOptions) -> Findings:
    """What is found of each code."""
    groups = _groups(material, options)
    known = {(one.subject, one.cell): one for one in material.record.estimates if one.subject_kind == "code"}
    likely = {(one.code, one.segment): one.score for one in material.suggestions}
    assignable = {code.id for code in material.codebook.assignable}
    found = tuple(
        _finding(material, options, (code, depth), known, groups, likely)
        if code.id in assignable
        else Finding(code.name, depth, heading=True, definition=code.definition)
        for code, depth in in_tree_order(material.codebook)
    )
    return Findings(found, _shares(material, options, known, groups))


def _groups(material: Material, options: ReportOptions) -> tuple[str, ...]:
    """The top-level actor groups of the talk, in the study's order."""
    return tuple(column.key[1] for column in counts(material, options.min_participants).talk_by_group.columns[1:])


def _finding(
    material: Material,
    options: ReportOptions,
    placed: tuple[Code, int],
    known: Mapping[tuple[str, _Cell], Estimate],
    groups: Iterable[str],
    likely: _Likely,
) -> Finding:
    (code, depth), least = placed, options.min_participants

    def told(kind: str, group: str) -> Estimate:
        return known.get((code.id, (kind, group, ALL, ALL)), _nothing(code, kind, group))

    talk, mandates = told(TALK, ALL), told(MANDATE, ALL)
    among = (sentence(told(TALK, group), least=least, why=False) for group in groups)
    return Finding(
        code.name,
        depth,
        heading=False,
        definition=code.definition or "The codebook gives no definition.",
        limits=tuple(_limits(code)),
        shares=tuple(filter(None, (sentence(one, f"“{code.name}”", least) for one in (talk, mandates)))),
        who=tuple(filter(None, (people(talk, least), *among))),
        quotes=tuple(_quotes(material, options, code, likely)),
    )


def _limits(code: Code) -> Iterable[str]:
    """When to use the code and when not, each with its label unless the researcher began with it."""
    for label, words in (("Use when", code.use_when), ("Not when", code.not_when)):
        if words:
            yield words if words.casefold().startswith(label.casefold()) else f"{label}: {words}"


def _nothing(code: Code, kind: str, group: str) -> Estimate:
    """What stands for a cell of which nothing was counted."""
    return Estimate("code", code.id, kind, group, ALL, ALL, 0, 0, 0, 0, "", showing=Showing.EMPTY)


def _quotes(material: Material, options: ReportOptions, code: Code, likely: _Likely) -> Iterable[Quoted]:
    """Segments that a person gave the code, the likeliest first, then those that the machine alone suggests.

    What a person read and gave other codes alone is left out. Different voices come first, talk before mandates.
    """
    coded = {one.segment for one in material.codings if one.code == code.id and one.segment in material.segment}
    read = {one.segment for one in material.codings}
    first = [one.segment for one in material.first_suggestions.get(code.id, ()) if one.segment not in read]
    ordered = sorted(coded, key=lambda one: (-likely.get((code.id, one), 0.0), material.order[one]))
    chosen = [
        segment
        for own in (ordered, first)
        for segment in sorted(varied(sorted(quotable(material, own), key=_is_mandate)[:_WEIGHED]), key=_is_mandate)
    ]
    for segment in chosen[: min(QUOTES, options.quotes)]:
        yield Quoted(quote(material, segment, options.quote_words), segment.id in coded)


def _is_mandate(segment: Segment) -> bool:
    return segment.register == MANDATE


def _shares(
    material: Material,
    options: ReportOptions,
    known: Mapping[tuple[str, _Cell], Estimate],
    groups: tuple[str, ...],
) -> Grid:
    """Each code's share in all talk, among each group, and in mandates."""
    cells: list[_Cell] = [(TALK, ALL, ALL, ALL), *((TALK, group, ALL, ALL) for group in groups)]
    names = ["code", "all talk", *groups]
    if len(material.talk) < len(material.segments):
        cells.append((MANDATE, ALL, ALL, ALL))
        names.append("mandates")
    rows = tuple(
        (code.name, *(brief(one, options.min_participants) if one else "not counted" for one in own))
        for code in material.codebook.assignable
        for own in [[known.get((code.id, cell)) for cell in cells]]
    )
    return Grid(
        "Shares of segments, with the 95% interval for informants (mandates: for these texts)", tuple(names), rows
    )
