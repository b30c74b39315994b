"""The words of a transcript: where each stands, whether a sentence begins with it, and what is no word of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from themes.pseudonyms.folding import folded

_WORD = re.compile(r"[^\W\d_](?:\w*(?:[-‐‑'’](?=[^\W_])\w+)*)")
_ELISION = re.compile(r"(?:[dlmtsjncLJMTSC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|quoiqu)['’](?=\w)")
_POSSESSIVE = re.compile(r"['’][sS]$")
_STAMP = re.compile(r"^.*-->.*$|^\d+$|^WEBVTT.*$|</?[A-Za-z/][^>\n]*>", re.MULTILINE)
_PSEUDONYM = re.compile(r"\[[^\W\d_][^\[\]\n]{0,40} \d+\]")
_LABEL = re.compile(r"^[ \t]*([^\W\d_][^:\n]{0,40}?)[ \t]*:", re.MULTILINE)
_SHORT = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|Lt|Col|Maj|Capt|Sgt|Gen|Brig|St|Cmdt|Mme|Mlle|Rev|Hon)\.$"
)
_LISTED = re.compile(r"(?:^|\n)[ \t]*[-–—•#>]+$")
_AROUND = " \t\r\"'“”‘’«»()[]*_\u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place; `begins` where a sentence, a line of speech or a quotation begins with it."""

    start: int
    end: int
    text: str
    folded: str
    begins: bool

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


def visible(text: str, is_subtitles: bool) -> str:
    """The text without what nobody said, of the same length: pseudonyms, time stamps, numbers of cues, tags.

    In subtitles also the ends of lines, and a label that only repeats the one before: they divide sentences.
    """
    text = _PSEUDONYM.sub(lambda match: ";" * len(match[0]), text)
    if not is_subtitles:
        return text
    kept = _STAMP.sub(lambda match: " " * len(match[0]), text)
    said, before = list(kept), ""
    for label in _LABEL.finditer(kept):
        if label[1] == before:
            said[label.start() : label.end()] = " " * (label.end() - label.start())
        before = label[1]
    return "".join(said).replace("\n", " ")


def words_of(text: str) -> Iterator[Word]:
    """The words of the text in their order, without `'s`, and without the `l'` and `d'` of French."""
    low = folded(text)
    for match in _WORD.finditer(text):
        start, end = match.span()
        elided = _ELISION.match(match[0])
        if elided:
            start += elided.end()
        owned = _POSSESSIVE.search(text[start:end])
        if owned and owned.start():
            end = start + owned.start()
        capital = text[start].isupper()  # of the others nobody asks how their sentence begins
        yield Word(start, end, text[start:end], low[start:end], capital and _begins(text, match.start()))


def _begins(text: str, start: int) -> bool:
    before = text[max(0, start - 80) : start]
    bare = before.rstrip(_AROUND + "\n")
    gap = before[len(bare) :]
    if not bare or gap.count("\n") > 1:
        return True
    if bare[-1] == ".":
        return _SHORT.search(bare) is None
    if _LISTED.search(bare):
        return True
    return bare[-1] in "!?…:" or (bare[-1] == "," and any(sign in gap for sign in '"“«'))
