"""Groups texts by one of many methods: PYTHON tests/benchmarks/peer.py PLAN, in an environment that has the method.

All methods get the same vectors and texts. The plan is a JSON file:

    method      one of METHODS
    set         folder with texts.json, vectors.npy (n, d), words.json, word_vectors.npy (w, d)
    n_groups    for the methods that want to be told how many
    out         folder for what is found
    name        of this run: NAME.json gets the seconds of importing and of the first fit, and the most memory held
    warm        whether a fit of a few texts comes first, so that compilation is not timed
    jobs        {"name", "seed", "rows": file name in `out`, or empty for all rows}

For each job `NAME.npz` is written, with `rows`, `labels` (-1: no group) and `seconds`; a job whose file is there is not
done again. Nothing of this project is imported except for the method that is ours, so that it runs where the project is
not installed.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

WARM_ROWS = 200
NOWHERE = -1


@dataclass(frozen=True)
class Corpus:
    """Texts, their vectors (n, d), and the vectors of words for the methods that compare texts with words."""

    texts: tuple[str, ...]
    vectors: Floats
    words: Mapping[str, Floats]

    def taken(self, rows: NDArray[np.intp]) -> Corpus:
        """The corpus of these rows."""
        return replace(self, texts=tuple(self.texts[row] for row in rows), vectors=self.vectors[rows])


@dataclass(frozen=True)
class Method:
    """A way of grouping: `fit(corpus, number of groups, seed)`, and the package whose import is timed apart."""

    package: str
    fit: Callable[[Corpus, int, int], Any]


# --- on vectors alone ---


def kmeans(corpus: Corpus, n_groups: int, seed: int) -> Any:
    """k-means from one start, as scikit-learn has it by default."""
    from sklearn.cluster import KMeans

    return KMeans(n_groups, random_state=seed, n_init=1).fit_predict(corpus.vectors)


def diffused_ward(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  nothing in it is random
    """Ward's linkage after three steps in which a vector takes .8 from its 15 nearest neighbours."""
    from sklearn.cluster import AgglomerativeClustering

    own = mixed = unit(corpus.vectors)
    alike = own @ own.T
    np.fill_diagonal(alike, -9)
    rows = np.argpartition(-alike, 15, axis=1)[:, :15]
    pulls = np.maximum(np.take_along_axis(alike, rows, 1), 0)
    pulls /= np.maximum(pulls.sum(axis=1, keepdims=True), 1e-9)
    for _ in range(3):
        mixed = unit(0.2 * own + 0.8 * np.einsum("ij,ijd->id", pulls, mixed[rows]))
    return AgglomerativeClustering(n_groups, linkage="ward").fit_predict(mixed)


def evoc(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """EVoC with its defaults: the layer of groups that persists longest."""
    return importlib.import_module("evoc").EVoC(random_state=seed).fit_predict(corpus.vectors)


def unit(vectors: Floats) -> Floats:
    """Every row at length 1."""
    scaled: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return scaled


# --- topic models on given vectors ---


def bertopic_default(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """BERTopic with its defaults; the seed is given to its UMAP."""
    from bertopic import BERTopic

    return BERTopic(umap_model=_umap(seed)).fit_transform(list(corpus.texts), corpus.vectors)[0]


def bertopic_tuned(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """BERTopic with HDBSCAN's leaves of .6 times the root of n, outliers given to the topic most probable for them."""
    from bertopic import BERTopic
    from hdbscan import HDBSCAN

    smallest = max(5, round(0.6 * len(corpus.texts) ** 0.5))
    leaves = HDBSCAN(min_cluster_size=smallest, cluster_selection_method="leaf", prediction_data=True)
    model = BERTopic(umap_model=_umap(seed), hdbscan_model=leaves, calculate_probabilities=True)
    topics, chances = model.fit_transform(list(corpus.texts), corpus.vectors)
    if np.ndim(chances) < 2 or NOWHERE not in topics:
        return topics
    return model.reduce_outliers(list(corpus.texts), topics, probabilities=chances, strategy="probabilities")


def _umap(seed: int) -> Any:
    """BERTopic's own choice of UMAP, with a seed."""
    from umap import UMAP

    return UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)


class Looked:
    """The encoder that topic models ask for words: it looks texts up among those encoded before."""

    def __init__(self, corpus: Corpus) -> None:
        self.known = dict(corpus.words) | dict(zip(corpus.texts, corpus.vectors, strict=True))

    def encode(self, texts: Sequence[str], **_: Any) -> Floats:
        """Shape (texts, d)."""
        return np.stack([self.known[text] for text in texts])


def turftopic_keynmf(corpus: Corpus, n_groups: int, seed: int) -> Any:
    """Turftopic's KeyNMF: each text at its weightiest topic, without one where no keyword of it was kept."""
    model = importlib.import_module("turftopic").KeyNMF(n_groups, encoder=Looked(corpus), random_state=seed)
    return _weightiest(model.fit_transform(list(corpus.texts), embeddings=corpus.vectors))


def turftopic_clustering(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """Turftopic's clustering topic model with its defaults."""
    model = importlib.import_module("turftopic").ClusteringTopicModel(encoder=Looked(corpus), random_state=seed)
    model.fit_transform(list(corpus.texts), embeddings=corpus.vectors)
    return model.labels_


def top2vec(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """Top2Vec with its defaults; the seed is given to its UMAP."""
    umap = {"n_neighbors": 15, "n_components": 5, "metric": "cosine", "random_state": seed}
    model = importlib.import_module("top2vec").Top2Vec(
        list(corpus.texts), embedding_model=Looked(corpus).encode, umap_args=umap, verbose=False
    )
    return model.doc_top


def fastopic(corpus: Corpus, n_groups: int, seed: int) -> Any:
    """FASTopic with its defaults, each text at its weightiest topic; words counted by scikit-learn."""
    import torch

    torch.manual_seed(seed)
    np.random.seed(seed)
    model = importlib.import_module("fastopic").FASTopic(
        n_groups, preprocess=_Counted(), doc_embed_model=Looked(corpus)
    )
    return _weightiest(model.fit_transform(list(corpus.texts), preset_doc_embeddings=corpus.vectors)[1])


class _Counted:
    """Words of texts for FASTopic, whose own counting needs a package that has no build without a graphics card."""

    def preprocess(self, texts: Sequence[str]) -> dict[str, Any]:
        from sklearn.feature_extraction.text import CountVectorizer

        counter = CountVectorizer(stop_words="english", max_features=10_000)
        return {"train_bow": counter.fit_transform(texts), "vocab": list(counter.get_feature_names_out())}


def _weightiest(weights: Any) -> Labels:
    """The column of the greatest weight in each row, -1 for a row without any."""
    rows = np.asarray(weights)
    return np.where(rows.max(axis=1) > 0, rows.argmax(axis=1), NOWHERE)


# --- ours ---


def themes(corpus: Corpus, n_groups: int, seed: int) -> Any:  # noqa: ARG001  it chooses the number itself
    """The candidate themes of the middle level, with the default options."""
    return _candidate_themes(corpus, {"seed": seed})


def _candidate_themes(corpus: Corpus, options: Mapping[str, int]) -> Labels:
    from themes.cluster import ClusterOptions, cluster  # noqa: PLC0415  peers run where the project is not installed
    from themes.domain import Granularity  # noqa: PLC0415

    segments = [segment(row, text) for row, text in enumerate(corpus.texts)]
    found = cluster(segments, corpus.vectors, ClusterOptions(**options))
    labels = np.full(len(segments), NOWHERE)
    middle = [theme for theme in found.themes if theme.granularity is Granularity.MIDDLE]
    for number, theme in enumerate(middle):
        labels[[int(name) for name in theme.segments]] = number
    return labels


def segment(row: int, text: str) -> Any:
    """The text as a segment of talk by nobody in particular, whose id is its row."""
    from themes.domain import Segment, SegmentId, SourceId, SourceKind  # noqa: PLC0415

    return Segment(
        id=SegmentId(f"{row:06}"),
        source=SourceId("texts"),
        start=0,
        end=len(text),
        text=text,
        turn=row,
        kind=SourceKind.ANSWER,
        speaker="",
        participant="",
        actor_group="",
        mission="",
        mission_basis="",
        period="",
        period_basis="",
    )


METHODS: Mapping[str, Method] = {
    "themes": Method("themes.cluster", themes),
    "kmeans": Method("sklearn.cluster", kmeans),
    "diffused_ward": Method("sklearn.cluster", diffused_ward),
    "bertopic_default": Method("bertopic", bertopic_default),
    "bertopic_tuned": Method("bertopic", bertopic_tuned),
    "evoc": Method("evoc", evoc),
    "turftopic_keynmf": Method("turftopic", turftopic_keynmf),
    "turftopic_clustering": Method("turftopic", turftopic_clustering),
    "fastopic": Method("fastopic", fastopic),
    "top2vec": Method("top2vec", top2vec),
}


# --- the run ---


def read_corpus(folder: Path) -> Corpus:
    """What the folder of a set holds."""
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    vectors = dict(zip(words, np.load(folder / "word_vectors.npy"), strict=True))
    return Corpus(tuple(texts), np.load(folder / "vectors.npy"), vectors)


def follow(plan: Mapping[str, Any]) -> None:
    """Does every job that is not done yet, and writes what was found."""
    method, out = METHODS[plan["method"]], Path(plan["out"])
    corpus = read_corpus(Path(plan["set"]))
    began = time.perf_counter()
    importlib.import_module(method.package)
    if plan["warm"]:
        step = max(1, len(corpus.texts) // WARM_ROWS)
        _labels(method, corpus.taken(np.arange(0, len(corpus.texts), step)), min(plan["n_groups"], 10), 0)
    ready = time.perf_counter() - began
    for job in plan["jobs"]:
        file = out / f"{job['name']}.npz"
        if not file.exists():
            rows = np.load(out / job["rows"]) if job["rows"] else np.arange(len(corpus.texts))
            labels, seconds = _labels(method, corpus.taken(rows), plan["n_groups"], job["seed"])
            _write(file, labels=labels, rows=rows, seconds=np.float64(seconds))
    costs = {"import_seconds": ready, "peak_mib": peak_mib()}
    (out / f"{plan['name']}.json").write_text(json.dumps(costs), encoding="utf-8")


def peak_mib() -> float:
    """The most memory that this process has held. What `getrusage` says counts whoever started it too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _labels(method: Method, corpus: Corpus, n_groups: int, seed: int) -> tuple[Labels, float]:
    """A label per row and the seconds it took. A method that finds no groups at all and fails over it gives none."""
    began = time.perf_counter()
    try:
        labels = np.asarray(method.fit(corpus, n_groups, seed), np.int64)
    except (ValueError, IndexError, AttributeError) as error:
        print(f"{method.package}, {len(corpus.texts)} texts, seed {seed}: {error!r}", file=sys.stderr)
        labels = np.full(len(corpus.texts), NOWHERE, np.int64)
    return labels, time.perf_counter() - began


def _write(file: Path, **arrays: Any) -> None:
    """Whole or not at all, however the run ends."""
    unfinished = file.with_suffix(".part.npz")
    np.savez(unfinished, **arrays)
    os.replace(unfinished, file)  # noqa: PTH105  over a file that may be there


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    follow(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
