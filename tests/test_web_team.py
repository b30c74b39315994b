"""A team: invitations, passwords, roles, coders blind to each other, and what they resolve together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.review_app import HOME, KEYS, PORT, Browser, app_of, study_in
from themes.domain import CONSENSUS, Role
from themes.errors import OptionError
from themes.project import FILE_NAME, Project
from themes.review import fold
from themes.web.app import make
from themes.web.desk import Terms
from themes.web.guard import Door
from themes.web.serving import Place

OWN = {"sec-fetch-site": "same-origin"}
PASSWORD = "a long enough one"  # noqa: S105  of nobody


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return replace(study_in(tmp_path / "study"), team=True)


class Team:
    """Several people, each with a browser of their own, at one app."""

    def __init__(self, terms: Terms, first: TestClient) -> None:
        self.terms, self.first = terms, first

    def joined(self, name: str, role: Role) -> Browser:
        with Project(self.terms.study.folder / FILE_NAME) as project:
            token = project.accounts.invite(role).token
        client = TestClient(self.first.app, base_url=HOME)
        client.portal = self.first.portal  # one app, in one thread, for all of them
        body = {"token": token, "name": name, "password": PASSWORD}
        assert client.post("/invitation", json=body, headers=OWN).json() == {"to": "/"}
        return Browser(client)


@pytest.fixture
def team(terms: Terms) -> Iterator[Team]:
    with TestClient(make(terms, Door.local(PORT)), base_url=HOME) as client:
        yield Team(terms, client)


def test_whoever_is_not_signed_in_is_led_to_the_door(team: Team):
    answer = team.first.get("/", headers={"accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert team.first.post("/acts", json={}, headers=OWN).status_code == 401


def test_a_person_signs_in_and_out(team: Team):
    anna = team.joined("anna", Role.OWNER)
    assert "anna" in anna.get("/").text
    anna.client.post("/sign-out", json={}, headers=OWN)
    assert anna.client.get("/memos").status_code == 401
    wrong = anna.client.post("/sign-in", json={"name": "anna", "password": "wrong"}, headers=OWN)
    assert wrong.status_code == 403
    right = anna.client.post("/sign-in", json={"name": "anna", "password": PASSWORD}, headers=OWN)
    assert right.json() == {"to": "/"}
    assert "HttpOnly" in right.headers["set-cookie"]
    assert "SameSite=strict" in right.headers["set-cookie"]


def test_many_wrong_passwords_have_to_wait(team: Team):
    team.joined("anna", Role.OWNER)
    codes = [
        team.first.post("/sign-in", json={"name": "anna", "password": f"{n}"}, headers=OWN).status_code
        for n in range(8)
    ]
    assert codes[0] == 403
    assert codes[-1] == 429
    right = team.first.post("/sign-in", json={"name": "anna", "password": PASSWORD}, headers=OWN)
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) >= 0


def test_an_invitation_opens_once(team: Team):
    with Project(team.terms.study.folder / FILE_NAME) as project:
        token = project.accounts.invite(Role.CODER).token
    assert "Your role will be" in team.first.get(f"/invitation?token={token}").text
    body = {"token": token, "name": "ben", "password": PASSWORD}
    assert team.first.post("/invitation", json=body, headers=OWN).status_code == 200
    assert team.first.post("/invitation", json=body | {"name": "eve"}, headers=OWN).status_code == 409
    assert team.first.get("/invitation?token=guessed").status_code == 409


def test_an_owner_invites_and_closes(team: Team):
    anna, ben = team.joined("anna", Role.OWNER), team.joined("ben", Role.CODER)
    page = anna.get("/team").text
    assert "ben" in page
    told = anna.client.post("/team/acts", json={"act": "invite", "name": "", "role": "reader"}, headers=OWN).json()
    assert re.fullmatch(rf"{HOME}/invitation\?token=[\w-]+", told["link"])
    assert ben.client.get("/team").status_code == 403
    assert ben.client.post("/team/acts", json={"act": "close", "name": "anna"}, headers=OWN).status_code == 403
    anna.client.post("/team/acts", json={"act": "close", "name": "ben", "role": ""}, headers=OWN)
    assert ben.client.get("/memos").status_code == 401


def test_an_act_of_a_page_of_somebody_else_is_refused_and_says_whose_it_is(team: Team):
    ben = team.joined("ben", Role.CODER)
    refused = ben.send("give", "s0:00000", codes=["Flights"], coder="anna")
    assert refused.status_code == 401
    assert refused.json()["problem"] == "This page is anna’s, and ben is signed in by now, so nothing was done."
    assert "Sign in as anna again" in refused.json()["remedy"]
    for path in ("/themes/acts", "/codebook/acts", "/codebook/preview", "/adjudicate/acts"):
        body = {"act": "undo", "key": f"key-{next(KEYS):08}", "segment": "", "view": {}, "coder": "anna"}
        assert ben.client.post(path, json=body, headers=OWN).status_code in (401, 403), path
    with Project(team.terms.study.folder / FILE_NAME) as project:
        assert project.decisions() == ()
    assert ben.send("give", "s0:00000", codes=["Flights"], coder="ben").status_code == 200


def test_whoever_opens_an_address_in_vain_gets_a_page_that_says_why(team: Team):
    rita = team.joined("rita", Role.READER)
    for path, status, words in (
        ("/nothing", 404, "There is no such page."),
        ("/team", 403, "This takes the role owner; yours is reader."),
        ("/adjudicate?at=s0:00000", 404, "Coders do not differ on this segment"),
        ("/invitation?token=guessed", 409, "There is no such invitation."),
    ):
        answer = rita.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words in answer.text
    stranger = team.first.get("/nothing", headers={"accept": "text/html"})
    assert "Candidate themes" not in stranger.text


def test_a_reader_looks_and_changes_nothing(team: Team):
    reader = team.joined("rita", Role.READER)
    assert reader.get("/").status_code == 200
    assert reader.send("give", "s0:00000", codes=["Flights"]).status_code == 403
    for path in ("/themes/acts", "/codebook/acts", "/adjudicate/acts"):
        assert reader.client.post(path, json={}, headers=OWN).status_code == 403


def test_coders_are_blind_to_each_other_until_both_are_done(team: Team):
    ben, cleo = team.joined("ben", Role.CODER), team.joined("cleo", Role.CODER)
    ben.act("give", "s0:00000", codes=["Trust / Rumours"])
    ben.act("memo", "s0:00000", kind="segment", subject="s0:00000", text="secret of ben")
    for page in ("/?at=s0:00000", "/agreement", "/memos"):
        assert "ben" not in cleo.get(page).text
    assert "Nothing is coded yet" in cleo.get("/prevalence").text
    assert "ben" not in cleo.get("/export/codings.csv").text
    cleo.act("give", "s0:00000", codes=["Flights"])
    page = cleo.get("/?at=s0:00000").text
    assert "ben" in page
    assert "secret of ben" in page
    assert (
        "/adjudicate?at=s0%3A00000" in cleo.get("/agreement").text
        or "/adjudicate?at=s0:00000" in cleo.get("/agreement").text
    )


def test_an_adjudicator_resolves_and_the_coders_words_stay(team: Team):
    ben, cleo = team.joined("ben", Role.CODER), team.joined("cleo", Role.CODER)
    dora = team.joined("dora", Role.ADJUDICATOR)
    ben.act("give", "s0:00000", codes=["Trust"])
    cleo.act("give", "s0:00000", codes=["Flights"])
    page = dora.get("/adjudicate?at=s0:00000").text
    assert "ben" in page
    assert "What the team says" in page
    body: dict[str, Any] = {"act": "resolve", "key": f"key-{next(KEYS):08}", "segment": "s0:00000", "view": {}}
    assert cleo.client.post("/adjudicate/acts", json=body | {"codes": ["Trust"]}, headers=OWN).status_code == 403
    told = dora.client.post("/adjudicate/acts", json=body | {"codes": ["Trust"]}, headers=OWN).json()
    assert told["words"] == "Resolved as Trust."
    with Project(team.terms.study.folder / FILE_NAME) as project:
        standing = {(one.coder, one.code) for one in fold(project.decisions())}
    assert standing == {("ben", "Trust"), ("cleo", "Flights"), (CONSENSUS, "Trust")}
    assert "resolved as Trust" in dora.get("/agreement").text
    assert dora.client.get("/adjudicate?at=s0:00003").status_code == 404


def test_the_figures_are_reckoned_by_the_worker(team: Team):
    ben, cleo = team.joined("ben", Role.CODER), team.joined("cleo", Role.CODER)
    dora = team.joined("dora", Role.ADJUDICATOR)
    for segment in ("s0:00000", "s0:00003", "s0:00006"):
        ben.act("give", segment, codes=["Trust"])
        cleo.act("give", segment, codes=["Trust" if segment != "s0:00006" else "Flights"])
    html = dora.client.get("/agreement/figures").json()["html"]
    assert "ben and cleo" in html
    assert "<td" in html


def test_nobody_launches_into_a_team(terms: Terms):
    door = Door.local(PORT)
    with TestClient(make(terms, door), base_url=HOME) as client:
        assert client.get(f"/launch?token={door.token}").status_code == 403


def test_a_study_of_one_has_no_door_to_sign_in(tmp_path: Path):
    with app_of(study_in(tmp_path / "solo")) as browser:
        for path in ("/sign-in", "/team", "/invitation?token=x"):
            assert browser.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("place", "team", "refused"),
    [
        (Place("127.0.0.1"), False, False), (Place("0.0.0.0"), False, True), (Place("0.0.0.0"), True, True),  # noqa: S104
        (Place("192.168.1.2", behind_proxy="study.example"), True, False),
        (Place("192.168.1.2", certificate=Path("a"), key=Path("b")), True, False),
        (Place("192.168.1.2", certificate=Path("a")), True, True), (Place("127.0.0.1"), True, False),
    ],
)  # fmt: skip
def test_the_app_leaves_this_computer_only_protected(place: Place, team: bool, refused: bool):
    if refused:
        with pytest.raises(OptionError) as caught:
            place.check(team=team)
        assert caught.value.remedy
    else:
        place.check(team=team)
