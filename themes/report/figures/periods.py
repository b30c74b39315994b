"""Shares of each code over the periods of each mission, with the days on which mandates changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from themes.domain import Showing, SourceKind
from themes.report.cells import TALK, Column, Counts
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.dots import SHOWN, marks, reading
from themes.report.figures.figure import (
    INK,
    PAPER,
    SOFT,
    WIDE,
    Figure,
    Said,
    Spec,
    framed,
    limit,
    said,
    valid,
    values,
)
from themes.report.figures.subjects import drawn_codes, short_names
from themes.report.material import Material
from themes.report.tables import Cell, Table
from themes.report.words import counted, percent

NAME = "periods"
_CODES = 12
_MISSIONS = 4

ENTRY = Entry(
    "figure-periods",
    "One code in one period of one mission.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("mission", Kind.TEXT, "The mission."),
        Field("period", Kind.TEXT, "The period of that mission."),
        *SHOWN,
        Field("from", Kind.TEXT, "Its first day."),
        Field("to", Kind.TEXT, "Its last day; while it lasts, the last day of any source."),
    ),
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One period that talk falls into, and the column of its counts."""

    mission: str
    column: Column
    start: date
    end: date


def periods(material: Material, found: Counts) -> Figure | None:
    """The small multiples, or None where no mission has two periods of talk that may be shown."""
    codes, left_out = drawn_codes(material, found, _CODES)
    stretches = list(_stretches(material, found))
    if not codes or not any(sum(one.mission == other.mission for other in stretches) > 1 for one in stretches):
        return None
    names = short_names(codes)
    cells = [
        (names[code], one, said(found.raw("code", code, one.column.key), one.column.hidden))
        for code in codes
        for one in stretches
    ]
    rows = tuple(
        (name, one.mission, one.column.label, *marks(shown), str(one.start), str(one.end)) for name, one, shown in cells
    )
    lines = _lines(material, stretches)
    table = Table(ENTRY, rows)
    title = _finding(cells)
    return Figure(
        NAME,
        "Shares over the periods of each mission",
        title,
        left_out + _caption(rows, lines),
        f"{title}. {'; '.join(_in_words(cells, names[code]) for code in codes)}.",
        framed(title, _reading(rows), _body(table, [names[code] for code in codes], lines, stretches), 84),
        table,
    )


_Cells = Sequence[tuple[str, _Stretch, Said]]
_Line = tuple[str, date, str, bool]
"""(mission, day, symbol, whether a period begins with it)."""


def _stretches(material: Material, found: Counts) -> Iterator[_Stretch]:
    """The periods that have talk, in the study's order, of the first missions. Others learn no day of talk."""
    told = [source for source in material.sources if source.kind is SourceKind.MANDATE or not material.guard]
    days = [source.day for source in told if source.day is not None]
    shown = {block.label: block for block in found.by_mission(TALK)[1:]}
    for mission in [one for one in material.study.missions if one.name in shown][:_MISSIONS]:
        columns = {column.key[3]: column for column in shown[mission.name].columns if column.segments}
        for period in sorted(mission.periods, key=lambda period: period.start):
            if period.name in columns:
                last = max([*days, period.start.replace(day=1, month=12)])
                yield _Stretch(mission.name, columns[period.name], period.start, period.end or last)


def _lines(material: Material, stretches: Sequence[_Stretch]) -> list[_Line]:
    """Days on which a period began or a mandate was given, of the missions that are drawn and within their periods."""
    missions = {one.mission for one in stretches}
    first, last = min(one.start for one in stretches), max(one.end for one in stretches)
    lines = {
        (mission.name, period.start): (period.opened_by, True)
        for mission in material.study.missions
        for period in mission.periods
    }
    for source in material.sources:
        if source.kind is SourceKind.MANDATE and source.day is not None:
            for mission_name in source.missions:
                lines.setdefault((mission_name, source.day), (source.symbol, False))
    return sorted(
        (mission, day, symbol, opens)
        for (mission, day), (symbol, opens) in lines.items()
        if mission in missions and first <= day <= last
    )


def _finding(cells: _Cells) -> str:
    moves = [
        (abs(after - before), name, one, before, after, shown.share is None)
        for (name, one, shown), (other, two, then) in pairwise(cells)
        if name == other and one.mission == two.mission
        for before, after in [(_share(shown), _share(then))]
        if before is not None and after is not None
    ]
    if not moves:
        return "Over time only intervals can be given: too few interviews or checks in each period"
    _, name, one, before, after, unaudited = max(moves, key=lambda move: (not move[5], move[0]))
    what = "The machine’s share of" if unaudited else "The share of"
    words = f"{what} “{name}” moves most between periods: in {one.mission} from {percent(before)} to {percent(after)}"
    return f"{words}; nobody has checked" if unaudited else words


def _share(one: Said) -> float | None:
    return one.machine if one.showing is Showing.UNAUDITED else one.share


def _in_words(cells: _Cells, code: str) -> str:
    parts = [f"{one.mission} {one.column.label} {shown.words}" for name, one, shown in cells if name == code]
    return f"{code}: {', '.join(parts)}"


def _reading(rows: Sequence[tuple[Cell, ...]]) -> str:
    words = reading([row[1:] for row in rows])
    if any(row[3] == str(Showing.COUNT) for row in rows):
        words += " “k of J”: so many interviews at least."
    if any(row[3] == str(Showing.HIDDEN) for row in rows):
        words += f" {_NOT_SHOWN}: not shown."
    return f"{words} Upright: mandates, unbroken where a period begins."


def _caption(rows: Sequence[tuple[Cell, ...]], lines: Sequence[_Line]) -> str:
    hidden = sum(row[3] == str(Showing.HIDDEN) for row in rows)
    words = "Share of segments of talk that speak of each period; all panels have one scale. "
    words += f"{counted(hidden, 'cell')} not shown, for they could tell who spoke. " if hidden else ""
    dated = "; ".join(f"{symbol}, from {day.day} {day:%B %Y}" for _, day, symbol, _ in lines if symbol)
    words += f"Mandates: {dated}. " if dated else ""
    return f"{words}Whether a change is more than chance, the command “themes compare” tests."


def _body(table: Table, names: Sequence[str], lines: Sequence[_Line], stretches: Sequence[_Stretch]) -> Spec:
    rows = [{**row, "panel": row["code"], "middle": _middle(row), "brief": _brief(row)} for row in values(table)]
    end = limit([row[key] for row in rows for key in ("informants_high", "corpus_high", "unaudited", "share")])
    dated = [
        {
            "panel": name,
            "mission": mission,
            "day": str(day),
            "opens": opens,
            "symbol": _short(symbol) if top else None,
        }
        for name, top in zip(names, (True, *(False for _ in names)), strict=False)
        for mission, day, symbol, opens in lines
    ]
    missions = list(dict.fromkeys(one.mission for one in stretches))
    heads = [{"panel": name, "mission": missions[0], "head": name} for name in names]
    span = [str(min(one.start for one in stretches)), str(max(one.end for one in stretches))]
    return {
        "data": {"values": [*rows, *dated, *heads]},
        "facet": {
            "row": {
                "field": "panel",
                "type": "nominal",
                "sort": list(names),
                "title": None,
                "header": None,
            },
            "column": {
                "field": "mission",
                "type": "nominal",
                "sort": missions,
                "title": None,
                "header": {"labelPadding": 30},
            },
        },
        "spacing": {"row": 26, "column": 24},
        "bounds": "flush",  # the name of a code may run over the next panel, and moves none
        "spec": {
            "width": max(150, 560 // len(missions)),
            "height": 52,
            "layer": _layers(end, span),
        },
    }


def _short(symbol: str) -> str:
    """`2100` for `S/RES/2100 (2013)`: what has room above a line."""
    return symbol.partition(" (")[0].rpartition("/")[2]


def _middle(row: dict[str, object]) -> str:
    first, last = date.fromisoformat(str(row["from"])), date.fromisoformat(str(row["to"]))
    return str(first + (last - first) / 2)


def _brief(row: dict[str, object]) -> str | None:
    """The words in place of a mark, short enough for a narrow panel."""
    words = row["in_place"]
    if words is None:
        return None
    return _NOT_SHOWN if row["shown_as"] == str(Showing.HIDDEN) else str(words).removesuffix(" interviews")


def _layers(end: float, span: Sequence[str]) -> list[Spec]:
    time = {
        "type": "temporal",
        "scale": {"domain": [{"expr": f"toDate('{day}')"} for day in span], "nice": False},
        "axis": {"title": None, "format": "%Y", "grid": False, "tickCount": 5},
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, end], "nice": False},
        "axis": {"title": None, "format": ".0%", "values": [0, end / 2, end]},
    }
    middle = {"field": "middle", **time}
    point = {"type": "point", "opacity": 1, "stroke": PAPER, "strokeWidth": 1.2}
    dash = {"condition": {"test": "datum.opens", "value": [1, 0]}, "value": [2, 3]}
    return [
        {
            "transform": valid("head"),
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -4, "fontSize": 11, **_BOLD},
            "encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"field": "head"}},
        },
        {
            "transform": valid("day"),
            "mark": {"type": "rule", "color": SOFT, "strokeWidth": 0.9},
            "encoding": {"x": {"field": "day", **time}, "strokeDash": dash},
        },
        {
            "transform": [{"filter": "datum.opens && isValid(datum.symbol)"}],
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -17, "fontSize": 8.5, "color": SOFT},
            "encoding": {"x": {"field": "day", **time}, "y": {"value": 0}, "text": {"field": "symbol"}},
        },
        {
            "transform": valid("share"),
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
            "encoding": {"x": {"field": "from", **time}, "x2": {"field": "to"}, "y": {"field": "share", **y}},
        },
        {
            "transform": valid("unaudited"),
            "mark": {"type": "rule", "color": SOFT, "strokeWidth": 1},
            "encoding": {"x": {"field": "from", **time}, "x2": {"field": "to"}, "y": {"field": "unaudited", **y}},
        },
        {
            "transform": valid("informants_low"),
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.3},
            "encoding": {"x": middle, "y": {"field": "informants_low", **y}, "y2": {"field": "informants_high"}},
        },
        {
            "transform": valid("corpus_low"),
            "mark": {"type": "rule", "color": WIDE, "strokeWidth": 5.5},
            "encoding": {"x": middle, "y": {"field": "corpus_low", **y}, "y2": {"field": "corpus_high"}},
        },
        {
            "transform": valid("share"),
            "mark": {**point, "filled": True, "fill": INK, "size": 55},
            "encoding": {"x": middle, "y": {"field": "share", **y}},
        },
        {
            "transform": valid("unaudited"),
            "mark": {**point, "fill": PAPER, "stroke": INK, "size": 44},
            "encoding": {"x": middle, "y": {"field": "unaudited", **y}},
        },
        {
            "transform": valid("in_place"),
            "mark": {"type": "text", "baseline": "bottom", "dy": -2, "fontSize": 9, "color": SOFT},
            "encoding": {"x": middle, "y": {"datum": 0, **y}, "text": {"field": "brief"}},
        },
    ]


_NOT_SHOWN = "–"
_BOLD = {"fontWeight": "bold", "color": INK}
