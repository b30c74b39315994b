"""study.toml, and the folder that a new study begins with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from themes.domain import ColumnMap, Mission, Period
from themes.errors import StudyError
from themes.ingest.codebook import read_codebook
from themes.ingest.sources import COLUMNS, read_sources
from themes.ingest.study import new_study, read_study

FULL = """
[study]
title = "Robust peacekeeping and its partners"
approach = "reflexive"
preset = "archive"
notice = "For the team alone."
actor_groups = ["UN / Headquarters", "UN / Mission", "Council / P5"]

[group_names]
P5 = "Council / P5"
Organisation = "UN"

[[missions]]
name = "MINUSMA"
host_state = "Mali"
aliases = ["Bamako", "Gao"]
[[missions.periods]]
name = "robust posture"
start = "2016-06-29"
opened_by = "S/RES/2295 (2016)"
[[missions.periods]]
name = "stabilisation"
start = 2013-04-25
end = 2016-06-28

[tables."speeches.jsonl"]
text = "text"
id = "speech_id"
[tables."speeches.jsonl".where]
procedural = ["false"]
country = "Mali"

[options.cluster]
seed = 1
"""


def study_folder(folder: Path, content: str) -> Path:
    (folder / "study.toml").write_text(content, encoding="utf-8")
    return folder


def refusal(folder: Path) -> StudyError:
    with pytest.raises(StudyError) as caught:
        read_study(folder)
    assert caught.value.remedy.endswith(".")
    return caught.value


def test_everything_that_study_toml_says_is_in_the_study(tmp_path: Path) -> None:
    study = read_study(study_folder(tmp_path, FULL))
    assert study.folder == tmp_path
    assert study.title == "Robust peacekeeping and its partners"
    assert (study.approach, study.preset, study.notice) == ("reflexive", "archive", "For the team alone.")
    assert study.actor_groups == ("UN / Headquarters", "UN / Mission", "Council / P5")
    assert study.group_names == {"P5": "Council / P5", "Organisation": "UN"}
    assert study.tables == {
        "speeches.jsonl": ColumnMap(text="text", id="speech_id", where={"procedural": ("false",), "country": ("Mali",)})
    }
    assert study.options == {"cluster": {"seed": 1}}


def test_periods_are_ordered_by_their_start_and_know_their_mission(tmp_path: Path) -> None:
    study = read_study(study_folder(tmp_path, FULL))
    periods = (
        Period("stabilisation", "MINUSMA", date(2013, 4, 25), date(2016, 6, 28)),
        Period("robust posture", "MINUSMA", date(2016, 6, 29), None, "S/RES/2295 (2016)"),
    )
    assert study.missions == (Mission("MINUSMA", "Mali", ("Bamako", "Gao"), periods),)


def test_an_empty_study_toml_is_a_study_named_after_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "river talks"
    folder.mkdir()
    study = read_study(study_folder(folder, ""))
    assert (study.title, study.approach, study.preset, study.missions) == ("river talks", "codebook", "default", ())


def test_a_byte_order_mark_before_study_toml_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes('[study]\ntitle = "Été"'.encode("utf-8-sig"))
    assert read_study(tmp_path).title == "Été"


def test_a_missing_folder_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    caught = refusal(tmp_path / "nowhere")
    assert "There is no folder" in caught.problem
    assert "themes new" in caught.remedy


def test_a_folder_without_study_toml_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    caught = refusal(tmp_path)
    assert caught.problem == f"{tmp_path} holds no study.toml."
    assert f"themes new {tmp_path}" in caught.remedy


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    assert "is a file" in refusal(study_folder(tmp_path, "") / "study.toml").problem


@pytest.mark.parametrize(
    ("content", "where"),
    [
        pytest.param(b'[study]\n\ntitle = "A\n', "study.toml, line 3", id="unclosed quote"),
        pytest.param(b"[study]\ntitle = A\n", "study.toml, line 2", id="no quotes"),
        pytest.param(b'[study]\nactor_groups = ["A"', "study.toml, last line", id="unclosed bracket"),
        pytest.param(b"[study]\ntitle = '\xe9'", "study.toml", id="not UTF-8"),
        pytest.param(b"a = " + b"[" * 5000, "study.toml", id="bottomless"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, content: bytes, where: str) -> None:
    (tmp_path / "study.toml").write_bytes(content)
    assert refusal(tmp_path).where == where


@pytest.mark.parametrize(
    ("content", "problem", "where"),
    [
        pytest.param("[studdy]", 'no section "studdy". The nearest is "study"', "study.toml", id="section"),
        pytest.param("[[mission]]", 'The nearest is "missions"', "study.toml", id="section in brackets"),
        pytest.param('[study]\ntitel = "A"', 'no key "titel". The nearest is "title"', "study.toml, [study]", id="key"),
        pytest.param(
            '[[missions]]\nname = "A"\nhoststate = "B"', 'The nearest is "host_state"', "[[missions]]", id="mission key"
        ),
        pytest.param(
            '[[missions]]\nname = "A"\n[[missions.periods]]\nname = "B"\nstart = 2014-01-01\nuntil = 2015-01-01',
            'no key "until"',
            "[[missions]] A, [[missions.periods]]",
            id="period key",
        ),
        pytest.param(
            '[tables."a.csv"]\ntext = "t"\nactor = "g"',
            'The nearest is "actor_group"',
            'study.toml, [tables."a.csv"]',
            id="column key",
        ),
        pytest.param('[study]\napproach = "codebok"', 'The nearest is "codebook"', "[study]", id="approach"),
        pytest.param(
            '[study]\nactor_groups = ["Host state"]\n[group_names]\nHS = "Host stat"',
            'The nearest is "Host state"',
            "[group_names]",
            id="group name for no group",
        ),
    ],
)
def test_an_unknown_word_is_refused_and_the_nearest_is_named(
    tmp_path: Path, content: str, problem: str, where: str
) -> None:
    caught = refusal(study_folder(tmp_path, content))
    assert problem in caught.problem
    assert where in caught.where


MISSION = '[[missions]]\nname = "A"\n'
PERIOD = MISSION + '[[missions.periods]]\nname = "B"\n'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("[study]\ntitle = 1", "`title` is 1, not a text in quotes.", id="number for text"),
        pytest.param("[study]\nnotice = true", "`notice` is true, not a text in quotes.", id="boolean for text"),
        pytest.param(
            '[study]\nactor_groups = "UN"', "`actor_groups` is UN, not a list in square brackets.", id="text for list"
        ),
        pytest.param(
            "[study]\nactor_groups = [1]", "`actor_groups` holds something that is no text", id="number in list"
        ),
        pytest.param('study = "A"', "`study` is A, not a section.", id="text for section"),
        pytest.param("[missions]\nname = 'A'", "`missions` is not a list of sections.", id="single brackets"),
        pytest.param(MISSION + "periods = 3", "`missions.periods` is not a list of sections.", id="number for periods"),
        pytest.param(PERIOD + "start = 2014", "`start` is 2014, not a date.", id="year for date"),
        pytest.param(PERIOD + 'start = "spring"', '`start` is "spring", which is no date.', id="text for date"),
        pytest.param("[group_names]\nA = 1", "`A` is 1, not a text in quotes.", id="number for group name"),
        pytest.param('[tables]\n"a.csv" = "text"', "`a.csv` is text, not a section.", id="text for table"),
        pytest.param(
            '[tables."a.csv"]\ntext = "t"\n[tables."a.csv".where]\nb = false',
            "`b` is false, not a list in square brackets.",
            id="boolean to choose by",
        ),
        pytest.param("[options]\nseed = 1", "`seed` stands in no stage's section.", id="option without stage"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    assert problem in refusal(study_folder(tmp_path, content)).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(MISSION + '[[missions]]\nname = "a"', 'The mission "a" is given twice.', id="mission"),
        pytest.param(
            '[study]\nactor_groups = ["UN", "NGOs", "un"]', 'The actor group "un" is given twice.', id="group"
        ),
        pytest.param(
            PERIOD + "start = 2014-01-01\nend = 2014-12-31\n[[missions.periods]]\nname = 'B'\nstart = 2015-01-01",
            'The period "B" is given twice.',
            id="period",
        ),
    ],
)
def test_a_name_given_twice_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    assert problem in refusal(study_folder(tmp_path, content)).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(
            PERIOD + "start = 2014-01-01\nend = 2015-01-01\n[[missions.periods]]\nname = 'C'\nstart = 2015-01-01",
            '"B" ends on 2015-01-01, and "C" starts on 2015-01-01: they overlap.',
            id="one day shared",
        ),
        pytest.param(
            PERIOD + "start = 2014-01-01\n[[missions.periods]]\nname = 'C'\nstart = 2015-01-01",
            '"B" has no end',
            id="open before another",
        ),
        pytest.param(
            PERIOD + "start = 2014-01-02\nend = 2014-01-01", "It ends on 2014-01-01, before it starts", id="ends first"
        ),
        pytest.param(PERIOD, "It has no start.", id="no start"),
        pytest.param("[[missions]]\nhost_state = 'Mali'", "It has no name.", id="no name"),
    ],
)
def test_periods_that_cannot_be_are_refused(tmp_path: Path, content: str, problem: str) -> None:
    assert problem in refusal(study_folder(tmp_path, content)).problem


def test_periods_of_one_day_that_follow_each_other_are_taken(tmp_path: Path) -> None:
    content = PERIOD + "start = 2014-01-01\nend = 2014-01-01\n[[missions.periods]]\nname = 'C'\nstart = 2014-01-02"
    (mission,) = read_study(study_folder(tmp_path, content)).missions
    assert mission.period_on(date(2014, 1, 2)) == Period("C", "A", date(2014, 1, 2))


def test_a_column_map_without_the_text_column_is_refused(tmp_path: Path) -> None:
    caught = refusal(study_folder(tmp_path, '[tables."a.csv"]\nid = "n"'))
    assert "The column that holds the text is not named." in caught.problem
    assert caught.where == 'study.toml, [tables."a.csv"]'


def test_a_new_study_can_be_read_and_says_only_that_it_has_no_source_yet(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "my study"
    files = new_study(folder)
    assert {path.relative_to(folder).as_posix() for path in files} == {
        "README.txt",
        "codebook.csv",
        "mandates/README.txt",
        "sources.csv",
        "study.toml",
        "transcripts/README.txt",
    }
    rows, problems = read_sources(read_study(folder))
    assert rows == ()
    assert [problem.problem for problem in problems] == ["The list holds no source."]
    codebook, warnings = read_codebook(folder)
    assert [code.id for code in codebook.codes] == ["Cooperation", "Cooperation / Sharing of information"]
    assert warnings == ()


def test_the_readme_of_a_new_study_explains_every_column(tmp_path: Path) -> None:
    new_study(tmp_path / "study")
    readme = (tmp_path / "study" / "README.txt").read_text(encoding="utf-8")
    described = {line.split()[0] for line in readme.splitlines() if line.strip()}
    assert {*COLUMNS, "code", "parent", "definition", "use_when", "not_when", "examples"} <= described


def test_the_remarks_in_the_template_are_valid_once_the_hash_is_taken_away(tmp_path: Path) -> None:
    new_study(tmp_path / "study")
    path = tmp_path / "study" / "study.toml"
    lines = path.read_text(encoding="utf-8").replace("actor_groups = []\n", "").splitlines()
    opened = [line[2:] if line.startswith("# ") and ("=" in line or line.startswith("# [")) else line for line in lines]
    path.write_text("\n".join(line for line in opened if "name there" not in line), encoding="utf-8")
    study = read_study(path.parent)
    assert [period.name for period in study.missions[0].periods] == ["stabilisation", "robust posture"]
    assert study.tables["transcripts/answers.csv"].where == {"consent": ("yes",)}
    assert study.options == {"segment": {"max_words": 120}}


def test_a_folder_that_holds_anything_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="not empty"):
        new_study(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_new_study_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError):
        new_study(taken)
    with pytest.raises(StudyError, match="cannot be written"):
        new_study(taken / "below")
    assert taken.read_text(encoding="utf-8") == "mine"
