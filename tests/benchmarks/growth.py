"""What each stage costs at one size: python -m tests.benchmarks.growth SIZE FOLDER DATA, a process of its own.

Texts are made by drawing two to four sentences of speeches, with one seed, so that as many differ as are asked for;
they mean nothing, but their words, lengths and likenesses are those of real ones. Up to MOST_EMBEDDED texts are
embedded. Beyond, the vectors are those of the texts that were, drawn again and jittered: for the stages that follow,
only their number and their likeness to one another count.
"""

from __future__ import annotations

import ctypes
import gc
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.passages import passages
from tests.benchmarks.peer import peak_mib
from tests.un_study import code_paths
from themes import config
from themes.cluster import cluster
from themes.domain import Code, Codebook, CodeId, Segment, Source, SourceId, SourceKind, Study, Turn, TurnRole
from themes.embed import EmbedOptions, VectorCache, card, embed, load, piece_counter
from themes.prevalence import counts
from themes.report import Material, write
from themes.segment import cut, segment
from themes.suggest import Learner, code_texts, encoded, judged, map_themes, prior, suggest

MOST_EMBEDDED = 5_000
WARM = 300
"""So many segments go through all stages first, so that imports and compilation are not measured."""

TURNS, GROUPS = 20, ("UN", "Host state", "Troop contributors", "Civil society")
JITTER = 0.35
"""The length of what is added to a vector of length 1 that is drawn again: it stays nearest to where it came from."""

Vectors = NDArray[np.float32]


@dataclass
class Costs:
    """stage -> seconds, and the most memory held in it beyond what was held before, in MiB; `peak_mib` is the whole."""

    seconds: dict[str, float] = field(default_factory=dict)
    mib: dict[str, float] = field(default_factory=dict)
    peak_mib: float = 0.0

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """The costs of what is done inside."""
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # else a stage would live on what the one before has freed
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # from here on the peak is counted anew
        before, began = peak_mib(), time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - began
        self.mib[stage] = peak_mib() - before
        self.peak_mib = max(self.peak_mib, peak_mib())


def made_sources(data: Path, count: int) -> list[Source]:
    """Sources with so many turns in all, each turn of two to four sentences drawn from real texts."""
    pool = sorted({sentence for one in passages(data) for sentence in _sentences(one["text"])})
    draw = random.Random(count)  # noqa: S311  a draw that anybody can repeat
    texts = [" ".join(draw.sample(pool, draw.randint(2, 4))) for _ in range(count)]
    return [_source(number, texts[start : start + TURNS]) for number, start in enumerate(range(0, count, TURNS))]


def _sentences(text: str) -> Iterator[str]:
    """Those of 8 to 35 words: two to four of them make a segment that no encoder's window cuts."""
    for start, end in cut(text, (0, len(text)), lambda part: len(part.split()) <= 35):
        if 8 <= len(text[start:end].split()) <= 35:
            yield text[start:end]


def _source(number: int, texts: Sequence[str]) -> Source:
    """An interview whose turns are these texts."""
    turns, at = [], 0
    for text in texts:
        turns.append(Turn(at, at + len(text), TurnRole.PARTICIPANT))
        at += len(text) + 2
    name = f"S{number:05}"
    group = GROUPS[number % len(GROUPS)]
    return Source(
        SourceId(name),
        f"{name}.txt",
        SourceKind.INTERVIEW,
        "\n\n".join(texts),
        tuple(turns),
        pseudonym=name,
        actor_group=group,
    )


def vectors_of(segments: Sequence[Segment], folder: Path, costs: Costs) -> Vectors:
    """A vector per segment: embedded, or beyond MOST_EMBEDDED drawn from those that an earlier size has left there."""
    kept = folder / "embedded.npy"
    if len(segments) <= MOST_EMBEDDED:
        found = _embedded([segment.text for segment in segments], folder, costs)
        np.save(kept, found)
        return found
    known = np.load(kept)
    generator = np.random.default_rng(len(segments))
    rows = generator.integers(len(known), size=len(segments))
    noise = generator.standard_normal((len(segments), known.shape[1]), dtype=np.float32) * (
        JITTER / known.shape[1] ** 0.5
    )
    jittered = known[rows] + noise
    return np.asarray(jittered / np.linalg.norm(jittered, axis=1, keepdims=True), np.float32)


def _embedded(texts: Sequence[str], folder: Path, costs: Costs) -> Vectors:
    options = EmbedOptions()
    encoder = card(options.encoder)
    ready = load(encoder, options)
    ready.encode(texts[:32])
    with VectorCache(folder / f"vectors-{len(texts)}.sqlite") as cache, costs.of("embed"):
        return embed(texts, encoder, lambda: ready, cache, options)


def stages(sources: Sequence[Source], folder: Path, data: Path) -> tuple[int, Costs]:
    """All stages on these sources, one after the other: how many segments there were, and what each stage cost."""
    costs, options = Costs(), config.Options()
    study = Study(folder, "growth", actor_groups=GROUPS)
    encoder = card(options.embed.encoder)
    measure = piece_counter(encoder)
    with costs.of("segment"):
        found = [segment(source, study, options.segment, measure, encoder.window).segments for source in sources]
        segments = tuple(one for own in found for one in own)
    vectors = vectors_of(segments, folder, costs)
    with costs.of("cluster"):
        clustering = cluster(segments, vectors, options.cluster)
    codebook = Codebook(tuple(Code(CodeId(name), name) for name in dict.fromkeys(code_paths(data).values())))
    book = encoded(codebook, codebook_vectors(codebook, folder, options.embed))
    with costs.of("suggest"):
        texts, interviews = [one.text for one in segments], [one.source for one in segments]
        scores = prior(texts, vectors, book, options.suggest)
        learner = Learner(texts, vectors, interviews, scores, book, options.suggest)
        learned = learner.learn(judged((), {}, [code.id for code in book.codes]))
        suggestions = suggest(segments, scores, learned, book, options.suggest)
        theme_codes = map_themes(clustering.themes, segments, learned, codebook.assignable, options.suggest)
    with costs.of("prevalence"):
        estimates = counts(segments, suggestions, codebook, clustering.themes, options.prevalence)
    places = dict(zip((one.id for one in segments), map(tuple, clustering.places.tolist()), strict=True))
    with costs.of("report"):
        material = Material(
            study=study,
            sources=tuple(sources),
            segments=segments,
            themes=clustering.themes,
            places=places,
            theme_codes=theme_codes,
            suggestions=suggestions,
            codebook=codebook,
            estimates=estimates,
        )
        write(material, folder / "report", options.report)
    return len(segments), costs


def codebook_vectors(codebook: Codebook, folder: Path, options: EmbedOptions) -> dict[str, Vectors]:
    """The vectors of the codes' texts, from a cache that all sizes share."""
    encoder, texts = card(options.encoder), code_texts(codebook)
    with VectorCache(folder / "codes.sqlite") as cache:
        return dict(zip(texts, embed(texts, encoder, lambda: load(encoder, options), cache, options), strict=True))


def main(size: int, folder: Path, data: Path) -> None:
    """Prints what the stages cost at this size, as JSON."""
    first = folder / f"first-{size}"
    first.mkdir()
    stages(made_sources(data, WARM), first, data)
    n_segments, costs = stages(made_sources(data, size), folder, data)
    print(json.dumps({"segments": n_segments, "seconds": costs.seconds, "mib": costs.mib, "peak_mib": costs.peak_mib}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
