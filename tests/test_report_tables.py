"""The tables: their columns are promises, their cells are harmless, and nothing withheld slips through."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import (
    CandidateTheme,
    CodeId,
    Coding,
    Cover,
    Estimate,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Study,
    Suggestion,
    ThemeCode,
    ThemeId,
    Tier,
)
from themes.errors import OptionError
from themes.report import Material, ReportOptions, tables
from themes.report.dictionary import ENTRIES, readme
from themes.report.tables import data_dictionary

PROMISED = {
    "segments": "segment source title source_kind participant actor_group mission mission_basis period period_basis "
    "number speaker start end words theme membership text",
    "themes": "theme label size share_of_segments participants sources mandate_share largest_participant_share terms "
    "exemplars name stability found different_texts actor_groups one_voice borderline granularity parent",
    "hierarchy": "theme granularity parent label size stability terms segments",
    "theme_codes": "theme rank code coverage score verdict",
    "suggestions": "segment rank code score semantic lexical words example",
    "codings": "segment code coder decision in_bulk",
    "prevalence": "subject_kind subject source_kind actor_group mission period count segments share "
    "participants_mentioning participants basis corpus_low corpus_high informants_low informants_high small_cell "
    "estimate share_of_words mean_per_interview participants_at_least interviews_at_least interviews checked "
    "effective_segments more_checks shown_as note",
    "suppressed": "what subject_kind subject source_kind actor_group mission period reason",
}
FORCE = CodeId("Use of force")


def source(name: str, tier: Tier = Tier.GROUP, kind: SourceKind = SourceKind.INTERVIEW, text: str = "") -> Source:
    return Source(
        SourceId(name), f"{name}.txt", kind, text, (), title=f"Title {name}", pseudonym=f"P {name}", tier=tier
    )


def segment(of: Source, number: int, text: str = "They came at night.", speaker: str = "Label") -> Segment:
    mandate = of.kind is SourceKind.MANDATE
    return Segment(
        id=SegmentId(f"{of.id}:{number}"),
        source=of.id,
        start=0,
        end=len(text),
        text=text,
        turn=0,
        kind=of.kind,
        speaker=speaker,
        participant=of.id if mandate else of.pseudonym,
        actor_group="UN",
        mission="MINUSMA",
        mission_basis="named in the segment",
        period="unspecified",
        period_basis="",
    )


OPEN, CLOSED = source("open"), source("closed", Tier.NOT_FOR_QUOTATION, text="Secret, closed words here.")
NAMED, MANDATE = source("named", Tier.NAMED), source("mandate", kind=SourceKind.MANDATE)
SEGMENTS = (
    segment(OPEN, 1),
    segment(OPEN, 2, "=cmd()"),
    segment(OPEN, 3, speaker="P open"),
    segment(CLOSED, 1, "Secret, closed words here."),
    segment(NAMED, 1),
    segment(MANDATE, 1),
)
THEME = CandidateTheme(
    ThemeId("t1"),
    (("night", 0.9), ("secret", 0.8), ("came night", 0.7)),
    tuple(SEGMENTS[index].id for index in (0, 1, 2, 4, 5)),
    (0.9, 0.8, 0.7, 0.6, 1 / 3),
    (SEGMENTS[0].id, SEGMENTS[5].id),
)
ESTIMATE = Estimate("code", FORCE, "talk", "UN", "all", "all", 1, 3, 1, 2, "first suggestion, unaudited")
MATERIAL = Material(
    Study(Path("study"), "A study"),
    sources=(OPEN, CLOSED, NAMED, MANDATE),
    segments=SEGMENTS,
    themes=(THEME,),
    theme_codes=(
        ThemeCode(THEME.id, None, 2, 0.0, 0.1, Cover.NO_CODE),
        ThemeCode(THEME.id, FORCE, 1, 0.5, 0.2, Cover.PARTLY),
    ),
    suggestions=(
        Suggestion(SEGMENTS[3].id, FORCE, 1, 0.5, 1.0, -0.00001, ("secret",), "closed WORDS, here"),
        Suggestion(SEGMENTS[0].id, FORCE, 2, 0.25, words=("night", "came"), example="At night."),
        Suggestion(SEGMENTS[0].id, CodeId("-x"), 1, 0.75),
    ),
    codings=(Coding(SEGMENTS[4].id, FORCE, "B", 2, in_bulk=True), Coding(SEGMENTS[0].id, FORCE, "A", 1)),
    estimates=(ESTIMATE, replace(ESTIMATE, source_kind="mandate", actor_group="all", corpus_interval=(0.1, 0.5))),
)


def read(material: Material, name: str, options: ReportOptions | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables(material, options)[name].csv(), newline="")))


def test_every_table_has_the_columns_that_were_promised() -> None:
    assert {name: " ".join(table.columns) for name, table in tables(MATERIAL).items()} == PROMISED


def test_a_table_without_rows_still_names_its_columns() -> None:
    for name, table in tables(Material(Study(Path("study"), "Empty"))).items():
        assert table.csv() == PROMISED[name].replace(" ", ",") + "\n"


def test_every_column_is_in_the_dictionary_and_in_the_readme() -> None:
    described = {(row[0], row[1]) for row in data_dictionary().rows}
    promised = {(name, column) for name, columns in PROMISED.items() for column in columns.split()}
    assert described == promised
    text = readme()
    for entry in ENTRIES:
        section = text.split(f"## {entry.name}.csv")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == PROMISED[entry.name].split()


def test_rows_end_in_a_line_feed_alone() -> None:
    for table in tables(MATERIAL).values():
        assert "\r" not in table.csv()
        assert table.csv().endswith("\n")


def test_a_segment_has_its_theme_and_its_membership_with_four_decimals() -> None:
    rows = read(MATERIAL, "segments")
    assert [(row["theme"], row["membership"]) for row in rows] == [
        ("t1", "0.9000"),
        ("t1", "0.8000"),
        ("t1", "0.7000"),
        ("", ""),
        ("t1", "0.6000"),
        ("t1", "0.3333"),
    ]


def test_what_is_not_known_is_an_empty_cell() -> None:
    row = read(MATERIAL, "segments")[0]
    assert (row["number"], row["period_basis"], row["period"]) == ("", "", "unspecified")


def test_a_source_that_is_not_for_quotation_keeps_its_row_and_loses_its_words() -> None:
    row = read(MATERIAL, "segments")[3]
    assert (row["segment"], row["text"], row["words"], row["participant"]) == ("closed:1", "", "4", "P closed")


def test_title_and_label_are_written_only_where_the_tier_allows() -> None:
    rows = read(MATERIAL, "segments")
    assert [row["title"] for row in rows] == ["", "", "", "", "Title named", "Title mandate"]
    assert [row["speaker"] for row in rows] == ["", "", "P open", "", "Label", "Label"]


def test_voices_of_a_focus_group_are_numbered_where_their_labels_may_not_stand() -> None:
    group = replace(source("group"), kind=SourceKind.FOCUS_GROUP)
    said = [replace(segment(group, n, speaker=label), participant=f"P group, {label}") for n, label in enumerate("BAB")]
    rows = read(Material(MATERIAL.study, sources=(group,), segments=tuple(said)), "segments")
    assert [row["participant"] for row in rows] == ["P group, voice 1", "P group, voice 2", "P group, voice 1"]
    named = replace(group, tier=Tier.NAMED)
    rows = read(Material(MATERIAL.study, sources=(named,), segments=tuple(said)), "segments")
    assert [row["participant"] for row in rows] == ["P group, B", "P group, A", "P group, B"]


def test_a_suggestion_for_a_withheld_segment_gives_no_words_and_no_example_from_it() -> None:
    rows = {(row["segment"], row["rank"]): row for row in read(MATERIAL, "suggestions")}
    assert (rows["closed:1", "1"]["words"], rows["closed:1", "1"]["example"]) == ("", "")
    assert (rows["open:1", "2"]["words"], rows["open:1", "2"]["example"]) == ("night; came", "At night.")


def test_a_theme_is_counted_by_hand() -> None:
    (row,) = read(MATERIAL, "themes")
    assert row == {
        "theme": "t1",
        "label": "night, came night",
        "size": "5",
        "share_of_segments": "0.8333",
        "participants": "2",
        "sources": "3",
        "mandate_share": "0.2000",
        "largest_participant_share": "0.7500",
        "terms": "night; came night",
        "exemplars": "open:1; mandate:1",
        "name": "",
        "stability": "",
        "found": "true",
        "different_texts": "5",
        "actor_groups": "UN: 4",
        "one_voice": "",
        "borderline": "",
        "granularity": "middle",
        "parent": "",
    }


def test_a_theme_of_mandates_alone_has_no_largest_participant() -> None:
    only = replace(THEME, segments=(SEGMENTS[5].id,), membership=(1.0,))
    (row,) = read(replace(MATERIAL, themes=(only,)), "themes")
    assert (row["participants"], row["largest_participant_share"], row["mandate_share"]) == ("0", "", "1.0000")


def test_a_theme_without_a_code_has_an_empty_code_and_says_so() -> None:
    rows = read(MATERIAL, "theme_codes")
    assert [(row["rank"], row["code"], row["verdict"]) for row in rows] == [
        ("1", "Use of force", "partly"),
        ("2", "", "no code"),
    ]


def test_codings_are_in_reading_order_and_name_what_was_accepted_in_bulk() -> None:
    gone = Coding(SegmentId("gone:1"), FORCE, "A", 3)
    rows = read(replace(MATERIAL, codings=(gone, *MATERIAL.codings)), "codings")
    assert [(row["segment"], row["in_bulk"]) for row in rows] == [
        ("open:1", "false"),
        ("named:1", "true"),
        ("gone:1", "false"),
    ]


def test_small_cells_are_marked_and_mandates_are_never_small() -> None:
    marked = {row["source_kind"]: row["small_cell"] for row in read(MATERIAL, "prevalence")}
    assert marked == {"talk": "true", "mandate": "false"}
    marked = {
        row["source_kind"]: row["small_cell"] for row in read(MATERIAL, "prevalence", ReportOptions(min_participants=2))
    }
    assert marked == {"talk": "false", "mandate": "false"}


def test_an_interval_has_two_cells_and_a_missing_one_is_empty() -> None:
    rows = {row["source_kind"]: row for row in read(MATERIAL, "prevalence")}
    assert (rows["mandate"]["corpus_low"], rows["mandate"]["corpus_high"]) == ("0.1000", "0.5000")
    assert (rows["talk"]["corpus_low"], rows["mandate"]["informants_high"]) == ("", "")


def test_an_empty_cell_has_no_share() -> None:
    empty = replace(ESTIMATE, count=0, segments=0, participants=0)
    assert read(replace(MATERIAL, estimates=(empty,)), "prevalence")[0]["share"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"], ids=repr)
def test_a_text_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    changed = replace(SEGMENTS[0], text=f"{start}1+1")
    row = read(replace(MATERIAL, segments=(changed, *SEGMENTS[1:])), "segments")[0]
    assert row["text"] == f"'{start}1+1"


def test_a_negative_number_stays_a_number_and_minus_nothing_is_nothing() -> None:
    changed = replace(MATERIAL.suggestions[2], lexical=-0.5)
    rows = read(replace(MATERIAL, suggestions=(*MATERIAL.suggestions[:2], changed)), "suggestions")
    assert {row["lexical"] for row in rows} == {"-0.5000", "0.0000"}
    assert rows[0]["code"] == "'-x"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), min_size=1, max_size=4))
def test_any_text_comes_back_from_the_file(texts: list[str]) -> None:
    segments = tuple(segment(OPEN, number, text) for number, text in enumerate(texts))
    rows = read(Material(MATERIAL.study, sources=(OPEN,), segments=segments), "segments")
    assert [row["text"].removeprefix("'") for row in rows] == [text.removeprefix("'") for text in texts]


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_results_arrive_changes_nothing(chance: random.Random) -> None:
    def shuffled(rows: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(rows, len(rows)))

    names = ("suggestions", "codings", "estimates", "theme_codes")
    other = replace(MATERIAL, **{name: shuffled(getattr(MATERIAL, name)) for name in names})
    assert [table.csv() for table in tables(other).values()] == [table.csv() for table in tables(MATERIAL).values()]


@pytest.mark.parametrize(
    ("name", "value"),
    [("quotes", -1), ("quotes", 51), ("min_participants", 0), ("map_points", 10), ("terms", 0), ("quotes", True)],
)
def test_an_option_out_of_its_range_is_refused_with_the_range(name: str, value: int) -> None:
    with pytest.raises(OptionError) as caught:
        ReportOptions(**{name: value})
    assert caught.value.where == f"report.{name}"
    assert re.search(r"Give \d+ to \d+\.", caught.value.remedy)
