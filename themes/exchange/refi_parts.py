"""The parts of a REFI-QDA file that hold no text: users, codes, variables, cases, links and sets."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from themes.exchange.exchanged import Case, ExchangedCode, Group, Link, User, Variable
from themes.exchange.refi_file import RefiFile, referred

KINDS = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
DIRECTIONS = ("Associative", "OneWay", "Bidirectional")


def read_users(file: RefiFile) -> None:
    """Fills in the file's users."""
    for element in file.children("Users", "User"):
        file.carry(element)
        guid = file.guid(element)
        file.users[guid] = User(guid, element.get("name", ""), element.get("id", ""))


def codes(file: RefiFile, *path: str) -> tuple[ExchangedCode, ...]:
    """The codes under a path, each before its children."""
    found: list[ExchangedCode] = []
    for element in file.children(*path, "Code"):
        _add_codes(file, element, None, found)
    return tuple(found)


def _add_codes(file: RefiFile, element: Element, parent: str | None, found: list[ExchangedCode]) -> None:
    file.carry(element)
    guid = file.guid(element)
    found.append(
        ExchangedCode(
            guid=guid,
            name=element.get("name", ""),
            parent=parent,
            description=file.description(element),
            colour=_colour(file, element),
            codable=element.get("isCodable", "true").strip().casefold() not in ("false", "0"),
            notes=file.notes(element),
        )
    )
    for child in element:
        if child.tag == "Code":
            _add_codes(file, child, guid, found)


def _colour(file: RefiFile, element: Element) -> str:
    """The colour as #RRGGBB; nothing where there is none that can be read.

    Three digits are each meant twice; eight are not, since nobody says which two are not colour.
    """
    written = element.get("color", "").strip()
    if re.fullmatch(r"#[0-9A-Fa-f]{3}", written):
        return "#" + "".join(2 * digit for digit in written[1:])
    if not written or re.fullmatch(r"#[0-9A-Fa-f]{6}", written):
        return written
    file.tally.drop("@color", "it is not written as #RRGGBB")
    return ""


def variables(file: RefiFile) -> tuple[Variable, ...]:
    """The variables; one of a kind that the standard does not have is text."""
    found = []
    for element in file.children("Variables", "Variable"):
        file.carry(element)
        kind = element.get("typeOfVariable", "Text")
        if kind not in KINDS:
            file.tally.drop("@typeOfVariable", "the standard has no such kind; its values are text")
            kind = "Text"
        found.append(Variable(file.guid(element), element.get("name", ""), kind, file.description(element)))
    return tuple(found)


def cases(file: RefiFile) -> tuple[Case, ...]:
    """The cases, also those without a name; to be read after the sources, whose selections they name."""
    found = []
    for element in file.children("Cases", "Case"):
        file.carry(element)
        found.append(
            Case(
                guid=file.guid(element),
                name=element.get("name", ""),
                description=file.description(element),
                values=file.values(element),
                sources=file.references(element, "SourceRef", "Source"),
                codes=file.references(element, "CodeRef", "Code"),
                selections=file.references(element, "SelectionRef", "Selection"),
            )
        )
    return tuple(found)


def links(file: RefiFile) -> tuple[Link, ...]:
    """The links between parts that are carried; to be read last."""
    found = []
    for element in file.children("Links", "Link"):
        origin, target = referred(element.get("originGUID", "")), referred(element.get("targetGUID", ""))
        if not {origin, target} <= file.carried:
            file.tally.lose(element, "one of its ends is not in the file, or is not carried")
            continue
        file.carry(element)
        direction = element.get("direction", "Associative")
        if direction not in DIRECTIONS:
            file.tally.drop("@direction", "the standard has no such direction; the link is associative")
            direction = "Associative"
        found.append(
            Link(
                file.guid(element), origin, target, element.get("name", ""), direction,
                _colour(file, element), file.notes(element),
            )
        )  # fmt: skip
    return tuple(found)


def groups(file: RefiFile) -> tuple[Group, ...]:
    """The sets of codes, sources and notes."""
    found = []
    for element in file.children("Sets", "Set"):
        file.carry(element)
        found.append(
            Group(
                guid=file.guid(element),
                name=element.get("name", ""),
                description=file.description(element),
                codes=file.references(element, "MemberCode", "Code"),
                sources=file.references(element, "MemberSource", "Source"),
                notes=file.references(element, "MemberNote", "Note"),
            )
        )
    return tuple(found)
