"""What becomes of people's edits of candidate themes when an interview is added and the study is run again."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.processes import Ran, run
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.benchmarks.test_bench_run import ADDED, HERE, STUDIES
from themes import shipped
from themes.domain import CandidateTheme, ThemeStatus
from themes.pipeline.theming import (
    By,
    Themes,
    list_themes,
    merge_themes,
    name_theme,
    no_theme,
    split_theme,
)
from themes.project import FILE_NAME, Project
from themes.review import Earlier, Ground, match, stand

BY = By("benchmark")
N_NAMED = 5
ONE_ADDED = "one interview added"

Row = tuple[str, str, str, int, str, float]


@dataclass(frozen=True)
class Edited:
    """A study that people edited, before and after an interview was added."""

    before: Themes
    after: Themes
    again: Ran
    n_segments: int
    seconds_of_matching: float


def tell(name: str, folder: Path) -> Edited:
    """Five themes named, two merged, one split, one marked as no theme; then an interview more."""
    study = folder / "study"
    row = STUDIES[name](study)
    run(study)
    themes = list_themes(study).themes
    for number, theme in enumerate(themes[:N_NAMED], start=1):
        name_theme(study, theme.id, f"Name {number}", BY)
    merge_themes(study, [themes[0].id, themes[5].id], "", BY)
    split_theme(study, themes[1].id, [_half(themes[1])], BY)
    no_theme(study, themes[6].id, BY)
    before = list_themes(study)
    with Project(study / FILE_NAME) as project:
        made_before, log = project.made(), project.theme_decisions()
    shutil.copyfile(shipped.demo() / ADDED, study / ADDED)
    with (study / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(row)
    again = run(study)
    with Project(study / FILE_NAME) as project:
        made, texts = project.made(), project.texts()
    ground = Ground(texts, lambda segments, _: [0] * len(segments))
    match(Earlier(made_before.found), made.found, texts.keys())  # what is imported at the first use is not measured
    began = time.perf_counter()
    was = stand(made_before.found, made_before.kept, log, ground)
    earlier = {segment.id for segment in made_before.segments}
    found = match(Earlier(made_before.found, made_before.kept, was, earlier, log, 999), made.found, texts.keys())
    stand(found.found, found.kept, log, ground)
    seconds = time.perf_counter() - began
    return Edited(before, list_themes(study), again, len(texts), seconds)


def _half(theme: CandidateTheme) -> list[str]:
    return list(theme.segments[len(theme.segments) // 2 :])


def names(themes: Themes) -> dict[str, str]:
    return {theme.id: theme.name for theme in themes.themes if theme.name}


def shares_kept(edited: Edited) -> dict[str, float]:
    """For each theme that a person acted on, the share of its members that it still has."""
    after = {theme.id: set(theme.segments) for theme in edited.after.themes}
    touched = {theme for entry in edited.before.log for theme in entry.themes}
    return {
        theme.id: len(after.get(theme.id, set()) & set(theme.segments)) / len(theme.segments)
        for theme in edited.before.themes
        if theme.id in touched
    }


def rows(name: str, edited: Edited) -> list[Row]:
    """What docs/benchmarks/edits.csv holds of one study."""
    found = {status: sum(change.status is status for change in edited.after.changes) for status in ThemeStatus}
    shares = shares_kept(edited)
    merged, split = (edited.before.log[number].themes for number in (N_NAMED, N_NAMED + 1))
    ids = {theme.id for theme in edited.after.themes}
    kept = names(edited.before).items() & names(edited.after).items()
    values: dict[str, float] = {
        "themes_before": len(edited.before.themes),
        "themes_after": len(edited.after.themes),
        **{f"themes_{status.value.replace(' ', '_')}": number for status, number in found.items()},
        "names": len(names(edited.before)),
        "names_kept": len(kept),
        "merges_kept": int(merged[0] in ids and merged[1] not in ids),
        "splits_kept": int(ids >= set(split)),
        "no_theme_kept": int(bool(edited.after.none) and edited.after.none[0].id == edited.before.none[0].id),
        "least_share_of_members_kept": min(shares.values()),
        "mean_share_of_members_kept": sum(shares.values()) / len(shares),
        "seconds_of_matching": edited.seconds_of_matching,
    }
    return [("edits", name, ONE_ADDED, edited.n_segments, metric, value) for metric, value in values.items()]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Edited]:
    """Both studies, or the demo alone; where both are, docs/benchmarks/edits.csv and the page are written."""
    found = {name: tell(name, tmp_path_factory.mktemp(name)) for name in STUDIES if name == "demo" or HERE}
    if HERE:
        write_rows(DOCS / "edits.csv", [row for name, edited in found.items() for row in rows(name, edited)])
        rewrite()
    return found


@pytest.fixture(params=list(STUDIES))
def edited(request: pytest.FixtureRequest, told: dict[str, Edited]) -> Edited:
    if request.param not in told:
        pytest.skip("the data set un is not beside the project")
    return told[request.param]


def test_every_name_merge_split_and_mark_is_there_after_the_run(edited: Edited):
    assert names(edited.after) == names(edited.before)
    assert [theme.id for theme in edited.after.none] == [theme.id for theme in edited.before.none]
    merged, split = (edited.before.log[number].themes for number in (N_NAMED, N_NAMED + 1))
    ids = {theme.id for theme in edited.after.themes}
    assert merged[0] in ids
    assert merged[1] not in ids
    assert ids >= set(split)


def test_matching_takes_no_time_beside_the_run(edited: Edited):
    assert edited.seconds_of_matching < 0.05 * edited.again.ended.seconds


def test_what_changed_is_told_of_every_theme(edited: Edited):
    told = {change.theme for change in edited.after.changes}
    assert {theme.id for theme in (*edited.before.themes, *edited.after.themes)} <= told
