"""How good the suggestions are before anybody has decided anything, beside what is simpler."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
import pytest

from tests.benchmarks.coded_sets import SETS, CodedSet, with_a_common_code, with_foreign_codes
from tests.benchmarks.methods import Quality, Space, compared, of_ranking, quality, share_of, simpler, suggested
from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.un_study import DATA
from themes import pipeline, shipped
from themes.domain import Codebook
from themes.project import FILE_NAME, Made, Project

OURS = "themes"
DEMO = "demo-interviews"
HERE = (DATA / "un").is_dir()
RIVALS = ("chance", "TF-IDF, names", "TF-IDF, whole entry", "cosine, names", "cosine, whole entry")
"""What the suggestions must not fall behind. The most frequent codes are known only to whoever has coded already."""


@dataclass(frozen=True)
class Measured:
    """A set of coded passages, and how good each method is on it."""

    coded: CodedSet
    methods: dict[str, Quality]


@pytest.fixture(scope="module")
def space() -> Iterator[Space]:
    folder = platformdirs.user_cache_path("themes") / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    with Space(folder / "vectors.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def measured(space: Space, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """Every set that is here; where all are, docs/benchmarks/suggest.csv and the page are written."""
    coded, ranked = demo_turns(tmp_path_factory.mktemp("demo") / "study")
    found = {DEMO: Measured(coded, compared(coded, space) | {OURS: of_ranking(ranked, coded.gold)})}
    for name in SETS if HERE else ():
        coded = SETS[name](DATA)
        ours = quality(suggested(coded, space), coded.codes, coded.gold)
        found[name] = Measured(coded, compared(coded, space) | {OURS: ours})
    if HERE:
        write_rows(DOCS / "suggest.csv", [*rows(found), *strained(found, space)])
        rewrite()
    return found


def strained(found: dict[str, Measured], space: Space) -> Iterator[tuple[str, str, str, int, str, float]]:
    """What becomes of the counts where codebook and passages were not made for each other."""
    for name, other in (("un-mandates", "expert-interviews"), ("congress-bills", "un-mandates")):
        whole = with_foreign_codes(found[name].coded, found[other].coded)
        foreign = set(whole.codes) - set(found[name].coded.codes)
        yield from first_codes(whole, foreign, "share_on_foreign_codes", space)
    for name, common in (("sustainable-goals", "Quality Education"), ("congress-bills", "Health")):
        whole = with_a_common_code(found[name].coded, common)
        yield "suggest", whole.name, "coded by people", len(whole.texts), "share_of_the_common_code", 0.6
        yield from first_codes(whole, {common}, "share_of_the_common_code", space)


def first_codes(
    coded: CodedSet, wanted: set[str], metric: str, space: Space
) -> Iterator[tuple[str, str, str, int, str, float]]:
    """For each method how often it is right, and how many of its first codes are among the wanted."""
    for method, scores in (simpler(coded, space) | {OURS: suggested(coded, space)}).items():
        reached = quality(scores, coded.codes, coded.gold).precision_at_1
        yield "suggest", coded.name, method, len(coded.texts), "precision_at_1", reached
        yield "suggest", coded.name, method, len(coded.texts), metric, share_of(scores, coded, wanted)


def rows(found: dict[str, Measured]) -> Iterator[tuple[str, str, str, int, str, float]]:
    """What docs/benchmarks/suggest.csv holds."""
    for name, one in found.items():
        size = len(one.coded.texts)
        yield "suggest", name, "coded by people", size, "codes", len(one.coded.codes)
        yield "suggest", name, "coded by people", size, "codes_per_passage", sum(map(len, one.coded.gold)) / size
        for method, reached in one.methods.items():
            for metric, value in asdict(reached).items():
                yield "suggest", name, method, size, metric, value


def demo_turns(folder: Path) -> tuple[CodedSet, list[list[str]]]:
    """The turns of the demo study that its author coded, and the codes that a run suggests for each, best first."""
    pipeline.demo(folder)
    with Project(folder / FILE_NAME) as project:
        made = project.made()
    turns = author_turns(made)
    codebook = Codebook(made.codes)
    texts: dict[str, str] = {segment.id: segment.text for segment in made.segments}
    suggested_codes: dict[str, list[str]] = {segment: [] for segment in turns}
    for suggestion in made.suggestions:
        if suggestion.segment in turns:
            suggested_codes[suggestion.segment].append(suggestion.code)
    coded = CodedSet(DEMO, tuple(texts[segment] for segment in turns), tuple(turns.values()), codebook)
    return coded, list(suggested_codes.values())


def author_turns(made: Made) -> dict[str, frozenset[str]]:
    """The segment in which each coded turn begins -> the ids of its codes; a turn without a code is left out."""
    files = {source.id: source.file for source in made.sources}
    ids = {code.name: code.id for code in made.codes}
    turns: dict[str, frozenset[str]] = {}
    with (shipped.demo() / "author-coding.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            begun = [
                segment.id
                for segment in made.segments
                if files[segment.source] == row["file"] and segment.text.startswith(row["begins"])
            ]
            codes = frozenset(ids[name.strip()] for name in row["codes"].split(";") if name.strip())
            if begun and codes:
                turns[begun[0]] = codes
    return turns


@pytest.fixture(params=[DEMO, *SETS])
def one(request: pytest.FixtureRequest, measured: dict[str, Measured]) -> Measured:
    if request.param not in measured:
        pytest.skip(f"the data set {request.param} is not beside the project")
    return measured[request.param]


def test_the_first_suggestion_is_right_at_least_as_often_as_that_of_anything_simpler(one: Measured):
    ours = one.methods[OURS].precision_at_1
    better = {name: rival for name in RIVALS if (rival := one.methods.get(name)) and rival.precision_at_1 > ours}
    assert better == {}


def test_three_suggestions_hold_at_least_as_many_of_the_codes_as_those_of_anything_simpler(one: Measured):
    ours = one.methods[OURS].recall_at_3
    better = {name: rival for name in RIVALS if (rival := one.methods.get(name)) and rival.recall_at_3 > ours}
    assert better == {}


def test_nearly_every_turn_that_the_author_of_the_demo_coded_is_found(measured: dict[str, Measured]):
    with (shipped.demo() / "author-coding.csv").open(encoding="utf-8", newline="") as file:
        coded = sum(bool(row["codes"].strip()) for row in csv.DictReader(file))
    assert len(measured[DEMO].coded.texts) >= 0.95 * coded
