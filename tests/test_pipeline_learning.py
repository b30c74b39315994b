"""Learning from decisions between two runs: only suggestions change, and nothing that people do meanwhile is lost."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from themes import pipeline
from themes.cli import themes
from themes.domain import CodeId, Decision, SegmentId, Verdict
from themes.errors import ProjectError, StudyError
from themes.pipeline.learning import Memory, Moved, learn
from themes.project import FILE_NAME, Made, Project

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ON_CONVOYS = range(0, 16, 2)
"""Rows of the turns on convoys in the first two interviews."""

CONVOYS, FLIGHTS = CodeId("Convoys"), CodeId("Flights")


@pytest.fixture
def study(small_study: Path) -> Path:
    """Three interviews of eight turns, by turns on convoys and on flights; run once, with nothing decided yet."""
    turns = ["The convoy number {} drove on the mined road.", "The flight number {} was refused by the airport."] * 4
    for name in "abc":
        said = "\n\n".join(turn.format(f"{name}{number}") for number, turn in enumerate(turns))
        (small_study / "transcripts" / f"{name}.txt").write_text(said)
    (small_study / "sources.csv").write_text(
        "file,kind\n" + "".join(f"transcripts/{name}.txt,interview\n" for name in "abc")
    )
    pipeline.run(small_study)
    return small_study


def made(study: Path) -> Made:
    with Project(study / FILE_NAME, read_only=True) as project:
        return project.made()


def say(study: Path, rows: range, code: CodeId, verdict: Verdict = Verdict.ASSIGN) -> list[Decision]:
    """Anna gives the segments of these rows a code."""
    with Project(study / FILE_NAME) as project:
        segments = [SegmentId(one) for one in project.texts()]
        return [project.record(Decision(0, NOON, "anna", verdict, segments[row], code)) for row in rows]


def learnt_part(whole: Made) -> Made:
    """What learning may change."""
    return Made(
        suggestions=whole.suggestions, prediction_sets=whole.prediction_sets, theme_codes=whole.theme_codes,
        fingerprints={"suggest": whole.fingerprints["suggest"]},
    )  # fmt: skip


def done(study: Path) -> list[str]:
    return [step.stage for step in pipeline.run(study).steps if step.done]


def test_learning_gives_what_a_run_would_give_and_leaves_it_nothing_to_do(study: Path, tmp_path: Path):
    say(study, range(4), FLIGHTS)
    twin = tmp_path / "twin"
    shutil.copytree(study, twin)
    before = made(study)
    assert learn(study).anew
    pipeline.run(twin)
    assert learnt_part(made(study)) == learnt_part(made(twin))
    assert learnt_part(made(study)) != learnt_part(before)
    assert done(study) == ["prevalence", "report"]
    assert done(study) == []


def test_everything_that_is_not_learnt_stays_as_the_run_made_it(study: Path):
    say(study, range(4), FLIGHTS)
    before = made(study)
    learn(study)
    after = made(study)
    kept = {name: getattr(before, name) for name in ("suggestions", "prediction_sets", "theme_codes")}
    marks = {**after.fingerprints, "suggest": before.fingerprints["suggest"]}
    assert replace(after, **kept, fingerprints=marks) == before


def test_what_changed_is_told_code_by_code(study: Path):
    say(study, ON_CONVOYS, FLIGHTS)
    learnt = learn(study)
    assert (learnt.judged, learnt.changed) == (8, 12)
    assert learnt.moved == (Moved(CONVOYS, FLIGHTS, 12),)
    assert learnt.words == (
        "Learnt from 8 judged segments; 12 segments with another first suggestion: 12 from Convoys to Flights."
    )


def test_where_no_first_suggestion_changes_that_is_said(study: Path):
    say(study, range(1), CONVOYS)
    learnt = learn(study)
    assert (learnt.anew, learnt.changed) == (True, 0)
    assert learnt.words == "Learnt from 1 judged segment; every first suggestion is as it was."


def test_where_nothing_was_decided_that_is_said_and_nothing_done(study: Path):
    before = (study / FILE_NAME).read_bytes()
    learnt = learn(study)
    assert not learnt.anew
    assert learnt.words == "Nothing was decided since the suggestions were made."
    assert (study / FILE_NAME).read_bytes() == before
    say(study, range(2), FLIGHTS)
    assert [learn(study).anew, learn(study).anew] == [True, False]


def test_what_is_undone_is_unlearnt(study: Path):
    before = made(study)
    entries = say(study, range(6), FLIGHTS)
    learn(study)
    with Project(study / FILE_NAME) as project:
        for entry in entries:
            project.record(replace(entry, id=0, verdict=Verdict.UNDO, undoes=entry.id))
    learn(study)
    assert made(study).suggestions == before.suggestions


def test_decisions_taken_while_it_learns_are_kept_and_learnt_the_next_time(study: Path):
    say(study, range(3), FLIGHTS)
    late: list[Decision] = []

    def decide_meanwhile(*_: object) -> None:
        if not late:
            late.extend(say(study, range(3, 5), FLIGHTS))

    assert learn(study, decide_meanwhile).judged == 3
    with Project(study / FILE_NAME) as project:
        assert project.decisions()[-2:] == tuple(late)
    assert pipeline.status(study).to_do == ("suggest", "prevalence", "report")
    again = learn(study)
    assert (again.anew, again.judged) == (True, 5)


def test_a_run_that_was_quicker_stands(study: Path):
    say(study, range(3), FLIGHTS)

    def run_meanwhile(stage: str, done: int, total: int) -> None:
        with (study / "codebook.csv").open("a") as codebook:
            codebook.write(f"Mines {stage} {done} {total},Explosives in the ground.\n")
        pipeline.run(study)

    with pytest.raises(ProjectError, match="run anew in the meantime"):
        learn(study, run_meanwhile)
    assert "Mines suggest 0 1" in {code.id for code in made(study).codes}
    assert done(study) == []


def test_the_codebook_of_the_last_run_counts_and_a_new_one_waits_for_a_run(study: Path):
    (study / "codebook.csv").write_text("code,definition\nMines,Explosives in the ground.\n")
    say(study, range(3), FLIGHTS)
    learn(study)
    assert {one.code for one in made(study).suggestions} == {CONVOYS, FLIGHTS}
    assert "suggest" in done(study)
    assert {one.code for one in made(study).suggestions} == {"Mines"}


def test_what_is_kept_in_memory_changes_nothing(study: Path, tmp_path: Path):
    twin, memory = tmp_path / "twin", Memory()
    shutil.copytree(study, twin)
    for rows in (range(2), range(2, 5), range(5, 6)):
        for folder in (study, twin):
            say(folder, rows, FLIGHTS)
        learn(study, memory=memory)
        learn(twin)
    assert made(study) == made(twin)


def test_what_is_kept_in_memory_is_not_taken_for_another_codebook(study: Path):
    memory = Memory()
    say(study, range(3), FLIGHTS)
    learn(study, memory=memory)
    (study / "codebook.csv").write_text("code,definition\nMines,Explosives in the ground.\n")
    pipeline.run(study)
    say(study, range(3, 4), CodeId("Mines"))
    learn(study, memory=memory)
    assert {one.code for one in made(study).suggestions} == {"Mines"}


def test_texts_are_taken_from_the_cache(study: Path, monkeypatch: pytest.MonkeyPatch):
    say(study, range(3), FLIGHTS)
    monkeypatch.setattr("themes.pipeline.stages.load", lambda *_: pytest.fail("the encoder was loaded"))
    assert learn(study).anew


def test_without_a_codebook_there_is_nothing_to_learn(study: Path):
    (study / "codebook.csv").unlink()
    pipeline.run(study)
    with Project(study / FILE_NAME) as project:
        segment = next(iter(project.texts()))
        project.record(Decision(0, NOON, "anna", Verdict.NO_CODE, segment))
    learnt = learn(study)
    assert (learnt.judged, learnt.changed) == (0, 0)
    assert done(study) == ["prevalence", "report"]


def test_another_encoder_needs_a_run(study: Path):
    say(study, range(3), FLIGHTS)
    told = (study / "study.toml").read_text()
    (study / "study.toml").write_text(told.replace('"hashing"', '"all-MiniLM-L6-v2"'))
    with pytest.raises(StudyError, match="another encoder than all-MiniLM-L6-v2") as refused:
        learn(study)
    assert "themes run" in refused.value.remedy


def test_before_the_first_run_the_remedy_is_named(small_study: Path):
    with pytest.raises(StudyError, match="not been run yet"):
        learn(small_study)


def test_the_command_tells_what_changed(study: Path):
    say(study, ON_CONVOYS, FLIGHTS)
    ended = CliRunner().invoke(themes, ["learn", str(study)], catch_exceptions=False)
    assert ended.output.startswith("Learnt from 8 judged segments; 12 segments with another first suggestion")
    assert "      12  Convoys -> Flights" in ended.output
    say(study, range(1, 2), FLIGHTS)
    told = json.loads(CliRunner().invoke(themes, ["learn", str(study), "--json"], catch_exceptions=False).output)
    assert (told["judged"], told["changed"], told["anew"]) == (9, 0, True)


def test_a_run_fills_doubt_and_conflict(study: Path):
    say(study, range(6), FLIGHTS)
    pipeline.run(study)
    found = made(study).prediction_sets
    assert all(one.doubt > 0 for one in found)
    assert [one.conflict > 0 for one in found] == [True] * 6 + [False] * 18
