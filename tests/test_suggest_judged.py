"""Judgements as numbers to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from themes.domain import CodeId, Judgement, SegmentId
from themes.suggest import judged
from themes.suggest.judged import BULK_WEIGHT

CODES = (CodeId("force"), CodeId("consent"), CodeId("money"))
ROWS = {SegmentId("s1"): 4, SegmentId("s2"): 0}
UNKNOWN = "?"


def word(code: str | None, carries: bool = True, *, coder: str = "anna", segment: str = "s1", bulk: bool = False):
    return Judgement(SegmentId(segment), CodeId(code) if code else None, coder, carries, 1, bulk)


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        pytest.param([word("force")], [1, 0, 0, 0], id="who gives a code has read the whole"),
        pytest.param([word("force", carries=False)], [0, UNKNOWN, UNKNOWN, UNKNOWN], id="a rejection alone"),
        pytest.param([word(None)], [0, 0, 0, 1], id="no code fits"),
        pytest.param([word("force"), word("money")], [1, 0, 1, 0], id="two codes"),
        pytest.param([word("force", bulk=True)], [1, UNKNOWN, UNKNOWN, 0], id="accepted in bulk"),
        pytest.param(
            [word("force"), word("force", carries=False, coder="ben")], [0.5, 0, 0, 0], id="coders who disagree"
        ),
        pytest.param(
            [word("consent", carries=False), word("consent", coder="ben", bulk=True)],
            [UNKNOWN, 0.5, UNKNOWN, 0],
            id="each of what they know",
        ),
    ],
)
def test_what_coders_said_of_a_segment(words: list[Judgement], targets: list[object]):
    found = judged(words, ROWS, CODES)
    assert found.rows.tolist() == [4]
    shown = [value if known else UNKNOWN for value, known in zip(found.targets[0], found.known[0], strict=True)]
    assert shown == targets


def test_segments_stand_in_the_order_in_which_they_were_judged_and_others_are_left_out():
    words = [word("force", segment="s2"), word("force", segment="gone"), word("lost"), word("money")]
    found = judged(words, ROWS, CODES)
    assert found.rows.tolist() == [0, 4]
    assert found.targets.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


def test_only_a_segment_whose_codes_were_all_accepted_in_bulk_counts_less():
    words = [word("force", bulk=True), word("force", segment="s2", bulk=True), word("money", segment="s2")]
    assert judged(words, ROWS, CODES).weights.tolist() == [BULK_WEIGHT, 1]


FAMILY = {
    CodeId("force"): None,
    CodeId("money"): None,
    CodeId("force / a"): CodeId("force"),
    CodeId("b"): CodeId("force"),
}


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        pytest.param([word("force")], [UNKNOWN, UNKNOWN, 0, 0], id="one of its codes, which is left open"),
        pytest.param([word("force"), word("b")], [UNKNOWN, 1, 0, 0], id="and one of them said"),
        pytest.param([word("force"), word("b", carries=False)], [UNKNOWN, 0, 0, 0], id="one ruled out"),
        pytest.param([word("force", carries=False)], [0, 0, UNKNOWN, UNKNOWN], id="none of its codes"),
    ],
)
def test_a_word_on_a_parent_speaks_of_its_codes(words: list[Judgement], targets: list[object]):
    found = judged(words, ROWS, [CodeId("force / a"), CodeId("b"), CodeId("money")], FAMILY)
    shown = [value if known else UNKNOWN for value, known in zip(found.targets[0], found.known[0], strict=True)]
    assert shown == targets


def test_nothing_said_is_nothing_judged():
    found = judged((), ROWS, CODES)
    assert (found.rows.shape, found.targets.shape) == ((0,), (0, 4))
    assert not np.any(found.known)
