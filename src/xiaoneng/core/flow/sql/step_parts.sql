-- step_parts: one row an agency ($by_agency), or a name of a step where all agencies are taken together, with its part of the steps.
-- As in move_parts, the steps are summed part by part, each of about $most of them.
with counted as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_agency, null, name) as name,
        count(*) as events
    from worked_steps
    where not $by_agency or case_agency is not null
    group by all
)
select
    agency, name,
    ((sum(events) over (order by agency, name rows unbounded preceding) - events) // $most)::bigint as part
from counted
order by part, agency, name
