"""How often each candidate theme is found again in resamples."""

from __future__ import annotations

from themes.domain import CandidateTheme
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import INK, PAPER, RULE, SOFT, Figure, Spec, axis, framed, valid, values
from themes.report.material import Material
from themes.report.quotes import label
from themes.report.tables import Table
from themes.report.words import counted, percent

NAME = "theme-stability"
_THEMES = 60
_LOOSE = 0.5

ENTRY = Entry(
    "figure-theme-stability",
    "One candidate theme.",
    (
        Field("theme", Kind.TEXT, "Its number on the page, and its label."),
        Field("found_again", Kind.SHARE, "Share of the resamples in which it was found again."),
        Field("loose", Kind.FLAG, "Whether that is less than half."),
    ),
)


def stability(material: Material) -> Figure | None:
    """The dots, or None where stability was not measured."""
    if not material.has_stability or material.study.approach == "reflexive":
        return None
    themes = list(enumerate(material.themes, start=1))[:_THEMES]
    ordered = sorted(themes, key=lambda found: (-found[1].stability, found[0]))
    rows = tuple(
        (f"{number} {_label(material, theme)}", round(theme.stability, 4), theme.stability < _LOOSE)
        for number, theme in ordered
    )
    loose = sum(bool(row[2]) for row in rows)
    title = f"{counted(len(rows) - loose, 'candidate theme')} of {len(rows)} found again in at least half the resamples"
    caption = "Themes were sought anew many times without a random part of the segments. Hollow: a hint, not a finding."
    more = len(material.themes) - len(rows)
    table = Table(ENTRY, rows)
    return Figure(
        NAME,
        "How firm the candidate themes are",
        title,
        f"{caption} {counted(more, 'more theme')} not drawn." if more else caption,
        f"{title}. {'; '.join(f'{row[0]}: {percent(float(row[1]))}' for row in rows)}.",
        framed(title, "Share of resamples in which a candidate theme is found again, or nearly.", _body(table), 80),
        table,
    )


def _label(material: Material, theme: CandidateTheme) -> str:
    words = label(material, theme)
    return words if len(words) <= 60 else f"{words[:59]}…"


def _body(table: Table) -> Spec:
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis("share of resamples")}
    y = {
        "field": "theme",
        "type": "nominal",
        "sort": [str(row[0]) for row in table.rows],
        "axis": {"title": None, "ticks": False, "labelColor": INK, "labelLimit": 340},
    }
    place = {"x": {"field": "found_again", **x}, "y": y}
    point = {"type": "point", "opacity": 1, "size": 64, "stroke": INK, "strokeWidth": 1.4}
    return {
        "data": {"values": values(table)},
        "width": 380,
        "height": {"step": 20},
        "layer": [
            {
                "mark": {"type": "rule", "color": RULE, "strokeWidth": 1.5},
                "encoding": {**place, "x2": {"datum": 0}},
            },
            {
                "mark": {"type": "rule", "color": SOFT, "strokeDash": [4, 3]},
                "encoding": {"x": {"datum": _LOOSE, **x}},
            },
            {
                "transform": [*valid("found_again"), {"filter": "!datum.loose"}],
                "mark": {**point, "filled": True, "fill": INK},
                "encoding": place,
            },
            {"transform": [{"filter": "datum.loose"}], "mark": {**point, "fill": PAPER}, "encoding": place},
        ],
    }
