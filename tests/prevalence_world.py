"""Seeded interviews of which all is known: what people would code, what a machine says, the share to be found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq  # noqa: TID253  its tests start slowly anyhow
from scipy.special import expit  # noqa: TID253  its tests start slowly anyhow
from scipy.stats import norm  # noqa: TID253  its tests start slowly anyhow

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]

INTERVIEWS = ((6, 4, 4), (4, 4, 4), (4, 3, 3), (3, 2, 2), (2, 2, 1))
"""Interviews of each group (rows) in each period: 48 in all."""

SENSITIVITY = (0.88, 0.80, 0.72, 0.64, 0.55)
SPECIFICITY = (0.985, 0.975, 0.97, 0.955, 0.94)


@dataclass(frozen=True)
class Setting:
    """What a world is like; the defaults are those of the published simulation.

    A group's or period's effect and the interviews' SD are on the logit scale; the machine's interview error is on the
    scale of its latent score, on which segments have SD 1.
    """

    prevalence: float = 0.10
    """The share of all groups together; the mean on the logit scale is solved for so that it comes out."""

    interviews: tuple[tuple[int, ...], ...] = INTERVIEWS
    segments: tuple[int, int] = (40, 120)
    """Least and most segments of an interview."""

    group_effects: tuple[float, ...] = (0.0, 0.3, -0.2, 0.5, -0.4)
    period_effects: tuple[float, ...] = (0.0, 0.2, 0.4)
    interview_sd: float = 0.9
    sensitivity: tuple[float, ...] = SENSITIVITY
    specificity: tuple[float, ...] = SPECIFICITY
    error_sd: float = 0.3
    confidence: float = 1.0
    """Factor on the logit of the machine's scores; above 1 they are more extreme than they ought to be."""

    absent: int = -1
    """The group in which nobody has the code; -1 for none."""

    devoted: float = 0.0
    """The share of segments with the code in one interview, drawn by lot, that speaks of little else; 0 for none."""

    coders: tuple[float, float] = (1.0, 1.0)
    """Sensitivity and specificity of each of the two people who code a segment, beside the truth."""


ALIKE = {"sensitivity": (0.718,) * 5, "specificity": (0.965,) * 5}
"""Options: the machine errs in all groups in the same way (the means of the groups' rates)."""

OVERCONFIDENT = {"confidence": 2.5}
ABSENT = {"absent": 2}
DEVOTED = {"devoted": 0.95}
"""Options: one interview in 48 holds most mentions, where the prevalence is about .03."""

DISAGREEING = {"coders": (0.85, 0.985)}
NO_GROUP_EFFECT = {"group_effects": (0.0,) * 5}
"""Options: in every period all groups have the same share. The machine still errs differently by group."""

NO_PERIOD_EFFECT = {"period_effects": (0.0,) * 3}


@dataclass(frozen=True, eq=False)
class World:
    """n segments in interviews in cells of a group and a period (cell = group * periods + period).

    The informants' target of a cell is the mean share over interviews like its own: the expectation over the interview
    effect. Of a group it is the mean of its cells by the number of interviews that the design takes from each, since
    the length of an interview does not hang on its share: what the same design, done over and over, finds on average.
    """

    groups: Ints
    periods: Ints
    interviews: Ints
    scores: Floats
    """The machine's probabilities: right on average over all groups, unless overconfident, and wrong within each."""

    called: Flags
    """The machine's hard calls: of its sensitivity and specificity in each group."""

    truth: Flags
    labels: Floats
    """What people would code, 0 to 1: the truth, or the mean of two coders who disagree."""

    target_groups: Floats
    target_cells: Floats
    """Population shares of what people would code; nan for a cell without interviews."""

    @property
    def cells(self) -> Ints:
        return self.groups * (len(self.target_cells) // len(self.target_groups)) + self.periods


def world(seed: int, prevalence: float = 0.10, **options: object) -> World:
    """The interviews of a seed; the options are the fields of a Setting."""
    setting = Setting(prevalence=prevalence, **options)  # type: ignore[arg-type]
    rng = np.random.default_rng(seed)
    sizes = np.array(setting.interviews)
    n_groups, n_periods = sizes.shape
    cell_of = np.repeat(np.arange(sizes.size), sizes.ravel())
    low, high = setting.segments
    interviews = np.repeat(np.arange(len(cell_of)), rng.integers(low, high + 1, len(cell_of)))
    groups, periods = np.divmod(cell_of[interviews], n_periods)
    means, shares = _linear(setting) + _level(setting), _shares(setting)
    chances = expit(means.ravel()[cell_of] + setting.interview_sd * rng.standard_normal(len(cell_of)))
    devoted = rng.integers(len(cell_of))
    if setting.devoted:
        chances[devoted] = setting.devoted
    chances[cell_of // n_periods == setting.absent] = 0.0
    truth = rng.random(len(interviews)) < chances[interviews]
    latent = _latent(setting, truth, groups, setting.error_sd * rng.standard_normal(len(cell_of))[interviews], rng)
    coded = _coded(setting, shares)
    return World(
        groups,
        periods,
        interviews,
        _scores(setting, latent),
        latent > 0,
        truth,
        _labels(setting, truth, rng),
        np.array([np.average(coded[row], weights=sizes[row]) for row in range(n_groups)]),
        np.where(sizes > 0, coded, np.nan).ravel(),
    )


# --- shares ---

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


def _linear(setting: Setting) -> Floats:
    """(groups, periods) effects on the logit scale."""
    return np.add.outer(np.array(setting.group_effects), np.array(setting.period_effects))


def _expected(setting: Setting, level: float) -> Floats:
    """(groups, periods) shares in the population of interviews, by Gauss-Hermite quadrature."""
    curves = expit(level + _linear(setting)[..., None] + setting.interview_sd * NODES)
    shares = curves @ WEIGHTS / WEIGHTS.sum()
    if setting.devoted:
        share = 1 / np.sum(setting.interviews)
        shares = (1 - share) * shares + share * setting.devoted
    if setting.absent >= 0:
        shares[setting.absent] = 0.0
    return np.asarray(shares)


@lru_cache(maxsize=64)
def _level(setting: Setting) -> float:
    """The mean on the logit scale that gives the prevalence over all interviews."""
    weights = np.array(setting.interviews) / np.sum(setting.interviews)
    return float(
        brentq(lambda level: np.sum(weights * _expected(setting, level)) - setting.prevalence, -12, 6, xtol=1e-10)
    )


def _shares(setting: Setting) -> Floats:
    return _expected(setting, _level(setting))


def _coded(setting: Setting, shares: Floats) -> Floats:
    """The shares as the people who code would find them."""
    sensitivity, specificity = setting.coders
    return shares * sensitivity + (1 - shares) * (1 - specificity)


def _labels(setting: Setting, truth: Flags, rng: np.random.Generator) -> Floats:
    sensitivity, specificity = setting.coders
    chances = np.where(truth, sensitivity, 1 - specificity)
    return np.asarray(np.mean(rng.random((2, len(truth))) < chances, axis=0))


# --- the machine ---


def _places(setting: Setting) -> tuple[Floats, Floats, float]:
    """Means of the latent score by group where the code is there and where it is not, and its SD."""
    spread = float(np.hypot(1, setting.error_sd))
    return spread * norm.ppf(setting.sensitivity), -spread * norm.ppf(setting.specificity), spread


def _latent(setting: Setting, truth: Flags, groups: Ints, shifts: Floats, rng: np.random.Generator) -> Floats:
    """Above 0 where the machine calls the code: as often as its sensitivity and specificity say, over interviews."""
    there, elsewhere, _ = _places(setting)
    return np.where(truth, there[groups], elsewhere[groups]) + shifts + rng.standard_normal(len(truth))


def _scores(setting: Setting, latent: Floats) -> Floats:
    """The chance of the code given the latent score, for a machine that does not know of groups."""
    there, elsewhere, spread = _places(setting)
    sizes = np.array(setting.interviews)
    weights, shares = sizes.sum(axis=1) / sizes.sum(), np.average(_shares(setting), axis=1, weights=sizes)
    yes = norm.pdf(latent[:, None], there, spread) @ (weights * shares)
    no = norm.pdf(latent[:, None], elsewhere, spread) @ (weights * (1 - shares))
    return np.asarray(expit(setting.confidence * np.clip(np.log(yes) - np.log(no), -30, 30)))
