"""Vectors in fewer dimensions: by principal axes to be divided, by UMAP to be seen or for densities."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.cluster.compiled import choose_cache_folder
from themes.cluster.neighbours import Floats, nearest, unit

FEW = 30
"""Below this many different vectors a neighbourhood graph says nothing, and UMAP is left out."""

_AXES = 50


class Reduction:
    """Vectors in `dimensions`, in the form in which BERTopic takes a reduction: `fit_transform`."""

    def __init__(self, neighbours: int, dimensions: int, seed: int) -> None:
        self.neighbours = neighbours
        self.dimensions = dimensions
        self.seed = seed

    def fit_transform(self, units: Floats, y: object = None) -> Floats:  # noqa: ARG002  BERTopic hands over a y
        """(n, d) rows of length 1 become (n, `dimensions`)."""
        return _umap(units, self.neighbours, self.dimensions, 0.0, self.seed)


class Axes:
    """Vectors along their principal axes, in the form in which BERTopic takes a reduction."""

    def fit_transform(self, units: Floats, y: object = None) -> Floats:  # noqa: ARG002  BERTopic hands over a y
        """(n, d) rows of length 1 become (n, 50) rows of length 1, or (n, d) where d is less."""
        return principal_axes(units)


def principal_axes(units: Floats) -> Floats:
    """The rows along the 50 directions in which they differ most, at length 1; exact, with no chance in it."""
    offsets = units - units.mean(axis=0, dtype=np.float64).astype(np.float32)
    _, axes = np.linalg.eigh((offsets.T @ offsets).astype(np.float64))
    return unit((offsets @ axes[:, ::-1][:, :_AXES]).astype(np.float32))


class NoReduction:
    """The vectors as they are, in the form in which BERTopic takes a reduction."""

    def fit_transform(self, units: Floats, y: object = None) -> Floats:  # noqa: ARG002  BERTopic hands over a y
        """The rows, untouched."""
        return units


def places(units: Floats, neighbours: int, seed: int) -> NDArray[np.float32]:
    """A map for a figure, (n, 2): what is alike lies close, distances between far groups mean little.

    Fewer than `FEW` rows are placed along their two principal components.
    """
    if len(units) < FEW:
        return _principal(units)
    return _umap(units, neighbours, 2, 0.1, seed)


def _principal(units: Floats) -> NDArray[np.float32]:
    placed = np.zeros((len(units), 2), np.float32)
    if len(units) > 1:
        left, lengths, axes = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
        signs = np.sign(axes[:, :2].sum(axis=1)) if axes.shape[1] else np.ones(2)
        kept = min(2, len(lengths))
        placed[:, :kept] = (left * lengths)[:, :kept] * np.where(signs[:kept] == 0, 1, signs[:kept])
    return placed


def _umap(units: Floats, neighbours: int, dimensions: int, min_dist: float, seed: int) -> Floats:
    model_type = umap_module().UMAP
    found = nearest(units, neighbours - 1)
    itself = np.arange(len(units), dtype=np.int32)[:, None]
    rows = np.hstack([itself, found.rows])
    distances = np.hstack([np.zeros_like(itself, np.float32), np.clip(1 - found.similarities, 0, 2)])
    model = model_type(
        n_neighbors=rows.shape[1],
        n_components=dimensions,
        min_dist=min_dist,
        metric="cosine",
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(rows, distances),
        force_approximation_algorithm=True,  # else small studies have their neighbours sought once more
    )
    reduced: Floats = np.nan_to_num(np.asarray(model.fit_transform(units), np.float32))
    return reduced


def umap_module() -> Any:
    """The package umap, its compiled code kept in the user's cache folder.

    Two of its functions are compiled in every process anew, which is most of the time that a small study takes; numba
    is asked to keep these as well.
    """
    choose_cache_folder()
    import umap
    import umap.layouts
    import umap.umap_

    with suppress(AttributeError, RuntimeError):  # another version of umap, or nowhere to keep it
        for function in (umap.umap_.smooth_knn_dist, umap.umap_.compute_membership_strengths):
            function.enable_caching()
        umap.layouts._nb_optimize_layout_euclidean_single_epoch.enable_caching()
    return umap
