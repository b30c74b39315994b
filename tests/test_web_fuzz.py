"""Whatever is asked of any route: never a bug, nothing in the log from a refused request, and always the headers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.review_app import CODES, HOME, PORT, made, study_in
from themes.domain import SubjectKind
from themes.errors import ThemesError, WorkerError
from themes.project import FILE_NAME, Project
from themes.web.acting import _ACTS, _FREE, Asked, act
from themes.web.agenda import FILTERS, STATES
from themes.web.app import make
from themes.web.codes import _DRAFTS
from themes.web.desk import Desk
from themes.web.guard import HEADERS, Door

SEGMENTS = [str(one.id) for one in made().segments]
ANY = settings(deadline=None, max_examples=150)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    app = make(study_in(tmp_path_factory.mktemp("fuzz") / "study"), Door.local(PORT))
    app.state.house.refresh = lambda: None  # no process that learns
    app.state.house._worker = Asleep()
    return app


class Asleep:
    """Stands for the process that needs a model."""

    async def ask(self, act: str, arguments: object, told: object = None) -> dict[str, Any]:
        raise WorkerError(f"{act} cannot be asked here: {len(str(arguments))}, {told}.", "Start the process.")

    async def close(self) -> None:
        return


@pytest.fixture(scope="module")
def client(app: Starlette) -> Iterator[TestClient]:
    door = app.state.house.door
    with TestClient(app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False) as entered:
        entered.get(f"/launch?token={door.token}")
        yield entered


@pytest.fixture(scope="module")
def project(app: Starlette) -> Iterator[Project]:
    with Project(app.state.house.terms.study.folder / FILE_NAME, read_only=True) as opened:
        yield opened


# --- what is asked ---

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [*SEGMENTS[:6], *CODES, *STATES, "", "T01", "s0", "1", "-1", "\0", "../..", "<b>", "\ud800", "' --"]
    ),
    st.text(st.characters(codec="utf-8"), min_size=200, max_size=400),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
QUERY = st.dictionaries(st.sampled_from([*FILTERS, "at", "step", "more", "token", "other"]), WORDS, max_size=4)

_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "act": st.sampled_from([*_ACTS, *_FREE, *_DRAFTS, "name", "split by finer", "no theme", "invite", "close"]),
    "key": st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True),
    "segment": st.sampled_from(SEGMENTS),
    "view": st.dictionaries(st.sampled_from(FILTERS), st.sampled_from([*STATES, *CODES, "T01", "NGO"]), max_size=2),
    "codes": st.lists(st.sampled_from(CODES), min_size=1, max_size=3),
    "code": st.sampled_from(CODES),
    "stay": st.booleans(),
    "kind": st.sampled_from(SubjectKind),
    "subject": st.sampled_from([*SEGMENTS[:4], *CODES, "s0", ""]),
    "text": st.text(max_size=60),
    "start": st.integers(-1, 400),
    "end": st.integers(-1, 400),
    "segments": st.lists(st.sampled_from(SEGMENTS), max_size=3),
    "count": st.integers(0, 3),
    "name": st.sampled_from([*CODES, "New", ""]),
    "parent": st.sampled_from([*CODES, ""]),
    "other": st.sampled_from([*CODES, "T02"]),
    "first": st.sampled_from([*CODES, "One"]),
    "second": st.sampled_from(["Two", "One"]),
    "definition": st.text(max_size=20),
    "examples": st.text(max_size=20),
    "reason": st.text(max_size=20),
    "theme": st.sampled_from(["T01", "T02", "T09"]),
}  # fmt: skip


@st.composite
def near_acts(draw: st.DrawFn) -> dict[str, Any]:
    """An act as the page sends it, but for a field or two that are left out or hold something else."""
    body = {name: draw(values) for name, values in _FIELDS.items()}
    for name in draw(st.lists(st.sampled_from(sorted(body)), max_size=2)):
        if draw(st.booleans()):
            body.pop(name, None)
        else:
            body[name] = draw(JSON)
    return body


def routes_of(app: Starlette) -> list[Route]:
    routes = [route for route in app.routes if isinstance(route, Route) and route.path != "/sign-out"]
    assert {"/", "/item", "/acts", "/bulk", "/launch", "/model", "/static/{name}"} <= {route.path for route in routes}
    return routes


def test_near_acts_and_any_json_get_an_answer_and_only_what_is_done_is_in_the_log(
    app: Starlette, client: TestClient, project: Project
):
    writing = sorted(route.path for route in routes_of(app) if "POST" in (route.methods or ()))

    @ANY
    @given(st.sampled_from(writing), st.one_of(near_acts(), JSON))
    def ask(path: str, body: Any) -> None:
        before = project.last_number()
        content = json.dumps(body).encode()
        answer = client.post(path, content=content, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code in (200, 400, 403, 404, 409), (answer.status_code, answer.text)
        assert all(answer.headers.get(name) == value for name, value in HEADERS.items())
        if answer.status_code != 200:
            assert project.last_number() == before
            assert answer.json()["problem"]
            assert answer.json()["remedy"]
        elif path == "/acts":
            assert set(answer.json()["parts"]) == {"queue", "segment", "card", "notes"}

    ask()


@pytest.mark.parametrize("site", ["same-origin", "cross-site", None])
def test_every_route_answers_anything(app: Starlette, client: TestClient, project: Project, site: str | None):
    routes = routes_of(app)

    @ANY
    @given(
        st.data(), st.sampled_from(routes), st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "X"])
    )
    def ask(data: st.DataObject, route: Route, method: str) -> None:
        before = project.last_number()
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", quote(data.draw(WORDS), safe="", errors="replace"))
        query = {name: one.encode("utf-8", "replace") for name, one in data.draw(QUERY).items()}
        headers = {"sec-fetch-site": site} if site else {}
        body = data.draw(st.binary(max_size=60))
        answer = client.request(method, path, params=query, content=body, headers=headers)
        assert answer.status_code in {200, 303, 400, 403, 404, 405, 409, 421}, (answer.status_code, answer.text)
        assert all(answer.headers.get(name) == value for name, value in HEADERS.items())
        assert project.last_number() == before

    ask()


def test_a_desk_that_was_kept_up_is_a_desk_opened_anew(tmp_path: Path):
    desk = Desk(study_in(tmp_path / "study", made(9)))

    @settings(deadline=None, max_examples=60)
    @given(st.lists(near_acts(), min_size=1, max_size=5))
    def ask(bodies: list[Any]) -> None:
        for body in bodies:
            with suppress(ThemesError):
                act(desk, desk.coder("anna"), Asked.parse(body))
        again = Desk(desk.terms)
        one, two = desk.coder("anna"), again.coder("anna")
        assert again.log == desk.log
        assert again.memos() == desk.memos()
        assert two.said == one.said
        assert (two.history.done, two.history.undone) == (one.history.done, one.history.undone)
        again.close()

    ask()
    desk.close()
