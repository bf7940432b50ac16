"""Shapes of figures before and after the publication limits."""

from __future__ import annotations

from .shape import Shape, drawn_columns

RESULT_FIGURES = Shape("result_figures", "one row a figure: a question about an appraisee, by a stratum or by all", drawn_columns("""
    group          | VARCHAR  | group of appraisees; NULL is all groups
    appraisee      | VARCHAR  | who was rated; NULL is all of the group
    question       | VARCHAR  | code of the question; NULL is all questions together
    stratum        | VARCHAR  | stratum of the raters; NULL is all raters
    n_valid        | BIGINT   | valid ballots behind the figure
    eligible       | BIGINT   | how many may rate; NULL is not known
    estimate       | DOUBLE   | mean or share; NULL is not known
    standard_error | DOUBLE   | its standard error; NULL is not known
    counts         | BIGINT[] | ballots at each level, the worst level first; NULL is not counted
    n_positive     | BIGINT   | ballots on the good side; NULL is not counted
    tier           | VARCHAR  | its tier among the appraisees; NULL is none
"""), key=("group", "appraisee", "question", "stratum"))

PUBLISHED_FIGURES = RESULT_FIGURES.with_columns("published_figures", "one row a figure, as it may be shown", *drawn_columns("""
    is_hidden  | BOOLEAN | it must not be shown, nor its ballots; these are NULL then
    why        | VARCHAR | why it is hidden or coarse: too_few, complementary, difference, unanimous, small_team; NULL is neither
    coarse     | VARCHAR | what is said instead of the estimate: at_least_80, at_most_20; NULL is nothing
    is_rounded | BOOLEAN | the estimate is rounded to half a point of five
"""))
