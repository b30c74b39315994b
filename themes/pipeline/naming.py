"""What the parts of another program's project are called in a study: coders, codes, and the rows of sources.csv."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from themes.domain import CONSENSUS, MACHINE, PATH_SEPARATOR, Code, CodeId, SourceKind, harmless
from themes.exchange import Case, Exchanged, ExchangedCode, ExchangedSource, User

SOMEBODY = "unknown coder"
MACHINE_USER = "themes (suggestions of the machine)"
"""The user under which suggestions go out, who is no person."""
LONGEST_CODER, LONGEST_CODE = 40, 200
_RESERVED = {CONSENSUS, MACHINE}
_SAID = re.compile(r"^(Use when|Not when|Examples):[ \t]*", re.MULTILINE)

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "actor_group": (
        *("actor group", "group", "stakeholder group", "stakeholder", "organisation", "organization"),
        *("organisation type", "organization type", "affiliation", "gruppe", "groupe"),
    ),
    "mission": ("mission", "missions", "peacekeeping mission", "peace operation"),
    "date": ("date", "interview date", "date of interview", "day", "datum"),
    "period": ("period", "periods", "phase"),
    "language": ("language", "langue", "sprache"),
    "tier": ("tier", "attribution"),
    "kind": ("kind", "source kind", "kind of source", "type of source"),
    "pseudonym": ("pseudonym", "participant", "alias", "respondent"),
    "title": ("title",),
    "speaker": ("speaker", "speaker label"),
    "id": ("source id",),
}
"""Columns of sources.csv, and what a variable that says the same is called elsewhere; case and blanks do not count."""


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A code as the study calls it, and whether the study had it already."""

    code: Code
    known: bool


# --- coders ---


def coders(users: Iterable[User], known: Iterable[str]) -> dict[str, str]:
    """Each user's GUID -> the name of a coder: plain, 40 characters at most, no two users the same.

    A user who has the name of a `known` coder is that coder. A name that is kept for the program gets a suffix.
    """
    here = {_folded(name): name for name in known}
    taken: set[str] = set()
    named: dict[str, str] = {}
    for user in users:
        plain = _plain(user.name) or _plain(user.id) or SOMEBODY
        wanted = f"{plain[: LONGEST_CODER - 11]} (imported)" if _folded(plain) in _RESERVED else plain[:LONGEST_CODER]
        name = here.get(_folded(wanted), wanted)
        number = 2
        while _folded(name) in taken:
            name = f"{wanted[: LONGEST_CODER - 5].rstrip()} ({number})"
            number += 1
        taken.add(_folded(name))
        named[user.guid] = name
    return named


def _plain(name: str) -> str:
    seen = "".join(one if not unicodedata.category(one).startswith(("C", "Z")) else " " for one in name)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


# --- codes ---


def described(code: Code) -> str:
    """All that is said of a code as one text, which `undescribed` takes apart again."""
    parts = (
        code.definition,
        f"Use when: {code.use_when}" if code.use_when else "",
        f"Not when: {code.not_when}" if code.not_when else "",
        f"Examples: {' | '.join(code.examples)}" if code.examples else "",
    )
    return "\n\n".join(part for part in parts if part)


def undescribed(text: str) -> dict[str, str | tuple[str, ...]]:
    """The definition, when to use a code and when not, and its examples, from a text as `described` writes it."""
    pieces = _SAID.split(text.replace("\0", " "))
    said = {name: " ".join(words.split()) for name, words in zip(pieces[1::2], pieces[2::2], strict=True)}
    examples = (one.strip() for one in said.get("Examples", "").split(" | "))
    return {
        "definition": pieces[0].strip(),
        "use_when": said.get("Use when", ""),
        "not_when": said.get("Not when", ""),
        "examples": tuple(one for one in examples if one),
    }


def codes(found: Sequence[ExchangedCode], known: Iterable[Code]) -> dict[str, NamedCode]:
    """Each code's GUID -> the code under the path that it has in the study, parents before what stands below them.

    A code with the path of a `known` one is that code. Of two codes with one name under one parent, the second is
    numbered. Signs that stand between the levels of a path are written without blanks.
    """
    here = {code.id.casefold(): code for code in known}
    named: dict[str, NamedCode] = {}
    taken: set[str] = set()
    for one in _parents_first(found):
        parent = named[one.parent].code.id if one.parent in named else None
        wanted, number = code_name(one.name), 2
        path = _path(wanted, parent)
        while path.casefold() in taken:
            path = _path(f"{wanted} ({number})", parent)
            number += 1
        taken.add(path.casefold())
        name = path.rsplit(PATH_SEPARATOR, maxsplit=1)[-1]
        standing = here.get(path.casefold())
        made = replace(Code(CodeId(path), name, parent), **undescribed(one.description))  # type: ignore[arg-type]  # by name
        named[one.guid] = NamedCode(standing or made, standing is not None)
    return named


def _path(name: str, parent: CodeId | None) -> str:
    return PATH_SEPARATOR.join((parent, name)) if parent else name


def code_name(name: str) -> str:
    """The name of a code as a study can have it: no sign that cannot be seen, none that stands between two codes."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    while (closer := re.sub(r"(?:^| )([/>])(?: |$)", r"\1", plain)) != plain and len(plain) > 1:
        plain = closer
    name = harmless(plain[:LONGEST_CODE].strip())
    return name if name not in ("", "/", ">") else "code without a name"


def _parents_first(found: Sequence[ExchangedCode]) -> list[ExchangedCode]:
    """The codes in their order, each after its parent; a parent that is not there, or a circle, puts it at the top."""
    here = {one.guid: one for one in found}
    ordered: dict[str, ExchangedCode] = {}
    for one in found:
        chain: list[ExchangedCode] = []
        above: ExchangedCode | None = one
        while above is not None and above.guid not in ordered and above not in chain:
            chain.append(above)
            above = here.get(above.parent or "")
        for each in reversed(chain):
            ordered[each.guid] = each
    return list(ordered.values())


# --- sources ---


def _column_of(variable: str) -> str:
    folded = _variable(variable)
    return next((column for column, names in SPELLINGS.items() if folded in map(_variable, names)), "")


def _variable(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def columns(exchanged: Exchanged) -> dict[str, str]:
    """The GUID of each variable that a column of sources.csv says -> that column."""
    found = {one.guid: _column_of(one.name) for one in exchanged.variables}
    return {guid: column for guid, column in found.items() if column}


def cases_of(source: ExchangedSource, exchanged: Exchanged) -> list[Case]:
    """The cases that are about the source, as a whole or in a stretch of it."""
    stretches = {one.guid for one in source.selections}
    return [one for one in exchanged.cases if source.guid in one.sources or stretches & {*one.selections}]


def rows(source: ExchangedSource, exchanged: Exchanged, ids: Collection[str]) -> list[dict[str, str]]:
    """The rows of sources.csv for a source, without `file`; several where its cases name their speakers.

    The case that is about the source gives the pseudonym. `ids` are those that are taken; this one's is left to the
    caller where the file says none, or one that is taken.
    """
    meant = columns(exchanged)
    cases = cases_of(source, exchanged)
    named = [one for one in cases if one.name.strip()]
    silent = [one for one in named if not _said(one.values, meant).get("speaker")]
    alone = silent[0] if len(silent) == 1 else None
    telling = [one for one in cases if one is alone or not one.name.strip()]
    row = _said((*source.values, *(value for one in telling for value in one.values)), meant)
    kind = row.get("kind", "").casefold()
    if "id" not in row:
        row.setdefault("title", source.name)
    if alone is not None:
        row.setdefault("pseudonym", alone.name)
    row["kind"] = kind if kind in set(SourceKind) else SourceKind.INTERVIEW.value
    row["id"] = "" if row.get("id") in ids else row.get("id", "")
    row.pop("speaker", None)
    voices = [_said(one.values, meant) | {"pseudonym": one.name} for one in named if one not in silent]
    heard = ({column: one[column] for column in _VOICE if column in one} for one in voices)
    return [row, *({"kind": row["kind"]} | one for one in heard)]


_VOICE = ("speaker", "pseudonym", "actor_group")


def speaks(case: Case, exchanged: Exchanged) -> bool:
    """Whether the case says which speaker of a transcript it is."""
    return bool(_said(case.values, columns(exchanged)).get("speaker"))


def _said(values: Iterable[object], meant: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in values:
        column = meant.get(getattr(one, "variable", ""), "")
        cell = " ".join(str(getattr(one, "value", "")).split())
        if column and cell:
            found.setdefault(column, cell)
    return found
