"""Our own check of REFI-QDA: what a schema finds and what it lets pass."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchanged_projects import projects
from tests.refi_files import CODE, INTERVIEW, PROJECT, few, guid, is_valid, needs_schemas, unpacked
from themes.exchange import Exchanged, Note, User
from themes.exchange.checking import check, check_codebook
from themes.exchange.refi_writing import qdc, qdpx

WRITTEN = unpacked(
    qdpx(replace(PROJECT, users=(User(guid("user"), "Ann"),), user=guid("user"), notes=(Note(guid("note"), "why"),)))
)
NAME = f"sources/{INTERVIEW.guid}.txt"
ELSEWHERE = guid("elsewhere")


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (f'CodeRef targetGUID="{CODE.guid}"', f'CodeRef targetGUID="{ELSEWHERE}"', "targetGUID leads nowhere"),
        (f'CodeRef targetGUID="{CODE.guid}"', f'CodeRef targetGUID="{guid("user")}"', "targetGUID leads to a User"),
        (f'creatingUserGUID="{guid("user")}"', f'creatingUserGUID="{ELSEWHERE}"', "creatingUserGUID leads nowhere"),
        (f'Coding guid="{guid("coding")}"', f'Coding guid="{CODE.guid}"', "Code has the same GUID"),
        (f'Coding guid="{guid("coding")}"', 'Coding guid="1234"', "guid is '1234', which it cannot be"),
        ('startPosition="4"', 'startPosition="-1"', "it goes from -1 to 9"),
        ('startPosition="4"', 'startPosition="10"', "it goes from 10 to 9"),
        ('startPosition="4"', 'startPosition="five"', "startPosition is 'five', which it cannot be"),
        ('endPosition="9"', 'endPosition="99"', "it ends at 99, its text at 16"),
        ("#FF8800", "#11223344", "color is '#11223344', which it cannot be"),
        ('isCodable="true"', 'isCodable="false"', "its code is not codable"),
        (
            "2026-01-31T12:30:00Z",
            "2026-02-31T12:30:00Z",
            "creationDateTime is '2026-02-31T12:30:00Z', which it cannot be",
        ),
        ("<CodeBook>", "<Links/>\n<CodeBook>", "it is empty: leave it out"),
        ("<Description>Who trusts whom</Description>", "<Code/><Description/>", "or not in its order"),
        (f' plainTextPath="internal://{guid("note")}.txt"', "", "both PlainTextContent and plainTextPath, or neither"),
        ("internal://", "internal://x", "is not in the archive"),
        ("</Project>", '<b xmlns="urn:b"/></Project>', "another namespace"),
        ("urn:QDA-XML:project:1.0", "urn:QDA-XML:project:0.4", "does not begin with Project"),
        ("</Project>", "", "no element found"),
    ],
)
def test_what_a_schema_lets_pass_our_check_finds(before: str, after: str, what: str) -> None:
    files = dict(WRITTEN)
    qde = files.pop("project.qde").decode()
    assert check(qde.encode(), files) == ()
    assert before in qde
    assert any(what in problem.what for problem in check(qde.replace(before, after).encode(), files))


JUNK = ("", "x", "-1", "true", "#11223344", "2026-13-01", "2026-01-31T12:00:00", guid("junk"), "OneWay", "Float", " ")


def spoilt(xml: bytes, chance: Random) -> bytes:
    """The file with one thing changed by chance: an element less, more, moved or renamed, an attribute, words."""
    root = etree.fromstring(xml)
    elements = list(root.iter())
    element = chance.choice(elements)
    other = chance.choice(elements)
    names = [*{name for one in elements for name in one.attrib}, "path", "foreign"]
    way = chance.randrange(6)
    if way == 0 and element is not root:
        element.getparent().remove(element)
    elif way == 1:
        element.insert(chance.randrange(len(element) + 1), deepcopy(other))
    elif way == 2 and element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]
    elif way == 3:
        element.set(chance.choice([*element.attrib] or names), chance.choice(JUNK))
    elif way == 4:
        element.set(chance.choice(names), chance.choice(JUNK))
    else:
        element.text = (element.text or "") + chance.choice(JUNK)
    return etree.tostring(root)


@needs_schemas
@few
@given(projects(), st.integers(0, 2**32))
def test_our_check_finds_whatever_a_schema_finds(project: Exchanged, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the chance of a test
    files = unpacked(qdpx(project))
    qde = files.pop("project.qde")
    for _ in range(10):
        xml = spoilt(qde, chance)
        assert is_valid("Project", xml) or check(xml, files)
        if project.codes:
            xml = spoilt(qdc(project), chance)
            assert is_valid("Codebook", xml) or check_codebook(xml)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({NAME: b"\xff\xfe"}, "is not UTF-8"),
        ({NAME: b"\xef\xbb\xbf" + WRITTEN[NAME]}, "byte order mark"),
        ({"sources/below/x.txt": b""}, "it does not lie in sources/ under a GUID"),
        ({f"sources/{ELSEWHERE}.txt": b""}, "nothing in the project names it"),
    ],
)
def test_files_that_do_not_fit_are_found(changes: dict[str, bytes], what: str) -> None:
    files = {**WRITTEN, **changes}
    qde = files.pop("project.qde")
    assert any(what in problem.what for problem in check(qde, files))


def test_a_note_under_a_code_is_found_in_a_codebook() -> None:
    note = f'<NoteRef targetGUID="{CODE.guid}"/></Code>'
    assert check_codebook(qdc(PROJECT)) == ()
    assert check_codebook(qdc(PROJECT).replace(b"</Code>", note.encode()))
