"""The codebook as it stands: the researcher's file with every edit that counts, and decisions under today's names.

The file and the log are kept apart and this fold is taken anew each time, so that undoing an edit leaves exactly what
would have been without it, and the file may change between runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from themes.domain import PATH_SEPARATOR, Code, Codebook, CodebookEdit, CodeId, Decision, Shown, Verdict
from themes.errors import DecisionError
from themes.review.codehistory import History
from themes.review.codetree import Identity, Rest
from themes.review.codings import judgements
from themes.review.log import effective

_OF_A_CODE = {Verdict.ACCEPT, Verdict.ASSIGN, Verdict.REJECT}


@dataclass(frozen=True, slots=True)
class Revised:
    """The codebook as it stands.

    `retired` are the codes that people took out, as they were called then. `resting` are edits that stand and do
    nothing today, because the file is not as it was when they were made. `history` knows the way there.
    """

    codebook: Codebook
    retired: tuple[Code, ...] = ()
    resting: tuple[CodebookEdit, ...] = ()
    history: History = field(repr=False, compare=False, default_factory=lambda: History(Codebook(), ()))

    @property
    def log(self) -> tuple[CodebookEdit, ...]:
        """Every edit, oldest first."""
        return self.history.edits

    def why_resting(self, edit: int) -> Rest | None:
        """Why an edit does nothing today; None for one that does something, or does not stand."""
        return self.history.resting.get(edit)


def revised(base: Codebook, edits: Iterable[CodebookEdit]) -> Revised:
    """The codebook as it stands: that of the file, with the edits that count applied in the order of the log."""
    history = History(base, edits)
    resting = tuple(edit for edit in history.edits if edit.id in history.resting)
    return Revised(history.now.codebook, tuple(history.now.retired.values()), resting, history)


def current_names(base: Codebook, edits: Iterable[CodebookEdit], at: int) -> dict[CodeId, CodeId | None]:
    """From the codes as they were called when `at` was the log's last entry, to what they are called today.

    None for a code that is not in the codebook any more.
    """
    history = History(base, edits)
    then = history.at(at)
    return {then.path(one): history.today(one) for one, node in then.nodes.items() if node.here}


def translated(decisions: Iterable[Decision], base: Codebook, edits: Iterable[CodebookEdit]) -> tuple[Decision, ...]:
    """The decisions with their codes as these are called today, in their order.

    A decision means the code that had its name when the decision was taken, whatever that code is called by now. What
    gives or rejects a code that is not in the codebook today is left out; it is back when the code is. Codes that were
    merged are one: a coder's segment carries it if by the coder's last word on any of them, before they were merged, it
    did; then the coder's rejections of the others are left out.
    """
    log = tuple(decisions)
    named = dict.fromkeys(code for one in log for code in (one.code, one.suggested) if code is not None)
    history = History(base, edits, named)
    overruled = _overruled(log, history)
    found = (_as_called_now(one, history) for one in log if one.id not in overruled)
    return tuple(one for one in found if one is not None)


def _as_called_now(decision: Decision, history: History) -> Decision | None:
    if decision.code is None and decision.suggested is None:
        return decision
    code, suggested = (_today(code, decision.id, history) for code in (decision.code, decision.suggested))
    if decision.code is not None and code is None and decision.verdict in _OF_A_CODE:
        return None
    return replace(decision, code=code, suggested=suggested)


def _today(code: CodeId | None, number: int, history: History) -> CodeId | None:
    return None if code is None else history.today(history.meant(code, number))


def _overruled(log: Sequence[Decision], history: History) -> set[int]:
    """The rejections that a coder's word on another of the codes that are one today makes void."""
    joins = history.joins()
    if not joins:
        return set()
    words = list(_words(log, history))
    now: dict[Identity, Identity] = {}
    void: set[int] = set()
    for join in joins:
        codes = {_last(one, now) for one in join.codes}
        said = [
            replace(word, code=None if one is None else CodeId(_last(one, now)))
            for word, one in words
            if word.id < join.at and word.id not in void and (one is None or _last(one, now) in codes)
        ]
        carried = {(word.segment, word.coder) for word in judgements(said) if word.carries and word.code is not None}
        void |= {word.id for word in said if word.verdict is Verdict.REJECT and (word.segment, word.coder) in carried}
        into = _last(join.codes[0], now)
        now |= {one: into for one in codes if one != into}
    return void


def _words(log: Sequence[Decision], history: History) -> Iterator[tuple[Decision, Identity | None]]:
    """What counts of the log and says something of codes, each with the code that it means; None for no code at all."""
    for word in effective(log):
        if word.shown is Shown.REPEAT:
            continue
        if word.verdict is Verdict.NO_CODE:
            yield word, None
        elif word.verdict in _OF_A_CODE and word.code is not None:
            meant = history.meant(word.code, word.id)
            if meant is not None:
                yield word, meant


def _last(one: Identity, now: Mapping[Identity, Identity]) -> Identity:
    while one in now:
        one = now[one]
    return one


def known_code(code: str, codebook: Codebook) -> Code:
    """A code by its path, or by its name where only one has it; DecisionError, with the nearest, for any other."""
    wanted = " ".join(code.split()).casefold()
    named = [one for one in codebook.codes if one.name.casefold() == wanted]
    exact = [one for one in codebook.codes if one.id.casefold() == wanted]
    if exact or len(named) == 1:
        return (exact or named)[0]
    near = [one.id for one in named] or get_close_matches(code, [one.id for one in codebook.codes], 2, 0.4)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "See `themes codebook list`."
    problem = f'"{code}" is the name of several codes.' if named else f'There is no code "{code}".'
    raise DecisionError(problem, remedy)


def tree_order(codebook: Codebook) -> tuple[tuple[int, Code], ...]:
    """The codes as a tree: each with its depth, right after its parent and the codes that stand before it there."""
    below: dict[CodeId | None, list[Code]] = {}
    for code in codebook.codes:
        below.setdefault(code.parent, []).append(code)

    def walk(parent: CodeId | None, depth: int) -> Iterator[tuple[int, Code]]:
        for code in below.get(parent, ()):
            yield depth, code
            yield from walk(code.id, depth + 1)

    return tuple(walk(None, 0))


def path_of(name: str, parent: CodeId | None) -> CodeId:
    """The id of a code of that name under that parent."""
    return CodeId(name if parent is None else f"{parent}{PATH_SEPARATOR}{name}")
