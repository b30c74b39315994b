"""What is printed of shares, comparisons and plans, from before the first audit to a code that is retired after it."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.audited_study import AIR, LAW, ROADS, answer, waiting
from themes import cli
from themes.domain import Code, CodeAct, CodebookEdit, Decision, Shown, Verdict
from themes.errors import DecisionError, ProjectError
from themes.pipeline.auditing import Asked, draw
from themes.project import FILE_NAME, Project

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def study(run_of_audited_study: Path, tmp_path: Path) -> Path:
    """A study that was run, and of which nobody has checked anything."""
    shutil.copytree(run_of_audited_study, tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture(autouse=True)
def _own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["themes"])
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # the tests' own filters stay


def printed(capsys: pytest.CaptureFixture[str], *arguments: object, ends: int = 0) -> str:
    capsys.readouterr()
    sys.argv = ["themes", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert int(ended.value.code or 0) == ends, told.err
    return told.err if ends else told.out


def line_of(told: str, subject: str, cell: str) -> str:
    """The line of a cell in the part of a subject."""
    part = told.split(f"\n{subject}\n")[1].split("\n\n", maxsplit=1)[0]
    return next(line for line in part.splitlines() if line.strip().startswith(cell))


def rows(study: Path, name: str) -> list[dict[str, str]]:
    with (study / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(study: Path, subject: str, group: str = "all", kind: str = "talk") -> dict[str, str]:
    place = {"subject": subject, "source_kind": kind, "actor_group": group, "mission": "all", "period": "all"}
    return next(one for one in rows(study, "prevalence") if place.items() <= one.items())


# --- shares ---


def test_before_an_audit_there_are_counts_without_any_interval(study: Path, capsys: pytest.CaptureFixture[str]):
    told = printed(capsys, "prevalence", study)
    assert "Unaudited, no interval" in told
    assert f"themes audit {study}" in told
    assert "95%" not in told
    assert row(study, ROADS)["shown_as"] == "unaudited"
    assert row(study, ROADS)["corpus_low"] == row(study, ROADS)["share"] == ""
    assert int(row(study, ROADS)["machine_count"]) > 0


def test_after_three_answers_no_share_is_claimed(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study, "--share", "0.15")
    assert answer(study, 3) == 3
    told = printed(capsys, "prevalence", study)
    assert "3 of 45 drawn segments checked" in told
    assert "42 wait for an answer" in told
    assert line_of(told, ROADS, "all talk").split()[2] == "-"
    assert "too few interviews or checked segments" in line_of(told, ROADS, "all talk")
    assert row(study, ROADS)["share"] == ""
    assert int(row(study, ROADS)["more_checks"]) > 50


def test_a_whole_audit_gives_shares_with_both_intervals_around_them(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study, "--share", "0.4")
    answer(study)
    printed(capsys, "prevalence", study)
    found = row(study, ROADS)
    share, corpus = float(found["share"]), (float(found["corpus_low"]), float(found["corpus_high"]))
    informants = (float(found["informants_low"]), float(found["informants_high"]))
    assert corpus[0] < share < corpus[1]
    assert informants[0] < share < informants[1]
    assert informants[1] - informants[0] > corpus[1] - corpus[0]
    assert found["shown_as"] == "estimate"
    assert row(study, "Movement")["subject_kind"] == "code group"
    assert float(row(study, "Movement")["share"]) > share


def test_a_group_with_one_interview_is_hidden_with_one_more_so_that_it_cannot_be_reckoned(
    study: Path, capsys: pytest.CaptureFixture[str]
):
    printed(capsys, "audit", study, "--share", "0.4")
    answer(study)
    told = printed(capsys, "prevalence", study)
    assert "too few people" in line_of(told, ROADS, "Donors")
    assert sum("hidden" in line_of(told, ROADS, group) for group in ("UN", "NGOs", "Host state")) >= 1
    alone = row(study, ROADS, "Donors")
    assert alone["shown_as"] == "hidden"
    kept = ("subject_kind", "subject", "source_kind", "actor_group", "mission", "period", "shown_as", "basis", "note")
    assert all(value == "" for name, value in alone.items() if name not in kept)


def test_mandates_have_no_interval_among_informants(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study, "--share", "0.9")
    answer(study)
    printed(capsys, "prevalence", study)
    found = row(study, AIR, kind="mandate")
    assert found["informants_low"] == ""
    assert found["corpus_low"] != ""


def test_a_code_that_was_retired_after_it_was_audited_is_named_and_has_no_row(
    study: Path, capsys: pytest.CaptureFixture[str]
):
    printed(capsys, "audit", study)
    answer(study)
    printed(capsys, "prevalence", study)
    before = row(study, ROADS)
    with Project(study / FILE_NAME) as project:
        project.record_step([CodebookEdit(0, NOON, "anna", CodeAct.RETIRE, (LAW,), reason="not asked about")], "s1")
    told = printed(capsys, "prevalence", study)
    assert f"Not in the codebook any more, so without a share: {LAW}" in told
    assert LAW not in {one["subject"] for one in rows(study, "prevalence")}
    assert "30 of 30 drawn segments checked" in told  # a segment of that code alone was read, and answers for others
    assert {**row(study, ROADS), "machine_count": ""} == {**before, "machine_count": ""}


def test_a_code_that_was_added_after_the_audit_says_that_nobody_was_asked(
    study: Path, capsys: pytest.CaptureFixture[str]
):
    printed(capsys, "audit", study)
    answer(study)
    with Project(study / FILE_NAME) as project:
        made = (Code("Weather", "Weather", None, "Rain and dust."),)  # type: ignore[arg-type]
        project.record_step([CodebookEdit(0, NOON, "anna", CodeAct.ADD, (), made, "new")], "s1")
    told = printed(capsys, "prevalence", study)
    assert "this code was not in the audit" in line_of(told, "Weather", "all talk")


def test_what_a_coder_said_with_a_suggestion_in_sight_answers_no_audit(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study)
    with Project(study / FILE_NAME) as project:
        for segment in waiting(study):
            project.record(Decision(0, NOON, "anna", Verdict.ACCEPT, segment, ROADS, shown=Shown.SUGGESTION))
    assert "0 of 30 drawn segments checked" in printed(capsys, "prevalence", study)
    assert row(study, ROADS)["note"] == "nobody has answered a drawn segment yet"


def test_cells_can_be_crossed_and_a_way_that_is_none_is_refused(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study, "--share", "0.5")
    answer(study)
    told = printed(capsys, "prevalence", study, "--by", "mission", "--by", "group", "--code", ROADS)
    assert "NGOs · MINUSMA" in told
    assert AIR not in told
    assert "interviews" in printed(capsys, "prevalence", study, "--by", "kind", "--code", ROADS)
    assert "Ways are" in printed(capsys, "prevalence", study, "--by", "colour", ends=2)
    assert f'Did you mean "{ROADS}"?' in printed(capsys, "prevalence", study, "--code", "Movement / Road", ends=2)


def test_shares_come_as_json_for_other_programs(study: Path, capsys: pytest.CaptureFixture[str]):
    found = json.loads(printed(capsys, "prevalence", study, "--json"))
    assert {one["subject"] for one in found["estimates"]} >= {ROADS, AIR, LAW}
    assert all(one["showing"] in ("unaudited", "hidden") for one in found["estimates"])


# --- audits ---


def test_an_audit_is_drawn_once_and_then_said_to_stand(study: Path, capsys: pytest.CaptureFixture[str]):
    assert "30 of 302 segments drawn" in printed(capsys, "audit", study)
    answer(study, 5)
    assert "5 answered, 25 wait" in printed(capsys, "audit", study)
    assert len(json.loads(printed(capsys, "audit", study, "--json"))) == 1
    assert "--extend" in printed(capsys, "audit", study, "--share", "0.2", ends=2)


def test_a_further_draw_keeps_what_was_drawn_and_raises_every_chance(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study)
    first = set(waiting(study))
    answer(study)
    told = printed(capsys, "audit", study, "--share", "0.3", "--extend")
    drawn = len(first) + len(waiting(study))
    assert f"{drawn} of 302 segments drawn" in told
    assert abs(drawn - 0.3 * 302) < 4
    with Project(study / FILE_NAME, read_only=True) as project:
        one, two = (project.audits.frame(audit.id) for audit in project.audits.all())
    assert all(after.chance >= before.chance for before, after in zip(one, two, strict=True))
    assert sum(after.chance for after in two) == pytest.approx(0.3 * 302, rel=0.01)
    assert first.isdisjoint(waiting(study))


def test_an_audit_of_one_code_stands_beside_that_of_all(study: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "audit", study)
    answer(study)
    told = printed(capsys, "audit", study, "--code", AIR, "--share", "0.3")
    assert "of 1 code" in told
    assert "30 had been coded before" in told
    assert "There is no code" in printed(capsys, "audit", study, "--code", "Flight", ends=2)


def test_the_record_of_audits_only_grows(study: Path):
    draw(study, Asked(), "anna")
    with Project(study / FILE_NAME) as project:
        for act in ("UPDATE audits SET share = 1", "DELETE FROM audited", "UPDATE audited SET chance = 1"):
            with pytest.raises(Exception, match="only grows"):
                project._connection.execute(act)
        [audit] = project.audits.all()
        with pytest.raises(ProjectError, match="Somebody else drew"):
            project.audits.record(audit, ())


def test_a_share_that_is_none_and_a_further_draw_of_no_more_are_refused(study: Path):
    with pytest.raises(DecisionError, match="no audit yet"):
        draw(study, Asked(extend=True, share=0.2), "anna")
    draw(study, Asked(share=0.2), "anna")
    with pytest.raises(DecisionError, match="drawn already"):
        draw(study, Asked(extend=True, share=0.2), "anna")


# --- comparisons and plans ---


@pytest.fixture
def checked(study: Path) -> Path:
    """The study with half of it checked."""
    draw(study, Asked(share=0.5), "anna")
    answer(study)
    return study


def test_nothing_is_compared_before_anybody_has_checked(study: Path, capsys: pytest.CaptureFixture[str]):
    assert "Nothing has been checked yet" in printed(capsys, "compare", study, ends=2)


def test_two_groups_are_compared_in_points_with_a_p_value_of_interviews(
    checked: Path, capsys: pytest.CaptureFixture[str]
):
    told = printed(capsys, "compare", checked, "--between", "NGOs", "UN", "--code", ROADS)
    assert "NGOs - UN" in told
    [found] = rows(checked, "comparisons")
    assert float(found["difference"]) > 0.1
    assert float(found["informants_low"]) < float(found["difference"]) < float(found["informants_high"])
    assert 0 < float(found["p"]) < 0.2
    assert found["p_adjusted"] == found["p"]
    assert (found["interviews_one"], found["interviews_other"]) == ("7", "7")


def test_all_groups_are_one_family_and_hidden_ones_stay_hidden(checked: Path, capsys: pytest.CaptureFixture[str]):
    told = printed(capsys, "compare", checked)
    assert "all 4 at once" in told
    pairs = [one for one in rows(checked, "comparisons") if one["test"] == "two cells"]
    hidden = [one for one in pairs if "Donors" in (one["one"], one["other"])]
    assert hidden
    assert all(one["difference"] == one["p"] == one["share_one"] == "" for one in hidden)
    known = [one for one in pairs if one["p"]]
    assert all(float(one["p_adjusted"]) >= float(one["p"]) for one in known)
    assert {int(one["family"]) for one in known} == {len(known)}


def test_what_the_team_may_see_and_others_may_not_is_printed_and_in_no_file(
    checked: Path, capsys: pytest.CaptureFixture[str]
):
    told = checked / "study.toml"
    told.write_text(told.read_text() + "min_participants = 1\n[options.prevalence]\nmin_participants = 7\n")
    seen = printed(capsys, "compare", checked, "--between", "Host state", "UN", "--code", ROADS)
    assert "hidden" not in seen
    [found] = rows(checked, "comparisons")
    assert found["difference"] == found["p"] == found["interviews_one"] == ""
    assert found["note"] == "hidden: it could tell who spoke"
    printed(capsys, "prevalence", checked, "--smoothed", "--code", ROADS)
    assert "Host state" not in {one["actor_group"] for one in rows(checked, "smoothed")}


def test_periods_a_date_and_mandates_can_be_compared(checked: Path, capsys: pytest.CaptureFixture[str]):
    assert "MINUSMA: first - MINUSMA: second" in printed(capsys, "compare", checked, "--periods")
    told = printed(capsys, "compare", checked, "--at", "2016-01-01")
    assert "9, 12, 0" in told
    assert "Spearman" in printed(capsys, "compare", checked, "--mandates")
    assert len(rows(checked, "profiles")) == 3


def test_a_cell_that_nobody_is_of_is_refused_with_those_that_there_are(
    checked: Path, capsys: pytest.CaptureFixture[str]
):
    assert "There are Donors, Host state" in printed(capsys, "compare", checked, "--between", "UN", "Press", ends=2)
    assert "Nobody speaks of the mission" in printed(capsys, "compare", checked, "--mission", "MINUSCA", ends=2)


def test_a_second_view_is_labelled_and_hides_what_the_first_hides(checked: Path, capsys: pytest.CaptureFixture[str]):
    told = printed(capsys, "prevalence", checked, "--smoothed", "--code", ROADS)
    assert "A second view, never the first" in told
    assert "Donors" not in told
    printed(capsys, "prevalence", checked)
    first = {(one["actor_group"], one["period"]): one for one in rows(checked, "prevalence") if one["subject"] == ROADS}
    for one in rows(checked, "smoothed"):
        assert float(one["low"]) <= float(one["smoothed"]) <= float(one["high"])
        if first[one["actor_group"], one["period"]]["shown_as"] != "estimate":
            assert one["share"] == ""


def test_a_plan_says_how_many_segments_tell_a_difference_and_what_no_checking_can(
    study: Path, capsys: pytest.CaptureFixture[str]
):
    told = printed(capsys, "plan", study, "--between", "NGOs", "UN", "--code", ROADS, "--replicates", 20)
    assert "This corpus to 5 points: check about" in told
    assert "no checking is enough" in told
    widths = [float(one["corpus"]) for one in rows(study, "plan")]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0
    assert printed(capsys, "plan", study, "--within", 80, ends=2).startswith("error: The precision is")


def test_every_column_of_the_results_is_in_the_dictionary(checked: Path, capsys: pytest.CaptureFixture[str]):
    printed(capsys, "prevalence", checked)
    printed(capsys, "compare", checked)
    printed(capsys, "compare", checked, "--mandates")
    printed(capsys, "plan", checked, "--replicates", 20)
    told = {(one["table"], one["column"]) for one in rows(checked, "data-dictionary")}
    for name in ("prevalence", "comparisons", "profiles", "plan"):
        assert {(name, column) for column in rows(checked, name)[0]} <= told


def test_the_same_study_gives_the_same_bytes(checked: Path, capsys: pytest.CaptureFixture[str]):
    for command in (("prevalence",), ("compare",), ("plan", "--replicates", "20")):
        printed(capsys, command[0], checked, *command[1:])
    before = {path.name: path.read_bytes() for path in (checked / "results").iterdir()}
    for command in (("prevalence",), ("compare",), ("plan", "--replicates", "20")):
        printed(capsys, command[0], checked, *command[1:])
    assert {path.name: path.read_bytes() for path in (checked / "results").iterdir()} == before
