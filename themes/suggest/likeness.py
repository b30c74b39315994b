"""How alike passages are, in meaning and in words: the kernel of the learner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.suggest.lexical import stems_of

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

WORDS_SHARE = 0.3
"""How much shared words count beside meaning."""

_SHARPNESS = 2.0
_FEWEST, _COMMONEST = 2, 0.3
"""Words of fewer texts, or of a larger share of them, make no two passages alike."""


def alike(one: NDArray[np.floating], other: NDArray[np.floating]) -> Floats:
    """exp(2 (cosine - 1)) of two arrays of unit rows, (n, d) and (m, d): shape (n, m), above 0 up to 1."""
    product: Floats = np.asarray(one, np.float32) @ np.asarray(other, np.float32).T
    product -= 1
    product *= _SHARPNESS
    return np.exp(product, out=product)


class Likeness:
    """Passages by their `vectors` (n, d), at length 1 with what all share taken out, and their `texts`.

    The likeness of two is seven tenths `alike` and three tenths the cosine of the TF-IDF of their stems. Both are
    kernels, and so is their sum.
    """

    def __init__(self, vectors: NDArray[np.floating], texts: Sequence[str], language: str) -> None:
        self.vectors = np.asarray(vectors, np.float32)
        self.words = _words(texts, language)

    def between(self, rows: Rows, others: Rows) -> Floats:
        """Shape (rows, others)."""
        found = alike(self.vectors[rows], self.vectors[others])
        if self.words is not None:
            found *= 1 - WORDS_SHARE
            found += WORDS_SHARE * (self.words[rows] @ self.words[others].T).toarray()
        return found


def _words(texts: Sequence[str], language: str) -> Any:
    """Sparse rows (texts, stems) of length 1 or 0; None where no word is common and none too common."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigh = TfidfVectorizer(
        analyzer=lambda text: stems_of(text, language),
        sublinear_tf=True,
        min_df=min(_FEWEST, len(texts)),
        max_df=_COMMONEST if len(texts) * _COMMONEST >= _FEWEST else 1.0,
        dtype=np.float32,
    )
    try:
        return weigh.fit_transform(texts)
    except ValueError:  # no word is left
        return None
