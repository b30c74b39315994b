"""What an edit of the codebook puts in doubt: words of coders on a code that was something else when they gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from themes.domain import (
    CodeAct,
    Codebook,
    CodebookEdit,
    CodeId,
    Cover,
    Judgement,
    SegmentId,
    SourceId,
    Suggestion,
    ThemeCode,
)
from themes.review.codehistory import History
from themes.review.codetree import Identity

_CHANGING = {CodeAct.REDEFINE, CodeAct.MERGE, CodeAct.SPLIT}
"""Acts after which a code means something else; a rename, a move or a code beside it leave what it means."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A coder's word to look at again. `code` is called as today, `decision` is the word, `edit` put it in doubt.

    `why` is half a sentence: `it was redefined by ben`.
    """

    segment: SegmentId
    code: CodeId
    coder: str
    carries: bool
    decision: int
    edit: int
    why: str


def in_doubt(judgements: Iterable[Judgement], edits: Iterable[CodebookEdit], base: Codebook) -> tuple[Doubt, ...]:
    """The words that were said of a code before it was redefined, merged or split, in their order.

    `judgements` are the latest words, with codes as they are called today: whoever has said it again since is not among
    them. What was said while an edit stood that was undone later is in doubt as well.
    """
    return doubts_of(judgements, History(base, edits))


def doubts_of(judgements: Iterable[Judgement], history: History) -> tuple[Doubt, ...]:
    """The same, where the way to today's codebook is known already: `Revised.history`."""
    words = tuple(judgements)
    found = _doubts(history, words, [_meant(word, history) for word in words])
    return tuple(doubt for doubt in found if doubt is not None)


def _meant(word: Judgement, history: History) -> Identity | None:
    return None if word.code is None else history.now.find(word.code)


def _doubts(history: History, words: Sequence[Judgement], meant: Sequence[Identity | None]) -> list[Doubt | None]:
    """The doubt of each word, None where there is none; `meant` is the code that each speaks of."""
    changes: dict[Identity, list[CodebookEdit]] = {}
    for edit in history.edits:
        if edit.act in _CHANGING:
            touched = dict.fromkeys(history.stands_as(one) for one in history.named[edit.id].codes)
            for one in touched:
                if one is not None:
                    changes.setdefault(one, []).append(edit)
    return [_doubt(history, word, history.stands_as(one), changes) for word, one in zip(words, meant, strict=True)]


def _doubt(
    history: History, word: Judgement, one: Identity | None, changes: Mapping[Identity, Sequence[CodebookEdit]]
) -> Doubt | None:
    if one is None or one not in changes:
        return None
    between = history.acting ^ history.acting_at(word.decision)
    since = [edit for edit in changes[one] if edit.id in between]
    if not since:
        return None
    last = since[-1]
    why = _why(last, undone=last.id not in history.acting)
    return Doubt(word.segment, history.now.path(one), word.coder, word.carries, word.decision, last.id, why)


def _why(edit: CodebookEdit, *, undone: bool) -> str:
    match edit.act:
        case CodeAct.MERGE:
            what = f"{' and '.join(edit.codes)} were merged by {edit.coder}"
        case CodeAct.SPLIT:
            what = f"it was split into {' and '.join(part.name for part in edit.made)} by {edit.coder}"
        case _:
            what = f"it was redefined by {edit.coder}"
    return f"{what}, which was undone since" if undone else what


# --- before an edit is made ---


@dataclass(frozen=True, slots=True)
class Held:
    """What the study holds of the codes, under the names that they have today."""

    judgements: tuple[Judgement, ...] = ()
    source_of: Mapping[SegmentId, SourceId] = field(default_factory=dict)
    theme_codes: tuple[ThemeCode, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would put in doubt: so many codings and rejections, by so many coders, in so many sources.

    `settled` are words that would not be in doubt any more, `leaving` those that would stand no more. `themes` counts
    the candidate themes that map to the codes, `quoting` the segments whose suggestions show a quote that is taken out.
    """

    codings: int = 0
    rejections: int = 0
    coders: int = 0
    sources: int = 0
    settled: int = 0
    leaving: int = 0
    themes: int = 0
    quoting: int = 0

    @property
    def words(self) -> str:
        """All of it in words, which hold before the edit and after it."""
        what = [_some(number, noun) for number, noun in self._doubted if number]
        verb = "comes" if self.codings + self.rejections == 1 else "come"
        whom = f"by {_some(self.coders, 'coder')} in {_some(self.sources, 'source')}"
        told = [f"{' and '.join(what)} {whom} {verb} into doubt." if what else "Nothing comes into doubt."]
        if self.leaving:
            told.append(f"{_verb(self.leaving, 'judgement', 'stand')} no more, kept in the log.")
        if self.settled:
            told.append(f"{_some(self.settled, 'judgement')} no longer in doubt.")
        if self.themes:
            told.append(f"{_verb(self.themes, 'candidate theme', 'map')} to it.")
        if self.quoting:
            told.append(f"A quote that goes out is shown with suggestions for {_some(self.quoting, 'segment')}.")
        return " ".join(told)

    @property
    def _doubted(self) -> tuple[tuple[int, str], ...]:
        return (self.codings, "coding"), (self.rejections, "rejection")


def preview(edit: CodebookEdit, base: Codebook, edits: Sequence[CodebookEdit], held: Held) -> Preview:
    """What the edit would do if it were the next entry of the log; it must be possible."""
    log = sorted(edits, key=lambda one: one.id)
    before = History(base, log)
    last = max([0, *(one.id for one in log), *(word.decision for word in held.judgements)])
    after = History(base, (*log, replace(edit, id=last + 1)))
    words = held.judgements
    meant = [_meant(word, before) for word in words]
    was, will = (_doubts(history, words, meant) for history in (before, after))
    new: dict[tuple[SegmentId, CodeId, str], bool] = {}  # two words on codes that are merged become one
    for earlier, doubt in zip(was, will, strict=True):
        if doubt is not None and earlier is None:
            key = doubt.segment, doubt.code, doubt.coder
            new[key] = new.get(key, False) or doubt.carries
    leaving = [one is not None and after.stands_as(one) is None for one in meant]
    codes = {before.today(one) for one in _touched(edit, before, after)} - {None}
    return Preview(
        codings=sum(new.values()),
        rejections=len(new) - sum(new.values()),
        coders=len({coder for _, _, coder in new}),
        sources=len({held.source_of.get(segment) for segment, _, _ in new}),
        settled=sum(
            earlier is not None and doubt is None and not gone
            for earlier, doubt, gone in zip(was, will, leaving, strict=True)
        ),
        leaving=sum(leaving),
        themes=len({one.theme for one in held.theme_codes if one.code in codes and one.verdict is not Cover.NO_CODE}),
        quoting=len(_quoting(before, after, held.suggestions)),
    )


def _touched(edit: CodebookEdit, before: History, after: History) -> Iterable[Identity | None]:
    """The codes that an edit acts on; of an undo, those of what it undoes."""
    if edit.undoes is None:
        return [before.now.find(code) for code in edit.codes]
    turned = before.acting ^ after.acting
    return [before.stands_as(one) for number in turned for one in after.named[number].codes]


def _quoting(before: History, after: History, suggestions: Iterable[Suggestion]) -> set[SegmentId]:
    """The segments with a suggestion that shows an example which no code has any more."""
    was, will = (_examples(history) for history in (before, after))
    out = was - will
    return {
        one.segment
        for one in suggestions
        if one.example in out or any(ground.quote in out for ground in (*one.accepted, *one.rejected))
    }


def _examples(history: History) -> set[str]:
    return {example for node in history.now.nodes.values() if node.here for example in node.code.examples}


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _verb(number: int, noun: str, verb: str) -> str:
    return f"{_some(number, noun)} {verb}{'s' if number == 1 else ''}"


def doubts_by_segment(doubts: Iterable[Doubt]) -> Mapping[SegmentId, tuple[Doubt, ...]]:
    """The doubts of each segment, segments in the order of their first: the worklist."""
    found: dict[SegmentId, tuple[Doubt, ...]] = {}
    for doubt in doubts:
        found[doubt.segment] = (*found.get(doubt.segment, ()), doubt)
    return found
