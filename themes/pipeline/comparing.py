"""Whether groups, periods, or talk and mandates differ: tests at the level of interviews, on audited shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np

from themes.domain import TALK, UNSPECIFIED, Progress, Segment, Showing, ancestors, no_progress
from themes.errors import DecisionError
from themes.pipeline.ground import NOTHING_CHECKED, Ground, Ints, chosen, ground, must_be_here, names_of
from themes.prevalence import ALL, Subject
from themes.prevalence.breaks import Break, break_at
from themes.prevalence.comparing import (
    Between,
    Bounded,
    benjamini_hochberg,
    correlation,
    log_odds_ratio,
    minimum_detectable_difference,
    risk_difference,
)
from themes.prevalence.outcomes import Outcomes
from themes.prevalence.permutation import Omnibus, PermutationTest, any_difference, two_sides
from themes.prevalence.profiles import Profiles, Register, profiles
from themes.prevalence.shares import Layout, shares
from themes.prevalence.showing import FEW

PERMUTATIONS = 9_999


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare: two cells `between`, or all groups, or all `periods`, or before and after a day `at`.

    `subjects` are codes, groups of codes or themes (all codes without any). `mission` leaves out all others.
    """

    subjects: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    mission: str = ""
    periods: bool = False
    at: date | None = None
    permutations: int = PERMUTATIONS
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """One subject in two cells, `one` less `other`.

    `shares` are those of both, nan where one is too imprecise to be said. `difference` and `log_odds` are among
    informants like these, `of_corpus` the difference in this corpus. `adjusted_p` is that of its family, `detectable`
    the smallest difference that the study would find four times in five. `hidden` comparisons would tell who spoke:
    nothing else is said of them. Those that are not `kept`
    may be seen by the team alone, and stand in no file.
    """

    subject_kind: str
    subject: str
    one: str
    other: str
    mission: str
    shares: tuple[float, float] = (float("nan"), float("nan"))
    difference: Between = field(default_factory=Between)
    of_corpus: Between = field(default_factory=Between)
    log_odds: Between = field(default_factory=Between)
    test: PermutationTest = field(default_factory=PermutationTest)
    adjusted_p: float | None = None
    family: int = 0
    detectable: float | None = None
    hidden: bool = False
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Whether one subject differs anywhere between the cells."""

    subject_kind: str
    subject: str
    cells: tuple[str, ...]
    test: Omnibus
    adjusted_p: float | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One subject before and after a day."""

    subject_kind: str
    subject: str
    at: date
    change: Break
    adjusted_p: float | None = None
    kept: bool = True


@dataclass(frozen=True, eq=False)
class Comparisons:
    """What was compared: pairs of cells, all cells at once, or a date. `names` are what subjects are called."""

    study: str
    names: Mapping[str, str]
    pairs: tuple[Compared, ...] = ()
    anywhere: tuple[Anywhere, ...] = ()
    changes: tuple[Changed, ...] = ()
    undated: int = 0


def compare(folder: Path, asked: Asked, progress: Progress = no_progress) -> Comparisons:
    """What was asked, for each subject, the p-values of all pairs adjusted as one family.

    DecisionError where a subject, group, period or mission is not known, or nothing has been checked.
    """
    here = ground(folder)
    wanted = chosen(here, asked.subjects)
    found = Comparisons(here.study.title, here.names)
    if asked.at is not None:
        return _dated(here, wanted, asked, found)
    names, index = _cells(here, wanted[0], asked)
    of_missions = not {mission.name for mission in here.study.missions}.isdisjoint(names)
    pairs: list[Compared] = []
    anywhere: list[Anywhere] = []
    for number, one in enumerate(wanted):
        told, segments, interviews = here.outcomes(one)
        cells = np.array([index(segment) for segment in segments], np.intp)
        strata = _numbered([ALL if of_missions else segment.mission for segment in segments])
        if len(names) > 2:
            test = any_difference(told.values, cells, interviews, strata, asked.permutations, asked.seed)
            anywhere.append(Anywhere(one.kind, one.id, names, test))
        for first, second in combinations(range(len(names)), 2):
            sides = np.select([cells == first, cells == second], [0, 1], -1).astype(np.intp)
            pair = (names[first], names[second])
            pairs.append(_pair(here, one, pair, (told, sides, interviews, strata), asked))
        progress(number + 1, len(wanted))
    return replace(found, pairs=_adjusted(pairs), anywhere=_adjusted_anywhere(anywhere))


def against_mandates(folder: Path, seed: int = 1) -> tuple[str, tuple[str, ...], Profiles]:
    """(title, codes, profiles): whether mandates emphasise the same codes as talk, by rank. Errors as in `ground`."""
    here = ground(folder)
    same = audited_together(here)
    if not same:
        raise DecisionError(NOTHING_CHECKED, f"themes audit {folder}, then themes review {folder}.")
    return here.study.title, tuple(one.id for one in same), ranked(here, same, seed)


def ranked(here: Ground, codes: Sequence[Subject], seed: int = 1) -> Profiles:
    """The ranks of codes of one audit, talk first, mandates second."""
    check = here.audit_of[codes[0].kind, codes[0].id].checked
    values = np.column_stack([here.outcomes(one)[0].values for one in codes])
    talk = np.array([segment.register == TALK for segment in check.segments], np.bool_)
    return profiles(
        Register(values[talk], check.interviews[talk]), Register(values[~talk], check.interviews[~talk]), seed=seed
    )


def audited_together(here: Ground) -> tuple[Subject, ...]:
    """The codes of which the audit of the first of them tells; none where nothing has been checked."""
    codes = [one for one in here.subjects if one.kind == "code"]
    draws = here.audit_of[codes[0].kind, codes[0].id] if codes else None
    return tuple(one for one in codes if here.audit_of[one.kind, one.id] is draws)


def groups_apart(here: Ground, one: Subject, pairs: Sequence[tuple[str, str]]) -> tuple[Compared, ...]:
    """Pairs of top-level actor groups in all talk, without p-values: sides are exchanged no more than once."""
    asked = Asked(permutations=1)
    told, segments, interviews = here.outcomes(one)
    own = np.array([_own(segment, asked) if _fits(segment, asked) else "" for segment in segments])
    strata = _numbered([segment.mission for segment in segments])
    found = []
    for pair in pairs:
        sides = np.select([own == pair[0], own == pair[1]], [0, 1], -1).astype(np.intp)
        found.append(_pair(here, one, pair, (told, sides, interviews, strata), asked))
    return tuple(found)


# --- one comparison ---


def _pair(
    here: Ground, one: Subject, names: tuple[str, str], given: tuple[Outcomes, Ints, Ints, Ints], asked: Asked
) -> Compared:
    told, sides, interviews, strata = given
    place = Compared(one.kind, one.id, *names, asked.mission or ALL)
    if any(_showing(here, one, name, asked) is Showing.HIDDEN for name in names):
        return replace(place, hidden=True, kept=False)
    place = replace(place, kept=not any(_is_held(here, one, name, asked) for name in names))
    both = shares(told, Layout.of(sides, interviews, 2))
    together = correlation(told.values, sides, interviews)
    informants = [Bounded(*map(float, ends)) for ends in zip(both.share, *both.informants, strict=True)]
    corpus = [Bounded(*map(float, ends)) for ends in zip(both.share, *both.corpus, strict=True)]
    test = two_sides(told.values, sides, interviews, strata, asked.permutations, asked.seed)
    error = test.standard_error
    return replace(
        place,
        shares=(_shown(here, one, names[0], both.share[0], asked), _shown(here, one, names[1], both.share[1], asked)),
        difference=risk_difference(informants[0], informants[1], together),
        of_corpus=risk_difference(corpus[0], corpus[1]),
        log_odds=log_odds_ratio(informants[0], informants[1], together),
        test=test,
        detectable=None if error is None or not test.df else minimum_detectable_difference(error, test.df),
    )


def _is_held(here: Ground, one: Subject, name: str, asked: Asked) -> bool:
    """Whether a file must not hold the cell."""
    row = here.kept.get((one.kind, one.id, (TALK, *_place(here, name, asked))))
    return row is not None and row.showing is Showing.HIDDEN


def _shown(here: Ground, one: Subject, name: str, share: float, asked: Asked) -> float:
    """The share of a cell, nan where it is too imprecise to be said: then only the difference is."""
    return float(share) if _showing(here, one, name, asked) is Showing.ESTIMATE else float("nan")


def _showing(here: Ground, one: Subject, name: str, asked: Asked) -> Showing:
    row = here.cells.get((one.kind, one.id, (TALK, *_place(here, name, asked))))
    return Showing.UNAUDITED if row is None else row.showing


def _dated(here: Ground, wanted: Sequence[Subject], asked: Asked, found: Comparisons) -> Comparisons:
    """Each subject before and after the day: by the period that a segment speaks of, or else the day of its source."""
    at = asked.at or date.min
    changes, undated = [], 0
    for one in wanted:
        told, segments, interviews = here.outcomes(one)
        side = np.array([_after(here, segment, at) for segment in segments], np.intp)
        side[[not _fits(segment, asked) for segment in segments]] = -1
        talk = np.array([_fits(segment, asked) for segment in segments], np.bool_)
        undated = int((talk & (side < 0)).sum())
        change = break_at(told.values, side, interviews, _numbered([segment.mission for segment in segments]))
        before, after, both = change.interviews
        fewest = min(before, after) + both
        if 0 < fewest < here.least[0]:
            change = Break(why=FEW)
        changes.append(Changed(one.kind, one.id, at, change, kept=not 0 < fewest < here.least[1]))
    adjusted = _family([one.change.p for one in changes])
    done = tuple(replace(one, adjusted_p=p) for one, p in zip(changes, adjusted, strict=True))
    return replace(found, changes=done, undated=undated)


def _after(here: Ground, segment: Segment, at: date) -> int:
    """1 after the day, 0 before it, -1 where that is not known or the period runs over it."""
    mission = here.study.mission(segment.mission)
    period = next((one for one in mission.periods if one.name == segment.period), None) if mission else None
    if period is not None:
        if period.start >= at:
            return 1
        return 0 if period.end is not None and period.end < at else -1
    day = here.sources[segment.source].day
    return -1 if day is None else int(day >= at)


# --- which cells ---


def _cells(here: Ground, one: Subject, asked: Asked) -> tuple[tuple[str, ...], Callable[[Segment], int]]:
    """The names of the cells to compare, and the place of a segment's cell among them, -1 for none."""
    segments = [segment for segment in here.audit_of[one.kind, one.id].checked.segments if _fits(segment, asked)]
    if asked.mission and not segments:
        known = sorted({segment.mission for segment in here.audit_of[one.kind, one.id].checked.segments})
        raise DecisionError(f'Nobody speaks of the mission "{asked.mission}".', f"Missions are {', '.join(known)}.")
    if asked.between:
        names = asked.between
        must_be_here(names, segments)
    else:
        names = tuple(sorted({_own(segment, asked) for segment in segments} - {UNSPECIFIED}))
    if len(names) < 2:
        raise DecisionError("There is only one cell, so nothing to compare it with.", "Name two with --between.")

    def index(segment: Segment) -> int:
        if not _fits(segment, asked):
            return -1
        own = names_of(segment) if asked.between else {_own(segment, asked)}
        return next((place for place, name in enumerate(names) if name in own), -1)

    return names, index


def _own(segment: Segment, asked: Asked) -> str:
    if asked.periods:
        return UNSPECIFIED if segment.period == UNSPECIFIED else f"{segment.mission}: {segment.period}"
    return ancestors(segment.actor_group)[-1]


def _place(here: Ground, name: str, asked: Asked) -> tuple[str, str, str]:
    """(actor group, mission, period) of the cell of that name."""
    mission, _, period = name.partition(": ")
    for one in here.study.missions:
        if name == one.name:
            return ALL, name, ALL
        if one.name == mission and any(part.name == period for part in one.periods):
            return ALL, mission, period
        if any(part.name == name for part in one.periods) and asked.mission in ("", one.name):
            return ALL, one.name, name
    return name, asked.mission or ALL, ALL


def _fits(segment: Segment, asked: Asked) -> bool:
    return segment.register == TALK and asked.mission in ("", segment.mission)


# --- families ---


def _family(p_values: Sequence[float | None]) -> list[float | None]:
    adjusted = benjamini_hochberg([np.nan if p is None else p for p in p_values])
    return [None if np.isnan(p) else float(p) for p in adjusted]


def _adjusted(pairs: Sequence[Compared]) -> tuple[Compared, ...]:
    adjusted = _family([one.test.p for one in pairs])
    size = sum(one.test.p is not None for one in pairs)
    return tuple(replace(one, adjusted_p=p, family=size) for one, p in zip(pairs, adjusted, strict=True))


def _adjusted_anywhere(found: Sequence[Anywhere]) -> tuple[Anywhere, ...]:
    adjusted = _family([one.test.p for one in found])
    return tuple(replace(one, adjusted_p=p) for one, p in zip(found, adjusted, strict=True))


def _numbered(names: Sequence[str]) -> Ints:
    return np.unique(names, return_inverse=True)[1].astype(np.intp)


def by_subject(found: Comparisons) -> Iterator[tuple[tuple[str, str], tuple[Compared, ...]]]:
    """The pairs of each subject, in their order."""
    keys = dict.fromkeys((one.subject_kind, one.subject) for one in found.pairs)
    for key in keys:
        yield key, tuple(one for one in found.pairs if (one.subject_kind, one.subject) == key)
