"""How often people speak of each code: shares of actor groups, missions and periods, and how far they can be trusted.

What the machine suggests is counted (`counting`). Once people have checked a part that was drawn by chance (`drawing`),
shares are estimated from both together (`recalibration`, `outcomes`, `shares`), with two intervals, always named: of
this corpus, and of informants like these.
"""

from themes.prevalence.counting import ALL, UNAUDITED, counts
from themes.prevalence.options import PrevalenceOptions

__all__ = ["ALL", "UNAUDITED", "PrevalenceOptions", "counts"]
