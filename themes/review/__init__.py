"""What people decided: the folds that turn the logs into what stands, and what a new run makes of it.

`judgements` gives each coder's latest word, `fold` the codings that stand by it. `stand` applies what people decided of
candidate themes to those that the machine found; `match` gives the themes of a new run the ids of the earlier ones, and
`changes` says what differs. `next_batch` says what to review next, `spoken` what a coder says of a segment, and
`History` what they can undo and redo.
"""

from themes.review.changing import changes
from themes.review.coder import Coder
from themes.review.codings import fold, judgements
from themes.review.combining import Ground, Nearest
from themes.review.history import History, Step, reversal
from themes.review.log import effective, redoable
from themes.review.matching import Earlier, Matched, match, number_of
from themes.review.memos import standing_memos
from themes.review.options import ReviewOptions
from themes.review.queue import Queued, Waiting, Why, next_batch
from themes.review.spoken import NOTHING, Spoken, spoken
from themes.review.standing import Standing, made_by, order_of, stand

__all__ = [
    "NOTHING",
    "Coder",
    "Earlier",
    "Ground",
    "History",
    "Matched",
    "Nearest",
    "Queued",
    "ReviewOptions",
    "Spoken",
    "Standing",
    "Step",
    "Waiting",
    "Why",
    "changes",
    "effective",
    "fold",
    "judgements",
    "made_by",
    "match",
    "next_batch",
    "number_of",
    "order_of",
    "redoable",
    "reversal",
    "spoken",
    "stand",
    "standing_memos",
]
