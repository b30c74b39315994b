"""The list of sources: one row per interview, focus group, statement, mandate or table file.

Trouble in one row is a Problem that names the row, and never keeps the other rows from being read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from themes.domain import (
    PATH_SEPARATOR,
    UNSPECIFIED,
    Mission,
    Problem,
    Severity,
    SourceKind,
    SourceRow,
    Study,
    Tier,
    ancestors,
)
from themes.errors import SourcesError
from themes.ingest.nearest import nearest
from themes.ingest.sheet import FAULT_REMEDY, SheetRow, find_sheet, read_sheet
from themes.ingest.study_files import StudyFiles, slashed, study_files

COLUMNS = (
    "file",
    "kind",
    "id",
    "title",
    "speaker",
    "pseudonym",
    "actor_group",
    "mission",
    "date",
    "period",
    "language",
    "tier",
)
"""The columns of sources.csv; only `file` and `kind` must be there."""


class _RowError(Exception):
    """A row cannot be used: what is wrong, and the remedy."""


@dataclass
class _Notes:
    """What is wrong with the list, gathered while it is read."""

    file: str
    found: list[tuple[int, Problem]] = field(default_factory=list)

    def warn(self, row: int, problem: str, remedy: str) -> None:
        self.found.append((row, Problem(Severity.WARNING, self._where(row), problem, remedy)))

    def leave_out(self, row: int, problem: str, remedy: str) -> None:
        self.found.append((row, Problem(Severity.ERROR, self._where(row), f"{problem} The row is left out.", remedy)))

    def in_order(self) -> tuple[Problem, ...]:
        """The problems by row; what concerns no row comes last."""
        return tuple(problem for _, problem in sorted(self.found, key=lambda entry: entry[0] or 10**9))

    def _where(self, row: int) -> str:
        return f"{self.file}, row {row}" if row else self.file


@dataclass(frozen=True)
class _Known:
    """What a row may name: the study's words, its files, and each file's kind as first given."""

    study: Study
    groups: Mapping[str, str]
    files: StudyFiles
    kinds: Mapping[str, str]


def read_sources(study: Study) -> tuple[tuple[SourceRow, ...], tuple[Problem, ...]]:
    """The usable rows of the study's sources.csv or sources.xlsx, in their order, and what is wrong with the rest.

    An error among the problems means that its row is left out; a warning that the row is kept, with what the warning
    says. A row whose first cell begins with `# ` is a remark. Raises SourcesError where the list as a whole is of no
    use: none there or two, no headings, a column unknown or missing.
    """
    path = find_sheet(study.folder, "sources", SourcesError)
    if path is None:
        remedy = f"Make sources.csv with the columns {', '.join(COLUMNS)}, or begin a study with `themes new FOLDER`."
        raise SourcesError("The study folder holds neither sources.csv nor sources.xlsx.", remedy)
    sheet = read_sheet(path, {column: column for column in COLUMNS}, SourcesError, remark="# ")
    _check_columns(sheet.columns, path.name)
    notes = _Notes(path.name)
    files = study_files(study.folder)
    known = _Known(study, _group_levels(study), files, _first_kinds(sheet.rows))
    rows = tuple(row for line in sheet.rows if (row := _row(line, known, notes)) is not None)
    rows = _with_own_ids(_without_repeats(rows, notes), notes)
    _compare_pseudonyms(rows, notes)
    for file in files.unlisted(line["file"] for line in sheet.rows):
        notes.warn(0, f"No row lists the file {file}, so it is not read.", "Add a row for it, or move it elsewhere.")
    if not sheet.rows:
        notes.warn(0, "The list holds no source.", "Add a row for each interview, focus group or mandate.")
    return rows, notes.in_order()


def _check_columns(columns: tuple[str, ...], file: str) -> None:
    if "file" not in columns:
        raise SourcesError('There is no column "file".', "Add it, with the path of each file.", f"{file}, row 1")
    if "kind" not in columns:
        raise SourcesError('There is no column "kind".', f"Add it; a kind is {_listed(SourceKind)}.", f"{file}, row 1")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _row(line: SheetRow, known: _Known, notes: _Notes) -> SourceRow | None:
    """The row as the other stages take it, or None where it is left out."""
    try:
        if line.fault:
            raise _RowError(line.fault, FAULT_REMEDY)
        file = _file(line["file"], known.files)
        kind = _kind(line, known, notes)
    except _RowError as cause:
        notes.leave_out(line.row, *cause.args)
        return None
    missions = _missions(line, known.study, notes)
    return SourceRow(
        row=line.row,
        file=file,
        kind=kind,
        id=line["id"],
        title=line["title"],
        speaker=line["speaker"],
        pseudonym=line["pseudonym"],
        actor_group=_group(line, known, notes),
        missions=missions,
        day=_day(line, notes),
        periods=_periods(line, missions, known.study, notes),
        language=line["language"],
        tier=_tier(line, notes),
    )


def _file(cell: str, files: StudyFiles) -> str:
    """The path relative to the study of the file that the cell names."""
    if not cell:
        raise _RowError("No file is named.", "Write the file's path, as in transcripts/interview-01.docx.")
    if files.leads_out(cell):
        remedy = "Copy the file into the study folder, and write its path from there."
        raise _RowError(f"The file {cell[:200]} lies outside the study folder.", remedy)
    found = files.find(cell)
    if found is None:
        near = files.nearest(cell)
        hint = f" The nearest is {near}." if near else ""
        raise _RowError(f"There is no file {cell[:200]} in the study folder.{hint}", "Mend the path, or add the file.")
    return found


# --- kind, group and tier ---


def _word(cell: str) -> str:
    return re.sub(r"[\s_-]+", " ", cell).strip().casefold()


def _first_kinds(lines: Iterable[SheetRow]) -> Mapping[str, str]:
    """The kind that each file is first given, so that the rows of a focus group's voices need not repeat it."""
    kinds: dict[str, str] = {}
    for line in lines:
        if line["kind"]:
            kinds.setdefault(slashed(line["file"]), line["kind"])
    return kinds


def _kind(line: SheetRow, known: _Known, notes: _Notes) -> SourceKind:
    first = known.kinds.get(slashed(line["file"]), "")
    cell = _word(line["kind"] or first)
    if cell not in set(SourceKind):
        problem = f'There is no kind "{line["kind"]}". {nearest(cell, SourceKind)}' if cell else "No kind is given."
        raise _RowError(problem, f"Write one of {_listed(SourceKind)}.")
    if _word(first) in set(SourceKind) and _word(first) != cell:
        problem = f'This row calls {line["file"]} "{cell}", an earlier row "{_word(first)}", which counts.'
        notes.warn(line.row, problem, "Give all rows of one file the same kind.")
        return SourceKind(_word(first))
    return SourceKind(cell)


def _level(group: str) -> str:
    """`un/dpo` and `UN > DPO` are found as `UN / DPO`."""
    return re.sub(r"\s*[/>]\s*", PATH_SEPARATOR, group).casefold()


def _group_levels(study: Study) -> Mapping[str, str]:
    """Everything that a row may say for a group: the groups, the levels above them, and their names in tables."""
    levels = {_level(level): level for group in study.actor_groups for level in reversed(ancestors(group))}
    return levels | {_level(name): group for name, group in study.group_names.items()}


def _group(line: SheetRow, known: _Known, notes: _Notes) -> str:
    cell = line["actor_group"]
    if not cell or cell.casefold() == UNSPECIFIED:
        return cell.casefold()
    group = known.groups.get(_level(cell))
    if group is None and known.study.actor_groups:
        problem = f'There is no actor group "{cell}". {nearest(cell, dict.fromkeys(known.groups.values()))}'
        notes.warn(line.row, f"{problem} The row counts as {UNSPECIFIED}.", "Mend it, or add it to study.toml.")
        return UNSPECIFIED
    return group or cell


def _tier(line: SheetRow, notes: _Notes) -> Tier | None:
    """A tier that is not understood closes the source: to be open by mistake can harm somebody."""
    cell = _word(line["tier"])
    if not cell:
        return None
    if cell not in set(Tier):
        problem = (
            f'There is no tier "{line["tier"]}". {nearest(cell, Tier)} The row counts as "{Tier.NOT_FOR_QUOTATION}".'
        )
        notes.warn(line.row, problem, f"Write one of {_listed(Tier)}.")
        return Tier.NOT_FOR_QUOTATION
    return Tier(cell)


# --- mission, date and period ---


def _several(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split(";") if part.strip())


def _mission(name: str, study: Study) -> Mission | None:
    return next((mission for mission in study.missions if mission.name.casefold() == name.casefold()), None)


def _missions(line: SheetRow, study: Study, notes: _Notes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in _several(line["mission"]):
        mission = _mission(name, study) if study.missions else Mission(name)
        if mission is None:
            hint = nearest(name, (mission.name for mission in study.missions))
            problem = f'There is no mission "{name}" in study.toml. {hint}'.rstrip()
            notes.warn(
                line.row, f"{problem} The row goes without it.", "Mend the name, or add [[missions]] to study.toml."
            )
        else:
            found[mission.name] = None
    return tuple(found)


def _day(line: SheetRow, notes: _Notes) -> date | None:
    cell = line["date"]
    if not cell:
        return None
    written = re.match(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]\d\d:\d\d.*)?$", cell)
    try:
        year, month, day = written.groups() if written else ("0", None, None)
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        problem = f'"{cell}" is no date that is understood; the row goes without a date.'
        notes.warn(line.row, problem, "Write year, month and day as in 2014-05-31.")
        return None
    if day is None:
        notes.warn(
            line.row, f'"{cell}" is taken as {found}.', "Write the whole date, as in 2014-05-31, where it is known."
        )
    return found


def _periods(line: SheetRow, missions: tuple[str, ...], study: Study, notes: _Notes) -> tuple[str, ...]:
    """The periods that the row names, spelled as in study.toml."""
    in_question = [mission for mission in study.missions if not missions or mission.name in missions]
    found: dict[str, None] = {}
    for name in _several(line["period"]):
        spelled = _period(name, in_question) or _period_of_mission(name, in_question)
        if spelled is None:
            hint = nearest(name, dict.fromkeys(period.name for mission in in_question for period in mission.periods))
            whose = f" of {', '.join(missions)}" if missions else ""
            problem = f'There is no period "{name}"{whose} in study.toml. {hint}'.rstrip()
            notes.warn(
                line.row, f"{problem} The row goes without it.", "Mend the name, or add the period to study.toml."
            )
        else:
            found[spelled] = None
    return tuple(found)


def _period(name: str, missions: Iterable[Mission]) -> str | None:
    periods = (period.name for mission in missions for period in mission.periods)
    return next((period for period in periods if period.casefold() == name.casefold()), None)


def _period_of_mission(name: str, missions: Iterable[Mission]) -> str | None:
    """`mission: period`, spelled as in study.toml."""
    for mission in missions:
        prefix = f"{mission.name}:"
        if name.casefold().startswith(prefix.casefold()):
            period = _period(name[len(prefix) :].strip(), (mission,))
            return f"{mission.name}: {period}" if period else None
    return None


# --- between rows ---


def _without_repeats(rows: Iterable[SourceRow], notes: _Notes) -> tuple[SourceRow, ...]:
    """The rows without those that describe again what an earlier row does: the same file with the same speaker."""
    first: dict[tuple[str, str], SourceRow] = {}
    for row in rows:
        earlier = first.setdefault((row.file, row.speaker.casefold()), row)
        if earlier is not row:
            whom = f'"{row.speaker}" in {row.file}' if row.speaker else row.file
            remedy = "Keep one row of the two; in a focus group, give each voice its speaker label."
            notes.leave_out(row.row, f"Row {earlier.row} describes {whom} already.", remedy)
    return tuple(first.values())


def _with_own_ids(rows: tuple[SourceRow, ...], notes: _Notes) -> tuple[SourceRow, ...]:
    """The rows with an id that another file has already taken away."""
    first: dict[str, SourceRow] = {}
    kept = []
    for row in rows:
        earlier = first.setdefault(row.id, row) if row.id else row
        taken = earlier.file != row.file
        if taken:
            problem = f'The id "{row.id}" is that of row {earlier.row} already; this row goes without it.'
            notes.warn(row.row, problem, "Give each file an id of its own.")
        kept.append(replace(row, id="") if taken else row)
    return tuple(kept)


def _compare_pseudonyms(rows: Iterable[SourceRow], notes: _Notes) -> None:
    first: dict[str, SourceRow] = {}
    for row in rows:
        if not row.pseudonym or row.actor_group in ("", UNSPECIFIED):
            continue
        earlier = first.setdefault(row.pseudonym.casefold(), row)
        if earlier.actor_group != row.actor_group:
            problem = (
                f"{row.pseudonym} belongs to {earlier.actor_group} in row {earlier.row} "
                f"and to {row.actor_group} in row {row.row}."
            )
            notes.warn(row.row, problem, "Give both rows the same group, or two people two pseudonyms.")
