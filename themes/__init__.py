"""NLP-assisted thematic analysis of interview studies, on one workstation, offline.

The flow, one module a word:

    ingest -> segment -> embed -> cluster -> suggest -> [review: a person] -> prevalence -> report

The floors, each standing on those below it and on nothing beside it:

    __main__
    cli | notebook
    web
    pipeline
    config
    presets
    ingest | segment | embed | cluster | suggest | review | prevalence | report | project
    domain
    errors | shipped

The public words are the acts of `themes.notebook`, which return pandas frames; importing `themes` loads nothing heavy.

    >>> import themes
    >>> sorted(themes.__all__)[:6]
    ['against_mandates', 'agreement', 'audit', 'check', 'compare', 'demo']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

__all__ = [
    "against_mandates",
    "agreement",
    "audit",
    "check",
    "compare",
    "demo",
    "new",
    "plan",
    "run",
    "shares",
    "status",
    "table",
    "tables",
    "write_report",
]
# none is the word of a room (`themes.report`, `themes.prevalence`), which would take its place once it is imported


def __getattr__(name: str) -> Any:
    """The act of that name, imported at its first use."""
    if name in __all__:
        return getattr(import_module("themes.notebook"), name)
    raise AttributeError(f"module 'themes' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public words."""
    return sorted([*__all__, "__version__"])
