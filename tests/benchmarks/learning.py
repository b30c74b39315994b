"""What the learning suggestions are compared with, and how: scores of held-out passages -> quality.

Every method is given the same: the codebook with its examples, the passages reviewed so far with all their codes, and
vectors of the same encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.learned_sets import LearnedSet, divided
from tests.benchmarks.methods import Space
from themes.domain import Code, CodeId
from themes.suggest import EncodedCodebook, Judged, Learner, SuggestOptions, prior

Floats = NDArray[np.floating]

BINS = 10
NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class Case:
    """One division of a set. `vectors` (texts, d) are of `texts`, `entries` (codes, d) of names with definitions.

    `gold` is (texts, codes). `examples` are (row, code) pairs; `pool` is in the order of review. `learner` is ours,
    ready to learn.
    """

    texts: Sequence[str]
    groups: Sequence[str]
    vectors: Floats
    codes: Sequence[Code]
    entries: Floats
    gold: NDArray[np.bool_]
    examples: Sequence[tuple[int, int]]
    pool: Sequence[int]
    held_out: NDArray[np.intp]
    learner: Learner

    def taught(self, budget: int) -> tuple[list[int], NDArray[np.bool_]]:
        """The rows with known codes, examples first, and their codes; of an example only the code it stands for."""
        rows = [row for row, _ in self.examples] + list(self.pool[:budget])
        known = self.gold[rows].copy()
        for place, (_, code) in enumerate(self.examples):
            known[place] = False
            known[place, code] = True
        return rows, known


@dataclass(frozen=True)
class Learnt:
    """How good the suggestions for held-out passages are, as means over the passages.

    `macro_f1` is over the codes, where each passage is given as many codes as people gave it. `calibration_error` is
    that of the first suggestion, None for scores that are no probabilities.
    """

    precision_at_1: float
    recall_at_3: float
    mrr: float
    macro_f1: float
    calibration_error: float | None


def learnt(scores: Floats, gold: NDArray[np.bool_], *, probabilities: bool) -> Learnt:
    """Of scores, shape (passages, codes); codes of equal score keep their order."""
    order = np.argsort(-scores, axis=1, kind="stable")
    right = np.take_along_axis(gold, order, axis=1)
    counts = gold.sum(axis=1)
    given = np.zeros_like(gold)
    np.put_along_axis(given, order, np.arange(gold.shape[1]) < counts[:, None], axis=1)
    found, either = (given & gold).sum(axis=0), given.sum(axis=0) + gold.sum(axis=0)
    f1 = 2 * found / np.maximum(either, 1)
    first = np.take_along_axis(scores, order[:, :1], axis=1)[:, 0]
    return Learnt(
        float(right[:, 0].mean()),
        float((right[:, :3].sum(axis=1) / counts).mean()),
        float((1 / (right.argmax(axis=1) + 1)).mean()),
        float(f1[gold.any(axis=0)].mean()),
        calibration_error(first, right[:, 0]) if probabilities else None,
    )


def calibration_error(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    """Mean difference between what is printed and what is right, over ten bins of width .1 weighted by their size."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    sizes = np.bincount(bins, minlength=BINS)
    gaps = np.bincount(bins, weights=probabilities - right, minlength=BINS)
    return float(np.abs(gaps).sum() / sizes.sum())


def case_of(coded: LearnedSet, seed: int, space: Space) -> Case:
    """The set divided by that seed; passages held out that only codes without any example carry are left out."""
    parts = divided(coded, seed)
    codes = parts.codebook.assignable
    columns = {code.id: column for column, code in enumerate(codes)}
    gold = np.array([[code.id in own for code in codes] for own in coded.gold])
    under = {code: names for code, names in coded.under.items() if code in columns}
    bare = EncodedCodebook(codes, {}, under)
    words = list(dict.fromkeys(text for code in codes for text in (*bare.words_of(code), *code.examples)))
    encoded = replace(bare, vectors=dict(zip(words, space.vectors(words), strict=True)))
    vectors, options = space.vectors(coded.texts), SuggestOptions()
    scores = prior(coded.texts, vectors, encoded, options)
    return Case(
        texts=coded.texts,
        groups=coded.groups,
        vectors=vectors,
        codes=codes,
        entries=np.stack([encoded.vectors[encoded.words_of(code)[1]] for code in codes]),
        gold=gold,
        examples=[(row, columns[CodeId(code)]) for code, rows in parts.examples.items() for row in rows],
        pool=parts.pool,
        held_out=np.array([row for row in parts.held_out if gold[row].any()], np.intp),
        learner=Learner(coded.texts, vectors, coded.groups, scores, encoded, options),
    )


def judged_of(case: Case, rows: Sequence[int]) -> Judged:
    """These passages as somebody judges them who reads them whole."""
    chosen = np.array(rows, np.intp)
    targets = np.zeros((len(rows), len(case.codes) + 1))
    targets[:, :-1] = case.gold[chosen]
    targets[:, -1] = ~case.gold[chosen].any(axis=1)
    return Judged(chosen, targets, np.ones(targets.shape, np.bool_), np.ones(len(rows)))


def ours(case: Case, budget: int) -> Floats:
    """The program."""
    return case.learner.learn(judged_of(case, case.pool[:budget])).probabilities(case.held_out)[:, :-1]


def first_opinion(case: Case, budget: int) -> Floats:  # noqa: ARG001  it does not learn
    """The program before any decision, without example quotes as decisions."""
    return case.learner.first[case.held_out, :-1]


# --- the others ---


def cosine(case: Case, budget: int) -> Floats:  # noqa: ARG001  every method is asked alike
    """To the name and definition."""
    return case.vectors[case.held_out] @ case.entries.T


def tfidf_logistic(case: Case, budget: int) -> Floats:
    """A logistic regression for each code, on TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigh = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit(case.texts)
    rows, known = case.taught(budget)
    taught = weigh.transform([case.texts[row] for row in rows])
    return _one_against_rest(taught, known, weigh.transform([case.texts[row] for row in case.held_out]))


def vectors_logistic(case: Case, budget: int) -> Floats:
    """A logistic regression for each code, on the vectors: SetFit's head on an encoder that is left as it is."""
    rows, known = case.taught(budget)
    return _one_against_rest(case.vectors[rows], known, case.vectors[case.held_out])


def neighbours(case: Case, budget: int) -> Floats:
    """The share of the ten nearest known passages that carry the code, weighted by cosine."""
    rows, known = case.taught(budget)
    alike = case.vectors[case.held_out] @ case.vectors[rows].T
    count = min(NEIGHBOURS, len(rows))
    nearest = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    weights = np.maximum(np.take_along_axis(alike, nearest, axis=1), 1e-6)
    return np.einsum("nk,nkc->nc", weights, known[nearest].astype(float)) / weights.sum(axis=1, keepdims=True)


def bertopic_zero_shot(case: Case, budget: int) -> Floats:  # noqa: ARG001  it does not learn
    """Its zero-shot topics, one for each code that some passage reaches with a cosine of .3; else a cluster's."""
    model = _bertopic(
        zeroshot_topic_list=[code.description for code in case.codes],
        zeroshot_min_similarity=0.3,
        embedding_model=_Known(case),
    )
    topics = _topics(model, case, None)
    columns = {code.description: column for column, code in enumerate(case.codes)}
    named = [(topic, columns[name]) for topic, name in model.topic_labels_.items() if name in columns]
    votes = np.zeros((topics.max() + 2, len(case.codes)))
    for topic, column in named:
        votes[topic, column] = 1
    return votes[topics[case.held_out]] + cosine(case, 0) / 2


def bertopic_semi_supervised(case: Case, budget: int) -> Floats:
    """UMAP told the first code of every known passage; a topic stands for the codes of its known passages."""
    rows, known = case.taught(budget)
    labels = np.full(len(case.texts), -1)
    labels[rows] = known.argmax(axis=1)
    topics = _topics(_bertopic(), case, labels)
    return _by_topic(
        case, topics, [(row, code) for row, own in zip(rows, known, strict=True) for code in own.nonzero()[0]]
    )


class _Known:
    """The encoder as BERTopic calls it for its zero-shot topics: it knows the codes' entries."""

    def __init__(self, case: Case) -> None:
        self._entries = {code.description: entry for code, entry in zip(case.codes, case.entries, strict=True)}

    def encode(self, texts: Sequence[str], **_: object) -> Floats:
        """The vectors of the codes."""
        return np.stack([self._entries[text] for text in texts])


def _bertopic(**options: Any) -> Any:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from umap import UMAP

    known = options.pop("embedding_model", None)
    if known is not None:

        class Backend(BaseEmbedder):  # type: ignore[misc]
            """Hands the codes' vectors over."""

            def embed(self, documents: Sequence[str], verbose: bool = False) -> Floats:  # noqa: ARG002
                return known.encode(documents)

        options["embedding_model"] = Backend()
    return BERTopic(umap_model=UMAP(15, 5, min_dist=0.0, metric="cosine", random_state=0), **options)


def _topics(model: Any, case: Case, labels: NDArray[np.intp] | None) -> NDArray[np.intp]:
    y = None if labels is None else list(labels)
    found, _ = model.fit_transform(list(case.texts), embeddings=np.asarray(case.vectors, np.float64), y=y)
    return np.asarray(found)


def _by_topic(case: Case, topics: NDArray[np.intp], known: Sequence[tuple[int, int]]) -> Floats:
    """Each topic's codes by how often its known passages carry them; cosine breaks ties and serves where none is."""
    votes = np.zeros((topics.max() + 2, len(case.codes)))
    for row, code in known:
        votes[topics[row], code] += 1  # the last row is that of the outliers
    votes[-1] = 0
    return votes[topics[case.held_out]] + (case.vectors[case.held_out] @ case.entries.T) / 2


def _one_against_rest(taught: Any, known: NDArray[np.bool_], asked: Any) -> Floats:
    """A code that all or none of the known passages carry has that share as its probability."""
    from sklearn.linear_model import LogisticRegression

    scores = np.empty((asked.shape[0], known.shape[1]))
    for code, own in enumerate(known.T):
        if own.all() or not own.any():
            scores[:, code] = own.mean()
        else:
            model = LogisticRegression(class_weight="balanced", max_iter=500).fit(taught, own)
            scores[:, code] = model.predict_proba(asked)[:, 1]
    return scores


METHODS: Mapping[str, Callable[[Case, int], Floats]] = {
    "themes": ours,
    "themes, first opinion": first_opinion,
    "cosine to name and definition": cosine,
    "TF-IDF + logistic": tfidf_logistic,
    "vectors + logistic": vectors_logistic,
    "k-NN": neighbours,
    "BERTopic zero-shot": bertopic_zero_shot,
    "BERTopic semi-supervised": bertopic_semi_supervised,
}
