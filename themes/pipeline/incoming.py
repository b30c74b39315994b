"""Files of other programs, read: which reader takes which file, and what it says of how it read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from themes.domain import Source
from themes.errors import ReadingError
from themes.exchange import (
    Convention,
    Exchanged,
    Lost,
    Positions,
    Read,
    Sureness,
    convention_of,
    read_qualcoder,
    read_refi,
    read_taguette,
)
from themes.exchange.positions import STANDARD
from themes.pipeline.diary import some
from themes.pipeline.incoming_tables import is_codings, read_codes, read_codings


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it was read: what it holds, what of it is lost, how positions were read, and what was changed."""

    file: str
    checksum: str
    exchanged: Exchanged
    lost: tuple[Lost, ...] = ()
    positions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


Reader = Callable[[Path, Convention | None], Read]
"""Reads a file; told how it counts positions where a person says so, which the format may make plain by itself."""


def read_incoming(path: Path, way: str = "", sources: Callable[[], tuple[Source, ...]] = tuple) -> Incoming:
    """What the file holds. ReadingError where it cannot be read, or is of a kind that is not.

    `way` says in words how it counts positions; without it, what the selections show decides. `sources` gives those of
    the study, for tables of codings.
    """
    suffix = path.suffix.casefold()
    if suffix not in READERS and suffix not in TABLES:
        kinds = ", ".join(sorted((*READERS, *TABLES)))
        problem = f"Files of the kind {suffix or 'without ending'} are not imported."
        raise ReadingError(problem, f"Name a file that ends with one of {kinds}.", path.name)
    checksum = checksum_of(path)
    if suffix in READERS:
        read = READERS[suffix](path, convention_of(way) if way else None)
    elif suffix != ".toml" and is_codings(path):
        read = read_codings(path, sources())
    else:
        read = read_codes(path)
    positions = tuple(_counted(read.positions))
    return Incoming(path.name, checksum, read.exchanged, read.lost, positions, read.remarks)


def _counted(found: Iterable[Positions]) -> Iterator[str]:
    """How the selections were read, a sentence for each way of counting."""
    by_way: dict[tuple[Convention, Sureness], list[Positions]] = defaultdict(list)
    for one in found:
        if one.selections:
            by_way[one.convention, one.sureness].append(one)
    for (way, sureness), own in by_way.items():
        selections, fitting = sum(one.selections for one in own), sum(one.fitting for one in own)
        standard = sum(one.as_standard for one in own)
        other = "" if way == STANDARD else f" ({standard:,} if it counted as the standard says)"
        yield (
            f"read as {way}, {_SURE[sureness]}: {fitting:,} of {selections:,} selections in {some(len(own), 'source')} "
            f"hold their quote or begin and end with a word{other}"
        )


_SURE = {
    Sureness.GIVEN: "as you say",
    Sureness.KNOWN: "as the format has it",
    Sureness.CERTAIN: "for certain",
    Sureness.LIKELY: "likely",
    Sureness.UNSURE: "not sure: look at some, and choose with --positions",
}


def checksum_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of all files of a folder. ReadingError where it cannot be opened."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    try:
        for one in files:
            if path.is_dir():
                digest.update(one.relative_to(path).as_posix().encode() + b"\0")
            with one.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    except FileNotFoundError as cause:
        raise ReadingError("There is no such file.", "Mend the path.", str(path)) from cause
    except OSError as cause:
        remedy = "Close it in other programs and see that you may read it."
        raise ReadingError(f"The file cannot be opened ({cause.strerror}).", remedy, str(path)) from cause
    return digest.hexdigest()


READERS: dict[str, Reader] = {
    **dict.fromkeys((".qdpx", ".qde", ".qdc"), read_refi),
    **dict.fromkeys((".sqlite3", ".sqlite", ".db"), lambda path, _: read_taguette(path)),
    ".qda": lambda path, _: read_qualcoder(path),
}
"""The reader of each kind of file, by its ending."""

TABLES = (".csv", ".xlsx", ".toml")
"""Tables of codings, or of codes."""
