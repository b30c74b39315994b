"""What is reviewed next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from themes.domain import SegmentId
from themes.review import ReviewOptions, Waiting, Why, next_batch

DESIGN = ReviewOptions()


def waiting(number: int, *, stratum: str = "UN", doubt: float = 0.0, judged: bool = False, conflict: float = 0.0):
    return Waiting(SegmentId(f"s{number:03}"), stratum, doubt, judged, conflict)


def test_a_batch_has_the_most_doubtful_segments_and_a_random_fifth():
    batch = next_batch([waiting(number, doubt=number) for number in range(200)], DESIGN, 1)
    assert Counter(one.why for one in batch) == {Why.DOUBT: 20, Why.AUDIT: 5}
    doubtful = sorted(int(one.segment[1:]) for one in batch if one.why is Why.DOUBT)
    assert doubtful[0] >= 175
    assert all(one.blind and one.chance == 5 / 200 for one in batch if one.why is Why.AUDIT)
    assert not any(one.blind or one.chance for one in batch if one.why is Why.DOUBT)


def test_every_stratum_has_its_share_of_a_batch():
    many = [waiting(number, stratum="UN", doubt=1) for number in range(150)]
    few = [waiting(number, stratum="NGO", doubt=0) for number in range(150, 200)]
    batch = next_batch([*many, *few], ReviewOptions(audit_share=0), 1)
    assert Counter("NGO" if int(one.segment[1:]) >= 150 else "UN" for one in batch) == {"UN": 19, "NGO": 6}


def test_where_machine_and_coder_disagree_the_segment_comes_back_and_another_one_blind():
    judged = [waiting(number, judged=True, conflict=0.95 - number / 100) for number in range(10)]
    batch = next_batch([*judged, *(waiting(number) for number in range(10, 60))], DESIGN, 3)
    assert {one.segment for one in batch if one.why is Why.CONFLICT} == {"s000", "s001"}
    (repeat,) = [one for one in batch if one.why is Why.REPEAT]
    assert repeat.blind
    assert repeat.segment not in ("s000", "s001")


def test_the_audit_is_drawn_by_chance_alone():
    everyone = [waiting(number, doubt=number) for number in range(100)]
    drawn = Counter(
        one.segment for seed in range(400) for one in next_batch(everyone, DESIGN, seed) if one.why is Why.AUDIT
    )
    assert len(drawn) == 100
    assert max(drawn.values()) < 45  # 20 expected, standard deviation 4.4


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 5), st.booleans(), st.floats(0, 1)), max_size=60),
    st.integers(1, 30),
    st.integers(0, 5),
)
def test_a_batch_is_full_without_repetition_and_the_same_again(
    rows: list[tuple[str, float, bool, float]], size: int, seed: int
):
    everyone = [
        waiting(number, stratum=stratum, doubt=doubt, judged=judged, conflict=conflict if judged else 0)
        for number, (stratum, doubt, judged, conflict) in enumerate(rows)
    ]
    design = ReviewOptions(size=size)
    batch = next_batch(everyone, design, seed)
    assert batch == next_batch(reversed(everyone), design, seed)
    assert len({one.segment for one in batch}) == len(batch)
    n_open = sum(not one.judged for one in everyone)
    assert len(batch) >= min(size, n_open)
    assert bool(batch) == bool(n_open)


@given(st.lists(st.sampled_from(["UN", "NGO", "host"]), min_size=3, max_size=40), st.integers(0, 500))
def test_the_audit_is_spread_over_the_strata(strata: list[str], seed: int):
    everyone = [waiting(number, stratum=stratum) for number, stratum in enumerate(strata)]
    size = max(1, len(everyone) // 3)
    batch = next_batch(everyone, ReviewOptions(size=size, audit_share=1), seed)
    of = {one.segment: one.stratum for one in everyone}
    drawn = Counter(of[one.segment] for one in batch)
    assert len({one.segment for one in batch}) == size
    assert {one.chance for one in batch} == {size / len(everyone)}
    for stratum, number in Counter(strata).items():
        assert abs(drawn[stratum] - size * number / len(everyone)) < 2


def pending_of(*numbers: int) -> list[tuple[SegmentId, float]]:
    return [(SegmentId(f"s{number:03}"), 0.1 + number / 1000) for number in numbers]


def test_where_an_audit_waits_its_first_segments_are_served_with_their_chances():
    everyone = [waiting(number, doubt=number) for number in range(200)]
    batch = next_batch(everyone, DESIGN, 1, pending_of(7, 199, 3, 150, 9, 198, 20))
    audited = [(one.segment, one.chance) for one in batch if one.why is Why.AUDIT]
    assert sorted(audited) == sorted(pending_of(7, 199, 3, 150, 9))
    assert all(one.blind for one in batch if one.why is Why.AUDIT)


def test_what_waits_in_the_audit_is_never_chosen_for_doubt():
    everyone = [waiting(number, doubt=number) for number in range(200)]
    batch = next_batch(everyone, DESIGN, 1, pending_of(*range(150, 200)))
    doubtful = {int(one.segment[1:]) for one in batch if one.why is Why.DOUBT}
    assert doubtful == set(range(130, 150))


def test_an_audit_of_which_nothing_waits_leaves_the_batch_to_doubt():
    batch = next_batch([waiting(number) for number in range(60)], DESIGN, 1, ())
    assert {one.why for one in batch} == {Why.DOUBT}
    assert len(batch) == 25


def test_a_segment_of_the_audit_that_is_judged_is_passed_over():
    everyone = [waiting(0, judged=True), *(waiting(number) for number in range(1, 60))]
    batch = next_batch(everyone, ReviewOptions(repeats=0), 1, pending_of(0, 1, 2))
    assert {one.segment for one in batch if one.why is Why.AUDIT} == {"s001", "s002"}


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 30), st.floats(0, 1), st.integers(0, 5))
def test_with_an_audit_every_batch_is_full_too(n_open: int, n_pending: int, size: int, share: float, seed: int):
    everyone = [waiting(number, doubt=number) for number in range(n_open)]
    queue = pending_of(*range(n_pending))
    batch = next_batch(everyone, ReviewOptions(size=size, audit_share=share), seed, queue)
    assert len(batch) == len({one.segment for one in batch}) == min(size, n_open)
    audited = [one for one in batch if one.why is Why.AUDIT]
    in_order = [segment for segment, _ in queue if int(segment[1:]) < n_open]
    assert {one.segment for one in audited} == set(in_order[: len(audited)])
