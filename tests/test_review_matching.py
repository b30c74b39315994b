"""Themes of a new run matched to the earlier ones, and the log of what people decided of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.domain import CandidateTheme, SegmentId, ThemeAct, ThemeDecision, ThemeId, ThemeStatus
from themes.review import (
    Earlier,
    Ground,
    Standing,
    changes,
    effective,
    match,
    order_of,
    redoable,
    stand,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEGMENTS = [SegmentId(f"a:{number:02}") for number in range(40)]


def theme(name: str, *members: int) -> CandidateTheme:
    segments = tuple(SEGMENTS[number] for number in members)
    degrees = tuple(round(1 - place / 100, 2) for place in range(len(segments)))
    return CandidateTheme(ThemeId(name), ((f"word {name}", 1.0),), segments, degrees, segments[:2])


def ground(segments: Sequence[SegmentId] = SEGMENTS) -> Ground:
    """Segments lie on a line, each at its number."""

    def nearest(asked: Sequence[SegmentId], parts: Sequence[Sequence[SegmentId]]) -> list[int]:
        means = [sum(SEGMENTS.index(one) for one in part) / len(part) for part in parts]
        return [min(range(len(means)), key=lambda part: abs(means[part] - SEGMENTS.index(one))) for one in asked]

    return Ground({segment: f"text {segment}" for segment in segments}, nearest)


def decisions(*acts: tuple[object, ...]) -> list[ThemeDecision]:
    """Decisions from (act, themes with their members, name or undone number), numbered from 1."""
    made = []
    for number, (act, about, more) in enumerate(acts, start=1):
        parts = {ThemeId(name): tuple(SEGMENTS[one] for one in members) for name, members in dict(about).items()}  # type: ignore[call-overload]
        entry = ThemeDecision(number, NOON, "anna", ThemeAct(act), tuple(parts), parts=tuple(parts.values()))
        made.append(replace(entry, undoes=more) if act == "undo" else replace(entry, name=str(more)))
    return made


def members(themes: Sequence[CandidateTheme]) -> dict[str, set[int]]:
    return {one.id: {SEGMENTS.index(segment) for segment in one.segments} for one in themes}


def rerun(
    found: Sequence[CandidateTheme],
    log: Sequence[ThemeDecision],
    new: Sequence[CandidateTheme],
    segments: Sequence[SegmentId] = SEGMENTS,
) -> Standing:
    """The themes as they stand after one run more."""
    was = stand(found, (), log, ground())
    matched = match(Earlier(found, (), was, SEGMENTS, log, 9), new, segments)
    return stand(matched.found, matched.kept, log, ground(segments))


# --- matching ---


@pytest.mark.parametrize(
    ("earlier", "new", "ids"),
    [
        pytest.param([theme("T05", *range(8))], [theme("T01", *range(8))], ["T05"], id="the same"),
        pytest.param([theme("T05", *range(8))], [theme("T01", *range(2, 10))], ["T05"], id="three quarters the same"),
        pytest.param([theme("T05", *range(8))], [theme("T01", *range(5, 13))], ["T10"], id="less than half"),
        pytest.param(
            [theme("T05", *range(12))],
            [theme("T01", *range(7)), theme("T02", *range(7, 12))],
            ["T05", "T10"],
            id="split",
        ),
        pytest.param(
            [theme("T05", *range(5)), theme("T06", *range(5, 12))], [theme("T01", *range(12))], ["T06"], id="joined"
        ),
        pytest.param(
            [theme("T01", *range(6)), theme("T02", *range(6, 12))],
            [theme("T01", *range(6, 12)), theme("T02", *range(6))],
            ["T02", "T01"],
            id="the numbers of a clustering mean nothing",
        ),
    ],
)
def test_a_theme_keeps_its_id_where_enough_is_the_same(
    earlier: list[CandidateTheme], new: list[CandidateTheme], ids: list[str]
):
    assert [one.id for one in match(Earlier(earlier, segments=SEGMENTS, highest=9), new, SEGMENTS).found] == ids


def test_the_whole_counts_rather_than_the_best_pair():
    """T01 is most like the first, but then nothing would be left for T02."""
    earlier = [theme("T01", *range(10)), theme("T02", *range(10, 14))]
    new = [theme("T01", *range(3, 14)), theme("T02", *range(3))]
    found = match(Earlier(earlier, segments=SEGMENTS, highest=2), new, SEGMENTS).found
    assert [one.id for one in found] == ["T01", "T03"]
    close = [theme("T01", 0, 1, 2, 3, 4, 10, 11), theme("T02", 5, 6, 7, 8, 9)]
    found = match(Earlier([theme("T01", *range(10)), theme("T02", 0, 1, 10, 11)], segments=SEGMENTS), close, SEGMENTS)
    assert [one.id for one in found.found] == ["T02", "T01"]


def test_what_came_or_went_with_a_source_does_not_count():
    earlier, new = [theme("T05", 0, 1, 2, *range(10, 30))], [theme("T01", 0, 1, 2, *range(30, 40))]
    both = SEGMENTS[:10]
    matched = match(Earlier(earlier, segments=[*both, *SEGMENTS[10:30]], highest=5), new, [*both, *SEGMENTS[30:]])
    assert [one.id for one in matched.found] == ["T05"]


def test_a_first_run_keeps_the_ids_of_the_clustering():
    matched = match(Earlier(), [theme("T01", 1, 2, 3), theme("T02", 4, 5)], SEGMENTS)
    assert ([one.id for one in matched.found], matched.highest) == (["T01", "T02"], 2)


def test_ids_are_put_in_order_by_their_numbers():
    ids = [ThemeId(name) for name in ("T100", "T10b", "T11", "T10", "T9", "T10ba")]
    assert sorted(ids, key=order_of) == ["T9", "T10", "T10b", "T10ba", "T11", "T100"]


def labelled(labels: Sequence[int]) -> list[CandidateTheme]:
    """A theme for each label from 0 on, with the segments that carry it."""
    own = {label: [place for place, one in enumerate(labels) if one == label] for label in range(6)}
    return [theme(f"T{label + 1:02}", *places) for label, places in own.items() if places]


AS_FOUND = [min(place // 10, 3) if place < 30 else -1 for place in range(len(SEGMENTS))]
clusterings = st.lists(st.integers(-1, 5), min_size=len(SEGMENTS), max_size=len(SEGMENTS)).map(labelled)
nearly_as_found = st.dictionaries(st.integers(0, len(SEGMENTS) - 1), st.integers(-1, 5), max_size=14).map(
    lambda moved: labelled([moved.get(place, label) for place, label in enumerate(AS_FOUND)])
)


@given(clusterings)
def test_where_nothing_changed_every_theme_is_kept(found: list[CandidateTheme]):
    standing = stand(found, (), (), ground())
    matched = match(Earlier(found, (), standing, SEGMENTS, (), 6), found, SEGMENTS)
    assert list(matched.found) == found
    told = changes(standing, stand(matched.found, (), (), ground()), SEGMENTS, SEGMENTS)
    assert {change.status for change in told} <= {ThemeStatus.KEPT}
    assert {change.overlap for change in told} <= {1.0}


@given(clusterings, clusterings, st.randoms(use_true_random=False))
def test_the_order_of_the_new_themes_changes_nothing(found: list[CandidateTheme], new: list[CandidateTheme], chance):  # type: ignore[no-untyped-def]
    shuffled = list(new)
    chance.shuffle(shuffled)
    one, two = (match(Earlier(found, segments=SEGMENTS, highest=6), order, SEGMENTS) for order in (new, shuffled))
    assert members(one.found) == members(two.found)


@given(clusterings, clusterings)
def test_no_id_is_given_twice_or_again(found: list[CandidateTheme], new: list[CandidateTheme]):
    matched = match(Earlier(found, segments=SEGMENTS, highest=20), new, SEGMENTS)
    ids = [one.id for one in matched.found]
    assert len(set(ids)) == len(ids)
    assert all(one in {old.id for old in found} or int(one[1:]) > 20 for one in ids)
    assert matched.highest == max([20, *(int(one[1:]) for one in ids)])


# --- what people decided ---

FOUND = [theme("T01", *range(10)), theme("T02", *range(10, 20)), theme("T03", *range(20, 30))]


@pytest.mark.parametrize(
    ("acts", "left", "names"),
    [
        pytest.param([("name", {"T01": range(10)}, "Air")], {"T01", "T02", "T03"}, {"T01": "Air"}, id="named"),
        pytest.param(
            [("name", {"T01": range(10)}, "Air"), ("name", {"T01": range(10)}, "Flights")],
            {"T01", "T02", "T03"},
            {"T01": "Flights"},
            id="named twice",
        ),
        pytest.param([("merge", {"T02": (), "T01": ()}, "")], {"T02", "T03"}, {}, id="merged"),
        pytest.param(
            [("name", {"T01": ()}, "Air"), ("merge", {"T02": (), "T01": ()}, "")],
            {"T02", "T03"},
            {"T02": "Air"},
            id="a merge keeps the name there is",
        ),
        pytest.param(
            [("split", {"T01": range(4), "T01b": range(4, 10)}, "")], {"T01", "T01b", "T02", "T03"}, {}, id="split"
        ),
        pytest.param([("no theme", {"T01": ()}, "")], {"T02", "T03"}, {}, id="no theme"),
        pytest.param([("no theme", {"T01": ()}, ""), ("undo", {}, 1)], {"T01", "T02", "T03"}, {}, id="undone"),
        pytest.param(
            [("no theme", {"T01": ()}, ""), ("undo", {}, 1), ("undo", {}, 2)], {"T02", "T03"}, {}, id="redone"
        ),
    ],
)
def test_what_people_decided_stands(acts: list[tuple[object, ...]], left: set[str], names: dict[str, str]):
    standing = stand(FOUND, (), decisions(*acts), ground())
    assert set(members(standing.themes)) == left
    assert {one.id: one.name for one in standing.themes if one.name} == names


def test_a_merged_theme_speaks_for_its_parts_by_their_size():
    one = replace(theme("T01", *range(9)), terms=(("mine", 0.6), ("road", 0.5)), stability=0.9, one_voice="P1")
    two = replace(theme("T02", 10, 11, 12), terms=(("escort", 0.8), ("road", 0.9)), stability=0.5)
    merged = stand([one, two], (), decisions(("merge", {"T01": (), "T02": ()}, "")), ground()).themes[0]
    assert merged.terms == (("road", 0.6), ("mine", 0.45))
    assert merged.exemplars == (SEGMENTS[0], SEGMENTS[10])
    assert merged.stability == pytest.approx(0.8)
    assert merged.one_voice == ""
    assert list(merged.membership) == sorted((*one.membership, *two.membership), reverse=True)


def test_a_part_has_the_terms_that_tell_it_from_the_rest():
    whole = replace(theme("T01", *range(6)), terms=(("convoy", 0.9), ("rations", 0.8)))
    texts = {segment: "late rations" if place < 3 else "a convoy" for place, segment in enumerate(SEGMENTS[:6])}
    log = decisions(("split", {"T01": range(3), "T01b": range(3, 6)}, ""))
    parts = {one.id: one for one in stand([whole], (), log, Ground(texts, ground().nearest)).themes}
    assert parts[ThemeId("T01")].label == "rations"
    assert parts[ThemeId("T01b")].label == "convoy"


def test_segments_that_a_split_has_not_seen_go_to_the_nearest_part():
    log = decisions(("split", {"T01": (0, 1, 2), "T01b": (7, 8)}, ""))
    standing = stand([theme("T01", *range(10))], (), log, ground())
    assert members(standing.themes) == {"T01": {0, 1, 2, 3, 4}, "T01b": {5, 6, 7, 8, 9}}


# --- what people decided, after a new run ---


def test_a_split_that_the_machine_comes_to_see_keeps_its_ids():
    log = decisions(("split", {"T01": range(6), "T01b": range(6, 10)}, ""), ("name", {"T01b": range(6, 10)}, "Air"))
    after = rerun(FOUND, log, [theme("T01", *range(6)), theme("T02", *range(6, 10), 30)])
    assert members(after.themes) == {"T01": set(range(6)), "T01b": {*range(6, 10), 30}}
    assert {one.id: one.name for one in after.themes if one.name} == {"T01b": "Air"}


def test_a_merge_takes_in_what_the_machine_finds_of_each_part():
    log = decisions(("merge", {"T01": range(10), "T02": range(10, 20)}, "Both"))
    after = rerun(FOUND, log, [theme("T01", *range(9), 30), theme("T02", *range(10, 20), 31), theme("T03", 32, 33)])
    assert members(after.themes)["T01"] == {*range(9), *range(10, 20), 30, 31}
    assert after.themes[0].name == "Both"


def test_a_named_theme_that_the_machine_no_longer_finds_keeps_its_segments():
    log = decisions(("name", {"T01": range(10)}, "Air"))
    scattered = [theme(f"T{n:02}", *range(n, n + 2), *range(10 + 5 * n, 15 + 5 * n)) for n in (0, 2, 4)]
    after = rerun(FOUND, log, scattered)
    kept = next(one for one in after.themes if one.id == "T01")
    assert (kept.name, kept.stability, set(after.lost)) == ("Air", 0.0, {"T01"})
    assert members([kept])["T01"] == set(range(10))


def test_a_theme_that_nobody_acted_on_is_let_go_and_its_segments_are_told():
    before = stand(FOUND, (), (), ground())
    new = [theme("T01", *range(10, 20), *range(7)), theme("T02", *range(20, 30), 7, 8)]
    after = rerun(FOUND, [], new)
    told = {change.theme: change for change in changes(before, after, SEGMENTS, SEGMENTS)}
    assert told[ThemeId("T01")].status is ThemeStatus.GONE
    assert told[ThemeId("T01")].went_to == ("T02", "T03")
    assert told[ThemeId("T02")].words == "grew from 10 to 17 segments, 10 of them the same"
    assert told[ThemeId("T02")].status is ThemeStatus.CHANGED
    assert told[ThemeId("T03")].status is ThemeStatus.KEPT


def test_a_named_part_keeps_its_segments_where_the_machine_moves_them_out_of_the_theme_it_was_split_from():
    log = decisions(("split", {"T01": range(7), "T01b": (7, 8, 9)}, ""), ("name", {"T01b": (7, 8, 9)}, "Air"))
    after = rerun(FOUND, log, [theme("T01", *range(7)), theme("T02", *range(7, 20)), theme("T03", *range(20, 30))])
    assert members(after.themes)["T01b"] == {7, 8, 9}
    assert {one.id: one.name for one in after.themes if one.name} == {"T01b": "Air"}


def test_a_new_theme_made_mostly_of_what_people_keep_is_not_offered():
    log = decisions(("name", {"T01": range(10)}, "Air"))
    crumbs = [
        theme("T01", 0, 1, 2, 30),
        theme("T02", 3, 4, 5, 31, 32, 33),
        *(theme(f"T{n:02}", n) for n in range(6, 10)),
    ]
    after = rerun(FOUND, log, crumbs)
    assert sorted(members(after.themes).values(), key=len) == [{31, 32, 33}, set(range(10))]


def test_a_mark_of_no_theme_rests_where_its_theme_is_gone():
    log = decisions(("no theme", {"T01": range(10)}, ""))
    after = rerun(FOUND, log, [theme("T01", *range(10, 20)), theme("T02", *range(20, 30))])
    assert after.none == ()
    assert after.resting == tuple(log)


def drawn(draw: st.DrawFn, number: int, act: ThemeAct, standing: Sequence[CandidateTheme]) -> ThemeDecision | None:
    """A decision of that kind on the themes as they stand; None where there is nothing for it."""
    if len(standing) < 2:
        return None
    one, other = draw(st.sampled_from([(one, other) for one in standing for other in standing if one is not other]))
    entry = ThemeDecision(number, NOON, "anna", act, (one.id,), parts=(one.segments,))
    match act:
        case ThemeAct.NAME:
            return replace(entry, name=f"name {number}")
        case ThemeAct.MERGE:
            return replace(entry, themes=(one.id, other.id), parts=(one.segments, other.segments))
        case ThemeAct.SPLIT if len(one.segments) > 1:
            place = draw(st.integers(1, len(one.segments) - 1))
            part = ThemeId(f"{one.id[:3]}{'bcdefghijk'[number]}")
            return replace(entry, themes=(one.id, part), parts=(one.segments[:place], one.segments[place:]))
        case ThemeAct.NO_THEME:
            return entry
    return None


@st.composite
def histories(draw: st.DrawFn) -> list[ThemeDecision]:
    """Things that people may do, one after the other, to the themes as they stand then; undo among them."""
    log: list[ThemeDecision] = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        act, acts = draw(st.sampled_from([*ThemeAct])), effective(log)
        if act is ThemeAct.UNDO:
            log += [ThemeDecision(number, NOON, "anna", act, undoes=acts[-1].id)] if acts else []
        elif entry := drawn(draw, number, act, stand(FOUND, (), log, ground()).themes):
            log.append(entry)
    return log


@given(histories(), clusterings | nearly_as_found, clusterings | nearly_as_found)
def test_nothing_that_a_person_named_disappears_whatever_the_machine_finds(
    log: list[ThemeDecision], second: list[CandidateTheme], third: list[CandidateTheme]
):
    found, kept, was = FOUND, (), stand(FOUND, (), log, ground())
    named = {one.id: one.name for one in was.themes if one.name}
    for new in (second, third):
        matched = match(Earlier(found, kept, was, SEGMENTS, log, 9), new, SEGMENTS)
        found, kept = list(matched.found), matched.kept
        was = stand(found, kept, log, ground())
        assert {one.id: one.name for one in was.themes if one.name} == named
        everything = [segment for one in (*was.themes, *was.none) for segment in one.segments]
        assert len(everything) == len(set(everything))
        assert all(len(one.segments) == len(one.membership) > 0 for one in was.themes)
        assert all(set(one.exemplars) <= set(one.segments) for one in was.themes)


@given(histories())
def test_undoing_everything_leaves_what_the_machine_found(log: list[ThemeDecision]):
    undone = list(log)
    for act in reversed(effective(log)):
        undone.append(ThemeDecision(len(undone) + 100, NOON, "anna", ThemeAct.UNDO, undoes=act.id))
    assert members(stand(FOUND, (), undone, ground()).themes) == members(FOUND)


@given(histories())
def test_an_undo_that_is_redone_leaves_no_trace(log: list[ThemeDecision]):
    acts = effective(log)
    if not acts:
        return
    last = max(entry.id for entry in log)
    undo = ThemeDecision(last + 1, NOON, "anna", ThemeAct.UNDO, undoes=acts[-1].id)
    again = redoable([*log, undo])
    assert again == undo
    redone = [*log, undo, ThemeDecision(last + 2, NOON, "anna", ThemeAct.UNDO, undoes=again.id)]
    assert stand(FOUND, (), redone, ground()) == stand(FOUND, (), log, ground())


@given(clusterings)
def test_the_same_history_gives_the_same_themes(new: list[CandidateTheme]):
    log = decisions(("name", {"T01": range(10)}, "Air"), ("merge", {"T02": range(10, 20), "T03": range(20, 30)}, ""))
    assert rerun(FOUND, log, new) == rerun(FOUND, log, list(reversed(new)))
