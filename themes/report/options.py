"""How much the report shows, and below how many people it shows no share."""

from __future__ import annotations

from dataclasses import dataclass, fields

from themes.errors import OptionError
from themes.report.audience import LEAST, Audience

_RANGES = {
    "quotes": (0, 50),
    "quote_words": (10, 1000),
    "min_participants": (1, 1000),
    "terms": (1, 50),
    "map_points": (100, 20_000),
    "rows": (10, 5000),
}

FIGURES = ("svg", "all", "none")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the report shows, and to whom.

    `quotes`: quotes for each candidate theme and each code (0 to 50; 0 shows none). `quote_words`: a longer quote is
    cut there, and says so. `min_participants`: in a cell with fewer distinct participants the page shows no numbers,
    and says so; `prevalence.csv` marks such rows as `small_cell`. `terms`: terms on the card of a candidate theme.
    `map_points`: with more segments than this the map shows an even sample, and says so. `rows`: a longer list of
    sources is folded after so many rows. `figures`: "svg", "all" for PNG and PDF as well, or "none".
    `audience`: for `self` the tables are whole; for `team` and `public` page and tables alike hide and leave out what
    could tell who spoke, with 3 and 5 people at least behind a number.
    """

    quotes: int = 3
    quote_words: int = 90
    min_participants: int = 3
    terms: int = 10
    map_points: int = 3000
    rows: int = 60
    figures: str = "svg"
    audience: str = "self"

    def __post_init__(self) -> None:
        if self.audience not in list(Audience):
            problem = f'There is no audience "{self.audience}".'
            raise OptionError(problem, f"Choose one of: {', '.join(Audience)}.", "report.audience")
        for option in fields(self):
            if option.name in _RANGES:
                _check(option.name, getattr(self, option.name))
        if self.figures not in FIGURES:
            remedy = f"Give {' or '.join(map(repr, FIGURES))}."
            raise OptionError(f"figures is {self.figures!r}.", remedy, "report.figures")

    @property
    def least(self) -> int:
        """How few people may stand behind a number: `min_participants`, or what the audience asks for."""
        return max(self.min_participants, LEAST[Audience(self.audience)])


def _check(name: str, value: object) -> None:
    low, high = _RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{name} is {value!r}, not a whole number.", f"Give {low} to {high}.", f"report.{name}")
    if not low <= value <= high:
        raise OptionError(f"{name} is {value}.", f"Give {low} to {high}.", f"report.{name}")
