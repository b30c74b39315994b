"""Positions as programs count them, and how the way of counting is told from what the selections show."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.errors import ExchangeError
from themes.exchange.calibrating import Shown, calibrated, equals_quote
from themes.exchange.positions import (
    CONVENTIONS,
    STANDARD,
    Convention,
    Newline,
    StoredText,
    Unit,
    convention_of,
    counted,
    placed,
    stored,
)
from themes.exchange.read import Sureness

PIECES = st.sampled_from((
    "a", "word ", "\r\n", "\n", "\r", "é", "e\u0301", "שלום ", "مرحبا ", "😀", "👩\u200d👩\u200d👧", "\u0915\u093f",
    "漢字", "\U0010ffff", "\u2028",
))  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS, st.booleans(), st.data())
def test_what_a_program_counts_comes_back_as_the_same_code_points(text: str, bom: bool, data: st.DataObject):
    kept = stored(("\ufeff" if bom else "") + text)
    start = data.draw(st.integers(0, len(kept.text)))
    end = data.draw(st.integers(start, len(kept.text)))
    convention = data.draw(st.sampled_from(CONVENTIONS))
    first, last = counted(kept, convention, start, end)
    if convention.inclusive and start == end:
        return  # a selection of nothing has no last place
    place = placed(kept, convention, [first], [last])
    assert (place.starts[0], place.ends[0], place.exact[0]) == (start, end, True)


@given(TEXTS, st.booleans())
def test_units_are_those_of_the_encodings(text: str, bom: bool):
    raw = ("\ufeff" if bom else "") + text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    kept = stored(raw)
    whole = (0, len(kept.text))
    mark = 1 if bom else 0
    assert counted(kept, Convention(Unit.UTF16, bom=True), *whole) == (mark, len(raw.encode("utf-16-le")) // 2)
    assert counted(kept, Convention(Unit.UTF8, bom=True), *whole) == (3 * mark, len(raw.encode()))
    assert counted(kept, Convention(Unit.CODE_POINTS, bom=True), *whole) == (mark, len(raw))
    assert counted(kept, Convention(Unit.CODE_POINTS, Newline.ONE), *whole)[1] == len(kept.text)


def test_the_text_is_kept_with_line_feeds_alone():
    assert stored("\ufeffa\r\nb\rc\n\r\n").text == "a\nb\nc\n\n"
    assert stored("a\r\nb\rc\n\r\n").double == (1, 6)


def test_half_a_character_takes_in_the_whole_and_what_is_outside_is_said():
    place = placed(stored("a😀b"), Convention(Unit.UTF16), [2, 0, 3, 9], [3, 2, 9, 9])
    assert [(int(a), int(b)) for a, b in zip(place.starts[:2], place.ends[:2], strict=True)] == [(1, 2), (0, 2)]
    assert place.exact.tolist() == [False, False, False, False]
    assert place.inside.tolist() == [True, True, False, False]


SAID = "\ufeff" + "".join(
    f"Line {number}: the convoy 🚚 passed the 'bridge', said Zoë 😀; nobody stopped it.\r\nThen we waited.\r\n"
    for number in range(12)
)


def shown(convention: Convention, raw: str = SAID, quotes: bool = False, words: int = 3) -> Shown:
    """Selections of three words each, counted by the convention."""
    kept = stored(raw)
    spans = []
    for start in [0, *(place + 1 for place, mark in enumerate(kept.text) if mark in " \n")][:-words:words]:
        rest = kept.text[start:].split(" ")
        spans.append((start, start + len(" ".join(rest[:words]).rstrip())))
    pairs = [counted(kept, convention, *span) for span in spans]
    names = tuple(kept.text[a:b] if quotes else "" for a, b in spans)
    return Shown("g", "n", kept, tuple(a for a, _ in pairs), tuple(b for _, b in pairs), names)


@pytest.mark.parametrize("quotes", [False, True], ids=["words", "quotes"])
@pytest.mark.parametrize("convention", CONVENTIONS, ids=str)
def test_each_way_of_counting_is_told_from_what_the_selections_show(convention: Convention, quotes: bool):
    given = shown(convention, quotes=quotes)
    kept = given.text
    found, (positions,) = calibrated([given], "")
    right = placed(kept, convention, given.starts, given.ends)
    read = placed(kept, found, given.starts, given.ends)
    assert (read.starts.tolist(), read.ends.tolist()) == (right.starts.tolist(), right.ends.tolist())
    assert positions.sureness is Sureness.CERTAIN
    assert positions.fitting == positions.selections
    assert positions.rival_fitting < positions.fitting or positions.telling


def test_a_text_that_shows_nothing_is_read_as_its_program_is_known_to_count():
    few = Shown("g", "n", stored("😀 one two\r\nthree"), (), (), ())
    assert calibrated([few], "NVivo for Windows 12.6")[0] == Convention(Unit.UTF16)
    assert calibrated([few], "ATLAS.ti 23")[0].newline is Newline.ONE
    assert calibrated([few], "")[0] == STANDARD


def test_one_selection_makes_nobody_certain():
    one = Shown("g", "n", stored("😀 one two three"), (3,), (6,), ("",))
    _, (positions,) = calibrated([one], "")
    assert positions.sureness is not Sureness.CERTAIN


def test_a_person_has_the_last_word():
    given = convention_of("utf-8, end included")
    found, (positions,) = calibrated([shown(Convention(Unit.UTF16))], "NVivo", given)
    assert found == given == Convention(Unit.UTF8, inclusive=True)
    assert positions.sureness is Sureness.GIVEN
    assert positions.fitting < positions.selections


def test_words_that_name_no_way_of_counting_are_refused_with_those_that_do():
    with pytest.raises(ExchangeError, match="utf-16"):
        convention_of("utf-7")


@pytest.mark.parametrize(
    ("said", "quote", "equal"),
    [
        ("one\n two", "one two", True),
        ("one two three", "one two…", True),
        ("one two three", "one two...", True),
        ("one two three", "one two", False),
        ("ne two", "one two…", False),
    ],
)
def test_a_quote_may_be_cut_short_and_spaced_anew(said: str, quote: str, equal: bool):
    assert equals_quote(said, quote) is equal


def drawn(random: Random, count: int, kept: StoredText) -> list[tuple[int, int]]:
    """Selections as people make them: of some words, every tenth of them a little beside."""
    words = [match.span() for match in re.finditer(r"\w+", kept.text)]
    spans = []
    for _ in range(count):
        first = random.randrange(len(words) - 9)
        start, end = words[first][0], words[first + random.randrange(9)][1]
        if random.random() < 0.1:
            start, end = max(0, start + random.choice([-1, 1])), min(len(kept.text), end + random.choice([-1, 1]))
        spans.append((start, max(end, start + 1)))
    return spans


def test_certain_is_never_wrong_and_likely_seldom():
    random, kept = Random(8), stored(SAID)  # noqa: S311  the same draws each time
    right: dict[Sureness, list[bool]] = {sureness: [] for sureness in Sureness}
    for _ in range(100):
        spans, convention = drawn(random, random.choice([2, 5, 15, 40]), kept), random.choice(CONVENTIONS)
        starts, ends = zip(*(counted(kept, convention, *span) for span in spans), strict=True)
        found, (positions,) = calibrated([Shown("g", "n", kept, starts, ends, ("",) * len(spans))], "")
        place = placed(kept, found, starts, ends)
        right[positions.sureness].append(list(zip(place.starts, place.ends, strict=True)) == spans)
    assert len(right[Sureness.CERTAIN]) > 30
    assert all(right[Sureness.CERTAIN])
    assert sum(right[Sureness.LIKELY]) >= 0.9 * len(right[Sureness.LIKELY])


def test_positions_that_fit_no_way_of_counting_make_nobody_sure():
    random, kept = Random(8), stored(SAID)  # noqa: S311  the same draws each time
    for _ in range(30):
        starts = tuple(random.randrange(len(kept.text) - 60) for _ in range(40))
        ends = tuple(start + random.randrange(5, 50) for start in starts)
        _, (positions,) = calibrated([Shown("g", "n", kept, starts, ends, ("",) * 40)], "")
        assert positions.sureness is Sureness.UNSURE
