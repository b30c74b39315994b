"""The map of the segments, laid out for one drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from themes.domain import Segment
from themes.report.material import Material
from themes.report.options import ReportOptions

COLOURS = 6
"""Told apart with every common kind of colour blindness (smallest OKLab distance .16 on light, .10 on dark)."""

SHAPES = 7
"""Sharing no divisor with COLOURS, so that 42 themes pass before a colour meets its shape again."""

_WIDTH = 1000.0
_MARGIN = 18.0

_SCALES = ((600, 1.0), (4000, 0.62), (math.inf, 0.42))

Placed = tuple[Segment, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """Which colour and shape stand for a candidate theme."""

    colour: int
    shape: int


def mark(number: int) -> Mark:
    """The mark of the theme with this number, counted from 1."""
    return Mark((number - 1) % COLOURS, (number - 1) % SHAPES)


@dataclass(frozen=True, slots=True)
class Point:
    """One segment on the map, and where it stands."""

    segment: Segment
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Layer:
    """The points of one candidate theme (number 0: of none) from left to right, and where its number stands.

    They are not in reading order: that would tell which of them are of one source.
    """

    number: int
    mark: Mark | None
    points: tuple[Point, ...]
    x: str = ""
    y: str = ""

    @property
    def spots(self) -> str:
        """The places of all points, for one line of a drawing."""
        return " ".join(f"{point.x} {point.y}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing `width` by `height` of `drawn` out of `placed` segments; `unplaced` have no place on it.

    `at_the_edge` of those drawn lie outside, so far from all others that they would make the rest too small to see.
    """

    width: int
    height: int
    layers: tuple[Layer, ...]
    drawn: int
    placed: int
    unplaced: int
    at_the_edge: int = 0

    @property
    def scale(self) -> float:
        """How large the marks are drawn: smaller where there are many."""
        return next(scale for most, scale in _SCALES if self.drawn <= most)


def draw(material: Material, options: ReportOptions) -> Map | None:
    """The map, or None where no segment has a place."""
    placed = [
        (segment, *material.places[segment.id])
        for segment in material.segments
        if all(map(math.isfinite, material.places.get(segment.id, (math.nan,))))
    ]
    if not placed:
        return None
    sample = _even_sample(placed, options.map_points)
    xs, far_across = _trimmed([x for _, x, _ in sample])
    ys, far_up = _trimmed([y for _, _, y in sample])
    spots, height = _laid_out(xs, ys)
    number = {theme.id: place for place, theme in enumerate(material.themes, start=1)}
    layers: dict[int, list[Placed]] = {}
    for (segment, _, _), (x, y) in zip(sample, spots, strict=True):
        theme = material.theme_of.get(segment.id)
        layers.setdefault(number[theme[0]] if theme else 0, []).append((segment, x, y))
    unplaced = len(material.segments) - len(placed)
    drawn = tuple(_layer(place, layers[place]) for place in sorted(layers))
    return Map(round(_WIDTH), height, drawn, len(sample), len(placed), unplaced, len(far_across | far_up))


def _even_sample(placed: Sequence[Placed], most: int) -> list[Placed]:
    """Every n-th segment in reading order, so that each source and theme keeps about its share."""
    if len(placed) <= most:
        return list(placed)
    return [placed[index * len(placed) // most] for index in range(most)]


def _trimmed(values: Sequence[float]) -> tuple[list[float], set[int]]:
    """The values, the farthest half per cent at either end brought to the edge of the others; and which those are."""
    ordered, beyond = sorted(values), len(values) // 200
    low, high = ordered[beyond], ordered[-1 - beyond]
    margin = 0.05 * (high - low) if beyond else 0.0
    low, high = low - margin, high + margin
    return [min(max(value, low), high) for value in values], {
        place for place, value in enumerate(values) if not low <= value <= high
    }


def _laid_out(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[tuple[float, float]], int]:
    """Each point within the drawing, one scale for both directions where the shape allows; and the height."""
    wide, tall = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    inner = _WIDTH - 2 * _MARGIN
    height = min(max(inner * tall / wide, 0.42 * inner), 0.62 * inner)
    across, up = inner / wide, height / tall
    spots = [(_MARGIN + (x - min(xs)) * across, _MARGIN + (max(ys) - y) * up) for x, y in zip(xs, ys, strict=True)]
    return spots, round(height + 2 * _MARGIN)


def _layer(number: int, placed: Sequence[Placed]) -> Layer:
    ordered = sorted(placed, key=lambda one: (one[1], one[2], one[0].text))
    points = tuple(Point(segment, _short(x), _short(y)) for segment, x, y in ordered)
    if not number:
        return Layer(0, None, points)
    x, y = _middle([(x, y) for _, x, y in placed])
    return Layer(number, mark(number), points, _short(x), _short(y))


def _middle(spots: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The spot that lies nearest to the middle of all, so that a number always stands on a mark."""
    middle = (sorted(x for x, _ in spots)[len(spots) // 2], sorted(y for _, y in spots)[len(spots) // 2])
    return min(spots, key=lambda spot: math.dist(spot, middle))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
