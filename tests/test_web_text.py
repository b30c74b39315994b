"""Everything from a file is text: in pages, in the JSON inside them, in tables and notes on bugs; none is printed."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.review_app import app_of, made, study_in
from tests.review_server import Line, mode, served
from themes.domain import Code, CodeId, Source
from themes.project import FILE_NAME, Made, Project

TABLES = tuple(f"/export/{name}.csv" for name in ("codings", "memos", "codebook", "log"))


# --- in pages and tables ---

SCRIPT = "</script><script>alert('1')</script><img src=x onerror=\"alert(1)\">&amp;<!--"


def hostile() -> Made:
    """A study whose every name and text is a script."""
    whole = made(6)
    codes = tuple(replace(one, name=SCRIPT, definition=SCRIPT, use_when=SCRIPT, not_when=SCRIPT) for one in whole.codes)
    evil = Code(CodeId(SCRIPT), SCRIPT, None, SCRIPT)
    sources = tuple(_hostile_source(one) for one in whole.sources)
    texts = {one.id: one.text for one in sources}
    segments = tuple(
        replace(one, text=texts[one.source][one.start : one.end], speaker=SCRIPT, participant=SCRIPT,
                actor_group=SCRIPT, mission=SCRIPT, period=SCRIPT, number=SCRIPT)
        for one in whole.segments
    )  # fmt: skip
    suggestions = tuple(
        replace(one, code=evil.id if one.rank == 1 else one.code, words=(SCRIPT,), example=SCRIPT, stops_at=evil.id)
        for one in whole.suggestions
    )
    themes = tuple(replace(one, name=SCRIPT, terms=((SCRIPT, 0.5),)) for one in whole.themes)
    return replace(
        whole, codes=(*codes, evil), base_codes=(*codes, evil),
        sources=sources, segments=segments, suggestions=suggestions, themes=themes,
        found=themes, provenance={"encoder": SCRIPT, "codebook version": SCRIPT},
    )  # fmt: skip


def _hostile_source(source: Source) -> Source:
    """The source with the script over every answer's beginning, so that places stay as they are."""
    text = source.text.replace("What about question", SCRIPT[:19]).replace("Answer", "<b>'\"&")
    assert len(text) == len(source.text)
    return replace(source, text=text, title=SCRIPT, pseudonym=SCRIPT, symbol=SCRIPT, file=f"transcripts/{SCRIPT}.txt")


class Tags(HTMLParser):
    """Collects the tags and the data of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def tags_of(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


def test_scripts_in_texts_names_titles_and_memos_come_out_as_text(tmp_path: Path):
    terms = study_in(tmp_path / "study", hostile(), title=SCRIPT, notice=SCRIPT)
    with app_of(replace(terms, coder=SCRIPT)) as browser:
        browser.act("memo", "s0:00000", kind="segment", subject="s0:00000", text=SCRIPT)
        browser.act("give", "s0:00000", codes=[SCRIPT])
        browser.act("flag", "s0:00000")
        pages = [browser.get(path).text for path in ("/?at=s0:00000", f"/?code={SCRIPT}", f"/?words={SCRIPT}", "/none")]
        pages += [browser.get(path).text for path in ("/memos", "/prevalence", "/agreement", "/codebook")]
        pages.append(browser.get("/codebook", params={"at": SCRIPT, "adopt": SCRIPT, "name": SCRIPT}).text)
        parts = browser.client.get("/item?at=s0:00000&more=1").json()["parts"].values()
        rows = browser.client.get("/bulk").json()["html"]
    for html in (*pages, *parts, rows):
        found = tags_of(html)
        assert not {"img", "b"} & set(found.tags)
        assert found.handlers == []
        assert "alert('1')</script>" not in html
    assert SCRIPT in "".join(tags_of(pages[0]).data)
    assert any(SCRIPT in one for one in tags_of("".join(parts)).data)


def test_scripts_inside_the_json_of_the_page_are_text(tmp_path: Path):
    terms = study_in(tmp_path / "study", hostile())
    with app_of(terms) as browser:
        page = browser.get("/", params={"words": SCRIPT}).text
    found = tags_of(page)
    codes, view = (json.loads(one) for one in found.data if one.startswith(("[{", '{"')))
    assert SCRIPT in {code["name"] for code in codes}
    assert view == {"words": SCRIPT}
    assert found.tags.count("script") == 4


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_formula_in_a_table_is_text(tmp_path: Path, start: str):
    formula = f"{start}HYPERLINK(A1)"
    with app_of(study_in(tmp_path / "study")) as browser:
        browser.act("memo", kind="segment", subject="s0:00000", text=f"x{formula}")
        browser.act("memo", kind="study", subject="", text=formula)
        tables = [browser.get(path).text for path in TABLES]
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


# --- files, and what is printed ---


def test_the_files_of_a_study_are_for_its_owner_alone(tmp_path: Path):
    before = os.umask(0)
    try:
        terms = study_in(tmp_path / "study")
        with app_of(terms) as browser:
            browser.act("bulk", count=1, segments=["s0:00000"], codes=["Flights"])
            folder = terms.study.folder
            names = [FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"]
            kept = [*(folder / name for name in names), *(folder / "backups").iterdir()]
            assert {path.name: mode(path) for path in kept} == {path.name: 0o600 for path in kept}
            assert len(kept) == 4
            assert mode(folder / "backups") == 0o700
    finally:
        os.umask(before)


def test_the_copy_before_a_migration_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / FILE_NAME
    before = os.umask(0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr("themes.project.MIGRATIONS", __import__("themes.project").project.MIGRATIONS[:-1])
            Project(path).close()
        Project(path).close()
    finally:
        os.umask(before)
    (copy,) = tmp_path.glob(f"{FILE_NAME}.before-schema-*")
    assert mode(copy) == 0o600
    sqlite3.connect(copy).close()


def test_a_running_app_prints_its_link_and_not_a_word_of_any_interview(tmp_path: Path):
    study_in(tmp_path / "study")
    printed = tmp_path / "printed.txt"
    with served(tmp_path / "study", printed) as server, Line(server) as line:
        assert "Answer 0" in line.ask("GET", "/").text
        assert line.act("give", "printed-one", "s0:00000", codes=["Flights"]).status == 200
        assert line.act("memo", "printed-two", kind="study", subject="", text="a secret memo").status == 200
        assert line.ask("GET", "/?words=convoy").status == 200
        _damage(tmp_path / "study" / FILE_NAME)
        assert line.ask("GET", "/?at=s0:00000").status == 500
        server.raw(b"nonsense secret\r\n\r\n")
    said = printed.read_text()
    link = r"Small: the review app is open at\n  http://\S+\nCtrl\+C ends it; nothing is lost\.\n"
    stopped = r"(\s*Stopped\. Nothing is lost: [a-z :]+\.\n)?"  # not said where interrupts are ignored, as behind nohup
    assert re.fullmatch(link + stopped, said)
    (noted,) = tmp_path.glob("themes-bug-*")
    assert not re.search("Answer|convoy|secret|naïve", noted.read_text())


def _damage(path: Path) -> None:
    """Makes the suggestions unreadable, which is a bug to the app: words where a number should be."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE suggestions SET accepted = 'Answer 0: the convoy'")
    connection.close()
