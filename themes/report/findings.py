"""What is found of each code, in words: the share, who speaks of it, and quotes. For Word, and for anything that reads.

Estimates come from the record, which holds nothing that may not be said; quotes keep to each source's tier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from themes.domain import MANDATE, TALK, Code
from themes.report.cards import CodeCard, code_cards
from themes.report.cells import ALL, counts
from themes.report.counters import Beside
from themes.report.heats import in_tree_order
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.quoting import Quotes
from themes.report.saying import Cell, Known, Said, groups_of, known_of
from themes.report.sections import Grid
from themes.report.sentences import brief

QUOTES = 5
"""Quotes of a code at most: findings are read from end to end."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One code of the codebook; a `heading` only groups those below it, and has a name and a definition alone.

    `depth` is how deep it stands in the codebook. `said` are sentences on how common it is, who speaks of it and what
    changed at mandate dates. `quotes`, and what stands `beside` them, are those of its card on the page.
    """

    name: str
    depth: int
    heading: bool
    definition: str
    limits: tuple[str, ...] = ()
    said: Said = field(default_factory=Said)
    quotes: Quotes = field(default_factory=lambda: Quotes((), 0, 0, False))
    beside: Beside = field(default_factory=Beside)


@dataclass(frozen=True)
class Findings:
    """The findings on all codes in the order of the codebook, and their shares as one table."""

    codes: tuple[Finding, ...]
    shares: Grid


def findings(material: Material, options: ReportOptions) -> Findings:
    """What is found of each code."""
    options = replace(options, quotes=min(QUOTES, options.quotes), min_participants=options.least)
    counted = counts(material, options.min_participants)
    cards = {card.code.id: card for card in code_cards(material, counted, options)}
    found = tuple(
        _finding(cards[code.id], depth)
        if code.id in cards
        else Finding(code.name, depth, heading=True, definition=code.definition)
        for code, depth in in_tree_order(material.codebook)
    )
    return Findings(found, _shares(material, options, known_of(material), groups_of(counted)))


def _finding(card: CodeCard, depth: int) -> Finding:
    return Finding(
        card.code.name,
        depth,
        heading=False,
        definition=card.code.definition or "The codebook gives no definition.",
        limits=tuple(_limits(card.code)),
        said=card.said,
        quotes=card.quotes,
        beside=card.beside,
    )


def _limits(code: Code) -> Iterable[str]:
    """When to use the code and when not, each with its label unless the researcher began with it."""
    for label, words in (("Use when", code.use_when), ("Not when", code.not_when)):
        if words:
            yield words if words.casefold().startswith(label.casefold()) else f"{label}: {words}"


def _shares(
    material: Material,
    options: ReportOptions,
    known: Known,
    groups: tuple[str, ...],
) -> Grid:
    """Each code's share in all talk, among each group, and in mandates."""
    cells: list[Cell] = [(TALK, ALL, ALL, ALL), *((TALK, group, ALL, ALL) for group in groups)]
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
