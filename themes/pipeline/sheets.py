"""A study as tables: codings that `themes import` reads again, segments, decisions, suggestions, codes and memos."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from themes.domain import Segment, harmless
from themes.pipeline.holding import Holding
from themes.review import tree_order

Cell = str | int | float | None
LONGEST = 32_767
"""Characters that a cell of a workbook holds."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, its columns and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(held: Holding) -> tuple[Sheet, ...]:
    """Every table of the study, codings first."""
    return (
        Sheet(
            "codings", ("source", "start", "end", "quote", "code", "coder", "date", "segment"), tuple(_codings(held))
        ),
        Sheet("segments", _SEGMENT, tuple(_segment(one) for one in held.segments.values())),
        Sheet("decisions", ("number", "date", "coder", "verdict", "segment", "code", "shown"), tuple(_decisions(held))),
        Sheet("suggestions", ("segment", "rank", "code", "probability"), tuple(_suggestions(held))),
        Sheet("codebook", ("code", "parent", "definition", "use_when", "not_when", "examples"), tuple(_codes(held))),
        Sheet("memos", ("date", "coder", "about", "of", "text"), tuple(_memos(held))),
    )


def _codings(held: Holding) -> Iterator[tuple[Cell, ...]]:
    texts = {source.id: source.text for source in held.sources}
    for (segment, code, coder), decision in held.said.items():
        one = held.segments.get(segment)
        if one is None:
            continue
        cut = held.bounds.get((segment, coder))
        start, end = cut.bounds if cut is not None and cut.bounds is not None else (one.start, one.end)
        quote = texts[one.source][start:end]
        yield one.source, start, end, quote, code, coder, decision.at.isoformat(), segment


_SEGMENT = (
    "segment",
    "source",
    "start",
    "end",
    "kind",
    "participant",
    "speaker",
    "actor_group",
    "mission",
    "period",
    "text",
)


def _segment(one: Segment) -> tuple[Cell, ...]:
    return (
        *(one.id, one.source, one.start, one.end, one.kind.value, one.participant, one.speaker, one.actor_group),
        *(one.mission, one.period, one.text),
    )


def _decisions(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for one in held.log:
        yield one.id, one.at.isoformat(), one.coder, one.verdict.value, one.segment, one.code, one.shown.value


def _suggestions(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for one in held.suggestions:
        yield one.segment, one.rank, one.code, round(one.score, 4)


def _codes(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for _, code in tree_order(held.codebook):
        yield code.name, code.parent, code.definition, code.use_when, code.not_when, " | ".join(code.examples)


def _memos(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for one in held.memos:
        yield one.at.isoformat(), one.coder, one.kind.value, one.subject, one.text


def as_csv(sheet: Sheet) -> bytes:
    """The table as .csv in UTF-8; what a spreadsheet would take for a formula is text."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(sheet.columns)
    table.writerows(_harmless(row) for row in sheet.rows)
    return written.getvalue().encode()


def as_xlsx(found: Sequence[Sheet]) -> bytes:
    """The tables as a workbook, a sheet each; a cell too long for one is cut."""
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

    workbook = openpyxl.Workbook(write_only=True)
    for one in found:
        sheet = workbook.create_sheet(one.name)
        sheet.append(list(one.columns))
        for row in one.rows:
            cells = []
            for value in _harmless(row):
                kept = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST] if isinstance(value, str) else value
                cell = WriteOnlyCell(sheet, kept)
                if isinstance(kept, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _harmless(row: Iterable[Cell]) -> list[Cell]:
    return [harmless(value) if isinstance(value, str) else value for value in row]
