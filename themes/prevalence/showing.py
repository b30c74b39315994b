"""How much of an estimate can be said: what is too imprecise says less, what could tell who spoke says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from themes.domain import MANDATE, PATH_SEPARATOR, Estimate, Showing
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
    mentions. Where a single part of a whole is hidden, the smallest other part is hidden too. Mandates are public
    texts. `least` of 1 hides nothing, for a study whose participants have agreed to it.
    """
    found = [_hidden(one, least) for one in estimates]
    held: set[int] = set()
    for parts in _parts(found).values():
        hidden = [place for place in parts if found[place].showing is Showing.HIDDEN]
        others = [place for place in parts if place not in hidden and found[place].showing is not Showing.EMPTY]
        if len(hidden) == 1 and others:
            held.add(min(others, key=lambda place: (found[place].participants, found[place].segments, place)))
    return tuple(
        replace(one, showing=Showing.HIDDEN, note=HELD_BACK) if place in held else one
        for place, one in enumerate(found)
    )


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


def _parts(found: Sequence[Estimate]) -> dict[tuple[str, ...], list[int]]:
    """The places of cells that add up to a cell which is shown as well: along groups, along missions and periods."""
    parts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        subject = (one.subject_kind, one.subject, one.source_kind)
        if one.actor_group != ALL:
            above = one.actor_group.rpartition(PATH_SEPARATOR)[0]
            parts[(*subject, "group", above, one.mission, one.period)].append(place)
        if one.period != ALL:
            parts[(*subject, "period", one.actor_group, one.mission)].append(place)
        elif one.mission != ALL:
            parts[(*subject, "mission", one.actor_group)].append(place)
    return parts
