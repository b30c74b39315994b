"""How far coders agree: published examples, what must hold for any words, and which words count."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.domain import (
    CONSENSUS,
    MACHINE,
    CodeId,
    Decision,
    Judgement,
    Segment,
    SegmentId,
    Shown,
    SourceId,
    SourceKind,
    Verdict,
)
from themes.review import done_with
from themes.review import given as given_codes
from themes.review.agreement import (
    AGREEMENT_HEADINGS,
    ALL_CODES,
    NONE_FITS,
    Agreement,
    Comparison,
    Scope,
    agreement,
    agreement_rows,
)
from themes.review.boundaries import boundary_agreement
from themes.review.coefficients import (
    IN_TOO_FEW,
    NO_DISAGREEMENT,
    NOTHING_VARIES,
    TOO_FEW_INTERVIEWS,
    Coefficients,
    Ratings,
    ac1,
    alpha,
    coefficients,
    distances,
    masi,
    percent,
)

MISSING = 0
FOUR_OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, MISSING, MISSING, MISSING),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, MISSING, 3),
    (MISSING, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, MISSING),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, MISSING),
)
"""Krippendorff 2011, section C; Gwet's example of four raters has the same words."""

FLEISS = (
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip
"""Ten units that fourteen coders gave one of five values, the example by which Fleiss' kappa (.210) is taught."""


def counted(observers: Iterable[Iterable[int]], n_values: int) -> Ratings:
    table = np.array(list(observers))
    counts = np.stack([(table == value).sum(axis=0) for value in range(1, n_values + 1)], axis=1)
    return Ratings(counts.astype(float), np.arange(table.shape[1]))


def test_krippendorffs_example_with_missing_words_gives_his_alpha():
    assert alpha(counted(FOUR_OBSERVERS, 5)) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("far", "expected"),
    [
        pytest.param(lambda _one, _other, between: between**2, 0.815, id="ordinal"),
        pytest.param(lambda one, other, _: (one - other) ** 2, 0.849, id="interval"),
        pytest.param(lambda one, other, _: ((one - other) / (one + other)) ** 2, 0.797, id="ratio"),
    ],
)
def test_krippendorffs_example_gives_his_alphas_of_values_more_or_less_far_apart(
    far: Callable[[int, int, float], float], expected: float
):
    ratings = counted(FOUR_OBSERVERS, 5)
    often = ratings.counts[ratings.counts.sum(axis=1) > 1].sum(axis=0)

    def between(one: int, other: int) -> float:
        """The words from one value to the other, half of those of both ends."""
        low, high = sorted((one, other))
        return float(often[low - 1 : high].sum() - (often[one - 1] + often[other - 1]) / 2)

    apart = np.array([[far(one, other, between(one, other)) for other in range(1, 6)] for one in range(1, 6)], float)
    assert alpha(replace(ratings, distances=apart)) == pytest.approx(expected, abs=5e-4)


def test_krippendorffs_examples_of_two_observers_give_his_alphas():
    binary = ((1, 2, 1, 1, 1, 1, 1, 1, 2, 1), (2, 2, 2, 1, 1, 2, 1, 1, 1, 1))
    assert alpha(counted(binary, 2)) == pytest.approx(0.095, abs=5e-4)
    nominal = ((1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1), (2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4))
    assert alpha(counted(nominal, 5)) == pytest.approx(0.692, abs=5e-4)


def test_gwets_example_of_four_raters_gives_his_ac1():
    assert ac1(counted(FOUR_OBSERVERS, 5)) == pytest.approx(0.77544, abs=5e-6)
    assert percent(counted(FOUR_OBSERVERS, 5)) == pytest.approx(0.81818, abs=5e-6)


def test_gwets_example_of_four_raters_gives_his_fleiss_kappa_by_the_shares_that_ac1_rests_on():
    agreed, found = percent(counted(FOUR_OBSERVERS, 5)), ac1(counted(FOUR_OBSERVERS, 5))
    assert agreed is not None
    assert found is not None
    by_chance = (agreed - found) / (1 - found)  # what chance gives to AC1: the sum of p (1 - p), over four
    squares = 1 - 4 * by_chance
    assert (agreed - squares) / (1 - squares) == pytest.approx(0.76117, abs=5e-6)


def test_fleiss_example_gives_his_kappa_but_for_the_correction_that_alpha_has_for_few_words():
    ratings = Ratings(np.array(FLEISS, float), np.arange(10))
    found = alpha(ratings)
    assert found is not None
    n_words = 140
    assert 1 - (1 - found) * n_words / (n_words - 1) == pytest.approx(0.210, abs=5e-4)
    assert percent(ratings) == pytest.approx(0.378, abs=5e-4)


def test_of_a_rare_code_alpha_and_ac1_tell_different_stories_of_the_same_words():
    both, one, neither = (0.0, 2.0), (1.0, 1.0), (2.0, 0.0)
    ratings = Ratings(np.array([both] * 16 + [one] * 32 + [neither] * 952), np.arange(1000) % 40)
    found = coefficients(ratings)
    assert found.alpha == pytest.approx(0.48, abs=0.01)
    assert found.ac1 == pytest.approx(0.966, abs=0.001)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param({"a", "b"}, {"a", "b"}, 0, id="the same"),
        pytest.param({"a"}, {"b"}, 1, id="nothing in common"),
        pytest.param({1, 2}, {1, 2, 3, 4}, 1 - 2 / 4 * 2 / 3, id="one within the other, half as large"),
        pytest.param({1, 2}, {2, 3}, 1 - 1 / 3 * 1 / 3, id="overlap"),
        pytest.param({1, 2, 3}, {2, 3, 4}, 1 - 2 / 4 * 1 / 3, id="a larger overlap"),
    ],
)
def test_masi_is_jaccard_by_how_the_sets_lie(one: set[object], other: set[object], apart: float):
    assert masi(one, other) == masi(other, one) == pytest.approx(apart)


def test_masi_is_near_its_published_value_with_rounded_thirds():
    assert masi({1, 2}, {1, 2, 3, 4}) == pytest.approx(0.665, abs=0.002)


def test_sets_that_nearly_agree_have_a_higher_alpha_than_the_same_as_plain_values():
    sets = [frozenset("a"), frozenset("ab"), frozenset("c")]
    counts = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 2], [0, 0, 2], [2, 0, 0]], float)
    plain, near = alpha(Ratings(counts, np.arange(5))), alpha(Ratings(counts, np.arange(5), distances(sets)))
    assert plain is not None
    assert near is not None
    assert near > plain
    assert ac1(Ratings(counts, np.arange(5), distances(sets))) is None


# --- what is not defined, and intervals ---


def two(same: int, differ: int, n_interviews: int, share: int = 2) -> Ratings:
    """Two coders on a code that one unit in `share` carries, on so many units."""
    counts = [[2.0, 0.0] if number % share else [0.0, 2.0] for number in range(same)] + [[1.0, 1.0]] * differ
    return Ratings(np.array(counts), np.random.default_rng(5).integers(n_interviews, size=same + differ))


def test_where_nothing_varies_there_is_no_alpha_and_a_reason_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = coefficients(Ratings(np.array([[2.0, 0.0]] * 12), np.arange(12)))
    assert (found.alpha, found.ac1, found.percent) == (None, 1, 1)
    assert found.why == NOTHING_VARIES
    assert found.interval_why == NO_DISAGREEMENT


def test_without_a_unit_of_which_two_spoke_there_is_nothing():
    assert coefficients(Ratings(np.array([[1.0, 0.0]] * 3), np.arange(3))) == Coefficients()
    assert percent(Ratings(np.zeros((0, 2)), np.zeros(0, np.intp))) is None


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        pytest.param(two(30, 6, 4), TOO_FEW_INTERVIEWS, id="four interviews"),
        pytest.param(two(36, 0, 12), NO_DISAGREEMENT, id="nobody disagrees"),
        pytest.param(
            Ratings(np.array([[2.0, 0.0]] * 40 + [[1.0, 1.0], [0.0, 2.0]]), np.array([*range(40), 0, 0])),
            IN_TOO_FEW,
            id="a code in one interview",
        ),
    ],
)
def test_an_interval_that_would_mislead_is_left_out_and_said_why(ratings: Ratings, why: str):
    found = coefficients(ratings)
    assert found.alpha is not None
    assert found.alpha_interval is None
    assert found.interval_why == why


def test_an_interval_holds_its_coefficient_and_narrows_with_more_interviews():
    few, many = (coefficients(two(20 * n, 4 * n, n)) for n in (6, 60))
    for found in (few, many):
        assert found.alpha_interval is not None
        assert found.alpha is not None
        assert found.alpha_interval[0] < found.alpha < found.alpha_interval[1]
    assert many.alpha_interval[1] - many.alpha_interval[0] < few.alpha_interval[1] - few.alpha_interval[0]


def test_the_same_seed_gives_the_same_interval():
    ratings = two(60, 12, 12)
    assert coefficients(ratings, seed=3) == coefficients(ratings, seed=3)
    assert coefficients(ratings, seed=3) != coefficients(ratings, seed=4)


def test_the_interval_covers_what_the_words_were_drawn_from():
    """Interviews differ in how well coders agree in them; the middle of the truth is where many interviews lead."""
    drawn = np.random.default_rng(20)

    def study(n_interviews: int) -> Ratings:
        counts = []
        for _ in range(n_interviews):
            slip = drawn.beta(2, 12)
            carries = drawn.random(25) < 0.3
            words = np.stack([carries ^ (drawn.random(25) < slip) for _ in range(2)])
            counts.append(np.stack([2 - words.sum(axis=0), words.sum(axis=0)], axis=1))
        return Ratings(np.concatenate(counts).astype(float), np.repeat(np.arange(n_interviews), 25))

    truth = alpha(study(20_000))
    assert truth is not None
    spreads = [coefficients(study(30), resamples=400).alpha_interval for _ in range(200)]
    covered = [low <= truth <= high for low, high in (spread for spread in spreads if spread)]
    assert len(covered) == 200
    assert 0.88 <= np.mean(covered) <= 0.98


tables = st.integers(2, 4).flatmap(
    lambda n_values: st.lists(st.lists(st.integers(0, n_values), min_size=3, max_size=3), min_size=2, max_size=12).map(
        lambda units: counted(np.array(units).T, n_values)
    )
)
"""Three coders, some words missing, on units of interviews of their own."""


@given(tables)
def test_coefficients_stay_within_their_range_and_are_never_no_number(ratings: Ratings):
    for value in (alpha(ratings), ac1(ratings), percent(ratings)):
        assert value is None or -1.0001 <= value <= 1.0001


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_units_and_of_values_changes_nothing(ratings: Ratings, drawn: object):
    units, values = (list(range(size)) for size in ratings.counts.shape)
    drawn.shuffle(units)  # type: ignore[attr-defined]
    drawn.shuffle(values)  # type: ignore[attr-defined]
    shuffled = Ratings(ratings.counts[units][:, values], ratings.interviews[units])
    for one in (alpha, ac1, percent):
        before, after = one(ratings), one(shuffled)
        assert (before is None) == (after is None)
        assert before is None or before == pytest.approx(after)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20), st.integers(2, 5))
def test_full_agreement_is_1_unless_nothing_varies(values: list[int], n_coders: int):
    found = coefficients(Ratings(np.eye(4)[values] * n_coders, np.arange(len(values))), resamples=20)
    assert found.ac1 == pytest.approx(1)
    assert found.alpha == (pytest.approx(1) if len(set(values)) > 1 else None)


@given(st.lists(st.integers(1, 3), min_size=12, max_size=12))
def test_a_unit_that_stands_for_several_counts_as_often(often: list[int]):
    ratings = counted(FOUR_OBSERVERS, 5)
    weighted = Ratings(ratings.counts, ratings.interviews, weights=np.array(often, float))
    repeated = Ratings(np.repeat(ratings.counts, often, axis=0), np.repeat(ratings.interviews, often))
    assert ac1(weighted) == pytest.approx(ac1(repeated))
    assert percent(weighted) == pytest.approx(percent(repeated))
    assert alpha(weighted) == pytest.approx(alpha(repeated), abs=0.03)  # but for the correction for few words


# --- which words count ---

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AIR, FOOD, ROADS = CodeId("Air"), CodeId("Food"), CodeId("Roads")
CODES = (AIR, FOOD, ROADS)
SEGMENTS = tuple(
    Segment(
        SegmentId(f"s{number}"), SourceId(f"i{number % 6}"), 100 * number, 100 * number + 50, "x" * 50, number,
        SourceKind.INTERVIEW, "P", "P", "NGO", "", "", "", "",
    )
    for number in range(36)
)  # fmt: skip
SCOPE = Scope(SEGMENTS, CODES, resamples=50)


class Log:
    """Decisions in the order in which they are written."""

    def __init__(self) -> None:
        self.entries: list[Decision] = []
        self.at = NOON

    def say(self, coder: str, segment: int, *codes: CodeId | None, **more: object) -> Decision:
        """Assigns the codes, None for the word that none fits; `verdict` for another verdict."""
        for code in codes or (None,):
            verdict = more.get("verdict") or (Verdict.NO_CODE if code is None else Verdict.ASSIGN)
            rest = {name: value for name, value in more.items() if name != "verdict"}
            number = len(self.entries) + 1
            self.entries.append(Decision(number, self.at, coder, verdict, SegmentId(f"s{segment}"), code, **rest))  # type: ignore[arg-type]
        return self.entries[-1]

    def found(self, scope: Scope = SCOPE) -> Agreement:
        return agreement(self.entries, scope)


@pytest.fixture
def log() -> Log:
    return Log()


def on(comparison: Comparison, code: CodeId | None) -> tuple[int, float | None]:
    """How many segments somebody gave the code, and how often two coders say the same of it."""
    row = next(row for row in comparison.codes if row.code == code)
    return row.given, row.found.percent


def test_a_code_that_a_coder_who_is_done_did_not_give_is_one_that_the_segment_does_not_carry_to_them(log: Log):
    log.say("anna", 0, AIR, FOOD)
    log.say("ben", 0, AIR)
    log.say("anna", 1, None)
    log.say("ben", 1, None)
    (one,) = log.found().coders
    assert (one.between, one.segments, one.interviews) == (("anna", "ben"), 2, 2)
    assert [row.code for row in one.codes] == [AIR, FOOD, None]
    assert on(one, AIR) == (1, 1)
    assert on(one, FOOD) == (1, 0.5)
    assert on(one, None) == (1, 1)
    assert one.silent == (ROADS,)


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.DEFER, Verdict.FLAG, Verdict.REVEAL])
def test_who_neither_gave_a_code_nor_said_that_none_fits_is_not_done(log: Log, verdict: Verdict):
    log.say("anna", 0, AIR)
    log.say("ben", 0, AIR, verdict=verdict)
    assert log.found().coders == ()


def test_what_was_taken_back_is_not_said(log: Log):
    log.say("anna", 0, AIR)
    said = log.say("ben", 0, AIR)
    log.say("ben", 0, AIR, verdict=Verdict.UNDO, undoes=said.id)
    assert log.found() == Agreement()


def test_codes_accepted_in_bulk_are_nobodys_reading(log: Log):
    log.say("anna", 0, AIR)
    log.say("ben", 0, AIR, verdict=Verdict.ACCEPT, batch="b1")
    assert log.found().coders == ()
    log.say("ben", 0, FOOD)
    (one,) = log.found().coders
    assert (on(one, AIR), on(one, FOOD)) == ((1, 1), (1, 0))


def test_the_consensus_is_no_coder_and_segments_that_are_gone_do_not_count(log: Log):
    log.say("anna", 0, AIR)
    log.say(CONSENSUS, 0, FOOD)
    log.say("anna", 99, AIR)
    log.say("ben", 99, AIR)
    assert log.found() == Agreement()


def test_of_three_coders_all_are_compared_and_then_every_two(log: Log):
    for segment in range(4):
        log.say("anna", segment, AIR)
        log.say("ben", segment, AIR)
    log.say("cleo", 0, FOOD)
    found = log.found().coders
    assert [one.between for one in found] == [
        ("anna", "ben", "cleo"),
        ("anna", "ben"),
        ("anna", "cleo"),
        ("ben", "cleo"),
    ]
    assert [one.segments for one in found] == [4, 4, 1, 1]
    assert on(found[0], AIR)[1] == pytest.approx((3 + 1 / 3) / 4)
    asked = log.found(Scope(SEGMENTS, CODES, coders=("anna", "cleo"))).coders
    assert [one.between for one in asked] == [("anna", "cleo")]


def test_sets_of_codes_are_compared_as_wholes_and_no_code_is_a_set_of_its_own(log: Log):
    for segment, (one, other) in enumerate([((AIR, FOOD), (AIR,)), ((FOOD,), (FOOD,)), ((None,), (None,))]):
        log.say("anna", segment, *one)
        log.say("ben", segment, *other)
    (found,) = log.found().coders
    # 6 words: {air, food}, {air}, 2 x {food}, 2 x {none}; MASI {air, food} to {air} or {food} is 1 - 1/3
    apart = 2 * ((2 / 3) + 2 * (2 / 3) + 2 + 2 + 2 + 2 * 2)
    assert found.sets.percent == pytest.approx(2 / 3)
    assert found.sets.alpha == pytest.approx(1 - (2 * (2 / 3) / 6) / (apart / (6 * 5)))
    assert found.sets.ac1 is None


def test_segments_decided_with_a_suggestion_in_sight_are_counted(log: Log):
    log.say("anna", 0, AIR, shown=Shown.SUGGESTION)
    log.say("ben", 0, AIR, shown=Shown.BLIND)
    log.say("anna", 1, AIR, shown=Shown.BLIND)
    log.say("ben", 1, AIR)
    assert log.found().coders[0].in_sight == 1


def test_the_machine_is_compared_with_blind_words_alone(log: Log):
    log.say("anna", 0, AIR, shown=Shown.BLIND, suggested=AIR)
    log.say("anna", 1, FOOD, shown=Shown.BLIND, suggested=AIR)
    log.say("anna", 1, FOOD, verdict=Verdict.REJECT, shown=Shown.SUGGESTION, suggested=AIR)  # swayed afterwards
    log.say("anna", 1, AIR, shown=Shown.SUGGESTION, suggested=AIR)
    log.say("anna", 2, AIR, shown=Shown.SUGGESTION, suggested=AIR)
    log.say("anna", 3, AIR, shown=Shown.BLIND)
    log.say("anna", 4, None, shown=Shown.BLIND, suggested=FOOD)
    (one,) = log.found().machine
    assert (one.between, one.segments) == (("anna", MACHINE), 3)
    assert on(one, AIR) == (2, pytest.approx(2 / 3))
    assert on(one, FOOD) == (2, pytest.approx(1 / 3))
    assert [row.code for row in one.codes] == [AIR, FOOD]  # that none fits is no word of the machine
    assert log.found().coders == ()


def test_a_repeat_is_compared_with_what_was_said_before_it(log: Log):
    log.say("anna", 0, AIR)
    log.say("anna", 1, AIR)
    log.say("anna", 0, AIR, FOOD, shown=Shown.REPEAT)
    log.say("anna", 1, FOOD, shown=Shown.REPEAT)
    log.say("anna", 1, AIR, verdict=Verdict.REJECT)  # what is decided later is not the first word
    log.say("ben", 2, AIR, shown=Shown.REPEAT)  # no first word
    (one,) = log.found().themselves
    assert (one.between, one.segments) == (("anna", "anna again"), 2)
    assert on(one, AIR) == (2, 0.5)
    assert on(one, FOOD) == (2, 0)


def test_only_the_first_repeat_of_a_segment_counts(log: Log):
    log.say("anna", 0, AIR)
    log.at = NOON + timedelta(days=7)
    log.say("anna", 0, AIR, shown=Shown.REPEAT)
    log.at = NOON + timedelta(days=14)
    log.say("anna", 0, FOOD, shown=Shown.REPEAT)
    (one,) = log.found().themselves
    assert [row.code for row in one.codes] == [AIR]
    assert one.sets.percent == 1


words = st.lists(
    st.tuples(st.sampled_from(["anna", "ben", "cleo"]), st.integers(0, 7), st.sampled_from([*CODES, None])), max_size=40
)


@settings(max_examples=50)
@given(words, st.randoms(use_true_random=False))
def test_neither_the_order_of_segments_nor_the_coders_names_change_the_figures(said: list[object], drawn: object):
    log, renamed = Log(), Log()
    other = {"anna": "zoe", "ben": "yara", "cleo": "xenia"}
    for coder, segment, code in said:  # type: ignore[misc]
        log.say(coder, segment, code)
        renamed.say(other[coder], segment, code)
    shuffled = list(SEGMENTS)
    drawn.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = log.found().coders, renamed.found(Scope(shuffled, CODES, resamples=50)).coders
    assert len(first) == len(second)
    if first:
        assert (first[0].codes, first[0].segments) == (second[0].codes, second[0].segments)
        assert first[0].sets == second[0].sets


def test_segments_drawn_with_unequal_chances_are_weighed_and_others_left_out(log: Log):
    for segment in range(4):
        log.say("anna", segment, AIR)
    log.say("ben", 0, AIR)
    for segment in (1, 2, 3):
        log.say("ben", segment, FOOD)
    scope = Scope(SEGMENTS, CODES, {SegmentId("s0"): 0.25, SegmentId("s1"): 1.0}, 50)
    (one,) = log.found(scope).coders
    assert one.segments == 2
    assert on(one, AIR) == (2, pytest.approx(4 / 5))
    assert one.codes[0].prevalence == pytest.approx((4 * 1 + 0.5) / 5)


def test_segments_coded_before_a_draw_stand_for_themselves_and_the_drawn_for_all_others(log: Log):
    for segment in range(4):
        log.say("anna", segment, AIR)
    log.say("ben", 0, AIR)
    log.say("ben", 1, AIR)
    log.say("ben", 2, FOOD)
    log.say("ben", 3, FOOD)
    chances = {SegmentId("s0"): 1.0, SegmentId("s1"): 0.5, SegmentId("s2"): 0.25}
    scope = Scope(SEGMENTS, CODES, chances, 50, before={SegmentId("s0"), SegmentId("s9")})
    (one,) = log.found(scope).coders
    # 36 segments: s0 for itself, s9 that only one coded for nobody; s1 for 34 * 2 / 6, s2 for 34 * 4 / 6
    assert on(one, AIR)[1] == pytest.approx((1 + 34 / 3) / 35)


@pytest.mark.parametrize("seed", range(3))
def test_weighed_by_their_chances_the_words_on_doubtful_segments_tell_the_agreement_in_the_study(seed: int, log: Log):
    """Coders slip where the machine is unsure, and there most segments are drawn."""
    drawn, n = np.random.default_rng(seed), 8_000
    score = drawn.beta(0.12, 0.45, n)
    doubtful = score * (1 - score) > 1 / 8
    carries = drawn.random(n) < score
    said = [carries ^ (drawn.random(n) < np.where(doubtful, 0.25, 0.005)) for _ in range(2)]
    gave = np.stack(said).sum(axis=0)
    in_study = alpha(Ratings(np.stack([2 - gave, gave], axis=1).astype(float), np.arange(n) % 40))
    chance = np.minimum(0.09 * doubtful / doubtful.mean() + 0.02, 1)
    taken = np.flatnonzero(drawn.random(n) < chance).tolist()
    segments = [
        replace(SEGMENTS[0], id=SegmentId(f"s{number}"), source=SourceId(f"i{number % 40}")) for number in range(n)
    ]
    for number in taken:
        for coder, own in zip(("anna", "ben"), said, strict=True):
            log.say(coder, number, AIR if own[number] else None)
    plain = log.found(Scope(segments, CODES, resamples=50)).coders[0].codes[0].found
    chances = {SegmentId(f"s{number}"): float(chance[number]) for number in taken}
    weighed = log.found(Scope(segments, CODES, chances, resamples=50)).coders[0].codes[0].found
    assert in_study == pytest.approx(0.72, abs=0.02)
    assert plain.alpha == pytest.approx(0.33, abs=0.07)
    assert weighed.alpha == pytest.approx(in_study, abs=0.04)
    assert plain.units == weighed.units == len(taken)


# --- where excerpts begin and end ---


def test_excerpts_are_compared_by_the_characters_in_common(log: Log):
    for coder in ("anna", "ben"):
        log.say(coder, 0, AIR)
        log.say(coder, 1, AIR)
    log.say("anna", 0, None, verdict=Verdict.BOUNDS, bounds=(10, 50))
    log.say("ben", 0, None, verdict=Verdict.BOUNDS, bounds=(0, 30))
    log.say("ben", 0, None, verdict=Verdict.BOUNDS, bounds=(0, 20))  # the latest counts
    (found,) = log.found().coders[0].boundaries
    assert (found.code, found.common, found.either, found.moved) == (AIR, 10 + 50, 50 + 50, 2)
    assert found.share == 0.6
    assert found.where_both == 0.6


def test_a_code_that_one_gave_counts_among_the_characters_of_either(log: Log):
    log.say("anna", 0, AIR)
    log.say("ben", 0, AIR)
    log.say("anna", 1, AIR)
    log.say("ben", 1, FOOD)
    air, food = log.found().coders[0].boundaries
    assert (air.common, air.either, air.where_both) == (50, 100, 1)
    assert (food.common, food.either, food.where_both) == (0, 50, None)


def test_a_span_that_two_excerpts_of_one_coder_cover_counts_once():
    segments = {one.id: one for one in SEGMENTS}
    one, other = SegmentId("s0"), SegmentId("s6")  # of one interview
    said = {segment: {"anna": frozenset({AIR}), "ben": frozenset({AIR})} for segment in (one, other)}
    moved = {(one, "anna"): (0, 620), (one, "ben"): (0, 50)}
    (found,) = boundary_agreement(said, moved, segments, CODES)
    assert (found.common, found.either) == (50 + 50, 650)


# --- as a table ---


def test_rows_say_what_is_not_defined_and_why(log: Log):
    for coder, segment in product(("anna", "ben"), range(3)):
        log.say(coder, segment, AIR)
    (one,) = log.found().coders
    table = agreement_rows(one)
    assert all(len(row) == len(AGREEMENT_HEADINGS) for row in table)
    assert table[0][:7] == ("Air", "3", "3", "100%", "100%", "-", "-")
    assert table[0][-1] == f"given to fewer than 5 segments; {NOTHING_VARIES}; {TOO_FEW_INTERVIEWS}"
    assert one.caution.startswith("fewer than 30 segments")
    assert table[-1][0] == ALL_CODES


def test_rows_write_agreement_without_the_zero_before_the_point(log: Log):
    for segment in range(36):
        log.say("anna", segment, AIR if segment % 2 else None)
        log.say("ben", segment, AIR if segment % 2 and segment % 5 else None)
    (one,) = log.found(Scope(SEGMENTS, CODES)).coders
    by_name = {row[0]: row for row in agreement_rows(one)}
    assert by_name["Air"][5] == by_name[NONE_FITS][5]
    assert by_name["Air"][5].startswith(".")
    assert " to " in by_name["Air"][6]
    assert one.codes[0].caution == one.caution == ""


def test_given_and_done_say_who_is_done_with_what():
    judged = [
        Judgement(SegmentId("s1"), AIR, "anna", True, 1),
        Judgement(SegmentId("s1"), FOOD, "anna", True, 2, in_bulk=True),
        Judgement(SegmentId("s2"), AIR, "anna", False, 3),
        Judgement(SegmentId("s2"), AIR, "ben", True, 4, in_bulk=True),
        Judgement(SegmentId("s3"), None, "ben", True, 5),
    ]
    assert given_codes(judged)[SegmentId("s1")] == {"anna": frozenset({AIR, FOOD})}
    assert done_with(given_codes(judged)) == {"anna": {"s1"}, "ben": {"s2", "s3"}}
    assert done_with(given_codes(judged, read=True)) == {"anna": {"s1"}, "ben": {"s3"}}
