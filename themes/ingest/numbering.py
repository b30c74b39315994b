"""The numbers of operative paragraphs and their items, as they follow each other in a resolution."""

from __future__ import annotations

from dataclasses import dataclass, field

_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

ROMAN = [*(ten + one for ten in ("", "x") for one in _ONES if ten + one), "xx"]
LETTERS = [*_ALPHABET, *(2 * letter for letter in _ALPHABET)]
DIGITS = [str(number) for number in range(1, 41)]
STYLES = {"letter": LETTERS, "roman": ROMAN, "digit": DIGITS}


@dataclass(slots=True)
class Numbering:
    """Where in the numbering a text is: the paragraph, its section (`I`, else empty) and its open items by level."""

    operative: int = 0
    section: str = ""
    items: list[tuple[str, int]] = field(default_factory=list)
    bullets: int = 0

    @property
    def name(self) -> str:
        """`OP 12 (a) (i)`, or `OP 7 I (a)` in a section."""
        marks = [f"({STYLES[style][place]})" for style, place in self.items]
        return " ".join([f"OP {self.operative}", *([self.section] if self.section else []), *marks])

    @property
    def has_items(self) -> bool:
        """Whether an item is open."""
        return bool(self.items) or bool(self.section)

    def open_operative(self, number: int) -> None:
        """Begins a numbered paragraph."""
        self.operative, self.section, self.items, self.bullets = number, "", [], 0

    def opens_section(self, roman: str) -> bool:
        """Begins the section `I.`, `II.`, ... where it is the next of the paragraph; says whether it did."""
        place = ROMAN.index(self.section.lower()) + 1 if self.section else 0
        if not self.operative or place >= len(ROMAN) or ROMAN[place] != roman.lower():
            return False
        self.section, self.items, self.bullets = roman, [], 0
        return True

    def next_bullet(self) -> str:
        """The name of the next paragraph with a dash: `OP 30 (g) - 1`."""
        self.bullets += 1
        return f"{self.name} - {self.bullets}"

    def opens_item(self, mark: str, marks_after: tuple[str, ...]) -> bool:
        """Begins the item `(mark)` where it is one that may follow; says whether it did.

        `(i)` may be a letter or a Roman number: where both may follow, `marks_after` (the marks to come) decide.
        """
        readings = [items for style in STYLES for items in self._followed(style, mark)]
        if not readings or not self.operative:
            return False
        self.items = self._likelier(readings, marks_after) if len(readings) > 1 else readings[0]
        self.bullets = 0
        return True

    def _followed(self, style: str, mark: str) -> list[list[tuple[str, int]]]:
        """The open items after `mark` in that style, as a list of at most one."""
        if mark not in STYLES[style]:
            return []
        place = STYLES[style].index(mark)
        styles = [open_style for open_style, _ in self.items]
        if style in styles:
            level = styles.index(style)
            return [[*self.items[:level], (style, place)]] if self.items[level][1] + 1 == place else []
        return [[*self.items, (style, 0)]] if place == 0 else []

    @staticmethod
    def _likelier(readings: list[list[tuple[str, int]]], marks_after: tuple[str, ...]) -> list[tuple[str, int]]:
        """The reading whose next mark comes soonest; the first (a letter) where none comes."""

        def distance(items: list[tuple[str, int]]) -> int:
            style, place = items[-1]
            following = STYLES[style][place + 1] if place + 1 < len(STYLES[style]) else ""
            return marks_after.index(following) if following in marks_after else len(marks_after)

        return min(readings, key=distance)
