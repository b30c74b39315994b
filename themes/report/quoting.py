"""Which passages are quoted: typical ones first, of as many actor groups, voices and wordings as there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from themes.domain import MANDATE, PATH_SEPARATOR, TALK, UNSPECIFIED, Code, CodeId, Segment, SegmentId
from themes.report.cells import ALL, Counts
from themes.report.material import Material, words_of
from themes.report.options import ReportOptions
from themes.report.quotes import Quote, quotable, quote
from themes.report.words import listing


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes of a card. `withheld` segments were passed over, being not for quotation; `more` are left.

    `uncounted` says that neither number may be shown. `silent` says in words which actor groups are not heard. `ids`
    are the segments that are shown.
    """

    shown: tuple[Quote, ...]
    withheld: int
    more: int
    uncounted: bool
    silent: tuple[str, ...] = ()
    ids: frozenset[SegmentId] = frozenset()


def quotes_of(
    material: Material,
    counts: Counts,
    options: ReportOptions,
    segments: Iterable[SegmentId],
    coded: AbstractSet[SegmentId] | None = None,
) -> Quotes:
    """Quotes of the segments, which come in the order in which they are typical, each once.

    Those that people `coded` go before the others; with it, each quote says by whom it has its code.
    """
    ordered = list(dict.fromkeys(segments))
    allowed = list(quotable(material, ordered))
    silent = tuple(_silent(material, counts, ordered, allowed))
    if material.guard:  # neither how many more there are nor how many may not be quoted is said
        allowed = sorted(varied(allowed)[: options.quotes], key=allowed.index)
        ordered = [one.id for one in allowed]
    chosen = heard(material, allowed, options.quotes, coded or frozenset())
    told = bool(material.codings) and coded is not None and not material.guard
    return Quotes(
        tuple(_remarked(material, options, one, (coded or set()) if told else None) for one in chosen),
        len(ordered) - len(allowed),
        len(allowed) - len(chosen),
        bool(counts.few_in_talk),
        silent,
        frozenset(one.id for one in chosen),
    )


def _remarked(
    material: Material, options: ReportOptions, segment: Segment, coded: AbstractSet[SegmentId] | None
) -> Quote:
    made = quote(material, segment, options.quote_words)
    if coded is None:
        return made
    by = "coded by a person" if segment.id in coded else "suggested by the machine, read by nobody for this code"
    return replace(made, remark=by)


def coded_with(material: Material, code: Code) -> frozenset[SegmentId]:
    """The segments of the study that people gave the code."""
    return frozenset(one.segment for one in material.codings if one.code == code.id and one.segment in material.segment)


def of_code(material: Material, code: Code, suggested: Iterable[SegmentId]) -> list[SegmentId]:
    """The segments to quote for a code: those that people gave it, the likeliest first, then those `suggested` unread.

    Talk comes before mandates. What a person read and did not give the code is no quote for it.
    """
    coded = coded_with(material, code)

    def typical(one: SegmentId) -> tuple[bool, float, int]:
        return material.segment[one].register == MANDATE, -likely_of(material, code.id, one), material.order[one]

    return [*sorted(coded, key=typical), *(one for one in suggested if one not in material.read)]


def heard(
    material: Material, segments: Sequence[Segment], most: int, before: AbstractSet[SegmentId] = frozenset()
) -> list[Segment]:
    """Up to `most` of the segments, in the order given, of as many actor groups as there are.

    Groups come by turns, each with new voices and new words first; those that go `before` the others are taken first.
    For others groups do not come by turns: that a group is not among the quotes would tell that it has none.
    """
    fresh = varied(list(segments))
    if not material.guard:
        fresh = _by_turns(sorted(fresh, key=lambda one: one.id not in before), segments, before)
    place = {segment.id: position for position, segment in enumerate(segments)}
    return sorted(fresh[:most], key=lambda one: place[one.id])


def _by_turns(fresh: Sequence[Segment], typical: Sequence[Segment], before: AbstractSet[SegmentId]) -> list[Segment]:
    """One segment of each group, then a second of each, in the order in which the groups have typical ones."""
    order = {group: place for place, group in enumerate(dict.fromkeys(map(group_of, typical)))}
    turns: dict[str, int] = {}
    ranked: list[tuple[tuple[bool, int, int], Segment]] = []
    for segment in fresh:
        group = group_of(segment)
        turns[group] = turns.get(group, -1) + 1
        ranked.append(((segment.id not in before, turns[group], order[group]), segment))
    return [segment for _, segment in sorted(ranked, key=lambda one: one[0])]


def group_of(segment: Segment) -> str:
    """The top-level actor group of a segment; `mandate` for all mandates, which are public texts."""
    return MANDATE if segment.register == MANDATE else segment.actor_group.split(PATH_SEPARATOR)[0]


def varied(segments: list[Segment]) -> list[Segment]:
    """The segments with those first whose voice and words were not heard before, then those with new words."""
    voices: set[str] = set()
    openings: set[tuple[str, ...]] = set()
    ranks: list[int] = []
    for segment in segments:
        opening = tuple(words_of(segment.text)[:6])
        ranks.append(2 if opening in openings else 1 if segment.participant in voices else 0)
        voices.add(segment.participant)
        openings.add(opening)
    return [segment for _, segment in sorted(zip(ranks, segments, strict=True), key=lambda ranked: ranked[0])]


def _silent(
    material: Material, counts: Counts, ordered: Sequence[SegmentId], allowed: Sequence[Segment]
) -> Iterable[str]:
    """Which actor groups say nothing of it, and which may not be quoted; groups of too few people are left out."""
    if material.guard or counts.few_in_talk or not ordered:
        return
    shown = [
        column.key[1]
        for column in counts.talk_by_group.columns
        if column.key != (TALK, ALL, ALL, ALL) and column.segments and not column.hidden
    ]
    speaking = {group_of(material.segment[one]) for one in ordered}
    quoted = {group_of(one) for one in allowed}
    if silent := [_named(group) for group in shown if group not in speaking]:
        yield f"Silent here: {listing(silent)}."
    if closed := [_named(group) for group in shown if group in speaking - quoted]:
        yield f"Heard only in sources that are not for quotation: {listing(closed)}."


def _named(group: str) -> str:
    return "people of no stated group" if group == UNSPECIFIED else group


def likely_of(material: Material, code: CodeId, segment: SegmentId) -> float:
    """How probable the machine holds it that the segment carries the code; 0 where it does not suggest it."""
    return material.likely.get((code, segment), 0.0)
