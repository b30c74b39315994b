"""Decisions on segments, one at a time, from the command line or another program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from themes.domain import Codebook, CodeId, Decision, SegmentId, Verdict
from themes.errors import DecisionError, StudyError
from themes.ingest import read_study
from themes.pipeline.coding import called_now, coded
from themes.project import FILE_NAME, Made, Project, must_have_run, person_name
from themes.review import effective, known_code


@dataclass(frozen=True, slots=True)
class Words:
    """What a coder says of a segment: codes it carries, codes it does not carry, or that none fits."""

    gives: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    none: bool = False


def decide(folder: Path, segment: str, words: Words, coder: str) -> tuple[Decision, ...]:
    """The words as entries of the study's log: a suggested code is accepted, another one assigned.

    StudyError before the first run or for an unknown segment, DecisionError for an unknown code or words that exclude
    each other; then nothing is recorded.
    """
    read_study(folder)
    coder = person_name(coder)
    with _opened(folder) as project:
        made = called_now(project.made(), coded(project))
        found = known_segment(segment, (one.id for one in made.segments))
        verdicts = _verdicts(found, words, made)
        now = datetime.now(UTC)
        return tuple(project.record(Decision(0, now, coder, verdict, found, code)) for verdict, code in verdicts)


def take_back(folder: Path, decision: int, coder: str) -> Decision:
    """A decision on a segment undone, which is one more entry; DecisionError where there is no such decision."""
    read_study(folder)
    with _opened(folder) as project:
        standing = {one.id: one for one in effective(project.decisions())}
        if decision not in standing:
            raise DecisionError(f"There is no decision #{decision} to take back.", _numbers(standing))
        one = standing[decision]
        return project.record(Decision(0, datetime.now(UTC), coder, Verdict.UNDO, one.segment, one.code, one.id))


def known_segment(segment: str, segments: Iterable[SegmentId]) -> SegmentId:
    """The id of a segment of the study; StudyError, with the nearest, where it has none of that id."""
    known = list(segments)
    if segment in known:
        return SegmentId(segment)
    near = get_close_matches(segment, known, 1)
    remedy = f'Did you mean "{near[0]}"? ' if near else ""
    raise StudyError(f'There is no segment "{segment}".', f"{remedy}Ids stand in report/tables/segments.csv.")


def _opened(folder: Path) -> Project:
    must_have_run(folder)
    return Project(folder / FILE_NAME)


def _verdicts(segment: SegmentId, words: Words, made: Made) -> list[tuple[Verdict, CodeId | None]]:
    codebook = Codebook(made.codes)
    gives, rejects = ([known_code(code, codebook).id for code in codes] for codes in (words.gives, words.rejects))
    both = sorted({*gives} & {*rejects})
    if both:
        raise DecisionError(f"{both[0]} is both given and rejected.", "Say one of the two.")
    if words.none and gives:
        raise DecisionError("A code is given, and none is to fit.", "Say one of the two.")
    if not (gives or rejects or words.none):
        raise DecisionError("Nothing is decided.", "Name codes with --give or --reject, or say --no-code.")
    suggested = {one.code for one in made.suggestions if one.segment == segment}
    verdicts: list[tuple[Verdict, CodeId | None]] = [(Verdict.NO_CODE, None)] if words.none else []
    verdicts += [(Verdict.ACCEPT if code in suggested else Verdict.ASSIGN, code) for code in gives]
    return verdicts + [(Verdict.REJECT, code) for code in rejects]


def _numbers(standing: Iterable[int]) -> str:
    last = sorted(standing)[-5:]
    return f"The last are {', '.join(f'#{one}' for one in last)}." if last else "Nothing has been decided yet."
