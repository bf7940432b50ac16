-- needless_steps: one row a step that may be needless. A candidate never changed a decision, only waited, and has no basis in
-- the official list; of the last two one may be unknown. The rule stands in needless.py. The joins cannot double rows: a name has
-- one row on the list of an item, an item one row among those listed.
with steps_of_items as (
    select
        agency, service_item, name,
        min(service_item_name) as service_item_name,
        sum(cases)::bigint as cases,
        sum(at_an_end)::bigint as at_an_end,
        sum(results)::bigint as results,
        bool_or(has_changed) as has_changed,
        sum(outcomes)::bigint as outcomes,
        bool_and(are_all_granted) as are_all_granted,
        case when sum(timed) >= $least_cases then sum(timed_waited) / nullif(sum(timed_spent), 0)::double end as waited_share,
        sum(spent) as spent
    from needless_counts
    group by agency, service_item, name
),
items as (
    select distinct service_item from official_steps
),
based as (
    select
        steps_of_items.*,
        case
            when coalesce(by_code.service_item, by_name.service_item) is not null
                then official_steps.basis is not null and trim(official_steps.basis) <> ''
        end as has_basis,
        case
            when has_changed then null
            when results >= $least_cases then 'step_results'
            when results = 0 and outcomes >= $least_cases and are_all_granted then 'outcomes'
        end as evidence
    from steps_of_items
    left join items as by_code on by_code.service_item = steps_of_items.service_item
    left join items as by_name on by_name.service_item = service_item_name
    left join official_steps
        on official_steps.service_item = coalesce(by_code.service_item, by_name.service_item)
        and official_steps.name = steps_of_items.name
)
select
    agency, service_item, name, cases, evidence, waited_share, has_basis,
    (spent / 86400.0)::double as spent_workdays
from based
where cases >= $least_cases
    and evidence is not null
    and 2 * at_an_end < cases
    and coalesce(waited_share >= $least_waited_share, true)
    and not coalesce(has_basis, false)
    and (waited_share is not null or has_basis is not null)
order by agency nulls last, service_item nulls last, name
