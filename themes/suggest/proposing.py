"""What candidate themes say of the codebook: codes that are missing, and codes that hold two things."""

from __future__ import annotations

from collections.abc import Sequence

from themes.domain import CandidateTheme, CodeId, Cover, Proposal, SplitCode, ThemeCode

_NAMED, _TYPICAL = 3, 6
_WHOLE = 2
"""Themes that one code must cover before it is said to hold several."""


def proposals(themes: Sequence[CandidateTheme], theme_codes: Sequence[ThemeCode]) -> tuple[Proposal, ...]:
    """A new code for each candidate theme that no code covers, with a draft of its entry in the codebook."""
    open_themes = {entry.theme for entry in theme_codes if entry.rank == 0 and entry.verdict is Cover.NO_CODE}
    nearest: dict[str, list[CodeId]] = {}
    for entry in theme_codes:
        if entry.code is not None:
            nearest.setdefault(entry.theme, []).append(entry.code)
    return tuple(
        Proposal(theme.id, _name(theme), _definition(theme), theme.exemplars, tuple(nearest.get(theme.id, ())))
        for theme in themes
        if theme.id in open_themes
    )


def _name(theme: CandidateTheme) -> str:
    terms = [term for term, _ in theme.terms[:_NAMED]]
    return theme.name or ", ".join(terms).capitalize() or str(theme.id)


def _definition(theme: CandidateTheme) -> str:
    """A sentence to begin from; what is meant is for a person to say."""
    terms = [term for term, _ in theme.terms[:_TYPICAL]]
    if not terms:
        return ""
    main, more = terms[:_NAMED], terms[_NAMED:]
    besides = f" Often with {_listed(more)}." if more else ""
    return f"What is said of {_listed(main)}.{besides}"


def _listed(terms: Sequence[str]) -> str:
    return " and ".join([", ".join(terms[:-1]), terms[-1]] if len(terms) > 1 else terms)


def split_codes(theme_codes: Sequence[ThemeCode]) -> tuple[SplitCode, ...]:
    """Codes that cover two candidate themes or more: each may be two codes; in the order of the themes."""
    covered: dict[CodeId, list[ThemeCode]] = {}
    for entry in theme_codes:
        if entry.rank == 1 and entry.code is not None and entry.verdict is Cover.COVERED:
            covered.setdefault(entry.code, []).append(entry)
    return tuple(
        SplitCode(code, tuple(entry.theme for entry in entries))
        for code, entries in covered.items()
        if len(entries) >= _WHOLE
    )
