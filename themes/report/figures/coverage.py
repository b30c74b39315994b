"""How much of the talk people checked for the audit, by actor group and period."""

from __future__ import annotations

from collections.abc import Sequence

from themes.domain import UNSPECIFIED, Showing
from themes.report.cells import ALL, TALK, Counts
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, SOFT, WIDE, Figure, Spec, axis, framed, limit, valid, values
from themes.report.material import Material
from themes.report.tables import Cell, Table
from themes.report.words import counted, percent

NAME = "audit-coverage"

ENTRY = Entry(
    "figure-audit-coverage",
    "One actor group, or all talk, in one period of one mission, or in all.",
    (
        Field("group", Kind.TEXT, "The actor group, or 'All talk'."),
        Field("when", Kind.TEXT, "The mission and its period, or 'All periods'."),
        Field(
            "checked",
            Kind.SHARE,
            "Share of the cell's segments that somebody coded for the audit, to the per cent.",
            "not shown",
        ),
        Field("in_place", Kind.TEXT, "What stands where no bar can.", "a bar can"),
    ),
)


def coverage(material: Material, found: Counts) -> Figure | None:
    """The bars, or None where nothing was audited, and for others, who get no crossing of group and period."""
    if material.guard:
        return None
    groups = [column for column in found.talk_by_group.columns if column.segments and not column.hidden]
    if not groups or not any(one.checked for one in found.estimates):
        return None
    times = _times(found)
    rows = tuple(
        (group.label, label, *_checked(found, (TALK, group.key[1], mission, period)))
        for label, mission, period in times
        for group in groups
    )
    if not any(isinstance(row[2], float) for row in rows):
        return None
    title = _finding(rows)
    hidden = sum(row[3] == "not shown" for row in rows)
    caption = "Share of segments that somebody coded blind, drawn by chance. More is drawn where the machine is unsure."
    if hidden:
        caption += f" {counted(hidden, 'cell')} not shown: too few people."
    table = Table(ENTRY, rows)
    whole = [(group, share) for group, when, share, _ in rows if when == times[0][0] and isinstance(share, float)]
    alt = "; ".join(f"{group} {percent(share)}" for group, share in whole)
    return Figure(
        NAME,
        "What the audit covers",
        title,
        caption,
        f"{title}. Checked over all periods: {alt}.",
        framed(title, "Bar: share of the segments of talk that people checked.", _body(table, len(times)), 80),
        table,
    )


def _times(found: Counts) -> list[tuple[str, str, str]]:
    """(label, mission, period) of all talk and of each period that may be shown."""
    times = [("All periods", ALL, ALL)]
    for block in found.by_mission(TALK)[1:]:
        for column in block.columns:
            if column.segments and not column.hidden and column.key[2] != UNSPECIFIED:
                label = column.key[2] if column.key[3] == ALL else f"{column.key[2]}: {column.key[3]}"
                times.append((label, column.key[2], column.key[3]))
    return times


def _checked(found: Counts, cell: tuple[str, str, str, str]) -> tuple[Cell, Cell]:
    """(share checked, words in its place) of a cell, by the code that is known best of those that may be shown."""
    every = [one for one in found.estimates if one.cell == cell and one.subject_kind == "code"]
    inside = [one for one in every if one.segments and one.showing is not Showing.HIDDEN]
    if not inside:
        hidden = any(one.showing is Showing.HIDDEN for one in every)
        return None, "not shown" if hidden else "no number"
    if 1 < found.min_participants > inside[0].participants:
        return None, "not shown"
    return round(max(one.checked / one.segments for one in inside), 2), None


def _finding(rows: Sequence[tuple[str, str, Cell, Cell]]) -> str:
    known = [(share, group, when) for group, when, share, _ in rows if isinstance(share, float)]
    least, group, when = min(known, key=lambda found: found[0])
    if least >= known[0][0]:
        return f"People checked {percent(known[0][0])} of all talk, and no less of any group or period"
    where = f"{group}, {when[:1].lower()}{when[1:]}" if when == rows[0][1] else f"{group}, {when}"
    return f"People checked {percent(known[0][0])} of all talk, and least of {where}: {percent(least)}"


def _body(table: Table, panels: int) -> Spec:
    rows = values(table)
    end = limit([1.15 * row["checked"] for row in rows if row["checked"] is not None])
    x = {"type": "quantitative", "scale": {"domain": [0, end], "nice": False}, "axis": axis("share checked")}
    order = list(dict.fromkeys(row["group"] for row in rows))
    return {
        "data": {"values": rows},
        "facet": {
            "field": "when",
            "type": "nominal",
            "sort": list(dict.fromkeys(row["when"] for row in rows)),
            "title": None,
        },
        "columns": min(3, panels),
        "spacing": {"row": 14, "column": 18},
        "spec": {
            "width": 190,
            "height": {"step": 19},
            "encoding": {
                "y": {
                    "field": "group",
                    "type": "nominal",
                    "sort": order,
                    "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 150},
                }
            },
            "layer": [
                {
                    "transform": valid("checked"),
                    "mark": {"type": "bar", "color": WIDE, "height": 10},
                    "encoding": {"x": {"field": "checked", **x}},
                },
                {
                    "transform": valid("checked"),
                    "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 9.5, "color": SOFT},
                    "encoding": {"x": {"field": "checked", **x}, "text": {"field": "checked", "format": ".0%"}},
                },
                {
                    "transform": valid("in_place"),
                    "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 9.5, "color": SOFT},
                    "encoding": {"x": {"datum": 0, **x}, "text": {"field": "in_place"}},
                },
            ],
        },
    }
