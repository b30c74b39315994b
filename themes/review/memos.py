"""Memos as they stand."""

from __future__ import annotations

from collections.abc import Iterable

from themes.domain import Memo, SubjectKind
from themes.review.log import effective


def standing_memos(memos: Iterable[Memo]) -> dict[tuple[SubjectKind, str, str], Memo]:
    """The memo that stands for each (kind, subject, coder), in the order in which they were last changed."""
    latest: dict[tuple[SubjectKind, str, str], Memo] = {}
    for memo in effective(memos):
        key = (memo.kind, memo.subject, memo.coder)
        latest.pop(key, None)
        if memo.text:
            latest[key] = memo
    return latest
