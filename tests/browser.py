"""A real browser at the real program: what a hand does on a page, and what is wrong once it is done."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from themes.domain import Decision, Memo
from themes.project import FILE_NAME, Project
from themes.review import fold

REQUIRED = "THEMES_REQUIRE_BROWSER"
"""Set where a machine without a browser is an error, not a reason to skip."""

PATIENCE = 30.0
"""Seconds that anything may take; a busy machine needs some."""

OUT_OF_REACH = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

Told = TypeVar("Told")


# --- the browser ---


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser without a window. It lives for one file of tests: as long as it does, no other loop of events runs."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)("There is no chromium on this machine.")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only these tests need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", OUT_OF_REACH])
        yield browser
        browser.close()


# --- the program ---


@dataclass
class Program:
    """`themes review` in a process of its own, which can be killed and started again."""

    study: Path
    port: int = 0
    address: str = ""
    more: tuple[str, ...] = ("--coder", "anna")
    _process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Starts it, at the port it had before; the link that it prints."""
        command = [sys.executable, "-m", "themes", "review", str(self.study), "--no-browser", *self.more]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        heard = []
        for line in self._process.stdout:
            heard.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                self.address = found.group()
                self.port = urlsplit(self.address).port or 0
                return self.address
        raise AssertionError("".join(heard))

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as Ctrl+C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @property
    def home(self) -> str:
        """The address of the app without its token."""
        return f"http://127.0.0.1:{self.port}"

    # --- what stands in its file ---

    def read(self, what: Callable[[Project], Told]) -> Told:
        """Something of the project file, through a connection of its own."""
        with Project(self.study / FILE_NAME, read_only=True) as project:
            return what(project)

    def log(self) -> tuple[Decision, ...]:
        """The decisions on segments, oldest first."""
        return self.read(lambda project: project.decisions())

    def memos(self) -> tuple[Memo, ...]:
        """The memos, oldest first."""
        return self.read(lambda project: tuple(project.memos()))

    def codings(self) -> set[tuple[str, str]]:
        """What stands: (segment, code)."""
        return {(str(one.segment), str(one.code)) for one in fold(self.log())}


# --- what a hand does ---


@dataclass
class Hand:
    """Keys on a page. What the page does wrong meanwhile is in `troubles`, what it asks of other hosts in `astray`."""

    page: Any
    troubles: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Goes to an address, and waits until the page is ready for keys."""
        self.page.goto(address)
        self.settle()

    def press(self, *keys: str) -> None:
        """Presses one key after the other as fast as it goes, and waits until everything is done."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def type(self, words: str) -> None:
        """Types words into what has the focus."""
        self.page.keyboard.type(words)

    def settle(self) -> None:
        """Waits until no act is under way."""
        self.until("!document.querySelector('.desk') || document.querySelector('.desk').dataset.waits === '0'")

    def until(self, condition: str) -> None:
        """Waits until that holds on the page. The page's own policy forbids that Playwright waits inside it."""
        start = monotonic()
        while not self._holds(condition):
            assert monotonic() - start < PATIENCE, f"Never true: {condition}. The page complains: {self.troubles}"
            self.page.wait_for_timeout(20)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.page.evaluate(condition))
        except Exception as trouble:
            if "context was destroyed" in str(trouble):  # it goes to another page just now
                return False
            raise

    def finds(self, what: Callable[[], Told], wanted: Told) -> None:
        """Waits until something is as it should be; meanwhile the page goes on."""
        start = monotonic()
        while (found := what()) != wanted:
            assert monotonic() - start < PATIENCE, f"{found!r} is not {wanted!r}"
            self.page.wait_for_timeout(50)

    def says(self, words: str) -> None:
        """Waits until the page has told those words to whoever listens."""
        self.until(f"document.getElementById('live').textContent.includes({json.dumps(words)})")

    @property
    def at(self) -> str:
        """The segment on the page."""
        return str(self.page.locator(".desk").get_attribute("data-at"))

    def text(self, selector: str) -> str:
        """The words that are to be read there, white space made one blank."""
        return " ".join(self.page.locator(selector).inner_text().split())

    def is_open(self, dialog: str) -> bool:
        """Whether that dialog is open."""
        return bool(self.page.locator(f"dialog#{dialog}[open]").count())

    @contextmanager
    def expecting(self, words: str, *, at_least: int = 1) -> Iterator[None]:
        """Inside, the page may complain of this; it must do so at least so often."""
        before = len(self.troubles)
        yield
        kept = [one for one in self.troubles[before:] if not re.search(words, one)]
        assert len(self.troubles) - before - len(kept) >= at_least, f"Nobody complained of {words}."
        self.troubles[before:] = kept


@contextmanager
def visiting(chromium: Any, *, toured: bool = True, strict: bool = True, **about: Any) -> Iterator[Hand]:
    """A page in a browser that nobody used before; at the end it must have done nothing wrong.

    Nothing but the app itself is ever reached: what the page asks of another host goes nowhere. `toured`: the tour was
    seen before. `strict` is off for a test of this very guard.
    """
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 720}} | about))
    if toured:
        context.add_init_script("localStorage.setItem('themes-tour', 'seen')")
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    hand = Hand(page)
    page.on("console", lambda one: hand.troubles.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: hand.troubles.append(str(one)))

    def only_at_home(route: Any) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            hand.astray.append(route.request.url)
            route.abort()

    context.route("**/*", only_at_home)
    context.route_web_socket("**/*", lambda socket: hand.astray.append(socket.url))
    try:
        yield hand
        if strict:
            assert not hand.astray, hand.astray
            assert not hand.troubles, hand.troubles
    finally:
        context.close()


@contextmanager
def running(study: Path, *more: str) -> Iterator[Program]:
    """The program for that study, started with `more` options and ended."""
    program = Program(study, more=more) if more else Program(study)
    program.start()
    try:
        yield program
    finally:
        with suppress(ProcessLookupError):
            program.kill()
