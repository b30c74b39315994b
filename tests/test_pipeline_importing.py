"""Other programs' projects into a study: what comes in, under whose name, and that it is all or nothing."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import exchanged_project as sent
from tests.review_app import app_of
from themes import pipeline
from themes.domain import CodeId, Decision, SubjectKind, Verdict
from themes.errors import ReadingError, StudyError, ThemesError
from themes.exchange import Exchanged, ExchangedCode, Note, User
from themes.exchange.kept import from_json
from themes.ingest import kept, read_codebook, read_sources, read_study
from themes.ingest.stretches import clean
from themes.pipeline import importing, incoming, naming, staging
from themes.pipeline.arriving import STUDY_NOTE
from themes.pipeline.deciding import Words, decide
from themes.pipeline.importing import Imported, import_files
from themes.project import FILE_NAME, Project
from themes.review import ReviewOptions
from themes.web.desk import Terms


@pytest.fixture(autouse=True)
def _reads_kept_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(incoming.READERS, ".json", sent.read)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return sent.write(tmp_path / "roads.json", sent.project())


def brought(study: Path, *files: Path, **more: Any) -> Imported:
    return import_files(study, files, "ben", **more)


def decisions(study: Path) -> tuple[Decision, ...]:
    with Project(study / FILE_NAME, read_only=True) as project:
        return project.decisions()


def said(study: Path) -> set[tuple[str, str, str]]:
    """(coder, code, the first words of the segment) of each coding."""
    with Project(study / FILE_NAME, read_only=True) as project:
        texts = project.texts()
        given = [one for one in project.decisions() if one.verdict is Verdict.ASSIGN]
        return {(one.coder, str(one.code), " ".join(texts[one.segment].split()[:3])) for one in given}


def everything(study: Path) -> dict[str, bytes | tuple[object, ...]]:
    """All files of the study by their path, with what the project file holds in place of its bytes."""
    files = (path for path in study.rglob("*") if path.is_file() and not path.name.startswith(FILE_NAME))
    found: dict[str, Any] = {path.relative_to(study).as_posix(): path.read_bytes() for path in files}
    if (study / FILE_NAME).exists():
        with Project(study / FILE_NAME, read_only=True) as project:
            found[FILE_NAME] = (project.since(0), len(project.imports.all()), project.reading.lines())
    return found


# --- what comes in ---


def test_a_new_study_is_made_with_texts_rows_and_a_codebook(tmp_path: Path, file: Path):
    done = brought(tmp_path / "study", file)
    assert done.saved
    assert done.new
    study = read_study(tmp_path / "study")
    assert study.title == "Roads"
    assert (tmp_path / "study" / "imported" / "interview-1-the-road.txt").read_bytes().decode() == sent.FIRST
    rows, problems = read_sources(study)
    assert not problems
    assert [(row.id, row.pseudonym, row.actor_group, str(row.day)) for row in rows] == [
        ("interview-1-the-road", "P01", "NGO", "2019-05-01"),
        ("interview-2", "", "", "None"),
    ]
    codes = {code.id: code for code in read_codebook(tmp_path / "study")[0].codes}
    assert list(codes) == ["Movement", "Movement / Convoys", "Movement / Flights/helicopters", "Waiting"]
    assert codes[CodeId("Movement / Convoys")].use_when == "somebody drives"


def test_codings_stand_under_whoever_made_them_at_the_time_when_they_did(tmp_path: Path, file: Path):
    brought(tmp_path / "study", file)
    assert said(tmp_path / "study") == {
        ("Anna", "Movement / Convoys", "The convoy left"),
        ("consensus (imported)", "Movement / Flights/helicopters", "Then the helicopters"),
        ("Anna", "Waiting", "It was one"),
        ("consensus (imported)", "Waiting", "It was one"),
        ("consensus (imported)", "Movement / Convoys", "It was one"),
    }
    first = min(decisions(tmp_path / "study"), key=lambda one: one.at)
    assert first.at == sent.DAY.replace(hour=11, minute=10)


def test_one_smaller_stretch_becomes_the_bounds_and_several_do_not(tmp_path: Path, file: Path):
    done = brought(tmp_path / "study", file)
    with Project(tmp_path / "study" / FILE_NAME) as project:
        texts = project.reading.texts()
        cut = {
            (one.coder, texts[one.segment.partition(":")[0]][slice(*one.bounds)])
            for one in project.decisions()
            if one.bounds is not None
        }
    assert cut == {("Anna", "We drove on the mined road to the north"), ("Anna", "one long day")}
    assert any(one.what.startswith("several stretches") and one.count == 2 for one in done.files[0].left)


def test_what_is_told_counts_what_came_and_what_did_not(tmp_path: Path, file: Path):
    (told,) = brought(tmp_path / "study", file, dry_run=True).files
    assert told.came == {
        "source": 2,
        "code": 4,
        "coder": 2,
        "coding of a segment": 5,
        "excerpt cut shorter than its segment": 2,
        "memo": 4,
    }
    left = {one.what.split(":")[0]: one.count for one in told.left}
    assert left == {
        "a code given to a whole source": 1,
        "a coding outside of all segments (a question, or a turn of few words)": 1,
        "a coding of a selection without length": 1,
        "several stretches of one coder in one segment": 2,
        "a source without words, or in which nobody speaks": 1,
        "a link": 1,
        "a set": 1,
        "a case that gives no row of the list of sources": 1,
    }


def test_notes_become_memos_on_what_they_are_about(tmp_path: Path, file: Path):
    brought(tmp_path / "study", file)
    with Project(tmp_path / "study" / FILE_NAME) as project:
        memos = {(one.kind, one.coder): (one.subject.partition(":")[0], one.text) for one in project.memos()}
    assert memos == {
        (SubjectKind.SOURCE, "Anna"): ("interview-1-the-road", "About the interview\n\nHe was tired."),
        (SubjectKind.SEGMENT, "consensus (imported)"): ("interview-1-the-road", "Which road?"),
        (SubjectKind.CODE, "Anna"): ("Movement / Convoys", "Perhaps merge."),
        (SubjectKind.STUDY, "Anna"): ("", "Plan\n\nTwo more interviews to come."),
    }


def test_the_file_is_kept_to_the_letter(tmp_path: Path, file: Path):
    brought(tmp_path / "study", file)
    with Project(tmp_path / "study" / FILE_NAME) as project:
        (one,) = project.imports.all()
        assert from_json(one.exchanged) == sent.project()
        assert one.users[sent.guid(2)] == "consensus (imported)"
        first = project.decisions()[0]
        assert project.imports.ties(one.id)[sent.guid(1100)] == (first.id, first.id + 1)  # the code, and the bounds


# --- into a study that is there ---


def test_a_study_that_is_there_keeps_its_rows_and_gets_its_codes_as_edits(small_study: Path, file: Path):
    brought(small_study, file)
    listed = (small_study / "sources.csv").read_text().splitlines()
    assert listed[1] == "transcripts/a.txt,interview"
    assert listed[0].startswith("file,kind,id,")
    assert [row.file for row in read_sources(read_study(small_study))[0]] == [
        "transcripts/a.txt",
        "imported/interview-1-the-road.txt",
        "imported/interview-2.txt",
    ]
    assert "Waiting" not in (small_study / "codebook.csv").read_text()
    with Project(small_study / FILE_NAME) as project:
        assert [edit.made[0].id for edit in project.codebook_edits()][-1] == "Waiting"
        assert {edit.coder for edit in project.codebook_edits()} == {"ben"}


def test_a_run_after_it_finds_everything_where_it_is(small_study: Path, file: Path):
    pipeline.run(small_study)
    brought(small_study, file)
    before = said(small_study)
    pipeline.report(small_study)
    outcome = pipeline.run(small_study)
    assert outcome.steps[0].words.startswith("nothing new in 3 files")
    assert said(small_study) == before
    with (small_study / "report" / "tables" / "codings.csv").open(encoding="utf-8", newline="") as table:
        assert {(row["coder"], row["code"]) for row in csv.DictReader(table)} == {who[:2] for who in before}


def test_sources_with_the_very_words_are_the_sources_that_are_there(tmp_path: Path, file: Path):
    study = tmp_path / "study"
    brought(study, file)
    first = decisions(study)
    decide(study, first[0].segment, Words(("Waiting",)), "cleo")
    again = replace(sent.project(), users=(User(sent.guid(1), "Dora"), User(sent.guid(2), "anna")))
    (told,) = brought(study, sent.write(tmp_path / "dora.json", again)).files
    assert told.came["source that the study has"] == 2
    assert "source" not in told.came
    assert {one.coder for one in decisions(study)[len(first) + 1 :]} == {"Dora", "Anna"}
    assert len(read_sources(read_study(study))[0]) == 2


def test_what_stands_already_is_not_said_twice(tmp_path: Path, file: Path):
    brought(tmp_path / "study", file)
    before = decisions(tmp_path / "study")
    other = sent.write(tmp_path / "other.json", replace(sent.project(), description="Sent once more."))
    (told,) = brought(tmp_path / "study", other).files
    assert told.came == {"source that the study has": 2, "code that the study has": 4, "coding that stands already": 5}
    assert decisions(tmp_path / "study") == before


def test_the_same_file_twice_changes_nothing(tmp_path: Path, file: Path):
    brought(tmp_path / "study", file)
    before = everything(tmp_path / "study")
    done = brought(tmp_path / "study", file)
    assert not done.saved
    assert [one.already for one in done.files] == [True]
    assert everything(tmp_path / "study") == before


def test_several_files_come_in_together(tmp_path: Path, file: Path):
    codes = Exchanged("Codes", codes=(ExchangedCode(sent.guid(90), "Fuel"), ExchangedCode(sent.guid(91), "waiting")))
    second = sent.write(tmp_path / "codes.json", codes)
    done = brought(tmp_path / "study", file, second, file)
    assert [one.already for one in done.files] == [False, False]
    assert done.files[1].came == {"code": 1, "code that the study has": 1}
    assert [code.id for code in read_codebook(tmp_path / "study")[0].codes][-1] == "Fuel"


def test_an_open_review_app_takes_in_what_comes(small_study: Path, file: Path):
    pipeline.run(small_study)
    with app_of(Terms(read_study(small_study), ReviewOptions(), "Anna")) as browser:
        assert "He was tired." not in browser.get("/memos").text
        brought(small_study, file)
        pages = [browser.get(path) for _ in range(3) for path in ("/", "/memos", "/codebook", "/agreement")]
        assert {page.status_code for page in pages} == {200}
        assert "He was tired." in pages[-3].text
        segment = next(one.segment for one in decisions(small_study) if one.coder == "Anna")
        assert browser.send("give", segment, codes=["Flights"]).status_code == 200


# --- what cannot come in ---


def test_a_dry_run_changes_nothing(small_study: Path, file: Path, tmp_path: Path):
    pipeline.run(small_study)
    before = everything(small_study)
    assert not brought(small_study, file, dry_run=True).saved
    assert everything(small_study) == before
    assert not brought(tmp_path / "none", file, dry_run=True).saved
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("told", ["[study]\ntitle = 3", "no toml", '[study]\ntitle = "Told"\n'])
def test_a_study_that_comes_along_is_taken_where_it_is_one(tmp_path: Path, told: str):
    own = Note(sent.guid(500), told, STUDY_NOTE)
    odd = replace(sent.project(), name='a\x7f"b\\\n', notes=(own,), notes_on_project=(own.guid,))
    brought(tmp_path / "study", sent.write(tmp_path / "odd.json", odd))
    assert read_study(tmp_path / "study").title == ("Told" if "Told" in told else 'a "b\\')


@pytest.mark.parametrize("name", ["roads.json", "roads.doc"], ids=["missing", "of another kind"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_made(tmp_path: Path, name: str):
    if name.endswith(".doc"):
        (tmp_path / name).write_text("x")
    with pytest.raises(ReadingError, match="roads"):
        brought(tmp_path / "study", tmp_path / name)
    assert not (tmp_path / "study").exists()


def test_a_folder_that_is_no_study_is_refused(tmp_path: Path, file: Path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear")
    with pytest.raises(StudyError):
        brought(tmp_path / "other", file)
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter.txt"]


# --- all or nothing ---

EFFECTS = ((Path, "mkdir"), (Path, "replace"), (os, "fsync"), (Project, "_put"), (Project, "close"))


def _failing(patch: pytest.MonkeyPatch, at: int, how: Callable[[], None]) -> list[int]:
    """From when things are kept, every effect on the disk counts; in the place of number `at`, `how` happens."""
    count = [-1]

    def counting(act: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **more: Any) -> Any:
            count[0] += count[0] >= 0
            if count[0] == at:
                how()
            return act(*given, **more)

        return counted

    def beginning(*given: Any) -> None:
        count[0] = 0
        keep(*given)

    keep = importing._keep
    patch.setattr(importing, "_keep", beginning)
    for owner, name in EFFECTS:
        patch.setattr(owner, name, counting(getattr(owner, name)))
    return count


def _raise() -> None:
    raise OSError(28, "No space left on device", "somewhere")


def _die() -> None:
    os._exit(9)


def _imported_until(step: int, how: Callable[[], None], study: Path, file: Path) -> bool:
    """Imports in a process of its own, whose effect of that number goes wrong; whether there was one."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            count = _failing(patch, step, how)
            try:
                brought(study, file)
            except (OSError, ThemesError):
                os._exit(9)
            os._exit(0 if count[0] < step else 9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


@pytest.mark.parametrize("there", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["there", "new"])
@pytest.mark.parametrize("how", [_raise, _die], ids=["an error", "the end of the process"])
def test_whatever_step_fails_the_study_is_as_it_was_or_has_it_all(
    small_study: Path, tmp_path: Path, file: Path, there: bool, how: Callable[[], None]
):
    seen = set()
    for step in range(1, 40):
        study = tmp_path / f"study-{step}"
        if there:
            shutil.copytree(small_study, study)
        before = everything(study)
        happened = _imported_until(step, how, study, file)
        staging.settle(study)
        after = everything(study)
        whole = FILE_NAME in after and after[FILE_NAME][1] == 1
        if whole:
            assert {row.file for row in read_sources(read_study(study))[0]} >= {"imported/interview-2.txt"}
            assert not [name for name in after if "importing" in name]
        else:
            assert {name: what for name, what in after.items() if name != FILE_NAME} == before
        seen.add(whole)
        if not happened:
            break
    assert not happened
    assert seen == {True, False}


# --- names ---


def test_coders_keep_their_names_as_far_as_they_are_free():
    users = (User("1", "Anna"), User("2", "anna "), User("3", "Machine"), User("4", ""), User("5", "x" * 60))
    assert naming.coders(users, ["ANNA"]) == {
        "1": "ANNA",
        "2": "anna (2)",
        "3": "Machine (imported)",
        "4": "unknown coder",
        "5": "x" * 40,
    }


def test_codes_stand_under_their_parents_and_no_two_are_one():
    found = (
        ExchangedCode("1", "Child", "2"),
        ExchangedCode("2", "A > B"),
        ExchangedCode("3", "a>b"),
        ExchangedCode("4", "  "),
        ExchangedCode("5", "=1+1", "9"),
        ExchangedCode("6", "Round", "7"),
        ExchangedCode("7", "About", "6"),
    )
    assert [one.code.id for one in naming.codes(found, ()).values()] == [
        "A>B",
        "A>B / Child",
        "a>b (2)",
        "code without a name",
        "'=1+1",
        "About",
        "About / Round",
    ]


@given(
    st.text(alphabet=st.one_of(st.sampled_from("ae \n\r\u0301\u0323\u200b\ufeff\u1100\u1161각\u212b"), st.characters()))
)
def test_every_place_of_a_text_is_known_after_reading(text: str):
    found = kept(text)
    assert found.text == clean(text)
    spans = [found.span(at, at + 1) for at in range(len(text))]
    assert all(start <= end <= len(found.text) for start, end in spans)
    assert {place for start, end in spans for place in range(start, end)} == set(range(len(found.text)))
