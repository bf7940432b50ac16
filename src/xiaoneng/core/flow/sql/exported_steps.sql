-- exported_steps: one row a step of a range of cases, its moments and days as they are written.
-- A step has one case and a handler one pseudonym (case_id and handler are keys there), so no step doubles.
select
    steps.case_id, step_no, steps.agency, coalesce(steps.agency, cases.agency) as doing_agency,
    coalesce(service_item, service_item_name) as item, office,
    case when $anonymise_handlers then pseudonym else steps.handler end as handler,
    nullif(steps.name, '') as name,
    xn_moment_text(started_at, $zone) as started_at, epoch_us(started_at) as started_us,
    xn_moment_text(ended_at, $zone) as ended_at, epoch_us(ended_at) as ended_us,
    limit_length, limit_unit,
    xn_day_text(due_on, $zone) as due_on,
    step_result,
    xn_moment_text(steps.recorded_at, $zone) as recorded_at
from steps
join cases using (case_id)
left join handlers on handlers.handler = steps.handler
where steps.case_id >= $first_case and ($next_case::varchar is null or steps.case_id < $next_case)
    and xn_is_wanted($agency, cases.agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
order by steps.case_id, step_no
