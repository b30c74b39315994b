"""What remains at risk in a study with pseudonyms: traits that few share, days, offices, what looks like a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themes.domain import UNSPECIFIED, Source, SourceKind, Study, TurnRole
from themes.errors import ReadingError
from themes.ingest import IngestOptions, read, read_sources, read_study
from themes.pipeline.inputs import by_file
from themes.pseudonyms import (
    Choice,
    Described,
    NameKind,
    Rare,
    Transcript,
    days_said,
    propose,
    rare,
    roles_in,
    roles_said,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One interview: the days and the roles that its words name, and how many words still look like names."""

    source: str
    days: tuple[str, ...]
    roles: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """What remains: rare combinations of traits, telling words by interview, and files that could not be read."""

    study: str
    participants: int
    least: int
    rare: tuple[Rare, ...]
    telling: tuple[Telling, ...]
    unread: tuple[str, ...] = ()


def risk(folder: Path, least: int) -> Risk:
    """What list and transcripts still tell of who speaks; `least` is how many should share a combination."""
    study = read_study(folder)
    rows, _ = read_sources(study)
    sources: list[Source] = []
    unread: list[str] = []
    for file, own in by_file(rows).items():
        if own[0].kind is SourceKind.MANDATE:
            continue
        try:
            sources += read(folder, own, study, IngestOptions(detect_language=False)).sources
        except ReadingError as trouble:
            unread.append(f"{file}: {trouble.problem}")
    described = [_described(one, study) for one in sources]
    names = _looking_like_names(sources)
    told = tuple(_telling(one, names[one.id]) for one in sources)
    participants = len({one.participant for one in described})
    return Risk(study.title, participants, least, rare(described, least), told, tuple(unread))


def _described(source: Source, study: Study) -> Described:
    missions = [mission for name in source.missions if (mission := study.mission(name)) is not None]
    periods = frozenset(period.name for mission in missions if source.day and (period := mission.period_on(source.day)))
    traits = {
        "actor group": frozenset((source.actor_group,)) - {UNSPECIFIED},
        "mission": frozenset(source.missions),
        "period": periods | frozenset(source.periods),
        "year": frozenset((str(source.day.year),)) if source.day else frozenset(),
        "role": roles_in(source.title) | roles_said(_said(source)),
    }
    return Described(source.id, source.pseudonym or source.id, traits)


def _said(source: Source) -> str:
    turns = (turn for turn in source.turns if turn.role is TurnRole.PARTICIPANT)
    return "\n\n".join(source.text[turn.start : turn.end] for turn in turns)


def _telling(source: Source, names: Sequence[str]) -> Telling:
    roles = sorted(roles_in(source.title) | roles_said(_said(source)))
    return Telling(source.id, days_said(source.text), tuple(roles), tuple(names))


def _looking_like_names(sources: Sequence[Source]) -> Mapping[str, list[str]]:
    """What the rules still take for a name of a person, place or organisation, by source, the most frequent first."""
    found: dict[str, list[str]] = {source.id: [] for source in sources}
    for source in sources:
        for one in propose([Transcript(source.id, source.text)]):
            if one.entry.choice is not Choice.KEEP and one.entry.kind is not NameKind.OFFICE:
                found[source.id].append(one.entry.name)
    return found
