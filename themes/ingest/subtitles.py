"""Subtitles (.vtt, .srt, .sbv): the words of the cues joined to turns, with the speakers that the file names.

pysubs2 reads the cues, not webvtt-py: it keeps the words that stand under a damaged time stamp, where webvtt-py
drops them without a word or refuses the file, and it reads a .vtt that is really an .srt. What it leaves in a cue
(notes, cue names, voice tags, damaged stamps) is taken out here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from themes.errors import ReadingError
from themes.ingest.cues import Cue, turns_of
from themes.ingest.options import IngestOptions
from themes.ingest.stretches import Content

HEADER = re.compile(r"\A\s*WEBVTT\b[^\n]*")
BLOCK = re.compile(r"(?:\A|(?<=\n))(?:NOTE|STYLE|REGION)\b[^\n]*(?:\n(?!\s*\n)[^\n]*(?<!\n))*", re.MULTILINE)
CUE_NAME = re.compile(r"(?:(?<=\n\n)|\A)[^\n]+\n(?=[^\n]*\d[.,]\d{2,3}[ \t]*-->)")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>", re.IGNORECASE)
ROLLING = re.compile(r"<\d{1,3}:\d\d[^>]*>")
TAG = re.compile(r"</?[A-Za-z][^>]*>|<\d[^>]*>|\{\\[^}]*\}")
STAMP_LINE = re.compile(r"^[^\n]*-->[^\n]*$|^\d+:\d\d:\S+,\d+:\d\d:\S+$", re.MULTILINE)
NUMBER_LINE = re.compile(r"^[ \t]*\d+[ \t]*$", re.MULTILINE)


def read_cues(text: str, suffix: str, options: IngestOptions, known: Iterable[str], where: str) -> Content:
    """The turns of a subtitle file: cues of one speaker joined, and cues without speakers joined to about a paragraph.

    Raises ReadingError where there is no cue with words.
    """
    is_vtt = HEADER.match(text) is not None
    doubts: list[tuple[str, str]] = []
    if suffix == ".vtt" and not is_vtt:
        doubts.append(("The file does not begin with WEBVTT; it was read as .srt.", "Give it the ending .srt."))
    events = _events(text, is_vtt)
    lost = sum(len(STAMP_LINE.findall(words)) for _, words in events)
    if lost:
        stamps = f"{lost} time {'stamp is' if lost == 1 else 'stamps are'}"
        doubts.append(
            (
                f"{stamps} damaged; the words below were kept with the cue before.",
                "Look at the file near a line with --> that differs from the others.",
            )
        )
    cues = [cue for cue in _cues(events) if cue.words]
    if not cues:
        remedy = "Export the subtitles again; a cue is a line with two times and --> between them, then its words."
        raise ReadingError(f"No words under a time stamp were found in this {suffix} file.", remedy, where)
    return turns_of(cues, options, known, tuple(doubts))


def _events(text: str, is_vtt: bool) -> list[tuple[float, str]]:
    """(seconds, words with tags and line feeds) of each cue, as the library finds them."""
    import pysubs2

    kept = CUE_NAME.sub("", BLOCK.sub("", HEADER.sub("", text))) if is_vtt else text
    for kind in ("vtt", "srt") if is_vtt else ("srt", "vtt"):
        try:
            found = pysubs2.SSAFile.from_string(kept, format_=kind, keep_html_tags=True)
        except (pysubs2.Pysubs2Error, ValueError):
            continue
        if len(found):
            return [(event.start / 1000, event.text.replace("\\N", "\n")) for event in found]
    return []


def _cues(events: Sequence[tuple[float, str]]) -> Iterator[Cue]:
    """The cues by voice, without tags; lines that a rolling caption only repeats are left out."""
    rolling = any(ROLLING.search(words) for _, words in events)
    before: list[str] = []
    for seconds, words in events:
        kept = NUMBER_LINE.sub("", STAMP_LINE.sub("", words)) if STAMP_LINE.search(words) or "\n\n" in words else words
        for speaker, spoken in _voices(kept):
            lines = [line for line in (_untagged(line) for line in spoken.split("\n")) if line]
            fresh = [line for line in lines if not (rolling and line in before)]
            before = lines or before
            yield Cue(seconds, " ".join(fresh), speaker)


def _voices(words: str) -> Iterator[tuple[str | None, str]]:
    """(speaker, words) of each voice span of a cue; None for words outside any."""
    parts = VOICE.split(words)
    yield None, parts[0]
    for name, spoken in zip(parts[1::2], parts[2::2], strict=True):
        yield html.unescape(name).strip() or None, spoken


def _untagged(line: str) -> str:
    return " ".join(html.unescape(TAG.sub("", line)).replace("\\h", " ").split())
