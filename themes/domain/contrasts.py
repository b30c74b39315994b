"""What an audit and several coders tell beyond shares: groups apart, ranks, single interviews, and how coders agree."""

from __future__ import annotations

from dataclasses import dataclass, field

from themes.domain.codebook import CodeId

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two actor groups are apart in one code: the share of `one` less that of `other`, -1 to 1.

    `interval` (95%) is what informants like these would give. `detectable` is the smallest difference that so many
    interviews would show four times in five; None where a group has too few to tell.
    """

    code: CodeId
    one: str
    other: str
    value: float
    interval: Interval
    detectable: float | None = None


@dataclass(frozen=True, slots=True)
class CodeRank:
    """One code's rank in talk and in mandates, 1 for the largest share; ties share their mean rank.

    `interval` is that of the rank in mandates less the rank in talk; None where too little was drawn to tell.
    """

    code: CodeId
    talk: float
    mandates: float
    interval: Interval | None = None

    @property
    def difference(self) -> float:
        """Above 0 where talk puts the code further up."""
        return self.mandates - self.talk

    @property
    def stands_out(self) -> bool:
        """Whether the interval leaves out that both put it at the same place."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True, slots=True)
class Ranks:
    """The order of the codes in talk and in mandates; `units` are the interviews and the resolutions behind it.

    `alike` is Spearman's coefficient: 1 the same order, 0 unrelated, -1 reversed.
    """

    codes: tuple[CodeRank, ...] = ()
    units: tuple[int, int] = (0, 0)
    alike: float | None = None
    alike_interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class InterviewShares:
    """The shares of one code in each interview of an actor group (`all` of them: all talk), lowest first, 0 to 1.

    Which interview is which is not told.
    """

    code: CodeId
    group: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CodeAgreed:
    """How far coders agree on one code, None for the word that none fits; `given` segments had it from somebody.

    `alpha` is Krippendorff's, `ac1` Gwet's, each with its interval (95%, by drawing interviews again); `percent` (0 to
    1) the share of pairs of coders that agree.
    """

    code: CodeId | None
    given: int
    percent: float | None = None
    alpha: float | None = None
    ac1: float | None = None
    alpha_interval: Interval | None = None
    ac1_interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class CodersAgreed:
    """How far so many `coders` agree on the `segments` of so many `interviews` that two of them or more are done with.

    Where `weighed`, the segments were drawn by an audit and tell of all. `in_sight` of them somebody decided with a
    suggestion in sight, which draws coders together.
    """

    coders: int
    segments: int
    interviews: int
    codes: tuple[CodeAgreed, ...] = ()
    weighed: bool = False
    in_sight: int = 0


@dataclass(frozen=True, slots=True)
class Contrasts:
    """All of it, as far as it may be said; `unsaid` comparisons of groups are left out, since they could tell who
    spoke."""

    differences: tuple[Difference, ...] = ()
    unsaid: int = 0
    ranks: Ranks = field(default_factory=Ranks)
    interviews: tuple[InterviewShares, ...] = ()
    agreement: CodersAgreed | None = None
