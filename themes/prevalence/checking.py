"""What people said of the segments that were drawn, as labels with the chances that stand behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from themes.domain import CONSENSUS, MANDATE, CodeId, Framed, Judgement, Segment, SegmentId
from themes.prevalence.outcomes import Evidence

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Word:
    """What one coder said of one segment: the codes given and those rejected; `done` where nothing else fits it."""

    given: frozenset[CodeId] = frozenset()
    rejected: frozenset[CodeId] = frozenset()
    done: bool = False


@dataclass(frozen=True, eq=False)
class _Spoken:
    """m words in arrays: the segment's row of each, and whether its coder was done; for each code which words give it,
    and which reject it."""

    rows: NDArray[np.intp]
    done: NDArray[np.bool_]
    giving: Mapping[CodeId, Sequence[int]]
    rejecting: Mapping[CodeId, Sequence[int]]

    def labels(self, codes: Collection[CodeId]) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.bool_]]:
        """(m,) the rows; which words give one of the codes; which say so or that none of them fits.

        A coder who is neither done nor has rejected all of them leaves it open.
        """
        given = np.zeros(len(self.rows), np.bool_)
        rejected = np.zeros(len(self.rows), np.intp)
        for code in codes:
            given[list(self.giving.get(code, ()))] = True
            rejected[list(self.rejecting.get(code, ()))] += 1
        return self.rows, given, given | self.done | (rejected == len(codes))


@dataclass(frozen=True, eq=False)
class Checked:
    """An audit with what people have said of it so far, over the n segments of its frame that the study still has.

    `draws` are the frames of its draws, the last one whole. `words` are what coders say of each segment that counts:
    in a team the consensus, where there is one, in the place of them all.
    """

    segments: Sequence[Segment]
    draws: Sequence[Mapping[SegmentId, Framed]]
    words: Mapping[SegmentId, Sequence[Word]]

    @cached_property
    def interviews(self) -> NDArray[np.intp]:
        """(n,) which interview each segment is of: sources that share a participant are one."""
        return _interviews(self.segments)

    @cached_property
    def _raised(self) -> NDArray[np.float64]:
        """(draws, n) what each draw added to the chance."""
        table = [[draw[one.id].chance if one.id in draw else 0.0 for one in self.segments] for draw in self.draws]
        return np.diff(np.array(table, np.float64), axis=0, prepend=0)

    @cached_property
    def _drawn_in(self) -> NDArray[np.intp]:
        """(n,) the draw that took each segment; -1 for none, -2 where it was coded before the first."""
        found = np.full(len(self.segments), -1)
        for row, one in enumerate(self.segments):
            for number, draw in enumerate(self.draws):
                framed = draw.get(one.id)
                if framed is not None and framed.place is not None:
                    found[row] = number
                elif framed is not None and framed.coded and framed.chance >= 1 and found[row] == -1:
                    found[row] = -2
        return found

    @cached_property
    def _strata(self) -> NDArray[np.intp]:
        """(draws, n) segments of one number are answered alike: of talk or mandates, and coded before the draw or not.

        One that an earlier draw took is with those not coded: had it not been drawn, nobody would have coded it.
        """
        mandates = np.array([one.register == MANDATE for one in self.segments], np.intp)
        coded = np.array([[one.id in draw and draw[one.id].coded for one in self.segments] for draw in self.draws])
        taken = (self._drawn_in >= 0) & (self._drawn_in < np.arange(len(self.draws))[:, None])
        return np.asarray(2 * mandates + (coded & ~taken), np.intp)

    @cached_property
    def _spoken(self) -> _Spoken:
        """The words on what was drawn."""
        return _spoken(
            (row, word)
            for row in np.flatnonzero(self._drawn_in != -1).tolist()
            for word in self.words.get(self.segments[row].id, ())
        )

    @cached_property
    def _scored(self) -> tuple[Floats, Mapping[CodeId, tuple[list[int], list[float]]]]:
        """(n,) what a code has that was not suggested; of each code the rows where it was, with its scores there."""
        last = self.draws[-1]
        found: dict[CodeId, tuple[list[int], list[float]]] = {}
        rest = np.zeros(len(self.segments))
        for row, one in enumerate(self.segments):
            framed = last[one.id]
            rest[row] = framed.rest
            for code, score in framed.scores.items():
                rows, scores = found.setdefault(code, ([], []))
                rows.append(row)
                scores.append(score)
        return rest, found

    def labels(self, codes: Collection[CodeId]) -> Floats:
        """(n,) the share of coders to whom the segment carries one of the codes; nan where it was not checked."""
        rows, given, known = self._spoken.labels(codes)
        said = np.bincount(rows, known, len(self.segments))
        carrying = np.bincount(rows, given, len(self.segments))
        found: Floats = np.divide(carrying, said, out=np.full(len(self.segments), np.nan), where=said > 0)
        return found

    def chances(self, labels: Floats) -> Floats:
        """(n,) how probable it was that each segment has one of these labels.

        Those drawn are shown in an order given by lot, talk and mandates each in its own, so that what is answered of a
        draw is a sample of it; what was coded before a further draw is answered whenever it is drawn. What was coded
        before the first needed no draw; where it has no label, the others of its kind stand for it.
        """
        known, total = ~np.isnan(labels), np.zeros(len(labels))
        first = self._drawn_in == -2
        for number, raised in enumerate(self._raised):
            for stratum in range(4):
                alike = (self._strata[number] == stratum) & ~first
                own = alike & (self._drawn_in == number)
                total[alike] += raised[alike] * (known[own].mean() if own.any() else 1.0)
        for mandates in (False, True):
            own = first & (self._strata[0] // 2 == mandates)
            total[own] = known[own].mean() if own.any() else 1.0
        return np.clip(total, 0, 1)

    def scores(self, codes: Collection[CodeId]) -> Floats:
        """(n,) the machine's probability, as it was when the audit was drawn, that the segment carries one of them."""
        rest, scored = self._scored
        none = np.ones(len(self.segments))
        for code in codes:
            own = rest.copy()
            rows, scores = scored.get(code, ([], []))
            own[rows] = scores
            none *= 1 - own
        return 1 - none

    def evidence(self, codes: Collection[CodeId]) -> Evidence:
        """What is known of these codes taken together."""
        labels = self.labels(codes)
        return Evidence(self.scores(codes), labels, self.chances(labels), self.interviews)

    @property
    def n_drawn(self) -> int:
        """Segments that were drawn."""
        return int((self._drawn_in >= 0).sum())

    @property
    def n_coded(self) -> int:
        """Segments that somebody had coded before the first draw."""
        return int((self._drawn_in == -2).sum())

    @cached_property
    def n_answered(self) -> int:
        """Drawn segments of which somebody has spoken."""
        return sum(one.id in self.words for one, draw in zip(self.segments, self._drawn_in, strict=True) if draw >= 0)


def checked(
    segments: Iterable[Segment],
    draws: Sequence[Sequence[Framed]],
    blind: Iterable[Judgement],
    standing: Iterable[Judgement],
    names: Mapping[CodeId, CodeId | None],
) -> Checked:
    """The audit of these draws, with what people have said of it.

    `blind` are coders' words that no suggestion swayed: only they count for what was drawn. `standing` are all of their
    words, which count for what was coded before the draw, and those of the consensus. `names` are today's names of the
    codes; the scores of codes that are gone are left out.
    """
    frames = [{one.segment: _renamed(one, names) for one in draw} for draw in draws]
    here = tuple(one for one in segments if one.id in frames[-1])
    before = _coded_before(draws)
    said = _words([word for word in blind if word.segment not in before])
    latest = list(standing)
    said |= _words([word for word in latest if word.segment in before])
    agreed = _words([word for word in latest if word.coder == CONSENSUS])
    words = {segment: tuple(coders.values()) for segment, coders in (said | agreed).items()}
    return Checked(here, frames, words)


def _spoken(words: Iterable[tuple[int, Word]]) -> _Spoken:
    rows: list[int] = []
    done: list[bool] = []
    giving: dict[CodeId, list[int]] = {}
    rejecting: dict[CodeId, list[int]] = {}
    for place, (row, word) in enumerate(words):
        rows.append(row)
        done.append(word.done)
        for code in word.given:
            giving.setdefault(code, []).append(place)
        for code in word.rejected:
            rejecting.setdefault(code, []).append(place)
    return _Spoken(np.array(rows, np.intp), np.array(done, np.bool_), giving, rejecting)


def _coded_before(draws: Sequence[Sequence[Framed]]) -> set[SegmentId]:
    """The segments that had been coded before the draw that took them, or before any of those that did not."""
    taken: set[SegmentId] = set()
    found: set[SegmentId] = set()
    for draw in draws:
        found |= {one.segment for one in draw if one.coded and one.segment not in taken}
        taken |= {one.segment for one in draw if one.place is not None}
    return found


def _words(judgements: Iterable[Judgement]) -> dict[SegmentId, dict[str, Word]]:
    found: dict[SegmentId, dict[str, Word]] = {}
    for one in judgements:
        coders = found.setdefault(one.segment, {})
        word = coders.get(one.coder, Word())
        if one.carries and one.code is not None:
            word = replace(word, given=word.given | {one.code}, done=word.done or not one.in_bulk)
        elif one.carries:
            word = replace(word, done=True)
        elif one.code is not None:
            word = replace(word, rejected=word.rejected | {one.code})
        coders[one.coder] = word
    return found


def _renamed(one: Framed, names: Mapping[CodeId, CodeId | None]) -> Framed:
    """The scores under today's names; of codes that were merged, that of one of them or more."""
    found: dict[CodeId, float] = {}
    for code, score in one.scores.items():
        now = names.get(code, code)
        if now is not None:
            found[now] = 1 - (1 - found.get(now, 0.0)) * (1 - score)
    return replace(one, scores=found)


def _interviews(segments: Sequence[Segment]) -> NDArray[np.intp]:
    """Numbers from 0: segments of one source or of one participant have the same."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = name = above[above[name]]
        return name

    for one in segments:
        above[top(f"source {one.source}")] = top(f"participant {one.participant or one.source}")
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(top(f"source {one.source}"), len(numbers)) for one in segments]
    return np.array(found, np.intp)
