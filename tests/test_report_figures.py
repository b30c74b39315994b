"""Figures: what they say, what they must not say, and that they are the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figure_estimates import CODES, GROUPS, SECRET, audited, estimate, everything
from tests.report_fiction import fiction
from themes.domain import Estimate, Showing, SourceKind, Study
from themes.report import Material, ReportOptions
from themes.report.figures import NAMES, Figure, figures
from themes.report.figures.drawing import drawn_rows, inlined, pdf, png, svg
from themes.report.figures.figure import VARIABLES
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
    assert re.findall(r"<desc[^>]*>(.*?)</desc>", drawn) == [escape(made[name].alt)]
    assert re.findall(r" (?:aria-label|class|aria-roledescription)=", drawn) == []
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
        assert not any("4321" in words or "43%" in words for words in every(figure))
        assert "43%" not in svg(figure)


def floats(part: object) -> Iterator[float]:
    """Each number of a specification, wherever it stands."""
    if isinstance(part, float):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from floats(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from floats(value)


def forbidden(one: Estimate) -> set[float]:
    """The numbers of an estimate that may not be said, to four decimals as figures have them."""
    machine, share = {round(one.share or 0.0, 4)}, {round(one.estimate or 0.0, 4)}
    ends = {round(end, 4) for pair in (one.corpus_interval, one.informants_interval) for end in pair or ()}
    return {
        Showing.HIDDEN: machine | share | ends,
        Showing.COUNT: machine | share | ends,
        Showing.INTERVAL: share,
    }.get(one.showing, set())


@given(
    st.lists(
        st.sampled_from([Showing.ESTIMATE, Showing.INTERVAL, Showing.COUNT, Showing.HIDDEN]), min_size=24, max_size=24
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_hidden_no_specification_holds_its_numbers(showings: list[Showing], chance: Random) -> None:
    numbers = iter(chance.sample(range(1001, 9999, 2), 24 * 6))
    cells = [(group, period) for group in ("all", *GROUPS) for period in ("all", "first", "second")]
    made = []
    for (code, (group, period)), showing in zip(product(CODES[:2], cells), showings, strict=True):
        shares = sorted(next(numbers) / 10000 for _ in range(5))
        one = replace(estimate(code, showing, group, period), count=next(numbers), segments=10000, estimate=shares[2])
        made.append(replace(one, corpus_interval=(shares[1], shares[3]), informants_interval=(shares[0], shares[4])))
    for figure in figures(audited(*made), ReportOptions(min_participants=1)):
        told = {round(number, 4) for number in (*floats(figure.spec["data"]), *floats(figure.table.rows))}
        assert told & {number for one in made for number in forbidden(one)} == set()


def test_a_hidden_cell_has_no_number_at_all() -> None:
    hidden = replace(estimate(CODES[0], Showing.HIDDEN, "UN"), count=31, segments=977, in_interviews=5, interviews=7)
    shown = [estimate(code, Showing.ESTIMATE, group) for code in CODES for group in ("all", "NGOs", "Host state")]
    dots = figures(audited(hidden, *shown), ReportOptions(min_participants=1))[0]
    rows = [row for row in dots.table.rows if row[:2] == ("Roads", "UN")]
    assert rows == [("Roads", "UN", "hidden", *[None] * 6, "not shown", None)]
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
    assert rows["Roads", "Host state"][2:] == ("k of J interviews", *[None] * 6, "3 of 6 interviews", None)
    assert rows["Flights", "Host state"][8] == pytest.approx(0.31)


def test_before_an_audit_the_marks_are_hollow_and_called_unaudited() -> None:
    dots = figures(fiction())[0]
    assert dots.title.startswith("The machine suggests “")
    assert dots.title.endswith("nobody has checked")
    assert {row[2] for row in dots.table.rows} == {"unaudited"}
    assert not any(cell is not None for row in dots.table.rows for cell in row[3:8])


# --- the other figures ---


def test_a_tile_holds_a_share_only_where_one_may_be_said(made: dict[str, Figure]) -> None:
    rows = {(row[0], row[1]): row for row in made["codes-by-group"].table.rows}
    assert rows["Roads", "UN"][-2:] == ("10%", 3)
    assert rows["Roads", "NGOs"][-2:] == ("5% to 25%", None)
    assert rows["Roads", "Host state"][-2:] == ("3 of 6 int.", None)
    assert rows["Flights", "Host state"][-2:] == ("(31%)", None)
    assert "In brackets: the machine’s share, unaudited." in " ".join(made["codes-by-group"].spec["title"]["subtitle"])


def test_before_an_audit_the_tiles_are_shaded_by_the_machines_share() -> None:
    tiles = {one.name: one for one in figures(fiction())}["codes-by-group"]
    assert "Shaded: the machine’s share, unaudited." in " ".join(tiles.spec["title"]["subtitle"])
    assert any(row[-1] for row in tiles.table.rows)
    assert "most among people of no given group, in " in tiles.title


def test_a_hidden_group_is_hatched_and_has_no_words() -> None:
    few = tuple(replace(one, participants=2) if one.actor_group == "NGOs" else one for one in fiction().estimates)
    tiles = {one.name: one for one in figures(replace(fiction(), estimates=few))}["codes-by-group"]
    rows = [row for row in tiles.table.rows if row[1] == "NGOs"]
    assert rows
    assert {row[2:] for row in rows} == {("hidden", *[None] * 6, "not shown", None, None)}
    strokes = [layer for layer in tiles.spec["layer"] if "shape" in layer["mark"]]
    assert strokes[0]["transform"] == [{"filter": "datum.shown_as == 'hidden'"}]
    assert "Hatched: hidden." in " ".join(tiles.spec["title"]["subtitle"])
    assert "cells hidden, for they could tell who spoke." in tiles.caption


def test_arrows_lead_from_the_machine_to_the_estimate(made: dict[str, Figure]) -> None:
    rows = {row[0]: row for row in made["machine-to-estimate"].table.rows}
    assert rows["Roads"][2:4] == (0.31, pytest.approx(0.1))
    assert rows["Courts"][2:4] == (0.31, None)
    assert made["machine-to-estimate"].title.startswith("The machine finds too many of 4 codes out of 4")


def test_without_an_audit_there_are_no_arrows_and_no_coverage() -> None:
    names = {figure.name for figure in figures(fiction())}
    assert names & {"machine-to-estimate", "audit-coverage"} == set()


def test_coverage_is_of_what_people_checked_and_to_the_per_cent(made: dict[str, Figure]) -> None:
    rows = {(row[0], row[1]): row[2] for row in made["audit-coverage"].table.rows}
    assert rows["All talk", "All periods"] == 0.4
    assert made["audit-coverage"].title.startswith("People checked 40% of all talk, and no less of any")


def test_coverage_is_shown_by_the_codes_that_may_be_shown_and_by_nothing_else() -> None:
    shown = [estimate(code, Showing.ESTIMATE, group) for code in CODES for group in ("all", "NGOs", "UN")]
    hidden = [replace(estimate(code, Showing.HIDDEN, "Host state"), checked=97) for code in CODES]
    one_voice = [replace(one, showing=Showing.HIDDEN, checked=97) if one is shown[2] else one for one in shown]
    made = {one.name: one for one in figures(audited(*one_voice, *hidden), ReportOptions(min_participants=1))}
    rows = {row[0]: row[2:] for row in made["audit-coverage"].table.rows}
    assert rows["Host state"] == (None, "not shown")
    assert rows["UN"] == (0.4, None)


def test_pairs_of_codes_that_few_people_make_have_no_number() -> None:
    made = {one.name: one for one in figures(everything(), ReportOptions(min_participants=3))}
    rows = {row[:2]: row[2:] for row in made["codes-together"].table.rows}
    assert rows == {
        ("Roads", "Flights"): (6, 4),
        ("Roads", "Courts"): (None, None),
        ("Flights", "Courts"): (None, None),
    }
    assert "2 pairs hatched: fewer than 3 people." in made["codes-together"].caption
    assert made["codes-together"].title == "“Roads” and “Flights” meet most often: in 6 segments that people coded"


def test_what_people_coded_in_mandates_is_no_pair_of_talk() -> None:
    talk = everything()
    written = tuple(replace(one, kind=SourceKind.MANDATE) for one in talk.segments)
    assert "codes-together" not in {one.name for one in figures(replace(talk, segments=written))}


def test_stability_marks_what_is_found_again_less_than_half_the_time() -> None:
    themes = tuple(replace(theme, stability=0.9 - 0.15 * place) for place, theme in enumerate(fiction().themes))
    made = {one.name: one for one in figures(replace(fiction(), themes=themes))}["theme-stability"]
    assert made.title == "3 candidate themes of 7 found again in at least half the resamples"
    assert [row[2] for row in made.table.rows] == [False] * 3 + [True] * 4
    reflexive = replace(fiction(), themes=themes, study=replace(fiction().study, approach="reflexive"))
    assert "theme-stability" not in {one.name for one in figures(reflexive)}


def test_periods_have_their_days_and_lines_where_mandates_begin(made: dict[str, Figure]) -> None:
    rows = [row for row in made["periods"].table.rows if row[0] == "Roads"]
    assert [(row[2], row[-2], row[-1]) for row in rows] == [
        ("first", "2013-04-25", "2015-12-31"),
        ("second", "2016-01-01", "2016-12-01"),
    ]
    assert made["periods"].title == "The share of “Money” moves most between periods: in MINUSMA from 25% to 45%"
    lines = {(row["day"], row["opens"]) for row in drawn_rows(made["periods"].spec) if "day" in row}
    assert lines == {("2013-04-25", True), ("2016-01-01", True), ("2016-06-29", False)}
    assert "S/RES/2295 (2016), from 29 June 2016" in made["periods"].caption


def test_one_period_alone_is_no_course() -> None:
    rows = [estimate(code, Showing.ESTIMATE, period="first") for code in CODES]
    whole = [estimate(code, Showing.ESTIMATE) for code in CODES]
    missions = [replace(one, mission="MINUSMA") for one in whole]
    assert "periods" not in {one.name for one in figures(audited(*whole, *missions, *rows))}
