"""Transcripts whose turns begin otherwise than on a line `Name: ` or `Name  0:03`, brought to that form.

Only beginnings of turns are laid out anew; no word of a speaker is touched.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from themes.ingest.options import IngestOptions
from themes.ingest.turns import COLON, HEAD, LABELLED, is_interviewer, may_be_label, may_be_turned_name, plain

CLOCK = r"\d{1,2}:\d{1,2}:\d{1,2}"
TIMES_AND_NAME = re.compile(
    rf"^[ \t]*(?P<from>{CLOCK})(?:[.,]\d+)?[ \t]*-->[ \t]*{CLOCK}(?:[.,]\d+)?[ \t]*\n"
    r"\s*(?P<name>[^\n]{1,60})\n\s*",
    re.MULTILINE,
)
"""How Teams wrote a .docx until 2022: `0:0:3.450 --> 0:0:6.780`, the name, the words, each on a line of its own."""
INSIDE = re.compile(r"(?:(?<=^)|(?<=[.!?…»”\"'’)\]][ \t]))(?P<name>[^\W\d_a-z][^:.!?\n]{0,40}):(?=[ \t])")
"""A name and a colon after the end of a sentence, within a line."""
FEWEST = 3
"""Labels within one line from which on it is a transcript without line ends."""


def with_headings(text: str, options: IngestOptions) -> str:
    """The text with a line for each beginning of a turn that it had in another form."""
    return _broken_at_labels(_with_names(text), options)


def _with_names(text: str) -> str:
    """Teams' pairs of times and name as `Name   0:00:03`; a voice that goes on has one heading."""
    before = ""

    def heading(match: re.Match[str]) -> str:
        nonlocal before
        name = match["name"].strip()
        if not (may_be_label(name) or may_be_turned_name(name)):
            return match[0]
        is_new, before = name != before, name
        hours, minutes, seconds = (int(part) for part in match["from"].split(":"))
        return f"\n\n{name}   {hours}:{minutes:02}:{seconds:02}\n" if is_new else "\n\n"

    return TIMES_AND_NAME.sub(heading, text).lstrip("\n") if "-->" in text else text


def _broken_at_labels(text: str, options: IngestOptions) -> str:
    """A line with several labels of at least two voices within it as one line for each.

    Not where more lines begin with a label than would be broken: there it is a talk that somebody tells of.
    """
    found = [(line, _labels(line)) for line in text.split("\n")]
    counts = Counter(plain(match["name"]) for _, labels in found for match in labels)
    broken = [_broken(line, labels, counts, options) for line, labels in found]
    n_broken = sum("\n" in line for line in broken)
    if not n_broken or sum(_begins_with_label(line) for line, _ in found) > n_broken:
        return text
    return "\n".join(broken)


def _broken(line: str, labels: list[re.Match[str]], counts: Counter[str], options: IngestOptions) -> str:
    sure = [match for match in labels if counts[plain(match["name"])] > 1 or is_interviewer(match["name"], options)]
    if len(sure) < FEWEST or len({plain(match["name"]) for match in sure}) < 2:
        return line
    ends = [*(match.start() for match in sure), len(line)]
    parts = [line[: ends[0]], *(line[start:end] for start, end in pairwise(ends))]
    return "\n".join(part.rstrip() for part in parts if part.strip())


def _begins_with_label(line: str) -> bool:
    label = LABELLED.match(line[:HEAD]) if COLON.search(line, 0, HEAD) else None
    return label is not None and may_be_label(label["name"])


def _labels(line: str) -> list[re.Match[str]]:
    """The places of a line where a name that may be a label stands; none in a line that has few."""
    if line.count(":") < FEWEST:
        return []
    return [match for match in INSIDE.finditer(line) if may_be_label(match["name"])]
