"""A converted encoder, run by OpenVINO on the processor; torch and transformers are not imported."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.domain import Problem
from themes.embed.cards import Card
from themes.embed.contained import light_openvino
from themes.embed.pieces import spelling, tokenizer_of
from themes.errors import EncoderError

MODEL, WEIGHTS, ABOUT = "model.xml", "model.bin", "about.json"

BUDGET = 256
"""Word pieces in one pass: eight short texts, or one long one. More no longer fit the fast memory beside a core."""

STEP = 8
"""Texts are padded to a multiple of so many pieces, and only texts of the same padded length share a pass."""


class OpenVinoEncoder:
    """Turns texts into unit vectors with a converted sentence-transformers model.

    Like `SentenceEncoder` it gives every pass one of a few shapes, chosen by the text's own length, so that a text
    gives the same bytes in whatever company. Each processor core is busy with a pass of its own: nothing waits for the
    slowest thread inside a pass.
    """

    def __init__(self, card: Card, folder: Path, converted: Path, precision: str) -> None:
        self.numerics = f"OpenVINO {version('openvino')}, {precision}"
        self.notice: Problem | None = None
        self._card = card
        self._spell = spelling(card, folder)
        self._tokenizer = tokenizer_of(card)
        about = json.loads((converted / ABOUT).read_text(encoding="utf-8"))
        self._inputs: list[str] = about["inputs"]
        self._padding = int(about["padding"])
        core = light_openvino().Core()
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": precision,
            "ENABLE_CPU_PINNING": False,  # other programs run here too
        }
        model = core.read_model(converted / MODEL, converted / WEIGHTS)
        compiled = core.compile_model(model, "CPU", settings)
        requests = [compiled.create_infer_request() for _ in range(_streams(compiled))]
        self._free: SimpleQueue[Any] = SimpleQueue()
        for request in requests:
            self._free.put(request)
        self._n_streams = len(requests)
        # OpenVINO's binding sets something up at its first pass; two threads at once would wait for each other forever
        self._pass([[self._padding]], STEP)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions). EncoderError where a text is longer than the card's window."""
        vectors = np.empty((len(texts), self._card.dimensions), dtype=np.float32)
        read = [spelt.ids for spelt in self._tokenizer.encode_batch_fast([self._spell(text) for text in texts])]

        def keep(one: tuple[int, list[int]]) -> None:
            length, rows = one
            vectors[rows] = self._pass([read[row] for row in rows], length)

        passes = list(_passes([len(pieces) for pieces in read], self._card))
        # threads of our own: the binding's own queue of requests can wait for itself when it is taken down
        with ThreadPoolExecutor(self._n_streams) as pool:
            for _ in pool.map(keep, passes):
                pass
        return vectors

    def _pass(self, texts: Sequence[Sequence[int]], length: int) -> NDArray[np.float32]:
        """Unit vectors of the texts of one pass, by a request that is free."""
        request = self._free.get()
        try:
            request.infer(self._features(texts, length), share_inputs=True)
            found: NDArray[np.float32] = request.get_output_tensor(0).data[: len(texts)].copy()
        finally:
            self._free.put(request)
        return found

    def _features(self, texts: Sequence[Sequence[int]], length: int) -> Mapping[str, NDArray[np.int64]]:
        """What the model reads of one pass, arrays of shape (rows, length); the last text fills the pass up."""
        n_rows = _rows(length)
        pieces = np.full((n_rows, length), self._padding, dtype=np.int64)
        mask = np.zeros((n_rows, length), dtype=np.int64)
        for row in range(n_rows):
            text = texts[min(row, len(texts) - 1)]
            pieces[row, : len(text)] = text
            mask[row, : len(text)] = 1
        all_features = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": np.zeros_like(pieces)}
        return {name: all_features[name] for name in self._inputs}


def _streams(compiled: Any) -> int:
    """How many passes run at once: as many as OpenVINO finds best for this processor."""
    return int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))


def runs_bf16() -> bool:
    """Whether this processor multiplies in bfloat16, which is about twice as fast, or more with tiles (AMX)."""
    return "BF16" in light_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _passes(lengths: Sequence[int], card: Card) -> Iterator[tuple[int, list[int]]]:
    """(padded length, rows), long ones first, so that the threads end together."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row, length in enumerate(lengths):
        if length > card.window:
            raise EncoderError(
                f"A text takes {length} word pieces, more than the {card.window} of {card.name}.",
                "Cut the segments shorter, or choose an encoder with a wider window.",
            )
        groups[min(-(-length // STEP) * STEP, card.window)].append(row)
    for padded in sorted(groups, reverse=True):
        rows, n_rows = groups[padded], _rows(padded)
        yield from ((padded, rows[start : start + n_rows]) for start in range(0, len(rows), n_rows))


def _rows(length: int) -> int:
    """Texts in one pass of that padded length."""
    return max(1, BUDGET // length)
