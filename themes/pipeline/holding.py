"""All that a study holds which another program can take, under today's names, and the GUIDs that its parts have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from themes.domain import (
    CodeAct,
    Codebook,
    CodebookEdit,
    CodeId,
    Coding,
    Decision,
    Memo,
    Segment,
    SegmentId,
    Source,
    SourceId,
    Study,
    Suggestion,
    Verdict,
)
from themes.exchange import Exchanged, ExchangedSource
from themes.exchange.guids import guid_of
from themes.exchange.kept import from_json
from themes.ingest import Kept, kept, reflowed
from themes.pipeline.coding import called_now, coded
from themes.pipeline.naming import MACHINE_USER
from themes.project import Project
from themes.review import current_names, effective, revised, standing_memos, translated

STEP = "import "
"""How the acts begin by which something came in."""

Said = tuple[SegmentId, CodeId, str]
"""A segment, a code as it is called today, and the coder who gave it."""


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came in: what it held, and what its parts are in the study today.

    `ties` are the numbers of the entries of the log behind each part, `codes` what its codes are called today, None for
    those that are gone; `sources` and `users` the id of each source, and the coder that each user is. `machine` are
    users that are no persons: what they say is said anew, if at all. `until` is the number of the log's last entry when
    it had come in.
    """

    exchanged: Exchanged
    ties: Mapping[str, tuple[int, ...]]
    codes: Mapping[str, CodeId | None]
    sources: Mapping[str, str]
    users: Mapping[str, str]
    machine: frozenset[str] = frozenset()
    until: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """What the study holds. `decisions` are all on codes that are there today, by number.

    `bounds` is the last word on where each coder's excerpt ends, `log` are the decisions that count.
    `first_names` are what codes were called at first, and by which edit they were made."""

    study: Study
    namespace: str
    sources: tuple[Source, ...]
    segments: Mapping[SegmentId, Segment]
    codebook: Codebook
    codings: tuple[Coding, ...]
    decisions: Mapping[int, Decision]
    bounds: Mapping[tuple[SegmentId, str], Decision]
    memos: tuple[Memo, ...]
    came: tuple[Came, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    log: tuple[Decision, ...] = ()
    first_names: Mapping[CodeId, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> dict[Said, Decision]:
        """The codings that stand, each with the decision that says so."""
        return {(one.segment, one.code, one.coder): self.decisions[one.decision] for one in self.codings}


def holding(study: Study, project: Project) -> Holding:
    """What the project of the study holds now."""
    now = coded(project)
    made = called_now(project.made(), now)
    log = translated(project.decisions(), Codebook(project.base_codes()), now.edits)
    counting = effective(log)
    last = {(one.segment, one.coder): one for one in counting if one.verdict is Verdict.BOUNDS}
    return Holding(
        study=study,
        namespace=project.imports.began(),
        sources=made.sources,
        segments={one.id: one for one in made.segments},
        codebook=now.codebook,
        codings=now.codings,
        decisions={one.id: one for one in log},
        bounds=last,
        memos=tuple(standing_memos(project.memos()).values()),
        came=tuple(_came(project)),
        suggestions=made.suggestions,
        log=tuple(counting),
        first_names=_first_names(Codebook(project.base_codes()), now.edits),
        provenance=made.provenance,
    )


def _first_names(base: Codebook, edits: tuple[CodebookEdit, ...]) -> dict[CodeId, str]:
    """By the path of each code today, what lasts through renames and moves."""
    history = revised(base, edits).history
    at_first = history.at(0)
    made = [(at_first, code.id, str(code.id)) for code in base.codes]
    for edit in edits:
        if edit.act in (CodeAct.ADD, CodeAct.SPLIT) and not edit.step.startswith(STEP):  # those came in with a GUID
            made += [(history.at(edit.id), code.id, f"{code.id}#{edit.id}") for code in edit.made]
    found: dict[CodeId, str] = {}
    for then, code, name in made:
        today = history.today(then.find(code))
        if today is not None:
            found.setdefault(today, name)
    return found


def _came(project: Project) -> Iterator[Came]:
    """Every file that came in; what two files know under two GUIDs has that of the first in both."""
    base, edits = Codebook(project.base_codes()), project.codebook_edits()
    added = {edit.id for edit in edits}
    known: dict[tuple[str, str], str] = {}
    for one in project.imports.all():
        ties = project.imports.ties(one.id)
        last = max((entry for entries in ties.values() for entry in entries if entry in added), default=one.after)
        names = current_names(base, edits, max(one.after, last))
        codes = {guid: names.get(CodeId(path)) for guid, path in one.codes.items()}
        again = {
            guid: known.setdefault((kind, name), guid)
            for kind, found in (("source", one.sources), ("code", codes), ("user", one.users))
            for guid, name in found.items()
            if name is not None
        }
        again = {guid: first for guid, first in again.items() if guid != first}
        exchanged = _renamed(from_json(one.exchanged), again) if again else from_json(one.exchanged)
        machine = frozenset(user.guid for user in exchanged.users if user.name == MACHINE_USER)
        yield Came(
            exchanged,
            ties,
            {again.get(guid, guid): code for guid, code in codes.items()},
            {again.get(guid, guid): name for guid, name in one.sources.items()},
            {again.get(guid, guid): name for guid, name in one.users.items()},
            machine,
            max((one.after, *(entry for entries in ties.values() for entry in entries))),
        )


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    """The part with other GUIDs in the place of some, however deep they stand."""
    if isinstance(part, str):
        return names.get(part, part)
    if isinstance(part, tuple):
        return tuple(_renamed(one, names) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _renamed(getattr(part, one.name), names) for one in fields(part)})
    return part


class Guids:
    """The GUID of each part of a study: that under which it came in, else one that is the same at every export."""

    def __init__(self, held: Holding) -> None:
        self._namespace, self._first_names = held.namespace, held.first_names
        self._users: dict[str, str] = {}
        self._codes: dict[CodeId, str] = {}
        self._sources: dict[str, str] = {}
        for came in held.came:
            for guid, coder in came.users.items():
                self._users.setdefault(coder, guid)
            for guid, code in came.codes.items():
                if code is not None:
                    self._codes.setdefault(code, guid)
            for guid, source in came.sources.items():
                self._sources.setdefault(source, guid)

    def user(self, coder: str) -> str:
        """That of a coder."""
        return self._users.get(coder) or self.new("user", coder)

    def code(self, code: CodeId) -> str:
        """That of a code as it is called today."""
        return self._codes.get(code) or self.new("code", self._first_names.get(code, code))

    def source(self, source: str) -> str:
        """That of a source."""
        return self._sources.get(source) or self.new("source", source)

    def new(self, kind: str, *words: object) -> str:
        """That of a part which did not come in: the same for the same words."""
        return guid_of(self._namespace, kind, "\x1f".join(map(str, words)))


Frame = tuple[ExchangedSource, Kept]
"""A source as it came in, and the places of its words."""


def frames(held: Holding) -> dict[str, Frame]:
    """The sources that came in and are as they came, by the id that they have in the study."""
    texts = {source.id: source.text for source in held.sources}
    found: dict[str, Frame] = {}
    for came in held.came:
        for source in came.exchanged.sources:
            name = came.sources.get(source.guid, "")
            if name in texts and name not in found:
                words = reflowed(kept(source.text or ""), texts[SourceId(name)])
                if words is not None:
                    found[name] = (source, words)
    return found
