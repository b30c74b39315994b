"""Bad input, as a person meets it: each gives a clear error or a listed warning, no traceback, and nothing is lost."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from themes import cli, pipeline

STUDY = """
[study]
title = "Bad input"
actor_groups = ["UN / DPO", "NGO"]

[[missions]]
name = "MINUSMA"
[[missions.periods]]
name = "first"
start = 2013-04-25

[options.embed]
encoder = "hashing"
[options.report]
figures = "none"
"""
SOURCES = """file,kind,pseudonym,actor_group,mission,date
transcripts/good.txt,interview,P1,UN / DPO,MINUSMA,2014-01-01
transcripts/other.txt,interview,P2,NGO,MINUSMA,2015-01-01
"""
CODEBOOK = "code,parent,definition\nForce,,How force is used.\nCaveats,Force,Orders refused.\n"


def talk(name: str) -> str:
    answers = (f"The convoy number {number} of {name} drove on the mined road to the north." for number in range(6))
    return "\n\n".join(f"Interviewer: And then?\n\n{name}: {answer}" for answer in answers)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "argv", ["themes"])
    monkeypatch.setattr(sys, "warnoptions", ["error"])
    folder = tmp_path / "study"
    (folder / "transcripts").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY)
    (folder / "sources.csv").write_text(SOURCES)
    (folder / "codebook.csv").write_text(CODEBOOK)
    (folder / "transcripts" / "good.txt").write_text(talk("P1"))
    (folder / "transcripts" / "other.txt").write_text(talk("P2"))
    return folder


def themes(*arguments: object) -> int:
    sys.argv = ["themes", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def add(study: Path, name: str, content: bytes | str, kind: str = "interview") -> None:
    """One more file with its row."""
    path = study / "transcripts" / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with (study / "sources.csv").open("a") as file:
        file.write(f"transcripts/{name},{kind},P9,NGO,MINUSMA,2016-01-01\n")


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(study: Path) -> None:
        text = (study / file).read_text()
        assert old in text
        (study / file).write_text(text.replace(old, new))

    return change


def appended(file: str, text: str) -> Callable[[Path], None]:
    def change(study: Path) -> None:
        with (study / file).open("a") as opened:
            opened.write(text)

    return change


def scanned_pdf() -> bytes:
    """A page that has no text on it."""
    from pypdf import PdfWriter

    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


LEFT_OUT = [
    pytest.param(lambda study: add(study, "bad.txt", ""), ["bad.txt", "empty"], id="an empty file"),
    pytest.param(lambda study: add(study, "bad.docx", "only words"), ["bad.docx", ".docx"], id="a wrong ending"),
    pytest.param(
        lambda study: add(study, "bad.pages", b"PK"), ["bad.pages", "Export it as .docx"], id="a kind not read"
    ),
    pytest.param(lambda study: add(study, "bad.pdf", scanned_pdf()), ["bad.pdf", "OCR"], id="a scanned pdf"),
    pytest.param(
        lambda study: add(study, "bad.vtt", "WEBVTT\n\n"), ["bad.vtt", "No words"], id="subtitles without captions"
    ),
    pytest.param(lambda study: add(study, "bad.txt", b"\x00\x01\x02PNG" * 9), ["bad.txt"], id="a picture called .txt"),
    pytest.param(
        appended("sources.csv", "transcripts/goood.txt,interview,P9,NGO,MINUSMA,\n"),
        ["sources.csv, row 4", "goood.txt", "good.txt"],
        id="a row without its file",
    ),
    pytest.param(
        lambda study: add(study, "third.txt", talk("P9"), "intervew"),
        ["sources.csv, row 4", "intervew", "interview"],
        id="an unknown kind",
    ),
]
WARNED = [
    pytest.param(
        lambda study: (study / "transcripts" / "unlisted.txt").write_text(talk("P3")),
        ["unlisted.txt", "No row lists"],
        id="a file without a row",
    ),
    pytest.param(
        replaced("sources.csv", "UN / DPO", "UN / DPKO"),
        ["sources.csv, row 2", "UN / DPKO", "UN / DPO"],
        id="an unknown actor group",
    ),
    pytest.param(
        replaced("sources.csv", "2014-01-01", "2014-31-01"),
        ["sources.csv, row 2", "2014-31-01"],
        id="a date that is none",
    ),
    pytest.param(
        replaced("sources.csv", "P2,NGO", "P1,NGO"), ["P1", "UN / DPO", "NGO"], id="one pseudonym in two groups"
    ),
    pytest.param(
        replaced("sources.csv", "P2,NGO,MINUSMA", "P2,NGO,MINUSCA"),
        ["sources.csv, row 3", "MINUSCA", "MINUSMA"],
        id="an unknown mission",
    ),
]
STOPPED = [
    pytest.param(
        replaced("codebook.csv", "Force,,", "Force,Caveats,"), ["codebook.csv", "Force", "Caveats"], id="a cycle"
    ),
    pytest.param(
        appended("codebook.csv", "Force,,Again.\n"),
        ["codebook.csv, rows 2, 4", "Force", "twice"],
        id="twice the same code",
    ),
    pytest.param(replaced("study.toml", "actor_groups", "actor_group"), ["actor_groups"], id="a key typed wrong"),
    pytest.param(replaced("study.toml", "[options.embed]", "[options.embd]"), ["embed"], id="a stage typed wrong"),
    pytest.param(replaced("study.toml", "encoder =", "encodr ="), ["encoder"], id="an option typed wrong"),
    pytest.param(replaced("study.toml", '"hashing"', '"hashin"'), ["hashing"], id="an encoder typed wrong"),
    pytest.param(
        replaced("study.toml", 'title = "Bad input"', 'title = "Bad'), ["study.toml", "line"], id="broken TOML"
    ),
    pytest.param(lambda study: (study / "sources.csv").unlink(), ["sources.csv"], id="no list of sources"),
    pytest.param(lambda study: (study / "study.toml").unlink(), ["study.toml", "themes new"], id="no study"),
    pytest.param(replaced("sources.csv", "file,kind", "fil,kind"), ["sources.csv", "file"], id="no column of files"),
]


@pytest.mark.parametrize(("spoil", "said"), LEFT_OUT)
def test_one_bad_file_or_row_is_left_out_and_listed_and_the_good_ones_go_on(
    spoil: Callable[[Path], None], said: list[str], study: Path, capsys: pytest.CaptureFixture[str]
):
    spoil(study)
    assert themes("check", study) == 2
    checked = capsys.readouterr()
    assert themes("run", study) == 0
    ran = capsys.readouterr()
    for printed in (checked, ran):
        assert [word for word in said if word not in printed.out] == []
        assert "error:" in printed.out
        assert "Traceback" not in printed.out + printed.err
    assert "2 sources" in ran.out
    assert said[0].split(",")[0] in (study / "report" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("spoil", "said"), WARNED)
def test_a_doubt_is_a_warning_and_nothing_is_dropped(
    spoil: Callable[[Path], object], said: list[str], study: Path, capsys: pytest.CaptureFixture[str]
):
    spoil(study)
    assert themes("check", study) == 0
    printed = capsys.readouterr().out
    assert "warning:" in printed
    assert [word for word in said if word not in printed] == []
    assert themes("run", study) == 0
    assert "2 sources" in capsys.readouterr().out


@pytest.mark.parametrize(("spoil", "said"), STOPPED)
def test_what_cannot_be_worked_with_stops_the_run_before_anything_is_changed(
    spoil: Callable[[Path], object], said: list[str], study: Path, capsys: pytest.CaptureFixture[str]
):
    assert themes("run", study) == 0
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file() and path.name != "study.themes"}
    spoil(study)
    capsys.readouterr()
    assert themes("run", study) == 2
    printed = capsys.readouterr()
    assert [word for word in said if word not in printed.err] == []
    assert "Traceback" not in printed.out + printed.err
    report = study / "report" / "index.html"
    assert report.read_bytes() == before[report]


def test_a_project_from_a_newer_version_is_refused_and_left_alone(study: Path, capsys: pytest.CaptureFixture[str]):
    themes("run", study)
    with sqlite3.connect(study / "study.themes") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = (study / "study.themes").read_bytes()
    assert themes("run", study) == 2
    assert "newer version of themes" in capsys.readouterr().err
    assert (study / "study.themes").read_bytes() == before


@pytest.fixture
def disk(study: Path, tmp_path: Path) -> Iterator[tuple[Path, Callable[[str], None]]]:
    """The study on a small disk of its own, and an act that mounts that disk in another way."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk is mounted, which root alone may do, and on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")

    def mount(way: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{way}", str(place)], check=True)

    try:
        yield Path(shutil.copytree(study, place / "study")), mount
    finally:
        subprocess.run(["umount", str(place)], check=False)


Disk = tuple[Path, Callable[[str], None]]


def test_a_full_disk_is_said_and_nothing_is_lost(disk: Disk, capsys: pytest.CaptureFixture[str]):
    study, mount = disk
    mount("size=160k")
    assert themes("run", study) == 2
    printed = capsys.readouterr().err
    assert "disk is full" in printed
    assert "run again" in printed
    assert (study / "transcripts" / "good.txt").read_text() == talk("P1")
    mount("size=20m")
    assert themes("run", study) == 0


@pytest.mark.parametrize("run_before", [False, True])
def test_a_read_only_folder_is_said_with_a_remedy_before_any_work(
    run_before: bool, disk: Disk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    study, mount = disk
    if run_before:
        assert themes("run", study) == 0
        replaced("study.toml", "Bad input", "Another title")(study)
        capsys.readouterr()
    mount("ro")
    assert themes("check", study) == 0
    capsys.readouterr()
    monkeypatch.setattr(pipeline, "prepare", lambda *_: pytest.fail("minutes of work before the error"))
    assert themes("run", study) == 2
    printed = capsys.readouterr().err
    assert "study.themes" in printed
    assert "may write" in printed
    assert themes("status", study) == 0


def test_a_folder_without_the_right_to_write_is_said_with_a_remedy(study: Path, capsys: pytest.CaptureFixture[str]):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    study.chmod(0o555)
    assert themes("run", study) == 2
    study.chmod(0o755)
    assert "may write" in capsys.readouterr().err
