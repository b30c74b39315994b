"""What coders said, as numbers to learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from themes.domain import CodeId, Judgement, SegmentId

BULK_WEIGHT = 0.25
"""How much a segment counts whose codes were all accepted in bulk: four of them as much as one that was read."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Judged:
    """The segments that coders spoke of: their `rows` (m,), in that order.

    `targets` is (m, codes + 1), 0 to 1: the share of those coders who spoke of it to whom the segment carries the code;
    the last column is `no code fits`. `known` says where anybody spoke. `weights` is (m,): how much a segment counts.
    """

    rows: NDArray[np.intp]
    targets: Floats
    known: Flags
    weights: Floats

    def before(self, count: int) -> Judged:
        """The first `count` of them."""
        return Judged(self.rows[:count], self.targets[:count], self.known[:count], self.weights[:count])


def judged(
    judgements: Iterable[Judgement],
    rows: Mapping[SegmentId, int],
    codes: Sequence[CodeId],
    parents: Mapping[CodeId, CodeId | None] | None = None,
) -> Judged:
    """The judgements gathered by segment, in the order in which segments were first spoken of.

    `rows` are the rows of the segments by id, `codes` the columns; what is of neither is left out. Who gave a segment a
    code, and not in bulk, or said that none fits, has spoken of all codes: those not given are not carried. A rejection
    alone speaks of the rejected code only. Of a parent that only groups codes (`parents` of each code), a word that it
    fits leaves open which of its codes does, and one that it does not fit rejects them all.
    """
    columns = {code: (column,) for column, code in enumerate(codes)}
    for code, parent in (parents or {}).items():
        above = parent
        while above is not None and code in columns:
            if above not in codes:
                columns[above] = (*columns.get(above, ()), *columns[code])
            above = (parents or {}).get(above)
    said: dict[SegmentId, dict[str, list[Judgement]]] = defaultdict(lambda: defaultdict(list))
    for one in judgements:
        if one.segment in rows and (one.code is None or one.code in columns):
            said[one.segment][one.coder].append(one)
    shape = (len(said), len(codes) + 1)
    totals, voices = np.zeros(shape), np.zeros(shape)
    for place, coders in enumerate(said.values()):
        for words in coders.values():
            values, known = _of_coder(words, columns, len(codes))
            totals[place] += values
            voices[place] += known
    bulk = [all(word.in_bulk for words in coders.values() for word in words) for coders in said.values()]
    return Judged(
        np.array([rows[segment] for segment in said], np.intp),
        totals / np.maximum(voices, 1),
        voices > 0,
        np.where(np.array(bulk, bool), BULK_WEIGHT, 1.0),
    )


def _of_coder(words: Sequence[Judgement], columns: Mapping[CodeId, tuple[int, ...]], none: int) -> tuple[Floats, Flags]:
    """What one coder says of one segment: a value for each code and for none, and where a word was said."""
    values, known = np.zeros(none + 1), np.zeros(none + 1, np.bool_)
    given, left_open, said = [word for word in words if word.carries], set[int](), set[int]()
    if any(not word.in_bulk for word in given):
        known[:] = True
    for word in words:
        own = [none] if word.code is None else list(columns[word.code])
        if word.carries and len(own) > 1:
            left_open.update(own)
        else:
            said.update(own)
            values[own], known[own] = float(word.carries), True
    known[list(left_open - said)] = False
    if given:
        known[none] = True
    return values, known
