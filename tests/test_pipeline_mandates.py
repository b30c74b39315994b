"""A mandate comes in and goes out to the letter, though its reader joins the lines that a page has broken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import exchanged_project as sent
from themes.exchange import Exchanged, ExchangedCode, ExchangedCoding, ExchangedSource, Selection, User, Value, Variable
from themes.pipeline import incoming
from themes.pipeline.exporting import Wanted, export_file
from themes.pipeline.importing import import_files
from themes.project import FILE_NAME, Project

DAY = datetime(2020, 3, 4, 5, 6, 7, tzinfo=UTC)
TEXT = (
    "The Security Council,\n\nNoting that the mission has few helicopters and that they come late, as all of them do "
    "in\n\nthe season of rain,\n\n1. Decides that the mission shall keep the roads to the north open by all means;\n\n"
    "2. Decides to remain seized of the matter.\n"
)
CODED = "Decides that the mission shall keep the roads to the north open"


def project() -> Exchanged:
    """One mandate whose first paragraph is broken by the end of a page, and one stretch with a code."""
    start = TEXT.index(CODED)
    coding = ExchangedCoding(sent.guid(30), sent.guid(20), sent.guid(1), DAY)
    found = Selection(sent.guid(40), start, start + len(CODED), codings=(coding,), user=sent.guid(1), created=DAY)
    values = (Value(sent.guid(60), "mandate"),)
    return Exchanged(
        "Mandates",
        users=(User(sent.guid(1), "Anna"),),
        codes=(ExchangedCode(sent.guid(20), "Roads"),),
        variables=(Variable(sent.guid(60), "kind"),),
        sources=(ExchangedSource(sent.guid(50), "A mandate", text=TEXT, selections=(found,), values=values),),
    )


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(incoming.READERS, ".json", sent.read)
    import_files(tmp_path / "study", [sent.write(tmp_path / "mandates.json", project())], "ben")
    return tmp_path / "study"


def test_its_reader_joins_lines_and_the_code_stands_on_the_right_words(study: Path) -> None:
    with Project(study / FILE_NAME, read_only=True) as project:
        (source,) = project.made().sources
        (one,) = {decision.segment for decision in project.decisions()}
        words = project.texts()[one]
    assert source.kind == "mandate"
    assert "as all of them do in the season of rain" in source.text
    assert words.startswith(CODED)


def test_it_goes_out_as_it_came_in(study: Path, tmp_path: Path) -> None:
    export_file(study, tmp_path / "out.qdpx", Wanted(), lambda _: True)
    gone = incoming.READERS[".qdpx"](tmp_path / "out.qdpx", None).exchanged
    assert [(one.text, one.selections) for one in gone.sources] == [
        (one.text, one.selections) for one in project().sources
    ]


def test_it_is_known_when_it_comes_again(study: Path, tmp_path: Path) -> None:
    export_file(study, tmp_path / "out.qdpx", Wanted(), lambda _: True)
    (told,) = import_files(study, [tmp_path / "out.qdpx"], "ben").files
    assert told.came["source that the study has"] == 1
    assert "source" not in told.came
