"""How often comparisons find a difference, over seeded worlds in which it is known whether there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats  # noqa: TID253  the rivals, in tests alone
from scipy.optimize import brentq  # noqa: TID253  its tests start slowly anyhow

from tests.prevalence_coverage import ACTIVE, EVENLY, audit, audited
from tests.prevalence_world import INTERVIEWS, Floats, Ints, World, world
from themes.prevalence.breaks import break_at
from themes.prevalence.comparing import (
    Between,
    Bounded,
    benjamini_hochberg,
    log_odds_ratio,
    minimum_detectable_difference,
    risk_difference,
)
from themes.prevalence.outcomes import Outcomes
from themes.prevalence.parts import means
from themes.prevalence.permutation import all_pairs, any_difference, two_sides
from themes.prevalence.profiles import Register, profiles
from themes.prevalence.shares import Layout, Shares, shares

PERMUTATIONS = 499
LEVEL = 0.05
SIZES = np.array(INTERVIEWS)

OURS, QUICK, BREAK = "themes, permutation", "themes, quick look (Welch)", "themes, regression on interviews (HC3)"
CODED = "all coded by people, permutation"
SEGMENTS, SEGMENTS_CODED = "chi-square over segments, machine's codes", "chi-square over segments, people's codes"
REGRESSION = "regression over segments, machine's codes"
INTERVALS = "themes, intervals"

Key = tuple[str, str]
"""Method, metric."""


@dataclass(frozen=True)
class Contrast:
    """What is compared with what, within what, and how a difference comes about.

    `sides` and `strata` take them from a world. `options` gives the world an effect on the logit scale (0 for no
    difference), and `difference` is the true one of a world, in shares.
    """

    name: str
    sides: Callable[[World], Ints]
    strata: Callable[[World], Ints]
    options: Callable[[float], Mapping[str, object]]
    difference: Callable[[World], float]
    groups: tuple[int, int] = (0, 0)
    """The two groups, where groups are compared: their shares have intervals."""


def of_groups(name: str, one: int, other: int) -> Contrast:
    """Group `other` above group `one`, within periods."""

    def options(effect: float) -> Mapping[str, object]:
        return {"group_effects": tuple(effect if group == other else 0.0 for group in range(len(INTERVIEWS)))}

    return Contrast(
        name,
        lambda known: np.select([known.groups == other, known.groups == one], [0, 1], -1),
        lambda known: known.periods,
        options,
        lambda known: float(known.target_groups[other] - known.target_groups[one]),
        (other, one),
    )


def of_periods(name: str, later: frozenset[int]) -> Contrast:
    """Later periods above the first, within groups, which differ."""

    def difference(known: World) -> float:
        targets = known.target_cells.reshape(SIZES.shape)
        return float(np.average(targets[:, max(later)] - targets[:, 0], weights=SIZES.sum(axis=1)))

    return Contrast(
        name,
        lambda known: np.select([np.isin(known.periods, list(later)), known.periods == 0], [0, 1], -1),
        lambda known: known.groups,
        lambda effect: {"period_effects": tuple(effect * (period in later) for period in range(SIZES.shape[1]))},
        difference,
    )


LARGE = of_groups("two groups of 14 and 12 interviews", 0, 1)
UNEQUAL = of_groups("two groups of 14 and 5 interviews", 0, 4)
PERIODS = of_periods("two periods of 19 and 13 interviews", frozenset({2}))
DATE = of_periods("a known date, 19 interviews before and 29 after", frozenset({1, 2}))
CONTRASTS = (LARGE, UNEQUAL, PERIODS, DATE)
ALL_GROUPS, FAMILY = "all five groups at once", "ten pairs of five groups as one family"


@cache
def effect_of(contrast: Contrast, points: int) -> float:
    """The effect on the logit scale that makes the true difference so many points, at a prevalence of .10."""
    if not points:
        return 0.0
    return float(
        brentq(lambda effect: contrast.difference(world(0, **contrast.options(effect))) - points / 100, 0, 8, xtol=1e-4)
    )


def compared(contrast: Contrast, points: int, seeds: Iterable[int]) -> dict[Key, Floats]:
    """(seeds,) for each method and metric: whether it found a difference, what its intervals hold."""
    options = contrast.options(effect_of(contrast, points))
    return _gathered(_of_world(contrast, world(seed, **options), seed) for seed in seeds)


def in_families(points: int, seeds: Iterable[int]) -> dict[str, dict[Key, Floats]]:
    """All groups at once, and their pairs as a family, where the second group is so many points above all others."""
    options = LARGE.options(effect_of(LARGE, points))
    found: dict[str, list[dict[Key, float]]] = {ALL_GROUPS: [], FAMILY: []}
    for seed in seeds:
        known = world(seed, **options)
        values = _outcomes(known, seed).values
        found[ALL_GROUPS].append(dict(_at_once(known, values)))
        found[FAMILY].append(dict(_as_family(known, values, points > 0)))
    return {name: _gathered(each) for name, each in found.items()}


def _gathered(runs: Iterable[Mapping[Key, float]]) -> dict[Key, Floats]:
    each = list(runs)
    return {key: np.array([run[key] for run in each], float) for key in each[0]}


def _outcomes(known: World, seed: int) -> Outcomes:
    return audited(known, audit(known, 0.10, EVENLY[ACTIVE], seed))


# --- two sides ---


def _of_world(contrast: Contrast, known: World, seed: int) -> dict[Key, float]:
    found, sides, strata = _outcomes(known, seed), contrast.sides(known), contrast.strata(known)
    ours = two_sides(found.values, sides, known.interviews, strata, PERMUTATIONS)
    coded = two_sides(known.labels, sides, known.interviews, strata, PERMUTATIONS)
    p_values = {
        OURS: ours.p,
        QUICK: ours.quick_p,
        CODED: coded.p,
        SEGMENTS: chi_square(known.called, sides),
        SEGMENTS_CODED: chi_square(known.truth, sides),
    }
    if contrast is DATE:
        p_values[BREAK] = break_at(found.values, np.where(sides >= 0, 1 - sides, -1), known.interviews, strata).p
        p_values[REGRESSION] = over_segments(known.called, sides, strata)
    told = {(method, "found"): float(p is not None and p <= LEVEL) for method, p in p_values.items()}
    if contrast.groups != (0, 0):
        told |= _intervals(contrast, known, found)
        told[INTERVALS, "detectable"] = minimum_detectable_difference(ours.standard_error or 0, ours.df or 0) or np.nan
    return told


def _intervals(contrast: Contrast, known: World, found: Outcomes) -> dict[Key, float]:
    """Whether the intervals of the difference and of the odds hold the truth."""
    each = shares(found, Layout.of(known.groups, known.interviews, len(INTERVIEWS)))
    one, other = contrast.groups
    target, coded = known.target_groups, _coded(known)
    of_informants = [_bounded(each, each.informants, group) for group in contrast.groups]
    of_corpus = [_bounded(each, each.corpus, group) for group in contrast.groups]
    risk, odds, corpus = (
        how(*bounded)
        for how, bounded in (
            (risk_difference, of_informants),
            (log_odds_ratio, of_informants),
            (risk_difference, of_corpus),
        )
    )
    log_odds = float(np.diff(np.log(target / (1 - target))[[other, one]])[0])
    return {
        (INTERVALS, "informants_coverage"): _holds(risk, target[one] - target[other]),
        (INTERVALS, "corpus_coverage"): _holds(corpus, coded[one] - coded[other]),
        (INTERVALS, "odds_coverage"): _holds(odds, log_odds),
        (INTERVALS, "informants_width"): (risk.high or 0) - (risk.low or 0),
        (INTERVALS, "corpus_width"): (corpus.high or 0) - (corpus.low or 0),
    }


def _coded(known: World) -> Floats:
    return np.asarray(np.bincount(known.groups, known.labels) / np.bincount(known.groups))


def _bounded(each: Shares, ends: tuple[Floats, Floats], group: int) -> Bounded:
    return Bounded(float(each.share[group]), float(ends[0][group]), float(ends[1][group]))


def _holds(found: Between, truth: float) -> float:
    """Whether the interval holds the truth; nan where there is none."""
    return np.nan if found.low is None or found.high is None else float(found.low <= truth <= found.high)


# --- several groups ---


def _at_once(known: World, values: Floats) -> Iterator[tuple[Key, float]]:
    within = known.interviews, known.periods, PERMUTATIONS
    for method, p in (
        (OURS, any_difference(values, known.groups, *within).p),
        (CODED, any_difference(known.labels, known.groups, *within).p),
        (SEGMENTS, chi_square(known.called, known.groups)),
        (SEGMENTS_CODED, chi_square(known.truth, known.groups)),
    ):
        yield (method, "found"), float(p is not None and p <= LEVEL)


def _as_family(known: World, values: Floats, differs: bool) -> Iterator[tuple[Key, float]]:
    """Of the pairs found: the share that is false, and of the pairs that do differ the share found."""
    pairs = all_pairs(values, known.groups, known.interviews, known.periods, PERMUTATIONS)
    among = [np.select([known.groups == pair.one, known.groups == pair.other], [0, 1], -1) for pair in pairs]
    true = np.array([differs and 1 in (pair.one, pair.other) for pair in pairs])
    for method, adjusted in (
        (OURS, np.array([pair.adjusted_p for pair in pairs], float)),
        (SEGMENTS, benjamini_hochberg([chi_square(known.called, sides) for sides in among])),
        (SEGMENTS_CODED, benjamini_hochberg([chi_square(known.truth, sides) for sides in among])),
    ):
        rejected = adjusted <= LEVEL
        yield (method, "false_discoveries"), float((rejected & ~true).sum() / max(rejected.sum(), 1))
        if differs:
            yield (method, "found"), float(rejected[true].mean())


# --- what people do with segments ---


def chi_square(coded: np.ndarray, sides: Ints) -> float:
    """The p-value of a table of sides by coded or not, every segment for itself."""
    inside = sides >= 0
    table = np.zeros((int(sides.max()) + 1, 2))
    np.add.at(table, (sides[inside], coded[inside].astype(int)), 1)
    table = table[table.sum(axis=1) > 0]
    if not table.sum(axis=0).all():
        return 1.0
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def over_segments(coded: np.ndarray, sides: Ints, strata: Ints) -> float:
    """The p-value of the side in a regression of all segments with a dummy for each stratum."""
    inside = sides >= 0
    y, x, stratum = coded[inside].astype(float), (sides[inside] == 0).astype(float), strata[inside]
    y, x = y - means(y, stratum), x - means(x, stratum)
    slope = x @ y / (x @ x)
    df = len(y) - len(np.unique(stratum)) - 1
    error = np.sqrt(((y - slope * x) ** 2).sum() / df / (x @ x))
    return float(2 * stats.t.sf(abs(slope) / error, df))


# --- ranks ---

CODES = 10
LADDER = tuple(np.geomspace(0.02, 0.30, CODES).round(4))
"""Prevalence of the codes in talk, from the rarest."""
RESOLUTIONS = ((12,),)
ORDERS: Mapping[str, tuple[int, ...]] = {
    "the same order": tuple(range(CODES)),
    "a similar order": (2, 0, 1, 5, 3, 4, 8, 6, 9, 7),
    "an unrelated order": (5, 2, 8, 0, 7, 4, 1, 9, 6, 3),
}


def ranked(order: str, seeds: Iterable[int], resamples: int = 500) -> dict[Key, Floats]:
    """(seeds,) whether the intervals of the profile hold what the populations would give.

    Ten codes over 48 interviews and 12 resolutions; each code is drawn and audited for itself, and the shares of an
    interview stand for its segments.
    """
    return _gathered(_ranked(np.array(ORDERS[order]), seed, resamples) for seed in seeds)


def _ranked(order: Ints, seed: int, resamples: int) -> dict[Key, float]:
    talk = _register(np.array(LADDER), seed, {})
    texts = {"interviews": RESOLUTIONS, "group_effects": (0.0,), "period_effects": (0.0,)}
    machine = {"sensitivity": (0.72,), "specificity": (0.97,)}
    mandates = _register(np.array(LADDER)[order], seed + 500_000, texts | machine)
    found = profiles(talk, mandates, resamples)
    gaps = order - np.arange(CODES)
    truth = {
        "spearman": float(1 - 6 * (gaps**2).sum() / (CODES * (CODES**2 - 1))),
        "kendall": float(stats.kendalltau(order, np.arange(CODES))[0]),
    }
    told: dict[Key, float] = {}
    for name, value in truth.items():
        ends = getattr(found, f"{name}_interval")
        told[name, "coverage"] = float(ends[0] - 1e-9 <= value <= ends[1] + 1e-9)
        told[name, "width"] = ends[1] - ends[0]
        told[name, "bias"] = getattr(found, name) - value
    # the rarest code has the last rank, so a code further up the ladder in mandates has the smaller rank there
    held = [code.interval[0] <= -gap <= code.interval[1] for code, gap in zip(found.codes, gaps, strict=True)]
    told["difference of ranks", "coverage"] = float(np.mean(held))
    told["difference of ranks", "width"] = float(np.mean([code.interval[1] - code.interval[0] for code in found.codes]))
    return told


def _register(prevalences: Floats, seed: int, options: Mapping[str, object]) -> Register:
    columns = []
    for code, prevalence in enumerate(prevalences):
        known = world(seed * CODES + code, float(prevalence), **options)
        values = _outcomes(known, seed).values
        columns.append(np.bincount(known.interviews, values) / np.bincount(known.interviews))
    return Register(np.column_stack(columns), np.arange(len(columns[0])))
