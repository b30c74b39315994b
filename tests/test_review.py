"""The log of decisions folded into the codings that stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CodeId, Decision, SegmentId, Verdict
from themes.review import fold, judgements

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def log(*entries: tuple[object, ...]) -> list[Decision]:
    """Decisions from (verdict, code, undoes, coder, batch), ids counted from 1, all on one segment."""
    padded = [(*entry, *(None,) * (5 - len(entry))) for entry in entries]
    return [
        Decision(
            id=number,
            at=NOON,
            coder=str(coder or "anna"),
            verdict=Verdict(verdict),
            segment=SegmentId("s1"),
            code=CodeId(str(code)) if code else None,
            undoes=undoes,  # type: ignore[arg-type]
            batch=str(batch or ""),
        )
        for number, (verdict, code, undoes, coder, batch) in enumerate(padded, start=1)
    ]


@pytest.mark.parametrize(
    ("entries", "standing"),
    [
        pytest.param([], [], id="nothing decided"),
        pytest.param([("accept", "force")], ["force"], id="accepted"),
        pytest.param([("assign", "force")], ["force"], id="another code chosen"),
        pytest.param([("reject", "force")], [], id="rejected"),
        pytest.param([("accept", "force"), ("reject", "force")], [], id="the latest word counts"),
        pytest.param([("accept", "force"), ("defer", "force")], ["force"], id="deferring changes nothing"),
        pytest.param([("accept", "force"), ("accept", "consent")], ["force", "consent"], id="several codes"),
        pytest.param([("accept", "force"), ("no code", None)], [], id="no code fits takes all away"),
        pytest.param([("no code", None), ("accept", "force")], ["force"], id="a code after all"),
        pytest.param([("accept", "force"), ("undo", "force", 1)], [], id="undone"),
        pytest.param([("accept", "force"), ("undo", "force", 1), ("undo", "force", 2)], ["force"], id="redone"),
        pytest.param(
            [("accept", "force"), ("reject", "force"), ("undo", "force", 2)], ["force"], id="rejection undone"
        ),
        pytest.param([("accept", "force"), ("no code", None), ("undo", None, 2)], ["force"], id="no code undone"),
    ],
)
def test_what_stands_follows_from_the_log(entries: list[tuple[object, ...]], standing: list[str]):
    assert [coding.code for coding in fold(log(*entries))] == standing


def test_coders_do_not_overrule_each_other():
    codings = fold(log(("accept", "force", None, "anna"), ("reject", "force", None, "ben")))
    assert [(coding.code, coding.coder) for coding in codings] == [("force", "anna")]


def test_a_coding_accepted_in_bulk_says_so_until_it_is_decided_alone():
    assert fold(log(("accept", "force", None, None, "b1")))[0].in_bulk
    assert not fold(log(("accept", "force", None, None, "b1"), ("accept", "force")))[0].in_bulk


@given(st.lists(st.sampled_from(["accept", "reject", "assign", "no code", "defer"]), max_size=12))
def test_undoing_everything_backwards_leaves_nothing(verdicts: list[str]):
    entries: list[tuple[object, ...]] = [(verdict, None if verdict == "no code" else "force") for verdict in verdicts]
    undone = [("undo", None, number) for number in range(len(entries), 0, -1)]
    assert fold(log(*entries, *undone)) == ()


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        pytest.param([("reject", "force")], [("force", False)], id="a rejection is heard"),
        pytest.param([("accept", "force"), ("reject", "force")], [("force", False)], id="the latest word"),
        pytest.param(
            [("accept", "force"), ("no code", None)], [("force", False), (None, True)], id="no code takes back a code"
        ),
        pytest.param([("no code", None), ("accept", "force")], [("force", True)], id="a code takes back no code"),
        pytest.param([("no code", None), ("reject", "force")], [(None, True), ("force", False)], id="both stand"),
        pytest.param([("defer", None)], [], id="deferring says nothing"),
        pytest.param([("reject", "force"), ("undo", None, 1)], [], id="undone"),
    ],
)
def test_judgements_are_the_latest_words(entries: list[tuple[object, ...]], words: list[tuple[str | None, bool]]):
    assert [(word.code, word.carries) for word in judgements(log(*entries))] == words
