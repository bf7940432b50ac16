-- worked_steps: one row a step, with the wait before it, in elapsed and in working time.
-- Working time is that of the schedule of the agency that does the step; a moment outside its calendar has none (NULL).
-- The left joins cannot double rows: a case has one row, an agency one schedule, a schedule one row a quarter.
with own_cases as (
    select case_id, agency, coalesce(service_item, service_item_name) as service_item
    from cases
),
placed as (
    select
        steps.case_id, step_no,
        own_cases.agency as case_agency,
        service_item,
        coalesce(steps.agency, own_cases.agency) as agency,
        office, handler,
        coalesce(name, '') as name,
        coalesce(started_at, ended_at) as arrived_at,
        greatest(coalesce(ended_at, started_at), coalesce(started_at, ended_at)) as left_at,
        started_at is not null as is_start_recorded,
        ended_at is not null as is_end_recorded
    from steps
    left join own_cases on own_cases.case_id = steps.case_id
),
joined as (
    select
        *,
        lag(agency) over by_case as from_agency,
        lag(office) over by_case as from_office,
        lag(handler) over by_case as from_handler,
        lag(name) over by_case as from_name,
        row_number() over by_case = 1 as is_first,
        if(is_first, arrived_at, lag(left_at) over by_case) as enabled_at,
        lead(step_no) over by_case is null as is_last
    from placed
    window by_case as (partition by case_id order by step_no)
),
scheduled as (
    select
        joined.*,
        coalesce(agency_schedules.schedule, $schedule) as schedule,
        coalesce(agency_schedules.workday_seconds, $workday_seconds) as workday_seconds
    from joined
    left join agency_schedules on agency_schedules.agency = joined.agency
)
select
    case_id, step_no, case_agency, service_item, scheduled.agency, office, handler, name,
    from_agency, from_office, from_handler, from_name,
    enabled_at, arrived_at, left_at, is_start_recorded, is_end_recorded,
    case when arrived_at <= enabled_at then 0 else (epoch_us(arrived_at) - epoch_us(enabled_at)) // 1000000 end::bigint as waited_seconds,
    ((epoch_us(left_at) - epoch_us(arrived_at)) // 1000000)::bigint as took_seconds,
    case
        when arrived_at <= enabled_at then 0
        else xn_workseconds(arrived_at, at_arrival.workseconds, at_arrival.is_worked)
            - xn_workseconds(enabled_at, at_enabling.workseconds, at_enabling.is_worked)
    end::bigint as waited_workseconds,
    (
        xn_workseconds(left_at, at_leaving.workseconds, at_leaving.is_worked)
        - xn_workseconds(arrived_at, at_arrival.workseconds, at_arrival.is_worked)
    )::bigint as took_workseconds,
    workday_seconds::bigint as workday_seconds,
    is_first, is_last
from scheduled
left join worked_quarters as at_enabling
    on at_enabling.schedule = scheduled.schedule and at_enabling.quarter = xn_quarter(enabled_at)
left join worked_quarters as at_arrival
    on at_arrival.schedule = scheduled.schedule and at_arrival.quarter = xn_quarter(arrived_at)
left join worked_quarters as at_leaving
    on at_leaving.schedule = scheduled.schedule and at_leaving.quarter = xn_quarter(left_at)
order by case_id, step_no
