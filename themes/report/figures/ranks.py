"""Which codes come first in mandates, and which in talk: by rank, since shares of the two are not of one kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from themes.domain import CodeRank, Ranks
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, PAPER, SOFT, Figure, Spec, framed, values
from themes.report.figures.subjects import short_names
from themes.report.material import Material
from themes.report.tables import Table
from themes.report.words import counted, listing

NAME = "mandates-and-talk"
_CODES = 30
_STEP = 21

ENTRY = Entry(
    "figure-mandates-and-talk",
    "One code.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field(
            "rank_in_mandates", Kind.SHARE, "Its rank in mandates, 1 for the largest share; ties share the mean rank."
        ),
        Field("rank_in_talk", Kind.SHARE, "The same in talk."),
        Field("place_in_mandates", Kind.WHOLE, "Where it is drawn among the codes of the figure, from above."),
        Field("place_in_talk", Kind.WHOLE, "The same in talk."),
        Field("difference", Kind.SHARE, "Rank in mandates less rank in talk: above 0 where talk puts it further up."),
        Field("low", Kind.SHARE, "Lower end of its interval, by drawing interviews and resolutions again.", "too few"),
        Field("high", Kind.SHARE, "Upper end of the same.", "too few"),
        Field("stands_out", Kind.FLAG, "Whether the interval leaves out 0."),
    ),
)


def ranks(material: Material) -> Figure | None:
    """The slopes, or None in a report for others and where the two were not ranked."""
    found = material.contrasts.ranks
    if material.guard or not found.codes:
        return None
    drawn = _drawn(found)
    names = short_names(tuple(one.code for one in drawn))
    table = Table(ENTRY, tuple(_rows(drawn, names)))
    standing = sorted((one for one in drawn if one.stands_out), key=lambda one: -abs(one.difference))
    title = _finding(found, standing, names)
    left_out = len(found.codes) - len(drawn)
    told = "; ".join(f"{names[one.code]} {_rank(one.mandates)} and {_rank(one.talk)}" for one in drawn)
    return Figure(
        NAME,
        "What mandates put first, and what talk does",
        title,
        _caption(found, left_out),
        f"{title}. Ranks in mandates and in talk: {told}.",
        framed(title, _reading(found, bool(standing)), _body(table), 80),
        table,
    )


def _drawn(found: Ranks) -> tuple[CodeRank, ...]:
    """The codes that come first in either; those that stand out are never left out."""
    if len(found.codes) <= _CODES:
        return found.codes
    first = sorted(found.codes, key=lambda one: (not one.stands_out, min(one.talk, one.mandates)))[:_CODES]
    return tuple(one for one in found.codes if one in first)


def _rows(drawn: Sequence[CodeRank], names: dict[str, str]) -> list[tuple[str | float | int | bool | None, ...]]:
    in_mandates, in_talk = _places(drawn, lambda one: one.mandates), _places(drawn, lambda one: one.talk)
    return [
        (
            names[one.code],
            round(one.mandates, 4),
            round(one.talk, 4),
            in_mandates[place],
            in_talk[place],
            round(one.difference, 4),
            *((round(one.interval[0], 4), round(one.interval[1], 4)) if one.interval else (None, None)),
            one.stands_out,
        )
        for place, one in enumerate(drawn)
    ]


def _places(drawn: Sequence[CodeRank], rank: Callable[[CodeRank], float]) -> dict[int, int]:
    """Where each is drawn: by rank, ties in the order of the codebook, so that no two names lie on one another."""
    ordered = sorted(range(len(drawn)), key=lambda place: (rank(drawn[place]), place))
    return {place: number for number, place in enumerate(ordered, start=1)}


def _rank(rank: float) -> str:
    """`3`, or `3½` where two share the ranks 3 and 4."""
    return f"{int(rank)}½" if rank % 1 else str(int(rank))


def _finding(found: Ranks, standing: Sequence[CodeRank], names: dict[str, str]) -> str:
    if standing:
        one = standing[0]
        where, further = ("Talk puts", "mandates") if one.difference > 0 else ("Mandates put", "talk")
        first, second = (one.talk, one.mandates) if one.difference > 0 else (one.mandates, one.talk)
        words = f"{where} “{names[one.code]}” further up than {further} {'do' if further == 'mandates' else 'does'}"
        others = [f"“{names[other.code]}”" for other in standing[1:4]]
        more = f"; ranks of {listing(others)} differ too" if others else ""
        return f"{words}: rank {_rank(first)} against {_rank(second)}{more}"
    if any(one.interval for one in found.codes):
        return "Of no code can it be said that mandates and talk put it at different places"
    units = f"{counted(found.units[0], 'interview')} and {counted(found.units[1], 'resolution')}"
    return f"Ranks in mandates and in talk, of {units}: too few to say which differ"


def _alike(found: Ranks) -> str:
    """`0.05 (−0.49 to 0.58)`."""
    ends = found.alike_interval
    span = f" ({_signed(ends[0])} to {_signed(ends[1])})" if ends else ""
    return f"{_signed(found.alike or 0.0)}{span}"


def _signed(value: float) -> str:
    words = f"{abs(value):.2f}"
    return f"−{words}" if value < 0 and float(words) else words


def _reading(found: Ranks, standing: bool) -> str:
    words = "Number: rank, 1 for the code with the largest share there."
    if standing:
        return f"{words} Strong: the ranks differ, however interviews and resolutions are drawn again (95%)."
    if any(one.interval for one in found.codes):
        return f"{words} No line is strong: no rank differs for certain (95%)."
    return words


def _caption(found: Ranks, left_out: int) -> str:
    parts = [
        "By rank and never by level: a segment of talk and a paragraph of a mandate are different units. Ranks rest "
        f"on {counted(found.units[0], 'interview')} and {counted(found.units[1], 'resolution')}."
    ]
    if found.alike is not None:
        parts.append(f"How alike the two orders are, by Spearman: {_alike(found)}; 1 is the same, 0 unrelated.")
    if left_out:
        parts.append(f"{counted(left_out, 'code')} further down in both left out; ranks are among all.")
    parts.append("Codes that share a rank stand below each other in the order of the codebook.")
    return " ".join(parts)


# --- how it is drawn ---


def _body(table: Table) -> Spec:
    rows = [
        {
            **row,
            "left": f"{row['code']}  {_rank(row['rank_in_mandates'])}",
            "right": f"{_rank(row['rank_in_talk'])}  {row['code']}",
        }
        for row in values(table)
    ]
    lines = [line for strong in (False, True) for line in _lines(strong)]
    return {
        "data": {"values": rows},
        "width": 250,
        "height": _STEP * len(rows),
        "layer": [*lines, *_labels(False), *_labels(True)],
        "resolve": {"axis": {"x": "shared"}},
    }


def _x(side: str) -> Spec:
    return {
        "datum": side,
        "type": "nominal",
        "scale": {"domain": ["in mandates", "in talk"], "padding": 0},
        "axis": {
            "orient": "top",
            "offset": 12,
            "title": None,
            "ticks": False,
            "labelAngle": 0,
            "labelColor": INK,
            "labelFontSize": 11,
        },
    }


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"reverse": True, "zero": False, "nice": False},
        "axis": None,
    }


def _lines(strong: bool) -> list[Spec]:
    rule = {"type": "rule", "color": INK if strong else SOFT, "strokeWidth": 2.6 if strong else 1, "opacity": 1}
    dot: Spec = {"type": "point", "shape": "circle", "size": 46 if strong else 26, "opacity": 1, "strokeWidth": 1.2}
    filled: Spec = {"filled": True, "fill": INK, "stroke": PAPER} if strong else {"fill": PAPER, "stroke": SOFT}
    kept: Spec = {"transform": [{"filter": f"{'' if strong else '!'}datum.stands_out"}]}
    sides = (("in mandates", "place_in_mandates"), ("in talk", "place_in_talk"))
    ends = {
        "x": _x("in mandates"),
        "x2": {"datum": "in talk"},
        "y": _y("place_in_mandates"),
        "y2": {"field": "place_in_talk"},
    }
    dots = [{**kept, "mark": {**dot, **filled}, "encoding": {"x": _x(side), "y": _y(field)}} for side, field in sides]
    return [{**kept, "mark": rule, "encoding": ends}, *dots]


def _labels(strong: bool) -> list[Spec]:
    sides = (
        ("in mandates", "place_in_mandates", "left", "right", -9),
        ("in talk", "place_in_talk", "right", "left", 9),
    )
    letters = {"fontWeight": "bold" if strong else "normal", "color": INK if strong else SOFT, "fontSize": 10.5}
    return [
        {
            "transform": [{"filter": f"{'' if strong else '!'}datum.stands_out"}],
            "mark": {"type": "text", "align": align, "dx": away, "baseline": "middle", "limit": 300, **letters},
            "encoding": {"x": _x(side), "y": _y(field), "text": {"field": text}},
        }
        for side, field, text, align, away in sides
    ]
