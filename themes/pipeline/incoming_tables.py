"""Codings and codebooks that people keep as tables, in the words of an exchanged project.

A table of codings names a source of the study (by its id, file or title), or a text file beside the table; where in it,
by `start` and `end` in code points or by a `quote`; and the `code`, with `coder` and `date` where they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from themes.domain import PATH_SEPARATOR, Code, CodeId, Source
from themes.errors import CodebookError, ReadingError
from themes.exchange import Exchanged, ExchangedCode, ExchangedCoding, ExchangedSource, Lost, Selection, User
from themes.exchange.guids import guid_of
from themes.exchange.read import Read
from themes.ingest import codebook_of
from themes.ingest.plain import decode
from themes.ingest.sheet import SheetRow, headings_of, read_sheet
from themes.ingest.toml_file import read_toml
from themes.pipeline.naming import described

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("source", "file", "document", "document name", "transcript"), "source"),
    **dict.fromkeys(("start", "begin", "from"), "start"),
    **dict.fromkeys(("end", "to"), "end"),
    **dict.fromkeys(("quote", "text", "coded text", "passage"), "quote"),
    **dict.fromkeys(("code", "code path"), "code"),
    **dict.fromkeys(("coder", "user", "author"), "coder"),
    **dict.fromkeys(("date", "created", "time", "creation date"), "date"),
    "segment": "segment",
}
"""Each heading of a table of codings that is understood -> the column it means."""

_SPACE = "codings"


def is_codings(path: Path) -> bool:
    """Whether a .csv or .xlsx file is a table of codings, by its headings; otherwise it is a codebook."""
    found = headings_of(path, ReadingError)
    places = {column for heading, column in COLUMNS.items() if heading.replace(" ", "") in found}
    return {"source", "code"} <= places and ("quote" in places or {"start", "end"} <= places)


def read_codes(path: Path) -> Read:
    """The codes of a .csv, .xlsx or .toml codebook. Raises CodebookError, naming the row."""
    codes = _from_toml(path) if path.suffix.casefold() == ".toml" else codebook_of(path).codes
    return Read(Exchanged("", codes=tuple(_exchanged(codes))))


def _exchanged(codes: Iterable[Code]) -> Iterator[ExchangedCode]:
    for code in codes:
        parent = guid_of(_SPACE, "code", code.parent) if code.parent else None
        yield ExchangedCode(guid_of(_SPACE, "code", code.id), code.name, parent, described(code))


def _from_toml(path: Path) -> tuple[Code, ...]:
    """The entries [[codes]] of a .toml file: name, and parent, definition, use_when, not_when, examples."""
    codes: dict[str, Code] = {}
    entries = read_toml(path, CodebookError).get("codes", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        where = f"{path.name}, [[codes]] number {number}"
        name = " ".join(str(entry.get("name", "")).split()) if isinstance(entry, Mapping) else ""
        if not name:
            raise CodebookError("The code has no name.", 'Write `name = "..."`.', where)
        parent = " ".join(str(entry.get("parent", "")).split())
        above = next((code.id for code in codes.values() if parent in (code.id, code.name)), None) if parent else None
        if parent and above is None:
            raise CodebookError(f'The parent "{parent}" stands nowhere above.', "Put it before this code.", where)
        said = {key: str(entry.get(key, "")).strip() for key in ("definition", "use_when", "not_when")}
        examples = entry.get("examples", [])
        quotes = tuple(str(one) for one in (examples if isinstance(examples, list) else [examples]))
        path_ = PATH_SEPARATOR.join((above, name)) if above else name
        codes[path_] = replace(Code(CodeId(path_), name, above), **said, examples=quotes)  # type: ignore[arg-type]  # by name
    if not codes:
        raise CodebookError("The file has no codes.", 'Write [[codes]] and `name = "..."` for each.', path.name)
    return tuple(codes.values())


# --- codings ---


@dataclass(slots=True)
class _Found:
    """What the rows gave so far."""

    texts: dict[str, str] = field(default_factory=dict)
    selections: dict[str, dict[tuple[int, int], list[ExchangedCoding]]] = field(default_factory=dict)
    codes: dict[str, ExchangedCode] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def read_codings(path: Path, sources: Iterable[Source]) -> Read:
    """The codings of a .csv or .xlsx table, on the `sources` of the study or on text files beside it.

    A row that cannot be placed is among what is lost, with its number and the reason.
    """
    sheet = read_sheet(path, COLUMNS, ReadingError)
    known = _by_name(sources)
    found = _Found()
    for row in sheet.rows:
        reason = row.fault or _take(row, path, known, found)
        if reason:
            found.lost.append(Lost(f"row {row.row}", 1, reason))
    made = tuple(
        ExchangedSource(
            guid_of(_SPACE, "source", name),
            name,
            text=found.texts[name],
            selections=tuple(_selections(name, own, found)),
        )
        for name, own in found.selections.items()
    )
    exchanged = Exchanged("", users=tuple(found.users.values()), codes=tuple(found.codes.values()), sources=made)
    return Read(exchanged, tuple(found.lost))


def _by_name(sources: Iterable[Source]) -> dict[str, Source]:
    """The study's sources by everything that a row may call them; what two are called is no name."""
    names: dict[str, list[Source]] = {}
    for source in sources:
        path = PurePosixPath(source.file)
        for name in {source.id, source.file, path.name, path.stem, source.title, source.pseudonym} - {""}:
            names.setdefault(name.casefold(), []).append(source)
    return {name: own[0] for name, own in names.items() if len(own) == 1}


def _take(row: SheetRow, path: Path, known: Mapping[str, Source], found: _Found) -> str:
    """Puts the row's coding among what was found; gives the reason where that is not possible."""
    if not row["code"]:
        return "no code is named"
    source = known.get(row["source"].casefold())
    name = source.id if source is not None else row["source"]
    if name not in found.texts:
        text = source.text if source is not None else _beside(path, row["source"])
        if text is None:
            return f'there is no source "{row["source"]}" in the study, and no text file of that name beside the table'
        found.texts[name] = text
    span = _span(row, found.texts[name])
    if isinstance(span, str):
        return span
    at = _date(row["date"])
    if row["date"] and at is None:
        return f'"{row["date"]}" is no date that is understood; write it as 2014-05-31'
    coder = row["coder"]
    user = guid_of(_SPACE, "user", coder) if coder else ""
    if coder:
        found.users.setdefault(user, User(user, coder))
    code = _code(row["code"], found)
    coding = ExchangedCoding(guid_of(_SPACE, "coding", f"{name}\x1f{span}\x1f{code}\x1f{coder}"), code, user, at)
    found.selections.setdefault(name, {}).setdefault(span, []).append(coding)
    return ""


def _selections(name: str, own: Mapping[tuple[int, int], list[ExchangedCoding]], found: _Found) -> Iterator[Selection]:
    for (start, end), codings in own.items():
        quote = " ".join(found.texts[name][start:end].split())[:60]
        once = tuple({one.guid: one for one in codings}.values())
        yield Selection(guid_of(_SPACE, "selection", f"{name}\x1f{start}\x1f{end}"), start, end, quote, codings=once)


def _beside(path: Path, name: str) -> str | None:
    """The text of a plain text file in the folder of the table, or below it; None where there is none."""
    file = path.parent / name
    if file.suffix.casefold() not in (".txt", ".md") or not file.is_file():
        return None
    return decode(file.read_bytes(), name)[0] if file.resolve().is_relative_to(path.parent.resolve()) else None


def _span(row: SheetRow, text: str) -> tuple[int, int] | str:
    """Where the row's stretch is; a sentence where it is nowhere, or may be in several places."""
    quote = row["quote"].removeprefix("'") if row["quote"][:2] in ("'=", "'+", "'-", "'@") else row["quote"]
    if row["start"] or row["end"]:
        if not (row["start"].isdigit() and row["end"].isdigit()):
            return "start and end are not both whole numbers"
        start, end = int(row["start"]), int(row["end"])
        if not 0 <= start < end <= len(text):
            return f"{start} to {end} does not lie in the text of {len(text):,} characters"
        if not quote or _even(text[start:end]) == _even(quote):
            return start, end
    if not quote:
        return "neither a place nor a quote is given"
    places = _places(text, quote)
    if len(places) == 1:
        return places[0]
    return "the quote does not stand in the source" if not places else f"the quote stands there {len(places)} times"


def _even(text: str) -> str:
    return " ".join(text.split())


def _places(text: str, quote: str) -> list[tuple[int, int]]:
    """Where the words of the quote stand, whatever white space is between them."""
    words = re.compile(r"\s+".join(map(re.escape, quote.split())))
    return [match.span() for match in words.finditer(text)]


def _code(path: str, found: _Found) -> str:
    """The GUID of the code at the path, which is made with all that stand above it."""
    levels = [level.strip() for level in path.split(PATH_SEPARATOR) if level.strip()]
    parent: str | None = None
    for depth, name in enumerate(levels, start=1):
        guid = guid_of(_SPACE, "code", PATH_SEPARATOR.join(levels[:depth]))
        found.codes.setdefault(guid, ExchangedCode(guid, name, parent))
        parent = guid
    return parent or ""


def _date(cell: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(cell) if cell else None
    except ValueError:
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
