"""What files of other programs become in a study, worked out before anything of the study is changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from themes.domain import (
    Code,
    CodeAct,
    CodebookEdit,
    CodeId,
    Memo,
    Segment,
    SegmentId,
    Source,
    SourceId,
)
from themes.exchange import Exchanged, Lost
from themes.ingest import Kept, kept, reflowed, slug
from themes.pipeline import excerpts as stretches
from themes.pipeline import naming, noted
from themes.pipeline.diary import some
from themes.pipeline.excerpts import Coded, Read
from themes.pipeline.holding import STEP
from themes.pipeline.incoming import Incoming
from themes.project import Arrival, Import, LogEntry

FOLDER = "imported"
SILENT = "a source without words, or in which nobody speaks"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the study holds before: its texts and segments by source, its codes, and what stands of its log."""

    texts: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)
    codes: tuple[Code, ...] = ()
    ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    coders: tuple[str, ...] = ()
    codings: Mapping[tuple[SegmentId, CodeId, str], int] = field(default_factory=dict)
    memos: tuple[Memo, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The sources of one file in the study: the id of each that has words, by its GUID; those that are new, as texts
    by path and as rows of the list; `known` are those that the study had, word for word. `kept` are the words of each,
    as they are read."""

    ids: Mapping[str, str]
    kept: Mapping[str, Kept]
    texts: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    known: frozenset[str]


def placed(exchanged: Exchanged, ground: Ground) -> Placed:
    """Where each source goes. One with the very words of a source that the study has is that source, whatever the white
    space between them.

    Two sources of one file are two, even with the same words.
    """
    by_words: dict[str, list[str]] = defaultdict(list)
    for name, text in ground.texts.items():
        by_words[_letters(text)].append(name)
    taken, files = set(ground.ids), set(ground.files)
    ids: dict[str, str] = {}
    words_of: dict[str, Kept] = {}
    written: dict[str, str] = {}
    rows: list[Mapping[str, str]] = []
    known: set[str] = set()
    for source in exchanged.sources:
        text = source.text or ""
        if not text.strip():
            continue
        words_of[source.guid] = words = kept(text)
        if same := by_words.get(_letters(words.text)):
            ids[source.guid] = name = same.pop(0)
            words_of[source.guid] = reflowed(words, ground.texts[name]) or words
            known.add(source.guid)
            continue
        first, *voices = naming.rows(source, exchanged, taken)
        name = first["id"] or _free(slug(source.name)[:60].strip("-") or "source", taken)
        path = _free(f"{FOLDER}/{slug(name)}", files) + ".txt"
        taken.add(name)
        files.add(path.removesuffix(".txt"))
        ids[source.guid], written[path] = name, text
        rows += [{"file": path} | first | {"id": name}, *({"file": path} | one for one in voices)]
    return Placed(ids, words_of, written, tuple(rows), frozenset(known))


def _letters(text: str) -> str:
    return "".join(text.split())


def without(places: Placed, files: Iterable[str]) -> Placed:
    """The places without the sources of these files, which give nothing that can be coded."""
    gone = {row["id"] for row in places.rows if row["file"] in set(files) and "id" in row}
    return Placed(
        {guid: name for guid, name in places.ids.items() if name not in gone},
        {guid: words for guid, words in places.kept.items() if places.ids[guid] not in gone},
        {path: text for path, text in places.texts.items() if path not in set(files)},
        tuple(row for row in places.rows if row["file"] not in set(files)),
        places.known,
    )


def as_read(places: Placed, sources: Iterable[Source]) -> Placed:
    """The places in the texts as the study's readers have them, which may have made other white space of a file's."""
    texts = {source.id: source.text for source in sources}

    def now(guid: str, words: Kept) -> Kept:
        return reflowed(words, texts.get(SourceId(places.ids[guid]), words.text)) or words

    return replace(places, kept={guid: now(guid, words) for guid, words in places.kept.items()})


STUDY_NOTE = f"{noted.OWN}study.toml"


def told_study(exchanged: Exchanged) -> str:
    """The study.toml of the study that the file was exported from; empty where it comes from elsewhere."""
    own = [note.text for note in exchanged.notes if note.name == STUDY_NOTE and note.guid in exchanged.notes_on_project]
    return own[0] if own else ""


def _free(name: str, taken: Iterable[str]) -> str:
    here = {one.casefold() for one in taken}
    number, found = 2, name
    while found.casefold() in here:
        found = f"{name}-{number}"
        number += 1
    return found


@dataclass(frozen=True, slots=True)
class By:
    """Who imports, and when."""

    coder: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One file, told: how many of each kind came in; `left` is what did not, and why; `positions` how they were read.

    What is `left` by the reader is lost; everything else is kept with the file in the project, and exported again.
    """

    file: str
    origin: str
    came: Mapping[str, int]
    lost: tuple[Lost, ...]
    left: tuple[Lost, ...]
    positions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    already: bool = False


def arrival(
    incoming: Incoming,
    exchanged_json: str,
    places: Placed,
    segments: Mapping[str, tuple[Segment, ...]],
    ground: Ground,
    by: By,
) -> tuple[Arrival, Told, dict[str, naming.NamedCode]]:
    """What the file brings to the log, and what is told of it."""
    exchanged = incoming.exchanged
    named = naming.codes(exchanged.codes, ground.codes)
    people = [one for one in exchanged.users if one.name != naming.MACHINE_USER]
    users = naming.coders(people, ground.coders)
    read = {guid: Read(words, segments.get(places.ids[guid], ())) for guid, words in places.kept.items()}
    step = f"{STEP}{incoming.checksum[:16]}"
    edits = tuple(_edits(named, by, incoming.file, step))
    found = Coded()
    codes = {guid: one.code.id for guid, one in named.items()}
    given = list(stretches.excerpts(exchanged, read, codes, users, by.at, found))
    stretches.decided(found, given, ground.codings, step)
    about = noted.subjects(exchanged, places.ids, codes, read)
    memos, unsaid = noted.memos(exchanged, about, noted.Writers(users, by.at, step), ground.memos)
    kept_file = Import(
        0,
        by.at,
        by.coder,
        incoming.file,
        incoming.checksum,
        exchanged.origin,
        exchanged_json,
        dict(places.ids),
        codes,
        users,
    )
    brought = Arrival(kept_file, (*edits, *found.entries, *memos), tuple(found.standing))
    found.left[SILENT] += sum(one.guid not in places.ids for one in exchanged.sources)
    told = _told(incoming, places, named, found, memos, unsaid)
    return brought, told, named


def _edits(
    named: Mapping[str, naming.NamedCode], by: By, file: str, step: str
) -> Iterator[tuple[tuple[str, ...], LogEntry]]:
    for guid, one in named.items():
        if not one.known:
            reason = f"import of {file}"
            yield (guid,), CodebookEdit(0, by.at, by.coder, CodeAct.ADD, (), (one.code,), reason, step=f"{step} codes")


# --- what is told ---


def _told(
    incoming: Incoming,
    places: Placed,
    named: Mapping[str, naming.NamedCode],
    found: Coded,
    memos: Sequence[tuple[tuple[str, ...], Memo]],
    unsaid: int,
) -> Told:
    exchanged = incoming.exchanged
    decisions = Counter(entry.verdict.value for _, entry in found.entries)
    came = {
        "source": len(places.texts),
        "source that the study has": len(places.known),
        "code": sum(not one.known for one in named.values()),
        "code that the study has": sum(one.known for one in named.values()),
        "coder": len({entry.coder for _, entry in found.entries}),
        "coding of a segment": decisions["assign"],
        "coding that stands already": len(found.standing),
        "excerpt cut shorter than its segment": decisions["bounds"],
        "memo": len(memos),
    }
    undated = [f"{some(found.undated, 'coding')} without a date: that of the import stands in its place"]
    return Told(
        incoming.file,
        exchanged.origin,
        {what: number for what, number in came.items() if number},
        incoming.lost,
        tuple(_left(exchanged, found, unsaid)),
        incoming.positions,
        (*incoming.remarks, *(undated if found.undated else ())),
    )


def _left(exchanged: Exchanged, found: Coded, unsaid: int) -> Iterator[Lost]:
    counts = (
        *((reason, number, "") for reason, number in found.left.items()),
        ("a note on something that the study does not have", unsaid, ""),
        ("a link", len(exchanged.links), ""),
        ("a set", len(exchanged.groups), ""),
        ("a case that gives no row of the list of sources", _homeless(exchanged), ""),
    )
    yield from (Lost(what, number, why) for what, number, why in counts if number)


def _homeless(exchanged: Exchanged) -> int:
    """Cases that are about no source with words, or several of one source of which none says who speaks."""
    at_home: set[str] = set()
    for source in exchanged.sources:
        cases = naming.cases_of(source, exchanged)
        named = [one for one in cases if one.name.strip()]
        speaking = [one for one in named if naming.speaks(one, exchanged)]
        at_home |= {one.guid for one in (named if len(named) == 1 else speaking)}
        at_home |= {one.guid for one in cases if not one.name.strip()}
    return sum(one.guid not in at_home for one in exchanged.cases)


def with_places(ground: Ground, places: Placed) -> Ground:
    """The ground after the sources of one file, for those of the next."""
    return replace(
        ground,
        ids=ground.ids | {*places.ids.values()},
        files=ground.files | {path.removesuffix(".txt") for path in places.texts},
        texts={**ground.texts, **{places.ids[guid]: words.text for guid, words in places.kept.items()}},
    )
