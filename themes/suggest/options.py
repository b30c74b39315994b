"""How codes are suggested."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import check_range

AUTO = "auto"
"""The language of most sources."""


@dataclass(frozen=True, slots=True)
class SuggestOptions:
    """How codes are suggested.

    `top`: suggestions kept per segment. `lexical_weight`: how much shared words count beside meaning (0: not at all).
    `example_weight`: how much a code's examples count beside its name and definition. `neighbours` and `spread`: how
    many of the most similar segments have a say, and how large it is (0: none; less in a study of few segments).
    `coverage`: the share of the codes that sets of suggestions are to hold. `counted_from`: a first suggestion with a
    lower probability is not counted in the prevalence tables. `language`: whose word stems are compared (`auto`: that
    of most sources). `learn_from`: the coder whose decisions are learnt (empty: all coders').
    `covered_from` and `partly_from`: the share of a candidate theme's segments that carry the same code, or have it as
    their first suggestion, from which the theme is called covered, or partly covered, by it.
    """

    top: int = 3
    lexical_weight: float = 0.65
    example_weight: float = 1.0
    neighbours: int = 15
    spread: float = 0.55
    coverage: float = 0.9
    counted_from: float = 0.2
    language: str = AUTO
    learn_from: str = ""
    covered_from: float = 0.5
    partly_from: float = 0.25

    @property
    def stemmed_as(self) -> str:
        """The language of the stems; English where nobody said."""
        return "en" if self.language == AUTO else self.language

    def __post_init__(self) -> None:
        check_range("suggest.top", self.top, 1, 50)
        check_range("suggest.lexical_weight", self.lexical_weight, 0, 10)
        check_range("suggest.example_weight", self.example_weight, 0, 10)
        check_range("suggest.neighbours", self.neighbours, 0, 500)
        check_range("suggest.spread", self.spread, 0, 0.95)
        check_range("suggest.coverage", self.coverage, 0.5, 0.99)
        check_range("suggest.counted_from", self.counted_from, 0, 1)
        check_range("suggest.partly_from", self.partly_from, 0, 1)
        check_range("suggest.covered_from", self.covered_from, self.partly_from, 1)
