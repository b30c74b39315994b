"""The Gaussian process held against the plain formulas, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themes.suggest.likeness import alike
from themes.suggest.posterior import NOISE, Known, numbered, posterior


@dataclass(frozen=True, eq=False)
class Between:
    """Passages by their vectors."""

    vectors: np.ndarray

    def __call__(self, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
        """How alike they are."""
        return alike(self.vectors[rows], self.vectors[others])


def known(seed: int, rows: int, columns: int, parts: int = 0, groups: int | None = None) -> Known:
    """Random passages; the last `parts` of them are known for some columns only."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(rows, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said = np.ones((rows, columns), bool)
    said[rows - parts :] = random.random((parts, columns)) < 0.5
    said[rows - parts :, 0] = False
    return Known(
        Between(vectors),
        np.where(said, random.uniform(-1, 1, (rows, columns)), 0),
        said,
        random.choice([0.25, 1.0], rows),
        random.integers(0, groups, rows) if groups else np.arange(rows),
    )


def plainly(given: Known, column: int, asked: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
    """The mean of the process at `asked` from the passages known for the column, `without` some of them."""
    rows = given.known[:, column] if without is None else given.known[:, column] & ~without
    own = alike(given.between.vectors[rows], given.between.vectors[rows]).astype(float)
    noises = np.diag(NOISE / given.weights[rows])
    pulls = np.linalg.solve(own + noises, given.residuals[rows, column])
    return alike(asked, given.between.vectors[rows]).astype(float) @ pulls


@settings(deadline=None)  # the first example imports scipy
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 4), st.integers(0, 12))
def test_every_column_is_what_its_own_known_passages_say(seed: int, rows: int, columns: int, parts: int):
    given_ = known(seed, rows, columns, min(parts, rows))
    asked = given_.between.vectors[::-1]
    found = posterior(given_).change(alike(asked, given_.between.vectors))
    for column in range(columns):
        assert np.allclose(found[:, column], plainly(given_, column, asked), atol=1e-4)


def test_what_is_left_out_is_expected_from_the_other_interviews():
    given_ = known(3, 30, 4, groups=6)
    left_out = posterior(given_).left_out
    for group in range(6):
        own = given_.groups == group
        for column in range(4):
            expected = plainly(given_, column, given_.between.vectors[own], without=own)
            assert np.allclose(left_out[own, column], expected, atol=1e-5)


def test_with_one_interview_nothing_is_expected_without_it():
    given_ = known(3, 10, 2, groups=1)
    assert np.allclose(posterior(given_).left_out, 0, atol=1e-9)


def test_what_nobody_said_has_no_expectation():
    given_ = known(4, 9, 3, parts=4)
    assert np.array_equal(np.isnan(posterior(given_).left_out), ~given_.known)


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_anything_known(rows: int):
    given_ = known(1, rows, 3)
    change = posterior(given_).change(alike(np.eye(5, dtype=np.float32), given_.between.vectors))
    assert change.shape == (5, 3)
    assert bool(change.any()) == bool(rows)


def test_a_passage_accepted_in_bulk_pulls_less():
    one = known(2, 1, 1)
    whole, bulk = (
        posterior(Known(one.between, np.ones((1, 1)), one.known, np.array([weight]), one.groups)).pulls[0, 0]
        for weight in (1.0, 0.25)
    )
    assert 0 < bulk < 0.7 * whole


def test_groups_are_numbered_as_they_appear():
    assert numbered(["b", "a", "b", "c"]).tolist() == [0, 1, 0, 2]
