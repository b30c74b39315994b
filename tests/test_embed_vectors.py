"""The stage: in order, from the cache where it can be, and nothing cut off; and the encoder without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from themes import embed
from themes.embed import EmbedOptions, HashingEncoder, VectorCache
from themes.errors import EncoderError

CARD = embed.card("hashing")
OPTIONS = EmbedOptions(encoder="hashing", batch_size=3)
TEXTS = ["the mission protects", "helicopters", "the mission protects", "a mandate of three words", "", "troops left"]


class Counting:
    """A hashing encoder that remembers what it was asked, and fails at the batch of that number."""

    def __init__(self, fails_at: int = -1) -> None:
        self.batches: list[list[str]] = []
        self._fails_at = fails_at

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.batches) == self._fails_at:
            raise KeyboardInterrupt
        self.batches.append(list(texts))
        return HashingEncoder(CARD.dimensions).encode(texts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=30), max_size=12), st.integers(1, 5))
def test_the_vectors_are_in_the_order_of_the_texts_and_of_unit_length(texts: list[str], batch_size: int) -> None:
    encoder = HashingEncoder(CARD.dimensions)
    vectors = embed.embed(texts, CARD, lambda: encoder, None, EmbedOptions(batch_size=batch_size))
    assert vectors.shape == (len(texts), 256)
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, encoder.encode(texts))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_each_text_is_encoded_once_from_short_to_long() -> None:
    encoder = Counting()
    embed.embed(TEXTS, CARD, lambda: encoder, None, OPTIONS)
    assert encoder.batches == [["", "helicopters", "troops left"], ["the mission protects", "a mandate of three words"]]


def test_progress_counts_texts_and_ends_at_all_of_them(file: Path) -> None:
    heard: list[tuple[int, int]] = []
    with VectorCache(file) as cache:
        embed.embed(TEXTS[1:3], CARD, Counting, cache, OPTIONS)
        embed.embed(TEXTS, CARD, Counting, cache, OPTIONS, lambda done, total: heard.append((done, total)))
    assert heard == [(3, 6), (6, 6)]


def test_what_is_cached_is_not_encoded_and_the_encoder_is_not_even_loaded(file: Path) -> None:
    def refuse() -> embed.Encoder:
        raise AssertionError("loaded in vain")

    with VectorCache(file) as cache:
        first = embed.embed(TEXTS, CARD, Counting, cache, OPTIONS)
    with VectorCache(file) as cache:
        assert np.array_equal(embed.embed(TEXTS[::-1], CARD, refuse, cache, OPTIONS), first[::-1])
        encoder = Counting()
        embed.embed([*TEXTS, "new"], CARD, lambda: encoder, cache, OPTIONS)
        assert encoder.batches == [["new"]]
    assert embed.embed([], CARD, refuse, None, OPTIONS).shape == (0, 256)


def test_another_prefix_or_window_is_another_encoder_to_the_cache(file: Path) -> None:
    with VectorCache(file) as cache:
        embed.embed(TEXTS, CARD, Counting, cache, OPTIONS)
        encoder = Counting()
        embed.embed(TEXTS, replace(CARD, window=99), lambda: encoder, cache, OPTIONS)
        assert len(encoder.batches) == 2


def test_a_run_that_is_stopped_keeps_every_finished_batch(file: Path) -> None:
    with VectorCache(file) as cache, pytest.raises(KeyboardInterrupt):
        embed.embed(TEXTS, CARD, lambda: Counting(fails_at=1), cache, OPTIONS)
    with VectorCache(file) as cache:
        encoder = Counting()
        embed.embed(TEXTS, CARD, lambda: encoder, cache, OPTIONS)
        assert encoder.batches == [["the mission protects", "a mandate of three words"]]


def test_a_text_longer_than_the_window_is_never_cut_off_in_silence() -> None:
    texts = ["word " * 256, "word " * 257, "word " * 300]
    with pytest.raises(EncoderError, match=r"2 of 3 texts are longer than the 256 word pieces.*takes 300") as caught:
        embed.embed(texts, CARD, Counting, None, OPTIONS)
    assert "Cut the segments shorter" in caught.value.remedy
    embed.embed(texts[:1], CARD, Counting, None, OPTIONS)


@pytest.mark.parametrize(
    ("given_vectors", "said"),
    [
        pytest.param(np.zeros((1, 5), np.float32), r"shape \(1, 5\)", id="other dimensions"),
        pytest.param(np.zeros((2, 256), np.float32), r"shape \(2, 256\)", id="more rows"),
        pytest.param(np.zeros((1, 256), np.float32), "unit length", id="no length"),
        pytest.param(np.full((1, 256), np.nan, np.float32), "unit length", id="not a number"),
    ],
)
def test_an_encoder_that_does_not_keep_its_promise_is_refused_and_nothing_is_kept(
    file: Path, given_vectors: NDArray[np.float32], said: str
) -> None:
    class Wrong:
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            assert texts
            return given_vectors

    with VectorCache(file) as cache:
        with pytest.raises(EncoderError, match=said):
            embed.embed(["a"], CARD, Wrong, cache, OPTIONS)
        assert len(cache) == 0


def test_hashing_is_the_same_on_every_machine() -> None:
    counts = np.array([-4, 0, 0, 5, -3, -1, 1, -5])  # signed CRC-32 sums, worked out apart
    vector = HashingEncoder(8).encode(["Peace keepers, peace!"])[0]
    assert np.array_equal(vector, (counts / np.sqrt(counts @ counts)).astype(np.float32))


def test_hashing_brings_texts_with_the_same_words_together() -> None:
    one, other, third = HashingEncoder(256).encode(
        ["helicopters protect the convoy", "the convoy had no helicopter", "elections were postponed again"]
    )
    assert one @ other > 0.4
    assert abs(one @ third) < 0.25


def test_the_hashing_card_loads_its_encoder_and_counts_words() -> None:
    encoder = embed.load(CARD, EmbedOptions(encoder="hashing"))
    assert isinstance(encoder, HashingEncoder)
    assert embed.piece_counter(CARD)("three short words") == 3
    assert embed.verify(CARD).is_dir()


def test_a_card_that_names_neither_files_nor_a_repository_is_not_taken_for_a_built_in_one() -> None:
    with pytest.raises(EncoderError, match="names neither files nor a repository"):
        embed.load(replace(CARD, name="mine"), OPTIONS)
