"""How far coders agree on where excerpts lie and what they carry, beyond chance: Krippendorff's u-alpha."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters from `start` up to `end`, of one coder, both counted from 0.

    As an excerpt it has a `value`, counted from 0; as what the coder has spoken of it needs none.
    """

    coder: int
    start: int
    end: int
    value: int = 0


def u_alpha(excerpts: Sequence[Stretch], spoken: Sequence[Stretch]) -> float | None:
    """Nominal u-alpha: 1 for the same excerpts, 0 for what chance gives; None where nothing varies.

    A character of which a coder has `spoken` has for them the values of their excerpts there, taken as a set, or none.
    Only characters count of which two or more have spoken. 1 - Do / De, where Do is how often two coders differ on a
    character, and De how often two stretches of the study laid side by side would, none beside itself: an excerpt stays
    whole, and what lies between excerpts falls apart into characters. Source: Krippendorff 2019, Content analysis, 4th
    ed., section 12.6; Krippendorff, Mathet, Bouvry & Widlöcher 2016, On the reliability of unitizing textual continua,
    Quality & Quantity 50, 2347-2364.
    """
    points = np.unique([end for one in (*excerpts, *spoken) for end in (one.start, one.end)])
    if len(points) < 2 or not spoken:
        return None
    n_coders = 1 + max(one.coder for one in (*excerpts, *spoken))
    speaks = _covered(spoken, points, (n_coders, 1))[:, 0]
    worn = _covered(excerpts, points, (n_coders, 1 + max((one.value for one in excerpts), default=0)))
    heard = speaks.sum(axis=0)
    lengths = np.where(heard >= 2, np.diff(points), 0)
    counts = _counts(worn, speaks)
    totals = counts @ lengths
    total = int(totals.sum())
    chance = total**2 - int((totals**2).sum())
    if not chance:
        return None
    apart = float((lengths * (heard**2 - (counts**2).sum(axis=0)) / np.maximum(heard - 1, 1)).sum())
    between = int(totals[0])
    whole = sum(int((_parts(excerpts, worn, points, lengths, coder) ** 2).sum()) for coder in range(n_coders))
    return 1 - apart * (total**2 - whole - between) / (total * chance)


def _covered(stretches: Sequence[Stretch], points: Whole, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """(coders, values, places) whether a stretch of that coder and value covers what lies between two points."""
    steps = np.zeros((*shape, len(points)), np.int64)
    coders = np.array([one.coder for one in stretches], np.intp)
    values = np.array([one.value for one in stretches], np.intp)
    for ends, step in (([one.start for one in stretches], 1), ([one.end for one in stretches], -1)):
        np.add.at(steps, (coders, values, np.searchsorted(points, ends)), step)
    found: NDArray[np.bool_] = steps.cumsum(axis=2)[:, :, :-1] > 0
    return found


def _counts(worn: NDArray[np.bool_], speaks: NDArray[np.bool_]) -> Whole:
    """(sets of values, places) how many coders who speak of a place give it that set; the first row is for none."""
    packed = np.packbits(worn, axis=1)  # (coders, bytes, places)
    keys = packed.transpose(0, 2, 1).reshape(-1, packed.shape[1])
    nothing = np.zeros((1, keys.shape[1]), keys.dtype)  # sorts first, so that none is the first set
    kinds = np.unique(np.concatenate([nothing, keys]), axis=0, return_inverse=True)[1].reshape(-1)[1:]
    counts = np.zeros((int(kinds.max(initial=0)) + 1, speaks.shape[1]), np.int64)
    for own, here in zip(kinds.reshape(speaks.shape), speaks, strict=True):
        np.add.at(counts, (own[here], np.flatnonzero(here)), 1)
    return counts


def _parts(excerpts: Sequence[Stretch], worn: NDArray[np.bool_], points: Whole, lengths: Whole, coder: int) -> Whole:
    """How long the coder's excerpts are, cut where another of them begins or ends."""
    ends = {end for one in excerpts if one.coder == coder for end in (one.start, one.end)}
    if not ends:
        return np.zeros(0, np.int64)
    inside = worn[coder].any(axis=0)
    cuts = np.searchsorted(points[:-1], sorted(ends))
    cuts = cuts[cuts < len(lengths)]
    return np.add.reduceat(np.where(inside, lengths, 0), cuts)
