"""What a person does with the codebook: add, rename, redefine, move, merge, split, retire, undo, redo.

Each act checks that it is possible, writes one edit to the log, and gives the codebook as it stands after it. The file
codebook.csv is not touched. Suggestions follow with the next `themes run`.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from themes.domain import Code, Codebook, CodebookEdit, CodeId, harmless
from themes.errors import CodebookError, ProjectError
from themes.ingest import read_codebook, read_study
from themes.pipeline.coding import Coded, called_now, coded
from themes.project import FILE_NAME, Project, must_have_run
from themes.review import Doubt, Editor, Held, Preview, Revised, describe, in_doubt, preview, revised, tree_order

COLUMNS = ("code", "parent", "definition", "use_when", "not_when", "examples")


@dataclass(frozen=True, slots=True)
class By:
    """Who edits, with a note of why; a `key` makes a repeated request one edit."""

    coder: str
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A code of the tree: its codings, the segments that it is suggested first for, and the judgements in doubt."""

    code: Code
    depth: int
    codings: int = 0
    first: int = 0
    in_doubt: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The codebook as it stands: its tree, what was taken out, and every edit, oldest first.

    `resting` are edits that do nothing now. `file_changed` says whether codebook.csv is another than the last run read.
    """

    study: str
    rows: tuple[Row, ...]
    retired: tuple[Code, ...]
    log: tuple[CodebookEdit, ...]
    resting: tuple[CodebookEdit, ...]
    n_doubts: int
    file_changed: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit, what it does in words, and what it puts in doubt; `saved` is false where it was only looked at."""

    edit: CodebookEdit
    words: str
    preview: Preview
    saved: bool


Draft = Callable[[Editor], CodebookEdit]
"""What is asked of the codebook, as a call of an `Editor`."""


def list_codebook(folder: Path) -> Listed:
    """The codebook as it stands, with counts; changes nothing."""
    with _desk(folder, read_only=True) as desk:
        made = called_now(desk.project.made(), desk.coded)
        codings = Counter(coding.code for coding in desk.coded.codings)
        first = Counter(one.code for one in made.suggestions if one.rank == 1)
        doubts = desk.doubts()
        doubted = Counter(doubt.code for doubt in doubts)
        rows = tuple(
            Row(code, depth, codings[code.id], first[code.id], doubted[code.id])
            for depth, code in tree_order(desk.coded.codebook)
        )
        return Listed(
            desk.title,
            rows,
            desk.revised.retired,
            desk.revised.log,
            desk.revised.resting,
            len(doubts),
            _file_changed(folder, desk.base),
        )


def edit_codebook(folder: Path, draft: Draft, by: By, *, save: bool = True) -> Edited:
    """The edit in the log, once, and what it puts in doubt; only looked at where it is not to be saved.

    DecisionError for an edit that is not possible; then nothing is recorded.
    """
    with _desk(folder, read_only=not save) as desk:
        seen = desk.project.recorded_step(by.key)
        if seen and isinstance(seen[0], CodebookEdit):
            return Edited(seen[0], "This was done already.", Preview(), saved=True)
        edit = draft(Editor(desk.revised, by.coder, datetime.now(UTC), by.reason))
        seen_before = preview(edit, desk.base, desk.coded.edits, desk.held())
        if not save:
            return Edited(edit, _words(edit, desk.coded.edits), seen_before, saved=False)
        (entry,) = desk.project.record_step([edit], by.key or uuid.uuid4().hex)
        kept = replace(edit, id=entry.id, step=entry.step)
        return Edited(kept, _words(kept, desk.coded.edits), seen_before, saved=True)


def list_doubts(folder: Path) -> tuple[tuple[Doubt, str], ...]:
    """The worklist: each word of a coder to look at again, with the text of its segment."""
    with _desk(folder, read_only=True) as desk:
        texts = desk.project.texts()
        return tuple((doubt, texts.get(doubt.segment, "")) for doubt in desk.doubts())


def export_codebook(folder: Path, target: Path | None = None) -> str:
    """The codebook as it stands in the form of codebook.csv, written to `target` too where one is named.

    ProjectError where that file is there already or cannot be written.
    """
    with _desk(folder, read_only=True) as desk:
        text = as_csv(desk.coded.codebook)
    if target is not None:
        _write(target, text)
    return text


def as_csv(codebook: Codebook) -> str:
    """The codebook as a table with a row for each code, in the order of the tree; what a formula could be is text."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")  # then a carriage return in a cell gets quotes
    table.writerow(COLUMNS)
    for _, code in tree_order(codebook):
        cells = (code.name, code.parent or "", code.definition, code.use_when, code.not_when, " | ".join(code.examples))
        table.writerow(map(harmless, cells))
    return written.getvalue()


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8", newline="") as file:
            target.chmod(0o600)  # example quotes are words of interviews
            file.write(text)
    except FileExistsError as trouble:
        raise ProjectError(
            "There is such a file already.", "Name another one, or move it away.", str(target)
        ) from trouble
    except OSError as trouble:
        raise ProjectError(
            f"The codebook cannot be written: {trouble.strerror}.",
            "Name a file in a folder that you may write to.",
            str(target),
        ) from trouble


# --- how an act is done ---


@dataclass(frozen=True, slots=True)
class _Desk:
    """An open project with the codebook that the last run read and what people have made of it."""

    title: str
    project: Project
    base: Codebook
    coded: Coded
    revised: Revised

    def doubts(self) -> tuple[Doubt, ...]:
        return in_doubt(self.coded.judgements, self.coded.edits, self.base)

    def held(self) -> Held:
        made = called_now(self.project.made(), self.coded)
        source_of = {segment.id: segment.source for segment in made.segments}
        return Held(self.coded.judgements, source_of, made.theme_codes, made.suggestions)


@contextmanager
def _desk(folder: Path, *, read_only: bool = False) -> Iterator[_Desk]:
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=read_only) as project:
        base = Codebook(project.base_codes())
        so_far = coded(project, base)
        yield _Desk(study.title, project, base, so_far, revised(base, so_far.edits))


def _file_changed(folder: Path, base: Codebook) -> bool:
    try:
        return read_codebook(folder)[0] != base
    except CodebookError:
        return True  # `themes check` says what is wrong with it


def _words(edit: CodebookEdit, log: tuple[CodebookEdit, ...]) -> str:
    """What an edit does, as a sentence."""
    told: Mapping[int, CodebookEdit] = {one.id: one for one in log}
    undone = told.get(edit.undoes or 0)
    if undone is not None and undone.undoes is not None:
        again = told.get(undone.undoes)
        return f"Done again: {describe(again)}." if again else "Done again."
    if undone is not None:
        return f"Undone: {describe(undone)}."
    return f"{_SAID[edit.act](edit.codes, tuple(code.id for code in edit.made))}."


_SAID: Mapping[str, Callable[[tuple[CodeId, ...], tuple[CodeId, ...]], str]] = {
    "add": lambda _, made: f"Added: {made[0]}",
    "rename": lambda codes, made: f"{codes[0]} is called {made[0]} now",
    "redefine": lambda codes, _: f"{codes[0]} is redefined",
    "move": lambda codes, made: f"{codes[0]} is {made[0]} now",
    "merge": lambda codes, made: f"{made[0]} now holds {' and '.join(codes[1:])} too",
    "split": lambda codes, made: f"{codes[0]} is split into {' and '.join(made)}; its codings stay with {made[0]}",
    "retire": lambda codes, _: f"Taken out: {' and '.join(codes)}",
}
