"""Coding in the review app: acts, where they lead, and what stands in the log after them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.review_app import Browser, app_of, made, study_in
from themes.domain import CodeId, Decision, Memo, SegmentId, Shown, SubjectKind, Verdict
from themes.project import FILE_NAME, Project
from themes.review import ReviewOptions, fold
from themes.web.desk import Desk, Terms

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return study_in(tmp_path / "study")


@pytest.fixture
def browser(terms: Terms) -> Iterator[Browser]:
    with app_of(terms) as opened:
        yield opened


def log_of(terms: Terms) -> tuple[Decision, ...]:
    with Project(terms.study.folder / FILE_NAME, read_only=True) as project:
        return project.decisions()


def codings(terms: Terms) -> set[tuple[str, str]]:
    return {(one.segment, one.code) for one in fold(log_of(terms))}


def test_the_page_shows_the_first_segment_with_its_suggestion(browser: Browser):
    page = browser.get("/").text
    assert 'data-at="s0:00000"' in page
    assert "Answer 0" in page
    assert "What is said of Flights." in page
    assert "Use when</strong> it is said." in page
    assert "<mark data-from=" in page


def test_an_accepted_suggestion_is_kept_with_what_was_seen_and_the_next_segment_comes(terms: Terms, browser: Browser):
    told = browser.act("give", "s0:00000", codes=["Flights"])
    assert told["at"] == "s0:00003"
    assert told["words"] == "Accepted: Flights."
    (entry,) = log_of(terms)
    assert (entry.verdict, entry.code, entry.coder) == (Verdict.ACCEPT, "Flights", "anna")
    assert (entry.shown, entry.suggested, entry.score) == (Shown.SUGGESTION, "Flights", 0.7)


def test_a_code_that_is_not_suggested_is_assigned(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Convoys"])
    assert log_of(terms)[0].verdict is Verdict.ASSIGN


def test_a_rejected_suggestion_gives_way_to_the_next_and_the_segment_stays(terms: Terms, browser: Browser):
    told = browser.act("reject", "s0:00000", code="Flights")
    assert told["at"] == "s0:00000"
    assert 'data-act="accept" class="yes" data-code="Trust"' in told["parts"]["card"]
    assert codings(terms) == set()


def test_the_same_key_is_one_decision(terms: Terms, browser: Browser):
    first = browser.act("give", "s0:00000", codes=["Flights"], key="the-same-key")
    again = browser.act("give", "s0:00000", codes=["Flights"], key="the-same-key")
    assert (first["at"], again["at"]) == ("s0:00003", "s0:00003")
    assert len(log_of(terms)) == 1


def test_several_codes_may_be_given_and_one_taken_away(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"], stay=True)
    told = browser.act("give", "s0:00000", codes=["Trust / Rumours"], stay=True)
    assert told["at"] == "s0:00000"
    assert codings(terms) == {("s0:00000", "Flights"), ("s0:00000", "Trust / Rumours")}
    browser.act("take away", "s0:00000", code="Flights")
    assert codings(terms) == {("s0:00000", "Trust / Rumours")}


def test_no_code_takes_away_what_was_given(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"], stay=True)
    browser.act("no code", "s0:00000")
    assert codings(terms) == set()
    assert log_of(terms)[-1].verdict is Verdict.NO_CODE


def test_a_deferred_segment_is_left_until_it_is_looked_for(browser: Browser):
    assert browser.act("defer", "s0:00000")["at"] == "s0:00003"
    assert "1 found" in browser.get("/?state=deferred").text
    assert browser.act("give", "s0:00003", codes=["Trust"])["at"] == "s0:00006"


def test_a_flag_is_set_and_taken_away(browser: Browser):
    assert "⚑ flagged" in browser.act("flag", "s0:00000")["parts"]["segment"]
    assert "⚑ flagged" not in browser.act("flag", "s0:00000")["parts"]["segment"]


def test_a_memo_stands_until_it_is_emptied(terms: Terms, browser: Browser):
    browser.act("memo", "s0:00000", kind="segment", subject="s0:00000", text="  look at the road  ")
    assert "look at the road" in browser.get("/?at=s0:00000").text
    browser.act("memo", "s0:00000", kind="segment", subject="s0:00000", text="")
    assert "look at the road" not in browser.get("/?at=s0:00000").text
    with Project(terms.study.folder / FILE_NAME) as project:
        assert [memo.text for memo in project.memos()] == ["look at the road", ""]


def test_an_excerpt_counts_code_points(terms: Terms, browser: Browser):
    with Project(terms.study.folder / FILE_NAME) as project:
        segment = project.reading.segment(SegmentId("s0:00000"))
    start = segment.start + segment.text.index("the convoy")
    told = browser.act("bounds", "s0:00000", start=start, end=start + len("the convoy drove"))
    assert "The excerpt is now: the convoy drove" in told["words"]
    assert f'<mark data-from="{start}">the convoy drove</mark>' in told["parts"]["segment"]
    assert log_of(terms)[0].bounds == (start, start + 16)


@pytest.mark.parametrize(
    ("start", "end"), [(5, 5), (9, 3), (-1, 4), (0, 10**9), (None, 3), (1.5, 4), (True, 5), (0, 2)],
    ids=["empty", "backwards", "below", "beyond", "nothing", "half", "a truth", "elsewhere"],
)  # fmt: skip
def test_an_impossible_excerpt_is_refused(terms: Terms, browser: Browser, start: object, end: object):
    answer = browser.send("bounds", "s0:00006", start=start, end=end)
    assert answer.status_code == 409
    assert answer.json()["remedy"]
    assert log_of(terms) == ()


# --- undo and redo ---


def test_undo_takes_back_and_brings_the_item_back_and_redo_does_again(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    browser.act("memo", "s0:00003", kind="segment", subject="s0:00003", text="hm")
    told = browser.act("undo", "s0:00006")
    assert (told["at"], told["words"]) == ("s0:00003", "Undone: memo on a segment.")
    told = browser.act("undo", "s0:00003")
    assert (told["at"], told["words"]) == ("s0:00000", "Undone: Flights accepted.")
    assert codings(terms) == set()
    assert browser.send("undo").status_code == 409
    assert browser.act("redo")["words"] == "Done again: Flights accepted."
    assert codings(terms) == {("s0:00000", "Flights")}
    browser.act("redo")
    assert "hm" in browser.get("/?at=s0:00003").text


def test_undo_reaches_back_over_a_restart(terms: Terms):
    with app_of(terms) as browser:
        browser.act("give", "s0:00000", codes=["Flights"])
        browser.act("reject", "s0:00003", code="Trust")
        browser.act("undo")
    with app_of(terms) as browser:
        assert browser.act("redo")["words"] == "Done again: Trust rejected."
        browser.act("undo")
        assert browser.act("undo")["words"] == "Undone: Flights accepted."
    assert codings(terms) == set()


def test_whoever_acts_anew_has_nothing_to_redo(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    browser.act("undo")
    browser.act("no code", "s0:00000")
    assert browser.send("redo").json()["problem"] == "There is nothing to redo."


def test_the_same_undo_twice_takes_back_one_act(terms: Terms, browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    browser.act("give", "s0:00003", codes=["Trust"])
    for _ in range(2):
        browser.act("undo", key="undo-once")
    assert codings(terms) == {("s0:00000", "Flights")}


# --- in bulk ---


def test_rows_are_accepted_in_bulk_and_undone_together(terms: Terms, browser: Browser):
    rows = {"segments": ["s0:00000", "s0:00003"], "codes": ["Flights", "Trust"]}
    told = browser.act("bulk", "s0:00000", count=2, **rows)
    assert told["words"] == "2 accepted in bulk."
    assert [coding.in_bulk for coding in fold(log_of(terms))] == [True, True]
    assert len({entry.batch for entry in log_of(terms)}) == 1
    assert "in bulk" in browser.get("/?at=s0:00000").text
    assert list((terms.study.folder / "backups").glob("*.themes"))
    assert browser.act("undo")["words"] == "Undone: 2 suggestions accepted in bulk."
    assert codings(terms) == set()


def test_a_count_that_was_not_confirmed_is_refused(terms: Terms, browser: Browser):
    answer = browser.send("bulk", count=3, segments=["s0:00000"], codes=["Flights"])
    assert answer.status_code == 409
    assert log_of(terms) == ()


def test_the_rows_of_the_batch_view_are_open_ones_with_a_suggestion(browser: Browser):
    browser.act("give", "s0:00000", codes=["Flights"])
    html = browser.client.get("/bulk").json()["html"]
    assert 'data-segment="s0:00000"' not in html
    assert 'data-segment="s0:00003" data-code="Trust"' in html


# --- batches ---


def first_reading(browser: Browser) -> None:
    for segment in ("s0:00000", "s0:00003", "s0:00006", "s0:00009"):
        browser.act("no code", segment)


def test_after_the_first_reading_a_batch_is_drawn_and_noted_before_it_is_seen(terms: Terms, browser: Browser):
    first_reading(browser)
    assert "The first reading is finished" in browser.get("/").text
    told = browser.act("next batch")
    with Project(terms.study.folder / FILE_NAME) as project:
        draws = project.draws("anna")
    assert told["at"] in {draw.segment for draw in draws}
    assert "Batch 1" in told["parts"]["queue"]
    audit = [draw for draw in draws if draw.why == "audit"]
    assert audit
    assert all(draw.blind and draw.open == 26 for draw in audit)
    assert all(draw.chance is None for draw in draws if draw.why == "doubt")


def audited(terms: Terms) -> str:
    with Project(terms.study.folder / FILE_NAME) as project:
        return next(str(draw.segment) for draw in project.draws("anna") if draw.why == "audit")


def test_an_audited_segment_is_blind_until_it_is_coded(terms: Terms, browser: Browser):
    first_reading(browser)
    browser.act("next batch")
    segment = audited(terms)
    page = browser.get(f"/?at={segment}").text
    assert "Coded blind" in page
    assert "Alternatives" not in page
    assert 'data-act="accept"' not in page
    browser.act("give", segment, codes=["Trust"])
    entry = log_of(terms)[-1]
    assert (entry.shown, entry.verdict) == (Shown.BLIND, Verdict.ASSIGN)
    assert "Alternatives" in browser.get(f"/?at={segment}").text


def test_whoever_reveals_a_suggestion_is_not_blind_any_more(terms: Terms, browser: Browser):
    first_reading(browser)
    browser.act("next batch")
    segment = audited(terms)
    told = browser.act("reveal", segment)
    assert 'data-act="accept"' in told["parts"]["card"]
    browser.act("give", segment, codes=["Trust"])
    assert log_of(terms)[-1].shown is Shown.SUGGESTION
    assert "no code" in browser.act("undo")["words"] or browser.act("redo")


def test_a_blind_segment_cannot_be_accepted_in_bulk(terms: Terms, browser: Browser):
    first_reading(browser)
    browser.act("next batch")
    answer = browser.send("bulk", count=1, segments=[audited(terms)], codes=["Trust"])
    assert answer.status_code == 409


def test_a_batch_is_drawn_once_however_often_it_is_asked_for(terms: Terms, browser: Browser):
    first_reading(browser)
    for _ in range(3):
        browser.act("next batch")
    with Project(terms.study.folder / FILE_NAME) as project:
        assert {draw.batch for draw in project.draws("anna")} == {1}


def test_a_repeat_measures_the_coder_and_leaves_the_coding_as_it_is(tmp_path: Path):
    options = ReviewOptions(first_pass=4, size=6, repeats=1, audit_share=0)
    terms = study_in(tmp_path / "study", options=options)
    with app_of(terms) as browser:
        for segment in ("s0:00000", "s0:00003", "s0:00006", "s0:00009"):
            browser.act("give", segment, codes=["Convoys"])
        browser.act("next batch")
        with Project(terms.study.folder / FILE_NAME) as project:
            (draw,) = [one for one in project.draws("anna") if one.why == "repeat"]
        page = browser.get(f"/?at={draw.segment}").text
        assert "Code it once more without looking back" in page
        assert '<li class="mine">' not in page
        browser.act("give", str(draw.segment), codes=["Trust"])
        assert log_of(terms)[-1].shown is Shown.REPEAT
    assert (draw.segment, "Convoys") in codings(terms)
    assert (draw.segment, "Trust") not in codings(terms)


def test_a_whole_study_is_coded_batch_by_batch_to_the_end(
    terms: Terms, browser: Browser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("themes.web.house.House.refresh", lambda _: None)
    told = browser.act("next batch")
    for _ in range(200):
        told = browser.act("no code", told["at"]) if told["at"] else browser.act("next batch")
        if told["words"] == "Everything is coded.":
            break
    assert len({entry.segment for entry in log_of(terms)}) == 30
    assert "Everything is coded" in browser.get("/").text


def test_on_a_pause_the_last_and_the_first_segment_are_beside(browser: Browser):
    first, last = (browser.get(f"/item?at=&step={step}").json()["at"] for step in ("1", "-1"))
    assert (first, last) == ("s0:00000", "s2:00029")


# --- looking for segments ---


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=QUESTION", 0), ("words=answer%2012", 1), ("group=UN", 20), ("group=NGO&period=MINUSMA: first", 10),
        ("theme=T01", 15), ("state=coded", 1), ("state=open", 29), ("code=Flights&state=coded", 1), ("mission=none", 0),
        ("nonsense=1", None),
    ],
)  # fmt: skip
def test_segments_are_found(browser: Browser, query: str, found: int | None):
    browser.act("give", "s0:00000", codes=["Flights"])
    page = browser.get(f"/?{query}").text
    assert (f"<strong>{found} found</strong>" in page) if found is not None else ("First reading" in page)


def test_experience_is_told_once_there_is_enough_of_it(tmp_path: Path):
    options = ReviewOptions(first_pass=100, experience_from=3)
    terms = study_in(tmp_path / "study", options=options)
    with app_of(terms) as browser:
        segment = "s0:00000"
        for number in range(4):
            assert "Too few decisions" in browser.get(f"/?at={segment}").text or number > 2
            first = (
                browser.get(f"/?at={segment}").text.split('data-act="accept" class="yes" data-code="')[1].split('"')[0]
            )
            codes = [first] if number % 2 == 0 else ["Trust / Rumours" if first != "Trust / Rumours" else "Convoys"]
            segment = browser.act("give", segment, codes=codes)["at"]
        assert "Of 4 suggestions like this you accepted 2." in browser.get(f"/?at={segment}").text


def test_a_reflexive_study_shows_no_scores_and_no_agreement(tmp_path: Path):
    terms = study_in(tmp_path / "study", approach="reflexive")
    with app_of(terms) as browser:
        page = browser.get("/").text
    assert "Agreement" not in page
    assert "suggestions like this" not in page
    assert "points less probable" not in page


def test_what_another_program_decides_is_taken_in(terms: Terms, browser: Browser):
    browser.get("/")
    with Project(terms.study.folder / FILE_NAME) as project:
        entry = browser.act("give", "s0:00000", codes=["Flights"]) and project.decisions()[0]
        project.record_step([Memo(0, entry.at, "anna", SubjectKind.SEGMENT, "s0:00003", "from elsewhere")], "other")
        project.record(Decision(0, entry.at, "anna", Verdict.ASSIGN, SegmentId("s0:00006"), CodeId("Convoys")))
    assert "from elsewhere" in browser.get("/?at=s0:00003").text
    assert browser.act("undo")["words"] == "Undone: Convoys given."


def test_what_another_program_writes_at_the_same_moment_is_not_passed_over(terms: Terms):
    desk = Desk(terms)
    with Project(desk.path) as other:
        other.record(Decision(0, NOON, "anna", Verdict.ASSIGN, SegmentId("s0:00000"), CodeId("Convoys")))
    desk.record([Decision(0, NOON, "anna", Verdict.NO_CODE, SegmentId("s0:00003"))], "mine")
    assert [entry.id for entry in desk.log] == [1, 2]
    assert desk.coder("anna").of(SegmentId("s0:00000")).codes == ("Convoys",)
    desk.close()


def test_coders_are_blind_to_each_other_until_both_are_done(terms: Terms, browser: Browser):
    with Project(terms.study.folder / FILE_NAME) as project:
        entry = browser.act("give", "s0:00003", codes=["Trust"]) and project.decisions()[0]
        project.record(Decision(0, entry.at, "ben", Verdict.ASSIGN, SegmentId("s0:00000"), CodeId("Trust / Rumours")))
    assert "ben" not in browser.get("/?at=s0:00000").text
    browser.act("give", "s0:00000", codes=["Convoys"])
    assert "ben" in browser.get("/?at=s0:00000").text


def test_a_study_without_a_codebook_says_what_to_do(tmp_path: Path):
    whole = made(6)
    bare = type(whole)(sources=whole.sources, segments=whole.segments)
    with app_of(study_in(tmp_path / "study", bare)) as browser:
        assert "The codebook has no codes yet" in browser.get("/").text


# --- what stays blind, and what does not ---


def test_an_audited_segment_stays_blind_however_it_is_found(terms: Terms, browser: Browser):
    first_reading(browser)
    browser.act("next batch")
    segment = audited(terms)
    page = browser.get(f"/?state=open&at={segment}").text
    assert "Coded blind" in page
    assert f'data-segment="{segment}"' not in browser.client.get(f"/bulk?state=open&at={segment}").json()["html"]
    answer = browser.send("bulk", count=1, segments=[segment], codes=["Trust"], view={"state": "open"})
    assert answer.status_code == 409
    browser.act("give", segment, codes=["Trust"], view={"state": "open"})
    assert log_of(terms)[-1].shown is Shown.BLIND


def test_a_revealed_repeat_shows_everything_and_counts_as_any_decision(tmp_path: Path):
    terms = study_in(tmp_path / "study", options=ReviewOptions(first_pass=4, size=6, repeats=1, audit_share=0))
    with app_of(terms) as browser:
        for segment in ("s0:00000", "s0:00003", "s0:00006", "s0:00009"):
            browser.act("give", segment, codes=["Convoys"])
        browser.act("memo", "s0:00000", kind="segment", subject="s0:00000", text="why I said so")
        browser.act("next batch")
        with Project(terms.study.folder / FILE_NAME) as project:
            (draw,) = [one for one in project.draws("anna") if one.why == "repeat"]
        assert "Memo on this segment" not in browser.get(f"/?at={draw.segment}").text
        told = browser.act("reveal", str(draw.segment))
        assert '<li class="mine">Convoys' in told["parts"]["segment"]
        browser.act("give", str(draw.segment), codes=["Trust"])
        assert log_of(terms)[-1].shown is Shown.SUGGESTION
    assert (draw.segment, "Trust") in codings(terms)
