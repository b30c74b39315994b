"""Suggested codes, for the segments and the candidate themes: what is learnt from what coders have said so far.

Codes are called as they are today, everywhere: `coded` gives the codebook with people's edits and their words under its
names, `called_now` what a run made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from themes.config import Options
from themes.domain import (
    CandidateTheme,
    Codebook,
    CodebookEdit,
    CodeId,
    Coding,
    Judgement,
    PredictionSet,
    Progress,
    Suggestion,
    ThemeCode,
)
from themes.pipeline.diary import some
from themes.pipeline.stages import Encoding, Space
from themes.project import Made, Project
from themes.review import (
    current_names,
    fold,
    judgements,
    revised,
    sets_now,
    suggestions_now,
    theme_codes_now,
    translated,
)
from themes.suggest import (
    EncodedCodebook,
    Learned,
    Learner,
    Scores,
    code_texts,
    encoded,
    judged,
    map_themes,
    prediction_sets,
    prior,
    suggest,
)

EDITED, MAPPED = "edited", "mapped"
"""Among the fingerprints: the last edit of the codebook that the suggestions, and the codes of themes, have seen."""


@dataclass(frozen=True, slots=True)
class Coded:
    """The codebook with people's edits, and what coders have said so far, under the names that its codes have.

    `n_entries` counts the decisions on segments and the edits that it takes in. `suggested` is which code the machine
    put first when something was decided, by the number of the decision, where that was kept.
    """

    codebook: Codebook
    judgements: tuple[Judgement, ...] = ()
    codings: tuple[Coding, ...] = ()
    edits: tuple[CodebookEdit, ...] = ()
    n_entries: int = 0
    suggested: Mapping[int, CodeId] = field(default_factory=dict)

    @property
    def edited(self) -> int:
        """The number of the last edit of the codebook; 0 where there is none."""
        return max((edit.id for edit in self.edits), default=0)


def coded(project: Project, base: Codebook | None = None) -> Coded:
    """What people have made of the codebook `base` by now; without one, of that which the last run read."""
    decisions = project.decisions()  # before the edits, so that no decision names a code that they do not know
    edits = project.codebook_edits()
    base = Codebook(project.base_codes()) if base is None else base
    words = translated(decisions, base, edits)
    codebook = revised(base, edits).codebook
    suggested = {one.id: one.suggested for one in words if one.suggested is not None}
    return Coded(codebook, judgements(words), fold(words), edits, len(decisions) + len(edits), suggested)


def called_now(made: Made, coded: Coded) -> Made:
    """What the last run made, with codes as they are called now; those not in the codebook any more are left out."""
    base = Codebook(made.base_codes)

    def names(mark: str) -> dict[CodeId, CodeId | None]:
        return current_names(base, coded.edits, int(made.fingerprints.get(mark, "0")))

    if min(int(made.fingerprints.get(mark, "0")) for mark in (EDITED, MAPPED)) >= coded.edited:
        return made
    suggested = names(EDITED)
    return replace(
        made,
        codes=coded.codebook.codes,
        suggestions=suggestions_now(made.suggestions, suggested),
        prediction_sets=sets_now(made.prediction_sets, suggested),
        theme_codes=theme_codes_now(made.theme_codes, names(MAPPED)),
    )


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is suggested for the segments and the candidate themes; from so many codes and judged segments."""

    suggestions: tuple[Suggestion, ...]
    sets: tuple[PredictionSet, ...]
    theme_codes: tuple[ThemeCode, ...]
    n_codes: int = 0
    n_judged: int = 0

    @property
    def words(self) -> str:
        """What was done, for the diary."""
        learnt = f" and {some(self.n_judged, 'judged segment')}" if self.n_judged else ""
        return f"{some(len(self.suggestions), 'suggestion')} from {some(self.n_codes, 'code')}{learnt}"


@dataclass(frozen=True, slots=True)
class Opening:
    """All that is known before any decision: the learner, the first opinion, and the codes as they were compared."""

    learner: Learner
    scores: Scores
    compared: EncodedCodebook


def find_codes(
    space: Space,
    themes: Sequence[CandidateTheme],
    coded: Coded,
    encoding: Encoding,
    options: Options,
    progress: Progress,
) -> Suggested:
    """The suggestions for the segments, and the codes that the candidate themes map to."""
    known = opening(space, coded.codebook, encoding, options) if coded.codebook.assignable else None
    return suggested(space, themes, coded, known, options, progress)


def suggested(
    space: Space,
    themes: Sequence[CandidateTheme],
    coded: Coded,
    known: Opening | None,
    options: Options,
    progress: Progress,
) -> Suggested:
    """What decisions make of all that was known before them, which is None where there is no code to suggest."""
    codes = coded.codebook.assignable
    if known is None:
        return Suggested((), (), map_themes(themes, space.segments, None, codes, options.suggest))
    learned = learn(space, coded, known, options)
    return Suggested(
        suggest(space.segments, known.scores, learned, known.compared, options.suggest, progress),
        prediction_sets(space.segments, learned, known.compared),
        map_themes(themes, space.segments, learned, codes, options.suggest),
        len(codes),
        len(learned.judged.rows),
    )


def map_codes(
    space: Space, themes: Sequence[CandidateTheme], coded: Coded, encoding: Encoding, options: Options
) -> tuple[ThemeCode, ...]:
    """The codes that the candidate themes map to, where only the themes changed."""
    codes = coded.codebook.assignable
    learned = learn(space, coded, opening(space, coded.codebook, encoding, options), options) if codes else None
    return map_themes(themes, space.segments, learned, codes, options.suggest)


def learn(space: Space, coded: Coded, known: Opening, options: Options) -> Learned:
    """What was learnt from what coders said."""
    rows = {segment.id: row for row, segment in enumerate(space.segments)}
    codes = [code.id for code in known.compared.codes]
    parents = {code.id: code.parent for code in coded.codebook.codes}
    coder = options.suggest.learn_from
    words = [one for one in coded.judgements if not coder or one.coder == coder]
    return known.learner.learn(judged(words, rows, codes, parents))


def opening(space: Space, codebook: Codebook, encoding: Encoding, options: Options) -> Opening:
    """All that is known before any decision; there must be a code to suggest."""
    words = code_texts(codebook)
    compared = encoded(codebook, dict(zip(words, encoding.vectors(words), strict=True)))
    texts, registers = [one.text for one in space.segments], [one.register for one in space.segments]
    scores = prior(texts, space.vectors, compared, options.suggest, registers)
    interviews = [one.source for one in space.segments]
    return Opening(Learner(texts, space.vectors, interviews, scores, compared, options.suggest), scores, compared)
