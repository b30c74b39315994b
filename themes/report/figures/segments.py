"""The map of segments, for print: every segment, or an even sample, coloured by its candidate theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from themes.domain import CandidateTheme
from themes.report.cells import Counts
from themes.report.dictionary import Column as Field
from themes.report.dictionary import Entry, Kind
from themes.report.figures.figure import HUES, INK, NO_HUE, PAPER, Figure, Spec, framed, values
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.places import Layer, Map, draw
from themes.report.quotes import label
from themes.report.tables import Table
from themes.report.words import counted, listing, percent, thousands

NAME = "segments-map"

_POINTS = 1500
"""So many marks at most, or the picture would be too large to open."""

_NAMED = 42
"""So many candidate themes stand in the list beside the map; their marks all differ."""

_NONE = "in no candidate theme"

_SHAPES = (
    "circle",
    "M-.8-.8h1.6v1.6h-1.6z",
    "M0-1 .95.7H-.95z",
    "M0-1.1 1 0 0 1.1-1 0z",
    "M0 1 .95-.7H-.95z",
    "M-.3-1h.6V-.3h.7v.6h-.7V1h-.6V.3h-.7v-.6h.7z",
    "M-1-.6-.6-1 0-.4.6-1 1-.6.4 0 1 .6.6 1 0 .4-.6 1-1 .6-.4 0z",
)
"""The shapes of `themes.report.places.mark`."""

ENTRY = Entry(
    "figure-segments-map",
    "One segment that is drawn, from left to right within its candidate theme.",
    (
        Field("theme", Kind.TEXT, "The number and label of its candidate theme; or that it is in none."),
        Field("x", Kind.SHARE, "Its place from the left; without a unit."),
        Field("y", Kind.SHARE, "Its place from above; without a unit."),
    ),
)


def segments(material: Material, found: Counts) -> Figure | None:
    """The map, or None where there is none, or where no number of all talk may be shown, and for others."""
    if material.guard:  # its points are single segments: others have the map of the page alone
        return None
    drawn = draw(material, replace(ReportOptions(), map_points=_POINTS))
    if drawn is None or found.few_in_talk or not material.themes:
        return None
    names = {0: _NONE} | {place: _named(material, place, one) for place, one in enumerate(material.themes, start=1)}
    rows = tuple(
        (names[layer.number], float(point.x), float(point.y)) for layer in drawn.layers for point in layer.points
    )
    table, title = Table(ENTRY, rows), _title(material)
    return Figure(
        NAME,
        "Map of segments",
        title,
        _caption(drawn),
        f"{title}. {_largest(material, names)}",
        framed(title, _caption(drawn), _body(table, drawn, names), 90),
        table,
    )


def _title(material: Material) -> str:
    inside, every = len(material.theme_of), len(material.segments)
    share = percent(inside / every)
    return f"{share} of {counted(every, 'segment')} lie in {counted(len(material.themes), 'candidate theme')}"


def _largest(material: Material, names: dict[int, str]) -> str:
    """The largest candidate themes and what is in none, with their numbers."""
    ordered = sorted(enumerate(material.themes, start=1), key=lambda one: (-len(one[1].segments), one[0]))[:5]
    sizes = [f"{names[place]} ({thousands(len(theme.segments))})" for place, theme in ordered]
    left = len(material.segments) - len(material.theme_of)
    verb = "is" if left == 1 else "are"
    return f"Largest: {listing(sizes)}. {counted(left, 'segment')} {verb} in no candidate theme."


def _caption(drawn: Map) -> str:
    sample = drawn.drawn < drawn.placed
    what = f"An even sample of {thousands(drawn.drawn)} out of {counted(drawn.placed, 'segment')}"
    parts = [f"{what}." if sample else f"{counted(drawn.drawn, 'segment')}, one mark each."]
    parts += [
        "Marks that lie close together are close in meaning; the axes have no unit.",
        "Hollow: in no candidate theme.",
    ]
    parts += [f"{counted(drawn.unplaced, 'segment')} without a place."] if drawn.unplaced else []
    parts += [f"{counted(drawn.at_the_edge, 'segment')} from far outside at the edge."] if drawn.at_the_edge else []
    return " ".join(parts)


def _named(material: Material, number: int, theme: CandidateTheme) -> str:
    words = label(material, theme)
    return f"{number} {words if len(words) <= 34 else f'{words[:33]}…'}"


def _body(table: Table, drawn: Map, names: dict[int, str]) -> Spec:
    places = {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, drawn.width]}},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [drawn.height, 0]}},
    }
    shown = [layer for layer in drawn.layers if layer.mark]
    listed = [names[layer.number] for layer in shown[:_NAMED]]
    words = {"labelColor": INK, "labelLimit": 210, "symbolLimit": 0, "symbolOpacity": 1}
    legend = {"values": listed, "title": None, "columns": 1 + (len(listed) > 24), **words}
    scales = {
        "domain": [names[layer.number] for layer in shown],
        "hues": [HUES[layer.mark.colour] for layer in shown if layer.mark],
        "shapes": [_SHAPES[layer.mark.shape] for layer in shown if layer.mark],
    }
    size = round(58 * drawn.scale)
    hue = {"field": "theme", "type": "nominal", "scale": {"domain": scales["domain"], "range": scales["hues"]}}
    shape = {"field": "theme", "type": "nominal", "scale": {"domain": scales["domain"], "range": scales["shapes"]}}
    return {
        "data": {"values": values(table)},
        "width": 560,
        "height": round(560 * drawn.height / drawn.width),
        "layer": [
            {
                "transform": [{"filter": {"field": "theme", "equal": _NONE}}],
                "mark": {"type": "point", "size": 22, "stroke": NO_HUE, "strokeWidth": 1},
                "encoding": places,
            },
            {
                "transform": [{"filter": {"not": {"field": "theme", "equal": _NONE}}}],
                "mark": {"type": "point", "filled": True, "size": size, "stroke": PAPER, "strokeWidth": 0.5},
                "encoding": {**places, "fill": {**hue, "legend": legend}, "shape": {**shape, "legend": legend}},
            },
            _numbers(shown, places),
        ],
    }


def _numbers(layers: Sequence[Layer], places: Spec) -> Spec:
    """The number of each candidate theme in its middle, with a halo."""
    encoding = {**places, "text": {"field": "number", "type": "nominal"}}
    text = {"type": "text", "fontSize": 12, "fontWeight": "bold"}
    halo = {"mark": {**text, "stroke": PAPER, "strokeWidth": 3, "strokeJoin": "round"}, "encoding": encoding}
    return {
        "data": {"values": [{"number": str(one.number), "x": float(one.x), "y": float(one.y)} for one in layers]},
        "layer": [halo, {"mark": {**text, "color": INK}, "encoding": encoding}],
    }
