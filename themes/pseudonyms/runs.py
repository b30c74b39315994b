"""Runs of words with capitals: the raw material of names, with what stands before and after each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from themes.pseudonyms.lists import is_public, nouns, ordinary, public
from themes.pseudonyms.words import Word

_PLAIN = re.compile(r"[ \t\u00a0\u202f]+|[ \t]*\n[ \t]*")
_PARTICLE = re.compile(r"\s+(?:ag|ould|al|el|bin|ibn|ben|bint|van|von|van der|van den|der|den|da|dos|di|la|le|y)\s+")
_FRENCH = re.compile(r"\s+(?:de|du|des|de la|de l['’]|d['’]|et)\s*")
_ENGLISH = re.compile(r"\s+(?P<word>of|for)\s+(?:the\s+)?|\s+(?P<and>&)\s+")
_INITIAL = re.compile(r"\.[ \t\u00a0]*")
_SHORTENED = re.compile(
    r"(?:i|he|she|it|we|you|they|that|there|what|who|let)'(?:m|ve|d|ll|re|s)|(?:do|does|did|is|was|ca|wo|would|could)n't"
)
_LONG_LINE = 40
"""A line of at least so many characters may have been cut inside a name."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that may be one name, at least one; `before` and `after` are the words around it, nearest first.

    `gap` is what stands between the word before and the run, `owns` whether `'s` follows.
    """

    words: tuple[Word, ...]
    before: tuple[Word, ...]
    after: tuple[Word, ...]
    gap: str
    owns: bool = False

    @property
    def start(self) -> int:
        """Where its first word begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where its last word ends."""
        return self.words[-1].end

    @property
    def folded(self) -> tuple[str, ...]:
        """Its words for comparing."""
        return tuple(word.folded for word in self.words)


def find_runs(text: str, words: Sequence[Word], small: frozenset[str]) -> Iterator[Run]:
    """The runs of the text in their order; `small` are words (folded) that some text writes with a small letter."""
    capitals = [number for number, word in enumerate(words) if word.is_capital]
    at = 0
    while at < len(capitals):
        end = at + 1
        while end < len(capitals) and _joins(text, words[capitals[end - 1]], words[capitals[end]]):
            end += 1
        for piece in _pieces(text, words, capitals[at:end]):
            yield from _trimmed(text, words, piece, small)
        at = end


def _joins(text: str, left: Word, right: Word) -> bool:
    gap = text[left.end : right.start]
    if _INITIAL.fullmatch(gap):
        return len(left.text) == 1 or left.folded in nouns("titles")
    if right.begins and "\n\n" in gap:
        return False
    if "\n" in gap and left.end - (text.rfind("\n", 0, left.start) + 1) < _LONG_LINE:
        return False
    return any(joint.fullmatch(gap) for joint in (_PLAIN, _PARTICLE, _FRENCH, _ENGLISH))


def _pieces(text: str, words: Sequence[Word], numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The parts of a run: cut at `of`, `for` and the like, unless the words before make an organisation or a place.

    It is cut before a rank too: `Security Council Ambassador Osk`. A run is given by the numbers of its capital words;
    small words between them belong to it.
    """
    first = 0
    for at in range(1, len(numbers)):
        gap = text[words[numbers[at - 1]].end : words[numbers[at]].start]
        before = [words[number].folded for number in numbers[first:at]]
        if not _holds(gap, before) or _begins_a_title(words[numbers[at]].folded, before[-1], gap):
            yield numbers[first:at]
            first = at
    yield numbers[first:]


def _holds(gap: str, before: Sequence[str]) -> bool:
    """Whether the words before the gap and those after it are one name."""
    english, french = _ENGLISH.fullmatch(gap), _FRENCH.fullmatch(gap)
    if not english and not french:
        return True
    heads = any(word in nouns("organisations") for word in before)
    if english:
        named = before[-1] not in ordinary() and before[-1] not in nouns("titles")
        return heads or bool(english["and"]) or (english["word"] == "for" and named)
    if gap.strip() == "et":
        return heads
    return heads or not set(before) <= (ordinary() | nouns("titles").keys() | public())


def _begins_a_title(word: str, before: str, gap: str) -> bool:
    titles = nouns("titles")
    ranked = titles.get(word, "Person") != "Person"
    return ranked and before not in titles and _PLAIN.fullmatch(gap) is not None


def _trimmed(text: str, words: Sequence[Word], numbers: Sequence[int], small: frozenset[str]) -> Iterator[Run]:
    """The run without ordinary words at its ends; none where nothing else is left."""
    first, last = 0, len(numbers)
    if not is_public(text[words[numbers[0]].start : words[numbers[-1]].end]):
        while first < last and _is_ordinary(words[numbers[first]], small, alone=last - first == 1):
            first += 1
        while last > first and _may_go(words[numbers[last - 1]].folded, alone=last - first == 1):
            last -= 1
    if first < last:
        start, end = numbers[first], numbers[last - 1] + 1
        before = tuple(reversed(words[max(0, start - 3) : start]))
        gap = text[before[0].end : words[start].start] if before else ""
        owns = text[words[end - 1].end : words[end - 1].end + 2].casefold() in ("'s", "’s")
        capitals = tuple(words[number] for number in numbers[first:last])
        yield Run(capitals, before, tuple(words[end : end + 3]), gap, owns)


def _may_go(word: str, *, alone: bool) -> bool:
    """Whether an ordinary word at the end is none of the name: `Battalion` is, behind another word."""
    shortened = _SHORTENED.fullmatch(word) is not None
    return shortened or (word in ordinary() and (alone or word not in nouns("organisations")))


_KEPT = frozenset(("new", "de", "du", "des", "le", "la", "les"))
"""Ordinary words with which a name may begin inside a sentence: New York, De Gucht, Le Roy."""

_HEADS = frozenset(("force", "forces", "war", "police", "mission"))
"""Ordinary words that may end the name of an organisation."""


def _is_ordinary(word: Word, small: frozenset[str], *, alone: bool) -> bool:
    if not alone and (word.folded in nouns("titles") or word.folded in nouns("organisations")):
        return False
    if _SHORTENED.fullmatch(word.folded):
        return True
    if word.folded in _KEPT and not alone and not word.begins:
        return False
    if word.folded in ordinary():
        return word.begins or word.folded not in _HEADS
    return word.begins and word.folded in small and word.folded not in nouns("organisations")
