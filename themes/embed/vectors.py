"""The stage: texts -> vectors, looking up what is known and encoding only what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from themes import domain
from themes.domain import Progress, no_progress
from themes.embed.arithmetic import numerics
from themes.embed.cache import VectorCache
from themes.embed.cards import Card
from themes.embed.encoder import Encoder
from themes.embed.files import checksum
from themes.embed.options import EmbedOptions
from themes.embed.pieces import count_pieces
from themes.errors import EncoderError

Found = list[tuple[str, NDArray[np.float32]]]

PIECES = 8192
"""Word pieces in one batch, at most: about a second of work on two cores with the default encoder."""


def embed(
    texts: Sequence[str],
    card: Card,
    load: Callable[[], Encoder],
    cache: VectorCache | None,
    options: EmbedOptions,
    progress: Progress = no_progress,
) -> NDArray[np.float32]:
    """One unit vector per text, in order, shape (len(texts), card.dimensions).

    `load` is called only if the cache lacks something, or where it is not known yet which numerics this computer takes
    (`themes.embed.numerics`): the cache gives only vectors made in the same. What `load` gives names its own in
    `numerics`, or makes them as expected. Each finished batch is kept at once. `progress` counts
    texts. EncoderError where a text is longer than the card's window or the encoder gives something else than
    unit vectors of the card's dimensions; ProjectError where the cache cannot be written.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows[text].append(row)
    vectors = np.empty((len(texts), card.dimensions), dtype=np.float32)
    missing = set(rows)
    done = 0
    # the second half starts when the first is through, and `missing` holds only what the cache lacks
    for found in chain(_known(missing, card, cache, options), _encoded(missing, card, load, cache, options)):
        for text, vector in found:
            vectors[rows[text]] = vector
            missing.discard(text)
            done += len(rows[text])
        progress(done, len(texts))
    return vectors


def _known(missing: set[str], card: Card, cache: VectorCache | None, options: EmbedOptions) -> Iterator[Found]:
    """What the cache has in the numerics that would be used; nothing while those are not known."""
    name = numerics(card, options)
    if cache and name:
        yield from cache.get(_key(card, name), tuple(missing), card.dimensions)


def _encoded(
    missing: set[str], card: Card, load: Callable[[], Encoder], cache: VectorCache | None, options: EmbedOptions
) -> Iterator[Found]:
    """Each batch when it is encoded and kept: texts of like length together, so that little is padded."""
    if not missing:
        return
    expected = numerics(card, options)
    encoder = load()
    used = getattr(encoder, "numerics", expected)
    if cache and used != expected:  # measured just now: the cache may have them after all
        yield from cache.get(_key(card, used), tuple(missing), card.dimensions)
    for batch in _batches(_by_length(missing, card), options.batch_size):
        fresh = _checked(encoder.encode(batch), len(batch), card)
        if cache:
            cache.put(_key(card, used), batch, fresh)
        yield list(zip(batch, fresh, strict=True))


def _key(card: Card, used: str) -> str:
    """What vectors are kept under: those of other files, or made in other numerics, are others."""
    return checksum(card) if card.built_in else domain.checksum((checksum(card), used))


def _batches(lengths: Mapping[str, int], batch_size: int) -> Iterator[list[str]]:
    """The texts in their order, up to `batch_size` and `PIECES` together."""
    batch: list[str] = []
    held = 0
    for text, length in lengths.items():
        if batch and (len(batch) == batch_size or held + length > PIECES):
            yield batch
            batch, held = [], 0
        batch.append(text)
        held += length
    if batch:
        yield batch


def _by_length(texts: set[str], card: Card) -> dict[str, int]:
    """The texts with their lengths, from short to long; EncoderError where the encoder would cut any of them."""
    ordered = list(texts)
    lengths = dict(zip(ordered, count_pieces(card, ordered), strict=True))
    longest = max(lengths.values(), default=0)
    if longest > card.window:
        too_long = sum(length > card.window for length in lengths.values())
        raise EncoderError(
            f"{too_long} of {len(texts)} texts are longer than the {card.window} word pieces that {card.name} reads "
            f"(the longest takes {longest}).",
            "Cut the segments shorter, or choose an encoder with a wider window.",
        )
    return dict(sorted(lengths.items(), key=lambda pair: (pair[1], pair[0])))


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
