-- listed_names: one row a judged case and name of a step in it: on the list or not, when first, how often, what it took.
-- A step without a name is neither on the list nor beside it. The joins cannot double rows: a case is judged once, a name stands
-- on the list of an item once.
with named as (
    select
        worked.case_id, name,
        min(step_no) as first_no,
        count(*) as times,
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent,
        arg_min_null((waited_workseconds + took_workseconds) * 86400 // workday_seconds, step_no) as spent_first
    from worked
    where name <> ''
    group by worked.case_id, name
)
select
    listed_cases.*,
    named.name, first_no, times, spent, spent_first,
    official_steps.name is not null as is_listed,
    coalesce(is_required, false) as is_required,
    coalesce(weight, 1)::decimal(18, 6) as weight
from named
join listed_cases on listed_cases.case_id = named.case_id
left join official_steps on official_steps.service_item = listed_item and official_steps.name = named.name
