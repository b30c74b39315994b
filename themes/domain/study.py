"""What the researcher's files say of the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from themes.domain.sources import Mission, SourceKind, Tier


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a table file holds what; an empty name means that the table has no such column.

    `id` names the column that tells one source from the next (rows with the same id are turns of one source);
    without it every row is a source of its own. `where` keeps only rows whose column holds one of the values.
    """

    text: str
    id: str = ""
    speaker: str = ""
    pseudonym: str = ""
    actor_group: str = ""
    mission: str = ""
    date: str = ""
    period: str = ""
    language: str = ""
    title: str = ""
    tier: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """What study.toml says: actor groups, missions, column maps of tables, and options that differ from the preset."""

    folder: Path
    title: str
    approach: str = "codebook"
    actor_groups: tuple[str, ...] = ()
    group_names: Mapping[str, str] = field(default_factory=dict)
    missions: tuple[Mission, ...] = ()
    tables: Mapping[str, ColumnMap] = field(default_factory=dict)
    preset: str = "default"
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    notice: str = ""

    def mission(self, name: str) -> Mission | None:
        """The mission of that name, or None."""
        return next((mission for mission in self.missions if mission.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of sources.csv; `row` is its line number there. A `speaker` row describes one voice of a focus group."""

    row: int
    file: str
    kind: SourceKind
    id: str = ""
    title: str = ""
    speaker: str = ""
    pseudonym: str = ""
    actor_group: str = ""
    missions: tuple[str, ...] = ()
    day: date | None = None
    periods: tuple[str, ...] = ()
    language: str = ""
    tier: Tier | None = None
