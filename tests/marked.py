"""Interviews in which a person marked every name, and how many of the marks the rules find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from themes.pseudonyms import Choice, NameKind, Names, Transcript, propose

FOLDER = Path(__file__).resolve().parent / "marked_interviews"
MARK = re.compile(r"\{([PTORNK]) ([^{}]+)\}")
KINDS = {
    "P": (NameKind.PERSON,),
    "T": (NameKind.PLACE,),
    "O": (NameKind.ORGANISATION,),
    "R": (NameKind.OFFICE,),
    "N": (NameKind.CONTACT, NameKind.NUMBER),
    "K": (),
}


@dataclass(frozen=True)
class Mark:
    """A marked stretch of the text without marks; `K` marks what is public and stays."""

    letter: str
    start: int
    end: int
    words: str


@dataclass
class Score:
    """Marks by kind, those that would be replaced, those found as the right kind; what was put in, and rightly."""

    marks: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    as_kind: Counter[str] = field(default_factory=Counter)
    put: Counter[NameKind] = field(default_factory=Counter)
    right: Counter[NameKind] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found.total() / self.marks.total()

    @property
    def precision(self) -> float:
        return self.right.total() / self.put.total()


def read_marked(name: str) -> tuple[str, tuple[Mark, ...]]:
    """The text of a marked interview without its marks, and the marks."""
    marked = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    text, marks, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        marks.append(Mark(match[1], len(text), len(text) + len(match[2]), match[2]))
        text += match[2]
        at = match.end()
    return text + marked[at:], tuple(marks)


def score(name: str) -> Score:
    """How the proposals for an interview, all accepted but those to keep, meet its marks, occurrence by occurrence."""
    text, marks = read_marked(name)
    entries = [one.entry for one in propose([Transcript(name, text)])]
    names = Names([replace(one, choice=Choice.YES) for one in entries if one.choice is None])
    found = [one for one in names.find(text) if not one.is_small]
    told = Score()
    for mark in (one for one in marks if one.letter != "K"):
        told.marks[mark.letter] += 1
        over = [one for one in found if one.start < mark.end and one.end > mark.start]
        if all(any(one.start <= at < one.end for one in over) for at in _capitals(mark)):
            told.found[mark.letter] += bool(over)
            told.as_kind[mark.letter] += any(one.entry.kind in KINDS[mark.letter] for one in over)
        if not over or not all(any(one.start <= at < one.end for one in over) for at in _capitals(mark)):
            told.missed.append(f"{mark.letter} {mark.words}")
    for one in found:
        told.put[one.entry.kind] += 1
        meets = any(mark.letter != "K" and one.start < mark.end and one.end > mark.start for mark in marks)
        told.right[one.entry.kind] += meets
        if not meets:
            told.wrong.append(f"{one.entry.kind} {text[one.start : one.end]}")
    return told


def _capitals(mark: Mark) -> Iterator[int]:
    """Where the words of a mark begin that tell something: those with a capital or a digit, or all where none has."""
    words = list(re.finditer(r"[^\s'’-]+", mark.words))
    telling = [word for word in words if word[0][0].isupper() or word[0][0].isdigit()] or words
    yield from (mark.start + word.start() for word in telling)
