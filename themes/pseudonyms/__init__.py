"""Names in transcripts: proposed by rules and lists, replaced by pseudonyms, and what still tells who somebody is.

Nothing here opens a file. The rules see capitals, titles, labels, forms of numbers; a name that has none of them is not
found, so a person reads every text that is to be protected.
"""

from __future__ import annotations

from themes.pseudonyms.grouping import spelling
from themes.pseudonyms.lists import said_by_pseudonyms
from themes.pseudonyms.names import Choice, Entry, Matching, NameKind, Place, Proposal, Transcript
from themes.pseudonyms.proposing import propose
from themes.pseudonyms.replacing import Found, Names, Replaced
from themes.pseudonyms.risk import Described, Rare, days_said, rare, roles_in, roles_said

__all__ = [
    "Choice",
    "Described",
    "Entry",
    "Found",
    "Matching",
    "NameKind",
    "Names",
    "Place",
    "Proposal",
    "Rare",
    "Replaced",
    "Transcript",
    "days_said",
    "propose",
    "rare",
    "roles_in",
    "roles_said",
    "said_by_pseudonyms",
    "spelling",
]
