"""The whole story on one page: what a run does, from a folder of texts to a report.

`run` brings a study up to date: `prepare` is the batch up to the person, `conclude` what follows from it. A stage is
done again only when something that it is made from has changed (`inputs`). Vectors are kept in the cache as they are
made, everything else in the project file at the end of `prepare`, all or nothing.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

from themes import __version__, config, shipped
from themes.cluster import Clustering, repeated
from themes.config import Options
from themes.domain import (
    Codebook,
    Problem,
    Segment,
    SegmentId,
    Severity,
    SourceRow,
    Study,
    ThemeChange,
    ThemeDecision,
    ThemeStatus,
)
from themes.embed import verify
from themes.errors import StudyError, ThemesError
from themes.ingest import new_study, read_codebook, read_sources, read_study
from themes.pipeline.agreeing import together
from themes.pipeline.auditing import estimated, every
from themes.pipeline.coding import EDITED, MAPPED, Coded, called_now, coded, find_codes
from themes.pipeline.contrasting import contrasts
from themes.pipeline.diary import Diary, Step, Watch, nobody, some
from themes.pipeline.ground import grounded
from themes.pipeline.inputs import (
    PRESET,
    VERSION,
    Inputs,
    encoder_card,
    file_fingerprints,
    language_problems,
    plan,
    provenance,
    read_inputs,
    report_fingerprint,
)
from themes.pipeline.recording import recorded
from themes.pipeline.stages import (
    Encoding,
    Space,
    as_problem,
    cut,
    find_themes,
    gather,
    in_their_language,
)
from themes.pipeline.staging import settle
from themes.pipeline.themed import DECIDED, as_before, levels, restated, themed
from themes.prevalence import protected
from themes.project import FILE_NAME, Made, Project, Run, must_have_run
from themes.report import Material, files_of, write

__all__ = [
    "STAGES",
    "Checked",
    "Outcome",
    "Status",
    "Step",
    "Watch",
    "check",
    "demo",
    "new",
    "nobody",
    "report",
    "run",
    "status",
]

T = TypeVar("T")

STAGES = ("ingest", "segment", "embed", "cluster", "suggest", "prevalence", "report")
_UP_TO_THE_PERSON = STAGES[:5]
REPORT = "report"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, what the project holds now, and every problem that did not stop it.

    `changes` says what became of each candidate theme, where themes were sought anew after an earlier run.
    """

    study: str
    folder: Path
    steps: tuple[Step, ...]
    sizes: Mapping[str, int]
    problems: tuple[Problem, ...]
    seconds: float
    changes: tuple[ThemeChange, ...] = ()

    @property
    def page(self) -> Path:
        """The report."""
        return self.folder / REPORT / "index.html"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how much could be read, and every problem."""

    study: str
    files: int
    sources: int
    codes: int
    problems: tuple[Problem, ...]

    @property
    def n_errors(self) -> int:
        """How many of the problems leave something out."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Status:
    """How a study stands: what the project holds, the last run, what changed since, and what a run would do now."""

    study: str
    sizes: Mapping[str, int]
    last_run: Run | None
    changed: tuple[str, ...]
    to_do: tuple[str, ...]


# --- the acts ---


def new(folder: Path) -> tuple[Path, ...]:
    """The files of a new study folder, commented templates; StudyError where the folder already holds something."""
    return new_study(folder)


def demo(folder: Path, watch: Watch = nobody) -> Outcome:
    """The demo study, a fiction, copied to `folder` unless it is there already, and run."""
    told = folder / "study.toml"
    if not told.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError("This folder holds something else.", "Name one that does not exist yet.", str(folder))
        shutil.copytree(shipped.demo(), folder, dirs_exist_ok=True)
    elif told.read_bytes() != (shipped.demo() / "study.toml").read_bytes():
        raise StudyError("This is a study of your own, not the demo.", f"Use `themes run {folder}`.", str(folder))
    return run(folder, watch=watch)


def check(folder: Path, preset: str | None = None, watch: Watch = nobody) -> Checked:
    """Every problem of the study; reads everything and changes nothing. StudyError where there is no study at all."""
    settle(folder)
    study = read_study(folder)
    problems: list[Problem] = []
    nothing: tuple[Problem, ...] = ()

    def attempt(act: Callable[[], T], otherwise: T) -> T:
        try:
            return act()
        except ThemesError as error:
            problems.append(as_problem(error, str(folder)))
            return otherwise

    options = attempt(lambda: config.load(study, preset), Options())
    no_rows: tuple[SourceRow, ...] = ()
    rows, of_rows = attempt(lambda: read_sources(study), (no_rows, nothing))
    codebook, of_codebook = attempt(lambda: read_codebook(folder), (Codebook(), nothing))
    fingerprints = file_fingerprints(study, rows, options)
    gathered = gather(study, rows, options, fingerprints, progress=lambda done, total: watch("ingest", done, total))
    problems += [*of_rows, *of_codebook, *chain.from_iterable(entry.problems for entry in gathered.entries)]
    encoder = attempt(lambda: encoder_card(options), None)
    if encoder is not None:
        attempt(lambda: verify(encoder), folder)
        problems += language_problems(gathered.sources, encoder)
    return Checked(study.title, len(gathered.entries), len(gathered.sources), len(codebook.codes), tuple(problems))


def run(folder: Path, preset: str | None = None, watch: Watch = nobody) -> Outcome:
    """The study brought up to date: only what changed is done again. One unreadable file never stops the others."""
    settle(folder)
    study = read_study(folder)
    options = config.load(study, preset)
    study = _with_preset(study, preset)
    with Project(folder / FILE_NAME) as project:
        return _told(study, project, watch, lambda diary: _bring_up_to_date(study, options, project, diary))


def report(folder: Path, watch: Watch = nobody, audience: str | None = None) -> Outcome:
    """The report on what the last run made and what people have decided since, written anew.

    `audience` takes the place of the option `report.audience` this once; OptionError where there is no such audience.
    """
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME) as project:
        preset = project.provenance().get(PRESET)
        options = config.load(study, preset)
        study = _with_preset(study, preset)
        options = for_audience(options, audience)
        return _told(study, project, watch, lambda diary: conclude(study, options, project, diary, anew=True))


def status(folder: Path) -> Status:
    """How the study stands; changes nothing."""
    settle(folder)
    study = read_study(folder)
    if not (folder / FILE_NAME).exists():
        return Status(study.title, {}, None, (), STAGES)
    with Project(folder / FILE_NAME, read_only=True) as project:
        preset = project.provenance().get(PRESET)
        options = config.load(study, preset)
        study = _with_preset(study, preset)
        inputs = read_inputs(study, options)
        known = {entry.file: entry.fingerprint for entry in project.entries() if entry.fingerprint}
        changed = sorted({file for file, _ in known.items() ^ inputs.fingerprints.items()})
        made_from = project.fingerprints()
        sizes = project.sizes()
        now = plan(study, options, inputs, sizes["decisions"] + sizes["codebook_edits"])
        to_do = tuple(stage for stage in _UP_TO_THE_PERSON if made_from.get(stage) != now[stage])
        if to_do or not _report_stands(study, options, project):
            to_do += STAGES[5:]
        return Status(study.title, sizes, project.last_run(), tuple(changed), to_do)


# --- the story ---


@dataclass(frozen=True, slots=True)
class Work:
    """What every stage of a run may look at, and the diary in which it writes what it did."""

    study: Study
    options: Options
    inputs: Inputs
    encoding: Encoding
    coded: Coded
    log: tuple[ThemeDecision, ...]
    diary: Diary


def prepare(work: Work, before: Made, stale: Collection[str]) -> Made:
    """The batch run, up to the person: sources to suggestions. What is not `stale` keeps what it made before."""
    study, options, inputs, diary = work.study, work.options, work.inputs, work.diary
    with diary.step("ingest") as page:
        gathered = gather(study, inputs.rows, options, inputs.fingerprints, before.read_files, page.progress)
        page.words = gathered.words
    with diary.step("segment") as page:
        segments, short_turns = cut(gathered.sources, study, options, inputs.card, page.progress)
        page.words = some(len(segments), "segment")
    with diary.step("embed") as page:
        texts = [segment.text for segment in segments]
        space = Space(segments, work.encoding.vectors(texts, page.progress))
        fresh = work.encoding.n_encoded
        page.words = f"{some(fresh, 'text')} encoded, {len(set(texts)) - fresh:,} taken from the cache"
    if "cluster" in stale:
        with diary.step("cluster") as page:
            clustering = find_themes(gathered.sources, space, options, page.progress)
            candidates, places = themed(clustering, before, work.log, space), _by_segment(segments, clustering)
            page.words = candidates.words(len(segments))
    else:
        candidates, places = as_before(before, work.log, space), before.places
        diary.skip("cluster")
    themes = candidates.standing.themes
    with diary.step("suggest") as page:
        spoken = in_their_language(options, gathered.sources)
        suggested = find_codes(space, themes, work.coded, work.encoding, spoken, page.progress)
        page.words = suggested.words
    of_files = chain.from_iterable(entry.problems for entry in gathered.entries)
    of_work = (*short_turns, *work.encoding.problems, *language_problems(gathered.sources, inputs.card))
    seen = {DECIDED: len(work.log), EDITED: work.coded.edited, MAPPED: work.coded.edited}
    return Made(
        sources=gathered.sources,
        segments=segments,
        codes=work.coded.codebook.codes,
        base_codes=inputs.codebook.codes,
        themes=themes,
        hierarchy=candidates.hierarchy,
        found=candidates.found,
        kept=candidates.kept,
        changes=candidates.changes,
        highest_number=candidates.highest,
        theme_codes=suggested.theme_codes,
        suggestions=suggested.suggestions,
        prediction_sets=suggested.sets,
        problems=(*inputs.problems, *of_files, *of_work),
        places=places,
        entries=gathered.entries,
        fingerprints=plan(study, options, inputs, work.coded.n_entries) | {name: str(n) for name, n in seen.items()},
        provenance=provenance(study, options, inputs, work.coded.codebook),
    )


def conclude(study: Study, options: Options, project: Project, diary: Diary, *, anew: bool = False) -> None:
    """What follows from the run and from what people have decided so far: themes, counts, tables and the page."""
    if _report_stands(study, options, project) and not anew:
        diary.skip("prevalence")
        diary.skip("report")
        return
    now = coded(project)
    with diary.step("prevalence") as page:
        as_run = restated(study, options, project, now)
        made, codebook = called_now(as_run, now), now.codebook
        audits = every(project, made, now)
        estimates = estimated(audits, made, now, options)
        audited = sum(one.estimate is not None for one in estimates)
        if audited:  # counts alone are protected by the report, whose columns are shown or hidden as a whole
            estimates = protected(estimates, options.report.min_participants)
        agreed = together(project.decisions(), study.approach, made, now, audits)
        beside = replace(contrasts(grounded(study, options, made, now, audits, estimates)), agreement=agreed)
        page.words = f"{some(len(estimates), 'cell')} counted, {f'{audited:,} estimated' if audited else 'unaudited'}"
    with diary.step("report") as page:
        material = Material(
            study=study,
            sources=made.sources,
            segments=made.segments,
            themes=made.themes,
            places=made.places,
            theme_codes=made.theme_codes,
            suggestions=made.suggestions,
            codebook=codebook,
            codings=now.codings,
            judgements=now.judgements,
            suggested_then=now.suggested,
            estimates=estimates,
            problems=made.problems,
            provenance={**made.provenance, VERSION: codebook.version},
            hierarchy=levels(made, made.themes),
            copy_of=repeated(made.segments),
            lost=frozenset(change.theme for change in made.changes if change.status is ThemeStatus.LOST),
            record=recorded(project, options, made, now, audits, estimates),
            contrasts=beside,
        )
        written = write(material, study.folder / REPORT, options.report, page.progress)
        n_entries = now.n_entries + int(made.fingerprints.get(DECIDED, "0")) + len(project.audits.all())
        project.remember("report", report_fingerprint(study, options, made.fingerprints, n_entries))
        page.words = f"{some(len(written), 'file')} in {REPORT}/"


def _bring_up_to_date(study: Study, options: Options, project: Project, diary: Diary) -> None:
    inputs = read_inputs(study, options)
    known = project.fingerprints()
    so_far = coded(project, inputs.codebook)
    now = plan(study, options, inputs, so_far.n_entries)
    stale = {stage for stage, value in now.items() if known.get(stage) != value}
    if stale:
        project.must_be_writable()
        encoding, log = Encoding(study, options, inputs.card), project.theme_decisions()
        work = Work(study, options, inputs, encoding, so_far, log, diary)
        project.replace(prepare(work, project.made(), stale))
    else:
        for stage in _UP_TO_THE_PERSON:
            diary.skip(stage)
    conclude(study, options, project, diary)


def _by_segment(segments: Sequence[Segment], found: Clustering) -> Mapping[SegmentId, tuple[float, float]]:
    """Each segment's place on the map."""
    places = ((round(float(x), 4), round(float(y), 4)) for x, y in found.places)
    return dict(zip((segment.id for segment in segments), places, strict=True))


def _report_stands(study: Study, options: Options, project: Project) -> bool:
    """Whether the report was made from what the project holds now, and is all there."""
    made_from = project.fingerprints()
    sizes = project.sizes()
    n_entries = sum(sizes[log] for log in ("decisions", "codebook_edits", "theme_decisions"))
    n_entries += len(project.audits.all())
    now = report_fingerprint(study, options, made_from, n_entries)
    folder = study.folder / REPORT
    return made_from.get("report") == now and all((folder / file).exists() for file in files_of(options.report))


def _with_preset(study: Study, preset: str | None) -> Study:
    """The study with the preset that was asked for in the place of its own; a run's `report` and `status` keep it."""
    return replace(study, preset=preset) if preset else study


def for_audience(options: Options, audience: str | None) -> Options:
    """The options with another audience of the report, where one is asked for."""
    return replace(options, report=replace(options.report, audience=audience)) if audience else options


def _told(study: Study, project: Project, watch: Watch, act: Callable[[Diary], None]) -> Outcome:
    """The act done, and what came of it; the project's list of runs grows by one if anything was done."""
    began = time.perf_counter()
    diary = Diary(watch)
    act(diary)
    seconds = time.perf_counter() - began
    if any(step.done for step in diary.steps):
        project.add_run(__version__, seconds, {step.stage: step.words for step in diary.steps})
    anew = any(step.stage == "cluster" and step.done for step in diary.steps)
    told = project.themes_made().changes if anew else ()
    return Outcome(study.title, study.folder, tuple(diary.steps), project.sizes(), project.problems(), seconds, told)
