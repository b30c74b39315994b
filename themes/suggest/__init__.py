"""Suggestions: which codes a segment may carry, which codes a candidate theme maps to, and on what grounds.

    prior (codebook and segments) -> learner (judgements: posterior, calibration) -> suggest, sets, map_themes

Everything is learnt anew from all judgements; nothing is learnt from a suggestion that nobody has judged.
"""

from themes.suggest.cover import map_themes
from themes.suggest.judged import Judged, judged
from themes.suggest.learner import Learned, Learner
from themes.suggest.options import AUTO, SuggestOptions
from themes.suggest.prior import EncodedCodebook, Scores, code_texts, encoded, prior
from themes.suggest.proposing import proposals, split_codes
from themes.suggest.replay import Replayed, replayed
from themes.suggest.suggesting import prediction_sets, suggest

__all__ = [
    "AUTO",
    "EncodedCodebook",
    "Judged",
    "Learned",
    "Learner",
    "Replayed",
    "Scores",
    "SuggestOptions",
    "code_texts",
    "encoded",
    "judged",
    "map_themes",
    "prediction_sets",
    "prior",
    "proposals",
    "replayed",
    "split_codes",
    "suggest",
]
