"""A zip of another program, opened so that it can do no harm: nothing is unpacked to disk, and what is read is bounded.

Names are found whatever their case; only the project and plain texts are ever read, never pictures, sound or film.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote
from zlib import error as ZlibError  # noqa: N812  the module's own name for it says nothing

from themes.errors import ExchangeError

LARGEST_PROJECT = 64 * 1024 * 1024
"""Bytes of a project.qde: NVivo takes some 700 for a selection with its coding, so about 90,000 of them."""
LARGEST_TEXT = 32 * 1024 * 1024
"""Bytes of one plain text: about five million words."""
LARGEST_TEXTS = 256 * 1024 * 1024
"""Bytes of all plain texts of one project."""
LARGEST_LISTING = 16 * 1024 * 1024
"""Bytes of a zip's own list of its files: about 150,000 files."""
PIECE = 64 * 1024
AGAIN = "Export the project again from the program that wrote it."


class Archive:
    """A project in a zip: its `project` as pieces of bytes, its texts by the names that the project gives them."""

    def __init__(self, files: zipfile.ZipFile, where: str) -> None:
        self.where = where
        self._zip = files
        self._read = 0
        entries = [entry for entry in files.infolist() if not entry.is_dir()]
        for entry in entries:
            _check_name(entry.filename, where)
        self._entries = {_plain(entry.filename): entry for entry in entries}
        self._by_name: dict[str, list[zipfile.ZipInfo]] = {}
        for name, entry in self._entries.items():
            self._by_name.setdefault(name.rpartition("/")[2], []).append(entry)

    def project(self) -> Iterator[bytes]:
        """The pieces of the project's XML."""
        return self._pieces(self._project_entry(), LARGEST_PROJECT, "project")

    def text(self, reference: str) -> bytes | None:
        """The plain text that a path of the project names (`internal://...`); None where the zip has none such."""
        entry = self._found(reference)
        if entry is None:
            return None
        content = b"".join(self._pieces(entry, LARGEST_TEXT, "text"))
        self._read += len(content)
        if self._read > LARGEST_TEXTS:
            raise ExchangeError(
                f"The texts hold more than {_size(LARGEST_TEXTS)}.", "Export it in several parts.", self.where
            )
        return content

    def _project_entry(self) -> zipfile.ZipInfo:
        found = {
            name: entry
            for name, entry in self._entries.items()
            if name.endswith(".qde") and "__macosx/" not in name and not name.rpartition("/")[2].startswith("._")
        }
        called = [name for name in found if name.rpartition("/")[2] == "project.qde"]
        chosen = called if called else list(found)
        if len(chosen) == 1:
            return found[chosen[0]]
        if not chosen:
            problem = "The zip holds no project.qde, so it is not a REFI-QDA project."
            raise ExchangeError(problem, f"{AGAIN} Choose REFI-QDA (.qdpx).", self.where)
        problem = f"The zip holds several projects: {', '.join(map(shown_name, sorted(chosen)[:5]))}."
        raise ExchangeError(problem, "Leave one .qde in it.", self.where)

    def _found(self, reference: str) -> zipfile.ZipInfo | None:
        """The entry that a path names: under the folder of sources, as it stands, or the only one of that name."""
        name = _plain(reference.partition("://")[2] or reference)
        if name.endswith(".qde"):
            return None  # the project is no source of itself
        for wanted in dict.fromkeys((name, unquote(name))):
            for path in (f"sources/{wanted}", wanted):
                if path in self._entries:
                    return self._entries[path]
            same = self._by_name.get(wanted.rpartition("/")[2], [])
            if len(same) == 1:
                return same[0]
        return None

    def _pieces(self, entry: zipfile.ZipInfo, largest: int, what: str) -> Iterator[bytes]:
        place = f"{self.where}: {shown_name(entry.filename)}"
        if entry.flag_bits & 0x1:
            raise ExchangeError(f"The {what} in the zip has a password.", "Save the zip without a password.", place)
        if entry.file_size > largest:
            problem = f"The {what} would unpack to {_size(entry.file_size)}; at most {_size(largest)} are read."
            raise ExchangeError(problem, "If it is what it says it is, export it in several parts.", place)
        with _telling(place), self._zip.open(entry) as stream:
            while piece := stream.read(PIECE):
                yield piece


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive at `path`; raises ExchangeError for what is no zip, is damaged, or names files outside itself."""
    with path.open("rb") as stream:
        _check_listing(stream, path.name)
        with _telling(path.name):
            files = zipfile.ZipFile(stream)
        with files:
            yield Archive(files, path.name)


@contextmanager
def _telling(where: str) -> Iterator[None]:
    """The trouble of zipfile and of the decompressors as an error with a remedy."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, ZlibError, struct.error, ValueError, OverflowError) as cause:
        problem = "The zip is damaged or was cut off."
        raise ExchangeError(problem, f"Fetch the file again. If that does not help: {AGAIN}", where) from cause
    except (NotImplementedError, RuntimeError, ImportError) as cause:
        problem = "The zip is packed or locked in a way that cannot be read."
        raise ExchangeError(problem, "Unpack it and pack it again as a plain zip without a password.", where) from cause


def _check_listing(stream: BinaryIO, where: str) -> None:
    """Refuses a zip whose list of files is so long that reading it would take minutes and gigabytes."""
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - 65_557 - 20 - 56))
    tail = stream.read()
    stream.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        problem = "The file is not a zip, or its end is missing; a REFI-QDA project (.qdpx) is one."
        raise ExchangeError(problem, f"Fetch the file again. If that does not help: {AGAIN}", where)
    listing = struct.unpack("<L", tail[end + 12 : end + 16])[0]
    large = tail.rfind(b"PK\x06\x06", 0, end)  # the list of a zip of many gigabytes, which the mark before `end` tells
    if tail[max(0, end - 20) : end].startswith(b"PK\x06\x07") and large >= 0 and len(tail) >= large + 48:
        listing = max(listing if listing != 0xFFFFFFFF else 0, struct.unpack("<Q", tail[large + 40 : large + 48])[0])
    if listing > LARGEST_LISTING:
        raise ExchangeError("The zip lists far more files than a project has.", AGAIN, where)


def _check_name(name: str, where: str) -> None:
    plain = name.replace("\\", "/")
    if ".." in PurePosixPath(plain).parts or plain.startswith("/") or plain[1:3] == ":/":
        problem = f"The zip names a file outside itself ({name[:80]!r}), which no program writes by mistake."
        raise ExchangeError(problem, f"Do not unpack it. {AGAIN}", where)


def shown_name(name: str) -> str:
    """The name as it may stand on a screen: whoever made the file may have put anything into it."""
    return "".join(character if character.isprintable() else "?" for character in name[:80])


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:,.0f} MB"
