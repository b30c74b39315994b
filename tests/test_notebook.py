"""The acts from Python: each returns a frame."""

from __future__ import annotations

from pathlib import Path

import pytest

import themes
from themes.errors import StudyError


@pytest.fixture
def study(small_study: Path) -> Path:
    return small_study


def test_every_act_is_a_function_before_and_after_a_run(study: Path):
    assert themes.run(study)["stage"].iloc[0] == "ingest"
    assert all(callable(getattr(themes, name)) for name in themes.__all__)
    assert set(themes.tables(study)) == {
        "segments",
        "themes",
        "hierarchy",
        "theme_codes",
        "suggestions",
        "codings",
        "prevalence",
    }
    assert themes.status(study).set_index("what").loc["segments", "number"] == 8
    assert list(themes.write_report(study).query("done")["stage"]) == ["prevalence", "report"]


def test_a_table_comes_with_numbers_as_numbers_and_texts_as_texts(study: Path):
    themes.run(study)
    prevalence = themes.table(study, "prevalence")
    assert prevalence["count"].dtype.kind == "i"
    assert prevalence["share"].dtype.kind == "f"
    assert prevalence["corpus_low"].isna().all()
    segments = themes.table(study, "segments")
    assert (segments["number"] == "").all()
    assert segments["text"].str.startswith("The convoy").all()


def test_problems_are_a_frame_too(study: Path):
    assert themes.check(study).empty
    (study / "transcripts" / "a.txt").write_text("")
    assert themes.check(study)["severity"].tolist() == ["error"]


def test_a_table_that_does_not_exist_is_named_with_those_that_do(study: Path):
    with pytest.raises(StudyError, match="prevalence"):
        themes.table(study, "prevalance")
    with pytest.raises(StudyError, match=r"themes\.run"):
        themes.table(study, "themes")


def test_the_program_has_no_other_public_word():
    with pytest.raises(AttributeError, match="no attribute 'forecast'"):
        _ = themes.forecast
