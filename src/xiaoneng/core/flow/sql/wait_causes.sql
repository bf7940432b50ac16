-- wait_causes: one row a scope, agency, item and step: why it waited before the step, the cause_sums of all cases added up.
-- Seconds are summed per length of a working day, and divided last.
with summed as (
    select
        case grouping(agency, service_item, name)
            when 7 then 'all' when 3 then 'agency' when 1 then 'agency_item' when 0 then 'agency_item_name' else 'agency_name'
        end as scope,
        agency, service_item, name, workday_seconds,
        sum(waits) as waits,
        sum(recorded) as recorded,
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
    from cause_sums
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
