"""The whole story on a small study: what is done, what is done again, and what is not."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from themes import pipeline
from themes.config import Options
from themes.domain import Decision, Source, SourceId, SourceKind, Verdict
from themes.errors import CodebookError, StudyError
from themes.pipeline.stages import in_their_language
from themes.project import FILE_NAME, Project
from themes.suggest import SuggestOptions

STUDY = """
[study]
title = "A small study"
actor_groups = ["UN / DPO", "NGO", "Host state"]

[[missions]]
name = "MINUSMA"
host_state = "Mali"
[[missions.periods]]
name = "first"
start = 2013-04-25
end = 2016-06-28
[[missions.periods]]
name = "second"
start = 2016-06-29

[options.embed]
encoder = "hashing"
[options.report]
figures = "none"
"""
CODEBOOK = """code,definition,examples
Consent,The host state limits flights and closes airports.,They refused our flight clearance again.
Convoys,Convoys on mined roads and their escorts.,The convoy waited for its escort.
Rations,Food and fuel that do not arrive.,
"""
THEMES = {
    "flights": ("The ministry refused clearance for the flight", "and the airport was closed to our aircraft"),
    "convoy": ("The convoy drove on the mined road to the north", "and the escort came late with two vehicles"),
    "rations": ("The rations and the fuel did not arrive in the camp", "so the soldiers ate biscuits for days"),
}


def interview(name: str, n_turns: int = 12) -> str:
    """Talk about the three themes in turn."""
    talk = [first + f" in week {number} " + second for number in range(n_turns) for first, second in THEMES.values()]
    return "\n\n".join(f"Interviewer: And then?\n\n{name}: {said}." for said in talk[:n_turns])


SOURCES = """file,kind,pseudonym,actor_group,mission,date
transcripts/a.txt,interview,P1,UN / DPO,MINUSMA,2014-01-01
transcripts/b.txt,interview,P2,NGO,MINUSMA,2018-01-01
transcripts/c.txt,interview,P3,Host state,MINUSMA,2018-01-01
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY)
    (folder / "sources.csv").write_text(SOURCES)
    (folder / "codebook.csv").write_text(CODEBOOK)
    for name in "abc":
        (folder / "transcripts" / f"{name}.txt").write_text(interview(name.upper()))
    return folder


def done(outcome: pipeline.Outcome) -> list[str]:
    return [step.stage for step in outcome.steps if step.done]


def words(outcome: pipeline.Outcome) -> dict[str, str]:
    return {step.stage: step.words for step in outcome.steps}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "report" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "report").rglob("*"))
        if path.is_file()
    }


def test_a_run_leaves_themes_suggestions_counts_and_a_report(study: Path):
    outcome = pipeline.run(study)
    assert done(outcome) == list(pipeline.STAGES)
    assert outcome.sizes["segments"] == len(table(study, "segments")) == 36
    assert len(table(study, "suggestions")) == 36 * 3
    assert outcome.page.read_text(encoding="utf-8").count("A small study") >= 1
    assert {row["period"] for row in table(study, "segments")} == {"first", "second"}
    shares = {
        (row["subject"], row["actor_group"]): (row["count"], row["segments"])
        for row in table(study, "prevalence")
        if row["subject_kind"] == "code" and row["mission"] == "all" and row["source_kind"] == "talk"
    }
    assert shares["Convoys", "UN"][1] == shares["Convoys", "UN / DPO"][1] == "12"


def test_the_first_suggestion_follows_the_words_of_the_codebook(study: Path):
    pipeline.run(study)
    texts = {row["segment"]: row["text"] for row in table(study, "segments")}
    first = [(row["code"], texts[row["segment"]]) for row in table(study, "suggestions") if row["rank"] == "1"]
    sign = {"Consent": "clearance", "Convoys": "convoy", "Rations": "rations"}
    right = sum(sign[code] in text for code, text in first)
    assert right >= 32


def test_a_name_goes_out_of_the_terms_as_a_whole_and_leaves_its_words(study: Path):
    """Else somebody called `Mined Road 01` would make the mined road unspeakable."""
    (study / "sources.csv").write_text(SOURCES.replace("P1,", "Mined Road 01,"))
    pipeline.run(study)
    assert "mined road" in " ".join(row["terms"] for row in table(study, "themes"))


def test_a_second_run_does_nothing_and_leaves_every_byte(study: Path):
    pipeline.run(study)
    before = everything(study)
    again = pipeline.run(study)
    assert done(again) == []
    assert everything(study) == before
    assert again.problems == pipeline.run(study).problems


def test_two_runs_on_the_same_input_give_the_same_bytes(study: Path, tmp_path: Path):
    twin = shutil.copytree(study, tmp_path / "elsewhere")
    pipeline.run(study)
    pipeline.run(twin)
    assert everything(study) == everything(twin)
    with Project(study / FILE_NAME) as one, Project(twin / FILE_NAME) as two:
        assert one.made() == two.made()


def add_a_transcript(study: Path) -> None:
    (study / "transcripts" / "d.txt").write_text(interview("D").replace("week", "month"))
    with (study / "sources.csv").open("a") as file:
        file.write("transcripts/d.txt,interview,P4,NGO,MINUSMA,2015-01-01\n")


def test_one_more_transcript_reads_one_file_and_encodes_only_its_segments(study: Path):
    pipeline.run(study)
    add_a_transcript(study)
    said = words(pipeline.run(study))
    assert said["ingest"].startswith("1 of 4 files read, 4 sources")
    assert said["embed"] == "12 texts encoded, 12 taken from the cache"


def test_segments_of_other_sources_keep_their_ids_when_one_is_added(study: Path):
    pipeline.run(study)
    before = {row["segment"] for row in table(study, "segments")}
    add_a_transcript(study)
    pipeline.run(study)
    assert before < {row["segment"] for row in table(study, "segments")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("codebook.csv", "closes airports", "shuts airports"), "suggest", id="codebook: no clustering"),
        pytest.param(("study.toml", 'name = "first"', 'name = "early"'), "segment", id="a period renamed"),
        pytest.param(("study.toml", "A small study", "A new title"), "report", id="the title: only the report"),
    ],
)
def test_only_what_a_change_touches_is_done_again(study: Path, change: tuple[str, str, str], expected: str):
    pipeline.run(study)
    file, old, new = change
    (study / file).write_text((study / file).read_text().replace(old, new))
    outcome = pipeline.run(study)
    again = done(outcome)
    assert expected in again
    assert ("cluster" in again) == (expected == "segment")
    assert ("ingest" in again) == (expected != "report")
    assert words(outcome)["ingest"] in ("nothing new in 3 files, 3 sources", "unchanged")


def test_a_lost_report_is_written_again_and_nothing_else_is_done(study: Path):
    pipeline.run(study)
    before = everything(study)
    shutil.rmtree(study / "report")
    assert done(pipeline.run(study)) == ["prevalence", "report"]
    assert everything(study) == before


def test_a_lost_cache_costs_nothing_but_time(study: Path):
    pipeline.run(study)
    before = everything(study)
    shutil.rmtree(study / "cache")
    assert done(pipeline.run(study)) == []
    (study / "codebook.csv").write_text(CODEBOOK.replace("closes", "shuts"))
    pipeline.run(study)
    (study / "codebook.csv").write_text(CODEBOOK)
    pipeline.run(study)
    assert everything(study) == before


def test_a_damaged_cache_is_set_aside_and_told(study: Path):
    pipeline.run(study)
    before = everything(study)["report/tables/suggestions.csv"]
    (study / "cache" / "vectors.sqlite").write_bytes(b"not a database" * 400)
    (study / "codebook.csv").write_text(CODEBOOK + "Mines,Explosives in the ground.,\n")
    outcome = pipeline.run(study)
    assert "damaged" in outcome.problems[0].problem
    assert outcome.problems[0].where.startswith("cache/vectors.sqlite.damaged")
    (study / "codebook.csv").write_text(CODEBOOK)
    pipeline.run(study)
    assert everything(study)["report/tables/suggestions.csv"] == before


def test_an_unreadable_file_is_left_out_and_listed_and_the_others_go_on(study: Path):
    (study / "transcripts" / "b.txt").write_text("")
    outcome = pipeline.run(study)
    assert outcome.sizes["sources"] == 2
    assert [(one.where, one.severity) for one in outcome.problems] == [("transcripts/b.txt", "error")]
    assert "b.txt" in outcome.page.read_text(encoding="utf-8")


def test_two_files_with_one_id_are_told_and_the_first_is_kept(study: Path):
    (study / "mandates").mkdir()
    shutil.copy(study / "transcripts" / "a.txt", study / "mandates" / "a.txt")
    with (study / "sources.csv").open("a") as file:
        file.write("mandates/a.txt,interview,P9,NGO,MINUSMA,2015-01-01\n")
    outcome = pipeline.run(study)
    assert outcome.sizes["sources"] == 3
    assert "already that of transcripts/a.txt" in outcome.problems[0].problem


def test_a_codebook_that_is_wrong_stops_the_run_and_keeps_what_was_there(study: Path):
    pipeline.run(study)
    before = everything(study)
    (study / "codebook.csv").write_text(CODEBOOK + "Consent,Twice.,\n")
    with pytest.raises(CodebookError, match="Consent"):
        pipeline.run(study)
    assert everything(study) == before


def test_without_a_codebook_every_theme_is_a_proposal(study: Path):
    (study / "codebook.csv").unlink()
    outcome = pipeline.run(study)
    assert outcome.sizes["suggestions"] == 0
    assert {row["verdict"] for row in table(study, "theme_codes")} == {"no code"}


def test_a_study_without_a_single_segment_says_so(study: Path):
    for path in (study / "transcripts").iterdir():
        path.write_text("")
    with pytest.raises(StudyError, match="nothing to analyse"):
        pipeline.run(study)


def test_a_check_lists_every_problem_and_changes_nothing(study: Path):
    (study / "transcripts" / "b.txt").write_text("")
    (study / "codebook.csv").write_text(CODEBOOK + "Consent,Twice.,\n")
    (study / "sources.csv").write_text(SOURCES.replace("UN / DPO", "UN / DPKO"))
    before = sorted(study.rglob("*"))
    checked = pipeline.check(study)
    assert {problem.where.split(",")[0] for problem in checked.problems} == {
        "codebook.csv",
        "sources.csv",
        "transcripts/b.txt",
    }
    assert checked.n_errors == 2
    assert sorted(study.rglob("*")) == before


def test_status_says_what_a_run_would_do(study: Path):
    assert pipeline.status(study).to_do == pipeline.STAGES
    pipeline.run(study)
    now = pipeline.status(study)
    assert (now.to_do, now.changed) == ((), ())
    add_a_transcript(study)
    (study / "transcripts" / "a.txt").write_text(interview("A", 11))
    now = pipeline.status(study)
    assert now.changed == ("transcripts/a.txt", "transcripts/d.txt")
    assert now.to_do == pipeline.STAGES


def test_a_report_holds_what_people_decided_since_the_run(study: Path):
    outcome = pipeline.run(study)
    with Project(study / FILE_NAME) as project:
        made = project.made()
        first = made.suggestions[0]
        when = project.last_run()
        assert when is not None
        project.record(Decision(0, when.at, "anna", Verdict.ACCEPT, first.segment, first.code))
    assert done(pipeline.run(study)) == ["ingest", "segment", "embed", "suggest", "prevalence", "report"]
    assert [(row["segment"], row["code"], row["coder"]) for row in table(study, "codings")] == [
        (first.segment, first.code, "anna")
    ]
    assert outcome.sizes["decisions"] == 0


def test_a_new_run_never_touches_what_people_decided(study: Path):
    pipeline.run(study)
    with Project(study / FILE_NAME) as project:
        first = project.made().suggestions[0]
        when = project.last_run()
        assert when is not None
        kept = project.record(Decision(0, when.at, "anna", Verdict.ACCEPT, first.segment, first.code))
    add_a_transcript(study)
    pipeline.run(study)
    with Project(study / FILE_NAME) as project:
        assert project.decisions() == (kept,)


def test_a_preset_asked_for_stays_with_the_report_and_the_status(study: Path):
    pipeline.run(study, preset="archive")
    before = everything(study)
    assert b"archive" in before["report/index.html"]
    assert pipeline.status(study).to_do == ()
    pipeline.report(study)
    assert everything(study) == before


def test_the_demo_is_not_put_into_a_folder_in_use(study: Path, tmp_path: Path):
    with pytest.raises(StudyError, match="a study of your own"):
        pipeline.demo(study)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_text("x")
    with pytest.raises(StudyError, match="holds something else"):
        pipeline.demo(tmp_path / "other")


def test_only_their_owner_may_read_the_files_that_hold_the_talk(study: Path):
    pipeline.run(study)
    made = [study / FILE_NAME, study / "cache" / "vectors.sqlite", study / "report" / "index.html"]
    assert {path.stat().st_mode & 0o077 for path in made} == {0}


def test_a_report_before_the_first_run_says_what_to_do(study: Path):
    with pytest.raises(StudyError, match="has not been run") as refused:
        pipeline.report(study)
    assert "themes run" in refused.value.remedy


def test_whoever_watches_is_told_each_stage_to_its_end(study: Path):
    told: list[tuple[str, int, int]] = []
    pipeline.run(study, watch=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == list(pipeline.STAGES)
    assert all(any(one == stage and done == total for one, done, total in told) for stage in pipeline.STAGES)


def test_what_is_told_in_json_can_be_read_back(study: Path):
    outcome = pipeline.run(study)
    assert json.loads(json.dumps(dict(outcome.sizes)))["sources"] == 3


@pytest.mark.parametrize(
    ("languages", "chosen", "expected"),
    [
        pytest.param(("fr", "fr", "en"), "auto", "fr", id="that of most sources"),
        pytest.param(("fr", "en", ""), "auto", "fr", id="of two as common, always the same"),
        pytest.param(("", "", ""), "auto", "en", id="none known"),
        pytest.param(("fr", "fr", "fr"), "es", "es", id="chosen"),
    ],
)
def test_words_are_compared_in_the_language_of_the_sources(languages: tuple[str, ...], chosen: str, expected: str):
    options = Options(suggest=SuggestOptions(language=chosen))
    sources = [
        Source(SourceId(str(number)), "", SourceKind.INTERVIEW, "", (), language=language)
        for number, language in enumerate(languages)
    ]
    assert in_their_language(options, sources).suggest.language == expected


def test_a_language_the_encoder_was_not_made_for_is_told(study: Path):
    (study / "study.toml").write_text(STUDY.replace('"hashing"', '"all-MiniLM-L6-v2"'))
    (study / "sources.csv").write_text(
        SOURCES.replace("date\n", "date,language\n").replace("2014-01-01\n", "2014-01-01,fr\n")
    )
    problems = [problem for problem in pipeline.check(study).problems if '"fr"' in problem.problem]
    assert len(problems) == 1
    assert "multilingual" in problems[0].remedy
