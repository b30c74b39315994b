"""The tables of results, meant to leave the team: estimates, comparisons, agreement, plans, and a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from themes.domain import Estimate, no_progress
from themes.report.dictionary import DICTIONARY, Column, Entry, Kind
from themes.report.files import write_all
from themes.report.tables import Cell, Table

RESULTS = "results"
_NOT_SAID = "`shown_as` does not allow it, or there is none"

_PLACE = (
    Column("source_kind", Kind.TEXT, "'talk', 'mandate', or one kind of talk alone."),
    Column("actor_group", Kind.TEXT, "Path of the actor group, with all that lies below it; or 'all'."),
    Column("mission", Kind.TEXT, "The mission, or 'all'."),
    Column("period", Kind.TEXT, "The period of that mission, or 'all'."),
)

PREVALENCE = Entry(
    "prevalence",
    "One code, group of codes or candidate theme in one cell of source kind, actor group, mission and period.",
    (
        Column("subject_kind", Kind.TEXT, "code, code group (a code with all below it) or theme (by its codes)."),
        Column("subject", Kind.TEXT, "Path of the code, or id of the candidate theme."),
        *_PLACE,
        Column(
            "shown_as",
            Kind.TEXT,
            "estimate; interval only (too imprecise for a share); k of J interviews (too imprecise for an interval); "
            "unaudited (the machine's count alone); hidden (it could tell who spoke); no segments.",
        ),
        Column("share", Kind.SHARE, "Estimated share of the cell's segments that carry the subject.", _NOT_SAID),
        Column(
            "informants_low",
            Kind.SHARE,
            "Lower end of the 95% interval: had we interviewed others like them. None for mandates.",
            _NOT_SAID,
        ),
        Column("informants_high", Kind.SHARE, "Upper end of the same.", _NOT_SAID),
        Column("corpus_low", Kind.SHARE, "Lower end of the 95% interval: had people coded everything.", _NOT_SAID),
        Column("corpus_high", Kind.SHARE, "Upper end of the same.", _NOT_SAID),
        Column("share_of_words", Kind.SHARE, "The same share, of words.", _NOT_SAID),
        Column("mean_per_interview", Kind.SHARE, "The mean of the interviews' own shares of segments.", _NOT_SAID),
        Column(
            "participants_at_least",
            Kind.WHOLE,
            "Participants of whom somebody checked a mention: so many at least; more may have spoken of it.",
            _NOT_SAID,
        ),
        Column("participants", Kind.WHOLE, "Distinct participants of the cell.", "hidden"),
        Column("interviews_at_least", Kind.WHOLE, "Interviews with a checked mention (k).", _NOT_SAID),
        Column("interviews", Kind.WHOLE, "Interviews of the cell that the audit covers (J).", _NOT_SAID),
        Column("segments", Kind.WHOLE, "All segments of the cell: the denominator of `share`.", "hidden"),
        Column("checked", Kind.WHOLE, "Segments of the cell that somebody coded for the audit.", _NOT_SAID),
        Column(
            "effective_segments",
            Kind.SHARE,
            "How many independent segments would tell as much of informants.",
            _NOT_SAID,
        ),
        Column(
            "more_checks",
            Kind.WHOLE,
            "Further segments of the cell to check, for a corpus interval of 5 points either way.",
            _NOT_SAID,
        ),
        Column("machine_count", Kind.WHOLE, "Segments for which the machine suggests it first; no finding.", "hidden"),
        Column("basis", Kind.TEXT, "Who counted, and whether it was audited."),
        Column("note", Kind.TEXT, "Why not more is said, or what to be careful about.", "nothing to say"),
    ),
)


def prevalence_table(estimates: Iterable[Estimate]) -> Table:
    """The estimates, from which what may not be said has been taken out (`themes.prevalence.said`)."""
    return Table(PREVALENCE, tuple(_row(one) for one in estimates))


def _row(one: Estimate) -> tuple[Cell, ...]:
    audited, open_ = one.estimate is not None or one.checked > 0, str(one.showing) != "hidden"
    known = audited and open_
    return (
        one.subject_kind,
        one.subject,
        *one.cell,
        str(one.showing),
        one.estimate,
        *(one.informants_interval or (None, None)),
        *(one.corpus_interval or (None, None)),
        one.of_words,
        one.per_interview,
        one.at_least if known else None,
        one.participants if open_ else None,
        one.in_interviews if known else None,
        one.interviews if known else None,
        one.segments if open_ else None,
        one.checked if known else None,
        one.effective if known else None,
        one.more if known else None,
        one.count if open_ else None,
        one.basis,
        one.note or None,
    )


ENTRIES: tuple[Entry, ...] = (PREVALENCE,)
"""Every table that may lie among the results, whichever was written last."""


def write_results(folder: Path, tables: Mapping[str, Table]) -> tuple[Path, ...]:
    """The paths of the tables as CSV in `folder`, with a dictionary of every table that may lie there."""
    texts = {f"{name}.csv": table.csv() for name, table in tables.items()}
    rows = tuple(
        (entry.name, column.name, str(column.kind), column.meaning, column.missing)
        for entry in ENTRIES
        for column in entry.columns
    )
    return write_all(folder, texts | {"data-dictionary.csv": Table(DICTIONARY, rows).csv()}, no_progress)
