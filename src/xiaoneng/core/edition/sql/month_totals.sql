-- month_totals: one row a month and agency, and one a month for all (agency NULL), by the day on which the first limit ran out.
-- Counting by that day, and not by the day of conclusion, cases still open and late stay in the month that they belong to.
with fallen_due as (
    select agency, date_trunc('month', least(due_as_promised_on, due_by_law_on))::date as month_on, state in ('late', 'open_late') as is_late
    from judged_cases
    where state in ('in_time', 'late', 'open_late') and least(due_as_promised_on, due_by_law_on) <= $on
),
counted as (
    select agency, month_on, count(*) as due, count(*) filter (is_late) as late
    from fallen_due
    group by grouping sets ((agency, month_on), (month_on))
    having grouping(agency) = 1 or agency is not null
)
select
    agency, month_on, due, late,
    -- Wilson (1927): the interval of a share that keeps its level for few cases and for shares near 0; z of 95 % is 1.959964
    case when due > 0 then late / due end as late_share,
    case when due > 0 then greatest(0.0, (late / due + 1.9207294 / due
        - 1.959964 * sqrt(late / due * (1 - late / due) / due + 0.9603647 / due / due)) / (1 + 3.8414588 / due)) end as late_share_low,
    case when due > 0 then least(1.0, (late / due + 1.9207294 / due
        + 1.959964 * sqrt(late / due * (1 - late / due) / due + 0.9603647 / due / due)) / (1 + 3.8414588 / due)) end as late_share_high,
    month_on + interval 1 month <= $on::date + 1 as is_complete
from counted
order by agency nulls first, month_on
