"""What goes with a paper: methods, checklists, what to cite, the findings in Word, and how to make it all again."""

from __future__ import annotations

from collections.abc import Mapping

from themes.report.abridged import abridged_page
from themes.report.checklists import checklists_page
from themes.report.cited import methods_bib
from themes.report.citing import citation
from themes.report.material import Material
from themes.report.methods import methods_page, uses
from themes.report.options import ReportOptions
from themes.report.reproduction import RUN, run_json
from themes.report.word import findings_docx

PAPERS = ("methods.md", "methods.bib", "checklists.md", "CITATION.cff", "findings.docx", RUN)
"""The files that `papers` gives, in their order."""
FOR_OTHERS = ("methods.md", "methods.bib", "CITATION.cff")
"""Those of them that an audience other than oneself gets, the methods abridged.

The checklists tell of coders and of numbers of people; the findings in Word quote by ids and count who is known to
speak of a code; run.json lists the log.
"""


def papers(material: Material, options: ReportOptions, tables: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """Each file by its name in the report; `tables` are those of the report, whose checksums are told."""
    if material.guard is not None:
        return {
            "methods.md": abridged_page(material, options),
            "methods.bib": methods_bib(uses(material)),
            "CITATION.cff": citation(material),
        }
    return {
        "methods.md": methods_page(material, options),
        "methods.bib": methods_bib(uses(material)),
        "checklists.md": checklists_page(material, options),
        "CITATION.cff": citation(material),
        "findings.docx": findings_docx(material, options),
        RUN: run_json(material, tables),
    }
