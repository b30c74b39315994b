"""One way of turning passages into vectors, in a process of its own: what it took, and the vectors in a file.

python tests/benchmarks/encode_passages.py WAY PASSAGES.json VECTORS.npy
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from themes.embed import EmbedOptions, VectorCache, card, embed, load, locate

ENCODER = "all-MiniLM-L6-v2"
WARM = 16
"""Passages encoded before the clock starts, for every way: libraries set themselves up at the first."""


def sentence_transformers() -> Callable[[list[str]], Any]:
    """The library as its front page shows it."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(locate(card(ENCODER))), device="cpu")
    return model.encode


def themes(precision: str) -> Callable[[list[str]], Any]:
    """The stage as a run does it, each batch kept in a cache of vectors."""
    options = EmbedOptions(device="cpu", precision=precision)
    encoder = load(card(ENCODER), options)
    assert encoder.notice is None, encoder.notice

    def encode(texts: list[str]) -> Any:
        with tempfile.TemporaryDirectory() as folder, VectorCache(Path(folder) / "vectors.sqlite") as cache:
            return embed(texts, card(ENCODER), lambda: encoder, cache, options)

    return encode


def peak_mib() -> float:
    """The most memory held. The kernel's own report of a child counts what its parent held when it started it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Prints one line of JSON: seconds until the first passage can be encoded, seconds for all of them, and memory."""
    way, passages, vectors = sys.argv[1:]
    texts: list[str] = json.loads(Path(passages).read_text(encoding="utf-8"))
    began = time.perf_counter()
    encode = sentence_transformers() if way == "sentence-transformers" else themes(way)
    started = time.perf_counter() - began
    encode(texts[:WARM])
    began, reckoned = time.perf_counter(), time.process_time()
    found = encode(texts)
    seconds = {"start_up_seconds": started, "seconds": time.perf_counter() - began}
    told = seconds | {"processor_seconds": time.process_time() - reckoned, "peak_mib": peak_mib()}
    np.save(vectors, np.asarray(found, dtype=np.float32))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
