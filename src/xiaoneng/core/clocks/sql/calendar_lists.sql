-- calendar_lists: one row, the calendar as lists, so that a look-up by number of day or of working day needs no join.
with days as (
    select
        day, is_workday, workdays_through,
        min(case when is_workday then day end) over (order by day rows between current row and unbounded following) as next_on
    from calendar
)
select
    min(day) as first_on,
    max(day) as last_on,
    list(workdays_through order by day) as through,
    list(day order by day) filter (where is_workday) as workdays,
    list(next_on order by day) as next_workdays
from days
