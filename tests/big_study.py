"""A study as large as the review app has to bear: long answers, a codebook of a real size, evidence for everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

from themes.domain import (
    CandidateTheme,
    Code,
    CodeId,
    Ground,
    PredictionSet,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Suggestion,
    ThemeId,
    Turn,
    TurnRole,
)
from themes.project import Made

_TOP, _PARENTS, _CHILDREN = 5, 12, 6
_GROUPS = ("UN / Civilian", "UN / Military", "NGO", "Host state", "Troop contributors")
_PERIODS = ("first mandate", "renewal", "drawdown")
_MISSIONS = ("MINUSMA", "UNMISS")
_SYLLABLES = ["ba", "ko", "ri", "ten", "mas", "o", "lu", "ver", "pe", "tri", "an", "dor", "si", "qué", "nal", "ef"]


def _words(chance: random.Random, number: int) -> list[str]:
    """So many different made-up words."""
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(found)


class _Speech:
    """Sentences of made-up words, some of them much commoner than others, as in any language."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = _words(chance, 4_000)
        self._weights = tuple(accumulate(1 / (place + 3) for place in range(len(self._words))))

    def said(self, fewest: int, most: int) -> str:
        """So many words, with full stops now and then."""
        number = self._chance.randint(fewest, most)
        words = self._chance.choices(self._words, cum_weights=self._weights, k=number)
        return " ".join(f"{word}." if place % 14 == 13 else word for place, word in enumerate(words)) + "."


def big(number: int = 20_000, sources: int = 60, seed: int = 1) -> Made:
    """What a run would have made of so many answers of 20 to 140 words: five suggestions each, with five quotes."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    speech = _Speech(chance)
    codes = tuple(_codes(speech))
    parts = [_interview(speech, place, range(place, number, sources)) for place in range(sources)]
    segments = tuple(one for _, own in parts for one in own)
    ids = tuple(one.id for one in segments)
    themes = tuple(_themes(speech, ids))
    return Made(
        sources=tuple(source for source, _ in parts),
        segments=segments,
        codes=codes,
        base_codes=codes,
        themes=themes,
        found=themes,
        suggestions=tuple(_suggestions(chance, speech, ids, [code.id for code in codes])),
        prediction_sets=tuple(PredictionSet(one, 0.1, doubt=chance.random(), conflict=0.0) for one in ids),
        provenance={"encoder": "all-MiniLM-L6-v2", "codebook version": "0123456789ab"},
        fingerprints={"suggest": "1"},
    )


def _codes(speech: _Speech) -> Iterator[Code]:
    for place in range(_PARENTS):
        parent = CodeId(f"Area {place}")
        yield Code(parent, parent, None, speech.said(15, 40), speech.said(10, 20), speech.said(10, 20))
        for child in range(_CHILDREN):
            name = f"Code {place}.{child}"
            about = (speech.said(15, 40), speech.said(10, 20), speech.said(10, 20))
            yield Code(CodeId(f"{parent} / {name}"), name, parent, *about)


def _interview(speech: _Speech, place: int, numbers: range) -> tuple[Source, list[Segment]]:
    source = SourceId(f"interview-{place:02}")
    group, period = _GROUPS[place % len(_GROUPS)], _PERIODS[place % len(_PERIODS)]
    mission, person = _MISSIONS[place % len(_MISSIONS)], f"P{place:02}"
    pieces: list[str] = []
    turns: list[Turn] = []
    segments: list[Segment] = []
    at = 0
    for number in numbers:
        for role, said in ((TurnRole.INTERVIEWER, speech.said(6, 20)), (TurnRole.PARTICIPANT, speech.said(20, 140))):
            turns.append(Turn(at, at + len(said), role, "Interviewer" if role is TurnRole.INTERVIEWER else person))
            if role is TurnRole.PARTICIPANT:
                segments.append(
                    Segment(SegmentId(f"{source}:{number:05}"), source, at, at + len(said), said, len(turns) - 1,
                            SourceKind.INTERVIEW, person, person, group, mission, "named", period, "stated")
                )  # fmt: skip
            pieces.append(said)
            at += len(said) + 2
    text = "\n\n".join(pieces)
    return Source(source, f"transcripts/{place}.txt", SourceKind.INTERVIEW, text, tuple(turns), pseudonym=person,
                  actor_group=group), segments  # fmt: skip


def _suggestions(
    chance: random.Random, speech: _Speech, ids: tuple[SegmentId, ...], codes: list[CodeId]
) -> Iterator[Suggestion]:
    for one in ids:
        score = 0.3 + 0.7 * chance.random()
        for rank, code in enumerate(chance.sample(codes, _TOP), start=1):
            yield Suggestion(
                one, code, rank, round(score / rank, 4), words=tuple(speech.said(3, 3).rstrip(".").split()),
                accepted=tuple(Ground(0.2, other) for other in chance.choices(ids, k=3)),
                rejected=tuple(Ground(-0.1, other) for other in chance.choices(ids, k=2)),
            )  # fmt: skip


def _themes(speech: _Speech, ids: tuple[SegmentId, ...]) -> Iterator[CandidateTheme]:
    number = 60
    for place in range(number):
        own = ids[place::number]
        terms = tuple((word, 0.5) for word in speech.said(8, 8).rstrip(".").split())
        yield CandidateTheme(ThemeId(f"T{place:02}"), terms, own, (1.0,) * len(own), own[:3], own[-2:], 0.9)
