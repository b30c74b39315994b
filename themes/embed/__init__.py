"""Texts -> vectors: model cards, the encoders they name, and the cache of vectors.

The only room that knows sentence-transformers, torch and OpenVINO, and importing it loads none of them. An encoder is
anything with an `encode` method (`Encoder`); a `Card` says what it is and holds its files to their checksums; `load`
makes one ready, converted for this processor where that gives the same vectors; `numerics` says how they are made;
`embed` turns texts into unit vectors, encoding only what the `VectorCache` lacks.
"""

from __future__ import annotations

from themes.embed.arithmetic import notice, numerics
from themes.embed.cache import VectorCache
from themes.embed.cards import Card, card, cards, languages_outside, read_card, user_models
from themes.embed.encoder import Encoder, Loaded, load
from themes.embed.files import checksum, locate, verify
from themes.embed.hashing import HashingEncoder
from themes.embed.obtain import Download, add, pull
from themes.embed.options import EmbedOptions
from themes.embed.pieces import piece_counter
from themes.embed.vectors import embed

__all__ = [
    "Card",
    "Download",
    "EmbedOptions",
    "Encoder",
    "HashingEncoder",
    "Loaded",
    "VectorCache",
    "add",
    "card",
    "cards",
    "checksum",
    "embed",
    "languages_outside",
    "load",
    "locate",
    "notice",
    "numerics",
    "piece_counter",
    "pull",
    "read_card",
    "user_models",
    "verify",
]
