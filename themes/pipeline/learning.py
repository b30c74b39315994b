"""The suggestions alone, made anew from what people decided while the review goes on.

Everything else stays as the last run made it. Decisions that are taken meanwhile are learnt from the next time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from themes import config
from themes.config import Options
from themes.domain import Codebook, CodeId, Problem, SegmentId, Study, checksum
from themes.embed import checksum as encoder_checksum
from themes.errors import StudyError
from themes.ingest import read_study
from themes.pipeline.coding import EDITED, MAPPED, Coded, Opening, Suggested, coded, opening, suggested
from themes.pipeline.diary import Diary, Watch, nobody, some
from themes.pipeline.inputs import PRESET, encoder_card, suggested_from
from themes.pipeline.stages import Encoding, Space, in_their_language
from themes.project import FILE_NAME, Made, Project, must_have_run

Known = tuple[Space, Opening | None]
"""The segments with their vectors, and what is known of them before any decision."""

_TOLD, _IN_WORDS = 10, 2
"""So many of the commonest changes are told at most, and in words."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Segments whose first suggestion went from one code to another; None where there was, or is, no suggestion."""

    before: CodeId | None
    after: CodeId | None
    segments: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt and what it changed, told in a sentence by `words`.

    `anew` is False where nothing had been decided since. `judged` segments were learnt from; of `changed` segments the
    first suggestion is another one now, `moved` has the commonest of these changes. `problems` are those of the
    encoder and its cache.
    """

    study: str
    anew: bool
    words: str
    judged: int = 0
    changed: int = 0
    moved: tuple[Moved, ...] = ()
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


class Memory:
    """What is known before any decision, kept for the next time by a process that learns more than once."""

    def __init__(self) -> None:
        self._mark = ""
        self._known: Known | None = None

    def known(self, mark: str, make: Callable[[], Known]) -> Known:
        """What was kept under this mark, which stands for all that it is made from; else it is made, and kept alone."""
        if self._known is None or self._mark != mark:
            self._known = None  # two of them may not fit into the computer
            self._mark, self._known = mark, make()
        return self._known


def learn(folder: Path, watch: Watch = nobody, memory: Memory | None = None) -> Learnt:
    """The suggestions anew from all decisions so far; does nothing where none was taken since.

    StudyError before the first run, ProjectError where a run was quicker: then everything is as it was.
    """
    began = time.perf_counter()
    study = read_study(folder)
    must_have_run(folder)
    with Project(folder / FILE_NAME) as project:
        now = coded(project)  # all that counts as learnt: read first, so that later decisions do not
        made = project.made()
        if not made.segments:
            raise StudyError("The first run of this study did not end.", f"Run `themes run {folder}`.", str(folder))
        options = config.load(study, made.provenance.get(PRESET))
        before = made.fingerprints.get("suggest", "")
        mark = suggested_from(made.fingerprints["embed"], Codebook(made.base_codes), options, now.n_entries)
        if mark == before:
            return Learnt(study.title, anew=False, words="Nothing was decided since the suggestions were made.")
        project.must_be_writable()
        found, problems = _found(_Work(study, options, made, now), watch, memory or Memory())
        after = replace(
            made,
            suggestions=found.suggestions,
            prediction_sets=found.sets,
            theme_codes=found.theme_codes,
            codes=now.codebook.codes,
            fingerprints={**made.fingerprints, "suggest": mark} | dict.fromkeys((EDITED, MAPPED), str(now.edited)),
        )
        project.resuggest(after, made.fingerprints)
    changed, moved = _moved(made, after)
    words = _words(found.n_judged, changed, moved)
    return Learnt(study.title, True, words, found.n_judged, changed, moved, time.perf_counter() - began, problems)


@dataclass(frozen=True, slots=True)
class _Work:
    study: Study
    options: Options
    made: Made
    coded: Coded


def _found(work: _Work, watch: Watch, memory: Memory) -> tuple[Suggested, tuple[Problem, ...]]:
    """What is suggested now, and what the encoder or its cache had to say that the run had not told."""
    made, options, card = work.made, in_their_language(work.options, work.made.sources), encoder_card(work.options)
    if made.provenance.get("encoder checksum") != encoder_checksum(card):
        remedy = f"Run `themes run {work.study.folder}`: every text is encoded anew."
        raise StudyError(f"The last run had another encoder than {card.name}.", remedy, "study.toml, [options.embed]")
    encoding = Encoding(work.study, options, card)

    def make() -> Known:
        texts = [one.text for one in made.segments]
        space = Space(made.segments, encoding.vectors(texts, lambda done, total: watch("embed", done, total)))
        return space, opening(space, work.coded.codebook, encoding, options) if work.coded.codebook.assignable else None

    made_from = (made.fingerprints["embed"], repr(options.embed), repr(options.suggest), work.coded.codebook.version)
    with Diary(watch).step("suggest") as page:
        space, known = memory.known(checksum(made_from), make)
        if known is not None:
            known.learner.forget()  # or it would differ from what a run makes of the same decisions
        found = suggested(space, made.themes, work.coded, known, options, page.progress)
    return found, tuple(one for one in encoding.problems if one not in made.problems)


def _moved(before: Made, after: Made) -> tuple[int, tuple[Moved, ...]]:
    """How many segments have another first suggestion, and the commonest of these changes."""
    was, now = _first(before), _first(after)
    moves = Counter((was.get(one.id), now.get(one.id)) for one in after.segments if was.get(one.id) != now.get(one.id))
    told = sorted(moves.items(), key=lambda move: (-move[1], str(move[0])))[:_TOLD]
    return moves.total(), tuple(Moved(*codes, number) for codes, number in told)


def _first(made: Made) -> Mapping[SegmentId, CodeId]:
    return {one.segment: one.code for one in made.suggestions if one.rank == 1}


def _words(judged: int, changed: int, moved: Sequence[Moved]) -> str:
    learnt = f"Learnt from {some(judged, 'judged segment')}"
    if not changed:
        return f"{learnt}; every first suggestion is as it was."
    names = [f"{one.segments:,} from {one.before or 'none'} to {one.after or 'none'}" for one in moved[:_IN_WORDS]]
    how = ": " if len(moved) <= _IN_WORDS else ", most often "
    return f"{learnt}; {some(changed, 'segment')} with another first suggestion{how}{', '.join(names)}."
