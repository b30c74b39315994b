"""Whether the stability that is printed with a theme is the share of resamples in which it is found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import platformdirs
import pytest

from tests.benchmarks.grouped_sets import GROUPED_SETS, GroupedSet
from tests.benchmarks.methods import Space
from tests.benchmarks.passages import drawn_passages
from tests.benchmarks.peers import prepared
from tests.benchmarks.recurrence import Judged, binned, calibration_error, judged
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA

HERE = (DATA / "un").is_dir()
SETS = ("sdg-benchmark", "congress-bills", "banking77-600", "serdif-taguette", "un-passages")
ALL_SETS = "all sets"
N_PASSAGES = 2_000

Row = tuple[str, str, str, int, str, float]


def grouped(name: str) -> GroupedSet:
    """The set of that name; passages of speeches, which nobody has sorted, have a group each."""
    if name in GROUPED_SETS:
        return GROUPED_SETS[name](DATA)
    drawn = drawn_passages(DATA, N_PASSAGES)
    return GroupedSet(name, tuple(one["text"] for one in drawn), tuple(one["id"] for one in drawn))


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Judged]]:
    """The themes of every set and of all; docs/benchmarks/stability.csv and the page are written."""
    if not HERE:
        pytest.skip("the coded data sets are not beside the project")
    cache = platformdirs.user_cache_path("themes") / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    found = {}
    with Space(cache / "vectors.sqlite") as space:
        work = tmp_path_factory.mktemp("stability")
        folders = {name: prepared(grouped(name), space.vectors, work) for name in SETS}
    for name, folder in folders.items():
        found[name] = judged(folder)
    found[ALL_SETS] = [one for own in found.values() for one in own]
    write_rows(DOCS / "stability.csv", rows(found))
    rewrite()
    return found


def rows(found: Mapping[str, list[Judged]]) -> Iterator[Row]:
    """What docs/benchmarks/stability.csv holds; the size is the number of themes."""
    for name, themes in found.items():
        for one in binned(themes):
            label = f"{one.low:.1f} to {one.high:.1f}"
            yield "stability", name, label, one.themes, "printed", one.printed
            yield "stability", name, label, one.themes, "recurrence", one.recurrence
        yield "stability", name, "all themes", len(themes), "calibration_error", calibration_error(themes)


def test_themes_printed_as_firm_are_found_again_nearly_always(themes: dict[str, list[Judged]]):
    firm = [one.recurrence for one in themes[ALL_SETS] if one.printed >= 0.9]
    assert firm, "no theme is printed at .9 or more"
    assert sum(firm) / len(firm) >= 0.85


def test_what_is_printed_is_what_resampling_shows(themes: dict[str, list[Judged]]):
    assert calibration_error(themes[ALL_SETS]) <= 0.1


def test_themes_printed_as_firmer_are_found_again_more_often(themes: dict[str, list[Judged]]):
    found = [one.recurrence for one in binned(themes[ALL_SETS]) if one.themes >= 5]
    assert len(found) > 1
    assert found[-1] > found[0]
