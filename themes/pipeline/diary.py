"""What each stage did and how long it took, and where the person watching is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from themes.domain import Progress

Watch = Callable[[str, int, int], None]
"""Told how far a stage is: its name, how much is done, of how much."""


def nobody(stage: str, done: int, total: int) -> None:
    """Watches without a word."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage did, in words, and how long it took; `done` is False where nothing had changed."""

    stage: str
    words: str
    seconds: float
    done: bool


@dataclass(slots=True)
class Page:
    """The step being taken: its stage writes in `words` what it did."""

    progress: Progress
    words: str = ""


class Diary:
    """The steps of a run, in order."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.steps: list[Step] = []

    @contextmanager
    def step(self, stage: str) -> Iterator[Page]:
        """A stage that is done; its time is taken and its end is told."""
        began = time.perf_counter()
        page = Page(lambda done, total: self._watch(stage, done, total))
        page.progress(0, 1)
        yield page
        page.progress(1, 1)
        self.steps.append(Step(stage, page.words, time.perf_counter() - began, done=True))

    def skip(self, stage: str) -> None:
        """A stage for which nothing had changed."""
        self.steps.append(Step(stage, "unchanged", 0.0, done=False))


def some(number: int, noun: str) -> str:
    """The number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
