"""A segment's words as a theme is described by them: content words by their stem, and how each is usually written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Stem = str
Term = tuple[Stem, ...]
"""One stem, or up to five that stand side by side."""

_LONGEST = 5

_FOLDER = Path(__file__).resolve().parent / "stopwords"
_PIECES = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d[\w.,/-]*|[^\s\w]")
_ANY_WORD = re.compile(r"\w+")
_FRENCH_ELISION = re.compile(r"^(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|presqu)'(?=\w)")
_ENGLISH_ENDING = re.compile(r"(n't|'(?:s|t|re|ve|ll|d|m|em))$")
_LINKS = frozenset(
    ("of", "the", "de", "du", "des", "la", "le", "les", "da", "do", "das", "dos", "del", "el", "los", "las")
)
"""What may stand between two words of a term: `rules of engagement`."""

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The languages whose inflections are collapsed, by their two letters."""


@dataclass(frozen=True)
class Wording:
    """What is said where: `presence` is sparse (segments, terms), 1 where a segment has a term, however often.

    `written` is how each of `terms` is mostly written in the corpus. Terms of a single segment are left out unless the
    corpus has no others.
    """

    terms: tuple[Term, ...]
    written: tuple[str, ...]
    presence: Any


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of that language (two letters) that carry no theme; empty where we have no list."""
    file = _FOLDER / f"{language}.txt"
    if not file.is_file():
        return frozenset()
    return listed(file)


def listed(file: Path) -> frozenset[str]:
    """The words of a list; a line that begins with # is a remark."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def wording(texts: Sequence[str], words_out: Collection[str], languages: Collection[str]) -> Wording:
    """The content words of the texts, and the runs of up to five of them that stand side by side.

    Lower case, at least three letters, no stop words of the text's language (of `languages`, the one with most of its
    stop words in the text), nothing of `words_out` (words or phrases, whatever their capitals). In a language without a
    list, words in more than a fifth of all texts are left out in its place.
    """
    known = tuple(dict.fromkeys(language[:2].lower() for language in languages if language)) or ("en",)
    left_out = _LeftOut(words_out)
    pieces = [_pieces(left_out.without(_plain(text))) for text in texts]
    spoken = [_language(each, known) for each in pieces]
    frequent = _frequent(pieces) if not all(map(stop_words, known)) else frozenset()
    found = [
        list(_terms(each, language, stop_words(language) or frequent))
        for each, language in zip(pieces, spoken, strict=True)
    ]
    return _gathered(found)


def _gathered(found: Sequence[Sequence[tuple[Term, str]]]) -> Wording:
    from scipy.sparse import csr_matrix

    breadth = Counter(term for each in found for term in {term for term, _ in each})
    terms = sorted(term for term, count in breadth.items() if count > 1) or sorted(breadth)
    columns = {term: column for column, term in enumerate(terms)}
    forms: list[Counter[str]] = [Counter() for _ in terms]
    cells: set[tuple[int, int]] = set()
    for row, each in enumerate(found):
        for term, form in each:
            if (column := columns.get(term)) is not None:
                forms[column][form] += 1
                cells.add((row, column))
    places = np.array(sorted(cells), np.int64).reshape(-1, 2)
    presence = csr_matrix((np.ones(len(places)), places.T), shape=(len(found), len(terms)))
    return Wording(tuple(terms), tuple(map(_commonest, forms)), presence)


def _plain(text: str) -> str:
    """Lower case, with one kind of apostrophe and without marks that no letter has taken in."""
    text = unicodedata.normalize("NFC", text).replace("’", "'").replace("ʼ", "'").lower()
    if text.isascii():
        return text
    return "".join(letter for letter in text if letter.isascii() or unicodedata.category(letter) not in ("Mn", "Cf"))


class _LeftOut:
    """Takes words and phrases out of plain texts, the longest first; a bar stands where one was.

    Of hundreds of phrases a text holds few: only those whose last word (of a name, the rarest) is in it are sought.
    """

    def __init__(self, words_out: Collection[str]) -> None:
        phrases = {" ".join(_plain(phrase).split()) for phrase in words_out} - {""}
        self._ending: dict[str, list[str]] = {}
        for phrase in phrases:
            last = _ANY_WORD.findall(phrase)[-1:]
            self._ending.setdefault(last[0] if last else "", []).append(phrase)
        self._patterns: dict[str, re.Pattern[str]] = {}

    def without(self, text: str) -> str:
        """The text without them."""
        known = self._ending.keys() & {"", *_ANY_WORD.findall(text)}
        phrases = sorted({phrase for last in known for phrase in self._ending[last]}, key=lambda p: (-len(p), p))
        for phrase in phrases:
            text = self._pattern(phrase).sub(" | ", text)
        return text

    def _pattern(self, phrase: str) -> re.Pattern[str]:
        found = self._patterns.get(phrase)
        if found is None:
            found = self._patterns[phrase] = re.compile(
                r"(?<!\w)" + re.escape(phrase).replace(r"\ ", r"\s+") + r"(?!\w)"
            )
        return found


def _pieces(text: str) -> list[str]:
    """The words of the text in order, and `|` where a sentence, clause, number or omission comes between."""
    found = []
    for piece in _PIECES.findall(text):
        if not piece[0].isalpha():
            found.append("|")
            continue
        word = _FRENCH_ELISION.sub("", piece)
        found.append(_ENGLISH_ENDING.sub("", word))
    return found


def _language(pieces: Sequence[str], known: Sequence[str]) -> str:
    if len(known) == 1:
        return known[0]
    return max(known, key=lambda language: sum(piece in stop_words(language) for piece in pieces))


def _frequent(pieces: Sequence[Sequence[str]]) -> frozenset[str]:
    counts = Counter(piece for each in pieces for piece in set(each))
    return frozenset(word for word, count in counts.items() if count > max(4, len(pieces) / 5))


def _terms(pieces: Iterable[str], language: str, stops: frozenset[str]) -> Iterator[tuple[Term, str]]:
    """Every run of one to five content words of a text, with how it is written there."""
    run: list[tuple[Stem, str]] = []
    links: list[str] = []
    for piece in pieces:
        if piece in _LINKS and run and len(links) < 2:
            links.append(piece)
        elif _carries(piece, stops):
            run = [*run[1 - _LONGEST :], (_stem(piece, language), " ".join([*links, piece]))]
            links = []
            yield from _endings(run)
        else:
            run, links = [], []


def _endings(run: Sequence[tuple[Stem, str]]) -> Iterator[tuple[Term, str]]:
    """The runs that end where `run` ends; what stood before the first word of a run is not of it."""
    for start in range(len(run)):
        stems = tuple(stem for stem, _ in run[start:])
        if len(set(stems)) == len(stems):
            form = " ".join([run[start][1].split()[-1], *(form for _, form in run[start + 1 :])])
            yield stems, form


def _carries(piece: str, stops: frozenset[str]) -> bool:
    if sum(map(str.isalpha, piece)) < 3 or piece in stops:
        return False
    return "-" not in piece or not all(part in stops or len(part) < 3 for part in piece.split("-"))


@cache
def _stem(word: str, language: str) -> Stem:
    if language not in STEMMERS:
        return word
    import snowballstemmer  # noqa: PLC0415  a module per language, which only this needs

    return str(snowballstemmer.stemmer(STEMMERS[language]).stemWord(word))


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda form: (-counts[form], form))
