"""The other pages of the review app: candidate themes, prevalence, memos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.review_app import HOME, KEYS, Browser, app_of, made, study_in
from themes.domain import SegmentId, SourceId
from themes.project import FILE_NAME, Line, Project
from themes.web.cells import by_group, by_subgroup, counted, spread
from themes.web.desk import Terms
from themes.web.memory import Memory


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return study_in(tmp_path / "study")


@pytest.fixture
def browser(terms: Terms) -> Iterator[Browser]:
    with app_of(terms) as opened:
        yield opened


def on_themes(browser: Browser, act: str, theme: str = "T01", **more: Any) -> Any:
    body = {"act": act, "key": f"key-{next(KEYS):08}", "segment": "", "view": {}, "theme": theme} | more
    answer = browser.client.post("/themes/acts", json=body, headers={"origin": HOME, "host": HOME[7:]})
    return answer.json()


def test_a_theme_is_named_merged_and_undone_on_its_page(terms: Terms, browser: Browser):
    assert "convoy, road" in browser.get("/themes").text
    told = on_themes(browser, "name", name="Roads")
    assert "Roads" in told["parts"]["theme"]
    told = on_themes(browser, "merge", other="T02")
    assert "30 segments" in told["parts"]["theme"]
    told = on_themes(browser, "undo")
    assert "15 segments" in told["parts"]["theme"]
    told = on_themes(browser, "redo")
    assert "30 segments" in told["parts"]["theme"]
    with Project(terms.study.folder / FILE_NAME) as project:
        assert [entry.coder for entry in project.theme_decisions()] == ["anna"] * 4


def test_undo_on_any_page_takes_back_the_last_act_whatever_it_was(browser: Browser):
    on_themes(browser, "name", name="Roads")
    browser.act("give", "s0:00000", codes=["Flights"])
    told = on_themes(browser, "undo")
    assert told["words"].startswith("Undone: ")
    assert '<li class="mine">Flights' not in browser.get("/?at=s0:00000").text
    assert "Roads" in told["parts"]["theme"]
    told = on_themes(browser, "undo")
    assert "Roads" not in told["parts"]["list"]


def test_segments_are_put_apart_and_a_theme_is_marked_as_none(browser: Browser):
    told = on_themes(browser, "split", segments=["s0:00000", "s0:00003"])
    assert "T01b" in told["parts"]["list"]
    told = on_themes(browser, "no theme", "T02")
    assert "1 marked as no theme" in told["parts"]["list"]
    assert told["at"] == "T01"


def test_an_impossible_act_on_themes_says_why(browser: Browser):
    assert on_themes(browser, "name", name=" ")["remedy"]
    assert on_themes(browser, "name", "T77", name="x")["problem"]
    assert on_themes(browser, "explode")["problem"] == "The request is not understood."


def test_an_act_on_themes_is_undone_from_the_review_page_too(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    on_themes(browser, "name", name="Roads")
    assert browser.act("undo", "s0:00000")["words"].startswith("Undone: ")
    assert "Roads" not in browser.get("/themes").text
    assert browser.act("redo", "s0:00000")["words"].startswith("Done again: ")
    assert "Roads" in browser.get("/themes").text
    browser.act("undo")
    assert browser.act("undo")["words"] == "Undone: Flights accepted."


def test_prevalence_says_what_it_is_and_hides_the_few(browser: Browser):
    assert "Nothing is coded yet" in browser.get("/prevalence").text
    browser.act("give", "s0:00000", codes=["Flights"])
    page = browser.get("/prevalence").text
    assert "no sample of the study" in page
    assert "few" in page
    machine = browser.get("/prevalence?basis=machine&by=register").text
    assert "unaudited" in machine
    assert "of 30" in machine


def test_memos_are_listed_and_found(browser: Browser):
    assert "No memos yet" in browser.get("/memos").text
    browser.act("memo", kind="study", subject="", text="The whole is about roads.")
    browser.act("memo", kind="source", subject="s1", text="Spoke softly.")
    browser.act("memo", kind="theme", subject="T01", text="Too broad?")
    page = browser.get("/memos").text
    assert all(words in page for words in ("The whole is about roads.", "Spoke softly.", "Too broad?"))
    assert "Too broad?" not in browser.get("/memos?words=softly").text
    assert "Too broad?" in browser.get("/themes?at=T01").text


# --- cells ---


def line(number: int, who: str, group: str = "UN", kind: str = "interview") -> Line:
    return Line(SegmentId(f"x{number}"), SourceId(who), 0, 1, 0, kind, group, "M", "p", who, "")


def test_a_cell_of_few_people_or_mostly_one_is_hidden():
    lines = [line(0, "a"), line(1, "b"), line(2, "c"), line(3, "c"), line(4, "c")]
    found = counted(lines, {"all": {"x0", "x1", "x2"}, "one": {"x2", "x3", "x4"}, "none": set()}, by_group, 3)  # type: ignore[dict-item]
    assert (found["all"]["UN"].count, found["all"]["UN"].hidden) == (3, False)
    assert found["one"]["UN"].hidden
    assert not found["none"]["UN"].hidden
    assert counted(lines[:2], {"all": {"x0"}}, by_group, 3)["all"]["UN"].hidden  # type: ignore[dict-item]


def test_mandates_are_counted_apart_and_shown_however_few():
    lines = (line(0, "a"), line(1, "m", kind="mandate"))
    found = spread(Memory(lines), {SegmentId("x1")}, by_group, 3)
    assert list(found) == ["UN", "mandates"]
    assert (found["mandates"].count, found["mandates"].hidden) == (1, False)


def test_nested_groups_are_counted_together_or_in_full():
    lines = [line(0, "a", "UN / DPO"), line(1, "b", "UN / Mission"), line(2, "c", "NGO")]
    assert list(counted(lines, {"": ()}, by_group, 1)[""]) == ["NGO", "UN"]
    assert list(counted(lines, {"": ()}, by_subgroup, 1)[""]) == ["NGO", "UN / DPO", "UN / Mission"]


def test_a_study_without_themes_says_what_to_do(tmp_path: Path):
    whole = made(6)
    bare = type(whole)(sources=whole.sources, segments=whole.segments)
    with app_of(study_in(tmp_path / "study", bare)) as browser:
        assert "No candidate themes" in browser.get("/themes").text
        assert "No codes yet" in browser.get("/prevalence").text
