"""A study as tables: codings that `themes import` reads again, segments, decisions, suggestions, codes and memos."""

from __future__ import annotations

from collections.abc import Iterator

from themes.domain import Segment
from themes.exchange.sheets import Cell, Sheet
from themes.pipeline.holding import Holding
from themes.review import tree_order

CODINGS = "codings"


def tables(held: Holding) -> dict[str, Sheet]:
    """Every table of the study by its name, codings first."""
    return {
        CODINGS: Sheet(_CODING, tuple(_codings(held))),
        "segments": Sheet(_SEGMENT, tuple(_segment(one) for one in held.segments.values())),
        "decisions": Sheet(_DECISION, tuple(_decisions(held))),
        "suggestions": Sheet(("segment", "rank", "code", "percent"), tuple(_suggestions(held))),
        "codebook": Sheet(_CODE, tuple(_codes(held))),
        "memos": Sheet(("date", "coder", "about", "of", "text"), tuple(_memos(held))),
    }


_CODING = ("source", "start", "end", "quote", "code", "coder", "date", "segment")
_DECISION = ("number", "date", "coder", "verdict", "segment", "code", "shown")
_CODE = ("code", "parent", "definition", "use_when", "not_when", "examples")


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
        yield one.segment, one.rank, one.code, round(100 * one.score)


def _codes(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for _, code in tree_order(held.codebook):
        yield code.name, code.parent, code.definition, code.use_when, code.not_when, " | ".join(code.examples)


def _memos(held: Holding) -> Iterator[tuple[Cell, ...]]:
    for one in held.memos:
        yield one.at.isoformat(), one.coder, one.kind.value, one.subject, one.text
