"""One coder's work kept up with the log: taken in piece by piece it is what it is at once, and experience counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CodeId, Decision, SegmentId, Shown, Verdict
from themes.review import NOTHING, Coder, spoken

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
S1, S2 = SegmentId("s1"), SegmentId("s2")
F, C = CodeId("force"), CodeId("consent")


def said(number: int, verdict: Verdict, code: CodeId | None = None, **more: object) -> Decision:
    """Anna's entry on the first segment, where a suggestion of `force` at .72 was shown."""
    entry = Decision(number, NOON, "anna", verdict, S1, code, shown=Shown.SUGGESTION, suggested=F, score=0.72)
    return replace(entry, **more)  # type: ignore[arg-type]


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """A log of two coders on two segments, with undos of one's own entries and of the other's."""
    entries: list[Decision] = []
    for number in range(1, draw(st.integers(1, 14))):
        coder = draw(st.sampled_from(["anna", "ben"]))
        if entries and draw(st.integers(0, 3)) == 0:
            target = draw(st.sampled_from(entries))
            entry = Decision(number, NOON, coder, Verdict.UNDO, target.segment, None, target.id, shown=target.shown)
        else:
            verdict = draw(st.sampled_from([one for one in Verdict if one is not Verdict.UNDO]))
            score, code = draw(st.sampled_from([0.0, 0.31, 0.72, 1.0])), draw(st.sampled_from([F, C]))
            entry = said(number, verdict, code, segment=draw(st.sampled_from([S1, S2])), coder=coder, score=score,
                         shown=draw(st.sampled_from(Shown)))  # fmt: skip
        entries.append(entry)
    return entries


def state(coder: Coder) -> object:
    own = {segment: coder.log_of(segment) for segment in (S1, S2)}
    met = [coder.experience(tenth / 10) for tenth in range(11)]
    return coder.said, own, met, coder.history.done, coder.history.undone


@given(logs(), st.data())
def test_a_log_taken_in_piece_by_piece_is_the_log_taken_in_at_once(entries: list[Decision], data: st.DataObject):
    whole, pieces = Coder("anna"), Coder("anna")
    whole.add(entries)
    place = 0
    while place < len(entries):
        size = data.draw(st.integers(1, 4))
        pieces.add(entries[place : place + size])
        place += size
    assert state(pieces) == state(whole)


@given(logs())
def test_a_coder_says_of_a_segment_what_their_entries_say_whoever_else_speaks(entries: list[Decision]):
    coder = Coder("anna")
    coder.add(entries)
    undos = [one for one in entries if one.undoes is not None]
    own = [one for one in entries if one.coder == "anna" and one.undoes is None]
    for segment in (S1, S2):
        assert coder.of(segment) == spoken([*(one for one in own if one.segment == segment), *undos])
    assert set(coder.done) == {segment for segment in (S1, S2) if coder.of(segment).done}


@pytest.mark.parametrize(
    ("entries", "experience"),
    [
        pytest.param([], (0, 0), id="nothing"),
        pytest.param([said(1, Verdict.ACCEPT, F)], (1, 1), id="accepted"),
        pytest.param([said(1, Verdict.ASSIGN, C)], (1, 0), id="another code"),
        pytest.param([said(1, Verdict.NO_CODE)], (1, 0), id="no code"),
        pytest.param([said(1, Verdict.REJECT, F)], (1, 0), id="rejected"),
        pytest.param([said(1, Verdict.REJECT, C)], (0, 0), id="an alternative rejected"),
        pytest.param([said(1, Verdict.DEFER)], (0, 0), id="deferred"),
        pytest.param([said(1, Verdict.REJECT, F), said(2, Verdict.ASSIGN, C)], (1, 0), id="counted once"),
        pytest.param([said(1, Verdict.REJECT, F), said(2, Verdict.ACCEPT, F)], (1, 1), id="accepted after all"),
        pytest.param([said(1, Verdict.ACCEPT, F, shown=Shown.BLIND)], (0, 0), id="not seen"),
        pytest.param([said(1, Verdict.ACCEPT, F, score=None)], (0, 0), id="without a probability"),
        pytest.param([said(1, Verdict.ACCEPT, F, score=0.69)], (0, 0), id="another tenth"),
        pytest.param([said(1, Verdict.ACCEPT, F), said(2, Verdict.UNDO, undoes=1)], (0, 0), id="undone"),
        pytest.param([said(1, Verdict.ACCEPT, F, coder="ben")], (0, 0), id="somebody else's"),
    ],
)
def test_experience_counts_first_suggestions_that_were_seen_and_answered(
    entries: list[Decision], experience: tuple[int, int]
):
    coder = Coder("anna")
    coder.add(entries)
    assert coder.experience(0.75) == experience


def test_what_is_undone_by_somebody_else_is_not_said_any_more():
    coder = Coder("anna")
    coder.add([said(1, Verdict.ACCEPT, F), said(2, Verdict.UNDO, undoes=1, coder="ben")])
    assert coder.of(S1) == NOTHING
    assert list(coder.done) == []
