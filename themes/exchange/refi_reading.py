"""REFI-QDA 1.5 read tolerantly: a project (.qdpx, or its .qde alone) or a codebook (.qdc)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from themes.errors import ExchangeError
from themes.exchange.archive import LARGEST_PROJECT, PIECE, Archive, opened
from themes.exchange.calibrating import calibrated
from themes.exchange.exchanged import Exchanged, ExchangedSource, Medium, Note
from themes.exchange.markup import read_markup
from themes.exchange.positions import Convention
from themes.exchange.read import Read
from themes.exchange.refi_file import PLACES, SOURCES, RefiFile
from themes.exchange.refi_parts import cases, codes, groups, links, read_users, variables
from themes.exchange.refi_texts import Held, held, selections, shown

MEDIA = dict(zip(SOURCES, (Medium.TEXT, Medium.PDF, Medium.PICTURE, Medium.AUDIO, Medium.VIDEO), strict=True))
INNER = ("Representation", "TextDescription")
"""What holds the text of a source that is no text."""


def read_refi(path: Path, positions: Convention | None = None) -> Read:
    """The project or codebook at `path`, with what is lost and how positions were read.

    `positions` is a person's word on how the file counts; without it the selections decide. Raises ExchangeError.
    """
    try:
        with path.open("rb") as stream:
            beginning = stream.read(4)
        if beginning.startswith(b"PK"):
            with opened(path) as archive:
                return _project(read(archive.project(), path), archive, positions)
        if path.suffix.casefold() == ".qdpx" or not _may_be_markup(beginning):
            with opened(path):  # says what is wrong with it
                pass
        file = read(_pieces(path), path)
    except OSError as cause:
        problem = f"The file cannot be opened: {cause.strerror or cause}."
        raise ExchangeError(problem, "See that it is there and may be read.", path.name) from cause
    return _codebook(file, path) if file.root.tag == "CodeBook" else _project(file, None, positions)


def read(pieces: Iterator[bytes], path: Path) -> RefiFile:
    """The tree of a project or codebook; raises ExchangeError where it is neither."""
    markup = read_markup(pieces, path.name)
    if markup.root.tag not in ("Project", "CodeBook"):
        problem = f"The file holds <{markup.root.tag[:60]}>, not a REFI-QDA project or codebook."
        raise ExchangeError(problem, "Export the project again as REFI-QDA (.qdpx or .qdc).", path.name)
    return RefiFile(markup)


def _may_be_markup(beginning: bytes) -> bool:
    return beginning.lstrip().startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))


def _pieces(path: Path) -> Iterator[bytes]:
    if path.stat().st_size > LARGEST_PROJECT:
        problem = f"The file has more than {LARGEST_PROJECT // 1024 // 1024} MB."
        raise ExchangeError(problem, "Export it in several parts.", path.name)
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _codebook(file: RefiFile, path: Path) -> Read:
    found = codes(file, "Codes")
    exchanged = Exchanged(path.stem, file.root.get("origin", ""), codes=found, groups=groups(file))
    return Read(exchanged, file.tally.lost(), (), file.tally.remarks())


@dataclass(frozen=True, slots=True)
class _Source:
    """A source element, the element inside it that holds its text, and that text with its selections."""

    element: Element
    inner: Element
    held: Held


def _project(file: RefiFile, archive: Archive | None, given: Convention | None) -> Read:
    read_users(file)
    file.carry(file.root)
    project_codes, project_variables = codes(file, "CodeBook", "Codes"), variables(file)
    paths = {one.get("plainTextPath", "") for one in file.children("Sources", "TextSource")} - {""}
    sources = [one for element in _source_elements(file) for one in _found(file, archive, element, paths)]
    notes = [(element, held(file, archive, element)) for element in file.children("Notes", "Note")]
    texts = [(one.element, one.held) for one in sources]
    origin = file.root.get("origin", "")
    convention, positions = calibrated(shown(file, [*texts, *notes]), origin, given)
    for graph in file.children("Graphs", "Graph"):
        file.tally.lose(graph)
    exchanged = Exchanged(
        name=file.root.get("name", ""),
        origin=origin,
        codes=project_codes,
        variables=project_variables,
        sources=tuple(_source(file, one, convention) for one in sources),
        notes=tuple(_note(file, element, text, convention) for element, text in notes),
        cases=cases(file),
        groups=groups(file),
        links=links(file),
        description=file.description(file.root),
        user=file.user(file.root),
        created=file.moment(file.root),
        modified_by=file.user(file.root, "modifying"),
        modified=file.moment(file.root, "modifiedDateTime"),
        notes_on_project=file.notes(file.root),
        users=tuple(file.users.values()),  # last: reading the rest finds users that the list lacks
    )
    return Read(exchanged, file.tally.lost(), positions, file.tally.remarks())


def _source_elements(file: RefiFile) -> Iterator[Element]:
    return (element for holder in file.children("Sources") for element in holder if element.tag in MEDIA)


def _found(file: RefiFile, archive: Archive | None, element: Element, paths: AbstractSet[str]) -> Iterator[_Source]:
    """The source, and each transcript of it as a text of its own, unless its path is among those of sources."""
    for child in element:
        if child.tag in PLACES:
            file.tally.lose(child)
    inner = next((child for child in element if child.tag in INNER), element)
    if inner is not element:
        file.carry(inner)
    yield _Source(element, inner, held(file, archive, inner))
    for child in element:
        if child.tag == "Transcript" and child.get("plainTextPath", "") in paths:
            file.tally.lose(child, "the file of its text is a source besides, and is read there")
        elif child.tag == "Transcript":
            yield _Source(child, child, held(file, archive, child))


def _source(file: RefiFile, source: _Source, convention: Convention) -> ExchangedSource:
    element, inner = source.element, source.inner
    file.carry(element)
    both = (element,) if inner is element else (element, inner)
    text = source.held.text
    return ExchangedSource(
        guid=file.guid(element),
        name=element.get("name", ""),
        medium=MEDIA.get(element.tag, Medium.TEXT),
        text=None if text is None else text.text,
        path=element.get("path") or inner.get("plainTextPath") or "",
        description="\n".join(filter(None, (file.description(one) for one in both))),
        user=file.user(element),
        created=file.moment(element),
        modified_by=file.user(element, "modifying"),
        modified=file.moment(element, "modifiedDateTime"),
        selections=selections(file, source.held, convention),
        codings=tuple(coding for one in both for coding in file.codings(one)),
        values=tuple(value for one in both for value in file.values(one)),
        notes=tuple(note for one in both for note in file.notes(one)),
    )


def _note(file: RefiFile, element: Element, part: Held, convention: Convention) -> Note:
    file.carry(element)
    text = part.text
    return Note(
        guid=file.guid(element),
        text="" if text is None else text.text,
        name=element.get("name", ""),
        description=file.description(element),
        user=file.user(element),
        created=file.moment(element),
        modified_by=file.user(element, "modifying"),
        modified=file.moment(element, "modifiedDateTime"),
        selections=selections(file, part, convention),
    )
