"""The counts as the page shows them: which columns there are, and which are hidden to protect the few behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from themes.domain import PATH_SEPARATOR, UNSPECIFIED, Estimate, Showing, SourceKind, Study
from themes.report.audience import Guard
from themes.report.material import Material
from themes.report.words import percent, thousands

ALL = "all"
TALK = "talk"
MANDATE = str(SourceKind.MANDATE)

Key = tuple[str, str, str, str]
"""(source_kind, actor_group, mission, period) of a cell."""

_SHADES = (0.0, 0.02, 0.05, 0.10, 0.20, 0.35)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of counts. `hidden` says why it shows no numbers, else it is empty."""

    key: Key
    label: str
    segments: int
    participants: int
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Columns under one heading: a mission with its periods, the total first where there are several."""

    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: `count` of `segments`, or, where people have checked, what is `told` in their place, and `of` what.

    `shade` runs from 0 to 6 (over 35%); `hidden` or `missing` says why there is nothing.
    """

    count: str = ""
    segments: str = ""
    share: str = ""
    interval: str = ""
    shade: int = 0
    hidden: str = ""
    missing: str = ""
    width: float = 0.0
    told: str = ""
    of: str = ""


@dataclass(frozen=True)
class Counts:
    """The estimates, found by cell; `min_participants` people must stand behind a number of talk."""

    study: Study
    estimates: Sequence[Estimate]
    min_participants: int
    guard: Guard | None = None

    @cached_property
    def _by_cell(self) -> dict[tuple[str, str, Key], Estimate]:
        return {(one.subject_kind, one.subject, _key(one)): one for one in self.estimates}

    @cached_property
    def _sizes(self) -> dict[Key, tuple[int, int]]:
        """(segments, participants) of each cell, whatever is counted in it."""
        return {_key(one): (one.segments, one.participants) for one in self.estimates}

    @cached_property
    def talk_by_group(self) -> Block:
        """All talk, then each top-level actor group in the study's order, `unspecified` last."""
        groups = {key[1] for key in self._sizes if key[0] == TALK and key[2:] == (ALL, ALL)} - {ALL}
        ordered = _in_order(
            {group.split(PATH_SEPARATOR)[0] for group in groups},
            [group.split(PATH_SEPARATOR)[0] for group in self.study.actor_groups],
        )
        parts = [self._column((TALK, group, ALL, ALL), group) for group in ordered]
        return Block("", self._protected(self._column((TALK, ALL, ALL, ALL), "All talk"), parts))

    @cached_property
    def few_in_talk(self) -> str:
        """Why no number of all talk may be shown, of whatever subject; empty where it may."""
        return self._column((TALK, ALL, ALL, ALL), "").hidden

    @cached_property
    def mandates(self) -> Block:
        """All mandates in one column, for a study without missions."""
        return Block("", (self._column((MANDATE, ALL, ALL, ALL), "All mandates"),))

    def by_mission(self, source_kind: str) -> tuple[Block, ...]:
        """Each mission with its periods, in the study's order, `unspecified` last; the first block is the total."""
        whole = self._column((source_kind, ALL, ALL, ALL), "all periods")
        missions = {key[2] for key in self._sizes if key[:2] == (source_kind, ALL) and key[3] == ALL} - {ALL}
        ordered = _in_order(missions, [mission.name for mission in self.study.missions])
        totals = [self._column((source_kind, ALL, mission, ALL), "all periods") for mission in ordered]
        total, *shown = self._protected(whole, totals)
        return (Block("All missions", (total,)), *(self._mission_block(column) for column in shown))

    def _mission_block(self, total: Column) -> Block:
        source_kind, _, name, _ = total.key
        periods = {key[3] for key in self._sizes if key[:3] == (source_kind, ALL, name)} - {ALL}
        mission = self.study.mission(name)
        dated = sorted(mission.periods, key=lambda period: period.start) if mission else []
        parts = [
            self._column((source_kind, ALL, name, period), period)
            for period in _in_order(periods, [period.name for period in dated])
        ]
        if periods == {UNSPECIFIED}:
            return Block(name, (total,))
        whole, *shown = self._protected(total, parts)
        return Block(name, tuple(shown) if len(shown) == 1 else (whole, *shown))

    def _column(self, key: Key, label: str) -> Column:
        segments, participants = self._sizes.get(key, (0, 0))
        small = key[0] != MANDATE and segments > 0 and 1 < self.min_participants > participants
        away = self.guard.reason if self.guard and key in self.guard.cells else ""
        return Column(key, label, segments, participants, away or (self._few if small else ""))

    @property
    def _few(self) -> str:
        return f"fewer than {self.min_participants} people"

    def _protected(self, total: Column, parts: Sequence[Column]) -> tuple[Column, ...]:
        """The total and its parts, with so many parts hidden that none can be worked out from the total.

        What the total leaves over the parts that are shown must come from at least `min_participants` people and from
        two parts. A total that is itself hidden hides its parts, or they would add up to it.
        """
        if self.guard:
            return (total, *parts)
        if total.hidden:
            return (total, *(part if part.hidden else _hide(part, total.hidden) for part in parts))
        hidden = [part for part in parts if part.hidden]
        free = sorted((part for part in parts if not part.hidden and part.segments), key=lambda one: one.participants)
        extra: list[Column] = []
        while hidden and free and not self._enough([*hidden, *extra]):
            extra.append(free.pop(0))
        reason = "hidden to protect a smaller cell"
        return (total, *(_hide(part, reason) if part in extra else part for part in parts))

    def _enough(self, hidden: Sequence[Column]) -> bool:
        return len(hidden) > 1 and sum(part.participants for part in hidden) >= self.min_participants

    def shown(self, subject_kind: str, subject: str, column: Column) -> Shown:
        """The cell of a subject in a column."""
        hidden = column.hidden or self.withheld(subject_kind, subject, column.key)
        if hidden:
            return Shown(hidden=hidden)
        one = self._by_cell.get((subject_kind, subject, column.key))
        if one is None or one.share is None:
            return Shown(missing="not counted" if column.segments else "no segments")
        if subject_kind == "code" and one.showing is not Showing.UNAUDITED:
            return _audited(one)  # a candidate theme's own count is of its members, which nobody checked
        return Shown(
            count=thousands(one.count),
            segments=thousands(one.segments),
            share=percent(one.share),
            interval=_interval(one),
            shade=shade(one.share),
            width=round(one.share, 4),
        )

    def withheld(self, subject_kind: str, subject: str, key: Key) -> str:
        """Why the audience may not have the numbers of a subject in a cell; empty where it may, and for oneself."""
        return self.guard.hides(subject_kind, subject, key) if self.guard else ""

    def raw(self, subject_kind: str, subject: str, key: Key) -> Estimate | None:
        """The estimate of a subject in a cell, for sentences about all talk or all mandates."""
        return self._by_cell.get((subject_kind, subject, key))

    def uncounted(self, source_kind: str) -> tuple[int, int]:
        """(segments that count for no code, all segments) of talk or mandates, where a segment counts for one at most.

        (0, 0) where no code was counted.
        """
        whole = (source_kind, ALL, ALL, ALL)
        found = [one for one in self.estimates if one.subject_kind == "code" and _key(one) == whole]
        segments = found[0].segments if found else 0
        return max(0, segments - sum(one.count for one in found)), segments

    def subjects(self, subject_kind: str) -> set[str]:
        """What was counted."""
        return {one.subject for one in self.estimates if one.subject_kind == subject_kind}

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The bases of the counts, as the estimates name them."""
        return tuple(dict.fromkeys(one.basis for one in self.estimates if one.basis))

    @cached_property
    def has_intervals(self) -> bool:
        """Whether any estimate has an interval."""
        return any(one.corpus_interval or one.informants_interval for one in self.estimates)


def counts(material: Material, min_participants: int) -> Counts:
    """The counts of a study."""
    return Counts(material.study, material.estimates, min_participants, material.guard)


def shade(share: float) -> int:
    """0 for nothing, then 1 to 6 as the share grows: under 2, 5, 10, 20, 35 % and more."""
    return sum(share > bound for bound in _SHADES)


def _key(one: Estimate) -> Key:
    return (one.source_kind, one.actor_group, one.mission, one.period)


def _hide(column: Column, reason: str) -> Column:
    return Column(column.key, column.label, column.segments, column.participants, reason)


def _audited(one: Estimate) -> Shown:
    """What people and machine say together, as far as it can be said."""
    if one.showing is Showing.HIDDEN:
        return Shown(hidden=one.note)
    if one.showing is Showing.COUNT:
        return Shown(told=f"{one.in_interviews} of {one.interviews}", of="interviews or more")
    if one.showing is Showing.INTERVAL or one.estimate is None:
        widest, *other = _interval(one).split("; ")[::-1]
        name, _, ends = widest.partition(" ")
        return Shown(told=ends, of=f"{name}, no single number", interval="".join(other))
    told = percent(one.estimate)
    return Shown(
        told=told,
        of=f"of {thousands(one.segments)}",
        interval=_interval(one),
        share=told,
        shade=shade(one.estimate),
        width=round(one.estimate, 4),
    )


def _interval(one: Estimate) -> str:
    named = (("corpus", one.corpus_interval), ("informants", one.informants_interval))
    return "; ".join(f"{name} {percent(ends[0])} to {percent(ends[1])}" for name, ends in named if ends)


def _in_order(found: Iterable[str], known: Iterable[str]) -> list[str]:
    """The found names: first as the study lists them, then the others by name, `unspecified` last."""
    position = {name: place for place, name in enumerate(dict.fromkeys(known))}
    return sorted(found, key=lambda name: (name == UNSPECIFIED, position.get(name, len(position)), name))
