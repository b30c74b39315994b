"""The adapter to sentence-transformers: the only file that knows it, torch and transformers."""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from themes.domain import Problem
from themes.embed.cards import Card
from themes.embed.pieces import spelling
from themes.errors import EncoderError, OptionError

ROWS = {"cpu": 8, "cuda": 32}
"""Texts in one pass through the model. Fixed, so that the shape of a pass never depends on how many texts there are."""

STEP = 16
"""Texts are padded to a multiple of so many pieces, and only texts of the same padded length share a pass."""


class SentenceEncoder:
    """Turns texts into unit vectors with a sentence-transformers model.

    A matrix product sums in an order that depends on the shapes, so a text's vector would depend, in its last
    digits, on the texts beside it. Here every pass has one of a few shapes, chosen by the text's own length:
    on one machine and device a text gives the same bytes in whatever company, and a cached vector equals a fresh one.
    """

    def __init__(self, card: Card, model: Any, spell: Callable[[str], str], device: str) -> None:
        self.numerics = torch_numerics(device)
        self.notice: Problem | None = None
        self._card = card
        self.model = model
        self._spell = spell
        self._device = device

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions). EncoderError where a text is longer than the card's window."""
        if not texts:
            return np.empty((0, self._card.dimensions), dtype=np.float32)
        import torch

        order: list[int] = []
        made = []  # left on the device until the last pass is under way: a GPU reckons while the next is prepared
        with quietly():
            read = self.model.tokenizer([self._spell(text) for text in texts], truncation=False, padding=False)
            for length, members in self._by_padded_length(read["input_ids"]):
                for start in range(0, len(members), ROWS[self._device]):
                    rows = members[start : start + ROWS[self._device]]
                    made.append(self._pass(read, rows, length))
                    order += rows
            found = torch.cat(made).cpu().numpy()
        vectors: NDArray[np.float32] = np.empty_like(found)
        vectors[order] = found
        return vectors

    # --- for conversion ---

    @property
    def inputs(self) -> list[str]:
        """The names of what the model reads of a text, in order."""
        return [str(name) for name in self.model.tokenizer("peace")]

    @property
    def padding(self) -> int:
        """The id of the piece that fills a text up."""
        return int(self.model.tokenizer.pad_token_id)

    def unit_vectors(self, features: dict[str, Any]) -> Any:
        """The tensor of unit vectors, shape (n, dimensions), of tensors of shape (n, pieces)."""
        import torch

        return torch.nn.functional.normalize(self.model(features)["sentence_embedding"].float(), dim=1)

    def reference(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What sentence-transformers' own `encode` gives, shape (n, dimensions)."""
        spelt = [self._spell(text) for text in texts]
        with quietly():
            given = self.model.encode(spelt, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(given, dtype=np.float32)

    def _by_padded_length(self, read: Sequence[Sequence[int]]) -> list[tuple[int, list[int]]]:
        """(padded length, rows) in order of length."""
        groups: dict[int, list[int]] = defaultdict(list)
        for row, pieces in enumerate(read):
            if len(pieces) > self._card.window:
                raise EncoderError(
                    f"A text takes {len(pieces)} word pieces, more than the {self._card.window} of {self._card.name}.",
                    "Cut the segments shorter, or choose an encoder with a wider window.",
                )
            groups[min(-(-len(pieces) // STEP) * STEP, self._card.window)].append(row)
        return sorted(groups.items())

    def _pass(self, read: Mapping[str, Sequence[Sequence[int]]], rows: list[int], length: int) -> Any:
        """The unit vectors of up to ROWS texts as they were read, on the device; the last of them fills the pass up."""
        import torch

        filled = rows + [rows[-1]] * (ROWS[self._device] - len(rows))
        features = self.model.tokenizer.pad(
            {name: [values[row] for row in filled] for name, values in read.items()},
            padding="max_length",
            max_length=length,
        )
        # through numpy: transformers' own way to tensors walks over every piece in Python
        tensors = {name: torch.from_numpy(np.array(values, dtype=np.int64)) for name, values in features.items()}
        with torch.inference_mode():
            unit = self.unit_vectors({name: values.to(self._device) for name, values in tensors.items()})
        if unit.shape[1] != self._card.dimensions:
            raise EncoderError(
                f"The encoder {self._card.name} gives {unit.shape[1]} dimensions, its card says "
                f"{self._card.dimensions}.",
                "Correct the card.",
            )
        return unit[: len(rows)]


def load_sentence_encoder(card: Card, folder: Path, device: str) -> SentenceEncoder:
    """The encoder in a verified folder, on `device` (`auto`, `cpu` or `cuda`); see `themes.embed.load` for errors."""
    with quietly(), _offline():
        from sentence_transformers import SentenceTransformer

        chosen = _device(device)
        try:
            model = SentenceTransformer(
                str(folder),
                device=chosen,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # a file that does not fit raises whatever the three libraries like
            raise EncoderError(
                f"The encoder {card.name} cannot be loaded: {error}",
                "Fetch or save its files anew; if that does not help, choose another encoder.",
                str(folder),
            ) from error
    model.float().eval()
    return SentenceEncoder(card, model, spelling(card, folder), chosen)


def torch_numerics(device: str) -> str:
    """The name of torch's arithmetic on `cpu` or `cuda`, which is always that of 32 bits."""
    return f"torch {version('torch').partition('+')[0]}, f32, {device}"


def _device(asked: str) -> str:
    import torch

    there = torch.cuda.is_available()
    if asked == "cuda" and not there:
        raise OptionError(
            "embed.device is cuda, but torch finds no NVIDIA GPU here.",
            'Write device = "auto", or install a torch that is built for the GPU.',
        )
    return "cuda" if there and asked != "cpu" else "cpu"


@contextmanager
def _offline() -> Iterator[None]:
    """Nothing is fetched inside, and the process is as before afterwards."""
    from huggingface_hub import constants

    before, setting = os.environ.get("HF_HUB_OFFLINE"), constants.HF_HUB_OFFLINE
    os.environ["HF_HUB_OFFLINE"], constants.HF_HUB_OFFLINE = "1", True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = setting
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before


@contextmanager
def quietly() -> Iterator[None]:
    """No warnings, log lines or bars of the three libraries inside, and the process is as before afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging as untyped

        logging: Any = untyped  # its functions carry no types
        verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
        own = getLogger("sentence_transformers")
        level = own.level
        own.setLevel(ERROR)
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            own.setLevel(level)
            logging.set_verbosity(verbosity)
            if bars:
                logging.enable_progress_bar()
