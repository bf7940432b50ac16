"""Shapes of what is ranked, and of the ranks."""

from __future__ import annotations

from .shape import Shape, drawn_columns

SCORED_UNITS = Shape("scored_units", "one row a unit with its score", drawn_columns("""
    unit           | VARCHAR | the unit; unique
    rank_group     | VARCHAR | the comparable group inside which it is ranked; NULL is one of its own for all that have none
    score          | DOUBLE  | its score, higher is better; NULL is not known
    standard_error | DOUBLE  | standard error of the score; NULL is not known
    n_eff          | DOUBLE  | ballots that the score is worth (effective number); NULL is not told, and then not looked at
"""), key=("unit",))

RANKS = Shape("ranks", "one row a unit: the range of ranks that the data allow", drawn_columns("""
    unit                    | VARCHAR | the unit
    rank_group              | VARCHAR | the comparable group inside which it is ranked
    score                   | DOUBLE  | its score
    standard_error          | DOUBLE  | standard error of the score
    n_eff                   | DOUBLE  | ballots that the score is worth
    rank_lower              | BIGINT  | best rank that it may have, by itself; 1 is the highest score; NULL is not ranked
    rank_upper              | BIGINT  | worst rank that it may have, by itself
    rank_lower_simultaneous | BIGINT  | the same for all units of the group at once
    rank_upper_simultaneous | BIGINT  | the same for all units of the group at once
    tier                    | VARCHAR | upper_half, lower_half, not_distinguishable, not_ranked
    why_not_ranked          | VARCHAR | no_score, no_standard_error, few_ballots; NULL is ranked
    is_in_top               | BOOLEAN | it may be among the best so many; NULL is not asked, or not ranked
    ranked_units            | BIGINT  | how many units of the group are ranked
"""), key=("unit",))
