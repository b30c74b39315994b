"""The review app as a person starts it, a process of its own, and a client that speaks HTTP to it word by word."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

CODER = "anna"
_PATIENCE = 60.0


@dataclass
class Server:
    """`themes review` on a study; `printed` holds what it has written to standard output and standard error."""

    study: Path
    process: subprocess.Popen[bytes]
    printed: Path
    port: int = 0
    token: str = ""

    @classmethod
    def start(cls, study: Path, printed: Path, *, port: int = 0) -> Server:
        """Starts it and waits for the link that it prints."""
        command = (sys.executable, "-m", "themes", "review", str(study), "--no-browser", "--coder", CODER)
        around = os.environ | {"TMPDIR": str(printed.parent)}  # where notes on bugs are kept
        with printed.open("wb") as file:
            process = subprocess.Popen(
                [*command, "--port", str(port)], stdout=file, stderr=subprocess.STDOUT, env=around
            )
        server = cls(study, process, printed)
        limit = time.monotonic() + _PATIENCE
        while not (link := re.search(r"http://127\.0\.0\.1:(\d+)/launch\?token=(\S+)", printed.read_text())):
            if process.poll() is not None or time.monotonic() > limit:
                process.kill()
                raise AssertionError(f"the app did not start: {printed.read_text()[-2000:]}")
            time.sleep(0.005)
        server.port, server.token = int(link[1]), link[2]
        return server

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ends it as Ctrl+C does."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory_mib(self) -> float:
        """The memory that it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def raw(self, sent: bytes, *, wait: float = 20.0) -> bytes:
        """What comes back for these very bytes, until the server closes or has answered once."""
        with socket.create_connection(("127.0.0.1", self.port), wait) as line:
            with suppress(ConnectionError):  # it may answer and close before it has read everything
                line.sendall(sent)
            return _answer(line)


def _answer(line: socket.socket) -> bytes:
    """One answer: its head, and as much of a body as the head says."""
    came = b""
    with suppress(ConnectionError, TimeoutError):
        while more := line.recv(65536):
            came += more
            head, found, body = came.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if found and length and len(body) >= int(length[1]):
                break
    return came


@contextmanager
def served(study: Path, printed: Path) -> Iterator[Server]:
    """The app while it runs."""
    server = Server.start(study, printed)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Line:
    """A kept-alive connection to the app, with the cookie that its launch link gave."""

    server: Server
    cookie: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=_PATIENCE)
        if not self.cookie:
            answer = self.ask("GET", f"/launch?token={self.server.token}")
            assert answer.status == 303, answer.status
            self.cookie = (answer.headers["set-cookie"] or "").partition(";")[0]

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request and its answer, as a page of the app would send it."""
        own = {"cookie": self.cookie, "sec-fetch-site": "same-origin", "accept": "text/html"} | dict(headers or {})
        text = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, text, {name: value for name, value in own.items() if value})
        came = self.connection.getresponse()
        return Answer(came.status, {name.lower(): value for name, value in came.getheaders()}, came.read())

    def act(self, act: str, key: str, segment: str = "", **more: object) -> Answer:
        """An act as the page sends it."""
        return self.ask("POST", "/acts", {"act": act, "key": key, "segment": segment, "view": {}} | more)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up."""
        self.connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return path.stat().st_mode & 0o777
