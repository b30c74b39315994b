"""Learning from decisions, and grounds that are what drove a score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from themes.domain import Code, Codebook, CodeId, Judgement, Segment, SegmentId, SourceId, SourceKind
from themes.suggest import (
    EncodedCodebook,
    Judged,
    Learned,
    Learner,
    SuggestOptions,
    code_texts,
    encoded,
    judged,
    prediction_sets,
    prior,
    suggest,
)

WIDTH, KINDS = 24, 4
OPTIONS = SuggestOptions()
DIRECTIONS = np.linalg.qr(np.random.default_rng(0).normal(size=(WIDTH, WIDTH)))[0]


class World:
    """Segments of four kinds, in interviews of ten; a code for each kind, whose name points a little its way."""

    def __init__(
        self, n_segments: int = 200, *, seed: int = 1, hint: float = 0.4, examples: bool = True, codes: int = KINDS
    ) -> None:
        random = np.random.default_rng(seed)
        self.kinds = random.integers(0, KINDS, n_segments)
        self.vectors = self.unit(DIRECTIONS[self.kinds] + random.normal(0, 0.3, (n_segments, WIDTH)))
        self.texts = [f"so they said {number} kind{kind}" for number, kind in enumerate(self.kinds.tolist())]
        self.segments = tuple(segment(number, text) for number, text in enumerate(self.texts))
        self.groups = [f"interview {number // 10}" for number in range(n_segments)]
        quotes = {kind: f"an example of {kind}" for kind in range(KINDS)} if examples else {}
        book = Codebook(
            tuple(
                Code(CodeId(f"c{code}"), f"c{code}", examples=(quotes[code],) if code in quotes else ())
                for code in range(codes)
            )
        )
        found = {}
        for text in code_texts(book):
            kind = int(text[-1]) if text in quotes.values() else int(text[1:])
            strength = 1.0 if text in quotes.values() else hint
            toward = DIRECTIONS[kind] if kind < KINDS else 0
            found[text] = self.unit((strength * toward + random.normal(0, 0.3, WIDTH))[None])[0]
        self.book = encoded(book, found)

    @staticmethod
    def unit(rows: np.ndarray) -> np.ndarray:
        """At length 1."""
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def learner(self, book: EncodedCodebook | None = None) -> Learner:
        """Ready to learn."""
        compared = book or self.book
        scores = prior(self.texts, self.vectors, compared, OPTIONS)
        return Learner(self.texts, self.vectors, self.groups, scores, compared, OPTIONS)

    def said(self, rows: range, kinds: np.ndarray | None = None) -> Judged:
        """The segments of these rows as somebody judges them who gives each its code."""
        truth = self.kinds if kinds is None else kinds
        words = [word(row, f"c{truth[row]}") for row in rows]
        return self.of(words)

    def of(self, words: list[Judgement]) -> Judged:
        """These words."""
        rows = {one.id: row for row, one in enumerate(self.segments)}
        return judged(words, rows, [code.id for code in self.book.codes])

    def right(self, learned: Learned, rows: range) -> float:
        """The share of first suggestions that are right."""
        found = learned.probabilities(np.array(rows))[:, :KINDS].argmax(axis=1)
        return float((found == self.kinds[list(rows)]).mean())


def segment(number: int, text: str) -> Segment:
    return Segment(
        id=SegmentId(f"s{number}"),
        source=SourceId(f"interview {number // 10}"),
        start=0,
        end=len(text),
        text=text,
        turn=0,
        kind=SourceKind.INTERVIEW,
        speaker="P",
        participant="P",
        actor_group="UN",
        mission="M",
        mission_basis="",
        period="p",
        period_basis="",
    )


def word(row: int, code: str | None, *, carries: bool = True, coder: str = "anna") -> Judgement:
    return Judgement(SegmentId(f"s{row}"), CodeId(code) if code else None, coder, carries, row)


HELD = range(120, 200)


def test_suggestions_get_better_with_decisions():
    world = World(hint=0.1, examples=False)
    learner = world.learner()
    before, after = (world.right(learner.learn(world.said(range(count))), HELD) for count in (0, 100))
    assert before < 0.7
    assert after > 0.9


def test_permuted_labels_teach_nothing():
    world = World(hint=0.0, examples=False)
    random = np.random.default_rng(5)
    learner = world.learner()
    found = [
        world.right(learner.learn(world.said(range(120), random.permutation(world.kinds))), HELD) for _ in range(20)
    ]
    assert abs(float(np.mean(found)) - 1 / KINDS) < 0.08


def test_a_rejection_lowers_the_code_where_it_was_said_and_around():
    world = World()
    learner = world.learner()
    row = 130
    alike = int(np.argsort(-(world.vectors @ world.vectors[row]))[1])
    code = int(learner.learn(world.of([])).probabilities()[row, :KINDS].argmax())
    before = learner.learn(world.of([])).scores()
    after = learner.learn(world.of([word(row, f"c{code}", carries=False)])).scores()
    assert after[row, code] < before[row, code] - 0.1
    assert after[alike, code] < before[alike, code] - 0.05
    other = (code + 1) % KINDS
    assert after[row, other] == pytest.approx(before[row, other], abs=1e-6)


def test_no_code_fits_is_learnt_and_found_again():
    world = World()
    known = [word(row, f"c{kind}" if kind else None) for row, kind in enumerate(world.kinds[:100].tolist())]
    none = world.learner().learn(world.of(known)).probabilities()[:, -1]
    assert none[120:][world.kinds[120:] == 0].min() > none[120:][world.kinds[120:] != 0].max()


def test_taking_away_the_decisions_that_are_shown_as_grounds_lowers_the_score():
    world = World(hint=0.2)
    words = [word(row, f"c{kind}") for row, kind in enumerate(world.kinds[:100].tolist())]
    learner = world.learner()
    learned = learner.learn(world.of(words))
    scores = prior(world.texts, world.vectors, world.book, OPTIONS)
    first = [one for one in suggest(world.segments, scores, learned, world.book, OPTIONS) if one.rank == 1]
    for one in first[120:160]:
        row, column = int(one.segment[1:]), int(one.code[1:])
        shown = {ground.segment for ground in one.accepted if ground.segment}
        assert shown
        without = learner.learn(world.of([each for each in words if each.segment not in shown]))
        assert without.scores()[row, column] < learned.scores()[row, column]
        told_against = {ground.segment for ground in one.rejected if ground.segment}
        if told_against:
            kinder = learner.learn(world.of([each for each in words if each.segment not in told_against]))
            assert kinder.scores()[row, column] > learned.scores()[row, column]


def test_taking_away_the_example_that_is_shown_as_ground_lowers_the_score():
    world = World(hint=0.2)
    learned = world.learner().learn(world.of([]))
    scores = prior(world.texts, world.vectors, world.book, OPTIONS)
    for one in suggest(world.segments, scores, learned, world.book, OPTIONS)[:60:3]:
        row, column = int(one.segment[1:]), int(one.code[1:])
        if not one.accepted:
            continue
        assert one.accepted[0].quote == f"an example of {column}"
        codes = tuple(replace(code, examples=()) if code.id == one.code else code for code in world.book.codes)
        less = replace(world.book, codes=codes)
        assert world.learner(less).learn(world.of([])).scores()[row, column] < learned.scores()[row, column]


def test_what_is_learnt_is_the_sum_of_all_that_pulled():
    world = World()
    learned = world.learner().learn(world.said(range(40)))
    pulled = learned.scores()[150] - learned.learner.first[150]
    assert np.allclose(pulled, [learned.pulls(150, column).sum() for column in range(KINDS + 1)], atol=1e-4)


def test_one_more_decision_at_once_gives_the_scores_of_learning_anew():
    world = World()
    learner = world.learner()
    before = learner.learn(world.said(range(40)))
    at_once = learner.learn(world.said(range(41)), like=before)
    assert np.allclose(at_once.scores(), world.learner().learn(world.said(range(41))).scores(), atol=1e-5)
    assert at_once.calibration == before.calibration


def test_a_code_without_any_text_but_its_name_can_be_learnt():
    world = World(hint=0.0, examples=False)
    after = world.learner().learn(world.said(range(100)))
    assert world.right(after, HELD) > 0.9


def test_two_codes_with_the_same_definition_are_told_apart_by_decisions():
    world = World()
    vectors = dict(world.book.vectors)
    vectors["c1"] = vectors["c0"]
    world.book = replace(
        world.book, codes=tuple(replace(code, examples=()) for code in world.book.codes), vectors=vectors
    )
    learner = world.learner()
    before = learner.learn(world.of([])).scores()
    assert np.allclose(before[:, 0], before[:, 1], atol=1e-5)
    after = learner.learn(world.said(range(100))).scores()[120:]
    assert (after[world.kinds[120:] == 0, 0] > after[world.kinds[120:] == 0, 1]).all()


def test_contradictory_coders_leave_a_score_between_their_words():
    world = World()
    learner = world.learner()

    def score(*words: Judgement) -> float:
        return float(learner.learn(world.of(list(words))).scores()[5, 0])

    gives, takes = word(5, "c0"), word(5, "c0", carries=False, coder="ben")
    assert score(takes) < score(gives, takes) < score(gives)


def test_two_thousand_codes_are_scored():
    world = World(60, codes=2_000, examples=True)
    learned = world.learner().learn(world.said(range(20)))
    found = learned.probabilities()
    assert found.shape == (60, 2_001)
    assert np.isfinite(found).all()


def test_sets_are_promised_from_ten_interviews_on_and_hold_the_likeliest():
    world = World()
    learner = world.learner()
    few, many = (
        prediction_sets(world.segments, learner.learn(world.said(range(count))), world.book) for count in (60, 150)
    )
    assert not any(one.promised for one in few)
    assert all(one.promised and (one.codes or one.none) for one in many)
    held = [f"c{kind}" in one.codes for kind, one in zip(world.kinds[150:].tolist(), many[150:], strict=True)]
    assert np.mean(held) >= 0.9
