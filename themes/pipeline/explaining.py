"""Why a segment has its suggestions, as it is printed and as the review shows it; what themes say of the codebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from themes.domain import (
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Ground,
    Judgement,
    PredictionSet,
    Proposal,
    Segment,
    SegmentId,
    SplitCode,
    Suggestion,
)
from themes.ingest import read_study
from themes.pipeline.coding import called_now, coded
from themes.pipeline.deciding import known_segment
from themes.project import FILE_NAME, Made, Project, must_have_run
from themes.suggest import proposals, split_codes


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that moved a score by `pull`, with its words; `segment` is None for an example of the codebook."""

    text: str
    pull: float
    segment: SegmentId | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """The segment's candidate theme, and how many of its segments that coders spoke of carry a code.

    It is context: the score does not come from it.
    """

    theme: CandidateTheme
    carried: int
    spoken_of: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One suggestion and what drove it. `margin` is how much less probable the next one is."""

    suggestion: Suggestion
    code: Code
    accepted: tuple[Quote, ...]
    rejected: tuple[Quote, ...]
    margin: float | None
    vote: Vote | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of the suggestions of a segment, best first."""

    segment: Segment
    reasons: tuple[Reason, ...]
    prediction: PredictionSet | None
    words: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """How often each code is suggested first, and what candidate themes say of the codebook."""

    study: str
    first: Mapping[CodeId, int]
    promised: bool
    none: tuple[SegmentId, ...]
    proposals: tuple[Proposal, ...]
    split: tuple[SplitCode, ...]
    labels: Mapping[str, str]


def explain(folder: Path, segment: str) -> Explanation:
    """Why the segment has its suggestions; StudyError where there is no such segment."""
    made, said = _read(folder)
    segments = {one.id: one for one in made.segments}
    found = segments[known_segment(segment, segments)]
    own = [one for one in made.suggestions if one.segment == found.id]
    codes = {code.id: code for code in made.codes}
    texts = {one.id: one.text for one in made.segments}
    theme = next((one for one in made.themes if found.id in one.segments), None)
    after = [*(one.score for one in own[1:]), None]
    reasons = tuple(
        Reason(
            one,
            codes[one.code],
            _quotes(one.accepted, texts),
            _quotes(one.rejected, texts),
            None if following is None else round(one.score - following, 4),
            _vote(theme, one.code, said) if theme else None,
        )
        for one, following in zip(own, after, strict=True)
    )
    prediction = next((one for one in made.prediction_sets if one.segment == found.id), None)
    return Explanation(found, reasons, prediction, tuple(one for one in said if one.segment == found.id))


def overview(folder: Path) -> Overview:
    """What the last run suggests, as a whole."""
    study = read_study(folder)
    made, _ = _read(folder)
    first = {code.id: 0 for code in Codebook(made.codes).assignable}
    for one in made.suggestions:
        if one.rank == 1:
            first[one.code] += 1
    best = {one.segment: one.score for one in made.suggestions if one.rank == 1}
    none = sorted(
        (one for one in made.prediction_sets if one.none_score > best.get(one.segment, 0)),
        key=lambda one: -one.none_score,
    )
    return Overview(
        study.title,
        first,
        any(one.promised for one in made.prediction_sets),
        tuple(one.segment for one in none),
        proposals(made.themes, made.theme_codes) if first else (),
        split_codes(made.theme_codes),
        {theme.id: theme.label for theme in made.themes},
    )


def _read(folder: Path) -> tuple[Made, tuple[Judgement, ...]]:
    """What the last run made, and what coders say; StudyError before the first run."""
    read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        now = coded(project)
        return called_now(project.made(), now), now.judgements


def _quotes(grounds: Sequence[Ground], texts: Mapping[SegmentId, str]) -> tuple[Quote, ...]:
    return tuple(
        Quote(texts.get(ground.segment, "") if ground.segment else ground.quote, ground.pull, ground.segment)
        for ground in grounds
    )


def _vote(theme: CandidateTheme, code: CodeId, said: Sequence[Judgement]) -> Vote:
    members = set(theme.segments)
    words: dict[SegmentId, bool] = {}
    for one in said:
        if one.segment in members:
            words[one.segment] = words.get(one.segment, False) or (one.code == code and one.carries)
    return Vote(theme, sum(words.values()), len(words))
