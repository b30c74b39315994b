"""What a report tells of how a study was made, gathered from the project: see `themes.report.Record`."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from importlib.metadata import version

from themes import config
from themes.config import Options
from themes.domain import CodebookEdit, Decision, Estimate, Framed, Memo, Shown, ThemeDecision, Verdict, checksum
from themes.pipeline.coding import Coded
from themes.pipeline.diary import some
from themes.prevalence import Draws, protected, said
from themes.project import Made, Project
from themes.report import Record
from themes.report.record import AuditTally, CoderTally, DrawTally
from themes.review import effective

_SAYING = frozenset({Verdict.ACCEPT, Verdict.REJECT, Verdict.ASSIGN, Verdict.NO_CODE, Verdict.DEFER})
_LIBRARIES = (
    "sentence-transformers",
    "torch",
    "openvino",
    "umap-learn",
    "pynndescent",
    "hdbscan",
    "bertopic",
    "scikit-learn",
    "scipy",
    "numpy",
    "snowballstemmer",
    "python-docx",
)


def recorded(
    project: Project, options: Options, made: Made, now: Coded, audits: Sequence[Draws], estimates: Sequence[Estimate]
) -> Record:
    """The record of a study as it stands; its estimates are those of `estimates` that may be said."""
    decisions, themes, memos = project.decisions(), project.theme_decisions(), project.memos()
    days = _days(decisions, themes, memos, now.edits)
    return Record(
        coders=tuple(_coders(decisions)),
        audits=tuple(_audit(one, now.edits) for one in audits),
        edits=now.edits,
        undone=frozenset({one.id for one in now.edits} - {one.id for one in effective(now.edits)}),
        acts=Counter(str(one.act) for one in effective(themes)),
        memos=len(effective(memos)),
        judged=len({one.segment for one in now.judgements}),
        promised=any(one.promised for one in made.prediction_sets),
        estimates=tuple(said(one) for one in protected(estimates, options.report.min_participants)),
        options={stage.name: _values(getattr(options, stage.name)) for stage in fields(options)},
        differing=_differing(options),
        days=days,
        entries=project.last_number(),
        python=platform.python_version(),
        libraries={name: version(name) for name in _LIBRARIES},
    )


def _days(*logs: Sequence[Decision | ThemeDecision | Memo | CodebookEdit]) -> tuple[date, date] | None:
    """The first and the last day of what people wrote."""
    found = sorted(one.at.date() for log in logs for one in log)
    return (found[0], found[-1]) if found else None


_LABELS = frozenset({"interviewer_labels", "participant_labels"})
"""Options that may name people: how many there are is told, and a checksum by which to know them again."""


def _values(stage_options: object) -> dict[str, object]:
    """Each option with its value, without names of people."""
    named = {option.name: getattr(stage_options, option.name) for option in fields(stage_options)}  # type: ignore[arg-type]  # a dataclass
    return {name: _labels(value) if name in _LABELS else value for name, value in named.items()}


def _labels(labels: Sequence[str]) -> str:
    return f"{some(len(labels), 'label')}, checksum {checksum(labels)[:12]}" if labels else "none"


def _differing(options: Options) -> tuple[str, ...]:
    """The options that are not the usual ones; of those that may name people, only how many they are."""
    shown = {f"ingest.{name}": _labels(getattr(options.ingest, name)) for name in _LABELS}
    lines = (one.partition(" = ") for one in config.differences(options))
    return tuple(f"{name} = {shown.get(name, value)}" for name, _, value in lines)


def _coders(decisions: Iterable[Decision]) -> Iterable[CoderTally]:
    """Each coder with what they said of segments and did not take back, in the order of their names."""
    own: dict[str, list[Decision]] = {}
    for one in effective(decisions):
        if one.verdict in _SAYING:
            own.setdefault(one.coder, []).append(one)
    for name in sorted(own):
        shown = Counter(one.shown for one in own[name])
        yield CoderTally(
            name,
            len(own[name]),
            len({one.segment for one in own[name]}),
            shown[Shown.BLIND],
            shown[Shown.SUGGESTION],
            shown[Shown.REPEAT],
            sum(bool(one.batch) for one in own[name]),
        )


def _audit(found: Draws, edits: Sequence[CodebookEdit]) -> AuditTally:
    check = found.checked
    draws = tuple(
        DrawTally(
            audit.id,
            audit.extends,
            len(audit.codes),
            audit.share,
            audit.evenly,
            audit.seed,
            len(frame),
            sum(one.place is not None for one in frame.values()),
            sum(one.coded and one.place is None for one in frame.values()),
            *_chances(frame.values()),
            day=audit.at.date(),
            edits=sum(edit.id <= audit.after for edit in edits),
        )
        for audit, frame in zip(found.audits, check.draws, strict=True)
    )
    return AuditTally(draws, check.n_drawn, check.n_answered)


def _chances(frame: Iterable[Framed]) -> tuple[float, float]:
    """The lowest and the highest chance of the segments that were open; (1, 1) where all had been coded before."""
    found = [one.chance for one in frame if not (one.coded and one.chance >= 1)]
    return min(found, default=1.0), max(found, default=1.0)
