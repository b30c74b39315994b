"""Praat's TextGrid, long or short, in UTF-8, UTF-16 or an older encoding: the tiers as speakers, intervals as cues.

Praat reads only what stands free in the file: numbers, texts in double quotes and words in angle brackets; all else
(`xmin = `, `intervals [1]:`) is there for people. Read so, the long and the short form are one, which is why no library
is needed: those that are kept alive open a path rather than bytes, or guess the encoding less well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from themes.errors import ReadingError
from themes.ingest.cues import Cue, turns_of
from themes.ingest.options import IngestOptions
from themes.ingest.plain import decode
from themes.ingest.stretches import Content
from themes.ingest.turns import plain

TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<![^\s])(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![^\s])|<(\w+)>')
SILENCE = {"", "sil", "sp", "spn", "<sil>", "<sp>", "<spn>", "<eps>", "<p:>", "#"}
"""What aligners write into an interval in which nobody speaks."""
SOUNDS = re.compile(r"(?:^|[\s_-])(?:phones?|phonemes?|segments?|syllables?|mau|kan|ipa|tones?)$", re.IGNORECASE)
"""Names of tiers that hold sounds, not words."""
WORDS = re.compile(
    r"[\s_-]*\b(?:words?|utterances?|utts?|sentences?|transcript(?:ion)?|orthography|ort|text)$", re.IGNORECASE
)
"""Names, or ends of names, that say what a tier holds rather than who speaks."""
SAVE = "Open it in Praat and save it again as a text file (Save as text file...)."


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: its name, and where each interval that holds words begins."""

    name: str
    cues: tuple[tuple[float, str], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in their order, for comparing with another tier."""
        return tuple(re.findall(r"\w+", " ".join(text for _, text in self.cues).casefold()))


def read_textgrid(data: bytes, options: IngestOptions, known: Iterable[str], where: str) -> Content:
    """The turns of a TextGrid: each tier of intervals a speaker, in the order of time.

    Tiers of sounds, of points, and those that say again what another says are left out, which a doubt tells. Raises
    ReadingError for what is no TextGrid, breaks off, or has no words.
    """
    text, doubts = decode(data, where)
    kept, left_out = _chosen(list(_tiers(text, where)))
    if not kept:
        raise ReadingError("No tier of intervals holds words.", "Put the transcript into an interval tier.", where)
    if left_out:
        shown = ", ".join(f"“{name}”" for name in left_out)
        doubts = (
            *doubts,
            (f"Tiers left out: {shown}.", "They hold points, sounds, or what another tier says as well."),
        )
    alone = len(kept) == 1
    cues = [Cue(seconds, words, _speaker(tier.name, alone)) for tier in kept for seconds, words in tier.cues]
    return turns_of(sorted(cues, key=lambda cue: cue.seconds or 0.0), options, known, doubts)


def _speaker(name: str, alone: bool) -> str | None:
    """Who speaks in a tier of that name: `Anna` also for `Anna - words`; nobody known where it only says `words`."""
    bare = WORDS.sub("", name).strip(" -_:")
    return bare or (None if alone else name.strip() or None)


def _chosen(tiers: list[Tier | str]) -> tuple[list[Tier], list[str]]:
    """The tiers to read, and the names of those left out; of tiers that say the same the one with fewer intervals."""
    left_out = [tier for tier in tiers if isinstance(tier, str)]
    spoken = [tier for tier in tiers if isinstance(tier, Tier) and tier.cues]
    worded = [tier for tier in spoken if not SOUNDS.search(tier.name)] or spoken
    left_out += [tier.name for tier in spoken if tier not in worded]
    kept: dict[tuple[str, ...], Tier] = {}
    for tier in sorted(worded, key=lambda tier: len(tier.cues)):
        if tier.words in kept and tier.words:
            left_out.append(tier.name)
        else:
            kept[tier.words or (plain(tier.name),)] = tier
    return [tier for tier in worded if any(tier is other for other in kept.values())], left_out


class _Tokens:
    """What stands free in the file, one after the other."""

    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text, where
        self._found = TOKEN.finditer(text)

    def text(self) -> str:
        return self._next(1).replace('""', '"')

    def number(self) -> float:
        return float(self._next(2))

    def count(self) -> int:
        return int(self.number())

    def flag(self) -> str:
        return self._next(3)

    def _next(self, group: int) -> str:
        match = next(self._found, None)
        if match is None or match[group] is None:
            at = match.start() if match else len(self._text)
            line = self._text.count("\n", 0, at) + 1
            wanted = {1: "a text in quotes", 2: "a number", 3: "<exists>"}[group]
            problem = f"The file breaks off at line {line}" if match is None else f"Line {line} is not as it should be"
            raise ReadingError(f"{problem}: {wanted} should stand there.", SAVE, self._where)
        return match[group]


def _tiers(text: str, where: str) -> Iterator[Tier | str]:
    """The tiers of intervals, and the names of tiers of points that hold words."""
    if text.startswith("ooBinaryFile"):
        raise ReadingError("The file is a binary TextGrid.", SAVE, where)
    if not re.match(r'\s*(?:File type\s*=\s*)?"ooTextFile', text):
        raise ReadingError("The file is not a TextGrid, whatever its ending says.", SAVE, where)
    tokens = _Tokens(text, where)
    tokens.text()
    if tokens.text() != "TextGrid":
        raise ReadingError("The file is one of Praat's, but not a TextGrid.", SAVE, where)
    tokens.number(), tokens.number()
    if tokens.flag() != "exists":
        return
    for _ in range(tokens.count()):
        kind, name = tokens.text(), tokens.text()
        tokens.number(), tokens.number()
        yield _intervals(tokens, name) if kind == "IntervalTier" else _points(tokens, name)


def _intervals(tokens: _Tokens, name: str) -> Tier:
    cues = []
    for _ in range(tokens.count()):
        start, _ = tokens.number(), tokens.number()
        words = " ".join(tokens.text().split())
        if words.casefold() not in SILENCE:
            cues.append((round(start, 3), words))
    return Tier(name, tuple(cues))


def _points(tokens: _Tokens, name: str) -> str:
    for _ in range(tokens.count()):
        tokens.number(), tokens.text()
    return name
