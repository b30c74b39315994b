"""What the page says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report_fiction import STUDY, Page, card, estimates_of, fiction, grown, rendered
from themes.domain import (
    UNSPECIFIED,
    Codebook,
    CodeId,
    Coding,
    Cover,
    SegmentId,
    Study,
    ThemeCode,
    ThemeId,
)
from themes.report import Material
from themes.report.heats import in_tree_order
from themes.report.page import summary
from themes.report.quotes import open_source


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


@pytest.fixture(scope="module")
def html(material: Material) -> str:
    return rendered(material)


# --- what it says ---


def test_the_first_sentence_counts_the_study(html: str) -> None:
    assert (
        "16 interviews, 2 focus groups and 3 mandate texts, 230 segments, 7 candidate themes; 4 are covered by the "
        "codebook, 2 are partly covered and 1 is covered by no code: a proposal for a new code." in Page(html).words
    )


def test_the_notice_of_the_study_stands_on_the_page(html: str) -> None:
    assert STUDY.notice in Page(html).words


def test_the_numbers_are_called_the_machines_and_unaudited(html: str) -> None:
    words = Page(html).words
    assert "The machine’s suggestions, unaudited. No interval is given" in words
    assert "How often people said it." in words


def test_an_estimate_with_intervals_is_shown_with_both_names(material: Material) -> None:
    first = replace(material.estimates[0], corpus_interval=(0.1, 0.25), informants_interval=(0.05, 0.4))
    words = Page(rendered(grown(material, estimates=(first, *material.estimates[1:])))).words
    assert "corpus 10% to 25%; informants 5% to 40%" in words
    assert "No interval is given" not in words


def test_a_card_gives_size_code_and_coverage(html: str) -> None:
    words = card(html, 3)
    assert "partly covered" in words
    assert "Partnerships / Humanitarian space coverage 73%" in words
    assert "convoy · escort · access" in words


def test_a_theme_that_one_person_makes_is_marked(html: str) -> None:
    assert "One participant supplies all of its talk." in card(html, 7)
    assert "One participant" not in card(html, 1)


def test_what_does_not_fit_is_counted_and_says_where_to_find_it(html: str, material: Material) -> None:
    theme = material.themes[0]
    closed = sum(material.segment[segment].source in material.withheld for segment in theme.segments)
    assert closed > 1
    assert f"{closed} segments not quoted: the sources are not for quotation." in card(html, 1)
    assert f"And {len(theme.segments) - closed - 3} more in tables/segments.csv, column theme." in card(html, 1)


def test_a_long_quote_is_cut_and_says_so(material: Material) -> None:
    assert "[…]" not in rendered(material).split('<section id="themes"')[1]
    assert re.search(r"“\S+(?: \S+){9} \[…\]”", Page(rendered(material, quote_words=10)).words)


def test_unspecified_groups_missions_and_periods_have_columns_of_their_own(html: str) -> None:
    heads = re.findall(r"<th[^>]*><span class=\"unspec\">unspecified</span>", html)
    assert len(heads) >= 3


def test_talk_and_mandates_are_counted_apart(html: str) -> None:
    captions = re.findall(r"<caption>(Codes[^<]*)</caption>", html)
    assert captions == [
        "Codes in talk, by actor group",
        "Codes in talk, by mission and period",
        "Codes in mandates, by mission and period",
    ]


def test_a_code_stands_under_its_parent_wherever_the_codebook_has_it(material: Material) -> None:
    scattered = Codebook(tuple(sorted(material.codebook.codes, key=lambda code: code.name)))
    ordered = [(code.id, depth) for code, depth in in_tree_order(scattered)]
    assert {code for code, _ in ordered} == {code.id for code in scattered.codes}
    for place, (code, depth) in enumerate(ordered):
        assert depth == code.count(" / ")
        if depth:
            above = next(other for other, level in reversed(ordered[:place]) if level < depth)
            assert code.startswith(f"{above} / ")


def test_a_problem_found_in_two_places_is_told_once_with_both(html: str) -> None:
    words = Page(html).words
    assert words.count("The date is a year.") == 1
    assert "sources.csv, row 7; sources.csv, row 9" in words
    assert "transcripts/P17.docx" in words


def test_more_sources_than_rows_are_folded_and_none_is_lost(material: Material) -> None:
    words = Page(rendered(material, rows=10)).words
    assert "And 11 more sources" in words
    listed = words.split("May be quoted as", 1)[1]
    open_ones = [source for source in material.sources if open_source(source)]
    assert all(source.id in listed for source in open_ones)
    numbers = {str(place) for place, source in enumerate(material.sources, start=1) if not open_source(source)}
    assert numbers <= set(re.findall(r"(\d+) (?:interview|focus group) ", listed))


def test_one_folded_source_is_called_a_source(material: Material) -> None:
    assert "And 1 more source " in Page(rendered(material, rows=20)).words


def test_provenance_and_citation_name_program_encoder_and_codebook(html: str, material: Material) -> None:
    words = Page(html).words
    for label, value in material.provenance.items():
        assert f"{label} {value}" in words
    assert "made with the program themes (version 0.1.0; encoder all-MiniLM-L6-v2" in words
    assert f"codebook, version {material.codebook.version}" in words


def test_a_theme_without_a_code_names_the_nearest_and_no_code_card_claims_it(html: str) -> None:
    assert "no code fits: proposal for a new code Nearest codes Use of force / Robust posture" in card(html, 7)
    assert re.search(r"Candidate theme mapped to it: 1 ?\.", Page(html).words)


def test_a_code_card_counts_what_the_estimates_count(material: Material) -> None:
    code, cell = "Use of force / Robust posture", ("talk", "all", "all", "all")
    weak = tuple(
        replace(one, count=2, mentioning=1)
        if (one.subject, one.source_kind, one.actor_group, one.mission, one.period) == (code, *cell)
        else one
        for one in material.estimates
    )
    words = Page(rendered(grown(material, estimates=weak))).words
    assert "First suggestion in 2 segments of talk by 1 of 18 people" in words
    before = next(one.count for one in material.estimates if one.subject == code and one.source_kind == "talk")
    assert f"{before - 2} of 198 segments of talk count for none." in words


def test_nothing_is_said_of_uncounted_segments_where_every_segment_counts(html: str) -> None:
    assert "count for none" not in Page(html).words


def test_a_reflexive_study_shows_no_coverage_and_no_scores(material: Material) -> None:
    words = Page(rendered(grown(material, study=replace(STUDY, approach="reflexive")))).words
    assert "coverage 73%" not in words
    assert "highest scores" not in words
    assert "a prompt for interpretation" in words


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"themes": (), "theme_codes": ()}, "There are no candidate themes"),
        ({"codebook": Codebook(), "suggestions": (), "theme_codes": (), "codings": ()}, "There is no codebook."),
        ({"places": {}}, "No segment has a place on a map."),
        ({"places": {SegmentId("gone"): (1.0, 2.0)}}, "No segment has a place on a map."),
        ({"estimates": ()}, "Each code, with its quotes"),
        ({"codings": ()}, "Nobody has coded yet"),
        ({"problems": ()}, "No source was left out."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_missing_is_said(material: Material, change: dict[str, object], says: str) -> None:
    gone = {"themes": "theme", "codebook": "code"}
    left = [one for one in material.estimates if not any(one.subject_kind == gone.get(name) for name in change)]
    changed = grown(material, **{"estimates": tuple(left), **change})
    page = Page(rendered(changed))
    assert says in page.words
    assert not page.open


def test_an_empty_study_still_gives_a_page() -> None:
    words = Page(rendered(Material(Study(Path("empty"), "Nothing yet")))).words
    assert "No source, 0 segments, no candidate theme." in words
    assert "The study has no sources." in words


# --- a study without missions ---


def without_missions(material: Material) -> Material:
    segments = tuple(replace(one, mission=UNSPECIFIED, period=UNSPECIFIED) for one in material.segments)
    return grown(
        material,
        study=replace(STUDY, missions=()),
        segments=segments,
        estimates=tuple(estimates_of(segments, material.suggestions, material.themes)),
    )


def test_a_study_without_missions_says_nothing_of_missions(material: Material) -> None:
    html = rendered(without_missions(material), quotes=50)
    words = Page(html).words
    assert re.findall(r"<caption>(C[^<]*)</caption>", html) == [
        "Candidate themes in talk, by actor group",
        "Candidate themes in mandates",
        "Codes in talk, by actor group",
        "Codes in mandates",
    ]
    assert "mission unspecified" not in words
    assert "mission and period" not in words.split("Tables For your own computing", 1)[0]
    assert not {"Missions", "Periods"} & set(re.findall(r'<th scope="col"[^>]*>(\w+)</th>', html))
    assert "UN / Headquarters" in words


@pytest.mark.parametrize("where", ["study", "segment"])
def test_one_mission_anywhere_is_enough_to_speak_of_missions(material: Material, where: str) -> None:
    bare = without_missions(material)
    first = replace(bare.segments[0], mission="UNFICYP")
    some = grown(bare, study=STUDY) if where == "study" else grown(bare, segments=(first, *bare.segments[1:]))
    html = rendered(some, quotes=50)
    assert "Codes in talk, by mission and period" in html
    assert "mission unspecified" in html


# --- that it is English ---


def theme_codes_of(*verdicts: Cover) -> tuple[ThemeCode, ...]:
    return tuple(
        ThemeCode(ThemeId(f"theme-{topic:02}"), None if verdict is Cover.NO_CODE else CodeId("A"), 1, 0, 0, verdict)
        for topic, verdict in enumerate(verdicts)
    )


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ((Cover.PARTLY,), "1 candidate theme; none is covered by the codebook and 1 is partly covered."),
        ((Cover.COVERED,), "1 candidate theme; 1 is covered by the codebook."),
        ((Cover.COVERED, Cover.COVERED), "2 candidate themes; 2 are covered by the codebook."),
        (
            (Cover.PARTLY, Cover.PARTLY, Cover.NO_CODE, Cover.NO_CODE),
            "4 candidate themes; none is covered by the codebook, 2 are partly covered and 2 are covered by no code: "
            "proposals for new codes.",
        ),
    ],
    ids=["one partly", "one covered", "two covered", "partly and none"],
)
def test_the_coverage_is_told_in_the_right_number(material: Material, verdicts: tuple[Cover, ...], says: str) -> None:
    themes = material.themes[: len(verdicts)]
    assert says in summary(grown(material, themes=themes, theme_codes=theme_codes_of(*verdicts)))


def test_one_of_everything_is_told_in_the_singular(material: Material) -> None:
    segment = material.segments[0]
    suggestion = replace(material.suggestions[0], segment=segment.id, rank=1)
    theme = replace(material.themes[0], segments=(segment.id,), membership=(1.0,), exemplars=(segment.id,))
    one = grown(
        material,
        sources=material.sources[:1],
        segments=(segment,),
        themes=(theme,),
        theme_codes=theme_codes_of(Cover.PARTLY),
        suggestions=(suggestion,),
        codings=(Coding(segment.id, suggestion.code, "coder A", 1),),
        estimates=tuple(estimates_of([segment], [suggestion], [theme])),
        problems=material.problems[:1],
        provenance={},
    )
    words = Page(rendered(one, min_participants=1)).words
    assert "1 interview, 1 segment, 1 candidate theme; none is covered" in words
    assert "1 coding by people stands on 1 segment, none accepted in bulk." in words
    assert "First suggestion in 1 segment of talk by 1 of 1 person (the" in words
    assert "People have coded it once." in words
    assert "of mandates." not in words
    plurals = "segments|themes|people|sources|interviews|codings|problems|places|times|texts"
    assert not re.findall(rf"(?<!\d)(?<!of )1 (?:more |candidate )?(?:{plurals})\b", words)


def test_one_segment_that_counts_for_no_code_counts_in_the_singular(material: Material) -> None:
    code, cell = "Use of force / Robust posture", ("talk", "all", "all", "all")
    short = tuple(
        replace(one, count=one.count - 1)
        if (one.subject, one.source_kind, one.actor_group, one.mission, one.period) == (code, *cell)
        else one
        for one in material.estimates
    )
    assert "1 of 198 segments of talk counts for none." in Page(rendered(grown(material, estimates=short))).words


def test_codes_are_said_not_to_be_comparable_among_what_the_numbers_are_not(html: str) -> None:
    words = Page(html).words
    assert words.count("overcounted") == 1
    assert "a rare code may be overcounted" in words.split("They are not", 1)[1].split("Map of segments", 1)[0]
