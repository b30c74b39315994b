"""The seam: what an encoder is, and how one is loaded from its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from themes.embed import hashing
from themes.embed.cards import Card
from themes.embed.files import verify
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


def load(card: Card, options: EmbedOptions) -> Encoder:
    """The card's encoder, ready to use, its files checked; nothing is fetched and no code of the model is run.

    EncoderError where the files are absent, differ from the card or cannot be loaded; OptionError where
    `options.device` is not there. Takes seconds: call it when something has to be encoded.
    """
    if card.built_in:
        if card.name != hashing.NAME:
            raise EncoderError(
                f"The card of {card.name} names neither files nor a repository.",
                "Fill in `repo` and `revision`, or make a folder known with `themes models add`.",
            )
        return hashing.HashingEncoder(card.dimensions)
    return load_sentence_encoder(card, verify(card), options.device)
