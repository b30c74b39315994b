"""Which segments say the same thing again: renewed paragraphs of mandates, and talk that is the same word for word.

Copies would make a theme of themselves, so candidate themes are sought among different texts only; what is counted
afterwards is every segment.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from themes.cluster.words import listed
from themes.domain import MANDATE, Segment, SegmentId

ALIKE_FROM = 0.7
"""Two paragraphs of mandates that share this much of their runs of three words are one, renewed.

Read by hand on thirty mandates of four missions: above it, pairs differ by a date, a symbol, a mission's name or an
added clause; from .6 on, renewals that say something more begin, and under .5 different paragraphs with one opening.
"""

_RUN = 3
_MONTHS = listed(Path(__file__).resolve().parent / "stopwords" / "months.txt")
_CHANGING = re.compile(r"\b[A-Z]+(?:/[\w.]+)+|\S*\d\S*")
_WORD = re.compile(r"[^\W\d_]+")

Runs = frozenset[tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Copies:
    """The different texts of a corpus, and which of them each segment repeats.

    `representatives` (m,) are positions in the corpus, ascending; `of` (n,) gives for every segment the place of its
    representative in `representatives`; `multiplicity` (m,) counts the segments of each, itself included.
    """

    representatives: NDArray[np.intp]
    of: NDArray[np.intp]
    multiplicity: NDArray[np.intp]


def collapsed(texts: Sequence[str], registers: Sequence[str]) -> Copies:
    """The different texts among `texts`, whose `registers` (talk, mandate) stand in the same order.

    Talk is a copy where it is the same but for capitals and white space. A paragraph of a mandate is one where, with
    numbers, dates and symbols left out, it shares `ALIKE_FROM` of its runs of three words (Jaccard's index) with its
    representative: each copy is compared with that one, never with another copy, so no chain leads from one paragraph
    to a different one. The representative is the longest text, the earliest of equally long ones. Found exactly,
    without comparing all pairs.
    """
    standing = _same_words(texts, registers)
    mandates = [place for place, first in enumerate(standing) if first == place and registers[place] == MANDATE]
    renewed = _renewed({place: _runs(texts[place]) for place in mandates}, [len(text) for text in texts])
    final = np.array([renewed.get(first, first) for first in standing], np.intp)
    representatives, of, multiplicity = np.unique(final, return_inverse=True, return_counts=True)
    return Copies(representatives, of.astype(np.intp), multiplicity.astype(np.intp))


def repeated(segments: Sequence[Segment]) -> dict[SegmentId, SegmentId]:
    """For each segment that repeats another, the one that stands for both (see `collapsed`)."""
    copies = collapsed([segment.text for segment in segments], [segment.register for segment in segments])
    firsts = copies.representatives[copies.of].tolist()
    return {segments[n].id: segments[first].id for n, first in enumerate(firsts) if n != first}


def _same_words(texts: Sequence[str], registers: Sequence[str]) -> list[int]:
    """For each text the place of the first that is the same but for capitals and white space."""
    first: dict[tuple[str, str], int] = {}
    plain = (" ".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in texts)
    return [first.setdefault(key, place) for place, key in enumerate(zip(registers, plain, strict=True))]


def _runs(text: str) -> Runs:
    """The runs of three words of a paragraph that stay when it is renewed; the text itself where it has no word."""
    words = [word for word in _WORD.findall(_CHANGING.sub(" ", text).casefold()) if word not in _MONTHS]
    if not words:
        return frozenset({(text,)})
    return frozenset(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))


def _renewed(runs: dict[int, Runs], lengths: Sequence[int]) -> dict[int, int]:
    """For each paragraph the place of its representative.

    Texts are taken longest first; each joins the representative that it is most like, if it is alike enough, or
    becomes one. Two sets that share the share t of their union have one of their rarest len - ceil(t len) + 1 members
    in common, so only those are looked up. Source: Chaudhuri, Ganti & Kaushik 2006, ICDE (the prefix filter).
    """
    commonness = Counter(run for found in runs.values() for run in found)
    holders: dict[tuple[str, ...], list[int]] = {}
    renewed: dict[int, int] = {}
    for place in sorted(runs, key=lambda place: (-lengths[place], place)):
        rarest = sorted(runs[place], key=lambda run: (commonness[run], run))
        prefix = rarest[: len(rarest) - _at_least(len(rarest)) + 1]
        candidates = {other for run in prefix for other in holders.get(run, ())}
        renewed[place] = found = _most_alike(runs, place, candidates)
        if found == place:
            for run in prefix:
                holders.setdefault(run, []).append(place)
    return renewed


def _at_least(size: int) -> int:
    """How many members a set of `size` shares at least with one that is alike enough."""
    return int(np.ceil(ALIKE_FROM * size - 1e-9))


def _most_alike(runs: dict[int, Runs], place: int, candidates: Iterable[int]) -> int:
    own = runs[place]
    best, most = place, ALIKE_FROM
    for other in sorted(candidates):
        shared = len(own & runs[other])
        alike = shared / (len(own) + len(runs[other]) - shared)
        if alike > most or (alike == most and best == place):
            best, most = other, alike
    return best
