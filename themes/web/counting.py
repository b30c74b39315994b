"""The page of prevalence: how often people speak of each code, estimated or counted, as of now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themes.domain import MANDATE, TALK, CodeId, SegmentId, Showing
from themes.prevalence import ALL
from themes.review import tree_order
from themes.web.cells import (
    By,
    by_group,
    by_mission,
    by_period,
    by_register,
    by_subgroup,
    carriers_of,
    cell_of,
    counted,
    told,
)
from themes.web.desk import Desk
from themes.web.estimating import Estimated, estimates_of
from themes.web.house import House, house, signed_in

_WAYS: dict[str, tuple[str, By]] = {
    "group": ("actor group", by_group),
    "subgroup": ("actor group in full", by_subgroup),
    "mission": ("mission", by_mission),
    "period": ("period", by_period),
    "register": ("talk and mandates", by_register),
}
_BASES = {
    "estimated": "what people and machine say together, audited",
    "people": "what people coded",
    "machine": "what the machine suggests first",
}
_WHOLE = "all talk"


def routes() -> list[Route]:
    """The page."""
    return [Route("/prevalence", signed_in(page))]


async def page(request: Request) -> Response:
    """The shares by what the address asks for: once an audit has an answer the estimates, or else counts."""
    shared = house(request)
    desk = shared.desk
    by = request.query_params.get("by", "group")
    by = by if by in _WAYS else "group"
    found = await estimates_of(desk, shared.seen(request)) if desk.audits else None
    usual = "estimated" if found and found.answered else "people"
    basis = request.query_params.get("basis", usual)
    bases = {name: label for name, label in _BASES.items() if found or name != "estimated"}
    basis = basis if basis in bases else usual
    shown = _estimates(desk, found, by) if found and basis == "estimated" else _counts(shared, request, by, basis)
    return shared.page(
        request,
        "prevalence.html",
        by=by,
        basis=basis,
        ways={name: label for name, (label, _) in _WAYS.items()},
        bases=bases,
        audits=found.audits if found else (),
        own=not shared.sees_all(request),
        total=len(desk.memory.lines),
        least=desk.terms.options.min_participants,
        **shown,
    )


def _counts(shared: House, request: Request, by: str, basis: str) -> dict[str, Any]:
    """What people coded, or the machine suggests first, counted."""
    desk = shared.desk
    read, carriers = _people(desk, shared.seen(request)) if basis == "people" else _machine(desk)
    lines = [line for line in desk.memory.lines if line.segment in read]
    found = counted(
        lines, {code: carriers.get(code, set()) for code in desk.called.codes}, _WAYS[by][1],
        desk.terms.options.min_participants,
    )  # fmt: skip
    return {
        "rows": [(depth, code, found[code.id]) for depth, code in tree_order(desk.called.revised.codebook)],
        "columns": list(next(iter(found.values()), {})),
        "n_read": len(lines),
    }


@dataclass(frozen=True, slots=True)
class Column:
    """A column of estimates with what its shares are of; nothing of it may be said where `hidden`."""

    name: str
    segments: int
    interviews: int
    checked: int
    hidden: bool
    unit: str = "interview"


def _estimates(desk: Desk, found: Estimated, by: str) -> dict[str, Any]:
    """The estimates of every code, and of every code with all below it, in the order of the codebook."""
    columns = _columns(desk, by)
    least = desk.terms.options.min_participants
    known = {subject for subject, _ in found.of}
    rows = []
    for depth, code in tree_order(desk.called.revised.codebook):
        for kind in ("code group", "code"):
            if (kind, code.id) in known:
                cells = [told(found.of.get(((kind, code.id), cell)), least) for cell in columns.values()]
                rows.append((depth, code, kind, cells))
    heads = []
    for name, cell in columns.items():
        own = [one for subject in known if (one := found.of.get((subject, cell))) is not None]
        seen = [one for one in own if one.showing is not Showing.HIDDEN]
        heads.append(
            Column(
                name,
                max((one.segments for one in seen), default=0),
                max((one.interviews for one in seen), default=0),
                max((one.checked for one in seen), default=0),
                hidden=not seen,
                unit="text" if cell[0] == MANDATE else "interview",
            )
        )
    return {"rows": rows, "columns": heads, "n_read": len(desk.memory.lines)}


def _columns(desk: Desk, by: str) -> dict[str, tuple[str, str, str, str]]:
    """The cell that each column shows: all talk first, mandates last."""
    cells = {_WAYS[by][1](line): cell_of(by, line) for line in desk.memory.lines}
    order = sorted(cells, key=lambda name: (name == "mandates", name))
    whole = {_WHOLE: (TALK, ALL, ALL, ALL)} if by != "register" and set(cells) - {"mandates"} else {}
    return whole | {name: cells[name] for name in order}


def _people(desk: Desk, names: Iterable[str]) -> tuple[set[SegmentId], dict[CodeId, set[SegmentId]]]:
    """The segments that one of these coders is done with, and those that carry each code by the word of one."""
    said = [(segment, word) for name in names for segment, word in desk.coder(name).said.items() if word.done]
    pairs = ((segment, code) for segment, word in said for code in word.codes)
    return {segment for segment, _ in said}, carriers_of(pairs)


def _machine(desk: Desk) -> tuple[set[SegmentId], dict[CodeId, set[SegmentId]]]:
    """All segments, and those for which each code is suggested first."""
    pairs = ((segment, code) for segment, (code, _) in desk.called.firsts.items())
    return set(desk.memory.place), carriers_of(pairs)
