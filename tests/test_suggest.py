"""Codes suggested for segments and candidate themes."""

from __future__ import annotations

import zlib
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from themes.domain import (
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Cover,
    Segment,
    SegmentId,
    SourceId,
    SourceKind,
    Suggestion,
    ThemeId,
)
from themes.errors import OptionError
from themes.suggest import (
    EncodedCodebook,
    Judged,
    Learned,
    Learner,
    SuggestOptions,
    code_texts,
    judged,
    map_themes,
    prior,
    suggest,
)
from themes.suggest import encoded as encoded_of
from themes.suggest.lexical import lexical_scores, standardised, stems_of

BOOK = Codebook(
    (
        Code(CodeId("Force"), "Force", None, "How force is used."),
        Code(CodeId("Force / Caveats"), "Caveats", CodeId("Force"), "Contingents refuse orders from the mission."),
        Code(
            CodeId("Consent"), "Consent", None, "The host state limits flights.", examples=("they closed the airport",)
        ),
        Code(CodeId("Money"), "Money", None, "Who pays for the troops."),
    )
)


def segment(number: int, text: str) -> Segment:
    return Segment(
        id=SegmentId(f"s{number}"),
        source=SourceId("one"),
        start=0,
        end=len(text),
        text=text,
        turn=0,
        kind=SourceKind.INTERVIEW,
        speaker="P",
        participant="P",
        actor_group="UN",
        mission="M",
        mission_basis="",
        period="p",
        period_basis="",
    )


TEXTS = (
    "the contingent refused the order again",
    "no flights were cleared by the host state",
    "somebody pays and somebody else bleeds for the troops",
    "my daughter started school that year",
)
SEGMENTS = tuple(segment(number, text) for number, text in enumerate(TEXTS))


def by_chance(texts: tuple[str, ...], dimensions: int = 64) -> np.ndarray:
    """A fixed random unit vector for each text: no meaning at all."""
    rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=dimensions) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def learnt(texts: tuple[str, ...], vectors: np.ndarray, book: EncodedCodebook, options: SuggestOptions) -> Learned:
    """What is thought before any decision."""
    scores = prior(texts, vectors, book, options)
    learner = Learner(texts, vectors, ["one"] * len(texts), scores, book, options)
    return learner.learn(judged((), {}, [code.id for code in book.codes]))


def suggestions(
    segments: tuple[Segment, ...], vectors: np.ndarray, book: EncodedCodebook, options: SuggestOptions
) -> tuple[Suggestion, ...]:
    """What is suggested before any decision."""
    texts = tuple(one.text for one in segments)
    scores = prior(texts, vectors, book, options)
    return suggest(segments, scores, learnt(texts, vectors, book, options), book, options)


@pytest.fixture
def encoded() -> EncodedCodebook:
    texts = code_texts(BOOK)
    return encoded_of(BOOK, dict(zip(texts, by_chance(texts), strict=True)))


def test_a_parent_that_only_groups_is_not_suggested(encoded: EncodedCodebook):
    assert [code.name for code in encoded.codes] == ["Caveats", "Consent", "Money"]


def test_meaning_decides_where_no_word_is_shared(encoded: EncodedCodebook):
    vectors = by_chance(TEXTS)
    vectors[3] = encoded.vectors["Money"]
    scores = prior(TEXTS, vectors, encoded, SuggestOptions(spread=0))
    assert scores.semantic[3].argmax() == 2
    assert scores.standing[3].argmax() == 2


def test_shared_words_decide_where_meaning_is_mute(encoded: EncodedCodebook):
    same = np.ones((4, 64), dtype=np.float32) / 8
    scores = prior(TEXTS, same, encoded, SuggestOptions(spread=0))
    assert scores.standing[:3].argmax(axis=1).tolist() == [0, 1, 2]
    assert not scores.semantic.any()


def test_an_example_pulls_segments_like_it_to_its_code(encoded: EncodedCodebook):
    texts = (*TEXTS, *(f"word {number}" for number in range(40)))
    vectors = by_chance(texts)
    vectors[3] = encoded.vectors["they closed the airport"]
    with_examples = prior(texts, vectors, encoded, SuggestOptions(spread=0)).semantic[3, 1]
    without = prior(texts, vectors, encoded, SuggestOptions(spread=0, example_weight=0)).semantic[3, 1]
    assert with_examples > without + 1


def test_neighbours_lend_a_mute_segment_their_code(encoded: EncodedCodebook):
    texts = (*TEXTS, "so it went on and on that year")
    vectors = by_chance(texts)
    vectors[4] = vectors[0]
    alone = prior(texts, vectors, encoded, SuggestOptions(spread=0, lexical_weight=5)).standing[4, 0]
    spread = prior(texts, vectors, encoded, SuggestOptions(spread=0.7, neighbours=1, lexical_weight=5)).standing[4, 0]
    assert spread > alone


@given(arrays(np.float32, (6, 8), elements=st.floats(-1, 1, width=32)), st.integers(0, 9))
def test_probabilities_are_probabilities_whatever_the_vectors(vectors: np.ndarray, neighbours: int):
    texts = code_texts(BOOK)
    book = encoded_of(BOOK, dict(zip(texts, by_chance(texts, 8), strict=True)))
    found = learnt((*TEXTS, "", "..."), vectors, book, SuggestOptions(neighbours=neighbours)).probabilities()
    assert found.shape == (6, 4)
    assert ((found > 0) & (found < 1)).all()


def test_the_voice_of_mandates_does_not_move_the_scores_of_talk(encoded: EncodedCodebook):
    talk = tuple(f"{TEXTS[number % 4]} {number}" for number in range(60))
    mandates = tuple(f"Decides that the mission {number} shall support the host state" for number in range(60))
    kinds = ["talk"] * 60 + ["mandate"] * 60
    together = prior((*talk, *mandates), by_chance((*talk, *mandates)), encoded, SuggestOptions(), kinds)
    alone = prior(talk, by_chance(talk), encoded, SuggestOptions())
    assert np.allclose(together.standing[:60], alone.standing, atol=1e-5)
    mixed = prior((*talk, *mandates), by_chance((*talk, *mandates)), encoded, SuggestOptions())
    assert not np.allclose(mixed.standing[:60], alone.standing, atol=1e-2)


def test_one_segment_and_one_code_give_one_suggestion():
    book = Codebook((Code(CodeId("Only"), "Only"),))
    encoded = encoded_of(book, dict(zip(code_texts(book), by_chance(("Only",)), strict=True)))
    found = suggestions(SEGMENTS[:1], by_chance(TEXTS[:1]), encoded, SuggestOptions())
    assert [(one.code, one.rank) for one in found] == [("Only", 1)]


def test_suggestions_are_ranked_and_say_what_speaks_for_them(encoded: EncodedCodebook):
    vectors = by_chance(TEXTS)
    options = SuggestOptions(top=2, spread=0, lexical_weight=5)
    found = suggestions(SEGMENTS, vectors, encoded, options)
    assert [one.rank for one in found] == [1, 2] * 4
    assert all(first.score >= second.score for first, second in zip(found[::2], found[1::2], strict=True))
    assert found[0].code == "Force / Caveats"
    assert found[0].words == ("contingent", "refused", "order")
    assert next(one.example for one in found if one.code == "Consent") == "they closed the airport"


def test_where_two_codes_of_one_parent_tie_the_suggestion_stops_at_the_parent():
    twins = (Code(CodeId("Force / A"), "A", CodeId("Force")), Code(CodeId("Force / B"), "B", CodeId("Force")))
    book = Codebook(
        (Code(CodeId("Force"), "Force"), *twins, Code(CodeId("Money"), "Money"), Code(CodeId("Aid"), "Aid"))
    )
    texts = code_texts(book)
    found = dict(zip(texts, by_chance(texts), strict=True))
    found["Force / B"] = found["Force / A"]
    segments = tuple(segment(number, "....") for number in range(3))
    vectors = np.stack([found["Force / A"], found["Money"], found["Aid"]])
    first = [one for one in suggestions(segments, vectors, encoded_of(book, found), SuggestOptions()) if one.rank == 1]
    assert [one.stops_at for one in first] == ["Force", None, None]
    assert first[0].parent_score > first[0].score


def test_an_acronym_is_evidence_as_it_is_written():
    book = Codebook((Code(CodeId("DDR"), "DDR", None, "Disarmament and reintegration."), Code(CodeId("Aid"), "Aid")))
    vectors = by_chance(code_texts(book))
    encoded = encoded_of(book, dict(zip(code_texts(book), vectors, strict=True)))
    one = (segment(0, "the DDR camp was of no use to us"),)
    found = suggestions(one, by_chance(("x",)), encoded, SuggestOptions())
    assert {each.code: each.words for each in found} == {"DDR": ("DDR",), "Aid": ()}


def test_words_that_everybody_uses_are_no_evidence(encoded: EncodedCodebook):
    texts = (*(f"the troops of contingent {number}" for number in range(30)), "the troops refuse orders")
    segments = tuple(segment(number, text) for number, text in enumerate(texts))
    options = SuggestOptions(top=3)
    found = suggestions(segments, by_chance(texts), encoded, options)
    assert {one.words for one in found if one.segment != "s30"} == {()}
    assert ("refuse", "orders") in [one.words for one in found if one.segment == "s30"]


def test_a_code_with_nothing_but_a_name_is_scored_too():
    texts = code_texts(Codebook((Code(CodeId("A"), "A"), Code(CodeId("B"), "B"))))
    assert texts == ("A", "B")


def test_a_code_is_known_by_the_names_of_the_codes_under_it():
    parent = Code(CodeId("Force"), "Force", None, "How force is used.", examples=("they shot",))
    child = Code(CodeId("Force / Caveats"), "Caveats", CodeId("Force"))
    grandchild = Code(CodeId("Force / Caveats / Night"), "Night", CodeId("Force / Caveats"))
    texts = code_texts(Codebook((parent, child, grandchild)))
    assert texts == ("Force", "Force. How force is used. Caveats. Night", "they shot", "Force / Caveats / Night")


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param(
            (0, 0, 0, 1), [("Force / Caveats", 0.75, Cover.COVERED), ("Consent", 0.25, Cover.PARTLY)], id="covered"
        ),
        pytest.param((0, 1, 2, 2), [("Money", 0.5, Cover.COVERED), ("Force / Caveats", 0.25, Cover.PARTLY)], id="half"),
    ],
)
def test_a_theme_maps_to_the_codes_first_suggested_for_its_segments(shares: tuple[int, ...], expected: list[object]):
    mapped = map_themes([theme()], SEGMENTS, first_codes(shares), BOOK.assignable, SuggestOptions())
    assert [(one.code, one.coverage, one.verdict) for one in mapped][: len(expected)] == expected


def test_a_theme_that_no_code_covers_is_a_proposal_and_names_the_nearest():
    options = SuggestOptions(partly_from=0.6, covered_from=0.6)
    mapped = map_themes([theme()], SEGMENTS, first_codes((0, 0, 1, 2)), BOOK.assignable, options)
    assert (mapped[0].code, mapped[0].verdict, mapped[0].rank) == (None, Cover.NO_CODE, 0)
    assert mapped[1].code == "Force / Caveats"


def test_without_a_codebook_every_theme_is_a_proposal():
    mapped = map_themes([theme()], SEGMENTS, None, (), SuggestOptions())
    assert [(one.code, one.verdict) for one in mapped] == [(None, Cover.NO_CODE)]


def theme() -> CandidateTheme:
    return CandidateTheme(ThemeId("T01"), (), tuple(one.id for one in SEGMENTS), (1.0,) * 4, ())


def first_codes(codes: tuple[int, ...], *words: tuple[int, int, bool]) -> Learned:
    """The first code of each segment is as probable as .8, the others as .1; `words` are (segment, code, carries)."""
    probabilities = np.full((4, 4), 0.1)
    probabilities[range(4), codes] = 0.8
    rows = np.array([segment for segment, _, _ in words], np.intp)
    said, known = np.zeros((len(words), 4)), np.zeros((len(words), 4), bool)
    for place, (_, code, carries) in enumerate(words):
        said[place, code], known[place, code] = carries, True
    judged = Judged(rows, said, known, np.ones(len(words)))
    return cast("Learned", SimpleNamespace(judged=judged, probabilities=probabilities.copy))


def test_a_word_of_a_coder_counts_for_a_theme_in_the_place_of_a_probability():
    learned = first_codes((0, 0, 0, 1), (0, 0, False), (1, 0, False), (2, 2, True))
    mapped = map_themes([theme()], SEGMENTS, learned, BOOK.assignable, SuggestOptions())
    assert {one.code: (one.coverage, one.score) for one in mapped} == {
        "Money": (0.25, 0.325),
        "Consent": (0.25, 0.275),
        "Force / Caveats": (0.25, 0.225),
    }


def test_stems_join_inflections_in_the_language_of_the_study():
    assert stems_of("Refused, refusing 3 refuses") == ("refus", "refus", "refus")
    assert stems_of("les soldats", "fr") == ("le", "soldat")
    assert stems_of("soldaten", "xx") == ("soldaten",)


def test_a_query_that_shares_no_word_scores_the_same_low_value_everywhere():
    scores = lexical_scores(TEXTS, ["zebra", "contingent order"])
    assert len(set(scores[:, 0].tolist())) == 1
    assert scores[:, 0].max() < scores[:, 1].max()
    assert scores[:, 1].argmax() == 0


def test_one_rare_word_does_not_outweigh_a_code_that_is_spoken_of_throughout():
    texts = [f"the police and the gendarmerie number {number} were trained" for number in range(20)]
    texts[0] += " and decentralised"
    scores = lexical_scores(texts, ["police training and gendarmerie", "decentralised government of the provinces"])
    assert scores[0, 0] > scores[0, 1]


def test_texts_without_words_score_nothing():
    assert not lexical_scores(["1 2 3", "..."], ["4"]).any()


def test_equal_scores_are_standardised_to_zeros():
    assert standardised(np.array([[2.0, 2.0], [2.0, 2.0]])).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert standardised(np.array([[1.0, 1.0], [3.0, 3.0]])).tolist() == [[-1.0, -1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    "wrong", [{"top": 0}, {"spread": 1.0}, {"counted_from": -0.1}, {"covered_from": 0.1}, {"coverage": 1.0}]
)
def test_an_impossible_option_is_refused_by_name(wrong: dict[str, float]):
    with pytest.raises(OptionError) as refused:
        SuggestOptions(**wrong)  # type: ignore[arg-type]
    assert refused.value.where == f"suggest.{next(iter(wrong))}"
