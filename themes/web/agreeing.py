"""The page of agreement: figures code by code, and the segments on which coders differ, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themes.domain import CONSENSUS, CodeId, Decision, Role, SegmentId
from themes.errors import DecisionError
from themes.review import Dispute, disputes, resolution, resolution_step
from themes.web.acting import Asked, step_of
from themes.web.auditing import hidden_from
from themes.web.desk import Desk
from themes.web.house import House, body_of, coder, house, member, signed_in
from themes.web.showing import item


def routes() -> list[Route]:
    """The figures, which come when they are reckoned; one disputed segment; its resolution."""
    return [
        Route("/agreement", signed_in(page)),
        Route("/agreement/figures", signed_in(figures)),
        Route("/adjudicate", signed_in(side_by_side)),
        Route("/adjudicate/acts", signed_in(resolved, Role.ADJUDICATOR), methods=["POST"]),
    ]


async def page(request: Request) -> Response:
    """The segments on which coders differ; the figures follow."""
    shared = house(request)
    if shared.terms.reflexive:
        return RedirectResponse("/", 303)
    found = _disputes(shared, request)
    texts = {one.segment: _text(shared.desk, one.segment) for one in found}
    return shared.page(request, "agreement.html", disputes=found, texts=texts)


async def figures(request: Request) -> Response:
    """The agreement as tables, reckoned by the worker."""
    shared = house(request)
    spoken = {entry.coder for entry in shared.desk.log if isinstance(entry, Decision)}
    names = [name for name in shared.seen(request) if name in spoken and name != CONSENSUS]
    told = await shared.worker.ask("agreement", {"coders": names if shared.terms.team and names else []})
    return JSONResponse({"html": shared.part("figures.html", **told)})


async def side_by_side(request: Request) -> Response:
    """One segment with what each coder gave it."""
    shared = house(request)
    dispute = _find(shared, request, request.query_params.get("at", ""))
    asking = coder(request)
    shown = item(shared.desk, asking, dispute.segment, hidden_from(shared.desk, asking).get(dispute.segment))
    order = [one.segment for one in _disputes(shared, request)]
    place = order.index(dispute.segment)
    return shared.page(
        request,
        "adjudicate.html",
        dispute=dispute,
        item=shown,
        codes=list(shared.desk.called.codes),
        may=member(request).role in (Role.OWNER, Role.ADJUDICATOR),
        following=order[place + 1] if place + 1 < len(order) else "",
        place=place + 1,
        total=len(order),
    )


async def resolved(request: Request) -> Response:
    """A resolution kept as the team's word; the coders' own stay as they were."""
    shared, asking = house(request), coder(request)
    asked = Asked.parse(await body_of(request))
    dispute = _find(shared, request, asked.segment)
    codes = [CodeId(code) for code in asked.texts("codes", 50)]
    unknown = [code for code in codes if code not in shared.desk.called.codes]
    if unknown:
        raise DecisionError(f"{unknown[0]} is not in the codebook any more.", "Choose another one.")
    entries = resolution(dispute, codes, datetime.now(UTC))
    shared.desk.record(entries, resolution_step(asking.name, step_of(asking, asked)))
    return JSONResponse({"words": f"Resolved as {', '.join(codes) or 'no code fits'}."})


def _disputes(shared: House, request: Request) -> Sequence[Dispute]:
    """Where coders differ, as far as whoever asks may see it."""
    desk = shared.desk
    words = [word for name in (*desk.coders, CONSENSUS) for word in desk.coder(name).judgements()]
    seen_by = "" if shared.sees_all(request) else member(request).name
    return disputes(words, desk.memory.place, list(desk.called.codes), seen_by)


def _find(shared: House, request: Request, segment: str) -> Dispute:
    found = next((one for one in _disputes(shared, request) if one.segment == segment), None)
    if found is None:
        raise HTTPException(404, "Coders do not differ on this segment, or you are not done with it.")
    return found


def _text(desk: Desk, segment: SegmentId) -> str:
    words = desk.memory.text(desk.memory.lines[desk.memory.place[segment]]).split()
    return " ".join(words[:30]) + (" …" if len(words) > 30 else "")
