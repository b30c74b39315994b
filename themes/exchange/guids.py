"""GUIDs: written in one way, and made from what a thing is where none is given, so that they stay the same."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OWN = UUID("7b6f6a52-53a1-5c8e-9d0c-6d1f4f0e2a17")
"""The space of names in which GUIDs are made; another one would give all parts other GUIDs."""


def plain(written: str) -> str:
    """The GUID in lower case without braces; nothing where it is none.

    >>> plain("{5215CC69-B628-4E02-AFB9-9BEEAEE55808}")
    '5215cc69-b628-4e02-afb9-9beeaee55808'
    """
    given = written.strip().removeprefix("{").removesuffix("}").casefold()
    return given if FORM.fullmatch(given) else ""


def made(*words: str) -> str:
    """A GUID made from the words: the same for the same words, on every machine and day."""
    return str(uuid5(OWN, "\x1f".join(words).encode("utf-8", "backslashreplace").decode()))


def guid_of(namespace: str, kind: str, key: str) -> str:
    """The GUID of one part of a study: the same three words give the same GUID again.

    `namespace` tells studies apart, `kind` says what the part is (`code`, `user`), `key` which one of its kind it is.
    """
    return made(namespace, kind, key)
