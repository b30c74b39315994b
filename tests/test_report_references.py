"""References: one list for the page of methods and for the study's BibTeX."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from themes.report.cited import cite, methods_bib, used
from themes.report.references import Reference, Use
from themes.report.works import REFERENCES

METHOD = (Path(__file__).resolve().parents[1] / "docs" / "method.md").read_text(encoding="utf-8")


def lines_of_method() -> list[str]:
    listed = METHOD.partition("\n## References\n")[2]
    return [re.sub(r"\s+", " ", item).strip() for item in re.split(r"^- ", listed, flags=re.MULTILINE) if item.strip()]


def test_the_list_of_the_program_is_that_of_the_page_on_method():
    assert [one.line for one in REFERENCES] == lines_of_method()


def test_every_entry_of_a_bib_is_a_reference_of_the_page_on_method():
    everything = methods_bib(list(Use))
    keys = re.findall(r"^@\w+\{(\w+),$", everything, re.MULTILINE)
    assert keys == [one.key for one in REFERENCES]
    assert len(set(keys)) == len(keys)
    for key, line in zip(keys, lines_of_method(), strict=True):
        assert key[-4:] in line


@pytest.mark.parametrize("use", Use)
def test_every_use_has_a_reference(use: Use):
    assert used([use])


def test_a_study_without_an_audit_does_not_cite_its_estimator():
    bib = methods_bib([Use.APPROACH, Use.CONSENSUS])
    assert "@article{fred2005," in bib
    assert "egami2023" not in bib


def test_an_entry_is_one_that_latex_takes():
    one = next(one for one in REFERENCES if one.key == "krippendorff2016")
    assert one.bibtex == (
        "@article{krippendorff2016,\n"
        "  author = {Krippendorff, K. and Mathet, Y. and Bouvry, S. and Widlöcher, A.},\n"
        "  title = {{On the reliability of unitizing textual continua}},\n"
        "  year = {2016},\n"
        "  journal = {Quality \\& Quantity},\n"
        "  volume = {50},\n"
        "  pages = {2347--2364},\n"
        "}"
    )
    parker = next(one for one in REFERENCES if one.key == "parker2017")
    assert "Parker, J. D. and others" in parker.bibtex
    assert "  number = {175}," in parker.bibtex


@pytest.mark.parametrize("one", REFERENCES, ids=lambda one: one.key)
def test_the_braces_of_an_entry_are_even(one: Reference):
    assert one.bibtex.count("{") == one.bibtex.count("}")


def test_a_sentence_cites_by_name_and_year():
    assert cite("madow1949", "egami2023", "parker2017") == "(Madow 1949; Egami et al. 2023; Parker et al. 2017)"
    assert cite("dong2011") == "(Dong, Moses & Li 2011)"
