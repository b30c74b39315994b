"""How good a grouping is: a label per text (-1: no group) against people's groups, its words, and other groupings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]

NOWHERE = -1
TERMS = 10
LETTERS = r"(?u)\b[^\W\d_]{3,}\b"


@dataclass(frozen=True)
class Agreement:
    """Agreement with people's groups, 1 at most and about 0 by chance.

    `ari` and `nmi` are over all texts, those without a group as one group more; `ari_clustered` and `nmi_clustered`
    over the texts that have one, 0 where none has. `outliers` is the share of texts without a group.
    """

    ari: float
    nmi: float
    ari_clustered: float
    nmi_clustered: float
    outliers: float
    themes: int


def agreement(labels: Labels, groups: Sequence[str]) -> Agreement:
    """How far the labels agree with people's groups, in the same order.

    Source: Hubert & Arabie 1985, Journal of Classification 2, 193-218 (adjusted Rand index); Strehl & Ghosh 2002, JMLR
    3, 583-617 (normalised mutual information; here by the arithmetic mean of the entropies).
    """
    from sklearn.metrics import normalized_mutual_info_score

    gold = np.unique(np.asarray(groups), return_inverse=True)[1]
    inside = labels != NOWHERE
    nmi = normalized_mutual_info_score
    return Agreement(
        ari=adjusted_rand(gold, labels),
        nmi=float(nmi(gold, labels)),
        ari_clustered=adjusted_rand(gold[inside], labels[inside]) if inside.any() else 0.0,
        nmi_clustered=float(nmi(gold[inside], labels[inside])) if inside.any() else 0.0,
        outliers=float(np.mean(~inside)),
        themes=len(set(labels[inside].tolist())),
    )


def adjusted_rand(one: Labels, other: Labels) -> float:
    """How far two groupings of the same texts agree: 1 alike, about 0 by chance."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def stability(groupings: Sequence[tuple[NDArray[np.intp], Labels]]) -> float:
    """The mean adjusted Rand index of all pairs of groupings, each over the rows that the two share.

    A grouping is its rows, ascending, and a label for each; texts without a group are one group. NaN for fewer than two
    groupings.
    """
    found = []
    for (rows, labels), (others, other_labels) in combinations(groupings, 2):
        _, mine, theirs = np.intersect1d(rows, others, assume_unique=True, return_indices=True)
        found.append(adjusted_rand(labels[mine], other_labels[theirs]))
    return float(np.mean(found)) if found else float("nan")


@dataclass(frozen=True)
class Words:
    """Which text has which word: `counts` is sparse (texts, words)."""

    counts: Any
    words: tuple[str, ...]


def counted(texts: Sequence[str]) -> Words:
    """The words of the texts for all methods alike: three letters or more, in two texts or more, no stop words."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(stop_words="english", min_df=2, token_pattern=LETTERS)
    return Words(counter.fit_transform(texts).tocsr(), tuple(counter.get_feature_names_out()))


def terms(labels: Labels, words: Words, count: int = TERMS) -> list[NDArray[np.intp]]:
    """For each group its heaviest words by class TF-IDF, as places in `words.words`, heaviest first.

    Source: Grootendorst 2022, arXiv:2203.05794, section 3.3.
    """
    groups = sorted(set(labels[labels != NOWHERE].tolist()))
    sums = np.stack([np.asarray(words.counts[labels == group].sum(axis=0)).ravel() for group in groups] or [[]])
    if not groups:
        return []
    shares = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(sums.sum(axis=1).mean() / np.maximum(sums.sum(axis=0), 1))
    weights = shares * rarity
    best = np.argsort(-weights, axis=1, kind="stable")[:, :count]
    return [row[weights[group, row] > 0] for group, row in enumerate(best)]


def npmi(found: Sequence[NDArray[np.intp]], words: Words) -> float:
    """Mean normalised pointwise mutual information of the pairs of a group's terms, mean over groups; -1 to 1.

    Probabilities are shares of the texts of the same corpus; a pair that no text holds counts -1. 0 where no group has
    two terms. Source: Bouma 2009, GSCL, 31-40; Lau, Newman & Baldwin 2014, EACL, 530-539.
    """
    held = words.counts > 0
    means = [_npmi_of(held[:, group].toarray()) for group in found if len(group) > 1]
    return float(np.mean(means)) if means else 0.0


def _npmi_of(held: NDArray[np.bool_]) -> float:
    """Of one group's terms: `held` is (texts, terms)."""
    presence = held.astype(np.float64)
    together = presence.T @ presence / len(presence)
    alone = np.diagonal(together)
    upper = np.triu_indices(len(alone), 1)
    both, product = together[upper], np.outer(alone, alone)[upper]
    never, always = both == 0, both == 1
    safe = np.where(never | always, 0.5, both)
    values = np.log(safe / np.where(never | always, 0.5, product)) / -np.log(safe)
    return float(np.mean(np.select([never, always], [-1.0, 1.0], values)))


def diversity(found: Sequence[NDArray[np.intp]]) -> float:
    """The share of different words among the terms of all groups; 0 where there are none.

    Source: Dieng, Ruiz & Blei 2020, TACL 8, 439-453.
    """
    flat = [int(word) for group in found for word in group]
    return len(set(flat)) / len(flat) if flat else 0.0
