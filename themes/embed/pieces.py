"""How long a text is for an encoder, counted in its own word pieces."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from themes.embed.cards import Card
from themes.embed.files import locate, verified
from themes.errors import EncoderError


def piece_counter(card: Card) -> Callable[[str], int]:
    """A function that gives the word pieces a text takes, the card's prefix and the special tokens included.

    A built-in encoder counts words. Reads tokenizer.json alone, held to its checksum: torch is not imported.
    EncoderError where the file is missing, differs or cannot be used.
    """
    if card.built_in:
        return count_words
    tokenizer = tokenizer_of(card)
    spell = spelling(card, locate(card))

    def count(text: str) -> int:
        return len(tokenizer.encode(spell(text)).ids)

    return count


def tokenizer_of(card: Card) -> Any:
    """The tokenizer in the card's folder, which neither cuts nor pads; errors as of `piece_counter`."""
    from tokenizers import Tokenizer

    path = verified(card, locate(card), "tokenizer.json")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exceptions
        raise EncoderError(
            f"The tokenizer of {card.name} cannot be used: {error}.", "Save or fetch the encoder anew.", str(path)
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def count_pieces(card: Card, texts: Sequence[str]) -> list[int]:
    """What `piece_counter` says of each text, all of them counted at once, on every core."""
    if card.built_in:
        return [count_words(text) for text in texts]
    spell = spelling(card, locate(card))
    return [len(read.ids) for read in tokenizer_of(card).encode_batch_fast([spell(text) for text in texts])]


def count_words(text: str) -> int:
    """Words, split at white space."""
    return len(text.split())


def spelling(card: Card, folder: Path) -> Callable[[str], str]:
    """A function that gives a text as the encoder is to read it: prefix first, small letters where it wants them.

    Halves of surrogate pairs, which no tokenizer can read, become question marks.
    """
    settings = folder / "sentence_bert_config.json"
    lower = settings.is_file() and json.loads(settings.read_text(encoding="utf-8")).get("do_lower_case") is True

    def spell(text: str) -> str:
        read = (card.prefix + text).encode("utf-8", "replace").decode("utf-8")
        return read.lower() if lower else read

    return spell
