"""What a run suggested, under the names that codes have today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from themes.domain import CodeId, Cover, PredictionSet, Suggestion, ThemeCode, ThemeId

Names = Mapping[CodeId, CodeId | None]
"""From the codes as they were called then to what they are called now; None for one that is not in the codebook."""


def suggestions_now(suggestions: Iterable[Suggestion], names: Names) -> tuple[Suggestion, ...]:
    """The suggestions of codes that are still in the codebook, ranked anew; of merged codes the best one."""
    found: dict[tuple[str, CodeId], Suggestion] = {}
    ranks: dict[str, int] = {}
    for one in sorted(suggestions, key=lambda one: one.rank):
        code = names.get(one.code)
        if code is not None and (one.segment, code) not in found:
            ranks[one.segment] = ranks.get(one.segment, 0) + 1
            above = None if one.stops_at is None else names.get(one.stops_at)
            found[one.segment, code] = replace(one, code=code, rank=ranks[one.segment], stops_at=above)
    return tuple(found.values())


def theme_codes_now(theme_codes: Iterable[ThemeCode], names: Names) -> tuple[ThemeCode, ...]:
    """What candidate themes map to, of what is still in the codebook; a theme left with nothing has no code."""
    found: dict[tuple[ThemeId, CodeId | None], ThemeCode] = {}
    ranks: dict[ThemeId, int] = {}
    themes: dict[ThemeId, None] = {}
    for one in theme_codes:
        themes[one.theme] = None
        code = None if one.code is None else names.get(one.code)
        if one.code is None:
            found[one.theme, None] = one
        elif code is not None and (one.theme, code) not in found:
            ranks[one.theme] = ranks.get(one.theme, 0) + 1
            found[one.theme, code] = replace(one, code=code, rank=ranks[one.theme])
    held = {theme for theme, _ in found}
    bare = (ThemeCode(theme, None, 0, 0.0, 0.0, Cover.NO_CODE) for theme in themes if theme not in held)
    return (*found.values(), *bare)


def sets_now(sets: Iterable[PredictionSet], names: Names) -> tuple[PredictionSet, ...]:
    """The prediction sets with the codes that are still in the codebook, each once."""
    return tuple(replace(one, codes=_still(one.codes, names)) for one in sets)


def _still(codes: Iterable[CodeId], names: Names) -> tuple[CodeId, ...]:
    called = (names.get(code) for code in codes)
    return tuple(dict.fromkeys(code for code in called if code is not None))
