-- due_days: one row a row of `timed`, in its order, with its due day and the working days it took: a limit in working days, no pauses.
select
    timed.*,
    workdays[through[started_on - first_on + 1] + limit_workdays] as due_on,
    (through[ended_on - first_on + 1] - through[started_on - first_on + 1])::integer as elapsed_workdays
from timed, calendar_lists
