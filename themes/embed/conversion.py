"""Encoders converted for OpenVINO, kept in the user's cache folder and held to their checksums.

A conversion is a folder, named by the encoder's checksum and OpenVINO's version. It is made beside its place and moved
there whole, so that a run never sees half of one, and of two runs that convert at once the later takes the earlier's.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from themes import domain
from themes.embed.cards import Card
from themes.embed.contained import light_openvino
from themes.embed.fidelity import SENTENCES
from themes.embed.files import checksum, digest
from themes.embed.openvino_encoder import ABOUT, MODEL, WEIGHTS
from themes.embed.pieces import count_pieces
from themes.embed.sentences import SentenceEncoder, load_sentence_encoder, quietly
from themes.errors import EncoderError

FORM = "1"
"""Goes up when this file or the test of fidelity changes what it makes; earlier conversions are then left alone."""

REFERENCE, CHECKSUMS = "reference.npy", "checksums.json"
_FILES = (MODEL, WEIGHTS, ABOUT, REFERENCE)
_READABLE = ("input_ids", "attention_mask", "token_type_ids")
"""What a model may ask of a text; OpenVinoEncoder can give nothing else."""


def place(card: Card) -> Path:
    """Where the card's conversion lies, or is to lie."""
    name = domain.checksum((FORM, checksum(card), version("openvino")))[:32]
    return Path(user_cache_path("themes")) / "encoders" / name


def ready(card: Card, folder: Path) -> Path:
    """The card's conversion, whole: the one that is kept, or else one made now from the verified files in `folder`.

    A damaged one is renamed to the first free `NAME.damaged-N`. Raises whatever the libraries raise that convert, and
    OSError where the cache folder cannot be written.
    """
    kept = place(card)
    if kept.exists() and not _whole(kept):
        _set_aside(kept)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f"{kept.name}.part-", dir=kept.parent))
        try:
            _convert(card, folder, made)
            _move(made, kept)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return kept


def reference(converted: Path) -> NDArray[np.float32]:
    """What sentence-transformers itself made of `fitting` sentences, shape (sentences, dimensions)."""
    vectors: NDArray[np.float32] = np.load(converted / REFERENCE, allow_pickle=False)
    return vectors


def fitting(card: Card) -> list[str]:
    """The sentences of the fidelity test that are not longer than the encoder's window."""
    return [
        text for text, length in zip(SENTENCES, count_pieces(card, SENTENCES), strict=True) if length <= card.window
    ]


def _whole(kept: Path) -> bool:
    """Whether every file is there and equal to its checksum."""
    try:
        checksums = json.loads((kept / CHECKSUMS).read_text(encoding="utf-8"))
        return all(digest(kept / name) == checksums[name] for name in _FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _set_aside(kept: Path) -> None:
    number = 1
    while (aside := kept.with_name(f"{kept.name}.damaged-{number}")).exists():
        number += 1
    try:
        kept.rename(aside)
    except FileNotFoundError:  # another run was quicker
        return


def _move(made: Path, kept: Path) -> None:
    """Puts the conversion in its place, unless another run has put one there meanwhile."""
    try:
        made.rename(kept)
    except OSError:
        if not _whole(kept):
            raise


def _convert(card: Card, folder: Path, into: Path) -> None:
    """Writes the conversion, the reference vectors and the checksums."""
    original = load_sentence_encoder(card, folder, "cpu")
    inputs = original.inputs
    if not set(inputs) <= set(_READABLE):
        raise EncoderError(f"The encoder {card.name} reads {', '.join(inputs)}.", "Nothing has to be done.")
    openvino = light_openvino()
    openvino.save_model(_graph(original, inputs), into / MODEL, compress_to_fp16=False)
    about = {"inputs": inputs, "padding": original.padding, "encoder": card.name, "openvino": version("openvino")}
    (into / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    np.save(into / REFERENCE, original.reference(fitting(card)))
    checksums = {name: digest(into / name) for name in _FILES}
    (into / CHECKSUMS).write_text(json.dumps(checksums, indent=1), encoding="utf-8")


def _graph(original: SentenceEncoder, inputs: Sequence[str]) -> Any:
    """The model as OpenVINO's graph, from the ids of word pieces to unit vectors, for any number and length of texts.

    Uses the frontend alone: `openvino.convert_model` does the same and wants the package that reports its use.
    """
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    class Whole(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
        def __init__(self) -> None:
            super().__init__()
            self.model = original.model  # a part of the module, or its weights could not be traced

        def forward(self, *features: Any) -> Any:
            return original.unit_vectors(dict(zip(inputs, features, strict=True)))

    example = {name: torch.zeros(2, 16, dtype=torch.long) for name in inputs}
    example["input_ids"] += torch.arange(5, 21)
    if "attention_mask" in example:
        example["attention_mask"] += 1
        example["attention_mask"][1, 9:] = 0
    with quietly(), torch.inference_mode():
        decoder = TorchScriptPythonDecoder(Whole(), example_input=tuple(example[name] for name in inputs))
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.convert(frontend.load(decoder))
    for tensor, name in zip(graph.inputs, inputs, strict=True):
        tensor.get_tensor().set_names({name})
    return graph
