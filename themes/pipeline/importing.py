"""Other programs' projects into a study: kept to the letter, they become sources, codes, decisions and memos.

`import_files` works everything out beside the study first, then keeps it in one transaction of the project file, then
puts the files in their places (`staging`). A failure at any step leaves the study as it was.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from themes import config
from themes.config import Options
from themes.domain import Code, Codebook, CodebookEdit, Problem, Segment, Source, Study
from themes.errors import CodebookError, ProjectError, StudyError
from themes.exchange.kept import as_json
from themes.ingest import begun_study, is_free, read_codebook, read_sources, read_study
from themes.ingest.sheet import find_sheet
from themes.pipeline import arriving, staging
from themes.pipeline.arriving import By, Ground, Told
from themes.pipeline.codebooking import as_csv
from themes.pipeline.coding import coded
from themes.pipeline.diary import Watch, nobody
from themes.pipeline.excerpts import by_source
from themes.pipeline.incoming import Incoming, checksum_of, read_incoming
from themes.pipeline.inputs import PRESET, encoder_card, file_fingerprints
from themes.pipeline.stages import Gathered, cut, gather
from themes.project import FILE_NAME, Arrival, Brought, Project, person_name
from themes.review import effective, revised

__all__ = ["Imported", "import_files"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: each file told, problems of the new sources, and whether anything was changed.

    `new` says that the study was made by it.
    """

    study: str
    folder: Path
    files: tuple[Told, ...]
    problems: tuple[Problem, ...] = ()
    saved: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that an import is to change."""

    brought: Brought
    files: staging.Files
    told: tuple[Told, ...]
    problems: tuple[Problem, ...]


def import_files(
    folder: Path, files: Sequence[Path], coder: str, *, dry_run: bool = False, way: str = "", watch: Watch = nobody
) -> Imported:
    """The files' sources, codes, codings and memos as parts of the study, under the names of whoever made them.

    `way` says in words how the files count positions, where a person does. A study is made where the folder is not
    there, or empty. What came in before is left alone. ReadingError or ExchangeError for a file that cannot be
    read, StudyError for a folder that is no study; then nothing is changed.
    """
    by = By(person_name(coder), datetime.now(UTC))
    staging.settle(folder)
    read, already = _read(folder, files, way, watch)
    if not read:
        return Imported(read_study(folder).title, folder, already)
    with _study(folder, read, dry_run=dry_run) as place:
        done = _imported(place, read, by, watch, dry_run=dry_run)
    return replace(done, folder=folder, files=(*done.files, *already), new=place != folder)


def _read(folder: Path, files: Sequence[Path], way: str, watch: Watch) -> tuple[list[Incoming], tuple[Told, ...]]:
    """The files that have not come in before, and of the others that they have."""
    known: dict[str, int] = {}
    marks = {path: checksum_of(path) for path in files}
    if (folder / FILE_NAME).exists():
        with Project(folder / FILE_NAME) as project:
            known = {mark: number for mark in marks.values() if (number := project.imports.with_checksum(mark))}
    read: dict[str, Incoming] = {}
    already: list[Told] = []
    for done, (path, mark) in enumerate(marks.items()):
        watch("read", done, len(files))
        if mark in known or mark in read:
            already.append(Told(path.name, "", {}, (), (), already=True))
        else:
            read[mark] = read_incoming(path, way, lambda: _sources(folder))
    return list(read.values()), tuple(already)


def _sources(folder: Path) -> tuple[Source, ...]:
    if not (folder / FILE_NAME).exists():
        return ()
    with Project(folder / FILE_NAME) as project:
        return project.reading.sources()


@contextmanager
def _study(folder: Path, read: Sequence[Incoming], *, dry_run: bool) -> Iterator[Path]:
    """The folder of the study; of a new one a folder beside it, which becomes it at the end where all went well."""
    if not is_free(folder):
        yield folder
        return
    named = read[0].exchanged.name if len(read) == 1 else ""
    title = " ".join((named or folder.resolve().name).split())
    with tempfile.TemporaryDirectory() if dry_run else nullcontext(str(folder.absolute().parent)) as around:
        for left in Path(around).glob(f".{folder.name}.importing-*"):
            staging.throw_away(left)
        beside = Path(around) / f".{folder.name}.importing-{secrets.token_hex(6)}"
        try:
            begun_study(beside, title, arriving.told_study(read[0].exchanged))
            yield beside
            if not dry_run:
                beside.replace(folder)
        except OSError as cause:
            problem = f"{folder} cannot be made ({cause.strerror})."
            raise StudyError(problem, "Name a folder in a place where you may write.") from cause
        finally:
            staging.throw_away(beside)


def _imported(folder: Path, read: Sequence[Incoming], by: By, watch: Watch, *, dry_run: bool) -> Imported:
    study = read_study(folder)
    there = (folder / FILE_NAME).exists()
    with Project(folder / FILE_NAME, read_only=dry_run) if there else nullcontext() as project:
        study, options = _as_run(study, project)
        staging.must_be_placeable(folder)
        plan = _planned(study, options, project, read, by, watch)
    told = Imported(study.title, folder, plan.told, plan.problems)
    if dry_run:
        return told
    _keep(folder, plan)
    return replace(told, saved=True)


def _as_run(study: Study, project: Project | None) -> tuple[Study, Options]:
    """The study and its options as the last run had them."""
    preset = project.provenance().get(PRESET) if project is not None else None
    options = config.load(study, preset)
    return (replace(study, preset=preset) if preset else study), options


# --- working it out ---


def _planned(
    study: Study, options: Options, project: Project | None, read: Sequence[Incoming], by: By, watch: Watch
) -> _Plan:
    base, ground = _ground(study, project)
    with tempfile.TemporaryDirectory() as somewhere:
        places, after = [], ground
        for one in read:
            places.append(arriving.placed(one.exchanged, after))
            after = arriving.with_places(after, places[-1])
        texts = {path: text for one in places for path, text in one.texts.items()}
        rows = [row for one in places for row in one.rows]
        gathered, segments, problems = _gathered(study, options, staging.Files(texts, rows), Path(somewhere), watch)
    silent = {entry.file for entry in gathered.entries if not entry.sources}
    places = [arriving.as_read(arriving.without(one, silent), gathered.sources) for one in places]
    texts = {path: text for path, text in texts.items() if path not in silent}
    rows = [row for row in rows if row["file"] not in silent]
    segments_of = {**ground.segments, **by_source(segments)}
    arrivals, told, added = [], [], list[Code]()
    for done, (one, place) in enumerate(zip(read, places, strict=True)):
        watch("codings", done, len(read))
        here = replace(ground, codes=(*ground.codes, *added))
        arrival, said, named = arriving.arrival(one, as_json(one.exchanged), place, segments_of, here, by)
        added += [code.code for code in named.values() if not code.known]
        arrivals.append(arrival)
        told.append(said)
    first = not ground.codes and find_sheet(study.folder, "codebook", CodebookError) is None
    codebook = as_csv(Codebook(tuple(added))) if first and added else ""
    codes = tuple(added) if codebook else base
    brought = Brought(
        tuple(_without_edits(one) if codebook else one for one in arrivals),
        gathered.sources,
        segments,
        tuple(entry for entry in gathered.entries if entry.sources),
        codes,
    )
    return _Plan(brought, staging.Files(texts, rows, codebook), tuple(told), problems)


def _without_edits(one: Arrival) -> Arrival:
    """What comes in without its codes, which stand in the codebook's file from the beginning."""
    kept = tuple((parts, entry) for parts, entry in one.entries if not isinstance(entry, CodebookEdit))
    return replace(one, entries=kept)


def _gathered(
    study: Study, options: Options, files: staging.Files, somewhere: Path, watch: Watch
) -> tuple[Gathered, tuple[Segment, ...], tuple[Problem, ...]]:
    """The new sources as a run reads them, with their segments, and what is to be known of them."""
    if not files.rows:
        return Gathered((), (), 0), (), ()
    beside = replace(study, folder=staging.stage(somewhere, files, ()))
    rows, problems = read_sources(beside)
    marks = file_fingerprints(beside, rows, options)
    found = gather(beside, rows, options, marks, progress=lambda done, total: watch("ingest", done, total))
    of_files = tuple(problem for entry in found.entries for problem in entry.problems)
    card = encoder_card(options)
    try:
        segments, short = cut(found.sources, study, options, card, lambda done, total: watch("segment", done, total))
    except StudyError:  # a few words in each, and no segment
        return found, (), (*problems, *of_files)
    return found, segments, (*problems, *of_files, *short)


def _ground(study: Study, project: Project | None) -> tuple[tuple[Code, ...], Ground]:
    """The codes to put into the project file where it has none yet, and what the study holds before."""
    listed = read_sources(study)[0] if find_sheet(study.folder, "sources", StudyError) else ()
    files = frozenset(row.file.rpartition(".")[0] for row in listed)
    ids = frozenset(row.id for row in listed if row.id)
    in_file = read_codebook(study.folder)[0].codes
    if project is None:
        return in_file, Ground(codes=in_file, ids=ids, files=files)
    made, now = project.made(), coded(project)
    log = project.decisions()
    base = project.base_codes()
    return () if base else in_file, Ground(
        texts={source.id: source.text for source in made.sources},
        segments=by_source(made.segments),
        codes=revised(Codebook(base or in_file), now.edits).codebook.codes,
        ids=ids | {source.id for source in made.sources},
        files=files,
        coders=tuple(dict.fromkeys((*(one.coder for one in log), *(one.name for one in project.accounts.everyone())))),
        codings={(word.segment, word.code, word.coder): word.decision for word in now.codings},
        memos=tuple(effective(project.memos())),
    )


# --- keeping it ---


def _keep(folder: Path, plan: _Plan) -> None:
    """Files beside the study, everything else into the project file at once, then the files into their places."""
    beside = staging.stage(folder, plan.files, [one.kept.checksum for one in plan.brought.arrivals])
    try:
        with Project(folder / FILE_NAME) as project:
            project.imports.add(plan.brought)
    except BaseException:
        staging.settle(folder)  # it may have been kept just before somebody stopped it
        raise
    try:
        staging.place(folder, beside)
    except OSError as cause:
        raise ProjectError(
            f"What came in is kept, but {Path(str(cause.filename)).name} cannot be written ({cause.strerror}).",
            f"Allow writing there, then: themes check {folder}. It puts the files in their places.",
            str(folder),
        ) from cause
