"""What every figure is, and the colours, letters and words that all of them share."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from themes.domain import Estimate, Showing
from themes.report.tables import Table
from themes.report.words import percent

Spec = dict[str, Any]
"""A Vega-Lite specification, or a part of one."""

INK, SOFT, RULE, PAPER = "#22242a", "#5d6069", "#dcd8ce", "#ffffff"
WIDE = "#4d8aa8"
"""The thick interval and whatever else is filled without a shade."""

SHADES = ("#fffffd", "#edf3f6", "#dbe8ee", "#c1d9e4", "#9fc4d5", "#6fa7bf", "#245f7d")
"""From none to over 35%, as `themes.report.cells.shade` counts them."""

SHADE_INKS = (INK,) * 5 + ("#12181c", "#fffffe")
HUES = ("#a34152", "#562600", "#a88e1d", "#389ab8", "#241c8a", "#6c4fc9")
"""Of candidate themes, in the order of `themes.report.places.mark`."""

NO_HUE = "#8d8f96"
"""Of what is in no candidate theme."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is what widths of words are reckoned with; the others are as wide."""

VARIABLES = {
    INK: "--ink",
    SOFT: "--soft",
    RULE: "--rule",
    PAPER: "--raised",
    WIDE: "--bar",
    **dict(zip(SHADES[1:], (f"--s{number}" for number in range(1, 7)), strict=True)),
    SHADES[0]: "--raised",
    SHADE_INKS[5]: "--s5-ink",
    SHADE_INKS[6]: "--s6-ink",
    **{hue: f"--t{place}" for place, hue in enumerate(HUES)},
    NO_HUE: "--none",
}
"""Every colour of a figure, and the variable of the page's style that it follows from light to dark."""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `title` states the finding, `alt` states it with numbers to whoever does not see the picture.

    `label` says in a few words what is drawn, `caption` how to read it and what is not shown. `table` has a row for
    every mark of `spec`, which is a Vega-Lite specification that holds no other number.
    """

    name: str
    label: str
    title: str
    caption: str
    alt: str
    spec: Mapping[str, Any]
    table: Table


@dataclass(frozen=True, slots=True)
class Said:
    """What may be said of one cell; every other number is None.

    `share` is the estimate, `corpus` and `informants` its intervals, `heard` of `interviews` those with a checked
    mention, `machine` the machine's share.
    """

    showing: Showing
    share: float | None = None
    corpus: tuple[float, float] | None = None
    informants: tuple[float, float] | None = None
    heard: int | None = None
    interviews: int | None = None
    machine: float | None = None

    @property
    def in_place(self) -> str:
        """The words that stand where no mark can."""
        if self.showing is Showing.COUNT:
            return f"{self.heard} of {self.interviews} interviews"
        return {Showing.HIDDEN: "not shown", Showing.EMPTY: "no segments"}.get(self.showing, "")

    @property
    def words(self) -> str:
        """All that may be said, in words: `14% (corpus 9% to 21%, informants 7% to 24%)`."""
        if self.showing is Showing.UNAUDITED:
            return f"{percent(self.machine)} by the machine, unaudited"
        named = (("corpus", self.corpus), ("informants", self.informants))
        ranges = ", ".join(f"{name} {percent(ends[0])} to {percent(ends[1])}" for name, ends in named if ends)
        if self.showing is Showing.ESTIMATE:
            return f"{percent(self.share)} ({ranges})"
        return self.in_place or ranges


def said(one: Estimate | None, hidden: str = "") -> Said:
    """What may be said of an estimate whose column is `hidden` for a reason, or not; shares to four decimals."""
    if hidden or (one is not None and one.showing is Showing.HIDDEN):
        return Said(Showing.HIDDEN)
    if one is None or one.showing is Showing.EMPTY or not one.segments:
        return Said(Showing.EMPTY)
    if one.showing is Showing.COUNT:
        return Said(one.showing, heard=one.in_interviews, interviews=one.interviews)
    machine = _rounded(one.share)
    if one.showing is Showing.UNAUDITED or (one.corpus_interval is None and one.informants_interval is None):
        return Said(Showing.UNAUDITED, machine=machine)
    share = _rounded(one.estimate) if one.showing is Showing.ESTIMATE else None
    return Said(one.showing, share, _ends(one.corpus_interval), _ends(one.informants_interval), machine=machine)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _ends(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return interval and (round(interval[0], 4), round(interval[1], 4))


def values(table: Table) -> list[dict[str, Any]]:
    """The rows of a table as the numbers of a specification."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def framed(title: str, reading: str, body: Spec, width: int = 90) -> Spec:
    """A whole specification: the finding above, how to read it in smaller letters, then the body.

    Lines of the title are broken after `width` letters.
    """
    heading = {
        "text": wrapped(title, width),
        "subtitle": wrapped(reading, round(width * 1.25)),
        "anchor": "start",
        "offset": 14,
    }
    return {"$schema": _SCHEMA, "title": heading, "background": PAPER, "padding": 8, "config": _config(), **body}


def wrapped(text: str, width: int) -> list[str]:
    """The text as lines of at most so many letters, at least one."""
    return textwrap.wrap(text, width) or [""]


def valid(*columns: str) -> list[Spec]:
    """The step that keeps the rows in which these columns have a value."""
    return [{"filter": " && ".join(f"isValid(datum.{column})" for column in columns)}]


def axis(title: str, **more: object) -> Spec:
    """An axis of shares in per cent."""
    return {"title": title, "format": ".0%", "tickCount": 4, **more}


def limit(shares: Sequence[float | None]) -> float:
    """The end of an axis that begins at 0 and holds all these shares: the next tenth, 1 at most."""
    most = max((share for share in shares if share is not None), default=0.0)
    return min(1.0, max(0.1, math.ceil(round(most * 10, 6)) / 10))


def _config() -> Spec:
    letters = {"labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 10.5, "titleFontSize": 10.5}
    return {
        "font": FONT,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            **letters,
            "titleFontWeight": "normal",
            "gridColor": RULE,
            "domainColor": RULE,
            "tickColor": RULE,
            "domain": False,
            "labelPadding": 5,
        },
        "header": {"labelColor": INK, "labelFontSize": 11, "labelFontWeight": "bold", "labelAnchor": "start"},
        "title": {
            "color": INK,
            "fontSize": 14,
            "fontWeight": "bold",
            "subtitleColor": SOFT,
            "subtitleFontSize": 11,
            "subtitlePadding": 5,
            "lineHeight": 18,
            "subtitleLineHeight": 14.5,
        },
        "text": {"color": INK, "fontSize": 10},
        "rule": {"color": INK},
    }
