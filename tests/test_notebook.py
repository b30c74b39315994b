"""The acts from Python: each returns a frame."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd  # noqa: TID253  what these acts return
import pytest

import themes
from themes.domain import CodeId, Decision, Shown, Verdict
from themes.errors import DecisionError, StudyError
from themes.project import FILE_NAME, Project


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
        "suppressed",
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


@pytest.fixture
def audited(study: Path) -> Path:
    """A study of two groups, in which Anna and Ben answered an audit of all segments."""
    said = (study / "transcripts" / "a.txt").read_text()
    names = [f"{letter}{number}" for letter in "ab" for number in range(4)]
    for name in names:
        (study / "transcripts" / f"{name}.txt").write_text(said.replace("convoy", f"convoy of {name}"))
    rows = "".join(f"transcripts/{name}.txt,interview,{'UN' if name < 'b' else 'NGO'}\n" for name in names)
    (study / "sources.csv").write_text(f"file,kind,actor_group\n{rows}")
    (study / "transcripts" / "a.txt").unlink()
    toml = (study / "study.toml").read_text()
    (study / "study.toml").write_text(toml.replace("[study]", '[study]\nactor_groups = ["UN", "NGO"]'))
    themes.run(study)
    assert themes.audit(study, 0.5)[["segments", "drawn", "waiting"]].iloc[0].tolist() == [64, 32, 32]
    with Project(study / FILE_NAME) as project:
        for number, one in enumerate(one for one in project.audits.frame(1) if one.place is not None):
            for coder, code in (("anna", number % 3), ("ben", number % 4)):
                given = CodeId("Flights" if code else "Convoys")
                verdict, at = Verdict.ASSIGN, datetime(2026, 3, 1, tzinfo=UTC)
                project.record(Decision(0, at, coder, verdict, one.segment, given, shown=Shown.BLIND, suggested=given))
    return study


def test_the_results_of_commands_are_frames_with_the_columns_of_their_tables(audited: Path):
    found = {
        "prevalence": themes.shares(audited, by="group"),
        "comparisons": themes.compare(audited, ("UN", "NGO"), "Flights", permutations=99),
        "plan": themes.plan(audited, codes="Flights", replicates=20),
        "agreement": themes.agreement(audited),
    }
    for name, frame in found.items():
        kept = pd.read_csv(audited / "results" / f"{name}.csv")
        assert list(frame) == list(kept), name
        assert len(frame) > 0, name
        if name != "prevalence":  # the file has all cells
            assert len(frame) == len(kept)
    groups = found["prevalence"].query("subject == 'Flights' and actor_group != 'all'")
    assert sorted(groups["actor_group"]) == ["NGO", "UN"]
    assert found["prevalence"]["share"].dtype.kind == "f"
    (pair,) = found["comparisons"].to_dict("records")
    assert (pair["one"], pair["other"]) == ("UN", "NGO")
    assert 0 < pair["p"] <= 1


def test_a_missing_value_of_a_result_is_missing_whatever_its_kind(audited: Path):
    found = themes.agreement(audited)
    sets = found.query("code == 'all codes, as sets'").iloc[0]
    assert found["weighted"].tolist().count(True) == len(found) / 2
    assert pd.isna(sets["given"])
    assert pd.isna(sets["ac1"])
    assert found["given"].dtype == "Int64"
    assert found.query("code == 'Flights'")["note"].isna().any()
    assert found["between"].iloc[0] == "anna; ben"


def test_audits_are_listed_without_drawing_another(audited: Path):
    assert themes.audit(audited)[["audit", "answered", "coded_before"]].to_numpy().tolist() == [[1, 32, 0]]
    more = themes.audit(audited, 0.75, extend=True)
    assert more["drawn"].tolist() == [48]
    with pytest.raises(DecisionError, match="have an audit already"):
        themes.audit(audited, 0.9)


def test_what_cannot_be_compared_is_an_error_and_hidden_agreement_is_no_row(study: Path):
    themes.run(study)
    with pytest.raises(DecisionError):
        themes.compare(study)
    with pytest.raises(DecisionError):
        themes.against_mandates(study)
    toml = (study / "study.toml").read_text()
    (study / "study.toml").write_text(toml.replace("[study]", '[study]\napproach = "reflexive"'))
    assert themes.agreement(study).empty
    assert not (study / "results" / "agreement.csv").exists()


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
