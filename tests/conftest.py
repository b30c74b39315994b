"""What several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.browser import chromium  # noqa: F401  found here by every file of tests

settings.register_profile("themes", deadline=None)  # a machine that does something else too is no failure
settings.load_profile("themes")


@pytest.fixture(autouse=True)
def _maps_drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are drawn by the tests' own process, which imports UMAP once: another one would for each map."""
    monkeypatch.setattr("themes.cluster.placing._started", lambda *_: None)


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """The folder of a study with one interview of eight turns, two codes, and an encoder that needs no model."""
    folder = tmp_path / "study"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text('[study]\ntitle = "Small"\n[options.embed]\nencoder = "hashing"\n')
    (folder / "sources.csv").write_text("file,kind\ntranscripts/a.txt,interview\n")
    (folder / "codebook.csv").write_text("code,definition\nConvoys,Convoys on mined roads.\nFlights,Flights refused.\n")
    said = "\n\n".join(f"The convoy number {number} drove on the mined road to the north." for number in range(8))
    (folder / "transcripts" / "a.txt").write_text(said)
    return folder
