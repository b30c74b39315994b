"""Files that come into a study, put beside it first, so that an import is whole or has not been.

The project file decides: once it holds the imports that a staging folder names, the files are put in their places, by
whoever opens the study next if the import was ended in between; until then the folder is thrown away, and the study is
as it was. Putting a file in its place twice is putting it there once.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from themes.errors import ProjectError
from themes.ingest import sources_csv, with_rows
from themes.project import FILE_NAME, Project

IMPORTED = "imported"
_PREFIX = ".importing-"
_LONGEST = 24 * 3600
"""Seconds after which no import is at work any more: the number of its process may be another's by then."""
_JOURNAL = "journal.json"
_CODEBOOK = "codebook.csv"


@dataclass(frozen=True, slots=True)
class Files:
    """What an import writes: texts by their path in the study, rows of sources.csv, and a first codebook or nothing."""

    texts: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    codebook: str = ""


def stage(folder: Path, files: Files, checksums: Iterable[str]) -> Path:
    """A new folder inside of `folder` with the files, safe on the disk; its list of sources has the new rows alone."""
    staging = folder / f"{_PREFIX}{secrets.token_hex(6)}"
    staging.mkdir(mode=0o700)
    try:
        for path, text in files.texts.items():
            _write(staging / path, text.encode())
        _write(staging / "sources.csv", sources_csv(files.rows).encode())
        if files.codebook:
            _write(staging / _CODEBOOK, files.codebook.encode())
        journal = {
            "imports": list(checksums),
            "rows": [dict(row) for row in files.rows],
            "process": [socket.gethostname(), os.getpid()],
        }
        _write(staging / _JOURNAL, json.dumps(journal, ensure_ascii=False).encode())
    except BaseException:
        throw_away(staging)
        raise
    return staging


def throw_away(staging: Path) -> None:
    """Takes the folder away with all that it holds."""
    shutil.rmtree(staging, ignore_errors=True)


def place(folder: Path, staging: Path) -> None:
    """Puts every file of the staging folder in its place, and takes the folder away."""
    journal = json.loads((staging / _JOURNAL).read_text(encoding="utf-8"))
    for written in sorted((staging / IMPORTED).glob("*")):
        (folder / IMPORTED).mkdir(mode=0o700, exist_ok=True)
        written.replace(folder / IMPORTED / written.name)
    if (staging / _CODEBOOK).exists():
        (staging / _CODEBOOK).replace(folder / _CODEBOOK)
    if journal["rows"]:
        name, content = with_rows(folder, journal["rows"])
        _write(staging / f"whole-{name}", content, like=folder / name)
        (staging / f"whole-{name}").replace(folder / name)
    throw_away(staging)


def settle(folder: Path) -> None:
    """Ends what an import that was stopped left in the study folder: all of it, or nothing."""
    for staging in sorted(folder.glob(f"{_PREFIX}*")) if folder.is_dir() else ():
        try:
            journal = json.loads((staging / _JOURNAL).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            journal = {}
        if journal and _is_at_work(*journal["process"]) and time.time() - staging.stat().st_mtime < _LONGEST:
            continue
        if journal and _recorded(folder, journal["imports"]):
            place(folder, staging)
        else:
            throw_away(staging)


def _recorded(folder: Path, checksums: Sequence[str]) -> bool:
    if not checksums or not (folder / FILE_NAME).exists():
        return False
    with closing(Project(folder / FILE_NAME)) as project:
        return all(project.imports.with_checksum(one) for one in checksums)


def _is_at_work(host: str, process: int) -> bool:
    """Whether another process of this computer is still importing."""
    if host != socket.gethostname() or process == os.getpid() or os.name == "nt":  # there, to ask is to end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def must_be_placeable(folder: Path) -> None:
    """Raises ProjectError now where the files could not be put in their places at the end."""
    for path in (folder, folder / IMPORTED, folder / "sources.csv", folder / "sources.xlsx"):
        if path.exists() and not os.access(path, os.W_OK):
            raise ProjectError(
                f"{path.name} cannot be written, so nothing was imported.",
                "Allow writing there, and import again.",
                str(folder),
            )


def _write(path: Path, content: bytes, like: Path | None = None) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)  # an import that was stopped may have begun it
    with path.open("xb") as out:
        path.chmod(0o600)  # it holds words of interviews
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    if like is not None and like.exists():
        with suppress(OSError):
            shutil.copymode(like, path)
