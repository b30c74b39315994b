"""Shares of cells that do not overlap, each with two intervals: of this corpus, and of informants like these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from themes.prevalence.intervals import adjusted, clopper_pearson, effective_size
from themes.prevalence.outcomes import Outcomes

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

_TELLS_NOTHING = 0.25
"""No share varies more. A cell whose draw alone adds that much, since nobody has answered in it, tells nothing of how
alike interviews are."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Which of C cells each of n segments lies in (-1 for none of them), its interview, and what it weighs.

    The cells are of one kind (all actor groups of one level, all periods, ...): what interviews have in common is
    learned from all of them together. `weights` (n,) are 1 for the share of segments, words for the share of words.
    """

    cells: Numbers
    interviews: Numbers
    n_cells: int
    weights: Floats

    @classmethod
    def of(
        cls, cells: Numbers, interviews: Numbers, n_cells: int | None = None, weights: Floats | None = None
    ) -> Layout:
        """A layout in which all segments weigh the same unless said otherwise."""
        n = int(cells.max(initial=-1)) + 1 if n_cells is None else n_cells
        return cls(cells, interviews, n, np.ones(len(cells)) if weights is None else weights)

    @cached_property
    def within(self) -> NDArray[np.bool_]:
        """(n,) which segments lie in a cell."""
        return self.cells >= 0

    @cached_property
    def _parts(self) -> tuple[Numbers, Numbers]:
        """The part (one interview in one cell) of each segment within, and the cell of each part."""
        width = int(self.interviews.max(initial=0)) + 1
        keys = self.cells[self.within] * width + self.interviews[self.within]
        found, part = np.unique(keys, return_inverse=True)
        return part, found // width

    @property
    def cell_of_part(self) -> Numbers:
        """(parts,) the cell that each interview's part lies in."""
        return self._parts[1]

    def by_part(self, values: Floats) -> Floats:
        """(parts,) the sums of the values over each interview's part of a cell."""
        part, cells = self._parts
        return np.bincount(part, values[self.within], len(cells)).astype(np.float64)

    def by_cell(self, of_parts: Floats) -> Floats:
        """(C,) the sums over the parts of each cell."""
        return np.bincount(self.cell_of_part, of_parts, self.n_cells).astype(np.float64)

    @cached_property
    def weight(self) -> Floats:
        """(parts,) what each part weighs."""
        return self.by_part(self.weights)

    @cached_property
    def total(self) -> Floats:
        """(C,) what each cell weighs."""
        return self.by_cell(self.weight)

    @cached_property
    def squares(self) -> Floats:
        """(C,) the sum of the squared weights of each cell's segments."""
        return self.by_cell(self.by_part(self.weights**2))

    @cached_property
    def pairs(self) -> Floats:
        """(C,) the sum over pairs of segments of one interview of the product of their weights."""
        return self.by_cell(self.weight**2) - self.squares

    @cached_property
    def segments(self) -> Floats:
        """(C,) segments that weigh anything."""
        return self.by_cell(self.by_part((self.weights > 0).astype(np.float64)))

    @cached_property
    def n_interviews(self) -> Floats:
        """(C,) interviews that weigh anything."""
        return self.by_cell((self.weight > 0).astype(np.float64))


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares of C cells, as arrays (C,); nan for a cell that weighs nothing, or where an interval is not defined.

    `share` lies within what can be, from the labels known. `corpus` is (low, high) for what people would have found had
    they coded every segment; `informants` for what they would have found among others like these. The variances are
    those behind them. `effective` is how many independent segments would tell as much of informants, `rho` how alike
    segments of one interview are, over all cells. `checked` segments have a label.
    """

    share: Floats
    corpus: tuple[Floats, Floats]
    informants: tuple[Floats, Floats]
    corpus_variance: Floats
    informants_variance: Floats
    effective: Floats
    rho: float
    segments: Floats
    interviews: Floats
    checked: Floats


def shares(found: Outcomes, layout: Layout) -> Shares:
    """The share of each cell, p = sum of T_j / sum of n_j, with both intervals at 95%.

    Source: the project's method page (docs/method.md); Korn & Graubard 1998 for the intervals.
    """
    w = layout.weights
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(layout.total > 0, layout.total, np.nan)
        raw, least, most = _points(found, layout, total)
        share = np.clip(raw, least, most)
        everything = np.nansum(share * np.nan_to_num(total)) / max(np.nansum(total), 1e-300)
        n_interviews = layout.n_interviews
        drawn_to = (share * n_interviews + everything) / (n_interviews + 1)
        supposed = _nearer_half(drawn_to, layout.by_cell(layout.by_part(w * found.expected)) / total)
        noise = layout.by_cell(layout.by_part(w**2 * found.expected_noise))
        seen = layout.by_cell(layout.by_part(w**2 * found.seen_noise))
        corpus_variance = np.maximum(seen, noise) / total**2
        informants_variance, rho, df = _informants(found, layout, raw, (drawn_to, supposed), noise)
    checked = layout.by_cell(layout.by_part((found.checked & (w > 0)).astype(np.float64)))
    corpus = _heard(clopper_pearson(share, _draws(supposed, corpus_variance)), least, most)
    effective = np.minimum(adjusted(_draws(supposed, informants_variance), layout.segments, df), layout.segments)
    informants = _heard(clopper_pearson(share, effective), least, most)
    empty = ~(layout.total > 0)
    unknown = empty | np.isnan(informants_variance)
    return Shares(
        share=share,
        corpus=(_blank(np.clip(corpus[0], least, most), empty), _blank(np.clip(corpus[1], least, most), empty)),
        informants=(_blank(informants[0], unknown), _blank(informants[1], unknown)),
        corpus_variance=corpus_variance,
        informants_variance=informants_variance,
        effective=_blank(effective, unknown),
        rho=rho,
        segments=layout.segments,
        interviews=n_interviews,
        checked=checked,
    )


def points(found: Outcomes, layout: Layout) -> Floats:
    """(C,) the shares alone."""
    with np.errstate(divide="ignore", invalid="ignore"):
        raw, least, most = _points(found, layout, np.where(layout.total > 0, layout.total, np.nan))
    return np.asarray(np.clip(raw, least, most), np.float64)


def _points(found: Outcomes, layout: Layout, total: Floats) -> tuple[Floats, Floats, Floats]:
    """(C,) the shares as they come, and what they can be at least and at most, from the labels known."""
    w = layout.weights
    raw, least, most = (
        layout.by_cell(layout.by_part(w * values)) / total for values in (found.values, found.least, found.most)
    )
    return raw, least, most


def _informants(
    found: Outcomes, layout: Layout, share: Floats, near: tuple[Floats, Floats], noise: Floats
) -> tuple[Floats, float, float]:
    """(C,) the variance among informants, the larger of the cell's own and the pooled; rho; degrees of freedom.

    `near` are the cell's share drawn to that of all, and the share that the noise supposes.
    Own: J / (J - 1) sum (T_j - p n_j)^2 / N^2. Pooled: what a share of p has with interviews as alike as over all
    cells, p (1 - p) {sum w^2 + rho sum of pairs}, and the noise of the draw on top. Rho comes by moments, net of it.
    """
    n_interviews, (drawn_to, supposed) = layout.n_interviews, near
    apart = (layout.by_part(layout.weights * found.values) - share[layout.cell_of_part] * layout.weight) ** 2
    several = (n_interviews > 1) & (noise < _TELLS_NOTHING * layout.total**2)
    own = np.where(n_interviews > 1, n_interviews / (n_interviews - 1) * layout.by_cell(apart), 0)
    binomial = np.where(several, drawn_to * (1 - drawn_to), 0)
    surplus = np.nansum(np.where(several, own - noise, 0) - binomial * layout.squares)
    pairs = float(np.nansum(binomial * layout.pairs))
    df = float(np.sum(np.maximum(n_interviews - 1, 0)))
    rho = float(np.clip(surplus / pairs, 0, 1)) if pairs > 0 else (0.0 if df > 0 else np.nan)
    pooled = supposed * (1 - supposed) * (layout.squares + rho * layout.pairs) + noise
    total = np.where(layout.total > 0, layout.total, np.nan)
    return np.maximum(own, pooled) / total**2, rho, max(df, 1.0)


def _nearer_half(one: Floats, other: Floats) -> Floats:
    """(C,) which of two shares is nearer one half.

    What the draw adds to a variance is reckoned from the recalibrated scores. Where a cell's own share is far below
    them, for nobody has been heard yet, that noise over p (1 - p) of the share would leave next to no effective size,
    and a group of few checked segments the whole range.
    """
    return np.where(np.abs(other - 0.5) < np.abs(one - 0.5), other, one)


def _heard(interval: tuple[Floats, Floats], least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """The interval from 0 on where no checked segment has the code, and up to 1 where every one has it.

    A share above 0 is the machine's word alone then: nobody who was heard refutes that a group never says it, and an
    exact interval for no successes begins at 0.
    """
    low, high = interval
    return np.where(least <= 0, 0, low), np.where((most >= 1) & (least > 0), 1, high)


def _draws(share: Floats, variance: Floats) -> Floats:
    """The effective size; endless where nothing varies."""
    size = effective_size(share, variance)
    return np.where((variance <= 0) & ~np.isnan(share), np.inf, size)


def _blank(values: Floats, where: NDArray[np.bool_]) -> Floats:
    return np.where(where, np.nan, values)
