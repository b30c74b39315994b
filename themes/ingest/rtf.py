"""RTF files (.rtf): the words of paragraphs and tables in their order, bold names recognised as labels.

By hand, because the library that is kept alive for it (striprtf) keeps what tracked changes deleted, loses bold type
and so the labels that only it marks, halves letters beyond 16 bits, and takes time in the cube of a hostile file's
length. What a word of RTF means stands in `rtf_words`; here is what becomes of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from themes.errors import ReadingError
from themes.ingest.layout import Paragraph, Table, Written, paragraph_of, written
from themes.ingest.options import IngestOptions
from themes.ingest.rtf_words import (
    CHARACTERS,
    CHARSETS,
    CODE_PAGES,
    NOTES,
    READ_AFTER_ALL,
    SKIPPED,
    SKIPPED_BUT_FOR,
    SYMBOLS,
)

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)", re.DOTALL
)
SAVE = "Open it in Word or LibreOffice and save it as .docx."
DEEPEST = 1_000
"""Groups within each other: a document has some twenty."""
MOST_WORDS = 1_000_000
"""Control words and pieces of text in one file: some seven hundred pages as Word writes them."""


@dataclass(frozen=True, slots=True)
class State:
    """What holds in a group of the file; the group around it has its own back when it ends.

    `skipped`: 0 is read, 1 is not, 2 is not whatever stands inside. `fallback` is how many characters stand after a
    Unicode character for readers that do not know it. `encoding` is None for the file's own.
    """

    skipped: int = 0
    bold: bool = False
    deleted: bool = False
    fallback: int = 1
    encoding: str | None = None


def read_rtf(data: bytes, options: IngestOptions, where: str) -> Written:
    """The text of an .rtf, with the labels that its layout marks.

    Raises ReadingError for what is no RTF, is not safe to read, or has no words.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadingError("The file is not RTF, whatever its ending says.", SAVE, where)
    reader = _Reader(where)
    reader.read(data)
    found = written(reader.parts, options, where, reader.notes)
    return replace(found, doubts=(*found.doubts, *reader.doubts()))


class _Reader:
    """Goes through the file once, and gathers its paragraphs and tables."""

    def __init__(self, where: str) -> None:
        self.parts: list[Paragraph | Table] = []
        self.notes = 0
        self._where = where
        self._state = State()
        self._around: list[State] = []
        self._runs: list[tuple[str, bool]] = []
        self._cells: list[str] = []
        self._rows: list[tuple[str, ...]] = []
        self._in_table = False
        self._bytes = bytearray()
        self._left = 0  # characters still to pass over after a Unicode character
        self._starred = False
        self._own = "cp1252"
        self._fonts: dict[int, str | None] = {}
        self._font = 0
        self._usual_font = 0
        self._at_fonts = False
        self._unknown = 0
        self._acts: dict[str, Callable[[int | None], None]] = {
            "par": lambda _: self._end_paragraph(),
            "sect": lambda _: self._end_paragraph(),
            "page": lambda _: self._end_paragraph(),
            "pard": self._plain_paragraph,
            "intbl": self._table_paragraph,
            "cell": lambda _: self._end_cell(),
            "row": lambda _: self._end_row(),
            "nestcell": lambda _: self._say("\n"),
            "b": lambda number: self._set(bold=number != 0),
            "deleted": lambda number: self._set(deleted=number != 0),
            "plain": lambda _: self._set(bold=False, deleted=False, encoding=self._fonts.get(self._usual_font)),
            "uc": lambda number: self._set(fallback=min(max(number or 0, 0), 8)),
            "u": self._unicode,
            "f": self._take_font,
            "fcharset": self._charset,
            "deff": self._default_font,
            "ansicpg": self._code_page,
            "mac": lambda _: self._code_page(10000),
            "pc": lambda _: self._code_page(437),
            "pca": lambda _: self._code_page(850),
        }

    def doubts(self) -> tuple[tuple[str, str], ...]:
        """What is to be told of the file: that it breaks off, and that letters could not be read."""
        found = []
        if self._around:
            found.append(("The file breaks off before its end.", "Look whether the last words are there."))
        if self._unknown:
            found.append((f"{self._unknown} characters could not be read and stand as \ufffd.", SAVE))
        return tuple(found)

    def read(self, data: bytes) -> None:
        """Goes through the bytes to the end of the outermost group."""
        at, count = data.index(b"{"), 0
        while at < len(data):
            match = TOKEN.match(data, at)
            if match is None:  # a backslash that ends the file
                break
            at, count = match.end(), count + 1
            if count > MOST_WORDS or len(self._around) > DEEPEST:
                raise ReadingError(
                    "The file is not safe to read: it is no document that people write.", SAVE, self._where
                )
            if match[1] == b"bin":
                at += min(int(match[2] or 0), len(data))
            else:
                self._take(match)
            if match[5] == b"}" and not self._around:
                break
        self._end_paragraph()
        self._end_table()

    def _take(self, match: re.Match[bytes]) -> None:
        if match[6]:
            self._text(match[6])
        elif match[3]:
            self._text(bytes.fromhex(match[3].decode()))
        elif match[5]:
            self._group(match[5])
        elif match[1]:
            self._word(match[1].decode(), int(match[2]) if match[2] else None)
        elif match[4]:
            self._symbol(match[4].decode("latin-1"))

    def _group(self, brace: bytes) -> None:
        self._flush()
        self._left, self._starred = 0, False
        if brace == b"{":
            self._around.append(self._state)
        elif self._around:
            self._state = self._around.pop()
        self._at_fonts = self._at_fonts and len(self._around) > 1

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif symbol in "\r\n":
            self._end_paragraph()
        elif self._left:
            self._left -= 1
        else:
            self._say(SYMBOLS.get(symbol, ""))

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        starred, self._starred, self._left = self._starred, False, 0
        if word in NOTES and not self._state.skipped:
            self.notes += 1
        self._at_fonts = self._at_fonts or word == "fonttbl"
        if word in SKIPPED or word in NOTES:
            self._set(skipped=2)
        elif word in READ_AFTER_ALL:
            self._set(skipped=0 if self._state.skipped < 2 else 2)
        elif starred or word in SKIPPED_BUT_FOR:
            self._set(skipped=max(1, self._state.skipped))
        elif word in CHARACTERS:
            self._say(CHARACTERS[word])
        elif word in self._acts:
            self._acts[word](number)

    # --- letters ---

    def _text(self, words: bytes) -> None:
        self._starred = False
        passed = min(self._left, len(words))
        self._left -= passed
        if not self._state.skipped and not self._state.deleted:
            self._bytes += words[passed:]

    def _flush(self) -> None:
        """Says the bytes gathered so far in the code page that holds; two of them may be one letter."""
        if self._bytes:
            text = self._bytes.decode(self._state.encoding or self._own, errors="replace")
            self._unknown += text.count("\ufffd")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        self._flush()
        if text and not self._state.skipped and not self._state.deleted:
            self._runs.append((text, self._state.bold))

    def _unicode(self, number: int | None) -> None:
        if number is not None and -0x8000 <= number <= 0xFFFF:
            self._say(chr(number % 0x10000))
        self._left = self._state.fallback

    def _set(self, **changes: bool | int | str | None) -> None:
        if any(getattr(self._state, name) != value for name, value in changes.items()):
            self._state = replace(self._state, **changes)  # type: ignore[arg-type]  # names and types are State's

    # --- fonts and code pages ---

    def _take_font(self, number: int | None) -> None:
        self._font = number or 0
        self._set(encoding=self._fonts.get(self._font))

    def _default_font(self, number: int | None) -> None:
        self._usual_font = number or 0

    def _charset(self, number: int | None) -> None:
        if self._at_fonts:
            self._fonts[self._font] = CHARSETS.get(number or 0)

    def _code_page(self, number: int | None) -> None:
        name = CODE_PAGES.get(number or 0, f"cp{number}")
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self._own = name

    # --- paragraphs and tables ---

    def _plain_paragraph(self, _: int | None) -> None:
        self._in_table = False

    def _table_paragraph(self, _: int | None) -> None:
        self._in_table = True

    def _end_paragraph(self) -> None:
        self._flush()
        if self._state.skipped:
            return
        if self._in_table:
            self._say("\n")
            return
        self._end_table()
        self.parts.append(self._gathered())

    def _gathered(self) -> Paragraph:
        """The runs since the last paragraph, with the halves of letters beyond 16 bits put together."""
        whole = [(words.encode("utf-16", "surrogatepass"), bold) for words, bold in self._joined()]
        self._runs = []
        return paragraph_of((words.decode("utf-16", "replace"), bold) for words, bold in whole)

    def _joined(self) -> list[tuple[str, bool]]:
        runs: list[tuple[list[str], bool]] = []
        for words, bold in self._runs:
            if runs and runs[-1][1] == bold:
                runs[-1][0].append(words)
            else:
                runs.append(([words], bold))
        return [("".join(words), bold) for words, bold in runs]

    def _end_cell(self) -> None:
        if not self._state.skipped:
            self._cells.append(self._gathered().text)

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append(tuple(self._cells))
        self._cells = []

    def _end_table(self) -> None:
        """Ends the table before a paragraph outside it."""
        self._end_row()
        if self._rows:
            self.parts.append(Table(tuple(self._rows)))
        self._rows = []
