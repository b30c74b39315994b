"""What the audits of a study drew, as the app hands it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from themes.domain import Audit, Framed, SegmentId
from themes.prevalence import lines
from themes.project import Draw, Project
from themes.review import Why

Drawn = Mapping[SegmentId, Draw]
"""What audits drew of segments that nobody had coded, each as a draw for whoever comes to it, in the order to serve."""


def drawn_in(project: Project, audits: Sequence[Audit]) -> dict[SegmentId, Draw]:
    """Everything that these audits of the project drew, with the chances as they are after the latest draw."""
    found: dict[SegmentId, Draw] = {}
    for line in lines(audits):
        frames = [project.audits.frame(one.id) for one in line]
        latest = {one.segment: one.chance for one in frames[-1]}
        for audit, frame in zip(line, frames, strict=True):
            for one in sorted((one for one in frame if _waits(one)), key=lambda one: one.place or 0):
                chance = latest.get(one.segment, one.chance)
                draw = Draw(0, audit.at, "", 0, one.segment, Why.AUDIT, True, chance, "", 0, audit.seed, 0)
                found.setdefault(one.segment, draw)
    return found


def _waits(one: Framed) -> bool:
    """Whether it was drawn to be coded: one that somebody had coded before is answered by that."""
    return one.place is not None and not one.coded
