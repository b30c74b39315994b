"""Whether two registers emphasise the same codes: talk against mandates, by the rank of each code and never by level.

A segment of talk and a paragraph of a mandate are different units, so a share of one is no share of the other. What can
be compared is which codes come first in each. What was drawn (interviews in talk, resolutions in mandates) is drawn
again, each register for itself, to see how far the ranks hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from themes.prevalence.parts import Floats

__all__ = ["CodeRanks", "Profiles", "Register", "profiles"]

RESAMPLES = 2_000
UNITS_FROM = 5
"""Interviews or resolutions from which there is an interval: four can be drawn again in 35 ways only."""
DEFINED_FROM = 0.95
"""The share of resamples in which a coefficient must be defined, so that its interval is not one of the others."""
AT_ONCE = 4_000_000
"""Numbers held at a time."""

TOO_FEW_CODES = "fewer than three codes"
ALL_THE_SAME = "a register has all codes at the same share"
SILENT = "a register without segments"
TOO_FEW_UNITS = f"no interval below {UNITS_FROM} interviews or {UNITS_FROM} resolutions"
RARELY_DEFINED = "no interval: codes come at the same share in too many resamples"

Interval = tuple[float, float]
Scale = Callable[[ArrayLike], Floats]


@dataclass(frozen=True, eq=False)
class Register:
    """The segments of one register: `values` (n, codes) pseudo-outcomes, `interviews` (n,) (or resolutions)."""

    values: Floats
    interviews: ArrayLike


@dataclass(frozen=True, slots=True)
class CodeRanks:
    """A code's rank in each register, 1 for the largest share, ties sharing their mean rank; and how far they differ.

    `difference` is its rank in the second register less that in the first: above 0 where the first register puts it
    further up. The interval is None where Profiles says why.
    """

    first: float
    second: float
    difference: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Profiles:
    """How alike the order of the codes is in two registers: 1 the same, 0 unrelated, -1 reversed; None if undefined.

    `codes` are as in the input. `units` are the interviews or resolutions of each register. `why` says why there are no
    coefficients, `interval_why` why there are no intervals.
    """

    spearman: float | None = None
    kendall: float | None = None
    spearman_interval: Interval | None = None
    kendall_interval: Interval | None = None
    codes: tuple[CodeRanks, ...] = ()
    units: tuple[int, int] = (0, 0)
    why: str = ""
    interval_why: str = ""


def profiles(
    first: Register, second: Register, resamples: int = RESAMPLES, level: float = 0.95, seed: int = 0
) -> Profiles:
    """The ranks of the codes in both registers, and how alike they are, with intervals.

    Source: Spearman 1904, American Journal of Psychology 15, 72-101; Kendall 1945, Biometrika 33, 239-251 (tau-b);
    Davison & Hinkley 1997, Bootstrap methods and their application, chapter 5.
    """
    sums = [_by_unit(register) for register in (first, second)]
    units = (len(sums[0]), len(sums[1]))
    if not all(units):
        return Profiles(units=units, why=SILENT)
    seen = [_ranks(each.sum(axis=0, keepdims=True)) for each in sums]
    drawn = [_ranks(_drawn(len(each), resamples, seed + which) @ each) for which, each in enumerate(sums)]
    why = _why(seen)
    found = Profiles(codes=_codes(seen, drawn, units, level), units=units, why=why, interval_why=why or _few(units))
    if why:
        return found
    spearman, kendall = (float(one(*seen)[0]) for one in (_spearman, _kendall))
    if found.interval_why:
        return replace(found, spearman=spearman, kendall=kendall)
    ends = [
        _interval(spearman, _spearman(*drawn), level),
        _interval(kendall, _kendall(*drawn), level, _as_correlation, _as_tau),
    ]
    return replace(
        found,
        spearman=spearman,
        kendall=kendall,
        spearman_interval=ends[0],
        kendall_interval=ends[1],
        interval_why="" if ends[0] else RARELY_DEFINED,
    )


# --- shares and ranks ---


def _by_unit(register: Register) -> Floats:
    """(interviews, codes + 1): the sums of each interview, and in the last column its segments."""
    values = np.asarray(register.values, np.float64)
    names, unit = np.unique(np.asarray(register.interviews), return_inverse=True)
    sums = np.zeros((len(names), values.shape[1] + 1))
    np.add.at(sums, unit.reshape(-1), np.column_stack([values, np.ones(len(values))]))
    return sums


def _ranks(sums: Floats) -> Floats:
    """(resamples, codes + 1) sums with the number of segments last -> (resamples, codes) ranks, 1 the largest share."""
    # shares that differ in the last digits alone do so because sums were made in another order
    shares = np.round(sums[:, :-1] / sums[:, -1:], 12)
    # by counting, since scipy's ranks come with a second of imports, which every report would wait for
    step = max(AT_ONCE // max(shares.shape[1], 1) ** 2, 1)
    found = [np.zeros((0, shares.shape[1]))]
    for start in range(0, len(shares), step):
        own, others = shares[start:][:step, :, None], shares[start:][:step, None, :]
        found.append((others > own).sum(axis=2) + ((others == own).sum(axis=2) + 1) / 2)
    return np.concatenate(found)


def _drawn(n_units: int, resamples: int, seed: int) -> Floats:
    """(resamples, units): how often each of so many draws of as many units, with putting back, holds each."""
    chance = np.random.default_rng(seed)
    return chance.multinomial(n_units, np.full(n_units, 1 / n_units), resamples).astype(np.float64)


def _why(seen: Sequence[Floats]) -> str:
    if seen[0].shape[1] < 3:
        return TOO_FEW_CODES
    return ALL_THE_SAME if any(np.ptp(ranks) == 0 for ranks in seen) else ""


def _few(units: Sequence[int]) -> str:
    return TOO_FEW_UNITS if min(units) < UNITS_FROM else ""


def _codes(
    seen: Sequence[Floats], drawn: Sequence[Floats], units: Sequence[int], level: float
) -> tuple[CodeRanks, ...]:
    first, second = seen[0][0], seen[1][0]
    ends = np.quantile(drawn[1] - drawn[0], _ends(level), axis=0).T
    enough = min(units) >= UNITS_FROM
    return tuple(
        CodeRanks(float(one), float(other), float(other - one), (float(low), float(high)) if enough else None)
        for one, other, (low, high) in zip(first, second, ends, strict=True)
    )


# --- coefficients ---


def _spearman(first: Floats, second: Floats) -> Floats:
    """(resamples, codes) twice -> (resamples,), nan where a register has all codes at one rank."""
    one, other = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (first, second))
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    found: Floats = np.divide((one * other).sum(axis=1), scale, out=np.full(len(one), np.nan), where=scale > 0)
    return found


def _kendall(first: Floats, second: Floats) -> Floats:
    """As _spearman; pairs of codes that both registers put in the same order, less those they do not (tau-b)."""
    one, other = np.triu_indices(first.shape[1], 1)
    step = max(AT_ONCE // len(one), 1)
    found = [np.zeros(0)]
    for start in range(0, len(first), step):
        signs = [np.sign(ranks[:, one] - ranks[:, other]) for ranks in (first[start:][:step], second[start:][:step])]
        scale = np.sqrt((signs[0] ** 2).sum(axis=1) * (signs[1] ** 2).sum(axis=1))
        agreed = (signs[0] * signs[1]).sum(axis=1)
        found.append(np.divide(agreed, scale, out=np.full(len(scale), np.nan), where=scale > 0))
    return np.concatenate(found)


def _interval(
    seen: float, values: Floats, level: float, to: Scale = np.asarray, back: Scale = np.asarray
) -> Interval | None:
    """As far to both sides of the coefficient as the farther end of the middle of the resamples, within -1 and 1.

    Drawing again makes registers less alike than they are, as the first drawing did: the middle itself would lie on the
    side of 0, and never hold the truth where both put the codes in the same order.
    """
    defined = values[~np.isnan(values)]
    if len(defined) < DEFINED_FROM * len(values):
        return None
    centre, (low, high) = float(to(seen)), to(np.quantile(defined, _ends(level)))
    reach = max(centre - low, high - centre)
    below, above = back(np.clip((centre - reach, centre + reach), -1, 1)).tolist()
    return below, above


def _as_correlation(tau: ArrayLike) -> Floats:
    """The correlation of normal variables with this tau: near 1 or -1 tau is further from its end than it looks.

    Source: Greiner 1909; Kruskal 1958, Ordinal measures of association, JASA 53, 814-861, section 7.
    """
    correlations: Floats = np.sin(np.pi / 2 * np.asarray(tau))
    return correlations


def _as_tau(correlations: ArrayLike) -> Floats:
    tau: Floats = 2 / np.pi * np.arcsin(correlations)
    return tau


def _ends(level: float) -> Interval:
    return (1 - level) / 2, (1 + level) / 2
