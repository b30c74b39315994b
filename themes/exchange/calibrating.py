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
from math import comb, erfc, sqrt

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
    laid,
    plainest,
    ruler,
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
TELLING, TELLING_SOURCES = 3_000, 300
"""How many selections of a source, and how many sources, decide how a file counts."""
FITTING = 0.5
"""The least score of a selection that begins and ends where words do."""
OTHER, WORD, SPACE, LINE = range(4)
EDGE = np.array([0xFFFFFFFF], dtype=np.uint32)
"""Stands before the first and after the last character, and is none itself."""
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
    """One way of counting, tried on the sources that decide: what each selection becomes, and how well it fits."""

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

    A file has one way of counting, so its sources decide together: all, or the largest where there are very many.
    Files of our own are counted as we count.
    """
    sources = [one for one in shown if one.starts]
    settled = given or (STANDARD if origin == ORIGIN else None)
    order = _order(origin, settled)
    if not sources:
        return order[0], ()
    columns = [_tried(one, order) for one in _telling(sources)]
    tried = [
        _Tried(convention, tuple(places[row] for places, _ in columns), tuple(scores[row] for _, scores in columns))
        for row, convention in enumerate(order)
    ]
    best = tried[0] if settled else max(tried, key=lambda one: one.total)  # the first of equals: the likeliest
    rivals = [one for one in tried if any(differing(a, b).any() for a, b in zip(one.places, best.places, strict=True))]
    rival = max(rivals, key=lambda one: one.total, default=None)
    known = Sureness.KNOWN if settled else _sureness(best, rival)
    sureness = Sureness.GIVEN if given else known
    against = None if rival is None else rival.convention
    return best.convention, tuple(_positions(one, best.convention, against, sureness) for one in sources)


def _telling(sources: Sequence[Shown]) -> list[Shown]:
    """The sources with the most selections, and of each as many as tell enough, from all over it."""
    most = sorted(sources, key=lambda one: len(one.starts), reverse=True)[:TELLING_SOURCES]
    found = []
    for one in most:
        step = 1 + (len(one.starts) - 1) // TELLING
        found.append(Shown(one.source, one.name, one.text, one.starts[::step], one.ends[::step], one.names[::step]))
    return found


def differing(one: Placed, other: Placed) -> NDArray[np.bool_]:
    """Which selections are other code points, or in the text, in one reading alone."""
    moved = (one.starts != other.starts) | (one.ends != other.ends)
    found: NDArray[np.bool_] = (one.inside != other.inside) | (moved & one.inside & other.inside)
    return found


def _order(origin: str, given: Convention | None) -> list[Convention]:
    known = [convention for name, convention in KNOWN if name in origin.casefold()]
    return list(dict.fromkeys([*([given] if given else []), *known, STANDARD, *CONVENTIONS]))


def _tried(source: Shown, order: Sequence[Convention]) -> tuple[list[Placed], list[Scores]]:
    """What each way of counting makes of the selections of a source, and how well each selection fits."""
    ground = _Ground(source)
    alike = plainest(source.text, order)
    places: dict[Convention, Placed] = {}
    for unit, newline, bom in dict.fromkeys((one.unit, one.newline, one.bom) for one in alike.values()):
        marks = ruler(source.text, Convention(unit, newline, bom))
        for inclusive in (False, True):
            convention = Convention(unit, newline, bom, inclusive)
            places[convention] = laid(marks, inclusive, source.starts, source.ends)
    scores = {convention: ground.scores(place) for convention, place in places.items()}
    return [places[alike[one]] for one in order], [scores[alike[one]] for one in order]


def _sureness(best: _Tried, rival: _Tried | None) -> Sureness:
    if rival is None:
        return Sureness.CERTAIN
    gains = np.concatenate([mine - theirs for mine, theirs in zip(best.scores, rival.scores, strict=True)])
    better, worse = int((gains > 0).sum()), int((gains < 0).sum())
    chance = _chance(better, better + worse)
    fits = np.concatenate(best.scores) >= FITTING
    if fits.mean() < 0.5:  # the best of many ways of counting that none fits
        return Sureness.UNSURE
    if chance <= 0.01:
        return Sureness.CERTAIN
    return Sureness.LIKELY if chance <= 0.2 else Sureness.UNSURE


def _chance(better: int, trials: int) -> float:
    """How likely it is that a fair coin falls on one side so often or more: exactly, or nearly where thrown a lot."""
    if trials > 1000:
        return erfc((2 * better - 1 - trials) / sqrt(2 * trials)) / 2
    return sum(comb(trials, count) for count in range(better, trials + 1)) / 2.0**trials


def _positions(source: Shown, convention: Convention, rival: Convention | None, sureness: Sureness) -> Positions:
    """How the selections of one source fit as they are read, as the standard says, and as the best rival has it."""
    against = rival or convention
    places, scores = _tried(source, [convention, STANDARD, against])
    fitting = [int((one >= FITTING).sum()) for one in scores]
    return Positions(
        source=source.source,
        name=source.name,
        convention=convention,
        sureness=sureness,
        selections=len(source.starts),
        fitting=fitting[0],
        as_standard=fitting[1],
        rival=rival,
        rival_fitting=fitting[2] if rival else 0,
        telling=int(differing(places[0], places[2]).sum()),
    )


class _Ground:
    """What a text shows of where selections may begin and end: words, spaces, line ends, and quotes found in it."""

    def __init__(self, shown: Shown) -> None:
        self._text = shown.text.text
        self._points = np.concatenate([EDGE, code_points(self._text), EDGE])  # so that text[i] is point i + 1
        self._quotes = _quotes(shown)

    def scores(self, place: Placed) -> Scores:
        """How well each selection fits, from 0 to 1: its begin and its end count half each, its quote for the whole."""
        last = len(self._text)
        starts, ends = np.clip(place.starts, 0, last), np.clip(place.ends, 0, last)
        before, first = _kinds(self._points[starts]), _kinds(self._points[starts + 1])
        final, after = _kinds(self._points[ends]), _kinds(self._points[ends + 1])
        cut = ((before == WORD) & (first == WORD)) | ((final == WORD) & (after == WORD))
        begins = np.where(first >= SPACE, 0.25, 0.5) - np.where((before == WORD) & (first == WORD), 0.25, 0)
        finishes = np.where(final == SPACE, 0.25, 0.5) - np.where((final == WORD) & (after == WORD), 0.25, 0)
        scores = np.where(cut, (begins + finishes) / 4, begins + finishes)
        scores = np.where(place.exact, scores, 0.0)
        for number, quote in self._quotes.items():
            said = self._text[starts[number] : ends[number]] if place.inside[number] else ""
            # spaces at the ends are no part of a quote, so where words end still tells two equal ones apart
            scores[number] = (1 + scores[number]) / 2 if equals_quote(said, quote) else 0
        return scores


def _kinds(points: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Whether each is of a word, a space, the end of a line (or of the text), or something else."""
    found, places = np.unique(points, return_inverse=True)
    return np.array([_kind(int(point)) for point in found], dtype=np.int8)[places]


def _kind(point: int) -> int:
    if point in (0x0A, int(EDGE[0])):
        return LINE
    if chr(point).isspace():
        return SPACE
    return WORD if unicodedata.category(chr(point))[0] in "LNM" else OTHER


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
