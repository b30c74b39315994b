"""What others get beside tables and page: figures and methods that hold no number which the tables hide."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.attacked_study import attacked
from tests.report_fiction import fiction, grown
from themes.domain import TALK, CodeAct, CodebookEdit, CodeId, Estimate, Showing
from themes.errors import StudyError
from themes.report import Audience, Material, ReportOptions, tables, write
from themes.report.figures import Figure, figures, plates
from themes.report.guarding import guarded
from themes.report.record import AuditTally, CoderTally, DrawTally, Record
from themes.report.words import percent

OTHERS = (Audience.TEAM, Audience.PUBLIC)
SHOWN = (Showing.ESTIMATE, Showing.INTERVAL, Showing.COUNT, Showing.HIDDEN, Showing.UNAUDITED)
ALWAYS = {"95%", "35%"}
"""The level of the intervals, and the last shade."""


def audited(seed: int) -> Material:
    """An attacked study of which people checked every code: each cell says as much as chance allows."""
    study, chance = attacked(seed), random.Random(seed)  # noqa: S311  a fiction needs no secret
    return replace(study, estimates=tuple(_audited(one, chance) for one in study.estimates))


def _audited(one: Estimate, chance: random.Random) -> Estimate:
    showing = chance.choice(SHOWN)
    if one.subject_kind == "theme" or not one.segments or showing is Showing.UNAUDITED:
        return one
    middle = chance.uniform(0.2, 0.7)
    checked = replace(
        one,
        estimate=middle,
        of_words=middle,
        per_interview=middle,
        corpus_interval=(middle - 0.1, middle + 0.1),
        informants_interval=(middle - 0.2, middle + 0.2),
        checked=chance.randint(1, one.segments),
        interviews=one.participants,
        in_interviews=one.mentioning,
        at_least=one.mentioning,
        showing=showing,
    )
    return replace(checked, estimate=None if showing is not Showing.ESTIMATE else middle)


def for_others(study: Material, options: ReportOptions) -> Material | None:
    try:
        return guarded(study, options)
    except StudyError:
        return None


def published(shown: Material, options: ReportOptions) -> dict[tuple[str, ...], dict[str, object]]:
    """The rows of the table of results for codes, by the subject's short name and its cell of talk."""
    table = tables(shown, options)["prevalence"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {
        (
            str(row["subject"]).rpartition(" / ")[2],
            str(row["actor_group"]),
            str(row["mission"]),
            str(row["period"]),
        ): row
        for row in rows
        if row["subject_kind"] == "code" and row["source_kind"] == TALK
    }


def rows_of(figure: Figure) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    """Each row of a figure by its cell."""
    for cells in figure.table.rows:
        row = dict(zip(figure.table.columns, cells, strict=True))
        group = "all" if row.get("group", "All talk") == "All talk" else str(row["group"])
        yield (str(row["code"]), group, str(row.get("mission", "all")), str(row.get("period", "all"))), row


def untrue(figure: Figure, table: dict[tuple[str, ...], dict[str, object]]) -> list[str]:
    """Numbers of a figure that its row in the table of results does not have."""
    pairs = {"share": "estimate", "unaudited": "share", "machine": "share"} | {
        name: name for name in ("corpus_low", "corpus_high", "informants_low", "informants_high")
    }
    wrong = []
    for key, row in rows_of(figure):
        for name, source in pairs.items():
            value, told = row.get(name), table[key][source]
            if value is not None and (told is None or abs(float(str(value)) - float(str(told))) > 1e-4):
                wrong.append(f"{figure.name}: {name} of {key} is {value}, the table has {told}")
        if row.get("interviews"):
            wrong.append(f"{figure.name}: single interviews of {key}")
    return wrong


def sayable(table: dict[tuple[str, ...], dict[str, object]]) -> set[str]:
    """Every per cent that the table of results allows to be said."""
    names = ("estimate", "share", "corpus_low", "corpus_high", "informants_low", "informants_high")
    shares = [round(float(str(row[name])), 4) for row in table.values() for name in names if row[name] is not None]
    return ALWAYS | {found for share in shares for found in re.findall(r"\d+%", f"{percent(share)} {share:.0%}")}


def strings(value: object) -> Iterator[str]:
    """Every text in a specification."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def told(figure: Figure) -> str:
    """All words of a figure but the formats of its axes."""
    words = (one for one in strings(figure.spec) if not re.fullmatch(r"\.\d%", one))
    return " ".join((figure.title, figure.caption, figure.alt, *words))


@pytest.mark.parametrize("study_of", [attacked, audited], ids=["unaudited", "audited"])
def test_a_figure_for_others_says_no_number_that_the_table_of_results_does_not(
    study_of: Callable[[int], Material],
) -> None:
    names: set[str] = set()
    wrong: list[str] = []
    for seed in range(30):
        options = ReportOptions(audience=OTHERS[seed % 2])
        shown = for_others(study_of(seed), options)
        if shown is None:
            continue
        table = published(shown, options)
        for figure in figures(shown, options):
            names.add(figure.name)
            wrong += untrue(figure, table)
            wrong += [
                f"{figure.name} says {one}" for one in re.findall(r"\d+%", told(figure)) if one not in sayable(table)
            ]
            wrong += [f"{figure.name} counts interviews"] if re.search(r"\d+ of \d+ int", told(figure)) else []
    assert {"prevalence", "codes-by-group"} <= names
    assert not wrong


def test_the_same_search_finds_hidden_numbers_where_the_figures_are_those_for_oneself() -> None:
    wrong: list[str] = []
    for seed in range(6):
        options = ReportOptions(audience="public", min_participants=1)
        study = audited(seed)
        shown = for_others(study, options)
        if shown is not None:
            table = published(shown, options)
            known = {key: table.get(key, dict.fromkeys(next(iter(table.values())))) for key in table}
            for figure in figures(study, ReportOptions(min_participants=1)):
                keys = {key for key, _ in rows_of(figure)} if "code" in figure.table.columns else set()
                wrong += untrue(figure, known) if keys and keys <= known.keys() else []
    assert len(wrong) > 10


def test_the_drawing_of_a_figure_has_no_other_number_than_the_figure() -> None:
    options = ReportOptions(audience="team")
    shown = next(one for one in (for_others(audited(seed), options) for seed in range(1, 9)) if one is not None)
    allowed = sayable(published(shown, options))
    drawn = plates(shown, options)
    assert drawn
    for plate in drawn:
        words = re.sub(r"<g[^>]*mark-group role-axis.*?</g></g>", "", plate.drawn)
        marks = re.findall(r"<text[^>]*>([^<]*%[^<]*)</text>", words)
        axis = {f"{number}%" for number in range(0, 101, 5)} | {f"{number}%" for number in range(0, 101, 2)}
        assert set(re.findall(r"\d+%", " ".join(marks))) <= allowed | axis, plate.figure.name


@pytest.mark.parametrize("audience", OTHERS)
def test_others_get_figures_and_the_days_of_talk_are_not_in_them(tmp_path: Path, audience: Audience) -> None:
    files = {str(path.relative_to(tmp_path)) for path in write(fiction(), tmp_path, ReportOptions(audience=audience))}
    assert "figures/prevalence.svg" in files
    assert not {"figures/codes-together.svg", "figures/audit-coverage.svg"} & files


def test_the_last_day_of_talk_ends_no_period_for_others() -> None:
    late = tuple(
        replace(one, day=one.day.replace(year=2049)) if one.day and one.kind != "mandate" else one
        for one in fiction().sources
    )
    study = grown(fiction(), sources=late)
    options = ReportOptions(audience="team")
    for figure in figures(guarded(study, options), options):
        assert "2049" not in json.dumps(figure.spec, default=str) + figure.table.csv(), figure.name


def test_figures_for_oneself_are_taken_away_when_the_report_is_for_others(tmp_path: Path) -> None:
    old = tmp_path / "figures" / "codes-together.svg"
    old.parent.mkdir()
    old.write_text("of an earlier report", encoding="utf-8")
    write(fiction(), tmp_path, ReportOptions(audience="public"))
    assert not old.exists()
    assert list(old.parent.iterdir())


# --- methods ---


@pytest.fixture
def recorded() -> Material:
    """A study with coders, edits, draws and options that hold names."""
    edit = CodebookEdit(
        1, datetime(2031, 3, 4, tzinfo=UTC), "ingrid", CodeAct.REDEFINE, (CodeId("Pay"),), reason="Colonel Y said so"
    )
    draw = DrawTally(1, None, 3, 0.3, 0.2, 7, 200, 60, 4, 0.1, 0.9, date(2032, 5, 6))
    record = Record(
        coders=(CoderTally("ingrid", 4321, 57, repeats=1357),),
        audits=(AuditTally((draw,), 60, 45),),
        edits=(edit,),
        judged=64,
        days=(date(2033, 1, 2), date(2034, 1, 2)),
        differing=('ingest.interviewer_labels = ["A real name"]', "cluster.seed = 9"),
        estimates=fiction().estimates,
    )
    return grown(fiction(), record=record)


@pytest.mark.parametrize("audience", OTHERS)
def test_the_methods_for_others_name_no_coder_no_day_no_reason_and_no_speaker(
    tmp_path: Path, recorded: Material, audience: Audience
) -> None:
    write(recorded, tmp_path, ReportOptions(audience=audience))
    words = (tmp_path / "methods.md").read_text(encoding="utf-8")
    for kept in ("ingrid", "4321", "4,321", "2031", "2032", "2033", "2034", "Colonel", "real name", "run.json", "1357"):
        assert kept not in words, kept
    assert "People decided on 64 segments." in words
    assert "Of those drawn, 75% are answered" in words
    assert "cluster.seed" in words
    assert not {"checklists.md", "findings.docx", "run.json"} & {path.name for path in tmp_path.iterdir()}


def test_the_methods_for_others_count_no_people_and_no_group(tmp_path: Path, recorded: Material) -> None:
    write(recorded, tmp_path, ReportOptions(audience="public"))
    words = (tmp_path / "methods.md").read_text(encoding="utf-8").split("# References")[0]
    assert set(re.findall(r"(\d+) (?:people|person|participants?)", words)) == {"5"}
    assert not [group for group in recorded.study.actor_groups if group in words]


def test_estimates_of_the_record_are_guarded_as_those_of_the_tables(recorded: Material) -> None:
    shown = guarded(recorded, ReportOptions(audience="public"))
    assert shown.record.estimates == shown.estimates
    assert any(one.showing is Showing.HIDDEN for one in shown.record.estimates)
