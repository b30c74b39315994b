"""A study out into a file that other programs read: what goes out and what cannot, then the file, or nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from themes.domain import Study
from themes.errors import ProjectError
from themes.exchange import Exchanged, Lost, Note, qdc, qdpx, what_is_lost
from themes.exchange.carrying import Form
from themes.exchange.for_qualcoder import for_qualcoder
from themes.exchange.sheets import as_csv, sheets, workbook
from themes.ingest import read_study
from themes.pipeline.arriving import STUDY_NOTE
from themes.pipeline.disguise import disguised
from themes.pipeline.holding import Guids, Holding, holding
from themes.pipeline.noted import OWN
from themes.pipeline.outgoing import exchanged_of
from themes.pipeline.sheets import CODINGS, tables
from themes.pipeline.staging import settle
from themes.project import FILE_NAME, Project, must_have_run
from themes.report.audience import Audience

__all__ = ["Exported", "Wanted", "export_file"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What goes out, how many of each kind, and what does not and why; `saved` says whether the file was written.

    `content` is the file itself.
    """

    study: str
    file: Path
    audience: str
    went: Mapping[str, int]
    lost: tuple[Lost, ...]
    content: bytes
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a study is to go out: for whom, with the machine's suggestions or not, over a file that is there or not.

    `program` is one that reads less than the standard allows (`qualcoder`).
    """

    audience: Audience = Audience.SELF
    suggestions: bool = False
    force: bool = False
    program: str | None = None


def export_file(folder: Path, file: Path, wanted: Wanted, before: Callable[[Exported], bool]) -> Exported:
    """The study as the ending of `file` says; `before` hears what goes out and what not, and says whether to write.

    ProjectError for an ending that is not known, and where the file is there and may not be written over.
    """
    form = FORMS.get(file.suffix.casefold())
    if form is None:
        problem = f"Files of the kind {file.suffix or 'without ending'} are not written."
        raise ProjectError(problem, f"End the name with one of {', '.join(FORMS)}.", str(file))
    _must_be_free(file, force=wanted.force)
    settle(folder)
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        held = holding(study, project)
    made = form(disguised(held, wanted.audience), wanted)
    told = Exported(study.title, file, wanted.audience.value, made.went, made.lost, made.content)
    if not before(told):
        return told
    _write(file, made.content, force=wanted.force)
    return replace(told, saved=True)


# --- the forms ---

QUALCODER = "qualcoder"


@dataclass(frozen=True, slots=True)
class _Made:
    content: bytes
    went: Mapping[str, int]
    lost: tuple[Lost, ...]


def _project(held: Holding, wanted: Wanted) -> _Made:
    exchanged, unsaid = exchanged_of(held, own_notes(held, wanted), suggestions=wanted.suggestions)
    if wanted.program == QUALCODER:
        exchanged, unread = for_qualcoder(exchanged)
        unsaid += unread
    return _Made(qdpx(exchanged), _counts(exchanged), (*unsaid, *what_is_lost(exchanged)))


def _codebook(held: Holding, wanted: Wanted) -> _Made:
    exchanged, _ = exchanged_of(held, suggestions=wanted.suggestions)
    counts = {"code": len(exchanged.codes)}
    return _Made(qdc(exchanged), counts, what_is_lost(exchanged, Form.CODEBOOK))


def _csv(held: Holding, _: Wanted) -> _Made:
    found = tables(held)
    others = {name: len(one.rows) for name, one in found.items() if name != CODINGS and one.rows}
    lost = tuple(Lost(name, number, "a .csv has room for one table") for name, number in others.items())
    return _Made(as_csv(found[CODINGS]).encode(), {"coding": len(found[CODINGS].rows)}, lost)


def _xlsx(held: Holding, wanted: Wanted) -> _Made:
    found = tables(held)
    exchanged, _ = exchanged_of(held, suggestions=wanted.suggestions)
    found |= {name: one for name, one in sheets(exchanged).items() if name in ("sources", "selections", "cases")}
    return _Made(workbook(found), {f"row of {name}": len(one.rows) for name, one in found.items()}, ())


FORMS: Mapping[str, Callable[[Holding, Wanted], _Made]] = {
    ".qdpx": _project,
    ".qdc": _codebook,
    ".csv": _csv,
    ".xlsx": _xlsx,
}
"""How a file is made, by its ending."""


_NAMING = frozenset({"options that differ from the default"})
"""What of the provenance may name people: labels of speakers are options."""


def own_notes(held: Holding, wanted: Wanted) -> tuple[Note, ...]:
    """What the program tells of the study in notes: how its numbers were made and, for oneself, its study.toml."""
    guids = Guids(held)
    for_self = wanted.audience is Audience.SELF
    told_of = {label: value for label, value in held.provenance.items() if for_self or label not in _NAMING}
    lines = "\n".join(f"{label}: {value}" for label, value in told_of.items())
    notes = [Note(guids.new("note", "provenance"), lines, f"{OWN}provenance")] if lines else []
    told = _settings(held.study) if for_self else ""
    if told:
        notes.append(Note(guids.new("note", "study.toml"), told, STUDY_NOTE))
    return tuple(notes)


def _settings(study: Study) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return (study.folder / "study.toml").read_text(encoding="utf-8")
    return ""


def _counts(exchanged: Exchanged) -> dict[str, int]:
    selections = [one for source in exchanged.sources for one in source.selections]
    found = {
        "source": len(exchanged.sources),
        "code": len(exchanged.codes),
        "user": len(exchanged.users),
        "case": len(exchanged.cases),
        "selection": len(selections),
        "coding": sum(len(one.codings) for one in selections),
        "note": len(exchanged.notes),
    }
    return {what: number for what, number in found.items() if number}


# --- the file ---


def _must_be_free(file: Path, *, force: bool) -> None:
    if file.is_dir() or (file.exists() and not force):
        remedy = "Name another one, move it away, or say --force."
        raise ProjectError("There is such a file already.", remedy, str(file))


def _write(file: Path, content: bytes, *, force: bool) -> None:
    """The file whole under its name, for the owner's eyes; or nothing."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as out:
            part.chmod(0o600)  # it holds words of interviews
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _must_be_free(file, force=force)
        part.replace(file)
    except OSError as cause:
        problem = f"The file cannot be written: {cause.strerror}."
        raise ProjectError(problem, "Name a file in a folder that you may write to.", str(file)) from cause
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
