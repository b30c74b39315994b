"""What the machine thinks before any review: scores of every code for every segment.

Meaning (cosine to the code's words and examples, what all share taken out) plus words (TF-IDF), spread a little over
each segment's nearest neighbours. Measured against plain cosine in docs/benchmarks/suggest.csv.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from themes.domain import Code, Codebook, CodeId
from themes.suggest.lexical import lexical_scores, standardised
from themes.suggest.options import SuggestOptions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

_BLOCK = 2048
"""Rows of the similarity matrix held at once: 2,048 x 20,000 segments are 160 MB."""

_LEAST_IN_REGISTER, _FEW, _SAME = 50, 150, 1e-9
"""Fewer texts than the first give no standard of their own; among as many as the second the nearest neighbours are not
near, and their say is halved; what deviates less than the third is all the same."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The first opinion of every code for every segment, shape (segments, codes), and the two parts it is made from.

    `semantic` and `lexical` are standardised, half within each code and half over all together: codes that are like
    everything do not come first everywhere, and a code that much of the talk is about may still be suggested often.
    `standing` adds them up, spread over similar segments. `of_examples` is the standing of the example quotes, shape
    (examples, codes), in the order of `EncodedCodebook.examples`.
    """

    semantic: Floats
    lexical: Floats
    standing: Floats
    of_examples: Floats


@dataclass(frozen=True, slots=True)
class EncodedCodebook:
    """The codes to suggest, and the unit vector (d,) of each of their `code_texts`."""

    codes: tuple[Code, ...]
    vectors: Mapping[str, Floats]
    parts: Mapping[CodeId, tuple[str, ...]] = field(default_factory=dict)

    @property
    def examples(self) -> tuple[tuple[int, str], ...]:
        """Every example quote with the place of its code, code by code."""
        return tuple((place, text) for place, code in enumerate(self.codes) for text in code.examples)

    def words_of(self, code: Code) -> tuple[str, str]:
        """The code's name with its parents', and all that describes it."""
        return _words_of(code, self.parts.get(code.id, ()))


def encoded(codebook: Codebook, vectors: Mapping[str, Floats]) -> EncodedCodebook:
    """The codebook with the vectors of its `code_texts`; a code with others under it is known by their names too."""
    return EncodedCodebook(codebook.assignable, vectors, _parts(codebook))


def code_texts(codebook: Codebook) -> tuple[str, ...]:
    """Every text that must be embedded to score the codebook: names, descriptions and examples, each once."""
    under = _parts(codebook)
    codes = codebook.assignable
    texts = (text for code in codes for text in (*_words_of(code, under.get(code.id, ())), *code.examples))
    return tuple(dict.fromkeys(texts))


def _words_of(code: Code, parts: Sequence[str]) -> tuple[str, str]:
    described = code.description if code.description != code.name else code.id
    return code.id, ". ".join([described.rstrip(". "), *parts]) if parts else described


def _parts(codebook: Codebook) -> dict[CodeId, tuple[str, ...]]:
    """The names of the codes under each code, at any depth."""
    parent = {code.id: code.parent for code in codebook.codes}
    found: dict[CodeId, list[str]] = {}
    for code in codebook.codes:
        above = code.parent
        while above is not None:
            found.setdefault(above, []).append(code.name)
            above = parent.get(above)
    return {code: tuple(names) for code, names in found.items()}


def prior(
    texts: Sequence[str],
    vectors: Floats,
    codebook: EncodedCodebook,
    options: SuggestOptions,
    registers: Sequence[str] = (),
) -> Scores:
    """The first opinion of the segments with these texts and unit vectors (n, d); at least one segment and one code.

    `registers` (talk, mandate) names the manner of each text: a text is scored against its own kind only, so that the
    voice of a resolution is not taken for what it says, where each kind has at least 50 texts. Example quotes are
    scored among the segments of the commonest kind.
    """
    kinds = Counter(registers)
    if len(kinds) < 2 or min(kinds.values()) < _LEAST_IN_REGISTER:
        return _prior(texts, vectors, codebook, options)
    shape, commonest = (len(texts), len(codebook.codes)), max(kinds, key=lambda kind: kinds[kind])
    parts = [np.empty(shape, dtype=np.float32) for _ in range(3)]
    of_examples = np.empty((0, len(codebook.codes)), dtype=np.float32)
    for kind in kinds:
        rows = [row for row, register in enumerate(registers) if register == kind]
        own = _prior([texts[row] for row in rows], vectors[rows], codebook, options)
        for whole, part in zip(parts, (own.semantic, own.lexical, own.standing), strict=True):
            whole[rows] = part
        if kind == commonest:
            of_examples = own.of_examples
    return Scores(parts[0], parts[1], parts[2], of_examples)


def _prior(texts: Sequence[str], vectors: Floats, codebook: EncodedCodebook, options: SuggestOptions) -> Scores:
    count, quotes = len(texts), [text for _, text in codebook.examples]
    centre = vectors.mean(axis=0)
    rows = np.concatenate([vectors, np.stack([codebook.vectors[text] for text in quotes])]) if quotes else vectors
    meant = unit(rows - centre)
    semantic = evened(meant @ _code_matrix(codebook, centre, options).T, count)
    described = [codebook.words_of(code)[1] for code in codebook.codes]
    lexical = evened(lexical_scores([*texts, *quotes], described, options.stemmed_as), count)
    mixed = semantic + options.lexical_weight * lexical
    share = options.spread * count / (count + _FEW)
    spread = _spread(mixed, _neighbour_weights(meant, options.neighbours), share)
    standing = standardised(spread)
    return Scores(semantic[:count], lexical[:count], standing[:count], standing[count:])


def evened(scores: Floats, count: int) -> Floats:
    """The mean of the scores standardised over all codes together and within each code, by their first `count` rows."""
    own = scores[:count]
    deviations = own.std(axis=0)
    within = (scores - own.mean(axis=0)) / np.where(deviations > _SAME, deviations, np.inf)
    together = (scores - own.mean()) / (own.std() if own.std() > _SAME else np.inf)
    return np.asarray((within + together) / 2, dtype=np.float32)


def _code_matrix(codebook: EncodedCodebook, centre: Floats, options: SuggestOptions) -> Floats:
    """One unit vector per code: its words less the mean of all codes' words, plus its examples less `centre`."""
    codes, code_vectors = codebook.codes, codebook.vectors
    words = np.stack([np.mean([code_vectors[text] for text in codebook.words_of(code)], axis=0) for code in codes])
    matrix = unit(words - (words.mean(axis=0) if len(codes) > 2 else centre))
    for row, code in enumerate(codes):
        if code.examples:
            examples = np.mean([code_vectors[text] for text in code.examples], axis=0) - centre
            matrix[row] += options.example_weight * unit(examples[None])[0]
    return unit(matrix)


def unit(rows: Floats) -> Floats:
    """The rows at length 1; rows of zeros stay."""
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
