-- departures: one row an agency, item and departure from the official list, with the cases in which it happens.
-- The joins cannot double rows: judged has one row an agency and item, the list one row an item and step, things one a thing.
with judged as (
    select
        agency, service_item, listed_item,
        sum(cases)::bigint as cases,
        sum(complete_cases)::bigint as complete_cases,
        sum(papered_cases)::bigint as papered_cases
    from judged_counts
    group by agency, service_item, listed_item
),
things as (
    select
        agency, service_item, thing, name, other_name,
        sum(cases)::bigint as cases,
        sum(complete_cases)::bigint as complete_cases,
        sum(repeated_cases)::bigint as repeated_cases,
        sum(spent) as spent,
        sum(spent_again) as spent_again
    from departure_counts
    group by agency, service_item, thing, name, other_name
),
found as (
    select
        judged.agency, judged.service_item, 'missing_step' as departure, official_steps.name, null::varchar as other_name,
        judged.complete_cases - coalesce(things.complete_cases, 0) as cases, judged.complete_cases as judged, null as spent
    from judged
    join official_steps on official_steps.service_item = listed_item and is_required
    left join things
        on things.agency is not distinct from judged.agency and things.service_item = judged.service_item
        and things.name = official_steps.name and thing = 'listed_step'
    union all
    select
        things.agency, things.service_item,
        case thing when 'listed_step' then 'repeated_step' else thing end,
        name, other_name,
        case thing when 'listed_step' then repeated_cases else things.cases end,
        case thing when 'repeated_paper' then judged.papered_cases else judged.cases end,
        case thing when 'listed_step' then spent_again when 'extra_step' then spent end
    from things
    join judged on judged.agency is not distinct from things.agency and judged.service_item = things.service_item
)
select
    agency, service_item, departure, name, other_name, cases, judged,
    cases / judged::double as share,
    (spent / 86400.0)::double as spent_workdays
from found
where cases > 0
order by agency nulls last, service_item, departure, name, other_name nulls last
