"""What the machine thinks before any review: scores of every code for every segment.

Meaning (cosine to the code's words and examples, what all share taken out) plus words (TF-IDF), spread a little over
each segment's nearest neighbours. Measured against plain cosine in docs/benchmarks/suggest.csv.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from themes.domain import Code, Codebook
from themes.suggest.lexical import lexical_scores, standardised
from themes.suggest.options import SuggestOptions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

_BLOCK = 2048
"""Rows of the similarity matrix held at once: 2,048 x 20,000 segments are 160 MB."""

_LEAST_IN_REGISTER = 50
"""Fewer texts than this give no standard of their own."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Of every code for every segment, shape (segments, codes): the two parts, and `score` made from them.

    `semantic` and `lexical` are standardised over all segments and codes together, so that a code that much of the talk
    is about may be suggested often. `score` is a softmax over the codes, 0 to 1.
    """

    semantic: Floats
    lexical: Floats
    score: Floats


@dataclass(frozen=True, slots=True)
class EncodedCodebook:
    """The codes to suggest, and the unit vector (d,) of each of their `code_texts`."""

    codes: tuple[Code, ...]
    vectors: Mapping[str, Floats]


def code_texts(codebook: Codebook) -> tuple[str, ...]:
    """Every text that must be embedded to score the codebook: names, descriptions and examples, each once."""
    parts = (text for code in codebook.assignable for text in (*_words_of(code), *code.examples))
    return tuple(dict.fromkeys(parts))


def _words_of(code: Code) -> tuple[str, str]:
    """The code's name with its parents', and all that describes it."""
    return code.id, code.description if code.description != code.name else code.id


def prior(
    texts: Sequence[str],
    vectors: Floats,
    codebook: EncodedCodebook,
    options: SuggestOptions,
    registers: Sequence[str] = (),
) -> Scores:
    """The scores of the codes for the segments with these texts and unit vectors (n, d); at least one of each.

    `registers` (talk, mandate) names the manner of each text: a text is scored against its own kind only, so that the
    voice of a resolution is not taken for what it says, where each kind has at least 50 texts.
    """
    kinds = Counter(registers)
    if len(kinds) < 2 or min(kinds.values()) < _LEAST_IN_REGISTER:
        return _prior(texts, vectors, codebook, options)
    shape = (len(texts), len(codebook.codes))
    whole = Scores(*(np.empty(shape, dtype=np.float32) for _ in range(3)))
    for kind in kinds:
        rows = [row for row, register in enumerate(registers) if register == kind]
        part = _prior([texts[row] for row in rows], vectors[rows], codebook, options)
        whole.semantic[rows], whole.lexical[rows], whole.score[rows] = part.semantic, part.lexical, part.score
    return whole


def _prior(texts: Sequence[str], vectors: Floats, codebook: EncodedCodebook, options: SuggestOptions) -> Scores:
    centre = vectors.mean(axis=0)
    meant = _unit(vectors - centre)
    semantic = standardised(meant @ _code_matrix(codebook, centre, options).T)
    lexical = lexical_scores(texts, [_words_of(code)[1] for code in codebook.codes], options.stemmed_as)
    mixed = semantic + options.lexical_weight * lexical
    spread = _spread(mixed, _neighbour_weights(meant, options.neighbours), options.spread)
    return Scores(semantic, lexical, _softmax(standardised(spread)))


def _code_matrix(codebook: EncodedCodebook, centre: Floats, options: SuggestOptions) -> Floats:
    """One unit vector per code: its words less the mean of all codes' words, plus its examples less `centre`."""
    codes, code_vectors = codebook.codes, codebook.vectors
    words = np.stack([np.mean([code_vectors[text] for text in _words_of(code)], axis=0) for code in codes])
    matrix = _unit(words - (words.mean(axis=0) if len(codes) > 2 else centre))
    for row, code in enumerate(codes):
        if code.examples:
            examples = np.mean([code_vectors[text] for text in code.examples], axis=0) - centre
            matrix[row] += options.example_weight * _unit(examples[None])[0]
    return _unit(matrix)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths < 1e-9, 1.0, lengths), dtype=np.float32)


def _neighbour_weights(vectors: Floats, k: int) -> csr_matrix:
    """Each segment's `k` nearest others by cosine, weights above zero summing to 1, shape (n, n)."""
    from scipy.sparse import csr_matrix

    n = len(vectors)
    k = min(k, n - 1)
    if k < 1:
        return csr_matrix((n, n), dtype=np.float32)
    nearest = np.empty((n, k), dtype=np.int64)
    weights = np.empty((n, k), dtype=np.float32)
    for start in range(0, n, _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors.T
        rows = np.arange(len(block))
        block[rows, start + rows] = -np.inf
        found = np.argpartition(-block, k - 1, axis=1)[:, :k]
        nearest[start : start + len(block)] = found
        weights[start : start + len(block)] = np.maximum(np.take_along_axis(block, found, axis=1), 0)
    totals = weights.sum(axis=1, keepdims=True)
    weights /= np.where(totals < 1e-9, 1.0, totals)
    return csr_matrix((weights.ravel(), (np.repeat(np.arange(n), k), nearest.ravel())), shape=(n, n))


def _spread(scores: Floats, weights: csr_matrix, share: float, steps: int = 10) -> Floats:
    """The scores after each segment took `share` of its score from its neighbours, `steps` times over.

    Source: Zhou et al. 2004, Learning with Local and Global Consistency, equation 4, cut off after `steps`.
    """
    result = scores
    for _ in range(steps if share > 0 else 0):
        result = share * (weights @ result) + (1 - share) * scores
    return np.asarray(result, dtype=np.float32)


def _softmax(scores: Floats) -> Floats:
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)
