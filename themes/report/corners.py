"""Which hidden counts only one number fits, once everything that is shown is taken together.

Codes share the segments of a cell among them, and a group of codes is the sum of its codes; so what is shown of one can
tell what is hidden of another. Linear programmes find the least and the most that each hidden count can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from themes.domain import PATH_SEPARATOR
from themes.domain.sums import Sum

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Subject = tuple[str, str]
Unknown = tuple[Subject | None, int]
"""A subject's count at a place; of no subject: the segments of a cell that is hidden for all."""

_ROUNDS = 24
_FAR = 10_000_000


def fixed(
    sums: Sequence[Sum],
    segments: Sequence[int],
    small: AbstractSet[int],
    counts: Mapping[Subject, Sequence[int]],
    hidden: Mapping[Subject, AbstractSet[int]],
) -> set[tuple[Subject, int]]:
    """The hidden (subject, place) that have one possible number; `small` places are hidden for every subject."""
    facts = _Facts(segments, small, counts, hidden)
    for subject in (None, *counts):
        for one in sums:
            facts.add_sum(subject, one)
    for place in range(len(segments)):
        for kind in ("code", "theme"):
            facts.add_room(place, [subject for subject in counts if subject[0] == kind])
    for subject in counts:
        if subject[0] == "code group":
            facts.add_group(subject)
    sought = [one for one in facts.names if one[0] is not None]
    return {(one[0], one[1]) for one in _unmoved(facts, sought) if one[0] is not None}


class _Facts:
    """Equations and inequalities over what is hidden."""

    def __init__(
        self,
        segments: Sequence[int],
        small: AbstractSet[int],
        counts: Mapping[Subject, Sequence[int]],
        hidden: Mapping[Subject, AbstractSet[int]],
    ) -> None:
        self.values: dict[Subject | None, Sequence[int]] = {None: segments}
        for subject, count in counts.items():
            self.values[subject] = count
        self.away: dict[Subject | None, AbstractSet[int]] = {None: small}
        self.away.update({subject: small | hidden[subject] for subject in counts})
        self.names: dict[Unknown, int] = {}
        self.equal: list[tuple[dict[Unknown, int], int]] = []
        self.under: list[tuple[dict[Unknown, int], int]] = []

    def add_sum(self, subject: Subject | None, one: Sum) -> None:
        """The parts of a whole come to it, or to it at most where it has more of its own."""
        segments = self.values[None]
        exact = sum(segments[part] for part in one[:-1]) == segments[one[-1]]
        self._say([(1, (subject, part)) for part in one[:-1]] + [(-1, (subject, one[-1]))], exact=exact)

    def add_room(self, place: int, subjects: Iterable[Subject]) -> None:
        """A segment counts for one code, and for one theme, at most."""
        self._say([(1, (subject, place)) for subject in subjects] + [(-1, (None, place))], exact=False)

    def add_group(self, group: Subject) -> None:
        """A group of codes is the sum of the codes in it."""
        below = group[1] + PATH_SEPARATOR
        codes = [
            one for one in self.values if one and one[0] == "code" and (one[1] == group[1] or one[1].startswith(below))
        ]
        for place in range(len(self.values[None])):
            terms = [(1, (code, place)) for code in codes] + [(-1, (group, place))]
            exact = sum(self.values[code][place] for code in codes) == self.values[group][place]
            self._say(terms, exact=exact)

    def _say(self, terms: Iterable[tuple[int, Unknown]], *, exact: bool) -> None:
        left: dict[Unknown, int] = {}
        right = 0
        for times, (subject, place) in terms:
            if place in self.away[subject]:
                left[subject, place] = times
                self.names.setdefault((subject, place), len(self.names))
            else:
                right -= times * self.values[subject][place]
        if left:
            (self.equal if exact else self.under).append((left, right))

    def matrix(self, rows: Sequence[tuple[dict[Unknown, int], int]]) -> csr_matrix:
        """The left sides, a column for each unknown."""
        from scipy.sparse import csr_matrix

        found = [(line, self.names[name], times) for line, (row, _) in enumerate(rows) for name, times in row.items()]
        lines, columns, values = zip(*found, strict=True) if found else ((), (), ())
        return csr_matrix((values, (lines, columns)), shape=(len(rows), len(self.names)))


def _unmoved(facts: _Facts, sought: Sequence[Unknown]) -> list[Unknown]:
    """Those of the unknown that stay the same whole number wherever one goes within what is possible."""
    if not sought:
        return []
    known: dict[str, Any] = {
        "A_ub": facts.matrix(facts.under),
        "b_ub": [right for _, right in facts.under],
        "A_eq": facts.matrix(facts.equal),
        "b_eq": [right for _, right in facts.equal],
        "bounds": [(0 if subject else 1, _FAR) for subject, _ in facts.names],
    }
    chance = np.random.default_rng(1)
    seen = _Seen(len(facts.names))
    left = [facts.names[one] for one in sought]
    for _ in range(_ROUNDS):
        left = [place for place in left if not seen.moved(place)]
        if not left:
            return []
        seen.visit(known, left, chance.choice((-1.0, 1.0), len(left)))
    for place in left:
        for sign in (1.0, -1.0):
            if not seen.moved(place):
                seen.visit(known, [place], np.array([sign]))
    return [one for one in sought if not seen.moved(facts.names[one])]


class _Seen:
    """The least and the most of each unknown in the corners that were visited."""

    def __init__(self, number: int) -> None:
        self.least, self.most = np.full(number, np.inf), np.full(number, -np.inf)

    def visit(self, known: Mapping[str, Any], places: Sequence[int], aims: np.ndarray) -> None:
        """Goes as far as possible against the aims."""
        from scipy.optimize import linprog

        aim = np.zeros(len(self.least))
        aim[places] = aims
        solved = linprog(aim, method="highs", **known)
        if solved.status == 0:
            np.minimum(self.least, solved.x, out=self.least)
            np.maximum(self.most, solved.x, out=self.most)

    def moved(self, place: int) -> bool:
        """Whether two whole numbers are possible there."""
        return bool(np.floor(self.most[place] + 1e-6) - np.ceil(self.least[place] - 1e-6) >= 1)
