-- case_conformance: one row a case whose item has an official list: what it lacks, has beside the list, in the wrong order, again.
-- A missing step costs its weight, a step that is not on the list 1 each time, a pair in the wrong order the weight of the step
-- that came too early. The left joins cannot double rows: each side has one row a case, or one row an item.
with required as (
    select service_item, count(*) as steps, sum(coalesce(weight, 1)::decimal(18, 6)) as weight
    from official_steps
    where is_required
    group by service_item
),
found as (
    select
        case_id,
        count(*) filter (is_required) as required_steps,
        sum(weight) filter (is_required) as required_weight,
        sum(times) filter (not is_listed)::bigint as extra_steps,
        sum(times - 1) filter (is_listed)::bigint as repeated_steps
    from listed_names
    group by case_id
),
broken as (
    select case_id, count(*) as order_breaks, sum(weight) as weight
    from order_breaks
    group by case_id
),
asked as (
    select case_id, sum(times - 1)::bigint as repeated_papers
    from paper_repeats
    group by case_id
)
select
    listed_cases.case_id, agency, listed_cases.service_item, is_complete,
    case when is_complete then coalesce(required.steps, 0) - coalesce(required_steps, 0) else 0 end as missing_steps,
    coalesce(extra_steps, 0) as extra_steps,
    coalesce(order_breaks, 0) as order_breaks,
    coalesce(repeated_steps, 0) as repeated_steps,
    repeated_papers,
    (
        case when is_complete then coalesce(required.weight, 0) - coalesce(required_weight, 0) else 0 end
        + coalesce(extra_steps, 0)
        + coalesce(broken.weight, 0)
    )::double as cost
from listed_cases
left join required on required.service_item = listed_item
left join found on found.case_id = listed_cases.case_id
left join broken on broken.case_id = listed_cases.case_id
left join asked on asked.case_id = listed_cases.case_id
order by listed_cases.case_id
