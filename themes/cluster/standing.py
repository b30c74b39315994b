"""Whose theme it is: whether one participant makes it, beyond what chance would give in a study of this size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from themes.domain import TALK, Segment

FEWEST_TALK = 3
"""A theme with fewer segments of talk is too small to say whose it is."""

_BY_CHANCE = 0.01


def voices(segments: Sequence[Segment]) -> Counter[str]:
    """How many segments of talk each participant supplies; in a focus group a voice, in a statement its speaker.

    Talk of nobody known counts under the empty name.
    """
    return Counter(segment.participant for segment in segments if segment.register == TALK)


def one_voice(members: Sequence[Segment], everyone: Mapping[str, int]) -> str:
    """The participant who supplies more than half of the talk of a theme, or nothing.

    `members` are the theme's segments, `everyone` the talk of the whole study (see `voices`). Where the theme has three
    segments of talk or more, and so many of them would fall to that participant in fewer than one of a hundred themes
    drawn at random from all talk. Who supplies half of the study's talk is thus not the voice of every theme, and a
    study with one interview has no theme of one voice.
    """
    supplied = voices(members)
    known = [name for name in supplied if name]
    if supplied.total() < FEWEST_TALK or not known:
        return ""
    most = min(known, key=lambda name: (-supplied[name], name))
    if 2 * supplied[most] <= supplied.total():
        return ""
    share = everyone[most] / sum(everyone.values())
    return most if _at_least(supplied[most], supplied.total(), share) < _BY_CHANCE else ""


def _at_least(hits: int, draws: int, share: float) -> float:
    """The probability of `hits` or more among so many draws (binomial)."""
    return math.fsum(math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(hits, draws + 1))
