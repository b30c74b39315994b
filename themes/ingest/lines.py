"""Lines of a page joined to paragraphs, with the words that were divided at line ends put together again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
DIVIDED = re.compile(r"([^\W\d_]+(?:[-‐][^\W\d_]+)*)[-‐\u00ad]$")


def join_lines(text: str) -> Callable[[Sequence[str]], str]:
    """A function that joins lines of `text` with blanks; a word divided by a hyphen at a line end is made whole.

    The hyphen stays where the text has the word with a hyphen elsewhere, or where a capital follows
    (`Secretary-` `General`); it goes where the text has the word in one, or a small letter follows.
    """
    words = {word.casefold() for word in WORD.findall(text)}

    def joined(lines: Sequence[str]) -> str:
        whole = ""
        for line in (line.strip() for line in lines):
            whole = _continued(whole, line, words) if line else whole
        return whole

    return joined


def _continued(whole: str, line: str, words: set[str]) -> str:
    divided = DIVIDED.search(whole)
    rest = re.match(r"[^\W\d_]+", line)
    if not divided or not rest:
        return f"{whole} {line}" if whole else line
    first, second = divided[1], rest[0]
    if second in ("and", "or", "et", "ou"):
        return f"{whole} {line}"  # `troop- and police-contributing countries`
    if whole.endswith("\u00ad"):
        keeps = False
    elif f"{first}-{second}".casefold() in words:
        keeps = True
    else:
        keeps = second[0].isupper() and f"{first}{second}".casefold() not in words
    return (whole if keeps else whole[:-1]) + line
