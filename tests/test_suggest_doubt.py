"""How doubtful a segment is, and how far the machine is from what coders said of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.test_suggest_learner import World, word
from themes.domain import Judgement, PredictionSet
from themes.suggest import Learned, prediction_sets


def sets(world: World, learned: Learned) -> tuple[PredictionSet, ...]:
    return prediction_sets(world.segments, learned, world.book)


def test_doubt_is_the_variance_of_every_code_summed():
    world = World()
    learned = world.learner().learn(world.said(range(60)))
    chances = learned.probabilities()[:, :-1]
    by_hand = [sum(float(chance) * (1 - float(chance)) for chance in own) for own in chances]
    assert [one.doubt for one in sets(world, learned)] == pytest.approx(by_hand, abs=1e-4)


def test_a_segment_between_two_kinds_is_more_doubtful_than_one_of_a_kind():
    world = World(hint=0.1, examples=False)
    world.vectors[150] = world.unit((world.vectors[world.kinds == 0][0] + world.vectors[world.kinds == 1][0])[None])[0]
    found = sets(world, world.learner().learn(world.said(range(100))))
    assert found[150].doubt > np.median([one.doubt for one in found[100:]])


def test_where_nobody_spoke_there_is_no_conflict():
    world = World()
    found = sets(world, world.learner().learn(world.said(range(30))))
    assert all(one.conflict > 0 for one in found[:30])
    assert {one.conflict for one in found[30:]} == {0.0}
    assert {one.conflict for one in sets(world, world.learner().learn(world.of([])))} == {0.0}


def test_whoever_says_otherwise_than_of_all_that_is_alike_is_in_conflict():
    world = World(hint=0.1, examples=False)
    kinds = world.kinds.copy()
    kinds[7] = (kinds[7] + 1) % 4
    found = sets(world, world.learner().learn(world.said(range(120), kinds)))
    assert max(found, key=lambda one: one.conflict).segment == "s7"
    assert found[7].conflict > 0.8


def test_conflict_is_what_would_be_thought_had_nobody_spoken_of_the_interview():
    world = World(examples=False)
    learner = world.learner()
    learned = learner.learn(world.said(range(60)))
    others = learner.learn(world.said(range(10, 60)), like=learned)  # the calibration of all, the words of the others
    chances = others.probabilities(np.arange(10))[:, :-1]
    expected = np.abs(chances - learned.judged.targets[:10, :-1]).max(axis=1)
    assert [one.conflict for one in sets(world, learned)[:10]] == pytest.approx(expected.tolist(), abs=1e-3)


def test_a_rejection_alone_can_be_in_conflict_with_its_code_only():
    world = World(hint=0.1, examples=False)
    own = int(world.kinds[130])

    def conflict(code: int) -> float:
        words = [word(row, f"c{world.kinds[row]}") for row in range(120)]
        learned = world.learner().learn(world.of([*words, word(130, f"c{code}", carries=False)]))
        return sets(world, learned)[130].conflict

    assert conflict(own) > 0.7
    assert conflict((own + 1) % 4) < 0.3


def test_coders_of_two_minds_are_half_in_conflict_at_most():
    world = World(hint=0.1, examples=False)
    words: list[Judgement] = [word(row, f"c{world.kinds[row]}") for row in range(120)]
    own = f"c{world.kinds[125]}"
    torn = [word(125, own), word(125, own, carries=False, coder="ben")]
    learned = world.learner().learn(world.of([*words, *torn]))
    column = int(world.kinds[125])
    assert learned.gaps()[-1, column] <= 0.5


def test_probabilities_are_reckoned_once_and_nobody_writes_into_them():
    world = World()
    learned = world.learner().learn(world.said(range(30)))
    assert learned.probabilities() is learned.probabilities()
    with pytest.raises(ValueError, match="read-only"):
        learned.probabilities()[0, 0] = 1
