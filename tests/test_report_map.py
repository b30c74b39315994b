"""The map of segments: what it holds of whom, what its filters may count, and a hand that walks it in a browser."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.attacked_study import CLOSED, attacked
from tests.report_fiction import fiction, grown, rendered
from themes.domain import Segment, SourceKind
from themes.report import Material, ReportOptions
from themes.report.annotations import annotated
from themes.report.cells import counts
from themes.report.figures.segments import segments
from themes.report.guarding import guarded
from themes.report.page import page
from themes.report.places import draw
from themes.report.quotes import attribution, reference


def told(material: Material, **options: Any) -> dict[str, Any]:
    """What the page holds of the points."""
    chosen = ReportOptions(**options)
    drawn = draw(material, chosen)
    assert drawn is not None
    found: dict[str, Any] = json.loads(annotated(material, drawn, counts(material, chosen.least), chosen).script)
    return found


def quotes(found: dict[str, Any]) -> list[list[Any]]:
    return [quote for layer in found["layers"] for quote in layer["quotes"] if quote]


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


# --- what it holds ---


def test_a_quote_on_the_map_is_cut_attributed_and_found_again_as_everywhere(material: Material) -> None:
    found = told(material, quote_words=10)
    known = {
        (attribution(one, material.source[one.source], True), reference(one, material.source[one.source])): one
        for one in material.segments
    }
    assert quotes(found)
    for text, who, where, _ in quotes(found):
        segment = known[found["names"][who], where]
        assert text.removesuffix(" […]").split() == segment.text.split()[:10]
        assert text.endswith(" […]") is (len(segment.text.split()) > 10)


def test_who_is_not_for_quotation_has_neither_words_nor_group_on_the_map(material: Material) -> None:
    closed = [one for one in material.segments if one.source in material.withheld]
    found = told(material)
    points = [one for layer in found["layers"] for one in zip(layer["quotes"], layer["groups"], strict=True)]
    assert len([quote for quote, _ in points if quote == 0]) == len(closed) > 0
    assert {group for quote, group in points if quote == 0} == {-1}
    assert CLOSED not in json.dumps(told(attacked(0)))


@pytest.mark.parametrize("audience", ["team", "public"])
def test_for_others_the_map_quotes_mandates_only_and_offers_no_choice_of_groups(audience: str) -> None:
    shown = guarded(attacked(1), ReportOptions(audience=audience))
    found = told(shown, audience=audience)
    mandates = [one for one in shown.segments if one.kind is SourceKind.MANDATE]
    assert sorted(where for _, _, where, _ in quotes(found)) == sorted(one.id for one in mandates)
    assert {"groups", "missions"}.isdisjoint(key for layer in found["layers"] for key in layer)
    assert '<select id="map-' not in page(shown, ReportOptions(audience=audience))


def test_words_that_would_end_the_script_are_escaped_and_read_back(material: Material) -> None:
    hostile = "</script><!-- \u2028 & \u2029 <b>"
    changed = grown(material, segments=tuple(replace(one, text=hostile) for one in material.segments))
    html = rendered(changed)
    script = re.findall(r'<script type="application/json" id="map-points">(.*?)</script>', html, re.DOTALL)[0]
    assert not re.search("[<>&\u2028\u2029]", script)
    read = {quote[0] for layer in json.loads(script)["layers"] for quote in layer["quotes"] if quote}
    assert read == {" ".join(hostile.split())}


def test_the_page_stays_bounded_however_many_points_there_are(material: Material) -> None:
    long = grown(material, segments=tuple(replace(one, text="word " * 200) for one in material.segments))
    drawn = draw(long, ReportOptions())
    assert drawn is not None
    least, options = counts(long, 3), ReportOptions()
    assert annotated(long, drawn, least, options).words == 40
    assert annotated(long, replace(drawn, drawn=6000), least, options).words == 20
    assert annotated(long, replace(drawn, drawn=20_000), least, options).words == 12


# --- what its filters may count ---


def pairs(material: Material, segments: list[Segment]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in segments:
        if one.kind is not SourceKind.MANDATE and one.source not in material.withheld:
            found.setdefault((one.actor_group.split(" / ")[0], one.mission), set()).add(one.participant)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_no_choice_counts_fewer_people_than_the_page_allows(seed: int) -> None:
    study = attacked(seed)
    chosen = ReportOptions()
    drawn = draw(study, chosen)
    assert drawn is not None
    found = annotated(study, drawn, counts(study, chosen.least), chosen)
    script = json.loads(found.script)
    hidden = {tuple(one) for one in script["hidden"]}
    people = pairs(study, list(study.segments))
    names = {"unspecified": "group unspecified"}
    missions = {"unspecified": "mission unspecified"}
    for (group, mission), voices in people.items():
        if names.get(group, group) in found.groups and missions.get(mission, mission) in found.missions:
            place = (found.groups.index(names.get(group, group)), found.missions.index(missions.get(mission, mission)))
            assert len(voices) >= chosen.least or place in hidden


@pytest.mark.parametrize("seed", range(12))
def test_what_a_choice_hides_is_not_what_the_others_leave_over(seed: int) -> None:
    """A hidden mission of a group is never the only one: the group less its other missions would be its number."""
    found = told(attacked(seed))
    crossed = {tuple(one) for one in found["hidden"] if min(one) >= 0}
    there = Counter(
        (group, mission)
        for layer in found["layers"]
        for group, mission in zip(layer.get("groups", ()), layer.get("missions", ()), strict=True)
    )
    for group in {group for group, _ in crossed if [group, -1] not in found["hidden"]}:
        others = [pair for pair in there if pair[0] == group and (pair in crossed or pair[1] == -1)]
        assert len(others) > 1


def test_a_study_that_hides_nothing_hides_no_choice(material: Material) -> None:
    found = told(material, min_participants=1)
    assert found["hidden"] == []
    groups = Counter(group for layer in found["layers"] for group in layer["groups"])
    open_talk = [one for one in material.segments if one.source not in material.withheld]
    assert sum(number for group, number in groups.items() if group >= 0) == len(open_talk)


# --- the figure for print ---


def test_the_printed_map_states_how_many_lie_in_a_theme_and_draws_a_bounded_sample() -> None:
    study = fiction(1700)
    made = segments(study, counts(study, 1))
    assert made is not None
    left = len(study.segments) - len(study.theme_of)
    assert f"{left} segments are in no candidate theme." in made.alt
    assert f"({len(study.themes[0].segments)})" in made.alt
    assert len(made.table.rows) == 1500
    assert made.caption.startswith("An even sample of 1,500 out of 1,700 segments.")


def test_where_too_few_people_speak_no_map_is_printed_and_nothing_can_be_chosen(material: Material) -> None:
    assert segments(material, counts(material, 1000)) is None
    found = told(material, min_participants=1000)
    assert found["counted"] is False
    assert all("groups" not in layer for layer in found["layers"])


# --- in a browser ---


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "index.html"
    path.write_text(rendered(fiction(), min_participants=1), encoding="utf-8")
    return path


SPOT = """
() => {
  const [x, y] = document.querySelector('.stage polyline').getAttribute('points').split(' ');
  const canvas = document.querySelector('.stage canvas'), form = document.querySelector('.stage svg').viewBox.baseVal;
  canvas.scrollIntoView({block: 'start', behavior: 'instant'});
  const box = canvas.getBoundingClientRect(), ratio = Math.min(box.width / form.width, box.height / form.height);
  return [box.left + (box.width - form.width * ratio) / 2 + x * ratio,
          box.top + (box.height - form.height * ratio) / 2 + y * ratio];
}
"""
"""Where the first mark of the first layer stands in the window."""


def pointed_at(tab: Any) -> str:
    """What the map says once the pointer stands on the first mark. The page hears of it with its next frame."""
    nothing = tab.inner_text("#map-readout")
    for _ in range(100):
        x, y = tab.evaluate(SPOT)
        tab.mouse.move(1, 1)
        tab.mouse.move(x, y)
        tab.wait_for_timeout(50)
        if tab.inner_text("#map-readout") != nothing:
            break
    return str(tab.inner_text("#map-readout"))


@contextmanager
def opened(chromium: Any, report: Path, **about: Any) -> Iterator[Any]:
    """The report as at 200% on a small screen, the network cut; nothing may be complained of."""
    with chromium.new_context(viewport={"width": 640, "height": 450}, offline=True, **about) as context:
        tab, seen = context.new_page(), []
        tab.on("console", lambda message: seen.append(message.text))
        tab.on("pageerror", lambda error: seen.append(str(error)))
        tab.goto(report.as_uri())
        yield tab
        assert seen == []


def test_a_map_is_walked_with_keys_from_one_stop(chromium: Any, report: Path) -> None:
    with opened(chromium, report) as tab:
        assert tab.locator("#map .stage[tabindex='0'], #map .pick[tabindex='0']").count() == 2
        tab.locator(".stage").focus()
        tab.keyboard.press("Home")
        first = tab.inner_text("#map-readout")
        tab.keyboard.press("ArrowRight")
        walked = tab.inner_text("#map-readout")
        assert re.search(r"“.+”|not for quotation", walked)
        assert walked != first
        assert tab.get_attribute("#map-readout", "aria-live") == "polite"
        tab.keyboard.press("PageDown")
        assert re.match(r"\d+\s", tab.inner_text("#map-readout"))
        tab.keyboard.press("Escape")
        assert tab.inner_text("#map-readout").startswith("Point at a mark")
        tab.locator(".pick").first.focus()
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        assert "candidate theme 2." in tab.inner_text("#map-choice")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_hand_points_at_the_map_and_chooses_of_it(chromium: Any, report: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  only this test needs it

    def shown() -> tuple[int, str]:
        words = tab.inner_text("#map-choice")
        return int(re.findall(r"\d+", words)[0]), words

    with opened(chromium, report, color_scheme=scheme) as tab:
        tab.select_option("#map-groups", label="UN")
        some, words = shown()
        assert words.endswith(": UN.")
        tab.locator(".pick").first.click()
        fewer, words = shown()
        assert words.endswith(": UN, candidate theme 1.")
        tab.click("#map-all")
        every, _ = shown()
        assert every > some > fewer > 0
        assert pointed_at(tab).lower().startswith("in no candidate theme")
        assert [one["id"] for one in Axe().run(tab, "#map").response["violations"]] == []
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_without_script_the_still_map_is_there(chromium: Any, report: Path) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(report.as_uri())
        assert tab.locator(".stage > svg").is_visible()
        assert not tab.locator(".filters").is_visible()
        assert tab.locator(".stage text").count() > 3
