"""The page of prevalence: how often codes stand and are suggested, by actor group and period, as of now."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from themes.domain import CodeId, SegmentId
from themes.review import tree_order
from themes.web.cells import By, by_group, by_mission, by_period, by_register, by_subgroup, carriers_of, counted
from themes.web.desk import Desk
from themes.web.house import house, signed_in

_WAYS: dict[str, tuple[str, By]] = {
    "group": ("actor group", by_group),
    "subgroup": ("actor group in full", by_subgroup),
    "mission": ("mission", by_mission),
    "period": ("period", by_period),
    "register": ("talk and mandates", by_register),
}
_BASES = {"people": "what people coded", "machine": "what the machine suggests first"}


def routes() -> list[Route]:
    """The page."""
    return [Route("/prevalence", signed_in(page))]


async def page(request: Request) -> Response:
    """The counts by what the address asks for."""
    shared = house(request)
    by = request.query_params.get("by", "group")
    basis = request.query_params.get("basis", "people")
    by, basis = by if by in _WAYS else "group", basis if basis in _BASES else "people"
    desk = shared.desk
    read, carriers = _people(desk, shared.seen(request)) if basis == "people" else _machine(desk)
    lines = [line for line in desk.memory.lines if line.segment in read]
    found = counted(
        lines, {code: carriers.get(code, set()) for code in desk.called.codes}, _WAYS[by][1],
        desk.terms.options.min_participants,
    )  # fmt: skip
    return shared.page(
        request,
        "prevalence.html",
        rows=[(depth, code, found[code.id]) for depth, code in tree_order(desk.called.revised.codebook)],
        columns=list(next(iter(found.values()), {})),
        by=by,
        basis=basis,
        ways={name: label for name, (label, _) in _WAYS.items()},
        bases=_BASES,
        n_read=len(lines),
        total=len(desk.memory.lines),
        least=desk.terms.options.min_participants,
    )


def _people(desk: Desk, names: Iterable[str]) -> tuple[set[SegmentId], dict[CodeId, set[SegmentId]]]:
    """The segments that one of these coders is done with, and those that carry each code by the word of one."""
    said = [(segment, word) for name in names for segment, word in desk.coder(name).said.items() if word.done]
    pairs = ((segment, code) for segment, word in said for code in word.codes)
    return {segment for segment, _ in said}, carriers_of(pairs)


def _machine(desk: Desk) -> tuple[set[SegmentId], dict[CodeId, set[SegmentId]]]:
    """All segments, and those for which each code is suggested first."""
    pairs = ((segment, code) for segment, (code, _) in desk.called.firsts.items())
    return set(desk.memory.place), carriers_of(pairs)
