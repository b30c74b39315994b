"""The tables for others, without rows and cells that could tell who spoke; and what was taken out, as a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from themes.domain import MANDATE, SegmentId, Showing, SourceKind
from themes.domain.sums import Cell as CellKey
from themes.report.audience import Guard, Withheld
from themes.report.cells import TALK, Column, counts
from themes.report.dictionary import SUPPRESSED
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.tables import Cell, Table

_KEPT_OF_HIDDEN_CELL = frozenset(
    {"subject_kind", "subject", "source_kind", "actor_group", "mission", "period", "basis", "small_cell"}
    | {"shown_as", "note"}
)
_KEPT_OF_HIDDEN_NUMBER = _KEPT_OF_HIDDEN_CELL | {"segments", "participants"}
_PEOPLE = frozenset({"participants_mentioning", "participants_at_least", "interviews_at_least", "interviews"})
_SHARES = frozenset({"estimate", "share_of_words", "mean_per_interview"})


def for_others(material: Material, made: Mapping[str, Table]) -> dict[str, Table]:
    """The tables of a guarded material, of which only mandates keep rows of their own."""
    guard = material.guard
    if guard is None:
        return dict(made)
    public = {segment.id for segment in material.segments if segment.kind is SourceKind.MANDATE}
    found = dict(made)
    for name in ("segments", "suggestions", "codings"):
        found[name] = _kept(made[name], "segment", public)
    coders = {coder: f"coder {number}" for number, coder in enumerate(_column(made["codings"], "coder"), start=1)}
    found["codings"] = _changed(found["codings"], {"coder": lambda cell: coders.get(str(cell), cell)})
    found["suggestions"] = _blank(found["suggestions"], ("example",))
    found["theme_codes"] = _blank(made["theme_codes"], ("coverage", "score"))
    listed = {name: _only(public) for name in ("exemplars", "borderline")}
    blanked = (
        "actor_groups",
        "largest_participant_share",
        "one_voice",
        "parent",
        "participants",
        "sources",
        "different_texts",
    )
    found["themes"] = _blank(_changed(made["themes"], listed), blanked)
    found["prevalence"] = _prevalence(made["prevalence"], guard)
    return found


def suppressed_table(material: Material, options: ReportOptions) -> Table:
    """What was left out or hidden, and why, without how much it was; for oneself what the page alone hides."""
    found = material.guard.withheld if material.guard else tuple(_on_the_page(material, options))
    return Table(
        SUPPRESSED,
        tuple(
            (one.what, one.subject_kind or None, one.subject or None, *(part or None for part in one.cell), one.reason)
            for one in found
        ),
    )


def _on_the_page(material: Material, options: ReportOptions) -> Iterable[Withheld]:
    found = counts(material, options.least)
    blocks = (found.talk_by_group, *found.by_mission(TALK))
    columns: dict[CellKey, Column] = {column.key: column for block in blocks for column in block.columns}
    for key, column in columns.items():
        if column.hidden:
            yield Withheld("all numbers of the cell, on the page", column.hidden, cell=key)


def _place(table: Table, name: str) -> int:
    return table.columns.index(name)


def _column(table: Table, name: str) -> list[str]:
    place = _place(table, name)
    return sorted({str(row[place]) for row in table.rows})


def _kept(table: Table, column: str, among: Collection[SegmentId]) -> Table:
    place = _place(table, column)
    return replace(table, rows=tuple(row for row in table.rows if row[place] in among))


def _changed(table: Table, acts: Mapping[str, Callable[[Cell], Cell]]) -> Table:
    """The table with each cell of the columns named as its act makes it."""
    by_place = [acts.get(name) for name in table.columns]
    return replace(
        table,
        rows=tuple(
            tuple(act(cell) if act else cell for cell, act in zip(row, by_place, strict=True)) for row in table.rows
        ),
    )


def _blank(table: Table, columns: Iterable[str]) -> Table:
    return _changed(table, dict.fromkeys(columns, _nothing))


def _nothing(_: Cell) -> Cell:
    return None


def _only(among: Collection[SegmentId]) -> Callable[[Cell], Cell]:
    def act(cell: Cell) -> Cell:
        return tuple(one for one in cell if one in among) or None if isinstance(cell, tuple) else cell

    return act


def _prevalence(table: Table, guard: Guard) -> Table:
    """Every cell keeps its row; one that is hidden keeps its place and who counted, and no number."""
    return replace(table, rows=tuple(_row(table, guard, row) for row in table.rows))


def _row(table: Table, guard: Guard, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    kind, subject, register, group, mission, period = map(str, row[:6])
    cell = (register, group, mission, period)
    away = bool(guard.hides(kind, subject, cell))
    kept = _kept_columns(
        table,
        away,
        cell in guard.cells,
        register == MANDATE,
        dict(zip(table.columns, row, strict=True)).get("shown_as"),
    )
    blanked = (value if name in kept else None for name, value in zip(table.columns, row, strict=True))
    return tuple(away if name == "small_cell" else value for name, value in zip(table.columns, blanked, strict=True))


def _kept_columns(table: Table, away: bool, whole: bool, mandate: bool, shown_as: Cell) -> frozenset[str]:
    if away:
        return _KEPT_OF_HIDDEN_CELL if whole else _KEPT_OF_HIDDEN_NUMBER
    names = frozenset(table.columns) - (frozenset() if mandate else _PEOPLE)
    interval = frozenset({"corpus_low", "corpus_high", "informants_low", "informants_high"})
    if shown_as == Showing.COUNT:
        return names - _SHARES - interval
    return names - _SHARES if shown_as == Showing.INTERVAL else names
