"""The review app killed at random moments while a client decides as fast as it can: what was answered stands, once."""

from __future__ import annotations

import os

import pytest

from tests.benchmarks.tables import DOCS, rewrite, write_rows
from tests.killing import Killed, killed
from tests.review_app import made, study_in

KILLS = int(os.environ.get("THEMES_KILLS", "300"))
SEGMENTS = 2_000


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """What so many kills left; docs/benchmarks/durability.csv and the page are written."""
    folder = tmp_path_factory.mktemp("durability")
    study = study_in(folder / "study", made(SEGMENTS, sources=12)).study.folder
    with (study / "study.toml").open("a") as file:
        file.write("[options.review]\nfirst_pass = 1000000\n")  # no batches, and so no process that learns
    told = killed(study, folder, KILLS)
    about = ("durability", "kills", "themes review", SEGMENTS)
    write_rows(DOCS / "durability.csv", [(*about, metric, value) for metric, value in told.counts().items()])
    rewrite()
    return told


def test_no_acknowledged_act_is_lost(found: Killed):
    assert found.lost == set()


def test_no_act_is_done_twice(found: Killed):
    assert found.doubled == set()


def test_every_file_opens_whole_the_copies_too(found: Killed):
    assert found.damaged == []


def test_kills_fell_before_an_act_was_kept_and_between_that_and_its_answer(found: Killed):
    assert found.kills == KILLS
    assert 0 < found.kept_unanswered < found.unanswered
