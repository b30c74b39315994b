"""How far coders agree on each code: alpha and AC1 beside one another, since neither can be read without the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from themes.domain import CodeAgreed, CodersAgreed
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, PAPER, SOFT, WIDE, Figure, Spec, framed, valid, values
from themes.report.figures.subjects import short_names
from themes.report.material import Material
from themes.report.tables import Table
from themes.report.words import counted

NAME = "coders-agree"
_CODES = 40
_RARE = 5
_NONE_FITS = "no code fits"
_NOT_VARIED = "nothing varies, or too few interviews"

ENTRY = Entry(
    "figure-coders-agree",
    "One code that a coder gave, on the segments that two coders or more are done with.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("given", Kind.WHOLE, "Segments to which somebody gave it."),
        Field("agree", Kind.SHARE, "Share of pairs of coders that agree, the mean over segments.", "no two coders"),
        Field("alpha", Kind.SHARE, "Krippendorff's alpha: 1 is full agreement, 0 what chance gives.", _NOT_VARIED),
        Field("alpha_low", Kind.SHARE, "Lower end of its interval (95%), by drawing interviews again.", _NOT_VARIED),
        Field("alpha_high", Kind.SHARE, "Upper end of the same.", _NOT_VARIED),
        Field("ac1", Kind.SHARE, "Gwet's AC1, which rare codes do not pull down.", _NOT_VARIED),
        Field("ac1_low", Kind.SHARE, "Lower end of its interval, likewise.", _NOT_VARIED),
        Field("ac1_high", Kind.SHARE, "Upper end of the same.", _NOT_VARIED),
    ),
)


def agreed(material: Material) -> Figure | None:
    """The coefficients, or None in a report for others, in a reflexive study, and where no two coders overlap."""
    found = material.contrasts.agreement
    if material.guard or found is None or material.study.approach == "reflexive":
        return None
    codes = _drawn(found)
    if not codes:
        return None
    names = short_names(tuple(one.code for one in codes if one.code is not None))
    table = Table(ENTRY, tuple(_row(one, names) for one in codes))
    title = _finding(found, codes, names)
    told = "; ".join(f"{row[0]} alpha {_figure(row[3])}, AC1 {_figure(row[6])} ({row[1]} given)" for row in table.rows)
    return Figure(
        NAME,
        "How far coders agree",
        title,
        _caption(found, len(found.codes) - len(codes)),
        f"{title}. {told}.",
        framed(title, _reading(found), _body(table), 80),
        table,
    )


def _drawn(found: CodersAgreed) -> tuple[CodeAgreed, ...]:
    """The codes that were given most, in the order in which they stand, what none fits last."""
    known = [one for one in found.codes if one.alpha is not None or one.ac1 is not None]
    most = sorted(known, key=lambda one: -one.given)[:_CODES]
    return tuple(one for one in known if one in most)


def _row(one: CodeAgreed, names: Mapping[str, str]) -> tuple[str | float | int | None, ...]:
    name = _NONE_FITS if one.code is None else names[one.code]
    alpha, ac1 = one.alpha_interval or (None, None), one.ac1_interval or (None, None)
    return (name, one.given, *map(_rounded, (one.percent, one.alpha, *alpha, one.ac1, *ac1)))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figure(value: object) -> str:
    """A coefficient as agreement is written: `.82`, `−.05`."""
    if not isinstance(value, float):
        return "not defined"
    words = f"{abs(value):.2f}".replace("0.", ".", 1)
    return f"−{words}" if value < 0 and words != ".00" else words


def _finding(found: CodersAgreed, codes: Sequence[CodeAgreed], names: Mapping[str, str]) -> str:
    known = sorted(
        ((one.alpha, one) for one in codes if one.alpha is not None and one.code is not None and one.given >= _RARE),
        key=lambda pair: pair[0],
    )
    who = "Two coders agree" if found.coders == 2 else f"{found.coders} coders agree"
    if len(known) < 2:
        return f"{who} on {counted(found.segments, 'segment')}: no code was given often enough to say how far"
    least, best = known[0][1], known[-1][1]
    most, fewest = (f"“{names[one.code or '']}” ({_both(one)})" for one in (best, least))
    return f"{who} best on {most} and least on {fewest}"


def _both(one: CodeAgreed) -> str:
    return f"alpha {_figure(one.alpha)}, AC1 {_figure(one.ac1)}"


def _reading(found: CodersAgreed) -> str:
    words = "Filled: Krippendorff’s alpha; hollow: Gwet’s AC1; lines: 95%, had other interviews been coded."
    return f"{words} Number: segments to which somebody gave the code, of {found.segments:,}."


def _caption(found: CodersAgreed, left_out: int) -> str:
    where = f"{counted(found.segments, 'segment')} of {counted(found.interviews, 'source')}"
    parts = [f"On {where} that two coders or more are done with. 1 is full agreement, 0 what chance would give."]
    parts.append(
        "Alpha falls where a code is rare, AC1 does not: read both. Where few segments have a code, one more could "
        "move both far."
    )
    if found.weighed:
        parts.append("The segments were drawn by the audit; each is weighed, so that it tells of all segments.")
    if found.in_sight:
        parts.append(
            f"{counted(found.in_sight, 'segment')} of them decided by somebody who saw a suggestion, which draws "
            "coders together."
        )
    if left_out:
        parts.append(f"{counted(left_out, 'code')} given least, or not at all apart, left out.")
    return " ".join(parts)


# --- how it is drawn ---


def _body(table: Table) -> Spec:
    rows = [{**row, "named": f"{row['code']}  ({row['given']})"} for row in values(table)]
    keys = ("alpha", "alpha_low", "ac1", "ac1_low")
    least = min((row[key] for row in rows for key in keys if row[key] is not None), default=0.0)
    x = {
        "type": "quantitative",
        "scale": {"domain": [min(0.0, math.floor(round(least * 5, 6)) / 5), 1], "nice": False},
        "axis": {"title": "agreement", "format": ".1f", "tickCount": 6},
    }
    y = {
        "field": "named",
        "type": "nominal",
        "sort": [row["named"] for row in rows],
        "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 320, "grid": True},
    }
    point = {"type": "point", "opacity": 1, "strokeWidth": 1.3}
    return {
        "data": {"values": rows},
        "width": 400,
        "height": {"step": 28},
        "layer": [
            {"mark": {"type": "rule", "color": SOFT}, "encoding": {"x": {"datum": 0, **x}}},
            {
                "encoding": {"y": y},
                "layer": [
                    *_coefficient("alpha", -5, x, {**point, "filled": True, "fill": INK, "stroke": PAPER, "size": 62}),
                    *_coefficient("ac1", 6, x, {**point, "shape": "diamond", "fill": PAPER, "stroke": INK, "size": 54}),
                ],
            },
        ],
    }


def _coefficient(name: str, down: int, x: Spec, mark: Spec) -> list[Spec]:
    width, colour = (1.4, INK) if name == "alpha" else (3, WIDE)
    return [
        {
            "transform": valid(f"{name}_low"),
            "mark": {"type": "rule", "strokeWidth": width, "color": colour, "yOffset": down},
            "encoding": {"x": {"field": f"{name}_low", **x}, "x2": {"field": f"{name}_high"}},
        },
        {
            "transform": valid(name),
            "mark": {**mark, "yOffset": down},
            "encoding": {"x": {"field": name, **x}},
        },
    ]
