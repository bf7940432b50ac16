-- step_totals: one row an agency whose steps carry a due day: the file's own, else that of the step's limit.
-- Days are compared as days. A step has at most one clock, so the join keeps its row.
with dated as (
    select steps.agency, steps.ended_on, coalesce(steps.due_on, step_clocks.due_on) as due_on
    from steps
    left join step_clocks using (case_id, step_no)
)
select
    agency,
    count(*) filter (ended_on is not null) as steps,
    count(*) filter (ended_on > due_on) as late,
    count(*) filter (ended_on is null and due_on < $on) as open_late
from dated
where due_on is not null
group by agency
order by agency
