"""The estimates of the study as of now, reckoned beside the work and kept until anything changes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themes.domain import Audit, Codebook, CodebookEdit, Decision, Estimate, Framed, Suggestion
from themes.prevalence import Counted, Draws, PrevalenceOptions, Words, draws_of, estimated, lines, protected
from themes.project import LogEntry, Project
from themes.review import current_names, judgements, read_whole, translated, unswayed
from themes.web.desk import Desk
from themes.web.memory import Memory
from themes.web.naming import Called

Subject = tuple[str, str]
"""(`code` or `code group`, the code's id)."""
Cell = tuple[str, str, str, str]
"""(source kind, actor group, mission, period), each a value or `all`."""

_KEPT = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an audit is: segments drawn, answered, and those that wait."""

    drawn: int
    answered: int

    @property
    def waiting(self) -> int:
        """Drawn, and not answered."""
        return self.drawn - self.answered


@dataclass(frozen=True, eq=False)
class Estimated:
    """What the audits tell: an estimate for each subject and cell, and how far each audit is."""

    of: Mapping[tuple[Subject, Cell], Estimate]
    audits: tuple[Progress, ...]

    @property
    def answered(self) -> bool:
        """Whether anybody has answered a drawn segment."""
        return any(one.answered for one in self.audits)


@dataclass(frozen=True, eq=False)
class _Known:
    """Everything that the estimates are reckoned from, as it stood when they were asked for."""

    path: Path
    memory: Memory
    called: Called
    audits: tuple[Audit, ...]
    log: Sequence[LogEntry]
    options: PrevalenceOptions
    least: int


async def estimates_of(desk: Desk, coders: Sequence[str]) -> Estimated:
    """The estimates from the words of these coders; the same again until the log, the audits or a run change."""
    key = (desk.last_number(), len(desk.audits), tuple(sorted(desk.memory.fingerprints.items())), tuple(coders))
    kept = desk.estimated
    if key not in kept:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        seen = set(coders)
        log = [one for one in desk.log if isinstance(one, CodebookEdit) or one.coder in seen]
        terms = desk.terms
        known = _Known(
            desk.path, desk.memory, desk.called, desk.audits, log, terms.prevalence, terms.options.min_participants
        )
        kept[key] = asyncio.ensure_future(asyncio.to_thread(_reckoned, known))
    try:
        return await asyncio.shield(kept[key])  # whoever leaves the page does not stop it for the others
    except Exception:
        kept.pop(key, None)
        raise


def _reckoned(known: _Known) -> Estimated:
    draws = _draws(known)
    codebook = known.called.revised.codebook
    firsts = [Suggestion(segment, code, 1, score) for segment, (code, score) in known.called.firsts.items()]
    rows = estimated(Counted(known.memory.segments, firsts, codebook), draws, known.options)
    rows = protected(rows, known.least)
    progress = tuple(Progress(one.checked.n_drawn, one.checked.n_answered) for one in draws)
    return Estimated({((one.subject_kind, one.subject), one.cell): one for one in rows}, progress)


def _draws(known: _Known) -> tuple[Draws, ...]:
    """The audits with what was said of them, the one with most answers first."""
    base = Codebook(known.memory.base_codes)
    edits = [one for one in known.log if isinstance(one, CodebookEdit)]
    log = [one for one in known.log if isinstance(one, Decision)]
    words = translated(log, base, edits)
    read, unswayed_read = read_whole(judgements(log)), read_whole(unswayed(log))
    said = Words((*judgements(words), *read), (*unswayed(words), *unswayed_read))
    codebook = known.called.revised.codebook
    found = []
    for line in lines(known.audits):
        names = current_names(base, edits, line[0].after)
        found.append(draws_of(line, _frames(known.path, line), known.memory.segments, said, codebook, names))
    return tuple(sorted(found, key=lambda one: -one.checked.n_answered))


def _frames(path: Path, line: Sequence[Audit]) -> list[tuple[Framed, ...]]:
    with Project(path, read_only=True) as project:
        return [project.audits.frame(one.id) for one in line]
