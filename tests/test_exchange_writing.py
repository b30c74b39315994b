"""REFI-QDA as we write it: valid by every schema, sound, the same bytes again, and nothing lost unsaid."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from tests.exchanged_projects import damaged, projects
from tests.refi_files import CODE, INTERVIEW, PROJECT, SAMPLES, few, guid, is_valid, many, needs_schemas, read, unpacked
from themes.errors import CodebookError
from themes.exchange import (
    Case,
    Exchanged,
    ExchangedCode,
    Group,
    Lost,
    Medium,
    Note,
    Read,
    Selection,
    Value,
    Variable,
    read_refi,
)
from themes.exchange.carrying import DEEPEST, Form, carried, guids_of
from themes.exchange.checking import check
from themes.exchange.guids import guid_of, plain_guid
from themes.exchange.refi_writing import qdc, qdpx, what_is_lost


def returns(project: Exchanged) -> bool:
    texts = [source.text or "" for source in project.sources] + [note.text for note in project.notes]
    return any("\r" in text for text in texts)


def holds(project: Exchanged) -> None:
    """Valid by every schema, sound, and read as it was written, down to the bytes that are written of what was read."""
    content = qdpx(project)
    files = unpacked(content)
    qde = files.pop("project.qde")
    assert is_valid("Project", qde)
    assert check(qde, files) == ()
    again = read(content, "project.qdpx")
    assert again == Read(carried(project)[0], (), again.positions)
    assert carried(again.exchanged)[0] == again.exchanged
    assert qdpx(again.exchanged) == content
    if project.codes:
        assert is_valid("Codebook", qdc(project))
        codebook = read(qdc(project), "codebook.qdc")
        assert codebook == Read(replace(carried(project, Form.CODEBOOK)[0], name="codebook"))


def loses_nothing(project: Exchanged) -> None:
    """What comes out is what went in, but for line ends, of which it is said."""
    made, lost = carried(project)
    assert all(item.what.startswith("line ends of ") for item in lost)
    assert bool(lost) == returns(project)
    assert lost or without_paths(made) == project


def without_paths(project: Exchanged) -> Exchanged:
    return replace(project, sources=tuple(replace(source, path="") for source in project.sources))


@needs_schemas
@few
@given(projects())
def test_what_is_written_is_valid_sound_and_read_as_it_was(project: Exchanged) -> None:
    holds(project)
    loses_nothing(project)


@needs_schemas
@few
@given(damaged())
def test_what_no_form_carries_does_not_break_the_file_and_the_rest_is_read_as_it_was(project: Exchanged) -> None:
    holds(project)


@pytest.mark.slow
@needs_schemas
@many
@given(projects())
def test_two_hundred_projects_are_valid_sound_and_read_as_they_were(project: Exchanged) -> None:
    holds(project)
    loses_nothing(project)


@pytest.mark.slow
@needs_schemas
@many
@given(damaged())
def test_two_hundred_damaged_projects_are_written_validly_without_what_is_lost(project: Exchanged) -> None:
    holds(project)


@pytest.mark.slow
@needs_schemas
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_project_of_another_program_comes_out_as_it_came_in(sample: Path) -> None:
    project = read_refi(sample).exchanged
    holds(project)
    assert guids_of(carried(project)[0]) == guids_of(project)


def test_every_position_counts_code_points_of_the_text_in_the_archive() -> None:
    files = unpacked(qdpx(PROJECT))
    text = files[f"sources/{INTERVIEW.guid}.txt"].decode()
    assert text[4:9] == "\U0001f642 two"
    assert b'startPosition="4" endPosition="9"' in files["project.qde"]


def test_the_archive_holds_one_project_and_flat_sources_stamped_by_the_project() -> None:
    with zipfile.ZipFile(io.BytesIO(qdpx(PROJECT))) as archive:
        entries = [(entry.filename, entry.date_time) for entry in archive.infolist()]
    stamp = (2026, 1, 31, 12, 30, 0)
    assert entries == [("project.qde", stamp), (f"sources/{INTERVIEW.guid}.txt", stamp)]


def test_a_moment_that_no_archive_can_hold_becomes_the_nearest() -> None:
    for year, nearest in ((1, 1980), (9999, 2107)):
        project = replace(PROJECT, created=datetime(year, 6, 1, tzinfo=UTC))
        with zipfile.ZipFile(io.BytesIO(qdpx(project))) as archive:
            assert archive.infolist()[0].date_time[0] == nearest


def test_an_empty_project_has_no_empty_wrappers() -> None:
    files = unpacked(qdpx(Exchanged("")))
    assert list(files) == ["project.qde"]
    assert b'<Project xmlns="urn:QDA-XML:project:1.0" name="" origin="themes"/>' in files["project.qde"]


def test_an_archive_without_texts_has_an_empty_folder_of_sources_which_some_programs_ask_for() -> None:
    with zipfile.ZipFile(io.BytesIO(qdpx(Exchanged("")))) as archive:
        assert archive.namelist() == ["project.qde", "sources/"]


@needs_schemas
def test_codes_lie_as_deep_as_readers_of_xml_go_and_what_is_deeper_stands_beside_the_deepest() -> None:
    codes = [ExchangedCode(guid("0"), "0")]
    codes += [ExchangedCode(guid(str(level)), str(level), guid(str(level - 1))) for level in range(1, 400)]
    project = Exchanged("deep", codes=tuple(codes[::-1]))
    made, (lost,) = carried(project)
    assert [code.name for code in made.codes] == [code.name for code in codes]
    assert made.codes[:DEEPEST] == tuple(codes[:DEEPEST])
    assert {code.parent for code in made.codes[DEEPEST:]} == {guid(str(DEEPEST - 2))}
    assert lost.count == 400 - DEEPEST
    holds(project)


def test_members_of_a_set_are_named_as_each_form_asks() -> None:
    group = Group(guid("set"), "Both", codes=(CODE.guid,))
    project = replace(PROJECT, groups=(group,))
    assert f'<MemberCode targetGUID="{CODE.guid}"/>'.encode() in unpacked(qdpx(project))["project.qde"]
    assert f'<MemberCode guid="{CODE.guid}"/>'.encode() in qdc(project)


def test_a_codebook_leaves_notes_of_codes_out_and_says_what_else_it_cannot_hold() -> None:
    note = Note(guid("note"), "why")
    project = replace(
        PROJECT, codes=(replace(CODE, notes=(note.guid,)),), notes=(note,), groups=(Group(guid("set"), "No codes"),)
    )
    assert b"NoteRef" not in qdc(project)
    lost = {item.what: item.count for item in what_is_lost(project, Form.CODEBOOK)}
    assert lost == {"Source": 1, "Selection": 1, "Coding": 1, "Note": 1, "Set": 1}


def test_a_codebook_without_codes_is_refused() -> None:
    with pytest.raises(CodebookError, match="no codes"):
        qdc(Exchanged("Study"))


TWICE = replace(PROJECT, codes=(CODE, replace(CODE, name="Doubt")))
NUMBER = Variable(guid("number"), "Age", "Integer")


@pytest.mark.parametrize(
    ("project", "lost"),
    [
        pytest.param(
            replace(PROJECT, sources=(replace(INTERVIEW, selections=(Selection(guid("s"), 3, 99),)),)),
            Lost("PlainTextSelection", 1, "its positions do not lie in the text"),
            id="a selection beyond its text",
        ),
        pytest.param(
            replace(PROJECT, codes=(replace(CODE, name="Tr\x1bust"),)),
            Lost("name of Code", 1, "it has characters that XML cannot hold: U+FFFD stands for each"),
            id="a name with a control character",
        ),
        pytest.param(
            TWICE,
            Lost("GUID of Code", 1, "another part has it too: a new one is made, the same at every export"),
            id="a GUID that two codes have",
        ),
        pytest.param(
            replace(PROJECT, codes=(replace(CODE, colour="#11223344"),)),
            Lost("color of Code", 1, "it is not #RRGGBB"),
            id="a colour of eight digits",
        ),
        pytest.param(
            replace(PROJECT, codes=(replace(CODE, codable=False),)),
            Lost("isCodable", 1, "codings use a code that only groups others: it is written as codable"),
            id="codings by a code that only groups",
        ),
        pytest.param(
            replace(PROJECT, codes=(replace(CODE, parent=CODE.guid),)),
            Lost("parent of Code", 1, "the code would lie below itself"),
            id="a code below itself",
        ),
        pytest.param(
            replace(
                PROJECT, variables=(NUMBER,), cases=(Case(guid("case"), "A", values=(Value(NUMBER.guid, "forty"),)),)
            ),
            Lost("typeOfVariable", 1, "there are values that are none of this type: it is written as Text"),
            id="a value of another type",
        ),
        pytest.param(
            replace(PROJECT, sources=(replace(INTERVIEW, medium=Medium.PDF),)),
            Lost("PDFSource", 1, "the file itself is not carried, only what is known of it"),
            id="a PDF",
        ),
        pytest.param(
            replace(PROJECT, user=guid("nobody")),
            Lost("creatingUserGUID", 1, "it names a part that is not in the project"),
            id="a user who is not there",
        ),
    ],
)
def test_what_a_project_loses_is_said_before_it_is_written(project: Exchanged, lost: Lost) -> None:
    assert what_is_lost(project) == (lost,)
    qdpx(project)


@pytest.mark.parametrize(
    ("kind", "value", "fitting"),
    [
        ("Date", "2026-02-28", True),
        ("Date", "2026-02-28Z", True),
        ("Date", "2026-02-29", False),
        ("Date", "28.2.2026", False),
        ("DateTime", "2026-02-28T12:00:00.5+02:00", True),
        ("DateTime", "2026-02-28 12:00", False),
        ("Boolean", "yes", False),
        ("Integer", "+007", True),
        ("Integer", "\u0661", False),
        ("Float", "1e400", True),
        ("Float", "1e4000000000", False),
        ("Float", "nan", False),
        ("Float", "1,5", False),
    ],
)
def test_a_value_fits_its_kind_where_the_standard_can_write_it(kind: str, value: str, fitting: bool) -> None:
    variable = Variable(guid("variable"), "V", kind)
    project = replace(
        PROJECT, variables=(variable,), cases=(Case(guid("case"), values=(Value(variable.guid, value),)),)
    )
    (made,) = carried(project)[0].variables
    assert made.kind == (kind if fitting else "Text")
    qdpx(project)


def test_a_byte_order_mark_in_front_is_left_out_and_positions_follow() -> None:
    source = replace(INTERVIEW, text="\ufeff" + INTERVIEW.text, selections=(Selection(guid("s"), 5, 10),))
    (made,) = carried(replace(PROJECT, sources=(source,)))[0].sources
    assert (made.text, made.selections[0].start, made.selections[0].end) == (INTERVIEW.text, 4, 9)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((0, 3), (0, 3)),
        ((0, 4), (0, 4)),
        ((3, 4), (3, 4)),
        ((4, 5), (3, 4)),
        ((4, 4), (3, 3)),
        ((5, 8), (4, 7)),
        ((9, 9), (8, 8)),
    ],
)
def test_line_ends_are_written_as_lf_and_positions_follow(before: tuple[int, int], after: tuple[int, int]) -> None:
    source = replace(INTERVIEW, text="one\r\ntwo\r", selections=(Selection(guid("s"), *before),))
    (made,) = carried(replace(PROJECT, sources=(source,)))[0].sources
    assert made.text == "one\ntwo\n"
    assert (made.selections[0].start, made.selections[0].end) == after


def test_the_text_of_a_pdf_and_of_a_picture_lies_in_a_file_too() -> None:
    for medium, holder in ((Medium.PDF, b"<Representation "), (Medium.PICTURE, b"<TextDescription ")):
        files = unpacked(qdpx(replace(PROJECT, sources=(replace(INTERVIEW, medium=medium),))))
        (name,) = set(files) - {"project.qde"}
        assert files[name].decode() == INTERVIEW.text
        assert holder in files["project.qde"]


def test_numbers_and_colours_are_put_in_the_words_of_the_standard() -> None:
    height = Variable(guid("height"), "Height", "Float")
    case = Case(guid("case"), values=(Value(height.guid, "1.5e-3"),))
    project = replace(PROJECT, codes=(replace(CODE, colour="#abc"),), variables=(height,), cases=(case,))
    qde = unpacked(qdpx(project))["project.qde"]
    assert b"<FloatValue>0.0015</FloatValue>" in qde
    assert b'color="#aabbcc"' in qde
    assert what_is_lost(project) == ()


def test_guids_are_the_same_again_and_differ_by_study_kind_and_key() -> None:
    assert guid_of("a", "code", "1") == "d0ccb2ce-1748-5ebc-861b-c22c3f76113f"
    assert len({guid_of(*words) for words in (("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("ab", "", "c"))}) == 4
    assert plain_guid("{A6EA7F80-0000-0000-0000-00000000000F}") == "a6ea7f80-0000-0000-0000-00000000000f"
    assert plain_guid("code 1") == ""
