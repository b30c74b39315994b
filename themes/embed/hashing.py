"""An encoder without a model: words and their parts, hashed into a fixed number of dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from themes.domain import Problem

NAME = "hashing"
_WORD = re.compile(r"\w+")
_WORD_WEIGHT = 3
_GRAM = 4


class HashingEncoder:
    """Turns texts into unit vectors by the words they share: for tests and for trying the program, not for research.

    Every word counts three, every four letters of a word (its edges marked) one, each into a dimension and with a
    sign taken from its CRC-32. The sums are whole numbers, so the vectors are the same bytes on every machine.
    scikit-learn's HashingVectorizer does the like, at the price of half a second of import.

    Source: Weinberger et al. 2009, arXiv:0902.2206 (signed feature hashing).
    """

    numerics = NAME
    notice: Problem | None = None

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions); a text without words points along the first dimension."""
        counts = np.zeros((len(texts), self._dimensions), dtype=np.int64)
        for row, text in enumerate(texts):
            for part, weight in _parts(text):
                hashed = crc32(part.encode("utf-8", "surrogatepass"))
                counts[row, (hashed >> 1) % self._dimensions] += weight if hashed & 1 else -weight
        counts[~counts.any(axis=1), 0] = 1
        lengths = np.sqrt((counts**2).sum(axis=1, keepdims=True).astype(np.float64))
        vectors: NDArray[np.float32] = (counts / lengths).astype(np.float32)
        return vectors


def _parts(text: str) -> Iterator[tuple[str, int]]:
    for word in _WORD.findall(text.casefold()):
        yield word, _WORD_WEIGHT
        marked = f"<{word}>"
        for start in range(len(marked) - _GRAM + 1):
            yield f"{_GRAM}{marked[start : start + _GRAM]}", 1
