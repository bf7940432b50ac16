-- variants: one row a variant: the order of activities that cases share, by time, ties in file order (both are in step_no).
-- Activities are counted as whole numbers; the order stands inside of the aggregate, since a group has none of its own.
with
coded as (
    select name, row_number() over (order by name)::integer as activity from (select distinct name from steps)
),
traces as (
    select case_id, string_agg(activity::varchar, ' ' order by step_no) as trace, count(*) as length
    from steps
    join coded using (name)
    group by case_id
)
select trace, any_value(length) as length, count(*) as cases
from traces
group by trace
order by cases desc, trace
