"""The person's own decisions replayed: how far the suggestions of this study can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from themes import config
from themes.domain import CodeId, Judgement, SegmentId
from themes.errors import StudyError
from themes.ingest import read_study
from themes.pipeline.coding import coded, opening
from themes.pipeline.diary import Watch, nobody
from themes.pipeline.inputs import PRESET, encoder_card
from themes.pipeline.stages import Encoding, Space, in_their_language
from themes.project import FILE_NAME, Made, Project, must_have_run
from themes.suggest import Replayed, judged, replayed

FEWEST = 5
"""Below this many suggestions or codings nothing is said of a code."""

DOUBTFUL = 0.5
_AMONG = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Segments that were judged one after another, and how many first suggestions were right.

    `learnt_from` judged segments came before; `right_at_first` would have been right without learning from them.
    """

    learnt_from: int
    judged: int
    right: int
    right_at_first: int
    printed: float


@dataclass(frozen=True, slots=True)
class Trust:
    """One code: how often it was suggested first, and right; how many segments carry it, and how many had it offered.

    `doubt` says why it should not be trusted yet, empty where nothing speaks against it.
    """

    code: CodeId
    suggested: int
    right: int
    carried: int
    offered: int
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the suggestions would have been: stretch by stretch, and code by code.

    `calibration_error` is the mean distance of what was printed from what was right, in tenths of probability; None
    without judgements. `by_chance` is the share that the commonest code alone would have had right. To `none` segments
    no code fitted, and of `none_foreseen` this was thought likelier than any code; they are not among the stretches.
    """

    study: str
    coder: str
    stretches: tuple[Stretch, ...]
    codes: tuple[Trust, ...]
    calibration_error: float | None = None
    by_chance: float | None = None
    none: int = 0
    none_foreseen: int = 0

    @property
    def judged(self) -> int:
        """Segments whose first suggestion somebody judged."""
        return sum(stretch.judged for stretch in self.stretches)

    @property
    def right(self) -> int:
        """First suggestions that were right."""
        return sum(stretch.right for stretch in self.stretches)

    @property
    def right_at_first(self) -> int:
        """First suggestions that would have been right without learning."""
        return sum(stretch.right_at_first for stretch in self.stretches)


def evaluate(folder: Path, coder: str = "", watch: Watch = nobody) -> Evaluation:
    """The decisions of all coders, or one of them, replayed in their order; each is judged by what came before it.

    StudyError where the study has not been run, has no codebook, or nobody of that name decided anything.
    """
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME, read_only=True) as project:
        made, now = project.made(), coded(project)
        options = config.load(study, project.provenance().get(PRESET))
    codebook, said = now.codebook, now.judgements
    if not codebook.assignable:
        raise StudyError(
            "This study has no codes to suggest.", "Write a codebook, and run the study again.", "codebook.csv"
        )
    own = tuple(one for one in said if not coder or one.coder == coder)
    if not own:
        raise _nobody(said, coder)
    spoken = in_their_language(options, made.sources)
    encoding = Encoding(study, options, encoder_card(options))
    space = Space(made.segments, encoding.vectors([one.text for one in made.segments]))
    known = opening(space, codebook, encoding, spoken)
    codes = known.compared.codes
    rows = _rows(made)
    found = replayed(
        known.learner,
        judged(own, rows, [code.id for code in codes], {code.id: code.parent for code in codebook.codes}),
        lambda done, total: watch("replay", done, total),
    )
    return Evaluation(
        study.title,
        coder,
        tuple(_stretches(found)),
        tuple(_trust(found, column, code.id) for column, code in enumerate(codes)),
        _calibration_error(found),
        _commonest(found),
        int(found.none.sum()),
        int((found.none & (found.none_probabilities > found.probabilities)).sum()),
    )


def _nobody(said: tuple[Judgement, ...], coder: str) -> StudyError:
    names = sorted({one.coder for one in said})
    if coder and names:
        return StudyError(f'"{coder}" has decided nothing.', f"Coders who have: {', '.join(names)}.")
    return StudyError(
        "Nobody has decided anything yet.", "See `themes decide --help`, and judge some suggestions first."
    )


def _rows(made: Made) -> dict[SegmentId, int]:
    return {segment.id: row for row, segment in enumerate(made.segments)}


def _stretches(found: Replayed) -> Iterator[Stretch]:
    right, at_first = found.right(found.ranked), found.right(found.ranked_at_first)
    for block in np.unique(found.blocks):
        own = found.blocks == block
        heard = own & ~np.isnan(right)
        yield Stretch(
            learnt_from=int(np.flatnonzero(own)[0]),
            judged=int(heard.sum()),
            right=int(np.nansum(right[own])),
            right_at_first=int(np.nansum(at_first[own])),
            printed=round(float(found.probabilities[heard].mean()), 4) if heard.any() else 0.0,
        )


def _trust(found: Replayed, column: int, code: CodeId) -> Trust:
    first = found.ranked[:, 0] == column
    right = found.right(found.ranked)
    suggested, hits = int((first & ~np.isnan(right)).sum()), int(np.nansum(right[first]))
    carried = found.judged.known[:, column] & (found.judged.targets[:, column] >= DOUBTFUL)
    offered = int((found.ranked[carried, :_AMONG] == column).any(axis=1).sum())
    reasons = []
    if suggested >= FEWEST and hits < DOUBTFUL * suggested:
        reasons.append("suggested where it does not fit")
    if carried.sum() >= FEWEST and offered < DOUBTFUL * carried.sum():
        reasons.append("missed where it fits")
    return Trust(code, suggested, hits, int(carried.sum()), offered, " and ".join(reasons))


def _calibration_error(found: Replayed) -> float | None:
    right = found.right(found.ranked)
    heard = ~np.isnan(right)
    if not heard.any():
        return None
    printed = found.probabilities[heard]
    bins = np.minimum((printed * 10).astype(int), 9)
    gaps = np.bincount(bins, weights=printed - right[heard])
    return round(float(np.abs(gaps).sum() / heard.sum()), 4)


def _commonest(found: Replayed) -> float | None:
    """The share of judged segments that carry the commonest code, of those that some code fits."""
    carried = found.judged.targets[~found.none, :-1] >= DOUBTFUL
    return round(float(carried.mean(axis=0).max()), 4) if len(carried) else None
