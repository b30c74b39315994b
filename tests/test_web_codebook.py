"""The page of the codebook: edits with what they put in doubt, and codings that follow their code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.review_app import KEYS, Browser, app_of, study_in
from themes.project import FILE_NAME, Project
from themes.web.desk import Terms


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return study_in(tmp_path / "study")


@pytest.fixture
def browser(terms: Terms) -> Iterator[Browser]:
    with app_of(terms) as opened:
        yield opened


def edit(browser: Browser, act: str, code: str = "Flights", path: str = "acts", **more: Any) -> Any:
    body = {"act": act, "key": f"key-{next(KEYS):08}", "segment": "", "view": {}, "code": code} | more
    return browser.client.post(f"/codebook/{path}", json=body, headers={"sec-fetch-site": "same-origin"}).json()


def test_the_tree_shows_every_code_with_its_counts(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    page = browser.get("/codebook?at=Flights").text
    assert "1 coding stand" in page.replace("codings", "coding")
    assert 'data-code="Trust / Rumours"' in page
    assert "What is said of Flights." in page


def test_a_renamed_code_takes_its_codings_and_suggestions_along(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    told = edit(browser, "rename", name="Air traffic")
    assert told["at"] == "Air traffic"
    page = browser.get("/?at=s0:00000").text
    assert '<li class="mine">Air traffic' in page
    assert "<h2>Air traffic</h2>" in browser.get("/?at=s0:00012").text
    browser.act("give", "s0:00012", codes=["Air traffic"])
    assert "Undone: Air traffic accepted." in browser.act("undo")["words"]
    assert browser.act("undo")["words"] == "Undone: Flights renamed."
    assert '<li class="mine">Flights' in browser.get("/?at=s0:00000").text


def test_what_an_edit_puts_in_doubt_is_said_before_it_is_saved_and_becomes_a_worklist(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    told = edit(browser, "redefine", path="preview", definition="Only flights by night.")
    assert "1 coding by 1 coder in 1 source comes into doubt" in told["words"]
    with Project(terms.study.folder / FILE_NAME) as project:
        assert project.codebook_edits() == ()
    edit(browser, "redefine", definition="Only flights by night.")
    assert "1 of your judgements are in doubt" in browser.get("/codebook").text
    page = browser.get("/?state=in doubt").text
    assert "1 found" in page
    assert "In doubt since the codebook changed" in browser.get("/?at=s0:00000&state=in doubt").text
    browser.act("keep", "s0:00000")
    assert "are in doubt" not in browser.get("/codebook").text


def test_a_code_is_added_merged_split_moved_and_taken_out(browser: Browser):
    assert edit(browser, "add", name="Rations", definition="Food.")["at"] == "Rations"
    assert edit(browser, "move", "Rations", parent="Trust")["at"] == "Trust / Rations"
    browser.act("give", "s0:00000", codes=["Trust / Rations"])
    told = edit(browser, "merge", "Convoys", other="Trust / Rations")
    assert told["at"] == "Convoys"
    assert '<li class="mine">Convoys' in browser.get("/?at=s0:00000").text
    told = edit(browser, "split", "Convoys", first="Convoys", second="Escorts")
    assert 'data-code="Escorts"' in told["parts"]["tree"]
    told = edit(browser, "retire", "Escorts")
    assert "1 taken out" in told["parts"]["tree"]
    told = edit(browser, "undo", "")
    assert 'data-code="Escorts"' in told["parts"]["tree"]


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("rename", {"name": ""}), ("rename", {"name": "Trust"}), ("rename", {"code": "Nothing", "name": "x"}),
        ("move", {"parent": "Flights"}), ("merge", {"other": "Flights"}), ("retire", {"code": "Trust"}),
        ("split", {"first": "One", "second": ""}), ("explode", {}), ("undo", {}),
    ],
)  # fmt: skip
def test_an_impossible_edit_is_refused_with_a_remedy(terms: Terms, browser: Browser, act: str, more: dict[str, str]):
    told = edit(browser, act, **more)
    assert told["remedy"]
    with Project(terms.study.folder / FILE_NAME) as project:
        assert project.codebook_edits() == ()


def test_a_candidate_theme_is_offered_as_a_code(browser: Browser):
    page = browser.get("/codebook?adopt=T01&name=Roads&terms=convoy, road").text
    assert "Adopt candidate theme T01 as a code" in page
    assert 'value="Roads"' in page


def test_tables_to_take_away_hold_no_formula_and_no_talk(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    browser.act("memo", "s0:00000", kind="segment", subject="s0:00000", text="=HYPERLINK(1)")
    edit(browser, "add", name="+sum")
    texts = {name: browser.get(f"/export/{name}.csv").text for name in ("codings", "memos", "codebook", "log")}
    assert texts["codings"].splitlines()[1].startswith("s0:00000,s0,NGO,MINUSMA,first,Flights,anna,no,")
    assert "'=HYPERLINK(1)" in texts["memos"]
    assert "'+sum" in texts["codebook"]
    assert "accept Flights" in texts["log"]
    assert "mined road" not in "".join(texts.values())
    assert browser.client.get("/export/secrets.csv").status_code == 404
