"""How much of an estimate can be said: what is too imprecise says less, what could tell who spoke says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from themes.domain import MANDATE, Estimate, Showing
from themes.domain.sums import Cell, held_back, sums_of

MIN_EFFECTIVE, WIDE, NARROW, MAX_RELATIVE = 30, 0.30, 0.05, 1.30
"""A share is no estimate on fewer than 30 effective segments where its interval is as wide as .30; nor where it is
wider than .05 and than 130% of the share itself.

Source: Parker et al. 2017, National Center for Health Statistics data presentation standards for proportions (Vital and
Health Statistics 2, 175). Theirs ask for the one rule whatever the width; interviews seldom give as many.
"""

HELD_BACK = "or a hidden cell could be reckoned from it"
FEW = "too few people: it could tell who spoke"
ONE_VOICE = "one person supplies over half of the mentions"


def precision(one: Estimate) -> tuple[Showing, str]:
    """How much an audited estimate's interval allows to say, and why not more."""
    interval = one.informants_interval or one.corpus_interval
    if one.estimate is None or interval is None:
        return Showing.UNAUDITED, one.note
    width = interval[1] - interval[0]
    behind = one.checked if one.effective is None else one.effective
    few = behind < MIN_EFFECTIVE and width >= WIDE
    rough = width > NARROW and width > MAX_RELATIVE * one.estimate
    if few and rough:
        return Showing.COUNT, "too few interviews or checked segments for a share"
    if few or rough:
        return Showing.INTERVAL, "the interval is wide beside the share" if rough else "few segments are behind it"
    return Showing.ESTIMATE, one.note


def protected(estimates: Iterable[Estimate], least: int) -> tuple[Estimate, ...]:
    """The estimates with those hidden that could tell who spoke, and one more where a hidden one could be reckoned.

    A cell of talk is hidden below `least` participants, or where one of them supplies over half of a subject's
    mentions. Wherever a hidden number follows from those shown, by one sum of a whole and its parts or by several
    together, another is hidden too, the smallest. Mandates are public texts. `least` of 1 hides nothing, for a study
    whose participants have agreed to it.
    """
    found = [_hidden(one, least) for one in estimates]
    hidden = {place for place, one in enumerate(found) if one.showing is Showing.HIDDEN}
    held = _held_back(found, hidden) if hidden else set()
    return tuple(
        replace(one, showing=Showing.HIDDEN, note=HELD_BACK) if place in held else one
        for place, one in enumerate(found)
    )


def _held_back(found: Sequence[Estimate], hidden: AbstractSet[int]) -> set[int]:
    """The places to be hidden as well, so that no sum, and no several sums together, give a hidden number away."""
    of_subject: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        if one.segments:
            of_subject[one.subject_kind, one.subject].append(place)
    known: dict[tuple[tuple[Cell, ...], frozenset[int]], set[int]] = {}
    held: set[int] = set()
    for places in of_subject.values():
        cells = tuple(found[place].cell for place in places)
        away = frozenset(position for position, place in enumerate(places) if place in hidden)
        if (cells, away) not in known:
            known[cells, away] = held_back(sums_of(cells), away, _smallest_first([found[place] for place in places]))
        held |= {places[position] for position in known[cells, away]}
    return held


def _smallest_first(rows: Sequence[Estimate]) -> Callable[[int], tuple[float, ...]]:
    return lambda place: (rows[place].participants, rows[place].segments, -place)


def said(one: Estimate) -> Estimate:
    """The estimate with nothing in it that may not be said."""
    if one.showing is Showing.HIDDEN:
        nothing = Estimate(one.subject_kind, one.subject, *one.cell, 0, 0, 0, 0, one.basis)
        return replace(nothing, showing=one.showing, note=one.note)
    if one.showing is Showing.COUNT:
        return replace(
            one, estimate=None, of_words=None, per_interview=None, corpus_interval=None, informants_interval=None
        )
    if one.showing is Showing.INTERVAL:
        return replace(one, estimate=None, of_words=None, per_interview=None)
    return one


def _hidden(one: Estimate, least: int) -> Estimate:
    if least <= 1 or one.showing is Showing.EMPTY or one.source_kind == MANDATE:
        return one
    if one.participants < least:
        return replace(one, showing=Showing.HIDDEN, note=FEW)
    if one.largest_voice > 0.5:
        return replace(one, showing=Showing.HIDDEN, note=ONE_VOICE)
    return one
