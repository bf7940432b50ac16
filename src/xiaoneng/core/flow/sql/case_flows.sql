-- case_flows: one row a case that has steps: how it went through handlers, offices and agencies, and how long that took.
-- Time from its first moment to its last is that of the agency that answers for it; waits are those of the agencies that did
-- the steps. Orphan time: before a step of another office than the last, unknown where its start is not recorded; and all
-- of a step that names neither office nor handler nor another agency. Unknown where no step of the case names an office
-- or a handler. The left joins cannot double rows: they join one row a case, a schedule one row a quarter.
with timed as (
    select
        *,
        waited_workseconds * 86400 // workday_seconds as waited_normalised,
        case
            when office is null and handler is null and agency is not distinct from case_agency
                then (waited_workseconds + took_workseconds) * 86400 // workday_seconds
            when is_first or (agency is not distinct from from_agency and office is not distinct from from_office) then 0
            when is_start_recorded then waited_workseconds * 86400 // workday_seconds
        end as orphan_normalised
    from worked
),
flows as (
    select
        case_id,
        any_value(case_agency) as agency,
        any_value(service_item) as service_item,
        count(*) as steps,
        min(arrived_at) as began_at,
        max(left_at) as last_at,
        case when count(waited_normalised) = count(*) then sum(waited_normalised) / 86400.0 end as waited_workdays,
        count(*) filter (name <> '') - count(distinct name) filter (name <> '') as repeats,
        case when count(orphan_normalised) = count(*) and (count(office) > 0 or count(handler) > 0)
            then sum(orphan_normalised) / 86400.0 end as orphan_workdays,
        any_value(office) filter (is_first) as first_office,
        any_value(office) filter (is_last) as last_office,
        any_value(timed.agency) filter (is_first) as first_agency,
        any_value(timed.agency) filter (is_last) as last_agency,
        count(*) filter (not is_first and (timed.agency is distinct from from_agency or handler is distinct from from_handler))
            as handler_handovers
    from timed
    group by case_id
),
passed as (
    select
        case_id,
        count(*) filter (holder = 'office') as office_handovers,
        count(*) filter (holder = 'agency') as agency_handovers,
        count(*) filter (holder = 'office' and is_return) as office_returns,
        count(*) filter (holder = 'agency' and is_return) as agency_returns
    from (
        select 'office' as holder, case_id, is_return from office_passings
        union all
        select 'agency' as holder, case_id, is_return from agency_passings
    )
    group by case_id
),
visited as (
    select case_id, count(*) filter (holder = 'office') as offices, count(*) filter (holder = 'agency') as agencies
    from (
        select 'office' as holder, case_id from office_visits
        union all
        select 'agency' as holder, case_id from agency_visits
    )
    group by case_id
)
select
    flows.case_id, flows.agency, service_item, steps, began_at, last_at,
    (
        xn_workseconds(last_at, at_end.workseconds, at_end.is_worked)
        - xn_workseconds(began_at, at_beginning.workseconds, at_beginning.is_worked)
    ) / coalesce(agency_schedules.workday_seconds, $workday_seconds)::double as lasted_workdays,
    waited_workdays::double as waited_workdays,
    repeats,
    handler_handovers,
    coalesce(office_handovers, 0) as office_handovers,
    coalesce(agency_handovers, 0) as agency_handovers,
    coalesce(office_returns, 0) as office_returns,
    coalesce(agency_returns, 0) as agency_returns,
    coalesce(office_handovers, 0) + 1 - offices as office_revisits,
    coalesce(agency_handovers, 0) + 1 - agencies as agency_revisits,
    orphan_workdays::double as orphan_workdays,
    first_office, last_office, first_agency, last_agency
from flows
left join passed on passed.case_id = flows.case_id
left join visited on visited.case_id = flows.case_id
left join agency_schedules on agency_schedules.agency = flows.agency
left join worked_quarters as at_beginning
    on at_beginning.schedule = coalesce(agency_schedules.schedule, $schedule) and at_beginning.quarter = xn_quarter(began_at)
left join worked_quarters as at_end
    on at_end.schedule = coalesce(agency_schedules.schedule, $schedule) and at_end.quarter = xn_quarter(last_at)
order by flows.case_id
