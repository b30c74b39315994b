"""What speech recognisers write as JSON: Whisper and its kin, Deepgram, YouTube (json3), AssemblyAI; the words as cues.

A file is known by its keys, not by its name: each shape below is one function that gives the cues, none where the
file has another shape. By hand, because their own libraries talk to their services and read no saved file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any  # JSON is whatever its writer made of it

from themes.errors import ReadingError
from themes.ingest.cues import Cue, turns_of
from themes.ingest.options import IngestOptions
from themes.ingest.plain import decode
from themes.ingest.stretches import Content, clean

SHAPES = "Whisper (also faster-whisper, WhisperX, whisper.cpp), Deepgram, AssemblyAI and YouTube (json3)"
LONGEST = 1_000_000
"""Seconds in the longest recording: eleven days."""
MOST_PARTS = 800_000
"""Objects and lists in one file: twenty hours, word by word, told twice."""
EXPORT = "Export the transcript as .vtt or .txt, or write a table with one JSON object per line (.jsonl)."


def read_speech(data: bytes, options: IngestOptions, known: Iterable[str], where: str) -> Content:
    """The turns of a recogniser's JSON, by its speakers where it tells them, else of about a paragraph.

    Raises ReadingError for what is no JSON (with the line), nested too deep, of a shape that is not known, or without
    words.
    """
    text, doubts = decode(data, where)
    if text.count("{") + text.count("[") > MOST_PARTS:  # counted before they take memory
        raise ReadingError(f"The JSON has over {MOST_PARTS:,} parts, more than any recording.", EXPORT, where)
    found = _parsed(text, where)
    cues = next((cues for cues in (shape(found) for shape in _SHAPES) if cues), None)
    if not cues:
        raise ReadingError(f"The JSON has none of the shapes that are read: those of {SHAPES}.", EXPORT, where)
    kept = [cue for cue in cues if cue.words]
    if not kept:
        raise ReadingError("The transcript in the file has no words.", "Transcribe the recording again.", where)
    return turns_of(kept, options, known, doubts)


def _parsed(text: str, where: str) -> Any:
    again = "Export it again: the file is not as the recogniser wrote it, or only half copied."
    try:
        return json.loads(text)
    except json.JSONDecodeError as cause:
        problem = f"The file is no JSON from line {cause.lineno}, column {cause.colno} on ({cause.msg})."
        raise ReadingError(problem, again, where) from cause
    except RecursionError as cause:
        raise ReadingError("The JSON is nested too deep to be a transcript.", again, where) from cause
    except ValueError as cause:  # a number of more digits than any number has
        raise ReadingError("The file holds a number that cannot be read.", again, where) from cause


# --- the shapes ---


def _whisper(found: Any) -> list[Cue]:
    """Whisper, faster-whisper, WhisperX: {"segments": [{"start", "text", "speaker"?}]}, or that list alone."""
    segments = found if isinstance(found, list) else _list(found, "segments", "text")
    return [_cue(each, "text") for each in _objects(segments, "text")]


def _whisper_cpp(found: Any) -> list[Cue]:
    """whisper.cpp: {"transcription": [{"offsets": {"from": milliseconds}, "text", "speaker"?}]}."""
    parts = _list(found, "transcription", "text")
    return [Cue(_seconds(_get(each, "offsets"), "from", 1000), _words(each, "text"), _speaker(each)) for each in parts]


def _deepgram(found: Any) -> list[Cue]:
    """Deepgram: {"results": {"utterances"?: [{"start", "transcript", "speaker"?}], "channels": [...]}}."""
    results = _get(found, "results")
    channels = _list(results, "channels", "alternatives")
    many = len(channels) > 1
    spoken = [_cue(each, "transcript", many) for each in _list(results, "utterances", "transcript")]
    if not spoken:
        spoken = [cue for number, channel in enumerate(channels) for cue in _channel(channel, number if many else None)]
    return sorted(spoken, key=lambda cue: cue.seconds or 0.0) if many else spoken


def _channel(channel: Any, number: int | None) -> Iterator[Cue]:
    """One channel's cues by its paragraphs, else by its words, else its transcript as one."""
    best: Any = next(iter(_list(channel, "alternatives", "transcript")), {})
    paragraphs = _list(_get(best, "paragraphs"), "paragraphs", "sentences")
    words = _list(best, "words", "word")
    for each in paragraphs:
        said = " ".join(_words(sentence, "text") for sentence in _list(each, "sentences", "text"))
        yield Cue(_seconds(each, "start"), said, _speaker(each, number))
    for each in words if not paragraphs else ():
        said = _words(each, "punctuated_word") or _words(each, "word")
        yield Cue(_seconds(each, "start"), said, _speaker(each, number))
    if not paragraphs and not words:
        yield Cue(None, _words(best, "transcript"), _speaker({}, number))


def _assemblyai(found: Any) -> list[Cue]:
    """AssemblyAI: {"utterances": [{"start": milliseconds, "text", "speaker"}], "text"}."""
    spoken = _list(found, "utterances", "text")
    return [Cue(_seconds(each, "start", 1000), _words(each, "text"), _speaker(each)) for each in spoken]


def _youtube(found: Any) -> list[Cue]:
    """YouTube's json3: {"events": [{"tStartMs", "segs": [{"utf8"}]}]}."""
    events = _list(found, "events", "segs")
    return [
        Cue(_seconds(each, "tStartMs", 1000), _one_line("".join(_said(part, "utf8") for part in _parts(each))))
        for each in events
    ]


def _parts(event: Any) -> list[Any]:
    return _list(event, "segs", "utf8")


def _whole(found: Any) -> list[Cue]:
    """The whole text alone, as Whisper's own service gives it where no segments are asked for."""
    return [Cue(None, _words(found, "text"))] if isinstance(_get(found, "text"), str) else []


_SHAPES: tuple[Callable[[Any], list[Cue]], ...] = (
    _whisper,
    _whisper_cpp,
    _deepgram,
    _assemblyai,
    _youtube,
    _whole,
)


# --- what stands in an object ---


def _get(found: Any, key: str) -> Any:
    return found.get(key) if isinstance(found, Mapping) else None


def _list(found: Any, key: str, needed: str) -> list[Any]:
    """The objects under `key` that hold the key `needed`; none where there is no such list."""
    return _objects(_get(found, key), needed)


def _objects(found: Any, needed: str) -> list[Any]:
    return [each for each in found if _get(each, needed) is not None] if isinstance(found, list) else []


def _cue(each: Any, words: str, by_channel: bool = False) -> Cue:
    channel = _get(each, "channel") if by_channel else None
    return Cue(_seconds(each, "start"), _words(each, words), _speaker(each, channel))


def _words(each: Any, key: str) -> str:
    return _one_line(_said(each, key))


def _said(each: Any, key: str) -> str:
    words = _get(each, key)
    return words if isinstance(words, str) else ""


def _one_line(words: str) -> str:
    return " ".join(clean(words).split())


def _seconds(each: Any, key: str, per_second: int = 1) -> float | None:
    """The moment under `key` in seconds; None where it is no number, or none that a recording has."""
    moment = _get(each, key)
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not 0 <= moment < LONGEST * per_second:
        return None
    return round(moment / per_second, 3)


def _speaker(each: Any, channel: Any = None) -> str | None:
    """The voice as a label: a name as it stands, a number as `Speaker 0`, `Channel 1` where channels are voices."""
    speaker = _get(each, "speaker")
    if isinstance(channel, list):
        channel = channel[0] if channel else None
    where = f"Channel {channel}" if isinstance(channel, int) else None
    if isinstance(speaker, int) and not isinstance(speaker, bool):
        return f"{where}, speaker {speaker}" if where and speaker else where or f"Speaker {speaker}"
    return _one_line(speaker) or where if isinstance(speaker, str) else where
