"""What the list of sources says, as variables and cases of other programs; `naming.rows` reads them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from themes.domain import UNSPECIFIED, Source, SourceId, SourceKind, Tier


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A participant: their name, what is said of them, and the sources in which they speak (under which label)."""

    name: str
    speaker: str
    values: Mapping[str, str]
    sources: tuple[SourceId, ...]


def told_values(source: Source, *, case: bool = False) -> dict[str, str]:
    """What is said of a source, by column; with the actor group where no case says it."""
    group = source.actor_group if case or _unnamed(source) else ""
    said = {
        "id": source.id,
        "kind": source.kind.value if source.kind is not SourceKind.INTERVIEW else "",
        "title": source.title if not (source.kind is SourceKind.MANDATE and source.title == source.symbol) else "",
        "mission": "; ".join(source.missions),
        "date": source.day.isoformat() if source.day else "",
        "period": "; ".join(source.periods),
        "language": source.language,
        "tier": source.tier.value if source.tier is not Tier.GROUP else "",
        "actor_group": group if group != UNSPECIFIED else "",
    }
    return {column: cell for column, cell in said.items() if cell}


def told_cases(sources: Iterable[Source]) -> tuple[ToldCase, ...]:
    """The participants of the sources: one for each pseudonym and group, and one for each listed voice."""
    alone: dict[tuple[str, str], list[SourceId]] = {}
    voices: list[ToldCase] = []
    for source in sources:
        if not _unnamed(source):
            alone.setdefault((source.pseudonym, source.actor_group), []).append(source.id)
        for voice in source.voices:
            said = {"speaker": voice.speaker} | _group(voice.actor_group)
            voices.append(ToldCase(voice.pseudonym or voice.speaker, voice.speaker, said, (source.id,)))
    found = (ToldCase(name, "", _group(group), tuple(own)) for (name, group), own in alone.items())
    return (*found, *voices)


def _group(group: str) -> dict[str, str]:
    return {"actor_group": group} if group != UNSPECIFIED else {}


def _unnamed(source: Source) -> bool:
    return source.pseudonym in ("", source.id)
