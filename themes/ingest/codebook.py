"""The codebook: one row per code, its place in the tree, its definition and example quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from themes.domain import PATH_SEPARATOR, Code, Codebook, CodeId, Problem, Severity
from themes.errors import CodebookError
from themes.ingest.nearest import nearest
from themes.ingest.sheet import FAULT_REMEDY, SheetRow, find_sheet, read_sheet

HEADINGS: Mapping[str, str] = {
    "code": "code",
    "name": "code",
    "code name": "code",
    "label": "code",
    "parent": "parent",
    "parent code": "parent",
    "path": "path",
    "definition": "definition",
    "description": "definition",
    "meaning": "definition",
    "use when": "use_when",
    "when to use": "use_when",
    "inclusion criteria": "use_when",
    "not when": "not_when",
    "when not to use": "not_when",
    "do not use when": "not_when",
    "exclusion criteria": "not_when",
    "examples": "examples",
    "example": "examples",
    "quotes": "examples",
}
"""Each heading of codebook.csv that is understood, without regard to case and underscores -> the column it means."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the codebook: the levels of its path, or its name and what the parent column says."""

    line: SheetRow
    levels: tuple[str, ...]
    parent: str = ""

    @property
    def name(self) -> str:
        return self.levels[-1]


def read_codebook(study_folder: Path) -> tuple[Codebook, tuple[Problem, ...]]:
    """The codes of the folder's codebook.csv or codebook.xlsx in the order of the file, and what to know of them.

    A code's id is its path (`Parent / Name`); a parent that is only named in a `path` column is made, just before
    the first code that needs it. Without the file, or without rows, the codebook is empty and a warning says what is
    lost. Raises CodebookError, naming the row, for anything that would make the codes mean something else than they
    say: a code twice, a parent that is not there, a circle of parents, an empty name, an unknown column.
    """
    path = find_sheet(study_folder, "codebook", CodebookError)
    if path is None:
        return Codebook(), (_no_codes("codebook.csv", "The study folder holds no codebook."),)
    sheet = read_sheet(path, HEADINGS, CodebookError)
    if not {"code", "path"} & set(sheet.columns):
        raise CodebookError('There is no column "code".', "Add it, with the name of each code.", f"{path.name}, row 1")
    entries = tuple(_entry(line, path.name) for line in sheet.rows)
    codebook = Codebook(_codes(_placed(entries, path.name)))
    if not entries:
        return codebook, (_no_codes(path.name, "The codebook holds no code."),)
    return codebook, _without_definition(codebook, path.name)


def _no_codes(where: str, problem: str) -> Problem:
    lost = "Candidate themes are found, but no code is suggested and no share of a code is estimated."
    remedy = "Write codebook.csv with the columns code, parent, definition, use_when, not_when and examples."
    return Problem(Severity.WARNING, where, f"{problem} {lost}", remedy)


def _without_definition(codebook: Codebook, where: str) -> tuple[Problem, ...]:
    """One warning for all codes that have only a name to be recognised by."""
    bare = [code.id for code in codebook.assignable if not code.definition]
    if not bare:
        return ()
    more = f" and {len(bare) - 5} more" if len(bare) > 5 else ""
    named = ", ".join(f'"{code}"' for code in bare[:5]) + more
    problem = f"{len(bare)} of {len(codebook.assignable)} codes have no definition: {named}."
    remedy = "Define each code in a sentence; suggestions compare a segment with what the code says."
    return (Problem(Severity.WARNING, where, problem, remedy),)


def _fail(problem: str, remedy: str, file: str, *rows: int) -> NoReturn:
    place = f"{'row' if len(rows) == 1 else 'rows'} {', '.join(map(str, sorted(rows)))}"
    raise CodebookError(problem, remedy, f"{file}, {place}")


# --- a row ---


def _entry(line: SheetRow, file: str) -> _Entry:
    if line.fault:
        _fail(line.fault, FAULT_REMEDY, file, line.row)
    name, parent = _spaced(line["code"]), _spaced(line["parent"])
    if not line["path"]:
        _check_name(name, file, line.row)
        return _Entry(line, (name,), parent)
    levels = _levels(line["path"])
    if "" in levels:
        _fail(f'The path "{line["path"]}" has an empty level.', "Name each level.", file, line.row)
    said = [("code", name, levels[-1]), ("parent", parent, PATH_SEPARATOR.join(levels[:-1]))]
    for column, cell, level in said:
        if cell and cell.casefold() not in (level.casefold(), _levels(level)[-1].casefold()):
            problem = f'The path "{line["path"]}" and the {column} "{cell}" do not agree.'
            _fail(problem, f"Mend one of them, or leave the column {column} empty.", file, line.row)
    return _Entry(line, levels)


def _check_name(name: str, file: str, row: int) -> None:
    if not name:
        _fail("The code has no name.", "Name it in the column code.", file, row)
    if PATH_SEPARATOR in f" {name} ":
        remedy = "Write the name without it, or put the whole path into a column path."
        _fail(
            f'The name "{name}" holds "{PATH_SEPARATOR}", which stands between a parent and a code.',
            remedy,
            file,
            row,
        )


def _spaced(cell: str) -> str:
    return " ".join(cell.split())


def _levels(path: str) -> tuple[str, ...]:
    return tuple(level.strip() for level in re.split(r"(?<= )[/>](?= )", f" {_spaced(path)} "))


def _folded(levels: Iterable[str]) -> tuple[str, ...]:
    return tuple(level.casefold() for level in levels)


# --- the tree ---


def _placed(entries: tuple[_Entry, ...], file: str) -> Mapping[tuple[str, ...], _Entry]:
    """The levels of each code -> its row, in the order of the file."""
    parents: dict[str, list[_Entry]] = {}
    for entry in (*entries, *_implied(entries)):
        parents.setdefault(entry.name.casefold(), []).append(entry)
    _refuse_doubles(
        (((entry.parent, *entry.levels) if entry.parent else entry.levels, entry) for entry in entries), file
    )
    placed = [(_path(entry, (), parents, file), entry) for entry in entries]
    _refuse_doubles(placed, file)
    return dict(placed)


def _refuse_doubles(named: Iterable[tuple[tuple[str, ...], _Entry]], file: str) -> None:
    """Raises CodebookError for the first path that stands in two rows."""
    rows: dict[tuple[str, ...], int] = {}
    for levels, entry in named:
        row = rows.setdefault(_folded(levels), entry.line.row)
        if row != entry.line.row:
            problem = f'The code "{PATH_SEPARATOR.join(levels)}" is there twice.'
            _fail(problem, "Keep one of the rows, or rename its code.", file, row, entry.line.row)


def _implied(entries: tuple[_Entry, ...]) -> Iterator[_Entry]:
    """The parents that only paths name, each once."""
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        for depth in range(1, len(entry.levels)):
            levels = entry.levels[:depth]
            if _folded(levels) not in seen and not any(_answers_to(other, levels) for other in entries):
                yield _Entry(entry.line, levels)
            seen.add(_folded(levels))


def _answers_to(entry: _Entry, levels: tuple[str, ...]) -> bool:
    """Whether the entry can be what `levels` names: they agree from the end upwards, as far as its row tells."""
    known = _folded((*(_levels(entry.parent) if entry.parent else ()), *entry.levels))
    depth = min(len(known), len(levels))
    return known[-depth:] == _folded(levels)[-depth:] and (bool(entry.parent) or len(known) >= len(levels))


def _path(entry: _Entry, below: tuple[_Entry, ...], parents: Mapping[str, list[_Entry]], file: str) -> tuple[str, ...]:
    """The levels from the top of the tree down to the entry; `below` are the entries whose parent led to it."""
    if not entry.parent:
        return entry.levels
    chain = (*below, entry)
    named = _named(entry.parent, parents)
    found = [parent for parent in named if parent not in chain]
    if named and not found:
        circle = chain[chain.index(named[0]) :]
        names = " in ".join(f'"{code.name}"' for code in (*circle, circle[0]))
        rows = (code.line.row for code in circle)
        _fail(f"Codes stand in each other in a circle: {names}.", "Mend the parent of one of them.", file, *rows)
    if len(found) > 1:
        rows = (parent.line.row for parent in found)
        problem = (
            f'"{entry.parent}", the parent of "{entry.name}" in row {entry.line.row}, is the name of several codes.'
        )
        _fail(problem, f"Write the whole path of the parent, as in A{PATH_SEPARATOR}B.", file, *rows)
    if not found:
        known = dict.fromkeys(other.name for others in parents.values() for other in others if other is not entry)
        problem = f'The parent "{entry.parent}" of "{entry.name}" is no code. {nearest(entry.parent, known)}'
        _fail(problem, "Mend the name, or add a row for the parent.", file, entry.line.row)
    return (*_path(found[0], chain, parents, file), *entry.levels)


def _named(parent: str, parents: Mapping[str, list[_Entry]]) -> list[_Entry]:
    """The entries that a cell of the parent column can mean, which is a name or a path."""
    by_name = parents.get(parent.casefold())
    if by_name is not None:
        # a code at the top has no longer path by which it could be told from others of its name
        return [entry for entry in by_name if not entry.parent and len(entry.levels) == 1] or by_name
    levels = _levels(parent)
    return [entry for entry in parents.get(levels[-1].casefold(), []) if _answers_to(entry, levels)]


def _codes(placed: Mapping[tuple[str, ...], _Entry]) -> tuple[Code, ...]:
    """The codes in the order of the file, each parent without a row just before the first code that needs it."""
    ids: dict[tuple[str, ...], str] = {}
    for levels in sorted(placed, key=len):  # a parent's own row decides how its name is spelled
        _spell(levels, ids)
    rows = {_folded(levels): entry.line for levels, entry in placed.items()}
    codes: dict[str, Code] = {}
    for levels in placed:
        for depth in range(1, len(levels) + 1):
            key = _folded(levels[:depth])
            if depth == len(levels) or key not in rows:
                codes.setdefault(ids[key], _code(ids[key], ids.get(key[:-1]), rows.get(key)))
    return tuple(codes.values())


def _spell(levels: tuple[str, ...], ids: dict[tuple[str, ...], str]) -> str:
    key = _folded(levels)
    if key not in ids:
        ids[key] = PATH_SEPARATOR.join((*([_spell(levels[:-1], ids)] if levels[:-1] else []), levels[-1]))
    return ids[key]


def _code(path: str, parent: str | None, line: SheetRow | None) -> Code:
    name = path.rsplit(PATH_SEPARATOR, maxsplit=1)[-1]
    above = None if parent is None else CodeId(parent)
    if line is None:
        return Code(CodeId(path), name, above)
    examples = (example.strip() for example in re.split(r"(?<=\s)\|(?=\s)", f" {line['examples']} "))
    return Code(
        CodeId(path),
        name,
        above,
        definition=line["definition"],
        use_when=line["use_when"],
        not_when=line["not_when"],
        examples=tuple(example for example in examples if example),
    )
