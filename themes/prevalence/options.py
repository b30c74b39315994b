"""What is counted and estimated, and how an audit is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import OptionError, check_range


@dataclass(frozen=True, slots=True)
class PrevalenceOptions:
    """What is counted and estimated, and how an audit is drawn.

    `by_period`: also cross actor groups with the periods of each mission (the widest table). `by_kind`: also count
    interviews, focus groups, statements and answers apart. An audit takes `audit_share` of all segments by chance, of
    which a part `audit_evenly` gives all the same chance and the rest goes where the machine is less sure; `audit_seed`
    is where the draw begins. `min_participants`: a cell of talk with fewer distinct participants is hidden in the files
    of results, which are meant to leave the team; on screen the report's number holds.
    """

    by_period: bool = True
    by_kind: bool = False
    audit_share: float = 0.1
    audit_evenly: float = 0.5
    audit_seed: int = 1
    min_participants: int = 5

    def __post_init__(self) -> None:
        for name in ("by_period", "by_kind"):
            if not isinstance(getattr(self, name), bool):
                raise OptionError(f"{name} is {getattr(self, name)!r}.", "Give true or false.", f"prevalence.{name}")
        check_range("prevalence.audit_share", self.audit_share, 0.001, 1)
        check_range("prevalence.audit_evenly", self.audit_evenly, 0.1, 1)
        check_range("prevalence.audit_seed", self.audit_seed, 0, 2**31)
        check_range("prevalence.min_participants", self.min_participants, 1, 100)
