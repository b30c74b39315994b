"""Comparisons and plans as the rows of their result tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from themes.pipeline.comparing import Anywhere, Changed, Compared, Comparisons
from themes.pipeline.planning import Plan
from themes.prevalence.comparing import Between
from themes.prevalence.profiles import Profiles
from themes.report.results import COMPARISONS, PLAN, PROFILES, RESULTS, write_results
from themes.report.tables import Cell, Table

HIDDEN = "hidden: it could tell who spoke"
TWO, ALL_AT_ONCE, DATE = "two cells", "all cells at once", "a date"


def keep_comparisons(folder: Path, found: Comparisons) -> Path:
    """The path of `results/comparisons.csv`, written anew."""
    rows = [*map(_pair, found.pairs), *(_anywhere(one, len(found.anywhere)) for one in found.anywhere)]
    rows += [_changed(one, len(found.changes)) for one in found.changes]
    return write_results(folder / RESULTS, {"comparisons": Table(COMPARISONS, tuple(rows))})[0]


def keep_profiles(folder: Path, codes: Sequence[str], found: Profiles) -> Path:
    """The path of `results/profiles.csv`, written anew."""
    rows = tuple(
        (code, one.first, one.second, one.difference, *(one.interval or (None, None)))
        for code, one in zip(codes, found.codes, strict=True)
    )
    return write_results(folder / RESULTS, {"profiles": Table(PROFILES, rows)})[0]


def keep_plan(folder: Path, found: Plan) -> Path:
    """The path of `results/plan.csv`, written anew."""
    rows = tuple(
        (one.code, found.cells or None, each.share, each.segments, each.corpus, each.informants)
        for one in found.codes
        for each in one.tried
    )
    return write_results(folder / RESULTS, {"plan": Table(PLAN, rows)})[0]


def _pair(one: Compared) -> tuple[Cell, ...]:
    place: tuple[Cell, ...] = (one.subject_kind, one.subject, TWO, one.one, one.other, one.mission)
    if one.hidden:
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
    change = one.change
    head = (one.subject_kind, one.subject, DATE, f"from {one.at}", f"before {one.at}", "all", None, None)
    before, after, both = change.interviews
    return (
        *head,
        change.change,
        change.low,
        change.high,
        *([None] * 5),
        change.p,
        one.adjusted_p,
        family,
        *([None] * 3),
        after,
        before,
        both,
        change.why or None,
    )


def _ends(one: Between) -> Iterable[Cell]:
    return one.value, one.low, one.high
