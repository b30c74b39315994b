"""Codes by actor groups as a field of tiles: stronger shades are more, hatched is hidden."""

from __future__ import annotations

from collections.abc import Sequence

from themes.domain import UNSPECIFIED, Showing
from themes.report.cells import Column, Counts, shade
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.dots import SHOWN, marks
from themes.report.figures.figure import (
    INK,
    RULE,
    SHADE_INKS,
    SHADES,
    SOFT,
    Figure,
    Said,
    Spec,
    framed,
    said,
    valid,
    values,
)
from themes.report.figures.subjects import drawn_codes, short_names
from themes.report.material import Material
from themes.report.tables import Cell, Table
from themes.report.words import counted, percent

NAME = "codes-by-group"
_CODES = 60
_WIDTH, _HEIGHT = 104, 26
_SLOPE = _HEIGHT / _WIDTH
_HATCH = "".join(f"M{place / 5 - 1:.2f},{_SLOPE:.3f}l{2 * _SLOPE:.3f},{-2 * _SLOPE:.3f}" for place in range(8))
"""Strokes from lower left to upper right, over a tile that is 2 wide."""

ENTRY = Entry(
    "figure-codes-by-group",
    "One code in one actor group.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("group", Kind.TEXT, "The actor group, or 'All talk'."),
        *SHOWN,
        Field("written", Kind.TEXT, "What is written in the tile.", "it is hatched"),
        Field("shade", Kind.WHOLE, "0 for nothing to 6 for over 35%.", "no share may be said"),
    ),
)


def tiles(material: Material, found: Counts) -> Figure | None:
    """The field of tiles, or None where no code was counted in talk or there are no groups to tell apart."""
    codes, left_out = drawn_codes(material, found, _CODES)
    columns = [column for column in found.talk_by_group.columns if column.segments]
    if not codes or len(columns) < 2 or all(column.hidden for column in columns):
        return None
    names = short_names(codes)
    cells = [
        (names[code], column.label, said(found.raw("code", code, column.key), column.hidden))
        for code in codes
        for column in columns
    ]
    hollow = any(one.showing in (Showing.ESTIMATE, Showing.INTERVAL, Showing.COUNT) for _, _, one in cells)
    table = Table(
        ENTRY,
        tuple((name, group, *marks(one), _written(one, hollow), _shade(one, hollow)) for name, group, one in cells),
    )
    title = _finding(cells)
    return Figure(
        NAME,
        "Codes by actor group",
        title,
        left_out + _caption(table.rows),
        f"{title}. {_largest(cells)}",
        framed(title, _reading(cells), _body(table, columns, [names[code] for code in codes]), 80),
        table,
    )


_Cells = Sequence[tuple[str, str, Said]]


def _written(one: Said, hollow: bool) -> str | None:
    """The words of a tile; where others are audited, what is not stands in brackets."""
    if one.showing is Showing.HIDDEN:
        return None
    if one.showing is Showing.INTERVAL:
        low, high = one.informants or one.corpus or (0.0, 1.0)
        return f"{low:.0%} to {high:.0%}"
    if one.showing is Showing.COUNT:
        return f"{one.heard} of {one.interviews} int."
    if one.showing is Showing.UNAUDITED and hollow:
        return f"({percent(one.machine)})"
    share = one.machine if one.share is None else one.share
    return "–" if share is None else percent(share)


def _shade(one: Said, hollow: bool) -> int | None:
    share = one.machine if one.showing is Showing.UNAUDITED and not hollow else one.share
    return None if share is None else shade(share)


def _finding(cells: _Cells) -> str:
    groups = [(one.share, name, group) for name, group, one in cells if group != cells[0][1] and one.share is not None]
    if groups:
        share, name, group = max(groups)
        return (
            f"Of the shares by group that can be given, “{name}” among {_among(group)} is the largest: {percent(share)}"
        )
    machine = [(one.machine, name, group) for name, group, one in cells if one.showing is Showing.UNAUDITED]
    known = [(share, name, group) for share, name, group in machine if share is not None and group != cells[0][1]]
    if known:
        share, name, group = max(known)
        return f"The machine suggests “{name}” most among {_among(group)}, in {percent(share)}; nobody has checked"
    return (
        f"No group has enough interviews and checks for a share of any of the {len({cell[0] for cell in cells})} codes"
    )


def _among(group: object) -> str:
    return "people of no given group" if group == UNSPECIFIED else str(group)


def _largest(cells: _Cells) -> str:
    """The largest that can be said of each group, in words."""
    best: dict[str, tuple[float, str, Said]] = {}
    for name, group, one in cells:
        share = one.machine if one.showing is Showing.UNAUDITED else one.share
        if share is not None and share > best.get(group, (-1.0, "", one))[0]:
            best[group] = (share, name, one)
    if not best:
        return "The table has an interval, or so many interviews, for each cell that is shown."
    said_of = "; ".join(f"{group}: {name}, {one.words}" for group, (_, name, one) in best.items())
    return f"The largest of each group: {said_of}."


def _reading(cells: _Cells) -> str:
    showing = {one.showing for _, _, one in cells}
    hollow = bool(showing & {Showing.ESTIMATE, Showing.INTERVAL, Showing.COUNT})
    parts = {
        Showing.ESTIMATE: "Shaded: estimated share, stronger is more.",
        Showing.UNAUDITED: "In brackets: the machine’s share, unaudited." if hollow else
        "Shaded: the machine’s share, unaudited.",
        Showing.INTERVAL: "Two numbers: interval among informants, too wide for a share.",
        Showing.COUNT: "“k of J int.”: so many interviews at least mention it.",
        Showing.HIDDEN: "Hatched: hidden.",
    }  # fmt: skip
    return " ".join(words for one, words in parts.items() if one in showing)


def _caption(rows: Sequence[tuple[Cell, ...]]) -> str:
    hidden = sum(row[2] == str(Showing.HIDDEN) for row in rows)
    words = "Share of a group’s segments that carry the code. Shades end at 2, 5, 10, 20 and 35%."
    return f"{words} {counted(hidden, 'cell')} hidden, for they could tell who spoke." if hidden else words


def _body(table: Table, columns: Sequence[Column], names: Sequence[str]) -> Spec:
    inks, fills = (
        {"test": "isValid(datum.shade)", "field": "shade", "type": "ordinal", "legend": None}
        | {"scale": {"domain": list(range(7)), "range": list(colours)}}
        for colours in (SHADE_INKS, SHADES)
    )
    return {
        "data": {"values": values(table)},
        "width": {"step": _WIDTH},
        "height": {"step": _HEIGHT},
        "encoding": {
            "x": {
                "field": "group",
                "type": "nominal",
                "sort": [column.label for column in columns],
                "axis": {**_AXIS, "orient": "top", "labelExpr": "split(datum.label, '\\n')"},
            },
            "y": {"field": "code", "type": "nominal", "sort": list(names), "axis": {**_AXIS, "labelLimit": 320}},
        },
        "resolve": {"scale": {"fill": "independent", "color": "independent"}},
        "layer": [
            {
                "mark": {"type": "rect", "strokeWidth": 0.8, **_GAP},
                "encoding": {
                    "fill": {"condition": fills, "value": SHADES[0]},
                    "stroke": {"value": RULE},
                },
            },
            {
                "transform": [{"filter": f"datum.shown_as == '{Showing.HIDDEN}'"}],
                "mark": {
                    "type": "point",
                    "shape": _HATCH,
                    "size": _WIDTH * _WIDTH * 0.8,
                    "stroke": SOFT,
                    "strokeWidth": 0.9,
                    "filled": False,
                    "opacity": 1,
                },
            },
            {
                "transform": valid("written"),
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {"text": {"field": "written"}, "color": {"condition": inks, "value": SOFT}},
            },
        ],
    }


_AXIS = {"title": None, "ticks": False, "domain": False, "labelColor": INK, "labelAngle": 0, "labelPadding": 6}
_GAP = {"xOffset": 1, "x2Offset": -1, "yOffset": 1, "y2Offset": -1}
