"""The words that a segment shares with a code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from themes.suggest.lexical import stems_of
from themes.suggest.prior import EncodedCodebook

_WORD = re.compile(r"[^\W\d_]{4,}|(?<!\w)[A-Z]{2,3}(?!\w)")
"""A word of four letters or more, or an acronym."""
_COMMON_IN_CODES, _COMMON_IN_TALK = 0.4, 0.1
"""A word in more than this share of the codes, or of the segments, says nothing for any one code."""


class Evidence:
    """Shared words for the codes, in their order."""

    def __init__(self, codebook: EncodedCodebook, language: str) -> None:
        codes = codebook.codes
        self._language = language
        stems = [set(self.words_of(f"{code.id}. {code.description}")) for code in codes]
        most = max(2.0, _COMMON_IN_CODES * len(codes))
        self._stems = [{stem for stem in own if sum(stem in other for other in stems) <= most} for own in stems]

    def leave_out_common(self, talk: Sequence[Mapping[str, str]]) -> None:
        """Words that many of the segments hold (`words_of` each) are no longer shown as shared."""
        counted = Counter(stem for words in talk for stem in words)
        common = {stem for stem, count in counted.items() if count > max(5.0, _COMMON_IN_TALK * len(talk))}
        self._stems = [stems - common for stems in self._stems]

    def words_of(self, text: str) -> dict[str, str]:
        """The words of four letters or more, and acronyms, by their stem; of several with one stem the first."""
        words: dict[str, str] = {}
        for word in _WORD.findall(text):
            shown = word if word.isupper() else word.casefold()
            words.setdefault(stems_of(word, self._language)[0], shown)
        return words

    def shared_words(self, words: Mapping[str, str], code: int) -> tuple[str, ...]:
        """Those of `words` that the code's name, definition or use-when has too, in the segment's order."""
        return tuple(word for stem, word in words.items() if stem in self._stems[code])
