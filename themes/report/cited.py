"""Which works a study rests on, as a file of BibTeX and as sentences cite them.

One list (`works`): a test holds that it and the list in docs/method.md are the same, line by line.
"""

from __future__ import annotations

from collections.abc import Collection

from themes.report.references import Reference, Use
from themes.report.words import listing
from themes.report.works import REFERENCES


def used(uses: Collection[Use]) -> tuple[Reference, ...]:
    """The references of what a study uses, in the order of the list."""
    return tuple(one for one in REFERENCES if one.uses & set(uses))


def cite(*keys: str) -> str:
    """Works as a sentence cites them: `(Madow 1949; Egami et al. 2023)`. KeyError for one that is not in the list."""
    known = {one.key: one for one in REFERENCES}
    return f"({'; '.join(known[key].cited for key in keys)})"


def methods_bib(uses: Collection[Use]) -> str:
    """methods.bib: what a study uses, as BibTeX in UTF-8."""
    why = listing([str(use) for use in Use if use in uses])
    head = f"% What this study rests on: {why or 'nothing yet'}.\n% Read each work before you cite it.\n"
    return head + "".join(f"\n{one.bibtex}\n" for one in used(uses))
