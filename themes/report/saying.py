"""What may be said of a code in words: how common it is, who speaks of it and who does not, and what mandates changed.

All of it comes from the record's estimates, which hold nothing that may not be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from themes.domain import MANDATE, TALK, UNSPECIFIED, Estimate, Period, Showing
from themes.report.cells import ALL, Counts
from themes.report.decided import day
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.sentences import brief, few, people, sentence
from themes.report.words import listing

Cell = tuple[str, str, str, str]
Known = Mapping[tuple[str, Cell], Estimate]
"""The estimates of the codes that may be said, by code and cell."""

_UNTOLD = frozenset({Showing.HIDDEN, Showing.EMPTY})
_WITH_INTERVAL = frozenset({Showing.ESTIMATE, Showing.INTERVAL})


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences on one code. `shares` are on all talk and all mandates, `people` on how many are known to speak of it.

    `groups` say among which actor groups it was found and among which not, `among` the share in each that may be told
    of, `changes` what can be told of the time before and after each mandate.
    """

    shares: tuple[str, ...] = ()
    people: str = ""
    groups: str = ""
    among: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def known_of(material: Material) -> Known:
    """What may be said of the codes; nothing for others, who get what their tables hold."""
    if material.guard:
        return {}
    return {(one.subject, one.cell): one for one in material.record.estimates if one.subject_kind == "code"}


def groups_of(counts: Counts) -> tuple[str, ...]:
    """The top-level actor groups of the talk, in the study's order."""
    return tuple(column.key[1] for column in counts.talk_by_group.columns[1:])


def said(
    material: Material, options: ReportOptions, code: tuple[str, str], known: Known, groups: Sequence[str]
) -> Said:
    """What may be said of a code, which is given by its id and its name."""
    least, (subject, name) = options.min_participants, code

    def told(*cell: str) -> Estimate | None:
        return known.get((subject, (cell[0], cell[1], cell[2], cell[3])))

    whole = [one for one in (told(kind, ALL, ALL, ALL) for kind in (TALK, MANDATE)) if one]
    own = {group: told(TALK, group, ALL, ALL) for group in groups}
    return Said(
        tuple(filter(None, (sentence(one, f"“{name}”", least) for one in whole))),
        "".join(people(one, least) for one in whole),
        _groups(own, least),
        tuple(filter(None, (sentence(one, least=least, why=False) for one in own.values() if one))),
        tuple(_changes(material, partial(told, TALK, ALL), least)) if whole else (),
    )


# --- who ---


def _groups(own: Mapping[str, Estimate | None], least: int) -> str:
    """Among which groups it was found, and among which not, by people's word or else by the machine's."""
    found: dict[tuple[bool, bool], list[str]] = {}
    told = {group: one for group, one in own.items() if one and one.showing not in _UNTOLD and not few(one, least)}
    for group, one in told.items():
        machine = one.showing is Showing.UNAUDITED
        here = one.count > 0 if machine else one.in_interviews > 0
        if machine or one.checked:
            found.setdefault((machine, here), []).append(_named(group))
    sentences = [
        (found.get((False, True)), "Found in what was checked of {}."),
        (found.get((False, False)), "Not found in what was checked of {}."),
        (found.get((True, True)), "The machine finds it among {}; nobody has checked."),
        (found.get((True, False)), "The machine does not find it among {}; nobody has checked."),
    ]
    words = [form.format(listing(names)) for names, form in sentences if names]
    if words and len(told) < len(own):
        words.append("Of the other groups nothing can be told.")
    return " ".join(words)


def _named(group: str) -> str:
    return "people of no stated group" if group == UNSPECIFIED else group


# --- before and after a mandate ---


def _changes(material: Material, told: partial[Estimate | None], least: int) -> Iterable[str]:
    """A sentence for each mandate date on which something can be said, then one on those on which nothing can be."""
    untold = []
    for mission in material.study.missions:
        for before, after in pairwise(sorted(mission.periods, key=lambda one: one.start)):
            words = _change(told(mission.name, before.name), told(mission.name, after.name), (before, after), least)
            if words:
                yield f"{mission.name}, {_date(after)}: {words}"
            else:
                untold.append(f"{mission.name}, {_date(after)}")
    if untold:
        yield f"No change can be told for {listing(untold)}: too little was said or checked, before or after."


def _change(one: Estimate | None, other: Estimate | None, periods: tuple[Period, Period], least: int) -> str:
    """How the share differs between two periods; empty where one of them has no interval that may be said."""
    ends = [found.informants_interval for found in (one, other) if found and found.showing in _WITH_INTERVAL]
    if not one or not other or len(ends) < 2 or None in ends:
        return ""
    (low, high), (then_low, then_high) = (end or (0.0, 1.0) for end in ends)
    shares = f"{brief(one, least)} in “{periods[0].name}”, {brief(other, least)} in “{periods[1].name}”"
    if then_low > high:
        return f"more of the talk carries it after than before: {shares}."
    if then_high < low:
        return f"less of the talk carries it after than before: {shares}."
    return f"no change can be told, as the intervals overlap: {shares}."


def _date(period: Period) -> str:
    """The mandate that opened a period, or the period's name, with the day."""
    return f"{period.opened_by or f'“{period.name}”'} of {day(period.start)}"
