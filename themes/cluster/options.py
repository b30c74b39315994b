"""How candidate themes are found and described."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import check_choice, check_range

METHODS = ("consensus", "density")

_ROOTS = {"consensus": 0.3, "density": 0.6}
"""The least size of a theme as a share of the root of the number of segments."""


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How candidate themes are found and described.

    `method`: "consensus", what several hundred divisions agree on, or "density", one HDBSCAN on a UMAP as BERTopic has
    it, filled up; it has no stability and no levels. `seed`: of everything random; another seed shows how much of the
    result is chance. `agreement`: the share of the divisions in which segments of one theme are together on average;
    higher gives more and smaller themes. `neighbours`: how many of the most similar segments count as a segment's
    surroundings. `spread` and `spread_steps`: how much a segment takes on from its surroundings before themes are
    sought (0: nothing), and how many times. `dimensions`: to how many the vectors are reduced for "density".
    `min_cluster_size`: segments that make a candidate theme at least; 0 chooses it from the number of segments (7 for
    500, 13 for 2000, 21 for 5000; for "density" 13, 27 and 42). `level_registers`: take the voice of mandates and the
    voice of talk out of the vectors, so that a theme can hold both. `member_from`: a segment whose membership is lower
    belongs to no theme (0.1 at most counts where memberships are cosines: "density", and the smallest studies).
    `terms`: words per theme at most. `exemplars`: example segments per theme at most, of `exemplar_words` words or more
    where there are such.
    """

    method: str = "consensus"
    seed: int = 1
    agreement: float = 0.4
    neighbours: int = 15
    spread: float = 0.5
    spread_steps: int = 2
    dimensions: int = 5
    min_cluster_size: int = 0
    level_registers: bool = True
    member_from: float = 0.25
    terms: int = 10
    exemplars: int = 5
    exemplar_words: int = 8

    def __post_init__(self) -> None:
        check_choice("cluster.method", self.method, METHODS)
        check_range("cluster.agreement", self.agreement, 0.05, 0.95)
        check_range("cluster.seed", self.seed, 0, 2**32 - 1)
        check_range("cluster.neighbours", self.neighbours, 2, 500)
        check_range("cluster.spread", self.spread, 0, 0.95)
        check_range("cluster.spread_steps", self.spread_steps, 0, 20)
        check_range("cluster.dimensions", self.dimensions, 2, 50)
        check_range("cluster.member_from", self.member_from, 0, 1)
        check_range("cluster.terms", self.terms, 1, 100)
        check_range("cluster.exemplars", self.exemplars, 1, 50)
        check_range("cluster.exemplar_words", self.exemplar_words, 0, 1000)
        if self.min_cluster_size != 0:
            check_range("cluster.min_cluster_size", self.min_cluster_size, 2, 100_000, "0 for an automatic choice, or ")

    def smallest(self, n_segments: int) -> int:
        """Segments that make a candidate theme at least, in a study of `n_segments`."""
        share = _ROOTS[self.method]
        return self.min_cluster_size or max(4, round(share * n_segments**0.5))
