"""Files that mean harm or are broken: refused within seconds, in little memory, with a sentence a person can act on."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from themes.errors import ExchangeError
from themes.exchange import Read, read_refi

MEGABYTE = 1024 * 1024
SAID = """
import sys, time
from pathlib import Path
from themes.exchange import read_refi
from themes.errors import ThemesError
before = time.process_time()
try:
    read = read_refi(Path(sys.argv[1]))
    print("read", len(read.exchanged.codes))
except ThemesError as error:
    print("refused", error)
peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
print(f"{time.process_time() - before:.2f} s, {peak} MB", file=sys.stderr)
"""
XML = '<Project xmlns="urn:QDA-XML:project:1.0" name="P">{}</Project>'
SOURCE = '<Sources><TextSource guid="11111111-0000-4000-8000-000000000000" plainTextPath="internal://a.txt"/></Sources>'


def zipped(folder: Path, **files: bytes | str) -> Path:
    path = folder / "hostile.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def patched(path: Path, offset: int, central: int, form: str, value: int) -> Path:
    """The zip with a field of its last file's headers written over, in the file's own and in the central one."""
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", offset), (b"PK\x01\x02", central)):
        struct.pack_into(form, content, content.rfind(mark) + place, value)
    path.write_bytes(content)
    return path


def bomb(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format(SOURCE), sources__a_txt=b"\0" * (50 * MEGABYTE))


def bomb_in_the_project(folder: Path) -> Path:
    return zipped(folder, project_qde=b" " * (70 * MEGABYTE))


def lying_bomb(folder: Path) -> Path:
    return patched(
        zipped(folder, project_qde=XML.format(SOURCE), sources__a_txt=b"\0" * (40 * MEGABYTE)), 22, 24, "<L", 9
    )


def two_gigabytes_declared(folder: Path) -> Path:
    return patched(zipped(folder, project_qde=XML.format(SOURCE), sources__a_txt=b"Hi"), 22, 24, "<L", 2**31)


def password(folder: Path) -> Path:
    return patched(zipped(folder, project_qde=XML.format("")), 6, 8, "<H", 1)


def unknown_packing(folder: Path) -> Path:
    return patched(zipped(folder, project_qde=XML.format("")), 8, 10, "<H", 97)


def traversal(folder: Path) -> Path:
    path = zipped(folder, project_qde=XML.format(SOURCE))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("sources/../../../a.txt", b"Hi")
    return path


def absolute(folder: Path) -> Path:
    path = zipped(folder, project_qde=XML.format(SOURCE))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("C:\\Windows\\a.txt", b"Hi")
    return path


def many_files(folder: Path) -> Path:
    """A zip whose list claims to be longer than any project's."""
    path = zipped(folder, project_qde=XML.format(""))
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 2**30)
    path.write_bytes(content)
    return path


def laughs(folder: Path) -> Path:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))]
    return zipped(folder, project_qde=f"<!DOCTYPE Project [{''.join(lines)}]>{XML.format('&a11;')}")


def outside_entity(folder: Path) -> Path:
    (folder / "secret.txt").write_text("secret")
    entity = f'<!DOCTYPE Project [<!ENTITY x SYSTEM "{(folder / "secret.txt").as_uri()}">]>'
    return zipped(folder, project_qde=entity + XML.format("<Description>&x;</Description>"))


def outside_type(folder: Path) -> Path:
    return zipped(folder, project_qde='<!DOCTYPE Project SYSTEM "http://127.0.0.1:9/x.dtd">' + XML.format(""))


def million_codes(folder: Path) -> Path:
    codes = "".join(f'<Code guid="{number:08d}-0000-4000-8000-000000000000" name="c"/>' for number in range(1_000_000))
    return zipped(folder, project_qde=XML.format(f"<CodeBook><Codes>{codes}</Codes></CodeBook>"))


def million_elements(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format("<Sets>" + "<Set/>" * 1_000_001 + "</Sets>"))


def deep(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format("<Code>" * 90_000 + "</Code>" * 90_000))


def long_tag(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format(f'<Code name="{"n" * (20 * MEGABYTE)}"/>'))


def line_ends(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format(f"<Description>{chr(10) * (30 * MEGABYTE)}</Description>"))


def other_project(folder: Path) -> Path:
    return zipped(folder, a_qde=XML.format(""), b_qde=XML.format(""))


def no_project(folder: Path) -> Path:
    return zipped(folder, word__document_xml="<document/>")


def web_page(folder: Path) -> Path:
    return zipped(folder, project_qde="<html><body/></html>")


def torn_xml(folder: Path) -> Path:
    return zipped(folder, project_qde=XML.format("")[:-4])


def strange_encoding(folder: Path) -> Path:
    return zipped(folder, project_qde=f'<?xml version="1.0" encoding="klingon"?>{XML.format("")}')


HOSTILE = {
    bomb: "50 MB; at most 32 MB",
    bomb_in_the_project: "70 MB; at most 64 MB",
    lying_bomb: "damaged",
    two_gigabytes_declared: "2,048 MB; at most",
    password: "password",
    unknown_packing: "packed or locked",
    traversal: "outside itself",
    absolute: "outside itself",
    many_files: "far more files",
    laughs: "document type",
    outside_entity: "document type",
    outside_type: "document type",
    deep: "200 deep",
    long_tag: "many megabytes",
    other_project: "several projects: a.qde, b.qde",
    no_project: "no project.qde",
    web_page: "<html>",
    torn_xml: "damaged at line 1, column",
    strange_encoding: "encoding",
}
LARGE = {
    million_codes: "refused .* more than 100,000 codes",
    million_elements: "refused .* more than 1,000,000 elements",
    line_ends: "read 0",
}


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_at_once_and_says_why(make, tmp_path: Path):
    path = make(tmp_path)
    before = time.process_time()
    with pytest.raises(ExchangeError) as error:
        read_refi(path)
    assert time.process_time() - before < 5
    assert HOSTILE[make] in str(error.value)
    assert path.name in str(error.value)
    assert re.search(r"[.!]$", error.value.remedy)
    assert [one.name for one in tmp_path.iterdir() if one.name not in (path.name, "secret.txt")] == []


@pytest.mark.parametrize("make", LARGE, ids=lambda make: make.__name__)
def test_the_largest_take_seconds_and_little_memory(make, tmp_path: Path):
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux says how much memory a process took at most")
    path = make(tmp_path)
    done = subprocess.run([sys.executable, "-c", SAID, path], capture_output=True, text=True, check=True, timeout=60)
    seconds, megabytes = re.findall(r"[\d.]+", done.stderr)
    print(f"{make.__name__}: {done.stdout.strip()} ({done.stderr.strip()})")
    assert re.search(LARGE[make], done.stdout)
    assert float(seconds) < 6
    assert int(megabytes) < 700


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04", b"%PDF-1.7", b"\x89PNG", b"\0" * 9000, b"code;name\n", b"PK\x05\x06" + b"\0" * 9],
)
@pytest.mark.parametrize("suffix", [".qdpx", ".qdc", ".qde"])
def test_what_is_no_zip_and_no_xml_is_refused(content: bytes, suffix: str, tmp_path: Path):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    with pytest.raises(ExchangeError):
        read_refi(path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.qdpx"):
        with pytest.raises(ExchangeError, match="cannot be opened"):
            read_refi(path)


def test_a_name_in_a_zip_cannot_write_on_the_screen(tmp_path: Path):
    path = tmp_path / "hostile.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\x1b[2J\x07.qde", "<torn")
    with pytest.raises(ExchangeError) as error:
        read_refi(path)
    assert str(error.value).isprintable()


WHOLE = XML.format(
    '<Users><User guid="44444444-0000-4000-8000-000000000000" name="Ann"/></Users><CodeBook><Codes><Code name="a" guid='
    '"22222222-0000-4000-8000-000000000000" isCodable="true"/></Codes></CodeBook><Sources><TextSource name="s" guid='
    '"11111111-0000-4000-8000-000000000000" plainTextPath="internal://a.txt"><PlainTextSelection startPosition="0" '
    'endPosition="3" guid="33333333-0000-4000-8000-000000000000"><Coding guid="55555555-0000-4000-8000-000000000000">'
    '<CodeRef targetGUID="22222222-0000-4000-8000-000000000000"/></Coding></PlainTextSelection></TextSource></Sources>'
)


def answered(path: Path) -> Read | ExchangeError:
    try:
        return read_refi(path)
    except ExchangeError as error:
        return error


def test_a_zip_cut_off_anywhere_is_refused(tmp_path: Path):
    path = zipped(tmp_path, project_qde=WHOLE, sources__a_txt="One two three")
    whole = path.read_bytes()
    assert isinstance(answered(path), Read)
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert isinstance(answered(path), ExchangeError)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_damage_anywhere_is_read_or_refused_but_never_an_accident(tmp_path: Path, hits: list, inside: bool):
    content = bytearray(WHOLE.encode())
    if not inside:
        content = bytearray(zipped(tmp_path, project_qde=WHOLE, sources__a_txt="One two three").read_bytes())
    for place, value in hits:
        content[int(place * (len(content) - 1))] = value
    if inside:
        path = zipped(tmp_path, project_qde=bytes(content), sources__a_txt="One two three")
    else:
        path = tmp_path / "hostile.qdpx"
        path.write_bytes(content)
    assert isinstance(answered(path), Read | ExchangeError)
