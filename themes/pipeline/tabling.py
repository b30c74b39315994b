"""Comparisons, plans and agreement as their result tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from themes.pipeline.agreeing import Agreed
from themes.pipeline.comparing import Anywhere, Changed, Compared, Comparisons
from themes.pipeline.planning import Plan
from themes.prevalence.breaks import Break
from themes.prevalence.comparing import Between
from themes.prevalence.profiles import Profiles
from themes.report.results import AGREEMENT, COMPARISONS, PLAN, PROFILES, RESULTS, write_results
from themes.report.tables import Cell, Table
from themes.review.agreement import ALL_CODES, NONE_FITS, Agreement, Comparison
from themes.review.coefficients import Coefficients

HIDDEN = "hidden: it could tell who spoke"
TWO, ALL_AT_ONCE, DATE = "two cells", "all cells at once", "a date"


def keep(folder: Path, table: Table) -> Path:
    """The path of the table among the study's results, written anew."""
    return write_results(folder / RESULTS, {table.entry.name: table})[0]


def comparisons_table(found: Comparisons, *, leaves_the_team: bool = True) -> Table:
    """A row for each pair of cells, all cells at once, or date; for others than the team without what is not `kept`."""
    if not leaves_the_team:
        pairs = tuple(replace(one, kept=True) for one in found.pairs)
        found = replace(found, pairs=pairs, changes=tuple(replace(one, kept=True) for one in found.changes))
    rows = [*map(_pair, found.pairs), *(_anywhere(one, len(found.anywhere)) for one in found.anywhere)]
    rows += [_changed(one, len(found.changes)) for one in found.changes]
    return Table(COMPARISONS, tuple(rows))


def profiles_table(codes: Sequence[str], found: Profiles) -> Table:
    """A row for each code."""
    rows = tuple(
        (code, one.first, one.second, one.difference, *(one.interval or (None, None)))
        for code, one in zip(codes, found.codes, strict=True)
    )
    return Table(PROFILES, rows)


def plan_table(found: Plan) -> Table:
    """A row for each code and size of audit."""
    rows = tuple(
        (one.code, found.cells or None, each.share, each.segments, each.corpus, each.informants)
        for one in found.codes
        for each in one.tried
    )
    return Table(PLAN, rows)


def agreement_table(found: Agreed) -> Table:
    """A row for each comparison and code; none where the study's approach hides agreement."""
    rows = [
        row
        for weighted, one in ((False, found.found), (True, found.audited))
        for part, comparisons in _parts(one or Agreement())
        for comparison in comparisons
        for row in _agreement(part, weighted, comparison)
    ]
    return Table(AGREEMENT, tuple(rows))


def _parts(found: Agreement) -> Iterable[tuple[str, Sequence[Comparison]]]:
    return ("coders", found.coders), ("machine", found.machine), ("themselves", found.themselves)


def _agreement(part: str, weighted: bool, one: Comparison) -> Iterator[tuple[Cell, ...]]:
    place, size = (part, one.between, weighted), (one.segments, one.interviews)
    cut = {each.code: each.u_alpha for each in one.boundaries}
    for row in one.codes:
        u_alpha = None if row.code is None else cut.get(row.code)
        figures = (row.given, row.prevalence, *_figures(row.found), u_alpha)
        yield (*place, row.code or NONE_FITS, *size, *figures, _note(one.caution, row.caution, row.found))
    yield (*place, ALL_CODES, *size, None, None, *_figures(one.sets), one.u_alpha, _note(one.caution, "", one.sets))


def _figures(found: Coefficients) -> tuple[Cell, ...]:
    alpha, ac1 = found.alpha_interval or (None, None), found.ac1_interval or (None, None)
    return found.percent, found.alpha, *alpha, found.ac1, *ac1


def _note(of_all: str, of_code: str, found: Coefficients) -> str | None:
    return "; ".join(why for why in (of_all, of_code, found.why, found.interval_why) if why) or None


def _pair(one: Compared) -> tuple[Cell, ...]:
    place: tuple[Cell, ...] = (one.subject_kind, one.subject, TWO, one.one, one.other, one.mission)
    if one.hidden or not one.kept:
        return (*place, *([None] * 12), one.family, *([None] * 6), HIDDEN)
    return (
        *place,
        *one.shares,
        *_ends(one.difference),
        one.of_corpus.low,
        one.of_corpus.high,
        *_ends(one.log_odds),
        one.test.p,
        one.adjusted_p,
        one.family,
        one.test.quick_p,
        one.test.least_p,
        one.detectable,
        *one.test.interviews,
        one.test.why or None,
    )


def _anywhere(one: Anywhere, family: int) -> tuple[Cell, ...]:
    names = "; ".join(one.cells)
    head = (one.subject_kind, one.subject, ALL_AT_ONCE, names, None, "all", *([None] * 10))
    return (*head, one.test.p, one.adjusted_p, family, None, one.test.least_p, *([None] * 4), one.test.why or None)


def _changed(one: Changed, family: int) -> tuple[Cell, ...]:
    change = one.change if one.kept else Break(why=HIDDEN)
    head = (one.subject_kind, one.subject, DATE, f"from {one.at}", f"before {one.at}", "all", None, None)
    before, after, both = change.interviews
    return (
        *head,
        change.change,
        change.low,
        change.high,
        *([None] * 5),
        change.p,
        one.adjusted_p if one.kept else None,
        family,
        *([None] * 3),
        after,
        before,
        both,
        change.why or None,
    )


def _ends(one: Between) -> Iterable[Cell]:
    return one.value, one.low, one.high
