"""What the audits of a study drew, as the app hands it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from themes.domain import MANDATE, Audit, Framed, SegmentId
from themes.prevalence import lines
from themes.project import Draw, Project
from themes.review import Why
from themes.web.memory import Memory

Drawn = Mapping[SegmentId, Draw]
"""What audits drew of segments that nobody had coded, each as a draw for whoever comes to it, in the order to serve."""


def drawn_in(project: Project, audits: Sequence[Audit], memory: Memory) -> dict[SegmentId, Draw]:
    """Everything that these audits of the project drew, with the chances as they are after the latest draw.

    Audits and their further draws come in their order. In each, talk and mandates have a lot of their own; they take
    turns, so that of both about the same part is answered at any time.
    """
    found: dict[SegmentId, Draw] = {}
    for line in lines(audits):
        frames = [project.audits.frame(one.id) for one in line]
        latest = {one.segment: one.chance for one in frames[-1]}
        for audit, frame in zip(line, frames, strict=True):
            for one in _in_turns([one for one in frame if _waits(one) and one.segment in memory.place], memory):
                chance = latest.get(one.segment, one.chance)
                draw = Draw(0, audit.at, "", 0, one.segment, Why.AUDIT, True, chance, "", 0, audit.seed, 0)
                found.setdefault(one.segment, draw)
    return found


def _in_turns(drawn: Iterable[Framed], memory: Memory) -> list[Framed]:
    """Talk and mandates, each in the order of its lot, evenly mixed."""
    lots: dict[bool, list[Framed]] = {}
    for one in sorted(drawn, key=lambda one: one.place or 0):
        is_mandate = memory.lines[memory.place[one.segment]].kind == MANDATE
        lots.setdefault(is_mandate, []).append(one)
    mixed = [
        ((place + 0.5) / len(lot), is_mandate, one) for is_mandate, lot in lots.items() for place, one in enumerate(lot)
    ]
    return [one for *_, one in sorted(mixed, key=lambda turn: turn[:2])]


def _waits(one: Framed) -> bool:
    """Whether it was drawn to be coded: one that somebody had coded before is answered by that."""
    return one.place is not None and not one.coded
