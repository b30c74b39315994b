"""The app started on this computer, or on a network where that was asked for and is safe."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from themes.errors import OptionError, ProjectError
from themes.web.app import make
from themes.web.desk import Terms
from themes.web.guard import Door

USUAL_PORT = 8420
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the app listens. Anything but this computer needs a certificate, or a proxy that has one."""

    host: str = "127.0.0.1"
    port: int | None = None
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: str = ""

    def check(self, *, team: bool) -> None:
        """Raises OptionError where the app would be open to a network without protection."""
        if self.host not in _LOOPBACK and not team:
            raise OptionError(
                f"Without --team the app is for one person at this computer, so it does not listen on {self.host}.",
                "Leave --host out, or add --team.",
            )
        if self.host not in _LOOPBACK and not (self.certificate or self.behind_proxy):
            raise OptionError(
                f"On {self.host} interviews would cross the network unprotected.",
                "Give --certificate and --key, or --behind-proxy NAME where a proxy with a certificate stands before.",
            )
        if (self.certificate is None) is not (self.key is None):
            raise OptionError("A certificate and its key go together.", "Give both --certificate and --key.")


def serve(terms: Terms, place: Place, told: Callable[[str, str], None]) -> None:
    """Runs the app until it is stopped; `told` hears the address once it answers, and the path of the launch link."""
    place.check(team=terms.team)
    with closing(_listening(place)) as listener:
        port = listener.getsockname()[1]
        door = _door(place, port)
        app = make(terms, door)
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # as below
        config = uvicorn.Config(
            app,
            access_log=False,  # addresses hold what is searched for
            log_level="critical",  # a traceback may hold what somebody said; `noted` keeps the places
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=2,
            proxy_headers=False,
            ssl_certfile=place.certificate,
            ssl_keyfile=place.key,
        )
        told(_address(place, door), f"/launch?token={door.token}")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(place: Place) -> socket.socket:
    """A listening socket; without a port, the usual one or else any that is free."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    for port in (USUAL_PORT, 0) if place.port is None else (place.port,):
        found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or each answer waits for an ACK
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((place.host, port))
            found.listen(128)
        except OSError as trouble:
            found.close()
            problem = trouble
        else:
            return found
    raise ProjectError(
        f"The app cannot listen on {place.host}, port {place.port or USUAL_PORT}: {problem.strerror}.",
        "Name another port with --port; perhaps the app is running already.",
    )


def _door(place: Place, port: int) -> Door:
    door = Door.local(port)
    if place.host not in _LOOPBACK:
        door.hosts |= {f"{_bracketed(place.host)}:{port}".lower()}
    if place.behind_proxy:
        door.hosts |= {place.behind_proxy.lower()}
    door.https = place.certificate is not None or bool(place.behind_proxy)
    return door


def _address(place: Place, door: Door) -> str:
    scheme = "https" if place.certificate else "http"
    if place.behind_proxy:
        return f"https://{place.behind_proxy}"
    return f"{scheme}://{_bracketed(place.host)}:{door.port}"


def _bracketed(host: str) -> str:
    """The address as it stands before a port."""
    return f"[{host}]" if ":" in host else host
