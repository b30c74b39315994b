"""Real names sought in every byte of a study folder: as text in any encoding, in archives, databases and tables."""

from __future__ import annotations

import gzip
import html
import io
import json
import os
import re
import sqlite3
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from themes.errors import PseudonymError, StudyError
from themes.pipeline.keyfile import is_study, must_be_outside, read_key
from themes.pseudonyms import Entry, Names

_DEPTH = 3
_LARGEST = 300_000_000
"""Bytes that an archive may unpack to; a larger one is named as not searched."""
_AT_ONCE = 16_000_000
"""Bytes of a large file that are looked at together, an even number so that UTF-16 is not shifted."""
_OVERLAP = 2_000
"""Bytes that are looked at twice, so that no name is cut."""
_MARKUP = re.compile(r"<[^<>]{1,400}>")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENTITY = re.compile(r"&#?\w{2,8};")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A real name in the study: the file, where in it (a line, a member, a table), its pseudonym, how often."""

    file: str
    where: str
    pseudonym: str
    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, how many names were sought in how many files, and what could not be searched."""

    names: int
    files: int
    sightings: tuple[Sighting, ...]
    unread: tuple[str, ...] = ()


def search(study: Path, key: Path) -> Searched:
    """Where real names of the key stand in the study folder, names of files and folders included.

    Raises PseudonymError where the key is in the study, is not there, or holds no name that is replaced.
    """
    if not is_study(study):
        raise StudyError(f"{study} is no study folder.", "Name the folder that holds study.toml.")
    must_be_outside(key, "the key", study)
    names = Names(read_key(key))
    if not names.entries:
        problem = f"{key} holds no name that was replaced." if key.exists() else f"There is no key {key}."
        raise PseudonymError(problem, "Name the key that `themes pseudonymise apply` wrote.")
    sightings: list[Sighting] = []
    unread: list[str] = []
    n_files = 0
    for path in _files(study):
        file = path.relative_to(study).as_posix()
        n_files += 1
        try:
            sightings += _in_file(path, file, names)
        except Exception as trouble:  # a damaged archive or table lets through whatever it provokes
            unread.append(f"{file}: {trouble}")
    return Searched(len(names.entries), n_files, tuple(dict.fromkeys(sightings)), tuple(unread))


def _files(study: Path) -> Iterator[Path]:
    """Every file below the folder, also where links lead, each folder once."""
    seen: set[str] = set()
    for folder, below, files in os.walk(study, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        below.sort()
        yield from (Path(folder) / name for name in sorted(files))


def _in_file(path: Path, file: str, names: Names) -> Iterator[Sighting]:
    yield from _in_text(file, file, "its name", names)
    data = path.read_bytes()
    for where, text in _texts(data, ""):
        yield from _in_text(text, file, where, names)
    if data.startswith(b"SQLite format 3\0"):
        for table, text in _cells(path):
            yield from _in_text(text, file, f"table {table}", names)


def _in_text(text: str, file: str, where: str, names: Names) -> Iterator[Sighting]:
    """The names of one text, each with the line of its first place where the text has lines."""
    first: dict[str, tuple[Entry, int]] = {}
    times: Counter[str] = Counter()
    for found in names.find(text):
        if not found.is_small:
            first.setdefault(found.spelling, (found.entry, found.start))
            times[found.spelling] += 1
    for spelling, (entry, start) in first.items():
        line = where or f"line {text.count(chr(10), 0, start) + 1}"
        yield Sighting(file, line, entry.pseudonym, spelling, times[spelling])


def _texts(data: bytes, where: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that the bytes may say; `where` is empty for the file's own lines."""
    for start in range(0, len(data), _AT_ONCE):
        place = where or (f"from byte {start}" if len(data) > _AT_ONCE else "")
        for text in _decoded(data[start : start + _AT_ONCE + _OVERLAP]):
            yield place, text
            yield from ((place or "behind markup", plain) for plain in _unwritten(text))
    if depth < _DEPTH:
        for inside, content in _members(data):
            yield inside, inside
            yield from _texts(content, f"{where}, {inside}".strip(", "), depth + 1)
    if data.startswith(b"PAR1"):
        yield from ((where or "a column", text) for text in _columns(data))


def _decoded(data: bytes) -> Iterator[str]:
    """The bytes as UTF-8, as UTF-16 from both beginnings where there are zero bytes, else as Windows wrote them."""
    text = data.decode("utf-8", "replace")
    yield text
    if "�" in text:
        yield data.decode("cp1252", "replace")
    if b"\0" in data:
        yield data.decode("utf-16-le", "replace")
        yield data[1:].decode("utf-16-le", "replace")
        yield data.decode("utf-16-be", "replace")


def _unwritten(text: str) -> Iterator[str]:
    """The text without what programs write between and into letters: tags, entities, escapes of JSON and addresses."""
    if "<" in text and ">" in text:
        yield html.unescape(_MARKUP.sub("", text))
    elif _ENTITY.search(text):
        yield html.unescape(text)
    if "\\u" in text:
        yield _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if "%" in text:
        yield unquote(text)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of what is packed in the bytes: files of an archive (also .docx and .xlsx), streams of a PDF."""
    if data[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _archived(data)
    elif data[:2] == b"\x1f\x8b":
        with gzip.open(io.BytesIO(data)) as packed:
            content = packed.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError("it unpacks to more than can be searched")
        yield "packed", content
    elif data[:5] == b"%PDF-":
        for number, match in enumerate(_STREAM.finditer(data), start=1):
            with suppress(zlib.error):  # a stream that is packed in another way, or not at all
                yield f"stream {number}", zlib.decompressobj().decompress(match[1], _LARGEST)


def _archived(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
            raise ValueError("it unpacks to more than can be searched")
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise ValueError("it has a password")
            yield entry.filename, archive.read(entry)


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    """(table, text) of a database: its words whole, which its pages may divide."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            tables = [str(name) for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                quoted = table.replace('"', '""')
                rows = database.execute(f'select * from "{quoted}"')
                cells = (cell for row in rows for cell in row if isinstance(cell, str | bytes))
                words = (cell if isinstance(cell, str) else cell.decode("utf-8", "replace") for cell in cells)
                yield table, "\n".join(_with_escapes(word) for word in words)
    except sqlite3.Error as cause:
        raise ValueError(f"the database cannot be read ({cause})") from cause


def _with_escapes(cell: str) -> str:
    """The cell, and after it what its JSON says where it is JSON."""
    if "\\u" not in cell:
        return cell
    try:
        return f"{cell}\n{json.dumps(json.loads(cell), ensure_ascii=False)}"
    except ValueError:
        return cell


def _columns(data: bytes) -> Iterator[str]:
    """The words of a Parquet table, whose own bytes are packed."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(data))
    for name in table.column_names:
        yield "\n".join([name, *(str(value) for value in table[name].unique().to_pylist())])
