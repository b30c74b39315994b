"""The commands on a team and on agreement: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from themes import cli, pipeline
from themes.domain import CONSENSUS, MACHINE, CodeId, Role, SegmentId, Shown, Verdict
from themes.errors import DecisionError
from themes.pipeline import auditing
from themes.pipeline.deciding import Words, decide
from themes.project import FILE_NAME, Project

AIR, ROADS = "Flights", "Convoys"
PASSWORD = "four words in a row"  # noqa: S105  of nobody


def themes(*arguments: object) -> int:
    """The exit code of the command in this process."""
    sys.argv = ["themes", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["themes"])
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # the tests' own filters stay


@pytest.fixture
def study(small_study: Path) -> Path:
    pipeline.run(small_study)
    return small_study


@pytest.fixture
def segments(study: Path) -> list[str]:
    with Project(study / FILE_NAME, read_only=True) as project:
        return [one.id for one in project.made().segments]


def printed(capsys: pytest.CaptureFixture[str], *arguments: object, ends: int = 0) -> str:
    capsys.readouterr()
    assert themes(*arguments) == ends
    told = capsys.readouterr()
    return told.err if ends else told.out


def kept(study: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((study / "results" / f"{table}.csv").read_text(encoding="utf-8"))))


def token_of(told: str) -> str:
    return next(line.partition("token=")[2] for line in told.splitlines() if "token=" in line)


def test_an_invitation_is_printed_once_and_makes_an_account(study: Path, capsys: pytest.CaptureFixture[str]):
    assert "Nobody has an account" in printed(capsys, "team", "list", study)
    told = printed(capsys, "team", "invite", study, "--role", "owner")
    token = token_of(told)
    assert "a new owner" in told
    listed = printed(capsys, "team", "list", study)
    assert "invited, until" in listed
    assert token not in listed
    with Project(study / FILE_NAME) as project:
        assert project.accounts.accept(token, "olga", PASSWORD).role is Role.OWNER
    listed = printed(capsys, "team", "list", study)
    assert "olga" in listed
    assert "0 decisions" in listed
    assert "argon2" not in listed
    assert "invited" not in listed


def test_an_invitation_as_json_holds_its_token(study: Path, capsys: pytest.CaptureFixture[str]):
    told = json.loads(printed(capsys, "team", "invite", study, "--name", "anna", "--days", 2, "--json"))
    assert told["invitation"]["account"] == "anna"
    with Project(study / FILE_NAME) as project:
        assert project.accounts.accept(told["token"], "", PASSWORD).role is Role.CODER
    listed = json.loads(printed(capsys, "team", "list", study, "--json"))
    assert [one["name"] for one in listed["members"]] == ["anna"]
    assert "password" not in listed["members"][0]


def test_a_closed_account_is_told_with_the_decisions_that_stay(
    study: Path, segments: list[str], capsys: pytest.CaptureFixture[str]
):
    with Project(study / FILE_NAME) as project:
        project.accounts.accept(project.accounts.invite(Role.OWNER).token, "olga", PASSWORD)
        project.accounts.accept(project.accounts.invite(Role.CODER).token, "anna", PASSWORD)
    decide(study, segments[0], Words(gives=(AIR,)), "anna")
    assert "anna can no longer sign in; 1 decision on" in printed(capsys, "team", "close", study, "anna")
    assert "closed" in printed(capsys, "team", "list", study)
    assert "only owner" in printed(capsys, "team", "close", study, "olga", ends=2)
    assert "no open account" in printed(capsys, "team", "close", study, "zoe", ends=2)


@pytest.mark.parametrize("command", [("team", "list"), ("team", "invite"), ("agreement",)])
def test_a_study_that_was_not_run_is_told_so(
    small_study: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    assert "has not been run" in printed(capsys, *command, small_study, ends=2)


# --- agreement ---


@pytest.fixture
def judged(study: Path, segments: list[str]) -> Path:
    """Anna and Ben on all eight segments; they differ on the last."""
    for number, segment in enumerate(segments):
        code = AIR if number % 2 else ROADS
        decide(study, segment, Words(gives=(code,)), "anna")
        decide(study, segment, Words(gives=(code,)) if number < 7 else Words(none=True), "ben")
    with pytest.raises(DecisionError, match="no name for a person"):
        decide(study, segments[0], Words(gives=(AIR,)), CONSENSUS)
    with Project(study / FILE_NAME) as project:
        last = project.decisions()[-1]
        project.record(replace(last, coder=CONSENSUS, segment=SegmentId(segments[0]), code=CodeId(AIR)))
    return study


def test_agreement_is_a_table_for_each_comparison_with_a_caution_for_few_segments(
    judged: Path, capsys: pytest.CaptureFixture[str]
):
    told = printed(capsys, "agreement", judged)
    assert "anna and ben: 8 segments of 1 interview" in told
    row = next(line for line in told.splitlines() if line.strip().startswith("Flights"))
    assert row.split()[1:5] == ["8", "4", "44%", "88%"]
    assert "Fewer than 30 segments" in told
    assert "given to fewer than 5 segments" in row
    assert "no interval below 5 interviews" in row
    assert "Nobody has coded a segment a second time yet." in told
    assert "Nobody has coded a segment before seeing its suggestion yet." in told
    assert "nan" not in told
    assert CONSENSUS not in told


def test_agreement_as_json_has_figures_and_null_where_none_is_defined(judged: Path, capsys: pytest.CaptureFixture[str]):
    told = json.loads(printed(capsys, "agreement", judged, "--json"))
    (one,) = told["found"]["coders"]
    assert one["between"] == ["anna", "ben"]
    assert one["codes"][0]["found"]["alpha_interval"] is None
    assert 0 < one["codes"][0]["found"]["alpha"] <= 1


def test_on_an_audit_agreement_is_weighed_by_the_chances_of_its_segments(
    study: Path, segments: list[str], capsys: pytest.CaptureFixture[str]
):
    for coder in ("anna", "ben"):
        decide(study, segments[0], Words(gives=(AIR,)), coder)
    assert "audited" not in printed(capsys, "agreement", study)
    assert json.loads(printed(capsys, "agreement", study, "--json"))["audited"] is None
    auditing.draw(study, auditing.Asked(share=0.5), "olga")
    told = printed(capsys, "agreement", study)
    assert "anna and ben: 1 segment of 1 interview" in told.partition("On the audited segments")[2]
    assert "Nobody has answered a segment of the audit that has a suggestion yet." in told
    with Project(study / FILE_NAME) as project:
        frame = {one.segment: one for one in project.audits.frame(1)}
        one = project.decisions()[-1]
        drawn = [segment for segment in segments if frame[SegmentId(segment)].place is not None]
        for number, segment in enumerate(drawn):
            said = replace(one, segment=SegmentId(segment), shown=Shown.BLIND, suggested=CodeId(AIR))
            project.record(replace(said, coder="anna"))
            project.record(replace(said, coder="ben", code=CodeId(ROADS if number else AIR)))
    left = next(segment for segment in segments[1:] if segment not in drawn)
    decide(study, left, Words(gives=(AIR,)), "anna")
    decide(study, left, Words(gives=(AIR,)), "ben")
    found = json.loads(printed(capsys, "agreement", study, "--json"))
    assert found["found"]["coders"][0]["segments"] == len(drawn) + 2
    coders, machine = found["audited"]["coders"][0], found["audited"]["machine"][0]
    assert (coders["segments"], machine["segments"]) == (len(drawn) + 1, len(drawn))  # not what nobody drew
    # the first segment, coded before, stands for itself, and those drawn for the seven others
    weights = [1 / frame[SegmentId(segment)].chance for segment in drawn]
    agreed = (1 + 7 * weights[0] / sum(weights)) / 8
    assert coders["codes"][0]["found"]["percent"] == pytest.approx(agreed)
    assert machine["between"] == ["anna", MACHINE]
    assert "mostly the audit's" in printed(capsys, "agreement", study)


def test_agreement_is_kept_as_a_table_with_a_dictionary(judged: Path, capsys: pytest.CaptureFixture[str]):
    assert str(judged / "results" / "agreement.csv") in printed(capsys, "agreement", judged)
    rows = kept(judged, "agreement")
    assert [row["code"] for row in rows] == [ROADS, AIR, "no code fits", "all codes, as sets"]
    assert {(row["part"], row["between"], row["weighted"], row["segments"]) for row in rows} == {
        ("coders", "anna; ben", "false", "8")
    }
    air = rows[1]
    assert (air["given"], air["prevalence"], air["percent"]) == ("4", "0.4375", "0.8750")
    assert float(air["alpha"]) == pytest.approx(0.76, abs=0.01)
    assert air["alpha_low"] == air["u_alpha"] == ""
    assert "given to fewer than 5 segments" in air["note"]
    assert rows[3]["ac1"] == rows[3]["given"] == ""
    dictionary = kept(judged, "data-dictionary")
    assert [row["column"] for row in dictionary if row["table"] == "agreement"] == list(rows[0])


def test_excerpts_that_somebody_cut_have_a_u_alpha(judged: Path, capsys: pytest.CaptureFixture[str]):
    with Project(judged / FILE_NAME) as project:
        segment = project.made().segments[1]
        one = next(one for one in project.decisions() if one.segment == segment.id and one.coder == "anna")
        bounds = (segment.start, segment.start + 20)
        project.record(replace(one, verdict=Verdict.BOUNDS, code=None, bounds=bounds))
    told = printed(capsys, "agreement", judged)
    rows = {row["code"]: row for row in kept(judged, "agreement")}
    found = float(rows[AIR]["u_alpha"])
    assert 0 < found < 1
    assert f"u-alpha {found:.2f}".replace("0.", ".") in told
    assert rows[ROADS]["u_alpha"] == ""
    assert 0 < float(rows["all codes, as sets"]["u_alpha"]) < 1


def test_one_coder_alone_agrees_with_nobody(study: Path, segments: list[str], capsys: pytest.CaptureFixture[str]):
    assert "Nobody has decided anything yet." in printed(capsys, "agreement", study)
    decide(study, segments[0], Words(gives=(AIR,)), "anna")
    assert "agreement takes two" in printed(capsys, "agreement", study)
    decide(study, segments[1], Words(gives=(AIR,)), "ben")
    assert "No segment is done by two of anna, ben" in printed(capsys, "agreement", study)


def test_a_coder_who_decided_nothing_is_told_with_the_nearest(judged: Path, capsys: pytest.CaptureFixture[str]):
    assert 'Did you mean "anna"?' in printed(capsys, "agreement", judged, "--coder", "ana", ends=2)


def test_a_reflexive_study_hides_agreement_unless_somebody_asks_all_the_same(
    judged: Path, capsys: pytest.CaptureFixture[str]
):
    told = (judged / "study.toml").read_text().replace('title = "Small"', 'title = "Small"\napproach = "reflexive"')
    (judged / "study.toml").write_text(told)
    hidden = printed(capsys, "agreement", judged)
    assert "reflexive" in hidden
    assert f"themes agreement {judged} --anyway" in hidden
    assert "alpha" not in hidden
    assert json.loads(printed(capsys, "agreement", judged, "--json"))["found"] is None
    assert not (judged / "results").exists()
    assert "anna and ben: 8 segments" in printed(capsys, "agreement", judged, "--anyway")
    assert kept(judged, "agreement")
