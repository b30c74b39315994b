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


def find_codes(
    space: Space,
    themes: Sequence[CandidateTheme],
    coded: Coded,
    encoding: Encoding,
    options: Options,
    progress: Progress,
) -> Suggested:
    """The suggestions for the segments, and the codes that the candidate themes map to."""
    codes = coded.codebook.assignable
    if not codes:
        return Suggested((), (), map_themes(themes, space.segments, None, codes, options.suggest))
    scores, codebook, learned = learn(space, coded, encoding, options)
    return Suggested(
        suggest(space.segments, scores, learned, codebook, options.suggest, progress),
        prediction_sets(space.segments, learned, codebook),
        map_themes(themes, space.segments, learned, codes, options.suggest),
        len(codes),
        len(learned.judged.rows),
    )


def map_codes(
    space: Space, themes: Sequence[CandidateTheme], coded: Coded, encoding: Encoding, options: Options
) -> tuple[ThemeCode, ...]:
    """The codes that the candidate themes map to, where only the themes changed."""
    codes = coded.codebook.assignable
    learned = learn(space, coded, encoding, options)[2] if codes else None
    return map_themes(themes, space.segments, learned, codes, options.suggest)


def learn(space: Space, coded: Coded, encoding: Encoding, options: Options) -> tuple[Scores, EncodedCodebook, Learned]:
    """The first opinion of how well each code fits each segment, the codes as compared, and what was learnt."""
    learner, scores, codebook = learner_of(space, coded.codebook, encoding, options)
    rows = {segment.id: row for row, segment in enumerate(space.segments)}
    codes, parents = [code.id for code in codebook.codes], {code.id: code.parent for code in coded.codebook.codes}
    coder = options.suggest.learn_from
    words = [one for one in coded.judgements if not coder or one.coder == coder]
    return scores, codebook, learner.learn(judged(words, rows, codes, parents))


def learner_of(
    space: Space, codebook: Codebook, encoding: Encoding, options: Options
) -> tuple[Learner, Scores, EncodedCodebook]:
    """All that is known before any decision: the learner, the first opinion, and the codes as they were compared."""
    words = code_texts(codebook)
    compared = encoded(codebook, dict(zip(words, encoding.vectors(words), strict=True)))
    texts, registers = [one.text for one in space.segments], [one.register for one in space.segments]
    scores = prior(texts, space.vectors, compared, options.suggest, registers)
    interviews = [one.source for one in space.segments]
    return Learner(texts, space.vectors, interviews, scores, compared, options.suggest), scores, compared
