"""When no code fits: each code in turn taken out of the codebook; and which code a candidate theme maps to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import platformdirs
import pytest
from numpy.typing import NDArray

from tests.benchmarks.learned_sets import LEARNED_SETS, LearnedSet
from tests.benchmarks.learning import Case, case_of, judged_of
from tests.benchmarks.methods import Space
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA
from themes.cluster import ClusterOptions, cluster
from themes.domain import CandidateTheme, Cover, Segment, SegmentId, SourceId, SourceKind
from themes.suggest import EncodedCodebook, Judged, Learned, Learner, SuggestOptions, map_themes, prior

HERE = (DATA / "wac").is_dir()
SETS = ("sdg-benchmark", "congress-bills", "serdif-taguette", "napire2018", "disaster-messages")
BUDGETS = (0, 20, 100, 300)
FEWEST = 8
"""Codes that fewer passages carry alone are not taken out."""

OURS = "themes"
Row = tuple[str, str, str, int, str, float]
Values = dict[tuple[str, str, int, str], float]


@dataclass(frozen=True, eq=False)
class Themed:
    """A set with its candidate themes, as rows of passages: all of a theme, and those that are shown."""

    case: Case
    segments: tuple[Segment, ...]
    themes: tuple[CandidateTheme, ...]
    rows: Mapping[str, int]

    def carried(self, segments: tuple[SegmentId, ...]) -> NDArray[np.floating]:
        """The share of these segments that carries each code."""
        return self.case.gold[[self.rows[segment] for segment in segments]].mean(axis=0)


@pytest.fixture(scope="module")
def values() -> Values:
    """(set, method, budget, metric) -> value; docs/benchmarks/withheld.csv and the page are written."""
    if not HERE:
        pytest.skip("the coded data sets are not beside the project")
    cache = platformdirs.user_cache_path("themes") / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    found: Values = {}
    with Space(cache / "vectors.sqlite") as space:
        for name in SETS:
            themed = themed_set(LEARNED_SETS[name](DATA), space)
            gathered: dict[tuple[str, int, str], list[float]] = {}
            for key, value in (*mapped(themed), *withheld(themed, space)):
                gathered.setdefault(key, []).append(value)
            found |= {(name, *key): float(np.nanmean(own)) for key, own in gathered.items()}
    write_rows(DOCS / "withheld.csv", rows(found))
    rewrite()
    return found


def themed_set(coded: LearnedSet, space: Space) -> Themed:
    """The set with the candidate themes of the program."""
    segments = tuple(segment(row, text, coded.groups[row]) for row, text in enumerate(coded.texts))
    themes = cluster(segments, space.vectors(coded.texts), ClusterOptions()).themes
    rows = {one.id: row for row, one in enumerate(segments)}
    return Themed(case_of(coded, 0, space), segments, themes, rows)


def segment(number: int, text: str, group: str) -> Segment:
    """A passage as the program sees it."""
    return Segment(
        id=SegmentId(f"s{number}"),
        source=SourceId(group),
        start=0,
        end=len(text),
        text=text,
        turn=0,
        kind=SourceKind.INTERVIEW,
        speaker=group,
        participant=group,
        actor_group="",
        mission="",
        mission_basis="",
        period="",
        period_basis="",
    )


def mapped(themed: Themed) -> Iterator[tuple[tuple[str, int, str], float]]:
    """Whether the first code of each theme is the one that most of its passages carry."""
    case = themed.case
    for budget in BUDGETS:
        learned = case.learner.learn(judged_of(case, case.pool[:budget]))
        codes = map_themes(themed.themes, themed.segments, learned, case.codes, SuggestOptions())
        first = {one.theme: one.code for one in codes if one.rank == 1}
        for theme in themed.themes:
            majority = case.codes[int(themed.carried(theme.segments).argmax())].id
            yield (OURS, budget, "first_code_right"), float(first[theme.id] == majority)


def withheld(themed: Themed, space: Space) -> Iterator[tuple[tuple[str, int, str], float]]:
    """What becomes of the passages of each code that is taken out of the codebook."""
    case = themed.case
    for column in range(len(case.codes)):
        alone = case.gold[:, column] & (case.gold.sum(axis=1) == 1)
        if alone.sum() >= FEWEST:
            kept = [other for other in range(len(case.codes)) if other != column]
            learner = without(case, kept, space)
            for budget in BUDGETS:
                learned = learner.learn(judged_among(case, kept, budget))
                yield from _found(case, kept, learned, budget)
                yield from _proposed(themed, column, learned, budget)


def without(case: Case, kept: list[int], space: Space) -> Learner:
    """Ours, with a codebook of the kept codes."""
    bare = EncodedCodebook(tuple(case.codes[column] for column in kept), {})
    words = list(dict.fromkeys(text for code in bare.codes for text in (*bare.words_of(code), *code.examples)))
    book = replace(bare, vectors=dict(zip(words, space.vectors(words), strict=True)))
    options = SuggestOptions()
    return Learner(case.texts, case.vectors, case.groups, prior(case.texts, case.vectors, book, options), book, options)


def judged_among(case: Case, kept: list[int], budget: int) -> Judged:
    """The reviewed passages by somebody who has only these codes."""
    rows = np.array(case.pool[:budget], np.intp)
    gold = case.gold[rows][:, kept]
    targets = np.hstack([gold, ~gold.any(axis=1, keepdims=True)]).astype(float)
    return Judged(rows, targets, np.ones(targets.shape, np.bool_), np.ones(len(rows)))


def _found(case: Case, kept: list[int], learned: Learned, budget: int) -> Iterator[tuple[tuple[str, int, str], float]]:
    """How well the held-out passages of no code are told from the others."""
    from sklearn.metrics import roc_auc_score

    none = ~case.gold[case.held_out][:, kept].any(axis=1)
    if none.all() or not none.any():
        return
    chances = learned.probabilities(case.held_out)
    scores = {
        OURS: chances[:, -1],
        "product of 1 - p": np.log1p(-chances[:, :-1]).sum(axis=1),
        "1 - greatest p": -chances[:, :-1].max(axis=1),
    }
    for method, score in scores.items():
        yield (method, budget, "auroc"), float(roc_auc_score(none, score))


def _proposed(
    themed: Themed, column: int, learned: Learned, budget: int
) -> Iterator[tuple[tuple[str, int, str], float]]:
    """Whether the code comes back as a proposal whose quotes are mostly its own, and how many themes of others do."""
    codes = [code for place, code in enumerate(themed.case.codes) if place != column]
    entries = map_themes(themed.themes, themed.segments, learned, codes, SuggestOptions())
    proposed = {one.theme for one in entries if one.rank == 0 and one.verdict is Cover.NO_CODE}
    own = {theme.id: float(themed.carried(theme.exemplars)[column]) for theme in themed.themes}
    share = {theme.id: float(themed.carried(theme.segments)[column]) for theme in themed.themes}
    yield (OURS, budget, "came_back"), float(any(own[theme] >= 0.5 for theme in proposed))
    yield (OURS, budget, "had_a_theme"), float(any(value >= 0.5 for value in own.values()))
    others = [theme in proposed for theme, value in share.items() if value < 0.2]
    yield (OURS, budget, "others_proposed"), float(np.mean(others)) if others else np.nan


def rows(found: Values) -> Iterator[Row]:
    """What docs/benchmarks/withheld.csv holds; the size is the number of reviewed passages."""
    for (name, method, budget, metric), value in found.items():
        yield "withheld", name, method, budget, metric, value


@pytest.mark.parametrize(("budget", "least"), [(0, 0.65), (20, 0.69), (100, 0.75), (300, 0.78)])
def test_passages_that_no_code_fits_are_found(values: Values, budget: int, least: float):
    assert np.mean([values[name, OURS, budget, "auroc"] for name in SETS]) >= least


def test_learning_that_no_code_fits_finds_more_than_the_codes_alone(values: Values):
    for method in ("product of 1 - p", "1 - greatest p"):
        others = np.mean([values[name, method, 100, "auroc"] for name in SETS])
        assert np.mean([values[name, OURS, 100, "auroc"] for name in SETS]) >= others


@pytest.mark.parametrize(("budget", "least"), [(0, 0.91), (300, 0.98)])
def test_the_first_code_of_a_theme_is_that_of_most_of_its_passages(values: Values, budget: int, least: float):
    assert np.mean([values[name, OURS, budget, "first_code_right"] for name in SETS]) >= least
