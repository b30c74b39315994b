"""Where coders disagree, who may see it, and how a resolution stands in the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CONSENSUS, CodeId, Decision, SegmentId, Verdict
from themes.review import (
    Dispute,
    Side,
    disputes,
    done_with,
    fold,
    judgements,
    resolution,
    resolution_step,
    resolved_by,
    visible_to,
)
from themes.review import given as given_codes
from themes.review.agreement import Scope as AgreementScope
from themes.review.agreement import agreement

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AIR, FOOD, ROADS = CodeId("Air"), CodeId("Food"), CodeId("Roads")
CODES = (ROADS, AIR, FOOD)
ONE, TWO, THREE = (SegmentId(name) for name in ("s1", "s2", "s3"))
SEGMENTS = (THREE, TWO, ONE)


def said(*words: tuple[str, SegmentId, CodeId | None]) -> list[Decision]:
    """A code assigned, or None for the word that none fits, in this order."""
    return [
        Decision(number, NOON, coder, Verdict.NO_CODE if code is None else Verdict.ASSIGN, segment, code)
        for number, (coder, segment, code) in enumerate(words, start=1)
    ]


def found(log: list[Decision], seen_by: str = "") -> tuple[Dispute, ...]:
    return disputes(judgements(log), SEGMENTS, CODES, seen_by)


def with_more(log: list[Decision], entries: tuple[Decision, ...]) -> list[Decision]:
    return [*log, *(replace(one, id=number) for number, one in enumerate(entries, start=len(log) + 1))]


DISPUTED = said(
    ("anna", ONE, AIR),
    ("anna", ONE, FOOD),
    ("ben", ONE, ROADS),
    ("ben", ONE, AIR),
    ("anna", TWO, AIR),
    ("ben", TWO, AIR),
    ("anna", THREE, FOOD),
    ("ben", THREE, None),
)


def test_segments_on_which_coders_do_not_agree_stand_side_by_side_in_reading_order():
    three, one = found(DISPUTED)
    assert (three.segment, three.agreed, three.disputed) == (THREE, (), (FOOD,))
    assert three.sides == (Side("anna", (FOOD,)), Side("ben", ()))
    assert [side.none_fits for side in three.sides] == [False, True]
    assert (one.segment, one.agreed, one.disputed) == (ONE, (AIR,), (ROADS, FOOD))
    assert one.sides == (Side("anna", (AIR, FOOD)), Side("ben", (ROADS, AIR)))


def test_one_coder_alone_and_a_rejection_are_no_dispute():
    log = said(("anna", ONE, AIR), ("ben", TWO, AIR))
    log.append(Decision(3, NOON, "ben", Verdict.REJECT, ONE, AIR))
    assert found(log) == ()


def test_who_codes_as_well_sees_only_disputes_on_segments_that_they_are_done_with():
    log = with_more(DISPUTED, tuple(said(("cleo", THREE, FOOD))))
    assert [one.segment for one in found(log, "cleo")] == [THREE]
    assert [one.segment for one in found(log, "dora")] == [THREE, ONE]


def test_a_resolution_says_which_codes_stand_and_leaves_the_coders_words():
    one = found(DISPUTED)[1]
    log = with_more(DISPUTED, resolution(one, [AIR, ROADS], NOON))
    assert {coding.code for coding in fold(log) if coding.coder == CONSENSUS} == {AIR, ROADS}
    assert {(entry.verdict, entry.code) for entry in log[len(DISPUTED) :]} == {
        (Verdict.ASSIGN, AIR),
        (Verdict.ASSIGN, ROADS),
        (Verdict.REJECT, FOOD),
    }
    after = found(log)[1]
    assert after.sides == one.sides
    assert after.resolution == Side(CONSENSUS, (ROADS, AIR))
    assert not after.stale
    assert agreement(log, AgreementScope(())) == agreement(DISPUTED, AgreementScope(()))


def test_a_later_resolution_counts_instead_of_the_earlier_one():
    log = DISPUTED
    for chosen in ([AIR, ROADS], [FOOD], []):
        log = with_more(log, resolution(found(log)[1], chosen, NOON))
        resolved = found(log)[1].resolution
        assert resolved is not None
        assert set(resolved.codes) == set(chosen)
        assert resolved.none_fits == (not chosen)


def test_a_resolution_is_stale_once_a_coder_has_said_more():
    log = with_more(DISPUTED, resolution(found(DISPUTED)[1], [AIR], NOON))
    log = with_more(log, tuple(said(("ben", ONE, FOOD))))
    assert found(log)[1].stale
    assert not found(with_more(log, resolution(found(log)[1], [AIR], NOON)))[1].stale


def test_an_undone_resolution_was_never_there():
    log = with_more(DISPUTED, resolution(found(DISPUTED)[1], [], NOON))
    log = with_more(log, (Decision(0, NOON, "anna", Verdict.UNDO, ONE, undoes=len(log)),))
    assert found(log) == found(DISPUTED)


@pytest.mark.parametrize("name", ["anna", "Anna Ó Briain", "a by b"])
def test_the_name_of_the_act_says_who_wrote_the_resolution_down(name: str):
    assert resolved_by(resolution_step(name, "8f2c")) == name
    assert resolution_step(name, "8f2c") != resolution_step(name, "8f2d")


def test_another_act_was_written_by_nobody_as_a_resolution():
    assert resolved_by("accept 12") == resolved_by("") == ""


# --- blindness ---


def test_a_coder_sees_anothers_codings_only_once_both_are_done():
    done = {"anna": {ONE, TWO}, "ben": {ONE}, "cleo": {THREE}}
    assert visible_to("anna", ONE, done) == {"ben"}
    assert visible_to("anna", TWO, done) == frozenset()
    assert visible_to("ben", TWO, done) == frozenset()
    assert visible_to("dora", ONE, done) == frozenset()


def test_the_consensus_is_seen_by_those_who_are_done():
    log = with_more(DISPUTED, resolution(found(DISPUTED)[0], [FOOD], NOON))
    done = done_with(given_codes(judgements(log)))
    assert visible_to("anna", THREE, done) == {"ben", CONSENSUS}
    assert visible_to("cleo", THREE, done) == frozenset()


coders = st.sampled_from(["anna", "ben", "cleo", "dora"])
everything_done = st.dictionaries(coders, st.sets(st.sampled_from(SEGMENTS)))


@given(everything_done, coders, coders, st.sampled_from(SEGMENTS))
def test_who_sees_is_seen(done: dict[str, set[SegmentId]], one: str, other: str, segment: SegmentId):
    assert (other in visible_to(one, segment, done)) == (one in visible_to(other, segment, done))
    assert one not in visible_to(one, segment, done)


@given(everything_done, coders, st.sampled_from(SEGMENTS))
def test_who_is_not_done_sees_nothing_and_being_done_opens_the_others(
    done: dict[str, set[SegmentId]], one: str, segment: SegmentId
):
    without = done | {one: done.get(one, set()) - {segment}}
    assert visible_to(one, segment, without) == frozenset()
    others = {name for name, own in done.items() if segment in own} - {one}
    assert visible_to(one, segment, without | {one: without[one] | {segment}}) == others


words = st.lists(st.tuples(coders, st.sampled_from(SEGMENTS), st.sampled_from([*CODES, None])), max_size=20)


@given(words)
def test_a_dispute_is_where_two_who_are_done_differ_and_nowhere_else(log: list[tuple[str, SegmentId, CodeId | None]]):
    entries = said(*log)
    gave = given_codes(judgements(entries))
    differ = {segment for segment, own in gave.items() if len(set(own.values())) > 1}
    assert {one.segment for one in found(entries)} == differ
    for one in found(entries):
        assert all(set(one.agreed) <= set(side.codes) for side in one.sides)
        assert set(one.agreed) | set(one.disputed) == {code for side in one.sides for code in side.codes}
        assert one.disputed
