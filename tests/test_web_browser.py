"""The review page in a real browser, by keys alone, at the real program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Hand, Program, running, visiting
from tests.review_app import made, study_in
from themes.domain import Verdict
from themes.project import Made

pytestmark = pytest.mark.slow

MIDDLE = "the convoy drove on the mined road to the north."
REFUSED = "ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)"
SIGNED_OUT, CONFLICT = "status of 401", "status of 409"


def narrowed(what: Made) -> Made:
    """The same, segments of two sources one sentence of their turns: an emoji stands before it, a sentence after it."""
    return replace(what, segments=tuple(one if one.source == "s2" else _narrow(one) for one in what.segments))


def _narrow(segment: Any) -> Any:
    start = segment.start + segment.text.index(MIDDLE)
    return replace(segment, start=start, end=start + len(MIDDLE), text=MIDDLE)


def study(folder: Path, **options: Any) -> Path:
    study_in(folder, narrowed(made(60)))
    lines = [f"{name} = {value}" for name, value in ({"first_pass": 40, "size": 6} | options).items()]
    with (folder / "study.toml").open("a") as file:
        file.write("\n".join(["[options.review]", *lines, ""]))
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with running(study(tmp_path / "study")) as started:
        yield started


@pytest.fixture
def hand(chromium: Any, program: Program) -> Iterator[Hand]:
    with visiting(chromium) as visitor:
        visitor.open(program.address)
        yield visitor


def said(program: Program, since: int = 0) -> list[tuple[str, str | None]]:
    return [(str(one.verdict), one.code) for one in program.log()[since:]]


def in_order(program: Program) -> list[str]:
    return [str(line.segment) for line in program.read(lambda project: project.reading.lines())]


def dispatch(hand: Hand, about: str) -> None:
    """A key as some keyboards send it."""
    event = f"new KeyboardEvent('keydown', {{ bubbles: true, cancelable: true, {about} }})"
    hand.page.evaluate(f"document.body.dispatchEvent({event})")
    hand.settle()


# --- a morning's work ---


def test_a_mornings_work_by_keys_alone_survives_a_kill(program: Program, hand: Hand):
    accept_and_reject(program, hand)
    say_otherwise(program, hand)
    write_and_move(program, hand)
    take_back(program, hand)
    before = program.codings()
    accept_in_bulk(program, hand)
    go_on_after_a_power_cut(program, hand, before)


def accept_and_reject(program: Program, hand: Hand) -> None:
    """Ten accepted as fast as keys go; five rejected, and each left open."""
    order = in_order(program)
    hand.press(*"a" * 10)
    assert [(one.verdict, one.segment) for one in program.log()] == [(Verdict.ACCEPT, one) for one in order[:10]]
    assert hand.at == order[10]
    hand.press(*"xjxjxjxjxj")
    assert [(one.verdict, one.segment) for one in program.log()[10:]] == [(Verdict.REJECT, one) for one in order[10:15]]
    assert len(program.codings()) == 10
    assert hand.at == order[15]


def say_otherwise(program: Program, hand: Hand) -> None:
    """Another code, found by part of its name; then no code fits."""
    order = in_order(program)
    hand.press("c")
    hand.type("rumo")
    hand.press("Enter")
    assert (order[15], "Trust / Rumours") in program.codings()
    assert len(program.codings()) == 11
    hand.press("n")
    assert (program.log()[-1].verdict, program.log()[-1].segment) == (Verdict.NO_CODE, order[16])
    assert hand.at == order[17]


def write_and_move(program: Program, hand: Hand) -> None:
    """A memo; then the excerpt grows by a word at each end."""
    hand.press("m")
    hand.type("Here a c, an a and an x are letters: naïve 🚁")
    hand.press("Control+Enter")
    assert [(one.subject, one.text) for one in program.memos()] == [
        (hand.at, "Here a c, an a and an x are letters: naïve 🚁")
    ]
    hand.press("]", "[")
    line = program.read(lambda project: project.reading.lines())[17]
    text = program.read(lambda project: project.reading.texts())[line.source]
    next_word = text[line.end :].split()[0]
    longer, both = (one.bounds for one in program.log()[17:])
    assert longer == (line.start, line.end + len(f" {next_word}"))
    assert both == (line.start - len("🚁: "), line.end + len(f" {next_word}"))
    assert text[both[0] : both[1]] == f"🚁: {MIDDLE} {next_word}"
    assert hand.text("#segment mark") == text[both[0] : both[1]]


def take_back(program: Program, hand: Hand) -> None:
    """Twelve undone: two boundaries, the memo, no code, another code, five rejected, two accepted. Three done again."""
    order = in_order(program)
    hand.press(*"z" * 12)
    assert program.memos()[-1].text == ""
    assert program.codings() == {(str(one.segment), str(one.code)) for one in program.log()[:8]}
    assert hand.at == order[8]
    hand.press("Z", "Z", "Z")
    assert program.codings() == {(str(one.segment), str(one.code)) for one in program.log()[:10]}
    assert hand.at == order[10]


def accept_in_bulk(program: Program, hand: Hand) -> None:
    """Four visible rows, after their number was confirmed."""
    before = program.codings()
    hand.press("v")
    assert hand.is_open("bulk")
    hand.press(" ", "j", " ", "j", " ", "j", " ", "a")
    assert hand.text("#bulk-said") == "Accept 4 suggestions in bulk? Press Enter to do so."
    assert program.codings() == before
    hand.press("Enter")
    assert not hand.is_open("bulk")
    rows = program.log()[-4:]
    assert len({one.batch for one in rows} - {None}) == 1
    assert program.codings() - before == {(str(one.segment), str(one.code)) for one in rows}
    assert len(program.codings()) == 14


def go_on_after_a_power_cut(program: Program, hand: Hand, before: set[tuple[str, str]]) -> None:
    """The next link goes on where all was left, and undo reaches further back."""
    n_before, codings = len(program.log()), program.codings()
    with hand.expecting(f"{REFUSED}|{SIGNED_OUT}", at_least=0):
        program.kill()
        assert (len(program.log()), program.codings()) == (n_before, codings)
        program.start()
        hand.open(program.address)
    hand.press("z")
    assert program.codings() == before
    hand.press("z", "z")
    assert len(program.codings()) == 9
    hand.press("Z", "Z", "Z")
    assert program.codings() == codings


# --- batches ---


@pytest.fixture
def batches(tmp_path: Path) -> Iterator[Program]:
    with running(study(tmp_path / "study", first_pass=4, size=6, audit_share=0.5)) as started:
        yield started


def begin_a_batch(program: Program, hand: Hand) -> set[str]:
    """The first reading done and a batch begun; its segments that are drawn for the audit."""
    hand.open(program.address)
    hand.press(*"aaaa")
    assert "The first reading is finished" in hand.text("#segment")
    hand.press("a", "n", "x", "f", "c")  # nothing is there to be decided on
    assert len(program.log()) == 4
    hand.press("Enter")
    assert "Batch 1" in hand.text("#queue .where")
    return {str(draw.segment) for draw in program.read(lambda project: project.draws("anna")) if draw.why == "audit"}


def test_a_blind_segment_shows_nothing_until_it_is_revealed(chromium: Any, batches: Program):
    with visiting(chromium) as hand:
        audited = begin_a_batch(batches, hand)
        while hand.at not in audited:
            hand.press("n")
        assert "Coded blind" in hand.text("#card")
        n_before, shown = len(batches.log()), hand.at
        hand.press("a", "1", "w")
        assert "There is no alternative" in hand.text("#trouble")
        assert len(batches.log()) == n_before
        hand.press("r")
        assert (batches.log()[-1].verdict, hand.at) == (Verdict.REVEAL, shown)
        hand.press("a")
        assert (batches.log()[-1].verdict, batches.log()[-1].segment) == (Verdict.ACCEPT, shown)


def test_the_pause_between_batches_goes_by_keys(chromium: Any, batches: Program):
    with visiting(chromium) as hand:
        begin_a_batch(batches, hand)
        hand.press(*"n" * 6)
        assert "Batch 1 is finished" in hand.text("#segment")
        last = str(batches.log()[-1].segment)
        hand.press("z")
        assert hand.at == last
        hand.press("Z")
        hand.open(batches.home + "/")
        assert "Batch 1 is finished" in hand.text("#segment")
        hand.press("j")
        assert "Batch 2" in hand.text("#queue .where")


# --- keys that are letters ---


def test_keys_are_letters_where_one_writes_and_while_a_word_is_composed(program: Program, hand: Hand):
    hand.press("/")
    hand.type("anxzcf[]Z")
    hand.press("Escape")
    for composing in ("isComposing: true", "keyCode: 229", "ctrlKey: true", "metaKey: true"):
        dispatch(hand, f"key: 'a', {composing}")
    hand.press("Backspace", "Delete")
    assert program.log() == ()
    dispatch(hand, "key: 'a'")
    assert [one.verdict for one in program.log()] == [Verdict.ACCEPT]


def test_signs_that_need_another_key_to_type_still_move_the_excerpt(program: Program, hand: Hand):
    dispatch(hand, "key: ']', altKey: true")
    dispatch(hand, "key: '[', ctrlKey: true, altKey: true, modifierAltGraph: true")
    assert [one.verdict for one in program.log()] == [Verdict.BOUNDS] * 2


def test_an_excerpt_over_several_turns_counts_what_stands_between_them(chromium: Any, tmp_path: Path):
    what = made(30)
    first = what.segments[0]
    text = what.sources[0].text
    end = text.index(" Then it stopped.", first.end + 100)  # in the participant's next turn but one
    longer = replace(first, end=end, text=text[first.start : end])
    study_in(tmp_path / "study", replace(what, segments=(longer, *what.segments[1:])))
    with running(tmp_path / "study") as program, visiting(chromium) as hand:
        hand.open(program.address)
        assert hand.page.locator("#segment mark").count() > 1
        hand.press("]")
        assert program.log()[-1].bounds == (first.start, end + len(" Then"))
        hand.press("}", "}")
        assert program.log()[-1].bounds == (first.start, text.rindex(" ", 0, end))


def test_caps_lock_does_not_turn_undo_into_redo(program: Program, hand: Hand):
    hand.press("a")
    dispatch(hand, "key: 'Z', modifierCapsLock: true")
    assert program.codings() == set()


def test_a_key_can_be_changed_and_one_that_is_taken_is_refused(program: Program, hand: Hand):
    hand.press("?")
    assert hand.is_open("help")
    button = hand.page.locator("[data-binds=accept]")
    button.focus()
    hand.press("Enter", "x")
    assert hand.text("#key-trouble") == "x already means: reject the suggestion. Give that another key first."
    assert button.inner_text() == "a"
    hand.press("Enter", "Backspace")
    assert hand.text("#key-trouble") == "Backspace cannot be given to an act."
    hand.press("Enter", "Escape")
    assert (hand.is_open("help"), button.inner_text()) == (True, "a")
    hand.press("Enter", "Shift", "Q")
    assert (hand.text("#key-trouble"), button.inner_text()) == ("", "Q")
    hand.press("Escape")
    assert not hand.is_open("help")
    hand.press("a")
    assert program.log() == ()
    hand.press("Q")
    assert len(program.log()) == 1
    assert hand.text("#card [data-act=accept]") == "Accept Q"


# --- the memo ---


def test_a_memo_that_is_typed_and_not_kept_is_kept_when_the_coder_goes_on(program: Program, hand: Hand):
    first = hand.at
    hand.press("m")
    hand.type("typed")
    hand.page.evaluate("document.activeElement.blur()")
    hand.press("j")
    assert [(one.subject, one.text) for one in program.memos()] == [(first, "typed")]
    second = hand.at
    hand.press("m")
    hand.type("left")
    hand.page.goto(program.home + "/?words=Answer")  # the page is left while the memo has the focus
    hand.settle()
    hand.finds(lambda: [(one.subject, one.text) for one in program.memos()][1:], [(second, "left")])


def test_a_memo_begun_while_an_act_is_under_way_is_about_the_next_segment(program: Program, hand: Hand):
    order = in_order(program)
    hand.page.route("**/acts", lambda route: (hand.page.wait_for_timeout(300), route.continue_()))
    for key in "amnot":
        hand.page.keyboard.press(key)
    hand.settle()
    hand.press("Control+Enter")
    assert said(program) == [("accept", program.log()[0].code)]
    assert [(one.subject, one.text) for one in program.memos()] == [(order[1], "not")]


# --- the server is down ---


def test_an_act_made_while_the_server_is_down_is_done_once_when_another_tab_opens_the_new_link(
    program: Program, hand: Hand
):
    first, second = in_order(program)[:2]
    program.kill()
    with hand.expecting(f"{REFUSED}|{SIGNED_OUT}"):
        for key in "aann":
            hand.page.keyboard.press(key)
            hand.page.wait_for_timeout(60)
        hand.until("document.getElementById('trouble').textContent.includes('sent as soon as')")
        program.start()
        other = hand.page.context.new_page()
        other.goto(program.address)
        hand.settle()
    assert [(str(one.verdict), one.segment) for one in program.log()] == [("accept", first)]
    assert hand.at == second
    assert hand.page.locator("#trouble").is_hidden()


def test_an_act_made_while_the_server_is_down_is_done_once_when_the_same_tab_opens_the_new_link(
    program: Program, hand: Hand
):
    first = hand.at
    program.stop()
    with hand.expecting(f"{REFUSED}|{SIGNED_OUT}"):
        hand.page.keyboard.press("n")
        hand.until("document.getElementById('trouble').textContent.includes('sent as soon as')")
        program.start()
        hand.until("document.getElementById('trouble').textContent.includes('does not know this tab')")
        hand.open(program.address)
    assert [(str(one.verdict), one.segment) for one in program.log()] == [("no code", first)]
    assert hand.page.evaluate("sessionStorage.getItem('themes-unsent')") is None
    hand.page.reload()
    hand.settle()
    assert len(program.log()) == 1


def test_an_act_whose_answer_was_lost_is_sent_again_and_done_once(program: Program, hand: Hand):
    lost = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    hand.page.route("**/acts", lose)
    with hand.expecting("ERR_FAILED"):
        hand.press("a")
    assert lost == [200]
    assert len(program.log()) == 1
    assert hand.at == in_order(program)[1]


def test_a_memo_written_while_the_server_is_down_is_not_lost(program: Program, hand: Hand):
    at = hand.at
    hand.press("m")
    program.kill()
    hand.type("written in the dark")
    with hand.expecting(f"{REFUSED}|{SIGNED_OUT}"):
        hand.page.keyboard.press("Control+Enter")
        hand.until("!document.getElementById('trouble').hidden")
        program.start()
        hand.open(program.address)
    assert [(one.subject, one.text) for one in program.memos()] == [(at, "written in the dark")]


def test_a_refusal_is_shown_until_the_next_act(hand: Hand):
    with hand.expecting(CONFLICT):
        hand.press("z")
    hand.page.wait_for_timeout(2500)  # the page asks after the machine meanwhile
    assert "There is nothing to undo." in hand.text("#trouble")
    hand.press("j")
    assert hand.page.locator("#trouble").is_hidden()


# --- looking around ---


def test_the_tour_has_five_steps_is_shown_once_and_can_be_skipped(chromium: Any, program: Program):
    with visiting(chromium, toured=False) as hand:
        hand.open(program.address)
        places = []
        for _ in range(5):
            places.append(hand.text("#tour-place"))
            hand.press("Enter")
        assert places == [f"{step} of 5" for step in range(1, 6)]
        assert not hand.is_open("tour")
        hand.page.evaluate("localStorage.clear()")
        hand.page.reload()
        hand.settle()
        assert hand.is_open("tour")
        hand.press("Escape")
        hand.page.reload()
        hand.settle()
        assert not hand.is_open("tour")
        hand.press("a")
    assert len(program.log()) == 1


def test_segments_are_searched_and_filtered_by_keys(program: Program, hand: Hand):
    hand.press("/")
    hand.type("ANSWER 14 ")
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.settle()
    assert "1 found" in hand.text("#queue")
    hand.press("a")
    assert "Nothing open is left here" in hand.text("#segment")
    assert len(program.log()) == 1
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.settle()
    assert "First reading" in hand.text("#queue")
    hand.press("/", "Tab", "Enter")  # the filters unfold
    hand.page.locator("#by-group").focus()
    hand.type("UN")
    hand.page.keyboard.press("Tab")
    hand.page.locator("#filters button").focus()
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.settle()
    assert "40 found" in hand.text("#queue")


def test_light_and_dark_are_chosen_and_stay_chosen(chromium: Any, program: Program):
    with visiting(chromium, color_scheme="light") as hand:
        hand.open(program.address)
        paper = "getComputedStyle(document.body).backgroundColor"
        light = hand.page.evaluate(paper)
        hand.page.locator("#light").focus()
        hand.press("Enter")
        dark = hand.page.evaluate(paper)
        assert dark != light
        hand.page.reload()
        assert hand.page.evaluate(paper) == dark


def test_context_grows_and_stays_while_the_segment_does(hand: Hand):
    few = hand.page.locator(".turn").count()
    hand.press(" ")
    many = hand.page.locator(".turn").count()
    assert many > few
    hand.press("]", "f")
    assert hand.page.locator(".turn").count() == many
    hand.press("j", "k")
    assert hand.page.locator(".turn").count() == few
    hand.press(" ")
    assert hand.page.locator(".turn").count() == many


# --- the guard of these tests ---


def test_whatever_a_page_asks_of_another_host_is_noticed_and_goes_nowhere(chromium: Any, program: Program):
    with visiting(chromium, strict=False, bypass_csp=True) as hand:
        hand.open(program.address)
        hand.page.evaluate(
            """() => {
              const style = document.createElement("style");
              style.textContent = '@import url("http://elsewhere.example/a.css");';
              document.head.append(style);
              new Image().src = "https://elsewhere.example/b.png";
              new WebSocket("wss://elsewhere.example/c");
              fetch("http://127.0.0.2/d").catch(() => {});
            }"""
        )
        hand.finds(
            lambda: sorted(hand.astray),
            [
                "http://127.0.0.2/d", "http://elsewhere.example/a.css", "https://elsewhere.example/b.png",
                "wss://elsewhere.example/c",
            ],
        )  # fmt: skip
