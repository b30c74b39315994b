"""A theme's terms and its exemplars."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.cluster.adapter import contained
from themes.cluster.exemplars import exemplars
from themes.cluster.terms import TermCounts, chosen, class_tfidf, describing
from themes.cluster.words import Term, wording
from themes.domain import Segment, SegmentId, SourceId, SourceKind


def counted(*terms: tuple[str, float, int]) -> tuple[dict[Term, float], dict[Term, int], dict[Term, str]]:
    keys = {name: tuple(name.split()) for name, _, _ in terms}
    return (
        {keys[name]: weight for name, weight, _ in terms},
        {keys[name]: breadth for name, _, breadth in terms},
        {key: name for name, key in keys.items()},
    )


def names(found: list[tuple[Term, float]]) -> list[str]:
    return [" ".join(term) for term, _ in found]


def test_a_word_gives_way_to_the_phrase_it_is_mostly_said_in() -> None:
    found = chosen(*counted(("rules", 3, 4), ("engagement", 2, 4), ("rules engagement", 2.5, 4)), 10, 12)
    assert names(found) == ["rules engagement"]


def test_a_word_that_is_mostly_said_elsewhere_stays_alone() -> None:
    found = chosen(*counted(("force", 3, 11), ("commander", 1, 9), ("force commander", 2, 3)), 10, 12)
    assert names(found) == ["force", "commander"]


def test_a_phrase_may_grow_to_three_words() -> None:
    found = chosen(
        *counted(
            ("central", 3, 6), ("african", 2, 9), ("republic", 2, 6), ("central african", 2, 5),
            ("african republic", 2, 6), ("central african republic", 1, 5),
        ),
        10, 12,
    )  # fmt: skip
    assert names(found) == ["central african republic"]


def test_terms_stand_by_weight_and_equal_ones_by_the_alphabet() -> None:
    found = chosen(*counted(("mine", 1, 3), ("camp", 2, 3), ("bridge", 1, 3), ("zebra", 0, 3)), 10, 12)
    assert found == [(("camp",), 2), (("bridge",), 1), (("mine",), 1)]


def test_what_a_tenth_of_the_theme_says_comes_before_what_one_segment_says() -> None:
    found = chosen(*counted(("mango", 9, 1), ("fuel", 2, 5), ("road", 1, 4)), 2, 30)
    assert names(found) == ["fuel", "road"]


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3, unique=True).map(tuple),
        st.tuples(st.floats(0.01, 9), st.integers(1, 9)),
        max_size=25,
    )
)
def test_no_two_terms_of_a_theme_share_a_word(drawn: dict[Term, tuple[float, int]]) -> None:
    weights = {term: weight for term, (weight, _) in drawn.items()}
    breadth = {term: count for term, (_, count) in drawn.items()}
    found = chosen(weights, breadth, {term: " ".join(term) for term in drawn}, 4, 20)
    stems = [stem for term, _ in found for stem in term]
    assert len(stems) == len(set(stems))
    assert len(found) <= 4
    assert [weight for _, weight in found] == sorted((weight for _, weight in found), reverse=True)


def test_terms_are_counted_once_per_segment_and_theme() -> None:
    said = wording(["fuel fuel fuel convoy", "fuel", "convoy patrol", "patrol"], (), ("en",))
    counts = TermCounts(said)
    assert list(counts.get_feature_names_out()) == ["convoy", "fuel", "patrol"]
    assert counts.documents() == ["0", "1", "2", "3"]
    assert counts.fit_transform(["0 1", "2 3"]).toarray().tolist() == [[1, 2, 0], [1, 0, 2]]


@pytest.mark.slow
def test_the_weights_of_terms_are_those_of_bertopic() -> None:
    texts = ["patrols protect civilians", "patrols by night", "elections, votes", "votes, night patrols", "elections"]
    counts, labels = TermCounts(wording(texts, (), ("en",))), np.array([0, 0, 1, 1, -1])
    with contained():
        from bertopic.vectorizers import ClassTfidfTransformer
    counted = counts.transform(["0 1", "2 3"])
    theirs = ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True).fit_transform(counted)
    assert theirs.nnz > 5
    assert np.allclose(class_tfidf(labels, counts).toarray(), theirs.toarray())


def test_the_terms_of_a_theme_are_described_from_its_row_of_weights() -> None:
    from scipy.sparse import csr_matrix

    said = wording(["fuel trucks, water", "fuel trucks", "court", "court, water"], (), ("en",))
    assert said.written == ("court", "fuel", "fuel trucks", "trucks", "water")
    weights = csr_matrix([[0.0, 0.5, 0.4, 0.5, 0.1]])
    assert describing(weights, [0, 1], said, 5) == (("fuel trucks", 0.4), ("water", 0.1))


def segment(number: int, text: str, source: str) -> Segment:
    return Segment(
        id=SegmentId(str(number)), source=SourceId(source), start=0, end=len(text), text=text, turn=0,
        kind=SourceKind.INTERVIEW, speaker="", participant="", actor_group="", mission="", mission_basis="",
        period="", period_basis="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "again"),
    [("haitian", "haiti"), ("terrorist", "terror"), ("counter", "counter-terrorism"), ("children", "child")],
)
def test_a_word_that_says_again_what_stands_already_is_left_out(word: str, again: str) -> None:
    assert names(chosen(*counted((again, 3, 5), (word, 2, 5), ("road", 1, 5)), 10, 12)) == [again, "road"]


@pytest.mark.parametrize(("one", "other"), [("peacekeep", "peacebuild"), ("car", "carpet"), ("mine", "minister")])
def test_words_that_only_begin_alike_both_stay(one: str, other: str) -> None:
    assert names(chosen(*counted((one, 3, 5), (other, 2, 5)), 10, 12)) == [one, other]


def test_a_phrase_may_repeat_a_word_beside_one_that_is_new() -> None:
    found = chosen(*counted(("haiti", 3, 9), ("haitian police", 2, 5), ("police", 1, 5)), 10, 12)
    assert names(found) == ["haiti", "haitian police"]


def test_a_phrase_that_would_be_cut_is_completed_and_a_sentence_is_not_quoted() -> None:
    natural = ("illegal exploitation natural", 3, 5), ("illegal exploitation natural resources", 2, 5)
    shorter = ("illegal", 2, 5), ("illegal exploitation", 2, 5), *natural
    assert names(chosen(*counted(*shorter), 10, 12)) == ["illegal exploitation natural resources"]
    rarer = (*shorter[:3], ("illegal exploitation natural resources", 2, 3))
    assert names(chosen(*counted(*rarer), 10, 12)) == ["illegal exploitation natural"]


LONG = "one two three four five six seven eight nine"


@pytest.mark.parametrize(
    ("texts", "sources", "alike", "expected"),
    [
        ([LONG + c for c in "abcd"], "AABC", (), [0, 2, 3]),
        ([LONG + c for c in "abcd"], "AAAA", (), [0, 1, 2]),
        ([LONG + "a", "short", LONG + "b", LONG + "c"], "ABCD", (), [0, 2, 3]),
        (["one", "two", "three", "four"], "AABC", (), [0, 2, 3]),
        ([LONG + c for c in "abcd"], "ABCD", (0, 1), [0, 2, 3]),
        ([LONG, "short", "brief", "terse"], "ABCD", (), [0]),
        ([LONG.upper(), LONG, LONG + "b", LONG + "c"], "ABCD", (), [0, 2]),
    ],
    ids=[
        "sources differ",
        "one source",
        "long ones",
        "only short ones",
        "near-duplicates",
        "one long one",
        "same text",
    ],
)
def test_exemplars(texts: list[str], sources: str, alike: tuple[int, ...], expected: list[int]) -> None:
    units = np.eye(4, dtype=np.float32)
    if alike:
        units[list(alike)] = units[alike[0]]
    members = [segment(n, text, source) for n, (text, source) in enumerate(zip(texts, sources, strict=True))]
    assert exemplars(range(4), members, units, count=3, words=8) == expected
