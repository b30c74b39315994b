"""How alike two texts are by their words: TF-IDF cosine and BM25 over stems."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

_WORD = re.compile(r"[^\W\d_]{2,}")
_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""The languages snowballstemmer knows, by ISO 639-1 code."""

_BM25_SATURATION, _BM25_LENGTH = 1.5, 0.75
"""k1 and b at their customary values. Source: Robertson & Zaragoza 2009, The Probabilistic Relevance Framework, 3.5."""


def stems_of(text: str, language: str = "en") -> tuple[str, ...]:
    """The stems of the words of `text` in order; numbers left out; unknown languages are not stemmed."""
    return tuple(map(_stemmer(language), _WORD.findall(text.casefold())))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    if language not in _STEMMERS:
        return str
    return cache(snowballstemmer.stemmer(_STEMMERS[language]).stemWord)


def lexical_scores(texts: Sequence[str], queries: Sequence[str], language: str = "en") -> Floats:
    """How well the words of each text match each query, shape (texts, queries).

    The mean of two scores, each standardised per query over the texts: the cosine of TF-IDF vectors and BM25. A query
    that shares no word with any text has zeros.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    def analyse(text: str) -> tuple[str, ...]:
        return stems_of(text, language)

    counter = CountVectorizer(analyzer=analyse, dtype=np.float32)
    try:
        counts = counter.fit_transform([*texts, *queries])
    except ValueError:  # not one word in all the texts
        return np.zeros((len(texts), len(queries)), dtype=np.float32)
    counts, asked = counts[: len(texts)], counts[len(texts) :]
    return ((standardised(_tfidf_cosine(counts, asked)) + standardised(_bm25(counts, asked))) / 2).astype(np.float32)


def _tfidf_cosine(counts: csr_matrix, asked: csr_matrix) -> Floats:
    from sklearn.feature_extraction.text import TfidfTransformer

    weigh = TfidfTransformer(sublinear_tf=True).fit(counts)
    product: Floats = (weigh.transform(counts) @ weigh.transform(asked).T).toarray()
    return product


def _bm25(counts: csr_matrix, asked: csr_matrix) -> Floats:
    """BM25 of each text for each query, every stem of a query counted once."""
    n = counts.shape[0]
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    holding = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.log1p((n - holding + 0.5) / (holding + 0.5))
    weights = counts.tocoo()
    norm = _BM25_SATURATION * (1 - _BM25_LENGTH + _BM25_LENGTH * lengths / max(float(lengths.mean()), 1.0))
    weights.data = rarity[weights.col] * weights.data * (_BM25_SATURATION + 1) / (weights.data + norm[weights.row])
    product: Floats = (weights.tocsr() @ (asked > 0).astype(np.float32).T).toarray()
    return product


def standardised(scores: NDArray[np.floating], *, per_query: bool = True) -> Floats:
    """The scores less their mean, over their standard deviation, of each column or of all; constants become zeros."""
    axis = 0 if per_query else None
    spread = scores.std(axis=axis)
    flat = spread < 1e-9
    return np.where(flat, 0.0, (scores - scores.mean(axis=axis)) / np.where(flat, 1.0, spread)).astype(np.float32)
