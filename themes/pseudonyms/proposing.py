"""Proposals for a person to decide on: what the rules found in transcripts, beyond what the key holds already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from themes.pseudonyms.finding import find, without
from themes.pseudonyms.fixed import fixed
from themes.pseudonyms.grouping import Group, grouped_mentions, parts, spelling
from themes.pseudonyms.names import Choice, Entry, Matching, NameKind, Place, Proposal, Transcript
from themes.pseudonyms.replacing import Names
from themes.pseudonyms.words import visible, words_of

_SHOWN = 3
_AROUND = 45
EARLIER = "decided earlier, or added by hand"
_ORDER = tuple(NameKind)


def propose(
    transcripts: Sequence[Transcript], key: Sequence[Entry] = (), decided: Sequence[Entry] = ()
) -> tuple[Proposal, ...]:
    """What may be a name in the transcripts and is not in `key`, by kind, the most frequent first.

    `decided` are entries that somebody decided on or added before; they are proposed as they are. A public name is
    proposed as one to keep. What the rules do not see is not there: no list of proposals is complete.
    """
    texts = [(one, visible(one.text, one.is_subtitles)) for one in transcripts]
    small = _small(seen for _, seen in texts)
    found = [(seen, find(seen, one.text, small)) for one, seen in texts]
    known = [*key, *decided]
    spelt = {spelling(written) for entry in known for written in entry.spellings}
    fresh = [group for group in grouped_mentions(found) if group.key not in spelt]
    entries = _numbered(fresh, known, small)
    rules = {entry.name: group.rule for entry, group in zip(entries, fresh, strict=True)}
    # a name that is always met as a part of a longer one is proposed all the same: the longer one may be declined
    met = {entry.name: len(group.mentions) for entry, group in zip(entries, fresh, strict=True)}
    times: Counter[str] = Counter()
    places: dict[str, list[Place]] = {}
    for some in ([*decided, *(one for one in entries if one.choice is None)], [one for one in entries if one.choice]):
        counted, where = _counted(some, key, transcripts)
        times.update(counted)
        places |= where
    proposals = [
        Proposal(one, rules.get(one.name, EARLIER), times[one.name] or met.get(one.name, 0), tuple(places[one.name]))
        for one in (*decided, *entries)
    ]
    return tuple(sorted(proposals, key=_rank))


def _rank(one: Proposal) -> tuple[bool, int, int, str]:
    return one.entry.choice is not None, _ORDER.index(one.entry.kind), -one.occurrences, one.entry.name


def _small(texts: Iterable[str]) -> frozenset[str]:
    """The words, folded, that stand somewhere with a small letter."""
    kept = (without(seen, [(one.start, one.end) for one in fixed(seen)]) for seen in texts)
    return frozenset(word.folded for seen in kept for word in words_of(seen) if word.text[0].islower())


def _numbered(groups: Sequence[Group], key: Sequence[Entry], small: frozenset[str]) -> list[Entry]:
    """An entry for each group with the next free number of its noun, in the order in which names first occur."""
    last = _last_numbers(key)
    own = {group.key for group in groups}
    owned = Counter(part for group in groups for part in set(parts(group)))
    taken = {spelling(written) for entry in key for written in entry.spellings}
    entries: dict[str, Entry] = {}
    for group in sorted(groups, key=lambda one: one.is_public):
        noun = group.noun or {NameKind.PLACE: "Place"}.get(group.kind, "Organisation")
        last[noun] += 1
        choice = Choice.KEEP if group.is_public else None
        name, variants = _spellings(group, own | taken, owned)
        matching = _matching((name, *variants), small)
        entries[group.key] = Entry(name, group.kind, f"[{noun} {last[noun]}]", choice, variants, matching)
    return [entries[group.key] for group in groups]


def _spellings(group: Group, others: set[str], owned: Counter[str]) -> tuple[str, tuple[str, ...]]:
    """The name in full, as most often written, and its other spellings with those by which it is called for short."""
    written = sorted(group.written, key=lambda one: (spelling(one) != group.key, -group.written[one], one.isupper()))
    name = written[0]
    shorter = [one for one in written[1:] if spelling(one) != group.key]
    known = {spelling(one) for one in (name, *shorter)}
    if group.kind is NameKind.PERSON and not group.is_public:
        own_parts = [part for part in parts(group) if " " not in part and owned[part] == 1]
        capitals = {spelling(word): word for word in re.split(r"\s+", name)}
        shorter += [capitals.get(part, part.title()) for part in own_parts if part not in known | others]
    return name, tuple(dict.fromkeys(shorter))


def _matching(spellings: Iterable[str], small: frozenset[str]) -> Matching:
    """Capitals must be there where a spelling of one word stands in small letters too: `Rose`, `rose`."""
    alone = {spelling(one) for one in spellings if " " not in spelling(one) and one[0].isupper()}
    return Matching.CAPITAL if alone & small else Matching.ANY


def _last_numbers(key: Sequence[Entry]) -> Counter[str]:
    """The highest number that the key has given for each noun."""
    last: Counter[str] = Counter()
    for entry in key:
        match = re.fullmatch(r"\[(.+) (\d+)\]", entry.pseudonym)
        if match:
            last[match[1]] = max(last[match[1]], int(match[2]))
    return last


def _counted(
    entries: Sequence[Entry], key: Sequence[Entry], transcripts: Sequence[Transcript]
) -> tuple[Counter[str], dict[str, list[Place]]]:
    """How often each entry would be replaced, beside what the key replaces, if it were so decided, and where first."""
    names = Names([*key, *(replace(entry, choice=Choice.YES) for entry in entries)])
    places: dict[str, list[Place]] = {entry.name: [] for entry in entries}
    times: Counter[str] = Counter()
    for one in transcripts:
        for found in names.find(one.text):
            name = found.entry.name
            if found.is_small or name not in places:
                continue
            times[name] += 1
            if times[name] <= _SHOWN:
                places[name].append(_place(one, found.start, found.end))
    return times, places


def _place(one: Transcript, start: int, end: int) -> Place:
    return Place(
        one.file, one.text.count("\n", 0, start) + 1, " ".join("".join(_context(one.text, start, end)).split())
    )


def _context(text: str, start: int, end: int) -> Iterator[str]:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    yield "…" if first else ""
    yield re.sub(r"^\S*\s", "", text[first:start]) if first else text[first:start]
    yield f"»{text[start:end]}«"
    yield re.sub(r"\s\S*$", "", text[end:last]) if last < len(text) else text[end:last]
    yield "…" if last < len(text) else ""
