"""The page on which segments are coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themes.domain import PATH_SEPARATOR, Role, SegmentId, ThemeDecision
from themes.project import Line
from themes.review import Coder, Spoken
from themes.web.acting import Answer, Asked, act, step_of
from themes.web.agenda import (
    FILTERS,
    Agenda,
    Mode,
    View,
    agenda,
    design_in_words,
    first_reading_is_over,
    is_blind,
    is_repeat,
    openness,
    options_of,
    progress,
)
from themes.web.desk import Desk
from themes.web.house import House, body_of, coder, house, signed_in
from themes.web.showing import item
from themes.web.wording import in_words

_LISTED = 41
_BULK_ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A segment in the list on the left."""

    line: Line
    words: str
    said: Spoken
    title: str
    blind: bool
    here: bool


def routes() -> list[Route]:
    """The page and what it asks for."""
    return [
        Route("/", signed_in(page)),
        Route("/item", signed_in(look)),
        Route("/bulk", signed_in(bulk)),
        Route("/acts", signed_in(acted, Role.CODER), methods=["POST"]),
    ]


async def page(request: Request) -> Response:
    """The review page, at the segment that its address names, or else at the next open one."""
    shared, asking = house(request), coder(request)
    desk = shared.desk
    view = View.parse(request.query_params)
    before = agenda(desk, asking, view)
    at = request.query_params.get("at", "")
    segment = SegmentId(at) if at in desk.memory.place else _begin(desk, asking, before)
    if segment is None and view.wanted and before.segments:
        segment = before.segments[0]
    return shared.page(
        request,
        "review.html",
        parts=parts(shared, asking, view, segment, more=False),
        view=dict(view.wanted),
        wanted={name: view.get(name) for name in FILTERS},
        at=segment or "",
        options=options_of(desk, view, {code: code for code in desk.called.codes}),
        codes=[
            {"id": code.id, "name": code.name, "path": code.id.rpartition(PATH_SEPARATOR)[0], "says": code.definition}
            for code in desk.called.codes.values()
        ],
        design=design_in_words(desk.terms.options),
    )


def _begin(desk: Desk, asking: Coder, before: Agenda) -> SegmentId | None:
    """The first open segment; None where batches are to begin."""
    if before.mode is Mode.FIRST and first_reading_is_over(desk, asking):
        return None
    return before.after(None, openness(before, asking))


async def look(request: Request) -> Response:
    """The parts of the page for another segment: the one named, or the one before or after it."""
    shared, asking = house(request), coder(request)
    view = View.parse(request.query_params)
    at, step = request.query_params.get("at", ""), request.query_params.get("step", "")
    before = agenda(shared.desk, asking, view)
    segment: SegmentId | None = SegmentId(at) if at in shared.desk.memory.place else None
    if step in ("-1", "1"):
        segment = before.beside(at, int(step)) or segment
    elif segment is None:
        segment = _begin(shared.desk, asking, before)
    more = request.query_params.get("more") == "1"
    return JSONResponse(told(shared, asking, view, Answer(segment, ""), more=more))


async def acted(request: Request) -> Response:
    """An act done, and the parts of the page after it."""
    shared, asking = house(request), coder(request)
    asked = Asked.parse(await body_of(request))
    answer = await answered(shared, asking, asked)
    if answer.batch_is_over:
        shared.refresh()
    more = asked.more.get("more") is True and answer.segment == asked.segment
    return JSONResponse(told(shared, asking, asked.view, answer, more=more))


async def answered(shared: House, asking: Coder, asked: Asked) -> Answer:
    """What came of an act; undo and redo reach over everything that a coder does, on whatever page."""
    return await turned(shared, asking, asked) or act(shared.desk, asking, asked)


async def turned(shared: House, asking: Coder, asked: Asked) -> Answer | None:
    """An act on candidate themes undone or done again, which the worker does; None for anything else."""
    step = {"undo": asking.history.undoable, "redo": asking.history.redoable}.get(asked.act)
    if step is None or not isinstance(step.entries[0], ThemeDecision):
        return None
    by: dict[str, Any] = {"coder": asking.name, "key": step_of(asking, asked)}
    if asked.act == "undo":
        by |= {"decision": step.entries[0].id}
    words = in_words(step.entries)
    await shared.worker.ask(f"{asked.act}_theme", by)
    shared.desk.catch_up()
    at = SegmentId(asked.segment) if asked.segment in shared.desk.memory.place else None
    return Answer(at, f"{'Undone' if asked.act == 'undo' else 'Done again'}: {words}.")


async def bulk(request: Request) -> Response:
    """The rows of the batch view: the segments from here on that have a suggestion and are open."""
    shared, asking = house(request), coder(request)
    view = View.parse(request.query_params)
    desk = shared.desk
    before = agenda(desk, asking, view)
    is_open = openness(before, asking)
    start = max(0, before.place(request.query_params.get("at", "")))
    rows = []
    for segment in before.segments[start:]:
        draw = before.draws.get(segment)
        first = desk.called.firsts.get(segment)
        said = asking.of(segment)
        hidden = is_blind(draw, asking) or is_repeat(draw, asking)
        if (
            first
            and is_open[segment]
            and not hidden
            and first[0] in desk.called.codes
            and first[0] not in said.rejected
        ):
            line = desk.memory.lines[desk.memory.place[segment]]
            rows.append({"line": line, "text": desk.memory.text(line), "code": first[0], "score": first[1]})
        if len(rows) == _BULK_ROWS:
            break
    return JSONResponse({"html": shared.part("bulk.html", rows=rows, reflexive=shared.terms.reflexive)})


# --- the parts of the page ---


def told(shared: House, asking: Coder, view: View, answer: Answer, *, more: bool = False) -> dict[str, Any]:
    """The answer to the page: where it is now, the parts that changed, and a sentence for whoever listens."""
    return {
        "at": answer.segment or "",
        "words": answer.words,
        "parts": parts(shared, asking, view, answer.segment, more=more),
    }


def parts(shared: House, asking: Coder, view: View, segment: SegmentId | None, *, more: bool) -> dict[str, str]:
    """The pieces of the page, by the id of the element that holds each."""
    desk = shared.desk
    if segment != asking.staying:
        asking.staying = None
    before = agenda(desk, asking, view)
    cells, n_done = progress(desk, asking)
    history = asking.history
    shown = item(desk, asking, segment, before.draws.get(segment), more=more) if segment else None
    common = {
        "item": shown,
        "coder": asking.name,
        "reflexive": shared.terms.reflexive,
        "undo": in_words(history.undoable.entries) if history.undoable else "",
        "redo": in_words(history.redoable.entries) if history.redoable else "",
    }
    provenance = desk.memory.provenance
    made_by = (provenance.get("encoder", ""), provenance.get("codebook version", ""))
    is_open = openness(before, asking)
    n_open = sum(is_open[one] for one in before.segments) if before.mode is Mode.BATCH else 0
    return {
        "queue": shared.part(
            "queue.html",
            rows=_rows(desk, asking, before, segment),
            agenda=before,
            place=before.place(segment) + 1 if segment else 0,
            n_open=n_open,
            n_done=n_done,
            total=len(desk.memory.lines),
            first_pass=shared.terms.options.first_pass,
            cells=cells,
        ),
        "segment": shared.part("segment.html", n_done=n_done, total=len(desk.memory.lines),
                               agenda=before, found=view.wanted, model=shared.model, **common),
        "card": shared.part("card.html", made_by=made_by, **common),
        "notes": shared.part("notes.html", **common),
    }  # fmt: skip


def _rows(desk: Desk, asking: Coder, before: Agenda, segment: SegmentId | None) -> list[Row]:
    """The part of the list around the segment."""
    place = max(0, before.place(segment)) if segment else 0
    start = max(0, min(place - _LISTED // 2, len(before.segments) - _LISTED))
    shown: Sequence[SegmentId] = before.segments[start : start + _LISTED]
    return [_row(desk, asking, before, one, here=one == segment) for one in shown]


def _row(desk: Desk, asking: Coder, before: Agenda, segment: SegmentId, *, here: bool) -> Row:
    line = desk.memory.lines[desk.memory.place[segment]]
    draw = before.draws.get(segment)
    repeat = is_repeat(draw, asking) and draw is not None
    said = asking.again(segment, draw.after) if repeat and draw else asking.of(segment)
    words = " ".join(desk.memory.texts[line.source][line.start : line.start + 90].split())
    return Row(line, words, said, desk.memory.titles[line.source], is_blind(draw, asking), here)
