"""What protects the app on a workstation: each request that tries to break in, and the answer that it gets."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.review_app import HOME, PORT, Browser, app_of, study_in
from tests.review_server import Line, Server, mode, served
from themes.project import FILE_NAME, Project
from themes.web.app import make
from themes.web.desk import Terms
from themes.web.guard import HEADERS, MOST_BYTES, Door
from themes.web.house import HERE
from themes.web.serving import Place, _listening

PAGES = ("/", "/themes", "/codebook", "/agreement", "/prevalence", "/memos")
TABLES = tuple(f"/export/{name}.csv" for name in ("codings", "memos", "codebook", "log"))
SAME = {"sec-fetch-site": "same-origin"}
GIVE = {"act": "give", "key": "key-of-guard", "segment": "s0:00000", "view": {}, "codes": ["Flights"]}


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return study_in(tmp_path / "study")


@pytest.fixture
def browser(terms: Terms) -> Iterator[Browser]:
    with app_of(terms) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    study_in(folder / "study")
    with served(folder / "study", folder / "printed.txt") as started:
        yield started


@pytest.fixture(scope="module")
def cookie(server: Server) -> str:
    """What the launch link gave, once."""
    with Line(server) as line:
        return line.cookie


def is_well(server: Server, cookie: str) -> bool:
    """Whether it still answers."""
    with Line(server, cookie) as line:
        return line.ask("GET", "/model").status == 200


def n_decided(terms: Terms) -> int:
    with Project(terms.study.folder / FILE_NAME, read_only=True) as project:
        return project.last_number()


def is_protected(headers: object) -> bool:
    return all(headers.get(name) == value for name, value in HEADERS.items())  # type: ignore[attr-defined]


# --- 1: where it listens, and under which names ---


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "localhost", "[::1]",
     f"127.0.0.1.evil.example:{PORT}", f"127.0.0.1:{PORT}@evil.example", f"127.0.0.1:{PORT}.",
     f"0.0.0.0:{PORT}", f"localhost.:{PORT}", " ", f"2130706433:{PORT}"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/static/app.css", "/launch?token=x", "/nowhere", "/acts"])
def test_an_unknown_host_gets_nothing(browser: Browser, host: str, path: str):
    answer = browser.client.get(path, headers={"host": host})
    assert (answer.status_code, answer.text) == (421, "This app does not answer under that name.")
    assert is_protected(answer.headers)


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_the_names_of_this_computer_are_known_with_the_port(browser: Browser, host: str):
    assert browser.client.get("/static/app.css", headers={"host": host}).status_code == 200


def test_the_app_listens_on_this_computer_alone(server: Server):
    listening = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    wanted = f"{server.port:04X}"
    assert {row[1] for row in listening if row[1].endswith(f":{wanted}") and row[3] == "0A"} == {f"0100007F:{wanted}"}


def test_an_answer_leaves_at_once_and_does_not_wait_for_the_last_one_to_be_confirmed():
    with closing(_listening(Place(port=0))) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP  # asyncio sets TCP_NODELAY only where this is said


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param("GET / HTTP/1.1\r\n", b"400", id="no Host"),
        pytest.param("GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n", b"400", id="two Hosts"),
        pytest.param("GET / HTTP/1.0\r\n", b"421", id="no Host in the old protocol"),
        pytest.param("GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: {own}\r\n", b"421", id="forwarded"),
        pytest.param("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n", b"421", id="whole address"),
        pytest.param("GET http://evil.example/ HTTP/1.1\r\nHost: {own}\r\n", b"404", id="address of another"),
        pytest.param("TRACE / HTTP/1.1\r\nHost: {own}\r\n", b"405", id="TRACE"),
        pytest.param("CONNECT evil.example:443 HTTP/1.1\r\nHost: {own}\r\n", b"405", id="CONNECT"),
        pytest.param("OPTIONS / HTTP/1.1\r\nHost: {own}\r\nOrigin: http://evil.example\r\n", b"405", id="preflight"),
        pytest.param("GET / HTTP/1.1\r\nHost: {own}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n", b"401", id="socket"),
        pytest.param("nonsense\r\n", b"400", id="no HTTP"),
    ],
)  # fmt: skip
def test_what_a_browser_would_not_send_gets_nothing_either(server: Server, head: str, status: bytes):
    asked = head.format(own=f"127.0.0.1:{server.port}") + "\r\n"
    assert server.raw(asked.encode())[9:12] == status


def test_a_websocket_is_closed_at_once(browser: Browser):
    with pytest.raises(WebSocketDisconnect) as refused, browser.client.websocket_connect("/"):
        pass
    assert refused.value.code == 1008


# --- 2: the launch token and the cookie ---


def test_a_launch_token_opens_once_and_leaves_the_address(terms: Terms):
    door = Door.local(PORT)
    token = door.token
    with TestClient(make(terms, door), base_url=HOME, follow_redirects=False) as client:
        first = client.get(f"/launch?token={token}")
        assert (first.status_code, first.headers["location"]) == (303, "/")
        assert re.fullmatch(
            rf"themes-{PORT}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=strict", first.headers["set-cookie"]
        )
        client.cookies.clear()
        again = client.get(f"/launch?token={token}")
        assert again.status_code == 403
        assert "set-cookie" not in again.headers
        assert client.get("/").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "%00", "%ff", "é", "A" * 43, "A" * 5000])
def test_a_wrong_launch_token_does_not_open_and_spends_nothing(terms: Terms, token: str):
    door = Door.local(PORT)
    with TestClient(make(terms, door), base_url=HOME, follow_redirects=False) as client:
        assert client.get(f"/launch?token={token}").status_code == 403
        assert client.get("/launch").status_code == 403
        assert client.get(f"/launch?token={door.token}").status_code == 303


UNKNOWN = "The app does not know this tab: it was started anew, or you were signed out."


@pytest.mark.parametrize("path", [*PAGES, "/item", "/bulk", "/model", "/agreement/figures", "/adjudicate", *TABLES])
def test_without_a_session_nothing_of_the_study_is_told(terms: Terms, path: str):
    with app_of(terms, enter=False) as stranger:
        for sent in ("", f"themes-{PORT}=x", f"themes-{PORT}=", f"themes-{PORT + 1}=x", "session=x", f"themes-{PORT}"):
            answer = stranger.client.get(path, headers={"accept": "text/html", "cookie": sent})
            assert answer.status_code == 401
            assert "Answer 0" not in answer.text
        answer = stranger.client.post("/acts", json=GIVE, headers=SAME)
        assert (answer.status_code, answer.json()["problem"]) == (401, UNKNOWN)
    assert n_decided(terms) == 0


def test_the_cookie_of_another_port_does_not_open(terms: Terms, tmp_path: Path):
    other = Door.local(PORT + 1)
    with TestClient(make(study_in(tmp_path / "other"), other), base_url=f"http://127.0.0.1:{PORT + 1}") as client:
        client.get(f"/launch?token={other.token}")
        session = client.cookies[f"themes-{PORT + 1}"]
    with app_of(terms, enter=False) as stranger:
        for name in (f"themes-{PORT + 1}", f"themes-{PORT}"):
            assert stranger.client.get("/", headers={"cookie": f"{name}={session}"}).status_code == 401


def test_a_cookie_does_not_outlive_the_server(terms: Terms):
    with app_of(terms) as browser:
        session = browser.client.cookies[f"themes-{PORT}"]
    with app_of(terms, enter=False) as browser:
        assert browser.client.get("/", headers={"cookie": f"themes-{PORT}={session}"}).status_code == 401


# --- 3: who may change anything ---


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 403, id="neither"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="cross-site"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="same-site"),
        pytest.param({"sec-fetch-site": "none"}, 403, id="none"),
        pytest.param({"sec-fetch-site": ""}, 403, id="empty"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": HOME}, 403, id="the origin does not help"),
        pytest.param({"origin": "http://evil.example"}, 403, id="foreign origin"),
        pytest.param({"origin": "null"}, 403, id="origin of a sandbox"),
        pytest.param({"origin": f"https://127.0.0.1:{PORT}"}, 403, id="other scheme"),
        pytest.param({"origin": "http://127.0.0.1"}, 403, id="other port"),
        pytest.param({"origin": f"http://localhost:{PORT}"}, 403, id="other name of the same"),
        pytest.param({"origin": f"http://evil.example@127.0.0.1:{PORT}"}, 403, id="with a user"),
        pytest.param({"origin": "http://["}, 403, id="no address"),
        pytest.param({"origin": HOME}, 200, id="own origin"),
        pytest.param({"sec-fetch-site": "same-origin"}, 200, id="same-origin"),
        pytest.param({"sec-fetch-site": "same-origin", "origin": HOME}, 200, id="both"),
    ],
)
def test_only_a_page_of_the_app_may_change_anything(
    terms: Terms, browser: Browser, headers: dict[str, str], status: int
):
    answer = browser.client.post("/acts", json=GIVE, headers=headers)
    assert answer.status_code == status
    assert n_decided(terms) == (status == 200)
    assert is_protected(answer.headers)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(browser: Browser, method: str):
    answer = browser.client.request(method, "/acts", headers=SAME)
    assert answer.status_code == 405
    assert is_protected(answer.headers)


@pytest.mark.parametrize("path", ["/", "/item", "/bulk", "/model", "/launch", "/static/app.js"])
def test_what_is_only_read_cannot_be_posted_to(browser: Browser, path: str):
    assert browser.client.post(path, headers=SAME).status_code == 405


def test_reading_changes_nothing(terms: Terms, browser: Browser):
    for path in ("/", "/item?step=1", "/bulk", "/model", "/acts", "/?state=open", f"/acts?{json.dumps(GIVE)}"):
        browser.get(path)
    assert n_decided(terms) == 0


# --- 4: what the browser is told ---


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/item", 200), ("/bulk", 200), ("/model", 200), ("/static/app.css", 200), ("/static/none", 404),
     ("/nowhere", 404), ("/acts", 405), ("/launch", 403)],
)  # fmt: skip
def test_every_answer_tells_the_browser_what_to_refuse(browser: Browser, path: str, status: int):
    answer = browser.get(path)
    assert answer.status_code == status
    assert is_protected(answer.headers)
    assert "server" not in answer.headers


def test_a_bug_tells_the_browser_too_and_nothing_of_what_was_said(terms: Terms, monkeypatch: pytest.MonkeyPatch):
    words = " ".join(["Answer", "0"])  # whose place in this file may stand in the note
    monkeypatch.setattr("themes.web.reviewing.item", lambda *_, **__: {}[words])
    door = Door.local(PORT)
    with TestClient(make(terms, door), base_url=HOME, raise_server_exceptions=False) as client:
        answer = client.get(f"/launch?token={door.token}")
    assert answer.status_code == 500
    assert is_protected(answer.headers)
    assert words not in answer.text
    noted = Path(answer.json()["remedy"].rpartition(" ")[2])
    assert words not in noted.read_text()
    assert "reviewing.py" in noted.read_text()
    assert mode(noted) == 0o600
    noted.unlink()


class Inline(HTMLParser):
    """Collects what the content policy would not run: scripts, styles and handlers in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in known and known.get("type") != "application/json"):
            self.found.append(tag)
        self.found += [name for name in known if re.fullmatch("style|on[a-z]+", name)]
        self.addresses += [value or "" for name, value in attributes if name in ("href", "src", "action")]


@pytest.mark.parametrize("template", sorted(path.name for path in (HERE / "templates").iterdir()))
def test_no_template_has_a_script_a_style_or_a_handler_of_its_own(template: str):
    page = Inline()
    page.feed(re.sub(r"\{%.*?%\}", "", (HERE / "templates" / template).read_text(encoding="utf-8")))
    assert page.found == []
    assert [one for one in page.addresses if not one.startswith(("/", "#", "?", "{{"))] == []


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "static").iterdir()))
def test_no_file_of_the_app_asks_anybody_else_or_makes_code_of_text(name: str):
    text = (HERE / "static" / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|@import|//[a-z]+\.[a-z]|\beval\(|new Function|document\.write|\.outerHTML", text)


# --- nothing but the app's own files ---

CLIMBING = [
    "../../pyproject.toml", "..%2f..%2fpyproject.toml", "%2e%2e/%2e%2e/pyproject.toml", "..%252f..%252fpyproject.toml",
    "..\\..\\pyproject.toml", "..%5c..%5cpyproject.toml", "....//....//pyproject.toml",
    "/etc/passwd", "%2fetc%2fpasswd",
    "app.css%00.js", "%00", "app.css/..", ".", "..", "app.css;x", "~root", "%c0%ae%c0%ae/", "app.py", "../app.py",
]  # fmt: skip


@pytest.mark.parametrize("climbing", CLIMBING)
@pytest.mark.parametrize("route", ["/static/", "/", "/item/", "/bulk/", "/launch/", "/acts/", "/model/", "/static/../"])
def test_no_path_leads_out_of_the_app(server: Server, cookie: str, route: str, climbing: str):
    asked = f"GET {route}{climbing} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n"
    head, _, body = server.raw(asked.encode()).partition(b"\r\n\r\n")
    assert head[9:12] in (b"404", b"307", b"405", b"200" if route == "/" and climbing in (".", "..") else b"404")
    assert b"root:" not in body
    assert b"[project]" not in body
    assert b"from __future__" not in body


@pytest.mark.parametrize("query", ["at", "step", "more", "words", "theme", "code", "state"])
@pytest.mark.parametrize("climbing", ["../../../etc/passwd", "%00", "..%2f..%2fstudy.themes", "' OR 1=1 --", "%ff%fe"])
@pytest.mark.parametrize("route", ["/", "/item", "/bulk"])
def test_no_query_leads_out_of_the_study(browser: Browser, route: str, query: str, climbing: str):
    answer = browser.client.get(f"{route}?{query}={climbing}")
    assert answer.status_code == 200
    assert "root:" not in answer.text


# --- long and broken requests ---


def test_a_long_body_that_says_its_length_is_refused_unread(server: Server, cookie: str):
    before = server.memory_mib()
    head = f"POST /acts HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
    answer = server.raw(
        f"{head}Sec-Fetch-Site: same-origin\r\nContent-Length: 100000000\r\n\r\n".encode() + b"x" * 100_000_000
    )
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer
    assert server.memory_mib() < before + 20
    assert is_well(server, cookie)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_long_body_in_pieces_is_refused_as_soon_as_it_is_too_long(server: Server, cookie: str, method: str):
    before = server.memory_mib()
    head = (
        f"{method} /acts HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
        "Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = server.raw(head.encode() + piece * 1526)
    assert answer.startswith(b"HTTP/1.1 413" if method == "POST" else b"HTTP/1.1 405")
    assert server.memory_mib() < before + 20
    assert is_well(server, cookie)


def test_a_body_of_the_longest_length_is_read(browser: Browser):
    body = json.dumps({"act": "give", "key": "k" * 12, "x": ""}).encode()
    for more, status in ((0, 409), (1, 413)):
        padded = body[:-2] + b"x" * (MOST_BYTES - len(body) + more) + body[-2:]
        assert browser.client.post("/acts", content=padded, headers=SAME).status_code == status


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "1, 1", "+1", "²", ""])
def test_a_length_that_is_none_is_refused(browser: Browser, length: str):
    answer = browser.client.post("/acts", content=b"", headers={**SAME, "content-length": length.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code in (400, 413)


def test_a_flood_of_headers_is_refused_and_the_app_goes_on(server: Server, cookie: str):
    before = server.memory_mib()
    flood = "".join(f"X-{number}: {'y' * 100}\r\n" for number in range(200_000))
    answer = server.raw(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{flood}\r\n".encode())
    assert answer[9:12] in (b"400", b"431", b"")
    assert server.memory_mib() < before + 20
    assert is_well(server, cookie)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"act": "give"}', b"9" * 5000,
     b'{"act": "memo", "key": "key-of-guard", "kind": "study", "subject": "", "text": "\\ud800"}'],
    ids=["empty", "cut", "null", "list", "number", "text", "bytes", "deep", "no key", "long number",
         "half a character"],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused_with_a_remedy(terms: Terms, browser: Browser, body: bytes):
    answer = browser.client.post("/acts", content=body, headers=SAME)
    assert answer.status_code in (400, 409)
    assert answer.json()["remedy"]
    assert n_decided(terms) == 0
