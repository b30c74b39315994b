"""What several test files share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.audited_study import audited_study
from tests.browser import chromium  # noqa: F401  found here by every file of tests
from themes import pipeline

settings.register_profile("themes", deadline=None)  # a machine that does something else too is no failure
settings.load_profile("themes")


@pytest.fixture(autouse=True)
def _maps_drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are drawn by the tests' own process, which imports UMAP once: another one would for each map."""
    _draw_maps_here(monkeypatch)


def _draw_maps_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themes.cluster.placing._started", lambda *_: None)


@pytest.fixture(scope="session")
def run_of_audited_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of `audited_study` after a run, made once for all processes of the tests: to be copied, not changed."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "run-of-audited-study"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with pytest.MonkeyPatch.context() as patched:
                _draw_maps_here(patched)
                pipeline.run(audited_study(folder.with_suffix(".unfinished")))
            folder.with_suffix(".unfinished").rename(folder)
    return folder


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """The folder of a study with one interview of eight turns, two codes, and an encoder that needs no model."""
    folder = tmp_path / "study"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text(
        '[study]\ntitle = "Small"\n[options.embed]\nencoder = "hashing"\n[options.report]\nfigures = "none"\n'
    )
    (folder / "sources.csv").write_text("file,kind\ntranscripts/a.txt,interview\n")
    (folder / "codebook.csv").write_text("code,definition\nConvoys,Convoys on mined roads.\nFlights,Flights refused.\n")
    said = "\n\n".join(f"The convoy number {number} drove on the mined road to the north." for number in range(8))
    (folder / "transcripts" / "a.txt").write_text(said)
    return folder
