-- needless_steps: one row a step that may be needless. A candidate never changed a decision, only waited, and has no basis in
-- the official list; of the last two one may be unknown. The rule stands in needless.py. The joins cannot double rows: a step has
-- one record, a case one row, a name one row on the list of an item, an item one row among those listed.
with ended as (
    select
        case_id, agency, service_item, service_item_name,
        case outcome when 'granted' then true when 'concluded' then null else false end as is_granted
    from cases
    where concluded_on is not null
),
done as (
    select
        ended.case_id, ended.agency,
        coalesce(ended.service_item, service_item_name) as service_item,
        any_value(service_item_name) as service_item_name,
        worked.name,
        any_value(is_granted) as is_granted,
        bool_or(is_first or is_last) as is_at_an_end,
        bool_or(step_result is not null) as has_result,
        bool_or(coalesce(regexp_matches(step_result, $changes), false)) as has_changed,
        bool_and(is_start_recorded and is_end_recorded and took_seconds > 0) as is_timed,
        sum(waited_workseconds * 86400 // workday_seconds)::bigint as waited,
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent
    from worked
    join ended on ended.case_id = worked.case_id
    join steps on steps.case_id = worked.case_id and steps.step_no = worked.step_no
    where worked.name <> '' and not regexp_matches(worked.name, $lawful)
    group by ended.case_id, ended.agency, coalesce(ended.service_item, service_item_name), worked.name
),
steps_of_items as (
    select
        agency, service_item, name,
        min(service_item_name) as service_item_name,
        count(*) as cases,
        count(*) filter (is_at_an_end) as at_an_end,
        count(*) filter (has_result) as results,
        bool_or(has_changed) as has_changed,
        count(is_granted) as outcomes,
        bool_and(is_granted) as are_all_granted,
        case when count(*) filter (is_timed and spent is not null) >= $least_cases
            then sum(waited) filter (is_timed) / nullif(sum(spent) filter (is_timed), 0)::double end as waited_share,
        sum(spent) as spent
    from done
    group by all
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
