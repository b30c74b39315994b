"""The audits of a study with their further draws, and what all of them together tell of every count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from themes.domain import (
    Audit,
    CandidateTheme,
    Codebook,
    CodeId,
    Estimate,
    Framed,
    Judgement,
    Segment,
    Suggestion,
    ThemeCode,
)
from themes.prevalence.auditing import Design
from themes.prevalence.checking import Checked, checked
from themes.prevalence.counting import counts, group_counts
from themes.prevalence.estimating import Subject, estimates, subjects
from themes.prevalence.options import PrevalenceOptions

Names = Mapping[CodeId, CodeId | None]
"""From the codes as an audit names them to what they are called today; None for one that is not there any more."""


@dataclass(frozen=True, eq=False)
class Draws:
    """One audit with its further draws, and what people have said: `codes` are today's names of those it is of."""

    audits: tuple[Audit, ...]
    codes: tuple[CodeId, ...]
    gone: tuple[CodeId, ...]
    checked: Checked


@dataclass(frozen=True, eq=False)
class Counted:
    """What a run made, under today's names of codes, and from which probability on a suggestion is counted."""

    segments: Sequence[Segment]
    suggestions: Sequence[Suggestion]
    codebook: Codebook
    themes: Sequence[CandidateTheme] = ()
    theme_codes: Sequence[ThemeCode] = ()
    counted_from: float = 0.0


def new_audit(codes: Sequence[CodeId], design: Design, coder: str, after: int, extends: Audit | None = None) -> Audit:
    """An audit of these codes as they are named after so many entries of the log; a further draw keeps their names."""
    named = extends.codes if extends else tuple(codes)
    after = extends.after if extends else after
    of = extends.id if extends else None
    return Audit(0, datetime.now(UTC), coder, named, design.share, design.evenly, design.seed, after, of)


def lines(audits: Sequence[Audit]) -> tuple[tuple[Audit, ...], ...]:
    """Every audit with the draws that extend it, oldest first; audits by the draw that they began with."""
    known = {one.id: one for one in audits}
    extended = {one.extends for one in audits}
    found = [line_of(one, known) for one in audits if one.id not in extended]
    return tuple(sorted(found, key=lambda line: line[0].id))


def line_of(end: Audit, known: Mapping[int, Audit]) -> tuple[Audit, ...]:
    """The audit and those that it extends, oldest first."""
    line = [end]
    while line[0].extends is not None:
        line.insert(0, known[line[0].extends])
    return tuple(line)


@dataclass(frozen=True, eq=False)
class Words:
    """What people said, under today's names of codes: their latest words, and those that no suggestion swayed."""

    standing: Sequence[Judgement]
    blind: Sequence[Judgement]


def draws_of(
    line: tuple[Audit, ...],
    frames: Sequence[Sequence[Framed]],
    segments: Iterable[Segment],
    said: Words,
    codebook: Codebook,
    names: Names,
) -> Draws:
    """The audit that these draws are, with what people have said of it."""
    here = {code.id for code in codebook.codes}
    called = {code: today if (today := names.get(code)) in here else None for code in line[0].codes}
    codes = tuple(dict.fromkeys(code for code in called.values() if code is not None))
    gone = tuple(code for code, today in called.items() if today is None)
    return Draws(line, codes, gone, checked(segments, frames, said.blind, said.standing, names))


def estimated(what: Counted, audits: Sequence[Draws], options: PrevalenceOptions) -> tuple[Estimate, ...]:
    """Every count of what the machine suggests, with an estimate wherever an audit allows one.

    Where several audits are of a code, the first of them tells.
    """
    rows = counts(what.segments, what.suggestions, what.codebook, what.themes, options, what.counted_from)
    if not audits:
        return rows
    wanted = subjects(what.codebook, what.theme_codes)
    groups = {one.id: one.codes for one in wanted if one.kind == "code group"}
    rows = (*rows, *group_counts(what.segments, what.suggestions, groups, options, what.counted_from))
    tells = {(one.kind, one.id): _telling(one, audits) for one in wanted}
    done: dict[tuple[str, str], tuple[Estimate, ...]] = {}
    for place, audit in enumerate(audits):
        own = [row for row in rows if tells.get(_key(row), 0) == place]
        for one in estimates(own, audit.checked, audit.codes, wanted, options):
            done[_key(one)] = (*done.get(_key(one), ()), one)
    return tuple(one for key in dict.fromkeys(_key(row) for row in rows) for one in done[key])


def _key(row: Estimate) -> tuple[str, str]:
    return row.subject_kind, row.subject


def _telling(one: Subject, audits: Sequence[Draws]) -> int:
    """The place of the first audit that is of all the subject's codes; of the first, which says so, where none is."""
    return next((place for place, audit in enumerate(audits) if one.codes <= set(audit.codes)), 0)
