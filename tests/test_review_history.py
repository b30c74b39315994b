"""Undo and redo: whatever a coder does, the history is an editor's two stacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import (
    CodeAct,
    CodebookEdit,
    CodeId,
    Decision,
    Memo,
    SegmentId,
    SubjectKind,
    ThemeAct,
    ThemeDecision,
    Verdict,
)
from themes.review import History, effective, reversal
from themes.review.history import Entry

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

KINDS: dict[str, Entry] = {
    "decision": Decision(0, NOON, "anna", Verdict.ASSIGN, SegmentId("s1"), CodeId("force")),
    "theme": ThemeDecision(0, NOON, "anna", ThemeAct.NAME, name="Roads"),
    "codebook": CodebookEdit(0, NOON, "anna", CodeAct.RETIRE, (CodeId("force"),)),
    "memo": Memo(0, NOON, "anna", SubjectKind.STUDY, "", "hm"),
}


class Log:
    """A log that gives numbers as the project file does, and a history that is kept up with it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.history = History("anna")

    def record(self, entries: Iterable[Entry], coder: str = "") -> None:
        step = f"step {len(self.entries)}"
        added = [
            replace(entry, id=number, step=step, coder=coder or entry.coder)
            for number, entry in enumerate(entries, start=len(self.entries) + 1)
        ]
        self.entries += added
        self.history.add(added)

    def undo(self) -> None:
        step = self.history.undoable
        assert step is not None
        self.record(reversal(step.standing, "anna", NOON))

    def redo(self) -> None:
        step = self.history.redoable
        assert step is not None
        self.record(reversal(step.undo, "anna", NOON))

    def standing(self) -> list[int]:
        return [entry.id for entry in effective(self.entries)]


ACTS = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4)
MOVES = st.lists(st.one_of(ACTS, st.sampled_from(["undo", "redo"])), max_size=25)


@given(MOVES)
def test_any_acts_undos_and_redos_are_an_editors_two_stacks(moves: list[Any]):
    log = Log()
    done: list[list[int]] = []
    undone: list[list[int]] = []
    for move in moves:
        if move == "undo" and done:
            log.undo()
            undone.append(done.pop())
        elif move == "redo" and undone:
            log.redo()
            done.append(undone.pop())
        elif isinstance(move, list):
            log.record(KINDS[kind] for kind in move)
            done.append([entry.id for entry in log.entries[-len(move) :]])
            undone.clear()
        assert (log.history.undoable is None) is not bool(done)
        assert (log.history.redoable is None) is not bool(undone)
        assert log.standing() == sorted(number for act in done for number in act)


@given(MOVES)
def test_a_history_read_anew_from_the_log_is_the_one_that_was_kept(moves: list[Any]):
    log = Log()
    for move in moves:
        if isinstance(move, list):
            log.record(KINDS[kind] for kind in move)
        elif move == "undo" and log.history.undoable:
            log.undo()
        elif move == "redo" and log.history.redoable:
            log.redo()
    again = History("anna")
    again.add(log.entries)
    assert (again.done, again.undone) == (log.history.done, log.history.undone)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reversal_taken_back_is_what_was(kind: str):
    log = Log()
    log.record([KINDS[kind], KINDS["decision"]])
    before = log.standing()
    log.undo()
    assert log.standing() == []
    log.redo()
    assert log.standing() == before


def test_a_reversal_takes_back_the_last_first():
    first, second = (replace(KINDS["decision"], id=number) for number in (1, 2))
    assert [entry.undoes for entry in reversal([first, second], "anna", NOON)] == [2, 1]


def test_what_others_do_is_not_ones_own_to_undo():
    log = Log()
    log.record([KINDS["decision"]], coder="ben")
    assert log.history.undoable is None


def test_what_somebody_else_took_back_can_be_redone():
    log = Log()
    log.record([KINDS["decision"]])
    log.record(reversal(log.entries, "ben", NOON))
    assert log.history.undoable is None
    log.redo()
    assert log.standing() == [1]


def test_of_an_act_that_is_half_undone_undo_takes_back_the_other_half_and_redo_brings_back_all():
    log = Log()
    log.record([KINDS["decision"], KINDS["decision"]])
    log.record(reversal(log.entries[:1], "anna", NOON))
    assert log.standing() == [2]
    log.undo()
    assert log.standing() == []
    assert log.history.undoable is None
    log.redo()
    assert log.standing() == [1, 2]


def test_an_act_that_is_half_undone_and_half_redone_is_whole():
    log = Log()
    log.record([KINDS["decision"], KINDS["decision"]])
    log.record(reversal(log.entries[:1], "anna", NOON))
    log.record(reversal(log.entries[-1:], "anna", NOON))
    log.undo()
    assert log.standing() == []


def test_having_seen_a_suggestion_is_no_act_to_undo_and_leaves_what_can_be_redone():
    log = Log()
    log.record([KINDS["decision"]])
    log.undo()
    log.record([replace(KINDS["decision"], verdict=Verdict.REVEAL, code=None)])
    assert log.history.undoable is None
    assert log.history.redoable is not None
