"""How a candidate theme stands: of which texts it is made, whose it is, how firmly it was found and at which level."""

from __future__ import annotations

from dataclasses import dataclass

from themes.domain import CandidateTheme, SourceKind
from themes.report.cells import Counts
from themes.report.material import Material
from themes.report.quotes import label
from themes.report.tables import talk_of
from themes.report.words import percent

LOOSE_UNDER = 0.5
"""A candidate theme found again in fewer resamples than this is marked as loose."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How much of a candidate theme is talk and how much mandate, in segments; `width` of the talk from 0 to 100."""

    talk: int
    mandates: int
    width: float


@dataclass(frozen=True, slots=True)
class Level:
    """A candidate theme of another level: its id, what it is called, and how many segments it has, empty if hidden."""

    id: str
    title: str
    size: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a card says of how its candidate theme stands; what is empty or None is not said.

    `texts` counts the different texts where some are renewals or repeated. `again` is the share of resamples in which
    it was found again; `lost` means that the last run did not find it at all. `voice` is how much of its talk one
    participant supplies, beyond chance.
    """

    texts: int | None
    mix: Mix | None
    voice: str
    again: str
    loose: bool
    lost: bool
    granularity: str
    parent: Level | None
    parts: tuple[Level, ...]


def grounds(material: Material, counts: Counts, theme: CandidateTheme) -> Grounds:
    """How the candidate theme stands; nothing that could be counted of talk where too few people speak."""
    hidden = bool(counts.few_in_talk)
    parent = material.level.get(theme.parent) if theme.parent else None
    parts = material.parts.get(theme.id, ())
    measured = material.has_stability and theme.id not in material.lost
    texts = material.different_texts(theme)
    return Grounds(
        texts=None if hidden or texts == len(theme.segments) else texts,
        mix=None if hidden else _mix(material, theme),
        voice="" if hidden else _voice(material, theme),
        again=percent(theme.stability) if measured else "",
        loose=measured and theme.stability < LOOSE_UNDER,
        lost=theme.id in material.lost,
        granularity=str(theme.granularity) if material.hierarchy else "",
        parent=_level(material, parent, hidden) if parent else None,
        parts=tuple(_level(material, part, hidden) for part in parts),
    )


def _level(material: Material, theme: CandidateTheme, hidden: bool) -> Level:
    return Level(theme.id, label(material, theme), "" if hidden else f"{len(theme.segments):,}")


def _mix(material: Material, theme: CandidateTheme) -> Mix | None:
    """None in a study of talk alone, or of mandates alone."""
    if not theme.segments or len({segment.kind is SourceKind.MANDATE for segment in material.segments}) < 2:
        return None
    talk = len(talk_of(material, theme))
    return Mix(talk, len(theme.segments) - talk, round(100 * talk / len(theme.segments), 1))


def _voice(material: Material, theme: CandidateTheme) -> str:
    talk = talk_of(material, theme)
    if not theme.one_voice or not talk:
        return ""
    share = sum(segment.participant == theme.one_voice for segment in talk) / len(talk)
    return "all of its talk" if share == 1 else f"{percent(share)} of its talk"
