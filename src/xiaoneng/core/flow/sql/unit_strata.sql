-- unit_strata: one row a unit and stratum: its cases there, the median and mean of what is compared and of the time as it stands,
-- the mean limit where time is compared as a share of it, and the squares of its ranks.
select
    kind, name, stratum, agency, office, other_agency, other_office, is_time, is_same_item,
    any_value(stratum_cases) as stratum_cases, count(*) as cases,
    median(compared) as median, round(avg(compared), 9) as mean,
    median(measure) as day_median, round(avg(measure), 9) as day_mean, round(avg(limit_workdays), 6) as limit_workdays,
    sum(seconds)::hugeint as seconds, count(*) filter (where measure > 0) as touched,
    sum(score * score) as squares, sum(day_score * day_score) as day_squares
from scored
group by kind, name, stratum, agency, office, other_agency, other_office, is_time, is_same_item
order by all
