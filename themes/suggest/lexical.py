"""How alike two texts are by their words: TF-IDF cosine over stems."""

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

    The cosine of TF-IDF vectors (logarithmic counts), standardised over all texts and queries together: a query that
    few words speak of stays low, where one rare word would else decide. Zeros where not one word is shared at all.
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
    return standardised(_tfidf_cosine(counts, asked))


def _tfidf_cosine(counts: csr_matrix, asked: csr_matrix) -> Floats:
    from sklearn.feature_extraction.text import TfidfTransformer

    weigh = TfidfTransformer(sublinear_tf=True).fit(counts)
    product: Floats = (weigh.transform(counts) @ weigh.transform(asked).T).toarray()
    return product


def standardised(scores: NDArray[np.floating]) -> Floats:
    """The scores less their mean, over their standard deviation, of all together; equal ones become zeros."""
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / (spread if spread > 1e-9 else np.inf), dtype=np.float32)
