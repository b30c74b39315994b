"""What protects the app on a workstation: who may ask, from where, and what the browser is told.

A page on 127.0.0.1 is open to every program and every website on the computer, so nothing is answered but to a known
Host, a known session, and, where something is changed, a page of the app's own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 1_000_000
"""The longest request: a memo of 20,000 characters in any script has a tenth of that."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_READING = ("GET", "HEAD")


@dataclass
class Door:
    """Who may come in: the hosts under which the app answers, and the launch token that lets the first browser in.

    `https` is true behind a proxy or with a certificate: then cookies are marked secure and origins are https.
    """

    port: int
    hosts: frozenset[str]
    https: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @classmethod
    def local(cls, port: int) -> Door:
        """The door of an app that only this computer can reach."""
        return cls(port, frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")))

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies are shared by all ports of a host, so the port is in it."""
        return f"themes-{self.port}"

    def spend(self, token: str) -> bool:
        """Whether this is the launch token; it opens once."""
        right = bool(self.token) and hmac.compare_digest(token.encode(), self.token.encode())
        if right:
            self.token = ""
        return right

    def knows(self, host: str) -> bool:
        """Whether the app answers under that name."""
        return host.lower() in self.hosts

    def is_own_page(self, headers: Headers) -> bool:
        """Whether a request that changes something was sent by a page of the app."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        host = headers.get("host", "")
        return self.knows(host) and headers.get("origin") == f"{'https' if self.https else 'http'}://{host}"


class Guard:
    """Around the whole app: refuses what should not be answered, and adds to every answer what a browser must know."""

    def __init__(self, app: App, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        await self.app(scope, _at_most(receive, MOST_BYTES), _with_headers(send))

    def _refusal(self, method: str, headers: Headers) -> Response | None:
        """The answer to a request that goes no further; None for one that does."""
        if not self.door.knows(headers.get("host", "")):
            return PlainTextResponse("This app does not answer under that name.", 421)
        if method not in (*_READING, "POST"):
            return PlainTextResponse("Not allowed.", 405)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return PlainTextResponse("This is more than the app takes.", 413, {"connection": "close"})
        if method == "POST" and not self.door.is_own_page(headers):
            return PlainTextResponse("Only a page of the app may change anything.", 403)
        return None


class TooLongError(Exception):
    """A request went on for longer than the app reads."""


def _at_most(receive: Receive, limit: int) -> Receive:
    """Reads no more than so many bytes of a request that does not say its length."""
    read = 0

    async def counted() -> MutableMapping[str, Any]:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLongError
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def told(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return told
