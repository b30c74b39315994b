"""The valid word nearest to one that is not valid, as a sentence for an error."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like `word`, upper and lower case alike, or None where none is at all like it."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else None


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence naming the known word nearest to `word`, else the first twelve known words; empty if none is known.

    >>> nearest("intervew", ["interview", "mandate"])
    'The nearest is "interview".'
    >>> nearest("zzz", ["interview", "mandate"])
    'Known are "interview", "mandate".'
    """
    names = list(known)
    found = closest(word, names)
    if found is not None:
        return f'The nearest is "{found}".'
    if not names:
        return ""
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return "Known are " + ", ".join(f'"{name}"' for name in names[:12]) + more + "."
