"""Which edits of the codebook are possible as things stand; those that are not, with a remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from themes.domain import PATH_SEPARATOR, Code, CodeAct, CodebookEdit, CodeId
from themes.errors import DecisionError
from themes.review.codebook import Revised, known_code, revised
from themes.review.codetree import Identity, Rest, Tree
from themes.review.log import undone_in

LONGEST_NAME = 200


def check(edit: CodebookEdit, revised: Revised) -> None:
    """Raises DecisionError for an edit that is not possible; whether its number is 0 or the next does not matter."""
    _CHECKS[edit.act](edit, revised)


def _check_add(edit: CodebookEdit, revised: Revised) -> None:
    if len(edit.made) != 1:
        raise DecisionError("There is no code to add.", "Give it a name.")
    code = edit.made[0]
    parent = None if code.parent is None else _one(code.parent, revised)
    _check_name(code.name)
    _must_be_free(code.name, parent, revised.history.now)


def _check_rename(edit: CodebookEdit, revised: Revised) -> None:
    one, name = _first(edit, revised), _made(edit)[0].name
    tree = revised.history.now
    _check_name(name)
    if tree.nodes[one].code.name == name:
        raise DecisionError(f'It is already called "{name}".', "Leave it, or give another name.")
    _must_be_free(name, tree.nodes[one].parent, tree, [one])


def _check_redefine(edit: CodebookEdit, revised: Revised) -> None:
    one, said = revised.history.now.nodes[_first(edit, revised)].code, _made(edit)[0]
    if _content(one) == _content(said):
        raise DecisionError(
            f'Nothing would be said of "{one.name}" that is not said already.',
            "Give another definition, when to use it, when not, or other examples.",
        )


def _content(code: Code) -> tuple[object, ...]:
    return code.definition, code.use_when, code.not_when, code.examples


def _check_move(edit: CodebookEdit, revised: Revised) -> None:
    one, above = _first(edit, revised), _made(edit)[0].parent
    tree = revised.history.now
    parent = None if above is None else _one(above, revised)
    if tree.is_below(parent, one):
        raise DecisionError(f"{above} is {tree.path(one)} or stands below it.", "Name a parent outside of it.")
    if tree.nodes[one].parent == parent:
        place = "at the top" if parent is None else f"under {tree.path(parent)}"
        raise DecisionError(f"{tree.path(one)} is {place} already.", "Leave it, or name another parent.")
    _must_be_free(tree.nodes[one].code.name, parent, tree)


def _check_merge(edit: CodebookEdit, revised: Revised) -> None:
    tree = revised.history.now
    codes = [_one(code, revised) for code in edit.codes]
    if len(codes) < 2:
        raise DecisionError("One code alone cannot be merged.", "Name two codes or more.")
    twice = next((one for one in codes if codes.count(one) > 1), None)
    if twice is not None:
        raise DecisionError(f"{tree.path(twice)} cannot be merged with itself.", "Name each code once.")
    first, *others = codes
    for other in others:
        if tree.is_below(first, other):
            problem = f"{tree.path(first)} stands below {tree.path(other)}, which would go into it."
            raise DecisionError(problem, f"Name {tree.path(other)} first, so that the others go into it.")
    _must_come_together(codes, tree)
    if edit.made:
        _check_name(edit.made[0].name)
        _must_be_free(edit.made[0].name, tree.nodes[first].parent, tree, codes)


def _must_come_together(codes: Sequence[Identity], tree: Tree) -> None:
    """Raises DecisionError where codes below the merged ones would have one name under one parent."""
    seen: dict[str, Identity] = {}
    for child in (child for one in codes for child in tree.children(one)):
        if tree.is_here(child) and child not in codes:
            other = seen.setdefault(tree.nodes[child].code.name.casefold(), child)
            if other != child:
                problem = f"{tree.path(other)} and {tree.path(child)} would have one name under one parent."
                raise DecisionError(problem, "Merge these two first, or rename one of them.")


def _check_split(edit: CodebookEdit, revised: Revised) -> None:
    one, tree = _first(edit, revised), revised.history.now
    names = [part.name for part in edit.made]
    if len(names) < 2:
        raise DecisionError(f"That would leave {tree.path(one)} in one part.", "Name two parts or more.")
    for place, name in enumerate(names):
        _check_name(name)
        _must_be_free(name, tree.nodes[one].parent, tree, [one])
        if name.casefold() in [other.casefold() for other in names[:place]]:
            raise DecisionError(f'Two parts are called "{name}".', "Give each part a name of its own.")


def _check_retire(edit: CodebookEdit, revised: Revised) -> None:
    if not edit.codes:
        raise DecisionError("There is no code to retire.", "Name one.")
    tree = revised.history.now
    going = [_one(code, revised) for code in edit.codes]
    staying = [tree.path(child) for one in going for child in tree.children(one) if tree.is_here(child)]
    staying = [child for child in staying if tree.find(child) not in going]
    if staying:
        raise DecisionError(
            f"Codes stand below it: {', '.join(staying)}.",
            "Move them elsewhere first, or retire them together with it, naming each.",
        )


def _check_undo(edit: CodebookEdit, now: Revised) -> None:
    last = max((entry.id for entry in now.log), default=0)
    undone = {entry.id: entry for entry in now.log}.get(edit.undoes or 0)
    if undone is None or undone.id in undone_in(now.log):
        raise DecisionError(f"There is no edit #{edit.undoes} that stands.", "See `themes codebook list`.")
    after = revised(now.history.base, (*now.log, _numbered(edit, last + 1)))
    for entry in after.resting:
        why = after.why_resting(entry.id)
        if why is not now.why_resting(entry.id) and why is not Rest.GONE:
            made = ", ".join(f'"{code.name}"' for code in entry.made) or ", ".join(entry.codes)
            raise DecisionError(
                f"After that, edit #{entry.id} ({entry.act} of {made}) could not stand: {why}.",
                f"Rename or move one of the codes first, or undo #{entry.id} before.",
            )


def _numbered(edit: CodebookEdit, number: int) -> CodebookEdit:
    return CodebookEdit(number, edit.at, edit.coder, edit.act, undoes=edit.undoes)


# --- what the checks share ---


def _one(code: CodeId, revised: Revised) -> Identity:
    one = revised.history.now.find(code)
    if one is None or not revised.history.now.is_here(one):
        known_code(code, revised.codebook)  # says which is the nearest
        raise DecisionError(f'"{code}" is not the whole path of a code.', "See `themes codebook list`.")
    return one


def _first(edit: CodebookEdit, revised: Revised) -> Identity:
    if len(edit.codes) != 1:
        raise DecisionError("This is done with one code at a time.", "Name one code.")
    return _one(edit.codes[0], revised)


def _made(edit: CodebookEdit) -> Sequence[Code]:
    if not edit.made:
        raise DecisionError("It is not said what the code is to be.", "Say what it is afterwards.")
    return edit.made


def _check_name(name: str) -> None:
    if not name.strip():
        raise DecisionError("The code has no name.", "Give it one.")
    if len(name) > LONGEST_NAME:
        raise DecisionError(f"The name has {len(name)} characters.", f"Give one of {LONGEST_NAME} at most.")
    if name != " ".join(name.split()):
        raise DecisionError("The name has blanks at its ends, or several in a row.", "Leave one between two words.")
    if PATH_SEPARATOR in name:
        problem = f'The name "{name}" holds "{PATH_SEPARATOR}", which stands between a parent and a code.'
        raise DecisionError(problem, "Name the code alone, and its parent apart.")


def _must_be_free(name: str, parent: Identity | None, tree: Tree, but: Sequence[Identity] = ()) -> None:
    if tree.is_taken(name, parent, but):
        place = "at the top" if parent is None else f"under {tree.path(parent)}"
        raise DecisionError(
            f'There is a code "{name}" {place} already.', "Merge the two if they are one code, or choose another name."
        )


_CHECKS: Mapping[CodeAct, Callable[[CodebookEdit, Revised], None]] = {
    CodeAct.ADD: _check_add,
    CodeAct.RENAME: _check_rename,
    CodeAct.REDEFINE: _check_redefine,
    CodeAct.MOVE: _check_move,
    CodeAct.MERGE: _check_merge,
    CodeAct.SPLIT: _check_split,
    CodeAct.RETIRE: _check_retire,
    CodeAct.UNDO: _check_undo,
}
