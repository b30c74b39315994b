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
    """The entries of one act; `undo` are those that took it back, where it is undone, or a part of it."""

    name: str
    entries: list[Entry]
    undo: list[Entry] = field(default_factory=list)

    @property
    def standing(self) -> list[Entry]:
        """The entries that nobody has taken back."""
        undone = {one.undoes for one in self.undo}  # the logs share one sequence of numbers
        return [entry for entry in self.entries if entry.id not in undone]


class History:
    """What a coder can undo and redo, kept up with the log. As in an editor, whoever acts anew has nothing to redo."""

    def __init__(self, coder: str) -> None:
        self.coder = coder
        self.done: list[Step] = []
        self.undone: list[Step] = []
        self._steps: dict[int, Step] = {}  # by the numbers of their entries, and of those that took them back

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
        self._steps[entry.id] = self.done[-1]

    def _turn(self, entry: Entry) -> None:
        """An undo moves the step that it takes back to those undone, and an undo of the undo moves it back.

        A step of which only a part is taken back, or brought back, stays where it is until the rest is.
        """
        step = self._steps.get(entry.undoes or 0)
        if step is None:
            return
        taken = next((one for one in step.undo if one.id == entry.undoes), None)
        if taken is not None:
            step.undo.remove(taken)
        else:
            step.undo.append(entry)
            self._steps[entry.id] = step
        if not step.standing:
            _move(step, self.done, self.undone)
        elif not step.undo:
            _move(step, self.undone, self.done)

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


def _move(step: Step, there: list[Step], here: list[Step]) -> None:
    """The step from one list to the end of the other, where it is in the first; it is sought from the end."""
    for place in range(len(there) - 1, -1, -1):
        if there[place] is step:
            here.append(there.pop(place))
            return


def _is_silent(entry: Entry) -> bool:
    """Whether the entry only notes what the coder has seen, which nobody can take back."""
    return isinstance(entry, Decision) and entry.verdict is Verdict.REVEAL
