"""Suggested codes, for the segments and the candidate themes: what is learnt from what coders have said so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themes.config import Options
from themes.domain import (
    CandidateTheme,
    Codebook,
    Judgement,
    PredictionSet,
    Progress,
    Suggestion,
    ThemeCode,
)
from themes.pipeline.diary import some
from themes.pipeline.stages import Encoding, Space
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


@dataclass(frozen=True, slots=True)
class Coded:
    """The codebook, and what coders have said so far."""

    codebook: Codebook
    judgements: tuple[Judgement, ...] = ()


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
