"""What other programs read and write: REFI-QDA projects and codebooks, Taguette, QualCoder, spreadsheets.

Readers give an `Exchanged`, writers take one; what of it becomes part of a study, the pipeline decides.
"""

from __future__ import annotations

from themes.exchange.exchanged import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Link,
    Lost,
    Medium,
    Note,
    Selection,
    User,
    Value,
    Variable,
)

__all__ = [
    "Case",
    "Exchanged",
    "ExchangedCode",
    "ExchangedCoding",
    "ExchangedSource",
    "Group",
    "Link",
    "Lost",
    "Medium",
    "Note",
    "Selection",
    "User",
    "Value",
    "Variable",
]
