"""Small made-up studies with tiny cells, for whoever tries to find out what their reports hide."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from themes.domain import (
    UNSPECIFIED,
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Coding,
    Cover,
    Mission,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Study,
    Suggestion,
    ThemeCode,
    ThemeId,
    Tier,
)
from themes.prevalence import PrevalenceOptions, counts
from themes.report import Material

GROUPS = ("UN / Headquarters", "UN / Mission", "UN", "NGOs", "Host state", UNSPECIFIED)
MISSIONS = (("MINUSMA", ("first", "second")), ("MONUSCO", ("early", "late")), (UNSPECIFIED, (UNSPECIFIED,)))
CODES = ("Force / Posture", "Force / Caveats", "Consent", "Pay")
CLOSED = "closedword"


def attacked(seed: int) -> Material:
    """A study of 5 to 24 people who say little, counted as the program counts."""
    chance = random.Random(seed)  # noqa: S311  # a fiction needs no secret
    sources = tuple(_sources(chance))
    segments = tuple(_segments(sources, chance))
    codes = CODES[: chance.randint(1, len(CODES))]
    suggestions = tuple(
        Suggestion(segment.id, CodeId(chance.choice(codes)), 1, round(chance.uniform(0.21, 0.9), 3))
        for segment in segments
        if chance.random() < 0.8
    )
    themes = tuple(_themes(segments, chance))
    codebook = Codebook(tuple(Code(CodeId(code), code, definition="What it is.") for code in codes))
    return Material(
        study=Study(
            Path("study"),
            "A study",
            actor_groups=GROUPS[:5],
            missions=tuple(Mission(name) for name, _ in MISSIONS[:2]),
        ),
        sources=sources,
        segments=segments,
        themes=themes,
        places={segment.id: (chance.random(), chance.random()) for segment in segments},
        theme_codes=tuple(ThemeCode(theme.id, CodeId(codes[0]), 1, 0.5, 0.5, Cover.COVERED) for theme in themes),
        suggestions=suggestions,
        codebook=codebook,
        codings=tuple(
            Coding(one.segment, one.code, "A coder", number) for number, one in enumerate(suggestions[::4], 1)
        ),
        estimates=counts(segments, suggestions, codebook, themes, PrevalenceOptions(), 0.2),
    )


def _sources(chance: random.Random) -> Iterator[Source]:
    weights = [1, *(chance.choice((0, 1, 2, 5)) for _ in GROUPS[1:])]
    for number in range(chance.randint(5, 24)):
        tier = chance.choice(tuple(Tier))
        yield Source(
            SourceId(f"colonel-{number:02}"),
            f"transcripts/colonel-{number:02}.txt",
            SourceKind.INTERVIEW,
            text=f"{CLOSED}{number}" if tier is Tier.NOT_FOR_QUOTATION else "",
            turns=(),
            title=f"A title {number}",
            pseudonym=f"P{number:02}",
            actor_group=chance.choices(GROUPS, weights)[0],
            tier=tier,
            language="en",
        )
    yield Source(SourceId("resolution"), "mandates/r.txt", SourceKind.MANDATE, "", (), symbol="S/RES/1 (2001)")


def _segments(sources: tuple[Source, ...], chance: random.Random) -> Iterator[Segment]:
    for source in sources:
        mandate = source.kind is SourceKind.MANDATE
        for number in range(chance.randint(1, 6)):
            mission, periods = chance.choices(MISSIONS, (4, 2, 1))[0]
            closed = source.tier is Tier.NOT_FOR_QUOTATION and not mandate
            words = "Decides to remain seized of the matter." if mandate else f"Words {number} of talk."
            yield Segment(
                id=SegmentId(f"{source.id}:{number}"),
                source=source.id,
                start=0,
                end=9,
                text=f"{CLOSED}{source.id[-2:]} was said." if closed else words,
                turn=0,
                kind=source.kind,
                speaker="" if mandate else "A real name",
                participant=source.symbol if mandate else source.pseudonym,
                actor_group=source.actor_group,
                mission=mission,
                mission_basis="named in the segment",
                period=chance.choice(periods),
                period_basis="by the date",
            )


def _themes(segments: tuple[Segment, ...], chance: random.Random) -> Iterator[CandidateTheme]:
    number = chance.randint(1, 4)
    inside: list[list[SegmentId]] = [[] for _ in range(number + 1)]
    for segment in segments:
        inside[chance.randint(0, number)].append(segment.id)
    for place, mine in enumerate(inside[:number]):
        if mine:
            yield CandidateTheme(
                ThemeId(f"theme-{place}"),
                (("words", 0.9), (CLOSED, 0.8), (f"{CLOSED}01", 0.7), ("talk", 0.6)),
                tuple(mine),
                tuple(1.0 for _ in mine),
                tuple(mine[:3]),
                borderline=tuple(mine[-1:]),
            )
