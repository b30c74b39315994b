"""The stages as a run calls them, each given just what it needs and giving what it made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themes.cluster import Clustering, cluster, words_out
from themes.config import Options
from themes.domain import (
    Problem,
    Progress,
    Segment,
    Severity,
    Source,
    SourceId,
    SourceRow,
    Study,
    no_progress,
)
from themes.embed import Card, Loaded, VectorCache, embed, load, notice, numerics, piece_counter, verify
from themes.errors import ReadingError, StudyError, ThemesError
from themes.ingest import read
from themes.pipeline.diary import some
from themes.pipeline.inputs import by_file
from themes.project import Entry
from themes.segment import segment
from themes.suggest import AUTO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

CACHE = "cache"
SHORT_TURNS = "short turns"


def as_problem(error: ThemesError, where: str = "") -> Problem:
    """An error that stopped one part of the work, as an entry of the list of problems."""
    return Problem(Severity.ERROR, error.where or where, error.problem, error.remedy)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The sources of all files that could be read, and what came of each file; `n_read` were opened this time."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    n_read: int

    @property
    def words(self) -> str:
        """How many files were read, how many sources they gave, and how many files gave none."""
        left_out = sum(not entry.sources for entry in self.entries)
        n_files, n_sources = some(len(self.entries), "file"), some(len(self.sources), "source")
        words = f"{self.n_read:,} of {n_files} read" if self.n_read else f"nothing new in {n_files}"
        return f"{words}, {n_sources}" + (f", {left_out:,} left out" if left_out else "")


def gather(
    study: Study,
    rows: Sequence[SourceRow],
    options: Options,
    fingerprints: Mapping[str, str],
    known: Sequence[tuple[Entry, tuple[Source, ...]]] = (),
    progress: Progress = no_progress,
) -> Gathered:
    """The sources of every listed file; a file whose fingerprint has not changed keeps those that are `known` of it."""
    earlier = {entry.file: (entry, sources) for entry, sources in known}
    taken: dict[SourceId, Source] = {}
    entries: list[Entry] = []
    files = by_file(rows)
    n_read = 0
    for done, (file, own) in enumerate(files.items()):
        progress(done, len(files))
        fingerprint = fingerprints[file]
        found = earlier.get(file)
        if found is None or found[0].fingerprint != fingerprint:
            found = _read_file(study, own, options, fingerprint)
            n_read += 1
        entry, sources = _without_doubles(*found, taken)
        taken |= {source.id: source for source in sources}
        entries.append(entry)
    return Gathered(tuple(taken.values()), tuple(entries), n_read)


def _read_file(
    study: Study, rows: Sequence[SourceRow], options: Options, fingerprint: str
) -> tuple[Entry, tuple[Source, ...]]:
    """What one file gives; an unreadable one gives a problem and no source."""
    file = rows[0].file
    try:
        reading = read(study.folder, rows, study, options.ingest)
    except ReadingError as error:
        return Entry(file, fingerprint, (), (as_problem(error, file),)), ()
    return Entry(file, fingerprint, tuple(source.id for source in reading.sources), reading.problems), reading.sources


def _without_doubles(
    entry: Entry, found: tuple[Source, ...], taken: Mapping[SourceId, Source]
) -> tuple[Entry, tuple[Source, ...]]:
    """The entry without the sources whose id an earlier file has taken, each listed; it is read again next time."""
    doubles = [source for source in found if source.id in taken]
    if not doubles:
        return entry, found
    problems = [
        Problem(
            Severity.ERROR,
            entry.file,
            f"The source id '{source.id}' is already that of {taken[source.id].file}; this one is left out.",
            "Give one of them an id of its own in the column `id` of the sources list.",
        )
        for source in doubles
    ]
    kept = tuple(source for source in found if source.id not in taken)
    ids = tuple(source.id for source in kept)
    return replace(entry, fingerprint="", sources=ids, problems=(*entry.problems, *problems)), kept


def cut(
    sources: Sequence[Source], study: Study, options: Options, encoder: Card, progress: Progress
) -> tuple[tuple[Segment, ...], tuple[Problem, ...]]:
    """The segments of all sources, and a notice of the short turns that were left as context."""
    verify(encoder)
    measure = piece_counter(encoder)
    segments: list[Segment] = []
    n_short = 0
    for done, source in enumerate(sources):
        progress(done, len(sources))
        found = segment(source, study, options.segment, measure, encoder.window)
        segments += found.segments
        n_short += found.n_short
    if not segments:
        raise StudyError(
            "No source gave a segment, so there is nothing to analyse.",
            "List your files in sources.csv, and see what `themes check` says of them.",
            str(study.folder),
        )
    notice = Problem(
        Severity.WARNING,
        SHORT_TURNS,
        f"{some(n_short, 'turn')} of fewer than {options.segment.min_words} words left as context, not coded.",
        'To code them too, set `short = "keep"` under [options.segment] in study.toml.',
    )
    return tuple(segments), (notice,) if n_short else ()


class Encoding:
    """Texts to vectors by the study's encoder and cache; the encoder is loaded when the first text is missing.

    Is itself an encoder, which counts in `n_encoded` the texts that the cache did not have. `problems` holds what was
    wrong with the cache, and why the encoder does not run in the quickest way where it does not.
    """

    def __init__(self, study: Study, options: Options, encoder: Card) -> None:
        self._options, self._card = options.embed, encoder
        self._file = study.folder / CACHE / "vectors.sqlite"
        self._loaded: Loaded | None = None
        self.n_encoded = 0
        self.problems: list[Problem] = []

    @property
    def numerics(self) -> str:
        """In what the vectors are made; empty while that has not been measured on this computer."""
        return self._loaded.numerics if self._loaded else numerics(self._card, self._options)

    def vectors(self, texts: Sequence[str], progress: Progress = no_progress) -> Vectors:
        """The unit vectors of the texts, shape (texts, dimensions)."""
        with VectorCache(self._file) as cache:
            found = embed(texts, self._card, self._ready, cache, self._options, progress)
        if cache.set_aside is not None:
            place, name = f"{CACHE}/{cache.set_aside.name}", cache.set_aside.name
            remedy = f"You may delete {name}; the vectors were made again."
            self._tell(Problem(Severity.WARNING, place, "The cache of vectors was damaged and set aside.", remedy))
        self._tell(notice(self._card, self._options))
        return found

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The unit vectors of texts that the cache does not have."""
        self.n_encoded += len(texts)
        return self._encoder().encode(texts)

    def _ready(self) -> Encoding:
        self._encoder()
        return self

    def _encoder(self) -> Loaded:
        if self._loaded is None:
            self._loaded = load(self._card, self._options)
        return self._loaded

    def _tell(self, problem: Problem | None) -> None:
        if problem is not None and problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class Space:
    """The segments, and the unit vector of each, shape (segments, dimensions)."""

    segments: tuple[Segment, ...]
    vectors: Vectors


def find_themes(sources: Sequence[Source], space: Space, options: Options, progress: Progress) -> Clustering:
    """The candidate themes. Who speaks or is named, and how interviewers ask, is kept out of the terms."""
    languages = sorted({source.language for source in sources if source.language}) or ["en"]
    left_out = sorted(words_out(sources))
    return cluster(space.segments, space.vectors, options.cluster, left_out, languages, progress)


def in_their_language(options: Options, sources: Sequence[Source]) -> Options:
    """The options with the language of most sources for comparing words, where the researcher left it open."""
    if options.suggest.language != AUTO:
        return options
    spoken = Counter(source.language for source in sources if source.language)
    language = max(spoken, key=lambda name: (spoken[name], name)) if spoken else "en"
    return replace(options, suggest=replace(options.suggest, language=language))
