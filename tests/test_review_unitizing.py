"""Agreement on excerpts beyond chance: the published example, and what must hold for any excerpts."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CodeId, Segment, SegmentId, SourceId, SourceKind
from themes.review.boundaries import boundary_agreement, boundary_u_alpha
from themes.review.unitizing import Stretch, u_alpha

ALEX = ((1, 7, 1), (8, 13, 2), (31, 32, 5), (33, 37, 6), (38, 44, 6), (45, 60, 7))
PAUL = ((1, 7, 1), (8, 13, 3), (14, 21, 5), (33, 44, 6))
SUZAN = ((1, 7, 1), (8, 13, 4), (14, 21, 5), (33, 37, 6), (38, 41, 6), (42, 44, 6))
"""Krippendorff 2019, figure 12.11: first and last of 60 characters, and the value."""


def stretches(*coders: tuple[tuple[int, int, int], ...]) -> list[Stretch]:
    return [Stretch(coder, first - 1, last, value) for coder, own in enumerate(coders) for first, last, value in own]


def whole(n_coders: int, length: int) -> list[Stretch]:
    return [Stretch(coder, 0, length) for coder in range(n_coders)]


def test_krippendorffs_example_of_three_coders_gives_his_u_alpha():
    assert u_alpha(stretches(ALEX, PAUL, SUZAN), whole(3, 60)) == pytest.approx(0.510, abs=5e-4)


def test_krippendorffs_example_gives_his_u_alpha_of_what_is_an_excerpt_at_all():
    binary = [Stretch(one.coder, one.start, one.end) for one in stretches(ALEX, PAUL, SUZAN)]
    assert u_alpha(binary, whole(3, 60)) == pytest.approx(0.413, abs=1e-3)


def test_where_nothing_varies_there_is_no_u_alpha():
    assert u_alpha([], []) is None
    assert u_alpha([], whole(2, 10)) is None
    assert u_alpha(stretches(((1, 10, 1),), ((1, 10, 1),)), whole(2, 10)) is None


def test_what_one_coder_alone_has_spoken_of_does_not_count():
    both = stretches(((1, 4, 1),), ((3, 6, 1),))
    more = [*both, Stretch(0, 10, 15, 1)]
    assert u_alpha(more, [*whole(2, 10), Stretch(0, 10, 20)]) == u_alpha(both, whole(2, 10))


def test_two_excerpts_side_by_side_are_not_one():
    together, apart = stretches(((1, 8, 1),), ((1, 8, 1),)), stretches(((1, 4, 1), (5, 8, 1)), ((5, 8, 1),))
    assert u_alpha(together, whole(2, 16)) == 1
    # 32 characters, 12 of them in excerpts of 4: 4 differ, twice; by chance 32 * 240 / (32^2 - 3 * 16 - 20)
    assert u_alpha(apart, whole(2, 16)) == pytest.approx(1 - 8 / (32 * 2 * 12 * 20 / (32**2 - 3 * 16 - 20)))


def test_two_values_on_one_excerpt_are_a_set_of_their_own():
    one = [Stretch(0, 0, 5, 0), Stretch(0, 0, 5, 1), Stretch(1, 0, 5, 0)]
    same = [*one, Stretch(1, 0, 5, 1)]
    found = u_alpha(one, whole(2, 10))
    assert found is not None
    assert found < 0.6
    assert u_alpha(same, whole(2, 10)) == 1


LENGTH = 20
excerpts = st.lists(
    st.builds(
        lambda coder, start, size, value: Stretch(coder, start, min(start + size, LENGTH), value),
        st.integers(0, 2), st.integers(0, LENGTH - 1), st.integers(1, 8), st.integers(0, 9),
    ),
    max_size=12,
)  # fmt: skip


@given(excerpts)
def test_u_alpha_is_what_counting_character_by_character_gives(drawn: list[Stretch]):
    def of(coder: int, place: int) -> frozenset[int]:
        return frozenset(one.value for one in drawn if one.coder == coder and one.start <= place < one.end)

    rows = [[of(coder, place) for place in range(LENGTH)] for coder in range(3)]
    apart = sum(one[n] != other[n] for one, other in permutations(rows, 2) for n in range(LENGTH)) / 2
    words = [value for row in rows for value in row]
    by_chance = sum(one != other for one, other in permutations(words, 2))
    alone = 0  # pairs of characters that cannot be laid beside each other: those of one excerpt
    for coder, row in enumerate(rows):
        cuts = sorted({0, LENGTH, *(end for one in drawn if one.coder == coder for end in (one.start, one.end))})
        alone += sum((last - first) ** 2 if row[first] else last - first for first, last in pairwise(cuts))
    found = u_alpha(drawn, whole(3, LENGTH))
    if by_chance:
        assert found == pytest.approx(1 - apart * (len(words) ** 2 - alone) / (len(words) * by_chance))
    else:
        assert found is None


@given(excerpts, st.permutations([0, 1, 2]))
def test_neither_the_coders_order_nor_that_of_excerpts_changes_u_alpha(drawn: list[Stretch], order: list[int]):
    turned = [Stretch(order[one.coder], one.start, one.end, one.value) for one in reversed(drawn)]
    assert u_alpha(turned, whole(3, LENGTH)) == pytest.approx(u_alpha(drawn, whole(3, LENGTH)))


# --- as coders cut the excerpts of segments ---

AIR, FOOD = CodeId("Air"), CodeId("Food")
SEGMENTS = {
    SegmentId(name): Segment(
        SegmentId(name), SourceId(source), start, start + 20, "x" * 20, start, SourceKind.INTERVIEW, "P", "P", "NGO",
        "", "", "", "",
    )
    for name, source, start in (("a", "one", 0), ("b", "one", 20), ("c", "other", 0))
}  # fmt: skip


def test_excerpts_of_segments_are_laid_on_one_line_source_after_source():
    a, b, c = SEGMENTS
    air, both, none = frozenset({AIR}), frozenset({AIR, FOOD}), frozenset({None})
    words = {a: {"anna": air, "ben": air}, b: {"anna": none, "ben": none}, c: {"anna": both, "ben": none}}
    bounds = {(a, "anna"): (5, 25), (c, "ben"): (0, 3)}
    spoken = [Stretch(coder, start, end) for coder in (0, 1) for start, end in ((0, 40), (40, 60))]
    cut = [Stretch(0, 5, 25), Stretch(1, 0, 20)]
    found, food = boundary_agreement(words, bounds, SEGMENTS, (AIR, FOOD))
    assert found.u_alpha == pytest.approx(u_alpha([*cut, Stretch(0, 40, 60)], spoken))
    assert (food.moved, food.u_alpha) == (0, None)
    of_all = [*cut, Stretch(0, 40, 60), Stretch(0, 40, 60, 1)]
    assert boundary_u_alpha(words, bounds, SEGMENTS) == pytest.approx(u_alpha(of_all, spoken))


def test_where_nobody_cut_an_excerpt_there_is_no_u_alpha():
    words = {SegmentId("a"): {"anna": frozenset({AIR}), "ben": frozenset({FOOD})}}
    assert boundary_u_alpha(words, {}, SEGMENTS) is None
    assert [one.u_alpha for one in boundary_agreement(words, {}, SEGMENTS, (AIR, FOOD))] == [None, None]
