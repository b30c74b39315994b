"""Acts of the log in half a sentence, as somebody would say them who looks back."""

from __future__ import annotations

from collections.abc import Sequence

from themes.domain import CodeAct, CodebookEdit, Decision, Memo, SubjectKind, ThemeAct, ThemeDecision, Verdict
from themes.project import LogEntry

_ON_A_CODE = {Verdict.ACCEPT: "accepted", Verdict.REJECT: "rejected", Verdict.ASSIGN: "given"}
_ON_A_SEGMENT = {
    Verdict.NO_CODE: "no code fits",
    Verdict.DEFER: "segment deferred",
    Verdict.FLAG: "flagged for discussion",
    Verdict.UNFLAG: "flag taken away",
    Verdict.BOUNDS: "excerpt moved",
    Verdict.REVEAL: "suggestions shown",
    Verdict.UNDO: "taken back",
}
_ON_THEMES = {
    ThemeAct.NAME: "named",
    ThemeAct.MERGE: "merged",
    ThemeAct.SPLIT: "split",
    ThemeAct.NO_THEME: "marked as no theme",
    ThemeAct.UNDO: "taken back",
}
_ON_CODES = {
    CodeAct.ADD: "added",
    CodeAct.RENAME: "renamed",
    CodeAct.REDEFINE: "defined anew",
    CodeAct.MOVE: "moved",
    CodeAct.MERGE: "merged",
    CodeAct.SPLIT: "split",
    CodeAct.RETIRE: "taken out",
    CodeAct.UNDO: "taken back",
}


def in_words(entries: Sequence[LogEntry]) -> str:
    """What the entries of one act did: "Flights accepted", "no code fits", "T01 and T02 merged"."""
    match entries[0]:
        case Decision() as first:
            return _decided(first, [one.code for one in entries if isinstance(one, Decision) and one.code])
        case Memo(kind=SubjectKind.STUDY):
            return "memo on the study"
        case Memo() as memo:
            return f"memo on a {memo.kind}"
        case ThemeDecision() as on_themes:
            return f"{_listed(on_themes.themes)} {_ON_THEMES[on_themes.act]}".strip()
        case CodebookEdit() as edit:
            codes = edit.codes or tuple(code.id for code in edit.made)
            return f"{_listed(codes)} {_ON_CODES[edit.act]}".strip()


def _decided(first: Decision, codes: Sequence[str]) -> str:
    if first.batch and len(codes) > 1:
        return f"{len(codes)} suggestions accepted in bulk"
    if first.verdict in _ON_A_CODE:
        return f"{_listed(codes)} {_ON_A_CODE[first.verdict]}"
    return _ON_A_SEGMENT[first.verdict]


def _listed(names: Sequence[str]) -> str:
    """The names, an "and" before the last."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
