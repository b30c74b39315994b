"""What a run starts from, and the fingerprint of each stage: everything that it is made from.

A stage whose fingerprint stands in the project file is not done again. Nothing heavy is imported for this, so that a
run with nothing to do ends at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from themes import __version__, config
from themes.config import Options
from themes.domain import Codebook, Problem, Severity, Source, SourceRow, Study, checksum
from themes.embed import Card, card, languages_outside, numerics
from themes.embed import checksum as encoder_checksum
from themes.errors import EncoderError
from themes.ingest import read_codebook, read_sources
from themes.pipeline.diary import some


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run starts from, read without opening a transcript. `fingerprints` has one for each source file."""

    rows: tuple[SourceRow, ...]
    codebook: Codebook
    card: Card
    fingerprints: Mapping[str, str]
    problems: tuple[Problem, ...]


def read_inputs(study: Study, options: Options) -> Inputs:
    """The rows, the codebook, the encoder's card and the files' fingerprints."""
    rows, of_sources = read_sources(study)
    codebook, of_codebook = read_codebook(study.folder)
    fingerprints = file_fingerprints(study, rows, options)
    return Inputs(rows, codebook, encoder_card(options), fingerprints, (*of_sources, *of_codebook))


def encoder_card(options: Options) -> Card:
    """The card of the encoder that the study names; EncoderError where there is none."""
    try:
        return card(options.embed.encoder)
    except EncoderError as error:
        raise EncoderError(error.problem, error.remedy, error.where or "study.toml, [options.embed]") from error


def by_file(rows: Iterable[SourceRow]) -> dict[str, tuple[SourceRow, ...]]:
    """The rows of each file, files in the order of their first row."""
    files: dict[str, list[SourceRow]] = {}
    for row in rows:
        files.setdefault(row.file, []).append(row)
    return {file: tuple(own) for file, own in files.items()}


def file_fingerprints(study: Study, rows: Iterable[SourceRow], options: Options) -> dict[str, str]:
    """The fingerprint of each source file, files in the order of their first row."""
    return {file: _file_fingerprint(study, own, options) for file, own in by_file(rows).items()}


def _file_fingerprint(study: Study, rows: Sequence[SourceRow], options: Options) -> str:
    """What the sources of one file are made from: its bytes, its rows (not their place), its column map."""
    file = rows[0].file
    try:
        with (study.folder / file).open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as trouble:
        content = f"unreadable: {trouble.strerror}"
    about = [repr(replace(row, row=0)) for row in rows]
    return checksum([content, *about, repr(study.tables.get(file)), repr(study.group_names), repr(options.ingest)])


def plan(study: Study, options: Options, inputs: Inputs, n_entries: int) -> dict[str, str]:
    """The fingerprint of each stage up to the person, each built on the one before.

    `n_entries` counts what changes suggestions: decisions on segments, and edits of the codebook.
    """
    encoder = [str(inputs.card.window), encoder_checksum(inputs.card)]
    ingest = checksum([__version__, *chain.from_iterable(inputs.fingerprints.items())])
    segments = checksum([ingest, repr(study.missions), repr(options.segment), *encoder])
    vectors = checksum([segments, options.embed.precision, numerics(inputs.card, options.embed)])
    grouping = versions("bertopic", "hdbscan", "numpy", "pynndescent", "scikit-learn", "scipy", "umap-learn")
    clustered = checksum([vectors, repr(options.cluster), *grouping])
    return {
        "ingest": checksum([ingest, repr(inputs.problems)]),
        "segment": segments,
        "embed": vectors,
        "cluster": clustered,
        "suggest": suggested_from(vectors, inputs.codebook, options, n_entries),
    }


def suggested_from(vectors: str, codebook: Codebook, options: Options, n_entries: int) -> str:
    """What suggestions are made from: the fingerprint of the vectors, the codes, the options, decisions and edits."""
    learning = versions("scikit-learn", "numpy", "scipy")
    return checksum([vectors, codebook.version, repr(options.suggest), str(n_entries), *learning])


def report_fingerprint(study: Study, options: Options, made_from: Mapping[str, str], n_entries: int) -> str:
    """What the report is made from: the stages before it, decisions and edits so far, and how it is to look."""
    stages = [f"{stage} {value}" for stage, value in sorted(made_from.items()) if stage != "report"]
    about = repr(replace(study, folder=Path(), options={}))
    return checksum([__version__, about, repr(options.prevalence), repr(options.report), str(n_entries), *stages])


def versions(*packages: str) -> list[str]:
    """Each package with its installed version."""
    return [f"{package} {version(package)}" for package in packages]


PRESET = "preset"


VERSION = "codebook version"


def provenance(study: Study, options: Options, inputs: Inputs, codebook: Codebook) -> dict[str, str]:
    """What made the numbers, for the report: versions, checksums, options; no time and no path."""
    packages = (
        "sentence-transformers",
        "torch",
        "openvino",
        "umap-learn",
        "hdbscan",
        "bertopic",
        "scikit-learn",
        "numpy",
    )
    return {
        "themes": __version__,
        PRESET: study.preset,
        "options that differ from the default": "; ".join(config.differences(options)) or "none",
        "encoder": f"{inputs.card.name}, revision {inputs.card.revision or 'not stated'}",
        "encoder checksum": encoder_checksum(inputs.card),
        "numerics": numerics(inputs.card, options.embed) or "not measured",
        VERSION: codebook.version,
        "seed": str(options.cluster.seed),
        "libraries": ", ".join(versions(*packages)),
    }


def language_problems(sources: Iterable[Source], encoder: Card) -> tuple[Problem, ...]:
    """A warning for each language of the sources that the encoder was not made for."""
    files: dict[str, list[str]] = {}
    for source in sources:
        files.setdefault(source.language, []).append(source.file)
    outside = languages_outside(encoder, sorted(language for language in files if language))
    return tuple(_outside(language, files[language], encoder) for language in outside)


def _outside(language: str, files: Sequence[str], encoder: Card) -> Problem:
    return Problem(
        Severity.WARNING,
        files[0],
        f'{some(len(files), "source")} in "{language}", which the encoder {encoder.name} was not made for: vectors, '
        "themes and suggestions cannot be trusted.",
        "Choose a multilingual encoder (`themes models list`), or correct the column `language` of the sources list.",
    )
