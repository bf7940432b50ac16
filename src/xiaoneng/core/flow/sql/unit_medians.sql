-- unit_medians: one row a unit and stratum: its cases, and the median and mean of what is compared there.
select
    kind, name, stratum, agency, office, other_agency, other_office, is_time, count(*) as cases,
    median(compared) as median, round(avg(compared), 9) as mean, round(avg(seconds), 3) as seconds_mean,
    case when ends_with(stratum, ' by limit') then round(avg(limit_workdays), 6) end as limit_workdays
from scored
group by kind, name, stratum, agency, office, other_agency, other_office, is_time
order by all
