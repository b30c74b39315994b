"""Mentions put together: one entry for all spellings of a name, with the kind for which most speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from themes.pseudonyms.finding import PUBLIC, WEAK
from themes.pseudonyms.folding import folded
from themes.pseudonyms.lists import grouped, nouns, ordinary, public
from themes.pseudonyms.names import Mention, NameKind


@dataclass
class Group:
    """The mentions of one name in their order, by its spelling for comparing, and how often it is written how."""

    key: str
    mentions: list[Mention] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name for comparing."""
        return tuple(self.key.split())

    @property
    def kind(self) -> NameKind:
        """The kind for which most speaks; the first that was met where two have as much."""
        weights: Counter[NameKind] = Counter()
        for one in self.mentions:
            weights[one.kind] += one.weight
        return weights.most_common(1)[0][0]

    @property
    def weight(self) -> int:
        """How much the strongest rule says."""
        return max(one.weight for one in self.mentions)

    @property
    def noun(self) -> str:
        """What its pseudonym says: what the strongest mention of its kind does."""
        kind = self.kind
        own = [one for one in self.mentions if one.kind is kind]
        ranked = [one for one in own if one.noun not in ("Person", "Place", "Organisation")] or own
        return max(ranked, key=lambda one: one.weight).noun

    @property
    def rule(self) -> str:
        """The rule that says most."""
        kind = self.kind
        return max((one for one in self.mentions if one.kind is kind), key=lambda one: one.weight).rule

    @property
    def is_public(self) -> bool:
        """Whether the name is on the list of public ones."""
        return any(one.rule == PUBLIC for one in self.mentions)

    @property
    def is_found(self) -> bool:
        """Whether more than one beginning of a sentence speaks for it."""
        return self.weight > 0 or len(self.mentions) > 1

    def take(self, other: Group) -> None:
        """Takes in another spelling of the same name."""
        self.mentions.extend(other.mentions)
        self.written.update(other.written)


@cache
def _particles() -> frozenset[str]:
    return grouped("introductions")["particle"]


def spelling(text: str) -> str:
    """A name for comparing: folded, words with single blanks."""
    return " ".join(part for part in re.split(r"[\s-]+", folded(text)) if part)


def grouped_mentions(found: Iterable[tuple[str, Sequence[Mention]]]) -> tuple[Group, ...]:
    """The groups of all mentions of all texts ((text, its mentions) each), in the order in which names first occur."""
    groups: dict[str, Group] = {}
    for text, mentions in found:
        for one in mentions:
            written = " ".join(text[one.start : one.end].split())
            group = groups.setdefault(spelling(written), Group(spelling(written)))
            group.mentions.append(one)
            group.written[written] += 1
    merged = _with_acronyms(_with_parts(groups))
    return tuple(group for group in merged.values() if group.is_found and group.words)


def _with_parts(groups: Mapping[str, Group]) -> dict[str, Group]:
    """The groups with a surname or first name put to the one person who bears it, a short name to its long one."""
    owners = _owners(groups.values())
    kept: dict[str, Group] = {}
    for key, group in groups.items():
        whole = owners.get(key)
        if whole is None or not _may_join(group, groups[whole]):
            kept[key] = group
    for key, group in groups.items():
        if key not in kept:
            whole = owners[key]
            while whole not in kept:  # a short name may belong to one that belongs to a longer one
                whole = owners[whole]
            kept[whole].take(group)
    return kept


def _owners(groups: Iterable[Group]) -> dict[str, str]:
    """The longest name that alone has these words, for each part of a name."""
    owners: dict[str, set[str]] = {}
    for group in groups:
        for part in parts(group):
            owners.setdefault(part, set()).add(group.key)
    found: dict[str, str] = {}
    for part, names in owners.items():
        longest = max(names, key=lambda name: (len(name.split()), name))
        if all(name == longest or set(name.split()) <= set(longest.split()) for name in names):
            found[part] = longest
    return found


def _may_join(group: Group, whole: Group) -> bool:
    if group.is_public or whole.is_public or group.key == whole.key:
        return False
    if whole.kind is NameKind.PERSON:
        return group.kind is NameKind.PERSON or group.weight <= 3
    return group.weight <= 1 or group.kind is whole.kind


def parts(group: Group) -> Iterator[str]:
    """The spellings by which somebody or something is called for short: each word of a person's name, or its beginning.

    Ordinary words, titles and words of fewer than three letters are none.
    """
    words = [word for word in group.words if word not in _particles()]
    if len(group.words) < 2:
        return
    if group.kind is NameKind.PERSON:
        for length in range(1, len(group.words)):
            for first in range(len(group.words) - length + 1):
                yield from _one_part(group.words[first : first + length])
    elif group.kind is NameKind.ORGANISATION and len(words) == len(group.words) and "&" not in words:
        for length in range(1, len(words)):
            yield from _one_part(group.words[:length])


def _one_part(words: Sequence[str]) -> Iterator[str]:
    if words[0] in _particles() or words[-1] in _particles():
        return
    known = ordinary() | nouns("titles").keys() | nouns("organisations").keys() | public()
    if len(words) > 1 or (len(words[0]) > 2 and words[0] not in known):
        yield " ".join(words)


def _with_acronyms(groups: dict[str, Group]) -> dict[str, Group]:
    """The groups with an acronym put to the organisation whose words begin with its letters."""
    long = {
        _initials(group): key for key, group in groups.items() if group.kind is NameKind.ORGANISATION and " " in key
    }
    joined = {key: long[key] for key, group in groups.items() if key in long and not group.is_public}
    for key, whole in joined.items():
        groups[whole].take(groups[key])
    return {key: group for key, group in groups.items() if key not in joined}


def _initials(group: Group) -> str:
    return "".join(word[0] for word in group.words if word not in _particles())


def is_weak(group: Group) -> bool:
    """Whether nothing but capitals at beginnings of sentences speaks for the name."""
    return all(one.rule == WEAK for one in group.mentions)
