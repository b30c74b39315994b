"""What the suggestions are compared with, and how: scores of shape (passages, codes) -> precision and recall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.coded_sets import CodedSet
from themes.domain import Code
from themes.embed import EmbedOptions, Encoder, VectorCache, card, embed, load, piece_counter
from themes.segment import cut
from themes.suggest import Learner, SuggestOptions, code_texts, encoded, judged, prior

Floats = NDArray[np.float32]


class Space:
    """Texts to unit vectors by the default encoder, kept in a cache; use as a context manager.

    A text longer than the encoder's window is cut as the program cuts a long turn, and its vector is the mean of its
    parts', at unit length.
    """

    def __init__(self, file: Path) -> None:
        self._options = EmbedOptions()
        self._card = card(self._options.encoder)
        self._cache = VectorCache(file)
        self._measure = piece_counter(self._card)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._cache.close()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, dimensions)."""
        parts = [[text[start:end] for start, end in cut(text, (0, len(text)), self._fits)] for text in texts]
        flat = self._embedded([part for own in parts for part in own])
        ends = np.cumsum([len(own) for own in parts])
        means = np.stack([rows.mean(axis=0) for rows in np.split(flat, ends[:-1])])
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)

    def _fits(self, text: str) -> bool:
        return self._measure(text) <= self._card.window

    def _embedded(self, texts: Sequence[str]) -> Floats:
        return embed(texts, self._card, self._load, self._cache, self._options)

    def _load(self) -> Encoder:
        return load(self._card, self._options)


@dataclass(frozen=True)
class Quality:
    """Precision of the first code, and the share of a passage's codes among the first three, mean over passages."""

    precision_at_1: float
    recall_at_3: float


def quality(scores: Floats, codes: Sequence[str], gold: Sequence[frozenset[str]]) -> Quality:
    """Of scores, shape (passages, codes); codes of equal score keep their order."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    ranked = [[codes[column] for column in row] for row in best]
    return of_ranking(ranked, gold)


def of_ranking(ranked: Sequence[Sequence[str]], gold: Sequence[frozenset[str]]) -> Quality:
    """Of each passage's first three codes, best first."""
    hits = [first[0] in codes for first, codes in zip(ranked, gold, strict=True)]
    found = [len(codes & set(first[:3])) / len(codes) for first, codes in zip(ranked, gold, strict=True)]
    return Quality(float(np.mean(hits)), float(np.mean(found)))


def chance(n_codes: int, gold: Sequence[frozenset[str]]) -> Quality:
    """What codes drawn by lot would give on average: a passage with g of K codes g/K, and 3/K of its codes."""
    return Quality(float(np.mean([len(codes) for codes in gold])) / n_codes, min(1.0, 3 / n_codes))


def majority(codes: Sequence[str], gold: Sequence[frozenset[str]]) -> Quality:
    """The three most frequent codes for every passage: known only to whoever has coded already."""
    counts = Counter(code for own in gold for code in own)
    best = sorted(codes, key=lambda code: -counts[code])[:3]
    return of_ranking([best] * len(gold), gold)


def tfidf(texts: Sequence[str], queries: Sequence[str]) -> Floats:
    """Cosine of TF-IDF vectors, shape (texts, queries)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigh = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit([*texts, *queries])
    product: Floats = (weigh.transform(texts) @ weigh.transform(queries).T).toarray()
    return product


def names(codes: Sequence[Code]) -> list[str]:
    """Each code's path."""
    return [code.id for code in codes]


def entries(codes: Sequence[Code]) -> list[str]:
    """All that the codebook says of each code: its path, definition, use-when and examples."""
    return [
        ". ".join(part for part in (code.id, code.definition, code.use_when, *code.examples) if part) for code in codes
    ]


def suggested(coded: CodedSet, space: Space) -> Floats:
    """The scores of the program itself, with its default options, for passages of one kind."""
    texts = code_texts(coded.codebook)
    codebook = encoded(coded.codebook, dict(zip(texts, space.vectors(texts), strict=True)))
    vectors, options = space.vectors(coded.texts), SuggestOptions()
    scores = prior(coded.texts, vectors, codebook, options)
    learner = Learner(coded.texts, vectors, coded.texts, scores, codebook, options)
    nothing = learner.learn(judged((), {}, coded.codes))
    return np.asarray(nothing.probabilities()[:, :-1], np.float32)


def simpler(coded: CodedSet, space: Space) -> dict[str, Floats]:
    """The scores of every method that is simpler than the program, by its name."""
    codes, vectors = coded.codebook.assignable, space.vectors(coded.texts)
    queries = {"names": names(codes), "whole entry": entries(codes)}
    if queries["names"] == queries["whole entry"]:
        del queries["whole entry"]
    found = {}
    for said, texts in queries.items():
        found[f"TF-IDF, {said}"] = tfidf(coded.texts, texts)
        found[f"cosine, {said}"] = vectors @ space.vectors(texts).T
    return found


def compared(coded: CodedSet, space: Space) -> dict[str, Quality]:
    """How good every simpler method is, and whoever does not read at all."""
    blind = {"chance": chance(len(coded.codes), coded.gold), "most frequent codes": majority(coded.codes, coded.gold)}
    read = {name: quality(scores, coded.codes, coded.gold) for name, scores in simpler(coded, space).items()}
    return blind | read


def share_of(scores: Floats, coded: CodedSet, wanted: Collection[str]) -> float:
    """The share of passages whose first code is one of the wanted."""
    firsts = [coded.codes[column] for column in scores.argmax(axis=1)]
    return sum(code in wanted for code in firsts) / len(firsts)
