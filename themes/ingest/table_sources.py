"""Sources from what a reader found and from what is told of them: by the list of sources, and by a table's columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath

from themes.domain import (
    UNSPECIFIED,
    ColumnMap,
    Source,
    SourceId,
    SourceKind,
    SourceRow,
    Study,
    Tier,
    TurnRole,
    ancestors,
)
from themes.errors import ReadingError
from themes.ingest.mandates import Mandate, read_mandate
from themes.ingest.nearest import nearest
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content, Stretch, lay_out
from themes.ingest.tables import Record, by_source, read_table, slug
from themes.ingest.turns import find_turns, role_of

Doubts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the list of sources tells of a file, with its path and the checksum of its bytes."""

    row: SourceRow
    file: str
    checksum: str

    @property
    def id(self) -> str:
        """The id of the row, else one made of the file's name."""
        return self.row.id or slug(PurePosixPath(self.file).stem)

    def source(self, found: Content, name: SourceId) -> Source:
        """The source of that id with the words that were found."""
        return Source(
            id=name,
            file=self.file,
            kind=self.row.kind,
            text=found.text,
            turns=found.turns,
            title=self.row.title,
            pseudonym=self.row.pseudonym or name,
            actor_group=self.row.actor_group or UNSPECIFIED,
            missions=self.row.missions,
            day=self.row.day,
            periods=self.row.periods,
            language=self.row.language,
            tier=self.row.tier or Tier.GROUP,
            checksum=self.checksum,
        )

    def mandate(self, found: Mandate, name: SourceId) -> tuple[Source, Doubts]:
        """The source of a mandate, with symbol and day from the text; a doubt where the list gives another day."""
        source = self.source(found.content, name)
        doubts = list(found.content.doubts)
        if source.day and found.day and source.day != found.day:
            problem = f"The list dates {found.symbol or name} {source.day}; its text says {found.day}."
            doubts.append((problem, "Mend the date in the list; until then the list's counts."))
        if not found.symbol:
            doubts.append((f"No symbol (S/RES/...) stands in the text of {name}.", "Give the mandate a title."))
        title = source.title or found.symbol
        return replace(source, symbol=found.symbol, day=source.day or found.day, title=title), tuple(doubts)


@dataclass(slots=True)
class Tally:
    """Values of a table that were not understood, counted, so that each is told once."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, problem: str, remedy: str) -> None:
        """Counts one row with that problem."""
        self.counts[problem, remedy] += 1

    def doubts(self) -> Doubts:
        """Each problem with its number of rows."""
        return tuple((f"{problem} ({_rows(count)})", remedy) for (problem, remedy), count in self.counts.items())


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def table_sources(
    data: bytes, suffix: str, told: Told, study: Study, options: IngestOptions
) -> tuple[tuple[Source, ...], Doubts]:
    """The sources of a table file, and doubts on its cells. Raises ReadingError where the table gives none."""
    columns = _column_map(told.file, study)
    table = read_table(data, suffix, columns, told.file)
    tally = Tally()
    sources: list[Source] = []
    doubts = list(table.doubts)
    names: set[str] = set()
    for key, records in by_source(table, columns):
        row = _row(records, told.row, columns, study, tally)
        name = _own_name(f"{told.id}-{slug(key)}", names)
        source, more = _one(records, replace(told, row=row), name, columns, options)
        sources.append(source)
        doubts.extend(more)
    if table.empty:
        problem = f"{_rows(len(table.empty))} without a text left out, the first of them row {table.empty[0]}."
        doubts.append((problem, f'Fill the column "{columns.text}" there if words are missing.'))
    return tuple(sources), (*doubts, *tally.doubts())


def _column_map(file: str, study: Study) -> ColumnMap:
    columns = study.tables.get(file) or study.tables.get(PurePosixPath(file).name)
    if columns is None:
        hint = nearest(file, study.tables) if study.tables else ""
        raise ReadingError(
            f"study.toml does not say which columns of this table hold what. {hint}".rstrip(),
            f'Add [tables."{file}"] with text = "..." (the column of the words), and id, actor_group and so on.',
            file,
        )
    return columns


def _own_name(name: str, taken: set[str]) -> SourceId:
    """The name, with a number where another source of the table has it."""
    own, number = name, 1
    while own in taken:
        number += 1
        own = f"{name}-{number}"
    taken.add(own)
    return SourceId(own)


def _one(
    records: Sequence[Record], told: Told, name: SourceId, columns: ColumnMap, options: IngestOptions
) -> tuple[Source, Doubts]:
    """One source: a mandate by its paragraphs, a transcript in a cell by its labels, else a turn for each row."""
    texts = [record.cells[columns.text] for record in records]
    if told.row.kind is SourceKind.MANDATE:
        return told.mandate(read_mandate("\n".join(texts)), name)
    in_one_cell = told.row.kind in (SourceKind.INTERVIEW, SourceKind.FOCUS_GROUP) and not columns.speaker
    if in_one_cell and len(records) == 1:
        found = find_turns(texts[0], options)
        if any(turn.role is not TurnRole.CONTEXT for turn in found.turns):
            return told.source(found, name), found.doubts
    speakers = [record.cells.get(columns.speaker, "").strip() or None for record in records]
    return told.source(lay_out(_stretches(texts, speakers, options)), name), ()


def _stretches(texts: Sequence[str], speakers: Sequence[str | None], options: IngestOptions) -> Iterable[Stretch]:
    for text, speaker in zip(texts, speakers, strict=True):
        role = role_of(speaker, options) if speaker else TurnRole.PARTICIPANT
        yield Stretch(text, role, speaker, label=f"{speaker}: " if speaker and len(texts) > 1 else "")


def _row(records: Sequence[Record], row: SourceRow, columns: ColumnMap, study: Study, tally: Tally) -> SourceRow:
    """The row of the list with what the table's cells say instead; where the rows differ, the first that says it."""

    def cell(column: str) -> str:
        return next((text for record in records if (text := record.cells.get(column, "").strip())), "")

    return replace(
        row,
        title=cell(columns.title) or row.title,
        pseudonym=cell(columns.pseudonym) or row.pseudonym,
        actor_group=_group(cell(columns.actor_group), study, tally) or row.actor_group,
        missions=_missions(cell(columns.mission), study, tally) or row.missions,
        day=_day(cell(columns.date), tally) or row.day,
        periods=_periods(cell(columns.period), study, tally) or row.periods,
        language=cell(columns.language) or row.language,
        tier=_tier(cell(columns.tier), tally) or row.tier,
    )


def _group(name: str, study: Study, tally: Tally) -> str:
    group = study.group_names.get(name, name)
    known = {level for each in study.actor_groups for level in ancestors(each)}
    if group and group != UNSPECIFIED and known and group not in known:
        hint = nearest(group, sorted(known))
        remedy = "Add it to actor_groups, or say under [group_names] in study.toml which group it is."
        tally.add(f'There is no actor group "{group}"; it counts as {UNSPECIFIED}. {hint}', remedy)
        return UNSPECIFIED
    return group


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _missions(cell: str, study: Study, tally: Tally) -> tuple[str, ...]:
    names = {mission.name.casefold(): mission.name for mission in study.missions}
    found: list[str] = []
    for name in _several(cell):
        if name.casefold() in names:
            found.append(names[name.casefold()])
        else:
            remedy = "Mend the name, or add [[missions]] to study.toml."
            tally.add(f'There is no mission "{name}" in study.toml. {nearest(name, names.values())}'.rstrip(), remedy)
    return tuple(dict.fromkeys(found))


def _periods(cell: str, study: Study, tally: Tally) -> tuple[str, ...]:
    names = {period.name.casefold(): period.name for mission in study.missions for period in mission.periods}
    whole = {f"{mission.name}: {period.name}" for mission in study.missions for period in mission.periods}
    spelled = names | {name.casefold(): name for name in whole}
    found: list[str] = []
    for name in _several(cell):
        if name.casefold() in spelled:
            found.append(spelled[name.casefold()])
        else:
            hint = nearest(name, dict.fromkeys(names.values()))
            remedy = "Mend the name, or add the period to study.toml."
            tally.add(f'There is no period "{name}" in study.toml. {hint}'.rstrip(), remedy)
    return tuple(dict.fromkeys(found))


def _day(cell: str, tally: Tally) -> date | None:
    if not cell:
        return None
    written = re.match(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?!\d))?)?(?:[T ].*)?$", cell)
    try:
        year, month, day = written.groups() if written else ("0", None, None)
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        tally.add("A date is not understood and left out.", "Write year, month and day as in 2014-05-31.")
        return None
    if day is None:
        tally.add("A date without a day is taken as the first day.", "Write the whole date where it is known.")
    return found


def _tier(cell: str, tally: Tally) -> Tier | None:
    """A tier that is not understood closes the source: to be open by mistake can harm somebody."""
    word = re.sub(r"[\s_-]+", " ", cell).casefold()
    if not word:
        return None
    if word in set(Tier):
        return Tier(word)
    problem = f'There is no tier "{cell}"; it counts as "{Tier.NOT_FOR_QUOTATION}". {nearest(word, Tier)}'
    tally.add(problem, "Write one of " + ", ".join(f'"{tier}"' for tier in Tier) + ".")
    return Tier.NOT_FOR_QUOTATION
