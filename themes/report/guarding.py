"""A report for others: what could tell who spoke is taken out of the material before anything is written from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from themes.domain import (
    MANDATE,
    PATH_SEPARATOR,
    TALK,
    CandidateTheme,
    Contrasts,
    Estimate,
    Problem,
    Segment,
    SegmentId,
    Severity,
    Showing,
    Source,
    SourceKind,
    Tier,
    ancestors,
)
from themes.domain.sums import ALL, Bounds, Cell, Order, Sum, held_back, narrowed, noughts, sums_of
from themes.errors import StudyError
from themes.report.audience import Audience, Guard, Place, Withheld
from themes.report.corners import fixed
from themes.report.material import Material
from themes.report.options import ReportOptions

ALL_TALK: Cell = (TALK, ALL, ALL, ALL)
GROUP_WITHHELD, MISSION_WITHHELD = "group withheld", "mission withheld"

_ROWS = "rows of talk in segments, suggestions and codings"
_KEPT = "they would tell who spoke, or let hidden cells be counted"


def guarded(material: Material, options: ReportOptions) -> Material:
    """The material as the audience may have it, with its `guard`; for oneself, and what is guarded, as it is.

    Of talk there are only groups, and missions with their periods, never crossed. Cells of few people are hidden, for
    each subject also those in which one person supplies over half, and so many more that none can be reckoned. A
    candidate theme that is one person's is left out. Talk keeps its words as far as its tier allows, and its group and
    mission where their cell is shown; it loses names, ids, files, titles and days.
    StudyError where so few people speak that no number of talk could be shown.
    """
    if options.audience == Audience.SELF or material.guard:
        return material
    guard = _guard(material, options)
    dropped = {theme for kind, theme, cell in guard.numbers if kind == "theme" and cell == ALL_TALK}
    themes = tuple(replace(theme, one_voice="", parent=None) for theme in material.themes if theme.id not in dropped)
    kept = replace(
        material,
        sources=tuple(map(_nameless, material.sources)),
        segments=tuple(_placed(material, guard, themes)),
        themes=themes,
        hierarchy=(),
        theme_codes=tuple(one for one in material.theme_codes if one.theme not in dropped),
        estimates=_kept_of(material.estimates, guard, dropped),
        problems=tuple(_counted(material.problems)),
        contrasts=Contrasts(),
        record=replace(material.record, estimates=_kept_of(material.record.estimates, guard, dropped)),
        provenance={label: _unnamed(value) for label, value in material.provenance.items()},
    )
    return replace(kept, guard=replace(guard, withheld=tuple(_withheld(guard, sorted(dropped), kept.estimates))))


def _guard(material: Material, options: ReportOptions) -> Guard:
    least = options.least
    sizes = {
        one.cell: (one.segments, one.participants)
        for one in material.estimates
        if one.segments and _is_margin(one.cell)
    }
    lattice = _lattice(sizes, least)
    if any(lattice.cells[place] == ALL_TALK for place in lattice.small):
        raise StudyError(
            f"Too few people speak in this study, or in all its groups but one: no report for the audience "
            f'"{options.audience}" could hide who they are.',
            "Write it for yourself (--audience self), or include more interviews.",
        )
    own = {
        subject: _own(lattice, rows, _voices(material, subject, rows))
        for subject, rows in _by_subject(material.estimates).items()
    }
    numbers = {
        (*subject, lattice.cells[place])
        for subject, hidden in _held(lattice, _by_subject(material.estimates), own).items()
        for place in hidden
    }
    away = frozenset(lattice.cells[place] for place in lattice.small)
    return Guard(Audience(options.audience), least, away, frozenset(numbers))


def _by_subject(estimates: Iterable[Estimate]) -> dict[tuple[str, str], dict[Cell, Estimate]]:
    found: dict[tuple[str, str], dict[Cell, Estimate]] = {}
    for one in estimates:
        found.setdefault((one.subject_kind, one.subject), {})[one.cell] = one
    return found


def _is_margin(cell: Cell) -> bool:
    """Whether it is a cell of all talk that crosses no group with a mission: others get no finer ones."""
    kind, group, mission, _ = cell
    return kind == TALK and ALL in (group, mission)


# --- which numbers ---


@dataclass(frozen=True)
class _Lattice:
    """The cells of talk, the sums they obey, how large they are, and which are hidden for every subject."""

    cells: Sequence[Cell]
    sums: Sequence[Sum]
    segments: Sequence[int]
    people: Sequence[int]
    small: AbstractSet[int]


def _lattice(sizes: Mapping[Cell, tuple[int, int]], least: int) -> _Lattice:
    """Hidden are the cells of few people, and others beside them: together `least` people, and more than cells."""
    cells = list(sizes)
    sums = sums_of(cells)
    segments, people = [size[0] for size in sizes.values()], [size[1] for size in sizes.values()]
    few = {place for place, number in enumerate(people) if number < least}

    def told(away: Sequence[int], _: int) -> bool:
        together = sum(people[place] for place in away)
        return together < least or together <= len(away)

    def order(place: int) -> tuple[float, ...]:
        return people[place], segments[place], -place

    bounds = Bounds(segments, [1] * len(cells), [sum(segments)] * len(cells))
    of_groups = [one for one in sums if all(cells[place][2:] == cells[one[-1]][2:] for place in one)]
    of_people = Bounds(people, [1] * len(cells), [sum(people)] * len(cells))
    small, before = few, None
    while small != before:
        before = small
        small = small | held_back(sums, small, order, told, bounds)
        small = small | held_back(of_groups, small, order, told, of_people)
    return _Lattice(cells, sums, segments, people, small)


def _own(lattice: _Lattice, rows: Mapping[Cell, Estimate], voices: Mapping[Cell, float]) -> set[int]:
    """The places where one person supplies over half of a subject."""
    found = enumerate(lattice.cells)
    return {place for place, cell in found if _is_one_voice(rows.get(cell), voices.get(cell, 0.0))} - lattice.small


def _held(
    lattice: _Lattice,
    subjects: Mapping[tuple[str, str], Mapping[Cell, Estimate]],
    own: Mapping[tuple[str, str], set[int]],
) -> dict[tuple[str, str], set[int]]:
    """The places at which the numbers of each subject are hidden, beside the cells that are hidden for all.

    A segment counts for one code and for one theme at most, so what the others leave over bounds each.
    """
    counts = {
        subject: [rows[cell].count if cell in rows else 0 for cell in lattice.cells]
        for subject, rows in subjects.items()
    }
    _, most = narrowed(
        lattice.sums,
        lattice.small,
        Bounds(lattice.segments, [1] * len(lattice.cells), [sum(lattice.segments)] * len(lattice.cells)),
    )
    hidden = {subject: set(places) for subject, places in own.items()}
    for subject, count in counts.items():
        others = [(counts[one], hidden[one]) for one in counts if one[0] == subject[0] and one != subject]
        room = [
            most[place]
            - sum(theirs[place] for theirs, away in others if place not in away and place not in lattice.small)
            for place in range(len(lattice.cells))
        ]
        high = most if subject[0] == "code group" else room
        hidden[subject] |= _beside(lattice, hidden[subject], count, high)
    return _loosened(lattice, counts, hidden)


def _loosened(
    lattice: _Lattice, counts: Mapping[tuple[str, str], Sequence[int]], hidden: dict[tuple[str, str], set[int]]
) -> dict[tuple[str, str], set[int]]:
    """More hidden of each subject that has a number left which only one fits, all subjects taken together."""
    while True:
        more: set[tuple[tuple[str, str], int]] = set()
        for subject, place in fixed(lattice.sums, lattice.segments, lattice.small, counts, hidden):
            if place not in noughts(lattice.sums, lattice.small | hidden[subject], counts[subject]):
                others = (one for one in counts if one[0] == subject[0] and one != subject)
                beside = (_shown_beside(lattice, counts, hidden, one, place) for one in (subject, *others))
                more |= set(next((found for found in beside if found), []))
        if not more:
            return hidden
        for subject, place in more:
            hidden[subject].add(place)


def _shown_beside(
    lattice: _Lattice,
    counts: Mapping[tuple[str, str], Sequence[int]],
    hidden: Mapping[tuple[str, str], set[int]],
    subject: tuple[str, str],
    place: int,
) -> list[tuple[tuple[str, str], int]]:
    """The smallest place of a subject that is shown in a sum with this one, if there is any."""
    near = {other for one in lattice.sums if place in one for other in one} - lattice.small - hidden[subject]
    return [(subject, min(near, key=_smallest(lattice, counts[subject])))] if near else []


def _smallest(lattice: _Lattice, count: Sequence[int]) -> Order:
    return lambda place: (count[place] == 0, lattice.people[place], lattice.segments[place], -place)


def _beside(lattice: _Lattice, own: AbstractSet[int], count: Sequence[int], high: Sequence[int]) -> set[int]:
    bounds = Bounds(count, [0] * len(count), high)
    return held_back(lattice.sums, lattice.small | own, _smallest(lattice, count), bounds=bounds)


def _is_one_voice(one: Estimate | None, voice: float) -> bool:
    return one is not None and (voice > 0.5 or one.largest_voice > 0.5 or one.showing is Showing.HIDDEN)


def _voices(material: Material, subject: tuple[str, str], rows: Mapping[Cell, Estimate]) -> dict[Cell, float]:
    """The largest share of a subject's segments in each cell that comes from one participant."""
    heard: dict[Cell, Counter[str]] = {}
    for segment in map(material.segment.__getitem__, _carrying(material, subject, rows)):
        for cell in _cells(segment):
            if cell in rows:
                heard.setdefault(cell, Counter())[segment.participant] += 1
    return {cell: max(said.values()) / said.total() for cell, said in heard.items()}


def _carrying(material: Material, subject: tuple[str, str], rows: Mapping[Cell, Estimate]) -> list[SegmentId]:
    """The talk that counts for a subject: of a code the first suggestions with the highest scores, as many as count."""
    kind, name = subject
    if kind == "theme":
        segments: Iterable[SegmentId] = material.level[name].segments if name in material.level else ()  # type: ignore[index]
        return [one for one in segments if material.segment[one].kind is not SourceKind.MANDATE]
    within = [code for code in material.first_suggestions if code == name or code.startswith(name + PATH_SEPARATOR)]
    codes = within if kind == "code group" else [code for code in within if code == name]
    found = [one for code in codes for one in material.first_suggestions[code]]
    talk = [one for one in found if material.segment[one.segment].kind is not SourceKind.MANDATE]
    most = rows[ALL_TALK].count if ALL_TALK in rows else 0
    return [one.segment for one in sorted(talk, key=lambda one: -one.score)[:most]]


def _cells(segment: Segment) -> Iterator[Cell]:
    places = ((ALL, ALL), (segment.mission, ALL), (segment.mission, segment.period))
    for kind in (TALK, str(segment.kind)):
        for group in (ALL, *ancestors(segment.actor_group)):
            for mission, period in places:
                yield kind, group, mission, period


# --- what is left ---


def _kept_of(estimates: Iterable[Estimate], guard: Guard, dropped: AbstractSet[str]) -> tuple[Estimate, ...]:
    """The estimates that are not of finer cells or of themes that are left out, each with what may be told of it."""
    return tuple(
        _told(one, guard)
        for one in estimates
        if one.subject not in dropped and (one.source_kind == MANDATE or _is_margin(one.cell))
    )


def _told(one: Estimate, guard: Guard) -> Estimate:
    """The estimate, without its numbers where they are hidden; the size of its cell stays unless all of that is."""
    if one.source_kind == MANDATE:
        return one
    if not guard.hides(one.subject_kind, one.subject, one.cell):
        return replace(_precise(one), mentioning=0, at_least=0, in_interviews=0)
    size = (0, 0) if one.cell in guard.cells else (one.segments, one.participants)
    nothing = Estimate(one.subject_kind, one.subject, *one.cell, 0, size[0], 0, size[1], one.basis)
    return replace(nothing, showing=Showing.HIDDEN, note=guard.reason)


def _precise(one: Estimate) -> Estimate:
    """The estimate without what its interval does not bear; in how many interviews it is said, others do not learn."""
    if one.showing not in (Showing.INTERVAL, Showing.COUNT):
        return one
    vague = replace(one, estimate=None, of_words=None, per_interview=None)
    if one.showing is Showing.INTERVAL:
        return vague
    return replace(vague, corpus_interval=None, informants_interval=None, showing=Showing.HIDDEN)


def _nameless(source: Source) -> Source:
    """Talk of the tier `named` is attributed to its group: whoever agreed to be named did not agree to every reader."""
    if source.kind is SourceKind.MANDATE or source.tier is not Tier.NAMED:
        return source
    return replace(source, tier=Tier.GROUP)


def _placed(material: Material, guard: Guard, themes: Iterable[CandidateTheme]) -> Iterator[Segment]:
    """The segments, talk with so much of its group and mission as is shown for its theme and for its first code."""
    theme_of = {segment: theme.id for theme in themes for segment in theme.segments}
    people = {one.cell: one.participants for one in material.estimates}
    code_of = {one.segment: one.code for ones in material.first_suggestions.values() for one in ones}
    for segment in material.segments:
        if segment.kind is SourceKind.MANDATE:
            yield segment
            continue
        subjects = [("theme", theme_of.get(segment.id, "")), ("code", code_of.get(segment.id, ""))]
        subjects += [("code group", path) for path in ancestors(code_of.get(segment.id, ""))]
        group, mission = _place(segment, guard, subjects, people)
        yield replace(segment, actor_group=group, mission=mission)


def _place(
    segment: Segment, guard: Guard, subjects: Sequence[tuple[str, str]], people: Mapping[Cell, int]
) -> tuple[str, str]:
    """The finest group that is shown, and the mission where it is and enough people of that group speak of it."""

    def shown(group: str, mission: str) -> bool:
        return not any(guard.hides(*subject, (TALK, group, mission, ALL)) for subject in subjects)

    group = next((one for one in ancestors(segment.actor_group) if shown(one, ALL)), "")
    many = not group or people.get((TALK, group, segment.mission, ALL), 0) >= guard.least
    mission = segment.mission if many and shown(ALL, segment.mission) else ""
    return group or GROUP_WITHHELD, mission or MISSION_WITHHELD


def _counted(problems: Iterable[Problem]) -> Iterator[Problem]:
    """How many problems there are: their words name files and people."""
    found = Counter(one.severity for one in problems)
    words = {Severity.ERROR: "left something out", Severity.WARNING: "should be known"}
    for severity, number in found.items():
        noun = "problem" if number == 1 else "problems"
        yield Problem(severity, "", f"{number} {noun} that {words[severity]}.", "The researcher has the list.")


def _unnamed(value: str) -> str:
    """A line of the provenance; options that list labels of speakers may hold names."""
    return "; ".join("labels of speakers" if "_labels = " in part else part for part in value.split("; "))


# --- what is said of it ---


def _withheld(guard: Guard, dropped: Sequence[str], estimates: Sequence[Estimate]) -> Iterator[Withheld]:
    yield Withheld(_ROWS, _KEPT)
    yield Withheld("ids, titles, speakers, participants, files and days of talk", "they would tell who spoke")
    yield Withheld("crossings of group, mission and period, and single kinds of talk", _KEPT)
    yield Withheld("how many participants or interviews mention a subject, and in how many sources a theme is", _KEPT)
    yield Withheld("coarser and finer candidate themes", "sizes of hidden ones could be reckoned from them")
    for theme in dropped:
        yield Withheld("candidate theme", guard.reason, "theme", theme)
    cells = {one.cell: None for one in estimates if one.cell in guard.cells}
    yield from (Withheld("all numbers of the cell", guard.reason, cell=cell) for cell in cells)
    places: dict[Place, None] = {(one.subject_kind, one.subject, one.cell): None for one in estimates}
    for kind, subject, cell in places:
        if (kind, subject, cell) in guard.numbers:
            yield Withheld("numbers of the subject in the cell", guard.reason, kind, subject, cell)
