"""A work that the methods refer to: as a line of a list, as a sentence cites it, as BibTeX."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What of the program a reference stands for; a study uses some of it."""

    APPROACH = "the approach"
    ENCODER = "a sentence encoder"
    CONSENSUS = "candidate themes by consensus"
    DESCENT = "neighbours by descent"
    FEW = "themes of few segments"
    DENSITY = "candidate themes by density"
    TERMS = "terms of candidate themes"
    MAP = "the map"
    MATCHING = "themes from run to run"
    CODEBOOK = "suggested codes"
    LEARNT = "suggestions learnt from decisions"
    SETS = "sets of suggestions"
    AUDIT = "an audit with estimates"
    COMPARING = "comparisons"
    SMOOTHING = "a second view of small cells"
    AGREEMENT = "agreement of coders"
    CHECKLISTS = "the checklists"


@dataclass(frozen=True, slots=True)
class Reference:
    """One work: `authors` as `Braun, V.`; `kind` as BibTeX names it; `where` the journal, proceedings or publisher."""

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    kind: str
    where: str
    uses: frozenset[Use]
    place: str = ""
    pages: str = ""
    others: bool = False

    @property
    def line(self) -> str:
        """The work as a list of references has it, in Markdown."""
        names = " & ".join(part for part in (", ".join(self.authors[:-1]), self.authors[-1]) if part)
        who = f"{names} et al." if self.others else names
        if self.kind == "book":
            return f"{who} ({self.year}). *{self.title}*. {self.where}."
        if self.kind == "misc":
            return f"{who} ({self.year}). {self.title}. {self.where}."
        where = f"*{self.where}*{f' {self.place}' if self.place else ''}{f', {self.pages}' if self.pages else ''}"
        return f"{who} ({self.year}). {self.title}. {where}."

    @property
    def cited(self) -> str:
        """`Braun & Clarke 2006`, `Angelopoulos et al. 2022`."""
        surnames = [author.partition(",")[0] for author in self.authors]
        if self.others or len(surnames) > 3:
            return f"{surnames[0]} et al. {self.year}"
        return f"{' & '.join(part for part in (', '.join(surnames[:-1]), surnames[-1]) if part)} {self.year}"

    @property
    def bibtex(self) -> str:
        """The work as an entry of a .bib file."""
        return "\n".join([f"@{self.kind}{{{self.key},", *self._fields(), "}"])

    def _fields(self) -> Iterable[str]:
        names = " and ".join((*self.authors, *(("others",) if self.others else ())))
        volume, _, number = self.place.rstrip(")").partition("(")
        holder = {"article": "journal", "book": "publisher", "inproceedings": "booktitle"}.get(
            self.kind, "howpublished"
        )
        found = {
            "author": _plain(names),
            "title": f"{{{_plain(self.title)}}}",
            "year": str(self.year),
            holder: _plain(self.where),
            "volume": volume,
            "number": number,
            "pages": self.pages.replace("-", "--"),
        }
        return (f"  {name} = {{{value}}}," for name, value in found.items() if value)


def _plain(text: str) -> str:
    """The text with what LaTeX would take for a command made plain."""
    return "".join(f"\\{sign}" if sign in "&%$#_{}" else sign for sign in text)
