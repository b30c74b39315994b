"""What people decided: the folds that turn the logs into what stands, and what a new run makes of it.

`judgements` gives each coder's latest word, `fold` the codings that stand by it. `stand` applies what people decided of
candidate themes to those that the machine found; `match` gives the themes of a new run the ids of the earlier ones, and
`changes` says what differs. `next_batch` says what to review next, `spoken` what a coder says of a segment, and
`History` what they can undo and redo. `revised` is the codebook as it stands, `translated` gives decisions under
today's names of codes, an `Editor` makes the edits and `in_doubt` says what they put in doubt. `disputes` says
where coders differ, `visible_to` whose codings a coder may see. How far they agree is said by `agreement`, a module of
its own, since it alone needs numpy.
"""

from themes.review.adjudication import (
    Dispute,
    Side,
    disputes,
    resolution,
    resolution_step,
    resolved_by,
    visible_to,
)
from themes.review.changing import changes
from themes.review.codebook import Revised, current_names, known_code, revised, translated, tree_order
from themes.review.codechecks import check
from themes.review.coder import Coder
from themes.review.codings import UNSWAYED, fold, judgements, read_whole, unswayed
from themes.review.combining import Ground, Nearest
from themes.review.doubts import Doubt, Held, Preview, doubts_by_segment, doubts_of, in_doubt, preview
from themes.review.editing import Editor, describe
from themes.review.given import done_with, given
from themes.review.history import History, Step, reversal
from themes.review.log import effective, redoable
from themes.review.matching import Earlier, Matched, match, number_of
from themes.review.memos import standing_memos
from themes.review.naming import sets_now, suggestions_now, theme_codes_now
from themes.review.options import ReviewOptions
from themes.review.queue import Queued, Waiting, Why, next_batch
from themes.review.spoken import NOTHING, Spoken, spoken
from themes.review.standing import Standing, made_by, order_of, stand

__all__ = [
    "NOTHING",
    "UNSWAYED",
    "Coder",
    "Dispute",
    "Doubt",
    "Earlier",
    "Editor",
    "Ground",
    "Held",
    "History",
    "Matched",
    "Nearest",
    "Preview",
    "Queued",
    "ReviewOptions",
    "Revised",
    "Side",
    "Spoken",
    "Standing",
    "Step",
    "Waiting",
    "Why",
    "changes",
    "check",
    "current_names",
    "describe",
    "disputes",
    "done_with",
    "doubts_by_segment",
    "doubts_of",
    "effective",
    "fold",
    "given",
    "in_doubt",
    "judgements",
    "known_code",
    "made_by",
    "match",
    "next_batch",
    "number_of",
    "order_of",
    "preview",
    "read_whole",
    "redoable",
    "resolution",
    "resolution_step",
    "resolved_by",
    "reversal",
    "revised",
    "sets_now",
    "spoken",
    "stand",
    "standing_memos",
    "suggestions_now",
    "theme_codes_now",
    "translated",
    "tree_order",
    "unswayed",
    "visible_to",
]
