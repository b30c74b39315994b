"""How often people speak of each code: shares of actor groups, missions and periods, and how far they can be trusted.

What the machine suggests is counted (`counting`). Once people have checked a part that was drawn by chance (`drawing`),
shares are estimated from both together (`recalibration`, `outcomes`, `shares`), with two intervals, always named: of
this corpus, and of informants like these.
"""

from themes.prevalence.auditing import Design, audit_frame, scored
from themes.prevalence.checking import Checked, checked
from themes.prevalence.counting import ALL, UNAUDITED, counts, group_counts
from themes.prevalence.draws import Counted, Draws, Words, draws_of, estimated, line_of, lines, new_audit
from themes.prevalence.estimating import AUDITED, Subject, estimates, subjects
from themes.prevalence.options import PrevalenceOptions
from themes.prevalence.showing import protected, said

__all__ = [
    "ALL",
    "AUDITED",
    "UNAUDITED",
    "Checked",
    "Counted",
    "Design",
    "Draws",
    "PrevalenceOptions",
    "Subject",
    "Words",
    "audit_frame",
    "checked",
    "counts",
    "draws_of",
    "estimated",
    "estimates",
    "group_counts",
    "line_of",
    "lines",
    "new_audit",
    "protected",
    "said",
    "scored",
    "subjects",
]
