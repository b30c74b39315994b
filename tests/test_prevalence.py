"""Counts by actor group, mission and period, with their denominators."""

from __future__ import annotations

from themes.domain import (
    TALK,
    UNSPECIFIED,
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Estimate,
    Framed,
    Judgement,
    Segment,
    SegmentId,
    SourceId,
    SourceKind,
    Suggestion,
    ThemeId,
)
from themes.prevalence import ALL, UNAUDITED, PrevalenceOptions, checked, counts

BOOK = Codebook((Code(CodeId("force"), "force"), Code(CodeId("consent"), "consent")))


def said(name: str, participant: str, group: str, mission: str = "MINUSMA", period: str = "first", **known: object):
    fixed = {"source": SourceId("s"), "start": 0, "end": 1, "text": "x", "turn": 0, "kind": SourceKind.INTERVIEW}
    found = {"mission_basis": "", "period_basis": "", "speaker": ""}
    return Segment(
        id=SegmentId(name),
        participant=participant,
        actor_group=group,
        mission=mission,
        period=period,
        **{**fixed, **found, **known},  # type: ignore[arg-type]
    )


TALKS = (
    said("a1", "P1", "UN / DPO"),
    said("a2", "P1", "UN / DPO", period="second"),
    said("b1", "P2", "UN / Mission"),
    said("c1", "P3", "NGO", UNSPECIFIED, UNSPECIFIED),
    said("m1", "S/RES/1", UNSPECIFIED, kind=SourceKind.MANDATE),
)
FIRST = {"a1": "force", "a2": "force", "b1": "force", "c1": "consent", "m1": "force"}
SUGGESTED = (
    *(Suggestion(SegmentId(name), CodeId(code), 1, 0.3 if name == "b1" else 0.6) for name, code in FIRST.items()),
    Suggestion(SegmentId("a1"), CodeId("consent"), 2, 0.59),
)


def table(counted_from: float = 0.0, **options: bool) -> dict[tuple[str, ...], Estimate]:
    theme = CandidateTheme(ThemeId("T01"), (), (SegmentId("a2"), SegmentId("c1")), (1.0, 1.0), ())
    found = counts(TALKS, SUGGESTED, BOOK, (theme,), PrevalenceOptions(**options), counted_from)
    return {(one.subject, one.source_kind, one.actor_group, one.mission, one.period): one for one in found}


def test_a_group_is_counted_with_all_that_is_nested_in_it():
    whole = table()["force", TALK, "UN", ALL, ALL]
    part = table()["force", TALK, "UN / DPO", ALL, ALL]
    assert (whole.count, whole.segments, whole.mentioning, whole.participants) == (3, 3, 2, 2)
    assert (part.count, part.segments, part.mentioning, part.participants) == (2, 2, 1, 1)


def test_mandates_are_counted_apart_from_talk():
    assert table()["force", TALK, ALL, ALL, ALL].segments == 4
    assert table()["force", "mandate", ALL, ALL, ALL].segments == 1


def test_only_the_first_suggestion_counts():
    assert table()["consent", TALK, ALL, ALL, ALL].count == 1


def test_a_weak_first_suggestion_is_not_counted_but_stays_in_the_denominator():
    cell = table(counted_from=0.5)["force", TALK, "UN", ALL, ALL]
    assert (cell.count, cell.segments) == (2, 3)


def test_what_has_no_mission_stands_under_unspecified():
    cell = table()["consent", TALK, "NGO", UNSPECIFIED, UNSPECIFIED]
    assert (cell.count, cell.segments) == (1, 1)


def test_an_empty_share_of_a_group_is_a_row_of_its_own():
    assert table()["consent", TALK, "UN", "MINUSMA", "second"].share == 0


def test_the_cells_of_one_crossing_add_up_to_their_margin():
    cells = table()
    periods = [cells["force", TALK, "UN", "MINUSMA", period].count for period in ("first", "second")]
    assert sum(periods) == cells["force", TALK, "UN", "MINUSMA", ALL].count == 3


def test_candidate_themes_are_counted_by_their_members():
    assert table()["T01", TALK, "NGO", ALL, ALL].share == 1.0


def test_no_count_pretends_to_an_interval():
    assert {(one.basis, one.corpus_interval, one.informants_interval) for one in table().values()} == {
        (UNAUDITED, None, None)
    }


def test_groups_are_not_crossed_with_periods_when_that_is_not_wanted():
    assert ("force", TALK, "UN", "MINUSMA", "first") not in table(by_period=False)
    assert ("force", TALK, ALL, "MINUSMA", "first") in table(by_period=False)


def test_what_is_answered_of_talk_says_nothing_of_how_much_of_the_mandates_is():
    segments = [said(f"t{place}", f"P{place}", "UN") for place in range(4)]
    segments += [said(f"m{place}", "", "", kind=SourceKind.MANDATE) for place in range(4)]
    frame = [Framed(one.id, 0.5, place % 4) for place, one in enumerate(segments)]
    answered = [*segments[:4], segments[4]]
    words = [Judgement(one.id, None, "anna", carries=True, decision=place) for place, one in enumerate(answered)]
    found = checked(segments, [frame], words, words, {})
    chances = found.chances(found.labels({CodeId("A")}))
    assert chances.tolist() == [0.5] * 4 + [0.125] * 4
