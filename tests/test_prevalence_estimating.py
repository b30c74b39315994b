"""From a draw and what people said of it to rows of estimates: what counts, what is shown, and what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevalence_study import (
    CODES,
    CONSENT,
    FORCE,
    SUBJECTS,
    audit,
    drawn_evenly,
    framed,
    gives,
    interviews,
    spoken,
    table,
)
from themes.domain import (
    MANDATE,
    TALK,
    CandidateTheme,
    Code,
    Codebook,
    CodeId,
    Cover,
    Showing,
    SourceKind,
    ThemeCode,
    ThemeId,
)
from themes.prevalence import (
    ALL,
    AUDITED,
    UNAUDITED,
    PrevalenceOptions,
    Subject,
    counts,
    estimates,
    subjects,
)
from themes.prevalence.estimating import NO_LABEL, NOT_ASKED, UNMAPPED
from themes.prevalence.outcomes import outcomes

WHOLE = (TALK, ALL, ALL, ALL)


def all_checked(people: dict[str, int], each: int = 4, every: int = 3):
    """Everything drawn and answered: every so manieth segment is about force."""
    segments = interviews(people, each)
    words = [
        word for row, one in enumerate(segments) for word in gives(one, *([FORCE] if row % every == 0 else [CONSENT]))
    ]
    return segments, audit(segments, [framed(segments, range(len(segments)), 1.0)], words)


# --- rows ---


def test_a_group_holds_all_that_is_nested_in_it():
    segments, told = all_checked({"UN / DPO": 3, "UN / Mission": 3, "NGO": 3})
    rows = table(told)
    whole, part = rows[FORCE, TALK, "UN", ALL, ALL], rows[FORCE, TALK, "UN / DPO", ALL, ALL]
    about = {one.id for row, one in enumerate(segments) if row % 3 == 0}
    for row, prefix in ((whole, "UN"), (part, "UN / DPO")):
        own = [one.id in about for one in segments if one.actor_group.startswith(prefix)]
        assert row.estimate == pytest.approx(np.mean(own))
    assert (whole.interviews, part.interviews) == (6, 3)


def test_mandates_are_texts_and_have_no_informants():
    texts = [spoken(f"m{place}", f"S/RES/{place // 3}", kind=SourceKind.MANDATE) for place in range(12)]
    told = audit(
        texts, [framed(texts, [0, 3, 6, 9], 0.4)], [word for row in (0, 3, 6, 9) for word in gives(texts[row])]
    )
    row = table(told)[FORCE, MANDATE, ALL, ALL, ALL]
    assert row.corpus_interval is not None
    assert (row.informants_interval, row.effective) == (None, None)


def test_how_alike_mandates_are_is_nothing_to_talk():
    talk, told = all_checked({"UN": 6})
    texts = [spoken(f"m{place}", f"S/RES/{place // 6}", kind=SourceKind.MANDATE) for place in range(36)]
    words = [word for row, one in enumerate(talk) for word in gives(one, *([FORCE] if row % 3 == 0 else [CONSENT]))]
    words += [word for row, one in enumerate(texts) for word in gives(one, *([FORCE] if row < 12 else [CONSENT]))]
    both = audit([*talk, *texts], [framed([*talk, *texts], range(60), 1.0)], words)
    alone, beside = (table(one)[FORCE, *WHOLE].informants_interval for one in (told, both))
    assert beside == pytest.approx(alone)


def test_a_code_that_was_not_asked_stays_a_count():
    _, told = all_checked({"UN": 3})
    row = table(told, asked=(FORCE,))[CONSENT, *WHOLE]
    assert (row.basis, row.estimate, row.note) == (UNAUDITED, None, NOT_ASKED)


def test_before_anybody_answers_there_is_a_count_alone():
    segments = interviews({"UN": 3})
    row = table(audit(segments, [framed(segments, [0, 5], 0.2)], []))[FORCE, *WHOLE]
    assert (row.basis, row.estimate, row.corpus_interval, row.note) == (UNAUDITED, None, None, NO_LABEL)


def test_codes_that_are_one_group_count_a_segment_once():
    segments = interviews({"UN": 4})
    words = [word for one in segments for word in gives(one, FORCE, CONSENT)]
    told = audit(segments, [framed(segments, range(16), 1.0)], words)
    both = Subject("code group", "use", frozenset({FORCE, CONSENT}))
    assert table(told, wanted=(*SUBJECTS, both))["use", *WHOLE].estimate == 1


def test_a_theme_is_estimated_by_the_codes_that_it_maps_to():
    book = Codebook((Code(CodeId("use"), "use"), Code(FORCE, "force", CodeId("use")), Code(CONSENT, "consent")))
    themes = (
        ThemeCode(ThemeId("T1"), FORCE, 1, 0.9, 0.9, Cover.COVERED),
        ThemeCode(ThemeId("T1"), CONSENT, 2, 0.5, 0.5, Cover.PARTLY),
        ThemeCode(ThemeId("T2"), CONSENT, 1, 0.1, 0.1, Cover.NO_CODE),
    )
    found = {(one.kind, one.id): one.codes for one in subjects(book, themes)}
    assert found["theme", "T1"] == {FORCE, CONSENT}
    assert ("theme", "T2") not in found
    assert found["code group", "use"] == {FORCE}


def test_a_subject_without_a_code_is_no_estimate_of_nought():
    _, told = all_checked({"UN": 3})
    row = table(told, wanted=(*SUBJECTS, Subject("code group", "nothing", frozenset())))["nothing", *WHOLE]
    assert (row.estimate, row.note) == (None, NOT_ASKED)


def test_segments_without_a_word_have_no_share_of_words():
    segments = [replace(one, text=" ") for one in interviews({"UN": 4})]
    told = audit(segments, [framed(segments, range(16), 1.0)], [word for one in segments for word in gives(one, FORCE)])
    row = table(told)[FORCE, *WHOLE]
    assert (row.estimate, row.of_words) == (1, None)


def test_one_interview_tells_of_this_corpus_and_not_of_informants():
    segments = interviews({"UN": 1}, 40)
    drawn = drawn_evenly(40, 0.5, 1)
    words = [word for row in drawn for word in gives(segments[row], *([FORCE] if row % 2 else [CONSENT]))]
    row = table(audit(segments, [framed(segments, drawn, 0.5)], words))[FORCE, *WHOLE]
    assert row.corpus_interval is not None
    assert row.informants_interval is None


def test_a_cell_that_came_after_the_draw_says_so():
    segments = interviews({"UN": 3})
    told = audit(segments, [framed(segments, range(12), 1.0)], [word for one in segments for word in gives(one)])
    later = [*segments, *interviews({"NGO": 3})]
    rows = table(told, segments=later)
    assert rows[FORCE, TALK, "NGO", ALL, ALL].estimate is None
    assert "extend it" in rows[FORCE, TALK, "NGO", ALL, ALL].note
    assert rows[FORCE, TALK, "UN", ALL, ALL].estimate is not None


def test_a_cell_that_has_grown_since_the_draw_says_so():
    segments, told = all_checked({"UN": 20})
    later = [*segments, spoken("late", "UN 0")]
    assert "1 segments came after the audit was drawn" in table(told, segments=later)[FORCE, *WHOLE].note


def test_an_audit_of_three_segments_says_nearly_nothing():
    segments = interviews({"UN": 10}, 10)
    told = audit(segments, [framed(segments, [5, 40, 80], 0.03)], gives(segments[5], FORCE) + gives(segments[40])
                 + gives(segments[80]))  # fmt: skip
    row = table(told)[FORCE, *WHOLE]
    assert row.showing is Showing.COUNT
    assert row.corpus_interval is not None
    assert row.corpus_interval[1] - row.corpus_interval[0] > 0.6


def test_a_small_group_in_which_nobody_was_heard_is_known_as_well_as_its_checked_segments_tell():
    """With the variance of the scores over p (1 - p) of a share of nought, its interval was nearly the whole range."""
    segments = interviews({"UN": 20, "NGO": 15}, 4)
    drawn = list(range(0, len(segments), 4))
    words = [word for row in drawn for word in gives(segments[row], *([FORCE] if row < 8 else [CONSENT]))]
    row = table(audit(segments, [framed(segments, drawn, 0.25)], words))[FORCE, TALK, "NGO", ALL, ALL]
    assert row.estimate is not None
    assert row.estimate < 0.02
    assert row.corpus_interval is not None
    assert row.corpus_interval[1] < 0.35


def test_a_group_that_nobody_has_answered_yet_does_not_hide_how_alike_the_interviews_of_others_are():
    old, new = interviews({"UN": 8}, 10), interviews({"NGO": 8}, 10)
    words = [word for row, one in enumerate(old) for word in gives(one, *([FORCE] if row < 40 else [CONSENT]))]
    first = framed(old, range(80), 1.0)
    alone = table(audit(old, [first], words))[FORCE, TALK, "UN", ALL, ALL]
    further = (*framed(old, [], 1.0), *framed(new, [0, 20], 0.05))
    both = table(audit([*old, *new], [first, further], words))[FORCE, TALK, "UN", ALL, ALL]
    assert alone.informants_interval is not None
    assert both.informants_interval is not None
    assert np.diff(both.informants_interval) > 0.9 * np.diff(alone.informants_interval)


# --- invariants ---


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=8))
def test_where_everything_is_known_the_share_is_that_and_the_corpus_interval_a_point(people):
    segments = [spoken(f"{who}-{place}", str(who)) for who, own in enumerate(people) for place in range(len(own))]
    about = [each for own in people for each in own]
    words = [word for one, is_it in zip(segments, about, strict=True) for word in gives(one, *([FORCE] * is_it))]
    row = table(audit(segments, [framed(segments, range(len(segments)), 1.0)], words))[FORCE, *WHOLE]
    share = sum(about) / len(about)
    assert row.estimate == pytest.approx(share)
    assert row.corpus_interval == pytest.approx((share, share))
    assert row.basis == AUDITED


@given(st.integers(1, 9), st.integers(0, 2**16))
def test_with_the_same_chance_and_score_for_all_the_share_is_that_of_the_difference_estimator(tenths, seed):
    segments = interviews({"UN": 5, "NGO": 5}, 8)
    drawn = drawn_evenly(len(segments), tenths / 10, seed)
    rng = np.random.default_rng(seed)
    told_force = {row: bool(rng.random() < 0.3) for row in drawn}
    words = [word for row in drawn for word in gives(segments[row], *([FORCE] if told_force[row] else [CONSENT]))]
    told = audit(segments, [framed(segments, drawn, tenths / 10)], words)
    found = outcomes(told.evidence({FORCE}))
    f, y = found.expected, np.array([told_force.get(row, False) for row in range(len(segments))], float)
    checked = np.isin(np.arange(len(segments)), drawn)
    by_hand = f.mean() + (checked * (y - f)).sum() / (tenths / 10) / len(segments)
    least, most = y.mean(), (y + ~checked).mean()
    assert table(told)[FORCE, *WHOLE].estimate == pytest.approx(np.clip(by_hand, least, most))


@given(st.integers(0, 2**16), st.sampled_from([0.1, 0.3, 0.7]))
def test_every_interval_holds_its_share_and_nothing_that_the_labels_rule_out(seed, share):
    segments = interviews({"UN": 4, "NGO": 3, "State": 1}, 6)
    rng = np.random.default_rng(seed)
    drawn = drawn_evenly(len(segments), share, seed)
    words = [word for row in drawn for word in gives(segments[row], *([FORCE] if rng.random() < 0.4 else [CONSENT]))]
    for row in table(audit(segments, [framed(segments, drawn, share)], words)).values():
        for interval in (row.corpus_interval, row.informants_interval):
            if interval is not None and row.estimate is not None:
                assert 0 <= interval[0] <= row.estimate + 1e-9
                assert row.estimate - 1e-9 <= interval[1] <= 1


def test_themes_without_a_code_say_why_they_are_counts():
    segments, told = all_checked({"UN": 3})
    theme = CandidateTheme(ThemeId("T9"), (), (segments[0].id,), (1.0,), ())
    rows = counts(segments, (), Codebook(()), (theme,), PrevalenceOptions(min_participants=1))
    found = estimates(rows, told, CODES, SUBJECTS, PrevalenceOptions(min_participants=1))
    assert {one.note for one in found} == {UNMAPPED}
