"""What people said of a draw as labels, and the chances that stand behind each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.prevalence_study import CODES, CONSENT, FORCE, ROADS, audit, framed, gives, interviews, rejects, spoken
from themes.domain import CONSENSUS, SourceKind, Suggestion
from themes.prevalence import Design, audit_frame, scored

# --- what a label is ---


def test_a_code_given_says_of_every_other_that_it_does_not_fit():
    segments = interviews({"UN": 2})
    told = audit(segments, [framed(segments, [0], 0.5)], gives(segments[0], FORCE))
    assert [told.labels({code})[0] for code in CODES] == [1, 0, 0]
    assert np.isnan(told.labels({FORCE})[1:]).all()


def test_a_code_rejected_leaves_the_others_open():
    segments = interviews({"UN": 2})
    told = audit(segments, [framed(segments, [0], 0.5)], [rejects(segments[0], FORCE)])
    assert told.labels({FORCE})[0] == 0
    assert np.isnan(told.labels({CONSENT})[0])
    assert np.isnan(told.labels({FORCE, CONSENT})[0])


def test_two_coders_who_disagree_make_half_a_label():
    segments = interviews({"UN": 2})
    words = gives(segments[0], FORCE) + gives(segments[0], CONSENT, who="ben")
    assert audit(segments, [framed(segments, [0], 0.5)], words).labels({FORCE})[0] == 0.5


def test_the_consensus_takes_the_place_of_the_coders():
    segments = interviews({"UN": 2})
    words = gives(segments[0], FORCE) + gives(segments[0], CONSENT, who="ben")
    told = audit(segments, [framed(segments, [0], 0.5)], words, words + gives(segments[0], ROADS, who=CONSENSUS))
    assert [told.labels({code})[0] for code in CODES] == [0, 0, 1]


def test_a_word_on_what_was_not_drawn_does_not_count():
    segments = interviews({"UN": 2})
    told = audit(segments, [framed(segments, [0], 0.5)], gives(segments[1], FORCE))
    assert np.isnan(told.labels({FORCE})).all()


def test_a_swayed_word_on_what_was_drawn_does_not_count():
    segments = interviews({"UN": 2})
    told = audit(segments, [framed(segments, [0], 0.5)], [], gives(segments[0], FORCE))
    assert np.isnan(told.labels({FORCE})).all()


def test_what_was_coded_before_the_draw_counts_for_itself_alone():
    segments = interviews({"UN": 2})
    frame = tuple(
        replace(one, chance=1.0, coded=True) if row == 0 else one for row, one in enumerate(framed(segments, [1], 0.25))
    )
    told = audit(segments, [frame], gives(segments[1]), gives(segments[0], FORCE) + gives(segments[1]))
    assert told.labels({FORCE})[:2].tolist() == [1, 0]
    assert told.chances(told.labels({FORCE}))[:2].tolist() == [1, 0.25]


def test_a_blind_word_stays_the_one_that_counts_when_the_audit_is_extended():
    segments = interviews({"UN": 2})
    first = framed(segments, [0], 0.25)
    further = tuple(
        replace(one, chance=0.5, place={1: 0}.get(row), coded=row == 0)
        for row, one in enumerate(framed(segments, [], 0.25))
    )
    told = audit(segments, [first, further], gives(segments[0], FORCE), gives(segments[0], CONSENT))
    assert told.labels({FORCE})[0] == 1


# --- chances ---


def test_of_a_draw_half_answered_every_chance_is_half_as_large():
    segments = interviews({"UN": 2})
    told = audit(segments, [framed(segments, [0, 1, 2, 3], 0.5)], gives(segments[0]) + gives(segments[1], FORCE))
    assert told.chances(told.labels({FORCE})) == pytest.approx(np.full(8, 0.25))


def test_a_further_draw_that_nobody_has_answered_changes_no_chance():
    segments = interviews({"UN": 2})
    first = framed(segments, [0, 1], 0.25)
    further = tuple(
        replace(one, chance=0.5, place={2: 0, 3: 1}.get(row), coded=row < 2)
        for row, one in enumerate(framed(segments, [], 0.25))
    )
    words = gives(segments[0]) + gives(segments[1], FORCE)
    told = audit(segments, [first, further], words)
    assert told.chances(told.labels({FORCE})) == pytest.approx(np.full(8, 0.25))


def test_an_extension_that_is_answered_raises_the_chances_to_its_own():
    segments = interviews({"UN": 2})
    first = framed(segments, [0, 1], 0.25)
    further = tuple(
        replace(one, chance=0.5, place={2: 0, 3: 1}.get(row), coded=row < 2)
        for row, one in enumerate(framed(segments, [], 0.25))
    )
    words = [word for one in segments[:4] for word in gives(one)]
    told = audit(segments, [first, further], words)
    assert told.chances(told.labels({FORCE})) == pytest.approx(np.full(8, 0.5))


def test_mandates_that_are_all_answered_do_not_make_up_for_talk_that_is_not():
    talk = interviews({"UN": 4})
    texts = [spoken(f"m{place}", f"S/RES/{place}", kind=SourceKind.MANDATE) for place in range(4)]
    segments = [*talk, *texts]
    frame = framed(segments, [0, 4, 8, 12, 16, 17], 0.5)
    told = audit(segments, [frame], gives(segments[0]) + gives(segments[16]) + gives(segments[17]))
    chances = told.chances(told.labels({FORCE}))
    assert chances[:16] == pytest.approx(np.full(16, 0.125))
    assert chances[16:] == pytest.approx(np.full(4, 0.5))


def test_what_was_coded_before_without_a_label_is_stood_for_by_the_others():
    segments = interviews({"UN": 2})
    frame = tuple(replace(one, chance=1.0, coded=True) for one in framed(segments, [], 1.0))
    words = [word for one in segments[:4] for word in gives(one)]
    told = audit(segments, [frame], [], words)
    assert told.chances(told.labels({FORCE})) == pytest.approx(np.full(8, 0.5))


def test_a_further_draw_leaves_nobody_with_less_of_a_chance():
    segments = interviews({"UN": 20}, 10)
    rng = np.random.default_rng(0)
    known = scored([Suggestion(one.id, FORCE, 1, float(rng.random())) for one in segments])
    first = audit_frame(segments, (FORCE,), known, (), Design(0.1, seed=1))
    further = audit_frame(segments, (FORCE,), known, (), Design(0.3, seed=2), (first,))
    assert all(then.chance >= now.chance - 1e-9 for now, then in zip(first, further, strict=True))
    taken = {one.segment for one in first if one.place is not None}
    added = {one.segment for one in further if one.place is not None}
    assert not taken & added
    assert len(taken | added) == pytest.approx(60, abs=3)


def test_over_many_draws_each_segment_is_drawn_as_often_as_its_chance_says():
    segments = interviews({"UN": 6}, 5)
    known = scored([Suggestion(one.id, FORCE, 1, 0.02 + place / 40) for place, one in enumerate(segments)])
    frames = []
    for seed in range(400):
        first = audit_frame(segments, (FORCE,), known, (), Design(0.2, seed=seed))
        frames.append((first, audit_frame(segments, (FORCE,), known, (), Design(0.5, seed=seed + 1000), (first,))))
    drawn = np.array([[a.place is not None or b.place is not None for a, b in zip(*pair, strict=True)]
                      for pair in frames])  # fmt: skip
    chance = np.array([one.chance for one in frames[0][1]])
    assert np.abs(drawn.mean(axis=0) - chance).max() < 4 * np.sqrt(0.25 / 400)


# --- scores ---


def test_a_merged_code_has_the_score_of_one_or_the_other():
    segments = interviews({"UN": 1})
    frame = framed(segments, [0], 0.5, scores={FORCE: 0.5, ROADS: 0.5})
    told = audit(segments, [frame], gives(segments[0]), names={FORCE: CONSENT, ROADS: CONSENT, CONSENT: CONSENT})
    assert told.scores({CONSENT}) == pytest.approx(np.full(4, 0.75))


def test_a_code_retired_after_it_was_audited_has_no_score_left():
    segments = interviews({"UN": 1})
    told = audit(segments, [framed(segments, [0], 0.5, scores={FORCE: 0.9})], gives(segments[0]), names={FORCE: None})
    assert told.scores({FORCE}) == pytest.approx(np.full(4, 0.2))
