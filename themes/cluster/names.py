"""Words that must not stand for a theme: who speaks, who is named, how interviewers ask and how mandates begin.

Names are found by rules and counting, without a model. A script without capitals (Arabic) gives no third persons.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from themes.cluster.words import listed, stop_words
from themes.domain import Source, TurnRole

_FOLDER = Path(__file__).resolve().parent / "stopwords"
_TITLES = listed(_FOLDER / "titles.txt")
_PARTICLES = listed(_FOLDER / "particles.txt")
_PART = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_TITLED = re.compile(
    rf"\b({'|'.join(sorted(map(re.escape, _TITLES), key=len, reverse=True))})\.?,?\s+"
    rf"(?=((?:[^\W\d_]\.\s?)*{_PART}(?:\s+(?:[^\W\d_]\.\s?)*{_PART}){{0,5}}))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PLACED = re.compile(
    rf"\b(?:in|throughout|across|near|(?:representative|government|people|republic|state|city|delegation)s? of(?: the)?"
    rf"|en|au|aux|à|em|no|na)\s+({_PART})"
)
_POSSESSIVE = re.compile(r"['’]s$")

_TITLED_FROM = 0.2
"""A word is a name where a title stands before it, or before the name it is part of, this often."""

_LOWER_UP_TO = 0.02
_PLACED_UP_TO = 0.1

MARKED_FROM = 4.0
"""Standard errors by which a word is said more by interviewers than in answers."""

_TIMES_MORE = 4.0
_PRIOR_WORDS = 500
_FEWEST_TURNS = 5
_FEWEST_OPENINGS = 5
_ANSWERED_UP_TO = 0.02


def words_out(sources: Sequence[Source]) -> frozenset[str]:
    """The words and phrases that must not stand among the terms of a theme, from the kept texts of all sources.

    Labels and pseudonyms of those who speak, the names of third persons (see `person_names`), the words by which
    interviewers ask (see `interviewer_words`) and those with which paragraphs of mandates begin (see `opening_words`).
    """
    labels = {turn.speaker for source in sources for turn in source.turns if turn.speaker}
    voices = {voice.pseudonym for source in sources for voice in source.voices}
    speaking = labels | voices | {source.pseudonym for source in sources}
    asked = _said(sources, TurnRole.INTERVIEWER)
    answered = _said(sources, TurnRole.PARTICIPANT)
    languages = {source.language for source in sources if source.language} or {"en"}
    third = person_names([source.text for source in sources])
    opening = opening_words([*_said(sources, TurnRole.PREAMBULAR), *_said(sources, TurnRole.OPERATIVE)])
    return frozenset(speaking - {""}) | third | opening | interviewer_words(asked, answered, languages)


def person_names(texts: Sequence[str]) -> frozenset[str]:
    """The names of persons in the texts, in lower case: single words, and full names with and without their title.

    A name follows a title somewhere (Mr, President, Special Representative, madame, coronel ..), runs on while words
    are capitalised, and is made of words that the texts (nearly) never write in lower case; in a fifth of its mentions
    at least a title stands before it or before the name it is part of. Words that often follow *in* or *of* are places,
    words in capitals throughout are acronyms: both stay, and so does everything that never follows a title.
    """
    found = _Spellings(texts)
    named = [one for text in texts for match in _TITLED.finditer(text) if (one := found.name(match[1], match[2]))]
    titled = Counter(word for one in named for word in one.words)
    single = {word for word, count in titled.items() if found.is_name(word, count)}
    phrases = {phrase for one in named if single.intersection(one.words) for phrase in one.phrases}
    return frozenset(single | phrases)


@dataclass(frozen=True)
class _Named:
    """A person named after a title: the words of the name, and the phrases that go out with them."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]


class _Spellings:
    """How the words of a corpus are written, and where: with a capital, in lower case, after *in* or *of*."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.capital: Counter[str] = Counter()
        self.lower: Counter[str] = Counter()
        self.placed: Counter[str] = Counter()
        for text in texts:
            for word in _WORD.findall(text):
                (self.lower if word[0].islower() else self.capital)[_plain(word)] += 1
            self.placed.update(_plain(word) for word in _PLACED.findall(text) if not word[0].islower())

    def name(self, title: str, following: str) -> _Named | None:
        """The name with which `following` begins; None where it begins with no name."""
        words: list[str] = []
        end = 0
        for match in _WORD.finditer(following):
            plain = _plain(match[0])
            if plain in _PARTICLES or len(plain) == 1:
                continue
            if plain in _TITLES or not self._is_proper(match[0], plain):
                break
            words.append(plain)
            end = match.end()
        if not words:
            return None
        whole = _plain(following[:end])
        before = f"{title.lower()} {whole}"
        return _Named(tuple(words), (before, whole) if len(words) > 1 else (before,))

    def _is_proper(self, word: str, plain: str) -> bool:
        return word[0].isupper() and not _is_acronym(word) and self.lower[plain] <= _LOWER_UP_TO * self.capital[plain]

    def is_name(self, word: str, titled: int) -> bool:
        """Whether a word that followed a title `titled` times is a name and no place; one mention tells nothing."""
        often = self.capital[word]
        return often > 1 and titled >= _TITLED_FROM * often and self.placed[word] <= _PLACED_UP_TO * often


def _plain(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower())


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def opening_words(paragraphs: Sequence[str]) -> frozenset[str]:
    """The words with which paragraphs of mandates begin as a matter of form (recalling, urges, decides).

    In lower case: those that begin a two-hundredth of the paragraphs, and five, and stand at the beginning in half of
    their uses at least.
    """
    paragraphs_words = [_words(paragraph) for paragraph in paragraphs]
    begins = Counter(words[0] for words in paragraphs_words if words)
    uses = Counter(chain.from_iterable(paragraphs_words))
    often = max(_FEWEST_OPENINGS, len(paragraphs) / 200)
    return frozenset(word for word, count in begins.items() if count >= often and 2 * count >= uses[word])


def interviewer_words(
    asked: Sequence[str], answered: Sequence[str], languages: Collection[str] = ("en",)
) -> frozenset[str]:
    """Words by which interviewers ask (describe, tell, feel), in lower case; `asked` and `answered` are turns.

    Marked is a word whose log-odds among questions against answers, with the words of both as an informative Dirichlet
    prior, lie more than `MARKED_FROM` standard errors from nothing and make it four times as frequent. Questions are
    full of the study's subjects too, and these must stay. So a marked word goes out only where at least half of its
    uses in questions stand beside a marked stop word of the languages (`you describe`, `tell me`), and where hardly any
    answer says it. A question asked many times counts once.
    Source: Monroe, Colaresi & Quinn 2008, Political Analysis 16(4), section 3.3.2.
    """
    questions = [_words(turn) for turn in dict.fromkeys(asked)]
    answers = [_words(turn) for turn in answered]
    if min(len(questions), len(answers)) < _FEWEST_TURNS:
        return frozenset()
    stops = frozenset[str]().union(*(stop_words(language[:2].lower()) for language in languages))
    marked = _marked(Counter(chain.from_iterable(questions)), Counter(chain.from_iterable(answers)))
    beside = Counter(word for words in questions for word in _beside(words, marked & stops))
    uses = Counter(chain.from_iterable(questions))
    said = Counter(word for words in answers for word in set(words))
    rarely = max(1, _ANSWERED_UP_TO * len(answers))
    return frozenset(word for word in marked - stops if 2 * beside[word] >= uses[word] and said[word] <= rarely)


def _marked(theirs: Counter[str], ours: Counter[str]) -> frozenset[str]:
    """The words that interviewers say far more than those who answer."""
    n_theirs, n_ours = theirs.total(), ours.total()
    found = set()
    for word, count in theirs.items():
        prior = _PRIOR_WORDS * (count + ours[word]) / (n_theirs + n_ours)
        odds = _log_odds(count, n_theirs, prior) - _log_odds(ours[word], n_ours, prior)
        error = math.sqrt(1 / (count + prior) + 1 / (ours[word] + prior))
        if odds > math.log(_TIMES_MORE) and odds > MARKED_FROM * error:
            found.add(word)
    return frozenset(found)


def _log_odds(count: int, total: int, prior: float) -> float:
    return math.log((count + prior) / (total + _PRIOR_WORDS - count - prior))


def _beside(words: Sequence[str], marked: Collection[str]) -> Iterator[str]:
    """Each use of a word that has a marked one before or after it."""
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if before in marked or after in marked:
            yield word


def _words(turn: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(turn.lower())]


def _said(sources: Iterable[Source], role: TurnRole) -> list[str]:
    return [source.text[turn.start : turn.end] for source in sources for turn in source.turns if turn.role is role]
