-- cause_sums: one row an agency, item, step and length of a working day: why it waited before the step, in seconds.
-- Seconds are summed as whole numbers: no order of adding can show.
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
)
select
    agency, service_item, name, workday_seconds,
    count(*) as waits,
    count(*) filter (where not is_start_inferred) as recorded,
    sum(waited)::bigint as waited,
    sum(batching)::bigint as batching,
    sum(prioritisation)::bigint as prioritisation,
    sum(contention)::bigint as contention,
    sum(unavailability)::bigint as unavailability,
    sum(applicant)::bigint as applicant,
    sum(other_agency)::bigint as other_agency,
    sum(signature)::bigint as signature,
    sum(unexplained)::bigint as unexplained,
    sum(elapsed)::bigint as elapsed,
    sum(closed)::bigint as closed
from counted
group by agency, service_item, name, workday_seconds
