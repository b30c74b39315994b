"""Figures: what they say, what they must not say, and that they are the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.figure_estimates import CODES, SECRET, audited, estimate, everything
from tests.report_fiction import fiction
from themes.domain import Showing, Study
from themes.errors import OptionError
from themes.report import Material, ReportOptions, write
from themes.report.figures import NAMES, Figure, figures, plates
from themes.report.figures.drawing import drawn_rows, inlined, pdf, png, svg
from themes.report.figures.figure import VARIABLES, limit
from themes.report.page import page


@pytest.fixture(scope="module")
def made() -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(everything(), ReportOptions(min_participants=1))}


def every(figure: Figure) -> Iterator[str]:
    """Each word and number that a figure gives away, wherever it stands."""
    yield from (figure.title, figure.caption, figure.alt, repr(figure.spec), repr(figure.table.rows))


# --- what every figure is ---


@pytest.mark.parametrize("name", NAMES)
def test_a_specification_is_valid_vega_lite(made: dict[str, Figure], name: str) -> None:
    import altair

    altair.Chart.from_dict(dict(made[name].spec), validate=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_below_a_figure_are_those_of_its_marks(made: dict[str, Figure], name: str) -> None:
    table = made[name].table
    told = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    drawn = [{key: row[key] for key in table.columns} for row in drawn_rows(made[name].spec) if table.columns[0] in row]
    assert told
    assert [row for row in drawn if row not in told] == []
    assert [row for row in told if row not in drawn] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_alternative_text_states_the_finding_with_numbers(made: dict[str, Figure], name: str) -> None:
    assert made[name].alt.startswith(made[name].title)
    assert re.search(r"\d", made[name].alt.removeprefix(made[name].title))


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_names_itself_and_follows_the_page_from_light_to_dark(made: dict[str, Figure], name: str) -> None:
    drawn = svg(made[name])
    assert f'role="img" aria-labelledby="{name}-title {name}-desc"' in drawn
    assert "%" in re.findall(r"<desc[^>]*>(.*?)</desc>", drawn)[0] or name == "together"
    on_page = inlined(drawn)
    assert re.findall(r"#[0-9a-f]{6}\b", on_page) == []
    assert set(re.findall(r"var\((--[\w-]+)\)", on_page)) <= set(VARIABLES.values())
    assert re.findall(r"<style|<script|style=|url\(|href=|<image", drawn) == []


def test_nothing_is_drawn_of_a_study_without_counts() -> None:
    assert figures(Material(Study(Path("study"), "Nothing"))) == ()
    assert page(Material(Study(Path("study"), "Nothing")), ReportOptions()).count("<figure") == 0


def test_the_same_study_gives_the_same_bytes(made: dict[str, Figure]) -> None:
    again = figures(everything(), ReportOptions(min_participants=1))
    assert [figure.spec for figure in again] == [figure.spec for figure in made.values()]
    drawn = svg(made["prevalence"])
    assert png(drawn) == png(drawn)
    assert len({pdf(drawn) for _ in range(4)}) == 1
    assert b"CreationDate" not in pdf(drawn)


def test_a_picture_for_print_has_300_dots_to_the_inch(made: dict[str, Figure]) -> None:
    drawn = svg(made["prevalence"])
    made_png = png(drawn)
    width = float(re.findall(r'<svg [^>]*width="([\d.]+)"', drawn)[0])
    assert int.from_bytes(made_png[16:20], "big") == pytest.approx(width * 300 / 72, abs=1)


# --- what must not be said ---


@pytest.mark.parametrize("showing", [Showing.HIDDEN, Showing.COUNT, Showing.INTERVAL])
def test_no_figure_has_a_share_that_may_not_be_said(showing: Showing) -> None:
    secret = [replace(one, estimate=SECRET) for one in (estimate(CODES[0], showing), estimate(CODES[0], showing, "UN"))]
    shown = [estimate(code, Showing.ESTIMATE, group) for code in CODES[1:] for group in ("all", "UN", "NGOs")]
    for figure in figures(audited(*secret, *shown), ReportOptions(min_participants=1)):
        assert not any("12345" in words for words in every(figure))
        assert "12345" not in svg(figure)


def test_a_hidden_cell_has_no_number_at_all() -> None:
    hidden = replace(estimate(CODES[0], Showing.HIDDEN, "UN"), count=31, segments=977, in_interviews=5, interviews=7)
    shown = [estimate(code, Showing.ESTIMATE, group) for code in CODES for group in ("all", "NGOs", "Host state")]
    dots = figures(audited(hidden, *shown), ReportOptions(min_participants=1))[0]
    rows = [row for row in dots.table.rows if row[:2] == ("Roads", "UN")]
    assert rows in ([], [("Roads", "UN", "hidden", *[None] * 6, "not shown")])
    assert not any("977" in words for words in every(dots))


def test_a_group_of_few_people_is_left_out_and_that_is_said() -> None:
    few = [replace(one, participants=2) if one.actor_group == "NGOs" else one for one in fiction().estimates]
    dots = figures(replace(fiction(), estimates=tuple(few)), ReportOptions(min_participants=3))[0]
    assert "NGOs" not in {row[1] for row in dots.table.rows}
    assert "Left out, to protect the few behind them: " in dots.caption
    assert "NGOs" in dots.caption


# --- the dot plot ---


def test_the_dot_plot_says_the_largest_share_with_its_interval(made: dict[str, Figure]) -> None:
    dots = made["prevalence"]
    assert dots.title == (
        "“Flights” has the largest share that can be given: 15% of talk, between 5% and 25% had others like these been "
        "interviewed"
    )
    assert "Roads 10% (corpus 5% to 15%, informants 0% to 20%)" in dots.alt
    assert "Courts corpus 15% to 25%, informants 10% to 30%" in dots.alt


def test_an_interval_has_a_dot_only_where_a_share_may_be_said(made: dict[str, Figure]) -> None:
    rows = {(row[0], row[1]): row for row in made["prevalence"].table.rows}
    assert rows["Roads", "UN"][2:4] == ("estimate", pytest.approx(0.1))
    assert rows["Roads", "NGOs"][2:4] == ("interval only", None)
    assert rows["Roads", "NGOs"][4] == pytest.approx(0.1)
    assert rows["Roads", "Host state"][2:] == ("k of J interviews", *[None] * 6, "3 of 6 interviews")
    assert rows["Flights", "Host state"][8] == pytest.approx(0.31)


def test_before_an_audit_the_marks_are_hollow_and_called_unaudited() -> None:
    dots = figures(fiction())[0]
    assert dots.title.startswith("The machine suggests “")
    assert dots.title.endswith("nobody has checked")
    assert {row[2] for row in dots.table.rows} == {"unaudited"}
    assert not any(cell is not None for row in dots.table.rows for cell in row[3:8])


# --- files and options ---


def test_figures_are_written_beside_the_page_which_holds_them(tmp_path: Path) -> None:
    written = [path.relative_to(tmp_path).as_posix() for path in write(everything(), tmp_path)]
    assert "figures/prevalence.svg" in written
    assert not [name for name in written if name.endswith((".png", ".pdf"))]
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert html.count("<desc id=") == len(plates(everything(), ReportOptions())) > 0
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
    assert raised.value.remedy == "Give 'svg' or 'all'."


@pytest.mark.parametrize(
    ("shares", "end"), [([], 0.1), ([0.1], 0.1), ([0.1001], 0.2), ([None, 0.42], 0.5), ([1.0], 1.0)]
)
def test_an_axis_ends_at_the_next_tenth(shares: list[float | None], end: float) -> None:
    assert limit(shares) == pytest.approx(end)
