-- agency_totals: one row an agency.
with counted as (
    select
        agency, max(agency_name) as agency_name,
    count(*) as cases,
    count(*) filter (ended_on is not null) as ended,
    count(*) filter (ended_on is null) as open,
    count(*) filter (state in ('in_time', 'late', 'open_late')) as due,
    count(*) filter (state in ('late', 'open_late')) as late,
    count(*) filter (is_late_promised) as late_promised,
    count(*) filter (is_late_statutory) as late_statutory,
    count(*) filter (state = 'open_late') as open_late,
    count(*) filter (state = 'unjudged') as unjudged,
    median(elapsed_workdays) filter (ended_on is not null) as median_workdays,
    count(*) filter (card = 'early_warning') as early_warning,
    count(*) filter (card = 'yellow') as yellow,
    count(*) filter (card = 'red') as red,
    count(*) filter (findings is not null) as irregular,
    count(*) filter (deemed_outcome is not null) as deemed,
    count(*) filter (is_late_deadline is not null) as deadlines,
    count(*) filter (is_late_deadline) as late_deadline
    from judged_cases
    group by agency
)
select
    agency, agency_name, cases, ended, open, due, late, late_promised, late_statutory, open_late, unjudged,
    -- Wilson (1927): the interval of a share that keeps its level for few cases and for shares near 0; z of 95 % is 1.959964
    case when due > 0 then late / due end as late_share,
    case when due > 0 then greatest(0.0, (late / due + 1.9207294 / due
        - 1.959964 * sqrt(late / due * (1 - late / due) / due + 0.9603647 / due / due)) / (1 + 3.8414588 / due)) end as late_share_low,
    case when due > 0 then least(1.0, (late / due + 1.9207294 / due
        + 1.959964 * sqrt(late / due * (1 - late / due) / due + 0.9603647 / due / due)) / (1 + 3.8414588 / due)) end as late_share_high,
    median_workdays, early_warning, yellow, red, irregular, deemed, deadlines, late_deadline
from counted
order by agency
