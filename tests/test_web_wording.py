"""Acts in half a sentence, as somebody would say them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from themes.domain import (
    Code,
    CodeAct,
    CodebookEdit,
    CodeId,
    Decision,
    Memo,
    SegmentId,
    SubjectKind,
    ThemeAct,
    ThemeDecision,
    ThemeId,
    Verdict,
)
from themes.project import LogEntry
from themes.web.wording import in_words

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def said(verdict: Verdict, code: str | None = None, batch: str = "") -> Decision:
    return Decision(1, NOW, "anna", verdict, SegmentId("s"), CodeId(code) if code else None, batch=batch)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([said(Verdict.ACCEPT, "Flights")], "Flights accepted"),
        ([said(Verdict.ACCEPT, "Flights"), said(Verdict.ACCEPT, "Trust")], "Flights and Trust accepted"),
        ([said(Verdict.ACCEPT, "Flights", "b"), said(Verdict.ACCEPT, "Trust", "b")], "2 suggestions accepted in bulk"),
        ([said(Verdict.NO_CODE)], "no code fits"),
        ([said(Verdict.DEFER)], "segment deferred"),
        ([said(Verdict.UNFLAG)], "flag taken away"),
        ([Memo(1, NOW, "anna", SubjectKind.STUDY, "", "x")], "memo on the study"),
        ([Memo(1, NOW, "anna", SubjectKind.CODE, "Flights", "x")], "memo on a code"),
        ([ThemeDecision(1, NOW, "anna", ThemeAct.MERGE, (ThemeId("T01"), ThemeId("T02")))], "T01 and T02 merged"),
        ([CodebookEdit(1, NOW, "anna", CodeAct.RENAME, (CodeId("Flights"),))], "Flights renamed"),
        ([CodebookEdit(1, NOW, "anna", CodeAct.ADD, made=(Code(CodeId("Trust"), "Trust"),))], "Trust added"),
    ],
)
def test_an_act_is_told_in_half_a_sentence(entries: list[LogEntry], words: str) -> None:
    assert in_words(entries) == words


@pytest.mark.parametrize("verdict", list(Verdict))
def test_everything_a_coder_can_say_has_words(verdict: Verdict) -> None:
    assert in_words([said(verdict, "Flights")])
