"""The key of pseudonyms and the table for decisions as files, outside every study, for one's own account alone."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from themes.domain import harmless
from themes.errors import PseudonymError
from themes.ingest import SheetRow, read_sheet
from themes.pseudonyms import Choice, Entry, Matching, NameKind, Names, Proposal, said_by_pseudonyms, spelling

T = TypeVar("T")

OF_KEY = ("name", "kind", "pseudonym", "decision", "variants", "matching")
OF_TABLE = (*OF_KEY, "rule", "occurrences", "where", "examples")
MARKS_OF_A_STUDY = ("study.toml", "study.themes")

_AND = "; "
_CHOICES = {
    **dict.fromkeys(("yes", "y", "x", "oui", "o", "replace"), Choice.YES),
    **dict.fromkeys(("no", "n", "non"), Choice.NO),
    **dict.fromkeys(("keep", "k", "public", "garder"), Choice.KEEP),
}
_NOUNS = {
    NameKind.PERSON: "Person",
    NameKind.PLACE: "Place",
    NameKind.ORGANISATION: "Organisation",
    NameKind.OFFICE: "Official",
    NameKind.CONTACT: "Contact",
    NameKind.NUMBER: "Number",
}


def table_of(key: Path) -> Path:
    """Where the table for decisions lies: beside the key."""
    return key.with_name(f"{key.stem}-proposed.csv")


def must_be_outside(path: Path, what: str, study: Path | None = None) -> None:
    """Raises PseudonymError where the path, as written or as links lead, lies in a study folder or in `study`."""
    own = set() if study is None else {_as_written(study), study.resolve()}
    for place in (_as_written(path), path.resolve()):
        for folder in place.parents:
            if is_study(folder) or folder in own:
                raise PseudonymError(
                    f"{path} lies in the study folder {folder}.",
                    f"Keep {what} outside every study: whoever gets the folder would read the real names.",
                )


def _as_written(path: Path) -> Path:
    """The path from the root without detours, links left as they are: a link in a study to a key is refused too."""
    return Path(os.path.abspath(path))  # noqa: PTH100  resolve would follow the links


def is_study(folder: Path) -> bool:
    """Whether the folder holds a study."""
    return any((folder / name).exists() for name in MARKS_OF_A_STUDY)


# --- reading ---


def read_key(path: Path) -> tuple[Entry, ...]:
    """The entries of a key or a table in their order; none where there is no such file.

    A row without a kind is a person's, one without a pseudonym gets the next number of its kind, and brackets are put
    around one that has none. Raises PseudonymError for a row that cannot be understood, or two rows that disagree.
    """
    if not path.exists():
        return ()
    sheet = read_sheet(path, {column: column for column in OF_TABLE}, PseudonymError)
    if "name" not in sheet.columns:
        raise PseudonymError('There is no column "name".', f"The columns are {', '.join(OF_KEY)}.", path.name)
    entries = [_entry(row, path.name) for row in sheet.rows]
    return checked(numbered([one for one in entries if one.name]), path.name)


def _entry(row: SheetRow, file: str) -> Entry:
    where = f"{file}, row {row.row}"
    if row.fault:
        raise PseudonymError(row.fault, "Put a cell that holds the separator in quotation marks.", where)
    kind = _one_of(row["kind"].casefold() or "person", {one.value: one for one in NameKind}, "kind", where)
    choice = _one_of(row["decision"].casefold(), {**_CHOICES, "": None}, "decision", where)
    matching = _one_of(
        row["matching"].casefold() or "any case", {one.value: one for one in Matching}, "matching", where
    )
    pseudonym = row["pseudonym"].strip().strip("[]").strip()
    variants = tuple(_typed(part) for part in row["variants"].split(";") if part.strip())
    return Entry(_typed(row["name"]), kind, f"[{pseudonym}]" if pseudonym else "", choice, variants, matching)


def _typed(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    bare = " ".join(cell.split())
    return bare[1:] if bare.startswith("'") and harmless(bare[1:]) == bare else bare


def _one_of(written: str, known: Mapping[str, T], column: str, where: str) -> T:
    if written not in known:
        allowed = ", ".join(dict.fromkeys(str(value) for value in known.values() if value is not None))
        raise PseudonymError(f'The {column} is "{written}".', f"Write one of: {allowed}.", where)
    return known[written]


def numbered(entries: Sequence[Entry], earlier: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """The entries, with the next free number of its kind for each that has no pseudonym."""
    taken = {one.pseudonym for one in (*earlier, *entries)}
    given = []
    for one in entries:
        number = 1
        while not one.pseudonym and f"[{_NOUNS[one.kind]} {number}]" in taken:
            number += 1
        kept = one if one.pseudonym else replace(one, pseudonym=f"[{_NOUNS[one.kind]} {number}]")
        taken.add(kept.pseudonym)
        given.append(kept)
    return tuple(given)


def checked(entries: Sequence[Entry], where: str) -> tuple[Entry, ...]:
    """The entries without repeats; PseudonymError where a name has two pseudonyms, or a pseudonym holds a name."""
    by_name: dict[str, Entry] = {}
    for one in entries:
        other = by_name.setdefault(spelling(one.name), one)
        if other.pseudonym != one.pseudonym:
            problem = f'"{one.name}" has two pseudonyms, {other.pseudonym} and {one.pseudonym}.'
            raise PseudonymError(problem, "Keep the one that stands in the key already.", where)
        if other.choice is None and one.choice is not None:
            by_name[spelling(one.name)] = one
    kept = tuple(by_name.values())
    names = Names(kept)
    telling = next((one for one in names.entries if _tells(one.pseudonym, names)), None)
    if telling is not None:
        problem = f"The pseudonym {telling.pseudonym} holds a real name."
        raise PseudonymError(problem, "Choose a pseudonym that tells nothing.", where)
    return kept


def _tells(pseudonym: str, names: Names) -> bool:
    """Whether a pseudonym holds a real name; those of the program do not, even where a camp is called Camp."""
    bare = pseudonym.strip("[]")
    return spelling(bare.rstrip(" 0123456789")) not in said_by_pseudonyms() and any(names.find(bare))


# --- writing ---


def write_key(path: Path, entries: Iterable[Entry]) -> None:
    """Writes the key whole or not at all, for one's own account alone."""
    write_whole(path, _csv(OF_KEY, [_cells(one) for one in entries]))


def write_table(path: Path, proposals: Iterable[Proposal]) -> None:
    """Writes the table for decisions, for one's own account alone."""
    rows = []
    for one in proposals:
        where = _AND.join(f"{place.file} line {place.line}" for place in one.places)
        examples = " | ".join(place.context for place in one.places)
        rows.append([*_cells(one.entry), one.rule, str(one.occurrences), where, examples])
    write_whole(path, _csv(OF_TABLE, rows))


def _cells(one: Entry) -> list[str]:
    choice = "" if one.choice is None else one.choice.value
    return [one.name, one.kind.value, one.pseudonym, choice, _AND.join(one.variants), one.matching.value]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows as a table that a spreadsheet opens, with its mark of UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + stream.getvalue()


def write_whole(path: Path, text: str) -> None:
    """The file whole or, whatever happens, as it was; nobody but one's own account may read it."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(text.encode("utf-8", "surrogatepass"))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as cause:
        raise PseudonymError(
            f"{path} cannot be written ({cause.strerror}).", "See that you may write there."
        ) from cause
    finally:
        part.unlink(missing_ok=True)
