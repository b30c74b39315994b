"""From originals to a study: the key stays outside, the names stand nowhere in the study, nothing is lost halfway."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest

from tests.marked import read_marked
from themes import cli
from themes.domain import SourceKind, SourceRow, Study
from themes.errors import PseudonymError, ReadingError, StudyError
from themes.ingest import IngestOptions, read
from themes.pipeline import new, pseudonymising, run
from themes.pipeline.keyfile import read_key, table_of, write_whole
from themes.pipeline.pseudonymising import applied, proposed, transcript
from themes.pipeline.risking import risk
from themes.pipeline.searching import search
from themes.pseudonyms import Choice, NameKind

SAID = "Interviewer: Who came?\n\nP01: We asked Colonel Strand in Gourdane. Strand's driver, Moktar, said no.\n"


def pseudonymise(*arguments: object) -> int:
    """The exit code of the command in this process."""
    sys.argv = ["themes", "pseudonymise", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["themes"])
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # the tests' own filters stay


@pytest.fixture
def study(tmp_path: Path) -> Path:
    new(tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    return tmp_path / "private" / "key.csv"


@pytest.fixture
def original(tmp_path: Path) -> Path:
    (tmp_path / "originals").mkdir()
    file = tmp_path / "originals" / "strand.txt"
    file.write_text(SAID, encoding="utf-8")
    return file


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def decide(table: Path, **decisions: str) -> None:
    """Writes decisions into the table as a spreadsheet would: cut by semicolons; `rest` is for all other rows."""
    rows = rows_of(table)
    for row in rows:
        row["decision"] = row["decision"] or decisions.get(row["name"], decisions.get("rest", ""))
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def bytes_of(folder: Path) -> bytes:
    return b"".join(str(path).encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_real_names_and_the_key_stand_nowhere_in_the_study(study: Path, key: Path, tmp_path: Path):
    text, marks = read_marked("english-seen")
    original = tmp_path / "Torvel 2016.txt"
    original.write_text(text, encoding="utf-8")
    proposed([original], key)
    done = applied([original], key, study, undecided=Choice.YES)
    (target,) = [one.target for one in done.files]
    assert target.name == "person-1 2016.txt"
    row = SourceRow(1, f"transcripts/{target.name}", SourceKind.INTERVIEW)
    (source,) = read(study, [row], Study(study, "s"), IngestOptions(detect_language=False)).sources
    assert "[Person 1]" in source.text
    assert {turn.speaker for turn in source.turns if turn.speaker} == {"Interviewer", "Person 1"}
    found = search(study, key)
    assert found.sightings == ()
    assert found.names > 60
    assert found.unread == ()
    kept = bytes_of(study)
    names = {mark.words for mark in marks if mark.letter in "PTO"}
    assert len(names) > 50
    words = kept.decode("utf-8", "replace").casefold()
    assert [name for name in names if re.search(rf"\b{re.escape(name.casefold())}\b", words)] == []
    assert key.read_bytes() not in kept


@pytest.mark.slow
def test_no_name_stands_in_a_study_that_was_run(small_study: Path, key: Path, tmp_path: Path):
    text, _ = read_marked("french-seen")
    original = tmp_path / "original.txt"
    original.write_text(text, encoding="utf-8")
    proposed([original], key)
    applied([original], key, small_study, undecided=Choice.YES)
    (small_study / "sources.csv").write_text("file,kind\ntranscripts/original.txt,interview\n")
    (small_study / "transcripts" / "a.txt").unlink()
    run(small_study)
    found = search(small_study, key)
    assert (found.sightings, found.unread) == ((), ())
    assert found.files > 20
    held = [path.relative_to(small_study).parts[0] for path in small_study.rglob("*") if path.is_file()]
    assert {"study.themes", "cache", "report", "transcripts"} <= set(held)
    (small_study / "transcripts" / "original.txt").write_bytes(original.read_bytes())
    run(small_study)
    told = {one.file.partition("/")[0] for one in search(small_study, key).sightings}
    assert {"transcripts", "study.themes", "report"} <= told


def test_nothing_is_applied_while_a_row_waits_for_a_decision(study: Path, key: Path, original: Path):
    proposed([original], key)
    with pytest.raises(PseudonymError, match="3 rows have no decision"):
        applied([original], key, study)
    assert not key.exists()
    decide(table_of(key), Gourdane="keep", rest="yes")
    done = applied([original], key, study)
    assert (
        done.files[0]
        .target.read_text()
        .endswith("[Commander 1] in Gourdane. [Commander 1]'s driver, [Person 1], said no.\n")
    )
    assert {one.name: one.choice for one in read_key(key)} == {
        "Strand": Choice.YES, "Moktar": Choice.YES, "Gourdane": Choice.KEEP,
    }  # fmt: skip


def test_a_later_batch_gives_the_same_name_the_same_pseudonym(study: Path, key: Path, original: Path):
    proposed([original], key)
    applied([original], key, study, undecided=Choice.YES)
    later = original.with_name("later.txt")
    later.write_text("P02: Moktar met Mr Osk. Moktar left.", encoding="utf-8")
    found = proposed([later], key)
    assert [(one.entry.name, one.entry.pseudonym) for one in found.proposals] == [("Osk", "[Person 2]")]
    done = applied([later], key, study, undecided=Choice.YES)
    assert done.added == 1
    assert done.files[0].target.read_text() == "P02: [Person 1] met Mr [Person 2]. [Person 1] left."
    assert [one.name for one in read_key(key)] == ["Strand", "Moktar", "Gourdane", "Osk"]


def test_what_was_decided_and_added_by_hand_stays_when_names_are_proposed_again(key: Path, original: Path):
    proposed([original], key)
    decide(table_of(key), Moktar="no")
    with table_of(key).open("a", encoding="utf-8") as stream:
        stream.write("The Tall One;;;yes\n")
    found = {one.entry.name: one.entry for one in proposed([original], key).proposals}
    assert found["Moktar"].choice is Choice.NO
    assert (found["The Tall One"].kind, found["The Tall One"].choice) == (NameKind.PERSON, Choice.YES)
    assert found["Strand"].choice is None


def test_two_rows_with_one_pseudonym_are_one_person(study: Path, key: Path, original: Path):
    proposed([original], key)
    rows = table_of(key).read_text(encoding="utf-8").replace("[Person 1]", "[Commander 1]")
    table_of(key).write_text(rows, encoding="utf-8")
    done = applied([original], key, study, undecided=Choice.YES)
    assert done.files[0].counts["[Commander 1]"] == 3


@pytest.mark.parametrize("way", ["inside", "by a link", "a link inside", "in another study"])
def test_a_key_in_a_study_folder_is_refused(way: str, study: Path, key: Path, original: Path, tmp_path: Path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "study.themes").touch()
    inside = {
        "inside": study / "transcripts" / "key.csv",
        "by a link": tmp_path / "linked" / "key.csv",
        "a link inside": study / "key.csv",
        "in another study": tmp_path / "other" / "key.csv",
    }[way]
    (tmp_path / "linked").symlink_to(study)
    (study / "key.csv").symlink_to(key)
    with pytest.raises(PseudonymError, match="lies in the study folder"):
        proposed([original], inside)
    with pytest.raises(PseudonymError, match="lies in the study folder"):
        applied([original], inside, study)
    with pytest.raises(PseudonymError, match="lies in the study folder"):
        search(study, inside)


def test_an_original_inside_the_study_is_refused(study: Path, key: Path):
    raw = study / "transcripts" / "raw.txt"
    raw.write_text(SAID)
    with pytest.raises(PseudonymError, match="Keep the originals outside"):
        proposed([raw], key)


def test_a_folder_that_is_no_study_is_refused(key: Path, original: Path, tmp_path: Path):
    proposed([original], key)
    with pytest.raises(StudyError, match="no study folder"):
        applied([original], key, tmp_path / "originals", undecided=Choice.YES)


def test_another_transcript_of_the_same_name_is_not_written_over(study: Path, key: Path, original: Path):
    proposed([original], key)
    there = study / "transcripts" / "commander-1.txt"
    there.write_text("something else")
    with pytest.raises(PseudonymError, match="another transcript"):
        applied([original], key, study, undecided=Choice.YES)
    assert there.read_text() == "something else"
    assert not key.exists()
    applied([original], key, study, undecided=Choice.YES, force=True)
    assert "[Commander 1]" in there.read_text()
    assert not applied([original], key, study, undecided=Choice.YES).files[0].is_new


def test_an_end_halfway_leaves_whole_files_and_the_same_command_goes_on(
    study: Path, key: Path, original: Path, monkeypatch: pytest.MonkeyPatch
):
    second = original.with_name("second.txt")
    second.write_text(SAID)
    proposed([original, second], key)

    def killed(path: Path, text: str) -> None:
        if path.name == "second.txt":
            raise KeyboardInterrupt
        write_whole(path, text)

    monkeypatch.setattr(pseudonymising, "write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        applied([original, second], key, study, undecided=Choice.YES)
    assert [one.name for one in read_key(key)] == ["Strand", "Moktar", "Gourdane"]
    monkeypatch.undo()
    done = applied([original, second], key, study, undecided=Choice.YES)
    assert [one.is_new for one in done.files] == [False, True]
    assert not list(study.rglob("*.part"))


def test_key_table_and_transcripts_are_for_ones_own_account_alone(study: Path, key: Path, original: Path):
    proposed([original], key)
    done = applied([original], key, study, undecided=Choice.YES)
    for path in (key, table_of(key), done.files[0].target):
        assert path.stat().st_mode & 0o077 == 0


def test_a_telephone_number_survives_the_spreadsheet(study: Path, key: Path, original: Path):
    original.write_text("P01: Ring +223 70 55 01 92.")
    proposed([original], key)
    assert rows_of(table_of(key))[0]["name"] == "'+223 70 55 01 92"
    done = applied([original], key, study, undecided=Choice.YES)
    assert done.files[0].target.read_text() == "P01: Ring [Telephone 1]."


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Strand,person,[Commander 9],perhaps", 'decision is "perhaps"'),
        ("Strand,ghost,[Commander 9],yes", 'kind is "ghost"'),
        ("Strand,person,[Strand 1],yes", "holds a real name"),
        ("Strand,person,[Commander 9],yes\nSTRAND,person,[Commander 8],yes", "two pseudonyms"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(row: str, problem: str, key: Path, original: Path):
    table_of(key).write_text(f"name,kind,pseudonym,decision\n{row}\n")
    with pytest.raises(PseudonymError, match=problem):
        proposed([original], key)


def test_a_word_file_becomes_text_and_subtitles_stay_subtitles(tmp_path: Path):
    import docx

    document = docx.Document()
    document.add_paragraph("P01: We asked Colonel Strand.")
    document.save(str(tmp_path / "a.docx"))
    (tmp_path / "b.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nP01: Strand.\n")
    (tmp_path / "c.jsonl").write_text('{"text": "Samak\\u00e9"}\n')
    word, cues, lines = (transcript(tmp_path / name) for name in ("a.docx", "b.vtt", "c.jsonl"))
    assert (word.file, word.text) == ("a.txt", "P01: We asked Colonel Strand.\n")
    assert (cues.file, cues.is_subtitles) == ("b.vtt", True)
    assert "Samaké" in lines.text
    (tmp_path / "d.xlsx").touch()
    with pytest.raises(ReadingError, match="workbook"):
        transcript(tmp_path / "d.xlsx")


def test_a_name_that_a_spreadsheet_changed_is_told(study: Path, key: Path, original: Path):
    original.write_text("P01: Ring 0812 555 140, Moktar is there.")
    proposed([original], key)
    table_of(key).write_text(table_of(key).read_text(encoding="utf-8").replace("0812 555 140", "812555140"))
    assert applied([original], key, study, undecided=Choice.YES).unmet == ("[Telephone 1]",)


# --- what remains ---


def test_a_trait_that_nobody_shares_and_a_combination_are_told(study: Path, capsys: pytest.CaptureFixture[str]):
    missions = "".join(f'[[missions]]\nname = "{name}"\n' for name in ("North", "South"))
    (study / "study.toml").write_text(f'[study]\ntitle = "S"\nactor_groups = ["Army", "Town"]\n{missions}')
    rows = ["file,kind,title,actor_group,mission,date"]
    said = {
        "a": ("A clerk", "Town", "North", "P01: I met Moktar on 14 May 2016 in the market, and he said no word."),
        "b": ("A clerk", "Town", "North", "P02: I was the prefect of it, and I remember nothing more of it."),
        "c": ("A clerk", "Army", "South", "P03: We kept to the road, and that was all that we could do there."),
        "d": ("A clerk", "Army", "South", "P04: We kept to the road, and that was all that we could do there."),
        "e": ("A clerk", "Army", "North", "P05: We kept to the road, and that was all that we could do there."),
    }
    for name, (title, group, mission, words) in said.items():
        (study / "transcripts" / f"{name}.txt").write_text(words)
        rows.append(f"transcripts/{name}.txt,interview,{title},{group},{mission},2016-01-01")
    (study / "sources.csv").write_text("\n".join(rows))
    found = risk(study, least=2)
    assert found.participants == 5
    assert [(one.source, one.values, one.shared_by) for one in found.rare] == [
        ("b", (("role", "prefect"),), 1),
        ("e", (("actor group", "Army"), ("mission", "North")), 1),
    ]
    first = found.telling[0]
    assert (first.days, first.names) == (("14 May 2016",), ("Moktar",))
    assert pseudonymise("risk", study, "--least", 2) == 0
    told = capsys.readouterr().out
    assert "nobody else has: actor group Army, mission North" in told
    assert "2 interviews with a combination that nobody else has" in told


# --- searching ---


def hidden_in(study: Path, way: str) -> None:
    """Puts a name into the study in one of the ways in which programs write it."""
    said = "It was Moktar who rang."
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:t>It was Mok</w:t><w:r/><w:t>tar who rang.</w:t>")
    with zipfile.ZipFile(twice := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.docx", packed.getvalue())
    contents = {
        "text": said.encode(),
        "capitals": said.upper().encode(),
        "utf-16": said.encode("utf-16-le"),
        "utf-16 big end first": b"\0" + said.encode("utf-16-be"),
        "entities": b"It was &#77;oktar who rang.",
        "json": b'"It was \\u004doktar who rang."',
        "docx": packed.getvalue(),
        "zip in zip": twice.getvalue(),
    }
    if way == "database":
        with sqlite3.connect(study / "study.themes") as database:
            database.execute("create table turns (words text)")
            database.execute("insert into turns values (?)", ["x" * 4050 + f" {said} " + "y" * 9000])
        database.close()
    elif way == "name of a file":
        (study / "transcripts" / "Interview_Moktar.txt").touch()
    elif way == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table({"words": [said] * 50}), study / "a.parquet", compression="zstd")
    else:
        (study / "a.bin").write_bytes(contents[way])


WAYS = ["text", "capitals", "utf-16", "utf-16 big end first", "entities", "json", "docx", "zip in zip", "database"]


@pytest.mark.parametrize("way", [*WAYS, "name of a file", "parquet"])
def test_a_name_is_found_wherever_it_hides(way: str, study: Path, key: Path):
    key.write_text("name,pseudonym,decision\nMoktar,[Person 1],yes\n")
    assert search(study, key).sightings == ()
    hidden_in(study, way)
    found = search(study, key)
    assert {one.pseudonym for one in found.sightings} == {"[Person 1]"}
    assert found.unread == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("study.themes", b"SQLite format 3\0 and nothing else"),
        ("a.gz", b"\x1f\x8b\x08 and nothing else"),
        ("a.parquet", b"PAR1 and nothing else"),
        ("a.zip", b"PK\x03\x04 and a wrong end PK\x05\x06" + b"\xff" * 30),
    ],
)
def test_a_damaged_file_is_named_as_not_searched_and_stops_nothing(name: str, content: bytes, study: Path, key: Path):
    key.write_text("name,pseudonym,decision\nMoktar,[Person 1],yes\n")
    (study / name).write_bytes(content)
    (study / "z.txt").write_text("Moktar")
    found = search(study, key)
    assert [one.partition(":")[0] for one in found.unread] == [name]
    assert [one.file for one in found.sightings] == ["z.txt"]


def test_a_zip_bomb_is_named_as_not_searched(study: Path, key: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("themes.pipeline.searching._LARGEST", 3_000_000)
    key.write_text("name,pseudonym,decision\nMoktar,[Person 1],yes\n")
    with zipfile.ZipFile(study / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", bytes(900_000))
    assert search(study, key).unread == ("bomb.zip: it unpacks to more than can be searched",)


def test_a_name_is_found_where_a_large_file_is_cut(study: Path, key: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("themes.pipeline.searching._AT_ONCE", 1000)
    key.write_text("name,pseudonym,decision\nMoktar,[Person 1],yes\n")
    (study / "a.bin").write_bytes(b" " * 997 + b"Moktar" + b" " * 3000)
    assert {one.file for one in search(study, key).sightings} == {"a.bin"}


def test_a_search_without_a_key_is_refused(study: Path, key: Path):
    with pytest.raises(PseudonymError, match="There is no key"):
        search(study, key)


# --- the commands ---


def test_the_commands_lead_from_an_original_to_a_study_and_say_what_they_cannot(
    study: Path, key: Path, original: Path, capsys: pytest.CaptureFixture[str]
):
    assert pseudonymise("propose", original, "--key", key) == 0
    told = capsys.readouterr().out
    assert "3 names, 3 without a decision" in told
    assert "The rules do not find everything" in told
    assert pseudonymise("apply", original, "--key", key, "--to", study) == 2
    assert pseudonymise("apply", original, "--key", key, "--to", study, "--undecided", "yes") == 0
    assert "4 names replaced, 3 pseudonyms" in capsys.readouterr().out
    assert pseudonymise("check", study, "--key", key) == 0
    (study / "sources.csv").write_text("file,kind\ntranscripts/moktar.txt,interview\n")
    capsys.readouterr()
    assert pseudonymise("check", study, "--key", key) == 2
    told = capsys.readouterr().out
    assert "sources.csv, line 2: [Person 1], 1 time" in told
    assert "oktar" not in told


def test_each_answer_is_kept_at_once_and_asking_goes_on_later(
    key: Path, original: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\np\nWitness 1\nq\n"))
    assert pseudonymise("propose", original, "--key", key, "--ask") == 0
    assert "»Moktar«" in capsys.readouterr().out
    decided = {one.name: (one.pseudonym, one.choice) for one in read_key(table_of(key))}
    assert decided["Moktar"] == ("[Witness 1]", Choice.YES)
    assert decided["Strand"][1] is Choice.NO
    assert decided["Gourdane"][1] is None
