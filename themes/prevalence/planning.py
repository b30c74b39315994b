"""How precisely an audit would know a share, or the difference of two, by trying it out on the study's own structure.

Interviews, their lengths, their groups and the machine's scores are the study's; labels are made up over and over from
the scores and an effect of each interview, an audit is drawn and answered, and the intervals are measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.domain import Progress, no_progress
from themes.prevalence.comparing import Bounded, risk_difference
from themes.prevalence.drawing import systematic
from themes.prevalence.outcomes import Evidence, outcomes
from themes.prevalence.recalibration import logit
from themes.prevalence.shares import Layout, Shares, shares

Floats = NDArray[np.float64]

SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Shares of all segments that are tried."""
REPLICATES = 60
SPREAD = 0.9
"""The standard deviation of interviews on the logit scale, where no audit tells it."""


@dataclass(frozen=True, eq=False)
class Structure:
    """What the trial takes from the study.

    `scores` (n,) are the machine's, `expected` (n,) the best guess at the chance that a coder gives the code, so far.
    `interviews` (n,); `sides` (n,) 0 and 1 for the two cells to compare (0 alone for a single share), -1 for neither.
    `chances` gives (n,) the chance of each segment for a share of all. `spread` is how far interviews differ beyond
    what the scores say, a standard deviation on the logit scale.
    """

    scores: Floats
    expected: Floats
    interviews: NDArray[np.intp]
    sides: NDArray[np.intp]
    chances: Callable[[float], Floats]
    spread: float = SPREAD


@dataclass(frozen=True, slots=True)
class Precision:
    """What an audit of a `share` of all segments would give: half the width of 95% intervals, the mean over trials.

    `segments` are those to check in all, `corpus` and `informants` half-widths of the share or of the difference.
    `held` is the share of trials in which the corpus interval held what it should: a check of the trial itself.
    """

    share: float
    segments: int
    corpus: float
    informants: float
    held: float


@dataclass(frozen=True, slots=True)
class Answer:
    """How many segments would have to be checked for a precision; None where checking all would not be enough.

    `interviews` is by how much the number of interviews would have to grow for the informants' interval, where all
    segments were checked: 1 where it is enough as it is.
    """

    within: float
    corpus: int | None
    informants: int | None
    interviews: float


def precisions(
    structure: Structure,
    tried: Sequence[float] = SHARES,
    replicates: int = REPLICATES,
    seed: int = 1,
    progress: Progress = no_progress,
) -> tuple[Precision, ...]:
    """What audits of these shares would give, in their order."""
    found = []
    total = len(tried) * replicates
    for number, share in enumerate(tried):
        chances = structure.chances(share)
        rows = []
        for replicate in range(replicates):
            rows.append(_trial(structure, chances, seed * 1_000_003 + replicate))
            progress(number * replicates + replicate + 1, total)
        corpus, informants, held = np.nanmean(np.array(rows), axis=0).tolist()
        found.append(Precision(share, round(float(chances.sum())), corpus, informants, held))
    return tuple(found)


def answer(found: Sequence[Precision], within: float) -> Answer:
    """How many segments would know it to `within` either way, between the audits that were tried."""
    most = found[-1]
    grow = 1.0 if most.informants <= within else (most.informants / within) ** 2
    return Answer(
        within,
        _needed([(one.segments, one.corpus) for one in found], within),
        _needed([(one.segments, one.informants) for one in found], within),
        round(grow, 1),
    )


def _needed(found: Sequence[tuple[int, float]], within: float) -> int | None:
    """By the first audit that is precise enough and the one before it: widths fall as a power of the segments."""
    before: tuple[int, float] | None = None
    for segments, width in found:
        if width <= within:
            if before is None or before[1] <= width or width <= 0:
                return segments
            slope = math.log(before[1] / width) / math.log(segments / before[0])
            between: float = before[0] * (before[1] / within) ** (1 / slope)
            return min(segments, math.ceil(between))
        before = segments, width
    return None


def _trial(structure: Structure, chances: Floats, seed: int) -> tuple[float, float, float]:
    """(corpus half-width, informants half-width, 1 if the corpus interval held) of one made-up audit."""
    rng = np.random.default_rng(seed)
    numbers = np.unique(structure.interviews, return_inverse=True)[1]
    effects = structure.spread * rng.standard_normal(int(numbers.max(initial=-1)) + 1)
    truth = rng.random(len(numbers)) < _probability(logit(structure.expected) + effects[numbers])
    drawn = systematic(chances, int(rng.integers(2**31)))
    labels = np.where(drawn, truth, np.nan)
    found = outcomes(Evidence(structure.scores, labels, chances, structure.interviews))
    layout = Layout.of(structure.sides, structure.interviews, int(structure.sides.max()) + 1)
    told = shares(found, layout)
    actual = layout.by_cell(layout.by_part(truth.astype(np.float64))) / layout.total
    corpus, informants = _between(told, told.corpus), _between(told, told.informants)
    target = actual[0] - (actual[1] if len(actual) > 1 else 0)
    held = corpus[0] - 1e-9 <= target <= corpus[1] + 1e-9
    return (corpus[1] - corpus[0]) / 2, (informants[1] - informants[0]) / 2, float(held)


def _between(told: Shares, ends: tuple[Floats, Floats]) -> tuple[float, float]:
    """The interval of the share, or of the difference of the two."""
    sides = [Bounded(*map(float, one)) for one in zip(told.share, *ends, strict=True)]
    if len(sides) == 1:
        return sides[0].low, sides[0].high
    found = risk_difference(sides[0], sides[1])
    return (math.nan, math.nan) if found.low is None or found.high is None else (found.low, found.high)


def _probability(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), np.float64)
