"""Figures that put groups, registers, coders and interviews side by side: what they say and when they say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.figure_estimates import CODES, CONTRASTS, STUDY, everything
from tests.report_fiction import fiction
from themes.domain import CodeAgreed, CodeRank, CodersAgreed, Contrasts, Difference, Ranks
from themes.report import Material, ReportOptions
from themes.report.audience import Audience, Guard
from themes.report.figures import Figure, figures
from themes.report.guarding import guarded

BESIDE = ("groups-apart", "mandates-and-talk", "coders-agree")


def made(material: Material) -> dict[str, Figure]:
    return {one.name: one for one in figures(material, ReportOptions(min_participants=1))}


def of(contrasts: Contrasts) -> dict[str, Figure]:
    return made(Material(STUDY, contrasts=contrasts))


def test_nothing_is_drawn_where_nothing_was_contrasted() -> None:
    assert of(Contrasts()) == {}


def test_others_are_shown_none_of_them_and_no_interview() -> None:
    guard = Guard(Audience.TEAM, 3, frozenset(), frozenset())
    shown = made(replace(everything(), guard=guard))
    assert shown.keys() & set(BESIDE) == set()
    assert {row[-1] for row in shown["prevalence"].table.rows} == {None}


def test_a_report_for_others_is_made_from_material_without_them() -> None:
    whole = replace(fiction(), contrasts=CONTRASTS)
    assert guarded(whole, ReportOptions()).contrasts == CONTRASTS
    assert guarded(whole, ReportOptions(audience="team")).contrasts == Contrasts()


# --- groups ---


def test_the_forest_names_the_groups_that_are_told_apart() -> None:
    forest = of(CONTRASTS)["groups-apart"]
    assert forest.title == (
        "“Roads” comes up more among UN than among NGOs, by 6 to 36 points; 1 of 4 comparisons tells groups apart"
    )
    assert "Roads, UN less NGOs +21 (+6 to +36), seen from 20" in forest.alt
    assert "2 comparisons not shown, since they could tell who spoke." in forest.caption


def test_a_null_result_says_what_the_study_could_not_have_seen() -> None:
    null = Contrasts(differences=CONTRASTS.differences[1:])
    assert of(null)["groups-apart"].title == (
        "No two groups can be told apart in any code; differences under 17 points could not well have been seen"
    )
    seen = {"A": 0.1, "B": 0.234, "C": 1.4}
    many = [replace(null.differences[0], other=group, detectable=least) for group, least in seen.items()]
    assert of(Contrasts(differences=tuple(many)))["groups-apart"].title.endswith(
        "; half of the comparisons could not well have seen less than 24 points"
    )


def test_the_band_is_as_wide_as_what_can_be_detected_and_missing_where_that_is_unknown() -> None:
    rows = of(CONTRASTS)["groups-apart"].spec["data"]["values"]
    assert [(row["unseen_low"], row["unseen_high"]) for row in rows] == [
        (-0.2, 0.2), (-0.17, 0.17), (-0.31, 0.31), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("comparisons", "by_chance"), [(4, ""), (40, "about 2 would tell groups apart by chance alone")]
)
def test_many_comparisons_are_said_to_find_some_by_chance(comparisons: int, by_chance: str) -> None:
    one = Difference(CODES[0], "UN", "NGOs", 0.0, (-0.1, 0.1), 0.2)
    caption = of(Contrasts(differences=(one,) * comparisons))["groups-apart"].caption
    assert by_chance in caption
    assert ("by chance" in caption) == bool(by_chance)


# --- ranks ---


def test_the_slopes_say_which_code_stands_out_by_rank_alone() -> None:
    slopes = of(CONTRASTS)["mandates-and-talk"]
    assert slopes.title == "Talk puts “Roads” further up than mandates do: rank 1 against 4"
    assert "Flights 1½ and 2" in slopes.alt
    assert "%" not in slopes.alt.replace("(95%)", "")
    assert [row[0] for row in slopes.table.rows if row[-1]] == ["Roads"]


def test_codes_of_one_rank_have_places_of_their_own() -> None:
    rows = of(CONTRASTS)["mandates-and-talk"].table.rows
    assert [row[1] for row in rows] == [4.0, 1.5, 1.5, 3.0]
    assert sorted(int(str(row[3])) for row in rows) == [1, 2, 3, 4]


def test_without_an_interval_no_code_stands_out_and_the_title_says_why() -> None:
    few = Ranks(tuple(replace(one, interval=None) for one in CONTRASTS.ranks.codes), (14, 2))
    slopes = of(Contrasts(ranks=few))["mandates-and-talk"]
    assert (
        slopes.title == "Ranks in mandates and in talk, of 14 interviews and 2 resolutions: too few to say which differ"
    )
    assert not any(row[-1] for row in slopes.table.rows)


def test_an_interval_that_ends_at_0_leaves_nothing_out() -> None:
    assert not CodeRank(CODES[0], 1, 4, (0.0, 3.0)).stands_out
    assert CodeRank(CODES[0], 4, 1, (-3.0, -0.5)).stands_out


# --- coders ---


def test_both_coefficients_stand_in_the_title_and_the_table() -> None:
    coders = of(CONTRASTS)["coders-agree"]
    assert coders.title == (
        "Two coders agree best on “Roads” (alpha .82, AC1 .85) and least on “Flights” (alpha .41, AC1 .94)"
    )
    rows = {row[0]: row[1:] for row in coders.table.rows}
    assert rows["Courts"] == (2, 0.97, -0.02, None, None, 0.97, None, None)
    assert rows["no code fits"][0] == 30
    assert "On 60 segments of 8 sources" in coders.caption


def test_a_code_given_to_few_segments_is_not_the_finding() -> None:
    rare = CodersAgreed(3, 40, 6, (CodeAgreed(CODES[0], 4, 1.0, 1.0, 1.0), CodeAgreed(CODES[1], 9, 0.9, 0.5, 0.8)))
    assert of(Contrasts(agreement=rare))["coders-agree"].title == (
        "3 coders agree on 40 segments: no code was given often enough to say how far"
    )


def test_a_reflexive_study_has_no_agreement() -> None:
    reflexive = replace(STUDY, approach="reflexive")
    assert "coders-agree" not in made(Material(reflexive, contrasts=CONTRASTS))


# --- interviews ---


def test_single_interviews_stand_only_where_a_share_may_be_said() -> None:
    rows = {row[:2]: row[-1] for row in made(everything())["prevalence"].table.rows}
    assert rows["Roads", "All talk"] == "0.0%; 3.1%; 5.0%; 10.0%; 12.5%; 90.0%"
    assert rows["Roads", "UN"] == "0.0%; 3.1%; 90.0%"
    assert rows["Courts", "All talk"] is None  # its interval alone may be said


def test_beside_a_column_that_is_left_out_only_all_talk_has_interviews() -> None:
    few = tuple(replace(one, participants=2) if one.actor_group == "NGOs" else one for one in everything().estimates)
    figure = figures(replace(everything(), estimates=few), ReportOptions(min_participants=3))[0]
    assert {row[1] for row in figure.table.rows if row[-1]} == {"All talk"}
