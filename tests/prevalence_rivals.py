"""Other ways to a share and an interval, each for C cells at once: what is done for want of better, and the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t  # noqa: TID253  its tests start slowly anyhow

from tests.prevalence_world import Flags, Floats, Ints, World
from themes.prevalence.intervals import LEVEL, adjusted, clopper_pearson
from themes.prevalence.recalibration import recalibrated


def wilson(successes: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """(low, high) of the score interval for `successes` of `n` independent draws; nan where `n` is 0.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22: 209-212; Newcombe 1998, Stat. Med. 17: 857-872, method 3.
    """
    many, hits = np.asarray(n, np.float64), np.asarray(successes, np.float64)
    z = norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / many
        middle = (share + z**2 / (2 * many)) / (1 + z**2 / many)
        half = z / (1 + z**2 / many) * np.sqrt(share * (1 - share) / many + z**2 / (4 * many**2))
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


@dataclass(frozen=True, eq=False)
class Estimated:
    """Arrays (C,): a share and its interval; the whole range where a method has nothing to go by."""

    share: Floats
    low: Floats
    high: Floats


Rival = Callable[[Ints, int], Estimated]
"""(the cell of each segment, how many cells there are) -> what a method finds."""


@dataclass(frozen=True, eq=False)
class Audit:
    """Which segments people checked, and the chances with which those were drawn."""

    drawn: Flags
    chances: Floats


def machine_share(world: World, cells: Ints, n_cells: int) -> Estimated:
    """The share of the machine's calls with Wilson's interval, as if segments were independent and calls were right."""
    return _simple(world.called.astype(float), cells, n_cells)


def most_uncertain(world: World, cells: Ints, n_cells: int, budget: float) -> Estimated:
    """What people find in the segments that the machine is least sure of, read as a sample: Wilson's interval."""
    first = np.argsort(np.abs(world.scores - 0.5), kind="stable")[: round(budget * len(cells))]
    return _simple(world.labels[first], cells[first], n_cells)


def people_alone(world: World, cells: Ints, n_cells: int, drawn: Flags) -> Estimated:
    """The labels of a random sample, without the machine: variance between interviews, Korn and Graubard's interval.

    The effective size is at most that of the sample, and is that of the sample where all labels are alike.
    """
    labels, within, interviews = world.labels[drawn], cells[drawn], world.interviews[drawn]
    share, variance, n, parts = _clustered(labels, within, interviews, n_cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(variance > 0, share * (1 - share) / variance, n)
        known = parts > 1
        size = np.minimum(adjusted(np.where(known, effective, 1), n, parts - 1), n)
        low, high = clopper_pearson(np.where(known, share, 0.5), np.maximum(size, 1e-6))
    return Estimated(share, np.where(known, low, 0), np.where(known, high, 1))


def pseudo_outcomes(world: World, audit: Audit) -> Floats:
    """(n,) what design-based supervised learning takes means of; its predictions are cross-fitted by segment.

    Source: Egami, Hinck, Stewart & Wei 2023 (arXiv:2306.04746).
    """
    labels = np.where(audit.drawn, world.labels, np.nan)
    dealt = np.random.default_rng(0).permutation(len(labels))
    f = recalibrated(world.scores, labels, np.ones(len(labels)), dealt)
    return f + np.where(audit.drawn, np.nan_to_num(labels) - f, 0) / audit.chances


def dsl(world: World, cells: Ints, n_cells: int, values: Floats) -> Estimated:
    """The mean of pseudo-outcomes with their variance by interview, without correction for few of them, and z."""
    share, variance, _, parts = _clustered(values, cells, world.interviews, n_cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = norm.ppf(0.975) * np.sqrt(variance * (parts - 1) / parts)
    return _around(share, half)


def all_coded(world: World, cells: Ints, n_cells: int) -> Estimated:
    """The share of all labels, had people coded everything, with the interviews' own variance and t on J - 1."""
    share, variance, _, parts = _clustered(world.labels, cells, world.interviews, n_cells)
    return _around(share, t.ppf(0.975, np.maximum(parts - 1, 1)) * np.sqrt(variance))


# --- what they are made of ---


def _simple(labels: Floats, cells: Ints, n_cells: int) -> Estimated:
    n, hits = np.bincount(cells, minlength=n_cells), np.bincount(cells, labels, n_cells)
    low, high = wilson(hits, n)
    with np.errstate(invalid="ignore"):
        return Estimated(hits / n, np.where(n > 0, low, 0), np.where(n > 0, high, 1))


def _clustered(values: Floats, cells: Ints, interviews: Ints, n_cells: int) -> tuple[Floats, Floats, Floats, Floats]:
    """(C,) mean, its variance J/(J-1) sum (T_j - p n_j)^2 / N^2, segments, interviews, each of which is in one cell."""
    n = np.bincount(cells, minlength=n_cells).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(cells, values, n_cells) / n
        apart = np.bincount(interviews, values - mean[cells])
        there = np.bincount(interviews) > 0
        cell_of = np.zeros(len(apart), int)
        cell_of[interviews] = cells
        parts = np.bincount(cell_of[there], minlength=n_cells).astype(float)
        spread = np.bincount(cell_of[there], apart[there] ** 2, n_cells)
        return mean, parts / (parts - 1) * spread / n**2, n, parts


def _around(share: Floats, half: Floats) -> Estimated:
    known = ~np.isnan(half)
    return Estimated(share, np.where(known, share - half, 0), np.where(known, share + half, 1))


def rivals(world: World, random: Audit, active: Audit, budget: float) -> Mapping[str, Rival]:
    """name -> what it finds for each of so many cells."""
    values = {"random": pseudo_outcomes(world, random), "active": pseudo_outcomes(world, active)}
    return {
        "machine's share, Wilson": lambda cells, n: machine_share(world, cells, n),
        "most uncertain first, Wilson": lambda cells, n: most_uncertain(world, cells, n, budget),
        "people alone, Korn-Graubard": lambda cells, n: people_alone(world, cells, n, random.drawn),
        "DSL, random audit": lambda cells, n: dsl(world, cells, n, values["random"]),
        "DSL, active audit": lambda cells, n: dsl(world, cells, n, values["active"]),
        "all coded by people, t": lambda cells, n: all_coded(world, cells, n),
    }
