"""What still tells who somebody is when names are gone: combinations of traits that few share, and telling words.

Traits that each say little say much together: one defence attaché, one mission, one spring. A combination is counted by
how many participants share it, as k-anonymity does (Source: Sweeney 2002, doi:10.1142/S0218488502001648).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from themes.pseudonyms.folding import folded
from themes.pseudonyms.lists import grouped, nouns

LARGEST_COMBINATION = 3
"""Traits that are combined at most: with more, nearly everybody is alone."""

_MONTHS = "|".join(sorted(grouped("introductions")["month"]))
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?:{_MONTHS})(?:\s+(?:19|20)\d\d)?"
    rf"|(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)\d\d)?|(?:19|20)\d\d-\d\d-\d\d)\b"
)
_SELF = r"(?:i was|i am|i'm|i served as|i worked as|i became|we were|j'etais|je suis|j'ai ete|en tant que|comme)"
_BETWEEN = r"\s+(?:(?:the|a|an|their|our|its|his|le|la|un|une|l')\s*)?(?:[\w-]+\s+){0,2}?"


@dataclass(frozen=True, slots=True)
class Described:
    """One interview as others may know it: who speaks, and the values of each trait that are known (none where not)."""

    source: str
    participant: str
    traits: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Rare:
    """Values that together fit few participants: `shared_by` counts them, the one who speaks included."""

    source: str
    values: tuple[tuple[str, str], ...]
    shared_by: int


def rare(described: Sequence[Described], least: int) -> tuple[Rare, ...]:
    """The combinations of up to three traits that fewer than `least` participants share, for each interview.

    Only the smallest are given: where a group alone is rare, its combinations go without saying. The fewer share one,
    and the fewer traits it takes, the earlier it stands.
    """
    found = [one for who in described for one in _rare_of(who, described, least)]
    return tuple(sorted(found, key=lambda one: (one.source, one.shared_by, len(one.values), one.values)))


def _rare_of(who: Described, described: Sequence[Described], least: int) -> Iterator[Rare]:
    held = [(trait, value) for trait, values in who.traits.items() for value in sorted(values)]
    known: list[frozenset[tuple[str, str]]] = []
    for size in range(1, LARGEST_COMBINATION + 1):
        for chosen in combinations(held, size):
            if len({trait for trait, _ in chosen}) < size or any(one <= set(chosen) for one in known):
                continue
            shared_by = len({other.participant for other in described if _fits(other, chosen)})
            if shared_by < least:
                known.append(frozenset(chosen))
                yield Rare(who.source, chosen, shared_by)


def _fits(other: Described, chosen: Sequence[tuple[str, str]]) -> bool:
    return all(value in other.traits.get(trait, ()) for trait, value in chosen)


def days_said(text: str) -> tuple[str, ...]:
    """The days that a text names (`14 May 2016`, `le 12 juin 2014`), each once, as written."""
    low = folded(text)
    return tuple(dict.fromkeys(" ".join(text[slice(*match.span())].split()) for match in _DAY.finditer(low)))


def roles_said(text: str) -> frozenset[str]:
    """Offices and ranks (folded) that somebody says they held: `I was the sector commander`."""
    return frozenset(match["role"] for match in _said_of_oneself().finditer(folded(text)))


def roles_in(title: str) -> frozenset[str]:
    """Offices and ranks (folded) that a title of a source names; the longest where one holds another."""
    return frozenset(match["role"] for match in _named().finditer(folded(title)))


@cache
def _roles() -> str:
    few = {word for word, noun in nouns("titles").items() if noun != "Person"} | set(nouns("offices"))
    more = {
        "officer",
        "official",
        "diplomat",
        "attache",
        "adviser",
        "conseiller",
        "spokesperson",
        "midwife",
        "interpreter",
    }
    return "|".join(re.escape(word) for word in sorted(few | more, key=len, reverse=True))


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?P<role>{_roles()})(?![\w-])")


@cache
def _said_of_oneself() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_SELF}{_BETWEEN}(?P<role>{_roles()})(?![\w-])")
