"""Shares of each code by actor group: a dot with its two intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from themes.domain import CodeId, Showing
from themes.report.cells import ALL, Column, Counts
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import (
    INK,
    PAPER,
    SOFT,
    WIDE,
    Figure,
    Said,
    Spec,
    axis,
    framed,
    limit,
    said,
    valid,
    values,
    wrapped,
)
from themes.report.figures.subjects import drawn_codes, in_all_talk, short_names
from themes.report.material import Material
from themes.report.tables import Cell, Table
from themes.report.words import counted, percent

NAME = "prevalence"
_CODES = 24
_NOT_SAID = "it may not be said, or there is none"

SHOWN = (
    Field("shown_as", Kind.TEXT, "How much may be said, as in the table of results."),
    Field("share", Kind.SHARE, "Estimated share of the segments of the cell that carry the code.", _NOT_SAID),
    Field("corpus_low", Kind.SHARE, "Lower end of the interval: had people coded everything.", _NOT_SAID),
    Field("corpus_high", Kind.SHARE, "Upper end of the same.", _NOT_SAID),
    Field("informants_low", Kind.SHARE, "Lower end: had we interviewed others like them.", _NOT_SAID),
    Field("informants_high", Kind.SHARE, "Upper end of the same.", _NOT_SAID),
    Field("unaudited", Kind.SHARE, "The machine's share, where nobody has checked.", _NOT_SAID),
    Field("in_place", Kind.TEXT, "What stands where no mark can.", "a mark can"),
)
"""The columns of whatever is drawn as a dot with two intervals."""

ENTRY = Entry(
    "figure-prevalence",
    "One code in one actor group.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("group", Kind.TEXT, "The actor group, or 'All talk'."),
        *SHOWN,
        Field(
            "interviews",
            Kind.LIST,
            "The share of each interview alone, lowest first; which is which is not told.",
            "too few people, no share of the cell may be said, or nobody has checked",
        ),
    ),
)


def dots(material: Material, found: Counts) -> Figure | None:
    """The dot plot, or None where no code was counted in talk or talk may not be shown."""
    codes, left_out = drawn_codes(material, found, _CODES)
    columns = [column for column in found.talk_by_group.columns if column.segments and not column.hidden]
    if not codes or not columns:
        return None
    names, single = short_names(codes), _interviews(material, found)
    rows = tuple(
        (names[code], column.label, *marks(one), single(one, column, code))
        for code in codes
        for column in columns
        for one in [said(found.raw("code", code, column.key))]
    )
    table = Table(ENTRY, rows)
    how = f"{reading(rows)}{' Faint: one interview each.' if any(row[-1] for row in rows) else ''}"
    whole = [(names[code], in_all_talk(found, code)) for code in codes]
    title = _finding(whole)
    hidden = [column.label for column in found.talk_by_group.columns if column.hidden]
    return Figure(
        NAME,
        "Shares by actor group",
        title,
        left_out + _caption(rows, hidden),
        f"{title}. In all talk: {'; '.join(f'{name} {one.words}' for name, one in whole)}. The table has each group.",
        framed(title, how, _body(table, columns, [names[code] for code in codes])),
        table,
    )


def _interviews(material: Material, found: Counts) -> Callable[[Said, Column, str], str | None]:
    """What stands for the interviews of a cell: their own shares, `0.0%; 4.5%`, or None where they are not shown.

    Where a group is left out, its interviews would be those of all talk that no group drawn has: then all talk alone
    has them. None are shown to others.
    """
    known = {} if material.guard else {(one.code, one.group): one.shares for one in material.contrasts.interviews}
    only_whole = any(column.hidden for column in found.talk_by_group.columns)

    def single(one: Said, column: Column, code: str) -> str | None:
        group = column.key[1]
        shares = known.get((CodeId(code), group), ())
        if one.showing is not Showing.ESTIMATE or not shares or (only_whole and group != ALL):
            return None
        return "; ".join(f"{share:.1%}" for share in shares)

    return single


def marks(one: Said) -> tuple[Cell, ...]:
    """The cells of `SHOWN`."""
    unaudited = one.machine if one.showing is Showing.UNAUDITED else None
    ends = (*(one.corpus or (None, None)), *(one.informants or (None, None)))
    return (str(one.showing), one.share, *ends, unaudited, one.in_place or None)


def reading(rows: Sequence[tuple[Cell, ...]]) -> str:
    """How to read the marks that occur."""
    showing = {row[2] for row in rows}
    parts = []
    if showing & {str(Showing.ESTIMATE), str(Showing.INTERVAL)}:
        parts.append("Thick: had people coded everything; thin: had we interviewed others like them (95%).")
    if str(Showing.ESTIMATE) in showing:
        parts.append("Dot: the estimate.")
    if str(Showing.INTERVAL) in showing:
        parts.append("No dot: too imprecise for a share.")
    if str(Showing.UNAUDITED) in showing:
        parts.append("Hollow: the machine’s first suggestion, which nobody has checked; no interval is honest.")
    return " ".join(parts)


def _finding(whole: Sequence[tuple[str, Said]]) -> str:
    known = [(one.share, name, one) for name, one in whole if one.share is not None]
    if known:
        share, name, one = max(known, key=lambda found: found[0])
        low, high = one.informants or one.corpus or (share, share)
        return f"“{name}” has the largest share that can be given: {percent(share)} of talk, {_span(low, high)}"
    machine = [(one.machine, name) for name, one in whole if one.machine is not None]
    if not machine:
        return "Too few interviews or checked segments to give a share of any code"
    if any(one.corpus for _, one in whole):
        return "The audit gives intervals, but no code is known well enough for a share"
    most, name = max(machine)
    return f"The machine suggests “{name}” most, in {percent(most)} of talk; nobody has checked"


def _span(low: float, high: float) -> str:
    return f"between {percent(low)} and {percent(high)} had others like these been interviewed"


def _caption(rows: Sequence[tuple[Cell, ...]], hidden: Sequence[str]) -> str:
    counts = sum(row[2] == str(Showing.COUNT) for row in rows)
    unseen = sum(row[2] == str(Showing.HIDDEN) for row in rows)
    parts = ["Share of segments of talk that carry the code, one panel for each code; all panels have one scale."]
    if any(row[-1] for row in rows):
        parts.append(
            "Faint dots are single interviews, where a share of the cell may be said and nobody could be told by it; "
            "few of their segments were checked, so they scatter more than the interviews do. Beyond the axis they "
            "stand at its end."
        )
    if counts:
        parts.append(
            f"In {counted(counts, 'cell')} too few interviews or checks allow an interval: so many interviews at least "
            "mention it."
        )
    if unseen:
        parts.append(
            f"{counted(unseen, 'cell')} not shown, for {'it' if unseen == 1 else 'they'} could tell who spoke."
        )
    if hidden:
        parts.append(f"Left out, to protect the few behind them: {', '.join(hidden)}.")
    return " ".join(parts)


def _body(table: Table, columns: Sequence[Column], names: Sequence[str]) -> Spec:
    rows = [{**row, "panel": "\n".join(wrapped(str(row["code"]), 36))} for row in values(table)]
    ends = [row[key] for row in rows for key in ("informants_high", "corpus_high", "unaudited", "share")]
    return {
        "data": {"values": rows},
        "facet": {
            "field": "panel",
            "type": "nominal",
            "sort": ["\n".join(wrapped(name, 36)) for name in names],
            "title": None,
            "header": {"labelExpr": "split(datum.label, '\\n')", "labelPadding": 3},
        },
        "columns": 3,
        "spacing": {"row": 14, "column": 18},
        "spec": {
            "width": 190,
            "height": {"step": 17},
            "encoding": {
                "y": {
                    "field": "group",
                    "type": "nominal",
                    "sort": [column.label for column in columns],
                    "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 150},
                }
            },
            "layer": [_single(limit(ends)), *layers(limit(ends))],
        },
    }


def _single(end: float) -> Spec:
    """The faint dots of interviews below each interval."""
    read = [
        {"calculate": "split(datum.interviews, '; ')", "as": "one"},
        {"flatten": ["one"]},
        {"calculate": f"min(toNumber(replace(datum.one, '%', '')) / 100, {end})", "as": "own"},
    ]
    return {
        "transform": [*valid("interviews"), *read],
        "mark": {"type": "point", "filled": True, "fill": SOFT, "size": 13, "opacity": 0.45, "yOffset": 6},
        "encoding": {"x": {"field": "own", "type": "quantitative", "scale": {"domain": [0, end], "nice": False}}},
    }


def layers(end: float) -> list[Spec]:
    """The marks along x, from 0 to `end`: thin, thick, dot, hollow, words."""
    x = {"type": "quantitative", "scale": {"domain": [0, end], "nice": False}, "axis": axis("share of segments")}
    halo = {"stroke": PAPER, "strokeWidth": 1.2}
    return [
        {
            "transform": valid("informants_low"),
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.3},
            "encoding": {"x": {"field": "informants_low", **x}, "x2": {"field": "informants_high"}},
        },
        {
            "transform": valid("corpus_low"),
            "mark": {"type": "rule", "color": WIDE, "strokeWidth": 5.5},
            "encoding": {"x": {"field": "corpus_low", **x}, "x2": {"field": "corpus_high"}},
        },
        {
            "transform": valid("share"),
            "mark": {"type": "point", "shape": "circle", "filled": True, "size": 58, "opacity": 1, "fill": INK, **halo},
            "encoding": {"x": {"field": "share", **x}},
        },
        {
            "transform": valid("unaudited"),
            "mark": {"type": "point", "size": 46, "opacity": 1, "fill": PAPER, "stroke": INK, "strokeWidth": 1.4},
            "encoding": {"x": {"field": "unaudited", **x}},
        },
        {
            "transform": valid("in_place"),
            "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 9.5, "color": SOFT},
            "encoding": {"x": {"datum": 0, **x}, "text": {"field": "in_place"}},
        },
    ]
