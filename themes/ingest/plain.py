"""Plain text and Markdown: the words of the file, whatever encoding it was saved in."""

from __future__ import annotations

import codecs

from themes.errors import ReadingError
from themes.ingest.stretches import clean

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks and what they say; UTF-32 stands before UTF-16, whose mark is the beginning of its own."""

OLDER = ["cp1252", "cp1250", "cp1251", "cp1256", "mac_roman", "gb18030"]
"""Encodings of older programs, most usual first, that a file may be in when it is not Unicode."""

SAVE_AGAIN = "Open it in an editor and save it as plain text, encoding UTF-8."


def decode(data: bytes, where: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text of the bytes with line feeds and no byte order mark, and a doubt where the encoding was guessed.

    Raises ReadingError for an empty file, for bytes that are no text, and for a broken Unicode file.
    """
    if not data.strip():
        raise ReadingError("The file is empty.", "Put the transcript into it, or take it off the list.", where)
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if encoding is None and b"\0" in data:
        raise ReadingError("The file holds zero bytes, so it is not text.", SAVE_AGAIN, where)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as cause:
        if encoding is not None:
            raise ReadingError(f"The file says it is {encoding} and is not.", SAVE_AGAIN, where) from cause
        return _guessed(data, where)
    return _kept(text, where), ()


def _kept(text: str, where: str) -> str:
    if "\0" in text:
        raise ReadingError("The file holds zero characters, so it is not text.", SAVE_AGAIN, where)
    kept = clean(text)
    if not kept.strip():
        raise ReadingError("The file is empty.", "Put the transcript into it, or take it off the list.", where)
    return kept


def _guessed(data: bytes, where: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text in the older encoding that fits best; Windows-1252 first, since a short text fits many."""
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=OLDER[:1]).best() or from_bytes(data, cp_isolation=OLDER).best()
    if best is None:
        raise ReadingError("The encoding of the file cannot be recognised.", SAVE_AGAIN, where)
    doubt = (
        f"The file is not UTF-8; it was read as {best.encoding}.",
        "Look at letters with accents, and save it as UTF-8.",
    )
    return _kept(str(best), where), (doubt,)
