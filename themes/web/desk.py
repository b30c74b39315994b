"""The study on the desk: the open project file, what the last run made, and what each coder has said so far.

Everything is recorded before it is answered. What other programs write to the file in the meantime is taken in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from themes.domain import (
    Audit,
    Codebook,
    CodebookEdit,
    Decision,
    Judgement,
    Memo,
    SegmentId,
    Source,
    SourceId,
    Study,
    SubjectKind,
    Suggestion,
)
from themes.errors import DecisionError
from themes.prevalence import PrevalenceOptions
from themes.project import FILE_NAME, Draw, LogEntry, Project
from themes.review import Coder, Doubt, ReviewOptions, doubts_of, standing_memos, translated
from themes.web.drawn import Drawn, drawn_in
from themes.web.memory import Memory, remembered
from themes.web.naming import Called, called

_KEPT_BACKUPS, _SOURCES_AT_HAND = 10, 12

Memos = Mapping[tuple[SubjectKind, str, str], Memo]
"""The memos that stand, by (kind, subject, coder)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the app is told when it starts: the study, how the review and the audit go, and who codes."""

    study: Study
    options: ReviewOptions
    coder: str
    team: bool = False
    prevalence: PrevalenceOptions = field(default_factory=PrevalenceOptions)

    @property
    def reflexive(self) -> bool:
        """Whether the study asks for interpretation, without scores and agreement."""
        return self.study.approach == "reflexive"


class Desk:
    """The study as the app works on it. Used by one thread."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.path = terms.study.folder / FILE_NAME
        self.project = Project(self.path)
        self.memory: Memory = remembered(self.path)
        self.log: list[LogEntry] = []
        self.draws: dict[str, list[Draw]] = {}
        self._coders: dict[str, Coder] = {}
        self._memos: list[Memo] = []
        self._standing: Memos = {}
        self._sources: dict[SourceId, Source] = {}
        self._seen = self.project.changed_elsewhere()
        self._made_from = dict(self.memory.fingerprints)
        self._renewing: asyncio.Task[None] | None = None
        self._doubts: tuple[int, tuple[Doubt, ...]] = (-1, ())
        self._audits: tuple[Audit, ...] | None = None
        self.blind: dict[str, tuple[object, Drawn, Drawn]] = {}
        self.estimated: dict[object, asyncio.Future[Any]] = {}
        self._audited: tuple[tuple[Audit, ...], Memory, Drawn] | None = None
        self.called: Called = called(self.memory, ())
        self._take_in(self.project.since(0))

    def close(self) -> None:
        """Closes the file."""
        self.project.close()

    # --- what stands ---

    def coder(self, name: str) -> Coder:
        """The work of one coder, empty for somebody new."""
        if name not in self._coders:
            self._coders[name] = Coder(name)
        return self._coders[name]

    @property
    def coders(self) -> tuple[str, ...]:
        """Everybody who has said anything, in the order in which they began."""
        return tuple(name for name, coder in self._coders.items() if coder.said)

    def memos(self) -> Memos:
        """The memos that stand."""
        return self._standing

    def drawn(self, coder: str) -> list[Draw]:
        """Everything that was drawn for the coder, oldest first."""
        if coder not in self.draws:
            self.draws[coder] = list(self.project.draws(coder))
        return self.draws[coder]

    @property
    def audits(self) -> tuple[Audit, ...]:
        """The audits of the study, oldest first."""
        if self._audits is None:
            self.look_for_audits()
        return self._audits or ()

    @property
    def audited(self) -> Drawn:
        """What the study's audits drew, as a draw for whoever comes to it, in the order to serve."""
        if self._audited is None or self._audited[0] != self.audits or self._audited[1] is not self.memory:
            self._audited = self.audits, self.memory, drawn_in(self.project, self.audits, self.memory)
        return self._audited[2]

    def look_for_audits(self) -> None:
        """Takes in what was drawn by now."""
        self._audits = self.project.audits.all()

    def judgements(self) -> Iterator[Judgement]:
        """Every coder's latest word on every segment and code, under today's names."""
        for coder in self._coders.values():
            yield from coder.judgements()

    def last_edit(self) -> int:
        """The number of the last edit of the codebook; 0 where there is none."""
        return max((entry.id for entry in self.log if isinstance(entry, CodebookEdit)), default=0)

    def last_number(self) -> int:
        """The number of the log's last entry."""
        return self.log[-1].id if self.log else 0

    def source(self, source: SourceId) -> Source:
        """One source with its turns; the last few are kept at hand."""
        if source not in self._sources:
            if len(self._sources) >= _SOURCES_AT_HAND:
                self._sources.pop(next(iter(self._sources)))
            self._sources[source] = self.project.reading.source(source)
        return self._sources[source]

    def suggestions(self, segment: SegmentId) -> tuple[Suggestion, ...]:
        """What is suggested for the segment, best first, under today's names of codes."""
        return self.called.suggestions(self.project.reading.suggestions(segment))

    def doubts(self) -> tuple[Doubt, ...]:
        """The words of coders that edits of the codebook have put in doubt."""
        revised = self.called.revised
        if revised.log and self._doubts[0] != self.last_number():
            words = (word for coder in self._coders.values() for word in coder.judgements())
            self._doubts = self.last_number(), doubts_of(words, revised.history)
        return self._doubts[1]

    def doubts_on(self, coder: Coder, segment: SegmentId) -> tuple[Doubt, ...]:
        """Those of the coder's words on one segment."""
        revised = self.called.revised
        return doubts_of(coder.judgements(segment), revised.history) if revised.log else ()

    # --- what is recorded ---

    def record(self, entries: Sequence[LogEntry], step: str) -> tuple[LogEntry, ...]:
        """The entries of one act as they stand in the log; a step that was seen before gives what it gave then."""
        recorded = self.project.record_step(entries, step)
        self._take_in(self.project.since(self.last_number()))  # with what another program wrote just before
        return recorded

    def draw(self, draws: Sequence[Draw]) -> None:
        """Notes what was drawn, before anybody sees it."""
        self.project.record_draws(draws)
        for coder in {draw.coder for draw in draws}:
            self.draws[coder] = list(self.project.draws(coder))

    def back_up(self) -> None:
        """A copy of the file before an act on many things at once; the oldest copies make room."""
        folder = self.path.parent / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.project.back_up(folder / f"study-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.themes")
        copies = sorted(folder.glob("study-*.themes"))
        cut_short = folder.glob("study-*.part")
        for old in (*copies[:-_KEPT_BACKUPS], *cut_short):
            old.unlink(missing_ok=True)

    # --- what others write ---

    def catch_up(self) -> None:
        """Takes in what other programs have written since: decisions at once, what a run made as soon as it is read."""
        now = self.project.changed_elsewhere()
        if now == self._seen:
            return
        self._seen = now
        self._audits = None
        self._take_in(self.project.since(self.last_number()))
        if self.project.fingerprints() != self._made_from and self._renewing is None:
            self._renewing = asyncio.ensure_future(self.renew())

    async def renew(self) -> None:
        """What the last run made, read anew beside the work."""
        try:
            self.memory = await asyncio.to_thread(remembered, self.path)
            self._made_from = dict(self.memory.fingerprints)
            self._sources.clear()
            self._rename()
        finally:
            self._renewing = None

    def _take_in(self, entries: Sequence[LogEntry]) -> None:
        self.log += entries
        memos = [entry for entry in entries if isinstance(entry, Memo)]
        if memos:
            self._memos += memos
            self._standing = standing_memos(self._memos)
        for name in {entry.coder for entry in entries}:
            self.coder(name)
        for coder in self._coders.values():
            coder.history.add(entries)
        decisions = [entry for entry in entries if isinstance(entry, Decision)]
        edited = any(isinstance(entry, CodebookEdit) for entry in entries)
        if edited or (self.called.revised.log and any(entry.undoes for entry in decisions)):
            self._rename()
        else:
            for coder in self._coders.values():
                coder.hear(decisions)

    def _rename(self) -> None:
        """Everything under the names that codes have by now."""
        edits = [entry for entry in self.log if isinstance(entry, CodebookEdit)]
        self.called = called(self.memory, edits)
        decisions = [entry for entry in self.log if isinstance(entry, Decision)]
        if edits:
            decisions = list(translated(decisions, Codebook(self.memory.base_codes), edits))
        for coder in self._coders.values():
            coder.forget()
            coder.hear(decisions)


def must_be_known(memory: Memory, segment: str) -> SegmentId:
    """The id of a segment of the study; DecisionError where it has none of that id."""
    if segment not in memory.place:
        raise DecisionError("This segment is not in the study any more.", "Load the page again.")
    return SegmentId(segment)


def cloud_folder(folder: Path) -> str:
    """The name of the cloud service that keeps this folder in step, as far as its path tells; else empty."""
    signs = {
        "dropbox": "Dropbox",
        "onedrive": "OneDrive",
        "mobile documents": "iCloud Drive",
        "icloud drive": "iCloud Drive",
        "google drive": "Google Drive",
        "googledrive": "Google Drive",
        "my drive": "Google Drive",
        "nextcloud": "Nextcloud",
        "owncloud": "ownCloud",
        "seafile": "Seafile",
        "syncthing": "Syncthing",
    }
    for part in folder.absolute().parts:
        for sign, service in signs.items():
            if part.casefold() == sign or part.casefold().startswith((f"{sign} -", f"{sign}-")):
                return service
    return ""
