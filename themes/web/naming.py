"""Codes as they are called today, and what the last run suggested under these names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from themes.domain import Code, Codebook, CodebookEdit, CodeId, SegmentId, Suggestion, ThemeCode
from themes.review import Revised, current_names, revised, suggestions_now, theme_codes_now
from themes.web.memory import Memory


@dataclass(frozen=True)
class Called:
    """The codebook as it stands.

    `names` leads from what the last run called the codes to what they are called today, None where a code is gone.
    `firsts` is the code that is suggested first for each segment, with its probability.
    """

    revised: Revised
    names: Mapping[CodeId, CodeId | None]
    firsts: Mapping[SegmentId, tuple[CodeId, float]]
    codes: Mapping[CodeId, Code] = field(default_factory=dict)
    is_as_it_was: bool = True

    def suggestions(self, found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
        """What was suggested, under today's names."""
        return tuple(found) if self.is_as_it_was else suggestions_now(found, self.names)

    def theme_codes(self, found: Iterable[ThemeCode]) -> tuple[ThemeCode, ...]:
        """What candidate themes map to, under today's names."""
        return tuple(found) if self.is_as_it_was else theme_codes_now(found, self.names)


def called(memory: Memory, edits: Sequence[CodebookEdit]) -> Called:
    """The codebook that the last run read, with every edit so far."""
    base = Codebook(memory.base_codes)
    now = revised(base, edits)
    names = current_names(base, edits, int(memory.fingerprints.get("edited", "0")))
    as_it_was = all(code == name for code, name in names.items())
    firsts = memory.firsts
    if not as_it_was:
        renamed = ((segment, names.get(code), score) for segment, (code, score) in memory.firsts.items())
        firsts = {segment: (code, score) for segment, code, score in renamed if code is not None}
    return Called(now, names, firsts, {code.id: code for code in now.codebook.codes}, as_it_was)
