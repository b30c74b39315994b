"""What the map says of its points: words of those that may be quoted, and the filters that count no small cell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from themes.domain import MANDATE, PATH_SEPARATOR, TALK, Segment, SourceKind
from themes.domain.sums import ALL, Cell, held_back, sums_of
from themes.report.cells import Counts
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.places import Map
from themes.report.quotes import WITHHELD, group_name, mission_name, quote

_FEWEST_WORDS, _MOST_WORDS, _WORDS_IN_ALL = 12, 40, 120_000

_UNSAFE = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})
"""What could end the script that holds the words, or a line of it."""

_FEW = "fewer than {} people are behind it, or behind a cell beside it"


@dataclass(frozen=True, slots=True)
class Annotations:
    """`words` is how many words of a quote stand there at most; `groups` and `missions` what can be chosen among.

    `script` is JSON that can stand inside a script of a page.
    """

    words: int
    groups: tuple[str, ...]
    missions: tuple[str, ...]
    script: str


@dataclass(frozen=True)
class _Filters:
    """The names of groups and missions that can be chosen, and the pairs of them (`all` for any) that show nothing."""

    groups: tuple[str, ...] = ()
    missions: tuple[str, ...] = ()
    mandates: bool = False
    hidden: frozenset[tuple[str, str]] = frozenset()


def annotated(material: Material, drawn: Map, found: Counts, options: ReportOptions) -> Annotations:
    """What is said of the points of a map.

    For others only mandates are quoted, and there is no choice of groups or missions: what is chosen could be counted.
    For oneself a choice shows nothing where the page hides the cell, where fewer people than that stand behind the
    points, or where that could be reckoned. Whoever is not for quotation belongs to no group and no mission.
    """
    words = _words(drawn.drawn, options) if options.quotes else 0
    filters = _filters(material, drawn, found)
    names: dict[str, int] = {}
    layers = [
        {
            "theme": layer.number,
            "colour": layer.mark.colour if layer.mark else None,
            "shape": layer.mark.shape if layer.mark else None,
            **_chosen_by(material, filters, [point.segment for point in layer.points]),
            "quotes": [_said(material, point.segment, words, names) for point in layer.points],
        }
        for layer in drawn.layers
    ]
    groups = (*map(group_name, filters.groups), *(("mandate texts",) if filters.mandates else ()))
    missions = tuple(map(mission_name, filters.missions))
    told = {
        "scale": drawn.scale,
        "counted": not found.few_in_talk,
        "silent": "No words of talk stand on this map." if material.guard else WITHHELD,
        "few": f"Not shown: {_FEW.format(found.min_participants)}" if filters.hidden else "",
        "hidden": _places(filters),
        "names": list(names),
        "layers": layers,
    }
    return Annotations(words, groups, missions, _safe(told))


def _words(points: int, options: ReportOptions) -> int:
    """So many words of each that all together stay few."""
    return min(options.quote_words, max(_FEWEST_WORDS, min(_MOST_WORDS, _WORDS_IN_ALL // points)))


def _safe(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _said(material: Material, segment: Segment, words: int, names: dict[str, int]) -> list[object] | int:
    """[words, whom they are attributed to (its place among the names), reference, language]; 0 where none may stand."""
    talk = segment.kind is not SourceKind.MANDATE
    if segment.source in material.withheld or (material.guard and talk):
        return 0
    one = quote(material, segment, max(1, words))
    text = f"{one.text}{' […]' if one.cut else ''}" if words else ""
    who, language = (names.setdefault(name, len(names)) for name in (one.attribution, one.language))
    return [text, who, one.reference, language]


# --- what can be chosen ---


def _filters(material: Material, drawn: Map, found: Counts) -> _Filters:
    if material.guard or found.few_in_talk:
        return _Filters()
    open_ones = [
        point.segment
        for layer in drawn.layers
        for point in layer.points
        if point.segment.source not in material.withheld
    ]
    talk = [one for one in open_ones if one.kind is not SourceKind.MANDATE]
    away = _hidden(talk, _hidden_columns(found), found.min_participants)
    if (ALL, ALL) in away:
        return _Filters()
    groups = [column.key[1] for column in found.talk_by_group.columns[1:]]
    missions = [block.label for kind in (TALK, MANDATE) for block in found.by_mission(kind)[1:]]
    heard = {_top(one) for one in talk}
    spoken_of = {one.mission for one in open_ones}
    return _Filters(
        tuple(group for group in groups if group in heard and (group, ALL) not in away),
        tuple(one for one in dict.fromkeys(missions) if one in spoken_of) if material.has_missions else (),
        len(talk) < len(open_ones),
        away,
    )


def _hidden_columns(found: Counts) -> set[tuple[str, str]]:
    """The groups and missions whose column of talk the page hides."""
    groups = {(column.key[1], ALL) for column in found.talk_by_group.columns[1:] if column.hidden}
    totals = (block.columns for block in found.by_mission(TALK)[1:])
    return groups | {(ALL, columns[0].key[2]) for columns in totals if columns[0].hidden}


def _hidden(talk: Sequence[Segment], columns: AbstractSet[tuple[str, str]], least: int) -> frozenset[tuple[str, str]]:
    """The pairs of group and mission with too few people, of the columns, and those beside them that would tell."""
    people = _people(talk)
    cells: list[Cell] = [(TALK, group, mission, ALL) for group, mission in people]
    pairs = list(people)
    sizes = [len(ones) for ones in people.values()]
    sums = sums_of(cells)

    def told(places: Sequence[int], _: int) -> bool:
        together = sum(sizes[place] for place in places)
        return together < least or together <= len(places)

    away = {place for place, size in enumerate(sizes) if 1 < least > size or pairs[place] in columns}
    before: set[int] = set()
    while away != before:
        before = set(away)
        wholes = {pairs[place] for place in away} - {(ALL, ALL)}
        away |= {place for place, (group, mission) in enumerate(pairs) if {(group, ALL), (ALL, mission)} & wholes}
        away |= held_back(sums, away, lambda place: (sizes[place], -place), told)
    return frozenset(pairs[place] for place in away)


def _people(talk: Iterable[Segment]) -> dict[tuple[str, str], set[str]]:
    """Who speaks in each pair of group and mission, `all` for any."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in talk:
        for pair in ((ALL, ALL), (_top(one), ALL), (ALL, one.mission), (_top(one), one.mission)):
            people[pair].add(one.participant)
    return dict(people)


def _top(segment: Segment) -> str:
    return segment.actor_group.split(PATH_SEPARATOR)[0]


def _chosen_by(material: Material, filters: _Filters, segments: Sequence[Segment]) -> dict[str, list[int]]:
    """The place of each segment's group and mission among those that can be chosen; -1 where there is none."""
    if not filters.groups and not filters.missions:
        return {}
    groups = {group: place for place, group in enumerate(filters.groups)}
    missions = {mission: place for place, mission in enumerate(filters.missions)}
    found = [
        (-1, -1)
        if one.source in material.withheld
        else (
            len(groups) if one.kind is SourceKind.MANDATE else groups.get(_top(one), -1),
            missions.get(one.mission, -1),
        )
        for one in segments
    ]
    return {"groups": [group for group, _ in found], "missions": [mission for _, mission in found]}


def _places(filters: _Filters) -> list[list[int]]:
    """The hidden pairs among what can be chosen, as places of group and mission; -1 for any."""
    groups = {ALL: -1} | {group: place for place, group in enumerate(filters.groups)}
    missions = {ALL: -1} | {mission: place for place, mission in enumerate(filters.missions)}
    return sorted(
        [groups[group], missions[one]] for group, one in filters.hidden if group in groups and one in missions
    )
