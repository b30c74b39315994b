"""What a report shows side by side: only what may be said, and the same numbers as the commands print."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.audited_study import GROUPS, LAW, NOON, ROADS, answer
from themes import pipeline
from themes.domain import Contrasts, Decision, Shown, Verdict
from themes.pipeline.agreeing import agree, together
from themes.pipeline.auditing import Asked as AskedAudit
from themes.pipeline.auditing import draw, every
from themes.pipeline.coding import called_now, coded
from themes.pipeline.comparing import Asked, against_mandates, compare
from themes.pipeline.contrasting import contrasts
from themes.pipeline.ground import ground
from themes.project import FILE_NAME, Project


@pytest.fixture(scope="module")
def study(run_of_audited_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of which one coder has checked most, and a second one three of four of the same segments."""
    folder = tmp_path_factory.mktemp("contrasts") / "study"
    shutil.copytree(run_of_audited_study, folder)
    draw(folder, AskedAudit(share=0.8), "anna")
    answer(folder)
    with Project(folder / FILE_NAME) as project:
        seen = sorted({one.segment for one in project.decisions()})
        for place, segment in enumerate(seen):
            if place % 4:
                given = {"code": ROADS} if place % 3 else {}
                verdict = Verdict.ASSIGN if given else Verdict.NO_CODE
                project.record(Decision(0, NOON, "ben", verdict, segment, **given, shown=Shown.BLIND))
    return folder


@pytest.fixture(scope="module")
def found(study: Path) -> Contrasts:
    return contrasts(ground(study))


def with_least(study: Path, folder: Path, least: int) -> Path:
    """A copy of the study that hides groups of fewer people."""
    shutil.copytree(study, folder)
    told = (folder / "study.toml").read_text()
    options = f"min_participants = {least}\n[options.prevalence]\nmin_participants = {least}\n"
    (folder / "study.toml").write_text(told + options)  # it ends with the options of the report
    return folder


# --- groups ---


def test_differences_are_those_that_the_comparison_prints(study: Path, found: Contrasts) -> None:
    printed = {
        frozenset((one.subject, one.one, one.other)): one
        for one in compare(study, Asked(permutations=1)).pairs
        if one.kept
    }
    assert found.differences
    for one in found.differences:
        same = printed[frozenset((one.code, one.one, one.other))]
        assert abs(one.value) == pytest.approx(abs(same.difference.value or 0.0))
        assert one.detectable == pytest.approx(same.detectable)
        assert one.interval[0] <= one.value <= one.interval[1]


def test_of_four_groups_each_is_beside_the_one_with_most_people(study: Path, tmp_path: Path) -> None:
    told = contrasts(ground(with_least(study, tmp_path / "open", 1))).differences
    assert {(one.one, one.other) for one in told if one.code == ROADS} <= {
        ("NGOs", "UN"),
        ("Host state", "UN"),
        ("Donors", "UN"),
    }
    assert {one.other for one in told} == {"UN"}


def test_a_hidden_group_and_what_is_hidden_beside_it_is_in_no_difference(study: Path, found: Contrasts) -> None:
    here = ground(study)
    away = {
        (subject, cell[1])
        for (kind, subject, cell), row in here.kept.items()
        if kind == "code" and cell[2:] == ("all", "all") and str(row.showing) == "hidden"
    }
    assert (ROADS, "Donors") in away
    shown = {(one.code, group) for one in found.differences for group in (one.one, one.other)}
    assert shown & away == set()
    assert found.unsaid > 0


def test_where_every_group_is_hidden_nothing_is_compared(study: Path, tmp_path: Path) -> None:
    hidden = contrasts(ground(with_least(study, tmp_path / "closed", 8)))
    assert hidden.differences == ()
    assert hidden.unsaid > 0
    assert {one.group for one in hidden.interviews} <= {"all"}


# --- ranks ---


def test_ranks_are_those_that_the_comparison_with_mandates_prints(study: Path, found: Contrasts) -> None:
    _, codes, printed = against_mandates(study)
    assert [one.code for one in found.ranks.codes] == list(codes)
    assert [(one.talk, one.mandates) for one in found.ranks.codes] == [(one.first, one.second) for one in printed.codes]
    assert found.ranks.units == (sum(GROUPS.values()), 2)
    assert {one.interval for one in found.ranks.codes} == {None}
    assert not any(one.stands_out for one in found.ranks.codes)


# --- interviews ---


def test_each_interview_of_all_talk_has_its_share_and_nothing_tells_which_it_is(study: Path, found: Contrasts) -> None:
    whole = {one.code: one.shares for one in found.interviews if one.group == "all"}
    assert len(whole[ROADS]) == sum(GROUPS.values())
    assert all(list(shares) == sorted(shares) and 0 <= shares[0] <= shares[-1] <= 1 for shares in whole.values())
    names = [one.id for one in ground(study).sources.values()] + [f"P-{group}" for group in ("un", "ngos", "host")]
    assert not any(name in repr(found) for name in names)


def test_beside_a_hidden_group_only_all_talk_has_interviews(found: Contrasts) -> None:
    # else those of the hidden group would be those of all talk that no shown group has
    assert {one.group for one in found.interviews} == {"all"}


def test_where_no_group_is_hidden_groups_have_interviews_too(study: Path, tmp_path: Path) -> None:
    told = contrasts(ground(with_least(study, tmp_path / "open", 1))).interviews
    sizes = {one.group: len(one.shares) for one in told if one.code == ROADS}
    assert sizes["NGOs"] == GROUPS["NGOs"]
    assert "Donors" not in sizes


# --- coders ---


def agreed(study: Path, approach: str = "") -> object:
    with Project(study / FILE_NAME, read_only=True) as project:
        now = coded(project)
        made = called_now(project.made(), now)
        return together(project.decisions(), approach, made, now, every(project, made, now))


def test_agreement_is_that_of_the_audit_as_the_command_prints_it(study: Path) -> None:
    told = agree(study).audited
    found = agreed(study)
    assert told is not None
    assert found is not None
    printed = told.coders[0]
    assert (found.coders, found.segments, found.weighed) == (2, printed.segments, True)
    assert {one.code: (one.alpha, one.ac1) for one in found.codes} == {
        one.code: (one.found.alpha, one.found.ac1) for one in printed.codes
    }
    assert any(one.code == LAW for one in found.codes)


def test_agreement_is_no_measure_of_a_reflexive_study(study: Path) -> None:
    assert agreed(study, "reflexive") is None


def test_the_report_for_oneself_has_all_four(study: Path) -> None:
    told = study / "study.toml"
    told.write_text(told.read_text().replace('figures = "none"', 'figures = "svg"'))
    pipeline.report(study)
    page = (study / "report" / "index.html").read_text()
    for name in ("groups-apart", "mandates-and-talk", "coders-agree", "prevalence"):
        assert f'id="figure-{name}"' in page
        assert (study / "report" / "figures" / f"{name}.svg").exists()
    assert "Faint: one interview each." in (study / "report" / "figures" / "prevalence.svg").read_text()
