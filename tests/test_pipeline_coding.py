"""Explaining and evaluating: what a person is told of suggestions, from decisions in the study's log."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.test_suggest_learner import World
from themes import pipeline, shipped
from themes.cli import themes
from themes.domain import CandidateTheme, CodeId, Cover, Decision, ThemeCode, ThemeId, Verdict
from themes.errors import StudyError
from themes.pipeline.evaluating import evaluate
from themes.pipeline.explaining import explain, overview
from themes.project import FILE_NAME, Project
from themes.suggest import proposals, replayed, split_codes

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo study, run with an encoder that needs no model, with decisions of two coders, and run again."""
    folder = tmp_path_factory.mktemp("coding") / "demo"
    shutil.copytree(shipped.demo(), folder)
    told = folder / "study.toml"
    text = told.read_text(encoding="utf-8").replace("[options.report]\n", '[options.report]\nfigures = "none"\n')
    told.write_text(text + '\n[options.embed]\nencoder = "hashing"\n', encoding="utf-8")
    pipeline.run(folder)
    with Project(folder / FILE_NAME) as project:
        made = project.made()
        firsts = [one for one in made.suggestions if one.rank == 1]
        for number, one in enumerate(firsts[:60]):
            verdict = Verdict.ACCEPT if number % 3 else Verdict.REJECT
            project.record(Decision(0, NOON, "anna", verdict, one.segment, one.code))
        for one in firsts[60:66]:
            project.record(Decision(0, NOON, "ben", Verdict.NO_CODE, one.segment))
    pipeline.run(folder)
    return folder


def test_an_explanation_has_the_words_of_coders_and_the_grounds_of_each_suggestion(decided: Path):
    with Project(decided / FILE_NAME, read_only=True) as project:
        made = project.made()
    rejected = made.segments[0].id if not made.suggestions else next(o.segment for o in made.suggestions if o.rank == 1)
    found = explain(decided, rejected)
    assert [reason.suggestion.rank for reason in found.reasons] == [1, 2, 3]
    assert [(word.coder, word.carries) for word in found.words] == [("anna", False)]
    grounds = [quote for reason in found.reasons for quote in (*reason.accepted, *reason.rejected)]
    assert all(quote.text for quote in grounds)
    assert all(quote.pull > 0 for reason in found.reasons for quote in reason.accepted)
    assert found.reasons[0].margin == pytest.approx(
        found.reasons[0].suggestion.score - found.reasons[1].suggestion.score, abs=1e-4
    )


def test_an_unknown_segment_is_refused_and_the_nearest_named(decided: Path):
    with Project(decided / FILE_NAME, read_only=True) as project:
        known = project.made().segments[3].id
    with pytest.raises(StudyError) as refused:
        explain(decided, known[:-1])
    assert known in refused.value.remedy


def test_an_overview_counts_every_first_suggestion_once(decided: Path):
    with Project(decided / FILE_NAME, read_only=True) as project:
        made = project.made()
    found = overview(decided)
    assert sum(found.first.values()) == len(made.segments)
    assert {one.theme for one in found.proposals} == {one.theme for one in made.theme_codes if one.rank == 0}


def test_decisions_are_replayed_in_their_order(decided: Path):
    found = evaluate(decided)
    assert found.none == 6
    assert 30 < found.judged <= 60
    assert found.stretches[0].learnt_from == 0
    starts = [stretch.learnt_from for stretch in found.stretches]
    assert starts == sorted(starts)
    assert 0 <= (found.calibration_error or 0) <= 1


def test_only_the_decisions_of_one_coder_are_replayed(decided: Path):
    assert evaluate(decided, "ben").judged == 0
    with pytest.raises(StudyError, match='"carla" has decided nothing') as refused:
        evaluate(decided, "carla")
    assert "anna, ben" in refused.value.remedy


@pytest.mark.parametrize("command", ["suggest", "evaluate"])
def test_before_a_run_the_remedy_is_named(command: str, tmp_path: Path):
    pipeline.new(tmp_path / "study")
    ended = CliRunner().invoke(themes, [command, str(tmp_path / "study")])
    assert isinstance(ended.exception, StudyError)
    assert "themes run" in ended.exception.remedy


def test_the_commands_tell_and_print_json(decided: Path):
    segment = json.loads(_said("suggest", decided, "--json"))["proposals"]
    assert isinstance(segment, list)
    with Project(decided / FILE_NAME, read_only=True) as project:
        first = project.made().suggestions[0]
    told = _said("suggest", decided, "--explain", first.segment)
    assert first.code in told
    assert "anna says: not" in told
    assert json.loads(_said("suggest", decided, "--explain", first.segment, "--json"))["reasons"][0]["code"]
    assert "First suggestions right" in _said("evaluate", decided)
    assert json.loads(_said("evaluate", decided, "--json"))["none"] == 6


def _said(command: str, study: Path, *more: str) -> str:
    ended = CliRunner().invoke(themes, [command, str(study), *more], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


def test_nothing_that_comes_later_is_learnt_from_in_a_replay():
    world = World(hint=0.1, examples=False)
    learner = world.learner()
    whole, part = (replayed(learner, world.said(range(count))) for count in (100, 100))
    assert np.array_equal(whole.ranked, part.ranked)
    ends = np.flatnonzero(np.diff(whole.blocks)) + 1
    start, end = int(ends[3]), int(ends[4])
    learned = world.learner().learn(world.said(range(start)))
    expected = learned.probabilities(np.arange(start, end))[:, :-1].argmax(axis=1)
    assert whole.ranked[start:end, 0].tolist() == expected.tolist()


def test_a_replay_shows_what_was_learnt():
    world = World(hint=0.1, examples=False)
    found = replayed(world.learner(), world.said(range(160)))
    late = slice(80, 160)
    assert found.right(found.ranked)[late].mean() > found.right(found.ranked_at_first)[late].mean() + 0.2


def theme(name: str, *terms: str, called: str = "") -> CandidateTheme:
    return CandidateTheme(ThemeId(name), tuple((term, 1.0) for term in terms), (), (), (), name=called)


def entry(name: str, code: str | None, rank: int, verdict: Cover) -> ThemeCode:
    return ThemeCode(ThemeId(name), CodeId(code) if code else None, rank, 0.5, 0.5, verdict)


def test_a_theme_without_a_code_becomes_a_draft_of_one():
    themes_ = [theme("T01", "airport", "permits", "flights", "cargo"), theme("T02", "money", called="Who pays")]
    codes = [
        entry("T01", None, 0, Cover.NO_CODE),
        entry("T01", "Consent", 1, Cover.PARTLY),
        entry("T02", "Money", 1, Cover.COVERED),
    ]
    (drafted,) = proposals(themes_, codes)
    assert (drafted.theme, drafted.name, drafted.nearest) == ("T01", "Airport, permits, flights", ("Consent",))
    assert drafted.definition == "What is said of airport, permits and flights. Often with cargo."
    (named,) = proposals(themes_, [entry("T02", None, 0, Cover.NO_CODE)])
    assert (named.name, named.definition) == ("Who pays", "What is said of money.")


def test_a_code_that_covers_two_themes_may_be_two_codes():
    codes = [
        entry("T01", "Force", 1, Cover.COVERED),
        entry("T02", "Force", 1, Cover.COVERED),
        entry("T03", "Force", 1, Cover.PARTLY),
        entry("T04", "Money", 1, Cover.COVERED),
    ]
    assert [(one.code, one.themes) for one in split_codes(codes)] == [("Force", ("T01", "T02"))]


def test_a_decision_from_the_command_line_is_recorded_and_taken_back(decided: Path, tmp_path: Path):
    study = tmp_path / "study"
    shutil.copytree(decided, study)
    with Project(study / FILE_NAME, read_only=True) as project:
        made, before = project.made(), project.decisions()
    last = made.suggestions[-1]
    others = [
        code.id for code in made.codes if code.id not in {one.code for one in made.suggestions[-3:]} and code.parent
    ]
    told = _said("decide", study, last.segment, "--give", last.code, "--give", others[0], "--reject", others[1])
    number = before[-1].id
    assert [line.split(": ", 1)[1] for line in told.splitlines()] == [
        f"accept {last.code}",
        f"assign {others[0]}",
        f"reject {others[1]}",
    ]
    assert told.startswith(f"#{number + 1} ")
    assert "undo" in _said("decide", study, "--undo", str(number + 1))
    with Project(study / FILE_NAME, read_only=True) as project:
        assert project.decisions()[-1].undoes == number + 1


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        pytest.param(["--give", "Robust postur"], 'There is no code "Robust postur"', id="unknown code"),
        pytest.param(["--give", "Robust posture", "--no-code"], "none is to fit", id="a code and none"),
        pytest.param(["--give", "Robust posture", "--reject", "Robust posture"], "both given and rejected", id="both"),
        pytest.param([], "Nothing is decided", id="nothing"),
        pytest.param(["--undo", "9999"], "no decision #9999", id="no such decision"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused_and_nothing_recorded(decided: Path, asked: list[str], problem: str):
    with Project(decided / FILE_NAME, read_only=True) as project:
        segment, before = project.made().segments[0].id, len(project.decisions())
    ended = CliRunner().invoke(themes, ["decide", str(decided), segment, *asked])
    assert problem in str(getattr(ended.exception, "problem", ended.exception))
    with Project(decided / FILE_NAME, read_only=True) as project:
        assert len(project.decisions()) == before


def test_what_is_learnt_may_be_of_one_coder_alone(decided: Path, tmp_path: Path):
    study = tmp_path / "study"
    shutil.copytree(decided, study)
    told = study / "study.toml"
    told.write_text(told.read_text(encoding="utf-8") + '\n[options.suggest]\nlearn_from = "ben"\n', encoding="utf-8")
    steps = {step.stage: step.words for step in pipeline.run(study).steps}
    assert steps["suggest"].endswith("and 6 judged segments")
