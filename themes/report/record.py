"""What a report tells beside its material: who decided how much and what they saw, edits, draws, options, versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from themes.domain import CodebookEdit, Estimate


@dataclass(frozen=True, slots=True)
class CoderTally:
    """One coder's decisions that stand, as the log names the coder.

    Of `decisions` on `segments`, `blind` were taken without any suggestion in sight, `with_suggestion` with one,
    `repeats` on segments coded once more, blind; of the others it is not known. `in_bulk` were accepted together.
    """

    name: str
    decisions: int
    segments: int
    blind: int = 0
    with_suggestion: int = 0
    repeats: int = 0
    in_bulk: int = 0


@dataclass(frozen=True, slots=True)
class DrawTally:
    """One draw: of `segments` it took `drawn`, with chances from `lowest` to `highest`; `coded` needed no draw.

    `day` is when it was kept, `edits` how many edits of the codebook were made before it.
    """

    id: int
    extends: int | None
    codes: int
    share: float
    evenly: float
    seed: int
    segments: int
    drawn: int
    coded: int
    lowest: float
    highest: float
    day: date
    edits: int = 0


@dataclass(frozen=True, slots=True)
class AuditTally:
    """An audit with its further draws: of `drawn` segments in all, people have `answered` so many."""

    draws: tuple[DrawTally, ...]
    drawn: int
    answered: int


@dataclass(frozen=True, slots=True)
class Record:
    """What the project knows of how a study was made. No path stands in it, and no time but days of the log.

    `acts` counts what people did with candidate themes, `judged` the segments of which somebody has said something, for
    suggestions learn from these. `promised` says whether sets of suggestions hold what they promise. `edits` are all
    edits of the codebook, oldest first, and `undone` the numbers of those that do not count. `estimates` hold nothing
    that may not be said. `options` are all options as used, by stage, `differing` those that are not the usual ones.
    `days` are the first and the last day of the log (UTC), `entries` the number of its last entry.
    """

    coders: tuple[CoderTally, ...] = ()
    audits: tuple[AuditTally, ...] = ()
    edits: tuple[CodebookEdit, ...] = ()
    undone: frozenset[int] = frozenset()
    acts: Mapping[str, int] = field(default_factory=dict)
    memos: int = 0
    judged: int = 0
    promised: bool = False
    estimates: tuple[Estimate, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    days: tuple[date, date] | None = None
    entries: int = 0
    python: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)

    def option(self, stage: str, name: str) -> object:
        """The value of an option as used; None where it is not known."""
        return self.options.get(stage, {}).get(name)
