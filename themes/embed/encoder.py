"""The seam: what an encoder is, and how one is loaded from its card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from themes.domain import Problem
from themes.embed import hashing
from themes.embed.arithmetic import OPENVINO, measure, measured, on_gpu, remember, torch_because
from themes.embed.cards import Card
from themes.embed.conversion import ready
from themes.embed.files import verify
from themes.embed.openvino_encoder import OpenVinoEncoder
from themes.embed.options import EmbedOptions
from themes.embed.sentences import load_sentence_encoder
from themes.errors import EncoderError


class Encoder(Protocol):
    """Turns texts into vectors. Anything with this one method will do."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of unit length per text, in order, shape (n, dimensions).

        A text's vector should not depend on the texts that are encoded with it: the cache mixes runs.
        """
        ...


class Loaded(Encoder, Protocol):
    """An encoder from a card, which knows how it makes its vectors."""

    numerics: str
    """In what the vectors are made, for example `OpenVINO 2026.4.1, bf16`: part of the provenance."""

    notice: Problem | None
    """Why it is not the quickest way for this computer, where it is not."""


def load(card: Card, options: EmbedOptions) -> Loaded:
    """The card's encoder, ready to use, its files checked; nothing is fetched and no code of the model is run.

    On the processor the encoder is converted for OpenVINO once (half a minute) and held to the original; where that
    fails, torch runs it, and `notice` says why. EncoderError where the files are absent, differ from the card or
    cannot be loaded; OptionError where `options.device` is not there.
    """
    if card.built_in:
        if card.name != hashing.NAME:
            raise EncoderError(
                f"The card of {card.name} names neither files nor a repository.",
                "Fill in `repo` and `revision`, or make a folder known with `themes models add`.",
            )
        return hashing.HashingEncoder(card.dimensions)
    folder = verify(card)
    if on_gpu(options):
        return load_sentence_encoder(card, folder, options.device)
    return _on_the_processor(card, folder, options)


def _on_the_processor(card: Card, folder: Path, options: EmbedOptions) -> Loaded:
    encoder: Loaded
    chosen = measured(card, options) or measure(card, folder, options)
    if chosen.engine == OPENVINO:
        try:
            encoder = OpenVinoEncoder(card, folder, ready(card, folder), chosen.precision)
        except Exception as error:  # a damaged conversion that cannot be made anew, a library that was exchanged
            chosen = remember(card, options, torch_because(card, error), keep=False)
    if chosen.engine != OPENVINO:
        encoder = load_sentence_encoder(card, folder, "cpu")
    encoder.notice = chosen.notice(card)
    return encoder
