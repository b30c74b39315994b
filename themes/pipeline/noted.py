"""Notes of other programs as memos: what each is about in the study, and whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from themes.domain import CodeId, Memo, SubjectKind
from themes.exchange import Exchanged, ExchangedSource, Note
from themes.pipeline.excerpts import Read
from themes.pipeline.naming import SOMEBODY
from themes.review import standing_memos

OWN = "themes: "
"""How the names of notes begin that the program wrote for itself."""

Subject = tuple[SubjectKind, str]
Written = tuple[tuple[str, ...], Memo]
"""A memo, with the GUIDs of the notes that it is made from."""


def subjects(
    exchanged: Exchanged, ids: Mapping[str, str], codes: Mapping[str, CodeId], read: Mapping[str, Read]
) -> dict[str, list[Subject]]:
    """What each note (by its GUID) is about, as far as the study has it; of the study, where nothing names it."""
    about: dict[str, list[Subject]] = defaultdict(list)
    for note in exchanged.notes_on_project:
        about[note].append((SubjectKind.STUDY, ""))
    for note, code in ((note, one.guid) for one in exchanged.codes for note in one.notes):
        about[note].append((SubjectKind.CODE, codes[code]))
    for source in exchanged.sources:
        for note in source.notes if source.guid in ids else ():
            about[note].append((SubjectKind.SOURCE, ids[source.guid]))
        for note, segment in _on_segments(source, read.get(source.guid)):
            about[note].append((SubjectKind.SEGMENT, segment))
    named = _named(exchanged)
    for one in exchanged.notes:
        if one.guid not in named and one.guid not in about:
            about[one.guid].append((SubjectKind.STUDY, ""))
    return about


def _named(exchanged: Exchanged) -> set[str]:
    """Every note that some part names, whether the study has the part or not."""
    stretches = [one for source in exchanged.sources for one in source.selections]
    codings = chain(
        (coding for one in stretches for coding in one.codings),
        (coding for source in exchanged.sources for coding in source.codings),
    )
    groups = (exchanged.links, exchanged.groups, exchanged.sources, stretches, codings)
    return {note for group in groups for one in group for note in one.notes}


def _on_segments(source: ExchangedSource, read: Read | None) -> Iterator[tuple[str, str]]:
    """Each note on a stretch of the source, with the first segment that the stretch speaks of."""
    for selection in source.selections if read is not None else ():
        notes = (*selection.notes, *(note for coding in selection.codings for note in coding.notes))
        within = read.within(selection.start, selection.end) if notes and read is not None else []
        yield from ((note, within[0][0].id) for note in notes if within)


@dataclass(frozen=True, slots=True)
class Writers:
    """Who wrote notes, by the GUIDs of users; when they came in, for those without a date; the act that brings them."""

    users: Mapping[str, str]
    at: datetime
    step: str

    def of(self, note: Note) -> str:
        """The coder who wrote it; the only user of a file that does not say."""
        only = next(iter(self.users.values())) if len(self.users) == 1 else SOMEBODY
        return self.users.get(note.user) or only


def memos(
    exchanged: Exchanged, about: Mapping[str, Sequence[Subject]], writers: Writers, before: Iterable[Memo]
) -> tuple[list[Written], int]:
    """The notes as memos of whoever wrote them, several on one subject as one; and how many are about nothing here.

    What a coder has noted on a subject `before` stays, with the new words below it.
    """
    standing = standing_memos(before)
    gathered: dict[tuple[SubjectKind, str, str], list[Note]] = defaultdict(list)
    unsaid = 0
    for note in exchanged.notes:
        if note.name.startswith(OWN) or not memo_text(note):
            continue
        unsaid += not about.get(note.guid)
        for kind, subject in dict.fromkeys(about.get(note.guid, ())):
            gathered[kind, subject, writers.of(note)].append(note)
    found: list[Written] = []
    for (kind, subject, coder), notes in gathered.items():
        text = "\n\n".join(memo_text(note) for note in notes)
        earlier = standing.get((kind, subject, coder))
        if earlier is not None and earlier.text == text:
            continue
        at = max(note.modified or note.created or writers.at for note in notes)
        whole = f"{earlier.text}\n\n{text}" if earlier is not None else text
        step = f"{writers.step} {kind} {subject} {coder}"
        found.append((tuple(note.guid for note in notes), Memo(0, at, coder, kind, subject, whole, step=step)))
    return sorted(found, key=lambda one: one[1].at), unsaid


def memo_text(note: Note) -> str:
    """A note as one text; its name stands above it where the text does not begin with it."""
    name, text = note.name.strip(), note.text.strip()
    return text if not name or text.startswith(name.rstrip(".… ")) else f"{name}\n\n{text}".strip()
