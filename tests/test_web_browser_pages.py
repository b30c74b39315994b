"""The other pages of the review app in a real browser, by keys alone, at the real program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Hand, Program, running, visiting
from tests.review_app import study_in
from themes.domain import CONSENSUS, Role
from themes.project import FILE_NAME, Project
from themes.review import fold

pytestmark = pytest.mark.slow

PASSWORD = "a long enough one"  # noqa: S105  of nobody
SEGMENT = "s0:00000"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    folder = tmp_path / "study"
    study_in(folder)
    with running(folder) as started:
        yield started


@pytest.fixture
def hand(chromium: Any, program: Program) -> Iterator[Hand]:
    with visiting(chromium) as visitor:
        visitor.open(program.address)
        yield visitor


def go(hand: Hand, program: Program, path: str) -> None:
    """Opens a page of the app, and waits until its scripts have run."""
    hand.open(program.home + path)
    hand.page.wait_for_load_state("load")


def write(hand: Hand, field: str, words: str) -> None:
    """Other words into a field, by keys."""
    hand.page.locator(field).focus()
    hand.page.keyboard.press("Control+a")
    hand.type(words)


def shows(hand: Hand, part: str, words: str) -> None:
    """Waits until a part of the page says that, in capitals or not."""
    hand.finds(lambda: words.casefold() in hand.text(part).casefold(), True)


# --- candidate themes, the codebook, memos ---


def test_a_theme_is_named_merged_and_both_undone(program: Program, hand: Hand):
    go(hand, program, "/themes")
    write(hand, "#theme-name", "Roads")
    hand.press("Enter")
    shows(hand, "#theme h1", "Roads")
    hand.page.locator("[data-form=merge] button").focus()
    hand.press("Enter")
    shows(hand, "#theme .kicker", "30 segments")
    hand.until("!document.activeElement.matches('body')")  # the focus is not lost with the part that was replaced
    hand.page.locator("#main").focus()
    hand.press("z")
    hand.says("Undone")
    shows(hand, "#theme .kicker", "15 segments")
    hand.press("z")
    shows(hand, "#theme h1", "convoy")
    acts = [(str(one.act), one.undoes is not None) for one in program.read(lambda project: project.theme_decisions())]
    assert acts == [("name", False), ("merge", False), ("undo", True), ("undo", True)]
    hand.press("j")
    hand.until("document.querySelector('.two')?.dataset.at === 'T02'")


def test_a_code_is_defined_anew_after_what_it_puts_in_doubt_was_shown_and_undone(program: Program, hand: Hand):
    hand.press("c")
    hand.type("Flights")
    hand.press("Enter")
    go(hand, program, "/codebook?at=Flights")
    write(hand, "#definition", "Only flights by night.")
    hand.page.locator("[data-form=redefine] button").focus()
    hand.press("Enter")
    hand.until("document.getElementById('sure').open")
    assert hand.text("#sure-words").startswith("1 coding by 1 coder in 1 source comes into doubt")
    assert hand.page.evaluate("document.activeElement.id") == "sure-save"
    assert program.read(lambda project: project.codebook_edits()) == ()
    write(hand, "#sure-reason", "They all fly by night")
    hand.press("Tab", "Enter")
    shows(hand, "#tree", "1 of your judgements")
    (edit,) = program.read(lambda project: project.codebook_edits())
    assert (edit.reason, edit.made[0].definition) == ("They all fly by night", "Only flights by night.")
    hand.press("z")
    hand.finds(lambda: hand.page.locator("#definition").input_value(), "What is said of Flights.")
    assert "in doubt" not in hand.text("#tree")


def test_a_theme_is_adopted_as_a_code(program: Program, hand: Hand):
    go(hand, program, "/themes?at=T02")
    hand.page.locator("text=Adopt as a code").focus()
    hand.page.keyboard.press("Enter")
    hand.until("document.getElementById('add')?.open")
    write(hand, "#add-name", "Flights")
    with hand.expecting("status of 409"):  # a name that is taken
        hand.press("Enter")
        hand.until("document.querySelector('dialog[open] #trouble')?.hidden === false")
    write(hand, "#add-name", "Roads")
    hand.press("Enter")
    hand.until("document.getElementById('sure').open")
    hand.press("Enter")
    shows(hand, "#code h1", "Roads")
    (edit,) = program.read(lambda project: project.codebook_edits())
    assert (edit.made[0].id, edit.reason) == ("Roads", "adopted from candidate theme T02")


def test_memos_are_written_on_a_theme_and_on_the_study(program: Program, hand: Hand):
    go(hand, program, "/themes?at=T02")
    write(hand, "#subject-memo", "Two things in one?")
    hand.press("Control+Enter")
    hand.says("Memo kept.")
    go(hand, program, "/memos")
    write(hand, "#study-memo", "It is all about z and a.")
    hand.page.keyboard.press("Tab")
    hand.says("Memo kept.")
    kept = [(str(one.kind), one.subject, one.text) for one in program.memos()]
    assert kept == [("theme", "T02", "Two things in one?"), ("study", "", "It is all about z and a.")]
    go(hand, program, "/memos?words=things")
    assert "Two things in one?" in hand.text(".memos")


# --- a team ---


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Program]:
    folder = tmp_path / "study"
    study_in(folder)
    with running(folder, "--team") as started:
        yield started


def invited(team: Program, role: Role) -> str:
    """The address of an invitation."""
    with Project(team.study / FILE_NAME) as project:
        return f"{team.home}/invitation?token={project.accounts.invite(role).token}"


def come_in(hand: Hand, address: str, name: str) -> None:
    """By an invitation, with keys."""
    hand.open(address)
    write(hand, "#name", name)
    hand.press("Tab")
    hand.type(PASSWORD)
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.settle()


def give(hand: Hand, team: Program, code: str) -> None:
    hand.open(f"{team.home}/?at={SEGMENT}")
    hand.press("c")
    hand.type(code)
    hand.press("Enter")


def test_a_team_codes_blind_sees_each_other_and_resolves(chromium: Any, team: Program):
    with visiting(chromium) as ben, visiting(chromium) as cleo, visiting(chromium) as dora:
        come_in(ben, invited(team, Role.CODER), "ben")
        give(ben, team, "Flights")
        come_in(cleo, invited(team, Role.CODER), "cleo")
        cleo.open(f"{team.home}/?at={SEGMENT}")
        assert "ben" not in cleo.text("body")
        give(cleo, team, "Convoys")
        cleo.open(f"{team.home}/?at={SEGMENT}")
        assert "ben" in cleo.text("#segment")
        come_in(dora, invited(team, Role.ADJUDICATOR), "dora")
        dora.open(f"{team.home}/adjudicate?at={SEGMENT}")
        dora.page.locator("[name=code][value=Flights]").focus()
        dora.press("Space")
        dora.page.locator("[data-resolve] button").focus()
        with dora.page.expect_navigation():
            dora.page.keyboard.press("Enter")
        assert "resolved as Flights" in dora.text("main")
    standing = team.read(lambda project: {(one.coder, one.code) for one in fold(project.decisions())})
    assert standing == {("ben", "Flights"), ("cleo", "Convoys"), (CONSENSUS, "Flights")}


def test_an_act_of_a_tab_whose_owner_went_is_never_done_as_somebody_else(chromium: Any, team: Program):
    with visiting(chromium) as hand:
        come_in(hand, invited(team, Role.CODER), "ben")
        hand.open(f"{team.home}/?at={SEGMENT}")
        other = Hand(hand.page.context.new_page())
        come_in(other, invited(team, Role.CODER), "cleo")
        with hand.expecting("status of 401"):
            hand.page.keyboard.press("n")
            hand.until("document.getElementById('trouble').textContent.startsWith('This page is ben’s, and cleo')")
            assert team.log() == ()
            other.open(f"{team.home}/sign-in")
            write(other, "#name", "ben")
            other.press("Tab")
            other.type(PASSWORD)
            with other.page.expect_navigation():
                other.page.keyboard.press("Enter")
            hand.settle()
    assert [(one.coder, str(one.verdict), one.segment) for one in team.log()] == [("ben", "no code", SEGMENT)]
