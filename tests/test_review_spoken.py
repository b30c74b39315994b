"""What one coder says of one segment: a table of cases, and the same as the codings that stand for any log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CodeId, Decision, SegmentId, Shown, Verdict
from themes.review import NOTHING, Spoken, judgements, spoken

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEGMENT = SegmentId("s1")
F, C = CodeId("force"), CodeId("consent")


def log(*entries: Sequence[object]) -> list[Decision]:
    """Decisions from (verdict, code) or, for what is taken back, ("undo", number); a dict at the end says more."""
    made = []
    for number, (verdict, about, *more) in enumerate(entries, start=1):
        undoes = about if isinstance(about, int) else None
        code = CodeId(about) if isinstance(about, str) else None
        entry = Decision(number, NOON, "anna", Verdict(str(verdict)), SEGMENT, code, undoes)
        made.append(replace(entry, **(more[0] if more else {})))  # type: ignore[arg-type]
    return made


REPEAT, BULK = {"shown": Shown.REPEAT}, {"batch": "b1"}

CASES: list[tuple[str, list[Sequence[object]], Spoken]] = [
    ("nothing", [], NOTHING),
    ("given", [("accept", F)], Spoken((F,), last=1)),
    ("several given", [("accept", F), ("assign", C)], Spoken((F, C), last=2)),
    ("given again, later", [("accept", F), ("assign", C), ("assign", F)], Spoken((C, F), last=3)),
    ("given in bulk", [("accept", F, BULK)], Spoken((F,), frozenset({F}), last=1)),
    ("in bulk, then by itself", [("accept", F, BULK), ("assign", F)], Spoken((F,), last=2)),
    ("rejected", [("reject", F)], Spoken(rejected=(F,), last=1)),
    ("given, then rejected", [("accept", F), ("reject", F)], Spoken(rejected=(F,), last=2)),
    ("rejected, then given", [("reject", F), ("assign", F)], Spoken((F,), last=2)),
    ("no code", [("no code", None)], Spoken(none=True, last=1)),
    ("given, then no code", [("accept", F), ("no code", None)], Spoken(rejected=(F,), none=True, last=2)),
    ("no code, then given", [("no code", None), ("assign", F)], Spoken((F,), last=2)),
    ("no code, then rejected", [("no code", None), ("reject", F)], Spoken(rejected=(F,), none=True, last=2)),
    ("deferred", [("defer", None)], Spoken(deferred=True, last=1)),
    ("deferred, then given", [("defer", None), ("assign", F)], Spoken((F,), last=2)),
    ("given, then deferred", [("assign", F), ("defer", None)], Spoken((F,), deferred=True, last=2)),
    ("no code, then deferred", [("no code", None), ("defer", None)], Spoken(none=True, deferred=True, last=2)),
    ("deferred, then rejected", [("defer", None), ("reject", F)], Spoken(rejected=(F,), deferred=True, last=2)),
    ("flagged", [("flag", None)], Spoken(flagged=True, last=1)),
    ("flagged and unflagged", [("flag", None), ("unflag", None)], Spoken(last=2)),
    ("a flag outlives a code", [("flag", None), ("assign", F)], Spoken((F,), flagged=True, last=2)),
    ("revealed", [("reveal", None)], Spoken(revealed=True, last=1)),
    ("an excerpt", [("bounds", None, {"bounds": (3, 9)})], Spoken(bounds=(3, 9), last=1)),
    ("the latest excerpt", [("bounds", None, {"bounds": (3, 9)}), ("bounds", None, {"bounds": (2, 9)})],
     Spoken(bounds=(2, 9), last=2)),
    ("a repeat is kept apart", [("accept", F), ("assign", C, REPEAT)], Spoken((F,), last=1)),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_coder_says_follows_from_the_log(entries: list[Sequence[object]], said: Spoken):
    assert spoken(log(*entries)) == said


@pytest.mark.parametrize("entries", [case[1] for case in CASES if case[1]], ids=[case[0] for case in CASES if case[1]])
def test_an_undone_entry_was_never_said_and_redone_it_was(entries: list[Sequence[object]]):
    last = len(entries)
    assert spoken(log(*entries, ("undo", last))) == spoken(log(*entries[:-1]))
    assert spoken(log(*entries, ("undo", last), ("undo", last + 1))) == spoken(log(*entries))


def test_a_repeat_is_read_alone_and_from_its_draw_on():
    entries = log(("accept", F), ("assign", C, REPEAT), ("assign", F), ("no code", None, REPEAT))
    assert spoken(entries, again=True) == Spoken(rejected=(C,), none=True, last=4)
    assert spoken(entries, again=True, after=2) == Spoken(none=True, last=4)
    assert spoken(entries, after=1) == Spoken((F,), last=3)


def test_whoever_has_given_a_code_or_none_is_done_and_nobody_else():
    done = {name for name, entries, _ in CASES if spoken(log(*entries)).done}
    assert {"given", "given in bulk", "no code", "no code, then rejected", "given, then deferred"} <= done
    assert not done & {"nothing", "rejected", "given, then rejected", "deferred", "flagged", "an excerpt", "revealed"}


# --- the same as what stands ---

OF_A_CODE = (Verdict.ACCEPT, Verdict.ASSIGN, Verdict.REJECT)
SAYABLE = [verdict for verdict in Verdict if verdict is not Verdict.UNDO]


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """Any log of one coder on one segment: verdicts on three codes, undos of whatever came before."""
    entries: list[Sequence[object]] = []
    for number in range(draw(st.integers(0, 14))):
        if number and draw(st.integers(0, 3)) == 0:
            entries.append(("undo", draw(st.integers(1, number))))
        else:
            more = {"shown": draw(st.sampled_from(Shown)), "batch": draw(st.sampled_from(["", "b1"]))}
            verdict, code = draw(st.sampled_from(SAYABLE)), draw(st.sampled_from([F, C, CodeId("trust")]))
            entries.append((verdict, code if verdict in OF_A_CODE else None, more))
    return log(*entries)


@given(logs())
def test_what_a_coder_says_is_what_stands(entries: list[Decision]):
    said, words = spoken(entries), judgements(entries)
    assert list(said.codes) == [word.code for word in words if word.carries and word.code is not None]
    assert said.bulk == {word.code for word in words if word.carries and word.in_bulk and word.code is not None}
    assert set(said.rejected) == {word.code for word in words if not word.carries}
    assert said.none == any(word.carries and word.code is None for word in words)


@given(logs())
def test_no_code_and_a_code_are_never_said_together(entries: list[Decision]):
    said = spoken(entries)
    assert not (said.none and said.codes)
    assert not set(said.codes) & set(said.rejected)
