"""The general lists behind the rules: titles, heads of organisations and places, offices, public and ordinary words.

They are our own, short, English and French. A name of a person is on none of them: persons are found by how a text
speaks of them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from themes.pseudonyms.folding import folded

_OF_STATES = ("united nations ", "european union ", "african union ", "security council ", "nations unies ")
"""What begins so is an organ of an organisation of states, where nothing but common words follow."""
_FOLDER = Path(__file__).resolve().parent / "lists"


def _lines(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _parts(line: str) -> list[str]:
    return [folded(part.strip()) for part in line.split(",")]


@cache
def nouns(name: str) -> dict[str, str]:
    """The noun of a pseudonym for each word of the list `name` (folded); where two lines have a word, the first."""
    found: dict[str, str] = {}
    for line in _lines(name):
        noun, _, words = line.partition(":")
        for word in _parts(words):
            found.setdefault(word, noun.strip())
    return found


@cache
def grouped(name: str) -> dict[str, frozenset[str]]:
    """The words (folded) of each line of the list `name`, by what stands before its colon."""
    split = (line.partition(":") for line in _lines(name))
    return {noun.strip(): frozenset(_parts(words)) for noun, _, words in split}


@cache
def public() -> frozenset[str]:
    """Names (folded) that are public, and kept unless the person decides otherwise."""
    return frozenset(part for line in _lines("public") for part in _parts(line))


@cache
def _initials() -> frozenset[str]:
    """Public names of capitals alone: `It` at the beginning of a sentence is not `IT`."""
    written = (part.strip() for line in _lines("public") for part in line.split(","))
    return frozenset(folded(part) for part in written if part.isupper())


def is_public(name: str) -> bool:
    """Whether a name, as written, is public; an acronym must be written as one."""
    low = folded(" ".join(name.split()))
    organ = next((low.removeprefix(owner) for owner in _OF_STATES if low.startswith(owner)), None)
    if organ is not None:
        return all(word in ordinary() or word in nouns("organisations") for word in organ.split())
    if low not in public() and low[:-1] in public() and low.endswith("s"):
        low = low[:-1]  # Tanzanians
    return low in public() and (low not in _initials() or name.rstrip("s").isupper())


@cache
def ordinary() -> frozenset[str]:
    """Words (folded) that have a capital at the beginning of a sentence or by custom, and are no names."""
    return frozenset(folded(word) for line in _lines("ordinary") for word in line.split())


@cache
def said_by_pseudonyms() -> frozenset[str]:
    """The nouns (folded) that pseudonyms of the program say: they tell nothing, whatever else has such a name."""
    ours = ("Person", "Place", "Organisation", "Contact", "Number", "Telephone", "Address", "Call sign")
    lists = ("titles", "organisations", "places", "offices")
    return frozenset(folded(noun) for noun in (*ours, *(noun for name in lists for noun in nouns(name).values())))
