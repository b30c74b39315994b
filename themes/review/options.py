"""How the review goes: what a batch is made of, and how long the first reading lasts."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import check_range


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """How the review goes.

    `first_pass`: so many segments are coded in reading order, to become familiar with the material, before batches
    begin. A batch has `size` segments, of which a share, drawn by chance, comes from the audit (`audit_share`). It
    holds up to `conflicts` judged segments where the machine has come to disagree by `conflict_from` or more, and up to
    `repeats` judged segments drawn by chance to be judged again, blind. `seed`: where everything random begins.
    `experience_from`: decisions on suggestions about as probable, before it is said how often they were accepted.
    `min_participants`: a cell with fewer distinct participants shows no numbers.
    """

    first_pass: int = 50
    size: int = 25
    audit_share: float = 0.2
    conflicts: int = 2
    conflict_from: float = 0.8
    repeats: int = 1
    seed: int = 1
    experience_from: int = 10
    min_participants: int = 3

    def __post_init__(self) -> None:
        check_range("review.first_pass", self.first_pass, 0, 1_000_000)
        check_range("review.size", self.size, 1, 500)
        check_range("review.audit_share", self.audit_share, 0, 1)
        check_range("review.conflicts", self.conflicts, 0, 500)
        check_range("review.conflict_from", self.conflict_from, 0, 1)
        check_range("review.repeats", self.repeats, 0, 500)
        check_range("review.seed", self.seed, 0, 2**31)
        check_range("review.experience_from", self.experience_from, 1, 1_000)
        check_range("review.min_participants", self.min_participants, 1, 100)
