"""Where the places of a text are once a reader has kept it, or has made other white space of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.ingest import kept, reflowed

WORDS = st.lists(st.text("abé😀.", min_size=1, max_size=4), min_size=1, max_size=6)
GAPS = st.sampled_from([" ", "\n", "\n\n", "  ", " \n "])


def test_a_stretch_of_words_is_found_where_a_reader_has_joined_paragraphs() -> None:
    before, there = (
        "in those efforts,\n\n04-33298 (E)\n\nNoting the  challenges",
        "in those efforts, 04-33298 (E) Noting the challenges",
    )
    words = reflowed(kept(before), there)
    assert words is not None
    start = before.index("Noting")
    low, high = words.span(start, start + len("Noting the  challenges"))
    assert there[low:high] == "Noting the challenges"
    assert words.before(low, high) == (start, len(before))


def test_other_words_are_another_text() -> None:
    assert reflowed(kept("the mandate ends"), "the mandate begins") is None
    assert reflowed(kept("the mandate ends"), "the mandate") is None


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_without_a_letter_has_its_places_too(text: str) -> None:
    words = reflowed(kept(text), "")
    assert words is not None
    assert words.span(0, len(text)) == (0, 0)


@given(words=WORDS, first=st.lists(GAPS, min_size=6, max_size=6), second=st.lists(GAPS, min_size=6, max_size=6))
def test_every_word_goes_there_and_back(words: list[str], first: list[str], second: list[str]) -> None:
    def written(gaps: list[str]) -> tuple[str, list[tuple[int, int]]]:
        text, spans = "", []
        for word, gap in zip(words, gaps, strict=False):
            spans.append((len(text), len(text) + len(word)))
            text += word + gap
        return text.rstrip(), spans

    (before, old), (there, new) = written(first), written(second)
    found = reflowed(kept(before), there)
    assert found is not None
    assert [found.span(*span) for span in old] == new
    assert [found.before(*span) for span in new] == old
