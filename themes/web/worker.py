"""The worker as the app asks it: a process of its own for what needs the model, so that no page ever waits for it.

How requests and answers look stands in `themes/pipeline/worker.py`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from themes.errors import ThemesError, WorkerError

Heard = Callable[[str, int, int], None]
"""Told how far a request is: the stage, how much is done, of how much."""

_LONGEST_ANSWER = 2**30
_PATIENCE = 2.0
"""Seconds that the process has to end by itself once the app closes."""


class BugError(Exception):
    """A bug in themes, met by the worker; its words say where, and nothing of any interview."""


@dataclass(slots=True)
class _Asked:
    """A request that waits for its answer."""

    answer: asyncio.Future[dict[str, Any]]
    heard: Heard | None


@dataclass(slots=True)
class _Running:
    """A process with the requests that it has not answered yet."""

    process: Process
    waiting: dict[int, _Asked] = field(default_factory=dict)
    reader: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and self.reader is not None and not self.reader.done()


class Worker:
    """The worker process of a study: started at the first request, and again if it died. Requests wait their turn."""

    def __init__(self, study: str) -> None:
        self._command = (sys.executable, "-m", "themes", "worker", study)
        self._numbers = count(1)
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The number of the process; None while there is none."""
        return self._running.process.pid if self._running and self._running.alive else None

    async def start(self) -> None:
        """Has the process run, which `ask` does by itself; WorkerError where it cannot be started."""
        await self._ready()

    async def ask(self, act: str, arguments: Mapping[str, Any], on_progress: Heard | None = None) -> dict[str, Any]:
        """What the act gives.

        ThemesError where the act is not possible, of the kind that it raised there; WorkerError where the process ended
        before it had answered (the next request starts another one); BugError for a bug.
        """
        running = await self._ready()
        number = next(self._numbers)
        asked = _Asked(asyncio.get_running_loop().create_future(), on_progress)
        running.waiting[number] = asked
        try:
            await _send(running, {"id": number, "do": act, "with": dict(arguments)})
            return await asked.answer
        finally:
            running.waiting.pop(number, None)

    async def close(self) -> None:
        """Ends the process: what it is at is left undone, and whoever waits for an answer hears of it."""
        self._closed = True
        async with self._starting:
            running, self._running = self._running, None
        if running is None:
            return
        if running.process.stdin is not None:
            running.process.stdin.close()
        if running.waiting or not await _ends(running.process):
            _kill(running.process)
        await running.process.wait()
        if running.reader is not None:
            await running.reader

    async def _ready(self) -> _Running:
        async with self._starting:
            if self._closed:
                raise WorkerError("The review is closed.", "Start it again: themes review.")
            if self._running is None or not self._running.alive:
                self._running = await self._started()
            return self._running

    async def _started(self) -> _Running:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,  # what libraries print could hold words of an interview
                limit=_LONGEST_ANSWER,
                start_new_session=True,  # Ctrl-C in the terminal is for the app, which closes this one
            )
        except OSError as trouble:
            raise WorkerError(
                f"The process that learns cannot be started: {trouble.strerror}.", "Close other programs."
            ) from trouble
        running = _Running(process)
        running.reader = asyncio.create_task(_listen(running))
        return running


async def _send(running: _Running, request: Mapping[str, Any]) -> None:
    """Writes the request; a process that is gone is noticed by whoever listens to it."""
    if running.process.stdin is None:
        return
    try:
        running.process.stdin.write(json.dumps(request).encode() + b"\n")
        await running.process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return


async def _listen(running: _Running) -> None:
    """Hands every answer to whoever waits for it, until the process ends; then those who still wait hear of that."""
    if running.process.stdout is None:
        return
    try:
        async for line in running.process.stdout:
            _hand_over(running.waiting, json.loads(line))
    finally:
        _kill(running.process)
        for asked in running.waiting.values():
            if not asked.answer.done():
                asked.answer.set_exception(_ended())


def _hand_over(waiting: Mapping[int, _Asked], told: Mapping[str, Any]) -> None:
    asked = waiting.get(told["id"])
    if asked is None or asked.answer.done():
        return  # whoever asked has gone
    if "progress" in told:
        if asked.heard is not None:
            asked.heard(*told["progress"])
    elif "done" in told:
        asked.answer.set_result(told["done"])
    elif "error" in told:
        asked.answer.set_exception(_rebuilt(told["error"]))
    else:
        asked.answer.set_exception(BugError(told.get("bug", "")))


def _rebuilt(told: Mapping[str, str]) -> ThemesError:
    """The error as it was raised in the worker."""
    kinds = {kind.__name__: kind for kind in ThemesError.__subclasses__()}
    return kinds.get(told["kind"], ThemesError)(told["problem"], told["remedy"], told["where"])


def _ended() -> WorkerError:
    return WorkerError(
        "The process that learns ended before it had answered.",
        "Ask again: nothing that was decided is lost. If it ends each time, the computer may be short of memory.",
    )


async def _ends(process: Process) -> bool:
    """Whether the process ends by itself in a moment."""
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        return False
    return True


def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()
