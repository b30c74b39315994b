"""How good the suggestions are before anybody has decided anything, beside what is simpler. `make bench` runs it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import platformdirs
import pytest

from tests.benchmarks.coded_sets import SETS, CodedSet
from tests.benchmarks.methods import Quality, Space, compared, of_ranking, quality, suggested
from tests.benchmarks.tables import DOCS, FIELDS, rewrite
from tests.un_study import DATA
from themes import pipeline, shipped
from themes.domain import Codebook, SourceKind
from themes.pipeline.stages import CACHE
from themes.project import FILE_NAME, Made, Project

OURS = "themes"
DEMO = "demo"
RIVALS = ("TF-IDF, names", "TF-IDF, definitions", "cosine, names", "cosine, definitions")
"""What the suggestions must not fall behind, wherever they are measured."""


@pytest.fixture(scope="module")
def space() -> Iterator[Space]:
    folder = platformdirs.user_cache_path("themes") / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    with Space(folder / "vectors.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The demo study as a run leaves it."""
    folder = tmp_path_factory.mktemp("demo") / "study"
    pipeline.demo(folder)
    with Project(folder / FILE_NAME) as project:
        return project.made()
