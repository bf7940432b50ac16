-- agency_returns: one row each time a case is passed to another agency and comes straight back (ABA), with the working days
-- from leaving the sender to beginning there again. Runs of steps at one agency are taken together first.
-- Working time is made comparable between schedules: seconds of a day of 24 hours, so that 86,400 are one working day.
with marked as (
    select
        case_id, step_no, agency,
        (waited_workseconds * 86400 // workday_seconds)::bigint as waited,
        (took_workseconds * 86400 // workday_seconds)::bigint as took,
        is_first or from_agency is distinct from agency as begins_run
    from worked_steps
),
numbered as (
    select
        *,
        sum(begins_run::integer) over (partition by case_id order by step_no rows unbounded preceding) as run_no
    from marked
),
runs as (
    select
        case_id, run_no, any_value(agency) as agency,
        sum(case when begins_run then waited else 0 end)::bigint as waited_before,
        (sum(took) + sum(case when begins_run then 0 else waited end))::bigint as stayed
    from numbered
    group by case_id, run_no
),
neighbours as (
    select
        case_id, run_no, agency, waited_before, stayed,
        lag(agency) over by_case as before_agency,
        lead(agency) over by_case as after_agency,
        lead(waited_before) over by_case as after_waited,
        lag(run_no) over by_case as before_run
    from runs
    window by_case as (partition by case_id order by run_no)
)
select
    case_id, run_no, before_agency as agency, agency as other_agency,
    (waited_before + stayed + after_waited) / 86400.0 as workdays
from neighbours
where before_run is not null and before_agency is not distinct from after_agency and before_agency is distinct from agency
