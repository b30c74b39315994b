"""A small study of many interviews, an encoder that needs no model, and coders who answer its audits."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from themes.domain import CodeId, Decision, Segment, SegmentId, Shown, Verdict
from themes.project import FILE_NAME, Project

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ROADS, AIR, LAW = CodeId("Movement / Roads"), CodeId("Movement / Flights"), CodeId("Courts")
SIGNS = {"road": ROADS, "aircraft": AIR, "judge": LAW}
GROUPS = {"UN": 7, "NGOs": 7, "Host state": 6, "Donors": 1}
"""Interviews of each actor group; the last has a single one."""

_SAID = {
    "road": "We drove the convoy {n} times over the mined road to {place} and lost a truck there.",
    "aircraft": "The aircraft for {place} was refused permission {n} times in that month alone.",
    "judge": "A judge in {place} heard {n} cases and then the court was closed again.",
    "": "People in {place} asked us {n} times what we were doing there and whether we would stay.",
}
_PLACES = ("the north", "the valley", "the border", "the capital", "the lake", "the market town")
_STUDY = """
[study]
title = "Roads and courts"
actor_groups = ["UN", "NGOs", "Host state", "Donors"]
[[missions]]
name = "MINUSMA"
[[missions.periods]]
name = "first"
start = 2013-01-01
end = 2015-12-31
[[missions.periods]]
name = "second"
start = 2016-01-01
[options.embed]
encoder = "hashing"
[options.report]
figures = "none"
"""
_CODES = """code,parent,definition
Movement,,Getting from one place to another.
Roads,Movement,"A convoy on a mined road, a truck that is lost."
Flights,Movement,"An aircraft that is refused permission to fly."
Courts,,"A judge who hears cases, a court that is closed."
"""


def audited_study(folder: Path, turns: int = 14) -> Path:
    """The folder of the study, with 21 interviews and two mandate texts; the NGOs speak of roads more than others."""
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text(_STUDY)
    (folder / "codebook.csv").write_text(_CODES)
    drawn = random.Random(7)  # noqa: S311  a study that is the same each time
    rows = ["file,kind,pseudonym,actor_group,mission,date"]
    for group, number in GROUPS.items():
        for place in range(number):
            name = f"{group.split()[0].lower()}-{place}"
            kinds = ["road"] * (6 if group == "NGOs" else 2) + ["aircraft"] * 2 + ["judge"] + [""] * 6
            said = [
                _SAID[drawn.choice(kinds)].format(n=number * 31 + place * 7 + turn, place=drawn.choice(_PLACES))
                for turn in range(turns)
            ]
            (folder / "transcripts" / f"{name}.txt").write_text("\n\n".join(said))
            day = "2014-05-01" if place % 2 else "2017-05-01"
            rows.append(f"transcripts/{name}.txt,interview,P-{name},{group},MINUSMA,{day}")
    for number, day in ((2100, "2013-04-25"), (2295, "2016-06-29")):
        text = "\n\n".join(
            f"{one + 1}. Decides that the aircraft and the road number {one} be opened." for one in range(4)
        )
        (folder / "transcripts" / f"{number}.txt").write_text(text)
        rows.append(f"transcripts/{number}.txt,mandate,,,MINUSMA,{day}")
    (folder / "sources.csv").write_text("\n".join(rows) + "\n")
    return folder


def codes_of(segment: Segment) -> tuple[CodeId, ...]:
    """What a coder who reads it gives the segment."""
    return tuple(code for sign, code in SIGNS.items() if sign in segment.text)


def waiting(folder: Path) -> list[SegmentId]:
    """The drawn segments that nobody has spoken of, in the order in which they are shown."""
    with Project(folder / FILE_NAME, read_only=True) as project:
        spoken = {one.segment for one in project.decisions()}
        frames = [project.audits.frame(one.id) for one in project.audits.all()]
    found = [(number, one.place, one.segment) for number, frame in enumerate(frames) for one in frame
             if one.place is not None and one.segment not in spoken]  # fmt: skip
    return [segment for _, _, segment in sorted(found)]


def answer(folder: Path, most: int | None = None, coder: str = "anna") -> int:
    """How many of the waiting segments the coder has now coded, blind: all, or `most`."""
    open_now = waiting(folder)[:most]
    with Project(folder / FILE_NAME) as project:
        known = {one.id: one for one in project.made().segments}
        for segment in open_now:
            given = codes_of(known[segment])
            for code in given:
                project.record(Decision(0, NOON, coder, Verdict.ASSIGN, segment, code, shown=Shown.BLIND))
            if not given:
                project.record(Decision(0, NOON, coder, Verdict.NO_CODE, segment, shown=Shown.BLIND))
    return len(open_now)
