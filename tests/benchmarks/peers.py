"""Starts peer.py for each method, in the environment that has it, and keeps what was found for the next time.

What a method found on a set lies in a folder of its own under the work folder. The folder's name holds a checksum of
the method, its packages and the vectors, so that a benchmark that was stopped goes on where it was, and what has
changed is measured anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.grouped_sets import GroupedSet

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
PINS = HERE / "peers.txt"
OURS = ("themes",)
REPEATS, REPEATS_WHERE_SLOW = 10, 3
MANY = 5_000
"""With so many texts or more, slow methods are repeated less often and the slowest are left out."""

SLOW = (*OURS, "bertopic_default", "bertopic_tuned", "turftopic_keynmf", "top2vec")
SLOWEST = ("fastopic", "turftopic_clustering")
LEFT_OUT_ABOVE = {"fastopic": 1_000}
"""With more texts than this a method is left out: one fit of FASTopic took over half an hour at 1,624."""

SHARE_DRAWN = 0.9
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
FEWEST = 5
"""Words that a corpus has less often need no vector: no method asks for them."""


@dataclass(frozen=True)
class Fit:
    """The rows that a method was given, ascending, and the label of each (-1: no group)."""

    rows: NDArray[np.intp]
    labels: NDArray[np.int64]
    seconds: float


@dataclass(frozen=True)
class Fits:
    """What a method did on a set: `seeds` are fits of all texts, the first of them timed alone, `parts` of 90%."""

    seeds: tuple[Fit, ...]
    parts: tuple[Fit, ...]
    import_seconds: float
    peak_mib: float


def repeats(grouped: GroupedSet, method: str) -> int:
    """How many seeds and how many subsamples, 0 where the method is left out."""
    if len(grouped.texts) > LEFT_OUT_ABOVE.get(method, len(grouped.texts)):
        return 0
    if len(grouped.texts) < MANY:
        return REPEATS_WHERE_SLOW if method == "fastopic" else REPEATS
    if method in SLOWEST:
        return 0
    return REPEATS_WHERE_SLOW if method in SLOW else REPEATS


def prepared(grouped: GroupedSet, vectors_of: Callable[[Sequence[str]], NDArray[np.float32]], work: Path) -> Path:
    """The folder with what every method is given: texts, vectors, and vectors of the words."""
    folder = work / grouped.name
    folder.mkdir(parents=True, exist_ok=True)
    words = frequent_words(grouped.texts)
    for name, texts in (("vectors", grouped.texts), ("word_vectors", words)):
        np.save(folder / f"{name}.npy", vectors_of(texts))
    for name, texts in (("texts", grouped.texts), ("words", words)):
        (folder / f"{name}.json").write_text(json.dumps(texts), encoding="utf-8")
    return folder


def frequent_words(texts: Sequence[str], fewest: int = FEWEST) -> tuple[str, ...]:
    """The words that a topic model may ask a vector for, cut as scikit-learn and gensim cut them."""
    counts: Counter[str] = Counter()
    for text in texts:
        plain = unicodedata.normalize("NFD", text.lower())
        bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
        counts.update(re.findall(r"\b\w\w+\b", text.lower()) + re.findall(r"(?:(?!\d)\w){2,}", bare))
    return tuple(sorted(word for word, count in counts.items() if count >= fewest))


def measured(grouped: GroupedSet, method: str, folder: Path, at_once: int = 2) -> Fits:
    """All fits of one method on one set; those that are there already are read.

    The first is timed alone with all cores; seeds and subsamples then run in `at_once` processes of one thread each.
    """
    out = folder / f"{method}-{fingerprint(method, folder)}"
    out.mkdir(exist_ok=True)
    count = repeats(grouped, method)
    seeds = [{"name": f"seed-{seed}", "seed": seed, "rows": ""} for seed in range(count)]
    parts = [{"name": f"part-{draw}", "seed": 0, "rows": f"rows-{draw}.npy"} for draw in range(count)]
    for draw, job in enumerate(parts):
        np.save(out / str(job["rows"]), drawn(len(grouped.texts), SHARE_DRAWN, draw))
    if not (out / "alone.json").exists():
        (out / "seed-0.npz").unlink(missing_ok=True)  # stopped before its costs were written
    shared = {"method": method, "set": str(folder), "out": str(out), "n_groups": grouped.n_groups}
    _run(method, out, [shared | {"name": "alone", "warm": True, "jobs": seeds[:1]}], {})
    plans = [
        shared | {"name": name, "warm": False, "jobs": jobs} for name, jobs in (("seeds", seeds), ("parts", parts))
    ]
    one_thread = dict.fromkeys(THREADS, "1")
    for start in range(0, len(plans), at_once):
        _run(method, out, plans[start : start + at_once], one_thread)
    alone = json.loads((out / "alone.json").read_text(encoding="utf-8"))
    read = (
        tuple(_read(out / f"{job['name']}.npz") for job in seeds),
        tuple(_read(out / f"{job['name']}.npz") for job in parts),
    )
    return Fits(*read, **alone)


def drawn(count: int, share: float, seed: int) -> NDArray[np.intp]:
    """So large a share of the rows, without replacement, ascending."""
    generator = np.random.default_rng([count, seed])
    return np.sort(generator.choice(count, round(share * count), replace=False))


def fingerprint(method: str, folder: Path) -> str:
    """A checksum of all that what a method finds depends on, but for the machine."""
    parts = [method.encode(), *(path.read_bytes() for path in (HERE / "peer.py", folder / "vectors.npy"))]
    if method in OURS:
        parts += [path.read_bytes() for path in sorted((ROOT / "themes" / "cluster").rglob("*.py"))]
    else:
        parts.append(PINS.read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _run(method: str, out: Path, plans: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> None:
    """The plans with something left to do, all at once, each in a process of its own."""
    python = sys.executable if method in OURS else str(PEERS)
    variables = {**os.environ, "NUMBA_CACHE_DIR": str(out.parents[1] / "numba"), **environment}
    started = []
    for plan in plans:
        if all((out / f"{job['name']}.npz").exists() for job in plan["jobs"]):
            continue
        file = out / f"{plan['name']}.plan.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        log = (out / f"{plan['name']}.log").open("w", encoding="utf-8")
        command = [python, "-P", str(HERE / "peer.py"), str(file)]  # -P: no module beside it stands for a package
        started.append(
            (subprocess.Popen(command, env=variables, stdout=log, stderr=log), out / f"{plan['name']}.log", log)
        )
    for process, _, log in started:
        process.wait()
        log.close()
    for process, file, _ in started:
        if process.returncode:
            raise RuntimeError(f"{method} ended with {process.returncode}; see {file}")


def _read(file: Path) -> Fit:
    with np.load(file) as held:
        return Fit(held["rows"].astype(np.intp), held["labels"].astype(np.int64), float(held["seconds"]))


def here(methods: Iterable[str]) -> list[str]:
    """Of these methods the ones that can be run: ours, and peers where their environment has been made."""
    return [method for method in methods if method in OURS or PEERS.exists()]
