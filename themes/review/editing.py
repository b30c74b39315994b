"""Edits of the codebook as a person asks for them: codes by path or name, checked against what stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from themes.domain import Code, CodeAct, CodebookEdit, CodeId
from themes.errors import DecisionError
from themes.review.codebook import Revised, known_code, path_of
from themes.review.codechecks import check
from themes.review.log import effective, redoable


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes the edits that a coder asks for; each raises DecisionError where it is not possible.

    A code is named by its path, or by its name where only one has it. The edits have no number yet: the log gives it.
    """

    revised: Revised
    coder: str
    at: datetime
    reason: str = ""

    def add(self, code: Code, parent: str | None = None) -> CodebookEdit:
        """The code, whose id and parent are filled in here, under `parent` or at the top."""
        above = None if parent is None else self._find(parent).id
        return self._checked(CodeAct.ADD, (), (_called(code, code.name, above),))

    def rename(self, code: str, name: str) -> CodebookEdit:
        """The code under another name; what stands below it goes along."""
        one = self._find(code)
        return self._checked(CodeAct.RENAME, (one.id,), (_called(one, name, one.parent),))

    def redefine(self, code: str, said: Code) -> CodebookEdit:
        """The code with the definition, when to use it and when not, and the examples of `said`."""
        one = self._find(code)
        return self._checked(CodeAct.REDEFINE, (one.id,), (replace(said, id=one.id, name=one.name, parent=one.parent),))

    def move(self, code: str, parent: str | None) -> CodebookEdit:
        """The code under another parent, or at the top; what stands below it goes along."""
        one, above = self._find(code), None if parent is None else self._find(parent).id
        return self._checked(CodeAct.MOVE, (one.id,), (_called(one, one.name, above),))

    def merge(self, codes: Sequence[str], name: str = "") -> CodebookEdit:
        """The codes as one: the first, under its name or another, with its definition and the examples of all."""
        found = [self._find(code) for code in codes]
        made: tuple[Code, ...] = ()
        if found:
            examples = tuple(dict.fromkeys(example for one in found for example in one.examples))
            first = replace(found[0], examples=examples)
            made = (_called(first, name or first.name, first.parent),)
        return self._checked(CodeAct.MERGE, tuple(one.id for one in found), made)

    def split(self, code: str, parts: Sequence[Code]) -> CodebookEdit:
        """The code as several, side by side; the first of them goes on as the code that was split.

        Where nothing is said of the first part, it keeps the definition and the examples of the whole.
        """
        one = self._find(code)
        made = [_called(part, part.name, one.parent) for part in parts]
        if made and made[0].description == made[0].name and not made[0].examples:
            made[0] = replace(one, id=made[0].id, name=made[0].name)
        return self._checked(CodeAct.SPLIT, (one.id,), tuple(made))

    def retire(self, codes: Sequence[str]) -> CodebookEdit:
        """The codes taken out of the codebook; what was said of them stays in the log."""
        return self._checked(CodeAct.RETIRE, tuple(dict.fromkeys(self._find(code).id for code in codes)), ())

    def undo(self, number: int | None = None) -> CodebookEdit:
        """The coder's last edit taken back, or the edit of that number, whoever made it."""
        return self._taking_back(_to_undo(self.revised.log, self.coder, number).id)

    def redo(self) -> CodebookEdit:
        """What the coder undid last stands again; only as long as nobody has edited since."""
        undo = redoable(self.revised.log)
        if undo is None or undo.coder != self.coder:
            raise DecisionError("There is nothing to redo.", "`redo` brings back only what you have just undone.")
        return self._taking_back(undo.id)

    def _find(self, code: str) -> Code:
        return known_code(code, self.revised.codebook)

    def _taking_back(self, number: int) -> CodebookEdit:
        return self._kept(CodebookEdit(0, self.at, self.coder, CodeAct.UNDO, reason=self.reason, undoes=number))

    def _checked(self, act: CodeAct, codes: tuple[CodeId, ...], made: tuple[Code, ...]) -> CodebookEdit:
        return self._kept(CodebookEdit(0, self.at, self.coder, act, codes, made, self.reason))

    def _kept(self, edit: CodebookEdit) -> CodebookEdit:
        check(edit, self.revised)
        return edit


def _called(code: Code, name: str, parent: CodeId | None) -> Code:
    """The code of that name under that parent, blanks made even."""
    tidy = " ".join(name.split())
    return replace(code, id=path_of(tidy, parent), name=tidy, parent=parent)


def _to_undo(log: Sequence[CodebookEdit], coder: str, number: int | None) -> CodebookEdit:
    standing = effective(log)
    if number is not None:
        found = next((edit for edit in standing if edit.id == number), None)
        if found is None:
            raise DecisionError(f"There is no edit #{number} that stands.", "See `themes codebook list`.")
        return found
    own = [edit for edit in standing if edit.coder == coder]
    if own:
        return own[-1]
    if standing:
        last = standing[-1]
        remedy = f"To take back the last of somebody else ({describe(last)}), give its number: --edit {last.id}."
        raise DecisionError(f"There is no edit of {coder} to undo.", remedy)
    raise DecisionError("There is nothing to undo.", "Nobody has edited the codebook here, or all is undone.")


def describe(edit: CodebookEdit) -> str:
    """The edit in half a line: `#7, rename of Convoys to Road convoys, by anna`."""
    if edit.undoes is not None:
        return f"#{edit.id}, undo of #{edit.undoes}, by {edit.coder}"
    return f"#{edit.id}, {edit.act} of {_what(edit)}, by {edit.coder}"


def _what(edit: CodebookEdit) -> str:
    codes, made = " and ".join(edit.codes), " and ".join(code.id for code in edit.made)
    match edit.act:
        case CodeAct.ADD:
            return made
        case CodeAct.RENAME | CodeAct.MOVE:
            return f"{codes} to {made}"
        case CodeAct.SPLIT:
            return f"{codes} into {made}"
        case _:
            return codes
