"""How many people of which group were heard, told so that no small group can be counted or reckoned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from themes.domain import PATH_SEPARATOR, UNSPECIFIED
from themes.report.material import Material
from themes.report.words import counted, thousands


@dataclass(frozen=True, slots=True)
class Heard:
    """Actor groups told together, mostly one: their distinct participants and their segments of talk."""

    groups: tuple[str, ...]
    people: int
    segments: int


def heard(material: Material, least: int) -> tuple[Heard, ...]:
    """Each top-level actor group of the talk; those of fewer than `least` people together, last.

    So many are put together that they are two at least and hold `least` people, and more people than groups: how these
    are shared out cannot be reckoned from the total. Empty where all the talk comes from too few, or where it cannot be
    told apart safely.
    """
    voices: dict[str, set[str]] = {}
    segments: dict[str, int] = {}
    for one in material.talk:
        group = one.actor_group.split(PATH_SEPARATOR)[0]
        voices.setdefault(group, set()).add(one.participant or one.source)
        segments[group] = segments.get(group, 0) + 1
    alone = [Heard((name,), len(found), segments[name]) for name, found in voices.items()]
    ordered = sorted(alone, key=lambda one: (one.groups == (UNSPECIFIED,), -one.people, one.groups))
    return _together(ordered, least)


def _together(ordered: Sequence[Heard], least: int) -> tuple[Heard, ...]:
    small = [one for one in ordered if one.people < least]
    told = [one for one in ordered if one.people >= least]
    while small and told and not _enough(small, least):
        small.append(told.pop(_smallest(told)))
    if not small:
        return tuple(told)
    if not _enough(small, least):
        return ()
    return (*told, _joined(small))


def _enough(small: Sequence[Heard], least: int) -> bool:
    people = sum(one.people for one in small)
    return len(small) > 1 and people >= least and people > len(small)


def _smallest(told: Sequence[Heard]) -> int:
    return min(range(len(told)), key=lambda place: (told[place].people, -place))


def _joined(small: Iterable[Heard]) -> Heard:
    """The groups as one, in the order of their names, so that nothing tells which of them are small."""
    own = sorted(small, key=lambda one: one.groups)
    names = tuple(name for one in own for name in one.groups)
    return Heard(names, sum(one.people for one in own), sum(one.segments for one in own))


def total(material: Material, least: int) -> str:
    """How many people were heard in all, or that they are fewer than may be told."""
    people = {one.participant or one.source for one in material.talk}
    return counted(len(people), "person") if len(people) >= least else f"fewer than {thousands(least)} people"
