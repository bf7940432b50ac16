-- rating_checks: one row, what of each column is there in all ratings, and between which bounds.
-- Extremes alone: a NaN sorts above every number, an infinity below it or above.
select
    count(*)::bigint as ratings,
    (count(*) - least(count(ballot_no), count(stratum), count(agency), count(question)))::bigint as rows_unplaced,
    (count(*) - count(weight))::bigint as rows_unweighted,
    min(weight) as least_weight, max(weight) as most_weight,
    min(answer) as least_value, max(answer) as most_value
from ballot_ratings
