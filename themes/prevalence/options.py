"""What is counted and estimated, and how an audit is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import OptionError


@dataclass(frozen=True, slots=True)
class PrevalenceOptions:
    """What is counted. `by_period`: also cross actor groups with the periods of each mission (the widest table)."""

    by_period: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.by_period, bool):
            raise OptionError(f"by_period is {self.by_period!r}.", "Give true or false.", "prevalence.by_period")
