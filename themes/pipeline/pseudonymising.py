"""From transcripts with real names to transcripts of a study: names proposed, decided on, replaced, the key apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from themes.domain import SourceKind, SourceRow, Study
from themes.errors import PseudonymError, ReadingError, StudyError
from themes.ingest import PLAIN, SUBTITLES, IngestOptions, decode, read
from themes.pipeline.keyfile import (
    checked,
    is_study,
    must_be_outside,
    numbered,
    read_key,
    table_of,
    write_key,
    write_table,
    write_whole,
)
from themes.pseudonyms import Choice, Entry, Names, Proposal, Transcript, propose, spelling

IN_KIND = (*PLAIN, *SUBTITLES, ".csv", ".jsonl")
"""Files that are written again in their kind; others become .txt."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The table for decisions, where it lies, and how many of its rows wait for one."""

    table: Path
    proposals: tuple[Proposal, ...]

    @property
    def undecided(self) -> int:
        """Rows without a decision."""
        return sum(one.entry.choice is None for one in self.proposals)


@dataclass(frozen=True, slots=True)
class Written:
    """A transcript as it was written into the study: how often names were replaced, by pseudonym."""

    file: str
    target: Path
    counts: Mapping[str, int]
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: the key, the transcripts, and what a person should look at.

    `left` counts spellings that were left since they stand in small letters, `unmet` names the pseudonyms of names that
    stand in none of the files: a spreadsheet may have changed them.
    """

    key: Path
    added: int
    files: tuple[Written, ...]
    left: Mapping[str, int] = field(default_factory=dict)
    unmet: tuple[str, ...] = ()


def proposed(files: Sequence[Path], key: Path) -> Proposed:
    """Writes the table for decisions beside the key, with what was decided in it before.

    Raises PseudonymError for a key or a file in a study folder, and ReadingError for a file that cannot be read.
    """
    must_be_outside(key, "the key")
    for file in files:
        must_be_outside(file, "the originals")
    if not key.parent.is_dir():
        raise PseudonymError(f"There is no folder {key.parent}.", "Make it first, in a place that only you can read.")
    held = read_key(key)
    known = {spelling(one.name) for one in held}
    earlier = [one for one in read_key(table_of(key)) if one.choice is not None and spelling(one.name) not in known]
    found = propose([transcript(file) for file in files], held, earlier)
    decided(table_of(key), found)
    return Proposed(table_of(key), found)


def decided(table: Path, proposals: Sequence[Proposal]) -> None:
    """Writes the table with the decisions taken so far."""
    write_table(table, proposals)


def applied(
    files: Sequence[Path], key: Path, study: Path, *, force: bool = False, undecided: Choice | None = None
) -> Applied:
    """Writes the transcripts with pseudonyms into `study`/transcripts, after the key with what was decided.

    `undecided` is what counts for rows of the table without a decision. Raises PseudonymError while there are some and
    it is None, for a key or a file in a study folder, and where a transcript of another content is there already.
    """
    if not is_study(study):
        raise StudyError(f"{study} is no study folder.", f"Make one first: themes new {study}")
    must_be_outside(key, "the key", study)
    for file in files:
        must_be_outside(file, "the originals", study)
    held = read_key(key)
    entries = checked(_with_table(held, read_key(table_of(key)), undecided, table_of(key)), table_of(key).name)
    if not any(one.choice is Choice.YES for one in entries):
        problem = "No name is decided to be replaced."
        raise PseudonymError(problem, f"First: themes pseudonymise propose FILE... --key {key}")
    names = Names(entries)
    texts = [transcript(file) for file in files]
    replaced = [names.replaced(one.text) for one in texts]
    targets = [study / "transcripts" / names.in_file_name(one.file) for one in texts]
    _check_targets(files, targets, [one.text for one in replaced], force)
    write_key(key, entries)  # first: a transcript whose key is lost could never be read again
    targets[0].parent.mkdir(exist_ok=True)
    written = []
    left: Counter[str] = Counter()
    for one, target, done in zip(texts, targets, replaced, strict=True):
        same = _is_same(target, done.text)
        if not same:
            write_whole(target, done.text)
        written.append(Written(one.file, target, done.counts, not same))
        left.update(done.left)
    met = {pseudonym for one in written for pseudonym in one.counts}
    new = [one.pseudonym for one in entries[len(held) :] if one.choice is Choice.YES]
    unmet = tuple(dict.fromkeys(pseudonym for pseudonym in new if pseudonym not in met))
    return Applied(key, len(entries) - len(held), tuple(written), left, unmet)


def _with_table(
    held: Sequence[Entry], table: Sequence[Entry], undecided: Choice | None, path: Path
) -> tuple[Entry, ...]:
    """The entries of the key, and after them those of the table that it does not have."""
    known = {spelling(one.name) for one in held}
    fresh = [one for one in table if spelling(one.name) not in known]
    waiting = [one for one in fresh if one.choice is None]
    if waiting and undecided is None:
        shown = f"{len(waiting)} rows have" if len(waiting) > 1 else "1 row has"
        remedy = "Write yes, no or keep into them, or give --undecided yes to replace them all."
        raise PseudonymError(f"{shown} no decision.", remedy, str(path))
    settled = [one if one.choice is not None else replace(one, choice=undecided) for one in fresh]
    return (*held, *numbered(settled, held))


def _check_targets(files: Sequence[Path], targets: Sequence[Path], texts: Sequence[str], force: bool) -> None:
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        named = " and ".join(str(file) for file, target in zip(files, targets, strict=True) if target == twice)
        raise PseudonymError(f"{named} would both become {twice.name}.", "Rename one of them first.")
    for target, text in zip(targets, texts, strict=True):
        if not force and target.exists() and not _is_same(target, text):
            problem = "There is another transcript of that name already; nothing was written."
            raise PseudonymError(problem, "Move it away, or give --force to write over it.", str(target))


def _is_same(target: Path, text: str) -> bool:
    return target.is_file() and target.read_bytes() == text.encode("utf-8", "surrogatepass")


# --- reading what comes from outside a study ---


def transcript(path: Path) -> Transcript:
    """A file as its text, under the name that it will have in the study: its own, or with .txt for a kind not kept."""
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        raise ReadingError("A workbook cannot be written again with pseudonyms.", "Save it as .csv.", str(path))
    if suffix not in IN_KIND:
        row = SourceRow(0, path.name, SourceKind.INTERVIEW)
        study = Study(path.parent, path.parent.name)
        sources = read(path.parent, [row], study, IngestOptions(detect_language=False)).sources
        return Transcript(f"{path.stem}.txt", _shown("\n\n".join(source.text for source in sources)) + "\n")
    try:
        data = path.read_bytes()
    except OSError as cause:
        remedy = "Mend the path, and see that you may read it."
        raise ReadingError(f"The file cannot be opened ({cause.strerror}).", remedy, str(path)) from cause
    text, _ = decode(data, path.name)
    return Transcript(path.name, _shown(_unescaped(text) if suffix == ".jsonl" else text), suffix in SUBTITLES)


def _shown(text: str) -> str:
    """The text without soft hyphens, which would hide a name from every search."""
    return text.replace("\u00ad", "")


def _unescaped(text: str) -> str:
    """JSON lines with letters as they are, so that names are met: `\\u00e9` is written as é."""
    lines = []
    for line in text.split("\n"):
        try:
            lines.append(json.dumps(json.loads(line), ensure_ascii=False) if line.strip() else line)
        except ValueError:
            lines.append(line)
    return "\n".join(lines)
