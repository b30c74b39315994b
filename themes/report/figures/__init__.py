"""The figures of a report: what was counted, to be seen, each with the finding in words and the numbers behind it.

`figures` needs no folder and no browser; `plates` draws what it gives, `pictures` are the files of that.
"""

from __future__ import annotations

from themes.report.cells import counts
from themes.report.figures import (
    agreed,
    apart,
    arrows,
    coverage,
    dots,
    periods,
    ranks,
    segments,
    stability,
    tiles,
    together,
)
from themes.report.figures.figure import Figure
from themes.report.figures.plates import Plate, pictures, plate
from themes.report.material import Material
from themes.report.options import ReportOptions

__all__ = ["NAMES", "Figure", "Plate", "figures", "pictures", "plates"]

NAMES = (
    dots.NAME,
    tiles.NAME,
    apart.NAME,
    periods.NAME,
    ranks.NAME,
    arrows.NAME,
    coverage.NAME,
    agreed.NAME,
    together.NAME,
    stability.NAME,
    segments.NAME,
)
"""Every figure that there can be, in the order of the page, which draws the map of segments in a way of its own."""


def figures(material: Material, options: ReportOptions | None = None) -> tuple[Figure, ...]:
    """The figures for which the study has numbers that may be shown, in the order of the page.

    For others they are drawn from the guarded estimates alone, so that none holds a number that the tables hide. Those
    that rest on anything else (codings, comparisons, crossings of group and period) are not drawn.
    """
    least = (options or ReportOptions()).least
    found = counts(material, least)
    made = (
        dots.dots(material, found),
        tiles.tiles(material, found),
        apart.apart(material),
        periods.periods(material, found),
        ranks.ranks(material),
        arrows.arrows(material, found),
        coverage.coverage(material, found),
        agreed.agreed(material),
        together.together(material, least),
        stability.stability(material),
        segments.segments(material, found),
    )
    return tuple(figure for figure in made if figure is not None)


def plates(material: Material, options: ReportOptions) -> tuple[Plate, ...]:
    """The figures, drawn; none where none are asked for."""
    if options.figures == "none":
        return ()
    return tuple(plate(figure, options.figures == "all") for figure in figures(material, options))
