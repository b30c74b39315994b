"""Text for comparing, letter by letter: small, without accents, and every letter still where it was."""

from __future__ import annotations

import unicodedata

_SIGNS = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "\u00a0": " ", "\u202f": " "}


def folded(text: str) -> str:
    """The text in small letters without accents, one apostrophe and one hyphen; as many characters as before."""
    return text.translate(_LETTERS)


def _letter(letter: str) -> str:
    """One character for one: what would become two (`ß`, `Œ`) stays as it is, in small."""
    kept = [part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)]
    small = (kept[0] if len(kept) == 1 else letter).lower()
    found = small if len(small) == 1 else letter
    return _SIGNS.get(found, found)


class _Letters(dict[int, int]):
    """What each character becomes, found out when it is first met."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(_letter(chr(code)))
        return self[code]


_LETTERS = _Letters()
