"""Cues: what somebody says at a moment of a recording, joined to turns of one speaker.

Subtitles, the JSON of speech recognisers, Praat's and ELAN's tiers all come down to this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from themes.domain import TurnRole
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content, Stretch, lay_out
from themes.ingest.turns import COLON, LABELLED, accept_labels, doubts_on, is_full, plain, role_of


@dataclass(frozen=True, slots=True)
class Cue:
    """What one voice says in one cue; `speaker` and `seconds` are None where the file does not tell them."""

    seconds: float | None
    words: str
    speaker: str | None = None


def turns_of(
    cues: Sequence[Cue], options: IngestOptions, known: Iterable[str] = (), doubts: tuple[tuple[str, str], ...] = ()
) -> Content:
    """The turns of cues that have words: those of one speaker joined, and those of nobody to about a paragraph.

    A name before a colon at the beginning of a cue is its speaker where labels are believed; `known` are labels that
    are speakers whatever they look like.
    """
    labels = accept_labels([(label["name"].strip(), False) for label in map(_label, cues) if label], options, known)
    return lay_out(_joined(_named(cues, labels.accepted), options), (*doubts, *doubts_on(labels)))


def _label(cue: Cue) -> re.Match[str] | None:
    """The beginning of a cue that may name its speaker, where no voice tag does."""
    return LABELLED.match(cue.words) if cue.speaker is None and COLON.search(cue.words) else None


def _named(cues: Sequence[Cue], accepted: frozenset[str]) -> list[Cue]:
    """The cues with an accepted `Name: ` at their beginning taken for the speaker, who goes on until the next name."""
    speaker: str | None = None
    named: list[Cue] = []
    for cue in cues:
        label = _label(cue)
        if label and plain(label["name"]) in accepted:
            speaker = label["name"].strip()
            named.append(replace(cue, words=cue.words[label.end() :], speaker=speaker))
        else:
            named.append(replace(cue, speaker=cue.speaker or speaker))
    return named


def _joined(cues: Sequence[Cue], options: IngestOptions) -> Iterator[Stretch]:
    """Stretches of one speaker each; words of nobody are cut at the end of a sentence once there are enough."""
    gathered: list[Cue] = []
    words = 0
    for cue in cues:
        is_enough = gathered and cue.speaker is None and is_full(gathered[-1].words, words, options)
        if gathered and (gathered[0].speaker != cue.speaker or is_enough):
            yield _stretch(gathered, options)
            gathered, words = [], 0
        gathered.append(cue)
        words += len(cue.words.split())
    yield _stretch(gathered, options)


def _stretch(gathered: Sequence[Cue], options: IngestOptions) -> Stretch:
    speaker = gathered[0].speaker
    role = role_of(speaker, options) if speaker else TurnRole.PARTICIPANT
    words = " ".join(cue.words for cue in gathered if cue.words)
    return Stretch(words, role, speaker, seconds=gathered[0].seconds, label=f"{speaker}: " if speaker else "")
