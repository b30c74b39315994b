"""The app: its routes, how people come in, and what is said when something goes wrong."""

from __future__ import annotations

import math
import tempfile
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from themes.errors import ThemesError
from themes.web import agreeing, candidates, codes, counting, entering, exporting, noting, reviewing
from themes.web.desk import Terms
from themes.web.guard import HEADERS, Door, Guard, TooLongError
from themes.web.house import House, NotAllowedError, SomebodyElseError, environment, files, house, signed_in
from themes.web.signing_in import Sessions

# --- what every page needs ---


async def static(request: Request) -> Response:
    """A file of the app; only those read at the start are known."""
    found = house(request).files.get(request.path_params["name"])
    return Response(found[0], media_type=found[1]) if found else PlainTextResponse("Not found.", 404)


async def model(request: Request) -> Response:
    """How the machine is doing."""
    now = house(request).model
    return JSONResponse({"busy": now.busy, "words": now.words, "number": now.number})


_STATUS: dict[type[Exception], int] = {NotAllowedError: 403, SomebodyElseError: 401}
"""How the app answers what went wrong; 409 where nothing else is said."""


async def complain(request: Request, trouble: Exception) -> Response:
    """What was wrong, with its remedy."""
    if isinstance(trouble, ThemesError):
        return told(request, trouble.problem, trouble.remedy, _STATUS.get(type(trouble), 409))
    if isinstance(trouble, TooLongError):
        return PlainTextResponse("This is more than the app takes.", 413, {"connection": "close"})
    if isinstance(trouble, HTTPException):
        known = trouble.detail not in ("Not Found", "Method Not Allowed")
        problem = trouble.detail if known else "There is no such page."
        return told(request, problem, "Load the page again.", trouble.status_code)
    remedy = f"Nothing that was decided is lost. Where it happened stands in {noted(trouble)}"
    bug = {"problem": "This is a bug in themes, not in your study.", "remedy": remedy}
    return JSONResponse(bug, 500, HEADERS)  # a bug is answered outside the guard, which adds them elsewhere


def told(request: Request, problem: str, remedy: str, status: int) -> Response:
    """The problem with its remedy: a page for whoever opens an address, JSON for a page that asks."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return house(request).page(request, "missing.html", status, problem=problem, remedy=remedy)
    return JSONResponse({"problem": problem, "remedy": remedy}, status)


def noted(bug: Exception) -> str:
    """The file in which it stands where a bug happened: places in the program, and not a word of what it worked on."""
    with tempfile.NamedTemporaryFile("w", prefix="themes-bug-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(f"{type(bug).__name__}\n")
        file.writelines(traceback.format_tb(bug.__traceback__))
    return file.name


# --- putting it together ---


def make(terms: Terms, door: Door) -> Starlette:
    """The app for one study."""
    sessions = Sessions() if terms.team else Sessions(idle=math.inf)  # a single user is let in once, by the launch link
    shared = House(terms, door, environment(), files(), sessions)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await app.state.house.close()

    routes = [
        Route("/static/{name}", static),
        Route("/model", signed_in(model)),
        *entering.routes(),
        *reviewing.routes(),
        *agreeing.routes(),
        *exporting.routes(),
        *candidates.routes(),
        *codes.routes(),
        *counting.routes(),
        *noting.routes(),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, door=door)],
        exception_handlers={
            ThemesError: complain,
            TooLongError: complain,
            HTTPException: complain,
            Exception: complain,
        },
        lifespan=lifespan,
    )
    app.state.house = shared
    return app
