"""The methods of a study: what stands there is what was done, and nobody can be counted in it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audited_study import AIR, NOON, answer
from tests.prevalence_study import spoken
from tests.report_fiction import fiction, grown
from themes import pipeline
from themes.domain import Code, CodeAct, CodebookEdit, CodeId, Decision, SegmentId, Shown, Study, Verdict
from themes.pipeline import auditing
from themes.project import FILE_NAME, Project
from themes.report import Material, Record, ReportOptions
from themes.report.cited import cite, used
from themes.report.decided import day
from themes.report.methods import methods, methods_page, uses
from themes.report.people import heard, total
from themes.report.record import CoderTally
from themes.report.references import Use
from themes.report.sections import Grid, Points, Section, markdown

OPTIONS = ReportOptions()


@pytest.fixture(scope="module")
def study(run_of_audited_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with an audit that is half answered, an edit of its codebook, and a report."""
    folder = tmp_path_factory.mktemp("methods") / "study"
    shutil.copytree(run_of_audited_study, folder)
    drawn = auditing.draw(folder, auditing.Asked(share=0.2), "anna").drawn
    answer(folder, drawn // 2)
    with Project(folder / FILE_NAME) as project:
        first = project.decisions()[0]
        project.record(Decision(0, NOON, "anna", Verdict.UNDO, first.segment, undoes=first.id))
        project.record(replace(first, id=0))
        made = Code(AIR, "Flights", CodeId("Movement"), "An aircraft that is kept on the ground.")
        project.record_step(
            [CodebookEdit(0, NOON, "ben", CodeAct.REDEFINE, (AIR,), (made,), "It was too | wide.")], "1"
        )
    pipeline.report(folder)
    return folder


@pytest.fixture(scope="module")
def text(study: Path) -> str:
    return (study / "report" / "methods.md").read_text(encoding="utf-8")


def table_rows(text: str, caption: str) -> list[list[str]]:
    """The rows below the head of the table with that caption."""
    lines = text.partition(f"*{caption}")[2].split("\n\n")[1].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_the_audit_is_told_with_what_was_drawn_and_answered(study: Path, text: str):
    with Project(study / FILE_NAME, read_only=True) as project:
        frame = project.audits.frame(project.audits.all()[0].id)
        said = {one.segment for one in project.decisions()}
    drawn = {one.segment for one in frame if one.place is not None}
    assert f"drew {len(drawn)} of {len(frame)} segments by chance, in 1 draw" in text
    assert f"Of those drawn, {len(drawn & said)} (" in text
    row = table_rows(text, "Draws of the audit")[0]
    assert row[2:6] == ["20%", "50%", "1", str(len(drawn))]
    assert row[-2:] == [f"{min(one.chance for one in frame):.3f}", f"{max(one.chance for one in frame):.3f}"]
    assert f"The audit is not finished: {len(drawn - said)} of {len(drawn)} are not answered." in text


def test_coders_stand_under_the_names_of_the_log_with_what_they_did_not_take_back(study: Path, text: str):
    with Project(study / FILE_NAME, read_only=True) as project:
        standing = len(project.decisions()) - 2
    (row,) = table_rows(text, "Decisions by coder")
    assert row[:2] == ["anna", str(standing)]
    assert row[3:] == [str(standing), "0", "0", "0", "0"]
    assert "which is of 1 January 2026" in text


def test_the_codebook_has_its_history_in_prose_and_in_a_table(text: str):
    assert "It was edited in the program from 1 January 2026 to 1 January 2026; acts that stand: redefine 1." in text
    assert table_rows(text, "Edits of the codebook") == [
        ["1 January 2026", "ben", "redefine", "Movement / Flights", "It was too \\| wide."]
    ]
    assert "The codebook was edited after the audit was drawn: 1 edit." in text


def test_a_group_with_one_person_is_told_together_with_another(text: str):
    rows = table_rows(text, "Actor groups of the talk")
    assert [row[0] for row in rows] == ["NGOs", "UN", "Donors, Host state"]
    assert [row[1] for row in rows] == ["7", "7", "7"]


def test_every_work_that_a_study_rests_on_is_cited_in_its_text(text: str):
    listed = text.partition("## References")[2]
    prose = text.partition("## References")[0]
    works = [one for one in used(list(Use)) if one.line.replace("*", "") in listed]
    assert {"egami2023", "fred2005", "madow1949", "tong2007"} <= {one.key for one in works}
    assert [one.key for one in works if one.cited not in prose] == []


@pytest.mark.parametrize("method", ["consensus", "density"])
def test_whatever_is_used_is_cited(method: str):
    record = Record(
        acts={"name": 2}, judged=4, promised=True, options={"cluster": {"method": method, "seed": 7}},
        coders=(CoderTally("anna", 3, 2, 3),),
    )  # fmt: skip
    material = grown(fiction(), record=record)
    told = methods_page(material, OPTIONS).partition("## References")[0]
    assert "(seed 7)" in told
    assert [one.key for one in used(uses(material)) if one.cited not in told] == []


def test_a_study_that_nobody_audited_has_no_estimates_in_its_methods():
    told = methods_page(grown(fiction(), record=Record()), OPTIONS)
    assert "No audit was drawn: every count is the machine's, and has no interval." in told
    assert "Egami" not in told


def test_in_a_reflexive_study_agreement_is_not_sought():
    material = fiction()
    told = methods_page(grown(material, study=replace(material.study, approach="reflexive")), OPTIONS)
    assert "Not sought" in told
    assert "resamples" not in told


def test_agreement_is_pointed_to_where_there_are_two_coders():
    record = Record(coders=(CoderTally("anna", 3, 2, 3), CoderTally("ben", 3, 2, 3), CoderTally("consensus", 1, 1, 1)))
    told = methods_page(grown(fiction(), record=record), OPTIONS)
    assert "`themes agreement` compares coders" in told
    assert "2 coders decided" in told
    assert "Under “consensus” stand the codes that the team agreed on" in told


def test_labels_that_may_be_names_stand_in_no_paper(study: Path, tmp_path: Path):
    folder = tmp_path / "study"
    shutil.copytree(study, folder)
    options = '[options.ingest]\nparticipant_labels = ["Jane Roe"]\n[options.embed]'
    told = (folder / "study.toml").read_text().replace("[options.embed]", options)
    (folder / "study.toml").write_text(told)
    pipeline.report(folder)
    for name in ("methods.md", "run.json", "checklists.md", "CITATION.cff"):
        assert "Jane Roe" not in (folder / "report" / name).read_text(encoding="utf-8"), name
    assert "ingest.participant_labels | 1 label, checksum" in (folder / "report" / "methods.md").read_text()


def test_no_paper_says_where_the_study_lies_or_what_files_are_called(study: Path):
    for name in ("methods.md", "run.json", "checklists.md", "CITATION.cff", "methods.bib"):
        told = (study / "report" / name).read_text(encoding="utf-8")
        assert str(study.parent) not in told, name
        assert "transcripts/" not in told, name


def test_a_day_is_written_out():
    assert day(datetime(2026, 5, 3, tzinfo=UTC).date()) == "3 May 2026"


def test_an_empty_study_has_methods_too():
    told = methods_page(Material(Study(Path("study"), "Nothing yet")), OPTIONS)
    assert "The study rests on no source." in told
    assert "Nobody has coded yet" in told
    assert methods(Material(Study(Path("study"), "")), OPTIONS)[0].heading == "Sources"


def test_markdown_takes_no_tag_and_no_bar_of_a_researcher_for_its_own():
    told = markdown("A <b>", [Section("H", ("One\n# two", Points(("p",)), Grid("c", ("x", "y"), (("a|b", "<i>"),))))])
    assert "# A &lt;b>" in told
    assert "One # two" in told
    assert "| a\\|b | &lt;i> |" in told


SIZES = st.dictionaries(st.sampled_from(["UN", "NGOs", "Host state", "Donors", "unspecified"]), st.integers(1, 6))


@given(SIZES, st.integers(1, 6))
def test_no_group_of_few_people_is_told_alone_nor_can_be_reckoned(sizes: dict[str, int], least: int):
    segments = tuple(
        spoken(f"{group}{person}", f"{group} {person}", group) for group, n in sizes.items() for person in range(n)
    )
    told = heard(Material(Study(Path("study"), ""), segments=segments), least)
    assert all(one.people >= least for one in told)
    alone = [one.groups[0] for one in told if len(one.groups) == 1]
    assert all(sizes[group] >= least for group in alone)
    assert all(one.people > len(one.groups) for one in told if len(one.groups) > 1)
    if told:
        assert sorted(name for one in told for name in one.groups) == sorted(sizes)
        assert sum(one.people for one in told) == sum(sizes.values())
    else:
        assert not sizes or min(sizes.values()) < least
    assert sum(len(one.groups) > 1 for one in told) <= 1


def test_the_total_is_not_told_where_it_is_few():
    material = Material(Study(Path("study"), ""), segments=(spoken("a", "A"), spoken("b", "B")))
    assert total(material, 3) == "fewer than 3 people"
    assert total(material, 2) == "2 people"
    assert heard(material, 3) == ()


def test_a_citation_of_an_unknown_work_is_a_mistake():
    with pytest.raises(KeyError):
        cite("nobody1900")


def test_what_was_seen_when_deciding_is_counted_apart(tmp_path: Path, study: Path):
    folder = tmp_path / "study"
    shutil.copytree(study, folder)
    with Project(folder / FILE_NAME) as project:
        one = project.made().segments[0].id
        for shown, batch in ((Shown.SUGGESTION, ""), (Shown.SUGGESTION, "b1"), (Shown.UNKNOWN, "")):
            project.record(Decision(0, NOON, "ben", Verdict.ASSIGN, SegmentId(one), AIR, shown=shown, batch=batch))
        project.record(Decision(0, NOON, "ben", Verdict.FLAG, SegmentId(one), shown=Shown.SUGGESTION))
    pipeline.report(folder)
    told = (folder / "report" / "methods.md").read_text(encoding="utf-8")
    assert table_rows(told, "Decisions by coder")[1] == ["ben", "3", "1", "0", "2", "0", "1", "1"]
    assert "2 decisions with a suggestion in sight, which sways; they answer no audit." in told
    assert "1 decision in bulk, without reading each; they answer no audit." in told
