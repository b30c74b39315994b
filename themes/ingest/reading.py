"""One file read to its sources: the reader is chosen by the ending, and the list of sources says what is known."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from themes.domain import (
    UNSPECIFIED,
    Participant,
    Problem,
    Severity,
    Source,
    SourceId,
    SourceKind,
    SourceRow,
    Study,
    Tier,
    TurnRole,
)
from themes.errors import ReadingError
from themes.ingest.kinds import CONVERT, READ, TABLES, read_content
from themes.ingest.mandates import Mandate
from themes.ingest.nearest import nearest
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content
from themes.ingest.table_sources import Told, table_sources
from themes.ingest.turns import plain

CLOSEDNESS = list(Tier)
LARGEST_FILE = 300_000_000
"""Bytes of the largest file that is opened: a transcript with a hundred photographs."""
FEW_WORDS = 8
"""Below this many words a language cannot be told from the text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave: its sources, and what is to be known of them."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()


def read(study_folder: Path, rows: Sequence[SourceRow], study: Study, options: IngestOptions) -> Reading:
    """The sources of one file, and warnings on what was found there.

    `rows` are all rows of the list of sources that name the file: one, or several for the voices of a focus group.
    Raises ReadingError where the file gives no source.
    """
    file = rows[0].file
    suffix = PurePosixPath(file).suffix.casefold()
    if suffix not in READ:
        raise _unread(file, suffix)
    data = _bytes(study_folder / file, file)
    row = _as_one(rows)
    told = Told(row, file, hashlib.sha256(data).hexdigest())
    if suffix in TABLES:
        sources, doubts = table_sources(data, suffix, told, study, options)
    else:
        known = tuple(label for each in rows for label in (each.speaker, each.pseudonym) if label)
        found = read_content(data, suffix, row, known, options)
        source, doubts = _source(found, told)
        doubts = (*doubts, *_about_voices(source, rows))
        sources = (replace(source, voices=_voices(source, rows)),)
    sources = tuple(_with_language(source, options) for source in sources)
    return Reading(sources, tuple(Problem(Severity.WARNING, file, *doubt) for doubt in doubts))


def _unread(file: str, suffix: str) -> ReadingError:
    name = f"Files of the kind {suffix} are" if suffix else "A file without an ending is"
    remedy = CONVERT.get(suffix, f"Save it as one of {', '.join(READ)}.")
    return ReadingError(f"{name} not read.", remedy, file)


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            remedy = "List the transcript alone, without recordings and large pictures."
            raise ReadingError(f"The file has more than {LARGEST_FILE // 1_000_000} MB.", remedy, file)
        data = path.read_bytes()
    except FileNotFoundError as cause:
        names = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ReadingError(f"There is no such file. {nearest(path.name, names)}", "Mend the path.", file) from cause
    except OSError as cause:
        remedy = "Close it in other programs and see that you may read it."
        raise ReadingError(f"The file cannot be opened ({cause.strerror}).", remedy, file) from cause
    if not data.strip():
        raise ReadingError("The file is empty.", "Put the transcript into it, or take it off the list.", file)
    return data


def _as_one(rows: Sequence[SourceRow]) -> SourceRow:
    """The rows of one file as one: the row without a speaker, else what the rows agree on; the most closed tier."""
    first = next((row for row in rows if not row.speaker), None)
    if len(rows) == 1:
        return rows[0]
    groups = {row.actor_group or UNSPECIFIED for row in rows}
    pseudonyms = {row.pseudonym for row in rows}
    tiers = [row.tier for row in rows if row.tier is not None]
    return replace(
        first or rows[0],
        id=next((row.id for row in (*([first] if first else []), *rows) if row.id), ""),
        title=next((row.title for row in rows if row.title), ""),
        pseudonym=first.pseudonym if first else (pseudonyms.pop() if len(pseudonyms) == 1 else ""),
        actor_group=first.actor_group if first else (groups.pop() if len(groups) == 1 else ""),
        missions=tuple(dict.fromkeys(mission for row in rows for mission in row.missions)),
        day=next((row.day for row in rows if row.day), None),
        periods=tuple(dict.fromkeys(period for row in rows for period in row.periods)),
        language=next((row.language for row in rows if row.language), ""),
        tier=max(tiers, key=CLOSEDNESS.index) if tiers else None,
    )


def _source(found: Content | Mandate, told: Told) -> tuple[Source, tuple[tuple[str, str], ...]]:
    if isinstance(found, Mandate):
        return told.mandate(found, SourceId(told.id))
    source = told.source(found, SourceId(told.id))
    if not any(turn.role is not TurnRole.CONTEXT for turn in source.turns):
        remedy = "Put the words after the label on the same line, or take the file off the list."
        raise ReadingError("No words of a speaker were found in the file.", remedy, told.file)
    return source, found.doubts


def _voices(source: Source, rows: Sequence[SourceRow]) -> tuple[Participant, ...]:
    """The listed voices that are heard, each under its label as the transcript spells it."""
    listed = {plain(row.speaker): row for row in rows if row.speaker}
    heard = dict.fromkeys(turn.speaker for turn in source.turns if turn.speaker)
    return tuple(
        Participant(label, listed[plain(label)].pseudonym, listed[plain(label)].actor_group or UNSPECIFIED)
        for label in heard
        if plain(label) in listed
    )


def _about_voices(source: Source, rows: Sequence[SourceRow]) -> Iterator[tuple[str, str]]:
    """Doubts on labels: nobody is known to ask, or a voice of the list is not heard."""
    spoken = list(dict.fromkeys(turn.speaker for turn in source.turns if turn.speaker))
    roles = {turn.role for turn in source.turns}
    is_talk = source.kind in (SourceKind.INTERVIEW, SourceKind.FOCUS_GROUP)
    if is_talk and len(spoken) > 1 and TurnRole.INTERVIEWER not in roles:
        shown = ", ".join(spoken[:6]) + (" ..." if len(spoken) > 6 else "")
        remedy = "Add the label of whoever asks to interviewer_labels under [options.ingest] in study.toml."
        yield f"No label is an interviewer's, so all count as participants: {shown}.", remedy
    heard = {plain(speaker) for speaker in spoken}
    for row in rows:
        if row.speaker and plain(row.speaker) not in heard:
            hint = nearest(row.speaker, spoken)
            yield f'The speaker "{row.speaker}" of row {row.row} has no turn. {hint}'.rstrip(), "Mend the label."


def _with_language(source: Source, options: IngestOptions) -> Source:
    """The source with the language that its words seem to be in, where none is given."""
    if source.language or not options.detect_language:
        return source
    import py3langid

    roles = Counter(turn.role for turn in source.turns)
    said = [turn for turn in source.turns if turn.role is not TurnRole.CONTEXT or len(roles) == 1]
    words = " ".join(source.text[turn.start : turn.end] for turn in said)[:20_000]
    if len(words.split()) < FEW_WORDS:
        return source
    return replace(source, language=str(py3langid.classify(words)[0]))
