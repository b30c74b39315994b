"""How a candidate theme stands: found again, of which texts, by whom, at which level, and where it ends."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.report_fiction import Page, card, estimates_of, fiction, grown, rendered
from themes.domain import CandidateTheme, Granularity, SourceKind, ThemeId, Tier
from themes.report import Material, tables


@pytest.fixture(scope="module")
def material() -> Material:
    return fiction()


def with_theme(material: Material, **changes: object) -> Material:
    """The material with other fields in its first candidate theme."""
    first = replace(material.themes[0], **changes)  # type: ignore[arg-type]  # the fields of CandidateTheme, by name
    return grown(material, themes=(first, *material.themes[1:]))


def row(material: Material, name: str = "themes") -> dict[str, object]:
    """The first row of a table, cells as they are before they are written."""
    found = tables(material)[name]
    return dict(zip(found.columns, found.rows[0], strict=True))


@pytest.mark.parametrize(
    ("stability", "says", "loose"),
    [(0.87, "in 87% of the resamples", False), (0.5, "in 50% of the resamples", False), (0.31, "in 31% of", True)],
    ids=["firm", "just firm", "loose"],
)
def test_a_card_says_how_often_the_theme_was_found_again(
    material: Material, stability: float, says: str, loose: bool
) -> None:
    changed = with_theme(material, stability=stability)
    words = card(rendered(changed), 1)
    assert says in words
    assert ("loose" in words) is loose
    assert row(changed)["stability"] == stability


def test_one_sentence_says_what_found_again_means_and_only_where_it_was_measured(material: Material) -> None:
    assert "without a random part of the segments" in Page(rendered(with_theme(material, stability=0.9))).words
    words = Page(rendered(material)).words
    assert "resamples" not in words
    assert row(material)["stability"] is None


def test_a_theme_that_was_never_found_again_is_loose_where_others_were_found(material: Material) -> None:
    words = card(rendered(with_theme(material, stability=0.9)), 2)
    assert "in 0% of the resamples loose" in words


def test_renewed_paragraphs_count_once_among_the_different_texts(material: Material) -> None:
    mandates = [one.id for one in material.segments if one.kind is SourceKind.MANDATE]
    theme = material.themes[0]
    inside = [segment for segment in theme.segments if segment in mandates]
    assert len(inside) >= 3
    changed = grown(material, copy_of={inside[1]: inside[0], inside[2]: inside[0]})
    assert f"{len(theme.segments)} segments" in card(rendered(changed), 1)
    assert f"{len(theme.segments) - 2} different texts" in card(rendered(changed), 1)
    assert row(changed)["different_texts"] == len(theme.segments) - 2
    assert "different text" not in card(rendered(material), 1)


def test_a_card_says_how_much_of_it_is_talk_and_how_much_mandate(material: Material) -> None:
    theme = material.themes[0]
    mandates = sum(material.segment[one].kind is SourceKind.MANDATE for one in theme.segments)
    assert f"{len(theme.segments) - mandates} talk {mandates} mandate" in card(rendered(material), 1)


def test_a_study_without_mandates_says_nothing_of_a_mix(material: Material) -> None:
    kept = tuple(one for one in material.segments if one.kind is not SourceKind.MANDATE)
    ids = {one.id for one in kept}
    themes = tuple(
        replace(theme, segments=own, membership=theme.membership[: len(own)], exemplars=own[:3])
        for theme in material.themes
        for own in [tuple(one for one in theme.segments if one in ids)]
    )
    sources = tuple(one for one in material.sources if one.kind is not SourceKind.MANDATE)
    suggestions = tuple(one for one in material.suggestions if one.segment in ids)
    talk = grown(
        material,
        sources=sources,
        segments=kept,
        themes=themes,
        suggestions=suggestions,
        estimates=tuple(estimates_of(kept, suggestions, themes)),
    )
    assert "Talk and mandates" not in card(rendered(talk), 1)


def test_the_talk_of_a_theme_is_spread_over_its_actor_groups_in_the_table(material: Material) -> None:
    found = row(material)["actor_groups"]
    assert isinstance(found, tuple)
    counts = [int(one.rpartition(": ")[2]) for one in found]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == sum(
        material.segment[one].kind is not SourceKind.MANDATE for one in material.themes[0].segments
    )


def test_the_one_voice_of_a_theme_is_marked_and_named_in_the_table_alone(material: Material) -> None:
    changed = with_theme(material, one_voice="P01")
    share = re.search(r"One voice. One participant supplies (\d+)% of its talk\.", card(rendered(changed), 1))
    assert share
    assert 0 < int(share[1]) < 100
    assert "P01" not in share[0]
    assert row(changed)["one_voice"] == "P01"


def test_the_one_voice_of_a_focus_group_is_a_number_where_its_label_may_not_stand(material: Material) -> None:
    group = next(one for one in material.sources if one.kind is SourceKind.FOCUS_GROUP and one.tier is not Tier.NAMED)
    segments = tuple(
        replace(one, participant=f"{group.pseudonym}, Aline", speaker="Aline") if one.source == group.id else one
        for one in material.segments
    )
    voice = f"{group.pseudonym}, Aline"
    theme = next(t for t in material.themes if any(material.segment[one].source == group.id for one in t.segments))
    changed = grown(material, segments=segments, themes=(replace(theme, one_voice=voice),), theme_codes=())
    assert row(changed)["one_voice"] == f"{group.pseudonym}, voice 1"


def test_a_name_given_by_a_person_is_the_title_and_the_terms_stand_beside_it(material: Material) -> None:
    changed = with_theme(material, name="Nights on the road")
    words = card(rendered(changed), 1)
    assert words.startswith("1 Nights on the road")
    assert "named by a person · " in words
    assert "order · road · helicopters" in words
    assert (row(changed)["label"], row(changed)["name"]) == ("Nights on the road", "Nights on the road")
    assert row(material)["name"] is None


def test_a_theme_that_the_machine_no_longer_finds_says_so(material: Material) -> None:
    lost = grown(with_theme(material, name="Nights", stability=0.9), lost=frozenset({material.themes[0].id}))
    words = card(rendered(lost), 1)
    assert "The last run did not find this candidate theme." in words
    assert "resamples" not in words
    assert (row(lost)["found"], row(lost)["stability"]) == (False, None)
    assert "did not find" not in card(rendered(lost), 2)


def test_a_segment_of_a_lost_theme_belongs_to_the_one_that_was_found(material: Material) -> None:
    first, second = material.themes[:2]
    both = replace(first, segments=second.segments, membership=second.membership, exemplars=second.exemplars)
    for themes in ((both, second), (second, both)):
        known = grown(material, themes=themes, lost=frozenset({first.id}))
        assert {known.theme_of[one][0] for one in second.segments} == {second.id}


LEVELS = {"C1": "night", "F1": "road", "F2": "order"}


def levels(material: Material) -> Material:
    """The material with a coarser theme over the first two, and two finer ones in the first."""
    first, second = material.themes[:2]
    half = len(first.segments) // 2

    def level(name: str, segments: tuple[str, ...], at: Granularity, parent: str | None) -> CandidateTheme:
        return replace(
            first,
            id=ThemeId(name),
            terms=((LEVELS[name], 1.0),),
            segments=segments,
            membership=(1.0,) * len(segments),
            exemplars=segments[:1],
            granularity=at,
            parent=ThemeId(parent) if parent else None,
        )

    coarse = level("C1", (*first.segments, *second.segments), Granularity.COARSE, None)
    fine = [
        level("F1", first.segments[half:], Granularity.FINE, first.id),
        level("F2", first.segments[:half], Granularity.FINE, first.id),
    ]
    themes = tuple(
        replace(theme, parent=ThemeId("C1")) if theme in (first, second) else theme for theme in material.themes
    )
    return grown(material, themes=themes, hierarchy=(coarse, *fine))


def test_a_card_names_the_coarser_theme_it_is_part_of_and_its_finer_parts(material: Material) -> None:
    leveled = levels(material)
    size = len(leveled.hierarchy[0].segments)
    words = card(rendered(leveled), 1)
    assert f"Part of night {size} segments, C1" in words
    assert re.search(r"Finer parts (?:road|order) \d+ segments, F\d; (?:road|order) \d+ segments, F\d", words)
    assert "Part of" not in card(rendered(leveled), 3)
    assert row(leveled)["parent"] == "C1"


def test_the_levels_have_a_table_with_their_segments(material: Material) -> None:
    leveled = levels(material)
    rows = tables(leveled)["hierarchy"].rows
    assert [one[:4] for one in rows] == [
        ("C1", "coarse", None, "night"),
        ("F1", "fine", leveled.themes[0].id, "road"),
        ("F2", "fine", leveled.themes[0].id, "order"),
    ]
    assert rows[1][-1] == leveled.hierarchy[1].segments


def test_borderline_quotes_stand_apart_from_the_examples_and_are_none_of_them(material: Material) -> None:
    theme = material.themes[0]
    openly = [one for one in theme.segments if material.segment[one].source not in material.withheld]
    last, example = openly[-1], next(one for one in theme.exemplars if one in openly)
    unlike = replace(material.segment[last], text="We might speak of quite another thing.")
    segments = tuple(unlike if one.id == last else one for one in material.segments)
    changed = with_theme(grown(material, segments=segments), borderline=(example, last))
    examples, borderline = card(rendered(changed), 1).split("Borderline: might as well lie in another")
    assert "We might speak of quite another thing." in borderline
    assert "quite another thing" not in examples
    assert material.segment[example].text.split(".")[0] not in borderline
    assert row(changed)["borderline"] == (example, last)
    assert "Borderline" not in card(rendered(material), 1)


def test_a_borderline_segment_that_is_not_for_quotation_is_not_quoted(material: Material) -> None:
    theme = material.themes[0]
    closed = next(one for one in theme.segments if material.segment[one].source in material.withheld)
    assert "Borderline" not in card(rendered(with_theme(material, borderline=(closed,))), 1)


def test_nothing_of_talk_is_told_of_a_theme_where_too_few_people_speak(material: Material) -> None:
    changed = grown(levels(with_theme(material, one_voice="P01", stability=0.9)), copy_of={})
    words = card(rendered(changed, min_participants=1000), 1)
    assert not re.search(r"\d+ talk|One voice|different text|\d+ segments, [CF]\d", words)
    assert "Found again in 90%" in words
