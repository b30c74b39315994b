"""BERTopic, held at arm's length: *document* and *topic* are its words and stay here.

It carries the grouping by density alone; a consensus needs nothing of it that is worth the seconds of its import.
Importing it hides later UserWarnings of the whole process, stops its logger from propagating, and reaches torch and
transformers, which we give it no use for and which cost seconds. All three are contained here.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from themes.cluster.consensus import Labels
from themes.cluster.grouping import Grouping
from themes.cluster.neighbours import Floats
from themes.cluster.reduction import Reduction, umap_module
from themes.cluster.terms import TermCounts

_UNUSED = ("sentence_transformers", "torch", "transformers")


@dataclass(frozen=True)
class Topics:
    """What BERTopic made: labels (-1: none), and class TF-IDF `weights` (themes, terms).

    `weights` is a sparse matrix; its rows go with the labels 0, 1, ..
    """

    labels: Labels
    weights: Any


def topics(units: Floats, reduction: Reduction, grouping: Grouping, counts: TermCounts) -> Topics:
    """The topics that BERTopic finds with our reduction, our grouping and our terms.

    `units` are the (n, d) vectors that the reduction is given. Its class TF-IDF is the one of `terms.class_tfidf`.
    """
    with contained():
        bertopic = _light_import()
        model = bertopic.BERTopic(
            language="multilingual",  # "english" would strip accents; no embedding model is loaded either way
            umap_model=reduction,
            hdbscan_model=grouping,
            vectorizer_model=counts,
            ctfidf_model=_weighing(),
        )
        labels, _ = model.fit_transform(counts.documents(), embeddings=units)
        numbers = np.asarray(labels, np.intp)
        outliers = 1 if (numbers < 0).any() else 0
        return Topics(numbers, model.c_tf_idf_[outliers:])


def _weighing() -> Any:
    from bertopic.vectorizers import ClassTfidfTransformer

    return ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True)


@contextmanager
def contained() -> Iterator[None]:
    """Warnings and BERTopic's log are silent inside; afterwards filters and logger are as they were."""
    logger = logging.getLogger("BERTopic")
    before = (logger.level, logger.propagate, logger.disabled, list(logger.handlers))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.disabled = True
        try:
            yield
        finally:
            logger.setLevel(before[0])
            logger.propagate, logger.disabled, logger.handlers[:] = before[1:]


def _light_import() -> Any:
    """BERTopic as it is where torch and transformers are not installed, which it provides for.

    It wants them for embeddings and language models only. What other threads import meanwhile is not touched, nor what
    is imported already; later imports find both packages as usual.
    """
    umap_module()
    import hdbscan  # noqa: F401  like umap before BERTopic: both are to see the process as it is

    absence = _Absence(threading.get_ident(), _UNUSED)
    sys.meta_path.insert(0, absence)
    try:
        import bertopic
    finally:
        sys.meta_path.remove(absence)
    return bertopic


class _Absence:
    """An import finder to which some packages are not installed, for one thread."""

    def __init__(self, thread: int, packages: Sequence[str]) -> None:
        self.thread = thread
        self.packages = frozenset(packages)

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002  the protocol
        if threading.get_ident() == self.thread and name.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
