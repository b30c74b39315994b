"""What can go wrong, as a tree; every error says what is wrong and what to do about it.

    ThemesError
    |-- StudyError       study.toml or the study folder is not as it should be
    |-- SourcesError     the list of sources (sources.csv) is not as it should be
    |-- ReadingError     one source file cannot be read
    |-- CodebookError    the codebook is not as it should be
    |-- OptionError      an option is unknown, of the wrong type or out of range
    |-- DecisionError    what a person wants to do is not possible as things stand
    |-- PseudonymError   the key of pseudonyms, or what was decided on names, is not as it should be
    |-- EncoderError     an encoder is missing, damaged or unsuitable
    |-- ExchangeError    a file of another program cannot be read or written
    |-- ProjectError     the project file, the cache or the report cannot be opened or written
    `-- WorkerError      the process that learns for the review app does not start, or ended too early

All of them are the user's to mend, so the command line ends with exit code 2. Anything else is a bug (exit code 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


class ThemesError(Exception):
    """A problem that the user can mend.

    `problem` names the file, row, option or id and what is wrong with it; `remedy` is an act that mends it;
    `where` is the file (with row or line, where there is one), relative to the study, or empty.
    """

    def __init__(self, problem: str, remedy: str, where: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.problem} {self.remedy}"


class StudyError(ThemesError):
    """The study folder or its study.toml is not as it should be."""


class SourcesError(ThemesError):
    """The list of sources is not as it should be."""


class ReadingError(ThemesError):
    """One source file cannot be read."""


class CodebookError(ThemesError):
    """The codebook is not as it should be."""


class OptionError(ThemesError):
    """An option is unknown, of the wrong type or out of range."""


class PseudonymError(ThemesError):
    """The key of pseudonyms, or what was decided on names, is not as it should be."""


class EncoderError(ThemesError):
    """An encoder is missing, damaged or unsuitable."""


class DecisionError(ThemesError):
    """What a person wants to do is not possible as things stand."""


class ExchangeError(ThemesError):
    """A file of another program cannot be read, or one for another program cannot be written."""


class ProjectError(ThemesError):
    """The project file, the cache or the report cannot be opened or written."""


class WorkerError(ThemesError):
    """The process that learns for the review app does not start, or ended before it had answered."""


def check_range(where: str, value: float, low: float, high: float, or_else: str = "") -> None:
    """Raises OptionError unless `value` lies from `low` to `high`; `where` is `stage.option`.

    `or_else` begins the remedy, where another value has a meaning of its own.
    """
    if not low <= value <= high:
        name = where.rpartition(".")[2]
        raise OptionError(f"{name} is {value}.", f"Give {or_else}a number from {low} to {high}.", where)


def check_choice(where: str, value: object, allowed: Sequence[str]) -> None:
    """Raises OptionError unless `value` is one of `allowed`; `where` is `stage.option`."""
    if value not in allowed:
        nearest = get_close_matches(str(value), allowed, n=1) or [allowed[0]]
        raise OptionError(f"{where} is {value!r}, not one of {', '.join(allowed)}.", f'Write "{nearest[0]}".')
