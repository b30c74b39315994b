from __future__ import annotations

import csv
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import TurnRole
from themes.ingest.mandates import Mandate, read_mandate
from themes.ingest.numbering import Numbering

SHARED = Path(__file__).parents[2] / "shared" / "data" / "un"
needs_resolutions = pytest.mark.skipif(
    not (SHARED / "mandates.csv").exists(), reason="the texts of the resolutions are not ours to publish"
)

HEAD = """United Nations
Security Council

S/RES/9999 (2013)
Distr.: General 30 April 2013

Resolution 9999 (2013)
Adopted by the Security Council at its 6952nd meeting, on 25 April 2013
The Security Council,
"""
BODY = """Recalling its earlier decisions on the matter,
Deeply concerned by the fighting in the north, in the centre
13-00000 (E)
*1300000*


S/RES/9999 (2013)
and along the river,
Acting under Chapter VII of the Charter of the United Nations,
Political process
1. Welcomes the agreement;
2. Decides that the mandate shall be:
(a) Protection of civilians
(i) To protect civilians under threat;
(ii) To patrol,
within its means;
(b) Support to the authorities
To help the authorities to come back;
(c) Other tasks:
- to repair roads;
- to clear mines;
2

13-00000
S/RES/9999 (2013)
3. Requests reports on (i) the threat and (ii) the response;
4. Decides to remain seized of the matter.
Annex
1. A list that is long.
"""


def numbered(found: Mandate, *roles: TurnRole) -> dict[str, str]:
    """Number -> words of the numbered turns (of those roles)."""
    turns = [turn for turn in found.content.turns if turn.number and (not roles or turn.role in roles)]
    words = {turn.number: found.content.text[turn.start : turn.end] for turn in turns}
    assert len(words) == len(turns), "a number stands twice"
    return words


def context(found: Mandate) -> list[str]:
    text = found.content.text
    return [text[turn.start : turn.end] for turn in found.content.turns if turn.role is TurnRole.CONTEXT]


def test_a_resolution_has_its_symbol_day_and_paragraphs() -> None:
    found = read_mandate(HEAD + BODY)
    assert (found.symbol, found.day) == ("S/RES/9999 (2013)", date(2013, 4, 25))
    assert numbered(found) == {
        "PP 1": "Recalling its earlier decisions on the matter,",
        "PP 2": "Deeply concerned by the fighting in the north, in the centre and along the river,",
        "PP 3": "Acting under Chapter VII of the Charter of the United Nations,",
        "OP 1": "Welcomes the agreement;",
        "OP 2": "Decides that the mandate shall be:",
        "OP 2 (a)": "Protection of civilians",
        "OP 2 (a) (i)": "To protect civilians under threat;",
        "OP 2 (a) (ii)": "To patrol, within its means;",
        "OP 2 (b)": "Support to the authorities To help the authorities to come back;",
        "OP 2 (c)": "Other tasks:",
        "OP 2 (c) - 1": "to repair roads;",
        "OP 2 (c) - 2": "to clear mines;",
        "OP 3": "Requests reports on (i) the threat and (ii) the response;",
        "OP 4": "Decides to remain seized of the matter.",
    }


def test_page_lines_headings_and_annexes_are_context() -> None:
    found = context(read_mandate(HEAD + BODY))
    assert "13-00000 (E) *1300000* S/RES/9999 (2013)" in found
    assert "Political process" in found
    assert found[-1] == "1. A list that is long."


def test_a_text_whose_paragraphs_wrap_gives_the_same_paragraphs() -> None:
    lines = [textwrap.wrap(line, 30, break_on_hyphens=False) or [""] for line in (HEAD + BODY).split("\n")]
    wrapped = "\n".join("\n".join(part) for part in lines)
    assert numbered(read_mandate(wrapped)) == numbered(read_mandate(HEAD + BODY))


def test_a_resolution_on_one_line_is_taken_apart() -> None:
    body = "Recalling what it said, " + "Noting the many and long reports on it, " * 12 + "1. Decides so; 2. Ends here."
    found = numbered(read_mandate(f"The Security Council, {body}"))
    assert found["PP 2"] == "Noting the many and long reports on it,"
    assert (found["OP 1"], found["OP 2"]) == ("Decides so;", "Ends here.")


def test_sections_in_roman_numbers_restart_the_letters() -> None:
    body = "1. Decides:\nI. Security:\n(a) to guard;\n(b) to watch;\nII. Politics:\n(a) to talk;\n2. Ends."
    assert list(numbered(read_mandate(HEAD + body), TurnRole.OPERATIVE)) == [
        *("OP 1", "OP 1 I", "OP 1 I (a)", "OP 1 I (b)", "OP 1 II", "OP 1 II (a)", "OP 2")
    ]


def test_a_missing_paragraph_is_told() -> None:
    long = "1. Decides " + "much " * 60 + ";\n3. Ends."
    assert "missing: 2." in read_mandate(HEAD + long).content.doubts[0][0]


def test_a_text_without_numbers_is_kept_by_paragraphs_with_a_doubt() -> None:
    found = read_mandate("S/PRST/2013/5\n\nThe Council welcomes the talks.\n\nIt regrets the rest.")
    assert found.symbol == "S/PRST/2013/5"
    assert [turn.role for turn in found.content.turns] == [TurnRole.OPERATIVE] * 3
    assert "No numbered operative paragraphs" in found.content.doubts[0][0]


@pytest.mark.parametrize(
    ("marks", "names"),
    [
        (["a", "b", "c"], ["(a)", "(b)", "(c)"]),
        (["a", "i", "ii", "b", "i", "ii"], ["(a)", "(a) (i)", "(a) (ii)", "(b)", "(b) (i)", "(b) (ii)"]),
        (["i", "ii", "a", "b", "iii"], ["(i)", "(ii)", "(ii) (a)", "(ii) (b)", "(iii)"]),
        ([*"abcdefgh", "i", "j"], [*(f"({letter})" for letter in "abcdefgh"), "(i)", "(j)"]),
        ([*"abcdefgh", "i", "ii"], [*(f"({letter})" for letter in "abcdefgh"), "(h) (i)", "(h) (ii)"]),
    ],
    ids=["letters", "nested", "roman-first", "i-is-a-letter", "i-is-a-number"],
)
def test_items_are_numbered_by_what_stands_around_them(marks: list[str], names: list[str]) -> None:
    numbering = Numbering(operative=1)
    found = []
    for place, mark in enumerate(marks):
        assert numbering.opens_item(mark, tuple(marks[place + 1 :]))
        found.append(numbering.name.removeprefix("OP 1 "))
    assert found == names


def test_a_mark_out_of_order_begins_no_item() -> None:
    numbering = Numbering(operative=1)
    assert not numbering.opens_item("c", ())
    assert numbering.opens_item("a", ())
    assert not numbering.opens_item("d", ())


PIECES = st.sampled_from([*HEAD.split("\n"), *BODY.split("\n"), "(a)", "(i) x", "3.", "I. A", "- b", "\xad c"])


@given(st.lists(PIECES | st.text(max_size=20), max_size=25).map("\n".join))
def test_turns_of_any_text_ascend_and_lie_in_it(text: str) -> None:
    found = read_mandate(text).content
    last = 0
    for turn in found.turns:
        assert last <= turn.start < turn.end <= len(found.text)
        assert found.text[turn.start : turn.end] == found.text[turn.start : turn.end].strip()
        last = turn.end


def core_texts() -> Iterator[tuple[str, str, str]]:
    """(symbol, day, text) of the resolutions that set up or renew the four missions."""
    before = csv.field_size_limit(10**7)
    with (SHARED / "mandates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["role"] == "core" and row["mission"] in {"MINUSTAH", "MONUSCO", "MINUSMA", "MINUSCA"}:
                yield row["symbol"], row["date"], row["text"]
    csv.field_size_limit(before)


@needs_resolutions
def test_real_resolutions_are_split_as_somebody_else_split_them() -> None:
    split: dict[str, list[dict[str, object]]] = {}
    for line in (SHARED / "mandate_paragraphs.jsonl").read_text(encoding="utf-8").splitlines():
        paragraph = json.loads(line)
        split.setdefault(str(paragraph["symbol"]), []).append(paragraph)
    agreement: Counter[str] = Counter()
    for symbol, day, text in core_texts():
        found = read_mandate(text)
        assert (found.symbol, str(found.day)) == (symbol, day)
        names = numbered(found)
        other = split[symbol]
        ours = {
            "PP": sum(name.startswith("PP") for name in names),
            "OP": len({re.match(r"OP \d+", name)[0] for name in names if name.startswith("OP")}),  # type: ignore[index]  # it begins so
            "items": sum(name.endswith(")") for name in names),
        }
        theirs = {
            "PP": sum(paragraph["kind"] == "PP" for paragraph in other),
            "OP": len({paragraph["no"] for paragraph in other if paragraph["kind"] == "OP"}),
            "items": sum(paragraph["kind"] == "OP" and bool(paragraph["sub"]) for paragraph in other),
        }
        agreement.update(key for key in ours if ours[key] == theirs[key])
        agreement["texts"] += 1
    # where PP differ, the other split counts a heading or page line as one (8 texts); where OP differ, it left
    # paragraphs that run on after a semicolon in the one before (2 texts)
    assert agreement == {"texts": 30, "PP": 22, "OP": 28, "items": 30}


@needs_resolutions
def test_real_resolutions_give_the_same_when_their_lines_are_wrapped() -> None:
    same = 0
    for _, _, text in core_texts():
        wrapped = "\n".join("\n".join(textwrap.wrap(line, 80, break_on_hyphens=False)) for line in text.split("\n"))
        same += numbered(read_mandate(wrapped)).keys() == numbered(read_mandate(text)).keys()
    assert same >= 28
