"""A project as REFI-QDA can carry it, and what of it cannot be carried, item by item.

The writers write what `carried` gives and nothing else, so what it lists as lost is what is lost. Four things are only
put in other words and are not listed: a colour of three digits has six, a number has no exponent, codes stand in the
order of their tree, and a part that is named twice in a row of references is named once.

What the standard can hold is carried as it is: names that occur twice, selections that overlap, lie in each other or
are empty, control characters in the text of a source or note (it lies in a file of its own, where every position stays
right; its line ends are LF). Names, descriptions and values stand in XML, which has no room for most control
characters: U+FFFD stands for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from themes.exchange import values
from themes.exchange.exchanged import (
    ORIGIN,
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Group,
    Link,
    Lost,
    Medium,
    Note,
    Selection,
    Value,
    Variable,
)
from themes.exchange.guids import guid_of
from themes.exchange.leaving import NOT_THERE, Left, Part, changed, dyed, legible
from themes.exchange.text_files import TextFile, text_file

Spoken = TypeVar("Spoken", ExchangedSource, Note)

DIRECTIONS = ("Associative", "OneWay", "Bidirectional")

ELEMENT = {
    Medium.TEXT: "TextSource",
    Medium.PDF: "PDFSource",
    Medium.PICTURE: "PictureSource",
    Medium.AUDIO: "AudioSource",
    Medium.VIDEO: "VideoSource",
}
"""What a source is called in the file."""

HOLDERS = {Medium.TEXT: "TextSource", Medium.PDF: "Representation", Medium.PICTURE: "TextDescription"}
"""What holds the text of a source; sound and film have transcripts, which are tied to moments."""

DEEPEST = 150
"""How deep codes may lie in each other: common readers of XML refuse what lies 256 deep."""


class Form(StrEnum):
    """What is written: a whole project, its codes alone, or a project for QualCoder."""

    PROJECT = "qdpx"
    CODEBOOK = "qdc"
    QUALCODER = "qualcoder"


def carried(exchanged: Exchanged, form: Form = Form.PROJECT) -> tuple[Exchanged, tuple[Lost, ...]]:
    """The project as the form carries it, and what is lost by that; what comes out is carried whole another time."""
    left = Left()
    if form is Form.CODEBOOK:
        exchanged = _codes_alone(exchanged, left)
    named = _named(exchanged, left)
    used = {coding.code for coding in codings_of(exchanged)}
    made = replace(
        legible(named, "Project", left),
        origin=_origin(named.origin, left),
        user=left.one("User", "creatingUserGUID", named.user),
        modified_by=left.one("User", "modifyingUserGUID", named.modified_by),
        codes=tuple(_codes(exchanged.codes, named.codes, used, left)),
        variables=tuple(_variables(exchanged, named.variables, left)),
        sources=tuple(_source(source, left) for source in named.sources),
        notes=tuple(_annotated(note, "Note", left) for note in named.notes),
        users=tuple(legible(user, "User", left) for user in named.users),
        notes_on_project=left.all("Note", "NoteRef", named.notes_on_project),
    )
    written = {selection.guid for selection in selections_of(made)}
    made = replace(
        made,
        cases=tuple(_case(case, written, left) for case in named.cases),
        groups=tuple(_group(group, left) for group in named.groups),
    )
    made = replace(made, links=tuple(_links(named.links, made, left)))
    return made, left.lost()


def codings_of(exchanged: Exchanged) -> Iterator[ExchangedCoding]:
    """Every coding, of whole sources and of selections, in the order of the file."""
    for source in exchanged.sources:
        yield from source.codings
    for selection in selections_of(exchanged):
        yield from selection.codings


def selections_of(exchanged: Exchanged) -> Iterator[Selection]:
    """Every selection, in sources and then in notes."""
    for source in exchanged.sources:
        yield from source.selections
    for note in exchanged.notes:
        yield from note.selections


def _origin(came: str, left: Left) -> str:
    """The program that wrote the file, which is this one, whatever wrote what was read: positions are counted by it."""
    if came not in ("", ORIGIN):
        left.behind("origin", "the file names the program that wrote it, which is themes")
    return ORIGIN


def _codes_alone(exchanged: Exchanged, left: Left) -> Exchanged:
    """The codes with their descriptions, and the sets that hold codes: what a codebook carries."""
    why = "a codebook holds codes and sets of codes alone"
    for what, count in (
        ("User", len(exchanged.users)),
        ("Variable", len(exchanged.variables)),
        ("Case", len(exchanged.cases)),
        ("Source", len(exchanged.sources)),
        ("Selection", sum(1 for _ in selections_of(exchanged))),
        ("Coding", sum(1 for _ in codings_of(exchanged))),
        ("Note", len(exchanged.notes)),
        ("Link", len(exchanged.links)),
        ("Set", sum(1 for group in exchanged.groups if not group.codes)),
        ("MemberSource", sum(len(group.sources) for group in exchanged.groups if group.codes)),
        ("MemberNote", sum(len(group.notes) for group in exchanged.groups if group.codes)),
        ("Description", int(bool(exchanged.description))),
    ):
        left.behind(what, why, count)
    return Exchanged(
        name="",
        origin=exchanged.origin,
        codes=tuple(replace(code, notes=()) for code in exchanged.codes),
        groups=tuple(replace(group, sources=(), notes=()) for group in exchanged.groups if group.codes),
    )


def _named(exchanged: Exchanged, left: Left) -> Exchanged:
    """The project with every part under the GUID by which it is written; references are as they came."""
    return replace(
        exchanged,
        users=_all_named(exchanged.users, "User", left),
        codes=_all_named(exchanged.codes, "Code", left),
        variables=_all_named(exchanged.variables, "Variable", left),
        cases=_all_named(exchanged.cases, "Case", left),
        sources=tuple(_selections_named(source, "Source", left) for source in exchanged.sources),
        notes=tuple(_selections_named(note, "Note", left) for note in exchanged.notes),
        links=_all_named(exchanged.links, "Link", left),
        groups=_all_named(exchanged.groups, "Set", left),
    )


def _all_named(parts: Iterable[Part], kind: str, left: Left) -> tuple[Part, ...]:
    return tuple(changed(part, guid=left.guid(kind, getattr(part, "guid", ""))) for part in parts)


def _selections_named(part: Spoken, kind: str, left: Left) -> Spoken:
    (named,) = _all_named([part], kind, left)
    selections = tuple(
        changed(selection, codings=_all_named(selection.codings, "Coding", left))
        for selection in _all_named(part.selections, "Selection", left)
    )
    if isinstance(named, ExchangedSource):
        named = changed(named, codings=_all_named(named.codings, "Coding", left))
    return changed(named, selections=selections)


def _codes(
    came: Sequence[ExchangedCode], named: Sequence[ExchangedCode], used: set[str], left: Left
) -> Iterator[ExchangedCode]:
    """The codes, each after its parent; a code whose parent is not there, or below itself, stands at the top."""
    parents = dict(zip((code.guid for code in named), _parents(named, left), strict=True))
    original = dict(zip((code.guid for code in named), (code.guid for code in came), strict=True))
    below: dict[str, list[ExchangedCode]] = {}
    for code in named:
        below.setdefault(parents[code.guid], []).append(code)
    waiting = [(code, "", 1) for code in below.get("", [])[::-1]]
    while waiting:
        code, parent, depth = waiting.pop()
        deepest = depth == DEEPEST
        inside = below.get(code.guid, [])[::-1]
        left.behind(
            "parent of Code", f"it lies more than {DEEPEST} deep: it is written beside it", deepest * len(inside)
        )
        waiting.extend((child, parent if deepest else code.guid, depth + (not deepest)) for child in inside)
        codable = code.codable or original[code.guid] in used
        left.behind(
            "isCodable", "codings use a code that only groups others: it is written as codable", codable - code.codable
        )
        yield replace(
            legible(code, "Code", left),
            parent=parent or None,
            colour=dyed(code.colour, "Code", left),
            codable=codable,
            notes=left.all("Note", "NoteRef", code.notes),
        )


def _parents(codes: Sequence[ExchangedCode], left: Left) -> Iterator[str]:
    """The parent of each code in turn, or nothing; where codes lie in a circle, its first one stands at the top."""
    parents = {code.guid: left.one("Code", "parent of Code", code.parent or "") for code in codes}
    sound: set[str] = set()
    for code in codes:
        path: list[str] = []
        at = code.guid
        while at and at not in sound:
            if at in path:
                left.behind("parent of Code", "the code would lie below itself")
                parents[at] = ""
                break
            path.append(at)
            at = parents[at]
        sound.update(path)
    return (parents[code.guid] for code in codes)


def _variables(exchanged: Exchanged, named: Sequence[Variable], left: Left) -> Iterator[Variable]:
    """The variables; one with a value that its kind does not allow is written as text."""
    found: dict[str, set[str]] = {}
    given = [value for case in exchanged.cases for value in case.values]
    given += [value for source in exchanged.sources for value in source.values]
    for value in given:
        found.setdefault(value.variable, set()).add(value.value)
    for came, variable in zip(exchanged.variables, named, strict=True):
        kind = variable.kind if variable.kind in values.KINDS else "Text"
        if not all(values.fits(kind, value) for value in found.get(came.guid, ())):
            kind = "Text"
        if kind != variable.kind:
            left.behind("typeOfVariable", "there are values that are none of this type: it is written as Text")
        left.kinds[variable.guid] = kind
        yield replace(legible(variable, "Variable", left), kind=kind)


def _values(came: Sequence[Value], left: Left) -> Iterator[Value]:
    for value in came:
        variable = left.one("Variable", "VariableValue", value.variable)
        if not variable:
            continue
        words = legible(value, "VariableValue", left)
        number = left.kinds[variable] == "Float" and words.value
        yield Value(variable, values.decimal(words.value) if number else words.value)


def _source(source: ExchangedSource, left: Left) -> ExchangedSource:
    kind = ELEMENT[source.medium]
    if source.medium is Medium.TEXT and source.text is None:
        left.behind(kind, "its text is not known: it is written as a source without words")
        source = replace(source, text="")
    if source.medium is not Medium.TEXT:
        left.behind(kind, "the file itself is not carried, only what is known of it")
    if source.medium not in HOLDERS and source.text is not None:
        left.behind(f"text of {kind}", "REFI-QDA ties such a text to moments, which are not known")
        source = replace(source, text=None)
    made = _annotated(source, kind, left)
    return replace(
        made,
        path="" if made.text is None else f"internal://{text_guid(made)}.txt",
        codings=tuple(_codings(source.codings, left)),
        values=tuple(_values(source.values, left)),
        notes=left.all("Note", "NoteRef", source.notes),
    )


def text_guid(source: ExchangedSource) -> str:
    """The GUID of what holds the text: the source itself, or the element in it that does."""
    return source.guid if source.medium is Medium.TEXT else guid_of("REFI-QDA", HOLDERS[source.medium], source.guid)


def _annotated(part: Spoken, what: str, left: Left) -> Spoken:
    """The part with its text as a file holds it, and the selections that lie in it."""
    file = None if part.text is None else _text(part.text, what, left)
    selections = (_selection(selection, file, left) for selection in part.selections)
    return changed(
        _signed(legible(part, what, left), left),
        text=None if file is None else file.text,
        selections=tuple(selection for selection in selections if selection is not None),
    )


def _text(text: str, what: str, left: Left) -> TextFile:
    file = text_file(text)
    if file.marks:
        left.behind("byte order mark", f"readers would not count the one that begins a {what}: it is left out")
    if file.returns:
        left.behind(f"line ends of {what}", "they are written as LF, since programs count CR LF as one or as two")
    if file.halves:
        left.behind(f"text of {what}", "it has halves of surrogate pairs: U+FFFD stands for each")
    return file


def _signed(part: Part, left: Left) -> Part:
    """The part with users who are in the project."""
    by = {"creatingUser": getattr(part, "user", ""), "modifyingUser": getattr(part, "modified_by", "")}
    user, modified_by = (left.one("User", what, came) for what, came in by.items())
    return changed(part, user=user, modified_by=modified_by)


def _selection(selection: Selection, file: TextFile | None, left: Left) -> Selection | None:
    place = None if file is None else file.place(selection.start, selection.end)
    if place is None:
        why = "its positions do not lie in the text" if file else "there is no text to select from"
        left.behind("PlainTextSelection", why)
        left.behind("Coding", "the selection that it belongs to is lost", len(selection.codings))
        return None
    return changed(
        _signed(legible(selection, "PlainTextSelection", left), left),
        start=place[0],
        end=place[1],
        codings=tuple(_codings(selection.codings, left)),
        notes=left.all("Note", "NoteRef", selection.notes),
    )


def _codings(came: Sequence[ExchangedCoding], left: Left) -> Iterator[ExchangedCoding]:
    for coding in came:
        code = left.one("Code", "Coding", coding.code)
        if code:
            user = left.one("User", "creatingUser", coding.user)
            yield changed(coding, code=code, user=user, notes=left.all("Note", "NoteRef", coding.notes))


def _case(case: Case, selections: set[str], left: Left) -> Case:
    chosen = left.all("Selection", "SelectionRef", case.selections)
    left.behind("SelectionRef", "the selection is lost", sum(guid not in selections for guid in chosen))
    return replace(
        legible(case, "Case", left),
        values=tuple(_values(case.values, left)),
        sources=left.all("Source", "SourceRef", case.sources),
        codes=left.all("Code", "CodeRef", case.codes),
        selections=tuple(guid for guid in chosen if guid in selections),
    )


def _group(group: Group, left: Left) -> Group:
    return replace(
        legible(group, "Set", left),
        codes=left.all("Code", "MemberCode", group.codes),
        sources=left.all("Source", "MemberSource", group.sources),
        notes=left.all("Note", "MemberNote", group.notes),
    )


def _links(came: Sequence[Link], made: Exchanged, left: Left) -> Iterator[Link]:
    """The links whose two ends are written."""
    ends = _any_kind(left.known)
    written = guids_of(made)
    for link in came:
        origin, target = ends.get(link.origin, ""), ends.get(link.target, "")
        if not (origin in written and target in written):
            left.behind("Link", NOT_THERE)
            continue
        if link.direction not in DIRECTIONS:
            left.behind("direction of Link", f"it is none of {', '.join(DIRECTIONS)}: it is written as Associative")
        yield replace(
            legible(link, "Link", left),
            origin=origin,
            target=target,
            direction=link.direction if link.direction in DIRECTIONS else "Associative",
            colour=dyed(link.colour, "Link", left),
            notes=left.all("Note", "NoteRef", link.notes),
        )


def _any_kind(known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    ends: dict[str, str] = {}
    for guids in known.values():
        ends = {**guids, **ends}
    return ends


def guids_of(exchanged: Exchanged) -> set[str]:
    """The GUIDs of all parts but links."""
    parts: list[Any] = [*exchanged.users, *exchanged.codes, *exchanged.variables, *exchanged.cases, *exchanged.groups]
    parts += [*exchanged.sources, *exchanged.notes, *selections_of(exchanged), *codings_of(exchanged)]
    return {part.guid for part in parts}
