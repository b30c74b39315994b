"""A segment's words: what carries a theme, and how it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.cluster.words import stop_words, wording


def written(text: str, *languages: str, words_out: tuple[str, ...] = ()) -> set[str]:
    """The terms of one text, as written; it stands twice, for what only one segment says is left out."""
    return set(wording([text, text], words_out, languages or ("en",)).written)


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("Yeah, um, you know, I mean, it's kind of really gonna be, right, fuel", ("en",), {"right", "fuel"}),
        ("I don't know, we'll see; they've said they can't, won't and wouldn't.", ("en",), set()),
        ("The government's trucks and the soldiers’ boots", ("en",), {"government", "trucks", "soldiers", "boots"}),
        ("Euh, voilà, c'est l'opération d'évacuation, quoi.", ("fr",), {"opération", "évacuation"}),
        ("Digamos que los soldados, pues, no tenían agua.", ("es",), {"soldados", "agua"}),
        ("Pois é, a gente não tinha combustível, né.", ("pt",), {"combustível"}),
        ("يعني كان هناك جنود", ("ar",), {"جنود"}),
        ("UN ROE 42 a1 x-ray", ("en",), {"roe", "x-ray"}),
        ("voilà, the colonel said", ("en",), {"colonel"}),
    ],
    ids=["fillers", "contractions", "possessives", "French", "Spanish", "Portuguese", "Arabic", "length", "borrowed"],
)
def test_only_words_that_carry_a_theme_are_kept(text: str, languages: tuple[str, ...], expected: set[str]) -> None:
    assert {term for term in written(text, *languages) if " " not in term} == expected


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar"])
def test_the_lists_hold_nothing_of_the_field(language: str) -> None:
    field = "force forces mandate state states order use means right rights fire security council commander civilians"
    assert not stop_words(language) & set(field.split())
    assert len(stop_words(language)) > 200


def test_each_segment_is_read_in_its_own_language() -> None:
    found = wording(
        ["The force was out of fuel and pain"] * 2 + ["La force avait du pain dans le camp"] * 2, (), ("en", "fr")
    )
    assert {"force", "fuel", "pain", "camp"} <= set(found.written)
    assert not {"avait", "dans", "was"} & set(found.written)


def test_a_language_without_a_list_drops_what_most_texts_say() -> None:
    texts = [f"und der {noun} und" for noun in ("Konvoi", "Markt", "Brunnen", "Richter") for _ in range(3)]
    assert set(wording(texts, (), ("de",)).written) == {"konvoi", "markt", "brunnen", "richter"}


def test_inflections_are_one_term_in_its_commonest_form() -> None:
    found = wording(["forces arrived", "a force", "forces landed", "forcing"], (), ("en",))
    assert found.terms == (("forc",),)
    assert found.written == ("forces",)
    assert found.presence.toarray().ravel().tolist() == [1, 1, 1, 1]


def test_equally_common_forms_are_shown_in_alphabetical_order() -> None:
    assert wording(["patrols", "patrol"], (), ("en",)).written == ("patrol",)


def test_names_go_out_as_words_and_as_phrases() -> None:
    text = "Interviewer asked the Force  Commander about the force and about Commander P03 Alpha in Mali"
    kept = written(text, words_out=("Interviewer", "Force Commander", "alpha", "", "P03"))
    assert kept == {"force", "commander", "mali"}


def test_words_out_may_hold_any_signs() -> None:
    assert written("R.02 (Gao) spoke [of] rations", words_out=("R.02 (Gao)", "[of]", "\\", "a+")) == {"rations"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules of engagement", {"rules", "engagement", "rules of engagement"}),
        ("protection, civilians", {"protection", "civilians"}),
        ("patrol. Convoy", {"patrol", "convoy"}),
        ("Democratic Republic of the Congo", {"democratic republic of the congo", "republic of the congo"}),
        ("convoy and patrol", {"convoy", "patrol"}),
        ("convoy 12 patrol", {"convoy", "patrol"}),
        ("convoy convoys", {"convoy"}),
        ("of fuel of", {"fuel"}),
    ],
    ids=["linked", "comma", "sentence", "triple", "no link", "number", "twice the same", "loose links"],
)
def test_words_side_by_side_make_a_term(text: str, expected: set[str]) -> None:
    found = written(text)
    assert expected <= found
    if len(expected) <= 3 and "democratic" not in text.lower():
        assert found == expected


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_can_be_worded(texts: list[str], words_out: list[str]) -> None:
    found = wording(texts, words_out, ("en", "fr"))
    assert found.presence.shape == (len(texts), len(found.terms))
    assert len(found.terms) == len(found.written)
    assert set(found.presence.data) <= {1.0}
    for form in found.written:
        assert all(sum(map(str.isalpha, word)) >= 2 for word in form.split())
