"""Names, merges, splits and marks of no theme on a whole study: they survive a new run."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from themes import pipeline
from themes.domain import ThemeAct, ThemeId, ThemeStatus
from themes.errors import DecisionError, ProjectError, StudyError
from themes.pipeline.stages import Space
from themes.pipeline.themed import themed
from themes.pipeline.theming import (
    By,
    Themes,
    list_themes,
    merge_themes,
    name_theme,
    no_theme,
    redo_theme,
    split_by_finer,
    split_theme,
    undo_theme,
)
from themes.project import FILE_NAME, Project

ANNA, BEN = By("anna"), By("ben")
THEMES = (
    "the ministry refused clearance for the flight and the airport was closed to our aircraft",
    "the convoy drove on the mined road to the north and the escort came late with two vehicles",
    "the rations and the fuel did not arrive in the camp so the soldiers ate biscuits for days",
    "the interpreter left the mission and nobody in the village could translate the dialect",
    "the contingent waited for caveats from its capital before any patrol could leave the base",
)


def interview(word: str) -> str:
    """Talk of five themes in turn, six times each, told apart by a word."""
    return "\n\n".join(f"P: In {word} {number} {said} again." for number in range(6) for said in THEMES)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "transcripts").mkdir(parents=True)
    told = '[study]\ntitle = "Edits"\nactor_groups = ["NGO"]\n[options.embed]\nencoder = "hashing"\n'
    told += '[options.report]\nfigures = "none"\n'
    (folder / "study.toml").write_text(told)
    rows = [f"transcripts/{name}.txt,interview,P{name},NGO\n" for name in "abc"]
    (folder / "sources.csv").write_text("file,kind,pseudonym,actor_group\n" + "".join(rows))
    (folder / "codebook.csv").write_text("code,definition\nConvoys,Convoys on mined roads.\nFlights,Flights refused.\n")
    for name, word in zip("abc", ("week", "month", "season"), strict=True):
        (folder / "transcripts" / f"{name}.txt").write_text(interview(word))
    pipeline.run(folder)
    return folder


def add_an_interview(study: Path) -> None:
    (study / "transcripts" / "d.txt").write_text(interview("year"))
    with (study / "sources.csv").open("a") as file:
        file.write("transcripts/d.txt,interview,Pd,NGO\n")


def drop_interviews(study: Path, *kept: str) -> None:
    rows = [f"transcripts/{name}.txt,interview,P{name},NGO\n" for name in kept]
    (study / "sources.csv").write_text("file,kind,pseudonym,actor_group\n" + "".join(rows))


def members(themes: Themes) -> dict[str, set[str]]:
    return {theme.id: set(theme.segments) for theme in themes.themes}


def names(themes: Themes) -> dict[str, str]:
    return {theme.id: theme.name for theme in themes.themes if theme.name}


def decide_everything(study: Path) -> None:
    """One act of each kind: T01 is named, T02 and T03 are merged, T04 is split, T05 is no theme."""
    name_theme(study, "T01", "Air", ANNA)
    merge_themes(study, ["T02", "T03"], "Roads and rations", ANNA)
    half = list_themes(study).themes
    whole = next(theme for theme in half if theme.id == "T04")
    split_theme(study, "T04", [sorted(whole.segments)[:8]], BEN)
    name_theme(study, "T04b", "Voices", BEN)
    no_theme(study, "T05", ANNA)


def test_the_machine_finds_five_themes_to_begin_with(study: Path):
    assert [theme.id for theme in list_themes(study).themes] == ["T01", "T02", "T03", "T04", "T05"]


def test_everything_that_people_decided_survives_an_interview_more(study: Path):
    decide_everything(study)
    before = list_themes(study)
    pipeline.run(study)
    add_an_interview(study)
    outcome = pipeline.run(study)
    after = list_themes(study)
    assert names(after) == names(before) == {"T01": "Air", "T02": "Roads and rations", "T04b": "Voices"}
    assert set(members(after)) == set(members(before)) == {"T01", "T02", "T04", "T04b"}
    assert all(own < members(after)[theme] for theme, own in members(before).items())
    assert [theme.id for theme in after.none] == ["T05"]
    assert {change.status for change in outcome.changes} == {ThemeStatus.KEPT}
    step = next(step for step in outcome.steps if step.stage == "cluster")
    assert step.words.startswith("4 candidate themes (4 kept), 3 of 3 names kept, 1 marked as no theme")


def test_the_report_and_the_codes_follow_what_was_decided(study: Path):
    decide_everything(study)
    assert not list_themes(study).in_report
    outcome = pipeline.report(study)
    assert list_themes(study).in_report
    with Project(study / FILE_NAME) as project:
        made = project.made()
    assert {theme.id for theme in made.themes} == {"T01", "T02", "T04", "T04b"}
    assert {code.theme for code in made.theme_codes} == {theme.id for theme in made.themes}
    assert all(code.coverage <= 1 for code in made.theme_codes)
    assert outcome.sizes["theme_decisions"] == 5
    assert [step.stage for step in pipeline.run(study).steps if step.done] == []


def test_a_report_after_decisions_is_the_same_as_a_run_from_nothing(study: Path):
    decide_everything(study)
    pipeline.report(study)
    with Project(study / FILE_NAME) as project:
        one = project.made()
    (study / "codebook.csv").write_text((study / "codebook.csv").read_text() + "Other,Something else.\n")
    pipeline.run(study)
    (study / "codebook.csv").write_text((study / "codebook.csv").read_text().replace("Other,Something else.\n", ""))
    pipeline.run(study)
    with Project(study / FILE_NAME) as project:
        assert project.made().themes == one.themes
        assert project.made().theme_codes == one.theme_codes


def test_undoing_everything_leaves_what_the_machine_found_also_after_a_run(study: Path):
    found = members(list_themes(study))
    decide_everything(study)
    pipeline.run(study)
    for by in (ANNA, BEN, BEN, ANNA, ANNA):
        undo_theme(study, by)
    assert members(list_themes(study)) == found
    assert names(list_themes(study)) == {}
    with pytest.raises(DecisionError, match="nothing to undo"):
        undo_theme(study, ANNA)


def test_what_was_undone_can_be_done_again_until_somebody_acts(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    name_theme(study, "T02", "Road", ANNA)
    undo_theme(study, ANNA)
    undo_theme(study, ANNA)
    assert names(redo_theme(study, ANNA).after) == {"T01": "Air"}
    assert names(redo_theme(study, ANNA).after) == {"T01": "Air", "T02": "Road"}
    undo_theme(study, ANNA)
    name_theme(study, "T03", "Food", ANNA)
    with pytest.raises(DecisionError, match="nothing to redo"):
        redo_theme(study, ANNA)


def test_a_coder_undoes_their_own_and_anothers_only_by_number(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    with pytest.raises(DecisionError, match="no decision of ben") as refused:
        undo_theme(study, BEN)
    assert "--decision 1" in refused.value.remedy
    assert names(undo_theme(study, BEN, decision=1).after) == {}
    with pytest.raises(DecisionError, match="#1 "):
        undo_theme(study, BEN, decision=1)


def test_a_named_theme_whose_interviews_are_taken_out_comes_back_with_them(study: Path):
    decide_everything(study)
    before = members(list_themes(study))
    with Project(study / FILE_NAME) as project:
        decided = project.theme_decisions()
    (study / "transcripts" / "e.txt").write_text("\n\n".join(f"P: We sang song {n} at the river." for n in range(12)))
    drop_interviews(study, "e")
    outcome = pipeline.run(study)
    waiting = {change.theme: change for change in outcome.changes if change.status is ThemeStatus.LOST}
    assert {"T01", "T02"} <= set(waiting)
    assert waiting["T01"].label == "Air"
    assert "comes back" in waiting["T01"].words
    drop_interviews(study, "a", "b", "c")
    pipeline.run(study)
    after = list_themes(study)
    assert names(after) == {"T01": "Air", "T02": "Roads and rations", "T04b": "Voices"}
    assert all(members(after)[theme] == before[theme] for theme in names(after))
    assert after.log == decided


def test_ids_of_themes_that_are_gone_are_not_given_again(study: Path):
    (study / "transcripts" / "e.txt").write_text("\n\n".join(f"P: We sang song {n} at the river." for n in range(12)))
    drop_interviews(study, "e")
    pipeline.run(study)
    assert {theme.id for theme in list_themes(study).themes}.isdisjoint({"T01", "T02", "T03", "T04", "T05"})
    drop_interviews(study, "a", "b", "c")
    pipeline.run(study)
    assert min(theme.id for theme in list_themes(study).themes) > "T06"


@pytest.mark.parametrize(
    ("act", "problem", "remedy"),
    [
        pytest.param(lambda f: name_theme(f, "T09", "x", ANNA), "no candidate theme T09", "list", id="unknown id"),
        pytest.param(lambda f: name_theme(f, "T01", " \n", ANNA), "no name", "undo", id="empty name"),
        pytest.param(lambda f: name_theme(f, "T01", "x" * 201, ANNA), "201 characters", "200", id="long name"),
        pytest.param(lambda f: name_theme(f, "T02", "AIR", ANNA), 'T01 is already called "Air"', "Merge", id="taken"),
        pytest.param(lambda f: name_theme(f, "T01", "Air", ANNA), "already called", "another", id="the same name"),
        pytest.param(lambda f: merge_themes(f, ["T01", "t01"], "", ANNA), "with itself", "once", id="with itself"),
        pytest.param(lambda f: merge_themes(f, ["T01"], "", ANNA), "alone", "two", id="one alone"),
        pytest.param(lambda f: merge_themes(f, ["T02", "T03"], "air", ANNA), "already", "Merge", id="merge, taken"),
        pytest.param(lambda f: split_theme(f, "T01", [], ANNA), "in one part", "another part", id="one part"),
        pytest.param(lambda f: split_theme(f, "T01", [["a:x"]], ANNA), "a:x is not a segment", "Correct", id="foreign"),
        pytest.param(lambda f: no_theme(f, "T05", ANNA), "marked as no theme", "Undo", id="no theme twice"),
        pytest.param(lambda f: name_theme(f, "T04", "y", ANNA), "merged into T03", "T03", id="merged away"),
    ],
)
def test_what_is_not_possible_is_refused_with_a_remedy(study: Path, act: object, problem: str, remedy: str):
    name_theme(study, "T01", "Air", ANNA)
    merge_themes(study, ["T03", "T04"], "", ANNA)
    no_theme(study, "T05", ANNA)
    before = list_themes(study)
    with pytest.raises(DecisionError, match=problem) as refused:
        act(study)  # type: ignore[operator]
    assert remedy in refused.value.remedy
    assert list_themes(study) == before


def test_all_segments_in_two_parts_are_refused(study: Path):
    some = sorted(members(list_themes(study))["T01"])
    with pytest.raises(DecisionError, match="in two parts"):
        split_theme(study, "T01", [some[:2], some[1:3]], ANNA)


def test_a_study_that_was_not_run_says_so(study: Path):
    (study / FILE_NAME).unlink()
    with pytest.raises(StudyError, match="not been run"):
        name_theme(study, "T01", "Air", ANNA)


def test_a_rename_counts_and_says_what_the_name_was(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    acted = name_theme(study, "T01", "Aviation", BEN)
    assert names(acted.after) == {"T01": "Aviation"}
    assert '"Air" before' in acted.words
    assert names(undo_theme(study, BEN).after) == {"T01": "Air"}


def test_an_undo_that_would_leave_two_themes_with_one_name_is_refused(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    name_theme(study, "T01", "Aviation", ANNA)
    name_theme(study, "T02", "Air", ANNA)
    with pytest.raises(DecisionError, match="would both be called"):
        undo_theme(study, ANNA, decision=2)


def test_a_merge_tells_which_name_is_no_longer_used_and_undo_brings_it_back(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    name_theme(study, "T02", "Road", ANNA)
    acted = merge_themes(study, ["T01", "T02"], "", ANNA)
    assert names(acted.after) == {"T01": "Air"}
    assert '"Road" (T02)' in acted.words
    assert names(undo_theme(study, ANNA).after) == {"T01": "Air", "T02": "Road"}


def test_a_repeated_request_is_one_decision(study: Path):
    by = By("anna", key="k1")
    first = merge_themes(study, ["T01", "T02"], "", by)
    again = merge_themes(study, ["T01", "T02"], "", by)
    assert again.decision == first.decision
    assert len(again.after.log) == 1


def test_parts_of_a_part_have_letters_that_were_never_used(study: Path):
    some = sorted(members(list_themes(study))["T01"])
    split_theme(study, "T01", [some[:4]], ANNA)
    undo_theme(study, ANNA)
    acted = split_theme(study, "T01", [some[:4], some[4:8]], ANNA)
    assert acted.decision.themes == ("T01", "T01c", "T01d")
    assert split_theme(study, "T01c", [some[:2]], ANNA).decision.themes == ("T01c", "T01e")


def test_a_theme_is_split_as_the_finer_level_has_it(study: Path):
    whole = list_themes(study).themes[0]
    parts = (whole.segments[:3], whole.segments[3:9], whole.segments[9:12])
    finer = [replace(whole, id=ThemeId(f"F{n}"), segments=part, parent=whole.id) for n, part in enumerate(parts)]
    with Project(study / FILE_NAME) as project:
        made = project.made()
        project.replace(replace(made, hierarchy=tuple(finer)))
    acted = split_by_finer(study, "T01", replace(ANNA, key="once"))
    assert split_by_finer(study, "T01", replace(ANNA, key="once")).decision == acted.decision
    assert acted.decision.parts[1:] == parts[::2]
    assert set(acted.decision.parts[0]) == set(whole.segments) - {*parts[0], *parts[2]}
    with pytest.raises(DecisionError, match="no finer themes within T02"):
        split_by_finer(study, "T02", ANNA)


def test_a_merged_theme_is_split_by_what_is_below_each_of_its_parts(study: Path):
    one, two = list_themes(study).themes[:2]
    finer = [replace(whole, id=ThemeId(f"F{whole.id}"), parent=whole.id) for whole in (one, two)]
    with Project(study / FILE_NAME) as project:
        made = project.made()
        project.replace(replace(made, hierarchy=tuple(finer)))
    merge_themes(study, [one.id, two.id], "", ANNA)
    pipeline.report(study)
    acted = split_by_finer(study, one.id, ANNA)
    assert [set(part) for part in acted.decision.parts] == [set(one.segments), set(two.segments)]


def test_the_levels_follow_the_ids_that_themes_keep(study: Path):
    with Project(study / FILE_NAME) as project:
        made, log = project.made(), project.theme_decisions()
    raw = [replace(theme, id=ThemeId(f"T{9 - place:02}")) for place, theme in enumerate(made.found)]
    fine = replace(raw[0], id=ThemeId("F1"), parent=raw[0].id)
    space = Space(made.segments, np.zeros((len(made.segments), 4), np.float32))
    clustering = SimpleNamespace(themes=tuple(raw), hierarchy=(fine, replace(fine, parent=None)))
    again = themed(clustering, made, log, space)  # type: ignore[arg-type]
    assert [theme.id for theme in again.found] == [theme.id for theme in made.found]
    assert [theme.parent for theme in again.hierarchy] == [made.found[0].id, None]


def test_a_theme_named_while_a_run_is_at_work_is_not_lost(study: Path):
    """The run took its log before; the decision finds its theme again by the members that it remembers."""
    name_theme(study, "T01", "Air", ANNA)
    before = members(list_themes(study))["T01"]
    with Project(study / FILE_NAME) as project:
        made = project.made()
        project.replace(replace(made, found=tuple(one for one in made.found if one.id != "T01")))
    after = list_themes(study)
    assert names(after) == {"T01": "Air"}
    assert members(after)["T01"] == before


def test_the_log_of_themes_only_grows_whoever_writes_to_the_file(study: Path):
    name_theme(study, "T01", "Air", ANNA)
    for change in ("UPDATE theme_decisions SET name = 'x'", "DELETE FROM theme_decisions"):
        with sqlite3.connect(study / FILE_NAME) as raw, pytest.raises(sqlite3.IntegrityError, match="only grows"):
            raw.execute(change)
        raw.close()


def test_a_part_that_somebody_else_made_in_the_meantime_is_refused(study: Path):
    some = sorted(members(list_themes(study))["T01"])
    decision = split_theme(study, "T01", [some[:4]], ANNA).decision
    assert decision.act is ThemeAct.SPLIT
    with Project(study / FILE_NAME) as project, pytest.raises(ProjectError, match="T01b in the meantime"):
        project.record_theme(decision)
