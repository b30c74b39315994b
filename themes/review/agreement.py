"""How far coders agree: with each other, with what the machine had put first, and with themselves.

What a coder who is done with a segment did not give it counts as a word that it does not carry the code; only segments
count that both are done with. Every comparison has Krippendorff's alpha and Gwet's AC1 for each code, since neither can
be read without the other: of a code that three in a hundred segments carry, alpha .50 and AC1 .96 describe the same
words. Where a code stands in the tree does not count: one coder's code and another's code above it are two codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from themes.domain import CONSENSUS, MACHINE, CodeId, Decision, Segment, SegmentId, Shown
from themes.review.boundaries import BoundaryAgreement, boundary_agreement, boundary_u_alpha, moved
from themes.review.codings import judgements
from themes.review.coefficients import RESAMPLES, Coefficients, Interval, Ratings, coefficients, distances
from themes.review.given import Given, Words, done_with, given
from themes.review.log import effective

SEGMENTS_FROM = 30
GIVEN_FROM = 5
"""Below so many segments in common, or so many that somebody gave the code, figures are told with a caution."""
TOO_FEW = f"fewer than {SEGMENTS_FROM} segments: one more could move these figures far"
TOO_RARE = f"given to fewer than {GIVEN_FROM} segments"

PAIRS_UP_TO = 6
"""Of more coders than this, two by two are compared only those that somebody names: there are too many to read."""

ONE_REPEAT = timedelta(hours=1)
"""What a coder says of a segment within this time of the repeat's first word is the same repeat."""

NONE_FITS = "no code fits"
ALL_CODES = "all codes, as sets"
AGREEMENT_HEADINGS = ("code", "segments", "given", "prevalence", "agree", "alpha", "95%", "AC1", "95%", "note")


@dataclass(frozen=True, slots=True)
class Scope:
    """What agreement is asked of: the segments of the study and the codes of its codebook, in its order.

    Where segments were drawn with unequal chances, `chances` has them: only segments that it holds count then, each
    weighed by 1 / its chance. Those coded `before` the draw stand for themselves; the others, however many of them have
    been answered so far, for all others of the study. `coders` are those to compare; without it all are.
    """

    segments: Sequence[Segment]
    codes: Sequence[CodeId] = ()
    chances: Mapping[SegmentId, float] = field(default_factory=dict)
    resamples: int = RESAMPLES
    seed: int = 0
    coders: Collection[str] = ()
    before: Collection[SegmentId] = ()


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """The agreement on one code, None for the word that none fits. `given` segments had it from somebody.

    `prevalence` is the mean share of coders who gave it, 0 to 1, over the segments.
    """

    code: CodeId | None
    given: int
    prevalence: float
    found: Coefficients

    @property
    def caution(self) -> str:
        """Why the figures say little of this code; empty where they are enough to go by."""
        return TOO_RARE if self.given < GIVEN_FROM else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The words of coders `between` whom agreement is measured, on `segments` that two or more are done with.

    `sets` compares all that each gave a segment at once: its alpha is that with MASI distances, its percent the share
    of the same sets. `in_sight` segments were decided by somebody who saw a suggestion, which draws coders together.
    `silent` are codes of the codebook that nobody gave: nothing can be said of them. `u_alpha` is of the excerpts of
    all codes at once, None where nobody cut one.
    """

    between: tuple[str, ...]
    segments: int
    interviews: int
    codes: tuple[CodeAgreement, ...] = ()
    sets: Coefficients = field(default_factory=Coefficients)
    boundaries: tuple[BoundaryAgreement, ...] = ()
    u_alpha: float | None = None
    silent: tuple[CodeId, ...] = ()
    in_sight: int = 0

    @property
    def caution(self) -> str:
        """Why all of its figures say little; empty where they are enough to go by."""
        return TOO_FEW if self.segments < SEGMENTS_FROM else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """All comparisons: of `coders` together and then two by two; of each with the `machine`; of each with `themselves`.

    A comparison without a segment in common is left out.
    """

    coders: tuple[Comparison, ...] = ()
    machine: tuple[Comparison, ...] = ()
    themselves: tuple[Comparison, ...] = ()


def agreement(decisions: Iterable[Decision], scope: Scope) -> Agreement:
    """Everything that the log says of agreement. The consensus is no coder, and segments that are gone do not count."""
    asked = scope.coders
    log = [one for one in effective(decisions) if one.coder != CONSENSUS and (not asked or one.coder in asked)]
    return Agreement(between_coders(log, scope), with_machine(log, scope), with_themselves(log, scope))


def coders_together(decisions: Iterable[Decision], scope: Scope) -> Comparison | None:
    """The coders who share a segment with another, all at once and without excerpts; None where no two do."""
    log = [one for one in effective(decisions) if one.coder != CONSENSUS]
    words, seen = given(judgements(log), read=True), _in_sight(log)
    one, common = _compared((), words, scope)
    if not common:
        return None
    swayed = sum(any((segment, who) in seen for who in own) for segment, own in common.items())
    return replace(one, between=tuple(sorted({who for own in common.values() for who in own})), in_sight=swayed)


def between_coders(decisions: Sequence[Decision], scope: Scope) -> tuple[Comparison, ...]:
    """The coders together, then every two of up to six, by their latest words.

    What somebody only accepted in bulk is no word of theirs on the segment. Coders who change their codes after they
    have seen each other's agree more for it.
    """
    words = given(judgements(decisions), read=True)
    bounds, seen = moved(decisions), _in_sight(decisions)
    coders = sorted(done_with(words))
    pairs = combinations(coders, 2) if 2 < len(coders) <= PAIRS_UP_TO else ()
    groups = [coders, *(list(pair) for pair in pairs)]
    found = []
    for group in groups:
        theirs = {segment: {who: own[who] for who in group if who in own} for segment, own in words.items()}
        one, common = _compared(tuple(group), theirs, scope)
        known = {segment.id: segment for segment in scope.segments}
        excerpts = boundary_agreement(common, bounds, known, [row.code for row in one.codes if row.code is not None])
        swayed = sum(any((segment, who) in seen for who in own) for segment, own in common.items())
        cut = boundary_u_alpha(common, bounds, known)
        found.append(replace(one, boundaries=excerpts, u_alpha=cut, in_sight=swayed))
    return tuple(one for one in found if one.segments)


def with_machine(decisions: Sequence[Decision], scope: Scope) -> tuple[Comparison, ...]:
    """Each coder's blind words beside the code that the machine put first then.

    Where the machine put none first, the segment does not count. The machine has one code where a coder may give two,
    so that a coder who gives more codes agrees with it less.
    """
    blind = [one for one in effective(decisions) if one.shown is Shown.BLIND]
    first = {(one.segment, one.coder): one.suggested for one in blind if one.suggested is not None}
    beside: dict[str, dict[SegmentId, dict[str, Given]]] = {}
    for segment, coders in given(judgements(blind), read=True).items():
        for who, own in coders.items():
            if (segment, who) in first:
                both = {who: own, MACHINE: Given({first[segment, who]})}
                beside.setdefault(who, {})[segment] = both
    found = (_compared((who, MACHINE), beside[who], scope)[0] for who in sorted(beside))
    return tuple(
        replace(one, codes=tuple(row for row in one.codes if row.code is not None)) for one in found if one.segments
    )


def with_themselves(decisions: Sequence[Decision], scope: Scope) -> tuple[Comparison, ...]:
    """Each coder's words before the first repeat of a segment beside those said in it."""
    log = effective(decisions)
    begun: dict[tuple[SegmentId, str], Decision] = {}
    for one in log:
        if one.shown is Shown.REPEAT:
            begun.setdefault((one.segment, one.coder), one)
    before, again = [], []
    for one in log:
        start = begun.get((one.segment, one.coder))
        if start is not None and one.shown is not Shown.REPEAT and one.id < start.id:
            before.append(one)
        elif start is not None and one.shown is Shown.REPEAT and one.at - start.at <= ONE_REPEAT:
            again.append(replace(one, shown=Shown.BLIND))  # so that the fold hears what a repeat says
    first, second = given(judgements(before), read=True), given(judgements(again), read=True)
    beside: dict[str, dict[SegmentId, dict[str, Given]]] = {}
    for segment in first.keys() & second.keys():
        for who in first[segment].keys() & second[segment].keys():
            both = {who: first[segment][who], f"{who} again": second[segment][who]}
            beside.setdefault(who, {})[segment] = both
    found = (_compared((who, f"{who} again"), beside[who], scope)[0] for who in sorted(beside))
    return tuple(one for one in found if one.segments)


def agreement_rows(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """The comparison as a table prints it, under `AGREEMENT_HEADINGS`: a row for each code, and one for them as sets.

    `-` stands for what is not defined or not known; the note says why.
    """
    table = [
        _row(one.code or NONE_FITS, one.found, f"{one.given:,}", f"{one.prevalence:.0%}", one.caution)
        for one in comparison.codes
    ]
    return (*table, _row(ALL_CODES, comparison.sets, "", "", ""))


# --- one comparison ---


def _compared(between: tuple[str, ...], words: Words, scope: Scope) -> tuple[Comparison, Words]:
    """The comparison, and the words on the segments in common, in an order that only their ids give."""
    sources = {one.id: one.source for one in scope.segments}
    counted = scope.chances.keys() if scope.chances else sources.keys()
    common = {one: words[one] for one in sorted(words) if one in sources and one in counted and len(words[one]) > 1}
    if not common:
        return Comparison(between, 0, 0), {}
    interviews = np.unique([sources[one] for one in common], return_inverse=True)[1]
    weights = _weights(list(common), scope) if scope.chances else None

    def measured(counts: ArrayLike, apart: Sequence[Given] = ()) -> Coefficients:
        table = np.asarray(counts, np.float64)
        ratings = Ratings(table, interviews, distances(apart) if apart else None, weights)
        return coefficients(ratings, scope.resamples, scope.seed)

    heard = {code for own in common.values() for codes in own.values() for code in codes}
    codes: list[CodeId | None] = [code for code in scope.codes if code in heard]
    codes += sorted(code for code in heard if code is not None and code not in codes)
    table = []
    for code in [*codes, *([None] if None in heard else [])]:
        gave = [sum(code in own for own in coders.values()) for coders in common.values()]
        counts = [(len(coders) - n, n) for coders, n in zip(common.values(), gave, strict=True)]
        shares = [n / (n + others) for others, n in counts]
        mean = float(np.average(shares, weights=weights))
        table.append(CodeAgreement(code, sum(n > 0 for n in gave), mean, measured(counts)))
    values = sorted({own for coders in common.values() for own in coders.values()}, key=_in_order)
    columns, counted_sets = {value: column for column, value in enumerate(values)}, np.zeros((len(common), len(values)))
    for row, coders in enumerate(common.values()):
        np.add.at(counted_sets[row], [columns[own] for own in coders.values()], 1)
    sets = measured(counted_sets, values)
    silent = tuple(code for code in scope.codes if code not in heard)
    return Comparison(between, len(common), sets.interviews, tuple(table), sets, silent=silent), common


def _weights(common: Sequence[SegmentId], scope: Scope) -> NDArray[np.float64]:
    """How many segments of the study each stands for."""
    weights = np.array([1 / scope.chances[one] for one in common])
    drawn = np.array([one not in scope.before for one in common], np.bool_)
    if drawn.any():
        others = sum(one.id not in scope.before for one in scope.segments)
        weights[drawn] *= others / weights[drawn].sum()
    return weights


def _in_order(value: Given) -> list[str]:
    return sorted(code or "" for code in value)


def _in_sight(decisions: Iterable[Decision]) -> Collection[tuple[SegmentId, str]]:
    """The segments and coders where a word was said with a suggestion in sight."""
    return {(one.segment, one.coder) for one in effective(decisions) if one.shown is Shown.SUGGESTION}


# --- as a table prints it ---


def _row(name: str, found: Coefficients, given: str, prevalence: str, caution: str) -> tuple[str, ...]:
    note = "; ".join(one for one in (caution, found.why, found.interval_why) if one)
    figures = (figure(found.alpha), _range(found.alpha_interval), figure(found.ac1), _range(found.ac1_interval))
    agree = "-" if found.percent is None else f"{found.percent:.0%}"
    return (name, f"{found.units:,}", given, prevalence, agree, *figures, note)


def figure(value: float | None) -> str:
    """A coefficient with two digits, without the zero before the point, as agreement is written."""
    return "-" if value is None else f"{value:.2f}".replace("0.", ".", 1)


def _range(interval: Interval | None) -> str:
    return "-" if interval is None else f"{figure(interval[0])} to {figure(interval[1])}"
