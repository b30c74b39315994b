"""A REFI-QDA 1.5 project (.qdpx) or codebook (.qdc) from what is exchanged: the same parts give the same bytes.

Source: REFI-QDA 1.5, sections 7 to 13 and its two schemas. Every text lies in a file of its own under `sources/`, named
by the GUID of its source or note, in UTF-8 without a byte order mark; positions count its code points from 0, the end
left out. Moments are in universal time. What is written is checked before it is given; `what_is_lost` says beforehand
what the form cannot carry.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from themes.errors import CodebookError, ExchangeError
from themes.exchange.carrying import ELEMENT, HOLDERS, Form, carried, text_guid
from themes.exchange.checking import Problem, check, check_codebook
from themes.exchange.exchanged import (
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
    User,
    Value,
    Variable,
)
from themes.exchange.for_qualcoder import for_qualcoder
from themes.exchange.shapes import CODEBOOK, PROJECT
from themes.exchange.values import moment
from themes.exchange.written_markup import Element, wrapped, written

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST = datetime(2107, 12, 31, tzinfo=UTC)
"""Between them lie the moments that a zip archive can hold."""


def what_is_lost(exchanged: Exchanged, form: Form = Form.PROJECT) -> tuple[Lost, ...]:
    """What the form cannot carry of the project, item by item; nothing is written."""
    if form is Form.QUALCODER:
        adapted, unread = for_qualcoder(exchanged)
        return (*unread, *carried(adapted)[1])
    return carried(exchanged, form)[1]


def qdpx(exchanged: Exchanged, form: Form = Form.PROJECT) -> bytes:
    """The project as a .qdpx archive, for any program or for QualCoder, which needs some of it in other words.

    Raises ExchangeError where the result does not pass our own check.
    """
    project, _ = carried(for_qualcoder(exchanged)[0] if form is Form.QUALCODER else exchanged)
    qde = written(_project(project), PROJECT)
    files = {f"sources/{guid}.txt": text.encode() for guid, text in _texts(project)}
    _hold(check(qde, files), ".qdpx")
    return _zipped({"project.qde": qde, **(files or {"sources/": b""})}, project.modified or project.created)


def qdc(exchanged: Exchanged) -> bytes:
    """The codes and the sets of codes as a .qdc codebook; raises CodebookError where there are no codes."""
    if not exchanged.codes:
        raise CodebookError("The codebook has no codes, and a .qdc cannot be empty.", "Make at least one code.")
    codebook, _ = carried(exchanged, Form.CODEBOOK)
    groups = [_group(group, "guid") for group in codebook.groups]
    root = Element(
        "CodeBook",
        {"origin": codebook.origin},
        (Element("Codes", children=_codes(codebook.codes)), *wrapped("Sets", groups)),
    )
    result = written(root, CODEBOOK)
    _hold(check_codebook(result), ".qdc")
    return result


def _hold(problems: Sequence[Problem], form: str) -> None:
    if problems:
        first = problems[0]
        raise ExchangeError(
            f"The {form} would not be sound ({first.where}: {first.what}; {len(problems)} problems in all).",
            "Nothing was written. This is a fault of the program: report it with these words.",
        )


def _texts(project: Exchanged) -> Iterator[tuple[str, str]]:
    """The GUID and the words of every text that has a file."""
    for source in project.sources:
        if source.text is not None:
            yield text_guid(source), source.text
    for note in project.notes:
        yield note.guid, note.text


def _zipped(files: Mapping[str, bytes], when: datetime | None) -> bytes:
    """The archive, with one moment for all its files: that of the project, or the first that an archive can hold."""
    stamp = min(max(when.astimezone(UTC), _EARLIEST), _LATEST) if when else _EARLIEST
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o40755 if entry.is_dir() else 0o100644) << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def _project(project: Exchanged) -> Element:
    codes = wrapped("CodeBook", wrapped("Codes", _codes(project.codes)))
    kinds = {variable.guid: variable.kind for variable in project.variables}
    attributes = {
        "name": project.name,
        "origin": project.origin,
        "creatingUserGUID": project.user or None,
        "creationDateTime": moment(project.created),
        "modifyingUserGUID": project.modified_by or None,
        "modifiedDateTime": moment(project.modified),
    }
    children = (
        *wrapped("Users", [_user(user) for user in project.users]),
        *codes,
        *wrapped("Variables", [_variable(variable) for variable in project.variables]),
        *wrapped("Cases", [_case(case, kinds) for case in project.cases]),
        *wrapped("Sources", [_source(source, kinds) for source in project.sources]),
        *wrapped("Notes", [_note(note) for note in project.notes]),
        *wrapped("Links", [_link(link) for link in project.links]),
        *wrapped("Sets", [_group(group, "targetGUID") for group in project.groups]),
        *_description(project.description),
        *_references("NoteRef", project.notes_on_project),
    )
    return Element("Project", attributes, children)


def _description(words: str) -> tuple[Element, ...]:
    return (Element("Description", text=words),) if words else ()


def _references(name: str, guids: Sequence[str], attribute: str = "targetGUID") -> tuple[Element, ...]:
    return tuple(Element(name, {attribute: guid}) for guid in guids)


def _user(user: User) -> Element:
    return Element("User", {"guid": user.guid, "name": user.name, "id": user.id or None})


def _codes(codes: Sequence[ExchangedCode]) -> tuple[Element, ...]:
    """The tree of codes; made from the leaves up, since a parent stands before its children."""
    below: dict[str | None, list[Element]] = {}
    for code in reversed(codes):
        attributes = {
            "guid": code.guid,
            "name": code.name,
            "isCodable": "true" if code.codable else "false",
            "color": code.colour or None,
        }
        inside = below.pop(code.guid, [])[::-1]
        element = Element(
            "Code", attributes, (*_description(code.description), *_references("NoteRef", code.notes), *inside)
        )
        below.setdefault(code.parent, []).append(element)
    return tuple(below.get(None, [])[::-1])


def _variable(variable: Variable) -> Element:
    attributes = {"guid": variable.guid, "name": variable.name, "typeOfVariable": variable.kind}
    return Element("Variable", attributes, _description(variable.description))


def _value(value: Value, kinds: Mapping[str, str]) -> Element:
    """A value; one that is not known has no element, unless words are asked for, which may be none."""
    kind = kinds[value.variable]
    known = (Element(f"{kind}Value", text=value.value),) if value.value or kind == "Text" else ()
    return Element("VariableValue", children=(*_references("VariableRef", [value.variable]), *known))


def _case(case: Case, kinds: Mapping[str, str]) -> Element:
    children = (
        *_description(case.description),
        *_references("CodeRef", case.codes),
        *(_value(value, kinds) for value in case.values),
        *_references("SourceRef", case.sources),
        *_references("SelectionRef", case.selections),
    )
    return Element("Case", {"guid": case.guid, "name": case.name or None}, children)


def _signed(part: ExchangedSource | Note | Selection, **first: str | None) -> dict[str, str | None]:
    """The attributes that sources, notes and selections share; `first` stand between the name and the users."""
    return {
        "guid": part.guid,
        "name": part.name or None,
        **first,
        "creatingUser": part.user or None,
        "creationDateTime": moment(part.created),
        "modifyingUser": part.modified_by or None,
        "modifiedDateTime": moment(part.modified),
    }


def _source(source: ExchangedSource, kinds: Mapping[str, str]) -> Element:
    selections = tuple(_selection(selection) for selection in source.selections)
    tail = (
        *(_coding(coding) for coding in source.codings),
        *_references("NoteRef", source.notes),
        *(_value(value, kinds) for value in source.values),
    )
    if source.medium is Medium.TEXT:
        attributes = _signed(source, plainTextPath=source.path)
        return Element("TextSource", attributes, (*_description(source.description), *selections, *tail))
    text: tuple[Element, ...] = ()
    if source.text is not None:
        text = (Element(HOLDERS[source.medium], {"guid": text_guid(source), "plainTextPath": source.path}, selections),)
    return Element(ELEMENT[source.medium], _signed(source), (*_description(source.description), *text, *tail))


def _selection(selection: Selection) -> Element:
    attributes = _signed(selection, startPosition=str(selection.start), endPosition=str(selection.end))
    children = (
        *_description(selection.description),
        *(_coding(coding) for coding in selection.codings),
        *_references("NoteRef", selection.notes),
    )
    return Element("PlainTextSelection", attributes, children)


def _coding(coding: ExchangedCoding) -> Element:
    attributes = {
        "guid": coding.guid,
        "creatingUser": coding.user or None,
        "creationDateTime": moment(coding.created),
    }
    return Element(
        "Coding", attributes, (*_references("CodeRef", [coding.code]), *_references("NoteRef", coding.notes))
    )


def _note(note: Note) -> Element:
    attributes = _signed(note, plainTextPath=f"internal://{note.guid}.txt")
    selections = (_selection(selection) for selection in note.selections)
    return Element("Note", attributes, (*_description(note.description), *selections))


def _link(link: Link) -> Element:
    attributes = {
        "guid": link.guid,
        "name": link.name or None,
        "direction": link.direction,
        "color": link.colour or None,
        "originGUID": link.origin,
        "targetGUID": link.target,
    }
    return Element("Link", attributes, _references("NoteRef", link.notes))


def _group(group: Group, member: str) -> Element:
    """A set; its members are named by `guid` in a codebook, by `targetGUID` in a project."""
    children = (
        *_description(group.description),
        *_references("MemberCode", group.codes, member),
        *_references("MemberSource", group.sources, member),
        *_references("MemberNote", group.notes, member),
    )
    return Element("Set", {"guid": group.guid, "name": group.name}, children)
