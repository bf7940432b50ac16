-- unit_medians: one row a unit and stratum: its cases, the median and mean of what is compared there and of the time as it stands,
-- and the mean limit where time is compared as a share of it.
select
    kind, name, stratum, agency, office, other_agency, other_office, is_time, count(*) as cases,
    median(compared) as median, round(avg(compared), 9) as mean,
    median(measure) as day_median, round(avg(measure), 9) as day_mean, round(avg(limit_workdays), 6) as limit_workdays
from scored
group by kind, name, stratum, agency, office, other_agency, other_office, is_time
order by all
