"""What every column of every table means. Names and meanings are promises to whoever computes with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    LIST = "list, separated by ; and a space"
    WHOLE = "whole number"
    SHARE = "number, four decimals"
    FLAG = "true or false"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how it is written, what it means, and what an empty cell means."""

    name: str
    kind: Kind
    meaning: str
    missing: str = "never"


@dataclass(frozen=True, slots=True)
class Entry:
    """One table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


_HIDDEN = "hidden, in a report for others"
_TIER = "the source's tier does not allow it"
_UNCHECKED = "nobody has checked any of it"

SEGMENTS = Entry(
    "segments",
    "One segment: the unit of coding, a stretch of one source. In reading order.",
    (
        Column("segment", Kind.TEXT, "Id of the segment; the same text of the same source keeps it from run to run."),
        Column("source", Kind.TEXT, "Id of the source."),
        Column(
            "title",
            Kind.TEXT,
            "Title of the source; only for mandates and for sources of the tier 'named'.",
            f"no title, or {_TIER}",
        ),
        Column("source_kind", Kind.TEXT, "interview, focus group, statement, answer or mandate."),
        Column(
            "participant",
            Kind.TEXT,
            "Who is counted: the pseudonym (without one, the source's id); in a focus group each voice has a number; "
            "for a mandate the text's symbol.",
            "nobody is known",
        ),
        Column("actor_group", Kind.TEXT, "Path of the actor group, levels separated by ' / '; or 'unspecified'."),
        Column("mission", Kind.TEXT, "The mission the segment speaks of; or 'unspecified'."),
        Column("mission_basis", Kind.TEXT, "The rule by which the mission was found.", "no rule was noted"),
        Column("period", Kind.TEXT, "The period of that mission; or 'unspecified'."),
        Column("period_basis", Kind.TEXT, "The rule by which the period was found.", "no rule was noted"),
        Column("number", Kind.TEXT, "A mandate's paragraph number (PP 3, OP 12).", "not a numbered paragraph"),
        Column(
            "speaker",
            Kind.TEXT,
            "The speaker's label as the file has it; only for mandates, for sources of the tier 'named', and where the "
            "label is the pseudonym itself.",
            f"no label, or {_TIER}",
        ),
        Column("start", Kind.WHOLE, "Where the segment begins in the source's text, in Unicode code points from 0."),
        Column("end", Kind.WHOLE, "Where it ends; the character at this offset is no longer part of it."),
        Column("words", Kind.WHOLE, "Words of the segment, split at white space."),
        Column("theme", Kind.TEXT, "Id of its candidate theme.", "it belongs to no candidate theme"),
        Column("membership", Kind.SHARE, "How firmly it belongs there, 0 to 1.", "it belongs to no candidate theme"),
        Column("text", Kind.TEXT, "The segment's words.", "withheld: its source is not for quotation"),
    ),
)

THEMES = Entry(
    "themes",
    "One candidate theme: what the machine clustered, before any person named it.",
    (
        Column("theme", Kind.TEXT, "Id of the candidate theme."),
        Column("label", Kind.TEXT, "What a person calls it, or else its first four terms.", "no term may be shown"),
        Column("size", Kind.WHOLE, "Its segments, talk and mandates together."),
        Column("share_of_segments", Kind.SHARE, "size, as a share of all segments.", "there are no segments"),
        Column("participants", Kind.WHOLE, "Distinct participants in its talk; mandates are not counted.", _HIDDEN),
        Column("sources", Kind.WHOLE, "Distinct sources of its segments, mandates included.", _HIDDEN),
        Column("mandate_share", Kind.SHARE, "Share of its segments that come from mandates.", "it has no segments"),
        Column(
            "largest_participant_share",
            Kind.SHARE,
            "Share of its talk segments that come from the participant with most of them; `one_voice` says whether it "
            "is more than chance brings about.",
            f"it has no talk; or {_HIDDEN}",
        ),
        Column(
            "terms",
            Kind.LIST,
            "Its terms, heaviest first; without words that occur only in sources that are not for quotation.",
            "no term may be shown",
        ),
        Column("exemplars", Kind.LIST, "Ids of the segments that show it best.", "none"),
        Column("name", Kind.TEXT, "What a person calls it.", "nobody has named it"),
        Column(
            "stability",
            Kind.SHARE,
            "Share of the resamples (the study without a random part of its segments) in which it was found again; "
            "under 0.5 the report calls it loose.",
            "it was not measured",
        ),
        Column(
            "found",
            Kind.FLAG,
            "Whether the last run found it; false for one that is kept because a person worked on it.",
        ),
        Column(
            "different_texts",
            Kind.WHOLE,
            "Its segments when near-identical paragraphs of mandates, and talk that is the same word for word, count "
            "once.",
            _HIDDEN,
        ),
        Column(
            "actor_groups",
            Kind.LIST,
            "Actor groups of its talk, each with the number of its segments; mandates are not counted.",
            f"it has no talk; or {_HIDDEN}",
        ),
        Column(
            "one_voice",
            Kind.TEXT,
            "The participant who supplies more than half of its talk, and more than chance brings about in this study.",
            "nobody does",
        ),
        Column("borderline", Kind.LIST, "Ids of segments that might as well lie in another candidate theme.", "none"),
        Column("granularity", Kind.TEXT, "Its level: coarse, middle or fine."),
        Column(
            "parent",
            Kind.TEXT,
            "Id of the candidate theme of the next coarser level that holds most of it (hierarchy.csv).",
            "there is none",
        ),
    ),
)

HIERARCHY = Entry(
    "hierarchy",
    "One candidate theme of a coarser or finer level than the one offered in themes.csv.",
    (
        Column("theme", Kind.TEXT, "Id of the candidate theme."),
        Column("granularity", Kind.TEXT, "Its level: coarse, middle or fine."),
        Column("parent", Kind.TEXT, "Id of the one of the next coarser level that holds most of it.", "there is none"),
        Column("label", Kind.TEXT, "What a person calls it, or else its first four terms.", "no term may be shown"),
        Column("size", Kind.WHOLE, "Its segments, talk and mandates together."),
        Column("stability", Kind.SHARE, "As in themes.csv.", "it was not measured"),
        Column("terms", Kind.LIST, "As in themes.csv.", "no term may be shown"),
        Column("segments", Kind.LIST, "Ids of its segments, the firmest members first."),
    ),
)

THEME_CODES = Entry(
    "theme_codes",
    "One candidate theme mapped to one code; a theme has a row for each code it maps to.",
    (
        Column("theme", Kind.TEXT, "Id of the candidate theme."),
        Column("rank", Kind.WHOLE, "1 for the best match; 0 in the row that says that no code fits."),
        Column("code", Kind.TEXT, "Path of the code.", "no code fits: a proposal for a new code"),
        Column(
            "coverage",
            Kind.SHARE,
            "Share of the theme's segments that carry the code: by a coder's word, else by the first suggestion.",
            _HIDDEN,
        ),
        Column(
            "score", Kind.SHARE, "Mean over the theme's segments of that word, or else of the probability.", _HIDDEN
        ),
        Column(
            "verdict",
            Kind.TEXT,
            "covered, partly or no code: how far this code alone covers the theme; its first row speaks for the theme.",
        ),
    ),
)

SUGGESTIONS = Entry(
    "suggestions",
    "One suggestion of the machine for one segment. No person has said that it is right.",
    (
        Column("segment", Kind.TEXT, "Id of the segment."),
        Column("rank", Kind.WHOLE, "1 for the machine's first suggestion."),
        Column("code", Kind.TEXT, "Path of the suggested code."),
        Column("score", Kind.SHARE, "Probability that a coder gives the code; how far it holds is in the method."),
        Column(
            "semantic",
            Kind.SHARE,
            "The part from the meaning of the texts; a standard score over all segments and codes.",
        ),
        Column("lexical", Kind.SHARE, "The part from shared words; a standard score over all segments and codes."),
        Column(
            "words",
            Kind.LIST,
            "Words of the code that the segment shares.",
            "none, or the segment's source is not for quotation",
        ),
        Column(
            "example",
            Kind.TEXT,
            "The code's nearest example quote, from the codebook.",
            "the code has none, or its words stand in a source that is not for quotation",
        ),
    ),
)

CODINGS = Entry(
    "codings",
    "One code on one segment that stands because a coder's latest word says so.",
    (
        Column("segment", Kind.TEXT, "Id of the segment."),
        Column("code", Kind.TEXT, "Path of the code."),
        Column("coder", Kind.TEXT, "Who decided."),
        Column("decision", Kind.WHOLE, "Number of the decision in the project's log."),
        Column("in_bulk", Kind.FLAG, "Whether it was accepted in a batch rather than one by one."),
    ),
)

PREVALENCE = Entry(
    "prevalence",
    "One code or candidate theme, counted in one cell of source kind, actor group, mission and period.",
    (
        Column("subject_kind", Kind.TEXT, "code or theme: what is counted."),
        Column("subject", Kind.TEXT, "Path of the code, or id of the candidate theme."),
        Column(
            "source_kind",
            Kind.TEXT,
            "'talk' for interviews, focus groups, statements and answers together; 'mandate' apart; or one kind alone.",
        ),
        Column(
            "actor_group",
            Kind.TEXT,
            "Path of the actor group, with all that lies below it; 'all', or 'unspecified'. A group and the groups "
            "below it are rows of their own: do not add them up.",
        ),
        Column("mission", Kind.TEXT, "The mission; 'all', or 'unspecified'."),
        Column("period", Kind.TEXT, "The period of that mission; 'all', or 'unspecified'."),
        Column("count", Kind.WHOLE, "Segments of the cell that carry the subject, by `basis`.", _HIDDEN),
        Column("segments", Kind.WHOLE, "All segments of the cell: the denominator.", _HIDDEN),
        Column("share", Kind.SHARE, "count / segments.", f"the cell has no segments; or {_HIDDEN}"),
        Column(
            "participants_mentioning",
            Kind.WHOLE,
            "Distinct participants (for mandates: texts) of the counted segments, by `basis`; no finding on people.",
            _HIDDEN,
        ),
        Column("participants", Kind.WHOLE, "Distinct participants (for mandates: texts) of the cell.", _HIDDEN),
        Column("basis", Kind.TEXT, "Who counted, and whether it was audited."),
        Column("corpus_low", Kind.SHARE, "Lower end: had people coded every segment.", "no interval can be given"),
        Column("corpus_high", Kind.SHARE, "Upper end of the same.", "no interval can be given"),
        Column(
            "informants_low",
            Kind.SHARE,
            "Lower end: had others like them been interviewed.",
            "no interval can be given",
        ),
        Column("informants_high", Kind.SHARE, "Upper end of the same.", "no interval can be given"),
        Column(
            "small_cell",
            Kind.FLAG,
            "Whether the cell has fewer participants than the report shows numbers for; keep such rows to yourself. "
            "In a report for others: whether numbers are hidden. Always false for mandates, which are public texts.",
        ),
        Column("estimate", Kind.SHARE, "Share of segments that carry it, by people and machine.", _UNCHECKED),
        Column("share_of_words", Kind.SHARE, "The same share, of words.", _UNCHECKED),
        Column("mean_per_interview", Kind.SHARE, "The mean of the interviews' own shares.", _UNCHECKED),
        Column("participants_at_least", Kind.WHOLE, "Participants of whom somebody checked a mention.", _UNCHECKED),
        Column("interviews_at_least", Kind.WHOLE, "Interviews of which somebody checked a mention.", _UNCHECKED),
        Column("interviews", Kind.WHOLE, "Interviews of the cell that the audit covers.", _UNCHECKED),
        Column("checked", Kind.WHOLE, "Segments of the cell that somebody coded for the audit.", _UNCHECKED),
        Column("effective_segments", Kind.SHARE, "Independent segments that would tell as much.", _UNCHECKED),
        Column("more_checks", Kind.WHOLE, "Further checks for a corpus interval of 5 points either way.", _UNCHECKED),
        Column("shown_as", Kind.TEXT, "How much of it the page says: see results/data-dictionary.csv."),
        Column("note", Kind.TEXT, "Why not more, or what to be careful about.", "nothing to say"),
    ),
)

SUPPRESSED = Entry(
    "suppressed",
    "One thing that was hidden or left out, and why, without how much it was.",
    (
        Column("what", Kind.TEXT, "What is not given; 'on the page' where the tables have it all the same."),
        Column("subject_kind", Kind.TEXT, "As in prevalence.csv.", "every subject, or none"),
        Column("subject", Kind.TEXT, "As in prevalence.csv.", "every subject, or none"),
        Column("source_kind", Kind.TEXT, "As in prevalence.csv.", "not a cell"),
        Column("actor_group", Kind.TEXT, "As in prevalence.csv.", "not a cell"),
        Column("mission", Kind.TEXT, "As in prevalence.csv.", "not a cell"),
        Column("period", Kind.TEXT, "As in prevalence.csv.", "not a cell"),
        Column("reason", Kind.TEXT, "Why."),
    ),
)

ENTRIES: tuple[Entry, ...] = (SEGMENTS, THEMES, HIERARCHY, THEME_CODES, SUGGESTIONS, CODINGS, PREVALENCE, SUPPRESSED)
"""The tables, in the order in which they are written and described."""

DICTIONARY = Entry(
    "data-dictionary",
    "One column of one table.",
    (
        Column("table", Kind.TEXT, "Name of the table, without .csv."),
        Column("column", Kind.TEXT, "Name of the column."),
        Column("type", Kind.TEXT, "How its cells are written."),
        Column("meaning", Kind.TEXT, "What it says."),
        Column("missing", Kind.TEXT, "What an empty cell means; 'never' where there is none."),
    ),
)

_OPENING = """# The tables of this report

Written by `themes`; the page beside this folder is `../index.html`.

WHOSE

- UTF-8, a comma between cells, one line feed at the end of a row, the first row names the columns. A cell with a comma,
  a quotation mark or a line break stands in quotation marks.
- An empty cell is a missing value. What that means stands with each column.
- Numbers have a decimal point and no thousands separator; shares run from 0 to 1.
- Each table is also there as `.parquet`, with the same cells and the types named here, and `study.xlsx` holds them all.
- A text cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return has an apostrophe in front, so that no
  spreadsheet takes it for a formula. It is the same in all tables: ids still match.
- The words of a source that is not for quotation are withheld here too (`text` is empty, its other columns stand).
- Rows stand in a fixed order: the same study gives the same bytes.
- Columns are added at the end; a column that changes its name or meaning is in the program's changelog.

The same list for a program: `data-dictionary.csv`.
"""


_WORKING = """\
**These files are working files.** They hold pseudonyms, words of interviews and cells of one or two people. What is
meant for others is the page, which keeps to each source's tier; these tables withhold only what is named below.
"""
_FOR_OTHERS = """\
**These files are for others than the researcher.** Talk has no rows of its own in `segments`, `suggestions` and
`codings`, and a number behind which too few people stand is an empty cell. `suppressed.csv` names each, and why,
without the number.
"""


def readme(for_others: bool = False) -> str:
    """tables/README.md: what each table holds, column by column."""
    opening = _OPENING.replace("WHOSE\n", _FOR_OTHERS if for_others else _WORKING)
    return "\n".join([opening, *(_section(entry) for entry in ENTRIES)])


def _section(entry: Entry) -> str:
    head = (
        f"## {entry.name}.csv\n\n{entry.row}\n\n| column | type | meaning | an empty cell means |\n|---|---|---|---|\n"
    )
    return head + "".join(
        f"| `{column.name}` | {column.kind} | {column.meaning} | {column.missing} |\n" for column in entry.columns
    )
