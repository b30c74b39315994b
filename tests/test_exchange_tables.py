"""Projects that other programs keep in SQLite: Taguette's and QualCoder's, and files that only look like one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from themes.errors import ExchangeError
from themes.exchange import Medium, Read, Sureness, read_qualcoder, read_taguette
from themes.exchange.stripped import stripped

TAGUETTE = Path(__file__).resolve().parents[2] / "shared" / "data" / "serdif-taguette"
SCHEMA = """
create table projects (id integer primary key, name text, description text, created text);
create table users (login text primary key, created text);
create table documents (id integer primary key, name text, description text, filename text, created text,
    project_id integer, text_direction text, contents text);
create table tags (id integer primary key, project_id integer, path text, description text);
create table highlights (id integer primary key, document_id integer, start_offset integer, end_offset integer,
    snippet text);
create table highlight_tags (highlight_id integer, tag_id integer);
create table commands (id integer primary key, date text, user_login text, project_id integer, document_id integer,
    payload text);
insert into projects values (1, 'P', 'What it is', '2022-01-01 10:00:00');
insert into users values ('ann', '2022-01-01'), ('ben', '2022-01-01');
insert into tags values (1, 1, 'roads', 'On roads'), (2, 1, 'roads.mines', ''), (3, 1, '1.2 other', '');
"""
QUALCODER = """
create table project (databaseversion text, date text, memo text, about text, codername text);
create table source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text,
    av_text_id integer, risid integer);
create table code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
create table code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text,
    color text);
create table code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text, avid integer, important integer);
create table code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer);
create table code_image (imid integer primary key, id integer, cid integer);
create table annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text,
    date text);
create table attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
create table attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text,
    owner text);
create table cases (caseid integer primary key, name text, memo text, owner text, date text);
create table case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text,
    date text, memo text);
create table journal (jid integer primary key, name text, jentry text, date text, owner text);
create table graph (grid integer primary key, name text);
insert into project values ('v9', '2024-01-15 10:00:00', 'About it', 'QualCoder 3.5', 'ann');
insert into source values (1, 'one.txt', '😀 one two three', null, 'A memo', 'ann', '2024-01-15 10:00:00', null, null),
    (2, 'pic.jpg', null, '/images/pic.jpg', '', 'ben', '2024-01-15 10:00:00', null, null),
    (3, 'two.txt', 'All of it', null, '', 'ann', '2024-01-15', null, null);
insert into code_cat values (1, 'Roads', 'ann', '', 'Group', 2), (2, 'All', 'ann', '', '', null),
    (3, 'Ring', 'ann', '', '', 4), (4, 'Ring too', 'ann', '', '', 3);
insert into code_name values (1, 'Mines', 'On mines', 1, 'ann', '', '#FF0000'), (2, 'Free', '', null, 'ann', '', '');
insert into code_text values (1, 1, 1, 'one', 2, 5, 'ann', '2024-01-16 09:30:00', 'Why so', null, 1),
    (2, 2, 1, 'one', 2, 5, 'ben', '2024-01-17T09:30:00+02:00', '', null, null),
    (3, 1, 1, 'three', 10, 15, 'ben', '2024-01-17', '', null, null), (4, 1, 1, '', 90, 95, 'ben', '', '', null, null),
    (5, 9, 1, 'one', 2, 5, 'ben', '', '', null, null), (6, 1, 2, 'x', 0, 1, 'ben', '', '', null, null);
insert into annotation values (1, 1, 6, 9, 'A remark', 'ben', '2024-01-17');
insert into code_av values (1, 2, 0, 10, 1);
insert into code_image values (1, 2, 1);
insert into graph values (1, 'Drawing');
insert into attribute_type values ('Age', '', 'ann', '', 'case', 'numeric'),
    ('Place', '', 'ann', '', 'file', 'character');
insert into attribute values (1, 'Age', 'case', '41', 1, '', ''), (2, 'Place', 'file', 'Goma', 1, '', ''),
    (3, 'Place', 'file', '', 3, '', '');
insert into cases values (1, 'Ms A', 'She', 'ann', '');
insert into case_text values (1, 1, 3, 0, 9, 'ann', '', ''), (2, 1, 1, 2, 9, 'ann', '', '');
insert into journal values (1, 'Diary', 'Day one', '2024-01-18 12:00:00', 'ann');
"""


def database(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


@pytest.fixture(scope="module")
def sample() -> Read:
    path = TAGUETTE / "SERDIF_P2_ThematicAnalysis.sqlite3"
    if not path.exists():
        pytest.skip("the sample of Taguette is not beside the project")
    return read_taguette(path)


def test_every_highlight_of_a_real_project_comes_in_with_its_quote(sample: Read):
    selections = [one for source in sample.exchanged.sources for one in source.selections]
    assert len(selections) == 1794
    assert sum(len(one.codings) for one in selections) == 1930
    assert sum(positions.fitting for positions in sample.positions) == 1794
    assert sum(positions.as_standard for positions in sample.positions) < 10
    assert (len(sample.exchanged.codes), len(sample.exchanged.sources), sample.lost) == (22, 17, ())


def test_quotes_and_tags_of_a_real_project_are_those_that_were_exported_from_it(sample: Read):
    names = {code.guid: code.name for code in sample.exchanged.codes}
    found = sorted(
        ("".join(source.text[one.start : one.end].split()), sorted(names[coding.code] for coding in one.codings))
        for source in sample.exchanged.sources
        if source.text
        for one in source.selections
    )
    lines = (TAGUETTE / "coded_segments.jsonl").read_text("utf-8").splitlines()
    exported = [json.loads(line) for line in lines]
    assert found == sorted(("".join(row["text"].split()), sorted(row["codes"])) for row in exported)


def test_highlights_of_a_real_project_say_who_made_them_and_when(sample: Read):
    (user,) = sample.exchanged.users
    selections = [one for source in sample.exchanged.sources for one in source.selections]
    assert user.name == "admin"
    assert all(one.user == user.guid and one.created and one.created.tzinfo for one in selections)
    assert all(coding.user == user.guid for one in selections for coding in one.codings)


def test_bytes_of_a_document_become_code_points_of_its_lines(tmp_path: Path):
    path = database(tmp_path / "p.sqlite3", SCHEMA)
    html = "<p>Zoë &amp; 😀</p><p>two שלום</p>\n<ul><li>three</li></ul>"
    with closing(sqlite3.connect(path)) as connection:
        add = connection.execute
        add("insert into documents values (1, 'D', '', 'd.docx', '2022-01-02', 1, '', ?)", (html,))
        spans = [(0, 4, "Zoë"), (7, 11, "😀"), (11, 23, "two שלום"), (24, 29, "three"), (7, 14, "😀two"), (5, 999, "")]
        for number, (start, end, said) in enumerate(spans, start=1):
            add("insert into highlights values (?, 1, ?, ?, ?)", (number, start, end, said))
        add("insert into highlights values (7, 5, 0, 1, '')")
        add("insert into highlight_tags values (1, 1), (1, 2), (2, 3), (3, 77)")
        acts = [("ann", 1, [1]), ("ben", 1, [1, 2]), ("ben", 2, [3])]
        for who, number, tags in acts:
            payload = json.dumps({"type": "highlight_add", "highlight_id": number, "tags": tags})
            add("insert into commands values (null, '2022-02-03 08:00:00', ?, 1, 1, ?)", (who, payload))
        connection.commit()
    read = read_taguette(path)
    (source,) = read.exchanged.sources
    names = {part.guid: part.name for part in (*read.exchanged.codes, *read.exchanged.users)}
    assert source.text == "Zoë & 😀\ntwo שלום\nthree"
    said = [source.text[one.start : one.end] for one in source.selections]
    assert said == ["Zoë", "😀", "two שלום", "three", "😀\ntwo"]
    given = [(names[coding.code], names[coding.user]) for coding in source.selections[0].codings]
    assert given == [("roads", "ann"), ("mines", "ben")]
    assert [names.get(code.parent or "") for code in read.exchanged.codes] == [None, "roads", None]
    assert read.positions[0].fitting == 5
    assert read.positions[0].sureness is Sureness.KNOWN
    assert sorted((one.what, one.count) for one in read.lost) == [
        ("highlight_tags", 1), ("highlights", 1), ("highlights", 1),
    ]  # fmt: skip
    assert read == read_taguette(path)


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "\n", "a", "é😀", "&amp;", "<li>", "  "]), max_size=25
    )
)
def test_lines_added_to_a_document_move_no_character(pieces: list[str]):
    document = stripped("".join(pieces))
    places = list(range(len(document.counted)))
    moved = document.moved(places)
    assert [document.text[place] for place in moved] == list(document.counted)
    ends = document.moved([place + 1 for place in places], ends=True)
    assert [document.text[place - 1] for place in ends] == list(document.counted)
    assert len(document.text) == len(document.counted) + len(document.added)


def test_a_qualcoder_project_comes_in_with_all_that_a_text_may_have(tmp_path: Path):
    path = database(tmp_path / "Study.qda" / "data.qda", QUALCODER).parent
    read = read_qualcoder(path)
    project = read.exchanged
    names = {part.guid: part.name for part in (*project.codes, *project.users, *project.sources)}
    notes = {note.guid: note.text for note in project.notes}
    tree = [(code.name, names.get(code.parent or ""), code.codable) for code in project.codes]
    assert tree == [
        ("All", None, False), ("Roads", "All", False), ("Ring", None, False), ("Ring too", None, False),
        ("Mines", "Roads", True), ("Free", None, True),
    ]  # fmt: skip
    one, picture, _ = project.sources
    assert (one.text, one.description, picture.medium) == ("😀 one two three", "A memo", Medium.PICTURE)
    marked = {
        one.text[mark.start : mark.end]: (
            [
                (names[coding.code], names[coding.user], [notes[note] for note in coding.notes])
                for coding in mark.codings
            ],
            [notes[note] for note in mark.notes],
        )
        for mark in one.selections
    }
    assert marked == {
        "one": ([("Mines", "ann", ["Why so"]), ("Free", "ben", [])], []),
        "one two": ([], []),
        "two": ([], ["A remark"]),
        "three": ([("Mines", "ben", [])], []),
    }
    (case,) = project.cases
    assert [names[guid] for guid in case.sources] == ["two.txt"]
    assert case.selections == (next(mark.guid for mark in one.selections if mark.end == 9 and mark.start == 2),)
    assert (case.values[0].value, one.values[0].value, project.sources[2].values) == ("41", "Goma", ())
    assert [variable.kind for variable in project.variables] == ["Float", "Text"]
    assert {note.name: note.text for note in project.notes if note.name} == {"Diary": "Day one"}
    assert (project.name, project.origin, project.description) == ("Study", "QualCoder 3.5", "About it")
    assert {(one.what, one.why.split(",")[0], one.count) for one in read.lost} == {
        ("code_text", "its code is not in the file", 1), ("code_text", "their positions are not in the text", 1),
        ("code_text", "the text of their source is not in the file", 1),
        ("code_text.important", "that a coding is marked as important is not carried", 1),
        ("code_av", "stretches of sound and film are not carried", 1),
        ("code_image", "parts of pictures are not carried", 1), ("graph", "drawings are not carried", 1),
    }  # fmt: skip
    assert (read.positions[0].selections, read.positions[0].fitting) == (3, 3)
    assert read_qualcoder(path / "data.qda") == read


READERS = [(read_taguette, SCHEMA), (read_qualcoder, QUALCODER)]


@pytest.mark.parametrize(("reader", "script"), READERS, ids=["taguette", "qualcoder"])
def test_what_is_no_project_or_is_cut_off_is_refused(reader, script: str, tmp_path: Path):
    path = database(tmp_path / "file.db", script)
    whole = path.read_bytes()
    for content in (b"", b"SQLite format 3\0", b"no such thing", whole[: len(whole) // 2], whole[:5000]):
        path.write_bytes(content)
        with pytest.raises(ExchangeError):
            reader(path)
    with pytest.raises(ExchangeError, match="lacks tables"):
        reader(database(tmp_path / "other.db", "create table other (id integer)"))
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(ExchangeError):
            reader(missing)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(READERS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30))
def test_damage_anywhere_is_read_or_refused_but_never_an_accident(tmp_path: Path, which: tuple, hits: list):
    reader, script = which
    path = tmp_path / f"{reader.__name__}.db"
    whole = tmp_path / f"{reader.__name__}.whole"
    if not whole.exists():
        whole.write_bytes(database(path, script).read_bytes())
    content = bytearray(whole.read_bytes())
    for place, value in hits:
        content[int(place * (len(content) - 1))] = value
    path.write_bytes(content)
    try:
        assert isinstance(reader(path), Read)
    except ExchangeError as error:
        assert error.remedy  # noqa: PT017  either answer is right


def test_a_view_that_goes_on_for_ever_is_never_asked(tmp_path: Path):
    for_ever = "with recursive n(i) as (select 1 union all select i + 1 from n) select i as id, i as path from n"
    script = SCHEMA.replace("create table tags (", "create table gone (").replace("into tags", "into gone")
    with pytest.raises(ExchangeError, match="lacks tables"):
        read_taguette(database(tmp_path / "p.db", f"{script} create view tags as {for_ever};"))


def test_several_projects_in_one_file_are_named(tmp_path: Path):
    more = "insert into projects values (2, 'Other', '', '')"
    with pytest.raises(ExchangeError, match=r"2 projects \('P', 'Other'\)"):
        read_taguette(database(tmp_path / "p.db", SCHEMA + more))


def test_changes_that_are_not_in_the_file_yet_are_not_passed_over(tmp_path: Path):
    path = database(tmp_path / "p.db", SCHEMA)
    path.with_name("p.db-wal").write_bytes(b"latest")
    with pytest.raises(ExchangeError, match="Close Taguette"):
        read_taguette(path)


def test_reading_leaves_the_file_and_its_folder_as_they_were(tmp_path: Path):
    path = database(tmp_path / "p.db", SCHEMA)
    before = path.read_bytes()
    path.chmod(0o400)
    read_taguette(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["p.db"]
