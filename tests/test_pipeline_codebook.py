"""Edits of the codebook on a whole study: runs, reports and decisions follow them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from themes import pipeline
from themes.cli import themes
from themes.domain import Code, Codebook, CodeId
from themes.errors import DecisionError, ProjectError, StudyError, ThemesError
from themes.ingest import read_codebook
from themes.pipeline import theming
from themes.pipeline.codebooking import (
    By,
    Draft,
    Edited,
    as_csv,
    edit_codebook,
    export_codebook,
    list_codebook,
    list_doubts,
)
from themes.pipeline.coding import called_now, coded
from themes.pipeline.deciding import Words, decide, take_back
from themes.pipeline.evaluating import evaluate
from themes.pipeline.explaining import explain, overview
from themes.project import FILE_NAME, Project

ANNA = By("anna")


@pytest.fixture
def study(small_study: Path) -> Path:
    pipeline.run(small_study)
    return small_study


def segments(study: Path) -> list[str]:
    with Project(study / FILE_NAME, read_only=True) as project:
        return list(project.texts())


def edit(study: Path, draft: Draft, by: By = ANNA) -> Edited:
    return edit_codebook(study, draft, by)


def table(study: Path, name: str) -> list[dict[str, str]]:
    with (study / "report" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes_suggested(study: Path) -> set[str]:
    return {row["code"] for row in table(study, "suggestions")}


def codings(study: Path) -> list[tuple[str, str]]:
    return [(row["segment"], row["code"]) for row in table(study, "codings")]


def test_a_rename_is_in_the_report_at_once_and_in_suggestions_and_codings(study: Path):
    first, second, *_ = segments(study)
    decide(study, first, Words(("Convoys",)), "anna")
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    pipeline.report(study)
    assert codes_suggested(study) == {"Road convoys", "Flights"}
    assert codings(study) == [(first, "Road convoys")]
    assert {row["subject"] for row in table(study, "prevalence") if row["subject_kind"] == "code"} == {
        "Road convoys",
        "Flights",
    }
    outcome = pipeline.run(study)
    assert "cluster" not in [step.stage for step in outcome.steps if step.done]
    assert codes_suggested(study) == {"Road convoys", "Flights"}
    decide(study, second, Words(("Road convoys",)), "anna")
    edit(study, lambda editor: editor.undo())
    pipeline.run(study)
    assert codings(study) == [(first, "Convoys"), (second, "Convoys")]
    assert codes_suggested(study) == {"Convoys", "Flights"}


def test_a_run_with_nothing_edited_since_does_nothing(study: Path):
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    assert pipeline.status(study).to_do == ("suggest", "prevalence", "report")
    pipeline.run(study)
    assert pipeline.status(study).to_do == ()
    assert [step.stage for step in pipeline.run(study).steps if step.done] == []
    assert pipeline.run(study).sizes["codebook_edits"] == 1


def test_an_edit_that_was_undone_leaves_the_counts_as_they_were(study: Path):
    decide(study, segments(study)[0], Words(("Convoys",)), "anna")
    pipeline.run(study)
    before = table(study, "prevalence")
    edit(study, lambda editor: editor.move("Convoys", "Flights"))
    edit(study, lambda editor: editor.undo())
    pipeline.run(study)
    assert table(study, "prevalence") == before


def test_a_merge_makes_one_coding_of_two_and_one_suggestion(study: Path):
    first, second, third, *_ = segments(study)
    decide(study, first, Words(("Convoys", "Flights")), "anna")
    decide(study, second, Words(("Convoys",), ("Flights",)), "anna")
    decide(study, third, Words((), ("Flights",)), "anna")
    done = edit(study, lambda editor: editor.merge(["Convoys", "Flights"], "Transport"))
    assert (done.preview.codings, done.preview.rejections) == (2, 1)
    assert done.words == "Transport now holds Flights too."
    pipeline.report(study)
    assert codings(study) == [(first, "Transport"), (second, "Transport")]
    assert codes_suggested(study) == {"Transport"}
    assert {row["rank"] for row in table(study, "suggestions")} == {"1"}
    pipeline.run(study)
    assert codings(study) == [(first, "Transport"), (second, "Transport")]
    assert [(doubt.segment, doubt.carries) for doubt, _ in list_doubts(study)] == [
        (first, True),
        (second, True),
        (third, False),
    ]
    decide(study, third, Words((), ("Transport",)), "anna")
    assert len(list_doubts(study)) == 2


def test_a_retired_code_is_neither_suggested_nor_given_until_it_is_back(study: Path):
    first, *_ = segments(study)
    decide(study, first, Words(("Flights",)), "anna")
    edit(study, lambda editor: editor.retire(["Flights"]))
    with pytest.raises(DecisionError, match='no code "Flights"'):
        decide(study, first, Words(("Flights",)), "anna")
    pipeline.run(study)
    assert codes_suggested(study) == {"Convoys"}
    assert codings(study) == []
    assert [code.id for code in list_codebook(study).retired] == ["Flights"]
    edit(study, lambda editor: editor.undo())
    pipeline.run(study)
    assert codings(study) == [(first, "Flights")]
    assert codes_suggested(study) == {"Convoys", "Flights"}


def test_an_added_code_is_suggested_from_the_next_run_on(study: Path):
    edit(study, lambda editor: editor.add(Code(CodeId(""), "Roads", definition="Mined roads to the north.")))
    first, *_ = segments(study)
    decide(study, first, Words(("Roads",)), "anna")
    pipeline.report(study)
    assert codings(study) == [(first, "Roads")]
    assert "Roads" not in codes_suggested(study)
    pipeline.run(study)
    assert "Roads" in codes_suggested(study)
    assert sum(row.codings for row in list_codebook(study).rows) == 1


def test_explanations_and_evaluations_speak_of_codes_as_they_are_called_now(study: Path):
    for segment in segments(study)[:6]:
        decide(study, segment, Words(("Convoys",)), "anna")
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    found = explain(study, segments(study)[0])
    assert {reason.code.id for reason in found.reasons} == {"Road convoys", "Flights"}
    assert [word.code for word in found.words] == ["Road convoys"]
    assert set(overview(study).first) == {"Road convoys", "Flights"}
    assert [trust.code for trust in evaluate(study).codes] == ["Road convoys", "Flights"]


def test_the_file_may_change_between_runs_and_edits_apply_to_what_is_there(study: Path):
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    edit(study, lambda editor: editor.rename("Flights", "Air"))
    (study / "codebook.csv").write_text("code,definition\nConvoys,Convoys on mined roads.\nRations,Food.\n")
    assert list_codebook(study).file_changed
    pipeline.run(study)
    found = list_codebook(study)
    assert [row.code.id for row in found.rows] == ["Road convoys", "Rations"]
    assert [entry.id for entry in found.resting] == [2]
    assert not found.file_changed


def test_a_theme_named_after_an_edit_maps_to_codes_as_they_are_called_now(study: Path):
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    whole = theming.list_themes(study).themes[0]
    theming.split_theme(study, whole.id, [whole.segments[:3]], theming.By("anna"))
    pipeline.report(study)
    assert {row["code"] for row in table(study, "theme_codes")} <= {"Road convoys", "Flights", ""}
    edit(study, lambda editor: editor.rename("Road convoys", "Columns"))
    pipeline.report(study)
    assert {row["code"] for row in table(study, "theme_codes")} <= {"Columns", "Flights", ""}
    assert codes_suggested(study) == {"Columns", "Flights"}


def test_what_the_run_saw_is_known_so_that_its_names_can_be_told(study: Path):
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    pipeline.run(study)
    with Project(study / FILE_NAME, read_only=True) as project:
        made, now = project.made(), coded(project)
    assert made.fingerprints["edited"] == made.fingerprints["mapped"] == "1"
    assert [code.id for code in made.base_codes] == ["Convoys", "Flights"]
    assert called_now(made, now) is made


def test_a_repeated_request_is_one_edit(study: Path):
    by = By("anna", "clearer", "k1")
    first = edit(study, lambda editor: editor.rename("Convoys", "Road convoys"), by)
    again = edit(study, lambda editor: editor.rename("Convoys", "Road convoys"), by)
    assert again.edit == first.edit
    assert len(list_codebook(study).log) == 1


def test_a_preview_saves_nothing(study: Path):
    decide(study, segments(study)[0], Words(("Convoys",)), "anna")
    seen = edit_codebook(study, lambda editor: editor.merge(["Convoys", "Flights"]), ANNA, save=False)
    assert (seen.saved, seen.preview.codings, seen.preview.sources) == (False, 1, 1)
    assert list_codebook(study).log == ()


def test_a_decision_on_a_renamed_code_can_be_taken_back(study: Path):
    first, *_ = segments(study)
    (said,) = decide(study, first, Words(("Convoys",)), "anna")
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    take_back(study, said.id, "anna")
    pipeline.report(study)
    assert codings(study) == []


def test_an_export_is_read_back_as_the_codebook_that_stands(study: Path, tmp_path: Path):
    edit(study, lambda editor: editor.add(Code(CodeId(""), "Roads", None, "Mined.", "when", "not", ("one", "two"))))
    edit(study, lambda editor: editor.move("Convoys", "Roads"))
    (tmp_path / "other").mkdir()
    text = export_codebook(study, tmp_path / "other" / "codebook.csv")
    assert (tmp_path / "other" / "codebook.csv").read_bytes() == text.encode()
    assert (tmp_path / "other" / "codebook.csv").stat().st_mode & 0o077 == 0
    read, _ = read_codebook(tmp_path / "other")
    assert set(read.codes) == {row.code for row in list_codebook(study).rows}
    with pytest.raises(ProjectError, match="such a file already"):
        export_codebook(study, tmp_path / "other" / "codebook.csv")
    with pytest.raises(ProjectError, match="cannot be written"):
        export_codebook(study, tmp_path / "nowhere" / "codebook.csv")


def test_the_study_goes_on_where_the_export_takes_the_place_of_the_file(study: Path):
    first, *_ = segments(study)
    decide(study, first, Words(("Convoys",)), "anna")
    edit(study, lambda editor: editor.rename("Convoys", "Road convoys"))
    (study / "codebook.csv").write_text(export_codebook(study), encoding="utf-8")
    pipeline.run(study)
    assert codings(study) == [(first, "Road convoys")]
    assert codes_suggested(study) == {"Road convoys", "Flights"}


def test_what_could_be_a_formula_is_exported_as_text():
    text = as_csv(Codebook((Code(CodeId("=1+1"), "=1+1", None, "@cmd"),)))
    assert text.splitlines()[1] == "'=1+1,,'@cmd,,,"


# --- from the command line ---


def said(study: Path, *arguments: str) -> str:
    """What a command of the codebook prints; its error otherwise."""
    command, *more = arguments
    ended = CliRunner().invoke(themes, ["codebook", command, str(study), *more])
    if isinstance(ended.exception, ThemesError):
        raise ended.exception
    return ended.output


def test_codes_are_edited_and_listed_from_the_command_line(study: Path):
    decide(study, segments(study)[0], Words(("Convoys",)), "anna")
    told = said(study, "add", "Roads", "--definition", "Mined roads.", "--example", "a mine", "--coder", "anna")
    assert told.startswith("Added: Roads. (edit #2)\nNothing comes into doubt.\n")
    assert "Convoys is Roads / Convoys now." in said(study, "move", "Convoys", "--under", "Roads", "--coder", "anna")
    assert "Roads / Convoys is called Roads / Columns now." in said(study, "rename", "Convoys", "Columns")
    told = said(study, "redefine", "Columns", "--definition", "Trucks in a row.", "--memo", "too broad")
    assert "1 coding by 1 coder in 1 source comes into doubt." in told
    told = said(study, "list")
    assert "  Columns" in told
    assert "1 coding, first for" in told
    assert "1 in doubt" in told
    assert "#4, rename of Roads / Convoys to Roads / Columns" in told
    assert ": too broad" in told
    assert "anna says: Roads / Columns (#1); it was redefined by" in said(study, "doubts")
    assert "Columns,Roads,Trucks in a row." in said(study, "export")
    assert "Undone: #5, redefine of Roads / Columns" in said(study, "undo")
    assert "Nothing is in doubt." in said(study, "doubts")
    assert "Done again: #5, redefine of Roads / Columns" in said(study, "redo")
    assert "Columns is split" in said(study, "split", "Columns", "Lorries", "Escorts")
    assert "Taken out: Roads / Escorts." in said(study, "retire", "Escorts")
    assert "Taken out: Roads / Escorts" in said(study, "list")
    assert "at the top" in refusal(study, "move", "Flights", "--top")


def refusal(study: Path, *arguments: str) -> str:
    with pytest.raises(ThemesError) as refused:
        said(study, *arguments)
    return str(refused.value)


def test_a_redefinition_keeps_what_is_not_named(study: Path):
    said(study, "redefine", "Convoys", "--example", "one", "--example", "two")
    row = list_codebook(study).rows[0].code
    assert (row.definition, row.examples) == ("Convoys on mined roads.", ("one", "two"))
    said(study, "redefine", "Convoys", "--no-examples", "--use-when", "now")
    row = list_codebook(study).rows[0].code
    assert (row.definition, row.use_when, row.examples) == ("Convoys on mined roads.", "now", ())


def test_a_preview_and_json_from_the_command_line(study: Path):
    decide(study, segments(study)[0], Words(("Convoys",)), "anna")
    told = said(study, "merge", "Convoys", "Flights", "--preview")
    assert told.startswith("Not saved. Convoys now holds Flights too.\n1 coding by 1 coder in 1 source comes into")
    found = json.loads(said(study, "merge", "Convoys", "Flights", "--json"))
    assert (found["saved"], found["preview"]["codings"]) == (True, 1)
    assert json.loads(said(study, "list", "--json"))["n_doubts"] == 1
    assert json.loads(said(study, "doubts", "--json"))[0]["code"] == "Convoys"
    exported = study / "exported.csv"
    assert f"Written: {exported}" in said(study, "export", str(exported))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("move", "Convoys"), "in one way", id="nowhere to"),
        pytest.param(("move", "Convoys", "--top", "--under", "Flights"), "in one way", id="two places"),
        pytest.param(("redefine", "Convoys", "--example", "x", "--no-examples"), "or take them out", id="both"),
    ],
)
def test_what_cannot_be_meant_is_said(study: Path, arguments: tuple[str, ...], told: str):
    assert told in said(study, *arguments)


def test_before_a_run_the_remedy_is_named(small_study: Path):
    with pytest.raises(StudyError) as refused:
        said(small_study, "list")
    assert "themes run" in refused.value.remedy
