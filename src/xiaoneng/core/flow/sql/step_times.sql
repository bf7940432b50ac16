-- step_times: one row a name of a step, in each part of one scope: how often, how long, how often again.
-- The scope is that of directly_follows: $by_agency and $by_item say what it is divided by, NULL is all of them together, and a
-- case whose own agency or item is unknown is in no part of a scope divided by it. Only the steps of one $part of `step_parts` are taken.
with placed as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_item, service_item, null) as service_item,
        name, is_first, is_last, is_start_recorded,
        not is_first and from_name = name as is_self_loop,
        waited_workseconds * 86400 // workday_seconds as waited_normal,
        (waited_workseconds + took_workseconds) * 86400 // workday_seconds as spent_normal
    from worked_steps
    where
        (not $by_item or service_item is not null)
        and case
            when $by_agency then case_agency in (select agency from step_parts where part = $part)
            else name in (select name from step_parts where part = $part)
        end
),
repeats as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_item, service_item, null) as service_item,
        name,
        count(*) as cases,
        sum(extra)::bigint as extra
    from repeated_steps
    where (not $by_agency or case_agency is not null) and (not $by_item or service_item is not null)
    group by all
),
summed as (
    select
        agency, service_item, name,
        count(*) as events,
        count(*) filter (is_first) as starts,
        count(*) filter (is_last) as ends,
        count(*) filter (is_self_loop) as self_loops,
        count(*) filter (is_start_recorded) as recorded,
        sum(spent_normal) as spent,
        count(spent_normal) as known,
        sum(waited_normal) as waited,
        quantile_cont(spent_normal, [0.5, 0.9]) as quantiles
    from placed
    group by agency, service_item, name
)
-- `repeats` has one row a scope and name, so that the join cannot double rows.
select
    summed.agency, summed.service_item, summed.name,
    events,
    events - coalesce(extra, 0) as cases,
    starts, ends,
    coalesce(repeats.cases, 0) as reworked_cases,
    coalesce(extra, 0) as repeats,
    self_loops,
    recorded / events as starts_recorded_share,
    spent / 86400 as spent_workdays,
    waited / 86400 as waited_workdays,
    spent / 86400 / known as spent_workdays_mean,
    quantiles[1] / 86400 as spent_workdays_median,
    quantiles[2] / 86400 as spent_workdays_p90
from summed
left join repeats
    on repeats.agency is not distinct from summed.agency and repeats.service_item is not distinct from summed.service_item
    and repeats.name = summed.name
