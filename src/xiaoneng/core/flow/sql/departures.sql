-- departures: one row an agency, item and departure from the official list, with the cases in which it happens.
-- The joins cannot double rows: judged has one row an agency and item, the list one row an item and step.
with judged as (
    select
        agency, service_item, listed_item,
        count(*) as cases,
        count(*) filter (is_complete) as complete_cases
    from listed_cases
    group by all
),
papered as (
    select agency, service_item, count(*) as cases
    from (select agency, service_item, case_id from paper_repeats group by all)
    group by all
),
named as (
    select
        agency, service_item, name, is_listed,
        count(*) as cases,
        count(*) filter (is_complete) as complete_cases,
        count(*) filter (times > 1) as repeated_cases,
        sum(spent) as spent,
        sum(spent - spent_first) filter (times > 1) as spent_again
    from listed_names
    group by all
),
found as (
    select
        judged.agency, judged.service_item, 'missing_step' as departure, official_steps.name, null::varchar as other_name,
        judged.complete_cases - coalesce(named.complete_cases, 0) as cases, judged.complete_cases as judged, null as spent
    from judged
    join official_steps on official_steps.service_item = listed_item and is_required
    left join named
        on named.agency is not distinct from judged.agency and named.service_item = judged.service_item
        and named.name = official_steps.name
    union all
    select named.agency, named.service_item, 'extra_step', name, null, named.cases, judged.cases, spent
    from named
    join judged on judged.agency is not distinct from named.agency and judged.service_item = named.service_item
    where not is_listed
    union all
    select named.agency, named.service_item, 'repeated_step', name, null, repeated_cases, judged.cases, spent_again
    from named
    join judged on judged.agency is not distinct from named.agency and judged.service_item = named.service_item
    where is_listed
    union all
    select broken.agency, broken.service_item, 'order_break', early_name, late_name, count(*), any_value(judged.cases), null
    from order_breaks as broken
    join judged on judged.agency is not distinct from broken.agency and judged.service_item = broken.service_item
    group by broken.agency, broken.service_item, early_name, late_name
    union all
    select asked.agency, asked.service_item, 'repeated_paper', paper, null, count(*), any_value(papered.cases), null
    from paper_repeats as asked
    join papered on papered.agency is not distinct from asked.agency and papered.service_item = asked.service_item
    where times > 1
    group by asked.agency, asked.service_item, paper
)
select
    agency, service_item, departure, name, other_name, cases, judged,
    cases / judged::double as share,
    (spent / 86400.0)::double as spent_workdays
from found
where cases > 0
order by agency nulls last, service_item, departure, name, other_name nulls last
