"""How people come in: by the launch link on their own computer, or in a team by an invitation and a password."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from themes.domain import Role
from themes.errors import DecisionError
from themes.web.house import House, admit, body_of, house, member, signed_in

_LONGEST = 1_000


def routes() -> list[Route]:
    """The ways in and out, and the page on which an owner keeps the accounts."""
    return [
        Route("/launch", launched),
        Route("/sign-in", sign_in_page),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", signed_in(sign_out), methods=["POST"]),
        Route("/invitation", invitation_page),
        Route("/invitation", accept, methods=["POST"]),
        Route("/team", signed_in(team_page, Role.OWNER)),
        Route("/team/acts", signed_in(team_act, Role.OWNER), methods=["POST"]),
    ]


async def launched(request: Request) -> Response:
    """The launch token of the link exchanged for a cookie; the address is cleared of it."""
    shared = house(request)
    if shared.terms.team or not shared.door.spend(request.query_params.get("token", "")):
        return shared.page(request, "closed.html", 403)
    response = RedirectResponse("/", 303)
    admit(shared, response, shared.terms.coder, Role.OWNER)
    return response


# --- a team ---


def _in_a_team(request: Request) -> House:
    shared = house(request)
    if not shared.terms.team:
        raise HTTPException(404, "This study is not open to a team.")
    return shared


async def sign_in_page(request: Request) -> Response:
    """Name and password."""
    return _in_a_team(request).page(request, "sign-in.html")


async def sign_in(request: Request) -> Response:
    """A session for whoever has the password; after several wrong ones the next has to wait."""
    shared = _in_a_team(request)
    name, password = _texts(await body_of(request), "name", "password")
    address = request.client.host if request.client else ""
    wait = shared.attempts.begin(name, address)
    if wait > 0:
        told = {"problem": "Too many wrong passwords.", "remedy": f"Try again in {wait:.0f} seconds."}
        return JSONResponse(told, 429, {"retry-after": f"{wait:.0f}"})
    account = shared.desk.project.accounts.sign_in(name, password)
    if account is None:
        told = {"problem": "This name and this password do not go together.", "remedy": "Try again, or ask an owner."}
        return JSONResponse(told, 403)
    shared.attempts.succeeded(name, address)
    response = JSONResponse({"to": "/"})
    admit(shared, response, account.name, account.role)
    return response


async def sign_out(request: Request) -> Response:
    """Ends the session."""
    shared = house(request)
    shared.sessions.end(request.cookies.get(shared.door.cookie, ""))
    response = JSONResponse({"to": "/sign-in" if shared.terms.team else "/"})
    response.delete_cookie(shared.door.cookie, path="/")
    return response


async def invitation_page(request: Request) -> Response:
    """What an invitation is for, and the fields to accept it."""
    shared = _in_a_team(request)
    invited = shared.desk.project.accounts.invitation(request.query_params.get("token", ""))
    return shared.page(request, "invitation.html", invited_as=str(invited.role), account=invited.account)


async def accept(request: Request) -> Response:
    """An account made by an invitation, and its first session."""
    shared = _in_a_team(request)
    token, name, password = _texts(await body_of(request), "token", "name", "password")
    account = shared.desk.project.accounts.accept(token, name, password)
    response = JSONResponse({"to": "/"})
    admit(shared, response, account.name, account.role)
    return response


async def team_page(request: Request) -> Response:
    """The accounts and the invitations that are out."""
    shared = _in_a_team(request)
    accounts = shared.desk.project.accounts
    return shared.page(
        request,
        "team.html",
        accounts=[(one, sum(1 for _ in shared.desk.coder(one.name).done)) for one in accounts.everyone()],
        invitations=accounts.invitations(),
        roles=[str(role) for role in Role],
    )


async def team_act(request: Request) -> Response:
    """Somebody invited, or an account closed."""
    shared, owner = _in_a_team(request), member(request).name
    body = await body_of(request)
    act, name, role = _texts(body, "act", "name", "role")
    accounts = shared.desk.project.accounts
    if act == "close":
        closed = accounts.close(name, owner)
        shared.sessions.end_all(closed.name)
        return JSONResponse({"words": f"{closed.name} can no longer sign in."})
    if act != "invite" or role not in tuple(Role):
        raise DecisionError("The request is not understood.", "Load the page again.")
    invited = accounts.invite(Role(role), owner, name)
    link = f"{'https' if shared.door.https else 'http'}://{request.headers['host']}/invitation?token={invited.token}"
    return JSONResponse({"words": f"Send this link to one person; it opens once, for a week: {link}", "link": link})


def _texts(body: Any, *names: str) -> tuple[str, ...]:
    """These fields of a request; DecisionError where one is no text, or too long."""
    values = [body.get(name, "") if isinstance(body, dict) else None for name in names]
    if not all(isinstance(value, str) and len(value) <= _LONGEST for value in values):
        raise DecisionError("The request is not understood.", "Load the page again.")
    return tuple(str(value) for value in values)
