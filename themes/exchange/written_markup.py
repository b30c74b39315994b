"""XML as text: elements that hold either words or other elements, written out however deep they lie.

The writers of the standard library call themselves for each level and stop at a thousand; codes may lie deeper. They
also leave a carriage return as it is, which every reader of XML then takes for a line feed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_RETURN = {"\r": "&#13;"}
_SPECIAL = re.compile('[&<>"\n\r\t]')


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Element:
    """An element: attributes that are None are not written, and children stand in the order of the schema."""

    name: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: Sequence[Element] = ()
    text: str = ""


def wrapped(name: str, children: Sequence[Element]) -> tuple[Element, ...]:
    """The children in one element of that name, or nothing where there are none: an empty wrapper is invalid."""
    return (Element(name, children=children),) if children else ()


def written(root: Element, namespace: str) -> bytes:
    """The document in UTF-8, with its declaration; the same elements give the same bytes."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    waiting: list[Element | str] = [root]
    while waiting:
        now = waiting.pop()
        if isinstance(now, str):
            lines.append(now)
            continue
        opening = _opening(now, namespace if now is root else "")
        if now.children:
            lines.append(f"{opening}>")
            waiting.append(f"</{now.name}>")
            waiting.extend(reversed(now.children))
        elif now.text:
            lines.append(f"{opening}>{escape(now.text, _RETURN)}</{now.name}>")
        else:
            lines.append(f"{opening}/>")
    return "\n".join([*lines, ""]).encode()


def _opening(element: Element, namespace: str) -> str:
    given = {"xmlns": namespace or None, **element.attributes}
    return f"<{element.name}" + "".join(f" {key}={_quoted(text)}" for key, text in given.items() if text is not None)


def _quoted(text: str) -> str:
    return quoteattr(text) if _SPECIAL.search(text) else f'"{text}"'
