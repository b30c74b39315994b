"""The stage: texts -> vectors, looking up what is known and encoding only what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from themes.domain import Progress, no_progress
from themes.embed.cache import VectorCache
from themes.embed.cards import Card
from themes.embed.encoder import Encoder
from themes.embed.files import checksum
from themes.embed.options import EmbedOptions
from themes.embed.pieces import piece_counter
from themes.errors import EncoderError

Found = list[tuple[str, NDArray[np.float32]]]


def embed(
    texts: Sequence[str],
    card: Card,
    load: Callable[[], Encoder],
    cache: VectorCache | None,
    options: EmbedOptions,
    progress: Progress = no_progress,
) -> NDArray[np.float32]:
    """One unit vector per text, in order, shape (len(texts), card.dimensions).

    `load` is called only if the cache lacks something, and each finished batch is kept at once. `progress` counts
    texts. EncoderError where a text is longer than the card's window or the encoder gives something else than
    unit vectors of the card's dimensions; ProjectError where the cache cannot be written.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows[text].append(row)
    vectors = np.empty((len(texts), card.dimensions), dtype=np.float32)
    missing = set(rows)
    known: Iterable[Found] = cache.get(checksum(card), tuple(rows), card.dimensions) if cache else ()
    done = 0
    # the second half starts when the first is through, and `missing` holds only what the cache lacks
    for found in chain(known, _encoded(missing, card, load, cache, options.batch_size)):
        for text, vector in found:
            vectors[rows[text]] = vector
            missing.discard(text)
            done += len(rows[text])
        progress(done, len(texts))
    return vectors


def _encoded(
    missing: set[str], card: Card, load: Callable[[], Encoder], cache: VectorCache | None, batch_size: int
) -> Iterator[Found]:
    """Each batch when it is encoded and kept: texts of like length together, so that little is padded."""
    if not missing:
        return
    ordered = _by_length(missing, card)
    encoder = load()
    for start in range(0, len(ordered), batch_size):
        batch = ordered[start : start + batch_size]
        fresh = _checked(encoder.encode(batch), len(batch), card)
        if cache:
            cache.put(checksum(card), batch, fresh)
        yield list(zip(batch, fresh, strict=True))


def _by_length(texts: set[str], card: Card) -> list[str]:
    """The texts from short to long; EncoderError where the encoder would cut any of them."""
    count = piece_counter(card)
    lengths = {text: count(text) for text in texts}
    longest = max(lengths.values())
    if longest > card.window:
        too_long = sum(length > card.window for length in lengths.values())
        raise EncoderError(
            f"{too_long} of {len(texts)} texts are longer than the {card.window} word pieces that {card.name} reads "
            f"(the longest takes {longest}).",
            "Cut the segments shorter, or choose an encoder with a wider window.",
        )
    return sorted(texts, key=lambda text: (lengths[text], text))


def _checked(vectors: NDArray[np.float32], n_texts: int, card: Card) -> NDArray[np.float32]:
    """`vectors` as float32, if they are what the card promises; EncoderError otherwise."""
    vectors = np.asarray(vectors, dtype=np.float32)
    if vectors.shape != (n_texts, card.dimensions):
        raise EncoderError(
            f"The encoder {card.name} gave vectors of shape {vectors.shape} for {n_texts} texts, "
            f"its card says {card.dimensions} dimensions.",
            "Correct the card, or choose another encoder.",
        )
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < 1e-3):  # not-a-number fails this too
        raise EncoderError(
            f"The encoder {card.name} gave vectors that are not of unit length.", "Choose another encoder or device."
        )
    return vectors
