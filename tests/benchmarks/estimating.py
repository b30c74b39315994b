"""What estimates cost at one size: python -m tests.benchmarks.estimating CODES CELLS SEGMENTS, a process of its own.

A study without meaning: only its numbers count. Interviews of 40 segments in groups; the machine suggests three codes
for each segment; a tenth is drawn and answered. Timed is all from the frame of the draw and people's words to the rows.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace

import numpy as np

from tests.benchmarks.peer import peak_mib
from themes.domain import (
    UNSPECIFIED,
    Code,
    Codebook,
    CodeId,
    Framed,
    Judgement,
    Segment,
    SegmentId,
    SourceId,
    SourceKind,
    Suggestion,
)
from themes.prevalence import (
    Design,
    PrevalenceOptions,
    audit_frame,
    checked,
    counts,
    estimates,
    scored,
    subjects,
)

EACH, TOP = 40, 3
OPTIONS = PrevalenceOptions(by_period=False)


def made(codes: int, cells: int, segments: int) -> tuple[Codebook, list[Segment], list[Suggestion]]:
    """The codebook, the segments and what the machine suggests for each."""
    rng = np.random.default_rng(segments)
    book = Codebook(tuple(Code(CodeId(f"code {place:03}"), f"code {place:03}") for place in range(codes)))
    groups = max((cells - 3) // 2, 1)  # beside each its one mission, and all talk by mission and period
    told = [_segment(place, f"group {place // EACH % groups:03}") for place in range(segments)]
    best = rng.random((segments, TOP)).cumsum(axis=1)[:, ::-1] / (TOP + 1)
    firsts = rng.integers(codes, size=segments)
    found = [
        Suggestion(one.id, book.codes[(first + 7 * rank) % codes].id, rank + 1, float(scores[rank]))
        for one, first, scores in zip(told, firsts.tolist(), best, strict=True)
        for rank in range(TOP)
    ]
    return book, told, found


def words_on(frame: tuple[Framed, ...], seed: int) -> list[Judgement]:
    """What a coder says of all that was drawn: the code with the highest score, or the next, or that none fits."""
    rng = np.random.default_rng(seed)
    found = []
    for one in frame:
        if one.place is not None:
            ranked = [*sorted(one.scores, key=lambda code: -one.scores[code])[:2], None]
            found.append(Judgement(one.segment, ranked[int(rng.integers(3))], "anna", True, 1))
    return found


def main(codes: int, cells: int, segments: int) -> None:
    """Prints the processor seconds of each step, the rows, and the most memory beyond what was held before, as JSON."""
    book, told, suggestions = made(codes, cells, segments)
    asked = [code.id for code in book.codes]
    seconds = {}
    began = time.process_time()
    counted = counts(told, suggestions, book, (), OPTIONS)
    seconds["counts"] = time.process_time() - began
    began = time.process_time()
    frame = audit_frame(told, asked, scored(suggestions), (), Design())
    seconds["draw"] = time.process_time() - began
    words = words_on(frame, segments)
    before = peak_mib()
    began = time.process_time()
    audit = checked(told, [frame], words, words, {code: code for code in asked})
    rows = estimates(counted, audit, asked, subjects(book, ()), OPTIONS)
    seconds["estimates"] = time.process_time() - began
    n_cells = len({one.cell for one in rows})
    assert all(one.estimate is not None for one in rows)
    peak = peak_mib()
    print(json.dumps({"seconds": seconds, "cells": n_cells, "mib": peak - before, "peak_mib": peak}))


def _segment(place: int, group: str) -> Segment:
    who = f"P{place // EACH:05}"
    plain = Segment(
        id=SegmentId(f"S{place:06}"),
        source=SourceId(who),
        start=place,
        end=place + 1,
        text="some words that nobody reads",
        turn=place,
        kind=SourceKind.INTERVIEW,
        speaker="",
        participant=who,
        actor_group=group,
        mission=UNSPECIFIED,
        mission_basis="",
        period=UNSPECIFIED,
        period_basis="",
    )
    return replace(plain, text="some words " * (1 + place % 5))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
