"""The codebook at every point of the log, and the way of each code from there to today."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from themes.domain import CodeAct, Codebook, CodebookEdit, CodeId
from themes.review.codetree import (
    Identity,
    Named,
    Rest,
    Tree,
    applied,
    made_by,
    mentioned_in,
    named_by,
    planted,
)
from themes.review.log import effective

Rests = Mapping[int, Rest]


@dataclass(frozen=True, slots=True)
class Join:
    """Codes that are one from entry `at` of the log on: by a merge, or because a split was undone."""

    at: int
    codes: tuple[Identity, ...]


class History:
    """The tree of codes after each entry of the log of edits.

    An edit names its codes as they were called when it was made, and is applied to their identities. So it means the
    same codes after an earlier edit was undone. `mentioned` are codes that decisions name.
    """

    def __init__(self, base: Codebook, edits: Iterable[CodebookEdit], mentioned: Iterable[CodeId] = ()) -> None:
        self.base = base
        self.edits = tuple(sorted(edits, key=lambda edit: edit.id))
        self._numbers = [edit.id for edit in self.edits]
        start: tuple[Tree, Rests] = (planted(base, [*mentioned_in(self.edits), *mentioned]), {})
        self._known: dict[tuple[int, ...], tuple[Tree, Rests]] = {(): start}
        self._states = [start]
        self._acting: list[frozenset[int]] = [frozenset()]
        self.named: dict[int, Named] = {}
        for place, edit in enumerate(self.edits, start=1):
            self.named[edit.id] = named_by(edit, self._states[-1][0])
            acts = effective(self.edits[:place])
            self._states.append(self._after(acts))
            self._acting.append(frozenset(act.id for act in acts) - self._states[-1][1].keys())
        self._origin = {
            part: self.named[edit.id].codes[0]
            for edit in self.edits
            if edit.act is CodeAct.SPLIT and edit.id not in self.acting and self.named[edit.id].codes
            for part in made_by(edit)
        }

    def _after(self, acts: Sequence[CodebookEdit]) -> tuple[Tree, Rests]:
        """The tree after these edits, and which of them do nothing; goes on from as many as are known already."""
        ids = tuple(act.id for act in acts)
        done = len(ids)
        while ids[:done] not in self._known:
            done -= 1
        for place in range(done, len(ids)):
            tree, rests = self._known[ids[:place]]
            after, rest = applied(tree, acts[place], self.named[ids[place]])
            self._known[ids[: place + 1]] = after, rests if rest is None else {**rests, ids[place]: rest}
        return self._known[ids]

    @property
    def now(self) -> Tree:
        """The tree of today."""
        return self._states[-1][0]

    @property
    def resting(self) -> Rests:
        """The edits that stand and do nothing today, and why."""
        return self._states[-1][1]

    @property
    def acting(self) -> frozenset[int]:
        """The edits that make the codebook what it is today."""
        return self._acting[-1]

    def at(self, number: int) -> Tree:
        """The tree as it was when `number` was the log's last entry."""
        return self._states[bisect_right(self._numbers, number)][0]

    def acting_at(self, number: int) -> frozenset[int]:
        """The edits that made the codebook what it was then."""
        return self._acting[bisect_right(self._numbers, number)]

    def meant(self, code: CodeId, number: int) -> Identity | None:
        """Which code an entry of that number means by an id."""
        return self.at(number).find(code)

    def stands_as(self, one: Identity | None) -> Identity | None:
        """What a code of the past is in today's codebook: itself, what it was merged into, or nothing.

        A part of a split that was undone is the whole again.
        """
        while one is not None and one not in self.now.nodes:
            one = self.now.joined.get(one) or self._origin.get(one)
        return one if self.now.is_here(one) else None

    def today(self, one: Identity | None) -> CodeId | None:
        """How a code of the past is called today, or None where it is not in the codebook."""
        now = self.stands_as(one)
        return None if now is None else self.now.path(now)

    def joins(self) -> tuple[Join, ...]:
        """What has come together and is one today, in the order in which that came about."""
        met = [Join(0, (into, one)) for one, into in self.now.joined.items()]
        found = [
            Join(self._turned(edit.id), (*self.named[edit.id].codes[:1], *others))
            for edit in self.edits
            for others in [self._others(edit)]
            if others
        ]
        merged = {one for join in found for one in join.codes[1:]}
        return tuple(sorted([join for join in met if join.codes[1] not in merged] + found, key=lambda join: join.at))

    def _others(self, edit: CodebookEdit) -> tuple[Identity, ...]:
        """What an edit leaves as part of the first code that it names."""
        if edit.act is CodeAct.MERGE and edit.id in self.acting:
            return tuple(one for one in self.named[edit.id].codes[1:] if one in self.now.joined)
        if edit.act is CodeAct.SPLIT and edit.id not in self.acting:
            return tuple(one for one in made_by(edit) if one in self._origin)
        return ()

    def _turned(self, edit: int) -> int:
        """The number of the last entry at which an edit began or ceased to act."""
        turns = [
            number
            for number, before, after in zip(self._numbers, self._acting, self._acting[1:], strict=False)
            if (edit in before) != (edit in after)
        ]
        return turns[-1] if turns else 0
