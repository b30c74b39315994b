"""The study's audit in the review app: drawn before anybody looks, blind wherever it is met, shared by a team."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review_app import Browser, app_of, made, study_in
from themes.domain import Audit, CodeId, Decision, Estimate, Framed, SegmentId, Showing, Shown, SourceKind, Verdict
from themes.pipeline.auditing import Asked, draw, estimated, every, opened, standing
from themes.pipeline.coding import coded as coded_now
from themes.prevalence import PrevalenceOptions
from themes.project import FILE_NAME, Draw, Project
from themes.review import Coder, ReviewOptions
from themes.web import estimating
from themes.web.agenda import View, agenda, blind_for, draw_batch, is_blind
from themes.web.auditing import share_of
from themes.web.cells import told
from themes.web.desk import Desk, Terms
from themes.web.estimating import estimates_of

OPTIONS = ReviewOptions(first_pass=4, size=10, conflicts=0, repeats=0)


@pytest.fixture(autouse=True)
def no_learning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themes.web.house.House.refresh", lambda _: None)


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    found = study_in(tmp_path / "study", made(90), options=OPTIONS)
    return replace(found, prevalence=PrevalenceOptions(audit_share=0.2))


@pytest.fixture
def browser(terms: Terms) -> Iterator[Browser]:
    with app_of(terms) as opened:
        yield opened


@contextmanager
def desk_of(terms: Terms, *, team: bool = False) -> Iterator[Desk]:
    desk = Desk(replace(terms, team=team))
    yield desk
    desk.close()


def audits_of(terms: Terms) -> list[tuple[Audit, tuple[Framed, ...]]]:
    with Project(terms.study.folder / FILE_NAME, read_only=True) as project:
        return [(one, project.audits.frame(one.id)) for one in project.audits.all()]


def drawn_of(terms: Terms) -> list[SegmentId]:
    """What the audits of the file drew, in the order of their lot."""
    found = [sorted((one for one in frame if one.place is not None), key=lambda one: one.place or 0)
             for _, frame in audits_of(terms)]  # fmt: skip
    return [one.segment for frame in found for one in frame]


def draws_of(terms: Terms, coder: str = "anna") -> list[Draw]:
    with Project(terms.study.folder / FILE_NAME, read_only=True) as project:
        return list(project.draws(coder))


def first_reading(browser: Browser) -> None:
    for number in range(0, 12, 3):
        browser.act("no code", f"s0:{number:05}")


def coded(desk: Desk, name: str, *segments: SegmentId, shown: Shown = Shown.BLIND) -> None:
    entries = [Decision(0, datetime.now(UTC), name, Verdict.NO_CODE, one, shown=shown) for one in segments]
    desk.record(entries, f"{name}/{segments[0]}/{len(desk.log)}")


# --- the draw ---


def test_the_first_batch_draws_the_audit_and_takes_its_part_from_it(terms: Terms, browser: Browser):
    first_reading(browser)
    assert audits_of(terms) == []
    browser.act("next batch")
    ((audit, frame),) = audits_of(terms)
    assert (audit.share, audit.evenly, audit.seed, audit.coder) == (0.2, 0.5, 1, "anna")
    assert set(audit.codes) == {"Convoys", "Flights", "Trust / Rumours"}
    chances = {one.segment: one.chance for one in frame}
    served = [one for one in draws_of(terms) if one.why == "audit"]
    assert len(served) == 2
    assert {one.segment for one in served} == set(drawn_of(terms)[:2])
    assert all(one.blind and one.chance == chances[one.segment] for one in served)


def test_what_was_coded_in_the_first_reading_needs_no_draw(terms: Terms, browser: Browser):
    first_reading(browser)
    browser.act("next batch")
    ((_, frame),) = audits_of(terms)
    sure = {one.segment for one in frame if one.chance == 1}
    assert sure == {f"s0:{number:05}" for number in range(0, 12, 3)}
    assert not sure & set(drawn_of(terms))


def test_the_audit_is_in_the_file_before_the_first_of_it_is_noted_for_anybody(
    terms: Terms, monkeypatch: pytest.MonkeyPatch
):
    kept: list[int] = []
    noted = Desk.draw
    monkeypatch.setattr(Desk, "draw", lambda desk, draws: (kept.append(len(audits_of(terms))), noted(desk, draws)))
    with desk_of(terms) as desk:
        draw_batch(desk, desk.coder("anna"))
    assert kept == [1]


def test_the_app_and_the_command_line_draw_the_same_audit(terms: Terms, tmp_path: Path):
    other = study_in(tmp_path / "other", made(90))
    draw(other.study.folder, Asked(share=0.2), "anna")
    with desk_of(terms) as desk:
        draw_batch(desk, desk.coder("anna"))
    ((one, frame),), ((two, same),) = audits_of(terms), audits_of(other)
    assert frame == same
    assert replace(one, at=two.at) == two


@pytest.mark.parametrize("bare", ["no codes", "no part by chance"])
def test_a_study_without_codes_or_without_a_part_drawn_by_chance_has_no_audit(tmp_path: Path, bare: str):
    whole = made(30)
    what = replace(whole, codes=(), base_codes=(), suggestions=()) if bare == "no codes" else whole
    options = replace(OPTIONS, audit_share=0) if bare == "no part by chance" else OPTIONS
    terms = study_in(tmp_path / "study", what, options=options)
    with desk_of(terms) as desk:
        assert draw_batch(desk, desk.coder("anna"))
    assert audits_of(terms) == []


def test_an_audit_that_was_drawn_on_the_command_line_is_the_one_that_is_served(terms: Terms, browser: Browser):
    first_reading(browser)
    draw(terms.study.folder, Asked(share=0.3), "boss")
    browser.act("next batch")
    assert [one.share for one, _ in audits_of(terms)] == [0.3]
    assert {one.segment for one in draws_of(terms) if one.why == "audit"} == set(drawn_of(terms)[:2])


def test_an_extension_made_on_the_command_line_is_served_next(terms: Terms, browser: Browser):
    draw(terms.study.folder, Asked(share=0.05), "boss")
    with desk_of(terms) as desk:
        coded(desk, "anna", *drawn_of(terms))
    draw(terms.study.folder, Asked(extend=True, share=0.2), "boss")
    browser.act("next batch")
    (_, frame) = audits_of(terms)[1]
    further = sorted((one for one in frame if one.place is not None), key=lambda one: one.place or 0)
    served = {one.segment: one.chance for one in draws_of(terms) if one.why == "audit"}
    assert served == {one.segment: one.chance for one in further[:2]}


def test_all_that_was_drawn_is_answered_at_last_and_counts_as_answered(terms: Terms, browser: Browser):
    told = browser.act("next batch")
    for _ in range(200):
        told = browser.act("no code", told["at"]) if told["at"] else browser.act("next batch")
        if told["words"] == "Everything is coded.":
            break
    assert {one.segment for one in draws_of(terms) if one.why == "audit"} == set(drawn_of(terms))
    _, (found,) = standing(terms.study.folder)
    assert (found.answered, found.waiting) == (found.drawn, 0)


def test_talk_and_mandates_take_turns_so_that_of_both_the_same_part_is_answered(tmp_path: Path):
    whole = made(90)
    segments = tuple(replace(one, kind=SourceKind.MANDATE) if one.source == "s2" else one for one in whole.segments)
    terms = study_in(tmp_path / "study", replace(whole, segments=segments))
    draw(terms.study.folder, Asked(share=0.4), "boss")
    with desk_of(terms) as desk:
        order = [one.startswith("s2") for one in desk.audited]
    assert (order.count(True), order.count(False)) == (12, 24)
    for served in range(len(order) + 1):
        assert abs(sum(order[:served]) - served / 3) <= 1


# --- blind wherever it is met ---


def shows_suggestions(page: str) -> bool:
    return 'data-act="accept"' in page or "Alternatives" in page


@pytest.mark.parametrize(
    "view", ["", "&words=convoy", "&state=open", "&group=UN", "&period=MINUSMA: first", "&theme=T01"]
)
def test_what_waits_is_never_shown_with_its_suggestions(terms: Terms, browser: Browser, view: str):
    draw(terms.study.folder, Asked(share=0.3), "boss")
    waiting = drawn_of(terms)
    assert len(waiting) > 20
    for segment in waiting:
        page = browser.get(f"/?at={segment}{view}").text
        assert "Coded blind" in page
        assert not shows_suggestions(page)
        parts = browser.get(f"/item?at={segment}{view}").json()["parts"]
        assert not any(shows_suggestions(part) for part in parts.values())
    open_one = next(one for one in (f"s0:{number:05}" for number in range(0, 90, 3)) if one not in waiting)
    assert shows_suggestions(browser.get(f"/?at={open_one}{view}").text)


def test_what_waits_is_not_found_by_what_the_machine_says_of_it(terms: Terms):
    draw(terms.study.folder, Asked(share=0.3), "boss")
    with desk_of(terms) as desk:
        coder, waiting = desk.coder("anna"), set(drawn_of(terms))
        for wanted in (("code", "Flights"), ("code", "Convoys"), ("theme", "T01"), ("theme", "T02")):
            found = set(agenda(desk, coder, View((wanted,))).segments)
            assert found
            assert not found & waiting
        assert waiting <= set(agenda(desk, coder, View((("state", "open"),))).segments)


def test_what_waits_is_not_among_the_rows_to_accept_in_bulk(terms: Terms, browser: Browser):
    draw(terms.study.folder, Asked(share=0.5), "boss")
    waiting = drawn_of(terms)
    for view in ("", "?state=open", "?group=UN"):
        html = browser.client.get(f"/bulk{view}").json()["html"]
        assert "data-segment" in html
        assert not any(f'data-segment="{one}"' in html for one in waiting)
    answer = browser.send("bulk", count=1, segments=[waiting[0]], codes=["Trust"], view={"state": "open"})
    assert answer.status_code == 409


def test_a_page_of_a_theme_does_not_quote_what_waits(terms: Terms, browser: Browser):
    before = browser.get("/themes?at=T01").text
    draw(terms.study.folder, Asked(share=0.9), "boss")
    after = browser.get("/themes?at=T01").text
    quoted = [one for one in drawn_of(terms) if f'"{one}"' in before]
    assert quoted
    assert not any(f'"{one}"' in after for one in quoted)


def test_the_first_reading_passes_over_the_audit_and_shows_it_blind_to_whoever_goes_there(
    terms: Terms, browser: Browser
):
    draw(terms.study.folder, Asked(share=0.5), "boss")
    waiting, at = set(drawn_of(terms)), ""
    for _ in range(3):
        at = browser.act("no code", at)["at"] if at else browser.get("/item").json()["at"]
        assert at not in waiting
    assert "Coded blind" in browser.get(f"/?at={next(iter(waiting))}").text


def test_doubt_does_not_choose_what_waits_and_a_batch_from_before_hides_it(terms: Terms):
    with desk_of(replace(terms, options=replace(OPTIONS, audit_share=0))) as desk:
        coder = desk.coder("anna")
        before = draw_batch(desk, coder)
        draw(terms.study.folder, Asked(share=0.5), "boss")
        desk.catch_up()
        waiting = set(drawn_of(terms))
        caught = [one.segment for one in before if one.segment in waiting]
        assert caught
        shown = agenda(desk, coder, View()).draws
        assert all(is_blind(shown[one], coder) for one in caught)
        coded(desk, "anna", *(one.segment for one in before))
        after = draw_batch(desk, coder)
        assert after
        assert not {one.segment for one in after if one.why == "doubt"} & waiting


def test_whoever_stays_to_give_a_second_code_stays_blind(terms: Terms, browser: Browser):
    draw(terms.study.folder, Asked(share=0.2), "boss")
    segment = drawn_of(terms)[0]
    told = browser.act("give", segment, codes=["Trust"], stay=True)
    assert not any(shows_suggestions(part) for part in told["parts"].values())
    assert "stay hidden until you go on" in told["parts"]["card"]
    told = browser.act("give", segment, codes=["Flights"])
    assert told["at"] != segment
    with Project(terms.study.folder / FILE_NAME, read_only=True) as project:
        assert [(one.code, one.shown) for one in project.decisions()] == [
            ("Trust", Shown.BLIND), ("Flights", Shown.BLIND),
        ]  # fmt: skip
    assert shows_suggestions(browser.get(f"/?at={segment}").text)


def test_a_revealed_segment_is_no_longer_served_as_audit(terms: Terms, browser: Browser):
    draw(terms.study.folder, Asked(share=0.2), "boss")
    segment = drawn_of(terms)[0]
    assert shows_suggestions(browser.act("reveal", segment)["parts"]["card"])
    with desk_of(terms) as desk:
        share = share_of(desk, desk.coder("anna"))
    assert share is not None
    assert segment not in share.hidden


# --- in a team ---


def audit_part(desk: Desk, coder: Coder) -> set[SegmentId]:
    return {one.segment for one in draw_batch(desk, coder) if one.why == "audit"}


def test_two_coders_share_the_audit(terms: Terms):
    draw(terms.study.folder, Asked(share=0.2), "boss")
    order = drawn_of(terms)
    with desk_of(terms, team=True) as desk:
        anna, ben = desk.coder("anna"), desk.coder("ben")
        assert audit_part(desk, anna) == set(order[:2])
        assert audit_part(desk, ben) == set(order[2:4])
        coded(desk, "anna", *(one.segment for one in desk.drawn("anna")))
        assert audit_part(desk, anna) == set(order[4:6])


def test_what_everybody_else_answered_comes_at_last_and_is_still_blind(terms: Terms):
    draw(terms.study.folder, Asked(share=0.1), "boss")
    order = drawn_of(terms)
    with desk_of(terms, team=True) as desk:
        ben = desk.coder("ben")
        coded(desk, "anna", *order[:-1])
        assert audit_part(desk, ben) == {order[-1]}
        assert set(blind_for(desk, ben)) == set(order)
        coded(desk, "ben", *(one.segment for one in desk.drawn("ben")))
        assert audit_part(desk, ben) == set(order[:2])


def test_an_answer_with_a_suggestion_in_sight_leaves_the_segment_to_others(terms: Terms):
    draw(terms.study.folder, Asked(share=0.1), "boss")
    order = drawn_of(terms)
    with desk_of(terms, team=True) as desk:
        coded(desk, "anna", order[0], shown=Shown.SUGGESTION)
        coded(desk, "anna", order[1])
        assert audit_part(desk, desk.coder("ben")) == {order[0], order[2]}


def test_whoever_works_alone_is_not_asked_again_what_another_name_answered(terms: Terms):
    draw(terms.study.folder, Asked(share=0.1), "boss")
    order = drawn_of(terms)
    with desk_of(terms) as desk:
        coded(desk, "anna", *order)
        assert blind_for(desk, desk.coder("ben")) == {}
        assert audit_part(desk, desk.coder("ben")) == set()


# --- what comes of it on the page of prevalence ---


@pytest.fixture
def many(tmp_path: Path) -> Terms:
    """A study of twelve interviews with an audit, of which all but two segments are answered."""
    terms = study_in(tmp_path / "study", made(240, sources=12), options=replace(OPTIONS, min_participants=3))
    draw(terms.study.folder, Asked(share=0.4), "boss")
    with desk_of(terms) as desk:
        now = datetime.now(UTC)
        order = drawn_of(terms)[:-2]
        entries = [
            Decision(0, now, "anna", Verdict.ASSIGN if n % 3 else Verdict.NO_CODE, one,
                     CodeId("Convoys") if n % 3 else None, shown=Shown.BLIND)
            for n, one in enumerate(order)
        ]  # fmt: skip
        desk.record(entries, "anna/all")
    return terms


def cell_after(page: str, row: str, place: int) -> str:
    """The words of a cell, hidden ones among them, by its place in the row of that code."""
    body = page.split(f">{row}</a>", 1)[1].split("</tr>", 1)[0]
    return re.sub(r"<[^>]+>", " ", body.split("<td", place + 2)[place + 1].split(">", 1)[1])


def test_once_an_audit_has_an_answer_the_page_shows_estimates_with_both_intervals(many: Terms):
    with app_of(many) as browser:
        page = browser.get("/prevalence").text
    drawn = len(drawn_of(many))
    assert f"{drawn} of 240 segments were drawn by chance; {drawn - 2} are answered, 2 wait" in page
    with Project(many.study.folder / FILE_NAME, read_only=True) as project:
        now = coded_now(project)
        rows = estimated(every(project, project.made(), now), project.made(), now, opened(many.study.folder)[1])
    (one,) = [row for row in rows if row.subject == "Convoys" and row.cell == ("talk", "all", "all", "all")]
    assert one.estimate is not None
    assert one.informants_interval is not None
    assert one.corpus_interval is not None
    cell = cell_after(page, "Convoys", 0)
    assert f"{one.estimate:.0%}" in cell
    low, high = one.informants_interval
    assert f"{100 * low:.0f}–{100 * high:.0f}%" in cell
    low, high = one.corpus_interval
    assert f"this corpus: {100 * low:.0f}–{100 * high:.0f}%" in cell
    assert f"{one.checked} of 240 segments checked" in cell


def test_denominators_stand_in_the_heading(many: Terms):
    with app_of(many) as browser:
        page = browser.get("/prevalence").text
    heading = page.split("<thead>")[1].split("</thead>")[0]
    assert "all talk" in heading
    assert "of 240 segments" in heading
    assert "12 interviews" in heading
    assert f"checked {len(drawn_of(many)) - 2}" in heading


@pytest.mark.parametrize("by", ["group", "subgroup", "mission", "period", "register"])
def test_estimates_are_told_apart_in_every_way(many: Terms, by: str):
    with app_of(many) as browser:
        page = browser.get(f"/prevalence?by={by}").text
    assert "informants like these:" in page
    expected = {"group": "UN", "subgroup": "NGO", "mission": "MINUSMA", "period": "MINUSMA: second", "register": "talk"}
    assert expected[by] in page.split("<thead>")[1].split("</thead>")[0]


def test_a_new_answer_is_in_the_estimates_at_once(many: Terms):
    with app_of(many) as browser:
        assert "2 wait" in browser.get("/prevalence").text
        browser.act("give", drawn_of(many)[-1], codes=["Trust"])
        assert "1 waits" in browser.get("/prevalence").text
        browser.act("undo")
        assert "2 wait" in browser.get("/prevalence").text


def test_estimates_are_reckoned_once_until_something_changes(many: Terms, monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    reckoned = estimating.estimated
    monkeypatch.setattr(estimating, "estimated", lambda *what: (asked.append(1), reckoned(*what))[1])
    with app_of(many) as browser:
        for by in ("group", "period", "register"):
            browser.get(f"/prevalence?by={by}")
        assert len(asked) == 1
        browser.act("flag", "s0:00000")
        browser.get("/prevalence")
        assert len(asked) == 2


def test_cells_of_few_people_are_hidden_among_estimates_too(many: Terms):
    options = replace(OPTIONS, min_participants=5)
    with app_of(replace(many, options=options)) as browser:
        page = browser.get("/prevalence?by=period").text
    heading = page.split("<thead>")[1].split("</thead>")[0]
    assert "of 240 segments" in heading
    assert "of 80 segments" not in heading  # the second period: four people
    assert "of 160 segments" not in heading  # the first, or else the second could be reckoned
    assert cell_after(page, "Convoys", 1).split(";")[0].split() == ["few"]
    assert "could be reckoned" in cell_after(page, "Convoys", 1)
    assert "too few people" in cell_after(page, "Convoys", 2)


def test_before_any_answer_the_page_counts_and_says_that_nothing_is_audited(terms: Terms, browser: Browser):
    first_reading(browser)
    draw(terms.study.folder, Asked(share=0.2), "boss")
    assert "unaudited, no interval" in browser.get("/prevalence").text
    page = browser.get("/prevalence?basis=estimated").text
    assert "0 are answered" in page
    assert "unaudited" in page
    assert "informants like these" not in page


def test_without_an_audit_nothing_is_called_an_estimate(browser: Browser):
    first_reading(browser)
    page = browser.get("/prevalence?basis=estimated").text
    assert "what people and machine say together" not in page
    assert "unaudited, no interval" in page


def test_in_a_team_a_coder_sees_estimates_from_their_own_words_alone(many: Terms):
    with desk_of(many, team=True) as desk:
        everybody = asyncio.run(estimates_of(desk, desk.coders))
        nobody = asyncio.run(estimates_of(desk, ["ben"]))
    assert everybody.answered
    assert not nobody.answered


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(list(Showing)), st.integers(0, 9))
def test_a_cell_says_no_more_than_may_be_said(low: float, high: float, showing: Showing, people: int):
    one = Estimate(
        "code", "A", "talk", "UN", "all", "all", 7, 97, people, 9, "x", estimate=(low + high) / 2,
        corpus_interval=(low, high), informants_interval=(low, high), in_interviews=3, interviews=8, checked=31,
        showing=showing, note="a note",
    )  # fmt: skip
    cell = told(one, 3)
    words = f"{cell.first} {cell.second} {cell.more}"
    if showing in (Showing.HIDDEN, Showing.EMPTY):
        assert not re.search(r"\d", words)
    if showing in (Showing.COUNT, Showing.UNAUDITED):
        assert "%" not in words
    if showing is Showing.UNAUDITED and 0 < people < 3:
        assert not re.search(r"\d", words)
    if showing is Showing.INTERVAL:
        assert cell.second == "interval only"
        assert not cell.shade


def test_what_is_hidden_is_known_anew_after_every_word(terms: Terms):
    draw(terms.study.folder, Asked(share=0.2), "boss")
    with desk_of(terms) as desk:
        coder, order = desk.coder("anna"), drawn_of(terms)
        assert set(blind_for(desk, coder)) == set(order)
        coded(desk, "anna", order[0])
        assert set(blind_for(desk, coder)) == set(order[1:])
        draw(terms.study.folder, Asked(extend=True, share=0.3), "boss")
        desk.catch_up()
        assert set(blind_for(desk, coder)) == set(drawn_of(terms)) - {order[0]}
