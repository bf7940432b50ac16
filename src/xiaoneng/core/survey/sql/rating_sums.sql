-- rating_sums: one row a stratum, agency and question of the ratings, answered or not: sums of weights and values, plain and squared.
-- Values are taken from `origin` on, so that squares of large numbers do not swallow small differences; a sum over no answer is NULL.
select
    stratum, agency, question,
    count(answer)::bigint as answers,
    sum(weight) filter (where answer is not null) as w,
    sum(weight * (answer - $origin)) as wy,
    sum(weight * weight) filter (where answer is not null) as w2,
    sum(weight * weight * (answer - $origin)) as w2y,
    sum(weight * weight * (answer - $origin) * (answer - $origin)) as w2y2
from ballot_ratings
group by stratum, agency, question
order by stratum, agency, question
