"""The page of candidate themes: what each holds, and the acts on them, which the worker does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from themes.domain import Role, SegmentId, SourceKind, SubjectKind
from themes.errors import DecisionError
from themes.project import Line
from themes.review import Coder
from themes.web.acting import Asked, step_of
from themes.web.agenda import blind_for
from themes.web.cells import by_group, by_period, spread
from themes.web.desk import Desk
from themes.web.house import House, body_of, coder, house, signed_in
from themes.web.reviewing import answered
from themes.web.wording import in_words

_QUOTE = 420
_LONGEST_NAME = 200


def routes() -> list[Route]:
    """The page and its acts."""
    return [Route("/themes", signed_in(page)), Route("/themes/acts", signed_in(acted, Role.CODER), methods=["POST"])]


async def page(request: Request) -> Response:
    """The candidate themes, one of them open."""
    shared, asking = house(request), coder(request)
    told = await shared.worker.ask("themes", {})
    at = request.query_params.get("at", "")
    shown = parts(shared, asking, told, at)
    return shared.page(request, "themes.html", parts=shown, at=_open(told, at))


async def acted(request: Request) -> Response:
    """An act on themes done, and the page after it."""
    shared, asking = house(request), coder(request)
    asked = Asked.parse(await body_of(request))
    if asked.act in ("undo", "redo"):
        words = (await answered(shared, asking, asked)).words
        told: Mapping[str, Any] = {"words": words, "themes": await shared.worker.ask("themes", {})}
    else:
        told = await done(shared, asking, asked)
    shared.desk.catch_up()
    at = asked.text("theme", 50)
    return JSONResponse(
        {"words": told["words"], "at": _open(told["themes"], at), "parts": parts(shared, asking, told["themes"], at)}
    )


async def done(shared: House, asking: Coder, asked: Asked) -> Mapping[str, Any]:
    """What the worker says of the act; DecisionError where it is not possible."""
    by = {"coder": asking.name, "key": step_of(asking, asked), "memo": asked.text("memo", 2_000)}
    theme = asked.text("theme", 50)
    name = {"name": asked.text("name", _LONGEST_NAME)}
    acts: dict[str, tuple[str, dict[str, Any]]] = {
        "name": ("name", {"theme": theme, **name}),
        "merge": ("merge", {"themes": [theme, asked.text("other", 50)], **name}),
        "split": ("split", {"theme": theme, "parts": [list(asked.texts("segments", 20_000))]}),
        "split by finer": ("split_by_finer", {"theme": theme}),
        "no theme": ("no_theme", {"theme": theme}),
    }
    if asked.act not in acts:
        raise DecisionError("The request is not understood.", "Load the page again.")
    what, about = acts[asked.act]
    return await shared.worker.ask(what, by | about)


def _open(told: Mapping[str, Any], at: str) -> str:
    """The theme that is shown: the one asked for, or the first."""
    ids = [theme["id"] for theme in told["themes"]]
    return at if at in ids else (ids[0] if ids else "")


def parts(shared: House, asking: Coder, told: Mapping[str, Any], at: str) -> dict[str, str]:
    """The list of themes, and the one that is open."""
    desk = shared.desk
    opened = _open(told, at)
    theme = next((one for one in told["themes"] if one["id"] == opened), None)
    finer = [one for one in told["finer"] if one["parent"] == opened]
    memo = desk.memos().get((SubjectKind.THEME, opened, asking.name))
    least = desk.terms.options.min_participants
    codes = [
        one for one in desk.called.theme_codes(desk.project.reading.theme_codes()) if one.theme == opened and one.code
    ]
    return {
        "list": shared.part("theme-list.html", told=told, at=opened),
        "theme": shared.part(
            "theme.html",
            theme=theme,
            told=told,
            finer=finer,
            codes=codes,
            quotes=_quotes(desk, asking, theme["exemplars"] if theme else []),
            border=_quotes(desk, asking, theme["borderline"][:3] if theme else []),
            groups=spread(desk.memory, set(theme["segments"]), by_group, least) if theme else {},
            periods=spread(desk.memory, set(theme["segments"]), by_period, least) if theme else {},
            least=least,
            memo=memo.text if memo else "",
            reflexive=shared.terms.reflexive,
            last=in_words(asking.history.undoable.entries) if asking.history.undoable else "",
        ),
    }


def _where(desk: Desk, line: Line) -> str:
    """Who speaks and when, as far as anything is said of it; of a mandate, its title."""
    known = [one for one in (line.actor_group, line.mission, line.period) if one not in ("", "unspecified")]
    title = desk.memory.titles.get(line.source, "")
    return " · ".join([title, *known] if line.kind == SourceKind.MANDATE else known)


def _quotes(desk: Desk, asking: Coder, segments: list[str]) -> list[dict[str, str]]:
    """Segments with their words, cut to a readable length; none that the coder is to code blind."""
    blind = blind_for(desk, asking)
    found = []
    for segment in segments:
        place = None if segment in blind else desk.memory.place.get(SegmentId(segment))
        if place is not None:
            line = desk.memory.lines[place]
            text = " ".join(desk.memory.text(line).split())
            cut = text if len(text) <= _QUOTE else text[:_QUOTE].rsplit(" ", 1)[0] + " …"
            found.append({"segment": segment, "text": cut, "where": _where(desk, line)})
    return found
