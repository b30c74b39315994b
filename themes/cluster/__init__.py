"""Vectors become candidate themes; the only room that knows umap, hdbscan and bertopic.

    copies -> neighbours -> reduction -> grouping (consensus, levels; adapter: BERTopic) -> words, terms, exemplars
    placing: the map, drawn by another process meanwhile

What belongs together is decided by a grouping (`grouping.py`), a model with `fit` and `labels_` as BERTopic takes
it: another way of finding themes is another such class, and nothing else changes.
"""

from themes.cluster.clustering import Clustering, cluster
from themes.cluster.copies import repeated
from themes.cluster.names import words_out
from themes.cluster.options import ClusterOptions

__all__ = ["ClusterOptions", "Clustering", "cluster", "repeated", "words_out"]
