-- directly_follows: one row a pair of steps of which one comes directly after the other, in each part of one scope.
-- $by_agency and $by_item say what the scope is divided by. What it is not divided by is NULL, for all of them together; a case
-- whose own agency or item is unknown is in no part of a scope divided by it, so that NULL never means unknown here.
-- Only the moves of one $part of `move_parts` are taken.
-- Working days: seconds are first put on a day of 86400, so that schedules with longer and shorter days can be added.
with moves as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_item, service_item, null) as service_item,
        from_name,
        name as to_name,
        is_start_recorded,
        waited_seconds,
        waited_workseconds * 86400 // workday_seconds as waited_normal
    from worked_steps
    where
        not is_first
        and (not $by_item or service_item is not null)
        and case
            when $by_agency then case_agency in (select agency from move_parts where part = $part)
            else (from_name, name) in (select (from_name, to_name) from move_parts where part = $part)
        end
),
repeats as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_item, service_item, null) as service_item,
        from_name, to_name,
        sum(extra)::bigint as extra
    from repeated_moves
    where (not $by_agency or case_agency is not null) and (not $by_item or service_item is not null)
    group by all
),
summed as (
    select
        agency, service_item, from_name, to_name,
        count(*) as moves,
        count(*) filter (is_start_recorded) as recorded,
        sum(waited_normal) as waited,
        count(waited_normal) as known,
        quantile_cont(waited_normal, [0.25, 0.5, 0.75, 0.9]) as quantiles,
        sum(waited_seconds) as elapsed,
        count(waited_seconds) as elapsed_known,
        quantile_cont(waited_seconds, [0.5, 0.9]) as elapsed_quantiles
    from moves
    group by agency, service_item, from_name, to_name
)
-- `repeats` has one row a scope and pair, so that the join cannot double rows.
select
    summed.agency, summed.service_item, summed.from_name, summed.to_name,
    moves,
    moves - coalesce(extra, 0) as cases,
    recorded / moves as starts_recorded_share,
    waited / 86400 as waited_workdays,
    waited / 86400 / known as waited_workdays_mean,
    quantiles[1] / 86400 as waited_workdays_p25,
    quantiles[2] / 86400 as waited_workdays_median,
    quantiles[3] / 86400 as waited_workdays_p75,
    quantiles[4] / 86400 as waited_workdays_p90,
    elapsed / 86400 / elapsed_known as waited_days_mean,
    elapsed_quantiles[1] / 86400 as waited_days_median,
    elapsed_quantiles[2] / 86400 as waited_days_p90
from summed
left join repeats
    on repeats.agency is not distinct from summed.agency and repeats.service_item is not distinct from summed.service_item
    and repeats.from_name = summed.from_name and repeats.to_name = summed.to_name
