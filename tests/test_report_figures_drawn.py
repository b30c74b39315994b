"""Figures as drawn: their colours, their files, and the page that holds them in a browser."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.figure_estimates import everything
from themes import report as themes_report
from themes.domain import Study
from themes.errors import OptionError
from themes.report import Material, ReportOptions, write
from themes.report.figures import NAMES, plates
from themes.report.figures.figure import SHADES, VARIABLES, limit

# --- light, dark, grey ---


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palette(block: str) -> dict[str, str]:
    style = (Path(themes_report.__file__).parent / "templates/style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    found = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", light))
    return found | (dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", dark)) if block == "dark" else {})


@pytest.mark.parametrize("block", ["light", "dark"])
def test_marks_and_words_stand_out_from_the_ground(block: str) -> None:
    colours = palette(block)
    ground = colours["--raised"]
    assert contrast(colours["--ink"], ground) > 7
    assert contrast(colours["--soft"], ground) > 4.5
    assert contrast(colours["--bar"], ground) > 3
    for number, ink in ((1, "--ink"), (2, "--ink"), (3, "--ink"), (4, "--ink"), (5, "--s5-ink"), (6, "--s6-ink")):
        assert contrast(colours[ink], colours[f"--s{number}"]) > 4.5


@pytest.mark.parametrize("block", ["print", "light", "dark"])
def test_shades_are_told_apart_in_grey(block: str) -> None:
    colours = palette("dark" if block == "dark" else "light")
    shades = list(SHADES) if block == "print" else [colours["--raised"], *(colours[f"--s{n}"] for n in range(1, 7))]
    grey = [luminance(shade) ** (1 / 2.4) for shade in shades]
    assert grey == sorted(grey, reverse=block != "dark")
    assert min(abs(one - other) for one, other in pairwise(grey)) > 0.025


def test_a_figure_for_print_has_the_colours_of_the_page_in_light() -> None:
    colours = palette("light")
    for printed, variable in VARIABLES.items():
        assert max(abs(int(printed[n : n + 2], 16) - int(colours[variable][n : n + 2], 16)) for n in (1, 3, 5)) <= 2


# --- files and options ---


def test_figures_are_written_beside_the_page_which_holds_them(tmp_path: Path) -> None:
    written = [path.relative_to(tmp_path).as_posix() for path in write(everything(), tmp_path)]
    assert "figures/prevalence.svg" in written
    assert not [name for name in written if name.endswith((".png", ".pdf"))]
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    made = plates(everything(), ReportOptions())
    assert html.count("<desc id=") == len(made) > 1
    assert html.count('<a href="figures/segments-map.svg">') == 1
    assert 'id="figure-segments-map"' not in html
    assert (tmp_path / "figures/prevalence.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_every_form_is_written_when_asked_and_taken_away_when_not(tmp_path: Path) -> None:
    write(everything(), tmp_path, ReportOptions(figures="all"))
    assert (tmp_path / "figures/prevalence.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "figures/prevalence.pdf").read_bytes().startswith(b"%PDF")
    (tmp_path / "figures/mine.png").write_bytes(b"keep")
    write(everything(), tmp_path)
    assert not (tmp_path / "figures/prevalence.png").exists()
    assert (tmp_path / "figures/mine.png").read_bytes() == b"keep"
    write(Material(Study(Path("study"), "Nothing")), tmp_path)
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["mine.png"]


def test_an_unknown_form_of_figures_is_refused_with_a_remedy() -> None:
    with pytest.raises(OptionError, match="figures is 'gif'") as raised:
        ReportOptions(figures="gif")
    assert raised.value.remedy == "Give 'svg' or 'all' or 'none'."


@pytest.mark.parametrize(
    ("shares", "end"), [([], 0.1), ([0.1], 0.1), ([0.1001], 0.2), ([None, 0.42], 0.5), ([1.0], 1.0)]
)
def test_an_axis_ends_at_the_next_tenth(shares: list[float | None], end: float) -> None:
    assert limit(shares) == pytest.approx(end)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_every_figure_asks_for_nothing_and_complains_of_nothing(
    chromium: Any, tmp_path: Path, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  only this test needs it

    write(everything(), tmp_path)
    seen, asked = [], []
    tab = chromium.new_page(color_scheme=scheme)
    tab.on("console", lambda message: seen.append(message.text))
    tab.on("pageerror", lambda error: seen.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "index.html").as_uri())
    names = tab.eval_on_selector_all("figure.plot", "all => all.map(one => one.id)")
    grounds = tab.eval_on_selector_all("figure.plot svg text", "all => all.map(one => getComputedStyle(one).fill)")
    wrong = Axe().run(tab, "#figures").response["violations"]
    wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
    tab.close()
    assert names == [f"figure-{name}" for name in NAMES if name != "segments-map"]
    assert seen == []
    assert asked == [(tmp_path / "index.html").as_uri()]
    light = sum(colour in ("rgb(231, 227, 218)", "rgb(165, 164, 158)") for colour in grounds)
    assert light > len(grounds) * 0.9 if scheme == "dark" else light == 0
    assert [one["id"] for one in wrong] == []
    assert not wide
