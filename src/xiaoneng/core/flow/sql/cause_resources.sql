-- cause_resources: one row a resource: a handler of an agency, the office where no handler is known, else nobody in particular.
-- The left joins cannot double rows: an agency and a handler have one schedule each.
with holders as (
    select agency, handler, case when handler is null then office end as office, count(*) as steps
    from worked_steps
    where arrived_at is not null
    group by all
)
select
    row_number() over (order by holders.agency nulls last, holders.handler nulls last, office nulls last) - 1 as resource_no,
    holders.agency, holders.handler, office, steps,
    holders.handler is not null or office is not null as has_timeline,
    coalesce(agency_schedules.schedule_no, 0)::bigint as agency_schedule_no,
    coalesce(handler_schedules.schedule_no, agency_schedules.schedule_no, 0)::bigint as handler_schedule_no
from holders
left join agency_schedules on agency_schedules.agency = holders.agency
left join handler_schedules on handler_schedules.handler = holders.handler
order by resource_no
