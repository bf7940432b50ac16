"""Shapes of ballots as they are estimated from: one row a rating, and what is known of the strata."""

from __future__ import annotations

from .shape import Shape, drawn_columns

BALLOT_RATINGS = Shape("ballot_ratings", "one row a question that a ballot (评议票) answered on an agency", drawn_columns("""
    ballot_no | BIGINT  | number of the ballot within the round; its ratings belong together
    stratum   | VARCHAR | stratum in which the ballot was drawn; the same in all rows of a ballot
    agency    | VARCHAR | code of the agency that is rated
    question  | VARCHAR | code of the question
    weight    | DOUBLE  | how many appraisers the answer stands for; above 0
    answer    | DOUBLE  | the answer on its scale; NULL is no contact, or no answer
"""), key=("ballot_no", "agency", "question"))

BALLOT_STRATA = Shape("ballot_strata", "one row a stratum of a round", drawn_columns("""
    stratum    | VARCHAR | name of the stratum
    ballots    | BIGINT  | ballots drawn and returned, those that rated nobody too
    population | BIGINT  | appraisers in the frame; NULL is not known, and the draw counts as with replacement
"""), key=("stratum",))
