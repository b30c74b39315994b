"""What other programs read and write: REFI-QDA projects and codebooks, Taguette, QualCoder, spreadsheets.

Readers give an `Exchanged`, writers take one; what of it becomes part of a study, the pipeline decides.
"""

from __future__ import annotations

from themes.exchange.carrying import Form
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
from themes.exchange.positions import Convention, convention_of
from themes.exchange.qualcoder_reading import read_qualcoder
from themes.exchange.read import Positions, Read, Sureness
from themes.exchange.refi_reading import read_refi
from themes.exchange.refi_writing import qdc, qdpx, what_is_lost
from themes.exchange.taguette_reading import read_taguette

__all__ = [
    "Case",
    "Convention",
    "Exchanged",
    "ExchangedCode",
    "ExchangedCoding",
    "ExchangedSource",
    "Form",
    "Group",
    "Link",
    "Lost",
    "Medium",
    "Note",
    "Positions",
    "Read",
    "Selection",
    "Sureness",
    "User",
    "Value",
    "Variable",
    "convention_of",
    "qdc",
    "qdpx",
    "read_qualcoder",
    "read_refi",
    "read_taguette",
    "what_is_lost",
]
