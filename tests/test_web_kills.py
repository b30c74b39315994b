"""The review app killed in the middle of its work: what was answered stands, once, in a file that opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import killed
from tests.review_app import made, study_in


@pytest.mark.slow
def test_no_kill_loses_doubles_or_damages_anything(tmp_path: Path):
    study = study_in(tmp_path / "study", made(200, sources=4)).study.folder
    with (study / "study.toml").open("a") as file:
        file.write("[options.review]\nfirst_pass = 1000000\n")  # no batches, and so no process that learns
    found = killed(study, tmp_path, 5)
    assert (found.kills, found.lost, found.doubled, found.damaged) == (5, set(), set(), [])
    assert len(found.expected) > 5
