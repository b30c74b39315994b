"""GUIDs that are the same whenever the same part is written: made from what a part is, not from chance or the clock."""

from __future__ import annotations

import re
import uuid

_OURS = uuid.UUID("6f0c9a52-6d0d-5a5e-9b43-0f5b5c1c7d21")
"""The namespace of all GUIDs that we make; another one would give all parts other GUIDs."""

_UNNAMED = uuid.UUID("7b6f6a52-53a1-5c8e-9d0c-6d1f4f0e2a17")
"""The namespace of GUIDs for parts of a file that gives them none."""

_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def guid_of(namespace: str, kind: str, key: str) -> str:
    """The GUID of one part, in lower case with hyphens: the same three words give the same GUID, on every machine.

    `namespace` tells studies apart, `kind` says what the part is (`code`, `user`), `key` which one of its kind it is.
    """
    words = "\0".join(word.encode("utf-8", "backslashreplace").decode() for word in (namespace, kind, key))
    return str(uuid.uuid5(_OURS, words))


def plain_guid(written: str) -> str:
    """The GUID as we write it, whether it came in capitals or in braces; empty where this is no GUID."""
    if _GUID.fullmatch(written):
        return written
    bare = written.strip().lower()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    return bare if _GUID.fullmatch(bare) else ""


def made(*words: str) -> str:
    """A GUID for a part that came in without one: the same for the same words, on every machine and day."""
    return str(uuid.uuid5(_UNNAMED, "\x1f".join(words)))
