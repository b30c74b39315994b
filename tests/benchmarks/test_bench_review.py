"""The review app under load: a decision and the next item, beside a bare route, on the largest study it has to bear."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.benchmarks.processes import cold
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.big_study import big
from tests.review_app import study_in
from tests.review_server import Line, served
from themes.project import FILE_NAME, Project
from themes.web.house import files

SEGMENTS, SUGGESTIONS = 20_000, 100_000
DECISIONS = int(os.environ.get("THEMES_DECISIONS", "5000"))
"""What 50 coders decide in an afternoon, 100 each."""

SOME, IN_BULK, STARTS, BATCHES = 200, 10, 5, 8
LIMIT = 0.1
DECIDE, BARE, FILTERED = "decide and next", "bare Starlette route", "decide and next, filtered"
START, STARLETTE = "themes review to its first page", "import starlette"

BARE_APP = """\
import socket, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def bare(request):
    await request.body()
    return JSONResponse({"at": "", "words": ""})

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen(128)
print(listener.getsockname()[1], flush=True)
app = Starlette(routes=[Route("/acts", bare, methods=["POST"])])
uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="critical")).run(sockets=[listener])
"""

Row = tuple[str, str, str, int, str, float]


@dataclass
class Measured:
    """Seconds by what was done, and bytes by what was sent."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def timed(self, what: str, act: Callable[[], int]) -> None:
        """Does it, notes how long that took, and that it was answered well."""
        began = time.perf_counter()
        status = act()
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)
        assert status == 200, (what, status)

    def percentile(self, what: str, share: float) -> float:
        """The seconds that this share of all took at most."""
        ordered = sorted(self.seconds[what])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def bare_app() -> Iterator[http.client.HTTPConnection]:
    """A connection to an app of one route that does nothing."""
    process = subprocess.Popen([sys.executable, "-c", BARE_APP], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        connection = http.client.HTTPConnection("127.0.0.1", int(process.stdout.readline()), timeout=60)
        yield connection
        connection.close()
    finally:
        process.kill()
        process.communicate()


def ask_bare(connection: http.client.HTTPConnection) -> int:
    connection.request("POST", "/acts", b'{"act": "give"}', {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


@dataclass
class Decider:
    """One client that does what coders do, and notes how long each act took."""

    line: Line
    measured: Measured
    firsts: dict[str, str]
    at: str = ""
    number: int = 0

    def act(self, what: str, act: str, **more: object) -> None:
        """An act on the segment that is shown, and where it led."""
        self.number += 1

        def done() -> int:
            answer = self.line.act(act, f"load-{what[:3].replace(' ', '-')}{self.number:08}", self.at, **more)
            if answer.status == 200:
                self.at = str(answer.json()["at"])
                self.measured.sent[what] = len(answer.body)
            return answer.status

        self.measured.timed(what, done)

    def give(self, what: str, **more: object) -> None:
        """The first suggestion accepted."""
        self.act(what, "give", codes=[self.firsts[self.at]], **more)

    def get(self, what: str, path: str) -> None:
        """Something to read."""

        def done() -> int:
            answer = self.line.ask("GET", path)
            self.measured.sent[what] = len(answer.body)
            return answer.status

        self.measured.timed(what, done)


def decide(decider: Decider) -> None:
    """A first reading with a bare route beside it, then what is rarer: undo, rejecting, looking for segments."""
    with bare_app() as bare:
        for _ in range(DECISIONS):
            decider.give(DECIDE)
            decider.measured.timed(BARE, lambda: ask_bare(bare))
    for _ in range(SOME):
        decider.act("reject", "reject", code=decider.firsts[decider.at])
        decider.act("memo", "memo", kind="segment", subject=decider.at, text=f"memo {decider.number}")
        decider.get("next segment", f"/item?at={decider.at}&step=1")
        decider.give(FILTERED, view={"state": "open", "mission": "UNMISS"})
    for act in ("undo", "redo"):
        for _ in range(SOME):
            decider.act(act, act)
    rows = list(decider.firsts)[-4 * IN_BULK :]
    for place in range(0, len(rows), 4):
        four = rows[place : place + 4]
        decider.act("four in bulk", "bulk", segments=four, codes=[decider.firsts[one] for one in four], count=4)
    for word in ("ten", "ko", "pe", "zzz", "qué", "nal"):
        decider.get("search", f"/?words={quote(word)}")


def draw(decider: Decider) -> None:
    """Batches drawn, each once the one before is decided."""
    for _ in range(BATCHES):
        decider.act("draw a batch", "next batch")
        while decider.at:
            decider.give("decide in a batch")


def start(study: Path, folder: Path, measured: Measured) -> None:
    """The app from nothing to its first page, and the least that any program of its kind needs."""
    for _ in range(STARTS):
        began = time.perf_counter()
        with served(study, folder / "printed.txt") as server, Line(server) as line:
            measured.seconds.setdefault("to the link", []).append(time.perf_counter() - began)
            measured.timed("first page", lambda line=line: line.ask("GET", "/").status)  # type: ignore[misc]
            measured.seconds.setdefault(START, []).append(time.perf_counter() - began)
        measured.seconds.setdefault(STARLETTE, []).append(cold([sys.executable, "-c", "import starlette"]).seconds)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """What everything took; docs/benchmarks/review.csv and the page are written."""
    folder = tmp_path_factory.mktemp("review")
    whole = big(SEGMENTS)
    assert len(whole.suggestions) == SUGGESTIONS
    study = study_in(folder / "study", whole).study.folder
    first_pass(study, 1_000_000)
    measured = Measured()
    start(study, folder, measured)
    with Project(study / FILE_NAME, read_only=True) as project:
        firsts = {str(segment): str(code) for segment, (code, _) in project.reading.firsts().items()}
    with deciding(study, folder, measured, firsts) as decider:
        decider.get("page", "/")
        decide(decider)
    first_pass(study, 50)
    with deciding(study, folder, measured, firsts) as decider:
        draw(decider)
    measured.sent["static files"] = sum(len(content) for content, _ in files().values())
    write_rows(DOCS / "review.csv", rows(measured))
    rewrite()
    return measured


@contextmanager
def deciding(study: Path, folder: Path, measured: Measured, firsts: dict[str, str]) -> Iterator[Decider]:
    """The app, and a client who has its first page."""
    with served(study, folder / "printed.txt") as server, Line(server) as line:
        shown = line.ask("GET", "/").text
        yield Decider(line, measured, firsts, shown.partition('data-at="')[2].partition('"')[0])


def first_pass(study: Path, number: int) -> None:
    """So many segments are coded in reading order before batches begin."""
    path = study / "study.toml"
    head = path.read_text().partition("[options.review]")[0]
    path.write_text(f"{head}[options.review]\nfirst_pass = {number}\n")


def rows(measured: Measured) -> Iterator[Row]:
    """What docs/benchmarks/review.csv holds."""
    for what, seconds in measured.seconds.items():
        about = ("review", "20,000 segments", what, len(seconds))
        yield *about, "p50_ms", 1000 * statistics.median(seconds)
        if len(seconds) >= 100:
            yield *about, "p99_ms", 1000 * measured.percentile(what, 0.99)
        yield *about, "worst_ms", 1000 * max(seconds)
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        ratio = measured.percentile(DECIDE, share) / measured.percentile(BARE, share)
        yield "review", "20,000 segments", DECIDE, DECISIONS, f"{name}_ratio_to_bare", ratio
    ratio = statistics.median(measured.seconds[START]) / statistics.median(measured.seconds[STARLETTE])
    yield "review", "20,000 segments", START, STARTS, "ratio_to_import", ratio
    for what, number in measured.sent.items():
        yield "review", "20,000 segments", what, SEGMENTS, "kib", number / 1024


@pytest.mark.parametrize(
    "what", [DECIDE, FILTERED, "decide in a batch", "undo", "redo", "reject", "memo", "next segment"]
)
def test_an_act_and_what_follows_come_back_within_a_tenth_of_a_second(found: Measured, what: str):
    assert found.percentile(what, 0.99) <= LIMIT


def test_a_page_and_an_answer_stay_light(found: Measured):
    assert found.sent[DECIDE] < 40 * 1024
    assert found.sent["page"] + found.sent["static files"] < 200 * 1024


def test_a_batch_is_drawn_and_a_search_is_answered_within_a_second(found: Measured):
    assert max(found.seconds["draw a batch"]) < 1
    assert max(found.seconds["search"]) < 1
