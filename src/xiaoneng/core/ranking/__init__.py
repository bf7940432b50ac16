"""Ranks with their uncertainty (排名): the range of ranks that the data allow, and who cannot be told apart."""

from .bars import comparison_bars, funnel_limits
from .counts import count_rank_sets
from .sets import RankSets, rank_sets
from .table import FEWEST_BALLOTS, ranks, read_scores
from .tiers import LOWER_HALF, NOT_DISTINGUISHABLE, NOT_RANKED, UPPER_HALF, bottom_set, tiers, top_set

__all__ = [
    "FEWEST_BALLOTS",
    "LOWER_HALF",
    "NOT_DISTINGUISHABLE",
    "NOT_RANKED",
    "UPPER_HALF",
    "RankSets",
    "bottom_set",
    "comparison_bars",
    "count_rank_sets",
    "funnel_limits",
    "rank_sets",
    "ranks",
    "read_scores",
    "tiers",
    "top_set",
]
