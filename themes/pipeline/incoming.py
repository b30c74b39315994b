"""Files of other programs, read: which reader takes which file, and what it says of how it read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from themes.errors import ReadingError
from themes.exchange import Exchanged, Lost


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it was read: what it holds, what of it cannot be carried, and how its positions were read."""

    file: str
    checksum: str
    exchanged: Exchanged
    lost: tuple[Lost, ...] = ()
    positions: tuple[str, ...] = ()


Reader = Callable[[Path], tuple[Exchanged, tuple[Lost, ...], tuple[str, ...]]]


def read_incoming(path: Path, readers: Mapping[str, Reader] | None = None) -> Incoming:
    """What the file holds. ReadingError where it cannot be read, or is of a kind that is not."""
    known = READERS if readers is None else readers
    suffix = path.suffix.casefold()
    if suffix not in known:
        kinds = ", ".join(sorted(known))
        raise ReadingError(
            f"Files of the kind {suffix or 'without ending'} are not imported.", f"Name one of {kinds}.", path.name
        )
    checksum = checksum_of(path)
    return Incoming(path.name, checksum, *known[suffix](path))


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


READERS: dict[str, Reader] = {}
"""The reader of each kind of file, by its ending."""
