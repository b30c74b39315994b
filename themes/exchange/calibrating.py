"""Which way of counting positions a file uses, told from what its selections show.

People select words and lines: read rightly, selections begin and end where words do, and are equal to the quote where
a program (ATLAS.ti) writes it as their name. Each way of counting is scored by that; the best is taken, and how sure it
is follows from the selections that fit one way better than the other (a sign test against the best rival).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from themes.exchange.exchanged import ORIGIN
from themes.exchange.positions import (
    CONVENTIONS,
    STANDARD,
    Convention,
    Newline,
    Placed,
    StoredText,
    Unit,
    code_points,
    placed,
)
from themes.exchange.read import Positions, Sureness

KNOWN = (
    ("nvivo", Convention(Unit.UTF16)),
    ("atlas.ti", Convention(Unit.CODE_POINTS, Newline.ONE)),
)
"""What programs were seen to do; it decides where the selections show nothing."""
QUOTES = 300
"""Names sought as quotes in one source: enough to tell, and quick."""
SHORTEST_QUOTE = 8
FITTING = 0.5
"""The least score of a selection that begins and ends where words do."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file shows of one source: its text, and its selections as the file counts them with their names."""

    source: str
    name: str
    text: StoredText
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tried:
    """One way of counting, tried on every source: what each selection becomes, and how well it fits."""

    convention: Convention
    places: tuple[Placed, ...]
    scores: tuple[Scores, ...]

    @property
    def total(self) -> float:
        return float(sum(scores.sum() for scores in self.scores))


def calibrated(
    shown: Sequence[Shown], origin: str, given: Convention | None = None
) -> tuple[Convention, tuple[Positions, ...]]:
    """The way of counting of a file, and how it was found, source by source; `given` is a person's choice.

    A file has one way of counting, so all its sources decide together. Files of our own are counted as we count.
    """
    sources = [one for one in shown if one.starts]
    settled = given or (STANDARD if origin == ORIGIN else None)
    order = _order(origin, settled)
    if not sources:
        return order[0], ()
    grounds = [_Ground(one) for one in sources]
    tried = [_tried(sources, grounds, convention) for convention in order]
    best = tried[0] if settled else max(tried, key=lambda one: one.total)  # the first of equals: the likeliest
    rivals = [one for one in tried if any(differing(a, b).any() for a, b in zip(one.places, best.places, strict=True))]
    rival = max(rivals, key=lambda one: one.total, default=None)
    known = Sureness.KNOWN if settled else _sureness(best, rival)
    sureness = Sureness.GIVEN if given else known
    standard = next(one for one in tried if one.convention == STANDARD)
    return best.convention, tuple(
        _positions(number, one, (best, standard, rival), sureness) for number, one in enumerate(sources)
    )


def differing(one: Placed, other: Placed) -> NDArray[np.bool_]:
    """Which selections are other code points, or in the text, in one reading alone."""
    moved = (one.starts != other.starts) | (one.ends != other.ends)
    found: NDArray[np.bool_] = (one.inside != other.inside) | (moved & one.inside & other.inside)
    return found


def _order(origin: str, given: Convention | None) -> list[Convention]:
    known = [convention for name, convention in KNOWN if name in origin.casefold()]
    return list(dict.fromkeys([*([given] if given else []), *known, STANDARD, *CONVENTIONS]))


def _tried(sources: Sequence[Shown], grounds: Sequence[_Ground], convention: Convention) -> _Tried:
    places = tuple(placed(one.text, convention, one.starts, one.ends) for one in sources)
    return _Tried(
        convention, places, tuple(ground.scores(place) for ground, place in zip(grounds, places, strict=True))
    )


def _sureness(best: _Tried, rival: _Tried | None) -> Sureness:
    if rival is None:
        return Sureness.CERTAIN
    gains = np.concatenate([mine - theirs for mine, theirs in zip(best.scores, rival.scores, strict=True)])
    better, worse = int((gains > 0).sum()), int((gains < 0).sum())
    chance = sum(comb(better + worse, count) for count in range(better, better + worse + 1)) / 2 ** (better + worse)
    fits = np.concatenate(best.scores) >= FITTING
    if chance <= 0.01 and fits.mean() >= 0.5:
        return Sureness.CERTAIN
    return Sureness.LIKELY if chance <= 0.2 else Sureness.UNSURE


def _positions(
    number: int, source: Shown, readings: tuple[_Tried, _Tried, _Tried | None], sureness: Sureness
) -> Positions:
    best, standard, rival = readings

    def fitting(one: _Tried) -> int:
        return int((one.scores[number] >= FITTING).sum())

    return Positions(
        source.source,
        source.name,
        best.convention,
        sureness,
        len(source.starts),
        fitting(best),
        fitting(standard),
        rival.convention if rival else None,
        fitting(rival) if rival else 0,
        int(differing(best.places[number], rival.places[number]).sum()) if rival else 0,
    )


class _Ground:
    """What a text shows of where selections may begin and end: words, spaces, line ends, and quotes found in it."""

    def __init__(self, shown: Shown) -> None:
        points = code_points(shown.text.text)
        kinds, places = np.unique(points, return_inverse=True)
        characters = [chr(point) for point in kinds.tolist()]
        outside = np.zeros(1, dtype=np.bool_)  # before the first character and after the last
        in_word = np.array([unicodedata.category(one)[0] in "LNM" for one in characters], dtype=np.bool_)[places]
        in_space = np.array([one.isspace() for one in characters], dtype=np.bool_)[places]
        self._word = np.concatenate([outside, in_word, outside])
        self._space = np.concatenate([~outside, in_space, ~outside])
        self._line = np.concatenate([~outside, points == 0x0A, ~outside])
        self._text = shown.text.text
        self._quotes = _quotes(shown)

    def scores(self, place: Placed) -> Scores:
        """How well each selection fits, from 0 to 1: its begin and its end count half each, its quote for the whole."""
        last = len(self._text)
        starts, ends = np.clip(place.starts, 0, last), np.clip(place.ends, 0, last)
        cut_begin = self._word[starts] & self._word[starts + 1]
        cut_end = self._word[ends] & self._word[ends + 1]
        begins = np.where(cut_begin, 0.0, np.where(self._space[starts + 1], 0.25, 0.5))
        finishes = np.where(cut_end, 0.0, np.where(self._space[ends] & ~self._line[ends], 0.25, 0.5))
        scores = np.where(cut_begin | cut_end, (begins + finishes) / 2, begins + finishes)
        scores = np.where(place.exact, scores, 0.0)
        for number, quote in self._quotes.items():
            said = self._text[starts[number] : ends[number]] if place.inside[number] else ""
            # spaces at the ends are no part of a quote, so where words end still tells two equal ones apart
            scores[number] = (1 + scores[number]) / 2 if equals_quote(said, quote) else 0
        return scores


def _quotes(shown: Shown) -> dict[int, str]:
    """The names that are quotes, by the number of their selection: those that stand in the text."""
    named = [number for number, name in enumerate(shown.names) if len(name.strip()) >= SHORTEST_QUOTE]
    whole = spaced(shown.text.text) if named else ""
    return {number: shown.names[number] for number in named[:QUOTES] if _opening(shown.names[number])[0] in whole}


def equals_quote(said: str, quote: str) -> bool:
    """Whether the words are those of the quote, or begin so where the quote is cut short by an ellipsis."""
    wanted, is_cut = _opening(quote)
    found = spaced(said)
    return found.startswith(wanted) if is_cut else found == wanted


def spaced(text: str) -> str:
    """The text with single spaces, and none at its ends."""
    return re.sub(r"\s+", " ", text).strip()


def _opening(quote: str) -> tuple[str, bool]:
    plain = spaced(quote)
    for ellipsis in ("…", "..."):
        if plain.endswith(ellipsis):
            return plain.removesuffix(ellipsis).rstrip(), True
    return plain, False
