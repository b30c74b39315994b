"""A project as QualCoder reads it, and its codes as QualCoder's own list of codes.

QualCoder (3.2 to 3.8) reads REFI-QDA, but stops at, or leaves out without a word, some of what the standard allows.
Here what it would stop at is put in other words, and what it would leave out is moved to where it looks:

- names of codes, sources, cases, variables and notes are unique in its database; the second of a name is not read, and
  with it all that refers to it: it gets a number;
- a note on a code without codes below makes it skip the code, a note on a source makes it skip the note, notes on
  selections and codings are not read: their words stand in the description, which becomes the memo;
- who coded is the user of the selection, not of the coding: one that several people coded is written once for each;
- codings of whole sources are not read: they become a selection of the whole text;
- a note or selection without a moment stops it, as does a second value of a variable, a source whose file is missing,
  and an archive without `sources/`.

Source: its importer as published (src/qualcoder/refi.py of 2026, qualcoder/refi.py of 2023) and its wiki page 6.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from themes.exchange.exchanged import (
    Case,
    Exchanged,
    ExchangedCode,
    ExchangedCoding,
    ExchangedSource,
    Lost,
    Medium,
    Note,
    Selection,
    Value,
    Variable,
)
from themes.exchange.guids import guid_of
from themes.exchange.leaving import Left
from themes.exchange.sheets import paths
from themes.exchange.values import legible

Named = TypeVar("Named", ExchangedCode, ExchangedSource, Note, Case, Variable)

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of what has none, in a project that has none."""

_UNREAD = "QualCoder does not read it, though it stands in the file"


def for_qualcoder(exchanged: Exchanged) -> tuple[Exchanged, tuple[Lost, ...]]:
    """The project as QualCoder reads all that it can of it, and what it will not read or read under another name."""
    left = Left()
    when = exchanged.modified or exchanged.created or _FIRST
    words = {note.guid: note.text for note in exchanged.notes}
    sets = {group.name for group in exchanged.groups if group.sources}  # become variables
    made = replace(
        exchanged,
        users=tuple(replace(user, name=user.name or user.id or "nobody") for user in exchanged.users),
        codes=_unique([_noted(code, words) for code in exchanged.codes], "Code", left),
        variables=_unique(exchanged.variables, "Variable", left, taken=sets),
        cases=_unique([_case(case, left) for case in exchanged.cases], "Case", left, unnamed=True),
        sources=_unique(list(_sources(exchanged, words, when, left)), "Source", left),
        notes=_unique([_note(note, when, left) for note in exchanged.notes], "Note", left),
    )
    _unread(made, left)
    return made, left.lost()


def list_of_codes(codes: Sequence[ExchangedCode]) -> str:
    """The codes as text that QualCoder reads with *Import plain text codes list*: a code a line, its memo after a tab.

    What a code lies in stands before it, with `>>` between; a code that only groups has no line of its own.

    >>> list_of_codes([ExchangedCode("1", "Trust"), ExchangedCode("2", "Police", "1", "In\\nthe police")])
    'Trust\\nTrust>>Police\\tIn the police\\n'
    """
    plain = [replace(code, name=_one_line(code.name.replace(">>", "> >"))) for code in codes]
    called = paths(plain, ">>")
    lines = (
        called[code.guid] + (f"\t{_one_line(code.description)}" if code.description else "")
        for code in plain
        if code.codable
    )
    return "".join(f"{line}\n" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unique(
    parts: Sequence[Named], what: str, left: Left, taken: set[str] | None = None, unnamed: bool = False
) -> tuple[Named, ...]:
    """The parts under names that no two have; `unnamed` ones may stay so."""
    used = set(taken or ())
    made: list[Named] = []
    for part in parts:
        name = legible(part.name) or ("" if unnamed else what)
        tried = (name if number == 1 else f"{name} ({number})" for number in range(1, len(parts) + len(used) + 2))
        free = name if unnamed and not name else next(one for one in tried if one not in used)
        if free != part.name:
            left.behind(f"name of {what}", "QualCoder reads a name once: it gets a number, or a name at all")
        used.add(free)
        made.append(replace(part, name=free))
    return tuple(made)


def _noted(code: ExchangedCode, words: dict[str, str]) -> ExchangedCode:
    return replace(code, description=_joined(code.description, code.notes, words), notes=())


def _joined(description: str, notes: Sequence[str], words: dict[str, str]) -> str:
    """The description with the words of the notes below."""
    return "\n\n".join(part for part in (description, *(words.get(note, "") for note in notes)) if part)


def _values(values: Sequence[Value], left: Left) -> tuple[Value, ...]:
    """The last value of each variable."""
    last = {value.variable: value for value in values}
    left.behind(
        "VariableValue", "QualCoder stops at a second value of a variable: the last stays", len(values) - len(last)
    )
    return tuple(last.values())


def _case(case: Case, left: Left) -> Case:
    """A case without a name holds the values of its one source; any other one gets a name, or is not read."""
    name = case.name or ("" if len(case.sources) == 1 else "Case")
    return replace(case, name=name, values=_values(case.values, left))


def _note(note: Note, when: datetime, left: Left) -> Note:
    left.behind("Selection", "QualCoder does not read selections in notes", len(note.selections))
    return replace(note, created=note.created or note.modified or when, selections=_dated(note.selections, when))


def _dated(selections: Sequence[Selection], when: datetime) -> tuple[Selection, ...]:
    return tuple(replace(one, created=one.created or one.modified or when) for one in selections)


def _sources(exchanged: Exchanged, words: dict[str, str], when: datetime, left: Left) -> Iterator[ExchangedSource]:
    """The sources that have words, as texts."""
    for source in exchanged.sources:
        if source.text is None:
            left.behind("Source", "QualCoder stops at a source whose file is missing: it is left out")
            continue
        if source.medium is not Medium.TEXT:
            left.behind("medium of Source", "QualCoder stops at a source whose file is missing: its text is one alone")
        yield replace(
            source,
            medium=Medium.TEXT,
            description=_joined(source.description, source.notes, words),
            created=source.created or source.modified or when,
            selections=tuple(_selections(source, words, when)),
            codings=(),
            values=_values(source.values, left),
            notes=(),
        )


def _selections(source: ExchangedSource, words: dict[str, str], when: datetime) -> Iterator[Selection]:
    """The selections, one for each person who coded it; codings of the whole source select all of its text."""
    if source.codings:
        guid = guid_of("REFI-QDA", "Selection", source.guid)
        whole = Selection(guid, 0, len(source.text or ""), user=source.user, codings=source.codings)
        yield from _by_user(whole, words, source.created or when)
    for selection in source.selections:
        yield from _by_user(selection, words, when)


def _by_user(selection: Selection, words: dict[str, str], when: datetime) -> Iterator[Selection]:
    by: dict[str, list[ExchangedCoding]] = {}
    for coding in selection.codings:
        by.setdefault(coding.user or selection.user, []).append(coding)
    for number, (user, codings) in enumerate((by or {selection.user: []}).items()):
        notes = dict.fromkeys((*selection.notes, *(note for coding in codings for note in coding.notes)))
        created = next((coding.created for coding in codings if coding.created), None)
        yield replace(
            selection,
            guid=selection.guid if number == 0 else guid_of("REFI-QDA", "Selection", f"{selection.guid} {user}"),
            description=_joined(selection.description, tuple(notes), words),
            user=user,
            created=created or selection.created or selection.modified or when,
            codings=tuple(replace(coding, notes=()) for coding in codings),
            notes=(),
        )


def _unread(made: Exchanged, left: Left) -> None:
    """Counts what stays in the file but QualCoder does not take from it."""
    for what, count in (
        ("SourceRef of Case", sum(len(case.sources) for case in made.cases if case.name)),
        ("CodeRef of Case", sum(len(case.codes) for case in made.cases)),
        ("SelectionRef of Case", sum(len(case.selections) for case in made.cases)),
        ("Link", len(made.links)),
        ("Set", sum(1 for group in made.groups if not group.sources)),
        ("MemberCode", sum(len(group.codes) for group in made.groups)),
        ("MemberNote", sum(len(group.notes) for group in made.groups)),
    ):
        left.behind(what, _UNREAD, count)
