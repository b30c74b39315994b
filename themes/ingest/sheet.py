"""Rows of a list that a person keeps as .csv or .xlsx, each with the line number that their program shows.

Written by hand because the readers at hand (pandas, csv.DictReader) lose the line numbers, and turn a row that is cut
wrongly into one that looks right.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from themes.errors import ThemesError
from themes.ingest.nearest import nearest

_DELIMITERS = ",;\t"
_END = "\0end of the list"
FAULT_REMEDY = "See that a cell that holds a comma, a semicolon or a quotation mark stands in quotation marks."
_LARGEST_WORKBOOK = 500_000_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its line number in the file (sheet row in .xlsx), and its text by column, stripped.

    `fault` says what is wrong with how the row is written; its cells cannot be trusted then.
    """

    row: int
    cells: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as read: the columns it has, by their agreed names, and the rows that are not empty."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def find_sheet(folder: Path, stem: str, error: type[ThemesError]) -> Path | None:
    """The file `stem`.csv or `stem`.xlsx of the folder, in upper or lower case, None where there is neither.

    Raises `error` where there are two, since nobody could say which of them counts.
    """
    wanted = {f"{stem}.csv", f"{stem}.xlsx"}
    files = folder.iterdir() if folder.is_dir() else ()
    found = sorted(path for path in files if path.name.casefold() in wanted and path.is_file())
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise error(f"The study folder holds {names}.", "Keep the one that counts and move the other away.", stem)
    return found[0] if found else None


def read_sheet(path: Path, columns: Mapping[str, str], error: type[ThemesError], remark: str = "") -> Sheet:
    """The rows of a .csv or .xlsx list; `columns` gives the agreed name for each heading that is understood.

    Headings are compared without regard to case, blanks, hyphens and underscores. A .csv may be cut by comma,
    semicolon or tab, in UTF-8, UTF-16 or Windows-1252; of an .xlsx the first sheet is read. Rows whose first cell
    begins with `remark` are passed over. Raises `error` where the file cannot be opened, has no headings, or has a
    heading that is unknown or there twice.
    """
    lines = iter(_workbook_lines(path, error) if path.suffix.casefold() == ".xlsx" else _text_lines(path, error))
    heading = next(((row, cells) for row, cells in lines if any(cells)), None)
    if heading is None:
        raise error("The file is empty.", f"Give it a first row of headings: {', '.join(_agreed(columns))}.", path.name)
    row, headings = heading
    names = _names(headings, columns, error, f"{path.name}, row {row}")
    kept = (line for line in lines if not (remark and line[1] and line[1][0].startswith(remark)))
    return Sheet(tuple(name for name in names if name), tuple(_rows(kept, names)))


def headings_of(path: Path, error: type[ThemesError]) -> frozenset[str]:
    """The headings of a .csv or .xlsx list, without blanks, hyphens and underscores, in small letters."""
    lines = iter(_workbook_lines(path, error) if path.suffix.casefold() == ".xlsx" else _text_lines(path, error))
    return frozenset(_folded(cell) for cell in next((cells for _, cells in lines if any(cells)), ()) if cell)


def _agreed(columns: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(columns.values()))


def _names(
    headings: Sequence[str], columns: Mapping[str, str], error: type[ThemesError], where: str
) -> tuple[str, ...]:
    """The agreed name of each column, empty where the heading is."""
    understood = {_folded(heading): name for heading, name in columns.items()}
    names = tuple(understood.get(_folded(heading), heading and "?") for heading in headings)
    if "?" in names:
        heading = headings[names.index("?")]
        remedy = f"Rename the column, or take it out. The columns are {', '.join(_agreed(columns))}."
        raise error(f'There is no column "{heading[:60]}". {nearest(heading, columns)}', remedy, where)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise error(f'Two columns say "{twice}".', "Keep one of them.", where)
    return names


def _folded(heading: str) -> str:
    return re.sub(r"[\s_-]+", "", heading).casefold()


def _rows(lines: Iterable[tuple[int, Sequence[str]]], names: Sequence[str]) -> Iterator[SheetRow]:
    for row, cells in lines:
        if cells and cells[-1] == _END:
            yield SheetRow(row, fault="A quotation mark is opened here and never closed, so nothing after it is read.")
        elif any(cells[len(names) :]) or any(cell for cell, name in zip(cells, names, strict=False) if not name):
            yield SheetRow(row, fault="It has more cells than there are headings.")
        elif any(cells):
            yield SheetRow(row, {name: cell for name, cell in zip(names, cells, strict=False) if name})


def _text_lines(path: Path, error: type[ThemesError]) -> Iterator[tuple[int, Sequence[str]]]:
    """(line number, cells) of each record of a .csv; the number is that of the record's first line."""
    text = _decoded(path, error)
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=_delimiter(text))
    begins = 1
    try:
        for cells in reader:
            if cells == [_END]:
                return
            open_quote = bool(cells) and cells[-1].endswith(_END)
            yield begins, [_END] if open_quote else [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as cause:
        raise error(
            f"The list cannot be read: {cause}.", "Save it again as CSV UTF-8.", f"{path.name}, row {begins}"
        ) from cause


def _delimiter(text: str) -> str:
    """The sign that cuts the first line into the most cells; a comma where none does."""
    heading = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(_DELIMITERS, key=lambda sign: len(next(csv.reader([heading], delimiter=sign), [])))


def _decoded(path: Path, error: type[ThemesError]) -> str:
    content = _bytes(path, error)
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return _guessed(content, path, error)


def _guessed(content: bytes, path: Path, error: type[ThemesError]) -> str:
    from charset_normalizer import from_bytes

    # what Excel writes on Windows; it must win over look-alikes on a short file
    best = from_bytes(content, cp_isolation=["cp1252"]).best() or from_bytes(content).best()
    if best is None:
        raise error("The file is no text that can be read.", "Save it again as CSV UTF-8.", path.name)
    return str(best)


def _bytes(path: Path, error: type[ThemesError]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        remedy = "Close it in other programs and see that you may read it."
        raise error(f"The file cannot be opened ({cause.strerror}).", remedy, path.name) from cause


def _workbook_lines(path: Path, error: type[ThemesError]) -> Iterator[tuple[int, Sequence[str]]]:
    """(sheet row, cells) of each row of the first sheet."""
    import openpyxl

    content = io.BytesIO(_bytes(path, error))
    try:
        _refuse_swollen(content)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; we read the text alone
            warnings.simplefilter("ignore")
            with closing(openpyxl.load_workbook(content, read_only=True, data_only=True)) as workbook:
                sheet = workbook.worksheets[0]
                sheet.reset_dimensions()  # some programs write a wrong extent, and rows would be missing
                lines = [[_text(value) for value in cells] for cells in sheet.iter_rows(values_only=True)]
    except Exception as cause:  # openpyxl lets through whatever a damaged file provokes (KeyError, ValueError, ...)
        remedy = "Open it in a spreadsheet program, without a password, and save it again as .xlsx or .csv."
        raise error("The file cannot be read as an Excel workbook.", remedy, path.name) from cause
    return iter(list(enumerate(lines, start=1)))


def _refuse_swollen(content: io.BytesIO) -> None:
    """A small file that unpacks to more than half a gigabyte is no list of anybody's interviews."""
    with zipfile.ZipFile(content) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_WORKBOOK:
            raise ValueError("unpacks to more than a list can hold")


def _text(value: object) -> str:
    """A cell as its reader would have typed it: whole numbers without `.0`, dates as 2014-05-31."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
