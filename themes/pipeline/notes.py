"""Memos as notes of other programs; one that came in as a note goes out as that note while it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from themes.domain import CodeId, Memo, SegmentId, SubjectKind
from themes.exchange import Note
from themes.pipeline.holding import Guids, Holding
from themes.pipeline.noted import OWN


class Notes:
    """The notes that go out: those that came in and stand, and one for each other memo that stands.

    `segments` are those that new notes are about. `on_themes` counts memos on candidate themes, which have no place.
    """

    def __init__(self, held: Holding, guids: Guids) -> None:
        self._guids = guids
        self._came: dict[str, Note] = {}
        standing = {memo.id for memo in held.memos}
        said: set[int] = set()
        for came in held.came:
            for note in came.exchanged.notes:
                entries = {*came.ties.get(note.guid, ())}
                if not note.name.startswith(OWN) and entries <= standing:
                    self._came.setdefault(note.guid, note)
                    said |= entries
        self._project = tuple(dict.fromkeys(one for came in held.came for one in came.exchanged.notes_on_project))
        self._new: dict[tuple[SubjectKind, str], list[Memo]] = defaultdict(list)
        for memo in held.memos:
            if memo.id not in said:
                self._new[memo.kind, memo.subject].append(memo)
        self.names = {guids.user(memo.coder): memo.coder for own in self._new.values() for memo in own}
        self.on_themes = sum(len(own) for (kind, _), own in self._new.items() if kind is SubjectKind.THEME)

    @property
    def segments(self) -> list[SegmentId]:
        """The segments that new notes are about."""
        return [SegmentId(subject) for kind, subject in self._new if kind is SubjectKind.SEGMENT]

    def kept(self, notes: Iterable[str]) -> tuple[str, ...]:
        """Those of the notes that stand."""
        return tuple(note for note in notes if note in self._came)

    def of_segment(self, segment: SegmentId) -> tuple[str, ...]:
        """The new notes on a segment."""
        return self._of(SubjectKind.SEGMENT, segment)

    def of_code(self, code: CodeId) -> tuple[str, ...]:
        """The new notes on a code."""
        return self._of(SubjectKind.CODE, code)

    def of_source(self, source: str) -> tuple[str, ...]:
        """The new notes on a source."""
        return self._of(SubjectKind.SOURCE, source)

    def on_project(self, own: Sequence[Note]) -> tuple[str, ...]:
        """The notes on the project as a whole, with those that the program adds."""
        new = self._of(SubjectKind.STUDY, "")
        return (*self.kept(self._project), *new, *(note.guid for note in own))

    def written(self, own: Sequence[Note]) -> tuple[Note, ...]:
        """Every note that goes out."""
        new = (
            Note(self._guid(memo), memo.text, user=self._guids.user(memo.coder), created=memo.at)
            for (kind, _), memos in self._new.items()
            if kind is not SubjectKind.THEME
            for memo in memos
        )
        return (*self._came.values(), *new, *own)

    def _of(self, kind: SubjectKind, subject: str) -> tuple[str, ...]:
        return tuple(self._guid(memo) for memo in self._new.get((kind, subject), ()))

    def _guid(self, memo: Memo) -> str:
        return self._guids.new("note", memo.kind, memo.subject, memo.coder)
