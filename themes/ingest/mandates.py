"""Resolutions: preambular paragraphs (`PP 3`), operative ones (`OP 12`), their items (`OP 12 (a) (i)`), and the rest.

Written by hand: no library reads the layout of United Nations documents. It takes text with a paragraph on each
line and text whose paragraphs wrap over lines and pages alike. What is no paragraph (the head of the document,
page lines, headings, annexes) is context; a page line inside a paragraph is moved behind it, so that the paragraph
stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from themes.domain import TurnRole
from themes.ingest.lines import join_lines
from themes.ingest.numbering import Numbering
from themes.ingest.stretches import Content, Stretch, lay_out

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]

SYMBOL = re.compile(r"\b(S/RES/\d{1,5}\s*\(\d{4}\)|S/PRST/\d{4}/\d+|[AS]/RES/\d+/\d+)")
DAY = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b")
ADOPTED = re.compile(r"\b(?:Adopted|Adoption) by the Security Council\b[^\n]*(?:\n[^\n]*){0,3}")
OPENER = re.compile(
    r"^[ \t]*(?:The Security Council|The General Assembly|Le Conseil de sécurité)[ \t]*,[ \t]*", re.MULTILINE
)
OPERATIVE = re.compile(r"^\s*(?:[A-Z]\s+)?(\d{1,3})\s*\.\s*(?=[^\s\d.])")
ITEM = re.compile(r"^\s*\(([a-z]{1,5}|\d{1,2})\)\s*")
BULLET = re.compile(r"^\s*[-–—•▪\xad]\s+")
SECTION = re.compile(r"^\s*([IVX]{1,5})\.\s+(?=[A-Z])")
ANNEX = re.compile(r"^\s*(?:Annex|Appendix|Enclosure)(?:es)?(?:\s+([IVX]+|\d+|[A-Z]))?\s*$")
JOINTS = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "for", "by", "with", "and", "or", "from", "as", "including"]
)
"""Words that no heading ends with."""

NUMBERED = re.compile(r"^\s*\(?([A-Za-z]|\d{1,3}|[ivx]+)[.)]\s+")
COMPLETE = re.compile(r"(?:[;:.,?!…*]|[;,] (?:and|or)|\b(?:and|or))[\"'”’»)]*\s*$")
FURNITURE = re.compile(
    r"""^\s*(?:
    S/RES/\d+\s*\(\d{4}\)\s*\*?(?:\s+Page\s+\d+)?
    | \d{2}-\d{5}\s*\*?(?:\s*\([A-Z]\))?(?:\s*[`*]*|\s+\d+)?
    | (?:\d{1,3}(?:/\d{1,3})?\s+)?\d{2}-\d{5}\s*\*?(?:\s+\d{1,3}(?:/\d{1,3})?)?
    | \d{1,3}(?:\s*/\s*\d{1,3})? | Page\s+\d+(?:\s+of\s+\d+)? | \*\s?\d{6,8}\s?\*
    | /\.\.\. | -{3,} | _{3,} | [*](?:\s?[*])* | \*\s+Reissued\ for\ technical\ reasons.*
    )\s*$""",
    re.VERBOSE,
)
PREAMBULAR = re.compile(
    r"^(?:(?:Also|Further|Again|Once again|Still|In this regard|In this context|Having|Mindful|Aware|Conscious|"
    r"Cognizant|Desirous|Eager|Resolute|Bearing in mind|Being|[A-Z][a-z]+ly)\b|[A-Z][a-z-]{2,}(?:ing|ed)\b)"
)

RUN_TOGETHER = re.compile(r"^[ \t]*The Security Council,[ ].{400,}$", re.MULTILINE)
"""A preamble, or a whole resolution, on the one line that begins with the Council's name."""

RUN_ON_NUMBER = re.compile(r"(?<=[,;:])[ ]+(?=\d{1,3}\.[ ]+[A-Z][a-z])")
"""Where a numbered paragraph follows another on the same line."""


@dataclass(slots=True)
class Block:
    """One paragraph while it is put together; `label` is what stands before its words in the kept text."""

    role: TurnRole
    lines: list[str]
    number: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """The paragraphs of a resolution, its symbol (`S/RES/2100 (2013)`, else empty) and the day of its adoption."""

    content: Content
    symbol: str
    day: date | None


def read_mandate(text: str) -> Mandate:
    """The paragraphs of one resolution; a text without numbered paragraphs is read by paragraphs, with a doubt."""
    splitter = Splitter(text)
    splitter.run()
    head = text[:4000]
    stretches = [stretch for block in splitter.blocks for stretch in _stretch(block, splitter.join)]
    return Mandate(lay_out(stretches, splitter.doubts()), symbol_of(head), day_of(head))


def symbol_of(head: str) -> str:
    """The first symbol in the text, with single spaces, or nothing."""
    found = SYMBOL.search(head)
    return re.sub(r"(?<=\d)\s*\(", " (", found[1]) if found else ""


def day_of(head: str) -> date | None:
    """The day of adoption (`on 25 April 2013`), else the first date of the document's head, else None."""
    opener = OPENER.search(head)
    adopted = ADOPTED.search(head)
    found = (DAY.search(adopted[0]) if adopted else None) or DAY.search(head[: opener.start() if opener else 600])
    if found is None:
        return None
    try:
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None


def _taken_apart(line: re.Match[str]) -> str:
    """The line with a line feed before each preambular paragraph."""
    return re.sub(rf"(?<=[,;])[ ](?={PREAMBULAR.pattern[1:]})", "\n", line[0])


def _stretch(block: Block, join: Callable[[Sequence[str]], str]) -> Iterator[Stretch]:
    words = join(block.lines).strip()
    if words:
        yield Stretch(words, block.role, number=block.number, label=block.label)


@dataclass(slots=True)
class Splitter:
    """Goes through the lines of a resolution once and gathers its blocks; `state` is the part it is in."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    numbering: Numbering = field(default_factory=Numbering)
    state: str = "head"
    preambular: int = 0
    gaps: list[int] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    blank: bool = False
    lines: list[str] = field(default_factory=list)
    is_wrapped: bool = False
    join: Callable[[Sequence[str]], str] = " ".join

    def run(self) -> None:
        """Fills `blocks`."""
        text = RUN_TOGETHER.sub(_taken_apart, self.text.replace("\t", " "))
        self.lines = RUN_ON_NUMBER.sub("\n", text).split("\n")
        self.is_wrapped = not any(len(line) > 200 for line in self.lines)
        self.join = join_lines(self.text)
        if OPENER.search(self.text) is None:
            self.state = "operative" if any(OPERATIVE.match(line) for line in self.lines) else "unnumbered"
        handlers = {
            "head": self._head,
            "preamble": self._preamble,
            "operative": self._operative,
            "annex": self._annex,
            "unnumbered": self._unnumbered,
        }
        for index, line in enumerate(self.lines):
            if not line.strip():
                self.blank = True
            elif self.state != "head" and FURNITURE.match(line):
                self.waiting.append(line.strip())
            else:
                handlers[self.state](index, line.strip())
                self.blank = False
        self._flush()

    def doubts(self) -> tuple[tuple[str, str], ...]:
        """What a reader should know: no numbered paragraphs, or numbers that are missing."""
        if not any(block.number.startswith("OP") for block in self.blocks):
            remedy = "See that each operative paragraph begins with its number and a full stop (“1. Decides”)."
            return (("No numbered operative paragraphs were found in the mandate.", remedy),)
        if self.gaps:
            missing = ", ".join(str(number) for number in self.gaps[:8])
            return ((f"Operative paragraphs are missing: {missing}.", "Compare the file with the resolution."),)
        return ()

    def _flush(self) -> None:
        """Puts the page lines that were met since the last paragraph began behind it."""
        if self.waiting:
            self.blocks.append(Block(TurnRole.CONTEXT, [" ".join(self.waiting)]))
            self.waiting = []

    def _begin(self, role: TurnRole, words: str, number: str = "", label: str = "") -> None:
        self._flush()
        self.blocks.append(Block(role, [words], number, label))

    def _go_on(self, words: str) -> None:
        """Adds the line to the paragraph in hand."""
        self.blocks[-1].lines.append(words)

    def _so_far(self) -> str:
        return self.blocks[-1].lines[-1] if self.blocks else ""

    def _is_complete(self) -> bool:
        """Whether the paragraph in hand ends as paragraphs do."""
        return COMPLETE.search(self._so_far()) is not None

    def _next(self, index: int) -> str:
        """The next line that is not empty and no page line."""
        rest = self.lines[index + 1 : index + 30]
        return next((line for line in rest if line.strip() and not FURNITURE.match(line)), "")

    def _head(self, _: int, line: str) -> None:
        opener = OPENER.match(line)
        if opener is None:
            self._begin(TurnRole.CONTEXT, line)
            return
        self._begin(TurnRole.CONTEXT, opener[0].strip())
        self.state = "preamble"
        if line[opener.end() :]:
            self._new_preambular(line[opener.end() :])

    def _new_preambular(self, line: str) -> None:
        self.preambular += 1
        self._begin(TurnRole.PREAMBULAR, line, f"PP {self.preambular}")

    def _preamble(self, index: int, line: str) -> None:
        found = OPERATIVE.match(line)
        if found and int(found[1]) == 1:
            self.state = "operative"
            self._operative(index, line)
        elif self._is_heading(index, line):
            self._begin(TurnRole.CONTEXT, line)
        elif self._begins_preambular(line):
            self._new_preambular(line)
        else:
            self._go_on(line)

    def _begins_preambular(self, line: str) -> bool:
        if self.preambular == 0:
            return True
        if not line[0].isupper() or not self._is_complete():
            return False
        return PREAMBULAR.match(line) is not None or not self.is_wrapped or self.blank

    def _is_heading(self, index: int, line: str) -> bool:
        """A short line without an end, between a complete paragraph and a number."""
        if len(line.split()) > 12 or COMPLETE.search(line) or not line[0].isupper() or not self._is_complete():
            return False
        following = self._next(index)
        return any(pattern.match(following) for pattern in (OPERATIVE, ITEM, BULLET, SECTION))

    def _operative(self, index: int, line: str) -> None:
        annex = ANNEX.match(line)
        number = OPERATIVE.match(line)
        section = SECTION.match(line)
        if annex and self.numbering.operative:
            self._open_annex(line)
        elif number and self._is_next(int(number[1])):
            self._new_operative(index, line, number)
        elif section and self.numbering.opens_section(section[1]):
            self._begin(TurnRole.OPERATIVE, line[section.end() :], self.numbering.name, f"{section[1]}. ")
        elif not self._item(index, line):
            self._words(index, line)

    def _is_next(self, number: int) -> bool:
        """Whether a paragraph may have that number: the next one, or a few on where the text lost some."""
        ahead = number - self.numbering.operative
        return ahead == 1 or (1 < ahead <= 3 and self._is_complete() and not self.is_wrapped)

    def _new_operative(self, index: int, line: str, found: re.Match[str]) -> None:
        number = int(found[1])
        self.gaps.extend(range(self.numbering.operative + 1, number))
        self.numbering.open_operative(number)
        rest = line[found.end() :]
        self._begin(TurnRole.OPERATIVE, "" if ITEM.match(rest) else rest, self.numbering.name, found[0].lstrip())
        if ITEM.match(rest):
            self._item(index, rest)

    def _item(self, index: int, line: str) -> bool:
        """Begins a new item where the line has the mark of the next one; says whether it did."""
        found = ITEM.match(line)
        if found is None:
            return self._bullet(line)
        opened = self._may_hold_items() and self.numbering.opens_item(found[1], self._marks_after(index))
        if not opened:
            return False
        rest = line[found.end() :]
        nested = ITEM.match(rest)
        self._begin(TurnRole.OPERATIVE, "" if nested else rest, self.numbering.name, found[0])
        return self._item(index, rest) or True if nested else True

    def _may_hold_items(self) -> bool:
        """Whether the paragraph in hand ends so that an item may follow; `of\\n(i) a mechanism` is a wrapped line."""
        if not self.is_wrapped or not self.blocks or self._is_complete() or self.blocks[-1].role is TurnRole.CONTEXT:
            return True
        words = " ".join(self.blocks[-1].lines).split()
        return not words or (self.numbering.has_items and len(words) <= 60 and words[-1].casefold() not in JOINTS)

    def _marks_after(self, index: int) -> tuple[str, ...]:
        """The marks of the items that follow, up to the next numbered paragraph."""
        marks: list[str] = []
        for line in self.lines[index + 1 :]:
            if OPERATIVE.match(line):
                break
            marks.extend(found[1] for found in [ITEM.match(line)] if found)
        return tuple(marks)

    def _bullet(self, line: str) -> bool:
        found = BULLET.match(line)
        if found is None or not self.numbering.operative:
            return False
        self._begin(TurnRole.OPERATIVE, line[found.end() :], self.numbering.next_bullet(), "- ")
        return True

    def _words(self, index: int, line: str) -> None:
        """A line without a mark: a heading, or more of the paragraph in hand."""
        if self._is_heading(index, line) or not self.blocks or not self.numbering.operative:
            self._begin(TurnRole.CONTEXT, line)
        elif self.blocks[-1].role is TurnRole.CONTEXT:
            self._begin(TurnRole.OPERATIVE, line, self.numbering.name)
        else:
            self._go_on(line)

    def _open_annex(self, line: str) -> None:
        self.state = "annex"
        self._begin(TurnRole.CONTEXT, line)

    def _annex(self, _: int, line: str) -> None:
        """Annexes are kept as context, by lines or numbered paragraphs."""
        if ANNEX.match(line):
            self._open_annex(line)
        elif self.blank or NUMBERED.match(line) or self._is_complete() or not self.is_wrapped:
            self._begin(TurnRole.CONTEXT, line)
        else:
            self._go_on(line)

    def _unnumbered(self, _: int, line: str) -> None:
        if self.blocks and not self.blank and not self._is_complete():
            self._go_on(line)
        else:
            self._begin(TurnRole.OPERATIVE, line)
