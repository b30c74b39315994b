"""Writing so that a report is whole or as it was: everything is written beside it first, then renamed into place."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from themes.domain import Progress
from themes.errors import ProjectError

_UNFINISHED = ".unfinished"

_REMEDIES = {
    errno.ENOSPC: "Free some space on that disk and write the report again; the report that was there is unchanged.",
    errno.EDQUOT: "Free some space in your quota and write the report again; the report that was there is unchanged.",
    errno.EACCES: "Close any program that has the report open, or choose a folder that you may write to.",
    errno.EPERM: "Close any program that has the report open, or choose a folder that you may write to.",
    errno.EROFS: "Choose a folder on a disk that can be written to.",
    errno.EEXIST: "Move the file that has the folder's name, or choose another folder.",
    errno.ENOTDIR: "Move the file that has the folder's name, or choose another folder.",
}


def write_all(folder: Path, contents: Mapping[str, str | bytes], progress: Progress) -> tuple[Path, ...]:
    """The paths of the files, written to `folder`: name with `/` -> text or bytes, renamed in the order of the mapping.

    Only the owner may read them. Raises ProjectError where the folder cannot be written; what was there then stays.
    """
    with _explained(folder):
        unfinished = folder / _UNFINISHED
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(unfinished)
        try:
            _stage(unfinished, contents, progress)
            return tuple(_place(unfinished / name, folder / name) for name in contents)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def remove(folder: Path, names: Iterable[str]) -> None:
    """Takes away files of an earlier report that this one does not have. Raises ProjectError where that fails."""
    with _explained(folder):
        for name in names:
            (folder / name).unlink(missing_ok=True)


def _clear(unfinished: Path) -> None:
    """Takes away what a killed run left."""
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)


def _stage(unfinished: Path, contents: Mapping[str, str | bytes], progress: Progress) -> None:
    for done, (name, content) in enumerate(contents.items(), start=1):
        path = unfinished / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("xb") as out:
            path.chmod(0o600)
            out.write(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
            out.flush()
            os.fsync(out.fileno())
        progress(done, len(contents))


def _place(written: Path, final: Path) -> Path:
    final.parent.mkdir(mode=0o700, exist_ok=True)
    return written.replace(final)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turns what the operating system says into a problem with a remedy."""
    try:
        yield
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else folder.name
        reason = error.strerror or type(error).__name__
        remedy = _REMEDIES.get(error.errno or 0, "Choose another folder for the report.")
        raise ProjectError(f"The report could not be written: {reason} ({name}).", remedy, folder.name) from error
