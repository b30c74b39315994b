"""Undo and redo over everything a coder does: decisions, boundaries, memos, batches, themes and the codebook.

Undo is one more entry of the log. Nothing is remembered beside the log, so it reaches back over every restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from themes.domain import CodeAct, CodebookEdit, Decision, Memo, ThemeAct, ThemeDecision, Verdict

Entry = Decision | ThemeDecision | CodebookEdit | Memo


@dataclass(slots=True)
class Step:
    """The entries of one act; `undo` are those that took it back, where it is undone."""

    name: str
    entries: list[Entry]
    undo: list[Entry] = field(default_factory=list)


class History:
    """What a coder can undo and redo, kept up with the log. As in an editor, whoever acts anew has nothing to redo."""

    def __init__(self, coder: str) -> None:
        self.coder = coder
        self.done: list[Step] = []
        self.undone: list[Step] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Takes in entries of the log, in its order; those of other coders count where they undo this coder's."""
        for entry in entries:
            if entry.undoes is not None:
                self._turn(entry)
            elif entry.coder == self.coder and not _is_silent(entry):
                self._act(entry)

    def _act(self, entry: Entry) -> None:
        name = entry.step or f"#{entry.id}"
        if not (self.done and self.done[-1].name == name):
            self.done.append(Step(name, []))
            self.undone.clear()
        self.done[-1].entries.append(entry)

    def _turn(self, entry: Entry) -> None:
        """An undo moves the step that it takes back to those undone, and an undo of the undo moves it back."""
        for step in reversed(self.done):
            if any(_is_same(entry, one) for one in step.entries):
                step.undo.append(entry)
                if len(step.undo) == len(step.entries):
                    self.done.remove(step)
                    self.undone.append(step)
                return
        for step in reversed(self.undone):
            taken = [one for one in step.undo if _is_same(entry, one)]
            if taken:
                step.undo.remove(taken[0])
                if not step.undo:
                    self.undone.remove(step)
                    self.done.append(step)
                return

    @property
    def undoable(self) -> Step | None:
        """The act that undo takes back; None where there is none."""
        return self.done[-1] if self.done else None

    @property
    def redoable(self) -> Step | None:
        """The act that redo brings back; None where there is none."""
        return self.undone[-1] if self.undone else None


def reversal(entries: Sequence[Entry], coder: str, at: datetime) -> tuple[Entry, ...]:
    """The entries that take these back, the last first; of undoing ones, those that bring back what they took."""
    return tuple(_undoing(entry, coder, at) for entry in reversed(entries))


def _undoing(entry: Entry, coder: str, at: datetime) -> Entry:
    match entry:
        case Decision():
            return Decision(0, at, coder, Verdict.UNDO, entry.segment, entry.code, entry.id, shown=entry.shown)
        case ThemeDecision():
            return ThemeDecision(0, at, coder, ThemeAct.UNDO, undoes=entry.id)
        case CodebookEdit():
            return CodebookEdit(0, at, coder, CodeAct.UNDO, undoes=entry.id)
        case Memo():
            return replace(entry, id=0, at=at, coder=coder, text="", undoes=entry.id)


def _is_same(undo: Entry, entry: Entry) -> bool:
    return undo.undoes == entry.id and type(undo) is type(entry)


def _is_silent(entry: Entry) -> bool:
    """Whether the entry only notes what the coder has seen, which nobody can take back."""
    return isinstance(entry, Decision) and entry.verdict is Verdict.REVEAL
