-- wait_causes: one row a scope, agency, item and step: why it waited before the step.
-- Seconds are summed as whole numbers, per length of a working day, and divided last: no order of adding can show.
-- The join cannot double rows: case_id and step_no are unique on both sides.
with counted as (
    select
        worked_steps.agency, service_item, name, workday_seconds, is_start_inferred,
        round(waited_workdays * workday_seconds)::bigint as waited,
        round(batching_workdays * workday_seconds)::bigint as batching,
        round(prioritisation_workdays * workday_seconds)::bigint as prioritisation,
        round(contention_workdays * workday_seconds)::bigint as contention,
        round(unavailability_workdays * workday_seconds)::bigint as unavailability,
        round(applicant_workdays * workday_seconds)::bigint as applicant,
        round(other_agency_workdays * workday_seconds)::bigint as other_agency,
        round(signature_workdays * workday_seconds)::bigint as signature,
        round(unexplained_workdays * workday_seconds)::bigint as unexplained,
        round(waited_days * 86400)::bigint as elapsed,
        round(closed_days * 86400)::bigint as closed
    from step_causes
    join worked_steps on worked_steps.case_id = step_causes.case_id and worked_steps.step_no = step_causes.step_no
),
summed as (
    select
        case grouping(agency, service_item, name)
            when 7 then 'all' when 3 then 'agency' when 1 then 'agency_item' when 0 then 'agency_item_name' else 'agency_name'
        end as scope,
        agency, service_item, name, workday_seconds,
        count(*) as waits,
        count(*) filter (where not is_start_inferred) as recorded,
        sum(waited) as waited,
        sum(batching) as batching,
        sum(prioritisation) as prioritisation,
        sum(contention) as contention,
        sum(unavailability) as unavailability,
        sum(applicant) as applicant,
        sum(other_agency) as other_agency,
        sum(signature) as signature,
        sum(unexplained) as unexplained,
        sum(elapsed) as elapsed,
        sum(closed) as closed
    from counted
    group by grouping sets (
        (workday_seconds),
        (workday_seconds, agency),
        (workday_seconds, agency, service_item),
        (workday_seconds, agency, service_item, name),
        (workday_seconds, agency, name)
    )
)
select
    scope, agency, service_item, name,
    sum(waits)::bigint as waits,
    sum(recorded) / sum(waits) as starts_recorded_share,
    sum(waited / workday_seconds order by workday_seconds) as waited_workdays,
    sum(batching / workday_seconds order by workday_seconds) as batching_workdays,
    sum(prioritisation / workday_seconds order by workday_seconds) as prioritisation_workdays,
    sum(contention / workday_seconds order by workday_seconds) as contention_workdays,
    sum(unavailability / workday_seconds order by workday_seconds) as unavailability_workdays,
    sum(applicant / workday_seconds order by workday_seconds) as applicant_workdays,
    sum(other_agency / workday_seconds order by workday_seconds) as other_agency_workdays,
    sum(signature / workday_seconds order by workday_seconds) as signature_workdays,
    sum(unexplained / workday_seconds order by workday_seconds) as unexplained_workdays,
    sum(elapsed) / 86400 as waited_days,
    sum(closed) / 86400 as closed_days
from summed
group by scope, agency, service_item, name
order by scope, agency nulls last, service_item nulls last, name nulls last
