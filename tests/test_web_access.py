"""The review app for whoever cannot see it, or uses no mouse: what axe-core finds, where Tab leads, what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Hand, Program, running, visiting
from tests.review_app import study_in
from themes.domain import CodeId, Decision, Role, SegmentId, Verdict
from themes.project import FILE_NAME, Project

pytestmark = pytest.mark.slow


def nothing(hand: Hand) -> None:
    """The page as it comes."""
    assert not hand.page.locator("dialog[open]").count()


def opened(dialog: str, *pressed: str) -> Callable[[Hand], None]:
    """The page with that dialog, which these keys open."""

    def before(hand: Hand) -> None:
        hand.press(*pressed)
        assert hand.is_open(dialog)

    return before


def tour(hand: Hand) -> None:
    hand.press("?")
    hand.page.locator("#take-tour").focus()
    opened("tour", "Enter")(hand)


def unfolded(hand: Hand) -> None:
    """Coded, flagged, with a memo, everything unfolded and more context."""
    hand.press("f", "m")
    hand.type("a memo")
    hand.press("Control+Enter", "c", "Shift+Enter", "w", " ")
    hand.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert hand.page.locator(".margin li").count() == 1


def refused(hand: Hand) -> None:
    hand.press("Z")
    assert hand.page.locator("#trouble").is_visible()


def paused(hand: Hand) -> None:
    hand.press(*"nnnn")
    assert "finished" in hand.text("#segment")


def named(hand: Hand) -> None:
    hand.page.locator("#theme-name").fill("Roads")
    hand.page.locator("[data-split]").first.check()


def adding(hand: Hand) -> None:
    hand.page.locator("[data-open=add]").click()
    assert hand.is_open("add")


def before_it_is_saved(hand: Hand) -> None:
    hand.page.locator("#definition").fill("Only flights by night.")
    hand.page.locator("[data-form=redefine] button").click()
    hand.until("document.getElementById('sure').open")


def reckoned(hand: Hand) -> None:
    hand.until("!document.querySelector('#figures[aria-busy]')")
    assert "ben and cleo" in hand.text("#figures")


def noted(hand: Hand) -> None:
    hand.page.locator("#study-memo").fill("It is about roads.")
    hand.page.keyboard.press("Control+Enter")
    hand.says("Memo kept.")
    hand.page.locator(".sources > summary").click()


PAGES: dict[str, tuple[str, Callable[[Hand], None]]] = {
    "review": ("/?at=s0:00000", nothing),
    "review, unfolded": ("/?at=s0:00003", unfolded),
    "review, help": ("/?at=s0:00000", opened("help", "?")),
    "review, picker": ("/?at=s0:00000", opened("picker", "c")),
    "review, batch view": ("/?at=s0:00006", opened("bulk", "v", " ", "j", " ", "a")),
    "review, tour": ("/?at=s0:00000", tour),
    "review, a refusal": ("/?at=s0:00000", refused),
    "review, nothing found": ("/?words=zzz", nothing),
    "review, a pause": ("/?at=s0:00000", paused),
    "candidate themes": ("/themes", named),
    "codebook": ("/codebook?at=Flights", nothing),
    "codebook, adding": ("/codebook", adding),
    "codebook, before it is saved": ("/codebook?at=Flights", before_it_is_saved),
    "agreement": ("/agreement", reckoned),
    "adjudicate": ("/adjudicate?at=s1:00028", nothing),
    "prevalence": ("/prevalence?basis=machine&by=period", nothing),
    "memos": ("/memos", noted),
    "no such page": ("/nothing", nothing),
}
"""Every page, and what is done there before it is looked at; a new page is added here."""

_AXE = Path("axe.min.js")
_WIDE = """[...document.querySelectorAll("html, .pane, dialog[open]")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.id || one.tagName)"""
_RUN = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    folder = tmp_path / "study"
    study_in(folder)
    disputed(folder)
    with (folder / "study.toml").open("a") as file:
        file.write("[options.review]\nfirst_pass = 4\nsize = 6\n")
    with running(folder) as started:
        yield started


def disputed(folder: Path) -> None:
    """A segment of which two coders say different things."""
    with Project(folder / FILE_NAME) as project:
        for coder, code in (("ben", "Flights"), ("cleo", "Trust / Rumours")):
            segment = SegmentId("s1:00028")
            project.record(Decision(0, datetime.now(UTC), coder, Verdict.ASSIGN, segment, CodeId(code)))


def axe() -> str:
    """axe-core's own text, which a package carries."""
    import axe_playwright_python  # noqa: PLC0415  only this test needs it

    (found,) = Path(axe_playwright_python.__file__).parent.rglob(_AXE.name)
    return found.read_text(encoding="utf-8")


def findings(hand: Hand) -> list[str]:
    """The serious and critical findings of axe-core on the page as it is, in a line each."""
    return [
        f"{one['id']} ({one['impact']}): {one['help']} {[node['html'][:160] for node in one['nodes']]}"
        for one in hand.page.evaluate(_RUN)
        if one["impact"] in ("serious", "critical")
    ]


def in_both_lights(hand: Hand, name: str) -> dict[str, list[str]]:
    """What axe-core finds on the page as it is, in light and in dark."""
    found = {}
    hand.page.evaluate(axe())
    for light in ("light", "dark"):
        hand.page.emulate_media(color_scheme=light)
        found[f"{name}, {light}"] = findings(hand)
    return found


def test_axe_finds_nothing_serious_on_any_page(chromium: Any, program: Program):
    found: dict[str, list[str]] = {}
    # the app's policy forbids scripts that are not its own, and axe-core is one
    with visiting(chromium, strict=False, bypass_csp=True) as hand:
        hand.page.goto(f"{program.home}/")
        found |= in_both_lights(hand, "closed")
        hand.open(program.address)
        for name, (path, before) in PAGES.items():
            hand.open(program.home + path)
            before(hand)
            found |= in_both_lights(hand, name)
        assert hand.astray == []
    assert {name: one for name, one in found.items() if one} == {}


def test_no_page_is_wider_than_its_window_whole_or_at_200_percent(chromium: Any, program: Program):
    wide: dict[str, object] = {}
    with visiting(chromium, strict=False) as hand:
        hand.open(program.address)
        for name, (path, before) in PAGES.items():
            hand.open(program.home + path)
            before(hand)
            for width, height in ((1280, 720), (640, 360)):
                hand.page.set_viewport_size({"width": width, "height": height})
                wide[f"{name}, {width}"] = hand.page.evaluate(_WIDE)
    assert {name: one for name, one in wide.items() if one} == {}


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)], ids=["whole", "at 200% zoom"])
def test_the_segment_and_its_acts_are_in_sight(chromium: Any, program: Program, size: tuple[int, int]):
    with visiting(chromium, viewport={"width": size[0], "height": size[1]}) as hand:
        hand.open(program.address)
        hand.press("j", "j")
        for part in ("#segment mark", ".acts [data-act=pick]"):
            box = hand.page.locator(part).bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size[1]


def test_axe_finds_nothing_serious_on_the_pages_of_a_team(chromium: Any, tmp_path: Path):
    study_in(tmp_path / "study")
    with Project(tmp_path / "study" / FILE_NAME) as project:
        token = project.accounts.invite(Role.OWNER).token
    found: dict[str, list[str]] = {}
    with (
        running(tmp_path / "study", "--team") as program,
        visiting(chromium, strict=False, bypass_csp=True) as hand,
    ):
        for path in ("/sign-in", "/invitation?token=guessed", f"/invitation?token={token}"):
            hand.page.goto(program.home + path)
            found |= in_both_lights(hand, path)
        hand.page.locator("#name").fill("anna")
        hand.page.locator("#password").fill("a long enough one")
        with hand.page.expect_navigation():
            hand.page.keyboard.press("Enter")
        hand.open(f"{program.home}/team")
        hand.page.locator("[data-team-form] button").click()
        hand.until("!document.getElementById('told').hidden")
        hand.page.locator("[data-team=close]").click()
        assert "Press again" in hand.text("[data-team=close]")
        found |= in_both_lights(hand, "/team")
        assert hand.astray == []
    assert {path: one for path, one in found.items() if one} == {}


def test_axe_is_really_asked(chromium: Any, program: Program):
    with visiting(chromium, strict=False, bypass_csp=True) as hand:
        hand.page.goto(f"{program.home}/")
        hand.page.evaluate("document.querySelector('main').append(document.createElement('input'))")
        hand.page.evaluate(axe())
        (found,) = findings(hand)
        assert found.startswith("label (critical)")


def focused(hand: Hand) -> str:
    """What has the focus, in a word."""
    return str(
        hand.page.evaluate(
            """(({ id, dataset, parentElement, tagName, hash }) =>
                 id || dataset.act || parentElement.id || hash || tagName)(document.activeElement)"""
        )
    )


def test_tab_goes_through_the_page_in_the_order_of_the_work(chromium: Any, program: Program):
    with visiting(chromium) as hand:
        hand.open(program.address)
        hand.open(f"{program.home}/?at=s1:00001")
        assert focused(hand) == "main"
        order = []
        while "BODY" not in order and len(order) < 60:
            hand.page.keyboard.press("Tab")
            order.append(focused(hand))
        stations = ["pick", "no code", "defer", "flag", "more", "accept", "reject", "take", "why", "memo", "words"]
        places = [order.index(one) for one in stations]
        assert places == sorted(places)
        assert "BODY" in order  # nothing holds the focus for good


def test_tab_comes_first_to_a_link_that_skips_the_head(chromium: Any, program: Program):
    with visiting(chromium) as hand:
        hand.open(program.address)
        while focused(hand) != "#main":
            hand.page.keyboard.press("Shift+Tab")
        assert hand.page.locator(".skip").bounding_box()["x"] >= 0
        hand.page.keyboard.press("Shift+Tab")
        assert focused(hand) == "BODY"  # nothing stands before it
        hand.page.keyboard.press("Tab")
        hand.page.keyboard.press("Enter")
        assert focused(hand) == "main"


def test_a_dialog_takes_the_focus_and_gives_it_back(chromium: Any, program: Program):
    with visiting(chromium) as hand:
        hand.open(program.address)
        for key, dialog in (("?", "help"), ("c", "picker"), ("v", "bulk")):
            hand.open(f"{program.home}/?at=s1:00001")
            hand.press(key)
            assert hand.page.evaluate(f"document.getElementById('{dialog}').contains(document.activeElement)")
            hand.press("Escape")
            assert focused(hand) == "main"


def test_what_an_act_has_changed_is_told(chromium: Any, program: Program):
    with visiting(chromium) as hand:
        hand.open(program.address)
        hand.open(f"{program.home}/?at=s2:00005")
        hand.press("f")
        hand.says("Flagged for discussion.")
        hand.press("x")
        hand.says("Rejected: ")
        hand.press("c", "Shift+Enter")
        hand.says("Convoys.")
        hand.press("z")
        hand.says("Undone: ")
        hand.press("j")
        hand.says("First reading")
        assert hand.page.locator("#live").get_attribute("role") == "status"


def test_the_focus_stays_on_a_button_that_was_pressed(chromium: Any, program: Program):
    with visiting(chromium) as hand:
        hand.open(program.address)
        hand.open(f"{program.home}/?at=s2:00008")
        hand.page.locator("#segment [data-act=flag]").focus()
        hand.press("Enter")
        assert focused(hand) == "flag"
        hand.page.locator("#card [data-act=accept]").focus()
        hand.press("Enter")
        assert focused(hand) in ("accept", "main")
