"""The files of a study folder, and which of them a path that somebody typed means."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from themes.ingest.nearest import closest

_READ_FROM = ("transcripts", "mandates")
_MADE_BY_THEMES = ("cache", "report")
_LEFT_BY_SYSTEMS = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """What a row may name: each file's path in composed Unicode -> its path as the disk has it, from the folder."""

    folder: Path
    by_path: Mapping[str, str]
    by_bare_name: Mapping[str, str]

    def find(self, cell: str) -> str | None:
        """The path from the folder, with `/`, of the file that the cell names; None where there is none."""
        name = slashed(cell)
        on_disk = self.by_path.get(composed(name))
        return on_disk if on_disk is not None else name if _is_file(self.folder / name) else None

    def nearest(self, cell: str) -> str | None:
        """The file of the same name in another folder, else the one with the nearest path, else None."""
        name = composed(slashed(cell))
        found = self.by_bare_name.get(_bare(name))
        # beyond 500 files, a folder renamed would cost minutes of comparing
        return found or (closest(name, self.by_path) if len(self.by_path) <= 500 else None)

    def leads_out(self, cell: str) -> bool:
        """Whether the cell names something outside the folder, by its words or by a link."""
        name = slashed(cell)
        if name.startswith("/") or name.split("/", maxsplit=1)[0] == ".." or PureWindowsPath(cell).drive:
            return True
        try:
            return not (self.folder / name).resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):  # a name no disk can hold, or links in a circle: no such file
            return False

    def unlisted(self, cells: Iterable[str]) -> tuple[str, ...]:
        """The files in transcripts/ and mandates/ that none of the cells names, but for any README."""
        named = {composed(slashed(cell)).casefold() for cell in cells}
        return tuple(
            file
            for path, file in self.by_path.items()
            if path.startswith(tuple(f"{folder}/" for folder in _READ_FROM))
            and not _bare(path).startswith("readme")
            and path.casefold() not in named
        )


def study_files(folder: Path) -> StudyFiles:
    """The files below `folder`, by their paths, without hidden ones and those that the program makes."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = sorted(path.as_posix() for path in paths if path.parts[0] not in _MADE_BY_THEMES and not _is_hidden(path))
    return StudyFiles(folder, {composed(name): name for name in names}, {_bare(name): name for name in reversed(names)})


def composed(name: str) -> str:
    """One spelling for letters with accents: a Mac writes them in two parts, a spreadsheet in one."""
    return unicodedata.normalize("NFC", name)


def slashed(cell: str) -> str:
    """The cell as a path with `/` and no detours, empty for an empty cell."""
    return posixpath.normpath(cell.replace("\\", "/")) if cell else ""


def _bare(name: str) -> str:
    return composed(posixpath.basename(name)).casefold()


def _is_hidden(path: Path) -> bool:
    name = path.name.casefold()
    return any(part.startswith(".") for part in path.parts) or name.startswith("~$") or name in _LEFT_BY_SYSTEMS


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
