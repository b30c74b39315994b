"""Figures as they lie in a report: drawn for the page, as files beside it, and with their numbers as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themes.report.dictionary import Kind
from themes.report.figures.drawing import inlined, pdf, png, svg
from themes.report.figures.figure import Figure
from themes.report.tables import Cell


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure and its drawing; `files` are names in the folder of the report."""

    figure: Figure
    drawn: str
    files: tuple[str, ...]

    @property
    def inline(self) -> str:
        """The drawing for the page."""
        return inlined(self.drawn)

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns of its numbers, as words."""
        return tuple(column.replace("_", " ") for column in self.figure.table.columns)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Its numbers as words; what is missing is a dash."""
        kinds = [column.kind for column in self.figure.table.entry.columns]
        return tuple(
            tuple(_written(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in self.figure.table.rows
        )


def plate(figure: Figure, every_form: bool) -> Plate:
    """The figure, drawn; with its PNG and PDF where every form is asked for."""
    ends = ("svg", "png", "pdf") if every_form else ("svg",)
    return Plate(figure, svg(figure), tuple(f"figures/{figure.name}.{end}" for end in ends))


def pictures(plates: Sequence[Plate]) -> dict[str, str | bytes]:
    """The files of the figures: name -> text of the SVG, or bytes."""
    forms = {"png": png, "pdf": pdf}
    found: dict[str, str | bytes] = {}
    for one in plates:
        for file in one.files:
            form = forms.get(file.rpartition(".")[2])
            found[file] = form(one.drawn) if form else f"{one.drawn}\n"
    return found


def _written(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return "–"
    if kind is Kind.SHARE and isinstance(cell, float):
        return f"{cell:.1%}"
    return str(cell)
