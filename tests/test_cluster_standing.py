"""Whose theme it is, and which of its segments might as well lie in another."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from themes.cluster.exemplars import borderline, closeness
from themes.cluster.neighbours import unit
from themes.cluster.standing import one_voice, voices
from themes.domain import Segment, SegmentId, SourceId, SourceKind


def segment(number: int, participant: str, kind: SourceKind = SourceKind.INTERVIEW, text: str = "") -> Segment:
    words = text or f"Remark {number} about the road and the convoy on it"
    return Segment(
        SegmentId(f"s{number}"), SourceId(participant or "x"), 0, 9, words, 0, kind, "", participant, "", "", "", "", ""
    )


def said(**counts: int) -> list[Segment]:
    return [segment(n, name) for n, name in enumerate(name for name, times in counts.items() for _ in range(times))]


EVEN = Counter({f"P{n}": 10 for n in range(20)})


@pytest.mark.parametrize(
    ("theme", "study", "voice"),
    [
        ({"P1": 5}, EVEN, "P1"),
        ({"P1": 4, "P2": 3}, EVEN, "P1"),
        ({"P1": 5, "P2": 5}, EVEN, ""),
        ({"P1": 2}, EVEN, ""),
        ({"P1": 30}, Counter({"P1": 300}), ""),
        ({"P1": 5, "P2": 1}, Counter({"P1": 50, "P2": 50}), ""),
        ({"P1": 20, "P2": 1}, Counter({"P1": 50, "P2": 50}), "P1"),
        ({"P1": 19, "P2": 1}, Counter({"P1": 90, "P2": 10}), ""),
        ({"P1": 1, "": 9}, Counter({"P1": 10, "": 90}), ""),
    ],
    ids=[
        "all",
        "most",
        "half",
        "too few",
        "one interview",
        "two, by chance",
        "two, not by chance",
        "who talks most",
        "nobody known",
    ],
)
def test_a_theme_of_one_voice_is_marked_beyond_what_chance_gives(
    theme: dict[str, int], study: Counter[str], voice: str
) -> None:
    assert one_voice(said(**theme), study) == voice


def test_mandates_do_not_count_towards_a_voice() -> None:
    members = [*said(P1=5), *(segment(50 + n, "S/RES/1", SourceKind.MANDATE) for n in range(30))]
    assert one_voice(members, EVEN) == "P1"
    assert voices(members) == {"P1": 5}
    assert one_voice(members[5:], EVEN) == ""


def test_few_themes_of_a_small_study_are_marked_by_chance() -> None:
    chance = np.random.default_rng(4)
    talk = said(**{f"P{n}": 18 for n in range(12)})
    everyone = voices(talk)
    marked = 0
    for _ in range(100):
        mixed = [talk[place] for place in chance.permutation(len(talk))]
        marked += sum(bool(one_voice(mixed[start : start + 12], everyone)) for start in range(0, len(mixed), 12))
    assert marked <= 9  # of 1,800 themes


def test_likeness_to_the_own_theme_leaves_the_segment_out() -> None:
    units = unit(np.array([[1, 0], [1, 0.2], [0, 1], [0.1, 1]], np.float32))
    likeness = closeness(np.array([0, 0, 1, -1]), units)
    assert likeness.shape == (4, 2)
    assert likeness[0, 0] == pytest.approx(units[0] @ units[1], abs=1e-6)
    assert likeness[2, 1] == 0
    assert likeness[3, 1] == pytest.approx(units[3] @ units[2], abs=1e-6)


LIKENESS = np.array([[0.9, 0.1], [0.8, 0.75], [0.8, 0.67], [0.8, 0.79], [0.1, 0.1], [0.9, 0.2]])


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
def test_those_whose_two_best_themes_are_closest_are_borderline(sparse: bool) -> None:
    from scipy.sparse import csr_matrix

    segments = [segment(n, f"P{n}") for n in range(6)]
    given = csr_matrix(LIKENESS) if sparse else LIKENESS
    assert borderline(range(6), 0, given, segments, 5, 3) == [3, 1, 2]
    assert borderline(range(6), 0, given, segments, 2, 3) == [3, 1]


def test_borderline_segments_are_of_as_many_sources_as_there_are_and_long_enough() -> None:
    segments = [segment(n, name) for n, name in enumerate(("A", "B", "C", "B", "D", "E"))]
    assert borderline(range(6), 0, LIKENESS, segments, 2, 3) == [3, 2]
    assert borderline(range(6), 0, LIKENESS, segments, 2, 99) == []


def test_the_same_text_is_borderline_once() -> None:
    segments = [segment(n, f"P{n}", text="The same words are said here again.") for n in range(6)]
    assert borderline(range(6), 0, LIKENESS, segments, 5, 3) == [3]


def test_a_theme_alone_has_no_borderline() -> None:
    assert borderline([0, 1], 0, np.ones((2, 1)), [segment(0, "A"), segment(1, "B")], 5, 1) == []
