"""Estimates of an audit that nobody made, one of each way of showing, and the study that they are of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from themes.domain import (
    UNSPECIFIED,
    CandidateTheme,
    Code,
    CodeAgreed,
    Codebook,
    CodeId,
    CodeRank,
    CodersAgreed,
    Coding,
    Contrasts,
    Difference,
    Estimate,
    InterviewShares,
    Mission,
    Period,
    Ranks,
    Segment,
    SegmentId,
    Showing,
    Source,
    SourceId,
    SourceKind,
    Study,
    ThemeId,
)
from themes.report import Material

CODES = tuple(CodeId(name) for name in ("Movement / Roads", "Movement / Flights", "Courts", "Money"))
GROUPS = ("UN", "NGOs", "Host state")
PERIODS = (
    Period("first", "MINUSMA", date(2013, 4, 25), date(2015, 12, 31), "S/RES/2100 (2013)"),
    Period("second", "MINUSMA", date(2016, 1, 1)),
)
STUDY = Study(Path("study"), "Roads", actor_groups=GROUPS, missions=(Mission("MINUSMA", "Mali", periods=PERIODS),))

THEMES = tuple(
    CandidateTheme(ThemeId(name), ((name, 1.0),), (SegmentId(f"p{place}:1"),), (1.0,), (), stability=stability)
    for place, (name, stability) in enumerate((("convoys", 0.9), ("judges", 0.4)))
)

CONTRASTS = Contrasts(
    differences=(
        Difference(CODES[0], "UN", "NGOs", 0.21, (0.06, 0.36), 0.2),
        Difference(CODES[0], "UN", "Host state", -0.04, (-0.15, 0.08), 0.17),
        Difference(CODES[1], "UN", "NGOs", -0.1, (-0.3, 0.12), 0.31),
        Difference(CODES[1], "UN", "Host state", 0.02, (-0.4, 0.41)),
    ),
    unsaid=2,
    ranks=Ranks(
        (
            CodeRank(CODES[0], 1.0, 4.0, (1.0, 3.0)),
            CodeRank(CODES[1], 2.0, 1.5, (-2.0, 1.0)),
            CodeRank(CODES[2], 3.0, 1.5, (-3.0, 0.0)),
            CodeRank(CODES[3], 4.0, 3.0, (-2.5, 1.0)),
        ),
        (14, 8),
        -0.4,
        (-0.9, 0.5),
    ),
    interviews=(
        InterviewShares(CODES[0], "all", (0.0, 0.0312, 0.05, 0.1, 0.125, 0.9)),
        InterviewShares(CODES[0], "UN", (0.0, 0.0312, 0.9)),
        InterviewShares(CODES[2], "all", (0.0666, 0.0777, 0.0888)),
    ),
    agreement=CodersAgreed(
        2,
        60,
        8,
        (
            CodeAgreed(CODES[0], 20, 0.9, 0.82, 0.85, (0.6, 0.95), (0.7, 0.97)),
            CodeAgreed(CODES[1], 6, 0.95, 0.41, 0.94, (-0.1, 0.8), (0.85, 0.99)),
            CodeAgreed(CODES[2], 2, 0.97, -0.02, 0.97),
            CodeAgreed(None, 30, 0.8, 0.6, 0.62, (0.4, 0.75), (0.42, 0.77)),
        ),
        weighed=True,
        in_sight=3,
    ),
)
"""Groups, ranks, interviews and coders; of the third code no share may be said, so that its interviews are not."""

SECRET = 0.4321
"""A share that stands wherever none may be said; no figure holds it, in digits or in words."""


def estimate(code: str, showing: Showing, group: str = "all", period: str = "all", share: float = 0.2) -> Estimate:
    """One audited estimate of talk, 10 points either way among informants and 5 for the corpus."""
    mission = "all" if period == "all" else "MINUSMA"
    one = Estimate("code", code, "talk", group, mission, period, 31, 100, 7, 8, "people and machine, audited")
    low, high = max(0.0, share - 0.05), min(1.0, share + 0.05)
    wide = (max(0.0, share - 0.1), min(1.0, share + 0.1))
    known = replace(
        one,
        showing=showing,
        estimate=share,
        of_words=share,
        per_interview=share,
        corpus_interval=(low, high),
        informants_interval=wide,
        at_least=4,
        in_interviews=3,
        interviews=6,
        checked=40,
        effective=60.0,
    )
    return replace(one, showing=showing) if showing is Showing.UNAUDITED else known


def audited(*estimates: Estimate, codes: tuple[CodeId, ...] = CODES, **more: object) -> Material:
    """A study of these estimates, with all their numbers, so that whoever draws them has something to leave out."""
    parents = [Code(CodeId("Movement"), "Movement")]
    book = Codebook((*parents, *(Code(code, code.rpartition(" / ")[2]) for code in codes)))
    return replace(
        Material(STUDY, codebook=book, estimates=estimates),
        **more,  # type: ignore[arg-type]  # fields of Material, given by name
    )


def everything() -> Material:
    """Each code in each group and period, with every way of showing among them."""
    ways = (Showing.ESTIMATE, Showing.INTERVAL, Showing.COUNT, Showing.UNAUDITED)
    rows = []
    for place, code in enumerate(CODES):
        rows.append(estimate(code, Showing.ESTIMATE if place < 2 else Showing.INTERVAL, share=0.1 + place / 20))
        for turn, group in enumerate(GROUPS):
            showing = ways[(place + turn) % 4]
            rows.append(estimate(code, showing, group, share=0.1 + (place + turn) / 20))
        rows.append(replace(estimate(code, Showing.ESTIMATE, share=0.1 + place / 20), mission="MINUSMA"))
        for turn, period in enumerate(PERIODS):
            rows.append(
                estimate(code, Showing.ESTIMATE, period=period.name, share=0.1 + (place + turn * (1 + place)) / 20)
            )
            rows += [estimate(code, ways[turn], group, period.name) for group in GROUPS]
    return audited(
        *rows,
        contrasts=CONTRASTS,
        sources=(*mandates(), *interviews(6)),
        segments=said_by(6),
        codings=coded(6),
        places=places(6),
        themes=THEMES,
    )


def places(people: int) -> dict[SegmentId, tuple[float, float]]:
    """Where the segments of so many people stand on the map."""
    return {one.id: (float(place % 5), float(place // 5)) for place, one in enumerate(said_by(people))}


def mandates() -> tuple[Source, ...]:
    """Two resolutions."""
    return tuple(
        Source(SourceId(symbol), symbol, SourceKind.MANDATE, "", (), missions=("MINUSMA",), day=day, symbol=symbol)
        for symbol, day in (("S/RES/2100 (2013)", date(2013, 4, 25)), ("S/RES/2295 (2016)", date(2016, 6, 29)))
    )


def interviews(people: int) -> tuple[Source, ...]:
    """One of each of so many people."""
    return tuple(
        Source(SourceId(f"p{number}"), f"p{number}.txt", SourceKind.INTERVIEW, "text", (), pseudonym=f"P{number}")
        for number in range(people)
    )


def said_by(people: int) -> tuple[Segment, ...]:
    """Two segments of each of so many people."""
    return tuple(
        Segment(
            SegmentId(f"p{number}:{turn}"), SourceId(f"p{number}"), 0, 4, "text", turn, SourceKind.INTERVIEW, "P",
            f"P{number}", "UN", UNSPECIFIED, "", UNSPECIFIED, "",
        )
        for number in range(people)
        for turn in range(2)
    )  # fmt: skip


def coded(people: int) -> tuple[Coding, ...]:
    """Roads and flights in a segment of each of them, courts with roads in a segment of the first alone."""
    both = [(f"p{number}:0", code) for number in range(people) for code in CODES[:2]]
    return tuple(
        Coding(SegmentId(segment), code, "anna", place)
        for place, (segment, code) in enumerate([*both, ("p0:0", CODES[2])])
    )
