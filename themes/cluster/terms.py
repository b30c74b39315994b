"""The words that set a candidate theme apart, by class TF-IDF, without saying the same thing twice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from themes.cluster.consensus import Labels
from themes.cluster.words import Term, Wording

_BREAK = "\x1f"


class TermCounts:
    """Counts of terms per theme, in the form in which BERTopic takes a vectoriser.

    A term counts once per segment: what many segments say describes a theme better than what one repeats. BERTopic
    hands over every theme's documents joined to one text; ours are the segments' numbers (see `documents`).
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def documents(self) -> list[str]:
        """What BERTopic is given in the place of the segments' texts: their numbers."""
        return [str(number) for number in range(self._wording.presence.shape[0])]

    def fit_transform(self, documents: Sequence[str]) -> Any:
        """A sparse (documents, terms) matrix of the number of segments that have the term."""
        return self.transform(documents)

    def transform(self, documents: Sequence[str]) -> Any:
        """The same; there is nothing to fit. BERTopic fails on fewer than two terms: columns of zeros fill up."""
        from scipy.sparse import csr_matrix

        numbers = [[int(number) for number in document.split()] for document in documents]
        rows = np.repeat(np.arange(len(numbers)), [len(each) for each in numbers])
        columns = np.array([number for each in numbers for number in each], np.int64)
        shape = (len(documents), self._wording.presence.shape[0])
        counted = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape) @ self._wording.presence
        counted.resize(len(documents), max(2, len(self._wording.terms)))
        return counted

    def get_feature_names_out(self) -> Any:
        """The terms' names, stems joined by a separator that no word has."""
        names = [_BREAK.join(term) for term in self._wording.terms]
        return np.array([*names, "", ""][: max(2, len(names))], dtype=object)


def class_tfidf(labels: Labels, counts: TermCounts) -> Any:
    """How much each term says of each group of these labels (0, 1, ..; -1: none): sparse, (groups, terms).

    Common words weigh less (BM25, and the root of the shares). Written out because importing BERTopic for these lines
    costs more than a small study takes; a test holds them to BERTopic's own. Source: Grootendorst 2022,
    arXiv:2203.05794, section 3.3.
    """
    from scipy.sparse import diags_array

    groups = range(labels.max(initial=-1) + 1)
    counted = counts.transform([" ".join(map(str, np.flatnonzero(labels == label))) for label in groups])
    totals = np.asarray(counted.sum(axis=1)).ravel()
    frequencies = np.asarray(counted.sum(axis=0)).ravel()
    usual = int(totals.mean()) if len(totals) else 0
    rarity = np.log(1 + (usual - frequencies + 0.5) / (frequencies + 0.5))
    shares = (diags_array(1 / np.maximum(totals, 1)) @ counted).sqrt()
    return (shares @ diags_array(rarity)).tocsr()


def describing(weights: Any, rows: Sequence[int], wording: Wording, count: int) -> tuple[tuple[str, float], ...]:
    """The terms of one theme as (written form, weight), heaviest first, ties in alphabetical order.

    `weights` is the theme's row of the sparse class TF-IDF, `rows` are its segments.
    """
    heard = np.asarray(wording.presence[list(rows)].sum(axis=0)).ravel()
    heavy = weights.tocoo()
    known = [(wording.terms[column], column, weight) for column, weight in zip(heavy.col, heavy.data, strict=True)]
    breadth = {term: int(heard[column]) for term, column, _ in known}
    written = {term: wording.written[column] for term, column, _ in known}
    kept = chosen({term: round(float(weight), 6) for term, _, weight in known}, breadth, written, count, len(rows))
    return tuple((written[term], weight) for term, weight in kept)


def chosen(
    weights: Mapping[Term, float], breadth: Mapping[Term, int], written: Mapping[Term, str], count: int, size: int
) -> list[tuple[Term, float]]:
    """Up to `count` terms with their weights, no two sharing a stem; see `describing` for the order.

    Nor does a term stand that only says again what those before it say (`haitian` after `haiti`, see `_says_again`).

    `breadth` is in how many of the theme's `size` segments a term stands. Words come first by weight, those of fewer
    than a tenth of the segments (or than two) last. A word that is mostly said within a pair, and a pair within a
    triple and so on, gives way to it: `rules` to `rules of engagement`.
    """
    narrow = max(2, math.ceil(size / 10))
    words = sorted(
        (term for term, weight in weights.items() if len(term) == 1 and weight > 0),
        key=lambda term: (breadth[term] < narrow, -weights[term], written[term]),
    )
    around = _longer(weights)
    taken: set[str] = set()
    kept: list[Term] = []
    for word in words:
        term = _widened(word, around, breadth, written)
        if not taken & set(term) and not all(_says_again(stem, taken) for stem in term):
            kept.append(term)
            taken |= set(term)
        if len(kept) == count:
            break
    kept.sort(key=lambda term: (-weights[term], written[term]))
    return [(term, weights[term]) for term in kept]


def _says_again(stem: str, taken: Iterable[str]) -> bool:
    """Whether one of the stems `taken`, or a part of it between hyphens, is the same word with another ending."""
    return any(_akin(part, other) for part in stem.split("-") for each in taken for other in each.split("-"))


def _akin(one: str, other: str) -> bool:
    """Whether the shorter has four letters or more and the longer only adds up to four."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and len(long) - len(short) <= 4 and long.startswith(short)


def _longer(terms: Iterable[Term]) -> dict[Term, list[Term]]:
    """For every part of a longer term, the terms that are one word longer."""
    around: dict[Term, list[Term]] = {}
    for term in terms:
        if len(term) > 1:
            for part in {term[1:], term[:-1]}:
                around.setdefault(part, []).append(term)
    return around


def _widened(
    term: Term, around: Mapping[Term, Sequence[Term]], breadth: Mapping[Term, int], written: Mapping[Term, str]
) -> Term:
    """The longer term that stands in at least half of the segments with `term`, and in two; else `term` itself.

    Beyond three words it must be in four fifths: a phrase that is cut is completed, a sentence is not quoted.
    """
    share = 0.5 if len(term) < 3 else 0.8
    wider = [longer for longer in around.get(term, ()) if breadth[longer] >= max(2, share * breadth[term])]
    if not wider:
        return term
    return _widened(min(wider, key=lambda longer: (-breadth[longer], written[longer])), around, breadth, written)
