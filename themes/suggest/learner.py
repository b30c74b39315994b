"""From the first opinion and people's judgements to probabilities, sets and what drove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from themes.suggest.calibration import Calibration, calibrated, first_probabilities, threshold, uncalibrated
from themes.suggest.judged import Judged
from themes.suggest.likeness import Likeness
from themes.suggest.options import SuggestOptions
from themes.suggest.posterior import Known, Posterior, numbered, posterior
from themes.suggest.prior import EncodedCodebook, Scores, unit

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_CERTAIN = 1e-6
_MANY = 2_000


class Learner:
    """What is known of the segments before any decision, and what decisions make of it.

    `texts` and unit `vectors` (n, d) are of the segments, `groups` name the interview of each, `scores` are the first
    opinion. Example quotes of the codebook are passages that carry their code, whatever else they carry.
    """

    def __init__(
        self,
        texts: Sequence[str],
        vectors: NDArray[np.floating],
        groups: Sequence[str],
        scores: Scores,
        codebook: EncodedCodebook,
        options: SuggestOptions,
    ) -> None:
        self.count, self.n_codes = scores.standing.shape
        self.options = options
        self.groups = numbered(groups)
        quotes = codebook.examples
        centre = vectors.mean(axis=0)
        rows = [vectors, *([np.stack([codebook.vectors[text] for _, text in quotes])] if quotes else [])]
        meant = unit(np.concatenate(rows) - centre)
        self.likeness = Likeness(meant, [*texts, *(text for _, text in quotes)], options.stemmed_as)
        self.first = _with_none(first_probabilities(np.concatenate([scores.standing, scores.of_examples])))
        self.examples = np.array([code for code, _ in quotes], np.intp)
        self.forget()

    def forget(self) -> None:
        """Likenesses are reckoned anew from here on.

        What was reckoned piece by piece differs in its last digit from what is reckoned at once.
        """
        n_passages = self.count + len(self.examples)
        self._alike = np.empty((n_passages, 0), np.float32)  # with room for more columns than are filled
        self._alike_to = np.empty(0, np.intp)

    def learn(self, judged: Judged, *, like: Learned | None = None) -> Learned:
        """What is thought of all segments once these judgements are known.

        `like` keeps the calibration of what was learnt before: for an answer at once, when one decision is added.
        """
        with _threads(len(judged.rows)):
            known = self.known(judged)
            learnt = posterior(known, leave_out=like is None)
        if like is not None:
            return Learned(self, judged, learnt, like.calibration, like.threshold)
        expected = self.expected(judged, learnt)
        calibration = uncalibrated(self.n_codes)
        if len(judged.rows):
            calibration = calibrated(expected, judged.targets, judged.known, self.n_codes)
        return Learned(self, judged, learnt, calibration, self._limit(judged, expected, calibration))

    def expected(self, judged: Judged, learnt: Posterior) -> Floats:
        """The scores of judged segments without the word of their own interview, shape (judged, codes + 1).

        Where only a part is known of a segment, without that word itself; NaN where nothing is known.
        """
        own = slice(len(self.examples), None)
        return np.asarray(self.first[judged.rows] + learnt.left_out[own], np.float64)

    def rows(self, judged: Judged) -> Rows:
        """The places of the known passages: the example quotes, which stand after the segments, then the judged."""
        return np.concatenate([self.count + np.arange(len(self.examples)), judged.rows]).astype(np.intp)

    def known(self, judged: Judged) -> Known:
        """Everything that people have said, as residuals of the first opinion."""
        n_quotes = len(self.examples)
        rows = self.rows(judged)
        said = np.zeros((len(rows), self.n_codes + 1))
        heard = np.zeros(said.shape, np.bool_)
        said[np.arange(n_quotes), self.examples] = 1
        heard[np.arange(n_quotes), self.examples] = True
        heard[:n_quotes, -1] = True
        said[n_quotes:], heard[n_quotes:] = judged.targets, judged.known
        alike = self.alike_to(rows)
        quote_groups = self.groups.max(initial=-1) + 1 + np.arange(n_quotes)
        return Known(
            between=lambda ones, others: alike[np.ix_(rows[ones], others)],
            residuals=np.where(heard, said - self.first[rows], 0),
            known=heard,
            weights=np.concatenate([np.ones(n_quotes), judged.weights]),
            groups=np.concatenate([quote_groups, self.groups[judged.rows]]).astype(np.intp),
        )

    def alike_to(self, rows: Rows) -> NDArray[np.float32]:
        """How alike all passages are to those of `rows`; what was reckoned before is kept."""
        places = {row: place for place, row in enumerate(self._alike_to.tolist())}
        fresh = np.array([row for row in rows.tolist() if row not in places], np.intp)
        if len(fresh):
            self._append(fresh)
            places = {row: place for place, row in enumerate(self._alike_to.tolist())}
        if np.array_equal(rows, self._alike_to[: len(rows)]):
            return self._alike[:, : len(rows)]
        return self._alike[:, [places[row] for row in rows.tolist()]]

    def _append(self, fresh: Rows) -> None:
        """Fills in a column for each fresh row; the room grows by half, so that each decision does not copy all."""
        n_points, filled, wanted = len(self._alike), len(self._alike_to), len(self._alike_to) + len(fresh)
        if wanted > self._alike.shape[1]:
            wider = np.empty((n_points, wanted + wanted // 2), np.float32)
            wider[:, :filled] = self._alike[:, :filled]
            self._alike = wider
        everyone = np.arange(n_points, dtype=np.intp)
        self._alike[:, filled:wanted] = self.likeness.between(everyone, fresh)
        self._alike_to = np.concatenate([self._alike_to, fresh])

    def _limit(self, judged: Judged, expected: Floats, calibration: Calibration) -> float | None:
        """The threshold of the sets, from the segments of which everything is known."""
        whole = judged.known.all(axis=1)
        if not whole.any():
            return None
        chances = calibration.of_all(expected[whole])
        return threshold(chances, judged.targets[whole], self.groups[judged.rows[whole]], self.options.coverage)


@dataclass(frozen=True, eq=False)
class Learned:
    """What the machine thinks after the judgements; probabilities are those that a coder would agree.

    `threshold` is the probability from which a code, or `no code fits`, belongs to a segment's set; None where too few
    interviews are judged to promise anything.
    """

    learner: Learner
    judged: Judged
    posterior: Posterior
    calibration: Calibration
    threshold: float | None

    def probabilities(self, rows: Rows | None = None) -> Floats:
        """Of every code, and last that no code fits, for these segments or all: shape (rows, codes + 1).

        Those of all are reckoned once, and cannot be written to.
        """
        return self._of_all if rows is None else self.calibration.of_all(self.scores(rows))

    @cached_property
    def _of_all(self) -> Floats:
        found = self.calibration.of_all(self.scores())
        found.setflags(write=False)
        return found

    def gaps(self) -> Floats:
        """How far the machine is from what coders said of the judged segments, judged without that word.

        Shape (judged, codes), 0 to 1; 0 where nobody spoke of the code. What is not known of a segment is taken as it
        is thought of now, for codes are also weighed against one another.
        """
        expected = self.learner.expected(self.judged, self.posterior)
        heard = self.judged.known & np.isfinite(expected)
        chances = self.calibration.of_all(np.where(heard, expected, self.scores(self.judged.rows)))
        return np.where(heard, np.abs(chances - self.judged.targets), 0)[:, :-1]

    def scores(self, rows: Rows | None = None) -> Floats:
        """The first opinion, and what the known passages add to it, shape (rows, codes + 1)."""
        learner = self.learner
        chosen = np.arange(learner.count) if rows is None else rows
        return np.asarray(learner.first[chosen] + self.posterior.change(self._alike[chosen]), np.float64)

    def pulls(self, row: int, column: int) -> Floats:
        """How much each known passage moves the score of one code for one segment, shape (known,): examples first."""
        return np.asarray(self.alike(row) * self.posterior.pulls[:, column], np.float64)

    def alike(self, row: int) -> NDArray[np.float32]:
        """How like one segment is to each known passage, shape (known,)."""
        own: NDArray[np.float32] = self._alike[row]
        return own

    @cached_property
    def _alike(self) -> NDArray[np.float32]:
        return self.learner.alike_to(self.learner.rows(self.judged))


@contextmanager
def _threads(n_known: int) -> Iterator[None]:
    """One thread for a few thousand decisions: handing out their many small matrices takes longer than they do."""
    if n_known > _MANY:
        yield
        return
    with _controller().limit(limits=1):
        yield


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _with_none(first: Floats) -> Floats:
    """Beside the codes the first opinion that none fits: that each of them does not."""
    none = np.exp(np.log1p(-np.minimum(first, 1 - _CERTAIN)).sum(axis=1, keepdims=True))
    return np.concatenate([first, none], axis=1)
