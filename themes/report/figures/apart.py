"""How far actor groups are apart in each code, and what the study could not have seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from themes.domain import Difference
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, PAPER, SHADES, SOFT, Figure, Spec, framed, valid, values, wrapped
from themes.report.figures.subjects import short_names
from themes.report.material import Material
from themes.report.tables import Table
from themes.report.words import counted

NAME = "groups-apart"
_BAND = SHADES[3]
_ROW = 20

ENTRY = Entry(
    "figure-groups-apart",
    "Two actor groups in one code, the first less the second.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("groups", Kind.TEXT, "The two groups."),
        Field("difference", Kind.SHARE, "The share of segments of the first less that of the second."),
        Field("informants_low", Kind.SHARE, "Lower end of its interval: had we interviewed others like these."),
        Field("informants_high", Kind.SHARE, "Upper end of the same."),
        Field(
            "detectable",
            Kind.SHARE,
            "The smallest difference that so many interviews would show four times in five, 1 at most.",
            "a group has too few interviews to tell",
        ),
        Field("differ", Kind.FLAG, "Whether the interval leaves out 0."),
    ),
)


def apart(material: Material) -> Figure | None:
    """The forest, or None in a report for others and where no comparison may be shown."""
    told = material.contrasts.differences
    if material.guard or not told:
        return None
    names = short_names(tuple(dict.fromkeys(one.code for one in told)))
    table = Table(ENTRY, tuple(_row(one, names[one.code]) for one in told))
    differing = [one for one in told if _differs(one)]
    title = _finding(told, differing, names)
    shown = differing or sorted(told, key=lambda one: -abs(one.value))[:3]
    alt = "; ".join(_in_words(one, names[one.code]) for one in shown)
    more = f"{title}. {'Told apart' if differing else 'Furthest apart'}: {alt}. The table has all."
    return Figure(
        NAME,
        "How far groups are apart",
        title,
        _caption(material, told),
        more,
        framed(title, _reading(told), _body(table, told), 90),
        table,
    )


def _row(one: Difference, name: str) -> tuple[str | float | bool | None, ...]:
    low, high = one.interval
    seen = None if one.detectable is None else round(min(one.detectable, 1.0), 4)
    return (name, _groups(one), round(one.value, 4), round(low, 4), round(high, 4), seen, _differs(one))


def _groups(one: Difference) -> str:
    return f"{one.one} less {one.other}"


def _differs(one: Difference) -> bool:
    low, high = one.interval
    return not low <= 0 <= high


def _in_words(one: Difference, name: str) -> str:
    low, high = one.interval
    words = f"{name}, {_groups(one)} {_points(one.value)} ({_points(low)} to {_points(high)})"
    return words if one.detectable is None else f"{words}, seen from {_whole(one.detectable)}"


def _points(share: float) -> str:
    """`+7 points`, with a true minus."""
    whole = round(share * 100)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}"


def _whole(share: float) -> str:
    return str(math.ceil(round(share * 100, 6)))


def _finding(told: Sequence[Difference], differing: Sequence[Difference], names: dict[str, str]) -> str:
    if not differing:
        return f"No two groups can be told apart in any code{_unseen(told)}"
    one = max(differing, key=lambda found: min(abs(end) for end in found.interval))
    more, less = (one.one, one.other) if one.value > 0 else (one.other, one.one)
    low, high = sorted(abs(end) for end in one.interval)
    told_apart = f"{len(differing)} of {counted(len(told), 'comparison')} {'tell' if len(differing) > 1 else 'tells'}"
    return (
        f"“{names[one.code]}” comes up more among {more} than among {less}, by {_whole(low)} to {_whole(high)} points; "
        f"{told_apart} groups apart"
    )


def _unseen(told: Sequence[Difference]) -> str:
    known = [min(one.detectable, 1.0) for one in told if one.detectable is not None]
    if not known:
        return ""
    if len(known) < 3:
        return f"; differences under {_whole(min(known))} points could not well have been seen"
    return f"; half of the comparisons could not well have seen less than {_whole(median(known))} points"


def _reading(told: Sequence[Difference]) -> str:
    words = "Dot and line: the first group less the second, had we interviewed others like them (95%)."
    if any(not _differs(one) for one in told):
        words += " Hollow: no difference would fit as well."
    if any(one.detectable is not None for one in told):
        words += " Band: differences within it the study would most likely miss."
    return words


def _caption(material: Material, told: Sequence[Difference]) -> str:
    reference = {one.other for one in told}
    parts = ["Percentage points between shares of segments of talk; all panels have one scale."]
    if len(reference) == 1 and len({one.one for one in told}) > 2:
        parts.append(
            f"Each group is put beside the one with most people, {told[0].other}: every pair would be too many."
        )
    codes = len({one.code for one in told})
    parts.append(f"Of {counted(codes, 'code')} with the largest shares.")
    parts.append(
        "The band ends at the smallest difference that so many interviews would show four times in five at the 5% "
        "level. A dot within it is no sign that groups are alike. Lines keep to the cautious intervals of the shares, "
        "so that they may be wider than the test behind the band would need."
    )
    by_chance = round(len(told) * 0.05)
    if by_chance:
        parts.append(
            f"Of so many comparisons about {by_chance} would tell groups apart by chance alone: the command “themes "
            "compare” has p-values that allow for that."
        )
    if material.contrasts.unsaid:
        parts.append(f"{counted(material.contrasts.unsaid, 'comparison')} not shown, since they could tell who spoke.")
    return " ".join(parts)


# --- how it is drawn ---


def _body(table: Table, told: Sequence[Difference]) -> Spec:
    codes = list(dict.fromkeys(str(row[0]) for row in table.rows))
    rows = [{**row, "panel": _panel(str(row["code"])), **_ends(row["detectable"])} for row in values(table)]
    most = max(abs(end) for one in told for end in (*one.interval, min(one.detectable or 0.0, 1.0)))
    end = min(1.0, math.ceil(round(most * 10, 6)) / 10)
    return {
        "data": {"values": rows},
        "facet": {
            "field": "panel",
            "type": "nominal",
            "sort": [_panel(code) for code in codes],
            "title": None,
            "header": {"labelExpr": "split(datum.label, '\\n')", "labelPadding": 3},
        },
        "columns": 2,
        "spacing": {"row": 14, "column": 22},
        "spec": {
            "width": 250,
            "height": {"step": _ROW},
            "layer": _layers(end, list(dict.fromkeys(_groups(one) for one in told))),
        },
    }


def _panel(code: str) -> str:
    return "\n".join(wrapped(code, 44))


def _ends(detectable: float | None) -> dict[str, float | None]:
    return {"unseen_low": None if detectable is None else -detectable, "unseen_high": detectable}


def _layers(end: float, groups: Sequence[str]) -> list[Spec]:
    """The band, the line of no difference over it, then intervals and dots; that line alone runs over all rows."""
    signs = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value) * 100, '.0f')"
    x = {
        "type": "quantitative",
        "scale": {"domain": [-end, end], "nice": False},
        "axis": {"title": "points of share", "tickCount": 5, "labelExpr": signs, "gridOpacity": 0.6},
    }
    point = {"type": "point", "shape": "circle", "size": 54, "opacity": 1, "strokeWidth": 1.3}
    place = {"x": {"field": "difference", **x}}
    y = {
        "field": "groups",
        "type": "nominal",
        "sort": groups,
        "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 190},
    }
    marks: list[Spec] = [
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.3},
            "encoding": {"x": {"field": "informants_low", **x}, "x2": {"field": "informants_high"}},
        },
        {
            "transform": [{"filter": "datum.differ"}],
            "mark": {**point, "filled": True, "fill": INK, "stroke": PAPER},
            "encoding": place,
        },
        {
            "transform": [{"filter": "!datum.differ"}],
            "mark": {**point, "fill": PAPER, "stroke": INK},
            "encoding": place,
        },
    ]
    return [
        {
            "transform": valid("unseen_low"),
            "mark": {"type": "bar", "color": _BAND, "height": _ROW - 5, "cornerRadius": 2},
            "encoding": {"x": {"field": "unseen_low", **x}, "x2": {"field": "unseen_high"}, "y": y},
        },
        {"mark": {"type": "rule", "color": SOFT, "strokeWidth": 1}, "encoding": {"x": {"datum": 0, **x}}},
        {"encoding": {"y": y}, "layer": marks},
    ]
