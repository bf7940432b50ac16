-- rating_scores: one row an answer, by ballot and figure: by how much it moves the mean of its figure, times the root of the
-- factor with which squares of its stratum count.
-- The joins cannot lose or double rows: every stratum and every figure has one row in the tables of their means and factors.
select
    ballot_no, figure,
    weight * (answer - mean) / total_weight * root_factor as score
from ballot_ratings
join figure_means using (agency, question)
join stratum_factors using (stratum)
where answer is not null
order by ballot_no, figure
