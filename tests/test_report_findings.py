"""The findings in Word: what may be said has its denominator, what may not be said is not in the file at all."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx  # noqa: TID253  every test here reads such a file
import pytest

from tests.audited_study import AIR, LAW, ROADS, answer
from tests.report_fiction import fiction, grown, text_of
from themes import pipeline
from themes.domain import Coding, Estimate, Showing, Study, Tier
from themes.pipeline import auditing, estimating
from themes.report import Material, Record, ReportOptions
from themes.report.findings import QUOTES, Finding, findings
from themes.report.saying import Said
from themes.report.sentences import sentence
from themes.report.word import findings_docx

OPTIONS = ReportOptions()
HIDDEN_NUMBERS = (7357, 9973)


@pytest.fixture(scope="module")
def study(run_of_audited_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("findings") / "study"
    shutil.copytree(run_of_audited_study, folder)
    auditing.draw(folder, auditing.Asked(share=0.5), "anna")
    answer(folder)
    pipeline.report(folder)
    return folder


@pytest.fixture(scope="module")
def document(study: Path) -> Any:
    return docx.Document(str(study / "report" / "findings.docx"))


def opened(material: Material, **options: int) -> Any:
    return docx.Document(io.BytesIO(findings_docx(material, ReportOptions(**options))))


def under(document: Any, heading: str) -> list[str]:
    """The paragraphs below a heading, up to the next that stands as high; headings of their own inside it too."""
    texts: list[str] = []
    level = 0
    for one in document.paragraphs:
        depth = int(one.style.name[-1]) if one.style.name.startswith("Heading") else 10
        level = 0 if depth <= level else level
        if level:
            texts.append(one.text)
        level = depth if depth < 10 and one.text == heading else level
    return texts


def finding(material: Material, name: str, **options: int) -> Finding:
    return next(one for one in findings(material, ReportOptions(**options)).codes if one.name == name)


def audited(material: Material, *estimates: Estimate) -> Material:
    return grown(material, record=Record(estimates=estimates))


def of(subject: str, group: str, **known: Any) -> Estimate:
    plain = Estimate("code", subject, "talk", group, "all", "all", 20, 100, 9, 12, "people and machine, audited")
    return replace(plain, **known)


def test_the_file_has_title_summary_findings_shares_and_methods(document: Any):
    headings = [one.text for one in document.paragraphs if one.style.name in ("Title", "Heading 1")]
    assert headings == ["Roads and courts", "Findings", "Shares", "Methods"]
    words = [one.text for one in document.paragraphs]
    assert any(one.startswith("21 interviews and 2 mandate texts") for one in words)
    assert "Audit" in [one.text for one in document.paragraphs if one.style.name == "Heading 2"]


@pytest.mark.parametrize("code", [ROADS, AIR, LAW])
def test_each_code_says_the_estimate_of_the_study_in_words(study: Path, document: Any, code: str):
    found = estimating.prevalence(study).estimates
    (whole,) = (one for one in found if one.subject == code and one.cell == ("talk", "all", "all", "all"))
    name = code.rpartition(" / ")[2]
    words = under(document, name)
    assert sentence(whole, f"“{name}”", 3) in words
    assert f"{whole.checked} of {whole.segments} segments checked" in " ".join(words)


def test_a_group_that_is_hidden_has_no_sentence_and_no_number_in_the_table(document: Any):
    table = next(one for one in document.tables if one.rows[0].cells[0].text == "code")
    names = [cell.text for cell in table.rows[0].cells]
    assert names == ["code", "all talk", "UN", "NGOs", "Host state", "Donors", "mandates"]
    for row in table.rows[1:]:
        assert row.cells[names.index("Donors")].text == "hidden"
        assert row.cells[1].text.endswith("%)")
    assert not [one.text for one in document.paragraphs if one.text.startswith("Among Donors")]


def test_nothing_of_a_hidden_estimate_is_in_the_file():
    code = fiction().codebook.assignable[0].id
    hidden = of(
        code, "UN", showing=Showing.HIDDEN, count=HIDDEN_NUMBERS[0], segments=HIDDEN_NUMBERS[1], estimate=0.7357,
        informants_interval=(0.7357, 0.9973),
    )  # fmt: skip
    written = findings_docx(audited(fiction(), hidden), OPTIONS)
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        text = parts.read("word/document.xml").decode()
    for number in ("7357", "7,357", "9973", "9,973", "74%"):
        assert number not in text


def test_estimates_that_did_not_pass_through_disclosure_are_not_shown():
    told = finding(fiction(), "Robust posture")
    assert told.said == Said()
    assert "Nothing can be said of how common it is." in under(opened(fiction()), "Robust posture")


def test_the_table_shows_of_each_estimate_what_may_be_said():
    code = "Use of force / Robust posture"
    known = {"interviews": 9, "in_interviews": 4, "checked": 40, "informants_interval": (0.1, 0.3), "estimate": 0.2}
    material = audited(
        fiction(),
        of(code, "all", showing=Showing.ESTIMATE, **known),
        of(code, "UN", showing=Showing.INTERVAL, **known),
        of(code, "NGOs", showing=Showing.COUNT, **known),
        of(code, "Host state", showing=Showing.HIDDEN, **known),
    )
    shares = findings(material, OPTIONS).shares
    row = dict(zip(shares.columns, next(row for row in shares.rows if row[0] == "Robust posture"), strict=True))
    assert row["all talk"] == "20% (10% to 30%)"
    assert row["UN"] == "10% to 30%"
    assert row["NGOs"] == "4 of 9 interviews"
    assert row["Host state"] == "hidden"
    assert row["mandates"] == "not counted"


def test_quotes_are_of_different_voices_and_say_whether_a_person_gave_the_code():
    material = fiction()
    code = material.codebook.assignable[0]
    first = material.first_suggestions[code.id]
    one = next(one.segment for one in first if material.segment[one.segment].source not in material.withheld)
    coded = grown(material, codings=(Coding(one, code.id, "anna", 1),))
    quotes = finding(coded, code.name).quotes.shown
    assert [one.remark.partition(" by ")[0] for one in quotes] == ["coded", "suggested", "suggested"]
    words = under(opened(coded), code.name)
    assert any(f"{quotes[0].reference}; coded by a person" in line for line in words)
    assert any("suggested by the machine, read by nobody for this code" in line for line in words)


def test_what_a_person_read_and_gave_another_code_is_not_quoted_for_this_one():
    material = fiction()
    code, other = material.codebook.assignable[:2]
    first = [one.segment for one in material.first_suggestions[code.id]]
    read = grown(material, codings=tuple(Coding(one, other.id, "anna", 1) for one in first))
    assert finding(read, code.name).quotes.shown == ()


@pytest.mark.parametrize("quotes", [0, 1, 50])
def test_no_more_quotes_than_asked_for_nor_than_five(quotes: int):
    assert len(finding(fiction(), "Robust posture", quotes=quotes).quotes.shown) == min(quotes, QUOTES)


def test_no_word_and_no_name_of_talk_that_may_not_be_quoted_is_in_the_file(tmp_path: Path):
    material = fiction()
    closed = {source.id for source in material.sources if source.tier is Tier.NOT_FOR_QUOTATION}
    silent = grown(
        material,
        segments=tuple(
            replace(one, text="Zanzibarish zephyrs.") if one.source in closed else one for one in material.segments
        ),
    )
    (tmp_path / "a.docx").write_bytes(findings_docx(silent, ReportOptions(quotes=50)))
    text = text_of(tmp_path / "a.docx").casefold()
    assert closed
    assert "zephyrs" not in text
    assert "a real name" not in text
    for source in closed:
        assert source.casefold() not in text


def test_the_same_study_gives_the_same_bytes_and_no_time(study: Path, tmp_path: Path):
    shutil.copytree(study, tmp_path / "study")
    pipeline.report(tmp_path / "study")
    written = (study / "report" / "findings.docx").read_bytes()
    assert (tmp_path / "study" / "report" / "findings.docx").read_bytes() == written
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
        core = parts.read("docProps/core.xml").decode()
    assert "1980-01-01T00:00:00Z" in core
    assert "python-docx" not in core
    assert "2013" not in core


def test_words_that_xml_cannot_hold_do_not_stop_the_report():
    material = fiction()
    odd = grown(
        material,
        study=replace(material.study, title="A\x00B \ud800 C", notice="\x1b[31m & <b>"),
        segments=tuple(replace(one, text=f"\x07{one.text}\ufffe") for one in material.segments),
    )
    document = opened(odd)
    assert document.paragraphs[0].text == "A\ufffdB \ufffd C"


def test_talk_that_is_written_from_right_to_left_is_set_so():
    material = fiction()
    arabic = grown(material, sources=tuple(replace(one, language="ar") for one in material.sources))
    quotes = [one for one in opened(arabic).paragraphs if one.style.name == "Quote"]
    assert quotes
    assert all(one._p.pPr.find(docx.oxml.ns.qn("w:bidi")) is not None and one.runs[0].font.rtl for one in quotes)


def test_words_in_another_language_are_marked_with_it_and_the_rest_is_british_english():
    material = fiction()
    french = grown(material, sources=tuple(replace(one, language="fr") for one in material.sources))
    document = opened(french)
    spoken = [
        one.runs[0]._r.rPr.find(docx.oxml.ns.qn("w:lang")) for one in document.paragraphs if one.style.name == "Quote"
    ]
    assert {one.get(docx.oxml.ns.qn("w:val")) for one in spoken} == {"fr"}
    styled = document.styles.element.iter(docx.oxml.ns.qn("w:lang"))
    assert {one.get(docx.oxml.ns.qn("w:val")) for one in styled} == {"en-GB"}


def test_every_part_of_a_code_has_a_heading_one_level_below_it_and_no_paragraph_is_empty(document: Any):
    levels = [int(one.style.name[-1]) for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert [one.text for one in document.paragraphs if not one.text.strip()] == []
    own = under(document, "Roads")
    assert own.index("Who speaks of it") < own.index("At mandate dates") < own.index("Quotes")
    assert own.index("Quotes") < own.index("Missed by the machine")


def test_a_table_has_its_caption_as_one_and_no_two_tables_touch(document: Any):
    tags = [one.tag.rpartition("}")[2] for one in document.element.body]
    assert ("tbl", "tbl") not in set(pairwise(tags))
    assert {one.style.name for one in document.paragraphs if one.text.startswith("Shares of segments, with")} == {
        "Caption"
    }


def test_a_table_repeats_its_head_on_every_page(document: Any):
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None


def test_an_empty_study_has_a_file_too():
    document = opened(Material(Study(Path("study"), "Nothing yet")))
    assert document.paragraphs[0].text == "Nothing yet"
    assert "The study has no codebook, so there is nothing to say of codes." in [
        one.text for one in document.paragraphs
    ]
