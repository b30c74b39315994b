"""Names replaced in a text, whole words only, the longest first, however they are spelt; and names found again.

Written by hand: what serves is one pass over the folded text, in which every letter stands where it stood, so that
`KESSIBY`, `Kessiby's` and `kessiby` in a text without accents are met alike and the rest of the text is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from themes.pseudonyms.folding import folded
from themes.pseudonyms.grouping import spelling
from themes.pseudonyms.lists import nouns, ordinary
from themes.pseudonyms.names import Choice, Entry, Matching, NameKind

_RANKED = ("Commander", "Officer", "Official")
_NO_WORD = r"(?<![^\W_])"
_NO_MORE = r"(?![^\W_])"
_LONGEST_RANK = 60
"""Characters before a name in which its ranks are sought."""
_PLURAL = 4
"""Letters from which on a name with an s behind it is the same name: `the Diarras`."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a name of the key stands in a text, `text[start:end]`, with a rank that goes with it."""

    start: int
    end: int
    entry: Entry
    spelling: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text after replacing, how often each pseudonym was put in, and what was left in small letters, by spelling."""

    text: str
    counts: Mapping[str, int]
    left: Mapping[str, int] = field(default_factory=dict)


class Names:
    """The names of a key that are to be replaced, ready to be found in any text."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(one for one in entries if one.choice is Choice.YES)
        self._by_spelling: dict[str, tuple[Entry, str]] = {}
        for entry in self.entries:
            for written in entry.spellings:
                if spelling(written):
                    self._by_spelling.setdefault(spelling(written), (entry, written))
        self._pattern = _pattern(self._by_spelling, [one.pseudonym for one in self.entries])
        self._loose = _loose(self._by_spelling)

    def find(self, text: str) -> Iterator[Found]:
        """Every place of the text in which a name stands; those that mean something else in small letters too."""
        low = folded(text)
        for match in self._pattern.finditer(low) if self._by_spelling else ():
            if match["name"] is None:
                continue  # a pseudonym that stands there already
            entry, written = self._by_spelling[spelling(match["name"])]
            start, end = match.span("name")
            if entry.pseudonym.strip("[").startswith(_RANKED):
                ahead = low[max(0, start - _LONGEST_RANK) : start]
                rank = _ranks().search(ahead)
                start -= len(rank[0]) if rank else 0
            there = text[match.start("name") : end]
            is_plural = text[end : end + 1].isalpha()
            small = not _counts(there, written, entry) or (is_plural and there[0].islower())
            yield Found(start, end, entry, written, small)

    def replaced(self, text: str) -> Replaced:
        """The text with a pseudonym for each name."""
        pieces: list[str] = []
        counts: Counter[str] = Counter()
        left: Counter[str] = Counter()
        at = 0
        for found in self.find(text):
            if found.is_small:
                left[found.spelling] += 1
                continue
            pieces += [text[at : found.start], found.entry.pseudonym]
            counts[found.entry.pseudonym] += 1
            at = found.end
        return Replaced("".join([*pieces, text[at:]]), counts, left)

    def in_file_name(self, name: str) -> str:
        """The name of a file with `person-3` for each name, also inside words, as in `TorvelInterview2.docx`."""
        low, pieces, at = folded(name), [], 0
        for match in self._loose.finditer(low) if self._by_spelling else ():
            entry, _ = self._by_spelling[spelling(match[0].replace("_", " "))]
            pieces += [name[at : match.start()], _for_disks(entry.pseudonym)]
            at = match.end()
        return "".join([*pieces, name[at:]])


def _counts(there: str, written: str, entry: Entry) -> bool:
    """Whether a spelling that was met is the name: one that is an ordinary word too must have its capitals."""
    if written.isupper() and len(written) <= 5 and entry.kind is NameKind.ORGANISATION:
        return there.isupper()
    if written[0].isupper() and (entry.matching is Matching.CAPITAL or folded(written) in ordinary()):
        return there[:1].isupper() or not there[:1].isalpha()
    return True


def _letters(name: str) -> str:
    """The pattern of a name: its words with blanks, a line's end or hyphens between."""
    return r"[\s-]+".join(re.escape(word) for word in name.split())


def _pattern(spellings: Iterable[str], pseudonyms: Sequence[str]) -> re.Pattern[str]:
    there = "|".join(re.escape(folded(one)) for one in sorted(set(pseudonyms), key=len, reverse=True)) or r"(?!)"
    names = "|".join(map(_with_plural, sorted(spellings, key=len, reverse=True))) or r"(?!)"
    return re.compile(rf"(?:{there})|{_NO_WORD}(?P<name>{names})")


@cache
def _ranks() -> re.Pattern[str]:
    """Ranks and offices at the end of what stands before a name."""
    words = [word for word, noun in nouns("titles").items() if noun in _RANKED]
    ranks = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"{_NO_WORD}(?:(?:{ranks})\.?[\s-]+)+$")


def _with_plural(name: str) -> str:
    plural = r"(?:(?=e?s(?![^\W_])))" if len(name) >= _PLURAL and not name.endswith("s") else r"(?!)"
    before = "" if name[0].isalnum() else r"(?<!\w)"
    return rf"{before}{_letters(name)}(?:{_NO_MORE}|{plural})"


def _loose(spellings: Iterable[str]) -> re.Pattern[str]:
    """Names in the name of a file: inside words too, where they are long enough to mean nothing else."""
    ways = []
    for name in sorted(spellings, key=len, reverse=True):
        letters = r"[\s_-]*".join(re.escape(word) for word in name.split())
        ways.append(letters if len(name) >= _PLURAL else rf"{_NO_WORD}{letters}{_NO_MORE}")
    return re.compile("|".join(ways) or r"(?!)")


def _for_disks(pseudonym: str) -> str:
    return re.sub(r"[\W_]+", "-", pseudonym.casefold()).strip("-")
