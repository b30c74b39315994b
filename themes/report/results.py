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


COMPARISONS = Entry(
    "comparisons",
    "One code, group of codes or theme in two cells of talk, the first less the second; or before and after a day.",
    (
        Column("subject_kind", Kind.TEXT, "code, code group or theme."),
        Column("subject", Kind.TEXT, "Path of the code, or id of the candidate theme."),
        Column("test", Kind.TEXT, "two cells, all cells at once, or a date."),
        Column("one", Kind.TEXT, "The first cell; all cells at once: their names; a date: after it."),
        Column("other", Kind.TEXT, "The second cell; a date: before it.", "all cells at once"),
        Column("mission", Kind.TEXT, "The mission to which it is restricted, or 'all'."),
        Column("share_one", Kind.SHARE, "Estimated share of segments in the first cell.", "hidden, or no two cells"),
        Column("share_other", Kind.SHARE, "The same in the second.", "hidden, or no two cells"),
        Column("difference", Kind.SHARE, "Risk difference: the first share less the second.", "hidden or undefined"),
        Column("informants_low", Kind.SHARE, "Its 95% interval: had we interviewed others like these.", "undefined"),
        Column("informants_high", Kind.SHARE, "Upper end of the same.", "undefined"),
        Column("corpus_low", Kind.SHARE, "Its 95% interval: had people coded everything.", "undefined"),
        Column("corpus_high", Kind.SHARE, "Upper end of the same.", "undefined"),
        Column("log_odds_ratio", Kind.SHARE, "Log odds ratio of the same.", "a share is 0 or 1"),
        Column("log_odds_low", Kind.SHARE, "Its 95% interval, informants.", "a limit is 0 or 1"),
        Column("log_odds_high", Kind.SHARE, "Upper end of the same.", "a limit is 0 or 1"),
        Column("p", Kind.SHARE, "Interviews exchanged within missions, two-sided; a date: HC3 and t.", "undefined"),
        Column("p_adjusted", Kind.SHARE, "By Benjamini and Hochberg, in the family of `family` p-values.", "undefined"),
        Column("family", Kind.WHOLE, "How many p-values were adjusted together."),
        Column("p_quick", Kind.SHARE, "Welch's t on interview shares: a quick look.", "undefined"),
        Column("p_least", Kind.SHARE, "The smallest p that so many interviews can give.", "not of a permutation"),
        Column("detectable", Kind.SHARE, "The smallest difference found four times in five (5% level).", "undefined"),
        Column("interviews_one", Kind.WHOLE, "Interviews in the first cell alone.", "not counted"),
        Column("interviews_other", Kind.WHOLE, "Interviews in the second cell alone.", "not counted"),
        Column("interviews_both", Kind.WHOLE, "Interviews that speak in both.", "not counted"),
        Column("note", Kind.TEXT, "Why not more is said.", "nothing to say"),
    ),
)

PROFILES = Entry(
    "profiles",
    "One code's rank in talk and in mandates, 1 for the largest share.",
    (
        Column("code", Kind.TEXT, "Path of the code."),
        Column("rank_in_talk", Kind.SHARE, "Its rank among all codes in talk; ties share the mean rank."),
        Column("rank_in_mandates", Kind.SHARE, "The same in mandates."),
        Column("difference", Kind.SHARE, "Rank in mandates less rank in talk: above 0 where talk puts it further up."),
        Column("low", Kind.SHARE, "Its 95% interval, by drawing interviews and mandates again.", "too few of either"),
        Column("high", Kind.SHARE, "Upper end of the same.", "too few of either"),
    ),
)

PLAN = Entry(
    "plan",
    "One code and one size of audit: the precision to expect.",
    (
        Column("code", Kind.TEXT, "Path of the code."),
        Column("cells", Kind.LIST, "The cells whose difference is meant; one: its share.", "all talk"),
        Column("share", Kind.SHARE, "Share of all segments of talk that the audit takes."),
        Column("segments", Kind.WHOLE, "So many segments to check in all."),
        Column("corpus", Kind.SHARE, "Half the width of the 95% interval: had people coded everything."),
        Column("informants", Kind.SHARE, "The same: had we interviewed others like these."),
    ),
)

_FEW = "undefined, or too few interviews; `note` says why"

AGREEMENT = Entry(
    "agreement",
    "One code, or all as sets, as two coders or more gave it to the same segments; coders stand under their names.",
    (
        Column("part", Kind.TEXT, "coders (with each other), machine (a coder with it), or themselves (coding again)."),
        Column("between", Kind.LIST, "Whose words are compared."),
        Column("weighted", Kind.FLAG, "Whether segments of an audit count by 1 / their chance: as in all segments."),
        Column("code", Kind.TEXT, "Path of the code; 'no code fits'; or 'all codes, as sets'."),
        Column("segments", Kind.WHOLE, "Segments that two or more of them are done with."),
        Column("interviews", Kind.WHOLE, "Interviews of these segments."),
        Column("given", Kind.WHOLE, "Segments that somebody gave the code.", "all codes, as sets"),
        Column("prevalence", Kind.SHARE, "Mean share of coders who gave it.", "all codes, as sets"),
        Column("percent", Kind.SHARE, "Share of pairs of coders that say the same, 0 to 1."),
        Column("alpha", Kind.SHARE, "Krippendorff's alpha, nominal; of sets with MASI distances.", _FEW),
        Column("alpha_low", Kind.SHARE, "Its 95% interval: had we interviewed others like these.", _FEW),
        Column("alpha_high", Kind.SHARE, "Upper end of the same.", _FEW),
        Column("ac1", Kind.SHARE, "Gwet's AC1, less moved by how rare a code is: read both.", f"{_FEW}; or sets"),
        Column("ac1_low", Kind.SHARE, "Its 95% interval.", f"{_FEW}; or sets"),
        Column("ac1_high", Kind.SHARE, "Upper end of the same.", f"{_FEW}; or sets"),
        Column("u_alpha", Kind.SHARE, "Krippendorff's u-alpha of where excerpts lie.", "nobody cut one, or undefined"),
        Column("note", Kind.TEXT, "Why a figure is missing or says little.", "nothing to say"),
    ),
)

SMOOTHED = Entry(
    "smoothed",
    "One code in one cell of actor group and period: a second view, drawn towards what these have in common.",
    (
        Column("subject_kind", Kind.TEXT, "code, code group or theme."),
        Column("subject", Kind.TEXT, "Path of the code, or id of the candidate theme."),
        Column("actor_group", Kind.TEXT, "The actor group, with all below it."),
        Column("mission", Kind.TEXT, "The mission."),
        Column("period", Kind.TEXT, "The period of that mission."),
        Column("share", Kind.SHARE, "The cell's own estimate: the first view.", "too imprecise to be said"),
        Column("smoothed", Kind.SHARE, "The second view (Fay and Herriot): supposes that groups and periods add up."),
        Column("low", Kind.SHARE, "Its 95% interval, by its mean squared error."),
        Column("high", Kind.SHARE, "Upper end of the same."),
        Column("own", Kind.SHARE, "How much of it is the cell's own share, 0 to 1; the rest is the model's."),
        Column("interviews", Kind.WHOLE, "Interviews of the cell."),
    ),
)

ENTRIES: tuple[Entry, ...] = (PREVALENCE, COMPARISONS, PROFILES, PLAN, AGREEMENT, SMOOTHED)
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
