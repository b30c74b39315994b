"""The worker process and the app's side of it: every request is answered, whatever happens to the process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from themes import pipeline
from themes.domain import CodeId, Decision, SegmentId, Verdict
from themes.errors import DecisionError, StudyError, WorkerError
from themes.pipeline.learning import learn
from themes.pipeline.theming import list_themes
from themes.pipeline.worker import serve
from themes.project import FILE_NAME, Project
from themes.web.worker import BugError, Worker

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BY_ANNA = {"coder": "anna"}


@pytest.fixture
def study(small_study: Path) -> Path:
    """Run once, with a decision that waits to be learnt."""
    pipeline.run(small_study)
    decide(small_study, 0)
    return small_study


def decide(study: Path, row: int) -> Decision:
    with Project(study / FILE_NAME) as project:
        segment = list(project.texts())[row]
        return project.record(Decision(0, NOON, "anna", Verdict.ASSIGN, SegmentId(segment), CodeId("Flights")))


def with_worker(study: Path, work: Callable[[Worker], Awaitable[Any]]) -> Any:
    """What `work` gives, with a worker that is closed after it."""

    async def all_of_it() -> Any:
        worker = Worker(str(study))
        try:
            return await asyncio.wait_for(work(worker), 120)
        finally:
            await worker.close()

    return asyncio.run(all_of_it())


class Lines:
    """Answers kept as they were written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str, /) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing waits."""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def answers(study: Path, *requests: Any) -> list[dict[str, Any]]:
    lines = Lines()
    serve(study, [one if isinstance(one, str) else json.dumps(one) for one in requests], lines)
    return lines.told


# --- what the worker answers ---


def test_learning_tells_how_far_it_is_and_then_what_it_did(study: Path):
    *far, last = answers(study, {"id": 7, "do": "learn", "with": {}})
    assert {tuple(one) for one in far} == {("id", "progress")}
    assert ["suggest", 8, 8] in [one["progress"] for one in far]
    assert (last["id"], last["done"]["anew"], last["done"]["judged"]) == (7, True, 1)
    assert last["done"]["words"].startswith("Learnt from 1 judged segment")


def test_themes_are_told_as_they_stand(study: Path):
    (told,) = (one["done"] for one in answers(study, {"id": 1, "do": "themes"}))
    standing = list_themes(study)
    assert [one["id"] for one in told["themes"]] == [theme.id for theme in standing.themes]
    first = told["themes"][0]
    assert first["label"] == standing.themes[0].label
    assert first["size"] == len(first["segments"]) == len(first["membership"]) > 0
    assert {"terms", "exemplars", "borderline", "stability", "one_voice", "name"} <= first.keys()
    assert told["n_outside"] == standing.n_outside
    assert told.keys() >= {"none", "finer", "changes", "resting"}


def test_every_act_on_themes_gives_its_decision_and_the_themes_after_it(study: Path):
    theme = list_themes(study).themes[0]
    half = list(theme.segments[: len(theme.segments) // 2])
    acts = [
        ("name", {"theme": theme.id, "name": "Roads"}),
        ("split", {"theme": theme.id, "parts": [half]}),
        ("merge", {"themes": [theme.id, f"{theme.id}b"]}),
        ("no_theme", {"theme": theme.id}),
        ("undo_theme", {}),
        ("undo_theme", {"decision": 2}),
        ("redo_theme", {}),
    ]
    told = [
        answers(study, {"id": number, "do": act, "with": asked | BY_ANNA})[-1]["done"]
        for number, (act, asked) in enumerate(acts)
    ]
    assert [one["decision"] for one in told] == list(range(2, 9))  # the first is the one on a segment
    assert [len(one["themes"]["themes"]) for one in told] == [1, 2, 1, 0, 1, 1, 1]
    assert [one["themes"]["themes"][0]["label"] == "Roads" for one in (told[0], told[4], told[5], told[6])] == [
        True, True, False, True,
    ]  # fmt: skip
    assert told[3]["themes"]["none"][0]["id"] == theme.id
    assert all(one["words"] for one in told)


def test_a_repeated_request_is_one_decision(study: Path):
    request = {"do": "no_theme", "with": {"theme": list_themes(study).themes[0].id, "key": "k1", **BY_ANNA}}
    first, second = (one["done"] for one in answers(study, {"id": 1, **request}, {"id": 2, **request}))
    assert first["decision"] == second["decision"]
    assert len(list_themes(study).log) == 1


def test_what_cannot_be_done_is_told_with_its_remedy(study: Path):
    (told,) = answers(study, {"id": 3, "do": "name", "with": {"theme": "T99", "name": "Roads", **BY_ANNA}})
    assert told["error"]["kind"] == "DecisionError"
    assert told["error"]["problem"].startswith("There is no candidate theme T99")
    assert told["error"]["remedy"]


@pytest.mark.parametrize(
    ("request_", "number"),
    [
        pytest.param("not JSON, and the words of an interview", None, id="no JSON"),
        pytest.param({"id": 5, "do": "conquer"}, 5, id="unknown act"),
        pytest.param({"id": 6, "do": "name", "with": {"theme": "T01"}}, 6, id="an argument is missing"),
        pytest.param([], None, id="no request"),
    ],
)
def test_a_bug_is_told_without_its_words_and_the_next_request_is_answered(study: Path, request_: Any, number: Any):
    told, following = answers(study, request_, {"id": 9, "do": "themes"})
    assert told["id"] == number
    assert " in themes/pipeline/worker.py, line " in told["bug"]
    assert "interview" not in told["bug"]
    assert "done" in following


def test_the_process_ends_with_its_input_and_prints_nothing_else(study: Path):
    noisy = textwrap.dedent("""
        import os, sys
        from themes.cli import main
        from themes.pipeline import theming
        quiet = theming.list_themes
        def loud(folder):
            print("a library's words")
            os.write(1, b"more of them")
            return quiet(folder)
        theming.list_themes = loud
        main()
    """)
    requests = '{"id": 1, "do": "themes"}\n\n{"id": 2, "do": "learn"}\n'
    done = subprocess.run(
        [sys.executable, "-c", noisy, "worker", str(study)], input=requests, capture_output=True, text=True, check=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["id"] for one in told if "done" in one} == {1, 2}
    assert "a library's words" in done.stderr
    assert "more of them" in done.stderr


# --- what the app hears ---


def test_the_app_hears_of_progress_and_gets_what_was_done(study: Path):
    heard: list[tuple[str, int, int]] = []

    async def work(worker: Worker) -> dict[str, Any]:
        return await worker.ask("learn", {}, lambda *far: heard.append(far))

    done = with_worker(study, work)
    assert (done["judged"], done["anew"]) == (1, True)
    assert heard[-1] == ("suggest", 1, 1)


def test_requests_of_many_are_each_answered_with_their_own(study: Path):
    theme = list_themes(study).themes[0].id

    async def work(worker: Worker) -> list[Any]:
        asked = [worker.ask("name", {"theme": theme, "name": f"Name {n}", **BY_ANNA}) for n in range(5)]
        return await asyncio.gather(worker.ask("themes", {}), *asked, worker.ask("themes", {}))

    before, *named, after = with_worker(study, work)
    assert [one["themes"]["themes"][0]["name"] for one in named] == [f"Name {n}" for n in range(5)]
    assert before["themes"][0]["name"] == ""
    assert after["themes"][0]["name"] == "Name 4"


def test_an_error_comes_as_the_kind_that_it_was(study: Path, tmp_path: Path):
    async def unknown(worker: Worker) -> None:
        await worker.ask("no_theme", {"theme": "T99", **BY_ANNA})

    with pytest.raises(DecisionError) as refused:
        with_worker(study, unknown)
    assert "T99" in refused.value.problem
    assert refused.value.remedy

    async def nowhere(worker: Worker) -> None:
        await worker.ask("learn", {})

    with pytest.raises(StudyError):
        with_worker(tmp_path / "nowhere", nowhere)


def test_a_bug_comes_as_a_bug(study: Path):
    async def work(worker: Worker) -> None:
        await worker.ask("conquer", {})

    with pytest.raises(BugError, match=r"KeyError in themes/pipeline/worker\.py"):
        with_worker(study, work)


def test_a_worker_that_is_killed_at_work_changes_nothing_and_another_one_answers_the_next_request(study: Path):
    with Project(study / FILE_NAME, read_only=True) as project:
        before = project.made()

    async def work(worker: Worker) -> tuple[int | None, int | None, dict[str, Any]]:
        await worker.start()
        first = worker.process_id
        assert first is not None
        os.kill(first, signal.SIGSTOP)  # so that it cannot be done before it is killed
        asked = asyncio.create_task(worker.ask("learn", {}))
        await asyncio.sleep(0.1)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(WorkerError, match="ended before it had answered"):
            await asked
        with Project(study / FILE_NAME, read_only=True) as project:
            assert project.made() == before
        done = await worker.ask("learn", {})
        return first, worker.process_id, done

    first, second, done = with_worker(study, work)
    assert first != second
    assert (done["anew"], done["judged"]) == (True, 1)


def test_a_worker_that_is_killed_while_it_learns_has_learnt_all_or_nothing(study: Path):
    """Killed at the sign that it is at work, over and over, at another moment each time."""

    async def work(worker: Worker) -> None:
        for number in range(8):
            await worker.ask("themes", {})  # it has started
            heard: list[tuple[str, int, int]] = []
            asked = asyncio.create_task(worker.ask("learn", {}, lambda *far, heard=heard: heard.append(far)))
            while not heard and not asked.done():
                await asyncio.sleep(0.001)
            await asyncio.sleep(number * 0.02)
            if worker.process_id is not None:
                os.kill(worker.process_id, signal.SIGKILL)
            await asyncio.wait([asked])
            assert asked.exception() is None or isinstance(asked.exception(), WorkerError)
            with Project(study / FILE_NAME) as project:
                made, decided = project.made(), len(project.decisions())
            assert {one.segment for one in made.suggestions} == {one.id for one in made.segments}
            assert decided == number + 1
            decide(study, number % 8)

    with_worker(study, work)
    learn(study)
    again = list(answers(study, {"id": 1, "do": "learn"}))[-1]["done"]
    assert not again["anew"]


def test_a_worker_that_dies_between_requests_is_started_again(study: Path):
    async def work(worker: Worker) -> dict[str, Any]:
        await worker.ask("themes", {})
        assert worker.process_id is not None
        os.kill(worker.process_id, signal.SIGKILL)
        await asyncio.sleep(0.3)
        return await worker.ask("themes", {})

    assert with_worker(study, work)["themes"]


def test_decisions_that_arrive_while_the_worker_learns_are_learnt_the_next_time(study: Path):
    late: list[Decision] = []

    async def work(worker: Worker) -> tuple[dict[str, Any], ...]:
        await worker.start()
        at_work = asyncio.create_task(worker.ask("learn", {}))
        while not at_work.done():
            late.append(await asyncio.to_thread(decide, study, 1 + len(late) % 7))
        return await at_work, await worker.ask("learn", {}), await worker.ask("learn", {})

    first, second, third = with_worker(study, work)
    with Project(study / FILE_NAME, read_only=True) as project:
        assert project.decisions()[1:] == tuple(late)
    assert len(late) > 0
    assert first["anew"]
    assert second["anew"] or first["judged"] == 1 + min(len(late), 7)
    assert not third["anew"]
    assert pipeline.status(study).to_do == ("prevalence", "report")


def test_whoever_waits_is_told_when_the_app_closes(study: Path):
    async def work(worker: Worker) -> None:
        waiting = asyncio.create_task(worker.ask("learn", {}))
        while worker.process_id is None:
            await asyncio.sleep(0.01)
        await worker.close()
        with pytest.raises(WorkerError):
            await waiting
        with pytest.raises(WorkerError, match="closed"):
            await worker.ask("themes", {})

    with_worker(study, work)


@pytest.mark.parametrize("act", ["themes", "learn"], ids=["at rest", "at work"])
def test_the_worker_ends_with_the_app_even_if_that_is_killed(study: Path, act: str):
    app = textwrap.dedent("""
        import asyncio, sys
        from themes.web.worker import Worker

        async def main():
            worker = Worker(sys.argv[1])
            if sys.argv[2] == "themes":
                await worker.ask("themes", {})
            await worker.start()
            print(worker.process_id, flush=True)
            await asyncio.gather(worker.ask(sys.argv[2], {}), asyncio.sleep(60))

        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", app, str(study), act], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        number = int(process.stdout.readline())
        assert runs(number)
        process.kill()
    waited = time.monotonic() + 30
    while runs(number) and time.monotonic() < waited:
        time.sleep(0.05)
    assert not runs(number)


def runs(number: int) -> bool:
    """Whether there is such a process, other than one that has ended and waits to be buried."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.strip().startswith("Z")
