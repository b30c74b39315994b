"""How much of an estimate can be said: what is too imprecise says less, what could tell who spoke says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from themes.domain import MANDATE, PATH_SEPARATOR, TALK, Estimate, Showing
from themes.prevalence.counting import ALL

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
    mentions. Wherever a whole and its parts have a single hidden one among them, another is hidden too, the smallest,
    until no sum has a single one. Mandates are public texts. `least` of 1 hides nothing, for a study whose participants
    have agreed to it.
    """
    found = [_hidden(one, least) for one in estimates]
    hidden = {place for place, one in enumerate(found) if one.showing is Showing.HIDDEN}
    held = _held_back(found, hidden) if hidden else set()
    return tuple(
        replace(one, showing=Showing.HIDDEN, note=HELD_BACK) if place in held else one
        for place, one in enumerate(found)
    )


def _held_back(found: Sequence[Estimate], hidden: AbstractSet[int]) -> set[int]:
    """The places to be hidden as well, so that no sum has a single unknown."""
    sums = _sums(found)
    held: set[int] = set()
    changed = True
    while changed:
        changed = False
        for one in sums:
            terms = [place for place in one if found[place].segments]
            unknown = [place for place in terms if place in hidden or place in held]
            if len(unknown) == 1 < len(terms):
                others = (place for place in terms if place not in unknown)
                held.add(min(others, key=lambda place: (found[place].participants, found[place].segments, -place)))
                changed = True
    return held


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


def _sums(found: Sequence[Estimate]) -> list[tuple[int, ...]]:
    """The places of the parts of each whole that is there, and its own: along groups, missions, periods and kinds."""
    at = {(one.subject_kind, one.subject, one.cell): place for place, one in enumerate(found)}
    parts: dict[tuple[str, str, str, tuple[str, str, str, str]], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        kind, group, mission, period = one.cell
        wholes: list[tuple[str, tuple[str, str, str, str]]] = []
        if group != ALL:
            above = group.rpartition(PATH_SEPARATOR)[0] or ALL
            wholes.append(("group", (kind, above, mission, period)))
        if period != ALL:
            wholes.append(("period", (kind, group, mission, ALL)))
        elif mission != ALL:
            wholes.append(("mission", (kind, group, ALL, ALL)))
        if kind not in (TALK, MANDATE):
            wholes.append(("kind", (TALK, group, mission, period)))
        for along, whole in wholes:
            parts[along, one.subject_kind, one.subject, whole].append(place)
    return [
        (*own, at[kind, subject, whole])
        for (_, kind, subject, whole), own in parts.items()
        if (kind, subject, whole) in at
    ]
