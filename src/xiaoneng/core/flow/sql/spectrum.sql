-- spectrum: one row a move drawn in the performance spectrum of a segment, for the segments with the most working days waited.
-- Of each segment at most $moves are drawn, chosen by a digest of case and step, so that the same records draw the same moves;
-- the quartiles are those of all its moves, and equal waits have the same quartile.
with ranked as (
    select
        agency, from_name, to_name,
        row_number() over (partition by agency order by waited_workdays desc, from_name, to_name) as place
    from directly_follows
    where service_item is null and waited_workdays > 0
),
segments as (
    select agency, from_name, to_name from ranked where place <= if(agency is null, $segments, $agency_segments)
),
-- A scope and pair is one row of `segments`: a move comes once for all agencies together and once for its own.
moves as (
    select
        segments.agency, segments.from_name, segments.to_name,
        case_id, step_no, enabled_at as left_at, arrived_at, waited_seconds
    from worked_steps
    join segments
        on segments.from_name = worked_steps.from_name and segments.to_name = worked_steps.name
        and (segments.agency is null or segments.agency = worked_steps.case_agency)
    where not is_first and waited_seconds is not null
),
-- The least digests are kept as the rows come by: a segment of any size is never sorted.
summed as (
    select
        agency, from_name, to_name,
        count(*) as moves,
        quantile_cont(waited_seconds, [0.25, 0.5, 0.75]) as quartiles,
        min_by(
            struct_pack(case_id, step_no, left_at, arrived_at, waited_seconds), md5(case_id || '/' || step_no), $moves
        ) as chosen
    from moves
    group by agency, from_name, to_name
),
drawn as (
    select agency, from_name, to_name, moves, quartiles, unnest(chosen) as move from summed
)
select
    agency, from_name, to_name, move.case_id, move.left_at, move.arrived_at,
    (1 + (move.waited_seconds > quartiles[1])::int + (move.waited_seconds > quartiles[2])::int
        + (move.waited_seconds > quartiles[3])::int)::bigint as quartile,
    moves
from drawn
order by agency nulls first, from_name, to_name, move.left_at, move.case_id, move.step_no
