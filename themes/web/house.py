"""What all routes of the app share: the study, who may come in, the templates, and the model in the loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from themes.domain import Role
from themes.errors import ThemesError
from themes.review import Coder
from themes.web.desk import Desk, Terms, cloud_folder
from themes.web.guard import Door
from themes.web.signing_in import Attempts, Session, Sessions
from themes.web.worker import BugError, Worker

HERE = Path(__file__).resolve().parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

PAGES = (
    ("/", "Code"),
    ("/themes", "Candidate themes"),
    ("/codebook", "Codebook"),
    ("/agreement", "Agreement"),
    ("/prevalence", "Prevalence"),
    ("/memos", "Memos"),
)
"""The pages with their names, as the head of each lists them."""

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Model:
    """How the machine is doing: `busy` while it learns, and what it last said; `number` grows with each refresh."""

    busy: bool = False
    words: str = ""
    number: int = 0


@dataclass
class House:
    """What all routes share: the study, who may come in, the templates, and who is signed in under which session."""

    terms: Terms
    door: Door
    templates: Environment
    files: Mapping[str, tuple[bytes, str]]
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    model: Model = field(default_factory=Model)
    _desk: Desk | None = None
    _worker: Worker | None = None
    _learning: asyncio.Task[None] | None = None

    @property
    def desk(self) -> Desk:
        """The study on the desk, with what others have written to it by now."""
        if self._desk is None:
            self._desk = Desk(self.terms)
        self._desk.catch_up()
        return self._desk

    def session(self, request: Request) -> Session | None:
        """Who asks; None for nobody, and in a team for somebody whose account was closed."""
        found = self.sessions.find(request.cookies.get(self.door.cookie, ""))
        if found is None or not self.terms.team:
            return found
        account = self.desk.project.accounts.find(found.name)
        return None if account is None or account.closed else found

    def sees_all(self, request: Request) -> bool:
        """Whether whoever asks may see what everybody said: in a team, coders are blind to each other."""
        return not self.terms.team or member(request).role is not Role.CODER

    def seen(self, request: Request) -> tuple[str, ...]:
        """The coders whose work may be counted in what is shown to whoever asks."""
        return self.desk.coders if self.sees_all(request) else (member(request).name,)

    @property
    def worker(self) -> Worker:
        """The process that does what needs a model; it starts when it is first asked."""
        if self._worker is None:
            self._worker = Worker(str(self.terms.study.folder))
        return self._worker

    def refresh(self) -> None:
        """The suggestions made anew from what people have said by now, beside the work."""
        if self._learning is None or self._learning.done():
            self.model = Model(busy=True, words="The machine is learning from what was decided.")
            self._learning = asyncio.ensure_future(self._learn())

    async def _learn(self) -> None:
        try:
            learnt = await self.worker.ask("learn", {}, self._progress)
            self.model = Model(words=str(learnt.get("words", "")), number=self.model.number + 1)
        except BugError:
            words = "The suggestions are as they were: learning met a bug in themes. Nothing that was decided is lost."
            self.model = Model(words=words, number=self.model.number + 1)
        except ThemesError as error:
            self.model = Model(words=f"The suggestions are as they were: {error.problem} {error.remedy}")

    def _progress(self, stage: str, done: int, total: int) -> None:
        if stage and total:
            self.model = Model(
                busy=True, words=f"The machine is learning: {done / total:.0%}.", number=self.model.number
            )

    async def close(self) -> None:
        """Puts the study away."""
        if self._learning is not None:
            self._learning.cancel()
        if self._worker is not None:
            await self._worker.close()
        if self._desk is not None:
            self._desk.close()

    def page(self, request: Request, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page from its template, with what the head of every page needs."""
        return HTMLResponse(self.part(name, **self.head(request), **shown), status)

    def part(self, name: str, **shown: Any) -> str:
        """A piece of a page from its template; everything in it is escaped."""
        return self.templates.get_template(name).render(**shown)

    def head(self, request: Request) -> dict[str, Any]:
        """What the head of every page shows."""
        asking: Session | None = getattr(request.state, "member", None) or self.session(request)
        pages = [(path, label) for path, label in PAGES if path != "/agreement" or not self.terms.reflexive]
        if asking is not None and self.terms.team and asking.role is Role.OWNER:
            pages.append(("/team", "Team"))
        return {
            "study": self.terms.study.title,
            "notice": self.terms.study.notice,
            "pages": pages if asking is not None else [],
            "here": request.url.path,
            "coder": asking.name if asking is not None else "",
            "cloud": cloud_folder(self.terms.study.folder),
            "reflexive": self.terms.reflexive,
            "team": self.terms.team,
            "role": str(asking.role) if asking is not None else "",
        }


def house(request: Request) -> House:
    """What the routes share."""
    shared: House = request.app.state.house
    return shared


def coder(request: Request) -> Coder:
    """Who asks."""
    asking: Coder = request.state.coder
    return asking


class NotAllowedError(ThemesError):
    """Something that takes another role than the one of whoever asks."""


class SomebodyElseError(ThemesError):
    """An act of a page of one person, in a browser in which another one has signed in since."""


async def body_of(request: Request) -> Any:
    """The request's JSON; 400 where it is none, or holds half a character, which no file takes.

    A page says in `coder` whose it is; SomebodyElseError where another one is signed in by now, so that nothing is kept
    under a name whose bearer has not done it.
    """
    try:
        body = json.loads(await request.body())
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HTTPException(400, "The request is not JSON.") from None
    whose = body.get("coder", "") if isinstance(body, dict) else ""
    asking = request.state.coder.name if hasattr(request.state, "coder") else whose
    if whose not in ("", asking):
        raise SomebodyElseError(
            f"This page is {whose}’s, and {asking} is signed in by now, so nothing was done.",
            f"Sign in as {whose} again, here or in another tab, or load this page as {asking}.",
        )
    return body


def member(request: Request) -> Session:
    """The session of whoever asks: name and role."""
    session: Session = request.state.member
    return session


def signed_in(endpoint: Endpoint, least: Role = Role.READER) -> Endpoint:
    """The endpoint for somebody with a session and at least that role; others are told how to come in."""

    async def guarded(request: Request) -> Response:
        shared = house(request)
        session = shared.session(request)
        if session is None:
            return _come_in(request)
        if _RANKS.index(session.role) < _RANKS.index(least):
            raise NotAllowedError(f"This takes the role {least}; yours is {session.role}.", "Ask an owner.")
        request.state.member = session
        request.state.coder = shared.desk.coder(session.name)
        return await endpoint(request)

    return guarded


_RANKS = (Role.READER, Role.CODER, Role.ADJUDICATOR, Role.OWNER)


def _come_in(request: Request) -> Response:
    shared = house(request)
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/sign-in", 303) if shared.terms.team else shared.page(request, "closed.html", 401)
    return JSONResponse({"problem": _UNKNOWN, "remedy": _SIGN_IN if shared.terms.team else _OPEN}, 401)


_UNKNOWN = "The app does not know this tab: it was started anew, or you were signed out."
_OPEN = "Open the link that `themes review` printed, here or in another tab."
_SIGN_IN = "Sign in, here or in another tab."


def environment() -> Environment:
    """The templates; everything is escaped, and an unknown name is an error."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["percent"] = lambda share: "–" if share is None else f"{share:.0%}"
    found.filters["thousands"] = lambda number: f"{number:,}"
    found.filters["after"] = _after
    return found


def _after(text: str, words: str) -> str:
    """The text without the words that its label says already."""
    return text[len(words) :].lstrip(" :,") if text.casefold().startswith(words) else text


def files() -> dict[str, tuple[bytes, str]]:
    """The app's own files in memory, by name: nothing else can be asked for."""
    return {
        path.name: (path.read_bytes(), TYPES[path.suffix])
        for path in sorted((HERE / "static").iterdir())
        if path.suffix in TYPES
    }


def admit(shared: House, response: Response, name: str, role: Role) -> None:
    """A session for that person, and its cookie."""
    session = shared.sessions.begin(name, role)
    response.set_cookie(
        shared.door.cookie, session.id, httponly=True, samesite="strict", secure=shared.door.https, path="/"
    )
