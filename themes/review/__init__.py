"""What people decided: the folds that turn the logs into what stands, and what a new run makes of it.

`judgements` gives each coder's latest word, `fold` the codings that stand by it. `stand` applies what people decided of
candidate themes to those that the machine found; `match` gives the themes of a new run the ids of the earlier ones, and
`changes` says what differs.
"""

from themes.review.changing import changes
from themes.review.codings import fold, judgements
from themes.review.combining import Ground, Nearest
from themes.review.log import effective, redoable
from themes.review.matching import Earlier, Matched, match, number_of
from themes.review.standing import Standing, made_by, order_of, stand

__all__ = [
    "Earlier",
    "Ground",
    "Matched",
    "Nearest",
    "Standing",
    "changes",
    "effective",
    "fold",
    "judgements",
    "made_by",
    "match",
    "number_of",
    "order_of",
    "redoable",
    "stand",
]
