"""Whether what is said changes at a known date, such as that of a new mandate, in one mission or several."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from themes.prevalence.exchanging import NEARLY
from themes.prevalence.parts import effects, parts

__all__ = ["Break", "break_at"]

NOT_TOGETHER = "no mission in which somebody speaks before and somebody after"
ON_ONE_INTERVIEW = "the change rests on a single interview, so its scatter is not known"
TOO_FEW = "too few interviews for an interval"
NOTHING_SCATTERS = "no interval: interviews do not scatter at all"


@dataclass(frozen=True, slots=True)
class Break:
    """The change of interview shares at a date. None means not defined, and `why` says why.

    `change` is after less before, in shares (0.08 is 8 points), within missions; `low` to `high` its interval at the
    level asked for, on `df` degrees of freedom. `interviews` are those before alone, after alone, and on both sides of
    the date; `missions` those in which somebody speaks before and somebody after; `left_out` interviews are in others.
    """

    change: float | None = None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    t: float | None = None
    df: int = 0
    p: float | None = None
    interviews: tuple[int, int, int] = (0, 0, 0)
    missions: int = 0
    left_out: int = 0
    why: str = ""


def break_at(
    values: ArrayLike,
    after: ArrayLike,
    interviews: ArrayLike,
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> Break:
    """The change from before (`after` is 0) to after (1; below 0 for neither), each mission with its own height.

    `values`, `after`, `interviews`, `strata` (the mission): (n,) each, over segments. Least squares of interview shares
    on the break and a dummy for each mission, with the jackknife's variance (HC3) and t. An interview on both sides of
    the date counts with both parts, which are then not taken to be independent. Sources: MacKinnon & White 1985,
    Journal of Econometrics 29, 305-325; Long & Ervin 2000, American Statistician 54, 217-224.
    """
    since = np.asarray(after, np.intp)
    held = parts(values, np.select([since == 1, since == 0], [0, 1], -1), interviews, strata)
    if not len(held.shares):
        return Break(left_out=held.left_out, why=NOT_TOGETHER)
    found = effects(held, held.sides[None])
    kinds = np.where(held.on_several, 2, 1 - held.sides)[held.starts]
    before, later, both = np.bincount(kinds, minlength=3).tolist()
    missions = int(held.strata[-1]) + 1
    told = Break(
        change=float(found.differences[0]),
        df=max(len(kinds) - missions - 1, 0),
        interviews=(before, later, both),
        missions=missions,
        left_out=held.left_out,
    )
    if float(found.leverages.max()) > 1 - NEARLY:
        return replace(told, why=ON_ONE_INTERVIEW)
    return _with_interval(told, math.sqrt(float(found.variances(power=2)[0])), level)


def _with_interval(told: Break, error: float, level: float) -> Break:
    from scipy import stats

    if told.change is None or not told.df:
        return replace(told, why=TOO_FEW)
    if error < 1e-12:
        return replace(told, why=NOTHING_SCATTERS)
    reach, t = float(stats.t.ppf((1 + level) / 2, told.df)) * error, told.change / error
    p = float(2 * stats.t.sf(abs(t), told.df))
    return replace(told, standard_error=error, low=told.change - reach, high=told.change + reach, t=t, p=p)
