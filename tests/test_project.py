"""The project file: what the machine made, replaced as one; what people decided, kept for ever."""

from __future__ import annotations

import ast
import inspect
import sqlite3
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from themes import project as module
from themes.domain import (
    CandidateTheme,
    Code,
    CodeAct,
    CodebookEdit,
    CodeId,
    Cover,
    Decision,
    Memo,
    Participant,
    Problem,
    Segment,
    SegmentId,
    Severity,
    Shown,
    Source,
    SourceId,
    SourceKind,
    SubjectKind,
    Suggestion,
    ThemeAct,
    ThemeChange,
    ThemeCode,
    ThemeDecision,
    ThemeId,
    ThemeStatus,
    Tier,
    Turn,
    TurnRole,
    Verdict,
)
from themes.errors import ProjectError
from themes.project import FILE_NAME, Draw, Entry, Made, Project, accounts, audits, imports, log, schema, sqlite

TEXT = "Anna: we left 🚁 in the night"
SOURCE = Source(
    id=SourceId("one"),
    file="transcripts/one.txt",
    kind=SourceKind.INTERVIEW,
    text=TEXT,
    turns=(Turn(6, len(TEXT), TurnRole.PARTICIPANT, "Anna", "", 1.5), Turn(0, 0, TurnRole.CONTEXT)),
    missions=("MINUSMA", "MONUSCO"),
    day=date(2014, 5, 31),
    tier=Tier.NOT_FOR_QUOTATION,
    voices=(Participant("Anna", "P1", "NGO"),),
)
SEGMENT = Segment(
    id=SegmentId("one:1"),
    source=SOURCE.id,
    start=6,
    end=len(TEXT),
    text=TEXT[6:],
    turn=0,
    kind=SourceKind.INTERVIEW,
    speaker="Anna",
    participant="P1",
    actor_group="UN / DPO",
    mission="MINUSMA",
    mission_basis="named",
    period="first",
    period_basis="stated",
)
MADE = Made(
    sources=(SOURCE,),
    segments=(SEGMENT,),
    codes=(Code(CodeId("b"), "b", None, "d", examples=("x | y", "z")), Code(CodeId("a"), "a", CodeId("b"))),
    themes=(CandidateTheme(ThemeId("T01"), (("night", 0.5),), (SEGMENT.id,), (1.0,), (SEGMENT.id,)),),
    found=(CandidateTheme(ThemeId("T01"), (("night", 0.5),), (SEGMENT.id,), (1.0,), (SEGMENT.id,)),),
    kept=(CandidateTheme(ThemeId("T02"), (), (SegmentId("gone:1"),), (0.0,), ()),),
    changes=(ThemeChange(ThemeId("T03"), "left", ThemeStatus.GONE, before=4, went_to=(ThemeId("T01"),)),),
    highest_number=3,
    theme_codes=(ThemeCode(ThemeId("T01"), None, 0, 0.0, 0.0, Cover.NO_CODE),),
    suggestions=(Suggestion(SEGMENT.id, CodeId("b"), 1, 0.4, 0.1, -0.2, ("night",), "x | y"),),
    problems=(Problem(Severity.WARNING, "one.txt, row 2", "Something.", "Do this."),),
    places={SEGMENT.id: (0.25, -1.5)},
    entries=(Entry("transcripts/one.txt", "abc", (SOURCE.id,), ()),),
    fingerprints={"ingest": "f1"},
    provenance={"zeta": "1", "alpha": "2"},
)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def filled(path: Path) -> Path:
    with Project(path) as project:
        project.replace(MADE)
    return path


def decision(verdict: Verdict = Verdict.ACCEPT, **known: object) -> Decision:
    return replace(Decision(0, NOON, "anna", verdict, SEGMENT.id, CodeId("b")), **known)  # type: ignore[arg-type]


def test_a_new_project_is_empty(path: Path):
    with Project(path) as project:
        assert project.made() == Made()
        assert project.last_run() is None
        assert set(project.sizes().values()) == {0}


def test_what_was_made_comes_back_as_it_was(filled: Path):
    with Project(filled) as project:
        assert project.made() == MADE
        assert list(project.made().provenance) == ["zeta", "alpha"]
        assert project.problems() == MADE.problems


@pytest.mark.parametrize(("table", "kind"), schema.MADE, ids=str)
def test_every_field_of_a_type_has_its_column(path: Path, table: str, kind: type):
    with Project(path) as project:
        derived = {"text"} if kind is Segment else set()
        assert {field.name for field in fields(kind)} - derived == set(project._columns(table))


def test_a_run_replaces_all_of_the_last_one(filled: Path):
    with Project(filled) as project:
        project.replace(Made(codes=(Code(CodeId("c"), "c"),)))
        assert project.made() == Made(codes=(Code(CodeId("c"), "c"),), highest_number=3)


def test_a_run_that_fails_half_way_changes_nothing(filled: Path):
    with Project(filled) as project:
        orphan = replace(SEGMENT, id=SegmentId("x"), source=SourceId("nowhere"))
        with pytest.raises(sqlite3.IntegrityError):
            project.replace(replace(MADE, segments=(orphan,)))
        assert project.made() == MADE


def test_decisions_outlive_the_runs(filled: Path):
    with Project(filled) as project:
        kept = project.record(decision())
        project.replace(Made())
        assert project.decisions() == (kept,)
    with Project(filled) as project:
        assert project.decisions() == (replace(decision(), id=1),)


def test_a_repeated_request_is_one_decision(filled: Path):
    with Project(filled) as project:
        first = project.record(decision(), key="k1")
        assert project.record(decision(Verdict.REJECT), key="k1") == first
        assert project.record(decision(Verdict.REJECT), key="k2").id == 2
        assert project.sizes()["decisions"] == 2


def on_themes(act: ThemeAct = ThemeAct.NAME, **known: object) -> ThemeDecision:
    named = ThemeDecision(0, NOON, "anna", act, (ThemeId("T01"),), "Night", "why", ((SEGMENT.id,),))
    return replace(named, **known)  # type: ignore[arg-type]


def test_a_decision_on_themes_comes_back_as_it_was(filled: Path):
    with Project(filled) as project:
        kept = project.record_theme(on_themes())
        project.replace(Made())
    with Project(filled) as project:
        assert project.theme_decisions() == (kept,) == (on_themes(id=1),)
        assert project.decisions() == ()


def test_both_logs_share_their_numbers(filled: Path):
    with Project(filled) as project:
        numbers = [project.record(decision()).id, project.record_theme(on_themes()).id, project.record(decision()).id]
        assert numbers == [1, 2, 3]
        with pytest.raises(sqlite3.IntegrityError, match="given once"):
            project._connection.execute(
                "INSERT INTO theme_decisions SELECT 1, at, coder, act, themes, name, memo, parts, undoes, 'k', '' "
                "FROM theme_decisions"
            )


def test_a_repeated_request_on_themes_is_one_decision(filled: Path):
    with Project(filled) as project:
        first = project.record_theme(on_themes(), key="k1")
        assert project.record_theme(on_themes(name="Other"), key="k1") == first == project.recorded_theme("k1")
        assert project.recorded_theme("k2") is None
        assert project.sizes()["theme_decisions"] == 1


def test_a_decision_on_themes_is_kept_whole_or_not_at_all(filled: Path):
    with Project(filled) as project:
        with pytest.raises(sqlite3.IntegrityError):
            project.record_theme(on_themes(ThemeAct.UNDO, undoes=99))
        assert project.theme_decisions() == ()
        assert project.record_theme(on_themes()).id == 1


RECORDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from themes.domain import ThemeAct, ThemeDecision, ThemeId
from themes.project import Project

with Project(Path(sys.argv[1])) as project:
    while True:
        entry = ThemeDecision(0, datetime.now(UTC), "anna", ThemeAct.NAME, (ThemeId("T01"),), "Night", "", ((),))
        print(project.record_theme(entry).id, flush=True)
"""


def test_a_program_that_is_killed_loses_no_decision_that_it_acknowledged(filled: Path):
    with subprocess.Popen([sys.executable, "-c", RECORDING, filled], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
        process.kill()
        told += [int(line) for line in process.stdout if line.endswith("\n")]
    with Project(filled) as project:
        kept = [entry.id for entry in project.theme_decisions()]
        assert project.made() == MADE
    assert kept[: len(told)] == told
    assert len(kept) - len(told) in (0, 1)


def test_restating_changes_the_themes_and_nothing_else(filled: Path):
    with Project(filled) as project:
        named = (replace(MADE.themes[0], name="Night"),)
        project.restate(replace(MADE, themes=named, segments=(), fingerprints={"decided": "1"}))
        assert project.made() == replace(MADE, themes=named, fingerprints={"ingest": "f1", "decided": "1"})


BEFORE = {**MADE.fingerprints, "suggest": "f1"}


def relearnt(**other: object) -> Made:
    """What was made, with other suggestions for the same segments."""
    suggestions = tuple(replace(one, score=0.99) for one in MADE.suggestions)
    fingerprints = {**MADE.fingerprints, "suggest": "f2"}
    return replace(MADE, **{"suggestions": suggestions, "fingerprints": fingerprints, **other})


def test_learning_changes_the_suggestions_and_nothing_else(filled: Path):
    with Project(filled) as project:
        project.remember("suggest", "f1")
        project.resuggest(replace(relearnt(), segments=()), BEFORE)
        assert project.made() == relearnt()


@pytest.mark.parametrize(
    "meanwhile",
    [pytest.param(("suggest", "f9"), id="other suggestions"), pytest.param(("ingest", "f9"), id="other segments")],
)
def test_what_a_run_made_meanwhile_is_not_overwritten(filled: Path, meanwhile: tuple[str, str]):
    with Project(filled) as project:
        project.remember("suggest", "f1")
        project.remember(*meanwhile)
        before = project.made()
        with pytest.raises(ProjectError, match="run anew"):
            project.resuggest(relearnt(), BEFORE)
        assert project.made() == before


def test_a_report_written_meanwhile_does_not_keep_suggestions_from_being_learnt(filled: Path):
    with Project(filled) as project:
        project.remember("suggest", "f1")
        project.remember("report", "new")
        project.resuggest(relearnt(), BEFORE)
        assert project.fingerprints() == relearnt().fingerprints | {"report": "new"}


def test_suggestions_for_segments_that_are_not_there_leave_everything_as_it_was(filled: Path):
    strange = tuple(replace(one, segment=SegmentId("nowhere")) for one in MADE.suggestions)
    with Project(filled) as project:
        project.remember("suggest", "f1")
        before = project.made()
        with pytest.raises((ProjectError, sqlite3.DatabaseError)):
            project.resuggest(relearnt(suggestions=strange), BEFORE)
        assert project.made() == before


def test_the_themes_of_an_older_file_are_what_the_machine_found(path: Path):
    raw = sqlite3.connect(path)
    marks = f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 2;"
    raw.executescript("".join(module.MIGRATIONS[:2]) + marks)
    raw.execute(
        "INSERT INTO themes (id, terms, segments, membership, exemplars) VALUES ('T07', '[]', '[\"a\"]', '[1]', '[]')"
    )
    raw.execute(
        "INSERT INTO decisions (at, coder, verdict, segment, batch, source, start, end) "
        "VALUES ('2026-01-01T12:00:00+00:00', 'anna', 'defer', 'a', '', 's', 0, 1)"
    )
    raw.commit()
    raw.close()
    with Project(path) as project:
        assert [theme.id for theme in project.made().found] == ["T07"]
        assert project.record_theme(on_themes()).id == 2
    assert path.with_name(f"{FILE_NAME}.before-schema-3").exists()


@pytest.mark.parametrize("change", ["UPDATE decisions SET coder = 'x'", "DELETE FROM decisions"])
def test_the_log_only_grows_whoever_writes_to_the_file(filled: Path, change: str):
    with Project(filled) as project:
        project.record(decision())
    with sqlite3.connect(filled) as raw, pytest.raises(sqlite3.IntegrityError, match="only grows"):
        raw.execute(change)
    raw.close()


def test_a_decision_on_no_segment_is_refused(filled: Path):
    with Project(filled) as project, pytest.raises(ProjectError, match="no segment 'gone'"):
        project.record(decision(segment=SegmentId("gone")))


def test_a_decision_keeps_the_place_it_was_about(filled: Path):
    with Project(filled) as project:
        project.record(decision())
        row = project._connection.execute("SELECT source, start, end FROM decisions").fetchone()
    assert row == ("one", 6, len(TEXT))


def test_the_latest_run_is_remembered(path: Path):
    with Project(path) as project:
        project.add_run("0.1", 1.5, {"ingest": "1 file"})
        project.add_run("0.2", 2.5, {"ingest": "2 files"})
        last = project.last_run()
    assert last is not None
    assert (last.version, last.seconds, last.stages) == ("0.2", 2.5, {"ingest": "2 files"})


def test_a_file_from_a_newer_version_is_left_untouched(filled: Path):
    with sqlite3.connect(filled) as raw:
        raw.execute(f"PRAGMA user_version = {len(module.MIGRATIONS) + 1}")
    raw.close()
    before = filled.read_bytes()
    with pytest.raises(ProjectError, match="newer version") as refused:
        Project(filled)
    assert "Upgrade" in refused.value.remedy
    assert filled.read_bytes() == before


def test_a_file_that_is_no_database_is_named(path: Path):
    path.write_text("not a database at all, and long enough to be read as one" * 20)
    with pytest.raises(ProjectError, match="is not a project file"):
        Project(path)


def test_another_programs_database_is_refused(path: Path):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE codes (id)")
        raw.execute("PRAGMA user_version = 1")
    raw.close()
    with pytest.raises(ProjectError, match="not one of themes"):
        Project(path)


def test_a_project_opened_to_read_cannot_be_changed(filled: Path):
    with Project(filled, read_only=True) as project:
        assert project.made() == MADE
        with pytest.raises(ProjectError, match="read-only"):
            project.replace(Made())


def test_reading_does_not_make_a_file(path: Path):
    with pytest.raises(ProjectError, match="cannot be opened"):
        Project(path, read_only=True)
    assert not path.exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ProjectError, match="cannot be opened"):
        Project(tmp_path / "nowhere" / FILE_NAME)


def test_a_full_disk_is_said_and_nothing_is_lost(filled: Path):
    with Project(filled) as project:
        pages = project._connection.execute("PRAGMA page_count").fetchone()[0]
        project._connection.execute(f"PRAGMA max_page_count = {pages}")
        long = replace(MADE, provenance={"long": "x" * 10**6})
        with pytest.raises(ProjectError, match="disk is full"):
            project.replace(long)
        assert project.made() == MADE


def test_an_older_file_is_backed_up_before_it_is_migrated(filled: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, "CREATE TABLE later (text TEXT);"))
    with Project(filled) as project:
        assert project.made() == MADE
        assert project._one("SELECT count(*) FROM later") == 0
    newest = len(module.MIGRATIONS)
    backup = filled.with_name(f"{FILE_NAME}.before-schema-{newest}")
    with sqlite3.connect(backup) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (newest - 1,)
    raw.close()


def test_sql_is_put_together_from_names_of_this_module_only():
    """What ruff's S608 would hold: every value goes in through a question mark."""
    rooms = (module, accounts, audits, imports, log, schema, sqlite)
    calls = [one for room in rooms for one in ast.walk(ast.parse(inspect.getsource(room))) if isinstance(one, ast.Call)]
    texts = [
        call.args[0]
        for call in calls
        if isinstance(call.func, ast.Attribute) and "execute" in call.func.attr and call.args
    ]
    inserted = {
        ast.unparse(part.value)
        for text in texts
        if isinstance(text, ast.JoinedStr)
        for part in text.values
        if isinstance(part, ast.FormattedValue)
    }
    assert inserted == {"table", "names", "marks", "script", "len(MIGRATIONS)", "each"}


def memo(text: str = "look again") -> Memo:
    return Memo(0, NOON, "anna", SubjectKind.SEGMENT, SEGMENT.id, text)


def edit() -> CodebookEdit:
    return CodebookEdit(0, NOON, "anna", CodeAct.RENAME, (CodeId("b"),), (Code(CodeId("c"), "c"),), "clearer")


def test_an_act_of_several_entries_is_recorded_as_one(filled: Path):
    with Project(filled) as project:
        kept = project.record_step([decision(), memo(), edit()], "k1")
        assert [entry.id for entry in kept] == [1, 2, 3]
        assert {entry.step for entry in kept} == {"k1"}
        assert project.record_step([decision(), memo(), edit()], "k1") == kept
        assert project.recorded_step("k1") == kept
        assert project.last_number() == 3
    with Project(filled) as project:
        assert project.memos() == (kept[1],)
        assert project.codebook_edits() == (kept[2],)
        assert project.decisions() == (kept[0],)


def test_of_an_act_that_cannot_be_recorded_whole_nothing_is(filled: Path):
    with Project(filled) as project:
        with pytest.raises(ProjectError, match="no segment 'nowhere'"):
            project.record_step([memo(), replace(decision(), segment=SegmentId("nowhere"))], "k1")
        assert project.last_number() == 0
        assert project.memos() == ()


def test_what_a_coder_saw_is_kept_with_the_decision(filled: Path):
    seen = replace(decision(), shown=Shown.BLIND, suggested=CodeId("a"), score=0.25, bounds=(6, 9), step="s")
    with Project(filled) as project:
        assert project.record_step([seen], "s") == (replace(seen, id=1),)
        assert project.decisions() == (replace(seen, id=1),)


def test_draws_are_kept_and_only_grow(filled: Path):
    draw = Draw(0, NOON, "anna", 1, SEGMENT.id, "audit", True, 0.2, "UN", 5, 1, 0)
    with Project(filled) as project:
        project.record_draws([draw, replace(draw, segment=SegmentId("one:2"), chance=None)])
        first, second = project.draws("anna")
        assert (first, second.chance, second.id) == (replace(draw, id=1), None, 2)
        assert project.draws("ben") == ()
        for change in (
            "DELETE FROM draws",
            "UPDATE draws SET chance = 1",
            "DELETE FROM memos",
            "UPDATE memos SET text = ''",
        ):
            if "memos" in change:
                project.record_step([memo()], "m")
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                project._connection.execute(change)
