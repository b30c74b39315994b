"""How often intervals hold the share they are for, and how wide they are, over many seeded worlds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from tests.prevalence_rivals import Audit, Estimated, rivals
from tests.prevalence_world import INTERVIEWS, Flags, Floats, Ints, World, world
from themes.prevalence.drawing import chances, systematic
from themes.prevalence.outcomes import Evidence, Outcomes, outcomes
from themes.prevalence.shares import Layout, shares

RANDOM, ACTIVE = "themes, random audit", "themes, active audit"
EVENLY = {RANDOM: 1.0, ACTIVE: 0.5}
"""The part of the budget that is spread evenly over all segments."""

GROUPS, THREE, TWO = "groups", "cells of 3 interviews", "cells of 2 interviews"
SIZES = np.array(INTERVIEWS).ravel()
FAMILIES: Mapping[str, tuple[str, Flags]] = {
    GROUPS: (GROUPS, np.ones(len(INTERVIEWS), bool)),
    THREE: ("cells", SIZES == 3),
    TWO: ("cells", SIZES == 2),
}
"""What is reported -> the division of the segments that it belongs to, and which of its cells are meant."""

COUNTED = {"informants_coverage", "corpus_coverage"}
Key = tuple[str, str, str]
"""Division or family of cells, method, metric."""


@dataclass(frozen=True)
class Case:
    """One setting of the simulation: what the world is like, and the share of segments that people check."""

    name: str
    prevalence: float = 0.10
    budget: float = 0.10
    options: Mapping[str, object] = field(default_factory=dict)


def simulated(case: Case, seeds: Iterable[int]) -> dict[Key, Floats]:
    """(seeds, cells) of each division, method and metric: was the target within, how wide, how far off the share."""
    found: dict[Key, list[Floats]] = {}
    for seed in seeds:
        for key, values in _of_world(case, seed):
            found.setdefault(key, []).append(values)
    return {key: np.array(values, float) for key, values in found.items()}


def summary(values: Mapping[Key, Floats]) -> Iterator[tuple[Key, float]]:
    """The means over a family's cells; of a coverage also its Monte Carlo standard error and that of the worst cell.

    The cells of one world share the machine and the draw, so the error comes from the means of worlds.
    """
    for family, (division, meant) in FAMILIES.items():
        for (where, method, metric), found in values.items():
            if where != division:
                continue
            each = found[:, meant]
            yield (family, method, metric), float(np.nanmean(each))
            if metric in COUNTED:
                yield (
                    (family, method, f"{metric}_standard_error"),
                    float(each.mean(axis=1).std(ddof=1) / np.sqrt(len(each))),
                )
                yield (family, method, f"{metric}_least"), float(each.mean(axis=0).min())


def _of_world(case: Case, seed: int) -> Iterator[tuple[Key, Floats]]:
    """What every method finds in one world."""
    known = world(seed, case.prevalence, **case.options)
    audits = {method: audit(known, case.budget, evenly, seed) for method, evenly in EVENLY.items()}
    found = {method: audited(known, one) for method, one in audits.items()}
    others = rivals(known, audits[RANDOM], audits[ACTIVE], case.budget)
    for division, cells, target in (
        (GROUPS, known.groups, known.target_groups),
        ("cells", known.cells, known.target_cells),
    ):
        n_cells = len(target)
        corpus = np.bincount(cells, known.labels, n_cells) / np.bincount(cells, minlength=n_cells)
        ours = {method: _both(one, cells, known.interviews, n_cells) for method, one in found.items()}
        theirs = {method: (find(cells, n_cells),) * 2 for method, find in others.items()}
        for method, (of_corpus, of_informants) in (ours | theirs).items():
            yield (division, method, "informants_bias"), of_informants.share - target
            yield (division, method, "corpus_bias"), of_corpus.share - corpus
            yield (division, method, "corpus_coverage"), _within(of_corpus, corpus)
            yield (division, method, "corpus_width"), of_corpus.high - of_corpus.low
            yield (division, method, "informants_coverage"), _within(of_informants, target)
            yield (division, method, "informants_width"), of_informants.high - of_informants.low


def audit(known: World, budget: float, evenly: float, seed: int) -> Audit:
    """The segments that people check, drawn as the program draws them, by a seed that is not the world's own."""
    chance = chances(known.scores, budget, evenly)
    return Audit(systematic(chance, 10**6 + seed), chance)


def audited(known: World, one: Audit) -> Outcomes:
    """The program's pseudo-outcomes of what people said in the audit."""
    labels = np.where(one.drawn, known.labels, np.nan)
    return outcomes(Evidence(known.scores, labels, one.chances, known.interviews))


def _both(found: Outcomes, cells: Ints, interviews: Ints, n_cells: int) -> tuple[Estimated, Estimated]:
    """The program's shares with the corpus interval and with the informants' interval."""
    one = shares(found, Layout.of(cells, interviews, n_cells))
    return Estimated(one.share, *one.corpus), Estimated(one.share, *one.informants)


def _within(found: Estimated, target: Floats) -> Flags:
    """Whether the interval holds the target; what is not a number does not."""
    return (found.low <= target + 1e-12) & (target - 1e-12 <= found.high)
