"""What people decided: the folds that turn the logs into what stands, and what a new run makes of it.

`judgements` gives each coder's latest word, `fold` the codings that stand by it. `stand` applies what people decided of
candidate themes to those that the machine found; `match` gives the themes of a new run the ids of the earlier ones, and
`changes` says what differs. `next_batch` says what to review next. `agreement` says how far coders agree, `disputes`
where they do not, `visible_to` whose codings a coder may see.
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
from themes.review.agreement import (
    AGREEMENT_HEADINGS,
    Agreement,
    CodeAgreement,
    Comparison,
    Scope,
    agreement,
    agreement_rows,
)
from themes.review.boundaries import BoundaryAgreement
from themes.review.changing import changes
from themes.review.codings import fold, judgements
from themes.review.coefficients import Coefficients
from themes.review.combining import Ground, Nearest
from themes.review.given import done_with, given
from themes.review.log import effective, redoable
from themes.review.matching import Earlier, Matched, match, number_of
from themes.review.queue import Queued, QueueDesign, Waiting, Why, next_batch
from themes.review.standing import Standing, made_by, order_of, stand

__all__ = [
    "AGREEMENT_HEADINGS",
    "Agreement",
    "BoundaryAgreement",
    "CodeAgreement",
    "Coefficients",
    "Comparison",
    "Dispute",
    "Earlier",
    "Ground",
    "Matched",
    "Nearest",
    "QueueDesign",
    "Queued",
    "Scope",
    "Side",
    "Standing",
    "Waiting",
    "Why",
    "agreement",
    "agreement_rows",
    "changes",
    "disputes",
    "done_with",
    "effective",
    "fold",
    "given",
    "judgements",
    "made_by",
    "match",
    "next_batch",
    "number_of",
    "order_of",
    "redoable",
    "resolution",
    "resolution_step",
    "resolved_by",
    "stand",
    "visible_to",
]
