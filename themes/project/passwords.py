"""Passwords hashed, and held against what somebody types."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from themes.errors import DecisionError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
LONGEST = 1000
"""Characters: more would let a stranger keep the computer busy with hashing."""


def hashed(password: str) -> str:
    """The hash of a new password (argon2id); DecisionError for one that is too short or too long."""
    length = len(_as_typed(password))
    if length < SHORTEST:
        raise DecisionError(
            f"The password has {length} characters.", f"Take {SHORTEST} or more: four words in a row are easy."
        )
    if length > LONGEST:
        raise DecisionError(f"The password has {length:,} characters.", f"Take {LONGEST:,} at most.")
    return renewed(password)


def renewed(password: str) -> str:
    """The hash of a password that is in use, however long it is."""
    return _hasher().hash(_bytes(password))


def holds(kept: str, password: str) -> bool:
    """Whether the password is the one whose hash is kept; never where none is kept, which takes the same time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nobodys = _nobodys()
    try:
        return _hasher().verify(kept or nobodys, _bytes(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than a new one would be."""
    return _hasher().check_needs_rehash(kept)


def _as_typed(password: str) -> str:
    """The same characters from every keyboard: some systems compose accents, others do not (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    """No more of it than a password can have, and one character, so that a longer one is never the same."""
    return _as_typed(password)[: LONGEST + 1].encode("utf-8", "surrogatepass")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash that no password has, so that a name without an account takes as long as one with."""
    return _hasher().hash(unicodedata.lookup("NULL") * SHORTEST)
