"""A study out to other programs and back: nothing differs, and nothing leaves that may not."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from tests import exchanged_project as sent
from tests.exchanged_projects import projects
from themes import pipeline
from themes.cli import themes
from themes.domain import CodeId, Coding, Decision, Memo, SegmentId, SubjectKind, Verdict
from themes.errors import ProjectError
from themes.exchange import Exchanged, ExchangedCoding, Note
from themes.exchange.refi_reading import read_refi
from themes.exchange.refi_writing import qdpx
from themes.pipeline import incoming
from themes.pipeline.codebooking import By, edit_codebook
from themes.pipeline.coding import coded
from themes.pipeline.deciding import Words, decide, take_back
from themes.pipeline.exporting import Exported, Wanted, export_file
from themes.pipeline.importing import import_files
from themes.pipeline.naming import MACHINE_USER
from themes.pipeline.noted import OWN
from themes.project import FILE_NAME, Project
from themes.report.audience import Audience

DAY = datetime(2020, 3, 4, 5, 6, 7, tzinfo=UTC)
ROWS = """file,kind,id,title,speaker,pseudonym,actor_group,date,tier
transcripts/anna.txt,interview,,Talk in the harbour,,Voice One,NGO / Field,2019-04-05,named
transcripts/group.txt,focus group,,,,,,2019-04-06,group
transcripts/group.txt,focus group,,,Aminata,G1,NGO / Field,,
transcripts/group.txt,focus group,,,Boris,G2,UN,,
transcripts/closed.txt,interview,,,,Secret Person,UN,2019-04-07,not for quotation
"""
TALK = {
    "anna": "Interviewer: How was it?\n\nP1: The convoy drove on the mined road to the north every single week.\n\n"
    "Interviewer: And the planes?\n\nP1: Flights were refused again and again, Aminata said, and nobody told us why.",
    "group": "Moderator: Who begins?\n\n"
    "Aminata: I begin, since the convoys always left before we had any of the fuel.\n\n"
    "Boris: The flights of Aminata were refused too, all through that long winter.\n\nAminata: Boris knows that well "
    "because he was there.",
    "closed": "P9: Nobody may ever read that the zeppelins came by night over the mined road.",
}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with three sources, two coders who said something of most segments, memos and an edit."""
    folder = tmp_path_factory.mktemp("exported") / "study"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text(
        '[study]\ntitle = "Harbour"\nactor_groups = ["NGO / Field", "UN"]\n[options.embed]\nencoder = "hashing"\n'
        '[options.ingest]\nparticipant_labels = ["Boris"]\n'
    )
    (folder / "sources.csv").write_text(ROWS)
    (folder / "codebook.csv").write_text(
        "code,parent,definition,use_when,not_when,examples\nMovement,,How people move.,,,\n"
        "Convoys,Movement,Convoys on roads.,somebody drives,they only plan,One road. | Zeppelins came by night.\n"
        "Flights,Movement,Flights refused.,,,\n"
    )
    for name, text in TALK.items():
        (folder / "transcripts" / f"{name}.txt").write_text(text)
    pipeline.run(folder)
    first, second, third, fourth, *_ = segments(folder)
    decide(folder, first, Words(("Convoys",)), "anna")
    decide(folder, second, Words(("Flights", "Convoys")), "anna")
    decide(folder, second, Words(("Flights",)), "ben")
    decide(folder, third, Words(("Convoys",), ("Flights",)), "ben")
    decide(folder, segments(folder)[-1], Words(("Convoys",)), "ben")
    decide(folder, fourth, Words(none=True), "ben")
    with Project(folder / FILE_NAME) as project:
        one = project.reading.segment(SegmentId(second))
        cut = (one.start + 8, one.end - 4)
        project.record(Decision(0, DAY, "anna", Verdict.BOUNDS, one.id, bounds=cut))
        for kind, subject in ((SubjectKind.SEGMENT, second), (SubjectKind.SOURCE, "anna"), (SubjectKind.STUDY, "")):
            project.record_step([Memo(0, DAY, "anna", kind, subject, f"On the {kind}.")], f"memo {kind}")
        project.record_step([Memo(0, DAY, "ben", SubjectKind.CODE, "Movement / Flights", "Twice?")], "memo code")
    return folder


@pytest.fixture
def study(decided: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(decided, tmp_path / "study"))


def segments(study: Path) -> list[str]:
    with Project(study / FILE_NAME, read_only=True) as project:
        return list(project.texts())


def written(study: Path, file: Path, wanted: Wanted | None = None) -> Exported:
    return export_file(study, file, wanted or Wanted(), lambda _: True)


def project_of(study: Path) -> dict[str, object]:
    """What two studies must have in common to be the same."""
    with Project(study / FILE_NAME, read_only=True) as project:
        now = coded(project)
        at = {one.id: one.at for one in project.decisions()}
        made = project.made()
        return {
            "codes": set(now.codebook.codes),
            "texts": {one.id: one.text for one in made.sources},
            "sources": {replace(one, text="", turns=(), file="", checksum="") for one in made.sources},
            "segments": set(made.segments),
            "codings": {said(one, at[one.decision]) for one in now.codings},
            "bounds": {(one.segment, one.coder, one.bounds) for one in project.decisions() if one.bounds},
            "memos": {(one.kind, one.subject, one.coder, one.text, one.at) for one in project.memos()},
        }


def said(one: Coding, at: datetime) -> tuple[str, str, str, datetime]:
    return one.segment, one.code, one.coder, at


def without_own(exchanged: Exchanged) -> Exchanged:
    """The project without what the program notes of itself."""
    own = {note.guid for note in exchanged.notes if note.name.startswith(OWN)}
    return replace(
        exchanged,
        notes=tuple(one for one in exchanged.notes if one.guid not in own),
        notes_on_project=tuple(one for one in exchanged.notes_on_project if one not in own),
    )


def words_in(file: Path) -> str:
    """Every byte of an archive, unpacked, as text."""
    with zipfile.ZipFile(file) as archive:
        return "\n".join([*archive.namelist(), *(archive.read(name).decode() for name in archive.namelist())])


# --- round trips ---


def test_out_and_into_a_new_study_is_the_same_study(study: Path, tmp_path: Path):
    written(study, tmp_path / "out.qdpx")
    import_files(tmp_path / "new", [tmp_path / "out.qdpx"], "cleo")
    before, after = project_of(study), project_of(tmp_path / "new")
    for what in before:
        assert after[what] == before[what], what


def test_out_and_back_into_the_same_study_changes_nothing(study: Path, tmp_path: Path):
    before = project_of(study)
    written(study, tmp_path / "out.qdpx")
    (told,) = import_files(study, [tmp_path / "out.qdpx"], "cleo").files
    assert told.came["source that the study has"] == 3
    assert told.came["coding that stands already"] == 6
    assert project_of(study) == before
    assert {"source", "code", "coding of a segment", "memo"}.isdisjoint(told.came)


def test_what_came_in_goes_out_as_it_came_and_comes_in_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(incoming.READERS, ".json", sent.read)
    first = tmp_path / "first"
    import_files(first, [sent.write(tmp_path / "roads.json", sent.project())], "ben")
    written(first, tmp_path / "one.qdpx")
    import_files(tmp_path / "second", [tmp_path / "one.qdpx"], "ben")
    written(tmp_path / "second", tmp_path / "two.qdpx")
    one, two = (without_own(read_refi(tmp_path / f"{name}.qdpx").exchanged) for name in ("one", "two"))
    assert one == two
    whole = sent.project()
    kept = [(one.guid, one.created, one.codings, one.name) for source in whole.sources for one in source.selections]
    assert [
        (one.guid, one.created, one.codings, one.name) for source in one.sources for one in source.selections
    ] == kept
    assert (one.users, one.cases, one.links, one.groups) == (whole.users, whole.cases, whole.links, whole.groups)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(projects())
def test_whatever_comes_in_goes_out_and_in_and_out_the_same(project: Exchanged):
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "0.qdpx").write_bytes(qdpx(project))
        for number in range(2):
            import_files(place / f"study-{number}", [place / f"{number}.qdpx"], "ben")
            written(place / f"study-{number}", place / f"{number + 1}.qdpx")
        first, second, third = (without_own(read_refi(place / f"{number}.qdpx").exchanged) for number in range(3))
        assert second == replace(first, name=second.name)  # a study without a name has that of its folder
        assert third == second


def test_the_same_study_gives_the_same_bytes(study: Path, tmp_path: Path):
    first = written(study, tmp_path / "one.qdpx")
    assert written(study, tmp_path / "two.qdpx").content == first.content


def test_guids_last_through_runs_renames_and_new_decisions(study: Path, tmp_path: Path):
    written(study, tmp_path / "one.qdpx")
    edit_codebook(study, lambda editor: editor.rename("Convoys", "Road convoys"), By("anna"))
    decide(study, segments(study)[3], Words(("Flights",)), "anna")
    pipeline.run(study)
    written(study, tmp_path / "two.qdpx")
    one, two = (read_refi(tmp_path / f"{name}.qdpx").exchanged for name in ("one", "two"))
    assert [code.guid for code in two.codes] == [code.guid for code in one.codes]
    assert {code.name for code in two.codes} == {"Movement", "Road convoys", "Flights"}
    assert guids(one.sources) == guids(two.sources)
    assert selections(one) < selections(two)


def guids(parts: Iterable[object]) -> list[str]:
    return [str(getattr(part, "guid", "")) for part in parts]


def selections(exchanged: Exchanged) -> set[tuple[str, int, int]]:
    return {(one.guid, one.start, one.end) for source in exchanged.sources for one in source.selections}


# --- what came in, after people went on ---


@pytest.fixture
def came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(incoming.READERS, ".json", sent.read)
    import_files(tmp_path / "came", [sent.write(tmp_path / "roads.json", sent.project())], "ben")
    return tmp_path / "came"


def out_of(study: Path, file: Path) -> Exchanged:
    file.unlink(missing_ok=True)
    written(study, file)
    return read_refi(file).exchanged


def test_a_coding_that_was_taken_back_does_not_go_out(came: Path, tmp_path: Path):
    with Project(came / FILE_NAME) as project:
        (first, *_) = [one for one in project.decisions() if one.code == "Movement / Convoys"]
    take_back(came, first.id, "Anna")
    found = out_of(came, tmp_path / "out.qdpx")
    (selection,) = [one for source in found.sources for one in source.selections if one.guid == sent.guid(100)]
    assert selection.codings == ()  # it has a note still
    assert sent.guid(110) in {one.guid for source in found.sources for one in source.selections}


def test_a_code_that_was_renamed_keeps_its_guid_colour_and_codings(came: Path, tmp_path: Path):
    edit_codebook(came, lambda editor: editor.rename("Convoys", "Road convoys"), By("ben"))
    found = out_of(came, tmp_path / "out.qdpx")
    (code,) = [one for one in found.codes if one.guid == sent.guid(21)]
    assert (code.name, code.colour, code.description) == (
        "Road convoys",
        "#ff0000",
        sent.project().codes[1].description,
    )
    assert selections(found) == selections(read_out(sent.project(), tmp_path))


def read_out(exchanged: Exchanged, folder: Path) -> Exchanged:
    """The project as a file of it is read."""
    (folder / "plain.qdpx").write_bytes(qdpx(exchanged))
    return read_refi(folder / "plain.qdpx").exchanged


def test_new_codings_go_out_beside_what_came_in(came: Path, tmp_path: Path):
    first, *_ = segments(came)
    decide(came, first, Words(("Waiting",)), "Anna")
    decide(came, first, Words(("Waiting",)), "dora")
    found = out_of(came, tmp_path / "out.qdpx")
    new = [one for source in found.sources for one in source.selections if one.guid not in CAME]
    assert {user.name for user in found.users} == {"Anna", "consensus", "dora"}
    assert sorted(names(found, coding.user) for one in new for coding in one.codings) == ["Anna", "dora"]


CAME = {one.guid for source in sent.project().sources for one in source.selections}


def names(exchanged: Exchanged, user: str) -> str:
    return next(one.name for one in exchanged.users if one.guid == user)


def test_excerpts_that_were_moved_go_out_where_they_are_now(came: Path, tmp_path: Path):
    with Project(came / FILE_NAME) as project:
        (cut, *_) = [one for one in project.decisions() if one.bounds]
        low, high = cut.bounds or (0, 0)
        project.record(Decision(0, DAY, cut.coder, Verdict.BOUNDS, cut.segment, bounds=(low, high - 13)))
        text = project.reading.texts()[cut.segment.partition(":")[0]]
    found = out_of(came, tmp_path / "out.qdpx")
    quotes = {
        source.text[one.start : one.end]
        for source in found.sources
        for one in source.selections
        if source.text and one.codings
    }
    assert text[low : high - 13] in quotes
    assert text[low:high] not in quotes


def test_two_files_of_one_project_go_out_as_one(came: Path, tmp_path: Path):
    whole = sent.project()
    other = replace(
        whole,
        description="A colleague's copy, with identifiers of her own.",
        users=tuple(replace(one, guid=one.guid.replace("0000-4000", "1111-4000")) for one in whole.users[:1]),
        codes=tuple(
            replace(one, guid=one.guid.replace("0000-4000", "1111-4000"), parent=None) for one in whole.codes[3:]
        ),
        sources=(
            replace(
                whole.sources[1],
                guid=sent.guid(9051),
                selections=(
                    replace(
                        whole.sources[1].selections[1],
                        guid=sent.guid(9111),
                        user="",
                        codings=(
                            ExchangedCoding(
                                sent.guid(9112),
                                whole.codes[3].guid.replace("0000-4000", "1111-4000"),
                                whole.users[0].guid.replace("0000-4000", "1111-4000"),
                                DAY,
                            ),
                        ),
                    ),
                ),
                codings=(),
            ),
        ),
        cases=(replace(whole.cases[0], guid=sent.guid(9070), sources=(sent.guid(9051),), values=()),),
        notes=(),
        links=whole.links,
        groups=(),
    )
    import_files(came, [sent.write(tmp_path / "other.json", other)], "ben")
    found = out_of(came, tmp_path / "out.qdpx")
    assert [one.name for one in found.users] == ["Anna", "consensus"]
    assert [one.name for one in found.codes].count("Waiting") == 1
    assert len(found.sources) == 3
    assert len(found.links) == 1
    (second,) = [one for one in found.sources if one.guid == sent.guid(51)]
    (new,) = [one for one in second.selections if one.guid == sent.guid(9111)]
    assert [(one.code, one.user) for one in new.codings] == [(sent.guid(23), sent.guid(1))]
    assert next(one for one in found.cases if one.guid == sent.guid(9070)).sources == (sent.guid(51),)


# --- suggestions ---


def test_suggestions_go_out_as_those_of_a_user_who_is_no_person(study: Path, tmp_path: Path):
    written(study, tmp_path / "out.qdpx", Wanted(suggestions=True))
    found = read_refi(tmp_path / "out.qdpx").exchanged
    (machine,) = [user.guid for user in found.users if user.name == MACHINE_USER]
    given = [coding for source in found.sources for one in source.selections for coding in one.codings]
    assert sum(coding.user == machine for coding in given) == len(segments(study))
    assert any("not decided by a person" in note.text for note in found.notes)
    import_files(tmp_path / "new", [tmp_path / "out.qdpx"], "cleo")
    assert project_of(tmp_path / "new")["codings"] == project_of(study)["codings"]
    assert MACHINE_USER not in words_in_project(tmp_path / "new", tmp_path)


def words_in_project(study: Path, folder: Path) -> str:
    written(study, folder / "again.qdpx")
    return words_in(folder / "again.qdpx")


# --- for others ---


@pytest.mark.parametrize("audience", [Audience.TEAM, Audience.PUBLIC])
@pytest.mark.parametrize("kind", [".qdpx", ".xlsx"])
def test_others_get_no_closed_source_and_no_name_that_a_tier_keeps(
    study: Path, tmp_path: Path, audience: Audience, kind: str
):
    file = tmp_path / f"out{kind}"
    written(study, file, Wanted(audience=audience, suggestions=True))
    words = words_in(file) if kind == ".qdpx" else cells_in(file)
    secret = ("zeppelin", "Secret Person", "Aminata", "Boris", "G1", "G2", "closed", "anna", "ben", "actor_groups")
    assert [one for one in secret if one.casefold() in words.casefold()] == []
    assert "Voice One" in words
    assert ("2019-04-06" in words) == (audience is Audience.TEAM)


def cells_in(file: Path) -> str:
    import openpyxl

    book = openpyxl.load_workbook(file)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_what_others_get_is_whole(study: Path, tmp_path: Path):
    written(study, tmp_path / "out.qdpx", Wanted(audience=Audience.TEAM))
    found = read_refi(tmp_path / "out.qdpx").exchanged
    quotes = [source.text[one.start : one.end] for source in found.sources for one in source.selections if source.text]
    assert "The convoy drove on the mined road to the north every single week." in quotes
    assert any("the convoys always left before we had any of the fuel" in one for one in quotes)
    assert {user.name for user in found.users} == {"coder 1", "coder 2"}
    import_files(tmp_path / "new", [tmp_path / "out.qdpx"], "cleo")
    assert len(project_of(tmp_path / "new")["codings"]) == 5


# --- tables ---


def test_codings_as_a_table_come_in_again(study: Path, tmp_path: Path):
    written(study, tmp_path / "codings.csv")
    with (tmp_path / "codings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    blank = Path(shutil.copytree(study, tmp_path / "blank"))
    (blank / FILE_NAME).unlink()
    pipeline.run(blank)
    (told,) = import_files(blank, [tmp_path / "codings.csv"], "cleo").files
    assert not told.lost
    assert project_of(blank)["codings"] == project_of(study)["codings"]
    assert project_of(blank)["bounds"] == project_of(study)["bounds"]


def test_a_workbook_has_a_sheet_for_each_table(study: Path, tmp_path: Path):
    import openpyxl

    done = written(study, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(done.content))
    assert book.sheetnames == [
        *("codings", "segments", "decisions", "suggestions", "codebook", "memos", "sources", "selections", "cases")
    ]
    assert book["segments"].max_row == 1 + len(segments(study))


def test_the_codebook_alone_comes_in_again(study: Path, tmp_path: Path):
    written(study, tmp_path / "codes.qdc")
    import_files(tmp_path / "new", [tmp_path / "codes.qdc"], "cleo")
    pipeline.check(tmp_path / "new")
    with Project(tmp_path / "new" / FILE_NAME) as project:
        assert {*project.base_codes()} == project_of(study)["codes"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codes.csv", "code,parent,definition\nFuel,,What drives.\nDiesel,Fuel,\n"),
        (
            "codes.toml",
            '[[codes]]\nname = "Fuel"\ndefinition = "What drives."\n[[codes]]\nname = "Diesel"\nparent = "Fuel"\n',
        ),
    ],
)
def test_codebooks_that_people_keep_come_in(study: Path, tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content)
    (told,) = import_files(study, [tmp_path / name], "cleo").files
    assert told.came == {"code": 2}
    with Project(study / FILE_NAME) as project:
        assert [code.id for code in coded(project).codebook.codes][-2:] == ["Fuel", "Fuel / Diesel"]


def test_rows_of_codings_that_cannot_be_placed_are_named_with_the_reason(study: Path, tmp_path: Path):
    (tmp_path / "codings.csv").write_text(
        "file,quote,code,coder,start,end\n"
        "anna.txt,mined road,Convoys,dora,,\n"
        "anna.txt,purple road,Convoys,dora,,\n"
        "anna.txt,Interviewer,Convoys,dora,,\n"
        "nowhere.txt,mined road,Convoys,dora,,\n"
        "anna.txt,,Convoys,dora,900,990\n"
    )
    (told,) = import_files(study, [tmp_path / "codings.csv"], "cleo").files
    assert told.came["coding of a segment"] == 1
    assert [(one.what, one.why.partition(" of ")[0]) for one in told.lost] == [
        ("row 3", "the quote does not stand in the source"),
        ("row 4", "the quote stands there 2 times"),
        ("row 5", 'there is no source "nowhere.txt" in the study, and no text file'),
        ("row 6", "900 to 990 does not lie in the text"),
    ]


# --- the file ---


def test_nothing_is_written_over_unless_it_is_said(study: Path, tmp_path: Path):
    (tmp_path / "out.qdpx").write_text("mine")
    with pytest.raises(ProjectError, match="already"):
        written(study, tmp_path / "out.qdpx")
    assert (tmp_path / "out.qdpx").read_text() == "mine"
    written(study, tmp_path / "out.qdpx", Wanted(force=True))
    assert zipfile.is_zipfile(tmp_path / "out.qdpx")
    assert (tmp_path / "out.qdpx").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_the_command_lists_what_is_lost_before_it_writes(study: Path, tmp_path: Path):
    shown = CliRunner().invoke(themes, ["export", str(study), str(tmp_path / "out.qdpx"), "--dry-run"])
    assert shown.exit_code == 0
    assert "1  a code that a coder rejected" in shown.output
    assert "Nothing was written." in shown.output
    assert not (tmp_path / "out.qdpx").exists()
    done = CliRunner().invoke(themes, ["export", str(study), str(tmp_path / "out.qdpx"), "--audience", "team"])
    assert done.output.splitlines()[-2:] == [
        "Names that are spoken in the talk itself are still there: read it before it leaves your hands.",
        f"Written: {tmp_path / 'out.qdpx'}",
    ]


def test_the_import_command_tells_what_comes_in(study: Path, tmp_path: Path):
    written(study, tmp_path / "out.qdpx")
    shown = CliRunner().invoke(themes, ["import", str(tmp_path / "new"), str(tmp_path / "out.qdpx"), "--dry-run"])
    assert shown.exit_code == 0, shown.output
    assert "6  codings of a segment" in shown.output
    assert "Nothing was changed." in shown.output
    done = CliRunner().invoke(themes, ["import", str(tmp_path / "new"), str(tmp_path / "out.qdpx")])
    assert "A new study was made" in done.output
    again = CliRunner().invoke(themes, ["import", str(tmp_path / "new"), str(tmp_path / "out.qdpx")])
    assert again.output.splitlines()[-1] == "Nothing to import."


def test_a_name_in_a_file_cannot_write_on_the_screen(tmp_path: Path):
    (tmp_path / "odd.qdc").write_text(
        '<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="x&#x9b;2J\x85"><Codes>'
        f'<Code guid="{sent.guid(1)}" name="A" isCodable="true"/></Codes></CodeBook>',
        encoding="utf-8",
    )
    done = CliRunner().invoke(themes, ["import", str(tmp_path / "new"), str(tmp_path / "odd.qdc")])
    assert done.exit_code == 0, done.output
    assert all(sign.isprintable() or sign == "\n" for sign in done.output)


def test_own_notes_are_no_memos(study: Path, tmp_path: Path):
    found = out_of(study, tmp_path / "out.qdpx")
    assert [one.name for one in found.notes if isinstance(one, Note) and one.name.startswith(OWN)] == [
        f"{OWN}provenance",
        f"{OWN}study.toml",
    ]
    assert CodeId("Movement / Convoys") in {code.id for code in project_of(study)["codes"]}
