"""A study as other programs take it: people's codings as theirs, what came in as it came as long as it stands.

A selection that came in goes out as it was while everything that it says stands: each of its codings, and the excerpt's
bounds. What else stands goes out as new selections, a segment or its excerpt each. Nothing is made up: what no program
takes is counted in `left`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from themes import __version__
from themes.domain import Code, CodeId, Decision, SegmentId, Source, Verdict
from themes.exchange import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Link,
    Lost,
    Note,
    Selection,
    User,
    Value,
    Variable,
)
from themes.ingest import kept
from themes.pipeline import machine, naming
from themes.pipeline.holding import Came, Frame, Guids, Holding, Said, frames
from themes.pipeline.naming import described
from themes.pipeline.notes import Notes
from themes.pipeline.told import told_cases, told_values

ORIGIN = f"themes {__version__}"


@dataclass(slots=True)
class Outgoing:
    """What goes out, while it is put together; `covered` are the codings that selections say which came in,
    `written` the GUIDs of parts that went out already."""

    held: Holding
    guids: Guids
    frames: Mapping[str, Frame]
    notes: Notes
    said: Mapping[Said, Decision]
    covered: set[Said] = field(default_factory=set)
    selections: dict[str, list[Selection]] = field(default_factory=lambda: defaultdict(list))
    users: dict[str, User] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    written: set[str] = field(default_factory=set)


def exchanged_of(
    held: Holding, own_notes: Sequence[Note] = (), *, suggestions: bool = False
) -> tuple[Exchanged, tuple[Lost, ...]]:
    """The study as one project, and what of it no such project says.

    `own_notes` are what the program tells of the study as a whole. With `suggestions` the machine is one of the users.
    """
    guids = Guids(held)
    out = Outgoing(held, guids, frames(held), Notes(held, guids), held.said)
    for came in held.came:
        _as_they_came(out, came)
    _as_they_stand(out)
    for segment in out.notes.segments:
        _noted(out, segment)
    of_machine = tuple(_suggested(out)) if suggestions else ()
    codes = tuple(_codes(out))
    sources = _in_order(held, (*(_source(out, source) for source in held.sources), *_without_words(out)))
    cases = _cases(out)
    told = out.notes.written((*of_machine, *own_notes))
    first = held.came[0].exchanged if len(held.came) == 1 else Exchanged("")
    project = Exchanged(
        held.study.title,
        ORIGIN,
        users=_users(out, told),
        codes=codes,
        variables=_variables(out, (*sources, *cases)),
        cases=cases,
        sources=sources,
        notes=told,
        links=_once(chain.from_iterable(came.exchanged.links for came in held.came)),
        groups=_once(chain.from_iterable(came.exchanged.groups for came in held.came)),
        description=first.description,
        user=first.user,
        created=first.created,
        modified_by=first.modified_by,
        modified=first.modified,
        notes_on_project=out.notes.on_project(own_notes),
    )
    return project, tuple(_left(out))


Part = TypeVar("Part", Link, Group)


def _once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts without those that came in a second time."""
    found: dict[str, Part] = {}
    for one in parts:
        found.setdefault(one.guid, one)
    return tuple(found.values())


def _in_order(held: Holding, sources: Sequence[ExchangedSource]) -> tuple[ExchangedSource, ...]:
    """The sources in the order in which they came in, and those of the study after them."""
    guids = [source.guid for came in held.came for source in came.exchanged.sources]
    places = {guid: place for place, guid in reversed(list(enumerate(guids)))}
    return tuple(sorted(sources, key=lambda one: places.get(one.guid, len(places))))


# --- what came in ---


def _as_they_came(out: Outgoing, came: Came) -> None:
    for user in came.exchanged.users:
        if user.guid not in came.machine:
            out.users.setdefault(user.guid, user)
    for source in came.exchanged.sources:
        name = came.sources.get(source.guid, "")
        if name and name not in out.frames:
            out.left[ELSEWHERE] += len(source.selections)
        for selection in source.selections if name in out.frames else ():
            if selection.guid in out.written:
                continue
            out.written.add(selection.guid)
            standing = _standing(out, came, selection)
            if standing is not None:
                out.selections[name].append(_moved(standing, source, out.frames[name]))


def _standing(out: Outgoing, came: Came, selection: Selection) -> Selection | None:
    """The selection with its codings as far as they stand; None where it says nothing any more."""
    codings = []
    for coding in selection.codings:
        code, keys = _meaning(out, came, coding)
        if code is not None and all(key in out.said for key in keys) and _bounds_stand(out, came, coding):
            out.covered |= keys
            codings.append(replace(coding, code=out.guids.code(code), notes=out.notes.kept(coding.notes)))
        elif coding.user not in came.machine:
            out.left[CHANGED] += 1
    notes = out.notes.kept(selection.notes)
    if selection.codings and not codings and not notes:
        return None
    return replace(selection, codings=tuple(codings), notes=notes)


def _meaning(out: Outgoing, came: Came, coding: ExchangedCoding) -> tuple[CodeId | None, set[Said]]:
    """What a coding's code is called today, and the codings of segments that say it; none where no segment did."""
    entries = came.ties.get(coding.guid, ())
    if coding.user in came.machine:
        return None, set()
    if any(entry not in out.held.decisions for entry in entries):  # its code is gone
        return None, set()
    given = [out.held.decisions[entry] for entry in entries]
    keys = {(one.segment, one.code, one.coder) for one in given if one.code is not None}
    codes: set[CodeId | None] = {code for _, code, _ in keys} or {came.codes.get(coding.code)}
    return (next(iter(codes)) if len(codes) == 1 else None), keys


def _bounds_stand(out: Outgoing, came: Came, coding: ExchangedCoding) -> bool:
    """Whether nobody has moved the coder's excerpts of the segments since the coding came in."""
    entries = came.ties.get(coding.guid, ())
    given = [out.held.decisions[entry] for entry in entries if entry in out.held.decisions]
    last = [out.held.bounds.get((one.segment, one.coder)) for one in given]
    return all(one is None or one.id <= came.until for one in last)


def _moved(selection: Selection, source: ExchangedSource, frame: Frame) -> Selection:
    """The selection in the text that goes out, where that is another file's, its ends of lines written otherwise."""
    there, words = frame
    if source.text == there.text:
        return selection
    start, end = words.before(*kept(source.text or "").span(selection.start, selection.end))
    return replace(selection, start=start, end=end)


def _without_words(out: Outgoing) -> Iterator[ExchangedSource]:
    """The sources that came in without words, of which only what is written about them is carried."""
    for came in out.held.came:
        for source in came.exchanged.sources:
            if source.guid not in came.sources and source.guid not in out.written:
                out.written.add(source.guid)
                yield replace(
                    source,
                    notes=out.notes.kept(source.notes),
                    codings=tuple(_whole(out, came, source)),
                    selections=tuple(
                        one for one in (_standing(out, came, each) for each in source.selections) if one is not None
                    ),
                )


def _whole(out: Outgoing, came: Came, source: ExchangedSource) -> Iterator[ExchangedCoding]:
    for coding in source.codings:
        code = came.codes.get(coding.code)
        if code is not None:
            yield replace(coding, code=out.guids.code(code), notes=out.notes.kept(coding.notes))


# --- what stands besides ---


def _as_they_stand(out: Outgoing) -> None:
    """A selection for each segment and coder with codings that nothing which came in says."""
    acts: dict[tuple[SegmentId, str], list[Decision]] = defaultdict(list)
    for key, decision in out.said.items():
        if key[0] not in out.held.segments:
            out.left["a coding of a segment that is not in the study any more"] += 1
        elif key not in out.covered:
            acts[key[0], key[2]].append(decision)
    for (segment, coder), own in acts.items():
        user = _user(out, coder)
        start, end = _span(out, segment, coder)
        codings = tuple(
            ExchangedCoding(
                out.guids.new("coding", segment, coder, out.guids.code(one.code)),
                out.guids.code(one.code),
                user,
                one.at,
            )
            for one in own
            if one.code is not None
        )
        at = min(one.at for one in own)
        made = Selection(out.guids.new("selection", segment, coder), start, end, user=user, created=at, codings=codings)
        out.selections[out.held.segments[segment].source].append(made)


def _span(out: Outgoing, segment: SegmentId, coder: str = "") -> tuple[int, int]:
    """Where the coder's excerpt of the segment stands in the text that goes out."""
    whole = out.held.segments[segment]
    cut = out.held.bounds.get((segment, coder))
    span = cut.bounds if cut is not None and cut.bounds is not None else (whole.start, whole.end)
    frame = out.frames.get(whole.source)
    return frame[1].before(*span) if frame is not None else span


def _noted(out: Outgoing, segment: SegmentId) -> None:
    """A selection without a code, which carries the memos on a segment."""
    if segment not in out.held.segments:
        out.left["a memo on a segment that is not in the study any more"] += 1
        return
    start, end = _span(out, segment)
    notes = out.notes.of_segment(segment)
    made = Selection(out.guids.new("memos", segment), start, end, notes=notes)
    out.selections[out.held.segments[segment].source].append(made)


def _suggested(out: Outgoing) -> Iterator[Note]:
    """What the machine suggests, among the selections; gives the notes that go with it."""
    one = machine.user(out.guids)
    out.users.setdefault(one.guid, one)
    spans = {segment: _span(out, segment) for segment in out.held.segments}
    for segment, selection, note in machine.suggested(out.held, out.guids, spans):
        out.selections[out.held.segments[segment].source].append(selection)
        yield note


def _user(out: Outgoing, coder: str) -> str:
    guid = out.guids.user(coder)
    out.users.setdefault(guid, User(guid, coder))
    return guid


def _users(out: Outgoing, notes: Iterable[Note]) -> tuple[User, ...]:
    for one in notes:
        if one.user and one.user not in out.users:
            out.users[one.user] = User(one.user, out.notes.names.get(one.user, ""))
    return tuple(out.users.values())


# --- codes ---


def _codes(out: Outgoing) -> Iterator[ExchangedCode]:
    came: dict[str, tuple[ExchangedCode, str]] = {}
    for one in out.held.came:
        named = naming.codes(one.exchanged.codes, ())
        for before in one.exchanged.codes:
            came.setdefault(before.guid, (before, described(named[before.guid].code)))
    for code in out.held.codebook.codes:
        guid = out.guids.code(code.id)
        parent = out.guids.code(code.parent) if code.parent else None
        notes = out.notes.of_code(code.id)
        earlier = came.get(guid)
        if earlier is None:
            yield ExchangedCode(guid, code.name, parent, described(code), notes=notes)
        else:
            yield _code(code, *earlier, parent, out.notes.kept(earlier[0].notes) + notes)


def _code(code: Code, before: ExchangedCode, said: str, parent: str | None, notes: tuple[str, ...]) -> ExchangedCode:
    """The code as it came in, with what was changed of it since."""
    same_name = naming.code_name(before.name) == code.name.removesuffix(")").rpartition(" (")[0] or (
        naming.code_name(before.name) == code.name
    )
    name = before.name if same_name else code.name
    description = before.description if described(code) == said else described(code)
    return replace(before, name=name, parent=parent, description=description, notes=notes)


# --- sources, and what is told of them ---


_TELLING = ("kind", "actor_group", "mission", "date", "period")
"""Columns that a person may have changed since the source came in."""


def _source(out: Outgoing, source: Source) -> ExchangedSource:
    guid = out.guids.source(source.id)
    selections = tuple(out.selections[source.id])
    notes = out.notes.of_source(source.id)
    frame = out.frames.get(source.id)
    if frame is None:
        values = tuple(Value(out.guids.new("variable", column), cell) for column, cell in told_values(source).items())
        name = source.title or (source.pseudonym if source.pseudonym != source.id else "") or source.id
        return ExchangedSource(guid, name, text=source.text, selections=selections, values=values, notes=notes)
    came = next(one for one in out.held.came if one.sources.get(frame[0].guid) == source.id)
    (row, *_) = naming.rows(frame[0], came.exchanged, ())
    changed = {
        column: cell
        for column, cell in told_values(source, case=True).items()
        if column in _TELLING and not row.get(column, "").startswith(cell)
    }
    values = tuple(Value(out.guids.new("variable", column), cell) for column, cell in changed.items())
    return replace(
        frame[0],
        guid=guid,
        selections=selections,
        codings=tuple(_whole(out, came, frame[0])),
        values=values + frame[0].values,
        notes=out.notes.kept(frame[0].notes) + notes,
    )


def _variables(out: Outgoing, parts: Iterable[ExchangedSource | Case]) -> tuple[Variable, ...]:
    """Those that came in, and a variable for each column of the list of sources that is told of one of the parts."""
    came = {one.guid: one for each in out.held.came for one in each.exchanged.variables}
    told = {value.variable for part in parts for value in part.values}
    for column, names in naming.SPELLINGS.items():
        guid = out.guids.new("variable", column)
        if guid in told:
            came.setdefault(guid, Variable(guid, names[0], "Date" if column == "date" else "Text"))
    return tuple(came.values())


def _cases(out: Outgoing) -> tuple[Case, ...]:
    came = {one.guid: one for each in out.held.came for one in each.exchanged.cases}
    new = told_cases([one for one in out.held.sources if one.id not in out.frames])
    made = (
        Case(
            out.guids.new("case", one.name, one.speaker, *(one.sources if one.speaker else ())),
            one.name,
            values=tuple(Value(out.guids.new("variable", column), cell) for column, cell in one.values.items()),
            sources=tuple(out.guids.source(source) for source in one.sources),
        )
        for one in new
    )
    return (*came.values(), *made)


# --- what no program takes ---

CHANGED = "a coding that came in and does not stand as it was"
ELSEWHERE = "a selection of a source that is not as it came in"
_WHY = {
    CHANGED: "what stands of it goes out with its segments",
    ELSEWHERE: "its text was changed, or is not listed any more; what stands goes out with its segments",
}
_UNSAID = {
    Verdict.REJECT: "a code that a coder rejected",
    Verdict.NO_CODE: "a segment that no code fits, by a coder's word",
    Verdict.FLAG: "a flag for discussion",
}


def _left(out: Outgoing) -> Iterator[Lost]:
    found = Counter(out.left)
    for one in out.held.log:
        if one.verdict in _UNSAID:
            found[_UNSAID[one.verdict]] += 1
    found["a memo on a candidate theme"] += out.notes.on_themes
    turns = (turn for source in out.held.sources for turn in source.turns)
    found["a turn's time in the recording"] += sum(turn.seconds is not None for turn in turns)
    yield from (
        Lost(what, number, _WHY.get(what, "a REFI-QDA project has no place for it"))
        for what, number in found.items()
        if number
    )
