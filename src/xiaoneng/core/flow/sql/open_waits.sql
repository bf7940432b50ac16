-- open_waits: one row an agency, office and step at which cases stand that were open on the day $on, and how long since they moved.
-- A case counts from the end of its last step, or from its beginning where it has not ended, to the end of the day ($until).
-- The joins cannot double rows: a case has one row and one last step, an agency one schedule, a schedule one row a quarter.
with standing as (
    select
        worked.agency, office, name, left_at,
        coalesce(agency_schedules.schedule, $schedule) as schedule,
        coalesce(agency_schedules.workday_seconds, $workday_seconds) as workday_seconds
    from worked
    join cases on cases.case_id = worked.case_id
    left join agency_schedules on agency_schedules.agency = worked.agency
    where is_last and (concluded_on is null or concluded_on > $on)
),
waits as (
    select
        agency, office, name,
        case
            when left_at >= $until then 0
            else at_closing.workseconds + case when at_closing.is_worked then 900 else 0 end
                - xn_workseconds(left_at, at_leaving.workseconds, at_leaving.is_worked)
        end::bigint * 86400 // workday_seconds as waiting
    from standing
    left join worked_quarters as at_leaving
        on at_leaving.schedule = standing.schedule and at_leaving.quarter = xn_quarter(left_at)
    left join worked_quarters as at_closing
        on at_closing.schedule = standing.schedule and at_closing.quarter = xn_quarter($until) - 1
)
select
    agency, office, name,
    count(*) as cases,
    (sum(waiting) / 86400.0)::double as waiting_workdays,
    median(waiting) / 86400.0::double as waiting_workdays_median,
    max(waiting) / 86400.0::double as waiting_workdays_max
from waits
group by all
order by agency nulls last, office nulls last, name
