"""From the machine's share to the estimate: how far people's checks move each code."""

from __future__ import annotations

from collections.abc import Sequence

from themes.domain import Showing
from themes.report.cells import Counts
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, PAPER, WIDE, Figure, Said, Spec, axis, framed, limit, valid, values
from themes.report.figures.subjects import drawn_codes, in_all_talk, short_names, size
from themes.report.material import Material
from themes.report.tables import Table
from themes.report.words import counted, percent

NAME = "machine-to-estimate"
_CODES = 40
_NOT_SAID = "it may not be said, or there is none"

ENTRY = Entry(
    "figure-machine-to-estimate",
    "One code in all talk.",
    (
        Field("code", Kind.TEXT, "The code, by the last part of its path where that is enough."),
        Field("shown_as", Kind.TEXT, "How much may be said, as in the table of results."),
        Field("machine", Kind.SHARE, "The machine's share: first suggestions, in all segments."),
        Field("share", Kind.SHARE, "The estimate, from what people checked.", _NOT_SAID),
        Field("corpus_low", Kind.SHARE, "Lower end of its interval: had people coded everything."),
        Field("corpus_high", Kind.SHARE, "Upper end of the same."),
    ),
)


def arrows(material: Material, found: Counts) -> Figure | None:
    """The arrows of audited codes, or None where there are none that may be shown."""
    codes, left_out = drawn_codes(material, found, _CODES)
    names = short_names(codes)
    known = [(names[code], one) for code in codes if (one := in_all_talk(found, code)).corpus is not None]
    if not known:
        return None
    ordered = sorted(known, key=lambda found: -size(found[1]))
    table = Table(
        ENTRY, tuple((name, str(one.showing), one.machine, one.share, *(one.corpus or ())) for name, one in ordered)
    )
    outside = [(name, one) for name, one in ordered if _side(one)]
    title = _finding(outside, len(ordered))
    return Figure(
        NAME,
        "From the machine’s share to the estimate",
        title,
        left_out + _caption(ordered),
        f"{title}. {'; '.join(_in_words(name, one) for name, one in ordered)}.",
        framed(title, _reading(ordered), _body(table), 80),
        table,
    )


def _side(one: Said) -> int:
    """1 where the machine's share lies above the corpus interval, -1 below, 0 within or unknown."""
    if one.machine is None or one.corpus is None:
        return 0
    return (one.machine > one.corpus[1]) - (one.machine < one.corpus[0])


def _finding(outside: Sequence[tuple[str, Said]], codes: int) -> str:
    if not outside:
        return f"The machine’s share lies within the corpus interval for each of {counted(codes, 'code')}"
    over, under = (sum(_side(one) == side for _, one in outside) for side in (1, -1))
    parts = [f"too many of {counted(over, 'code')}"] if over else []
    parts += [f"too few of {counted(under, 'code')}"] if under else []
    return f"The machine finds {' and '.join(parts)} out of {codes}, beyond what the audit allows"


def _in_words(name: str, one: Said) -> str:
    low, high = one.corpus or (0.0, 1.0)
    share = f"{percent(one.share)}, corpus {percent(low)} to {percent(high)}"
    return f"{name} {percent(one.machine)} to {share if one.share is not None else share.removeprefix(', ')}"


def _reading(ordered: Sequence[tuple[str, Said]]) -> str:
    words = "Hollow: the machine’s first suggestions. Thick: corpus interval (95%), had people coded everything."
    if any(one.showing is Showing.ESTIMATE for _, one in ordered):
        words += " Dot, and the line to it: the estimate, and how far it is from the machine’s share."
    return words


def _caption(ordered: Sequence[tuple[str, Said]]) -> str:
    words = (
        "Share of segments of all talk, codes with the largest first. The machine counts a segment for one code at "
        "most; people may give it several. By chance alone one code in twenty may lie outside its interval."
    )
    none = sum(one.share is None for _, one in ordered)
    verb = "has" if none == 1 else "have"
    return f"{words} {counted(none, 'code')} {verb} an interval and no share: too imprecise." if none else words


def _body(table: Table) -> Spec:
    rows = [
        {**row, "tip": "right" if row["machine"] < row["share"] else "left"}
        if row["share"] is not None and row["machine"] is not None
        else row
        for row in values(table)
    ]
    end = limit([row[key] for row in rows for key in ("machine", "corpus_high")])
    x = {
        "type": "quantitative",
        "scale": {"domain": [0, end], "nice": False},
        "axis": axis("share of segments of talk"),
    }
    arrow = {"type": "point", "filled": True, "fill": INK, "opacity": 1}
    return {
        "data": {"values": rows},
        "width": 430,
        "height": {"step": 22},
        "encoding": {
            "y": {
                "field": "code",
                "type": "nominal",
                "sort": [row["code"] for row in rows],
                "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 320, "grid": True},
            }
        },
        "layer": [
            {
                "mark": {"type": "rule", "color": WIDE, "strokeWidth": 7},
                "encoding": {"x": {"field": "corpus_low", **x}, "x2": {"field": "corpus_high"}},
            },
            {
                "transform": valid("share", "machine"),
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1.4},
                "encoding": {"x": {"field": "machine", **x}, "x2": {"field": "share"}},
            },
            {
                "transform": valid("machine"),
                "mark": {"type": "point", "size": 52, "opacity": 1, "fill": PAPER, "stroke": INK, "strokeWidth": 1.4},
                "encoding": {"x": {"field": "machine", **x}},
            },
            {
                "transform": valid("share"),
                "mark": {**arrow, "shape": "circle", "size": 60, "stroke": PAPER, "strokeWidth": 1.2},
                "encoding": {"x": {"field": "share", **x}},
            },
        ],
    }
