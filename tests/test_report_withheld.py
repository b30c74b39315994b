"""What the page withholds: words, names and numbers behind which too few people stand."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report_fiction import EVERYWHERE, STUDY, Page, card, estimates_of, fiction, grown, rendered
from tests.report_reading import unpacked
from themes.domain import (
    Estimate,
    Problem,
    Severity,
    SourceId,
    SourceKind,
    Tier,
)
from themes.report import Material, ReportOptions, write
from themes.report.cells import Counts
from themes.report.page import uncounted


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


@pytest.fixture(scope="module")
def html(material: Material) -> str:
    return rendered(material)


def with_words(material: Material, source: SourceId, text: str) -> Material:
    """The same material, where every segment of a source says `text`."""
    changed = tuple(replace(one, text=text) if one.source == source else one for one in material.segments)
    return grown(material, segments=changed)


@pytest.mark.parametrize(
    ("tier", "shown", "hidden"),
    [
        (Tier.NAMED, "P01, UN / Headquarters, MINUSMA", "nothing of the sort"),
        (Tier.ORGANISATION, "UN / Headquarters", "P01"),
        (Tier.GROUP, "UN / Headquarters, MINUSMA", "P01"),
    ],
    ids=["named", "organisation", "group"],
)
def test_a_quote_is_attributed_as_far_as_its_tier_allows(
    material: Material, tier: Tier, shown: str, hidden: str
) -> None:
    first = replace(material.sources[0], tier=tier)
    changed = with_words(grown(material, sources=(first, *material.sources[1:])), first.id, "Words of one voice.")
    html = rendered(changed, quotes=50).split('<section id="themes"')[1]
    found = re.findall(r"Words of one voice.*?(<figcaption>.*?</figcaption>)", html, re.DOTALL)
    captions = [Page(caption).words for caption in found]
    assert captions
    assert any(shown in caption for caption in captions)
    assert not any(hidden in caption for caption in captions)
    assert any("secret-file" in caption for caption in captions) is (tier is Tier.NAMED)


def test_no_word_of_a_source_that_is_not_for_quotation_reaches_any_file(material: Material, tmp_path: Path) -> None:
    closed = next(source for source in material.sources if source.tier is Tier.NOT_FOR_QUOTATION)
    changed = with_words(material, closed.id, "Zanzibarish zephyrs.")
    changed = grown(
        changed,
        sources=tuple(replace(one, text="Zanzibarish zephyrs.") if one is closed else one for one in material.sources),
        themes=tuple(replace(one, terms=(("zanzibarish", 1.0), *one.terms)) for one in material.themes),
        suggestions=tuple(
            replace(one, words=("zephyrs",), example="zanzibarish  ZEPHYRS!")
            if changed.segment[one.segment].source == closed.id
            else one
            for one in material.suggestions
        ),
    )
    for path in write(changed, tmp_path, ReportOptions(quotes=50)):
        text = unpacked(path).casefold()
        assert "zanzibarish" not in text, path.name
        assert "zephyrs" not in text, path.name


def test_labels_and_titles_of_talk_that_is_not_named_stay_off_the_page(html: str, material: Material) -> None:
    assert "A real name" not in html
    for source in material.sources:
        shown = f"<bdi>{source.title}</bdi>" in html
        assert shown is (source.tier is Tier.NAMED)


def test_a_small_cell_shows_no_number_and_says_why(html: str) -> None:
    words = card(html, 1)
    assert "Host state fewer than 3 people" in words
    assert not re.search(r"Host state \d+ of", words)
    assert "NGOs hidden to protect a smaller cell" in words
    assert re.search(r"UN \d+ of 77", words)


def test_a_group_is_shown_once_enough_people_stand_behind_it(material: Material) -> None:
    assert re.search(r"Host state \d+ of 22", card(rendered(material, min_participants=2), 1))


def two_voices(min_participants: int) -> str:
    """The page of a study in which two people speak, one of them much more, beside the mandates."""
    everything = fiction()
    ours = {source.id for source in everything.sources[:2]} | {source.id for source in everything.sources[-3:]}
    segments = tuple(one for one in everything.segments if one.source in ours)
    kept = {segment.id for segment in segments}
    suggestions = tuple(one for one in everything.suggestions if one.segment in kept)
    themes = tuple(
        replace(theme, segments=inside, membership=theme.membership[: len(inside)], exemplars=inside[:5])
        for theme in everything.themes
        if (inside := tuple(segment for segment in theme.segments if segment in kept))
    )
    known = {theme.id for theme in themes}
    return rendered(
        grown(
            everything,
            sources=tuple(source for source in everything.sources if source.id in ours),
            segments=segments,
            suggestions=suggestions,
            themes=themes,
            theme_codes=tuple(one for one in everything.theme_codes if one.theme in known),
            estimates=tuple(estimates_of(segments, suggestions, themes)),
        ),
        min_participants=min_participants,
        quotes=0,
    )


def test_cards_say_no_number_of_talk_where_too_few_people_speak() -> None:
    words = Page(two_voices(min_participants=3)).words
    after = words.split("Candidate themes What the machine put together", 1)[1].split("Sources A source", 1)[0]
    assert "Talk: fewer than 3 people, so there is no table of its counts." in after
    assert "Codes in mandates, by mission and period" in after
    assert "in talk, by" not in after
    assert "talk: fewer than 3 people · " in after
    assert "talk: fewer than 3 people, " in after
    assert "Talk: fewer than 3 people, so no number is shown." in after
    assert re.search(r"First suggestion in \d+ segments? of mandates", after)
    told = r"\d+ in talk|segments? of talk|coverage \d|One participant"
    assert not re.findall(told, after)
    people = r"(?<!than )\d (?:person|people) ·|of them from mandates"
    assert not re.findall(people, after)
    assert not re.findall(r"\d+ segments? not quoted|And \d+ more|coded by people: \d", after)


def test_a_hidden_size_of_a_candidate_theme_is_not_in_the_legend_either() -> None:
    hidden, shown = (
        html.split('<ol class="legend">')[1].split("</ol>", 1)[0] for html in (two_voices(3), two_voices(1))
    )
    assert 'class="count"' not in hidden
    assert shown.count('class="count"') == shown.count("<li>")


def test_the_same_cards_give_their_numbers_where_the_study_hides_none() -> None:
    words = Page(two_voices(min_participants=1)).words
    assert "fewer than" not in words
    assert re.search(r"\d+ in talk", words)
    assert re.search(r"First suggestion in \d+ segments? of talk by \d of 2 people", words)
    assert re.search(r"[12] (?:person|people) · \d+ source", words)


@pytest.mark.parametrize("tier", list(Tier), ids=str)
def test_an_id_made_from_a_file_name_stands_only_where_the_source_may_be_named(material: Material, tier: Tier) -> None:
    sources = tuple(
        replace(one, tier=tier, id=SourceId(f"colonel-{place:02}"), file=f"transcripts/colonel-{place:02}.txt")
        if one.kind is not SourceKind.MANDATE
        else one
        for place, one in enumerate(material.sources)
    )
    new = {old.id: new for old, new in zip(material.sources, sources, strict=True)}
    segments = tuple(replace(one, source=new[one.source].id) for one in material.segments)
    html = rendered(grown(material, sources=sources, segments=segments, problems=()), quotes=50)
    assert ("colonel" in html) is (tier is Tier.NAMED)
    rows = Page(html).words.split("May be quoted as", 1)[1]
    assert rows.strip().startswith("colonel-00" if tier is Tier.NAMED else "1 interview")
    assert "S-RES-2100 (2013) S/RES/2100 (2013)" in rows


def test_a_problem_may_name_the_file_of_a_closed_source(material: Material) -> None:
    closed = next(source for source in material.sources if source.tier is Tier.NOT_FOR_QUOTATION)
    problem = Problem(Severity.ERROR, closed.file, "The file holds no turns.", "Label each speaker's turns.")
    words = Page(rendered(grown(material, problems=(problem,)))).words
    assert closed.file in words.split("What was left out, and what to know", 1)[1]


def test_segments_that_count_for_no_code_are_told_of_mandates_alone_where_too_few_people_speak() -> None:
    everywhere = (EVERYWHERE, EVERYWHERE, EVERYWHERE)
    talk = Estimate("code", "A", "talk", *everywhere, 3, 10, 1, 2, "first suggestion")
    mandates = replace(talk, source_kind="mandate", count=1, segments=4)
    assert uncounted(Counts(STUDY, (talk, mandates), 3)) == "3 of 4 segments of mandates count for none."
    assert uncounted(Counts(STUDY, (talk, mandates), 2)).startswith("7 of 10 segments of talk and 3 of 4")


def test_other_names_for_a_group_in_the_files_change_nothing_on_the_page(material: Material, html: str) -> None:
    aliases = {"UN": "NGOs", "UN / Headquarters": "UN / Mission", "Host state": "UN / Mission"}
    assert rendered(grown(material, study=replace(STUDY, group_names=aliases))) == html
